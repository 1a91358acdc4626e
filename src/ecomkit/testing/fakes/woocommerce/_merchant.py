"""What happens in the shop without its API: the merchant's and the shoppers' side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Money
from ecomkit.testing.fakes.woocommerce._goods import Goods
from ecomkit.testing.fakes.woocommerce._orders import Orders
from ecomkit.testing.fakes.woocommerce._refunds import Refunds
from ecomkit.testing.fakes.woocommerce._turns import in_turn
from ecomkit.testing.fakes.woocommerce._values import Line, Order

__all__ = ["Merchant", "PartOfOrderError"]


@attrs.frozen(kw_only=True)
class PartOfOrderError(InputError):
    """
    Raised when a part of an order is to be shipped: the shop knows only whole orders.

    >>> print(PartOfOrderError(number="12"))
    the shop ships order 12 as a whole or not at all
    """

    number: str

    @property
    def message(self) -> str:
        """Which order, and the rule."""
        return f"the shop ships order {self.number} as a whole or not at all"


class Merchant(Goods):
    """Does what people do in the shop: they put things up, sell, ship and change their minds."""

    orders: Orders
    refunds: Refunds

    @in_turn
    def sell(
        self,
        lines: Sequence[tuple[ListingId, int, Money]],
        *,
        number: str | None = None,
        paid: bool = True,
        status: str | None = None,
        buyer: str = "ada@example.com",
        shipping: Money | None = None,
        discount: Money | None = None,
        at: datetime | None = None,
    ) -> str:
        """
        Sell units at a price each, what is not there too; return the id of the order.

        Args:
            lines: What is sold, how many of it, and at which price each before tax.
            number: What the order is called, where a plugin gives it a name of its own.
            paid: Whether it is paid at once, and so takes its stock.
            status: In place of what *paid* says: any word that the shop knows.
            buyer: Their mail address.
            shipping: What is paid for it.
            discount: What a coupon takes off the goods, each by its share.
            at: When it was placed; now unless given.
        """
        amounts = [price.amount * quantity for _, quantity, price in lines]
        shares = discount.prorate(amounts) if discount else [0 * price for _, _, price in lines]
        rows = []
        for (listing, quantity, _), amount, share in zip(lines, amounts, shares, strict=True):
            product, _, variation = listing.partition(":")
            rows.append(
                {
                    "product_id": int(product),
                    "variation_id": int(variation or 0),
                    "quantity": quantity,
                    "subtotal": self.shop.money(amount),
                    "total": self.shop.money(amount - share.amount),
                }
            )
        address = {
            "first_name": "Ada",
            "last_name": "Lovelace",
            "address_1": "12 St James's Square",
            "city": "London",
            "postcode": "SW1Y 4JH",
            "country": "GB",
        }
        order = self.orders.place(
            {
                "payment_method": "stripe",
                "payment_method_title": "Card",
                "created_via": "checkout",
                "billing": address | {"email": buyer, "phone": "+44 20 7946 0000"},
                "shipping": address,
                "line_items": rows,
                "shipping_lines": [
                    {
                        "method_id": "flat_rate",
                        "method_title": "Flat rate",
                        "total": self.shop.money(shipping.amount),
                    }
                ]
                if shipping
                else [],
                "coupon_lines": [{"code": "welcome", "discount": self.shop.money(discount.amount)}]
                if discount
                else [],
                "status": status or ("processing" if paid else "pending"),
            },
            number=number,
            at=at and at.astimezone(UTC).replace(microsecond=0),
        )
        return str(order.id)

    @in_turn
    def touch(self, number: str) -> None:
        """Change an order a little."""
        order = self.shop.order(number)
        self.orders.changed(attrs.evolve(order, customer_note=f"{order.customer_note}."))

    @in_turn
    def set_status(self, number: str, status: str) -> None:
        """Give an order another status, with what goes with it."""
        self.orders.changed(self.orders.moved(self.shop.order(number), status=status))

    @in_turn
    def cancel(self, number: str, quantities: Mapping[LineId, int] | None = None) -> None:
        """Cancel an order; a part of it by a refund, since the shop knows no other way."""
        order = self.shop.order(number)
        if quantities is None or self._is_all(order, quantities):
            self.set_status(number, "cancelled")
            return
        amount = sum(_share(line, quantities.get(LineId(str(line.id)), 0)) for line in order.lines)
        self.refund(number, quantities, amount=Money(amount, self.shop.currency))

    @in_turn
    def ship(self, number: str, quantities: Mapping[LineId, int] | None = None) -> None:
        """
        Ship an order.

        Raises:
            PartOfOrderError: If *quantities* are not all that is left of it.
        """
        if quantities is not None and not self._is_all(self.shop.order(number), quantities):
            raise PartOfOrderError(number=number)
        self.set_status(number, "completed")

    @in_turn
    def refund(self, number: str, quantities: Mapping[LineId, int], *, amount: Money) -> str:
        """Refund units, put them back into the stock, and return the refund's id."""
        order = self.shop.order(number)
        rows = []
        rest = amount.amount
        for line in order.lines:
            units = quantities.get(LineId(str(line.id)), 0)
            share = min(rest, _share(line, units))
            rest -= share
            if units:
                total = self.shop.money(share)
                rows.append({"id": line.id, "quantity": units, "refund_total": total})
        body: dict[str, Any] = {
            "amount": self.shop.money(amount.amount),
            "reason": "changed their mind",
            "line_items": rows,
            "api_refund": False,
        }
        return str(self.refunds.make(order, body).id)

    @in_turn
    def spoil(self, number: str) -> None:
        """Make an order's document one that nobody can read."""
        self.orders.changed(attrs.evolve(self.shop.order(number), spoilt=True))

    @in_turn
    def delay(self, number: str, seconds: float) -> None:
        """Keep the last change of an order, and all later ones, out of lists for *seconds*."""
        record, now = self.shop.orders[int(number)], self.shop.time.now()
        if record.stale_until is None or now >= record.stale_until:
            record.stale = record.before
        record.stale_until = now + timedelta(seconds=seconds)

    @in_turn
    def refunded(self, number: str) -> Money:
        """Return what was given back for an order."""
        return Money(self.shop.order(number).refunded, self.shop.currency)

    @in_turn
    def fulfilments(self, number: str) -> tuple[Mapping[str, Any], ...]:
        """Return what the shop has taken down of an order's shipping: one entry once it is done."""
        order = self.shop.order(number)
        if order.completed is None:
            return ()
        return (
            {
                "at": order.completed,
                "meta": {row.key: row.value for row in order.meta},
                "notes": tuple(note.text for note in order.notes),
            },
        )

    def _is_all(self, order: Order, quantities: Mapping[LineId, int]) -> bool:
        return all(
            quantities.get(LineId(str(line.id)), 0)
            >= line.quantity - order.refunded_units(line.id)
            for line in order.lines
        )


def _share(line: Line, units: int) -> int:
    return line.total * units // (line.quantity or 1)
