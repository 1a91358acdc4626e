"""Alerts: rules held against a plan, kept from run to run, and told to a sink."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, final

import attrs

from ecomkit._checks import is_text, not_negative
from ecomkit.errors import TransientError
from ecomkit.identifiers import Sku
from ecomkit.operations._planning import Plan
from ecomkit.ports import AlertSink, Collection, Store, Transaction
from ecomkit.replenishment import DemandSeries, Period
from ecomkit.replenishment.alerts import (
    STANDARD_RULES,
    Alert,
    AlertBook,
    AlertChange,
    AlertFacts,
    AlertKind,
    AlertRule,
    AlertTransition,
    evaluate,
)

__all__ = [
    "ALERTS",
    "ALERT_NEWS",
    "AlertDelivery",
    "acknowledge_alert",
    "alerts_on",
    "snooze_alert",
    "tell_news",
    "watch_stock",
]

SPIKE_DAYS = 3
"""Over so many of the last whole days a spike of demand is looked for."""

NEWS_BATCH = 100
"""So many pieces of news are told at a time."""

ON = "on"
NO_SHIFTS: Final[Mapping[Sku, float]] = MappingProxyType({})

ALERTS = Collection(
    name="alert",
    type=Alert,
    key=lambda alert: alert.name,
    index=lambda alert: ON if alert.is_on else None,
)

ALERT_NEWS = Collection(name="alert_news", type=AlertTransition, key=lambda news: news.key)
"""What a sink is still to be told; what it has heard is no longer kept."""


@final
@attrs.frozen(kw_only=True)
class AlertDelivery:
    """
    What a sink was told.

    Args:
        told: How many pieces of news it heard.
        waiting: How many are still to be told.
        stopped: Why it heard no more; empty if it heard all.
    """

    told: int = attrs.field(default=0, validator=not_negative)
    waiting: int = attrs.field(default=0, validator=not_negative)
    stopped: str = attrs.field(default="", validator=is_text)

    def explain(self) -> str:
        """Say how much was told, what waits, and why."""
        waiting = f", {self.waiting} waiting" if self.waiting else ""
        why = f" ({self.stopped})" if self.stopped else ""
        return f"{self.told} told{waiting}{why}"


def watch_stock(
    tx: Transaction,
    plan: Plan,
    *,
    now: datetime,
    rules: Iterable[AlertRule] = STANDARD_RULES,
    lead_time_shifts: Mapping[Sku, float] = NO_SHIFTS,
) -> AlertChange:
    """
    Hold *rules* against a *plan* of *now*, and keep what became of each alert.

    What a sink is to be told is kept in the same transaction. The same plan again changes
    nothing and is no news, and an older one neither. Alerts of skus that the plan does not know
    any more are cleared.

    *lead_time_shifts* are the standard deviations by which the last receipts took longer than
    those before, as a drift test gives them.
    """
    book = AlertBook(alerts=tx.scan(ALERTS))
    facts = [
        AlertFacts(
            advice=advice,
            recent_units=_recent(advice.demand.series),
            lead_time_z=None if advice.sku is None else lead_time_shifts.get(advice.sku),
        )
        for advice in (*plan.advices, *plan.owed)
    ]
    change = book.observe(evaluate(facts, rules=rules), at=now)
    transitions = list(change.transitions)
    seen = {str(one.sku) for one in facts}
    for gone in sorted({alert.condition.subject for alert in book.on} - seen):
        withdrawn = change.book.withdraw(gone, at=now)
        transitions.extend(withdrawn.transitions)
        change = withdrawn
    transitions.sort(key=lambda one: one.alert.rank)
    return _keep(tx, AlertChange(book=change.book, transitions=transitions))


def _recent(series: DemandSeries | None) -> tuple[int, ...]:
    if series is None or series.period is not Period.DAY:
        return ()
    return tuple(units for units in series.units[-SPIKE_DAYS:] if units is not None)


def alerts_on(tx: Transaction) -> tuple[Alert, ...]:
    """Return the alerts that are on: most money at risk a day first, then fewest days."""
    return AlertBook(alerts=tx.scan(ALERTS, index=ON)).on


def acknowledge_alert(
    tx: Transaction, kind: AlertKind, *, subject: str, now: datetime, note: str = ""
) -> AlertChange:
    """
    Take down that somebody sees to an alert: only worse is news from now on.

    Raises:
        AlertNotOnError: If there is no such alert, or it is over.
    """
    book = AlertBook(alerts=tx.scan(ALERTS, index=ON))
    return _keep(tx, book.acknowledge(kind, subject=subject, at=now, note=note))


def snooze_alert(
    tx: Transaction,
    kind: AlertKind,
    *,
    subject: str,
    until: date,
    now: datetime,
    note: str = "",
) -> AlertChange:
    """
    Keep an alert from being heard of before the day *until*, unless it gets worse.

    Raises:
        AlertNotOnError: If there is no such alert, or it is over.
        FieldError: If *until* is no date.
    """
    book = AlertBook(alerts=tx.scan(ALERTS, index=ON))
    return _keep(tx, book.snooze(kind, subject=subject, until=until, at=now, note=note))


def _keep(tx: Transaction, change: AlertChange) -> AlertChange:
    tx.put(ALERTS, (transition.alert for transition in change.transitions))
    tx.put(ALERT_NEWS, change.news)
    return change


def tell_news(store: Store, sink: AlertSink) -> AlertDelivery:
    """
    Tell *sink* what it has not heard yet, oldest first; the store is not held meanwhile.

    News is struck off only when the sink has taken it. After a crash in between it is told
    again, under the same key. An error of the sink that time will not mend is raised, and the
    news waits.
    """
    told = 0
    while True:
        with store.snapshot() as tx:
            waiting = sorted(tx.scan(ALERT_NEWS), key=lambda news: (news.at, news.alert.rank))
        batch = waiting[:NEWS_BATCH]
        if not batch:
            return AlertDelivery(told=told)
        try:
            sink.tell(batch)
        except TransientError as error:
            return AlertDelivery(told=told, waiting=len(waiting), stopped=str(error))
        with store.transaction() as tx:
            tx.delete(ALERT_NEWS, [news.key for news in batch])
        told += len(batch)
