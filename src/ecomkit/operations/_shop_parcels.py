"""The operations of a shop on parcels: shipped, cancelled, delivered, lost and found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ecomkit.identifiers import CommandKey, LineId, OrderId, ParcelId
from ecomkit.operations._orders import load_order
from ecomkit.operations._parcels import note_parcel, ship_parcel, unship_parcel
from ecomkit.operations._shop_base import ShopBase
from ecomkit.orders import Clearance, LineEventKind, Order, OrderStep

__all__ = ["ParcelOperations"]


class ParcelOperations(ShopBase):
    """What leaves in which parcel, and what becomes of it."""

    def clearance(self, order: OrderId, step: OrderStep) -> Clearance:
        """Say whether a step may be taken with an order, with all that is in the way."""
        with self._store.snapshot() as tx:
            return self._settings.guards(load_order(tx, order), step=step, now=self._now())

    def ship(
        self,
        order: OrderId,
        quantities: Mapping[LineId, int],
        *,
        parcel: ParcelId,
        key: CommandKey,
    ) -> Order | Clearance:
        """
        Ship units of an order in a parcel of its own; its channel is told by the next run.

        Where a guard stands against it, such as a hold, the answer says all that is in the way.
        """
        with self._store.transaction() as tx:
            return ship_parcel(
                tx,
                order,
                quantities,
                parcel=parcel,
                key=key,
                now=self._now(),
                settings=self._settings,
            )

    def unship(self, order: OrderId, parcel: ParcelId, *, key: CommandKey) -> Order:
        """
        Cancel a fulfilment that never left: its units are promised to the order as before.

        No channel is told: cancel it there as well, or what the channel says is followed.
        """
        with self._store.transaction() as tx:
            return unship_parcel(
                tx, order, parcel, key=key, now=self._now(), settings=self._settings
            )

    def note_delivered(
        self, order: OrderId, parcel: ParcelId, *, at: datetime, key: CommandKey
    ) -> Order:
        """Note that what was on its way in a parcel has arrived."""
        return self._note(order, parcel, LineEventKind.DELIVERED, at=at, key=key)

    def note_lost(
        self, order: OrderId, parcel: ParcelId, *, at: datetime, key: CommandKey
    ) -> Order:
        """Note that what was on its way in a parcel will not arrive."""
        return self._note(order, parcel, LineEventKind.LOST, at=at, key=key)

    def note_found(
        self, order: OrderId, parcel: ParcelId, *, at: datetime, key: CommandKey
    ) -> Order:
        """Note that what was lost in a parcel has turned up."""
        return self._note(order, parcel, LineEventKind.FOUND, at=at, key=key)

    def _note(
        self,
        order: OrderId,
        parcel: ParcelId,
        kind: LineEventKind,
        *,
        at: datetime,
        key: CommandKey,
    ) -> Order:
        with self._store.transaction() as tx:
            return note_parcel(tx, order, parcel, kind, at=at, key=key, now=self._now())
