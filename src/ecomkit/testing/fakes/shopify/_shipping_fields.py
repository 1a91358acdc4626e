"""Fulfilment orders, fulfilments, refunds and returns as objects of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecomkit.testing.fakes._graphql import Asked
from ecomkit.testing.fakes.shopify._goods_fields import count_of, show_location, show_variant
from ecomkit.testing.fakes.shopify._line_fields import show_line
from ecomkit.testing.fakes.shopify._order_fields import (
    ORDER,
    limited,
    show_order,
    show_transaction,
)
from ecomkit.testing.fakes.shopify._order_state import (
    Fulfillment,
    FulfillmentLine,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Order,
    Refund,
    RefundLine,
    Return,
    ReturnLine,
)
from ecomkit.testing.fakes.shopify._scopes import demand
from ecomkit.testing.fakes.shopify._wire import FieldTable, Shown, bag, connect, gid, instant

__all__ = ["show_fulfillment", "show_fulfillment_order", "show_refund", "show_return"]


def show_fulfillment(parcel: Fulfillment) -> Shown:
    """Return a Fulfillment."""
    return Shown("Fulfillment", FULFILLMENT, parcel)


def show_fulfillment_order(ordered: FulfillmentOrder) -> Shown:
    """Return a FulfillmentOrder."""
    return Shown("FulfillmentOrder", FULFILLMENT_ORDER, ordered)


def show_refund(refund: Refund) -> Shown:
    """Return a Refund."""
    return Shown("Refund", REFUND, refund)


def show_return(returned: Return) -> Shown:
    """Return a Return."""
    return Shown("Return", RETURN, returned)


def _show_fulfillment_order_line(line: FulfillmentOrderLine) -> Shown:
    return Shown("FulfillmentOrderLineItem", FULFILLMENT_ORDER_LINE, line)


def _show_fulfillment_line(line: FulfillmentLine) -> Shown:
    return Shown("FulfillmentLineItem", FULFILLMENT_LINE, line)


def _assigned(ordered: FulfillmentOrder, _: Asked) -> dict[str, Any]:
    blank = ("address1", "address2", "phone", "province")
    return {
        "__typename": "FulfillmentOrderAssignedLocation",
        "name": ordered.location.name,
        "location": show_location(ordered.location),
        "city": "Lyon",
        "zip": "69001",
        "countryCode": "FR",
        **dict.fromkeys(blank),
    }


def _actions(ordered: FulfillmentOrder, _: Asked) -> list[dict[str, Any]]:
    words = {
        "OPEN": ("CREATE_FULFILLMENT", "MOVE", "HOLD"),
        "IN_PROGRESS": ("CREATE_FULFILLMENT",),
        "ON_HOLD": ("RELEASE_HOLD",),
    }.get(ordered.status, ())
    return [
        {"__typename": "FulfillmentOrderSupportedAction", "action": word, "externalUrl": None}
        for word in words
    ]


FULFILLMENT_ORDER: FieldTable = {
    "id": lambda it, _: gid("FulfillmentOrder", it.id),
    "status": lambda it, _: it.status,
    "requestStatus": lambda *_: "UNSUBMITTED",
    "supportedActions": _actions,
    "assignedLocation": _assigned,
    "order": lambda it, _: show_order(it.order),
    "orderId": lambda it, _: gid("Order", it.order.id),
    "orderName": lambda it, _: it.order.name,
    "orderProcessedAt": lambda it, _: instant(it.order.created_at),
    "createdAt": lambda it, _: instant(it.created_at),
    "updatedAt": lambda it, _: instant(it.updated_at),
    "fulfillAt": lambda it, _: instant(it.created_at),
    "fulfillBy": lambda *_: None,
    "destination": lambda *_: None,
    "deliveryMethod": lambda *_: None,
    "fulfillmentHolds": lambda *_: [],
    "lineItems": lambda it, asked: connect(
        "FulfillmentOrderLineItem", it.lines, asked, show=_show_fulfillment_order_line
    ),
    "fulfillments": lambda it, asked: connect(
        "Fulfillment",
        [one for one in it.order.fulfillments if it in one.orders],
        asked,
        show=show_fulfillment,
    ),
}

FULFILLMENT_ORDER_LINE: FieldTable = {
    "id": lambda it, _: gid("FulfillmentOrderLineItem", it.id),
    "lineItem": lambda it, _: show_line(it.line),
    "totalQuantity": lambda it, _: it.total,
    "remainingQuantity": lambda it, _: it.remaining,
    "requiresShipping": lambda it, _: it.line.requires_shipping,
    "sku": lambda it, _: it.line.sku,
    "productTitle": lambda it, _: it.line.title,
    "variantTitle": lambda it, _: it.line.variant_title,
    "vendor": lambda *_: None,
    "variant": lambda it, _: it.line.variant and show_variant(it.line.variant),
    "inventoryItemId": lambda it, _: (
        it.line.variant and gid("InventoryItem", it.line.variant.item)
    ),
    "warnings": lambda *_: [],
}

FULFILLMENT: FieldTable = {
    "id": lambda it, _: gid("Fulfillment", it.id),
    "legacyResourceId": lambda it, _: str(it.id),
    "name": lambda it, _: it.name,
    "status": lambda it, _: it.status,
    "displayStatus": lambda it, _: "FULFILLED" if it.status == "SUCCESS" else "CANCELED",
    "createdAt": lambda it, _: instant(it.created_at),
    "updatedAt": lambda it, _: instant(it.updated_at),
    "deliveredAt": lambda *_: None,
    "inTransitAt": lambda *_: None,
    "estimatedDeliveryAt": lambda *_: None,
    "totalQuantity": lambda it, _: sum(line.quantity for line in it.lines),
    "requiresShipping": lambda *_: True,
    "location": lambda it, _: show_location(it.location),
    "order": lambda it, _: show_order(it.order),
    "trackingInfo": lambda it, asked: limited(
        [
            {
                "__typename": "FulfillmentTrackingInfo",
                "company": it.company,
                "number": number,
                "url": url,
            }
            for number, url in it.tracking
        ],
        asked,
    ),
    "fulfillmentLineItems": lambda it, asked: connect(
        "FulfillmentLineItem", it.lines, asked, show=_show_fulfillment_line
    ),
    "fulfillmentOrders": lambda it, asked: connect(
        "FulfillmentOrder", it.orders, asked, show=show_fulfillment_order
    ),
}

FULFILLMENT_LINE: FieldTable = {
    "id": lambda it, _: gid("FulfillmentLineItem", it.id),
    "quantity": lambda it, _: it.quantity,
    "lineItem": lambda it, _: show_line(it.line),
    "originalTotalSet": lambda it, _: bag(it.line.price * it.quantity, it.line.order),
    "discountedTotalSet": lambda it, _: bag(
        it.line.share(it.line.total, units=it.quantity), it.line.order
    ),
}

REFUND: FieldTable = {
    "id": lambda it, _: gid("Refund", it.id),
    "legacyResourceId": lambda it, _: str(it.id),
    "createdAt": lambda it, _: instant(it.at),
    "processedAt": lambda it, _: instant(it.at),
    "updatedAt": lambda it, _: instant(it.at),
    "note": lambda it, _: it.note,
    "duties": lambda *_: None,
    "return": lambda *_: None,
    "order": lambda it, _: show_order(it.order),
    "totalRefundedSet": lambda it, _: bag(it.total, it.order),
    "refundLineItems": lambda it, asked: connect(
        "RefundLineItem",
        it.lines,
        asked,
        show=lambda one: Shown("RefundLineItem", REFUND_LINE, one),
    ),
    "transactions": lambda it, asked: connect(
        "OrderTransaction",
        it.transactions,
        asked,
        show=lambda one: show_transaction((it.order, one)),
    ),
    "orderAdjustments": lambda _, asked: connect(
        "OrderAdjustment", [], asked, show=lambda one: one
    ),
    "refundShippingLines": lambda it, asked: connect(
        "RefundShippingLine",
        [] if it.shipping.is_zero else [it],
        asked,
        show=_refund_shipping_line,
    ),
}


def _refund_shipping_line(refund: Refund) -> Mapping[str, Any]:
    line = ORDER["shippingLine"]
    return {
        "__typename": "RefundShippingLine",
        "__interfaces": ("Node",),
        "id": gid("RefundShippingLine", refund.id),
        "shippingLine": lambda asked: line(refund.order, asked),
        "subtotalAmountSet": bag(refund.shipping, refund.order),
        "taxAmountSet": bag(refund.order.sum(()), refund.order),
    }


def _restocked(line: RefundLine, _: Asked) -> bool:
    return line.restock != "NO_RESTOCK"


REFUND_LINE: FieldTable = {
    "id": lambda it, _: gid("RefundLineItem", it.id),
    "lineItem": lambda it, _: show_line(it.line),
    "quantity": lambda it, _: it.quantity,
    "restockType": lambda it, _: it.restock,
    "restocked": _restocked,
    "location": lambda it, _: it.location and show_location(it.location),
    "priceSet": lambda it, _: bag(it.line.price, it.line.order),
    "subtotalSet": lambda it, _: bag(it.subtotal, it.line.order),
    "totalTaxSet": lambda it, _: bag(it.tax, it.line.order),
}

RETURN: FieldTable = {
    "id": lambda it, _: gid("Return", it.id),
    "name": lambda it, _: it.name,
    "status": lambda it, _: it.status,
    "createdAt": lambda it, _: instant(it.created_at),
    "closedAt": lambda it, _: instant(it.closed_at),
    "requestApprovedAt": lambda it, _: instant(it.created_at),
    "decline": lambda *_: None,
    "order": lambda it, _: show_order(it.order),
    "totalQuantity": lambda it, _: sum(line.quantity for line in it.lines),
    "returnShippingFees": lambda *_: [],
    "returnLineItems": lambda it, asked: connect(
        "ReturnLineItemType", it.lines, asked, show=_show_return_line
    ),
    "refunds": lambda _, asked: connect("Refund", [], asked, show=show_refund),
}


def _show_return_line(line: ReturnLine) -> Shown:
    return Shown("ReturnLineItem", RETURN_LINE, line, interfaces=("Node", "ReturnLineItemType"))


RETURN_LINE: FieldTable = {
    "id": lambda it, _: gid("ReturnLineItem", it.id),
    "quantity": lambda it, _: it.quantity,
    "processedQuantity": lambda it, _: it.processed,
    "processableQuantity": lambda it, _: it.quantity - it.processed,
    "unprocessedQuantity": lambda it, _: it.quantity - it.processed,
    "refundableQuantity": lambda it, _: it.quantity,
    "refundedQuantity": lambda *_: 0,
    "returnReason": lambda it, _: it.reason,
    "returnReasonNote": lambda it, _: it.note,
    "returnReasonDefinition": lambda *_: None,
    "customerNote": lambda *_: None,
    "restockingFee": lambda *_: None,
    "fulfillmentLineItem": lambda it, _: _show_fulfillment_line(it.parcel),
    "withCodeDiscountedTotalPriceSet": lambda it, _: bag(
        it.parcel.line.share(it.parcel.line.total, units=it.quantity), it.parcel.line.order
    ),
}


def _fulfillment_orders(order: Order, asked: Asked) -> Mapping[str, Any]:
    demand(order.scopes, "fulfillmentOrders")
    return connect(
        "FulfillmentOrder", order.fulfillment_orders, asked, show=show_fulfillment_order
    )


ORDER.update(
    {
        "fulfillmentOrders": _fulfillment_orders,
        "fulfillments": lambda it, asked: limited(
            [show_fulfillment(one) for one in it.fulfillments], asked
        ),
        "fulfillmentsCount": lambda it, _: count_of(len(it.fulfillments)),
        "refunds": lambda it, asked: limited([show_refund(one) for one in it.refunds], asked),
        "returns": lambda it, asked: connect("Return", it.returns, asked, show=show_return),
    }
)
