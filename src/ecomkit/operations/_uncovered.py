"""Uncovered units: sold, not there, listed until somebody resolves them."""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from ecomkit.identifiers import LineId, LocationId, OrderId, Sku
from ecomkit.ports import Transaction

__all__ = ["UncoveredUnits", "list_uncovered"]


@final
@attrs.frozen(kw_only=True)
class UncoveredUnits:
    """
    Units of one order line that are not there.

    Resolve them by waiting for a receipt, by buying in, or by cancelling them.
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
