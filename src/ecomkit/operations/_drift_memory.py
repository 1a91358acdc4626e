"""What sweeps remember of a channel: the numbers they saw, and the orders that may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Self, final

import attrs

from ecomkit.channels import StockReading
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.operations._adoption import AdoptedListing, listing_name
from ecomkit.operations._intake import PullReport
from ecomkit.operations._quarantine import QUARANTINE, WAITING
from ecomkit.ports import Collection, Transaction

__all__ = ["NO_DELAY", "SEEN", "DriftMemory", "SeenStock", "remember"]

NO_DELAY = timedelta(0)


@final
@attrs.frozen(kw_only=True)
class SeenStock:
    """What a listing was seen to show, and since when no sweep has seen another number."""

    channel: ChannelId
    listing: ListingId
    quantity: int
    since: datetime

    @property
    def name(self) -> str:
        """The channel and the listing."""
        return listing_name(self.channel, self.listing)


SEEN = Collection(
    name="seen_stock",
    type=SeenStock,
    key=lambda seen: seen.name,
    index=lambda seen: seen.channel,
)


@final
@attrs.frozen(kw_only=True)
class DriftMemory:
    """
    What was seen of a channel before, and what of its orders may not be in our books.

    Args:
        pull: What was pulled after the reading.
        seen: What each listing was last seen to show.
        aside_at: When an order was last put into quarantine; None if none waits there.
        now: The moment of the sweep.
        feed_delay: How long an order may come after its sale.
    """

    pull: PullReport
    seen: Mapping[ListingId, SeenStock]
    aside_at: datetime | None
    now: datetime
    feed_delay: timedelta

    @classmethod
    def of(
        cls, tx: Transaction, pull: PullReport, *, now: datetime, feed_delay: timedelta
    ) -> Self:
        """Read it from the books."""
        name = pull.channel
        aside = (kept.at for kept in tx.scan(QUARANTINE, index=WAITING) if kept.channel == name)
        return cls(
            pull=pull,
            seen={one.listing: one for one in tx.scan(SEEN, index=name)},
            aside_at=max(aside, default=None),
            now=now,
            feed_delay=feed_delay,
        )

    def before(self, listing: AdoptedListing) -> int | None:
        """Return what *listing* was seen to show before it was told the last number."""
        seen = self.seen.get(listing.listing)
        if seen is None or listing.shown_at is None or seen.since >= listing.shown_at:
            return None
        return seen.quantity

    def unread(self, listing: AdoptedListing, reading: StockReading) -> str:
        """Say why units of *listing* may have been sold that our books do not have."""
        if self.pull.stopped is not None:
            return f"its orders could not be pulled: {self.pull.stopped}"
        if self.aside_at and (listing.shown_at is None or self.aside_at >= listing.shown_at):
            return "an order was put into quarantine since it was told"
        seen = self.seen.get(listing.listing)
        is_new = seen is None or seen.quantity != reading.quantity
        if self.feed_delay > (NO_DELAY if seen is None or is_new else self.now - seen.since):
            return f"an order may come up to {self.feed_delay} after its sale"
        return ""


def remember(
    tx: Transaction, channel: ChannelId, readings: Iterable[StockReading], *, now: datetime
) -> None:
    """Write down what was seen, where it is another number than before."""
    known = {one.listing: one.quantity for one in tx.scan(SEEN, index=channel)}
    tx.put(
        SEEN,
        (
            SeenStock(
                channel=channel, listing=reading.listing, quantity=reading.quantity, since=now
            )
            for reading in readings
            if reading.quantity is not None and known.get(reading.listing) != reading.quantity
        ),
    )
