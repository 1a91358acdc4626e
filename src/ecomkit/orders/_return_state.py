"""The return axis: how much of an order came back."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecomkit.orders._counts import LineCounts

__all__ = ["RETURN_TRANSITIONS", "ReturnState", "return_state"]


class ReturnState(Enum):
    """How much of an order came back."""

    NONE = "none"
    """Nothing came back."""

    PARTIAL = "partial"
    """Something came back, something is out or still to be shipped."""

    RETURNED = "returned"
    """Every unit came back that was neither cancelled nor lost."""


RETURN_TRANSITIONS: Final[Mapping[ReturnState, frozenset[ReturnState]]] = MappingProxyType(
    {
        ReturnState.NONE: frozenset({ReturnState.PARTIAL, ReturnState.RETURNED}),
        ReturnState.PARTIAL: frozenset({ReturnState.NONE, ReturnState.RETURNED}),
        ReturnState.RETURNED: frozenset({ReturnState.NONE, ReturnState.PARTIAL}),
    }
)
"""Where one event can take the axis: back, where units are sent to the buyer again."""


def return_state(units: LineCounts) -> ReturnState:
    """
    Return how much of the *units* of an order, or of one line, came back.

    >>> from ecomkit.orders import LineCounts
    >>> return_state(LineCounts(ordered=10, shipped=3, returned=1))
    <ReturnState.PARTIAL: 'partial'>
    """
    if units.returned == 0:
        return ReturnState.NONE
    if units.returned < units.due - units.lost:
        return ReturnState.PARTIAL
    return ReturnState.RETURNED
