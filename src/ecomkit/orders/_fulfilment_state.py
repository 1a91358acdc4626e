"""The fulfilment axis: how far the units are on their way to the buyer."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecomkit.orders._counts import LineCounts

__all__ = ["FULFILMENT_TRANSITIONS", "FulfilmentState", "fulfilment_state"]


class FulfilmentState(Enum):
    """How far the units of an order are on their way."""

    UNFULFILLED = "unfulfilled"
    """Nothing is shipped, something is to be."""

    PARTIAL = "partial"
    """Something is shipped, something still is to be."""

    FULFILLED = "fulfilled"
    """All is shipped, not all of it is reported as delivered."""

    DELIVERED = "delivered"
    """All is shipped, and all that is not lost is delivered."""

    LOST = "lost"
    """All is shipped, and all of it is lost."""

    CANCELLED = "cancelled"
    """Every unit is cancelled."""


FULFILMENT_TRANSITIONS: Final[Mapping[FulfilmentState, frozenset[FulfilmentState]]] = (
    MappingProxyType(
        {
            FulfilmentState.UNFULFILLED: frozenset(
                {FulfilmentState.PARTIAL, FulfilmentState.FULFILLED, FulfilmentState.CANCELLED}
            ),
            FulfilmentState.PARTIAL: frozenset(
                {
                    FulfilmentState.UNFULFILLED,
                    FulfilmentState.FULFILLED,
                    FulfilmentState.DELIVERED,
                    FulfilmentState.LOST,
                }
            ),
            FulfilmentState.FULFILLED: frozenset(
                {
                    FulfilmentState.UNFULFILLED,
                    FulfilmentState.PARTIAL,
                    FulfilmentState.DELIVERED,
                    FulfilmentState.LOST,
                }
            ),
            FulfilmentState.DELIVERED: frozenset({FulfilmentState.FULFILLED}),
            FulfilmentState.LOST: frozenset({FulfilmentState.FULFILLED}),
            FulfilmentState.CANCELLED: frozenset(),
        }
    )
)
"""
Where one event can take the axis: forward, and back where something is undone that was told.
A line that is added later may open any of them again.
"""


def fulfilment_state(units: LineCounts) -> FulfilmentState:
    """
    Return how far the *units* of an order, or of one line, are on their way.

    >>> from ecomkit.orders import LineCounts
    >>> fulfilment_state(LineCounts(ordered=10, shipped=3, returned=1))
    <FulfilmentState.PARTIAL: 'partial'>
    """
    if units.due == 0:
        return FulfilmentState.CANCELLED
    if units.shipped == 0:
        return FulfilmentState.UNFULFILLED
    if units.open > 0:
        return FulfilmentState.PARTIAL
    if units.lost == units.shipped:
        return FulfilmentState.LOST
    if units.delivered + units.lost < units.shipped:
        return FulfilmentState.FULFILLED
    return FulfilmentState.DELIVERED
