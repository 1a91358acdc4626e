"""Purchase orders in the books: drafted from a plan, sent, confirmed, closed or cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime

import attrs

from ecomkit.identifiers import CommandKey, PurchaseOrderId, Sku
from ecomkit.operations._ledger import Once, once
from ecomkit.operations._receiving import PURCHASES, book_purchase, load_purchase
from ecomkit.operations._settings import Settings
from ecomkit.ports import Transaction
from ecomkit.replenishment import Advice, PurchaseOrder, SupplierPromise
from ecomkit.replenishment.purchasing import BuyingPolicy, PurchaseProposals

__all__ = [
    "cancel_purchase",
    "close_purchase",
    "confirm_purchase",
    "draft_purchases",
    "postpone_purchase",
    "send_purchase",
]


def draft_purchases(
    tx: Transaction,
    advices: Iterable[Advice],
    *,
    buying: BuyingPolicy,
    now: datetime,
    settings: Settings,
) -> PurchaseProposals:
    """
    Draft what *advices* ask for, one purchase order for each supplier, and return the proposals.

    The drafts are on order from now on; those that are held back are not taken down. Drafting
    the same advices again changes nothing, and shows the orders as they stand now. That holds of
    one that was cancelled since as well: plan anew, and the need is drafted anew.

    Raises:
        KeyReusedError: If the same advices were drafted on other terms.
        FieldError: If an advice names no sku, or they were not given at the same time.
    """
    proposals = buying(advices, location=settings.location)
    return attrs.evolve(
        proposals,
        proposals=[
            proposal
            if proposal.is_held
            else attrs.evolve(proposal, order=book_purchase(tx, proposal.order, now=now))
            for proposal in proposals.proposals
        ],
    )


def send_purchase(
    tx: Transaction,
    id: PurchaseOrderId,  # noqa: A002 (the field's name)
    *,
    key: CommandKey,
    now: datetime,
) -> PurchaseOrder:
    """
    Take down that a draft went to its supplier, and return the order.

    Raises:
        UnknownPurchaseOrderError: If it is not in the books.
        PurchaseOrderStateError: If it is no draft.
        KeyReusedError: If the key is known with another content.
    """
    today = now.astimezone(UTC).date()
    return _step(tx, id, lambda order: order.send(on=today), "send", key=key, now=now)


def confirm_purchase(
    tx: Transaction,
    id: PurchaseOrderId,  # noqa: A002 (the field's name)
    *,
    units: Mapping[Sku, int],
    expected_on: Mapping[Sku, date] | date | None,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> PurchaseOrder:
    """
    Take down what the supplier promises, and return the order.

    Raises:
        UnknownPurchaseOrderError: If it is not in the books.
        NotOrderedError: If it does not name one of the skus.
        PurchaseOrderStateError: If the supplier does not know of it, or nothing is awaited.
        KeyReusedError: If the key is known with another content.
    """

    def confirm(order: PurchaseOrder) -> PurchaseOrder:
        days = _days(order, expected_on)
        return order.confirm(
            SupplierPromise(
                sku=sku, location=settings.location, units=units.get(sku), on=days.get(sku)
            )
            for sku in sorted({*units, *days})
        )

    content = (sorted(units.items()), _content(expected_on))
    return _step(tx, id, confirm, "confirm", *content, key=key, now=now)


def postpone_purchase(
    tx: Transaction,
    id: PurchaseOrderId,  # noqa: A002 (the field's name)
    *,
    expected_on: Mapping[Sku, date] | date,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> PurchaseOrder:
    """
    Take down that what is open is expected on other days, and return the order.

    Raises:
        UnknownPurchaseOrderError: If it is not in the books.
        NotOrderedError: If it does not name one of the skus.
        PurchaseOrderStateError: If nothing is awaited.
        KeyReusedError: If the key is known with another content.
    """

    def postpone(order: PurchaseOrder) -> PurchaseOrder:
        for sku, day in sorted(_days(order, expected_on).items()):
            order = order.expect(sku, location=settings.location, on=day)
        return order

    return _step(tx, id, postpone, "postpone", _content(expected_on), key=key, now=now)


def close_purchase(
    tx: Transaction,
    id: PurchaseOrderId,  # noqa: A002 (the field's name)
    *,
    key: CommandKey,
    now: datetime,
) -> PurchaseOrder:
    """
    Close an order of which nothing more is awaited, and return it.

    Raises:
        UnknownPurchaseOrderError: If it is not in the books.
        PurchaseOrderStateError: If it is a draft or cancelled.
        KeyReusedError: If the key is known with another content.
    """
    return _step(tx, id, PurchaseOrder.close, "close", key=key, now=now)


def cancel_purchase(
    tx: Transaction,
    id: PurchaseOrderId,  # noqa: A002 (the field's name)
    *,
    key: CommandKey,
    now: datetime,
) -> PurchaseOrder:
    """
    Call an order off of which nothing has come, and return it.

    Raises:
        UnknownPurchaseOrderError: If it is not in the books.
        PurchaseOrderStateError: If something of it has come, or it is closed.
        KeyReusedError: If the key is known with another content.
    """
    return _step(tx, id, PurchaseOrder.cancel, "cancel", key=key, now=now)


def _step(
    tx: Transaction,
    id: PurchaseOrderId,  # noqa: A002 (the field's name)
    step: Callable[[PurchaseOrder], PurchaseOrder],
    *content: object,
    key: CommandKey,
    now: datetime,
) -> PurchaseOrder:
    """Take one step of an order down, once for each key, and return the order as it stands."""
    order = load_purchase(tx, id)
    if once(tx, key, id, *content, now=now) is Once.KNOWN:
        return order
    moved = step(order)
    tx.put(PURCHASES, [moved])
    return moved


def _days(order: PurchaseOrder, expected_on: Mapping[Sku, date] | date | None) -> dict[Sku, date]:
    """Return the day of each sku that is named; one day alone is that of all of them."""
    if expected_on is None:
        return {}
    if isinstance(expected_on, date):
        return dict.fromkeys((line.sku for line in order.lines), expected_on)
    return dict(expected_on)


def _content(expected_on: Mapping[Sku, date] | date | None) -> object:
    return sorted(expected_on.items()) if isinstance(expected_on, Mapping) else expected_on
