"""Laws of verdicts: now, soon, dead, excess, on order, fine, snoozed, by stated rules."""

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from policy_cases import cases

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.replenishment import (
    Advice,
    Demand,
    ExcessRule,
    ExpectedReceipt,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    Reason,
    ReorderPoint,
    Severity,
    SkuFacts,
    Snooze,
    StockBounds,
    UnitEconomics,
    Verdict,
    VerdictRules,
)
from ecomkit.replenishment._economics import most_first
from ecomkit.testing.strategies._replenishment import (
    demands,
    inventory_positions,
    lead_times,
    minimum_stocks,
    order_quantities,
    reorder_points,
)

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
TODAY = NOW.date()
EUR = Currency.EUR

policies = st.one_of(
    minimum_stocks(max_value=300, quantities=order_quantities(max_value=40)),
    reorder_points(),
)
rules_of_verdicts = st.builds(
    VerdictRules,
    soon_days=st.integers(0, 30),
    dead_days=st.integers(1, 200),
    excess=st.builds(ExcessRule, target_days=st.integers(0, 60), factor=st.floats(0.5, 4)),
)


@st.composite
def snoozes(draw: st.DrawFn) -> Snooze:
    """Snoozes that end around today."""
    return Snooze(
        until=TODAY + timedelta(days=draw(st.integers(-2, 3))),
        severity=draw(st.sampled_from(Severity)),
    )


@st.composite
def judged(draw: st.DrawFn) -> Advice:
    """Advices with facts and rules of all kinds."""
    advice = draw(policies)(
        draw(inventory_positions(max_value=400)),
        demand=draw(demands(max_value=20)),
        lead_time=draw(lead_times(max_value=30)),
        now=NOW,
    )
    sold = draw(st.none() | st.integers(0, 250))
    facts = SkuFacts(
        last_sold_on=None if sold is None else TODAY - timedelta(days=sold),
        snooze=draw(st.none() | snoozes()),
        bounds=draw(st.none() | st.builds(StockBounds, minimum=st.integers(0, 50))),
    )
    return advice.with_facts(facts, rules=draw(rules_of_verdicts))


def advise(
    *,
    usable: int = 0,
    promised: int = 0,
    uncovered: int = 0,
    on_order: int = 0,
    mean: float = 4.0,
    lead: float = 7.0,
    level: int = 40,
    up_to: int = 80,
    observed_days: int = 0,
    rules: VerdictRules | None = None,
    **facts: Any,
) -> Advice:
    """The advice of a minimum, with facts."""
    policy = MinimumStock(level=level, up_to=up_to)
    return policy(
        InventoryPosition(
            usable=usable, promised=promised, uncovered=uncovered, on_order=on_order
        ),
        demand=Demand(mean_per_day=mean, observed_days=observed_days),
        lead_time=LeadTime(mean_days=lead),
        now=NOW,
    ).with_facts(SkuFacts(**facts), rules=rules)


def receipt(*, units: int, in_days: int) -> ExpectedReceipt:
    """Units that are expected so many days from today."""
    return ExpectedReceipt(
        purchase_order=PurchaseOrderId("PO-1"),
        sku=Sku("ELEPHANT"),
        location=LocationId("LYON"),
        quantity=units,
        expected_on=TODAY + timedelta(days=in_days),
    )


# -- laws -----------------------------------------------------------------------------------------


@given(judged())
def test_the_verdict_is_the_first_reason_that_holds(advice: Advice) -> None:
    """Now before soon before dead before excess before on order; snoozed hides what asks."""
    holds = [
        verdict
        for verdict, reason in (
            (Verdict.NOW, Reason.TRIGGERED),
            (Verdict.SOON, Reason.SOON),
            (Verdict.DEAD, Reason.DEAD),
            (Verdict.EXCESS, Reason.EXCESS),
            (Verdict.ON_ORDER, Reason.ON_ORDER),
        )
        if reason in advice.reasons
    ]
    first = holds[0] if holds else Verdict.FINE
    snooze = advice.facts.snooze if advice.facts else None
    is_asleep = snooze is not None and snooze.until > TODAY and advice.severity <= snooze.severity
    if is_asleep and first not in (Verdict.ON_ORDER, Verdict.FINE):
        first = Verdict.SNOOZED

    assert advice.verdict is first


