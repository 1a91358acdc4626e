"""Listings in the catalogue: what a channel calls a sku of ours, and what it costs there."""

from __future__ import annotations

from functools import cached_property
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit.catalog._duplicates import refuse_duplicates
from ecomkit.catalog._prices import is_price, same_currency
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.money import Money

__all__ = ["ChannelListing", "ChannelListings"]


@final
@attrs.frozen(kw_only=True)
class ChannelListing:
    """
    A sku at a channel: what it is called there, and its prices, all in one currency.

    Args:
        sku: Our sku.
        channel: The channel.
        listing: What the channel calls it; None as long as it is not listed.
        price: What one unit costs there.
        minimum_price: The floor under which no discount takes it; None for no floor.
        compare_at: The price shown beside it, crossed out; in the EU the one that
            :func:`prior_price` finds.

    Raises:
        FieldError: If the floor is above the price, or the price crossed out is not.
        CurrencyMismatchError: If two prices have two currencies.

    >>> from ecomkit.money import Currency
    >>> elephant = ChannelListing(
    ...     sku=Sku("ELEPHANT"),
    ...     channel=ChannelId("etsy"),
    ...     listing=ListingId("1122334455"),
    ...     price=Money(2390, Currency.EUR),
    ...     minimum_price=Money(1900, Currency.EUR),
    ... )
    >>> print(elephant.room)
    4.90 EUR
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    listing: ListingId | None = attrs.field(default=None, validator=optional(is_a(ListingId)))
    price: Money = attrs.field(validator=is_price)
    minimum_price: Money | None = attrs.field(default=None, validator=optional(is_price))
    compare_at: Money | None = attrs.field(default=None, validator=optional(is_price))

    def __attrs_post_init__(self) -> None:
        same_currency((self.minimum_price, self.compare_at), currency=self.price.currency)
        if self.minimum_price is not None and self.minimum_price > self.price:
            wanted = f"{self.price}, the price, at most"
            raise refuse(self, "minimum_price", self.minimum_price, wanted)
        if self.compare_at is not None and self.compare_at <= self.price:
            wanted = f"above {self.price}, the price"
            raise refuse(self, "compare_at", self.compare_at, wanted)

    @property
    def room(self) -> Money:
        """How much discounts may take off one unit: a cap for their shares."""
        if self.minimum_price is None:
            return self.price
        return self.price - self.minimum_price


@final
@attrs.frozen(kw_only=True)
class ChannelListings:
    """
    The listings of a merchant, found by sku and by what a channel calls them.

    A sku may stand at one channel under several names.

    Raises:
        DuplicateError: If a channel has one name twice, or one sku twice without a name.

    >>> from ecomkit.money import Currency
    >>> elephant = ChannelListing(
    ...     sku=Sku("ELEPHANT"),
    ...     channel=ChannelId("etsy"),
    ...     listing=ListingId("1122334455"),
    ...     price=Money(2390, Currency.EUR),
    ... )
    >>> listings = ChannelListings(listings=[elephant])
    >>> listings.find(ChannelId("etsy"), listing=ListingId("1122334455")).sku
    Sku('ELEPHANT')
    >>> listings.of_sku(Sku("ELEPHANT")) == (elephant,)
    True
    """

    listings: tuple[ChannelListing, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(ChannelListing)
    )

    def __attrs_post_init__(self) -> None:
        named, unnamed = [], []
        for entry in self.listings:
            if entry.listing is None:
                unnamed.append(f"{entry.channel}/{entry.sku}")
            else:
                named.append(f"{entry.channel}/{entry.listing}")
        refuse_duplicates(self, "listing", named)
        refuse_duplicates(self, "sku without a listing", unnamed)

    def find(self, channel: ChannelId, *, listing: ListingId) -> ChannelListing | None:
        """Return what *channel* calls *listing*, or None if it calls nothing so."""
        return self._by_name.get((channel, listing))

    def of_sku(self, sku: Sku, *, channel: ChannelId | None = None) -> tuple[ChannelListing, ...]:
        """Return the listings of *sku*, at one *channel* or at all of them."""
        found = self._by_sku.get(sku, ())
        return tuple(entry for entry in found if channel in (None, entry.channel))

    @cached_property
    def _by_name(self) -> dict[tuple[ChannelId, ListingId], ChannelListing]:
        return {
            (entry.channel, entry.listing): entry
            for entry in self.listings
            if entry.listing is not None
        }

    @cached_property
    def _by_sku(self) -> dict[Sku, tuple[ChannelListing, ...]]:
        found: dict[Sku, list[ChannelListing]] = {}
        for entry in self.listings:
            found.setdefault(entry.sku, []).append(entry)
        return {sku: tuple(entries) for sku, entries in found.items()}
