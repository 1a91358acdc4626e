"""The order axis: whether something is left to do."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecomkit.money import Money
    from ecomkit.orders._counts import LineCounts

__all__ = ["ORDER_TRANSITIONS", "OrderState", "order_state"]


class OrderState(Enum):
    """Whether something is left to ship or to be paid."""

    OPEN = "open"
    """Units are to be shipped, or money is owed."""

    COMPLETE = "complete"
    """All that is not cancelled is shipped, and nothing is owed."""

    CANCELLED = "cancelled"
    """Every unit is cancelled."""


ORDER_TRANSITIONS: Final[Mapping[OrderState, frozenset[OrderState]]] = MappingProxyType(
    {
        OrderState.OPEN: frozenset({OrderState.COMPLETE, OrderState.CANCELLED}),
        OrderState.COMPLETE: frozenset({OrderState.OPEN}),
        OrderState.CANCELLED: frozenset(),
    }
)
"""
Where one event can take the axis. What is undone, such as a shipment that never left, opens an
order again, and so does a line that is added later.
"""


def order_state(units: LineCounts, *, owed: Money) -> OrderState:
    """Return whether something is left to do about the *units*, or about the money *owed*."""
    if units.due == 0:
        return OrderState.CANCELLED
    if units.open > 0 or not owed.is_zero:
        return OrderState.OPEN
    return OrderState.COMPLETE
