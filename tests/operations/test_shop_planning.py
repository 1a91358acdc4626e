"""Plans, snoozes and alerts as a shop offers them, from the books to a sink and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ecomkit import CommandKey, LeadTime, ManualClock, MemoryStore, ReorderPoint, Shop, Sku
from ecomkit.operations import Plan
from ecomkit.operations._demand import note_demand
from ecomkit.replenishment import SmoothedDemand, Verdict
from ecomkit.replenishment.alerts import AlertKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.replenishment.alerts import AlertTransition

LAMP = Sku("LAMP")
NOW = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)


class Heard:
    """A sink that keeps what it hears."""

    def __init__(self) -> None:
        self.news: list[AlertTransition] = []

    def tell(self, news: Sequence[AlertTransition]) -> None:
        """Keep it."""
        self.news.extend(news)


def test_a_shop_plans_snoozes_and_tells() -> None:
    """A sku that runs out is due, is told once, and is quiet while it is snoozed."""
    store = MemoryStore()
    with store.transaction() as tx:
        note_demand(tx, [(LAMP, date(2026, 9, day), 4) for day in range(1, 31)])
    with Shop(store=store, channels=[], clock=ManualClock(NOW)) as shop:
        shop.count({LAMP: 3}, key=CommandKey("opening"))

        def plan() -> Plan:
            return shop.plan(
                policy=ReorderPoint(service_level=0.95),
                lead_time=LeadTime(mean_days=7),
                estimator=SmoothedDemand(half_life_days=14),
            )

        first = plan()
        [advice] = first.due
        assert advice.demand.mean_per_day == 4

        sink = Heard()
        assert shop.watch(first).news
        assert shop.tell_alerts(sink).told == len(sink.news) > 0
        assert not shop.watch(first).news
        kinds = {alert.condition.kind for alert in shop.alerts()}
        assert AlertKind.ORDER_NOW in kinds
        shop.acknowledge_alert(AlertKind.ORDER_NOW, subject=LAMP, note="ordering")
        shop.snooze_alert(AlertKind.ORDER_NOW, subject=LAMP, until=date(2026, 10, 5))

        shop.snooze(advice, until=date(2026, 10, 8), reason="holidays")
        [snoozed] = plan().of(Verdict.SNOOZED)
        assert snoozed.sku == LAMP
        shop.wake(LAMP)
        assert plan().due
