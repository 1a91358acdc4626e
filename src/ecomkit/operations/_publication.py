"""Publication: what each channel should show, as intents, the newest number only."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from typing import final

import attrs

from ecomkit.catalog import kit_available
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.operations._adoption import LISTINGS, AdoptedListing, listing_name
from ecomkit.operations._ledger import CHANGED, sweep_holds
from ecomkit.operations._settings import BrakeVerdict, Settings
from ecomkit.ports import Collection, Store, Transaction
from ecomkit.stock import LevelKey, Offer

__all__ = [
    "INTENTS",
    "Intent",
    "IntentState",
    "PlannedOffer",
    "plan_publication",
]


class IntentState(enum.Enum):
    """How far an intent to show a number has come; one that was applied is no longer kept."""

    STORED = "stored, not sent"
    SENT = "sent, outcome unknown"
    REJECTED = "refused by the channel"


@final
@attrs.frozen(kw_only=True)
class Intent:
    """Show *quantity* for a listing: the newest wish only, older ones are replaced."""

    channel: ChannelId
    listing: ListingId
    quantity: int
    expected: int | None = None
    state: IntentState = IntentState.STORED
    reason: str = ""
    committed: int | None = None
    handle: str | None = None

    @property
    def name(self) -> str:
        """The channel and the listing."""
        return listing_name(self.channel, self.listing)


INTENTS = Collection(
    name="intent",
    type=Intent,
    key=lambda intent: intent.name,
    index=lambda intent: None if intent.state is IntentState.REJECTED else str(intent.channel),
)


@final
@attrs.frozen(kw_only=True)
class PlannedOffer:
    """What a listing shows and what it should show."""

    listing: AdoptedListing
    offer: Offer

    @property
    def is_due(self) -> bool:
        """Whether the channel has to be told."""
        return self.listing.shown != self.offer.quantity

    @property
    def is_zeroing(self) -> bool:
        """Whether the listing would go from something to nothing."""
        return self.offer.quantity == 0 and bool(self.listing.shown)

    def explain(self) -> str:
        """Say what would change, and how the number came about."""
        shown = "unknown" if self.listing.shown is None else self.listing.shown
        return (
            f"{self.listing.name} ({self.listing.sku}): {shown} -> {self.offer.quantity}; "
            f"{self.offer.explain()}"
        )


def _available(tx: Transaction, sku: Sku, *, now: datetime, settings: Settings) -> int | None:
    """Return what may be sold of *sku*; None if it, or a part of it, was never counted."""
    kit = settings.kits.get(sku)
    parts = settings.parts(sku)
    levels = tx.levels([LevelKey(part, settings.location) for part in sorted(parts)])
    if any(level.counted_at is None for level in levels):
        return None
    if kit is None:
        return levels[0].available(now)
    available = {level.sku: level.available(now) for level in levels}
    return kit_available(kit, available=available, kits=settings.kits)


def offers(
    tx: Transaction, listings: Iterable[AdoptedListing], *, now: datetime, settings: Settings
) -> tuple[PlannedOffer, ...]:
    """Return what each of *listings* should show; one whose sku was never counted is left out."""
    found: dict[Sku, int | None] = {}
    planned = []
    for listing in listings:
        if listing.sku not in found:
            found[listing.sku] = _available(tx, listing.sku, now=now, settings=settings)
        available = found[listing.sku]
        if available is not None:
            offer = settings.publication(listing.channel)(available)
            planned.append(PlannedOffer(listing=listing, offer=offer))
    return tuple(planned)


def plan_publication(
    store: Store, channels: Iterable[ChannelId], *, now: datetime, settings: Settings
) -> BrakeVerdict:
    """
    Turn changed skus into intents, unless the brake stops it: then nothing is changed.

    The skus that changed are taken off the outbox in the transaction that stores the intents.
    """
    wanted = set(channels)
    with store.transaction() as tx:
        sweep_holds(tx, now=now, settings=settings)
        changed = {row.sku for row in tx.scan(CHANGED)}
        changed.update(
            kit.sku for kit in settings.kits.kits if changed & set(settings.parts(kit.sku))
        )
        listings = [
            listing
            for sku in sorted(changed)
            for listing in tx.scan(LISTINGS, index=sku)
            if listing.channel in wanted
        ]
        before = {intent.name: intent for intent in tx.scan(INTENTS)}
        due = [
            plan
            for plan in offers(tx, listings, now=now, settings=settings)
            if plan.is_due or plan.listing.name in before
        ]
        zeroing = sum(plan.is_zeroing for plan in due)
        # So few may always go to 0: the listings need not be counted.
        few = zeroing <= settings.brake.listings_min
        verdict = settings.brake(zeroing=zeroing, shown=0 if few else _shown(tx))
        if not verdict.is_stopped:
            tx.put(INTENTS, (_intent(plan, before.get(plan.listing.name)) for plan in due))
            tx.delete(CHANGED, changed)
        return verdict


def _shown(tx: Transaction) -> int:
    return sum(bool(listing.shown) for listing in tx.scan(LISTINGS))


def _intent(plan: PlannedOffer, before: Intent | None) -> Intent:
    # An intent that was sent without an answer stays in doubt, whatever is wished now.
    state = IntentState.STORED
    if before is not None and before.state is IntentState.SENT:
        state = IntentState.SENT
    return Intent(
        channel=plan.listing.channel,
        listing=plan.listing.listing,
        quantity=plan.offer.quantity,
        expected=plan.listing.expected if plan.listing.shown is None else plan.listing.shown,
        state=state,
        committed=plan.listing.committed,
        handle=plan.listing.handle,
    )