@given(judged())
def test_what_is_low_is_never_called_high(advice: Advice) -> None:
    """Soon and on order are said only of a position that is high enough."""
    low = {Reason.SOON, Reason.ON_ORDER} & set(advice.reasons)

    assert not (low and advice.triggered)
    assert advice.triggered or not advice.order


@given(judged())
def test_soon_is_a_day_within_the_days_that_count_as_soon(advice: Advice) -> None:
    """The day on which the position is low enough lies within them, and only then it is soon."""
    day = advice.reorder_on
    if advice.triggered:
        assert day == TODAY
    else:
        within = day is not None and day <= TODAY + timedelta(days=advice.rules.soon_days)
        assert within is (Reason.SOON in advice.reasons)


@given(judged(), st.integers(1, 300))
def test_more_stock_is_never_worse(advice: Advice, units: int) -> None:
    """With more units on the shelf no sku stands worse, and no fewer units are excess."""
    position = InventoryPosition(
        usable=advice.position.usable + units,
        promised=advice.position.promised,
        uncovered=advice.position.uncovered,
        on_order=advice.position.on_order,
    )
    richer = Advice(
        at=advice.at,
        position=position,
        demand=advice.demand,
        lead_time=advice.lead_time,
        level=advice.level,
        trigger=advice.trigger,
        target=advice.target,
        facts=advice.facts,
        rules=advice.rules,
    )

    assert richer.severity <= advice.severity
    assert richer.excess_units >= advice.excess_units
    assert richer.excess_units - advice.excess_units <= units


@given(judged())
def test_excess_is_what_may_go_without_being_missed(advice: Advice) -> None:
    """Without the excess the position still reaches the target and the demand of the horizon."""
    horizon = advice.rules.excess.horizon_days(advice.lead_time)
    rest = advice.position.total - advice.excess_units

    if advice.excess_units:
        assert rest >= advice.target
        assert rest >= advice.demand.mean_per_day * horizon - 1e-6
        assert rest - 1 < max(advice.target, advice.demand.mean_per_day * horizon, 0)
    if advice.demand.mean_per_day:
        assert advice.excess_days == advice.excess_units / advice.demand.mean_per_day


@given(
    policies, inventory_positions(max_value=400), demands(max_value=20), lead_times(max_value=30)
)
def test_confirming_the_order_brings_the_need_to_zero(
    policy: Any, position: InventoryPosition, demand: Demand, lead_time: LeadTime
) -> None:
    """Asked again after ordering, it orders nothing, but where the limits kept it low (odoo#67278)."""

    def ask(at: InventoryPosition) -> Advice:
        answer: Advice = policy(at, demand=demand, lead_time=lead_time, now=NOW)
        return answer

    advice = ask(position)
    again = ask(position.after_ordering(advice.order))

    assert ask(position) == advice
    assert again.triggered is (Reason.STILL_LOW in advice.reasons)
    assert again.order == 0 or Reason.STILL_LOW in advice.reasons
    assert again.position.total == position.total + advice.order


@given(
    policies, inventory_positions(max_value=400), demands(max_value=20), lead_times(max_value=30)
)
def test_receiving_the_order_changes_no_need(
    policy: Any, position: InventoryPosition, demand: Demand, lead_time: LeadTime
) -> None:
    """Units that move from on order to the shelf leave what is advised as it is."""
    ordered = position.after_ordering(30)
    received = InventoryPosition(
        usable=position.usable + 30,
        promised=position.promised,
        uncovered=position.uncovered,
        on_order=position.on_order,
    )
    orders = {
        policy(at, demand=demand, lead_time=lead_time, now=NOW).order for at in (ordered, received)
    }

    assert len(orders) == 1


@given(judged())
def test_the_words_hold_every_reason_and_the_verdict(advice: Advice) -> None:
    """What is not plain from the order is said in the headline, and each reason in a sentence."""
    words = advice.explain()
    headline = words.splitlines()[0]

    assert all(reason.value in words for reason in advice.reasons)
    if advice.verdict not in (Verdict.NOW, Verdict.FINE):
        assert f"({advice.verdict.value})" in headline
    if advice.excess_units:
        assert f"{advice.excess_units} units are excess" in words


