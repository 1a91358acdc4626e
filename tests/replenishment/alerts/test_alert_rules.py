"""Alert rules: what each measures, where it raises, and where it clears."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.replenishment import (
    Advice,
    Demand,
    ExpectedReceipt,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    SkuFacts,
    StockBounds,
    Trigger,
    UnitEconomics,
    VerdictRules,
)
from ecomkit.replenishment.alerts import (
    STANDARD_RULES,
    AlertBook,
    AlertEvent,
    AlertFacts,
    AlertKind,
    BelowMinimumRule,
    Condition,
    DeadStockRule,
    DemandSpikeRule,
    ExcessStockRule,
    LateInboundRule,
    LeadTimeDriftRule,
    NearRule,
    OrderNowRule,
    ProjectedStockoutRule,
    Side,
    UncoveredRule,
    evaluate,
)
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
ELEPHANT = Sku("ELEPHANT")


def receipt(*, units: int = 100, in_days: int = 10, received: int = 0) -> ExpectedReceipt:
    """Units that are expected so many days from today."""
    return ExpectedReceipt(
        purchase_order=PurchaseOrderId("PO-1"),
        sku=ELEPHANT,
        location=LocationId("LYON"),
        quantity=units,
        received=received,
        expected_on=TODAY + timedelta(days=in_days),
    )


def seen(
    *,
    usable: int = 0,
    promised: int = 0,
    uncovered: int = 0,
    on_order: int = 0,
    mean: float = 4.0,
    sd: float = 0.0,
    observed_days: int = 0,
    lead: float = 7.0,
    level: int = 40,
    up_to: int = 80,
    trigger: Trigger = Trigger.STRICT,
    rules: VerdictRules | None = None,
    recent_units: Any = (),
    lead_time_z: Any = None,
    **facts: Any,
) -> AlertFacts:
    """What rules look at: level 40 up to 80, 4 a day, 7 days of lead time."""
    advice = MinimumStock(level=level, up_to=up_to, trigger=trigger)(
        InventoryPosition(
            usable=usable, promised=promised, uncovered=uncovered, on_order=on_order
        ),
        demand=Demand(mean_per_day=mean, sd_per_day=sd, observed_days=observed_days),
        lead_time=LeadTime(mean_days=lead),
        now=NOW,
    ).with_facts(SkuFacts(**facts), rules=rules)
    return AlertFacts(
        advice=advice.for_sku(ELEPHANT), recent_units=recent_units, lead_time_z=lead_time_z
    )


def state(condition: Condition | None) -> tuple[float, bool, bool, int]:
    """What was measured, and whether it raises, clears, and how bad it is."""
    assert condition is not None
    return condition.measured, condition.raises, condition.clears, condition.grade


@st.composite
def any_facts(draw: st.DrawFn) -> AlertFacts:
    """Facts of all kinds."""
    policy = draw(
        st.one_of(
            minimum_stocks(max_value=300, quantities=order_quantities(max_value=40)),
            reorder_points(),
        )
    )
    advice: Advice = policy(
        draw(inventory_positions()),
        demand=draw(demands()),
        lead_time=draw(lead_times()),
        now=NOW,
    )
    facts = SkuFacts(
        receipts=draw(
            st.none()
            | st.lists(
                st.builds(receipt, units=st.integers(1, 50), in_days=st.integers(-40, 400)),
                max_size=3,
            )
        ),
        last_sold_on=TODAY - timedelta(days=draw(st.integers(-3, 4000))),
        bounds=StockBounds(minimum=draw(st.integers(0, 100))),
    )
    return AlertFacts(
        advice=advice.with_facts(facts).for_sku(ELEPHANT),
        recent_units=draw(st.lists(st.integers(0, 10**7), max_size=5)),
        lead_time_z=draw(st.none() | st.floats(allow_nan=False)),
    )


@given(any_facts())
def test_every_rule_answers_any_facts(facts: AlertFacts) -> None:
    """Whatever the facts, each rule gives at most one condition of its own kind, well formed."""
    told = evaluate([facts], rules=STANDARD_RULES)

    assert len({condition.kind for condition in told}) == len(told)
    assert all(condition.subject == "ELEPHANT" for condition in told)
    assert all(not (condition.raises and condition.clears) for condition in told)
    assert all(condition.words in condition.explain() for condition in told)


def test_there_is_a_rule_of_each_kind() -> None:
    """With all facts known and the shelf full, every kind but near is measured."""
    facts = seen(
        usable=100,
        receipts=[],
        bounds=StockBounds(minimum=5),
        recent_units=[4],
        lead_time_z=0.0,
    )

    assert {one.kind for one in evaluate([facts], rules=STANDARD_RULES)} == set(AlertKind)
    assert len(STANDARD_RULES) == len(AlertKind)


def test_a_healthy_sku_raises_nothing() -> None:
    """Enough for two weeks above the level, nothing late, nothing odd."""
    facts = seen(usable=100, receipts=[receipt()], recent_units=[4, 3, 5], lead_time_z=0.4)

    assert [one for one in evaluate([facts], rules=STANDARD_RULES) if one.raises] == []


@given(any_facts())
def test_order_now_is_raised_exactly_where_the_advice_fires(facts: AlertFacts) -> None:
    """The alert and the advice never contradict each other."""
    condition = OrderNowRule()(facts)

    assert condition.raises is facts.advice.triggered


@given(
    st.one_of(minimum_stocks(max_value=300), reorder_points()),
    inventory_positions(max_value=400),
    demands(max_value=20),
    lead_times(max_value=30),
)
def test_an_order_that_reaches_the_target_clears_order_now(
    policy: Any, position: InventoryPosition, demand: Demand, lead_time: LeadTime
) -> None:
    """Confirming the order ends the alert, wherever the band would reach."""

    def ask(at: InventoryPosition) -> AlertFacts:
        advice: Advice = policy(at, demand=demand, lead_time=lead_time, now=NOW)
        return AlertFacts(advice=advice.for_sku(ELEPHANT))

    before = ask(position)
    after = ask(position.after_ordering(before.advice.order))
    told = OrderNowRule()(after)

    if before.advice.triggered and after.advice.position.total >= after.advice.target:
        assert told.clears


def test_order_now() -> None:
    """Strictly below 40; cleared a tenth above; worse when the position is nothing or less."""
    assert [state(OrderNowRule()(seen(usable=n))) for n in (39, 40, 43, 44, 0)] == [
        (39, True, False, 0),
        (40, False, False, 0),
        (43, False, False, 0),
        (44, False, True, 0),
        (0, True, False, 1),
    ]
    inclusive = seen(usable=40, trigger=Trigger.INCLUSIVE)
    assert state(OrderNowRule()(inclusive)) == (40, True, False, 0)
    assert OrderNowRule()(seen(level=0, up_to=0, usable=5)).worse_at == ()


def test_base_stock_clears_at_its_target() -> None:
    """Where the target is just above the level the band ends there."""
    assert state(OrderNowRule()(seen(usable=40, up_to=40))) == (40, False, True, 0)


def test_near_says_nothing_once_it_is_now() -> None:
    """A week ahead it is near; below the level that is another alert."""
    assert [state(NearRule()(seen(usable=n))) for n in (40, 67, 68, 75, 76)] == [
        (0.25, True, False, 0),
        (7.0, True, False, 0),
        (7.25, False, False, 0),
        (9.0, False, False, 0),
        (9.25, False, True, 0),
    ]
    assert NearRule()(seen(usable=39)) is None
    assert state(NearRule()(seen(usable=50, mean=0))) == (3650, False, True, 0)


def test_below_minimum_is_measured_on_what_is_available() -> None:
    """What is promised is not available, and what is on order stands on no shelf."""
    bounds = StockBounds(minimum=10, reserve=20)
    told = [
        state(BelowMinimumRule()(seen(usable=n + 30, promised=30, on_order=500, bounds=bounds)))
        for n in (19, 20, 21, 22)
    ]

    assert told == [
        (19, True, False, 0),
        (20, False, False, 0),
        (21, False, False, 0),
        (22, False, True, 0),
    ]
    assert BelowMinimumRule()(seen(usable=5)) is None


def test_projected_stockout_is_raised_when_an_order_would_come_too_late() -> None:
    """With 7 days of lead time, 28 units at 4 a day are just enough, 27 are not."""
    assert [state(ProjectedStockoutRule()(seen(usable=n))) for n in (27, 28, 31, 32, 3)] == [
        (6, True, False, 0),
        (7, False, False, 0),
        (7, False, False, 0),
        (8, False, True, 0),
        (0, True, False, 1),
    ]
    assert state(ProjectedStockoutRule(margin_days=3)(seen(usable=36))) == (9, True, False, 0)
    assert state(ProjectedStockoutRule()(seen(usable=9, mean=0))) == (3650, False, True, 0)
    at_once = ProjectedStockoutRule()(seen(usable=3, lead=0))
    assert state(at_once) == (0, True, False, 0)
    assert at_once.words == (
        "the stock runs out on 2026-10-01, and an order placed now takes 0 days"
    )


def test_projected_stockout_does_not_believe_late_inbound() -> None:
    """A hundred units on order do not help if they land after the shelf is empty."""
    late = seen(usable=20, on_order=100, receipts=[receipt(in_days=10)])
    early = seen(usable=20, on_order=100, receipts=[receipt(in_days=5)])

    assert state(ProjectedStockoutRule()(late)) == (5, True, False, 0)
    assert state(ProjectedStockoutRule()(early)) == (30, False, True, 0)


@pytest.mark.parametrize(
    ("receipts", "usable", "told", "words"),
    [
        ([], 20, (0, False, True, 0), "no inbound unit is late"),
        ([receipt(in_days=5)], 20, (0, False, True, 0), "no inbound unit is late"),
        (
            [receipt(in_days=10)],
            20,
            (5, True, False, 0),
            "the next units land 5 days after the stock runs out",
        ),
        (
            [receipt(in_days=10), receipt(in_days=12)],
            20,
            (5, True, False, 0),
            "the next units land 5 days after the stock runs out",
        ),
        (
            [receipt(in_days=2, units=4), receipt(in_days=10)],
            20,
            (4, True, False, 0),
            "the next units land 4 days after the stock runs out",
        ),
        ([receipt(in_days=-1)], 400, (1, True, False, 0), "units are overdue by 1 days"),
        (
            [receipt(in_days=-3), receipt(in_days=-8)],
            400,
            (8, True, False, 1),
            "units are overdue by 8 days",
        ),
        ([receipt(in_days=-3, received=100)], 400, (0, False, True, 0), "no inbound unit is late"),
        ([receipt(in_days=0)], 400, (0, False, True, 0), "no inbound unit is late"),
    ],
)
def test_late_inbound(receipts: list[ExpectedReceipt], usable: int, told: Any, words: str) -> None:
    """Overdue, or landing after the first day that cannot be served; a week is worse."""
    condition = LateInboundRule()(seen(usable=usable, receipts=receipts))

    assert state(condition) == told
    assert condition.words == words


def test_late_inbound_needs_the_receipts() -> None:
    """A sum on order has no days to be late on."""
    assert LateInboundRule()(seen(usable=0, on_order=50)) is None
    bare = seen(usable=0).advice
    stripped = AlertFacts(
        advice=Advice(
            sku=ELEPHANT,
            at=NOW,
            position=bare.position,
            demand=bare.demand,
            lead_time=bare.lead_time,
            level=bare.level,
            trigger=bare.trigger,
            target=bare.target,
        )
    )
    assert LateInboundRule()(stripped) is None
    assert BelowMinimumRule()(stripped) is None


def test_lead_time_drift_goes_both_ways_and_clears_at_half() -> None:
    """Longer and shorter are both drift; unknown is not measured."""
    assert [
        state(LeadTimeDriftRule()(seen(lead_time_z=z))) for z in (3.0, -3.5, 2.0, 1.5, -1.4)
    ] == [
        (3.0, True, False, 0),
        (3.5, True, False, 0),
        (2.0, False, False, 0),
        (1.5, False, False, 0),
        (1.4, False, True, 0),
    ]
    assert LeadTimeDriftRule()(seen()) is None
    assert LeadTimeDriftRule()(seen(lead_time_z=-3.5)).words == (
        "the last receipts took less long by 3.5 standard deviations"
    )
    assert LeadTimeDriftRule()(seen(lead_time_z=float("inf"))).raises


def test_a_demand_spike_is_held_against_mean_and_spread() -> None:
    """Over 4 days at 4 a day with sd 3: 16 usual, spread 6; 34 is three of them."""

    def told(units: Any, **options: Any) -> Any:
        return state(DemandSpikeRule()(seen(recent_units=units, **options)))

    assert told([4, 20, 4, 6], sd=3) == (3.0, True, False, 0)
    assert told([4, 20, 4, 5], sd=3)[1:] == (False, False, 0)
    assert told([4, 4, 4, 4], sd=3) == (0.0, False, True, 0)
    # Of an observed demand the last days are taken out: 26 days of 2 and two of 20 are seen.
    daily = [2] * 26 + [20] * 2
    demand = Demand.from_daily(daily)
    seen_so = {"mean": demand.mean_per_day, "sd": demand.sd_per_day, "observed_days": 28}
    assert told([20, 20], **seen_so)[0] == pytest.approx(36 / 2)
    # Where they cannot be among the days that were observed they are not.
    assert told([4, 4], mean=4, sd=3, observed_days=3)[0] == 0.0
    assert told([40], mean=4, sd=3, observed_days=9)[0] == 12.0
    # Stated without a spread, sales of single units still spread as their root.
    assert told([16]) == (6.0, True, False, 0)
    # One sale of what never sells is no spike, four at once are.
    assert told([1], mean=0) == (1.0, False, True, 0)
    assert told([4], mean=0) == (4.0, True, False, 0)
    assert DemandSpikeRule()(seen()) is None


def test_excess_is_worse_at_twice_and_says_nothing_of_dead_stock() -> None:
    """Seventy-four days at 4 a day are 296: more is excess, a tenth below it is over."""
    assert [state(ExcessStockRule()(seen(usable=n))) for n in (296, 297, 267, 266, 593)] == [
        (296, False, False, 0),
        (297, True, False, 0),
        (267, False, False, 0),
        (266, False, True, 0),
        (593, True, False, 1),
    ]
    dead = seen(usable=500, last_sold_on=date(2026, 1, 1))
    assert ExcessStockRule()(dead) is None
    nothing = ExcessStockRule()(seen(usable=1, mean=0, level=0, up_to=0))
    assert (state(nothing), nothing.worse_at) == ((1, True, False, 0), ())


def test_dead_stock_is_cleared_by_a_sale_and_by_an_empty_shelf() -> None:
    """Two hundred days without a sale of what lies there."""
    unit = UnitEconomics(cost=Money(1000, Currency.EUR))
    long_ago = date(2026, 3, 15)
    dead = DeadStockRule()(seen(usable=50, last_sold_on=long_ago, economics=unit))

    assert (state(dead), dead.tied_up) == ((200, True, False, 0), Money(50_000, Currency.EUR))
    assert state(DeadStockRule()(seen(usable=0, last_sold_on=long_ago))) == (0, False, True, 0)
    assert state(DeadStockRule()(seen(usable=50, last_sold_on=TODAY))) == (0, False, True, 0)
    assert state(DeadStockRule()(seen(usable=50))) == (0, False, True, 0)
    at_once = VerdictRules(dead_days=0)
    assert state(DeadStockRule()(seen(usable=50, last_sold_on=TODAY, rules=at_once)))[1:] == (
        False,
        True,
        0,
    )


def test_uncovered_is_raised_by_one_unit() -> None:
    """One unit that no stock covers is enough, and all covered clears it."""
    unit = UnitEconomics(price=Money(1000, Currency.EUR))
    told = UncoveredRule()(seen(uncovered=1, economics=unit))

    assert state(told) == (1, True, False, 0)
    assert (told.at_risk, told.days) == (Money(4000, Currency.EUR), 0)
    assert state(UncoveredRule()(seen())) == (0, False, True, 0)


def test_one_fall_through_all_levels_is_told_once_each() -> None:
    """As stock falls day by day: near, order now, too late, uncovered, and nothing twice."""
    book, told = AlertBook(), []
    for number, units in enumerate(range(80, -8, -4)):
        facts = seen(usable=max(0, units), uncovered=max(0, -units))
        change = book.observe(
            evaluate([facts], rules=STANDARD_RULES), at=NOW + timedelta(days=number)
        )
        book = change.book
        told += [(one.event, one.alert.condition.kind) for one in change.news]

    assert told == [
        (AlertEvent.RAISED, AlertKind.NEAR),
        (AlertEvent.RAISED, AlertKind.ORDER_NOW),
        (AlertEvent.RAISED, AlertKind.PROJECTED_STOCKOUT),
        (AlertEvent.WORSENED, AlertKind.PROJECTED_STOCKOUT),
        (AlertEvent.WORSENED, AlertKind.ORDER_NOW),
        (AlertEvent.RAISED, AlertKind.UNCOVERED),
    ]


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (OrderNowRule, {"band": -0.1}),
        (OrderNowRule, {"band": float("nan")}),
        (BelowMinimumRule, {"band": 1.1}),
        (ExcessStockRule, {"band": True}),
        (NearRule, {"band_days": 1.5}),
        (ProjectedStockoutRule, {"margin_days": -1}),
        (ProjectedStockoutRule, {"band_days": -1}),
        (LateInboundRule, {"late_days": 0}),
        (LateInboundRule, {"worse_days": 1}),
        (LateInboundRule, {"worse_days": 7.5}),
        (LeadTimeDriftRule, {"threshold": 0}),
        (DemandSpikeRule, {"threshold": float("inf")}),
        (AlertFacts, {"advice": 7}),
        (AlertFacts, {"advice": seen().advice, "recent_units": [1, -1]}),
        (AlertFacts, {"advice": seen().advice, "recent_units": 7}),
        (AlertFacts, {"advice": seen().advice, "lead_time_z": float("nan")}),
        (AlertFacts, {"advice": seen().advice, "lead_time_z": "3"}),
    ],
)
def test_rules_and_facts_check_their_fields(rule: Any, wrong: dict[str, Any]) -> None:
    """Each parameter is of its own kind and size."""
    with pytest.raises(FieldError):
        rule(**wrong)


def test_an_advice_without_a_sku_alerts_nobody() -> None:
    """Rules have to say of whom they speak."""
    advice = MinimumStock(level=1)(
        InventoryPosition(usable=1),
        demand=Demand.of(mean_per_day=1),
        lead_time=LeadTime(mean_days=1),
        now=NOW,
    )
    with pytest.raises(FieldError):
        AlertFacts(advice=advice)


def test_sides_mirror_each_other() -> None:
    """What is bad below one threshold is bad above its mirror image."""
    assert {side.value for side in Side} == {"at or below", "at or above"}
