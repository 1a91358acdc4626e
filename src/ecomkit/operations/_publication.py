"""Publication: what each channel should show, as intents, the newest number only."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import final

import attrs

from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.operations._adoption import LISTINGS, AdoptedListing, listing_name
from ecomkit.operations._ledger import sweep_holds
from ecomkit.operations._settings import BrakeVerdict, Settings
from ecomkit.ports import STOCK, Collection, Store, Transaction
from ecomkit.stock import ChannelPlan, LevelKey, Offer, Outlet

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


def offers(
    tx: Transaction, listings: Iterable[AdoptedListing], *, now: datetime, settings: Settings
) -> tuple[PlannedOffer, ...]:
    """
    Return what each of *listings* should show; one whose sku was never counted is left out.

    With an oversell budget all other listings that draw on the same units are counted too.
    """
    asked = tuple(listings)
    sharing = _sharing(tx, asked, settings=settings)
    levels = _levels(tx, {listing.sku for listing in sharing}, now=now, settings=settings)
    counted = {
        listing.name: listing
        for listing in sharing
        if all(part in levels for part in settings.parts(listing.sku))
    }
    plan = ChannelPlan(oversell_budget=settings.oversell_budget)
    channels = {listing.channel for listing in sharing}
    rules = {name: (settings.publication(name), settings.priority(name)) for name in channels}
    allotment = plan(
        [
            Outlet(
                channel=listing.channel,
                sku=listing.sku,
                pool=listing.listing,
                rule=rules[listing.channel][0],
                priority=rules[listing.channel][1],
            )
            for listing in counted.values()
        ],
        available=levels,
        kits=settings.kits,
    )
    found = dict(zip(counted, allotment.offers, strict=True))
    return tuple(
        PlannedOffer(listing=listing, offer=found[listing.name])
        for listing in asked
        if listing.name in found
    )


def _sharing(
    tx: Transaction, listings: Sequence[AdoptedListing], *, settings: Settings
) -> Sequence[AdoptedListing]:
    """Return *listings* and, where numbers depend on each other, all that draw on their units."""
    if settings.oversell_budget is None:
        return listings
    skus = drawing_on({listing.sku for listing in listings}, settings=settings)
    return [listing for sku in sorted(skus) for listing in tx.scan(LISTINGS, index=sku)]


def drawing_on(skus: Iterable[Sku], *, settings: Settings) -> set[Sku]:
    """Return the skus that take units from the shelves of *skus*: their parts, and kits of these."""
    parts = {part for sku in skus for part in settings.parts(sku)}
    return parts | {kit.sku for part in parts for kit in settings.kits.containing(part)}


def _levels(
    tx: Transaction, skus: Iterable[Sku], *, now: datetime, settings: Settings
) -> dict[Sku, int]:
    """Return what is available of all that *skus* take from the shelves and that was counted."""
    parts = sorted({part for sku in skus for part in settings.parts(sku)})
    found = tx.available((LevelKey(part, settings.location) for part in parts), now=now)
    return {part: units for part, units in zip(parts, found, strict=True) if units is not None}


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
        posted = tx.posted(STOCK)
        changed = {Sku(entry.key) for entry in posted}
        listings = [
            listing
            for sku in sorted(_moved_by(changed, settings=settings))
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
            tx.settle(STOCK, posted)
        return verdict


def _moved_by(changed: Iterable[Sku], *, settings: Settings) -> set[Sku]:
    """Return the skus whose numbers may be others, now that *changed* have moved."""
    moved = set(changed)
    moved.update(kit.sku for sku in changed for kit in settings.kits.containing(sku))
    if settings.oversell_budget is not None:
        # Of a kit that can be built in another number, the parts are shared out anew.
        moved |= drawing_on(moved, settings=settings)
    return moved


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
