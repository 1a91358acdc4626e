"""Taking: the entries of one page become orders, claims and commands, inside one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import attrs

from ecomkit.channels import (
    ChannelClaim,
    PageEntry,
    Payload,
    ReadOrder,
    Reconciliation,
    ToldLine,
    UnreadableOrder,
    order_of_claim,
    reconcile,
    told_before,
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
from ecomkit.operations._customers import (
    CUSTOMERS,
    buyer_id,
    find_customer,
    is_forgotten,
    note_orders,
    with_buyer,
)
from ecomkit.operations._demand import note_demand
from ecomkit.operations._following import Follower, units_left
from ecomkit.operations._ledger import execute, must
from ecomkit.operations._listing_counts import ListingCounts
from ecomkit.operations._orders import (
    CLAIMS,
    ORDERS,
    KeptClaim,
    demand_of,
    wants_for,
    with_fulfillers,
)
from ecomkit.operations._quarantine import (
    QUARANTINE,
    is_erased,
    keep_payloads,
    quarantine,
    quarantine_erased,
)
from ecomkit.operations._settings import Settings
from ecomkit.operations._stripping import folded, stripped
from ecomkit.orders import LineEvent, LineEventKind, Order
from ecomkit.ports import Transaction
from ecomkit.stock import Outcome, Record, Recorded, StockCommand

__all__ = ["Taker", "UnmatchedListingError"]

_NOTHING = Reconciliation()


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
        self._follower = Follower(tx, now=now, settings=settings)
        # Who was asked for, as they are in the books or will be.
        self._people: dict[CustomerId, Customer | None] = {}
        self._sales: list[StockCommand] = []
        self._demand: dict[ChannelId, Counter[tuple[Sku, date]]] = {}
        # What is not written yet.
        self._customers: list[Customer] = []
        self._orders: dict[OrderId, Order] = {}
        self._claims: list[KeptClaim] = []
        self._payloads: dict[str, Payload | None] = {}
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
        for channel, counted in self._demand.items():
            rows = ((sku, day, n) for (sku, day), n in counted.items())
            note_demand(self._tx, rows, channel=channel)

    def follow(
        self,
        order: Order,
        claim: ChannelClaim,
        digest: str,
        *,
        told: tuple[ToldLine, ...] = (),
    ) -> None:
        """Book what *claim* asks of a known order, and keep where the two disagree."""
        self._flush()
        known = {line.id for line in order.lines}
        skus = {
            line.listing: sku
            for line in claim.lines
            if line.id not in known and (sku := self._sku_of(claim, line.listing)) is not None
        }
        outcomes = self._follower.follow(order, claim, digest, skus=skus, told=told)
        self.uncovered_units += sum(map(_uncovered, outcomes))

    def _quarantine(self, payload: Payload, faults: Iterable[str]) -> None:
        if _name_of(payload) in self._payloads:
            self._write()
        if payload.subject is None or not payload.subject.strip():
            quarantine(self._tx, payload, faults, now=self._now)
        elif self._was_erased(payload, payload.subject):
            quarantine_erased(self._tx, payload, now=self._now)
        else:
            self._take_buyer(payload.channel, payload.subject)
            quarantine(self._tx, payload, faults, now=self._now)
        self.quarantined += 1

    def _was_erased(self, payload: Payload, subject: str) -> bool:
        """Whether *payload* tells again of somebody what was erased with them."""
        person = self._person(buyer_id(payload.channel, subject))
        if person is None or person.erased_at is None:
            return False
        name = _name_of(payload)
        return self._tx.get(ORDERS, name) is not None or is_erased(self._tx, name)

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
        customer = None if claim.buyer is None else buyer_id(claim.channel, claim.buyer)
        payload: Payload | None = entry.payload
        if customer is not None and is_forgotten(
            self._person(customer), placed_at=claim.placed_at
        ):
            claim, payload = without_buyer(claim), None
        if order is None:
            self._place(claim, digest, customer=customer)
            self.placed += 1
        else:
            if claim.buyer is not None:
                self._take_buyer(claim.channel, claim.buyer)
            told = () if kept is None else told_before(claim, earlier=kept.claim, told=kept.told)
            self.follow(order, claim, digest, told=told)
            self.changed += 1
        self._listings.count(claim, before=None if kept is None else kept.claim)
        self._payloads[_name_of(entry.payload)] = payload

    def _place(self, claim: ChannelClaim, digest: str, *, customer: CustomerId | None) -> None:
        skus = self._skus_of(claim)
        told = order_of_claim(claim, skus=skus, customer=customer)
        order = with_fulfillers(told, settings=self._settings)
        asked = reconcile(order, claim, covered={})
        left_at = claim.shipped_at or claim.placed_at
        gone = self._follower.gone(order, asked, left_at=left_at)
        cancelled = {units.line: units.quantity for units in asked.cancel}
        due = _less({line.id: line.quantity for line in order.lines}, cancelled)
        wants = wants_for(order, due, settings=self._settings)
        if claim.buyer is not None:
            self._take_buyer(claim.channel, claim.buyer, customer=customer)
        # What can be wrong has been found by now: from here on something is written.
        for kind, at, quantities in (
            (LineEventKind.CANCELLED, self._now, cancelled),
            (LineEventKind.SHIPPED, left_at, gone),
        ):
            order = order.with_events(
                LineEvent(kind=kind, line=line, quantity=quantity, at=at)
                for line, quantity in quantities.items()
            )
        order = order.with_events(asked.payments)
        self._orders[order.id] = order
        for sku, day, quantity in demand_of(order, wants, now=self._now):
            self._demand.setdefault(order.channel, Counter())[sku, day] += quantity
        if gone:
            wants = wants_for(order, _less(due, gone), settings=self._settings)
        if wants:
            self._sales.append(
                Record(
                    key=CommandKey(f"record:{order.id}"), wants=wants, placed_at=order.placed_at
                )
            )
        if asked != _NOTHING:
            asked = reconcile(order, claim, covered={})
        self._claims.append(
            KeptClaim(
                claim=claim,
                digest=digest,
                disagreements=asked.disagreements,
                contradictions=asked.contradictions,
            )
        )
        if units_left(order, asked):
            self.follow(order, claim, digest)

    def _skus_of(self, claim: ChannelClaim) -> dict[ListingId, Sku]:
        skus: dict[ListingId, Sku] = {}
        for line in claim.lines:
            sku = self._sku_of(claim, line.listing)
            if sku is None:
                raise UnmatchedListingError(channel=claim.channel, listing=line.listing)
            skus[line.listing] = sku
        return skus

    def _sku_of(self, claim: ChannelClaim, listing: ListingId) -> Sku | None:
        adopted = self._listings.get(listing_name(claim.channel, listing))
        return None if adopted is None else adopted.sku

    def _take_buyer(
        self, channel: ChannelId, buyer: str, *, customer: CustomerId | None = None
    ) -> None:
        """Take the buyer down, if new: *customer*, where that was found already."""
        name = customer or buyer_id(channel, buyer)
        known = self._person(name)
        found = with_buyer(known, name=name, channel=channel, buyer=buyer)
        if found is not known:
            self._people[name] = found
            self._customers.append(found)

    def _person(self, name: CustomerId) -> Customer | None:
        if name not in self._people:
            self._people[name] = find_customer(self._tx, name)
        return self._people[name]

    def _write(self) -> None:
        self._tx.put(CUSTOMERS, self._customers)
        self._tx.put(ORDERS, self._orders.values())
        note_orders(self._tx, self._orders.values())
        self._tx.put(CLAIMS, self._claims)
        keep_payloads(self._tx, filter(None, self._payloads.values()), now=self._now)
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


def without_buyer(claim: ChannelClaim) -> ChannelClaim:
    """Return *claim* without its buyer, and without the notes and texts that speak of them."""
    words = frozenset() if claim.buyer is None else frozenset({folded(claim.buyer)})
    return stripped(attrs.evolve(claim, buyer=None), words)


def _name_of(payload: Payload) -> str:
    return f"{payload.channel}/{payload.object_id}"


def _uncovered(outcome: Outcome) -> int:
    return outcome.uncovered if isinstance(outcome, Recorded) else 0


def _less(units: Mapping[LineId, int], taken: Mapping[LineId, int]) -> dict[LineId, int]:
    """Return what is left of *units*, without the lines of which nothing is."""
    left = {line: quantity - taken.get(line, 0) for line, quantity in units.items()}
    return {line: quantity for line, quantity in left.items() if quantity}
