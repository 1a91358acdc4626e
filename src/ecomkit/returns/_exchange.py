"""Exchanges: another unit goes out for one that comes back."""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, is_text, optional, refuse, units
from ecomkit.identifiers import Identifier, LineId, Sku
from ecomkit.money import Money
from ecomkit.orders import Charge, ChargeKind, OrderLine, Taxation

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.orders import Order

__all__ = ["ExchangeLine", "ExchangeTiming", "add_replacement", "replacement_id", "short_id"]


class ExchangeTiming(Enum):
    """When the other unit goes out."""

    AFTER_RECEIPT = "after_receipt"
    """As soon as the unit that came back is accepted and credited."""

    SHIP_FIRST = "ship_first"
    """At once. The buyer owes its price until the unit that comes back is credited."""


@final
@attrs.frozen(kw_only=True)
class ExchangeLine:
    """
    *quantity* units of a line are exchanged.

    Args:
        line: The line of the order whose units come back.
        quantity: How many of them.
        sku: What goes out instead; None for another one of the same.
        unit_price: What one of them costs, as the buyer pays it; None for an even exchange, which
            costs to the cent what the units that come back are worth.
        timing: Whether it waits for the receipt.
        title: What the buyer reads beside it.

    Raises:
        FieldError: If the quantity is below 1 or the price below 0.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=units)
    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))
    unit_price: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    timing: ExchangeTiming = attrs.field(
        default=ExchangeTiming.AFTER_RECEIPT, validator=is_a(ExchangeTiming)
    )
    title: str = attrs.field(default="", validator=is_text)

    def __attrs_post_init__(self) -> None:
        if self.unit_price is not None and self.unit_price.amount < 0:
            raise refuse(self, "unit_price", self.unit_price, "money, 0 or more")


def replacement_id(line: LineId, *, case: str, number: str) -> LineId:
    """Return the id of the line that replaces units of *line* in a return or claim."""
    return LineId(short_id(f"{line}/{case}/{number}"))


def short_id(text: str) -> str:
    """Return *text*, or a digest of it where it is too long for an identifier."""
    if len(text) <= Identifier.length_max:
        return text
    return hashlib.sha256(text.encode()).hexdigest()


def add_replacement(
    order: Order, *, exchange: ExchangeLine, name: LineId, units: int, worth: Money, at: datetime
) -> Order:
    """
    Return *order* with *units* that replace units of a line.

    An even exchange costs *worth*: what is left when it is dealt out to the units is a discount
    of the line. The tax on top that the replaced units had is part of it.
    """
    replaced = order.line(exchange.line)
    charges: tuple[Charge, ...] = ()
    price = exchange.unit_price
    if price is None:
        price, charges = _even(order, line=replaced, name=name, units=units, worth=worth)
    line = OrderLine(
        id=name,
        sku=replaced.sku if exchange.sku is None else exchange.sku,
        quantity=units,
        unit_price=price,
        title=exchange.title or replaced.title,
        category=replaced.category if exchange.sku is None else None,
        tax_category=replaced.tax_category if exchange.sku is None else None,
        replaces=replaced.id,
    )
    return order.add(line, at=at, charges=charges)


def _even(
    order: Order, *, line: OrderLine, name: LineId, units: int, worth: Money
) -> tuple[Money, tuple[Charge, ...]]:
    """Return the unit price and the charges of a line of *units* that costs exactly *worth*."""
    currency = order.currency
    tax = min(order.price(line.id).tax_added.amount * units // line.quantity, worth.amount)
    goods = worth.amount - tax
    price = -(-goods // units)
    charges = []
    if rest := goods - price * units:
        charges.append(Charge(kind=ChargeKind.DISCOUNT, amount=Money(rest, currency), line=name))
    if tax:
        charges.append(
            Charge(
                kind=ChargeKind.TAX,
                amount=Money(tax, currency),
                line=name,
                taxation=Taxation.ADDED,
            )
        )
    return Money(price, currency), tuple(charges)
