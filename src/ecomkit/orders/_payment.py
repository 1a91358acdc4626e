"""Payments: what was authorised, captured, voided, paid back and disputed, and their sums."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._card_numbers import no_card_number
from ecomkit._checks import aware, is_a
from ecomkit.money import Currency, Money
from ecomkit.orders._amounts import above_zero_money, not_negative_money
from ecomkit.orders._tender import Tender

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Payment", "PaymentKind", "PaymentSums", "sum_payments"]


class PaymentKind(Enum):
    """What happened to money."""

    AUTHORISED = "authorised"
    """It is promised."""

    DECLINED = "declined"
    """It was asked for and not given; nothing moved, and it may be tried again."""

    CAPTURED = "captured"
    """It was taken."""

    VOIDED = "voided"
    """It was promised, and will not be taken."""

    REFUNDED = "refunded"
    """It was paid back, or is on its way back."""

    REFUND_FAILED = "refund_failed"
    """It was told as paid back, and did not arrive: it is with us again."""

    CHARGED_BACK = "charged_back"
    """The buyer's bank took it back."""

    CHARGEBACK_REVERSED = "chargeback_reversed"
    """The bank gave it to us again."""

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


@final
@attrs.frozen(kw_only=True)
class Payment:
    """
    A fact: something happened to money of the buyer.

    The amount is always above 0, the kind says in which direction it went. *reference* is what
    the payment provider calls it, *tender* what was paid with.

    Raises:
        FieldError: If the amount is not above 0 or *at* has no UTC offset.
    """

    kind: PaymentKind = attrs.field(validator=is_a(PaymentKind))
    amount: Money = attrs.field(validator=above_zero_money)
    at: datetime = attrs.field(validator=aware)
    reference: str = attrs.field(default="", validator=[is_a(str), no_card_number])
    tender: Tender = attrs.field(default=Tender(), validator=is_a(Tender))


@final
@attrs.frozen(kw_only=True)
class PaymentSums:
    """
    The payments of an order, or of one of its tenders, summed by kind.

    What was undone is taken off: ``refunded`` is without the refunds that failed,
    ``charged_back`` without what the bank gave back. A sum is below 0 only where an undoing is
    known and what it undoes is not, which an order refuses.
    """

    authorised: Money = attrs.field(validator=not_negative_money)
    declined: Money = attrs.field(validator=not_negative_money)
    captured: Money = attrs.field(validator=not_negative_money)
    voided: Money = attrs.field(validator=not_negative_money)
    refunded: Money = attrs.field(validator=is_a(Money))
    charged_back: Money = attrs.field(validator=is_a(Money))

    @property
    def kept(self) -> Money:
        """
        What was captured, neither paid back nor charged back.

        It is below 0 where a bank took back what had been paid back already.
        """
        return self.captured - self.refunded - self.charged_back

    @property
    def capturable(self) -> Money:
        """What is promised and neither captured nor voided; 0 where captures need no promise."""
        minor = self.authorised.amount - self.captured.amount - self.voided.amount
        return Money(max(minor, 0), self.authorised.currency)


def sum_payments(payments: Iterable[Payment], *, currency: Currency) -> PaymentSums:
    """Return the sums of *payments*, all of them in *currency*."""
    sums = dict.fromkeys(PaymentKind, 0)
    for payment in payments:
        sums[payment.kind] += payment.amount.amount
    refunded = sums[PaymentKind.REFUNDED] - sums[PaymentKind.REFUND_FAILED]
    disputed = sums[PaymentKind.CHARGED_BACK] - sums[PaymentKind.CHARGEBACK_REVERSED]
    return PaymentSums(
        authorised=Money(sums[PaymentKind.AUTHORISED], currency),
        declined=Money(sums[PaymentKind.DECLINED], currency),
        captured=Money(sums[PaymentKind.CAPTURED], currency),
        voided=Money(sums[PaymentKind.VOIDED], currency),
        refunded=Money(refunded, currency),
        charged_back=Money(disputed, currency),
    )
