"""Intake: pull what channels say, compare it with our facts, and book what follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import final

import attrs

from ecomkit.channels import (
    Channel,
    ChannelAnswerError,
    OrderPage,
    OrderSource,
    PageEntry,
    Payload,
    PayloadReader,
    UnreadableOrder,
)
from ecomkit.errors import FieldError, TransientError
from ecomkit.identifiers import ChannelId
from ecomkit.operations._adoption import (
    CHANNELS,
    ChannelState,
    NotAdoptedError,
)
from ecomkit.operations._orders import (
    CLAIMS,
    ORDERS,
    KeptClaim,
    contradicts,
    disagrees,
)
from ecomkit.operations._quarantine import (
    PAYLOADS,
    QUARANTINE,
    NotQuarantinedError,
)
from ecomkit.operations._settings import Settings
from ecomkit.operations._taking import Taker
from ecomkit.ports import Store

__all__ = [
    "PullReport",
    "differing_claims",
    "pull_order",
    "pull_orders",
    "replay_quarantined",
    "revisit_disagreements",
    "take_entries",
]

PAGES_PER_PULL_MAX = 10_000
"""A cursor that never ends is a channel's fault, not a longer loop."""


@final
@attrs.frozen(kw_only=True)
class PullReport:
    """What one pull of a channel's orders led to."""

    channel: ChannelId
    placed: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    uncovered_units: int = 0
    stopped: str | None = None

    def plus(self, other: PullReport) -> PullReport:
        """Return both reports as one."""
        return PullReport(
            channel=self.channel,
            placed=self.placed + other.placed,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            quarantined=self.quarantined + other.quarantined,
            uncovered_units=self.uncovered_units + other.uncovered_units,
            stopped=other.stopped or self.stopped,
        )

    def explain(self) -> str:
        """Say what was taken in."""
        text = (
            f"{self.channel}: {self.placed} orders placed, {self.changed} changed, "
            f"{self.unchanged} unchanged, {self.quarantined} quarantined, "
            f"{self.uncovered_units} units uncovered"
        )
        return text if self.stopped is None else f"{text}; stopped: {self.stopped}"


def pull_orders(
    store: Store, channel: Channel, *, now: datetime, settings: Settings
) -> PullReport:
    """
    Take in all orders of *channel* that changed since the last pull.

    Each page is one transaction with the cursor that follows it: a crash repeats a page or
    nothing, and a repeated page changes nothing. A channel that does not answer stops its own
    pull and says so; what was taken in stays.

    Raises:
        NotAdoptedError: If the channel was not adopted: its listings have no skus yet.
        ChannelAnswerError: If the pages never end, or do not move on.
    """
    report = PullReport(channel=channel.channel)
    if not isinstance(channel, OrderSource):
        return report
    with store.snapshot() as tx:
        state = tx.get(CHANNELS, channel.channel)
    if state is None:
        raise NotAdoptedError(channel=channel.channel)
    for _ in range(PAGES_PER_PULL_MAX):
        try:
            page = channel.orders_after(state.cursor, page_size=settings.page_size)
        except TransientError as error:
            return attrs.evolve(report, stopped=str(error))
        if page.more and page.next == state.cursor:
            raise ChannelAnswerError(
                channel=channel.channel, operation="pull orders", why="a page leads to itself"
            )
        state, taken = _take_page(store, state, page, now=now, settings=settings)
        report = report.plus(taken)
        if not page.more:
            return report
    raise ChannelAnswerError(
        channel=channel.channel, operation="pull orders", why="the pages do not end"
    )


def pull_order(
    store: Store, channel: Channel, number: str, *, now: datetime, settings: Settings
) -> PullReport:
    """
    Take in one order of *channel* as it is now, such as one that a webhook hints at.

    It is one more observation of the order: the pages that follow give it again, and what is
    newer counts. A number that the channel does not have leads to nothing.

    Raises:
        NotAdoptedError: If the channel was not adopted: its listings have no skus yet.
    """
    report = PullReport(channel=channel.channel)
    if not isinstance(channel, OrderSource):
        return report
    with store.snapshot() as tx:
        if tx.get(CHANNELS, channel.channel) is None:
            raise NotAdoptedError(channel=channel.channel)
    try:
        entry = channel.order(number)
    except TransientError as error:
        return attrs.evolve(report, stopped=str(error))
    if entry is None:
        return report
    return take_entries(store, channel.channel, [entry], now=now, settings=settings)


