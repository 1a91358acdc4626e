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

    DECLINED = "declined"
    """Money was asked for and not given; it may be tried again."""

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

    CHARGED_BACK = "charged_back"
    """The buyer's bank took back money that is due."""


PAYMENT_TRANSITIONS: Final[Mapping[PaymentState, frozenset[PaymentState]]] = MappingProxyType(
    {
        PaymentState.NONE: frozenset(
            {
                PaymentState.DECLINED,
                PaymentState.AUTHORISED,
                PaymentState.VOIDED,
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
            }
        ),
        PaymentState.DECLINED: frozenset(
            {
                PaymentState.AUTHORISED,
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
            }
        ),
        PaymentState.AUTHORISED: frozenset(
            {
                PaymentState.DECLINED,
                PaymentState.VOIDED,
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
            }
        ),
        PaymentState.VOIDED: frozenset(
            {
                PaymentState.DECLINED,
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
                PaymentState.CHARGED_BACK,
            }
        ),
        PaymentState.PAID: frozenset(
            {
                PaymentState.OVERPAID,
                PaymentState.PARTIALLY_REFUNDED,
                PaymentState.REFUNDED,
                PaymentState.CHARGED_BACK,
            }
        ),
        PaymentState.OVERPAID: frozenset(
            {
                PaymentState.PAID,
                PaymentState.PARTIALLY_REFUNDED,
                PaymentState.REFUNDED,
                PaymentState.CHARGED_BACK,
            }
        ),
        PaymentState.PARTIALLY_REFUNDED: frozenset(
            {
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
                PaymentState.REFUNDED,
                PaymentState.CHARGED_BACK,
            }
        ),
        PaymentState.REFUNDED: frozenset(
            {
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
                PaymentState.PARTIALLY_REFUNDED,
                PaymentState.CHARGED_BACK,
            }
        ),
        PaymentState.CHARGED_BACK: frozenset(
            {
                PaymentState.PARTIALLY_PAID,
                PaymentState.PAID,
                PaymentState.OVERPAID,
                PaymentState.PARTIALLY_REFUNDED,
                PaymentState.REFUNDED,
            }
        ),
    }
)
"""
Where one event, of money or of units, can take the axis.

A void may reach us without the authorisation that it ends; refunds fail, and banks give back
what they took.
"""


def payment_state(paid: PaymentSums, *, total: Money, due: Money) -> PaymentState:
    """
    Return what was paid, against what is due.

    Args:
        paid: The sums of the payments.
        total: What the order costs as it was placed; if that is nothing, it counts as paid.
        due: What it costs without the units that were cancelled or came back.
    """
    if not paid.captured.is_zero:
        if not paid.charged_back.is_zero and paid.kept < due:
            return PaymentState.CHARGED_BACK
        if paid.kept.amount <= 0:
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
    if not paid.declined.is_zero:
        return PaymentState.DECLINED
    return PaymentState.NONE if paid.voided.is_zero else PaymentState.VOIDED
