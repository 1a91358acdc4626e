"""Intake: pull what channels say, compare it with our facts, and book what follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import final

import attrs

from ecomkit.channels import (
    Channel,
    ChannelAnswerError,
    ChannelClaim,
    LineUnits,
    OrderPage,
    OrderSource,
    PageEntry,
    Payload,
    PayloadReader,
    ReadOrder,
    Reconciliation,
    UnreadableOrder,
    order_of_claim,
    reconcile,
)
from ecomkit.errors import InputError, TransientError
from ecomkit.identifiers import ChannelId, CommandKey, LineId, ListingId, Sku
from ecomkit.operations._adoption import (
    CHANNELS,
    LISTINGS,
    ChannelState,
    NotAdoptedError,
    listing_name,
)
from ecomkit.operations._customers import customer_of_buyer
from ecomkit.operations._demand import note_demand
from ecomkit.operations._ledger import CHANGED, ChangedSku, execute, must
from ecomkit.operations._orders import (
    CLAIMS,
    ORDERS,
    KeptClaim,
    cancel_units,
    covered_units,
    demand_rows,
    disagrees,
    note_gone,
    ship_units,
    wants_for,
)
from ecomkit.operations._quarantine import (
    PAYLOADS,
    QUARANTINE,
    NotQuarantinedError,
    keep_payloads,
    quarantine,
)
from ecomkit.operations._settings import Settings
from ecomkit.orders import LineEvent, LineEventKind, Order
from ecomkit.ports import Store, Transaction
from ecomkit.stock import LevelKey, Outcome, Record, Recorded, StockCommand

__all__ = [
    "PullReport",
    "UnmatchedListingError",
    "pull_orders",
    "replay_quarantined",
    "revisit_disagreements",
]

PAGES_PER_PULL_MAX = 10_000
"""A cursor that never ends is a channel's fault, not a longer loop."""


@attrs.frozen(kw_only=True)
class UnmatchedListingError(InputError):
    """
    Raised when an order names a listing that no sku of ours was matched to.

    >>> print(UnmatchedListingError(channel=ChannelId("etsy"), listing=ListingId("7")))
    listing '7' of etsy has no sku; adopt the channel again or match the listing, then replay
    """

    channel: ChannelId
    listing: ListingId

    @property
    def message(self) -> str:
        """The listing, and what to do."""
        return (
            f"listing {str(self.listing)!r} of {self.channel} has no sku; "
            "adopt the channel again or match the listing, then replay"
        )


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


