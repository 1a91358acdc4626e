"""Adoption: the safe first day. Nothing is published before a channel was adopted."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.catalog import Catalog, Gtin, GtinError, SkuPolicy, SkuRefused
from ecomkit.channels import (
    CatalogSource,
    Channel,
    ChannelAnswerError,
    Cursor,
    Listing,
)
from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId, CommandKey, ListingId, Sku
from ecomkit.operations._ledger import execute
from ecomkit.operations._settings import Settings
from ecomkit.ports import STOCK, Collection, Store, Transaction
from ecomkit.stock import Count, LevelKey

__all__ = [
    "CHANNELS",
    "LISTINGS",
    "AdoptedListing",
    "AdoptionReport",
    "ChannelState",
    "Match",
    "MatchKind",
    "NotAdoptedError",
    "adopt",
    "confirm_match",
    "match_listings",
    "pull_listings",
]

PAGES_PER_PULL_MAX = 10_000
"""A cursor that never ends is a channel's fault, not a longer loop."""


@attrs.frozen(kw_only=True)
class NotAdoptedError(InputError):
    """
    Raised when a channel is used for what needs its adoption first.

    >>> print(NotAdoptedError(channel=ChannelId("etsy")))
    etsy was not adopted; preview and adopt it first
    """

    channel: ChannelId

    @property
    def message(self) -> str:
        """The channel, and what to do."""
        return f"{self.channel} was not adopted; preview and adopt it first"


class MatchKind(enum.Enum):
    """How sure we are which sku a listing sells."""

    MATCHED = "matched"
    DOUBTFUL = "doubtful"
    UNMATCHED = "unmatched"


@final
@attrs.frozen(kw_only=True)
class Match:
    """Which sku a listing sells, how sure we are, and why."""

    listing: Listing
    kind: MatchKind
    sku: Sku | None
    reasons: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))

    def explain(self) -> str:
        """Say which sku was found, and why or why not."""
        target = "no sku" if self.sku is None else str(self.sku)
        reasons = "".join(f"; {reason}" for reason in self.reasons)
        return f"{self.listing.id} {self.kind.value}: {target}{reasons}"


@final
@attrs.frozen(kw_only=True)
class AdoptedListing:
    """
    A listing that sells a sku of ours.

    Args:
        shown: What the channel shows as far as we know; None when it must be told anew, such as
            after a sale there, since the channel may have counted down itself.
        shown_at: When it was told or seen to show that; what was sold before is in the number.
        expected: Where *shown* is None, what the channel shows if it did count down itself.
        committed: Units in the channel's orders that it has not seen shipped, as pulled so far.
        handle: The client's own, handed back to it with each push.
    """

    channel: ChannelId
    listing: ListingId
    sku: Sku
    shown: int | None = None
    shown_at: datetime | None = None
    expected: int | None = None
    committed: int = 0
    handle: str | None = None

    @property
    def name(self) -> str:
        """The channel and the listing."""
        return listing_name(self.channel, self.listing)


def listing_name(channel: ChannelId, listing: ListingId) -> str:
    """Return the key under which a listing is kept."""
    return f"{channel}/{listing}"


@final
@attrs.frozen(kw_only=True)
class ChannelState:
    """What we know of an adopted channel: since when, and how far its orders were pulled."""

    channel: ChannelId
    adopted_at: datetime
    cursor: Cursor | None = None


LISTINGS = Collection(
    name="listing",
    type=AdoptedListing,
    key=lambda adopted: adopted.name,
    index=lambda adopted: adopted.sku,
)
CHANNELS = Collection(name="channel", type=ChannelState, key=lambda state: state.channel)


@final
@attrs.frozen(kw_only=True)
class AdoptionReport:
    """What adoption found at one channel, and what it still needs."""

    channel: ChannelId
    matches: tuple[Match, ...]
    uncounted: tuple[Sku, ...]

    def of_kind(self, kind: MatchKind) -> tuple[Match, ...]:
        """Return the listings that were matched so well."""
        return tuple(match for match in self.matches if match.kind is kind)

    @property
    def shown(self) -> dict[Sku, int]:
        """
        What the channel shows, in units by sku: a first guess for the opening count.

        Where several listings sell one sku, the largest number.
        """
        units: dict[Sku, int] = {}
        for match in self.of_kind(MatchKind.MATCHED):
            if match.sku is not None and match.listing.quantity is not None:
                units[match.sku] = max(units.get(match.sku, 0), match.listing.quantity)
        return units

    def explain(self) -> str:
        """Say what was found and what is needed."""
        counts = ", ".join(f"{len(self.of_kind(kind))} {kind.value}" for kind in MatchKind)
        lines = [f"{self.channel}: {len(self.matches)} listings, {counts}"]
        lines.extend(
            match.explain() for match in self.matches if match.kind is not MatchKind.MATCHED
        )
        if self.uncounted:
            names = ", ".join(self.uncounted)
            lines.append(f"not published until counted ({len(self.uncounted)}): {names}")
        return "\n".join(lines)


def pull_listings(channel: Channel, *, page_size: int) -> tuple[Listing, ...]:
    """
    Return all listings of *channel*; none if it has no role for it.

    Raises:
        ChannelAnswerError: If the pages never end, or do not move on.
    """
    if not isinstance(channel, CatalogSource):
        return ()
    listings: list[Listing] = []
    cursor: Cursor | None = None
    for _ in range(PAGES_PER_PULL_MAX):
        page = channel.listings_after(cursor, page_size=page_size)
        listings.extend(page.listings)
        if not page.more:
            return tuple(listings)
        if page.next == cursor:
            break
        cursor = page.next
    raise ChannelAnswerError(
        channel=channel.channel, operation="pull listings", why="the pages do not end"
    )


