"""Verdicts: what an advice asks of the merchant, by rules that are written down."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a
from ecomkit.replenishment._excess import ExcessRule
from ecomkit.replenishment._numbers import DUST, whole_days

if TYPE_CHECKING:
    from ecomkit.replenishment._advice import Advice


class Verdict(Enum):
    """
    What is to be done about a sku; the first that holds, in this order, is its verdict.

    All others that hold are among the reasons of the advice.
    """

    NOW = "now"
    """The position is low enough to order."""

    SOON = "soon"
    """On mean demand the position gets there within the days that count as soon."""

    DEAD = "dead"
    """Units lie there, and none was sold for so long that none is expected to be."""

    EXCESS = "excess"
    """There is more than the target and than the demand of a long horizon."""

    ON_ORDER = "on order"
    """What is available is low enough to order; what is on its way is enough."""

    FINE = "fine"
    """Nothing is to be done."""

    SNOOZED = "snoozed"
    """There is something to be done, and somebody said not before a day."""

    __hash__ = object.__hash__


class Severity(IntEnum):
    """
    How badly a sku stands, to tell a worse state from a better one.

    >>> Severity.NOW < Severity.TOO_LATE < Severity.OWED
    True
    """

    CALM = 0
    """No order is due, though there may be too much."""

    SOON = 1
    """An order will be due soon."""

    NOW = 2
    """An order is due."""

    TOO_LATE = 3
    """The stock runs out before an order placed now would arrive."""

    OWED = 4
    """Units are sold that no stock covers."""


@final
@attrs.frozen(kw_only=True)
class VerdictRules:
    """
    The days and limits by which verdicts are given.

    Args:
        soon_days: An order is due soon if the position reaches the level within so many days;
            take at least the days until somebody looks again.
        dead_days: Stock is dead if nothing was sold for so many days.
        excess: What is too much.

    Raises:
        FieldError: If a number of days is negative, no whole number, or above ten years.
    """

    soon_days: int = attrs.field(default=7, validator=whole_days)
    dead_days: int = attrs.field(default=180, validator=whole_days)
    excess: ExcessRule = attrs.field(factory=ExcessRule, validator=is_a(ExcessRule))


STANDARD_VERDICTS = VerdictRules()


def units_above(advice: Advice) -> int:
    """Return how many units the position is above the highest one that fires; 0 or less fires."""
    return advice.position.total - (advice.trigger.quiet_from(advice.reorder_point) - 1)


def is_soon(advice: Advice) -> bool:
    """Return whether the position, high enough today, is low enough in *soon_days*."""
    above = units_above(advice)
    return 0 < above <= advice.demand.mean_per_day * advice.rules.soon_days + DUST


def is_dead(advice: Advice) -> bool:
    """Return whether units lie there that nobody has asked for in *dead_days*."""
    idle = idle_days(advice)
    return advice.position.usable > 0 and idle is not None and idle >= advice.rules.dead_days


def idle_days(advice: Advice) -> int | None:
    """Return for how many days nothing was sold, as far as that is known; None if it is not."""
    last = None if advice.facts is None else advice.facts.last_sold_on
    if last is not None:
        return max(0, (advice.at.date() - last).days)
    return None if advice.demand.mean_per_day else advice.demand.observed_days or None


def waits_for_order(advice: Advice) -> bool:
    """Return whether it is only what is on order that keeps the position up."""
    return not advice.triggered and advice.trigger.fires(
        advice.position.available, level=advice.reorder_point
    )


def verdict_of(advice: Advice) -> Verdict:
    """Return the first verdict that holds, but snoozed where it asks for something and may not."""
    if advice.triggered:
        found = Verdict.NOW
    elif is_soon(advice):
        found = Verdict.SOON
    elif is_dead(advice):
        found = Verdict.DEAD
    elif advice.excess_units:
        found = Verdict.EXCESS
    elif waits_for_order(advice):
        return Verdict.ON_ORDER
    else:
        return Verdict.FINE
    snooze = None if advice.facts is None else advice.facts.snooze
    if snooze is None or snooze.ended(on=advice.at.date(), severity=advice.severity):
        return found
    return Verdict.SNOOZED


def severity_of(advice: Advice) -> Severity:
    """Return how badly the sku of *advice* stands."""
    if advice.position.uncovered:
        return Severity.OWED
    if advice.comes_too_late:
        return Severity.TOO_LATE
    if advice.triggered:
        return Severity.NOW
    return Severity.SOON if is_soon(advice) else Severity.CALM
