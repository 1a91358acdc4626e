"""What the shop keeps of its orders: frozen values, amounts in minor units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, final

import attrs

__all__ = ["Fulfilment", "HistoryEntry", "Order", "OrderLine", "Payment", "Refund"]

LineQuantities = tuple[tuple[int, int], ...]

# What may follow on what; the way back and changes of a placed order are left out.
ORDER_STATES = {
    "AddingItems": {"ArrangingPayment", "Cancelled"},
    "ArrangingPayment": {"PaymentAuthorized", "PaymentSettled", "AddingItems", "Cancelled"},
    "PaymentAuthorized": {"PaymentSettled", "Cancelled"},
    "PaymentSettled": {
        "PartiallyDelivered",
        "Delivered",
        "PartiallyShipped",
        "Shipped",
        "Cancelled",
    },
    "PartiallyShipped": {"Shipped", "PartiallyDelivered", "Cancelled"},
    "Shipped": {"PartiallyDelivered", "Delivered", "Cancelled"},
    "PartiallyDelivered": {"Delivered", "Cancelled"},
    "Delivered": {"Cancelled"},
    "Cancelled": set[str](),
}
FULFILMENT_STATES = {
    "Pending": ("Shipped", "Delivered", "Cancelled"),
    "Shipped": ("Delivered", "Cancelled"),
    "Delivered": ("Cancelled",),
    "Cancelled": (),
}


def without_tax(gross: int, *, percent: int) -> int:
    """Return what of *gross* is not tax, a half rounded up as JavaScript does."""
    return (2 * gross * 100 + 100 + percent) // (2 * (100 + percent))


@final
@attrs.frozen(kw_only=True)
class OrderLine:
    """
    One line: ``quantity`` shrinks when units are cancelled, ``placed`` does not.

    Args:
        unit: The price of one, tax included, before discounts.
        discount: What the order's discounts take off the units that were placed.
    """

    id: int
    variant: int
    placed: int
    quantity: int
    unit: int
    percent: int
    discount: int = 0

    @property
    def gross(self) -> int:
        """The price of the units left, tax included, before discounts."""
        return self.unit * self.quantity

    @property
    def net(self) -> int:
        """The same without tax, rounded by the unit."""
        return without_tax(self.unit, percent=self.percent) * self.quantity

    @property
    def prorated(self) -> int:
        """The price of the units left, tax included, after discounts."""
        return self.gross - (2 * self.discount * self.quantity + self.placed) // (2 * self.placed)

    @property
    def prorated_net(self) -> int:
        """The same without tax."""
        return self.net if not self.discount else without_tax(self.prorated, percent=self.percent)


@final
@attrs.frozen(kw_only=True)
class Refund:
    """Money back: pending until somebody says that it was paid."""

    id: int
    payment: int
    total: int
    items: int
    shipping: int
    adjustment: int
    reason: str | None
    lines: LineQuantities
    created_at: datetime
    updated_at: datetime
    state: str = "Pending"
    transaction: str | None = None


@final
@attrs.frozen(kw_only=True)
class Payment:
    """One payment and what of it was paid back."""

    id: int
    amount: int
    state: str
    transaction: str
    created_at: datetime
    refunds: tuple[Refund, ...] = ()

    @property
    def refunded(self) -> int:
        """What is paid back, or will be."""
        return sum(refund.total for refund in self.refunds if refund.state != "Failed")


@final
@attrs.frozen(kw_only=True)
class Fulfilment:
    """Units that leave together."""

    id: int
    lines: LineQuantities
    method: str
    tracking: str
    created_at: datetime
    updated_at: datetime
    state: str = "Pending"


@final
@attrs.frozen(kw_only=True)
class HistoryEntry:
    """One thing that happened to an order."""

    type: str
    at: datetime
    data: dict[str, Any]


@final
@attrs.frozen(kw_only=True)
class Order:
    """An order, or the cart that may become one."""

    id: int
    code: str
    currency: str
    buyer: str
    lines: tuple[OrderLine, ...]
    created_at: datetime
    updated_at: datetime
    state: str = "AddingItems"
    placed_at: datetime | None = None
    shipping: int = 0
    surcharge: int = 0
    percent: int = 0
    note: str = ""
    payments: tuple[Payment, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    spoiled: bool = False

    @property
    def active(self) -> bool:
        """Whether it is still a cart."""
        return self.placed_at is None and self.state != "Cancelled"

    @property
    def sub_total(self) -> int:
        """All but shipping, tax included."""
        return sum(line.prorated for line in self.lines) + self.surcharge

    @property
    def total(self) -> int:
        """What the buyer owes, tax included."""
        return self.sub_total + self.shipping

    def line(self, key: int) -> OrderLine | None:
        """Return the line of that id."""
        return next((line for line in self.lines if line.id == key), None)

    def refunds(self) -> Iterator[Refund]:
        """Yield all refunds."""
        for payment in self.payments:
            yield from payment.refunds

    def fulfilled(self, line: int, *states: str) -> int:
        """Return how many units of *line* are in fulfilments, of *states* only where given."""
        return sum(
            quantity
            for fulfilment in self.fulfilments
            if fulfilment.state in states or (not states and fulfilment.state != "Cancelled")
            for key, quantity in fulfilment.lines
            if key == line
        )

    def with_line(self, line: OrderLine) -> Order:
        """Return the order with *line* in the place of that of the same id."""
        return attrs.evolve(
            self, lines=tuple(line if one.id == line.id else one for one in self.lines)
        )

    def with_payment(self, payment: Payment) -> Order:
        """Return the order with *payment* in the place of that of the same id."""
        return attrs.evolve(
            self,
            payments=tuple(payment if one.id == payment.id else one for one in self.payments),
        )

    def noted(self, word: str, *, at: datetime, **data: Any) -> Order:
        """Return the order with one more entry of its history."""
        entry = HistoryEntry(type=word, at=at, data=data)
        return attrs.evolve(self, history=(*self.history, entry))

    def moved(self, state: str, *, at: datetime) -> Order:
        """Return the order in *state*, with the entry of its history; as it is if it is there."""
        if state == self.state:
            return self
        noted = self.noted("ORDER_STATE_TRANSITION", at=at, **{"from": self.state, "to": state})
        return attrs.evolve(noted, state=state)

    def followed(self, *, at: datetime) -> Order:
        """Return the order in the state that its fulfilments have brought it to."""
        wanted = self._state_of_fulfilments()
        if wanted is None or wanted not in ORDER_STATES[self.state]:
            return self
        return self.moved(wanted, at=at)

    def _state_of_fulfilments(self) -> str | None:
        ordered = sum(line.quantity for line in self.lines)
        delivered = sum(self.fulfilled(line.id, "Delivered") for line in self.lines)
        shipped = sum(self.fulfilled(line.id, "Shipped", "Delivered") for line in self.lines)
        if delivered:
            return "Delivered" if delivered >= ordered else "PartiallyDelivered"
        if shipped:
            return "Shipped" if shipped >= ordered else "PartiallyShipped"
        return None
