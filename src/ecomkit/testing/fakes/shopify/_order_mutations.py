"""The mutations of orders other than refunds: fulfil, cancel, close, send back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecomkit.money import Money
from ecomkit.testing.fakes._graphql import Asked, Resolver
from ecomkit.testing.fakes.shopify._giving_back import cancel_order
from ecomkit.testing.fakes.shopify._jobs import show_job, start_job
from ecomkit.testing.fakes.shopify._order_fields import show_order
from ecomkit.testing.fakes.shopify._order_state import (
    Fulfillment,
    FulfillmentLine,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Order,
    Return,
)
from ecomkit.testing.fakes.shopify._sales import fulfill, shift, take_back
from ecomkit.testing.fakes.shopify._shipping_fields import show_fulfillment, show_return
from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import number_of, user_error

__all__ = ["order_mutations"]

Part = tuple[FulfillmentOrder, FulfillmentOrderLine, int]


def order_mutations(store: Store, *, job_seconds: float) -> dict[str, Resolver]:
    """Return the root fields."""
    return {
        "fulfillmentCreate": lambda asked: _fulfill(asked, store=store),
        "fulfillmentTrackingInfoUpdate": lambda asked: _track(asked, store=store),
        "fulfillmentCancel": lambda asked: _call_back(asked, store=store),
        "orderCancel": lambda asked: _cancel(asked, store=store, seconds=job_seconds),
        "orderClose": lambda asked: _close(asked, store=store),
        "returnCreate": lambda asked: _open_return(asked, store=store),
        "returnClose": lambda asked: _end_return(asked, store=store, status="CLOSED"),
        "returnCancel": lambda asked: _end_return(asked, store=store, status="CANCELED"),
    }


def _parcel(
    parcel: Fulfillment | None, *errors: dict[str, Any], kind: str = "FulfillmentCreatePayload"
) -> Mapping[str, Any]:
    return {
        "__typename": kind,
        "fulfillment": parcel and show_fulfillment(parcel),
        "userErrors": list(errors),
    }


def _fulfill(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    given = asked["fulfillment"]
    parts: list[Part] = []
    for group in given["lineItemsByFulfillmentOrder"]:
        found = _parts(group, store=store)
        if isinstance(found, str):
            return _parcel(None, user_error("fulfillment", message=found))
        parts.extend(found)
    if len({ordered.order.id for ordered, _, _ in parts}) != 1:
        message = "All fulfillment orders must belong to the same order."
        return _parcel(None, user_error("fulfillment", message=message))
    if len({ordered.location.id for ordered, _, _ in parts}) != 1:
        message = "All fulfillment orders must be assigned to the same location."
        return _parcel(None, user_error("fulfillment", message=message))
    company, tracking = _tracking(given.get("trackingInfo") or {})
    return _parcel(fulfill(store, parts=parts, company=company, tracking=tracking))


def _parts(group: Mapping[str, Any], *, store: Store) -> list[Part] | str:
    """Return the units of one fulfilment order that are meant, or what is wrong."""
    number = number_of(group["fulfillmentOrderId"], "FulfillmentOrder")
    ordered = store.fulfillment_orders.get(number or 0)
    if ordered is None:
        return "Fulfillment order does not exist."
    if ordered.status not in {"OPEN", "IN_PROGRESS"}:
        status = ordered.status.lower()
        return f"Fulfillment order {ordered.id} has an unfulfillable status= {status}."
    wanted = group.get("fulfillmentOrderLineItems")
    if not wanted:
        return [(ordered, one, one.remaining) for one in ordered.lines if one.remaining]
    parts: list[Part] = []
    for row in wanted:
        place = next(
            (
                one
                for one in ordered.lines
                if one.id == number_of(row["id"], "FulfillmentOrderLineItem")
            ),
            None,
        )
        if place is None:
            return "Fulfillment order line item does not exist."
        before = sum(units for _, one, units in parts if one is place)
        if not 0 < row["quantity"] <= place.remaining - before:
            return "Invalid fulfillment order line item quantity requested."
        parts.append((ordered, place, row["quantity"]))
    return parts


def _tracking(
    given: Mapping[str, Any],
) -> tuple[str | None, list[tuple[str | None, str | None]]]:
    numbers = given.get("numbers") or ([given["number"]] if given.get("number") else [])
    urls = given.get("urls") or ([given["url"]] if given.get("url") else [])
    length = max(len(numbers), len(urls))
    padded = [[*each, *[None] * (length - len(each))] for each in (numbers, urls)]
    return given.get("company"), list(zip(*padded, strict=True))


def _track(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    kind = "FulfillmentTrackingInfoUpdatePayload"
    parcel = store.fulfillments.get(number_of(asked["fulfillmentId"], "Fulfillment") or 0)
    if parcel is None:
        error = user_error("fulfillmentId", message="Fulfillment does not exist.")
        return _parcel(None, error, kind=kind)
    parcel.company, parcel.tracking = _tracking(asked["trackingInfoInput"])
    parcel.updated_at = store.now()
    store.changed(parcel.order)
    return _parcel(parcel, kind=kind)


def _call_back(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    kind = "FulfillmentCancelPayload"
    parcel = store.fulfillments.get(number_of(asked["id"], "Fulfillment") or 0)
    if parcel is None or parcel.status == "CANCELLED":
        what = "does not exist" if parcel is None else "is already cancelled"
        return _parcel(parcel, user_error("id", message=f"Fulfillment {what}."), kind=kind)
    parcel.status = "CANCELLED"
    parcel.updated_at = store.now()
    for sent in parcel.lines:
        sent.line.fulfilled -= sent.quantity
        place = next(
            one for ordered in parcel.orders for one in ordered.lines if one.line is sent.line
        )
        place.remaining += sent.quantity
        shift(store, line=sent.line, location=parcel.location, committed=sent.quantity)
    store.changed(parcel.order)
    return _parcel(parcel, kind=kind)


def _cancel(asked: Asked, *, store: Store, seconds: float) -> Mapping[str, Any]:
    order = store.orders.get(number_of(asked["orderId"], "Order") or 0)
    wrong: tuple[str, str] | None = None
    if order is None:
        wrong = ("Order does not exist", "NOT_FOUND")
    elif order.cancelled_at is not None:
        wrong = ("Order has already been cancelled", "INVALID")
    elif order.closed_at is not None:
        wrong = ("Cannot cancel an order that is closed", "INVALID")
    elif any(line.fulfilled for line in order.lines):
        wrong = ("Cannot cancel an order that has fulfillments", "INVALID")
    job = None
    if order is not None and wrong is None:
        method = asked["refundMethod"] or {}
        repays = asked["refund"] or method.get("originalPaymentMethodsRefund") is True
        number = start_job(
            store,
            action=lambda: _cancelled(
                order, store=store, asked=asked, restock=asked["restock"], repays=bool(repays)
            ),
            seconds=seconds,
        )
        job = show_job(store, number)
    errors = []
    if wrong is not None:
        message, code = wrong
        kind = "OrderCancelUserError"
        errors.append(user_error("orderId", message=message, kind=kind, code=code))
    return {
        "__typename": "OrderCancelPayload",
        "job": job,
        "jobResult": None,
        "orderCancelUserErrors": errors,
        "userErrors": [],
    }


def _cancelled(order: Order, *, store: Store, asked: Asked, restock: Any, repays: bool) -> None:
    if order.cancelled_at is None:
        cancel_order(
            store,
            order=order,
            reason=str(asked["reason"]),
            restock="CANCEL" if restock else "NO_RESTOCK",
            money=order.received - order.returned_money if repays else Money.zero(order.currency),
        )


def _close(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    order = store.orders.get(number_of(asked["input"]["id"], "Order") or 0)
    if order is not None:
        order.closed_at = order.closed_at or store.now()
        store.changed(order)
    return {
        "__typename": "OrderClosePayload",
        "order": order and show_order(order),
        "userErrors": [] if order else [user_error("id", message="Order does not exist")],
    }


def _returned(
    returned: Return | None, *errors: dict[str, Any], kind: str = "ReturnCreatePayload"
) -> Mapping[str, Any]:
    return {
        "__typename": kind,
        "return": returned and show_return(returned),
        "userErrors": list(errors),
    }


def _open_return(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    def wrong(*field: str, message: str, code: str) -> Mapping[str, Any]:
        error = user_error(
            "returnInput", *field, message=message, kind="ReturnUserError", code=code
        )
        return _returned(None, error)

    given = asked["returnInput"]
    order = store.orders.get(number_of(given["orderId"], "Order") or 0)
    if order is None:
        return wrong("orderId", message="Order does not exist.", code="NOT_FOUND")
    parts: list[tuple[FulfillmentLine, int, str, str]] = []
    for place, row in enumerate(given["returnLineItems"]):
        path = ("returnLineItems", str(place))
        number = number_of(row["fulfillmentLineItemId"], "FulfillmentLineItem")
        sent = next(
            (one for parcel in order.fulfillments for one in parcel.lines if one.id == number),
            None,
        )
        if sent is None:
            message = "Fulfillment line item does not exist."
            return wrong(*path, "fulfillmentLineItemId", message=message, code="NOT_FOUND")
        before = sum(units for one, units, _, _ in parts if one is sent)
        if not 0 < row["quantity"] <= sent.quantity - sent.returning - before:
            message = "Quantity is not available for return."
            return wrong(*path, "quantity", message=message, code="INVALID")
        reason = str(row.get("returnReason") or "UNKNOWN")
        parts.append((sent, row["quantity"], reason, row.get("returnReasonNote") or ""))
    return _returned(take_back(store, order=order, parts=parts))


def _end_return(asked: Asked, *, store: Store, status: str) -> Mapping[str, Any]:
    kind = "ReturnClosePayload" if status == "CLOSED" else "ReturnCancelPayload"
    returned = store.returns.get(number_of(asked["id"], "Return") or 0)
    if returned is None or returned.status != "OPEN":
        code = "NOT_FOUND" if returned is None else "INVALID_STATE"
        message = "Return does not exist." if returned is None else "Return is not open."
        error = user_error("id", message=message, kind="ReturnUserError", code=code)
        return _returned(None, error, kind=kind)
    returned.status = status
    returned.closed_at = store.now() if status == "CLOSED" else None
    for line in returned.lines:
        if status == "CANCELED":
            line.parcel.returning -= line.quantity
        else:
            line.processed = line.quantity
    store.changed(returned.order)
    return _returned(returned, kind=kind)