# -- cases ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("excess_flag"))
def test_published_case_of_excess(case: dict[str, Any]) -> None:
    """InventoryMate: excess when the days of stock are more than 2 × (lead + target days)."""
    inputs = case["inputs"]
    rule = ExcessRule(target_days=inputs["target_days"])
    facts: dict[str, Any] = {
        "target": 0,
        "demand": Demand.of(mean_per_day=10),
        "lead_time": LeadTime(mean_days=inputs["lead_time"]),
    }
    stock = inputs["days_of_stock"] * 10

    assert (rule(stock, **facts) > 0) is case["expected"]["excess"]
    assert rule(stock + 1, **facts) == 1


def test_the_target_is_never_excess() -> None:
    """Who orders for longer than the horizon has no excess for it."""
    rule = ExcessRule(target_days=0, factor=1)
    lead = LeadTime(mean_days=7)
    demand = Demand.of(mean_per_day=4)

    assert [
        rule(units, target=300, demand=demand, lead_time=lead) for units in (299, 300, 310)
    ] == [
        0,
        0,
        10,
    ]
    assert rule(1, target=0, demand=Demand.of(mean_per_day=0), lead_time=lead) == 1
    assert rule(-5, target=-10, demand=Demand.of(mean_per_day=0), lead_time=lead) == 0


@pytest.mark.parametrize(
    ("options", "verdict"),
    [
        ({"usable": 39}, Verdict.NOW),
        ({"usable": 40}, Verdict.SOON),
        ({"usable": 67}, Verdict.SOON),
        ({"usable": 68}, Verdict.FINE),
        ({"usable": 30, "on_order": 100}, Verdict.ON_ORDER),
        ({"usable": 30, "on_order": 20}, Verdict.SOON),
        ({"usable": 297}, Verdict.EXCESS),
        ({"usable": 296}, Verdict.FINE),
        ({"usable": 50, "mean": 0, "observed_days": 180}, Verdict.DEAD),
        ({"usable": 50, "mean": 0, "observed_days": 179}, Verdict.FINE),
        ({"usable": 50, "mean": 0}, Verdict.FINE),
        ({"usable": 0, "on_order": 50, "mean": 0, "observed_days": 200}, Verdict.ON_ORDER),
        ({"usable": 100, "last_sold_on": date(2026, 4, 4)}, Verdict.DEAD),
        ({"usable": 100, "last_sold_on": date(2026, 4, 5)}, Verdict.FINE),
        ({"usable": 100, "last_sold_on": date(2026, 10, 2)}, Verdict.FINE),
        ({"usable": 500, "last_sold_on": date(2026, 1, 1)}, Verdict.DEAD),
        ({"usable": 5, "last_sold_on": date(2026, 1, 1)}, Verdict.NOW),
    ],
)
def test_verdicts(options: dict[str, Any], verdict: Verdict) -> None:
    """Level 40, 4 a day, 7 days of lead time; soon is a week, dead 180 days, excess 74 days."""
    assert advise(**options).verdict is verdict


def test_a_maximum_without_room_is_low_and_orders_nothing() -> None:
    """The verdict is that an order is due, and the reason why none is made is told."""
    policy = MinimumStock(level=10, up_to=50, quantity=OrderQuantity(maximum=3))
    advice = policy(
        InventoryPosition(usable=3),
        demand=Demand.of(mean_per_day=1),
        lead_time=LeadTime(mean_days=0),
        now=NOW,
    )

    assert (advice.verdict, advice.order) == (Verdict.NOW, 0)
    assert Reason.STILL_LOW in advice.reasons


def test_how_badly_a_sku_stands() -> None:
    """Calm, soon, now, too late, owed: each is worse than the one before."""
    assert [
        advise(usable=100).severity,
        advise(usable=50).severity,
        advise(usable=35).severity,
        advise(usable=20).severity,
        advise(usable=20, uncovered=1).severity,
    ] == sorted(Severity)


def test_a_snooze_ends_on_its_day_or_when_it_gets_worse() -> None:
    """Snoozed while due, a sku is heard of again when an order would come too late."""
    due = advise(usable=35)
    snooze = Snooze.of(due, until=date(2026, 10, 5), reason="the fair is next week")

    asleep = advise(usable=34, snooze=snooze)
    assert (asleep.verdict, asleep.order) == (Verdict.SNOOZED, 46)
    assert asleep.explain().startswith("Order 46 units (snoozed).\n")
    assert asleep.explain().endswith(
        "Snoozed until 2026-10-05 or until the sku stands worse (the fair is next week)."
    )
    assert advise(usable=27, snooze=snooze).verdict is Verdict.NOW
    over = Snooze(until=TODAY, severity=Severity.OWED)
    assert advise(usable=34, snooze=over).verdict is Verdict.NOW
    assert over.explain() == "Snoozed until 2026-10-01."
    assert advise(usable=100, snooze=snooze).verdict is Verdict.FINE


