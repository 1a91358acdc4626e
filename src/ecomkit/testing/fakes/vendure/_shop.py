"""The people at the shop: its staff and its shoppers, past any client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import attrs

from ecomkit.adapters.http import Timekeeper
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes._system import FakeSystem, WireFaults
from ecomkit.testing.fakes.vendure._orders import Book
from ecomkit.testing.fakes.vendure._stock import Stock, StockLevel, Variant
from ecomkit.testing.fakes.vendure._values import Fulfilment, Order, OrderLine

__all__ = ["Shop"]


class Shop(FakeSystem):
    """A shop and what people do in it; its API is put on top of it."""

    def __init__(
        self,
        *,
        time: Timekeeper | None,
        faults: WireFaults | None,
        currency: Currency,
        tax_percent: int,
        locations: Mapping[str, str],
        lost_updates: float,
    ) -> None:
        super().__init__(time=time, faults=faults)
        self.currency = currency
        self.tax_percent = tax_percent
        self.location = next(iter(locations))
        """The id of the default location."""
        places = tuple(map(int, locations))
        self._book = Book(Stock(places, lost_updates=lost_updates, seed=self.faults.seed))

    # The staff.

    def put_up(
        self,
        sku: str,
        *,
        title: str = "",
        quantity: int = 7,
        price: Money | None = None,
        product: ListingId | None = None,
    ) -> ListingId:
        """Put a variant up for sale, beside the variant *product* if that is given."""
        with self._lock:
            now = self.time.now()
            key = self._book.number("ProductVariant")
            variant = Variant(
                id=key,
                product=(
                    self._book.number("Product")
                    if product is None
                    else self._variant(product).product
                ),
                sku=sku,
                name=title or sku,
                price=1_000 if price is None else price.amount,
                created_at=now,
                updated_at=now,
            )
            self._book.put_up(variant)
            self._book.stock.set(key, int(self.location), on_hand=quantity, at=now)
            return ListingId(str(key))

    def shown(self, listing: ListingId, *, location: str | None = None) -> int | None:
        """Return what is on hand of *listing*, at one location; None for an unknown one."""
        levels = self._levels(listing, location)
        return sum(level.on_hand for level in levels) if levels else None

    def allocated(self, listing: ListingId, *, location: str | None = None) -> int:
        """Return what the counter says is promised of *listing*."""
        return sum(level.allocated for level in self._levels(listing, location))

    def promised(self, listing: ListingId) -> int:
        """Return what really is promised of *listing*: the sum of its movements."""
        return sum(
            self._book.stock.moved(line.id, "allocated")
            for kept in self._book.kept.values()
            for line in kept.order.lines
            if str(line.variant) == listing
        )

    def show(self, listing: ListingId, quantity: int, *, location: str | None = None) -> None:
        """Write what is on hand, past any client."""
        with self._lock:
            self._book.stock.set(
                self._variant(listing).id,
                int(location or self.location),
                on_hand=quantity,
                at=self.time.now(),
            )

    def _levels(self, listing: ListingId, location: str | None) -> list[StockLevel]:
        levels = self._book.stock.of(int(listing)) if listing.isdigit() else []
        return [one for one in levels if location is None or str(one.location) == location]

    def _variant(self, listing: ListingId) -> Variant:
        return self._book.variants[int(listing)]

    # The shoppers.

    def fill_cart(
        self,
        lines: Sequence[tuple[ListingId, int, Money]],
        *,
        number: str | None = None,
        buyer: str = "ada@example.com",
        at: datetime | None = None,
        shipping: Money | None = None,
        surcharge: Money | None = None,
        discount: Money | None = None,
    ) -> str:
        """
        Let a shopper fill a cart, and return its id; it is among the orders from now on.

        *number* becomes the order's code. Prices are of one unit, tax included. *discount* is
        off the whole of the lines.
        """
        with self._lock:
            now = at or self.time.now()
            parts = _shares(lines, discount)
            key = self._book.number("Order")
            order = Order(
                id=key,
                code=number or f"VD{key:014}",
                currency=self.currency.name,
                buyer=buyer,
                lines=tuple(
                    OrderLine(
                        id=self._book.number("OrderLine"),
                        variant=self._variant(listing).id,
                        placed=quantity,
                        quantity=quantity,
                        unit=price.amount,
                        percent=self.tax_percent,
                        discount=part,
                    )
                    for (listing, quantity, price), part in zip(lines, parts, strict=True)
                ),
                created_at=now,
                updated_at=now,
                shipping=shipping.amount if shipping else 0,
                surcharge=surcharge.amount if surcharge else 0,
                percent=self.tax_percent,
            )
            entry = {"from": "Created", "to": "AddingItems"}
            self._book.put(order.noted("ORDER_STATE_TRANSITION", at=now, **entry), stamp=None)
            return str(key)

    def place(
        self,
        number: str,
        *,
        paid: Literal["Settled", "Authorized"] = "Settled",
        at: datetime | None = None,
    ) -> None:
        """
        Let the shopper pay: the cart becomes an order.

        Its ``updatedAt`` stays that of the cart's last change: it is before ``orderPlacedAt`` by
        as long as the shopper took to pay.
        """
        with self._lock:
            self._book.pay(self._order(number), state=paid, at=at or self.time.now())

    def sell(
        self,
        lines: Sequence[tuple[ListingId, int, Money]],
        *,
        number: str | None = None,
        paid: Literal["Settled", "Authorized"] = "Settled",
        buyer: str = "ada@example.com",
        at: datetime | None = None,
        shipping: Money | None = None,
        surcharge: Money | None = None,
        discount: Money | None = None,
    ) -> str:
        """Fill a cart and pay for it at once; return the order's id."""
        with self._lock:
            key = self.fill_cart(
                lines,
                number=number,
                buyer=buyer,
                at=at,
                shipping=shipping,
                surcharge=surcharge,
                discount=discount,
            )
            self.place(key, paid=paid, at=at)
            return key

    # What befalls orders, past any client.

    def touch(self, number: str) -> None:
        """Let the staff edit an order without a change of its lines."""
        self._write(number, note="touched")

    def spoil(self, number: str) -> None:
        """Let an order's document become unreadable: its lines are lost."""
        self._write(number, spoiled=True)

    def mend(self, number: str) -> None:
        """Let a spoiled order be read again."""
        self._write(number, spoiled=False)

    def delay(self, number: str, seconds: float) -> None:
        """Keep lists from showing the last change of an order for so long, nor what follows."""
        with self._lock:
            until = self.time.now() + timedelta(seconds=seconds)
            self._book.kept[self._order(number).id].hidden_until = until

    def cancel(self, number: str, quantities: Mapping[LineId, int] | None = None) -> None:
        """Cancel units of an order, or all that are left, and put them back on the shelf."""
        with self._lock:
            self._book.cancel(
                self._order(number).id,
                None if quantities is None else _rows(quantities),
                reason="out of stock",
                shipping="cancelled" if quantities is None else "kept",
                at=self.time.now(),
            )

    def ship(self, number: str, quantities: Mapping[LineId, int] | None = None) -> None:
        """Ship units of an order, or all that are left."""
        with self._lock:
            now = self.time.now()
            order = self._order(number)
            rows = _rows(quantities) if quantities is not None else _unshipped(order)
            made = self._book.fulfil(rows, method="Post", tracking=f"T{number}", at=now)
            self._book.move_fulfilment(made.id, "Shipped", at=now)

    def deliver(self, number: str) -> None:
        """Let all that was shipped of an order arrive."""
        with self._lock:
            for fulfilment in self._order(number).fulfilments:
                if fulfilment.state == "Shipped":
                    self._book.move_fulfilment(fulfilment.id, "Delivered", at=self.time.now())

    def refund(self, number: str, quantities: Mapping[LineId, int], *, amount: Money) -> None:
        """Pay *amount* back for units of an order; nothing comes back on the shelf by that."""
        with self._lock:
            now = self.time.now()
            made = self._book.refund(
                self._order(number).payments[0].id,
                _rows(quantities),
                amount=amount.amount,
                shipping=0,
                adjustment=0,
                reason="not wanted",
                at=now,
            )
            self._book.settle_refund(made.id, transaction=f"r{made.id}", at=now)

    def refunded(self, number: str) -> Money:
        """Return what was paid back of an order, or is about to be."""
        paid = sum(payment.refunded for payment in self._order(number).payments)
        return Money(paid, self.currency)

    def fulfilments(self, number: str) -> tuple[Fulfilment, ...]:
        """Return the fulfilments of an order."""
        return self._order(number).fulfilments

    def lines(self, number: str) -> tuple[LineId, ...]:
        """Return the ids of the lines of an order."""
        return tuple(LineId(str(line.id)) for line in self._order(number).lines)

    def state(self, number: str) -> str:
        """Return the word for the state of an order."""
        return self._order(number).state

    def webhooks(self) -> list[tuple[dict[str, str], bytes]]:
        """Return nothing: the core of Vendure has no webhooks."""
        return []

    def _order(self, number: str) -> Order:
        return self._book.kept[int(number)].order

    def _write(self, number: str, **changes: Any) -> None:
        with self._lock:
            now = self.time.now()
            order = self._order(number).noted("ORDER_MODIFIED", at=now)
            self._book.put(attrs.evolve(order, **changes), stamp=now)


def _rows(quantities: Mapping[LineId, int]) -> list[tuple[int, int]]:
    return [(int(key), units) for key, units in quantities.items()]


def _unshipped(order: Order) -> list[tuple[int, int]]:
    left = [(line.id, line.quantity - order.fulfilled(line.id)) for line in order.lines]
    return [(key, units) for key, units in left if units]


def _shares(
    lines: Sequence[tuple[ListingId, int, Money]], discount: Money | None
) -> Sequence[int]:
    if discount is None:
        return [0] * len(lines)
    return [
        part.amount
        for part in discount.prorate([price.amount * units for _, units, price in lines])
    ]
