"""Listings: what a channel offers, and what it shows of our stock."""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import aware, is_a, is_text, not_negative, optional
from ecomkit.identifiers import ListingId
from ecomkit.money import Money

__all__ = ["Listing", "StockReading"]


@final
@attrs.frozen(kw_only=True)
class Listing:
    """
    One thing on sale at a channel, as the channel describes it.

    *sku_text* and *gtin_text* are kept as the channel has them; adoption reads them. *quantity*
    is what the channel shows, None where it does not say.
    """

    id: ListingId = attrs.field(validator=is_a(ListingId))
    sku_text: str | None = attrs.field(default=None, validator=optional(is_text))
    gtin_text: str | None = attrs.field(default=None, validator=optional(is_text))
    title: str = attrs.field(default="", validator=is_text)
    quantity: int | None = attrs.field(default=None, validator=optional(not_negative))
    price: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))


@final
@attrs.frozen(kw_only=True)
class StockReading:
    """What a channel showed for a listing when it was read; None for a listing it lacks."""

    listing: ListingId = attrs.field(validator=is_a(ListingId))
    quantity: int | None = attrs.field(validator=optional(not_negative))
    read_at: datetime = attrs.field(validator=aware)
