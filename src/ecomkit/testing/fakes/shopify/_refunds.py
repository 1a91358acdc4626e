"""Refunds over the wire: what is refused, what is done, and what the shop would suggest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from ecomkit.money import Money, Rounding
from ecomkit.testing.fakes._graphql import Asked
from ecomkit.testing.fakes.shopify._giving_back import give_back, payments, refundable
from ecomkit.testing.fakes.shopify._idempotency import once
from ecomkit.testing.fakes.shopify._order_fields import (
    ORDER,
    show_order,
    show_transaction,
)
from ecomkit.testing.fakes.shopify._order_state import Line, Order, Refund, Transaction
from ecomkit.testing.fakes.shopify._shipping_fields import show_refund
from ecomkit.testing.fakes.shopify._state import Location
from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import bag, number_of, user_error

__all__ = ["create_refund"]

Rows = list[tuple[Line, int, str, Location | None]]
Moneys = list[tuple[Money, Transaction | None]]
Errors = list[dict[str, Any]]


def create_refund(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    """Refund units and money."""
    return once(
        asked,
        store=store,
        act=lambda: _refunded(asked["input"], store=store),
        empty=_payload(),
        errors="UserError",
    )


def _payload(
    order: Order | None = None, refund: Refund | None = None, errors: Sequence[Any] = ()
) -> Mapping[str, Any]:
    return {
        "__typename": "RefundCreatePayload",
        "order": order and show_order(order),
        "refund": refund and show_refund(refund),
        "userErrors": list(errors),
    }


def _refunded(given: Mapping[str, Any], *, store: Store) -> Mapping[str, Any]:
    order = store.orders.get(number_of(given["orderId"], "Order") or 0)
    if order is None:
        return _payload(errors=[user_error("orderId", message="Order does not exist")])
    currency = given.get("currency")
    if currency is None and order.presentment is not order.currency:
        message = "Currency is required when the order was paid in another one"
        return _payload(order, errors=[user_error("currency", message=message)])
    if currency is not None and currency != order.presentment.name:
        message = "Currency must be the presentment currency of the order"
        return _payload(order, errors=[user_error("currency", message=message)])
    errors: Errors = []
    rows = _rows(given.get("refundLineItems") or (), order=order, store=store, errors=errors)
    moneys = _moneys(given, order=order, errors=errors)
    shipping = _shipping(given.get("shipping") or {}, order=order, errors=errors)
    if not rows and not moneys and shipping.is_zero and not errors:
        errors.append(user_error(message="Refund must have something to refund"))
    if errors:
        return _payload(order, errors=errors)
    refund = give_back(
        store, order=order, lines=rows, moneys=moneys, shipping=shipping, note=given.get("note")
    )
    return _payload(order, refund)


def _rows(
    given: Sequence[Mapping[str, Any]], *, order: Order, store: Store, errors: Errors
) -> Rows:
    rows: Rows = []
    for place, row in enumerate(given):
        path = ("refundLineItems", str(place))
        number = number_of(row["lineItemId"], "LineItem")
        line = next((one for one in order.lines if one.id == number), None)
        if line is None:
            errors.append(
                user_error(*path, "lineItemId", message="Line item does not exist on the order")
            )
            continue
        before = sum(units for one, units, _, _ in rows if one is line)
        if not 0 < row["quantity"] <= line.quantity - line.refunded - before:
            message = "Quantity cannot refund more items than were purchased"
            errors.append(user_error(*path, "quantity", message=message))
            continue
        restock = str(row.get("restockType") or "NO_RESTOCK")
        fault = _restock_fault(restock, row=row, line=line, rows=rows)
        location = store.locations.get(number_of(row.get("locationId"), "Location") or 0)
        if fault is not None:
            errors.append(user_error(*path, "restockType", message=fault))
        elif row.get("locationId") is not None and location is None:
            errors.append(user_error(*path, "locationId", message="Location does not exist"))
        else:
            rows.append((line, row["quantity"], restock, location))
    return rows


def _restock_fault(restock: str, *, row: Mapping[str, Any], line: Line, rows: Rows) -> str | None:
    gone = sum(units for one, units, how, _ in rows if one is line and how == restock)
    if restock == "CANCEL" and row["quantity"] + gone > line.unfulfilled:
        return "Cannot cancel more items than are unfulfilled"
    return None


def money_from(text: Any, *, order: Order) -> Money | None:
    """Return an amount in the buyer's currency as the shop's; None if it is none."""
    try:
        value = Decimal(str(text))
        if order.rate != 1:
            value = value / order.rate
        return Money.from_decimal(value, order.currency, rounding=Rounding.HALF_EVEN)
    except (InvalidOperation, ValueError):
        return None


def _moneys(given: Mapping[str, Any], *, order: Order, errors: Errors) -> Moneys:
    moneys: Moneys = []
    for place, row in enumerate(given.get("transactions") or ()):
        path = ("transactions", str(place))
        amount = money_from(row["amount"], order=order)
        number = number_of(row.get("parentId"), "OrderTransaction")
        parent = next((one for one in order.transactions if one.id == number), None)
        if amount is None or amount <= Money.zero(order.currency):
            errors.append(user_error(*path, "amount", message="Amount must be positive"))
        elif row["kind"] not in {"REFUND", "SUGGESTED_REFUND"}:
            errors.append(user_error(*path, "kind", message="Kind is not valid for a refund"))
        elif row.get("parentId") is not None and parent is None:
            errors.append(user_error(*path, "parentId", message="Parent does not exist"))
        else:
            before = order.sum(one for one, of in moneys if of is parent)
            left = None if parent is None else refundable(order, sale=parent) - before
            if left is not None and amount > left:
                message = f"Amount cannot be more than {left.to_decimal()}"
                errors.append(user_error(*path, "amount", message=message))
                continue
            moneys.append((amount, parent))
    total = order.sum(amount for amount, _ in moneys)
    may_exceed = given.get("allowOverRefunding") is True
    if total > order.received - order.returned_money and not may_exceed:
        errors.append(user_error("transactions", message="Cannot refund more than was paid"))
    return moneys


def _shipping(given: Mapping[str, Any], *, order: Order, errors: Errors) -> Money:
    left = order.shipping - order.sum(one.shipping for one in order.refunds)
    if given.get("fullRefund") is True:
        return left
    if given.get("amount") is None:
        return Money.zero(order.currency)
    amount = money_from(given["amount"], order=order)
    if amount is None or not Money.zero(order.currency) <= amount <= left:
        message = "Shipping amount cannot be more than what is left of it"
        errors.append(user_error("shipping", "amount", message=message))
        return Money.zero(order.currency)
    return amount


def _suggested(order: Order, asked: Asked) -> Mapping[str, Any]:
    wanted: list[tuple[Line, int]] = []
    for row in asked["refundLineItems"] or ():
        number = number_of(row["lineItemId"], "LineItem")
        wanted.extend((one, row["quantity"]) for one in order.lines if one.id == number)
    if asked["suggestFullRefund"]:
        wanted = [(one, one.quantity - one.refunded) for one in order.lines]
    goods = order.sum(
        one.share(one.total, units=units, before=one.refunded) for one, units in wanted
    )
    tax = order.sum(one.share(one.tax, units=units, before=one.refunded) for one, units in wanted)
    left = order.shipping - order.sum(one.shipping for one in order.refunds)
    shipping = left if asked["refundShipping"] else Money.zero(order.currency)
    if asked["shippingAmount"] is not None:
        shipping = money_from(asked["shippingAmount"], order=order) or shipping
    most = order.received - order.returned_money
    value = goods + shipping if order.taxes_included else goods + shipping + tax
    amount = min(value, most)
    return {
        "__typename": "SuggestedRefund",
        "amountSet": bag(amount, order),
        "subtotalSet": bag(goods, order),
        "discountedSubtotalSet": bag(goods, order),
        "totalTaxSet": bag(tax, order),
        "maximumRefundableSet": bag(most, order),
        "suggestedTransactions": [
            {
                "__typename": "SuggestedOrderTransaction",
                "kind": "SUGGESTED_REFUND",
                "gateway": parent.gateway,
                "formattedGateway": parent.gateway,
                "amountSet": bag(part, order),
                "maximumRefundableSet": bag(refundable(order, sale=parent), order),
                "parentTransaction": show_transaction((order, parent)),
            }
            for part, parent in payments(order, amount=amount)
            if parent is not None
        ],
        "shipping": {
            "__typename": "ShippingRefund",
            "amountSet": bag(shipping, order),
            "maximumRefundableSet": bag(left, order),
        },
        "suggestedRefundMethods": [],
        "refundDuties": [],
    }


ORDER["suggestedRefund"] = _suggested
