"""How many units of a line a claim speaks of, also where it has one word for the whole order. Pure."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.channels._claims import ChannelClaim, ClaimLine
from ecomkit.channels._states import ClaimedStates
from ecomkit.orders import FulfilmentState, LineCounts, OrderState

__all__ = ["UnitsTold", "is_partly_untold", "units_told"]

_ALL_LEFT = frozenset({FulfilmentState.FULFILLED, FulfilmentState.DELIVERED})


@final
@attrs.frozen
class UnitsTold:
    """What a claim says of one line, counted from what we took down as ordered."""

    cancelled: int
    shipped: int
    returned: int


def units_told(told: ClaimLine, *, states: ClaimedStates, counts: LineCounts) -> UnitsTold:
    """
    Return what *told* says of a line with *counts*; where it says nothing, what we know ourselves.

    Units by which the line shrank since count as cancelled. A word for the whole order is read
    for all units that are open with us: shipped are those that are not cancelled, cancelled
    those that have not left. A word for a part of them says nothing of any line.
    """
    more = told.quantity - counts.ordered
    cancelled, shipped = told.cancelled, told.shipped
    if cancelled is None and _is_off(states):
        cancelled = told.quantity - (counts.shipped if shipped is None else shipped)
    if cancelled is None:
        cancelled = max(counts.cancelled, -more)
    else:
        # Of a line that grew the units that came last are taken off first.
        cancelled = max(cancelled - more, min(cancelled, counts.cancelled), 0)
    if shipped is None:
        shipped = counts.shipped
        if states.fulfilment in _ALL_LEFT and not _is_off(states):
            shipped = max(counts.ordered - cancelled, 0)
    return UnitsTold(cancelled, shipped, min(told.returned, shipped))


def is_partly_untold(claim: ChannelClaim) -> bool:
    """Whether *claim* says that a part of the order has left, and not which units."""
    return claim.states.fulfilment is FulfilmentState.PARTIAL and any(
        line.shipped is None for line in claim.lines
    )


def _is_off(states: ClaimedStates) -> bool:
    return states.order is OrderState.CANCELLED or (states.fulfilment is FulfilmentState.CANCELLED)
