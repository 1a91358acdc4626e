"""OTIF: the share of orders that arrived complete and by the promised date."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from ecomkit.insight._fill_rate import FillUnit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.orders import OnTimeInFull

__all__ = ["on_time_in_full_rate"]


def on_time_in_full_rate(orders: Iterable[OnTimeInFull], *, by: FillUnit) -> Fraction | None:
    """
    Return the share that arrived on time and in full, exactly; None where nothing is decided.

    Orders of which units are still awaited are left out, and so is what is not measured: orders
    and lines of which every unit is excused.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import LineId, OrderId
    >>> from ecomkit.orders import LineOnTimeInFull, OnTimeInFull
    >>> orders = [
    ...     OnTimeInFull(order=OrderId(name), deliver_by=datetime(2026, 3, 4, tzinfo=UTC), lines=lines)
    ...     for name, lines in {
    ...         "A": [LineOnTimeInFull(line=LineId("1"), on_time_units=9, late_units=1)],
    ...         "B": [LineOnTimeInFull(line=LineId("1"), on_time_units=2)],
    ...     }.items()
    ... ]
    >>> [str(on_time_in_full_rate(orders, by=unit)) for unit in FillUnit]
    ['11/12', '1/2', '1/2']
    """
    decided = [order for order in orders if order.is_decided and order.units]
    lines = [line for order in decided for line in order.lines if line.units]
    match by:
        case FillUnit.UNIT:
            kept, all_of = sum(line.on_time_units for line in lines), sum(o.units for o in decided)
        case FillUnit.LINE:
            kept, all_of = sum(line.is_on_time_in_full for line in lines), len(lines)
        case FillUnit.ORDER:
            kept, all_of = sum(order.is_on_time_in_full for order in decided), len(decided)
        case _:
            assert_never(by)
    return Fraction(kept, all_of) if decided else None
