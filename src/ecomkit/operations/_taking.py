"""Taking: the entries of one page become orders, claims and commands, inside one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

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
    payment_of_claim,
    reconcile,
)
from ecomkit.customers import Customer
from ecomkit.errors import InputError
from ecomkit.identifiers import (
    ChannelId,
    CommandKey,
    CustomerId,
    LineId,
    ListingId,
    OrderId,
    Sku,
)
from ecomkit.operations._adoption import listing_name
from ecomkit.operations._customers import CUSTOMERS, buyer_id, with_buyer
from ecomkit.operations._demand import note_demand
from ecomkit.operations._ledger import execute, must
from ecomkit.operations._listing_counts import ListingCounts
from ecomkit.operations._orders import (
    CLAIMS,
    ORDERS,
    KeptClaim,
    cancel_units,
    covered_units,
    demand_of,
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


class Taker:
    """
    Takes the entries of one page in, inside one transaction.

    Sales are collected and recorded in one go, so that a level that many orders of a page touch
    is loaded and saved once; what is new of orders, claims and buyers is collected and written
    in one go, too, unless something is about to read it.
    """

    def __init__(self, tx: Transaction, *, now: datetime, settings: Settings) -> None:
        self._tx = tx
        self._now = now
        self._settings = settings
        self._listings = ListingCounts(tx, now=now)
        self._buyers: set[CustomerId] = set()
        self._sales: list[StockCommand] = []
        self._demand: Counter[tuple[Sku, date]] = Counter()
        # What is not written yet.
        self._customers: list[Customer] = []
        self._orders: dict[OrderId, Order] = {}
        self._claims: list[KeptClaim] = []
        self._payloads: dict[str, Payload] = {}
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
        self._listings.write()
        note_demand(self._tx, ((sku, day, n) for (sku, day), n in self._demand.items()))

    def follow(self, order: Order, claim: ChannelClaim, digest: str) -> None:
        """Book what *claim* asks of a known order, and keep where the two disagree."""
        self._flush()
        payment = payment_of_claim(order, claim)
        if payment is not None:
            order = order.pay(payment)
            self._tx.put(ORDERS, [order])
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
        if _name_of(payload) in self._payloads:
            self._write()
        if payload.subject is not None and payload.subject.strip():
            self._take_buyer(payload.channel, payload.subject)
        quarantine(self._tx, payload, faults, now=self._now)
        self.quarantined += 1

    def _take_claim(self, entry: ReadOrder) -> None:
        claim, digest = entry.claim, entry.payload.digest
        order_id = claim.order_id
        if order_id in self._orders:
            self._write()
        kept = self._tx.get(CLAIMS, order_id)
        if kept is not None and kept.age >= (claim.version, digest):
            self.unchanged += 1
            return
        order = self._tx.get(ORDERS, order_id)
        if order is None:
            self._place(claim, digest)
            self.placed += 1
        else:
            if claim.buyer is not None:
                self._take_buyer(claim.channel, claim.buyer)
            self.follow(order, claim, digest)
            self.changed += 1
        self._listings.count(claim, before=None if kept is None else kept.claim)
        self._payloads[_name_of(entry.payload)] = entry.payload

    def _place(self, claim: ChannelClaim, digest: str) -> None:
        skus = self._skus_of(claim)
        customer = None if claim.buyer is None else buyer_id(claim.channel, claim.buyer)
        order = order_of_claim(claim, skus=skus, customer=customer)
        left_at = claim.shipped_at or claim.placed_at
        gone = self._gone(order, claim, left_at=left_at)
        cancelled = {line.id: line.cancelled for line in claim.lines if line.cancelled}
        due = {
            line.id: line.quantity - line.cancelled
            for line in claim.lines
            if line.quantity > line.cancelled
        }
        wants = wants_for(order, due, settings=self._settings)
        if claim.buyer is not None:
            self._take_buyer(claim.channel, claim.buyer, customer=customer)
        # What can be wrong has been found by now: from here on something is written.
        if cancelled or gone:
            order = order.with_events(
                LineEvent(kind=kind, line=line, quantity=quantity, at=at)
                for kind, at, quantities in (
                    (LineEventKind.CANCELLED, self._now, cancelled),
                    (LineEventKind.SHIPPED, left_at, gone),
                )
                for line, quantity in quantities.items()
            )
        self._orders[order.id] = order
        self._claims.append(KeptClaim(claim=claim, digest=digest))
        for sku, day, quantity in demand_of(order, wants, now=self._now):
            self._demand[sku, day] += quantity
        if gone:
            left = {line: units - gone.get(line, 0) for line, units in due.items()}
            still_open = {line: units for line, units in left.items() if units}
            wants = wants_for(order, still_open, settings=self._settings)
        if wants:
            self._sales.append(
                Record(
                    key=CommandKey(f"record:{order.id}"), wants=wants, placed_at=order.placed_at
                )
            )
        if any(line.shipped > gone.get(line.id, 0) or line.returned for line in claim.lines):
            self.follow(order, claim, digest)

    def _skus_of(self, claim: ChannelClaim) -> dict[ListingId, Sku]:
        skus: dict[ListingId, Sku] = {}
        for line in claim.lines:
            adopted = self._listings.get(listing_name(claim.channel, line.listing))
            if adopted is None:
                raise UnmatchedListingError(channel=claim.channel, listing=line.listing)
            skus[line.listing] = adopted.sku
        return skus

    def _take_buyer(
        self, channel: ChannelId, buyer: str, *, customer: CustomerId | None = None
    ) -> None:
        """Take the buyer down, if new: *customer*, where that was found already."""
        name = customer or buyer_id(channel, buyer)
        if name not in self._buyers:
            known = self._tx.get(CUSTOMERS, name)
            found = with_buyer(known, name=name, channel=channel, buyer=buyer)
            self._buyers.add(name)
            if found is not known:
                self._customers.append(found)

    def _gone(
        self, order: Order, claim: ChannelClaim, *, left_at: datetime | None
    ) -> dict[LineId, int]:
        """
        Return the units that had left before their sku was counted: the count knows already.

        Units that left nobody knows when (None) have left after any count there is.
        """
        gone: dict[LineId, int] = {}
        if not any(line.shipped for line in claim.lines):
            return gone
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

    def _write(self) -> None:
        self._tx.put(CUSTOMERS, self._customers)
        self._tx.put(ORDERS, self._orders.values())
        self._tx.put(CLAIMS, self._claims)
        keep_payloads(self._tx, self._payloads.values(), now=self._now)
        # What was quarantined before and is understood now has left quarantine.
        self._tx.delete(QUARANTINE, self._payloads)
        for written in (self._customers, self._orders, self._claims, self._payloads):
            written.clear()

    def _flush(self) -> None:
        self._write()
        if self._sales:
            outcomes = execute(self._tx, self._sales, now=self._now, settings=self._settings)
            must(outcomes)
            self.uncovered_units += sum(map(_uncovered, outcomes))
            self._sales.clear()


def _name_of(payload: Payload) -> str:
    return f"{payload.channel}/{payload.object_id}"


def _uncovered(outcome: Outcome) -> int:
    return outcome.uncovered if isinstance(outcome, Recorded) else 0


def _units(units: Iterable[LineUnits]) -> dict[LineId, int]:
    return {unit.line: unit.quantity for unit in units}
