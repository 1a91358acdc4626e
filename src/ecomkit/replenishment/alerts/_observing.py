"""What an observation does to an alert, and what a person does: the machine behind the table."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from ecomkit._checks import as_utc
from ecomkit.replenishment.alerts._alert import Alert, AlertTransition
from ecomkit.replenishment.alerts._alert_state import AlertEvent, AlertState

if TYPE_CHECKING:
    from ecomkit.replenishment.alerts._condition import Condition


def observe(alert: Alert | None, condition: Condition, *, at: datetime) -> AlertTransition | None:
    """
    Return what a *condition* measured *at* an instant does to its alert; None for nothing.

    What is older than what the alert has seen changes nothing. Clearing ends a snooze: a new
    fall is a new alert.
    """
    if alert is not None and as_utc(at) < alert.seen_at:
        return None
    if alert is None or not alert.is_on:
        if not condition.raises:
            return None
        raised = Alert(
            condition=condition,
            state=AlertState.RAISED,
            raised_at=at,
            seen_at=at,
            grade=condition.grade,
            news=1 if alert is None else alert.news + 1,
        )
        return AlertTransition(alert=raised, event=AlertEvent.RAISED, at=at)
    if condition.clears:
        return clear(alert, condition=condition, at=at)
    seen = attrs.evolve(alert, condition=condition, seen_at=at)
    if condition.grade > alert.grade:
        return _again(seen, AlertEvent.WORSENED, at=at)
    if alert.snoozed_until is not None and at.date() >= alert.snoozed_until:
        return _again(seen, AlertEvent.RESUMED, at=at)
    return AlertTransition(alert=seen, event=AlertEvent.STILL_ON, at=at)


def _again(alert: Alert, event: AlertEvent, *, at: datetime) -> AlertTransition:
    raised = attrs.evolve(
        alert,
        state=AlertState.RAISED,
        grade=max(alert.grade, alert.condition.grade),
        news=alert.news + 1,
        snoozed_until=None,
        note="",
    )
    return AlertTransition(alert=raised, event=event, at=at)


def clear(alert: Alert, *, condition: Condition | None = None, at: datetime) -> AlertTransition:
    """Return an alert that is on as one that is over, with what was measured last."""
    cleared = attrs.evolve(
        alert,
        condition=alert.condition if condition is None else condition,
        state=AlertState.CLEARED,
        seen_at=at,
        news=alert.news + 1,
        snoozed_until=None,
        note="",
    )
    return AlertTransition(alert=cleared, event=AlertEvent.CLEARED, at=at)


def acknowledge(alert: Alert, *, at: datetime, note: str) -> AlertTransition:
    """Return an alert that is on as one that somebody sees to; a snooze is over by that."""
    seen_to = attrs.evolve(alert, state=AlertState.ACKNOWLEDGED, snoozed_until=None, note=note)
    return AlertTransition(alert=seen_to, event=AlertEvent.ACKNOWLEDGED, at=at)


def snooze(alert: Alert, *, until: date, at: datetime, note: str) -> AlertTransition:
    """Return an alert that is on as one that is not to be heard of before a day."""
    asleep = attrs.evolve(alert, state=AlertState.SNOOZED, snoozed_until=until, note=note)
    return AlertTransition(alert=asleep, event=AlertEvent.SNOOZED, at=at)