@pytest.mark.parametrize(
    "wrong", [{"until": NOW}, {"until": None}, {"reason": 7}, {"severity": 2}, {"severity": None}]
)
def test_a_snooze_checks_its_fields(wrong: dict[str, Any]) -> None:
    """A day, a text, a severity."""
    with pytest.raises(FieldError) as caught:
        Snooze(**{"until": TODAY, **wrong})

    assert caught.value.field in wrong


# -- dates with receipts --------------------------------------------------------------------------


def test_receipts_count_from_their_own_day() -> None:
    """Five days of stock, and 100 units in ten days: the shelf is empty in between."""
    late = advise(usable=20, on_order=100, receipts=[receipt(units=100, in_days=10)])
    early = advise(usable=20, on_order=100, receipts=[receipt(units=100, in_days=5)])
    unknown = advise(usable=20, on_order=100)

    assert late.stockout_on == late.stockout_on_with_order == date(2026, 10, 6)
    assert Reason.TOO_LATE in late.reasons
    assert late.order_by == date(2026, 9, 29)
    assert early.stockout_on == unknown.stockout_on == date(2026, 10, 31)
    assert Reason.TOO_LATE not in early.reasons
    assert early.order_by == date(2026, 10, 24)
    assert "Inbound: 100 on 2026-10-11 from PO-1." in late.explain()
    assert "Inbound" not in unknown.explain()


def test_the_projection_agrees_with_the_dates() -> None:
    """The table day by day runs out on the day that the advice tells."""
    late = advise(usable=20, on_order=100, receipts=[receipt(units=100, in_days=10)])
    unknown = advise(usable=20, on_order=100)

    assert late.projection().short_on == late.stockout_on
    assert unknown.projection().short_on == unknown.stockout_on
    assert late.projection(days=6).closing == (16, 12, 8, 4, 0, -4)
    assert sum(late.projection(days=6).arriving) == 0


@example(
    MinimumStock(level=0)(
        InventoryPosition(usable=0),
        demand=Demand.of(mean_per_day=5e-55),
        lead_time=LeadTime(mean_days=0),
        now=NOW,
    ),
    None,
)
@given(
    judged(),
    st.none()
    | st.lists(
        st.builds(receipt, units=st.integers(1, 90), in_days=st.integers(-5, 60)), max_size=3
    ),
)
def test_the_dates_are_those_of_the_table(
    advice: Advice, receipts: list[ExpectedReceipt] | None
) -> None:
    """With and without the order, the table runs out on the day that is told, if it reaches it."""
    known = advice.with_facts(SkuFacts(receipts=receipts))
    last = TODAY + timedelta(days=399)
    table = known.projection(days=400)
    ordered = table.with_arrival(known.order, on=known.arrives_on or date.max)

    for told, shown in (
        (known.stockout_on, table.short_on),
        (known.stockout_on_with_order, ordered.short_on),
    ):
        assert shown == (told if told is not None and told <= last else None)
    if known.order_by is not None:
        in_time = table.with_arrival(10**15, on=known.stockout_on)
        assert in_time.short_on is None
        assert known.order_by == known.stockout_on - timedelta(
            days=math.ceil(known.lead_time.mean_days)
        )


def test_the_order_itself_fills_the_gap_before_late_inbound() -> None:
    """Eight days of stock, inbound in twenty: an order that takes seven days bridges it."""
    advice = advise(usable=32, on_order=0, receipts=[receipt(units=100, in_days=20)])

    assert advice.order == 48
    assert advice.stockout_on == date(2026, 10, 9)
    assert advice.stockout_on_with_order == date(2026, 11, 15)
    assert advice.order_by == date(2026, 10, 2)


def test_the_words_hold_the_dates_to_come() -> None:
    """Soon: when the position is low enough, and until when an order is in time."""
    words = advise(usable=50).explain()

    assert words.startswith("Order nothing (soon).\n")
    assert "The position is low enough to order on 2026-10-04." in words
    assert "The last day on which an order is in time is 2026-10-06." in words
    assert "in time is" not in advise(usable=35).explain()
    assert "in time is" not in advise(usable=50, mean=0).explain()


