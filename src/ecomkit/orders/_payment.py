"""Payments: what was authorised, captured, voided and paid back, and their sums."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import aware, is_a
from ecomkit.money import Currency, Money
from ecomkit.orders._amounts import above_zero_money, not_negative_money

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Payment", "PaymentKind", "PaymentSums", "sum_payments"]


class PaymentKind(Enum):
    """What happened to money."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


@final
@attrs.frozen(kw_only=True)
class Payment:
    """
    A fact: money of the buyer was authorised, captured, voided or paid back.

    The amount is always above 0, the kind says in which direction it went. *reference* is what
    the payment provider calls it.

    Raises:
        FieldError: If the amount is not above 0 or *at* has no UTC offset.
    """

    kind: PaymentKind = attrs.field(validator=is_a(PaymentKind))
    amount: Money = attrs.field(validator=above_zero_money)
    at: datetime = attrs.field(validator=aware)
    reference: str = attrs.field(default="", validator=is_a(str))


@final
@attrs.frozen(kw_only=True)
class PaymentSums:
    """The payments of an order, summed by kind."""

    authorised: Money = attrs.field(validator=not_negative_money)
    captured: Money = attrs.field(validator=not_negative_money)
    voided: Money = attrs.field(validator=not_negative_money)
    refunded: Money = attrs.field(validator=not_negative_money)

    @property
    def kept(self) -> Money:
        """What was captured and not paid back."""
        return self.captured - self.refunded


def sum_payments(payments: Iterable[Payment], *, currency: Currency) -> PaymentSums:
    """Return the sums of *payments*, all of them in *currency*."""
    sums = dict.fromkeys(PaymentKind, 0)
    for payment in payments:
        sums[payment.kind] += payment.amount.amount
    return PaymentSums(
        authorised=Money(sums[PaymentKind.AUTHORISED], currency),
        captured=Money(sums[PaymentKind.CAPTURED], currency),
        voided=Money(sums[PaymentKind.VOIDED], currency),
        refunded=Money(sums[PaymentKind.REFUNDED], currency),
    )
