"""The sweep: every listing of a channel is read back and held against what it should show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import final

import attrs

from ecomkit._checks import as_tuple
from ecomkit.channels import Channel, ChannelAnswerError, StockReading, StockSource
from ecomkit.errors import TransientError
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.operations._adoption import (
    CHANNELS,
    LISTINGS,
    AdoptedListing,
    NotAdoptedError,
)
from ecomkit.operations._drift import (
    DriftKind,
    Evidence,
    ListingDrift,
    judge_listings,
)
from ecomkit.operations._drift_memory import NO_DELAY, DriftMemory, remember
from ecomkit.operations._intake import PullReport, pull_orders
from ecomkit.operations._publication import INTENTS, offers
from ecomkit.operations._settings import Settings
from ecomkit.ports import STOCK, Store, Transaction

__all__ = ["DriftReport", "reconcile_stock"]


@final
@attrs.frozen(kw_only=True)
class DriftReport:
    """
    What a sweep over one channel found.

    Args:
        channel: Which channel.
        compared: Listings that were read and held against what they should show.
        uncounted: Listings whose sku was never counted: nothing is published for them.
        unread: Listings that could not be read.
        drifts: Listings that show another number than they should.
        pull: What was taken in after the reading.
        stopped: Why the reading ended early; None if it did not.
    """

    channel: ChannelId
    compared: int
    uncounted: int
    unread: int
    drifts: tuple[ListingDrift, ...] = attrs.field(converter=as_tuple)
    pull: PullReport
    stopped: str | None = None

    @property
    def alarms(self) -> tuple[ListingDrift, ...]:
        """The drifts that do not come right by themselves."""
        return tuple(drift for drift in self.drifts if drift.is_alarm)

    def explain(self) -> str:
        """Say how many listings differ and why, and name each that is an alarm."""
        kinds = Counter(drift.kind for drift in self.drifts)
        counts = "".join(f"; {kinds[kind]} {kind.value}" for kind in DriftKind if kinds[kind])
        text = (
            f"{self.channel}: {self.compared} listings compared, {self.uncounted} not counted, "
            f"{self.unread} not read, {len(self.drifts)} differ{counts}"
        )
        lines = [text]
        if self.stopped is not None:
            lines.append(f"stopped: {self.stopped}")
        lines.append(self.pull.explain())
        lines.extend(drift.explain() for drift in self.alarms)
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.explain()


def reconcile_stock(
    store: Store,
    channel: Channel,
    *,
    now: datetime,
    settings: Settings,
    feed_delay: timedelta = NO_DELAY,
) -> DriftReport:
    """
    Read what every listing of *channel* shows, and explain each that shows another number.

    First the listings are read, then orders are pulled: what was sold there before the reading
    is in the books when the two are compared, and is no drift. No channel is called while the
    books are open.

    Nothing is sent. What was edited or lost is written down as it was seen, and its sku noted,
    so that the next publication tells the number that is right by then, and a channel that
    compares can refuse. Where fewer units are shown than told and there are orders that were not
    taken in, nothing is told: it would put units on sale again that may be sold.

    Args:
        store: The merchant's books.
        channel: The client.
        now: The moment of the sweep.
        settings: The merchant's choices.
        feed_delay: How long the channel may count a sale before its orders have it. A number that
            has fallen is taken for a sale until sweeps have seen it for so long.

    Raises:
        NotAdoptedError: If the channel was not adopted.
        ChannelAnswerError: If the readings do not answer the listings one by one.
    """
    name = channel.channel
    with store.snapshot() as tx:
        if tx.get(CHANNELS, name) is None:
            raise NotAdoptedError(channel=name)
        before = [listing for listing in tx.scan(LISTINGS) if listing.channel == name]
    readings, stopped = _read(channel, before, page_size=settings.page_size)
    pull = pull_orders(store, channel, now=now, settings=settings)
    with store.snapshot() as tx:
        memory = DriftMemory.of(tx, pull, now=now, feed_delay=feed_delay)
        evidence = _evidence(tx, before, readings, memory=memory, now=now, settings=settings)
    drifts = judge_listings(evidence)
    with store.transaction() as tx:
        _note(tx, evidence, drifts, now=now)
        remember(tx, name, readings.values(), now=now)
    return DriftReport(
        channel=name,
        compared=len(evidence),
        uncounted=len(readings) - len(evidence),
        unread=len(before) - len(readings),
        drifts=drifts,
        pull=pull,
        stopped=stopped,
    )


def _read(
    channel: Channel, listings: Sequence[AdoptedListing], *, page_size: int
) -> tuple[Mapping[ListingId, StockReading], str | None]:
    """Return what the listings show, a page at a time, and why that ended early."""
    readings: dict[ListingId, StockReading] = {}
    if not isinstance(channel, StockSource):
        return readings, f"{channel.channel} cannot be read back"
    for start in range(0, len(listings), page_size):
        asked = [listing.listing for listing in listings[start : start + page_size]]
        try:
            answers = channel.read_stock(asked)
        except TransientError as error:
            return readings, str(error)
        if [answer.listing for answer in answers] != asked:
            raise ChannelAnswerError(
                channel=channel.channel,
                operation="read stock",
                why=f"{len(answers)} readings that do not answer {len(asked)} listings one by one",
            )
        readings.update(zip(asked, answers, strict=True))
    return readings, None


def _evidence(
    tx: Transaction,
    before: Iterable[AdoptedListing],
    readings: Mapping[ListingId, StockReading],
    *,
    memory: DriftMemory,
    now: datetime,
    settings: Settings,
) -> tuple[Evidence, ...]:
    """Return what is known of each listing that was read and should show a number."""
    old = {listing.name: listing for listing in before if listing.listing in readings}
    listings = [listing for listing in tx.scan(LISTINGS) if listing.name in old]
    intents = {intent.name: intent for intent in tx.scan(INTENTS)}
    return tuple(
        Evidence(
            before=old[plan.listing.name],
            after=plan.listing,
            should=plan.offer.quantity,
            shows=readings[plan.listing.listing].quantity,
            intent=intents.get(plan.listing.name),
            seen=memory.before(plan.listing),
            unread=memory.unread(plan.listing, readings[plan.listing.listing]),
        )
        for plan in offers(tx, listings, now=now, settings=settings)
    )


def _note(
    tx: Transaction,
    evidence: Iterable[Evidence],
    drifts: Iterable[ListingDrift],
    *,
    now: datetime,
) -> None:
    """Have the next publication tell what nothing else is going to tell."""
    known = {one.after.name: one for one in evidence}
    listings: list[AdoptedListing] = []
    due: list[Sku] = []
    for drift in drifts:
        one = known[drift.name]
        if tx.get(LISTINGS, drift.name) != one.after:
            # It was told or sold meanwhile; the next sweep looks again.
            continue
        if drift.is_mended:
            seen = attrs.evolve(one.after, shown=drift.shows, shown_at=now, expected=None)
            listings.append(seen)
            due.append(drift.sku)
        elif drift.kind is DriftKind.IN_FLIGHT and one.intent is None:
            due.append(drift.sku)
    tx.put(LISTINGS, listings)
    tx.post(STOCK, due)
