"""The operations of a shop on what to buy: plans, snoozes, alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ecomkit.identifiers import Sku
from ecomkit.operations._alerts import (
    NO_SHIFTS,
    AlertDelivery,
    acknowledge_alert,
    alerts_on,
    snooze_alert,
    tell_news,
    watch_stock,
)
from ecomkit.operations._planning import NO_FACTS, LeadTimes, Plan, plan_orders
from ecomkit.operations._shop_purchases import PurchaseOperations
from ecomkit.operations._snoozes import KeptSnooze, snooze_advice, wake_sku
from ecomkit.ports import AlertSink
from ecomkit.replenishment import (
    Advice,
    DemandEstimator,
    ReplenishmentPolicy,
    SkuFacts,
    VerdictRules,
)
from ecomkit.replenishment.alerts import (
    STANDARD_RULES,
    Alert,
    AlertChange,
    AlertKind,
    AlertRule,
)

__all__ = ["PlanningOperations"]


class PlanningOperations(PurchaseOperations):
    """What to reorder and why, and what somebody has to hear of."""

    def plan(
        self,
        *,
        policy: ReplenishmentPolicy,
        lead_time: LeadTimes,
        window_days: int = 91,
        review_days: int = 0,
        facts: Mapping[Sku, SkuFacts] = NO_FACTS,
        rules: VerdictRules | None = None,
        estimator: DemandEstimator | None = None,
    ) -> Plan:
        """
        Ask *policy* what to reorder, and why; the most urgent first.

        Args:
            policy: Any callable of the shape of a replenishment policy.
            lead_time: One for all skus, or a function of the sku; see :meth:`lead_times`.
            window_days: How many whole days of demand to look back on; 13 weeks by default.
            review_days: How long it takes until somebody looks again.
            facts: What is known of skus beside the books: what units cost and bring, floors and
                ceilings.
            rules: What counts as soon, as excess, and as dead stock.
            estimator: How demand is taken from the days looked back on, as
                :class:`~ecomkit.replenishment.SmoothedDemand`; their plain mean and standard
                deviation unless given.
        """
        with self._store.snapshot() as tx:
            return plan_orders(
                tx,
                policy=policy,
                lead_time=lead_time,
                window_days=window_days,
                review_days=review_days,
                now=self._now(),
                settings=self._settings,
                facts=facts,
                rules=rules,
                estimator=estimator,
            )

    def snooze(self, advice: Advice, *, until: date, reason: str = "") -> KeptSnooze:
        """
        Keep what *advice* asks for from being asked before the day *until*.

        It ends early if the sku stands worse than in this advice.

        Raises:
            FieldError: If the advice does not know its sku, or *until* is no date.
        """
        with self._store.transaction() as tx:
            return snooze_advice(tx, advice, until=until, reason=reason)

    def wake(self, sku: Sku) -> None:
        """End the snooze of *sku*; without one nothing changes."""
        with self._store.transaction() as tx:
            wake_sku(tx, sku)

    def watch(
        self,
        plan: Plan,
        *,
        rules: Iterable[AlertRule] = STANDARD_RULES,
        lead_time_shifts: Mapping[Sku, float] = NO_SHIFTS,
    ) -> AlertChange:
        """
        Hold *rules* against a *plan*, and keep which alerts were raised, have changed, or ended.

        *lead_time_shifts* says by how many standard deviations lead times have drifted. The
        same plan again is no news. :meth:`tell_alerts` tells somebody.
        """
        with self._store.transaction() as tx:
            return watch_stock(
                tx, plan, now=self._now(), rules=rules, lead_time_shifts=lead_time_shifts
            )

    def tell_alerts(self, sink: AlertSink) -> AlertDelivery:
        """Tell *sink* what is new; at least once, and after a crash again under the same key."""
        return tell_news(self._store, sink)

    def alerts(self) -> tuple[Alert, ...]:
        """Return the alerts that are on: most money at risk a day first, then fewest days."""
        with self._store.snapshot() as tx:
            return alerts_on(tx)

    def acknowledge_alert(self, kind: AlertKind, *, subject: str, note: str = "") -> AlertChange:
        """
        Take down that somebody sees to an alert: only worse is news from now on.

        Raises:
            AlertNotOnError: If there is no such alert, or it is over.
        """
        with self._store.transaction() as tx:
            return acknowledge_alert(tx, kind, subject=subject, now=self._now(), note=note)

    def snooze_alert(
        self, kind: AlertKind, *, subject: str, until: date, note: str = ""
    ) -> AlertChange:
        """
        Keep an alert from being heard of before the day *until*, unless it gets worse.

        Raises:
            AlertNotOnError: If there is no such alert, or it is over.
            FieldError: If *until* is no date.
        """
        with self._store.transaction() as tx:
            return snooze_alert(tx, kind, subject=subject, until=until, now=self._now(), note=note)
