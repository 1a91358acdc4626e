"""Vendure's words for states, read onto our axes; custom ones stay raw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ecomkit.channels import ClaimedStates, RefundState
from ecomkit.orders import FulfilmentState, OrderState, PaymentState

__all__ = ["REFUND_STATES", "SHIPPED_STATES", "states_of"]

SHIPPED_STATES: Final = frozenset({"Shipped", "Delivered"})
"""The states of a fulfilment whose units have left; those of a Pending one have not."""

REFUND_STATES: Final[Mapping[str, RefundState]] = {
    "Pending": RefundState.PENDING,
    "Settled": RefundState.PAID,
    "Failed": RefundState.FAILED,
}

_ORDER: Mapping[str, OrderState] = {
    "PaymentAuthorized": OrderState.OPEN,
    "PaymentSettled": OrderState.OPEN,
    "PartiallyShipped": OrderState.OPEN,
    "Shipped": OrderState.COMPLETE,
    "PartiallyDelivered": OrderState.OPEN,
    "Delivered": OrderState.COMPLETE,
    "Modifying": OrderState.OPEN,
    "ArrangingAdditionalPayment": OrderState.OPEN,
    "Cancelled": OrderState.CANCELLED,
}
_FULFILMENT: Mapping[str, FulfilmentState] = {
    "PaymentAuthorized": FulfilmentState.UNFULFILLED,
    "PaymentSettled": FulfilmentState.UNFULFILLED,
    "PartiallyShipped": FulfilmentState.PARTIAL,
    "Shipped": FulfilmentState.FULFILLED,
    "Delivered": FulfilmentState.DELIVERED,
}
_PAYMENT: Mapping[str, PaymentState] = {
    "PaymentAuthorized": PaymentState.AUTHORISED,
    "PaymentSettled": PaymentState.PAID,
    "ArrangingAdditionalPayment": PaymentState.PARTIALLY_PAID,
}


def states_of(word: str | None, *, payments: Sequence[str]) -> ClaimedStates:
    """
    Return what an order's state says, and where it speaks of shipping, those of its payments.

    ``PartiallyDelivered`` says nothing of what is still to be shipped.

    >>> states_of("Shipped", payments=["Settled"]).payment
    <PaymentState.PAID: 'paid'>
    """
    word = word or ""
    payment = _PAYMENT.get(word)
    if payment is None and set(payments) == {"Settled"}:
        payment = PaymentState.PAID
    elif payment is None and set(payments) == {"Authorized"}:
        payment = PaymentState.AUTHORISED
    return ClaimedStates(order=_ORDER.get(word), payment=payment, fulfilment=_FULFILMENT.get(word))
