"""Parcels in the books: shipped, cancelled before they left, delivered, lost and found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter

from ecomkit.identifiers import CommandKey, LineId, OrderId, ParcelId
from ecomkit.operations._effects import tell_fulfilment
from ecomkit.operations._ledger import Once, execute, must, once
from ecomkit.operations._orders import ORDERS, load_order, wants_for
from ecomkit.operations._settings import Settings
from ecomkit.orders import (
    Clearance,
    LineEvent,
    LineEventKind,
    Order,
    OrderStep,
    parcel_of,
)
from ecomkit.ports import Transaction
from ecomkit.stock import Ship, Unship

__all__ = ["note_parcel", "ship_parcel", "unship_parcel"]

# What can still happen to the units of a parcel, by what is told of it.
_UNITS = {
    LineEventKind.UNSHIPPED: attrgetter("on_the_way"),
    LineEventKind.DELIVERED: attrgetter("on_the_way"),
    LineEventKind.LOST: attrgetter("on_the_way"),
    LineEventKind.FOUND: attrgetter("lost"),
}


def ship_parcel(
    tx: Transaction,
    order: OrderId,
    quantities: Mapping[LineId, int],
    *,
    parcel: ParcelId,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> Order | Clearance:
    """
    Book units as shipped in *parcel*, and store the intent to tell the order's channel.

    Where a guard of the settings stands against it nothing is booked, and the answer says all
    that is in the way. Units that somebody else ships leave no shelf of ours.

    Raises:
        UnknownOrderError: If the order is not in the books.
        TransitionError: If a line has fewer open units.
        StockRefusedError: If a line has fewer units allocated.
        KeyReusedError: If the key is known with another content.
    """
    before = load_order(tx, order)
    clearance = settings.guards(before, step=OrderStep.SHIP, now=now)
    known = tx.kept([key])
    if not known and not clearance.is_clear:
        return clearance
    if once(tx, key, order, sorted(quantities.items()), parcel, now=now) is Once.KNOWN:
        return before
    after = _told(before, LineEventKind.SHIPPED, quantities, parcel=parcel, at=now)
    wants = wants_for(before, quantities, settings=settings)
    if wants:
        command = Ship(key=CommandKey(f"ship:{key}"), wants=wants)
        must(execute(tx, [command], now=now, settings=settings))
    tx.put(ORDERS, [after])
    tell_fulfilment(tx, after, quantities, at=now)
    return after


def unship_parcel(
    tx: Transaction,
    order: OrderId,
    parcel: ParcelId,
    *,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> Order:
    """
    Cancel a fulfilment: what is in *parcel* never left, and is promised to the order as before.

    Order and ledger keep both entries. No channel is told: one that knows of the shipment goes
    on saying that units left, and what it says is followed. Cancel the fulfilment there as well.

    Raises:
        UnknownOrderError: If the order is not in the books.
        UnknownParcelError: If nothing of the order left in it.
        KeyReusedError: If the key is known with another content.
    """
    before = load_order(tx, order)
    if once(tx, key, order, parcel, now=now) is Once.KNOWN:
        return before
    quantities = _units(before, LineEventKind.UNSHIPPED, parcel=parcel)
    if not quantities:
        return before
    after = _told(before, LineEventKind.UNSHIPPED, quantities, parcel=parcel, at=now)
    wants = wants_for(before, quantities, settings=settings)
    if wants:
        command = Unship(key=CommandKey(f"unship:{key}"), wants=wants, placed_at=before.placed_at)
        must(execute(tx, [command], now=now, settings=settings))
    tx.put(ORDERS, [after])
    return after


def note_parcel(
    tx: Transaction,
    order: OrderId,
    parcel: ParcelId,
    kind: LineEventKind,
    *,
    at: datetime,
    key: CommandKey,
    now: datetime,
) -> Order:
    """
    Note that all of *parcel* that is still on its way was delivered or lost, or turned up.

    The ledger knows nothing of it: what left is with the customer, or nowhere.

    Raises:
        UnknownOrderError: If the order is not in the books.
        UnknownParcelError: If nothing of the order left in it.
        KeyReusedError: If the key is known with another content.
    """
    before = load_order(tx, order)
    if once(tx, key, order, parcel, kind, at, now=now) is Once.KNOWN:
        return before
    after = _told(before, kind, _units(before, kind, parcel=parcel), parcel=parcel, at=at)
    tx.put(ORDERS, [after])
    return after


def _units(order: Order, kind: LineEventKind, *, parcel: ParcelId) -> dict[LineId, int]:
    lines = parcel_of(order, parcel=parcel).lines
    return {line.line: units for line in lines if (units := _UNITS[kind](line))}


def _told(
    order: Order,
    kind: LineEventKind,
    quantities: Mapping[LineId, int],
    *,
    parcel: ParcelId,
    at: datetime,
) -> Order:
    return order.with_events(
        LineEvent(kind=kind, line=line, quantity=quantity, at=at, parcel=parcel)
        for line, quantity in quantities.items()
    )
