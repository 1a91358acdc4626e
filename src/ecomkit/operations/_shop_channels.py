"""The operations of a shop that have to do with its channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from ecomkit.channels import Cursor, PageEntry
from ecomkit.identifiers import (
    ChannelId,
    ListingId,
    Sku,
)
from ecomkit.operations._adoption import AdoptedListing, AdoptionReport, adopt, confirm_match
from ecomkit.operations._drift_sweep import DriftReport, reconcile_stock
from ecomkit.operations._intake import (
    PullReport,
    differing_claims,
    pull_order,
    replay_quarantined,
    take_entries,
)
from ecomkit.operations._orders import KeptClaim
from ecomkit.operations._quarantine import QUARANTINE, WAITING, Quarantined, discard
from ecomkit.operations._shop_base import ShopBase
from ecomkit.operations._sync import Preview, SyncReport, preview, sync

__all__ = ["ChannelOperations"]


class ChannelOperations(ShopBase):
    """Adoption, runs, and what could not be taken in."""

    def preview(self) -> Preview:
        """Say what adopting and running would do; nothing is written or sent."""
        return preview(
            self._store,
            self._channels,
            catalog=self._catalog,
            now=self._now(),
            settings=self._settings,
        )

    def differences(self, channel: ChannelId) -> tuple[KeptClaim, ...]:
        """
        Return what a channel says of orders that differs from our facts, or from itself.

        Nothing is overwritten and nothing is made to fit: each says where the two differ.
        """
        return differing_claims(self._store, channel)

    def adopt(
        self,
        channel: ChannelId,
        *,
        opening: Mapping[Sku, int] | None = None,
        since: Cursor | None = None,
    ) -> AdoptionReport:
        """
        Take a channel in: match its listings, take an opening count, set where orders start.

        Args:
            channel: The channel's name.
            opening: Usable units by sku; only skus that were never counted are counted by it.
            since: Where to start pulling orders; the first order of the channel unless given.
        """
        return adopt(
            self._store,
            self._channel(channel),
            catalog=self._catalog,
            opening=opening or {},
            since=since,
            now=self._now(),
            settings=self._settings,
        )

    def match(self, channel: ChannelId, listing: ListingId, sku: Sku) -> AdoptedListing:
        """Take a person's word that *listing* sells *sku*."""
        with self._store.transaction() as tx:
            return confirm_match(tx, channel=channel, listing=listing, sku=sku)

    def sync(self) -> SyncReport:
        """Pull, cover, publish; safe to run again at any moment."""
        return sync(
            self._store,
            self._channels,
            now=self._now(),
            settings=self._settings,
            workers=self._workers,
            holder=self._holder,
        )

    def pull_order(self, channel: ChannelId, number: str) -> PullReport:
        """Take in one order as it is now at its channel, such as one that a webhook hints at."""
        return pull_order(
            self._store,
            self._channel(channel),
            number,
            now=self._now(),
            settings=self._settings,
        )

    def reconcile_stock(
        self, channel: ChannelId, *, feed_delay: timedelta = timedelta(0)
    ) -> DriftReport:
        """
        Explain each listing of *channel* that shows another number than it should.

        Nothing is sent: what was lost or edited is told by the next run. *feed_delay* is how long
        after a sale the channel may show it before its order can be pulled.
        """
        return reconcile_stock(
            self._store,
            self._channel(channel),
            now=self._now(),
            settings=self._settings,
            feed_delay=feed_delay,
        )

    def take(self, channel: ChannelId, entries: Iterable[PageEntry]) -> PullReport:
        """
        Take in orders that a channel sent by itself, in one transaction.

        See ``read_delivery`` of its client for what a webhook holds; answer it only afterwards.
        """
        return take_entries(
            self._store, channel, entries, now=self._now(), settings=self._settings
        )

    def quarantined(self) -> tuple[Quarantined, ...]:
        """List what could not be taken in and nobody has decided on."""
        with self._store.snapshot() as tx:
            return tx.scan(QUARANTINE, index=WAITING)

    def replay(self, quarantined: Quarantined) -> PullReport:
        """Read a quarantined payload again, after a fix."""
        return replay_quarantined(
            self._store,
            self._channel(quarantined.channel),
            quarantined.object_id,
            now=self._now(),
            settings=self._settings,
        )

    def discard(self, quarantined: Quarantined, *, reason: str) -> Quarantined:
        """Decide that a quarantined payload is not to be taken in."""
        with self._store.transaction() as tx:
            return discard(tx, quarantined.name, reason=reason)
