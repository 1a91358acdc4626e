"""Receiving and counting: purchase orders placed, goods taken in, shelves counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import attrs

from ecomkit.errors import InputError
from ecomkit.identifiers import CommandKey, PurchaseOrderId, Sku, SupplierId
from ecomkit.operations._ledger import Once, execute, must, once
from ecomkit.operations._orders import OPEN
from ecomkit.operations._settings import Settings
from ecomkit.ports import Collection, Transaction
from ecomkit.replenishment import ExpectedReceipt, PurchaseOrder
from ecomkit.stock import Count, Receive

__all__ = [
    "PURCHASES",
    "UnknownPurchaseOrderError",
    "book_purchase",
    "count_shelves",
    "load_purchase",
    "place_purchase",
    "receive_goods",
]

PURCHASES = Collection(
    name="purchase",
    type=PurchaseOrder,
    key=lambda order: order.id,
    index=lambda order: OPEN if order.open else None,
)


@attrs.frozen(kw_only=True)
class UnknownPurchaseOrderError(InputError):
    """
    Raised when a purchase order is named that is not in the books.

    >>> print(UnknownPurchaseOrderError(purchase_order=PurchaseOrderId("PO-1")))
    there is no purchase order 'PO-1'; place it first
    """

    purchase_order: PurchaseOrderId

    @property
    def message(self) -> str:
        """The purchase order, and what to do."""
        return f"there is no purchase order {str(self.purchase_order)!r}; place it first"


def place_purchase(
    tx: Transaction,
    id: PurchaseOrderId,  # noqa: A002 (the field's name)
    *,
    units: Mapping[Sku, int],
    expected_on: Mapping[Sku, date] | date,
    now: datetime,
    supplier: SupplierId | None,
    settings: Settings,
) -> PurchaseOrder:
    """
    Take a purchase order down; its units count as on order from now on, never as stock.

    Placing it again with the same content changes nothing.

    Raises:
        KeyReusedError: If the id is known with another content.
    """
    order = PurchaseOrder(
        id=id,
        supplier=supplier,
        placed_on=now.date(),
        lines=[
            ExpectedReceipt(
                purchase_order=id,
                sku=sku,
                location=settings.location,
                quantity=quantity,
                expected_on=expected_on if isinstance(expected_on, date) else expected_on[sku],
            )
            for sku, quantity in units.items()
        ],
    )
    return book_purchase(tx, order, now=now)


def book_purchase(tx: Transaction, order: PurchaseOrder, *, now: datetime) -> PurchaseOrder:
    """
    Take *order* down, and return it as it stands in the books.

    Raises:
        KeyReusedError: If its id is known with another content.
    """
    # The day of placement is ours, not the caller's: a script may be run again after midnight.
    content = sorted((line.sku, line.quantity, line.expected_on) for line in order.lines)
    key = CommandKey(f"purchase:{order.id}")
    if once(tx, key, order.supplier, content, now=now) is Once.FRESH:
        tx.put(PURCHASES, [order])
        return order
    known = tx.get(PURCHASES, order.id)
    return order if known is None else known


def load_purchase(tx: Transaction, id: PurchaseOrderId) -> PurchaseOrder:  # noqa: A002 (as above)
    """
    Return the purchase order *id* from the books.

    Raises:
        UnknownPurchaseOrderError: If it is not there.
    """
    order = tx.get(PURCHASES, id)
    if order is None:
        raise UnknownPurchaseOrderError(purchase_order=id)
    return order


def receive_goods(
    tx: Transaction,
    units: Mapping[Sku, int],
    *,
    key: CommandKey,
    purchase_order: PurchaseOrderId | None,
    now: datetime,
    settings: Settings,
) -> None:
    """
    Take goods in; they cover who waits first. The same *key* again changes nothing.

    Raises:
        UnknownPurchaseOrderError: If the purchase order is not in the books.
        NotOrderedError: If it does not name one of the skus.
        PurchaseOrderStateError: If it is a draft or cancelled.
        KeyReusedError: If the key is known with another content.
        FieldError: If a quantity is not above 0.
    """
    if once(tx, key, sorted(units.items()), purchase_order, now=now) is Once.KNOWN:
        return
    if purchase_order is not None:
        order = load_purchase(tx, purchase_order)
        for sku, quantity in units.items():
            order = order.receive(
                sku, location=settings.location, quantity=quantity, on=now.astimezone(UTC).date()
            )
        tx.put(PURCHASES, [order])
    commands = [
        Receive(
            key=CommandKey(f"{key}/{sku}"),
            sku=sku,
            quantity=quantity,
            location=settings.location,
        )
        for sku, quantity in units.items()
    ]
    execute(tx, commands, now=now, settings=settings)


def count_shelves(
    tx: Transaction,
    counted: Mapping[Sku, int],
    *,
    expected: Mapping[Sku, int],
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> None:
    """
    Take a count of usable units down. The first of a sku is its opening count.

    The same *key* again changes nothing.

    Raises:
        KeyReusedError: If the key is known with another content.
        FieldError: If a quantity is below 0.
        StockRefusedError: If more are missing than the books have left of what was expected.
    """
    if once(tx, key, sorted(counted.items()), sorted(expected.items()), now=now) is Once.KNOWN:
        return
    commands = [
        Count(
            key=CommandKey(f"{key}/{sku}"),
            sku=sku,
            counted=units,
            expected=expected.get(sku),
            location=settings.location,
        )
        for sku, units in counted.items()
    ]
    must(execute(tx, commands, now=now, settings=settings))