def test_without_demand_there_are_no_dates() -> None:
    """Nothing runs out, nothing has to be ordered by a day, and soon never comes."""
    advice = advise(usable=50, mean=0)

    assert (advice.stockout_on, advice.order_by, advice.reorder_on) == (None, None, None)
    assert advice.excess_days is None


# -- money ----------------------------------------------------------------------------------------


def test_money_at_risk_is_the_margin_of_a_day() -> None:
    """Four units a day at a margin of 13 are 52 a day; without a price nobody knows."""
    unit = UnitEconomics(cost=Money(1200, EUR), price=Money(2500, EUR))
    advice = advise(usable=300, economics=unit)

    assert advice.money_at_risk_per_day == Money(5200, EUR)
    assert advice.excess_units == 4
    assert advice.excess_value == Money(4800, EUR)
    assert advice.stock_value == Money(360_000, EUR)
    assert "4 units are excess, 1 days of demand: beyond the target" in advice.explain()
    assert ", 48.00 EUR at cost." in advice.explain()
    assert "Each day without stock loses 52.00 EUR." in advice.explain()
    bare = advise(usable=300)
    assert (bare.money_at_risk_per_day, bare.excess_value, bare.stock_value) == (None,) * 3


def test_dead_stock_is_told_at_cost() -> None:
    """Two hundred days without a sale, and what lies there has cost something."""
    unit = UnitEconomics(cost=Money(1000, EUR))
    advice = advise(usable=50, mean=0, last_sold_on=date(2026, 3, 15), economics=unit)

    assert advice.verdict is Verdict.DEAD
    assert (
        "None was sold for 200 days, at least 180; 50 units lie there, 500.00 EUR at cost."
        in advice.explain()
    )


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(0, 10**6))
def test_the_loss_of_a_day_is_never_negative(cost: int, price: int, mean: float) -> None:
    """It is the exact product, rounded once; what sells at a loss loses nothing when it is out."""
    unit = UnitEconomics(cost=Money(cost, EUR), price=Money(price, EUR))
    lost = unit.lost_per_day(mean_per_day=mean)

    assert lost is not None
    assert lost.amount == pytest.approx(max(0, price - cost) * mean, rel=1e-12, abs=0.5)
    assert lost.amount >= 0
    assert unit.margin == Money(price - cost, EUR)


def test_economics_know_what_they_know() -> None:
    """Without the cost the price is at risk, without the price nothing is known of it."""
    price, cost = UnitEconomics(price=Money(900, EUR)), UnitEconomics(cost=Money(300, EUR))

    assert price.lost_per_day(mean_per_day=0.5) == Money(450, EUR)
    assert (price.value(3), cost.value(3), cost.value(-3)) == (
        None,
        Money(900, EUR),
        Money(0, EUR),
    )
    assert cost.lost_per_day(mean_per_day=4) is None
    # Half a cent goes to the even one.
    assert UnitEconomics(price=Money(1, EUR)).lost_per_day(mean_per_day=2.5) == Money(2, EUR)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cost": Money(-1, EUR)}, "cost"),
        ({"price": Money(-1, EUR)}, "price"),
        ({"cost": Money(1, EUR), "price": Money(1, Currency.JPY)}, "price"),
        ({"cost": 1}, "cost"),
    ],
)
def test_economics_are_amounts_of_one_currency(wrong: dict[str, Any], field: str) -> None:
    """Not below zero, and not in two currencies."""
    with pytest.raises(FieldError) as caught:
        UnitEconomics(**wrong)

    assert caught.value.field == field


@pytest.mark.parametrize("mean", [-1, float("nan"), float("inf"), 10**400, "4", True])
def test_the_loss_of_no_number_of_units_is_refused(mean: Any) -> None:
    """A mean is a number of units that a day can ask for."""
    with pytest.raises(FieldError, match="mean_per_day"):
        UnitEconomics(price=Money(1, EUR)).lost_per_day(mean_per_day=mean)


def test_the_most_money_comes_first_and_the_unknown_last() -> None:
    """Currencies are ranked each by itself."""
    amounts = [None, Money(5, EUR), Money(9, Currency.JPY), Money(70, EUR)]

    assert sorted(amounts, key=most_first) == [
        Money(70, EUR),
        Money(5, EUR),
        Money(9, Currency.JPY),
        None,
    ]


