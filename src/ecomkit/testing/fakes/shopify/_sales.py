"""What happens to orders: sold, fulfilled, sent back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.shopify._order_state import (
    Fulfillment,
    FulfillmentLine,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Line,
    Order,
    Return,
    ReturnLine,
    Transaction,
)
from ecomkit.testing.fakes.shopify._payloads import (
    fulfillment_payload,
    order_payload,
)
from ecomkit.testing.fakes.shopify._state import Customer, Level, Location, Variant
from ecomkit.testing.fakes.shopify._store import Store

__all__ = ["fulfill", "place_order", "shift", "split_order", "take_back"]


def place_order(
    store: Store,
    *,
    lines: Sequence[tuple[Variant, int, Money]],
    number: int | None,
    at: datetime | None,
    buyer: str,
    shipping: Money,
    discount: Money,
    tax: Money,
    taxes_included: bool,
    paid: Money | None,
    presentment: Currency,
    rate: Decimal,
) -> Order:
    """Place an order, and commit the units whether they are there or not."""
    now = (at or store.now()).replace(microsecond=0)
    store.order_number += 1
    order = Order(
        id=number if number is not None else store.next_id(),
        number=store.order_number,
        created_at=now,
        updated_at=now,
        currency=shipping.currency,
        customer=_customer(store, email=buyer),
        shipping=shipping,
        taxes_included=taxes_included,
        presentment=presentment,
        rate=rate,
        scopes=store.scopes,
    )
    weights = [price.amount * quantity for _, quantity, price in lines]
    shares = weights if any(weights) else [1] * len(weights)
    discounts, taxes = discount.prorate(shares), tax.prorate(shares)
    ordered = FulfillmentOrder(
        id=store.next_id(), order=order, location=store.main, created_at=now, updated_at=now
    )
    for (variant, quantity, price), off, duty in zip(lines, discounts, taxes, strict=True):
        line = Line(
            id=store.next_id(),
            order=order,
            variant=variant,
            sku=variant.sku,
            title=variant.product.title,
            variant_title=None if variant.title == "Default Title" else variant.title,
            quantity=quantity,
            price=price,
            discount=off,
            tax=duty,
        )
        order.lines.append(line)
        ordered.lines.append(
            FulfillmentOrderLine(id=store.next_id(), line=line, total=quantity, remaining=quantity)
        )
    order.fulfillment_orders.append(ordered)
    store.fulfillment_orders[ordered.id] = ordered
    store.orders[order.id] = order
    _pay(store, order=order, amount=order.total if paid is None else paid, at=now)
    for line in order.lines:
        shift(
            store,
            line=line,
            location=store.main,
            available=-line.quantity,
            committed=line.quantity,
        )
    body = order_payload(order)
    for topic in ("orders/create", "orders/updated"):
        store.announce(topic, body)
    if order.financial_status == "PAID":
        store.announce("orders/paid", body)
    return order


def _customer(store: Store, *, email: str) -> Customer:
    known = store.customers.get(email)
    if known is None:
        name = email.partition("@")[0].title() or "Somebody"
        known = store.customers[email] = Customer(
            id=store.next_id(),
            email=email,
            first_name=name,
            last_name="Example",
            created_at=store.now(),
        )
    return known


def _pay(store: Store, *, order: Order, amount: Money, at: datetime) -> None:
    if not amount.is_zero:
        order.transactions.append(
            Transaction(id=store.next_id(), kind="SALE", amount=amount, at=at)
        )


def shift(
    store: Store, *, line: Line, location: Location | None, available: int = 0, committed: int = 0
) -> None:
    """Move units of a line's item at a location, if its stock is kept there."""
    if line.variant is None or not line.variant.tracked or location is None:
        return
    if not available and not committed:
        return
    level = line.variant.levels.setdefault(
        location.id, Level(item=line.variant.item, location=location, at=store.now())
    )
    level.available += available
    level.committed += committed
    store.moved(level)


def split_order(
    store: Store, *, order: Order, lines: Sequence[tuple[Line, int]], to: Location
) -> FulfillmentOrder:
    """Move units that are still to be sent to a fulfilment order at another location."""
    now = store.now()
    moved = FulfillmentOrder(
        id=store.next_id(), order=order, location=to, created_at=now, updated_at=now
    )
    for line, wanted in lines:
        left = wanted
        for ordered in order.fulfillment_orders:
            for place in ordered.lines:
                units = min(left, place.remaining) if place.line is line else 0
                left -= units
                place.remaining -= units
                place.total -= units
                shift(
                    store, line=line, location=ordered.location, available=units, committed=-units
                )
        if left:
            raise ValueError(f"{wanted} of line {line.id} cannot be moved")
        shift(store, line=line, location=to, available=-wanted, committed=wanted)
        moved.lines.append(
            FulfillmentOrderLine(id=store.next_id(), line=line, total=wanted, remaining=wanted)
        )
    for ordered in order.fulfillment_orders:
        ordered.lines = [place for place in ordered.lines if place.total]
    order.fulfillment_orders.append(moved)
    store.fulfillment_orders[moved.id] = moved
    store.changed(order)
    return moved


def fulfill(
    store: Store,
    *,
    parts: Sequence[tuple[FulfillmentOrder, FulfillmentOrderLine, int]],
    company: str | None = None,
    tracking: Iterable[tuple[str | None, str | None]] = (),
) -> Fulfillment:
    """Send units of one order from one location."""
    order, location = parts[0][0].order, parts[0][0].location
    now = store.now()
    parcel = Fulfillment(
        id=store.next_id(),
        order=order,
        name=f"{order.name}-F{len(order.fulfillments) + 1}",
        location=location,
        created_at=now,
        updated_at=now,
        company=company,
        tracking=list(tracking),
        lines=[],
        orders=list(dict.fromkeys(ordered for ordered, _, _ in parts)),
    )
    for ordered, place, quantity in parts:
        place.remaining -= quantity
        place.line.fulfilled += quantity
        ordered.updated_at = now
        parcel.lines.append(
            FulfillmentLine(id=store.next_id(), line=place.line, quantity=quantity)
        )
        shift(store, line=place.line, location=location, committed=-quantity)
    order.fulfillments.append(parcel)
    store.fulfillments[parcel.id] = parcel
    is_done = order.fulfillment_status == "FULFILLED"
    store.announce("fulfillments/create", fulfillment_payload(parcel))
    store.changed(order, "orders/fulfilled" if is_done else "orders/partially_fulfilled")
    return parcel


def take_back(
    store: Store, *, order: Order, parts: Sequence[tuple[FulfillmentLine, int, str, str]]
) -> Return:
    """Open a return of units that were sent."""
    returned = Return(
        id=store.next_id(),
        order=order,
        name=f"{order.name}-R{len(order.returns) + 1}",
        created_at=store.now(),
        lines=[],
    )
    for parcel, quantity, reason, note in parts:
        parcel.returning += quantity
        returned.lines.append(
            ReturnLine(
                id=store.next_id(), parcel=parcel, quantity=quantity, reason=reason, note=note
            )
        )
    order.returns.append(returned)
    store.returns[returned.id] = returned
    store.changed(order)
    return returned
