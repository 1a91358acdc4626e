"""Charges: what an order costs besides its goods, and what is taken off."""

from __future__ import annotations

from enum import Enum
from typing import final

import attrs

from ecomkit._card_numbers import no_card_number
from ecomkit._checks import is_a, optional, refuse
from ecomkit.identifiers import LineId
from ecomkit.money import Money

__all__ = ["Charge", "ChargeKind", "ChargeTarget", "Taxation"]


class ChargeKind(Enum):
    """What a charge is for."""

    SHIPPING = "shipping"
    FEE = "fee"
    DISCOUNT = "discount"
    TAX = "tax"

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


class ChargeTarget(Enum):
    """What a discount or a tax of the order is about."""

    ORDER = "order"
    """The order: a discount is shared over its lines."""

    SHIPPING = "shipping"
    """The shipping of the order, and no line."""

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


class Taxation(Enum):
    """Whether a tax stands on top of the prices or inside them."""

    ADDED = "added"
    """On top: it adds to the total (sales tax)."""

    INCLUDED = "included"
    """Inside the prices: it is shown and adds nothing (value added tax)."""


_ON_SHIPPING = frozenset({ChargeKind.DISCOUNT, ChargeKind.TAX})


@final
@attrs.frozen(kw_only=True)
class Charge:
    """
    One amount besides the goods, for the whole order or attached to one line.

    A discount is 0 or negative, all else is 0 or positive. A tax, and nothing else, says in
    *taxation* whether it adds to the total. What is attached to a line goes with it when its
    units are cancelled or come back; shipping does not, it is a service that was rendered. A
    discount or a tax that is *on* the shipping stays with the shipping.

    Raises:
        FieldError: If the amount has the wrong sign, the taxation is missing or too much, or
            something else than a discount or a tax of the order is on the shipping.

    >>> from ecomkit.money import Currency
    >>> Charge(kind=ChargeKind.DISCOUNT, amount=Money(500, Currency.EUR))
    Traceback (most recent call last):
        ...
    ecomkit.errors.FieldError: Charge.amount must be money, 0 or less for a discount, got ...
    """

    kind: ChargeKind = attrs.field(validator=is_a(ChargeKind))
    amount: Money = attrs.field(validator=is_a(Money))
    line: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))
    title: str = attrs.field(default="", validator=[is_a(str), no_card_number])
    taxation: Taxation | None = attrs.field(default=None, validator=optional(is_a(Taxation)))
    on: ChargeTarget = attrs.field(default=ChargeTarget.ORDER, validator=is_a(ChargeTarget))

    def __attrs_post_init__(self) -> None:
        if self.kind is ChargeKind.DISCOUNT:
            if self.amount.amount > 0:
                raise refuse(self, "amount", self.amount, "money, 0 or less for a discount")
        elif self.amount.amount < 0:
            wanted = f"money, 0 or more for {self.kind.value}"
            raise refuse(self, "amount", self.amount, wanted)
        if (self.kind is ChargeKind.TAX) is (self.taxation is None):
            wanted = "named for a tax, and for nothing else"
            raise refuse(self, "taxation", self.taxation, wanted)
        if self.on is ChargeTarget.SHIPPING and (self.line or self.kind not in _ON_SHIPPING):
            wanted = "the order, unless it is a discount or a tax of no single line"
            raise refuse(self, "on", self.on, wanted)

    @property
    def adds(self) -> bool:
        """Whether the amount is part of the total: all but the tax inside the prices."""
        return self.taxation is not Taxation.INCLUDED
