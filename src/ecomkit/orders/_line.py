"""The line of an order: how many of what, at which price."""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from ecomkit._card_numbers import no_card_number
from ecomkit._checks import aware, is_a, optional, units
from ecomkit.identifiers import LineId, Sku
from ecomkit.money import Money
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._fulfiller import Fulfiller

__all__ = ["OrderLine"]


@final
@attrs.frozen(kw_only=True)
class OrderLine:
    """
    *quantity* units of a sku at *unit_price* each, before discounts.

    The price is what the shopper saw: with the tax inside where prices include tax. A line
    that came after the placement says when in *added_at*; it has no share in the discounts
    that the order was placed with. A line that *replaces* another one is what the buyer gets in
    exchange for it.

    Args:
        tax_category: Which rate of tax it has; none means the standard one.
        fulfilled_by: Who ships it, where that is not the merchant.

    Raises:
        FieldError: If the quantity is below 1, the price below 0, or *added_at* has no offset.

    >>> from ecomkit.money import Currency
    >>> line = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=3, unit_price=Money(2390, Currency.EUR)
    ... )
    >>> print(line.goods)
    71.70 EUR
    """

    id: LineId = attrs.field(validator=is_a(LineId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    unit_price: Money = attrs.field(validator=not_negative_money)
    title: str = attrs.field(default="", validator=[is_a(str), no_card_number])
    category: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    tax_category: str | None = attrs.field(default=None, validator=optional(is_a(str)))
    replaces: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))
    fulfilled_by: Fulfiller | None = attrs.field(default=None, validator=optional(is_a(Fulfiller)))
    added_at: datetime | None = attrs.field(default=None, validator=optional(aware))

    @property
    def goods(self) -> Money:
        """The price of all units, before discounts."""
        return self.unit_price * self.quantity
