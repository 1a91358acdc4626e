"""Planning: what to reorder, from what the books hold."""

from datetime import timedelta
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LocationId, PurchaseOrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import DemandHistory, Plan, Settings
from ecomkit.operations._demand import DAYS_KEPT, DEMAND, DemandDetail
from ecomkit.operations._planning import plan_orders
from ecomkit.operations._receiving import place_purchase
from ecomkit.operations._snoozes import snooze_advice, wake_sku
from ecomkit.replenishment import (
    LeadTime,
    MinimumStock,
    Reason,
    ReorderPoint,
    SkuFacts,
    StockBounds,
    UnitEconomics,
    Verdict,
)
from ecomkit.stock import Publication, Receive

LEAD = LeadTime(mean_days=7)
POLICY = ReorderPoint(service_level=0.95)
TIGER, LION = Sku("TIGER"), Sku("LION")


@pytest.fixture
def selling(make_world: Any) -> Any:
    """Return a world that has sold two elephants a day for four weeks."""
    world = make_world().adopted(units=100)
    for day in range(28):
        world.sell(world.etsy, str(day), 2)
        world.pass_time(days=1)
    world.shop.sync()
    world.shop.fulfil()
    return world


def plan(world: Any, **options: Any) -> Any:
    """Ask for a plan."""
    options = {"policy": POLICY, "lead_time": LEAD, **options}
    return world.shop.plan(**options)


def advice_for(world: Any, sku: Any = None, **options: Any) -> Any:
    """Return what is advised for a sku."""
    [advice] = [a for a in plan(world, **options).advices if a.sku == (sku or world.sku)]
    return advice


def demand_of(world: Any, sku: Any = None) -> Any:
    """Return the demand of the last four weeks."""
    today = world.clock.now().date()
    [history] = [kept for kept in world.kept(DEMAND) if kept.sku == (sku or world.sku)]
    return history.demand(start=today - timedelta(days=28), end=today)


def test_a_plan_sees_demand_and_position(selling: Any) -> None:
    """Two a day, 44 left, nothing on order."""
    advice = advice_for(selling)

    assert (advice.demand.mean_per_day, advice.demand.observed_days) == (2.0, 28)
    assert (
        advice.position.usable,
        advice.position.promised,
        advice.position.uncovered,
        advice.position.on_order,
    ) == (44, 0, 0, 0)
    assert advice.order == 0
    assert len(plan(selling)) == 0


def test_a_plan_says_what_is_due(selling: Any) -> None:
    """Below the reorder point the advice says how many, and why."""
    selling.shop.count({selling.sku: 10}, key=selling.key())
    found = plan(selling)

    assert [selling.sku] == [advice.sku for advice in found] == [a.sku for a in found.due]
    assert len(found) == 1
    assert found.due[0].order > 0
    assert found.due[0].explain()


def test_promised_and_uncovered_units_are_off_the_position(selling: Any) -> None:
    """What is sold and not shipped, covered or not, is not there for the next shopper."""
    selling.sell(selling.etsy, "big", 50)
    selling.shop.sync()
    position = advice_for(selling).position

    assert (
        position.usable,
        position.promised,
        position.uncovered,
        position.total,
    ) == (44, 44, 6, -6)


@pytest.mark.parametrize(
    ("days", "review_days", "on_order"), [(7, 0, 30), (8, 0, 0), (8, 1, 30), (-3, 0, 30)]
)
def test_what_is_on_order_counts_inside_the_window(
    selling: Any, days: Any, review_days: Any, on_order: Any
) -> None:
    """What comes before an order placed at the next review could come counts; later units do not."""
    expected_on = selling.clock.now().date() + timedelta(days=days)
    selling.shop.purchase(PurchaseOrderId("PO"), units={selling.sku: 30}, expected_on=expected_on)

    assert on_order == advice_for(selling, review_days=review_days).position.on_order


def test_received_units_are_on_order_no_more(selling: Any) -> None:
    """Each unit counts once: on order, or on the shelf."""
    po = PurchaseOrderId("PO")
    selling.shop.purchase(po, units={selling.sku: 30}, expected_on=selling.clock.now().date())
    selling.shop.receive({selling.sku: 12}, key=selling.key(), purchase_order=po)
    position = advice_for(selling).position

    assert (position.usable, position.on_order, position.total) == (56, 18, 74)


