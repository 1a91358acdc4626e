"""Alerts: rules against a plan, kept from run to run, told to a sink at least once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from ecomkit.errors import TransientError
from ecomkit.identifiers import PurchaseOrderId, Sku
from ecomkit.operations._alerts import (
    ALERT_NEWS,
    ALERTS,
    NEWS_BATCH,
    AlertDelivery,
    acknowledge_alert,
    alerts_on,
    snooze_alert,
    tell_news,
    watch_stock,
)
from ecomkit.operations._planning import Plan
from ecomkit.replenishment import LeadTime, ReorderPoint
from ecomkit.replenishment.alerts import (
    AlertEvent,
    AlertKind,
    AlertNotOnError,
    AlertState,
    AlertTransition,
)

LEAD = LeadTime(mean_days=7)
POLICY = ReorderPoint(service_level=0.95)
TIGER = Sku("TIGER")
NOW, LATE, OUT = AlertKind.ORDER_NOW, AlertKind.LATE_INBOUND, AlertKind.PROJECTED_STOCKOUT


class SinkDownError(TransientError):
    """The mail server does not answer."""

    message = "the mail server does not answer"


class Inbox:
    """A sink that remembers, and that can be made to fail before or after it has heard."""

    def __init__(self) -> None:
        self.heard: list[AlertTransition] = []
        self.fails_before: BaseException | None = None
        self.fails_after: BaseException | None = None

    def tell(self, news: Sequence[AlertTransition]) -> None:
        """Hear the news."""
        if self.fails_before is not None:
            raise self.fails_before
        self.heard += news
        if self.fails_after is not None:
            raise self.fails_after

    @property
    def short(self) -> list[tuple[AlertEvent, AlertKind]]:
        """What was heard of which kind."""
        return [(news.event, news.alert.condition.kind) for news in self.heard]


@pytest.fixture
def selling(make_world: Any) -> Any:
    """Return a world that has sold two elephants a day for four weeks, with 44 left."""
    world = make_world().adopted(units=100)
    for day in range(28):
        world.sell(world.etsy, str(day), 2)
        world.pass_time(days=1)
    world.shop.sync()
    world.shop.fulfil()
    return world


def watch(world: Any, **options: Any) -> Any:
    """Plan, and hold the rules against the plan."""
    if "plan" not in options:
        options["plan"] = world.shop.plan(policy=POLICY, lead_time=LEAD)
    plan, now = options.pop("plan"), options.pop("now", world.clock.now())
    with world.store.transaction() as tx:
        return watch_stock(tx, plan, now=now, **options)


def events(change: Any) -> list[tuple[AlertEvent, AlertKind]]:
    """What is news of which kind."""
    return [(news.event, news.alert.condition.kind) for news in change.news]


def count(world: Any, units: int) -> None:
    """Find so many elephants on the shelf."""
    world.shop.count({world.sku: units}, key=world.key())


def test_a_healthy_shop_hears_nothing(selling: Any) -> None:
    """Three weeks of stock, nothing on order, nothing odd."""
    assert events(watch(selling)) == []
    assert selling.kept(ALERTS) == ()


def test_a_fall_is_kept_with_its_news(selling: Any) -> None:
    """Alert and news are written together, most urgent first, and found again."""
    count(selling, 10)
    change = watch(selling)

    assert events(change) == [(AlertEvent.RAISED, OUT), (AlertEvent.RAISED, NOW)]
    assert [news.key for news in selling.kept(ALERT_NEWS)] == [
        "order now/ELEPHANT#1",
        "projected stock-out/ELEPHANT#1",
    ]
    assert selling.kept(ALERT_NEWS) == tuple(sorted(change.news, key=lambda news: news.key))
    with selling.store.snapshot() as tx:
        assert [alert.condition.kind for alert in alerts_on(tx)] == [OUT, NOW]


def test_running_twice_changes_nothing(selling: Any) -> None:
    """At the same instant the books stay as they are; later only the time of seeing moves."""
    count(selling, 10)
    watch(selling)
    text = selling.text()

    assert events(watch(selling)) == []
    assert selling.text() == text
    selling.pass_time(hours=1)
    assert events(watch(selling)) == []
    assert len(selling.kept(ALERT_NEWS)) == 2


def test_every_fall_is_heard_of_and_confirming_an_order_clears(selling: Any) -> None:
    """Ordering what is advised ends the alert; the next fall begins a new one."""
    inbox = Inbox()
    count(selling, 14)
    watch(selling)
    [advice] = selling.shop.plan(policy=POLICY, lead_time=LEAD)
    selling.shop.purchase(
        PurchaseOrderId("PO"), units={selling.sku: advice.order}, expected_on=advice.arrives_on
    )
    watch(selling)
    selling.shop.receive(
        {selling.sku: advice.order}, key=selling.key(), purchase_order=PurchaseOrderId("PO")
    )
    watch(selling)
    selling.pass_time(hours=1)
    count(selling, 14)
    watch(selling)
    tell_news(selling.store, inbox)

    assert [event for event, kind in inbox.short if kind is NOW] == [
        AlertEvent.RAISED,
        AlertEvent.CLEARED,
        AlertEvent.RAISED,
    ]


def test_news_is_told_once_and_struck_off(selling: Any) -> None:
    """What the sink has taken is not kept, and not told again."""
    inbox = Inbox()
    count(selling, 10)
    watch(selling)

    assert tell_news(selling.store, inbox) == AlertDelivery(told=2)
    assert inbox.short == [(AlertEvent.RAISED, OUT), (AlertEvent.RAISED, NOW)]
    assert selling.kept(ALERT_NEWS) == ()
    assert tell_news(selling.store, inbox).explain() == "0 told"
    assert len(inbox.heard) == 2


def test_a_sink_that_is_down_is_told_later(selling: Any) -> None:
    """The news waits, with the reason, and comes in the order in which it happened."""
    inbox = Inbox()
    inbox.fails_before = SinkDownError()
    count(selling, 10)
    watch(selling)
    delivery = tell_news(selling.store, inbox)

    assert delivery.explain() == "0 told, 2 waiting (the mail server does not answer)"
    selling.pass_time(hours=1)
    count(selling, 100)
    watch(selling)
    inbox.fails_before = None
    assert tell_news(selling.store, inbox).told == 4
    assert inbox.short == [
        (AlertEvent.RAISED, OUT),
        (AlertEvent.RAISED, NOW),
        (AlertEvent.CLEARED, OUT),
        (AlertEvent.CLEARED, NOW),
    ]


def test_after_a_crash_the_same_news_comes_under_the_same_key(selling: Any) -> None:
    """Heard, but not struck off: it is told again, and the key says that it is the same."""
    inbox = Inbox()
    inbox.fails_after = KeyboardInterrupt()
    count(selling, 10)
    watch(selling)
    with pytest.raises(KeyboardInterrupt):
        tell_news(selling.store, inbox)
    inbox.fails_after = None
    tell_news(selling.store, inbox)
    keys = [news.key for news in inbox.heard]

    assert keys == keys[:2] * 2
    assert len(set(keys)) == 2


def test_no_sink_is_called_while_the_store_is_held(selling: Any) -> None:
    """The store is free while people are told."""

    class Watching(Inbox):
        def tell(self, news: Sequence[AlertTransition]) -> None:
            assert selling.store.open == 0
            super().tell(news)

    count(selling, 10)
    watch(selling)

    assert tell_news(selling.store, Watching()).told == 2


def test_much_news_is_told_in_parts(selling: Any) -> None:
    """A part that was heard is struck off, though the next one fails."""
    count(selling, 10)
    [first, _] = watch(selling).news
    many = NEWS_BATCH + 5
    with selling.store.transaction() as tx:
        tx.delete(ALERT_NEWS, [news.key for news in tx.scan(ALERT_NEWS)])
        for number in range(1, many + 1):
            tx.put(ALERT_NEWS, [_numbered(first, number)])

    class TiredAfterOne(Inbox):
        def tell(self, news: Sequence[AlertTransition]) -> None:
            super().tell(news)
            self.fails_before = SinkDownError()

    inbox = TiredAfterOne()
    delivery = tell_news(selling.store, inbox)

    assert (delivery.told, delivery.waiting) == (NEWS_BATCH, 5)
    inbox.fails_before = None
    assert tell_news(selling.store, inbox).told == 5
    assert len({news.key for news in inbox.heard}) == many


def _numbered(news: AlertTransition, number: int) -> AlertTransition:
    alert = type(news.alert)(
        condition=news.alert.condition,
        state=news.alert.state,
        raised_at=news.alert.raised_at,
        seen_at=news.alert.seen_at,
        news=number,
    )
    return AlertTransition(alert=alert, event=news.event, at=news.at)


def test_an_older_plan_changes_nothing(selling: Any) -> None:
    """Two workers: the one that planned earlier and writes later neither clears nor raises."""
    before = selling.shop.plan(policy=POLICY, lead_time=LEAD)
    earlier = selling.clock.now()
    selling.pass_time(minutes=5)
    count(selling, 10)
    watch(selling)

    assert watch(selling, plan=before, now=earlier).transitions == ()
    assert watch(selling, plan=Plan(advices=(), unplanned=()), now=earlier).transitions == ()


def test_a_sku_that_is_gone_is_cleared(selling: Any) -> None:
    """What no plan knows any more is not on."""
    count(selling, 10)
    watch(selling)
    selling.pass_time(hours=1)
    change = watch(selling, plan=Plan(advices=(), unplanned=()))

    assert {event for event, _ in events(change)} == {AlertEvent.CLEARED}
    assert len(change.news) == 2
    with selling.store.snapshot() as tx:
        assert alerts_on(tx) == ()


def test_what_is_gone_has_its_place_among_the_others(selling: Any) -> None:
    """A withdrawn alert is told by rank, not last."""
    count(selling, 1)
    change = watch(selling)
    [advice] = selling.shop.plan(policy=POLICY, lead_time=LEAD).advices
    count(selling, 14)
    [later] = selling.shop.plan(policy=POLICY, lead_time=LEAD).advices
    selling.pass_time(hours=1)
    told = watch(selling, plan=Plan(advices=[later.for_sku(TIGER)], unplanned=()))

    assert advice.urgency < later.urgency
    assert [(one.event, one.alert.condition.subject) for one in told.news] == [
        *[(AlertEvent.CLEARED, "ELEPHANT")] * len(change.news),
        (AlertEvent.RAISED, "TIGER"),
    ]


def test_a_new_sku_that_is_oversold_is_heard_of(selling: Any) -> None:
    """Without two days of history there is no advice, but uncovered units are an alert."""
    selling.etsy.put_up([selling.offer("L2", "TIGER", 1)])
    selling.shop.adopt(selling.etsy_id, opening={TIGER: 1})
    selling.etsy.sell("t", [selling.sold(4, listing="L2")], placed_at=selling.clock.now())
    selling.shop.sync()
    change = watch(selling)

    assert (AlertEvent.RAISED, AlertKind.UNCOVERED) in events(change)
    assert {news.alert.condition.subject for news in change.news} == {"TIGER"}


def test_overdue_units_are_heard_of(selling: Any) -> None:
    """A purchase order that did not come is late, and no more once it has come."""
    po = PurchaseOrderId("PO")
    today = selling.clock.now().date()
    selling.shop.purchase(po, units={selling.sku: 5}, expected_on=today + timedelta(days=1))
    assert events(watch(selling)) == []
    selling.pass_time(days=2)
    assert events(watch(selling)) == [(AlertEvent.RAISED, LATE)]
    selling.shop.receive({selling.sku: 5}, key=selling.key(), purchase_order=po)
    selling.pass_time(hours=1)
    assert events(watch(selling)) == [(AlertEvent.CLEARED, LATE)]


def test_a_spike_and_a_drift_are_heard_of(selling: Any) -> None:
    """The last days come from the books, the drift from who knows the receipts."""
    selling.shop.receive({selling.sku: 100}, key=selling.key())
    selling.sell(selling.etsy, "spike", 40)
    selling.pass_time(days=1)
    selling.shop.sync()
    change = watch(selling, lead_time_shifts={selling.sku: 3.2, TIGER: 9.0})

    assert {kind for _, kind in events(change)} >= {
        AlertKind.DEMAND_SPIKE,
        AlertKind.LEAD_TIME_DRIFT,
    }


def test_without_the_days_no_spike_is_looked_for(selling: Any) -> None:
    """A demand that is told by its mean alone has no last days."""
    [advice] = selling.shop.plan(policy=POLICY, lead_time=LEAD).advices
    demand = type(advice.demand)(mean_per_day=2.0)
    bare = POLICY(advice.position, demand=demand, lead_time=LEAD, now=selling.clock.now()).for_sku(
        selling.sku
    )

    assert events(watch(selling, plan=Plan(advices=[bare], unplanned=()))) == []


def test_people_answer_alerts(selling: Any) -> None:
    """Acknowledged and snoozed alerts are kept so, and make no news of themselves."""
    count(selling, 10)
    watch(selling)
    tell_news(selling.store, Inbox())
    now, today = selling.clock.now(), selling.clock.now().date()
    with selling.store.transaction() as tx:
        acknowledge_alert(tx, NOW, subject="ELEPHANT", now=now, note="Ada calls")
        snooze_alert(
            tx, OUT, subject="ELEPHANT", until=today + timedelta(days=2), now=now, note="fair"
        )

    kept = {alert.condition.kind: alert for alert in selling.kept(ALERTS)}
    assert (kept[NOW].state, kept[NOW].note) == (AlertState.ACKNOWLEDGED, "Ada calls")
    assert (kept[OUT].state, kept[OUT].note) == (AlertState.SNOOZED, "fair")
    assert selling.kept(ALERT_NEWS) == ()
    selling.pass_time(days=2)
    assert (AlertEvent.RESUMED, OUT) in events(watch(selling))
    with selling.store.transaction() as tx, pytest.raises(AlertNotOnError):
        acknowledge_alert(tx, LATE, subject="ELEPHANT", now=now)