def take_entries(
    store: Store,
    channel: ChannelId,
    entries: Iterable[PageEntry],
    *,
    now: datetime,
    settings: Settings,
) -> PullReport:
    """
    Take in orders that *channel* sent by itself, such as those of webhooks, in one transaction.

    All of them are in the books when this returns, or none: answer the calls only then. Each is
    one more observation of its order, so it may come twice, late, or beside the pull of the same
    order; what could not be read is in quarantine with every fault.

    The more entries at a time, the less each costs.

    Raises:
        NotAdoptedError: If the channel was not adopted: its listings have no skus yet.
        FieldError: If an entry is of another channel.
    """
    entries = tuple(entries)
    for entry in entries:
        if entry.payload.channel != channel:
            wanted = f"payloads of {channel}"
            raise FieldError(
                owner="take_entries", field="entries", got=entry.payload.channel, wanted=wanted
            )
    with store.transaction() as tx:
        if tx.get(CHANNELS, channel) is None:
            raise NotAdoptedError(channel=channel)
        taker = Taker(tx, now=now, settings=settings)
        for entry in entries:
            taker.take(entry)
        taker.finish()
    return _report(channel, taker)


def _take_page(
    store: Store, state: ChannelState, page: OrderPage, *, now: datetime, settings: Settings
) -> tuple[ChannelState, PullReport]:
    moved = attrs.evolve(state, cursor=page.next)
    if not page.entries and moved == state:
        return state, PullReport(channel=state.channel)
    with store.transaction() as tx:
        taker = Taker(tx, now=now, settings=settings)
        for entry in page.entries:
            taker.take(entry)
        taker.finish()
        tx.put(CHANNELS, [moved])
    return moved, _report(state.channel, taker)


def _report(channel: ChannelId, taker: Taker) -> PullReport:
    return PullReport(
        channel=channel,
        placed=taker.placed,
        changed=taker.changed,
        unchanged=taker.unchanged,
        quarantined=taker.quarantined,
        uncovered_units=taker.uncovered_units,
    )


def revisit_disagreements(
    store: Store, channel: ChannelId, *, now: datetime, settings: Settings
) -> int:
    """
    Compare again where *channel* and our facts differed; return how many still do.

    Goods that came in since may cover what the channel says was shipped.
    """
    with store.transaction() as tx:
        taker = Taker(tx, now=now, settings=settings)
        still = 0
        for kept in tx.scan(CLAIMS, index=disagrees(channel)):
            order = tx.get(ORDERS, kept.claim.order_id)
            if order is not None:
                taker.follow(order, kept.claim, kept.digest, told=kept.told)
                again = tx.get(CLAIMS, kept.claim.order_id)
                still += again is not None and bool(again.disagreements)
        taker.finish()
        return still


def differing_claims(store: Store, channel: ChannelId) -> tuple[KeptClaim, ...]:
    """
    Return the claims of *channel* that differ from our facts, and then those that cannot be true.

    One that differs is compared again at each run, and leaves when the two agree; one that only
    contradicts itself leaves when the channel says something else. Each can explain itself.
    """
    with store.snapshot() as tx:
        return (
            *tx.scan(CLAIMS, index=disagrees(channel)),
            *tx.scan(CLAIMS, index=contradicts(channel)),
        )


def replay_quarantined(
    store: Store, channel: Channel, object_id: str, *, now: datetime, settings: Settings
) -> PullReport:
    """
    Read one quarantined payload again, after a fix of the adapter or of a match.

    Raises:
        NotQuarantinedError: If nothing is quarantined under that name.
    """
    name = f"{channel.channel}/{object_id}"
    with store.transaction() as tx:
        kept = tx.get(PAYLOADS, name)
        if kept is None or tx.get(QUARANTINE, name) is None:
            raise NotQuarantinedError(name=name)
        taker = Taker(tx, now=now, settings=settings)
        taker.take(_read_again(channel, kept.payload))
        taker.finish()
        if not taker.quarantined:
            # Also where it said nothing new.
            tx.delete(QUARANTINE, [name])
    return _report(channel.channel, taker)


def _read_again(channel: Channel, payload: Payload) -> PageEntry:
    if isinstance(channel, PayloadReader):
        return channel.read_payload(payload)
    return UnreadableOrder(
        payload=payload, faults=(f"{channel.channel} has no role to read a kept payload",)
    )
