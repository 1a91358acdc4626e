"""
A digest of the books: equal books give equal text, whatever happened on the way to them.

It holds what must last: levels, movements, orders, purchases, returns and quarantine. What a
channel shows or was told is left out: channels live in memory here and forget it in a crash.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import final

from ecomkit.operations import Quarantined
from ecomkit.orders import Order
from ecomkit.replenishment import PurchaseOrder
from ecomkit.returns import Return
from ecomkit.stock import Account, Movement, StockLevel

__all__ = ["Digest"]

SIZE = 2**256


@final
class Digest:
    """Adds up hashes, so that half a million rows need not be sorted."""

    def __init__(self) -> None:
        self._sum = 0

    def _add(self, *words: object) -> None:
        text = "\n".join(map(str, words))
        self._sum = (self._sum + int.from_bytes(sha256(text.encode()).digest(), "big")) % SIZE

    def level(self, level: StockLevel) -> None:
        """Add a level and all that is promised from it."""
        self._add(
            "level",
            level.sku,
            level.sellable,
            level.held,
            level.allocated,
            level.picked,
            level.quarantined,
            level.damaged,
            level.in_transit,
            "" if level.counted_at is None else _instant(level.counted_at),
            *(
                f"{kind} {promise.owner} {promise.quantity} {_instant(promise.placed_at)}"
                for kind, promises in (("has", level.allocations), ("waits", level.uncovered))
                for promise in promises
            ),
        )

    def movement(self, movement: Movement) -> None:
        """Add a movement."""
        self._add(
            "movement",
            movement.id,
            movement.quantity,
            _account(movement.source),
            _account(movement.target),
            movement.cause.value,
            movement.owner or "",
            _instant(movement.at),
        )

    def order(self, order: Order) -> None:
        """Add an order with its lines, charges, events and payments."""
        self._add(
            "order",
            order.id,
            order.customer,
            _instant(order.placed_at),
            *(f"{one.id} {one.sku} {one.quantity} {one.unit_price.amount}" for one in order.lines),
            *(f"{one.kind.value} {one.amount.amount}" for one in order.charges),
            *_sorted(
                f"{one.kind.value} {one.line} {one.quantity} {_instant(one.at)}"
                for one in order.events
            ),
            *_sorted(
                f"{one.kind.value} {one.amount.amount} {one.reference} {_instant(one.at)}"
                for one in order.payments
            ),
        )

    def purchase(self, order: PurchaseOrder) -> None:
        """Add a purchase order."""
        self._add(
            "purchase",
            order.id,
            order.supplier,
            order.placed_on,
            *(f"{one.sku} {one.quantity} {one.received} {one.expected_on}" for one in order.lines),
        )

    def parcel(self, parcel: Return) -> None:
        """Add a return."""
        lines = (f"{one.line} {one.quantity} {one.target.explain()}" for one in parcel.events)
        self._add("return", parcel.id, parcel.order, _instant(parcel.requested_at), *lines)

    def quarantined(self, quarantined: Quarantined) -> None:
        """Add what could not be booked."""
        self._add("quarantined", quarantined.name, *quarantined.faults, _instant(quarantined.at))

    def __str__(self) -> str:
        return f"{self._sum:064x}"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _account(account: Account) -> str:
    return f"{account.sku} {account.location} {account.bucket.value}"


def _sorted(texts: Iterable[str]) -> list[str]:
    return sorted(texts)
