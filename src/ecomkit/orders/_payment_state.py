"""The payment axis: what was paid, against what is due."""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecomkit.money import Money
    from ecomkit.orders._payment import PaymentSums

__all__ = ["PAYMENT_TRANSITIONS", "PaymentState", "payment_state"]


class PaymentState(Enum):
    """What was paid, against what is due."""

    NONE = "none"
    """No money moved."""

    AUTHORISED = "authorised"
    """Money is promised, none is captured."""

    VOIDED = "voided"
    """All that was promised is void again, none was captured."""

    PARTIALLY_PAID = "partially_paid"
    """Less is captured than is due."""

    PAID = "paid"
    """As much is captured as is due, or the order is free."""

    OVERPAID = "overpaid"
    """More is kept than is due: something is to be paid back."""

    PARTIALLY_REFUNDED = "partially_refunded"
    """Something was paid back, and no more is to be."""

    REFUNDED = "refunded"
    """All that was captured is paid back."""


PAYMENT_TRANSITIONS: Final[Mapping[PaymentState, frozenset[PaymentState]]] = MappingProxyType(
    {
        PaymentState.NONE: frozenset(
            {
                PaymentState.AUTHORISED,
                # A void may reach us without the authorisation that it ends.
                PaymentState.VOIDED,
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
            }
        ),
        PaymentState.AUTHORISED: frozenset(
            {
                PaymentState.VOIDED,
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
            }
        ),
        PaymentState.VOIDED: frozenset(
            {
                PaymentState.AUTHORISED,
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
            }
        ),
        PaymentState.PARTIALLY_PAID: frozenset(
            {
                PaymentState.PAID,
                PaymentState.OVERPAID,
                PaymentState.PARTIALLY_REFUNDED,
                PaymentState.REFUNDED,
            }
        ),
        PaymentState.PAID: frozenset(
            {PaymentState.OVERPAID, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED}
        ),
        PaymentState.OVERPAID: frozenset({PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED}),
        # Units may still be cancelled or come back, and money may be captured again.
        PaymentState.PARTIALLY_REFUNDED: frozenset({PaymentState.OVERPAID, PaymentState.REFUNDED}),
        PaymentState.REFUNDED: frozenset({PaymentState.OVERPAID, PaymentState.PARTIALLY_REFUNDED}),
    }
)
"""Where one event, of money or of units, can take the axis."""


def payment_state(paid: PaymentSums, *, total: Money, due: Money) -> PaymentState:
    """
    Return what was paid, against what is due.

    Args:
        paid: The sums of what was authorised, captured, voided and paid back.
        total: What the order costs as it was placed; if that is nothing, it counts as paid.
        due: What it costs without the units that were cancelled or came back.
    """
    if not paid.captured.is_zero:
        if paid.kept.is_zero:
            return PaymentState.REFUNDED
        if paid.kept > due:
            return PaymentState.OVERPAID
        if not paid.refunded.is_zero:
            return PaymentState.PARTIALLY_REFUNDED
        return PaymentState.PARTIALLY_PAID if paid.kept < due else PaymentState.PAID
    if total.is_zero:
        return PaymentState.PAID
    if paid.authorised > paid.voided:
        return PaymentState.AUTHORISED
    return PaymentState.NONE if paid.voided.is_zero else PaymentState.VOIDED
