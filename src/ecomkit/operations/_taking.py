"""Taking: the entries of one page become orders, claims and commands, inside one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import attrs

from ecomkit.channels import (
    ChannelClaim,
    LineUnits,
    PageEntry,
    Payload,
    ReadOrder,
    Reconciliation,
    UnreadableOrder,
    order_of_claim,
    reconcile,
)
from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId, CommandKey, LineId, ListingId, Sku
from ecomkit.operations._adoption import (
    LISTINGS,
    AdoptedListing,
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
    note_gone,
    ship_units,
    wants_for,
)
from ecomkit.operations._quarantine import (
    QUARANTINE,
    keep_payloads,
    quarantine,
)
from ecomkit.operations._settings import Settings
from ecomkit.orders import LineEvent, LineEventKind, Order
from ecomkit.ports import Transaction
from ecomkit.stock import LevelKey, Outcome, Record, Recorded, StockCommand

__all__ = ["Taker", "UnmatchedListingError"]


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


SKEW_MAX = timedelta(minutes=5)
"""How far the clocks of a channel and ours are thought to be apart."""


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
        self._counted: dict[str, _Counted] = {}
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
        self._note_counted()
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
        self._count(claim, before=None if kept is None else kept.claim)
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

    def _count(self, claim: ChannelClaim, *, before: ChannelClaim | None) -> None:
        """Note by how much the channel may have changed its own numbers with this claim."""
        sold, committed = _units_by_listing(claim)
        if before is not None:
            sold_before, committed_before = _units_by_listing(before)
            sold.subtract(sold_before)
            committed.subtract(committed_before)
        for listing in {*sold, *committed}:
            counted = self._counted.setdefault(listing_name(claim.channel, listing), _Counted())
            counted.committed += committed[listing]
            if sold[listing] < 0:
                # It was cancelled after what was told last, as far as anybody knows.
                counted.sales.append((self._now, sold[listing]))
            elif sold[listing]:
                # The first we hear of an order may be that it is cancelled: it was counted twice.
                counted.sales.append((claim.placed_at, sold[listing]))
            elif before is None:
                counted.sales.append((claim.placed_at, 0))

    def _note_counted(self) -> None:
        """
        Write down what the listings show now, if their channels count by themselves.

        What was sold before a number was told or seen is in that number, give or take the
        difference of two clocks.
        """
        listings: list[AdoptedListing] = []
        unsure: list[ChangedSku] = []
        for name, counted in sorted(self._counted.items()):
            listing = self._tx.get(LISTINGS, name)
            if listing is None:
                continue
            after = attrs.evolve(listing, committed=max(0, listing.committed + counted.committed))
            recent = [
                (placed_at, units)
                for placed_at, units in counted.sales
                if listing.shown_at is None or placed_at >= listing.shown_at - SKEW_MAX
            ]
            if recent:
                seen = listing.expected if listing.shown is None else listing.shown
                late = sum(
                    units
                    for placed_at, units in recent
                    if listing.shown_at is None or placed_at >= listing.shown_at
                )
                expected = None if seen is None else seen - late
                after = attrs.evolve(after, shown=None, expected=expected)
                if listing.shown is not None:
                    unsure.append(ChangedSku(sku=listing.sku))
            if after != listing:
                listings.append(after)
        self._tx.put(LISTINGS, listings)
        self._tx.put(CHANGED, unsure)

    def _flush(self) -> None:
        if self._sales:
            outcomes = execute(self._tx, self._sales, now=self._now, settings=self._settings)
            must(outcomes)
            self.uncovered_units += sum(map(_uncovered, outcomes))
            self._sales.clear()


@attrs.define
class _Counted:
    """By how much a channel may have changed what it counts of a listing."""

    committed: int = 0
    sales: list[tuple[datetime, int]] = attrs.field(factory=list)


def _units_by_listing(claim: ChannelClaim) -> tuple[Counter[ListingId], Counter[ListingId]]:
    """Return the units that were sold and not cancelled, and those of them not yet shipped."""
    sold: Counter[ListingId] = Counter()
    committed: Counter[ListingId] = Counter()
    for line in claim.lines:
        due = line.quantity - line.cancelled
        sold[line.listing] += due
        committed[line.listing] += due - line.shipped
    return sold, committed


def _uncovered(outcome: Outcome) -> int:
    return outcome.uncovered if isinstance(outcome, Recorded) else 0


def _units(units: Iterable[LineUnits]) -> dict[LineId, int]:
    return {unit.line: unit.quantity for unit in units}