def test_buying_what_was_advised_makes_the_next_plan_quiet(selling: Any) -> None:
    """The plan does not ask twice for one need, before and after the goods arrive."""
    selling.shop.count({selling.sku: 10}, key=selling.key())
    [advice] = plan(selling)
    po = PurchaseOrderId("PO")
    selling.shop.purchase(po, units={selling.sku: advice.order}, expected_on=advice.arrives_on)

    assert len(plan(selling)) == 0

    selling.shop.receive({selling.sku: advice.order}, key=selling.key(), purchase_order=po)

    assert len(plan(selling)) == 0


def test_skus_without_history_are_named(selling: Any) -> None:
    """Less than two whole days of sales say nothing; such skus are listed apart."""
    selling.etsy.put_up([selling.offer("L2", "TIGER", 5), selling.offer("L3", "LION", 5)])
    selling.shop.adopt(selling.etsy_id, opening={TIGER: 5, LION: 5})
    selling.etsy.sell(
        "t", [selling.sold(1, listing="L2")], placed_at=selling.clock.now() - timedelta(days=1)
    )
    selling.etsy.sell("l", [selling.sold(1, listing="L3")], placed_at=selling.clock.now())
    selling.shop.sync()

    assert plan(selling).unplanned == (LION, TIGER)

    selling.pass_time(days=1)

    assert plan(selling).unplanned == (LION,)
    assert [selling.sku, TIGER] == sorted(advice.sku for advice in plan(selling).advices)


def test_the_most_urgent_stands_first(selling: Any) -> None:
    """What runs out first is bought first."""
    selling.etsy.put_up([selling.offer("L2", "TIGER", 5)])
    selling.shop.adopt(selling.etsy_id, opening={TIGER: 5})
    for day in range(1, 6):
        selling.etsy.sell(
            f"t{day}",
            [selling.sold(1, listing="L2")],
            placed_at=selling.clock.now() - timedelta(days=day),
        )
    selling.shop.sync()
    selling.shop.count({selling.sku: 12}, key=selling.key())
    found = plan(selling)

    assert [TIGER, selling.sku] == [advice.sku for advice in found.due]
    assert list(found.advices) == sorted(found.advices)


def test_a_huge_order_that_is_cancelled_leaves_the_demand_as_before(selling: Any) -> None:
    """The cancellation is taken off the day of the order, not of the cancellation."""
    before = demand_of(selling)
    selling.etsy.sell(
        "huge", [selling.sold(500)], placed_at=selling.clock.now() - timedelta(days=3)
    )
    selling.shop.sync()

    assert before != demand_of(selling)

    selling.shop.cancel("etsy/huge", {selling.line: 500}, key=selling.key())

    assert before == demand_of(selling)


def test_a_lead_time_may_depend_on_the_sku(selling: Any) -> None:
    """A function of the sku is asked for each."""
    asked = []

    def lead_time(sku: Any) -> Any:
        asked.append(sku)
        return LeadTime(mean_days=30)

    advice = advice_for(selling, lead_time=lead_time)

    assert [selling.sku] == asked
    assert advice.lead_time.mean_days == 30


def test_the_window_is_what_was_asked_for(selling: Any) -> None:
    """Older days are left out."""
    assert advice_for(selling, window_days=5).demand.observed_days == 5


def test_any_policy_of_that_shape_is_asked(selling: Any) -> None:
    """A stated minimum plans like a computed level."""
    policy = MinimumStock(level=60)

    assert advice_for(selling, policy=policy).order >= 16


def test_units_at_another_location_are_not_planned(selling: Any) -> None:
    """A plan is about the location that channels sell from."""
    selling.shop.execute(
        Receive(key=selling.key(), sku=TIGER, quantity=1, location=LocationId("annex"))
    )

    assert plan(selling).unplanned == ()


def test_planning_writes_nothing(selling: Any) -> None:
    """A plan is an answer."""
    text = selling.text()
    plan(selling)

    assert text == selling.text()


