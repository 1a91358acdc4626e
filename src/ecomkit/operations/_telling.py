"""Telling a channel what it should show: row by row, and read back where nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never, final

import attrs

from ecomkit._checks import as_tuple
from ecomkit.channels import (
    Applied,
    Channel,
    ChannelAnswerError,
    RateLimitedError,
    Rejected,
    StockResult,
    StockSink,
    StockSource,
    StockUpdate,
    Unknown,
)
from ecomkit.errors import TransientError
from ecomkit.identifiers import ChannelId, Sku
from ecomkit.operations._adoption import LISTINGS, AdoptedListing
from ecomkit.operations._publication import INTENTS, Intent, IntentState
from ecomkit.operations._pushing import batched, grouping_of
from ecomkit.ports import STOCK, Store, Transaction

__all__ = ["PushReport", "doubt_shown", "push_intents"]


@final
@attrs.frozen(kw_only=True)
class PushReport:
    """What one channel was told."""

    channel: ChannelId
    applied: int = 0
    rejected: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    unknown: int = 0
    waiting: int = 0

    def plus(self, later: PushReport) -> PushReport:
        """Return both reports as one; what is open is what the *later* one left open."""
        return PushReport(
            channel=self.channel,
            applied=self.applied + later.applied,
            rejected=(*self.rejected, *later.rejected),
            unknown=later.unknown,
            waiting=later.waiting,
        )

    def explain(self) -> str:
        """Say what was applied, refused, left open or not sent."""
        lines = [
            (
                f"{self.channel}: {self.applied} listings told, {len(self.rejected)} refused, "
                f"{self.unknown} unknown, {self.waiting} waiting"
            )
        ]
        return "\n".join([*lines, *self.rejected])


def push_intents(store: Store, channel: Channel, *, now: datetime) -> PushReport:
    """
    Tell *channel* the numbers it is to show, in its largest batches, one outcome a row.

    Intents are marked as sent before the call. What was sent before without an answer is read
    back first, and only what differs is sent. A channel that cannot be told keeps nothing.
    """
    name = channel.channel
    if not isinstance(channel, StockSink):
        return PushReport(channel=name)
    with store.transaction() as tx:
        due = tx.scan(INTENTS, index=name)
        tx.put(INTENTS, (attrs.evolve(intent, state=IntentState.SENT) for intent in due))
    if not due:
        return PushReport(channel=name)
    try:
        settled, left = _read_back(channel, due)
        results, unsent = _push(channel, left)
    except RateLimitedError:
        settled, results, unsent = (), (), due
    return _book(store, name, [*settled, *results], unsent, now=now)


_Row = tuple[Intent, Applied | Rejected | Unknown]


def _read_back(channel: Channel, due: Sequence[Intent]) -> tuple[Sequence[_Row], Sequence[Intent]]:
    """Settle what was sent before by reading it back; return it, and what is left to send."""
    doubtful = [intent for intent in due if intent.state is IntentState.SENT]
    if not doubtful or not isinstance(channel, StockSource):
        return (), due
    try:
        readings = channel.read_stock([intent.listing for intent in doubtful])
    except RateLimitedError:
        raise
    except TransientError as error:
        lost = Unknown(reason=str(error))
        return [(intent, lost) for intent in doubtful], [i for i in due if i not in doubtful]
    seen = {reading.listing: reading.quantity for reading in readings}
    settled = [
        (intent, Applied()) for intent in doubtful if seen.get(intent.listing) == intent.quantity
    ]
    done = {intent.listing for intent, _ in settled}
    left = [
        attrs.evolve(intent, expected=seen[intent.listing]) if intent.listing in seen else intent
        for intent in due
        if intent.listing not in done
    ]
    return settled, left


def _push(
    channel: StockSink, intents: Sequence[Intent]
) -> tuple[Sequence[_Row], Sequence[Intent]]:
    """Send *intents* batch by batch; return what came of them, and those that were not sent."""
    rows: list[_Row] = []
    batches = list(
        batched(
            intents,
            rows_max=channel.push_rows_max,
            group_of=grouping_of(channel),
            listing_of=lambda intent: intent.listing,
        )
    )
    for place, batch in enumerate(batches):
        updates = [
            StockUpdate(
                listing=i.listing,
                quantity=i.quantity,
                expected=i.expected,
                committed=i.committed,
                handle=i.handle,
            )
            for i in batch
        ]
        try:
            results = channel.push_stock(updates)
        except RateLimitedError:
            return rows, [intent for later in batches[place:] for intent in later]
        except TransientError as error:
            rows.extend((intent, Unknown(reason=str(error))) for intent in batch)
            continue
        rows.extend(_paired(batch, results))
    return rows, ()


def _paired(batch: Sequence[Intent], results: Sequence[StockResult]) -> Sequence[_Row]:
    if [result.listing for result in results] != [intent.listing for intent in batch]:
        raise ChannelAnswerError(
            channel=batch[0].channel,
            operation="push stock",
            why=f"{len(results)} results that do not answer {len(batch)} rows one by one",
        )
    return [(intent, result.effect) for intent, result in zip(batch, results, strict=True)]


def _book(
    store: Store,
    channel: ChannelId,
    rows: Sequence[_Row],
    unsent: Sequence[Intent],
    *,
    now: datetime,
) -> PushReport:
    applied = 0
    # What is to become of each intent: another one in its place, or nothing.
    settled: list[tuple[Intent, Intent | None]] = [(intent, intent) for intent in unsent]
    shown: dict[str, int | None] = {}
    rejected: list[str] = []
    unknown = 0
    for intent, effect in rows:
        match effect:
            case Applied():
                applied += 1
                settled.append((intent, None))
                shown[intent.name] = intent.quantity
            case Rejected(reason=reason, observed=None):
                refused = attrs.evolve(intent, state=IntentState.REJECTED, reason=reason)
                settled.append((intent, refused))
                rejected.append(f"{intent.name}: {reason}")
            case Rejected(reason=reason, observed=observed):
                # Our expectation was stale. The next run compares with what was seen.
                stale = attrs.evolve(
                    intent, expected=observed, state=IntentState.STORED, reason=reason
                )
                settled.append((intent, stale))
                rejected.append(f"{intent.name}: {reason}")
                shown[intent.name] = observed
            case Unknown():
                lost = attrs.evolve(intent, state=IntentState.SENT, reason=effect.reason)
                settled.append((intent, lost))
                unknown += 1
            case _:
                assert_never(effect)
    with store.transaction() as tx:
        _settle(tx, channel, settled, shown=shown, now=now)
    return PushReport(
        channel=channel,
        applied=applied,
        rejected=rejected,
        unknown=unknown,
        waiting=len(unsent),
    )


def _settle(
    tx: Transaction,
    channel: ChannelId,
    settled: Sequence[tuple[Intent, Intent | None]],
    *,
    shown: Mapping[str, int | None],
    now: datetime,
) -> None:
    """Put what follows each intent in its place, and note what the listings show, if known."""
    standing = {intent.name: intent for intent in tx.scan(INTENTS, index=channel)}
    done: list[str] = []
    kept: list[Intent] = []
    listings: list[AdoptedListing] = []
    unsure: list[Sku] = []
    for intent, after in settled:
        newest = standing.get(intent.name) or tx.get(INTENTS, intent.name)
        listing = tx.get(LISTINGS, intent.name)
        if newest is None or newest.quantity != intent.quantity:
            # Another worker stored a newer number, or has told one, while the channel was
            # called. Whose number came last nobody knows, so the listing is told anew.
            if listing is not None:
                listings.append(attrs.evolve(listing, shown=None, expected=None))
                unsure.append(listing.sku)
            continue
        if after is None:
            done.append(intent.name)
        else:
            kept.append(after)
        if listing is not None and intent.name in shown:
            listings.append(
                attrs.evolve(listing, shown=shown[intent.name], shown_at=now, expected=None)
            )
    tx.delete(INTENTS, done)
    tx.put(INTENTS, kept)
    tx.put(LISTINGS, listings)
    tx.post(STOCK, unsure)


def doubt_shown(tx: Transaction, channel: ChannelId) -> None:
    """Have every listing of *channel* told anew: nobody knows what was shown last."""
    listings = [listing for listing in tx.scan(LISTINGS) if listing.channel == channel]
    tx.put(LISTINGS, (attrs.evolve(listing, shown=None, expected=None) for listing in listings))
    tx.post(STOCK, (listing.sku for listing in listings))
