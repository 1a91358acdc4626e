"""Reasons: everything that an advice rests on, not the first thing only."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ecomkit.replenishment._verdict import is_dead, is_soon, waits_for_order

if TYPE_CHECKING:
    from ecomkit.replenishment._advice import Advice


class Reason(Enum):
    """What an advice rests on; the value is the sentence."""

    TRIGGERED = "the position is low enough to order"
    ENOUGH = "the position is high enough"
    UNCOVERED = "units are sold that no stock covers"
    NO_DEMAND = "there was no demand, so nothing is expected to run out"
    TOO_LATE = "the stock runs out before an order placed now would arrive"
    STILL_LOW = "the limits on the order keep the position low enough to order again"
    BELOW_MINIMUM = "fewer units are available than the minimum"
    MINIMUM_ABOVE_LEVEL = "the minimum for what is available is above the level that triggers"
    SOON = "the position is low enough to order soon"
    ON_ORDER = "what is available is low, and what is on order makes up for it"
    EXCESS = "there is more than the target and than a long horizon of demand"
    DEAD = "units lie there that nobody has asked for in a long time"


def reasons_of(advice: Advice) -> tuple[Reason, ...]:
    """Return all reasons of *advice* that hold, in the order in which they are listed."""
    low = advice.triggered
    after = advice.position.total + advice.order
    bounds = None if advice.facts is None else advice.facts.bounds
    floor = None if bounds is None else bounds.floor
    holds = (
        (Reason.TRIGGERED, low),
        (Reason.ENOUGH, not low),
        (Reason.UNCOVERED, advice.position.uncovered > 0),
        (Reason.NO_DEMAND, not advice.demand.mean_per_day),
        (Reason.TOO_LATE, advice.comes_too_late),
        (Reason.STILL_LOW, low and advice.trigger.fires(after, level=advice.reorder_point)),
        (Reason.BELOW_MINIMUM, floor is not None and advice.position.available < floor),
        (Reason.MINIMUM_ABOVE_LEVEL, floor is not None and floor > advice.reorder_point),
        (Reason.SOON, is_soon(advice)),
        (Reason.ON_ORDER, waits_for_order(advice)),
        (Reason.EXCESS, advice.excess_units > 0),
        (Reason.DEAD, is_dead(advice)),
    )
    return tuple(reason for reason, is_so in holds if is_so)
