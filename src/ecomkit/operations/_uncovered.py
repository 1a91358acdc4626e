"""
Uncovered units: sold, not there, listed until somebody resolves them.

There are three ways: wait for what is on its way, buy in what is missing, or cancel it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import final

import attrs

from ecomkit.identifiers import LineId, LocationId, OrderId, Sku
from ecomkit.operations._effects import tell_cancellation
from ecomkit.operations._ledger import sweep_holds
from ecomkit.operations._orders import cancel_units, covered_units, load_order
from ecomkit.operations._settings import Settings
from ecomkit.orders import Order
from ecomkit.ports import Transaction

__all__ = ["UncoveredUnits", "cancel_uncovered", "list_uncovered", "missing_units"]


@final
@attrs.frozen(kw_only=True)
class UncoveredUnits:
    """
    Units of one order line that are not there.

    A line of a kit waits for its components, so several entries may be of one line.
    """

    order: OrderId
    line: LineId
    sku: Sku
    location: LocationId
    quantity: int
    placed_at: datetime

    def explain(self) -> str:
        """Say who waits for what, and since when."""
        return (
            f"{self.order} line {self.line}: {self.quantity} of {self.sku} at {self.location} "
            f"uncovered, sold {self.placed_at:%Y-%m-%d %H:%M}"
        )


def list_uncovered(tx: Transaction) -> tuple[UncoveredUnits, ...]:
    """Return all units that were sold and are not there, by level, oldest arrival first."""
    return tuple(
        UncoveredUnits(
            order=named[0],
            line=named[1],
            sku=level.sku,
            location=level.location,
            quantity=debt.quantity,
            placed_at=debt.placed_at,
        )
        for level in tx.levels(tx.waiting())
        for debt in level.uncovered
        if (named := debt.owner.order_line) is not None
    )


def missing_units(waiting: Iterable[UncoveredUnits]) -> dict[Sku, int]:
    """
    Return the units to buy in so that all of *waiting* are covered, by sku.

    >>> missing_units([])
    {}
    """
    units: dict[Sku, int] = {}
    for one in waiting:
        units[one.sku] = units.get(one.sku, 0) + one.quantity
    return units


def cancel_uncovered(
    tx: Transaction, waiting: Iterable[UncoveredUnits], *, now: datetime, settings: Settings
) -> tuple[Order, ...]:
    """
    Cancel what *waiting* orders wait for, and nothing that they have.

    What is covered by now is left alone, so an old list does no harm. A kit is cancelled as
    often as one of its components is missing.

    Returns:
        The orders of which something was cancelled.

    Raises:
        UnknownOrderError: If an order is not in the books.
    """
    # What carts hold no longer covers who waits.
    sweep_holds(tx, now=now, settings=settings)
    listed = {(one.order, one.line) for one in waiting}
    cancelled: list[Order] = []
    for order_id in sorted({order for order, _ in listed}):
        order = load_order(tx, order_id)
        covered = covered_units(tx, order, settings=settings)
        quantities = {
            line: order.counts(line).open - units
            for line, units in covered.items()
            if (order_id, line) in listed and units < order.counts(line).open
        }
        if quantities:
            cancelled.append(cancel_units(tx, order, quantities, now=now, settings=settings))
            tell_cancellation(tx, order, quantities)
    return tuple(cancelled)
