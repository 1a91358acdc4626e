"""The marketplace behind the reference channel: what shoppers and the marketplace itself do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, final

import attrs

from ecomkit.adapters.memory._wire import dump
from ecomkit.channels import LineUnits, Listing, Refund
from ecomkit.errors import InputError
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money, sum_money
from ecomkit.orders import Charge
from ecomkit.timeline import format_instant

__all__ = ["Marketplace", "SoldLine", "UnknownOrderNumberError", "units_left"]


@attrs.frozen(kw_only=True)
class UnknownOrderNumberError(InputError):
    """
    Raised when an order is changed that the memory channel never sold.

    >>> print(UnknownOrderNumberError(number="1001"))
    the channel has no order '1001'
    """

    number: str

    @property
    def message(self) -> str:
        """The number."""
        return f"the channel has no order {self.number!r}"


@final
@attrs.frozen(kw_only=True)
class SoldLine:
    """One line that a shopper buys at the channel."""

    id: LineId
    listing: ListingId
    quantity: int
    unit_price: Money
    title: str = ""


class Marketplace:
    """Keeps listings and orders, and the text of each order as it was sent before and is now."""

    def __init__(self) -> None:
        self._listings: dict[ListingId, Listing] = {}
        self._orders: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, list[str]] = {}
        self._log: list[str] = []
        self._refunds: dict[str, list[Refund]] = {}

    def put_up(self, listings: Iterable[Listing]) -> None:
        """Put listings up, in the place of those with the same id."""
        for listing in listings:
            self._listings[listing.id] = listing

    def shown(self, listing: ListingId) -> int | None:
        """Return how many units shoppers see."""
        return self._listings[listing].quantity

    def sell(
        self,
        number: str,
        lines: Sequence[SoldLine],
        *,
        placed_at: datetime,
        charges: Sequence[Charge] = (),
        buyer: str | None = None,
    ) -> None:
        """
        A shopper buys: the order appears, and the channel counts its listings down.

        A marketplace sells what it shows, and somebody else may buy in the same moment: more
        may be sold than is shown.
        """
        currency = lines[0].unit_price.currency
        total = Money.zero(currency)
        for line in lines:
            total += line.unit_price * line.quantity
            self._count_down(line.listing, line.quantity)
        for charge in charges:
            total += charge.amount if charge.adds else Money.zero(currency)
        self._orders[number] = {
            "number": number,
            "version": 0,
            "currency": currency.name,
            "placed_at": format_instant(placed_at),
            "buyer": buyer,
            "paid": str(total.to_decimal()),
            "total": str(total.to_decimal()),
            "lines": [
                {
                    "id": line.id,
                    "listing": line.listing,
                    "quantity": line.quantity,
                    "unit_price": str(line.unit_price.to_decimal()),
                    "title": line.title,
                    "cancelled": 0,
                    "shipped": 0,
                    "returned": 0,
                }
                for line in lines
            ],
            "charges": [
                {
                    "kind": charge.kind.value,
                    "amount": str(charge.amount.to_decimal()),
                    "title": charge.title,
                    "taxation": None if charge.taxation is None else charge.taxation.value,
                }
                for charge in charges
            ],
            "status": ["paid"],
            "refunds": [],
        }
        self._changed(number)

    def cancel(self, number: str, quantities: Mapping[LineId, int]) -> None:
        """The shopper, or the marketplace, cancels units."""
        self._add(number, "cancelled", quantities)

    def ship(self, number: str, quantities: Mapping[LineId, int], *, at: datetime) -> None:
        """Somebody marks units as shipped at the channel itself."""
        self._order(number)["shipped_at"] = format_instant(at)
        self._add(number, "shipped", quantities)

    def send_back(self, number: str, quantities: Mapping[LineId, int]) -> None:
        """The shopper tells the channel that units come back."""
        self._add(number, "returned", quantities)

    def pay_back(
        self,
        number: str,
        amount: Money,
        *,
        name: str,
        at: datetime,
        quantities: Mapping[LineId, int] | None = None,
    ) -> None:
        """Somebody at the marketplace pays *amount* back, under the channel's *name* for it."""
        units = [LineUnits(line=line, quantity=n) for line, n in (quantities or {}).items()]
        self._note_refund(number, name, amount, units, at=format_instant(at))
        self._changed(number)

    def post(self, number: str, text: str) -> None:
        """
        Put any text in the place of an order, such as one that nobody can read.

        Half a character, which no bytes can spell, is sent as its escape.
        """
        sent = text.encode("utf-8", "backslashreplace").decode()
        self._texts.setdefault(number, []).append(sent)
        self._log.append(number)

    def paid(self, number: str) -> Money:
        """Return what the shopper paid for an order."""
        order = self._order(number)
        return Money.parse(order["paid"], Currency.parse(order["currency"]))

    def paid_back(self, number: str) -> Money:
        """Return what was paid back for an order."""
        currency = self.paid(number).currency
        back = (
            Money.parse(refund["amount"], currency) for refund in self._order(number)["refunds"]
        )
        return sum_money(back, currency=currency)

    def _note_refund(
        self, number: str, name: str, amount: Money, units: Iterable[LineUnits], **more: str
    ) -> None:
        self._order(number)["refunds"].append(
            {
                "id": name,
                "amount": str(amount.to_decimal()),
                "state": "paid",
                "lines": [{"line": one.line, "quantity": one.quantity} for one in units],
                **more,
            }
        )

    def _order(self, number: str) -> dict[str, Any]:
        try:
            return self._orders[number]
        except KeyError:
            raise UnknownOrderNumberError(number=number) from None

    def _add(self, number: str, field: str, quantities: Mapping[LineId, int]) -> None:
        for line in self._order(number)["lines"]:
            line[field] += quantities.get(line["id"], 0)
        self._changed(number)

    def _changed(self, number: str) -> None:
        order = self._orders[number]
        order["version"] += 1
        # The state before is kept for the pages that come late; older ones are of no use.
        self._texts[number] = [*self._texts.get(number, [])[-1:], dump(order)]
        self._log.append(number)

    def _count_down(self, listing: ListingId, quantity: int) -> None:
        known = self._listings.get(listing)
        if known is not None and known.quantity is not None:
            left = max(0, known.quantity - quantity)
            self._listings[listing] = attrs.evolve(known, quantity=left)


def units_left(line: Mapping[str, Any]) -> int:
    """Return the units of a line that are neither cancelled nor shipped."""
    return int(line["quantity"] - line["cancelled"] - line["shipped"])
