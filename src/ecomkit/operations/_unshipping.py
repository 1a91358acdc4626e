"""Fulfilments that are cancelled before they leave: their units are there again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ecomkit.identifiers import CommandKey, LineId, ParcelId
from ecomkit.operations._ledger import execute, must
from ecomkit.operations._orders import ORDERS, wants_for
from ecomkit.operations._settings import Settings
from ecomkit.orders import LineEventKind, Order
from ecomkit.ports import Transaction
from ecomkit.stock import Unship

__all__ = ["unship_units"]


def unship_units(
    tx: Transaction,
    order: Order,
    quantities: Mapping[LineId, int],
    *,
    parcel: ParcelId | None = None,
    now: datetime,
    settings: Settings,
) -> Order:
    """
    Book units of an order that were told as shipped as never having left.

    They are open again in the order, and in the ledger on hand and allocated to it as before;
    both entries stay. Units that somebody else ships were never ours and come back to nobody's
    shelf. The channel is not told: it knows of a shipment, or it does not.

    Args:
        tx: The transaction.
        order: The order.
        quantities: Units by line.
        parcel: The parcel that they were to leave in, where it has a name.
        now: When it is booked.
        settings: Those of the shop.

    Raises:
        TransitionError: If fewer units of a line are shipped, and neither delivered, lost, back
            nor credited.
        UnknownLineError: If a line is not there.
    """
    after = order
    for line, quantity in quantities.items():
        after = after.record(
            LineEventKind.UNSHIPPED, line=line, quantity=quantity, at=now, parcel=parcel
        )
    wants = wants_for(order, quantities, settings=settings)
    if wants:
        # The order's version makes the key: it grows with every fact of the order.
        key = CommandKey(f"unship:{order.id}:{order.version}")
        command = Unship(key=key, wants=wants, placed_at=order.placed_at)
        must(execute(tx, [command], now=now, settings=settings))
    tx.put(ORDERS, [after])
    return after