def test_an_empty_shop_has_an_empty_plan(bare: Any) -> None:
    """Nothing sold, nothing to say."""
    assert Plan(advices=(), unplanned=()) == plan(bare)


def test_a_history_keeps_a_bounded_number_of_days(bare: Any) -> None:
    """The oldest days go, whether they came first or last."""
    today = bare.clock.now().date()
    days = [(today - timedelta(days=ago), ago + 1) for ago in range(DAYS_KEPT + 9)]
    histories = []
    for order in (days, days[::-1]):
        history = DemandHistory(sku=bare.sku, first_day=today, units=())
        for day, units in order:
            history = history.add(day, units)
        histories.append(history)

    assert histories[0] == histories[1]
    assert tuple(range(DAYS_KEPT, 0, -1)) == histories[0].units
    assert today == histories[0].first_day + timedelta(days=DAYS_KEPT - 1)


def test_a_cancelled_order_leaves_no_trace(world: Any) -> None:
    """A sku of which all was cancelled is one that was never sold."""
    world.sell(world.etsy, "1", 2)
    world.shop.sync()
    world.pass_time(days=9)
    world.sell(world.etsy, "2", 3)
    world.shop.sync()
    world.shop.cancel("etsy/1", {world.line: 2}, key=world.key())
    [history] = world.kept(DEMAND)

    assert (world.clock.now().date(), (3,)) == (history.first_day, history.units)

    world.shop.cancel("etsy/2", {world.line: 3}, key=world.key())

    assert world.kept(DEMAND) == ()


def test_days_outside_of_the_history_are_without_demand(bare: Any) -> None:
    """Before the first sale and after the last one nothing was asked for."""
    today = bare.clock.now().date()
    history = DemandHistory(sku=bare.sku, first_day=today, units=(4, 0, 2))

    def mean(start: Any, end: Any) -> Any:
        return history.demand(
            start=today + timedelta(days=start), end=today + timedelta(days=end)
        ).mean_per_day

    assert [
        mean(-3, 3),
        mean(0, 6),
        mean(0, 3),
        mean(-5, -1),
        mean(5, 8),
    ] == [1.0, 1.0, 2.0, 0.0, 0.0]


def test_more_cancelled_than_ordered_is_no_negative_demand(bare: Any) -> None:
    """A day below zero counts as a day without demand."""
    today = bare.clock.now().date()
    history = DemandHistory(sku=bare.sku, first_day=today, units=(-4, 2))

    assert history.demand(start=today, end=today + timedelta(days=2)).mean_per_day == 1.0


# -- verdicts, facts, snoozes ---------------------------------------------------------------------


def planned(world: Any, *, facts: Any = None, **options: Any) -> Any:
    """Ask for a plan with what the merchant knows of skus, and with rules."""
    with world.store.snapshot() as tx:
        return plan_orders(
            tx,
            policy=POLICY,
            lead_time=LEAD,
            window_days=91,
            review_days=options.pop("review_days", 0),
            now=world.clock.now(),
            settings=world.settings,
            facts=facts or {},
            **options,
        )


def put_up(
    world: Any, sku: Any, *, units: int, sold_days_ago: Any = (), price: Any = None
) -> None:
    """Adopt one more sku, with a sale of one unit on each of some days."""
    listing = f"L-{sku}"
    world.etsy.put_up([world.offer(listing, str(sku), units)])
    world.shop.adopt(world.etsy_id, opening={sku: units})
    for day in sold_days_ago:
        world.etsy.sell(
            f"{sku}-{day}",
            [world.sold(1, listing=listing)],
            placed_at=world.clock.now() - timedelta(days=day),
        )
    world.shop.sync()


def test_a_plan_groups_skus_by_verdict(selling: Any) -> None:
    """Now, dead and the rest stand apart, and the words say which sku is where."""
    put_up(selling, TIGER, units=500, sold_days_ago=[200, 199])
    selling.shop.count({selling.sku: 10}, key=selling.key())
    found = planned(selling)

    assert {verdict: [a.sku for a in group] for verdict, group in found.groups.items()} == {
        Verdict.NOW: [selling.sku],
        Verdict.DEAD: [TIGER],
    }
    assert found.due == found.of(Verdict.NOW)
    assert found.of(Verdict.FINE) == ()
    assert "dead: TIGER" in found.explain()
    assert "now:" not in found.explain()


