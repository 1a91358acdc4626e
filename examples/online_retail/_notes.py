"""
What the demo writes down beside the books: how far it is, and what it has decided.

A decision that the books change as it is carried out (whom to cancel, what to buy) is written
down first and read again after a crash, so that it is made once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar, final

import attrs

from ecomkit.identifiers import LineId, OrderId, Sku
from ecomkit.ports import Collection, Store

__all__ = [
    "GIVEN_UP",
    "PROGRESS",
    "REVIEWS",
    "GivenUp",
    "GivenUpUnits",
    "Progress",
    "Review",
    "ReviewedSku",
    "decided",
]

T = TypeVar("T")


@final
@attrs.frozen(kw_only=True)
class Progress:
    """The last finished step, and what was asked for; there is one of it."""

    asked: str
    step: int
    at: datetime


@final
@attrs.frozen(kw_only=True)
class ReviewedSku:
    """What one weekly review saw of one sku, in units, and what it ordered."""

    sku: Sku
    usable: int
    position: int
    reorder_point: int
    order: int


@final
@attrs.frozen(kw_only=True)
class Review:
    """One weekly review, the most urgent sku first."""

    day: date
    skus: tuple[ReviewedSku, ...]


@final
@attrs.frozen(kw_only=True)
class GivenUpUnits:
    """Units of an order line that waited too long."""

    order: OrderId
    line: LineId
    quantity: int


@final
@attrs.frozen(kw_only=True)
class GivenUp:
    """What was cancelled for want of stock on one day, and how many units went on waiting."""

    day: date
    units: tuple[GivenUpUnits, ...]
    waiting: int


PROGRESS = Collection(name="demo progress", type=Progress, key=lambda _: "progress")
REVIEWS = Collection(name="demo review", type=Review, key=lambda review: str(review.day))
GIVEN_UP = Collection(name="demo given up", type=GivenUp, key=lambda given: str(given.day))


def decided(store: Store, collection: Collection[T], *, day: date, decide: Callable[[], T]) -> T:
    """Return what was decided on *day*, or decide now and write it down."""
    with store.snapshot() as tx:
        known = tx.get(collection, str(day))
    if known is not None:
        return known
    fresh = decide()
    with store.transaction() as tx:
        tx.put(collection, [fresh])
    return fresh
