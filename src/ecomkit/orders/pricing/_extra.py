"""Extra: what is charged besides the goods, before discounts and tax."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import is_a, is_text, optional, refuse
from ecomkit.identifiers import LineId
from ecomkit.money import Money
from ecomkit.orders._amounts import not_negative_money
from ecomkit.orders._charge import ChargeKind

__all__ = ["Extra"]


@final
@attrs.frozen(kw_only=True)
class Extra:
    """
    Shipping, or a fee such as gift wrap or a payment fee, with a tax category of its own.

    A fee may belong to one *line*; its tax then does too. Shipping belongs to the order.

    Raises:
        FieldError: If the kind is neither shipping nor a fee, the amount is below 0, or
            shipping names a line.

    >>> from ecomkit.money import Currency
    >>> Extra(kind=ChargeKind.SHIPPING, amount=Money(490, Currency.EUR)).amount
    Money(490, Currency.EUR)
    """

    kind: ChargeKind = attrs.field(validator=is_a(ChargeKind))
    amount: Money = attrs.field(validator=not_negative_money)
    title: str = attrs.field(default="", validator=is_text)
    tax_category: str | None = attrs.field(default=None, validator=optional(is_text))
    line: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))

    def __attrs_post_init__(self) -> None:
        if self.kind is ChargeKind.SHIPPING:
            if self.line is not None:
                raise refuse(self, "line", self.line, "none for shipping")
        elif self.kind is not ChargeKind.FEE:
            raise refuse(self, "kind", self.kind, "shipping or a fee")