def test_the_most_money_stands_first(selling: Any) -> None:
    """What loses more a day is bought first, whatever runs out first; the unknown comes last."""
    put_up(selling, TIGER, units=8, sold_days_ago=range(1, 28))
    put_up(selling, LION, units=8, sold_days_ago=range(1, 28))
    selling.shop.count({selling.sku: 1, TIGER: 0, LION: 0}, key=selling.key())
    dear = SkuFacts(economics=UnitEconomics(price=Money(90_000, Currency.EUR)))
    cheap = SkuFacts(economics=UnitEconomics(price=Money(100, Currency.EUR)))

    assert [a.sku for a in planned(selling).due] == [LION, TIGER, selling.sku]
    assert [a.sku for a in planned(selling, facts={selling.sku: dear, TIGER: cheap}).due] == [
        selling.sku,
        TIGER,
        LION,
    ]


def test_too_much_is_ranked_by_what_it_cost(selling: Any) -> None:
    """Excess by the value of the excess, dead stock by the value of what lies there."""
    for sku, units in ((TIGER, 700), (LION, 900)):
        put_up(selling, sku, units=units, sold_days_ago=range(1, 28))
    tiger = SkuFacts(economics=UnitEconomics(cost=Money(500, Currency.EUR)))
    lion = SkuFacts(economics=UnitEconomics(cost=Money(100, Currency.EUR)))
    facts = {TIGER: tiger, LION: lion}

    assert [a.sku for a in planned(selling, facts=facts).of(Verdict.EXCESS)] == [TIGER, LION]
    selling.pass_time(days=200)
    assert [a.sku for a in planned(selling, facts=facts).of(Verdict.DEAD)] == [
        TIGER,
        LION,
        selling.sku,
    ]
    assert [a.sku for a in planned(selling).of(Verdict.DEAD)] == [selling.sku, LION, TIGER]


def test_the_last_sale_is_taken_from_the_books(selling: Any) -> None:
    """Also where it lies before the window; what the merchant knows better stands."""
    put_up(selling, TIGER, units=50, sold_days_ago=[150, 149])
    [tiger] = [a for a in planned(selling).advices if a.sku == TIGER]
    today = selling.clock.now().date()

    assert tiger.facts.last_sold_on == today - timedelta(days=149)
    assert tiger.demand.mean_per_day == 0
    known = SkuFacts(last_sold_on=today)
    [tiger] = [a for a in planned(selling, facts={TIGER: known}).advices if a.sku == TIGER]
    assert tiger.facts.last_sold_on == today


def test_late_inbound_stands_in_the_facts_and_not_in_the_position(selling: Any) -> None:
    """A plan knows of every open line and its day, and counts those that come in time."""
    today = selling.clock.now().date()
    for number, days in (("1", 2), ("2", 40)):
        selling.shop.purchase(
            PurchaseOrderId(number),
            units={selling.sku: 5},
            expected_on=today + timedelta(days=days),
        )
    selling.shop.receive({selling.sku: 2}, key=selling.key(), purchase_order=PurchaseOrderId("1"))
    with selling.store.transaction() as tx:
        annex = attrs.evolve(selling.settings, location=LocationId("annex"))
        place_purchase(
            tx,
            PurchaseOrderId("3"),
            units={selling.sku: 7},
            expected_on=today,
            now=selling.clock.now(),
            supplier=None,
            settings=annex,
        )
    advice = advice_for(selling)

    assert advice.position.on_order == 3
    assert [(line.open, line.expected_on) for line in advice.facts.receipts] == [
        (3, today + timedelta(days=2)),
        (5, today + timedelta(days=40)),
    ]


