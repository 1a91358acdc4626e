"""Listings: what a channel offers, and what it shows of our stock."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import aware, is_a, is_text, optional, whole
from ecomkit.identifiers import ListingId
from ecomkit.money import Money

__all__ = ["Listing", "ListingState", "StockReading"]


class ListingState(enum.Enum):
    """Whether shoppers can see and buy a listing; how much of it there is says its stock."""

    ON_SALE = "shoppers can see it"
    HIDDEN = "only the merchant can see it, it can be put on sale again"
    ENDED = "it was taken down for good, or archived"


@final
@attrs.frozen(kw_only=True)
class Listing:
    """
    One thing on sale at a channel, as the channel describes it.

    *sku_text* and *gtin_text* are kept as the channel has them; adoption reads them. *quantity*
    is what the channel shows, None where it does not say or keeps no stock of it; below zero
    where it sold more than it had. *handle* is for the client alone: what it needs to change the
    listing besides its id, so that it need not ask for it again with every push.
    """

    id: ListingId = attrs.field(validator=is_a(ListingId))
    sku_text: str | None = attrs.field(default=None, validator=optional(is_text))
    gtin_text: str | None = attrs.field(default=None, validator=optional(is_text))
    title: str = attrs.field(default="", validator=is_text)
    quantity: int | None = attrs.field(default=None, validator=optional(whole))
    price: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    state: ListingState | None = attrs.field(default=None, validator=optional(is_a(ListingState)))
    handle: str | None = attrs.field(default=None, validator=optional(is_text))


@final
@attrs.frozen(kw_only=True)
class StockReading:
    """
    What a channel showed for a listing when it was read; None for a listing it lacks.

    Below zero where the channel sold more than it had.
    """

    listing: ListingId = attrs.field(validator=is_a(ListingId))
    quantity: int | None = attrs.field(validator=optional(whole))
    read_at: datetime = attrs.field(validator=aware)