# -- bounds ---------------------------------------------------------------------------------------


def test_the_minimum_is_held_against_what_is_available() -> None:
    """On order does not count for the floor, and the level counts it."""
    bounds = StockBounds(minimum=10)
    advice = advise(usable=30, promised=21, on_order=100, bounds=bounds)

    assert (advice.position.available, advice.position.total) == (9, 109)
    assert Reason.BELOW_MINIMUM in advice.reasons
    assert advice.verdict is Verdict.ON_ORDER
    assert "9 units are available. At least 10 units" in advice.explain()
    enough = advise(usable=30, promised=20, on_order=100, bounds=bounds)
    assert Reason.BELOW_MINIMUM not in enough.reasons


def test_a_minimum_above_the_level_is_told() -> None:
    """Such a floor is broken before an order is due, and the advice says so."""
    assert Reason.MINIMUM_ABOVE_LEVEL in advise(usable=90, bounds=StockBounds(minimum=41)).reasons
    assert (
        Reason.MINIMUM_ABOVE_LEVEL not in advise(usable=90, bounds=StockBounds(minimum=40)).reasons
    )


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4))
def test_bounds_are_in_order_or_refused(numbers: list[int]) -> None:
    """Floor <= reorder point <= maximum, or an error that names one of them."""
    minimum, reserve, level, maximum = numbers

    def bounds() -> StockBounds:
        return StockBounds(minimum=minimum, reserve=reserve, reorder_point=level, maximum=maximum)

    if max(minimum, reserve) <= level <= maximum:
        assert bounds().floor == max(minimum, reserve)
        assert all(str(number) in bounds().explain() for number in (level, maximum))
    else:
        with pytest.raises(FieldError) as caught:
            bounds()
        assert caught.value.field in ("reorder_point", "maximum")


def test_bounds_may_be_told_in_part() -> None:
    """A floor and a ceiling hold each other without a reorder point."""
    assert StockBounds(minimum=5, maximum=9).explain() == (
        "At least 5 units are to be available (minimum of 5); the position stays within 9."
    )
    assert StockBounds(minimum=5).explain() == (
        "At least 5 units are to be available (minimum of 5)."
    )
    with pytest.raises(FieldError, match="floor of 5"):
        StockBounds(minimum=5, maximum=4)


@pytest.mark.parametrize("field", ["minimum", "reserve", "reorder_point", "maximum"])
@pytest.mark.parametrize("wrong", [-1, 1.5, True])
def test_bounds_are_whole_units(field: str, wrong: Any) -> None:
    """None of them is negative, a float or a bool."""
    with pytest.raises(FieldError) as caught:
        StockBounds(**{field: wrong})

    assert caught.value.field == field


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (ExcessRule, {"factor": 0}),
        (ExcessRule, {"factor": float("nan")}),
        (ExcessRule, {"factor": 101}),
        (ExcessRule, {"target_days": -1}),
        (VerdictRules, {"soon_days": 1.5}),
        (VerdictRules, {"dead_days": -1}),
        (VerdictRules, {"excess": 2}),
        (SkuFacts, {"receipts": [7]}),
        (SkuFacts, {"last_sold_on": NOW}),
        (SkuFacts, {"economics": 7}),
        (SkuFacts, {"bounds": 7}),
        (SkuFacts, {"snooze": TODAY}),
    ],
)
def test_rules_and_facts_check_their_fields(rule: Any, wrong: dict[str, Any]) -> None:
    """Each field is of its own kind, and the error names it."""
    with pytest.raises(FieldError) as caught:
        rule(**wrong)

    assert caught.value.field in wrong


def test_a_policy_of_a_reorder_point_judges_too() -> None:
    """The verdict needs nothing but the advice."""
    advice = ReorderPoint(service_level=0.95)(
        InventoryPosition(usable=45),
        demand=Demand.of(mean_per_day=4, sd_per_day=3),
        lead_time=LeadTime(mean_days=7),
        now=NOW,
    )

    assert (advice.reorder_point, advice.safety_stock, advice.verdict, advice.reorder_on) == (
        42,
        14,
        Verdict.SOON,
        date(2026, 10, 2),
    )
