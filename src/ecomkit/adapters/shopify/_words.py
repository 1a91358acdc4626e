"""Shopify's words for states, read onto our axes; a word that is not here stays raw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from ecomkit.channels import ClaimedStates, ListingState, RefundState
from ecomkit.orders import FulfilmentState, OrderState, PaymentState, ReturnState

__all__ = ["LISTING_STATES", "PRODUCT_STATUSES", "refund_state_of", "states_of"]

_PAYMENT: Mapping[str, PaymentState] = MappingProxyType(
    {
        "AUTHORIZED": PaymentState.AUTHORISED,
        "EXPIRED": PaymentState.VOIDED,
        "PAID": PaymentState.PAID,
        "PARTIALLY_PAID": PaymentState.PARTIALLY_PAID,
        "PARTIALLY_REFUNDED": PaymentState.PARTIALLY_REFUNDED,
        "PENDING": PaymentState.NONE,
        "REFUNDED": PaymentState.REFUNDED,
        "VOIDED": PaymentState.VOIDED,
    }
)

_FULFILMENT: Mapping[str, FulfilmentState] = MappingProxyType(
    {
        "FULFILLED": FulfilmentState.FULFILLED,
        "FULFILLMENT_NOT_REQUIRED": FulfilmentState.FULFILLED,
        "IN_PROGRESS": FulfilmentState.UNFULFILLED,
        "ON_HOLD": FulfilmentState.UNFULFILLED,
        "OPEN": FulfilmentState.UNFULFILLED,
        "PARTIAL": FulfilmentState.PARTIAL,
        "PARTIALLY_FULFILLED": FulfilmentState.PARTIAL,
        "PENDING_FULFILLMENT": FulfilmentState.UNFULFILLED,
        "REQUEST_DECLINED": FulfilmentState.UNFULFILLED,
        "RESTOCKED": FulfilmentState.CANCELLED,
        "SCHEDULED": FulfilmentState.UNFULFILLED,
        "UNFULFILLED": FulfilmentState.UNFULFILLED,
    }
)

# What is asked for or under way has not come back yet. RETURNED may be of a part only.
_RETURNING: Mapping[str, ReturnState] = MappingProxyType(
    {
        "IN_PROGRESS": ReturnState.NONE,
        "NO_RETURN": ReturnState.NONE,
        "RETURN_FAILED": ReturnState.NONE,
        "RETURN_REQUESTED": ReturnState.NONE,
    }
)

LISTING_STATES: Mapping[str, ListingState] = MappingProxyType(
    {
        "ACTIVE": ListingState.ON_SALE,
        "ARCHIVED": ListingState.ENDED,
        "DRAFT": ListingState.HIDDEN,
        # Whoever has the link can buy it, so its stock counts.
        "UNLISTED": ListingState.ON_SALE,
    }
)

PRODUCT_STATUSES: Mapping[ListingState, str] = MappingProxyType(
    {
        ListingState.ENDED: "ARCHIVED",
        ListingState.HIDDEN: "DRAFT",
        ListingState.ON_SALE: "ACTIVE",
    }
)

_REFUNDS: Mapping[str, RefundState] = MappingProxyType(
    {
        "AWAITING_RESPONSE": RefundState.PENDING,
        "ERROR": RefundState.FAILED,
        "FAILURE": RefundState.FAILED,
        "PENDING": RefundState.PENDING,
        "SUCCESS": RefundState.PAID,
    }
)


def refund_state_of(words: Iterable[str]) -> RefundState | None:
    """
    Return whether the money of a refund has moved, by the *words* of its transactions.

    Without a transaction it has: by hand, or there was none to move.
    """
    states = {_REFUNDS.get(word) for word in words}
    if None in states:
        return None
    for state in (RefundState.PENDING, RefundState.PAID):
        if state in states:
            return state
    return RefundState.FAILED if states else RefundState.PAID


def states_of(
    *,
    financial: str | None,
    fulfilment: str | None,
    returning: str | None,
    cancelled_at: datetime | None,
    closed_at: datetime | None,
) -> ClaimedStates:
    """
    Return where an order stands; the words in capitals, as GraphQL spells them.

    >>> states_of(financial="PAID", fulfilment=None, returning=None, cancelled_at=None,
    ...           closed_at=None).payment
    <PaymentState.PAID: 'paid'>
    """
    order = OrderState.OPEN
    if cancelled_at is not None:
        order = OrderState.CANCELLED
    elif closed_at is not None:
        order = OrderState.COMPLETE
    return ClaimedStates(
        order=order,
        payment=_PAYMENT.get(financial or ""),
        fulfilment=_FULFILMENT.get(fulfilment or ""),
        returning=_RETURNING.get(returning or ""),
    )