def test_the_minimum_of_a_channel_is_a_floor(make_world: Any) -> None:
    """The largest minimum stock that a channel is not to sell is held against what is available."""
    settings = Settings(
        publications={
            ChannelId("etsy"): Publication(minimum_stock=3),
            ChannelId("corner"): Publication(minimum_stock=8),
        }
    )
    world = make_world(settings=settings).adopted(units=7)
    for day in range(3):
        world.sell(world.etsy, str(day), 1)
        world.pass_time(days=1)
    world.shop.sync()
    advice = advice_for(world)

    assert (advice.facts.bounds.floor, advice.position.available) == (8, 4)
    assert Reason.BELOW_MINIMUM in advice.reasons
    stated = SkuFacts(bounds=StockBounds(minimum=2))
    [own] = planned(world, facts={world.sku: stated}).advices
    assert own.facts.bounds.floor == 2


def test_soon_reaches_at_least_to_the_next_review(selling: Any) -> None:
    """Who looks again in thirty days is told of what is due in thirty days."""
    assert [
        planned(selling, review_days=days).advices[0].rules.soon_days for days in (0, 7, 30)
    ] == [7, 7, 30]


def test_a_snoozed_sku_is_not_due(selling: Any) -> None:
    """Until the day, or until it stands worse, the plan leaves it out of what is due."""
    selling.shop.count({selling.sku: 14}, key=selling.key())
    [advice] = plan(selling)
    today = selling.clock.now().date()
    with selling.store.transaction() as tx:
        kept = snooze_advice(tx, advice, until=today + timedelta(days=3), reason="fair")

    assert kept.explain() == (
        f"ELEPHANT: Snoozed until {today + timedelta(days=3)} or until the sku stands worse (fair)."
    )
    assert len(plan(selling)) == 0
    assert [a.sku for a in plan(selling).of(Verdict.SNOOZED)] == [selling.sku]
    assert "snoozed: ELEPHANT" in plan(selling).explain()

    selling.shop.count({selling.sku: 3}, key=selling.key())
    assert len(plan(selling)) == 1
    selling.shop.count({selling.sku: 14}, key=selling.key())
    assert len(plan(selling)) == 0
    selling.pass_time(days=3)
    assert len(plan(selling)) == 1


def test_a_snooze_can_be_taken_back(selling: Any) -> None:
    """Waking a sku that is not snoozed changes nothing."""
    selling.shop.count({selling.sku: 14}, key=selling.key())
    [advice] = plan(selling)
    with selling.store.transaction() as tx:
        snooze_advice(tx, advice, until=selling.clock.now().date() + timedelta(days=3))
    with selling.store.transaction() as tx:
        wake_sku(tx, selling.sku)
        wake_sku(tx, TIGER)

    assert len(plan(selling)) == 1
    nameless = attrs.evolve(advice, sku=None)
    with selling.store.transaction() as tx, pytest.raises(FieldError):
        snooze_advice(tx, nameless, until=selling.clock.now().date())


def test_of_a_new_sku_only_what_is_owed_is_known(selling: Any) -> None:
    """Without two days of history there is no plan, but what was sold and is not there counts."""
    put_up(selling, TIGER, units=1)
    selling.etsy.sell("t", [selling.sold(4, listing="L-TIGER")], placed_at=selling.clock.now())
    selling.shop.sync()
    put_up(selling, LION, units=1)
    found = planned(selling)

    assert found.unplanned == (LION, TIGER)
    assert [(advice.sku, advice.order) for advice in found.owed] == [(LION, 0), (TIGER, 3)]
    assert TIGER not in [advice.sku for advice in found.due]
    assert "less than two days of history: LION, TIGER" in found.explain()


def test_windows_end_with_the_calendar(selling: Any) -> None:
    """However far one looks back or ahead, a plan is made."""
    [advice] = plan(
        selling, window_days=10**12, review_days=3650, lead_time=LeadTime(mean_days=3650)
    ).advices

    assert advice.demand.observed_days == 28


@pytest.mark.parametrize(("detail", "days"), [("SERIES", 28), ("MOMENTS", None)])
def test_a_plan_hands_the_days_to_the_policy(selling: Any, detail: Any, days: Any) -> None:
    """Policies that look at the pattern of demand get the series, unless it is left out."""
    [advice] = planned(selling, detail=DemandDetail[detail]).advices
    series = advice.demand.series

    assert (None if series is None else len(series)) == days
    assert advice.demand.mean_per_day == 2.0
