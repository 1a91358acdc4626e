"""Small words of WooCommerce: its times, its listings' names, its topics and statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, final

import attrs

from ecomkit.channels import ClaimedStates, HintKind, ListingState, text_of
from ecomkit.errors import shown
from ecomkit.identifiers import ListingId
from ecomkit.orders import FulfilmentState, OrderState, PaymentState
from ecomkit.timeline import instant

__all__ = [
    "DRAFTS",
    "ENDED_UNSHIPPED",
    "ORDER_STATES",
    "PRODUCT_STATES",
    "Place",
    "as_gmt",
    "gmt",
    "kind_of_topic",
    "place_of",
    "quantity_of",
]

DRAFTS = frozenset({"checkout-draft", "auto-draft", "draft", "new"})
"""Statuses of what a shopper has not ordered yet, or a merchant is still writing."""

ENDED_UNSHIPPED = frozenset({"cancelled", "failed", "trash"})
"""Statuses of orders of which nothing more will be shipped."""

_OPEN, _OVER, _OFF = OrderState.OPEN, OrderState.COMPLETE, OrderState.CANCELLED
_TO_DO, _GONE = FulfilmentState.UNFULFILLED, FulfilmentState.FULFILLED

ORDER_STATES: Mapping[str, ClaimedStates] = MappingProxyType(
    {
        "pending": ClaimedStates(order=_OPEN, payment=PaymentState.NONE, fulfilment=_TO_DO),
        "on-hold": ClaimedStates(order=_OPEN, payment=PaymentState.NONE, fulfilment=_TO_DO),
        "processing": ClaimedStates(order=_OPEN, payment=PaymentState.PAID, fulfilment=_TO_DO),
        "completed": ClaimedStates(order=_OVER, payment=PaymentState.PAID, fulfilment=_GONE),
        "refunded": ClaimedStates(order=_OVER, payment=PaymentState.REFUNDED),
        "cancelled": ClaimedStates(
            order=_OFF, payment=PaymentState.VOIDED, fulfilment=FulfilmentState.CANCELLED
        ),
        "failed": ClaimedStates(
            order=_OFF, payment=PaymentState.NONE, fulfilment=FulfilmentState.CANCELLED
        ),
        "trash": ClaimedStates(order=_OFF, fulfilment=FulfilmentState.CANCELLED),
    }
)

PRODUCT_STATES: Mapping[str, ListingState] = MappingProxyType(
    {
        "publish": ListingState.ON_SALE,
        "future": ListingState.HIDDEN,
        "draft": ListingState.HIDDEN,
        "pending": ListingState.HIDDEN,
        "private": ListingState.HIDDEN,
        "trash": ListingState.ENDED,
    }
)

_NAME = re.compile(r"([1-9]\d{0,17})(?::([1-9]\d{0,17}))?", re.ASCII)


def gmt(raw: object) -> datetime:
    """
    Return the instant of one of the ``_gmt`` fields, which leave the offset out.

    >>> gmt("2026-01-05T09:00:00")
    datetime.datetime(2026, 1, 5, 9, 0, tzinfo=datetime.timezone.utc)
    """
    text = text_of(raw)
    return instant(text if text.endswith("Z") else f"{text}Z")


def as_gmt(at: datetime) -> str:
    """
    Return *at* as the filters of lists take it, to the second.

    >>> as_gmt(datetime(2026, 1, 5, 9, 0, 0, 700_000, tzinfo=UTC))
    '2026-01-05T09:00:00'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


@final
@attrs.frozen
class Place:
    """What a listing's name stands for: a product, or a variation of it."""

    product: int
    variation: int | None = None


def place_of(listing: ListingId) -> Place | None:
    """
    Return what *listing* names; None for a name that no product has.

    >>> place_of(ListingId("12:34")), place_of(ListingId("deleted:7"))
    (Place(product=12, variation=34), None)
    """
    found = _NAME.fullmatch(listing)
    if found is None:
        return None
    return Place(int(found[1]), None if found[2] is None else int(found[2]))


def quantity_of(raw: object) -> int:
    """
    Return a stock quantity; of a fraction, which extensions allow, the whole units in it.

    >>> quantity_of(Decimal("2.5")), quantity_of(-3)
    (2, -3)
    """
    if isinstance(raw, Decimal) and raw.is_finite():
        return int(raw // 1)
    if type(raw) is int:
        return raw
    raise TypeError(f"not a quantity: {shown(raw)}")


def kind_of_topic(topic: Any) -> HintKind:
    """
    Return what a webhook's topic is about.

    >>> kind_of_topic("order.updated"), kind_of_topic("coupon.created")
    (<HintKind.ORDER: 'order'>, <HintKind.OTHER: ...>)
    """
    resource = str(topic).partition(".")[0]
    return {"order": HintKind.ORDER, "product": HintKind.LISTING}.get(resource, HintKind.OTHER)