class Taker:
    """
    Takes the entries of one page in, inside one transaction.

    Sales are collected and recorded in one go, so that a level that many orders of a page touch
    is loaded and saved once.
    """

    def __init__(self, tx: Transaction, *, now: datetime, settings: Settings) -> None:
        self._tx = tx
        self._now = now
        self._settings = settings
        self._skus: dict[tuple[ChannelId, ListingId], Sku | None] = {}
        self._sales: list[StockCommand] = []
        self._demand: list[tuple[Sku, date, int]] = []
        self._payloads: list[Payload] = []
        self._unsure: set[str] = set()
        self.placed = self.changed = self.unchanged = self.quarantined = 0
        self.uncovered_units = 0

    def take(self, entry: PageEntry) -> None:
        """Take one entry in, or keep it in quarantine."""
        if isinstance(entry, UnreadableOrder):
            self._quarantine(entry.payload, entry.faults)
            return
        try:
            self._take_claim(entry)
        except InputError as error:
            # Raised by the values, before anything of this entry was written.
            self._quarantine(entry.payload, [str(error)])

    def finish(self) -> None:
        """Book what was collected."""
        self._flush()
        note_demand(self._tx, self._demand)
        keep_payloads(self._tx, self._payloads, now=self._now)

    def follow(self, order: Order, claim: ChannelClaim, digest: str) -> None:
        """Book what *claim* asks of a known order, and keep where the two disagree."""
        self._flush()
        gone = self._gone(order, claim, left_at=claim.shipped_at)
        if gone:
            order = note_gone(
                self._tx,
                order,
                gone,
                at=claim.shipped_at or claim.placed_at,
                now=self._now,
                settings=self._settings,
            )
        asked = self._compare(order, claim)
        if asked.cancel:
            order = cancel_units(
                self._tx, order, _units(asked.cancel), now=self._now, settings=self._settings
            )
            self._expect_other_numbers(claim, _units(asked.cancel))
            # What was cancelled may cover another line, which can be shipped now.
            asked = self._compare(order, claim)
        if asked.ship:
            ship_units(
                self._tx,
                [(order, _units(asked.ship))],
                now=self._now,
                settings=self._settings,
            )
        kept = KeptClaim(claim=claim, digest=digest, disagreements=asked.disagreements)
        self._tx.put(CLAIMS, [kept])

    def _compare(self, order: Order, claim: ChannelClaim) -> Reconciliation:
        covered = (
            covered_units(self._tx, order, settings=self._settings)
            if any(line.shipped for line in claim.lines)
            else {}
        )
        return reconcile(order, claim, covered=covered)

    def _quarantine(self, payload: Payload, faults: Iterable[str]) -> None:
        if payload.subject is not None and payload.subject.strip():
            customer_of_buyer(self._tx, payload.channel, payload.subject)
        quarantine(self._tx, payload, faults, now=self._now)
        self.quarantined += 1

    def _take_claim(self, entry: ReadOrder) -> None:
        claim, digest = entry.claim, entry.payload.digest
        kept = self._tx.get(CLAIMS, claim.order_id)
        if kept is not None and kept.age >= (claim.version, digest):
            self.unchanged += 1
            return
        order = self._tx.get(ORDERS, claim.order_id)
        if order is None:
            self._place(claim, digest)
            self.placed += 1
        else:
            if claim.buyer is not None:
                customer_of_buyer(self._tx, claim.channel, claim.buyer)
            self.follow(order, claim, digest)
            self.changed += 1
        self._payloads.append(entry.payload)
        # What was quarantined before and is understood now has left quarantine.
        self._tx.delete(QUARANTINE, [f"{claim.channel}/{entry.payload.object_id}"])

    def _place(self, claim: ChannelClaim, digest: str) -> None:
        skus = self._skus_of(claim)
        order = order_of_claim(claim, skus=skus)
        left_at = claim.shipped_at or claim.placed_at
        gone = self._gone(order, claim, left_at=left_at)
        told = {line.id: line for line in claim.lines}
        due = {line: told[line].quantity - told[line].cancelled for line in told}
        demand = demand_rows(
            order,
            {line: units for line, units in due.items() if units},
            now=self._now,
            settings=self._settings,
        )
        # What can be wrong has been found by now: from here on something is written.
        if claim.buyer is not None:
            buyer = customer_of_buyer(self._tx, claim.channel, claim.buyer)
            order = attrs.evolve(order, customer=buyer)
        order = order.with_events(
            LineEvent(kind=kind, line=line, quantity=quantity, at=at)
            for kind, at, quantities in (
                (
                    LineEventKind.CANCELLED,
                    self._now,
                    {line: told[line].cancelled for line in told},
                ),
                (LineEventKind.SHIPPED, left_at, gone),
            )
            for line, quantity in quantities.items()
            if quantity
        )
        open_units = {line: order.counts(line).open for line in told if order.counts(line).open}
        self._tx.put(ORDERS, [order])
        self._tx.put(CLAIMS, [KeptClaim(claim=claim, digest=digest)])
        self._demand.extend(demand)
        if open_units:
            self._sales.append(
                Record(
                    key=CommandKey(f"record:{order.id}"),
                    wants=wants_for(order, open_units, settings=self._settings),
                    placed_at=order.placed_at,
                )
            )
        # Also what was cancelled or gone before we saw it: the channel has counted the sale.
        sold = [
            line.id
            for line in claim.lines
            if gone.get(line.id, 0) < line.quantity or not self._is_of_before(claim)
        ]
        self._expect_other_numbers(claim, sold)
        if any(line.shipped > gone.get(line.id, 0) or line.returned for line in claim.lines):
            self.follow(order, claim, digest)

    def _skus_of(self, claim: ChannelClaim) -> dict[ListingId, Sku]:
        skus: dict[ListingId, Sku] = {}
        for line in claim.lines:
            name = (claim.channel, line.listing)
            if name not in self._skus:
                adopted = self._tx.get(LISTINGS, listing_name(*name))
                self._skus[name] = None if adopted is None else adopted.sku
            sku = self._skus[name]
            if sku is None:
                raise UnmatchedListingError(channel=claim.channel, listing=line.listing)
            skus[line.listing] = sku
        return skus

    def _gone(
        self, order: Order, claim: ChannelClaim, *, left_at: datetime | None
    ) -> dict[LineId, int]:
        """
        Return the units that had left before their sku was counted: the count knows already.

        Units that left nobody knows when (None) have left after any count there is.
        """
        gone: dict[LineId, int] = {}
        told = {line.id: line.shipped for line in claim.lines}
        for line in order.lines:
            counts = order.counts(line.id)
            units = min(told.get(line.id, 0) - counts.shipped, counts.open)
            if units > 0:
                keys = [
                    LevelKey(part, self._settings.location)
                    for part in self._settings.parts(line.sku)
                ]
                if any(
                    level.counted_at is None
                    or (left_at is not None and left_at <= level.counted_at)
                    for level in self._tx.levels(keys)
                ):
                    gone[line.id] = units
        return gone

    def _is_of_before(self, claim: ChannelClaim) -> bool:
        """Whether the order was placed before we first read what the channel shows."""
        state = self._tx.get(CHANNELS, claim.channel)
        return state is not None and claim.placed_at < state.adopted_at

    def _expect_other_numbers(self, claim: ChannelClaim, lines: Iterable[LineId]) -> None:
        """Note that the channel may have counted the listings of *lines* by itself."""
        sold = {line.listing for line in claim.lines if line.id in lines}
        names = {listing_name(claim.channel, listing) for listing in sold}
        for name in sorted(names - self._unsure):
            adopted = self._tx.get(LISTINGS, name)
            if adopted is not None and adopted.shown is not None:
                self._tx.put(LISTINGS, [attrs.evolve(adopted, shown=None)])
                self._tx.put(CHANGED, [ChangedSku(sku=adopted.sku)])
        self._unsure |= names

    def _flush(self) -> None:
        if self._sales:
            outcomes = execute(self._tx, self._sales, now=self._now, settings=self._settings)
            must(outcomes)
            self.uncovered_units += sum(map(_uncovered, outcomes))
            self._sales.clear()


def _uncovered(outcome: Outcome) -> int:
    return outcome.uncovered if isinstance(outcome, Recorded) else 0


def _units(units: Iterable[LineUnits]) -> dict[LineId, int]:
    return {unit.line: unit.quantity for unit in units}


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
                taker.follow(order, kept.claim, kept.digest)
                again = tx.get(CLAIMS, kept.claim.order_id)
                still += again is not None and bool(again.disagreements)
        taker.finish()
        return still


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
