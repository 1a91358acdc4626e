"""Refunds and cancellations as the shop does them: units, stock and money."""

from __future__ import annotations

from collections.abc import Sequence

from ecomkit.money import Money
from ecomkit.testing.fakes.shopify._order_state import Line, Order, Refund, RefundLine, Transaction
from ecomkit.testing.fakes.shopify._payloads import refund_payload
from ecomkit.testing.fakes.shopify._sales import shift
from ecomkit.testing.fakes.shopify._state import Location
from ecomkit.testing.fakes.shopify._store import Store

__all__ = ["cancel_order", "give_back", "payments", "refundable"]


def give_back(
    store: Store,
    *,
    order: Order,
    lines: Sequence[tuple[Line, int, str, Location | None]],
    moneys: Sequence[tuple[Money, Transaction | None]],
    shipping: Money,
    note: str | None = None,
) -> Refund:
    """Refund units and money; the restock type says what becomes of the units."""
    now = store.now()
    refund = Refund(
        id=store.next_id(),
        order=order,
        at=now,
        note=note,
        lines=[],
        shipping=shipping,
        transactions=[],
    )
    for line, quantity, restock, place in lines:
        location = place or order.fulfillment_orders[0].location
        refund.lines.append(
            RefundLine(
                id=store.next_id(),
                line=line,
                quantity=quantity,
                restock=restock,
                location=None if restock == "NO_RESTOCK" else location,
                subtotal=line.share(line.total, units=quantity, before=line.refunded),
                tax=line.share(line.tax, units=quantity, before=line.refunded),
            )
        )
        line.refunded += quantity
        if restock == "CANCEL":
            _take_off(line, quantity=quantity)
            shift(store, line=line, location=location, available=quantity, committed=-quantity)
        elif restock == "RETURN":
            shift(store, line=line, location=location, available=quantity)
        elif order.cancelled_at:
            gone = min(quantity, line.unfulfilled)
            _take_off(line, quantity=gone)
            shift(store, line=line, location=location, committed=-gone)
    for amount, parent in moneys:
        moved = Transaction(
            id=store.next_id(),
            kind="REFUND",
            amount=amount,
            at=now,
            gateway=parent.gateway if parent else "manual",
            parent=parent,
        )
        refund.transactions.append(moved)
        order.transactions.append(moved)
    order.refunds.append(refund)
    store.refunds[refund.id] = refund
    store.announce("refunds/create", refund_payload(refund))
    store.changed(order)
    return refund


def _take_off(line: Line, *, quantity: int) -> None:
    """Take units that will not be sent off the fulfilment orders."""
    line.cancelled += quantity
    for ordered in line.order.fulfillment_orders:
        for place in ordered.lines:
            if place.line is line:
                taken = min(quantity, place.remaining)
                place.remaining -= taken
                quantity -= taken


def payments(order: Order, *, amount: Money) -> list[tuple[Money, Transaction | None]]:
    """Return how *amount* goes back over the payments that it came by, the first ones first."""
    parts: list[tuple[Money, Transaction | None]] = []
    for sale in order.transactions:
        left = min(amount, refundable(order, sale=sale))
        if left > Money.zero(amount.currency):
            parts.append((left, sale))
            amount -= left
    return parts if amount.is_zero else [*parts, (amount, None)]


def refundable(order: Order, *, sale: Transaction) -> Money:
    """Return what of a payment has not gone back yet."""
    if sale.kind not in {"SALE", "CAPTURE"} or sale.status != "SUCCESS":
        return Money.zero(order.currency)
    return sale.amount - order.sum(
        one.amount for one in order.transactions if one.kind == "REFUND" and one.parent is sale
    )


def cancel_order(store: Store, *, order: Order, reason: str, restock: str, money: Money) -> None:
    """Cancel what has not been sent of an order, and pay *money* back."""
    now = store.now()
    order.cancelled_at = now
    order.cancel_reason = reason
    lines = [
        (line, units, restock, None)
        for line in order.lines
        if (units := min(line.unfulfilled, line.quantity - line.refunded))
    ]
    if lines or not money.is_zero:
        is_whole = not any(line.fulfilled for line in order.lines)
        shipping = order.shipping - order.sum(one.shipping for one in order.refunds)
        give_back(
            store,
            order=order,
            lines=lines,
            moneys=[] if money.is_zero else payments(order, amount=money),
            shipping=shipping if is_whole else Money.zero(order.currency),
        )
    for line in order.lines:
        rest = line.unfulfilled  # refunded before, and kept for sending until now
        _take_off(line, quantity=rest)
        shift(store, line=line, location=store.main, committed=-rest)
    store.changed(order, "orders/cancelled")
