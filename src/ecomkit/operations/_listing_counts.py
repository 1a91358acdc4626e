"""What channels count by themselves: by how much new claims may have changed what listings show."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from ecomkit.channels import ChannelClaim, units_told
from ecomkit.identifiers import ListingId, Sku
from ecomkit.operations._adoption import LISTINGS, AdoptedListing, listing_name
from ecomkit.orders import FulfillerKind, LineCounts
from ecomkit.ports import STOCK, Transaction

__all__ = ["ListingCounts"]

SKEW_MAX = timedelta(minutes=5)
"""How far the clocks of a channel and ours are thought to be apart."""


class ListingCounts:
    """The listings that the claims of one transaction name, each loaded once."""

    def __init__(self, tx: Transaction, *, now: datetime) -> None:
        self._tx = tx
        self._now = now
        self._loaded: dict[str, AdoptedListing | None] = {}
        self._counted: dict[str, _Counted] = {}

    def get(self, name: str) -> AdoptedListing | None:
        """Return the listing as it was before this transaction; None if it was not adopted."""
        if name not in self._loaded:
            self._loaded[name] = self._tx.get(LISTINGS, name)
        return self._loaded[name]

    def count(self, claim: ChannelClaim, *, before: ChannelClaim | None) -> None:
        """Note by how much the channel may have changed its own numbers with this claim."""
        units = _units_by_listing(claim)
        units_before = {} if before is None else _units_by_listing(before)
        for listing in units_before.keys() | units.keys():
            sold, committed = units.get(listing, (0, 0))
            sold_before, committed_before = units_before.get(listing, (0, 0))
            counted = self._counted.setdefault(listing_name(claim.channel, listing), _Counted())
            counted.committed += committed - committed_before
            if sold < sold_before:
                # It was cancelled after what was told last, as far as anybody knows.
                counted.sales.append((self._now, sold - sold_before))
            elif sold > sold_before or before is None:
                # The first we hear of an order may be that it is cancelled: it was counted twice.
                counted.sales.append((claim.placed_at, sold - sold_before))

    def write(self) -> None:
        """
        Write down what the listings show now, if their channels count by themselves.

        What was sold before a number was told or seen is in that number, give or take the
        difference of two clocks.
        """
        listings: list[AdoptedListing] = []
        unsure: list[Sku] = []
        for name, counted in sorted(self._counted.items()):
            listing = self.get(name)
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
                    unsure.append(listing.sku)
            if after != listing:
                listings.append(after)
        self._tx.put(LISTINGS, listings)
        self._tx.post(STOCK, unsure)


@attrs.define
class _Counted:
    """By how much a channel may have changed what it counts of a listing."""

    committed: int = 0
    sales: list[tuple[datetime, int]] = attrs.field(factory=list)


def _units_by_listing(claim: ChannelClaim) -> dict[ListingId, tuple[int, int]]:
    """
    Return the units that were sold and not cancelled, and those of them not yet shipped.

    What the channel ships from a warehouse of its own is no part of what we have it show.
    """
    units: dict[ListingId, tuple[int, int]] = {}
    for line in claim.lines:
        if line.fulfilled_by is not None and line.fulfilled_by.kind is FulfillerKind.CHANNEL:
            continue
        sold, committed = units.get(line.listing, (0, 0))
        told = units_told(line, states=claim.states, counts=LineCounts(ordered=line.quantity))
        due = max(0, line.quantity - told.cancelled)
        units[line.listing] = (sold + due, committed + max(0, due - told.shipped))
    return units
