"""Adjustments: amounts that change what an order costs after its placement."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import aware, is_a, refuse
from ecomkit._texts import note
from ecomkit.money import Money

__all__ = ["Adjustment", "AdjustmentKind"]


class AdjustmentKind(Enum):
    """Why an order costs more or less than it did."""

    RESTOCKING_FEE = "restocking_fee"
    """The buyer pays for what a return costs; above 0."""

    RETURN_SHIPPING = "return_shipping"
    """The buyer pays for the way back; above 0."""

    SHIPPING_REFUND = "shipping_refund"
    """The buyer gets outward shipping back; below 0."""

    FEE_REFUND = "fee_refund"
    """The buyer gets fees of the order as a whole back; below 0."""

    GOODWILL = "goodwill"
    """The buyer pays less, and keeps what they have; below 0."""

    WRITE_OFF = "write_off"
    """The merchant gives up a claim; below 0."""

    CORRECTION = "correction"
    """Something was wrong; of either sign."""

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


_ABOVE = frozenset({AdjustmentKind.RESTOCKING_FEE, AdjustmentKind.RETURN_SHIPPING})
_EITHER = frozenset({AdjustmentKind.CORRECTION})


@final
@attrs.frozen(kw_only=True)
class Adjustment:
    """
    A fact: from *at* on the buyer is to pay *amount* more for the order, or less where below 0.

    The lines keep their prices: what single units are worth does not change by it.

    >>> from datetime import UTC
    >>> from ecomkit.money import Currency
    >>> Adjustment(
    ...     kind=AdjustmentKind.GOODWILL,
    ...     amount=Money(500, Currency.EUR),
    ...     at=datetime(2026, 3, 1, tzinfo=UTC),
    ... )
    Traceback (most recent call last):
        ...
    ecomkit.errors.FieldError: Adjustment.amount must be money below 0 for goodwill, got ...

    Raises:
        FieldError: If the amount has the wrong sign or is nothing, or *at* has no UTC offset.
    """

    kind: AdjustmentKind = attrs.field(validator=is_a(AdjustmentKind))
    amount: Money = attrs.field(validator=is_a(Money))
    at: datetime = attrs.field(validator=aware)
    title: str = attrs.field(default="", validator=note)

    def __attrs_post_init__(self) -> None:
        minor = self.amount.amount
        if self.kind in _EITHER:
            is_right, sign = minor != 0, "other than 0"
        elif self.kind in _ABOVE:
            is_right, sign = minor > 0, "above 0"
        else:
            is_right, sign = minor < 0, "below 0"
        if not is_right:
            raise refuse(self, "amount", self.amount, f"money {sign} for {self.kind.value}")