def match_listings(
    listings: Iterable[Listing], *, policy: SkuPolicy, catalog: Catalog
) -> tuple[Match, ...]:
    """
    Say which sku each listing sells, by its sku text and, with a catalog, by its GTIN. Pure.

    With a catalog a sku must be in it. A listing whose sku text and GTIN name two skus is
    doubtful, and so are two listings with one sku on the same channel: each would show all of
    the stock, which is right for two offers of one thing and wrong for a mistyped sku.
    """
    found = [_match(listing, policy=policy, catalog=catalog) for listing in listings]
    often: dict[Sku | None, int] = {}
    for match in found:
        often[match.sku] = often.get(match.sku, 0) + 1
    return tuple(
        attrs.evolve(
            match,
            kind=MatchKind.DOUBTFUL,
            reasons=(*match.reasons, f"{often[match.sku]} listings have this sku"),
        )
        if match.sku is not None and often[match.sku] > 1
        else match
        for match in found
    )


def _match(listing: Listing, *, policy: SkuPolicy, catalog: Catalog) -> Match:
    reasons: list[str] = []
    by_text: Sku | None = None
    if not listing.sku_text:
        reasons.append("the listing has no sku")
    else:
        read = policy(listing.sku_text)
        if isinstance(read, SkuRefused):
            reasons.append(read.explain())
        else:
            by_text = read.sku
    if by_text is not None and catalog.products and not _is_known(by_text, catalog):
        reasons.append(f"the catalog has no {by_text}")
        by_text = None
    by_gtin: Sku | None = None
    if listing.gtin_text:
        try:
            variant = catalog.variant_by_gtin(Gtin.parse(listing.gtin_text))
        except GtinError as error:
            reasons.append(str(error))
        else:
            by_gtin = None if variant is None else variant.sku
    sku = by_text or by_gtin
    kind = MatchKind.UNMATCHED if sku is None else MatchKind.MATCHED
    if by_gtin is not None and by_text != by_gtin:
        kind = MatchKind.DOUBTFUL
        reasons.append(f"its GTIN names {by_gtin}")
    return Match(listing=listing, kind=kind, sku=sku, reasons=reasons)


def _is_known(sku: Sku, catalog: Catalog) -> bool:
    return catalog.variant(sku) is not None or catalog.kit(sku) is not None


def uncounted(tx: Transaction, skus: Iterable[Sku], *, settings: Settings) -> tuple[Sku, ...]:
    """Return those of *skus* that were never counted, kits resolved to what lies on the shelf."""
    parts = {part for sku in skus for part in settings.parts(sku)}
    keys = [LevelKey(sku, settings.location) for sku in sorted(parts)]
    return tuple(level.sku for level in tx.levels(keys) if level.counted_at is None)


def adopt(
    store: Store,
    channel: Channel,
    *,
    catalog: Catalog,
    opening: Mapping[Sku, int],
    since: Cursor | None,
    now: datetime,
    settings: Settings,
) -> AdoptionReport:
    """
    Take a channel in: match its listings, count what was never counted, set where orders start.

    Args:
        store: The merchant's books.
        channel: The client; needs to be a ``CatalogSource`` to have its listings matched.
        catalog: What the merchant sells; an empty one lets every sku text be a sku.
        opening: Usable units by sku. Only a sku that was never counted is counted by it.
        since: Where to start pulling orders; None for the first one the channel has.
        now: The moment of the count.
        settings: The merchant's choices.

    Adopting again matches listings that are new and leaves the rest, cursor and counts alone.
    Doubtful listings wait for ``confirm_match``.
    """
    listings = pull_listings(channel, page_size=settings.page_size)
    matches = match_listings(listings, policy=settings.sku_policy, catalog=catalog)
    name = channel.channel
    with store.transaction() as tx:
        if tx.get(CHANNELS, name) is None:
            tx.put(CHANNELS, [ChannelState(channel=name, adopted_at=now, cursor=since)])
        known = {adopted.name for adopted in tx.scan(LISTINGS) if adopted.channel == name}
        fresh = [
            AdoptedListing(
                channel=name,
                listing=match.listing.id,
                sku=match.sku,
                shown=match.listing.quantity,
                shown_at=now,
                handle=match.listing.handle,
            )
            for match in matches
            if match.kind is MatchKind.MATCHED
            and match.sku is not None
            and listing_name(name, match.listing.id) not in known
        ]
        tx.put(LISTINGS, fresh)
        new = uncounted(tx, opening, settings=settings)
        commands = [
            Count(
                key=CommandKey(f"opening:{sku}:{settings.location}"),
                sku=sku,
                counted=opening[sku],
                location=settings.location,
            )
            for sku in new
            if sku in opening
        ]
        execute(tx, commands, now=now, settings=settings)
        tx.post(STOCK, (adopted.sku for adopted in fresh))
        skus = {match.sku for match in matches if match.sku is not None}
        return AdoptionReport(
            channel=name, matches=matches, uncounted=uncounted(tx, skus, settings=settings)
        )


def confirm_match(
    tx: Transaction, *, channel: ChannelId, listing: ListingId, sku: Sku
) -> AdoptedListing:
    """
    Take a person's word that *listing* sells *sku*, in the place of any match before.

    Raises:
        NotAdoptedError: If the channel was not adopted.
    """
    if tx.get(CHANNELS, channel) is None:
        raise NotAdoptedError(channel=channel)
    adopted = AdoptedListing(channel=channel, listing=listing, sku=sku)
    tx.put(LISTINGS, [adopted])
    tx.post(STOCK, [sku])
    return adopted
