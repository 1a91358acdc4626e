"""Orders and their money as objects of the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecomkit.money import Money
from ecomkit.testing.fakes._graphql import Asked
from ecomkit.testing.fakes.shopify._goods_fields import count_of
from ecomkit.testing.fakes.shopify._line_fields import show_line, tax_line
from ecomkit.testing.fakes.shopify._order_state import Order, Transaction
from ecomkit.testing.fakes.shopify._people_fields import ADDRESS, show_customer
from ecomkit.testing.fakes.shopify._wire import (
    FieldTable,
    Shown,
    bag,
    connect,
    gid,
    instant,
)

__all__ = ["ORDER", "limited", "show_order", "show_transaction"]


def show_order(order: Order) -> Shown:
    """Return an Order."""
    return Shown("Order", ORDER, order)


def show_transaction(held: tuple[Order, Transaction]) -> Shown:
    """Return an OrderTransaction."""
    return Shown("OrderTransaction", TRANSACTION, held)


def limited(things: list[Any], asked: Asked) -> list[Any]:
    """Return the first of a list that has no pages."""
    return things if asked["first"] is None else things[: asked["first"]]


def _of_order(take: Callable[[Order], Money]) -> Callable[[Order, Asked], Any]:
    return lambda order, _: bag(take(order), order)


def _zero(order: Order) -> Money:
    return Money.zero(order.currency)


def _current_tax(order: Order) -> Money:
    return order.tax - order.sum(line.tax for one in order.refunds for line in one.lines)


def _current_subtotal(order: Order) -> Money:
    return order.subtotal - order.sum(line.subtotal for one in order.refunds for line in one.lines)


def _current_shipping(order: Order) -> Money:
    return order.shipping - order.sum(one.shipping for one in order.refunds)


def _outstanding(order: Order) -> Money:
    owed = order.total - order.removed - order.received + order.returned_money
    return max(owed, _zero(order))


TRANSACTION: FieldTable = {
    "id": lambda it, _: gid("OrderTransaction", it[1].id),
    "kind": lambda it, _: it[1].kind,
    "status": lambda it, _: it[1].status,
    "gateway": lambda it, _: it[1].gateway,
    "formattedGateway": lambda it, _: it[1].gateway,
    "amountSet": lambda it, _: bag(it[1].amount, it[0]),
    "createdAt": lambda it, _: instant(it[1].at),
    "processedAt": lambda it, _: instant(it[1].at),
    "test": lambda it, _: it[0].test,
    "errorCode": lambda *_: None,
    "paymentId": lambda it, _: f"r{it[1].id}",
    "manualPaymentGateway": lambda *_: False,
    "parentTransaction": lambda it, _: it[1].parent and show_transaction((it[0], it[1].parent)),
    "order": lambda it, _: show_order(it[0]),
    "fees": lambda *_: [],
}


def _lines(order: Order, asked: Asked) -> Mapping[str, Any]:
    return connect("LineItem", order.lines, asked, show=show_line)


def _transactions(order: Order, asked: Asked) -> list[Shown]:
    return limited([show_transaction((order, one)) for one in order.transactions], asked)


def _shipping(order: Order, asked: Asked) -> Mapping[str, Any]:
    return connect("ShippingLine", [order], asked, show=_shipping_line)


def _shipping_line(order: Order) -> dict[str, Any]:
    return {
        "__typename": "ShippingLine",
        "id": gid("ShippingLine", order.id),
        "title": "Standard",
        "code": "Standard",
        "source": "shopify",
        "carrierIdentifier": None,
        "deliveryCategory": None,
        "custom": False,
        "isRemoved": False,
        "phone": None,
        "originalPriceSet": bag(order.shipping, order),
        "discountedPriceSet": bag(order.shipping, order),
        "currentDiscountedPriceSet": bag(_current_shipping(order), order),
        "discountAllocations": [],
        "taxLines": [],
    }


ORDER: dict[str, Callable[[Any, Asked], Any]] = {
    "id": lambda it, _: gid("Order", it.id),
    "legacyResourceId": lambda it, _: str(it.id),
    "name": lambda it, _: it.name,
    "number": lambda it, _: it.number,
    "createdAt": lambda it, _: instant(it.created_at),
    "processedAt": lambda it, _: instant(it.created_at),
    "updatedAt": lambda it, _: instant(it.updated_at),
    "cancelledAt": lambda it, _: instant(it.cancelled_at),
    "cancelReason": lambda it, _: it.cancel_reason,
    "closed": lambda it, _: it.closed_at is not None,
    "closedAt": lambda it, _: instant(it.closed_at),
    "confirmed": lambda *_: True,
    "test": lambda it, _: it.test,
    "edited": lambda *_: False,
    "note": lambda it, _: it.note,
    "tags": lambda it, _: it.tags,
    "email": lambda it, _: it.customer.email,
    "phone": lambda *_: None,
    "poNumber": lambda *_: None,
    "sourceName": lambda *_: "web",
    "sourceIdentifier": lambda *_: None,
    "customerLocale": lambda *_: "en",
    "customAttributes": lambda *_: [],
    "discountCode": lambda *_: None,
    "discountCodes": lambda *_: [],
    "paymentGatewayNames": lambda it, _: sorted({one.gateway for one in it.transactions}),
    "currencyCode": lambda it, _: it.currency_code,
    "presentmentCurrencyCode": lambda it, _: it.presentment.name,
    "taxesIncluded": lambda it, _: it.taxes_included,
    "taxExempt": lambda *_: False,
    "dutiesIncluded": lambda *_: False,
    "estimatedTaxes": lambda *_: False,
    "displayFinancialStatus": lambda it, _: it.financial_status,
    "displayFulfillmentStatus": lambda it, _: it.fulfillment_status,
    "returnStatus": lambda it, _: it.return_status,
    "fullyPaid": lambda it, _: it.received >= it.total,
    "unpaid": lambda it, _: it.received.is_zero and not it.total.is_zero,
    "capturable": lambda *_: False,
    "refundable": lambda it, _: it.received > it.returned_money,
    "restockable": lambda it, _: any(line.refunded < line.quantity for line in it.lines),
    "fulfillable": lambda it, _: any(line.unfulfilled for line in it.lines),
    "requiresShipping": lambda it, _: any(line.requires_shipping for line in it.lines),
    "subtotalLineItemsQuantity": lambda it, _: sum(line.quantity for line in it.lines),
    "currentSubtotalLineItemsQuantity": lambda it, _: sum(
        line.quantity - line.refunded for line in it.lines
    ),
    "customer": lambda it, _: show_customer(it.customer),
    "shippingAddress": lambda it, _: Shown("MailingAddress", ADDRESS, it.customer),
    "billingAddress": lambda it, _: Shown("MailingAddress", ADDRESS, it.customer),
    "displayAddress": lambda it, _: Shown("MailingAddress", ADDRESS, it.customer),
    "billingAddressMatchesShippingAddress": lambda *_: True,
    "subtotalPriceSet": _of_order(lambda it: it.subtotal),
    "totalPriceSet": _of_order(lambda it: it.total),
    "originalTotalPriceSet": _of_order(lambda it: it.total),
    "totalTaxSet": _of_order(lambda it: it.tax),
    "totalDiscountsSet": _of_order(lambda it: it.sum(line.discount for line in it.lines)),
    "cartDiscountAmountSet": _of_order(lambda it: it.sum(line.discount for line in it.lines)),
    "currentTotalDiscountsSet": _of_order(lambda it: it.sum(line.discount for line in it.lines)),
    "totalShippingPriceSet": _of_order(lambda it: it.shipping),
    "currentSubtotalPriceSet": _of_order(_current_subtotal),
    "currentShippingPriceSet": _of_order(_current_shipping),
    "currentTotalTaxSet": _of_order(_current_tax),
    "currentTotalPriceSet": _of_order(lambda it: it.total - it.removed),
    "currentTotalDutiesSet": lambda *_: None,
    "originalTotalDutiesSet": lambda *_: None,
    "totalReceivedSet": _of_order(lambda it: it.received),
    "totalRefundedSet": _of_order(lambda it: it.returned_money),
    "totalRefundedShippingSet": _of_order(lambda it: it.sum(one.shipping for one in it.refunds)),
    "netPaymentSet": _of_order(lambda it: it.received - it.returned_money),
    "totalOutstandingSet": _of_order(_outstanding),
    "totalCapturableSet": _of_order(_zero),
    "totalTipReceivedSet": _of_order(_zero),
    "refundDiscrepancySet": _of_order(_zero),
    "taxLines": lambda it, _: [] if it.tax.is_zero else [tax_line(it.tax, it)],
    "shippingLine": lambda it, _: _shipping_line(it),
    "shippingLines": _shipping,
    "lineItems": _lines,
    "transactions": _transactions,
    "transactionsCount": lambda it, _: count_of(len(it.transactions)),
    "retailLocation": lambda *_: None,
    "cancellation": lambda it, _: (
        {"__typename": "OrderCancellation", "staffNote": None} if it.cancelled_at else None
    ),
}
"""The fields of an order; what hangs on it adds its own."""

# What this shop never has.
ORDER.update(
    dict.fromkeys(
        (
            "app",
            "attribution",
            "cartToken",
            "channelInformation",
            "checkoutToken",
            "clientIp",
            "confirmationNumber",
            "currentTotalAdditionalFeesSet",
            "customerJourneySummary",
            "landingPageUrl",
            "merchantOfRecordApp",
            "metafield",
            "originalTotalAdditionalFeesSet",
            "paymentTerms",
            "physicalLocation",
            "publication",
            "purchasingEntity",
            "referrerUrl",
            "registeredSourceUrl",
            "shopifyProtect",
            "staffMember",
            "totalWeight",
        ),
        lambda *_: None,
    )
)
ORDER.update(
    dict.fromkeys(
        ("additionalFees", "alerts", "currentTaxLines", "disputes", "merchantEditableErrors"),
        lambda *_: [],
    )
)
ORDER.update(
    {
        "canMarkAsPaid": lambda it, _: it.received < it.total,
        "canNotifyCustomer": lambda *_: True,
        "currentTotalWeight": lambda *_: "0",
        "hasTimelineComment": lambda *_: False,
        "merchantEditable": lambda it, _: it.cancelled_at is None,
        "metafields": lambda _, asked: connect("Metafield", [], asked, show=lambda one: one),
        "nonFulfillableLineItems": lambda _, asked: connect(
            "LineItem", [], asked, show=lambda one: one
        ),
        "statusPageUrl": lambda it, _: f"https://corner.example/orders/{it.id}",
        "totalCashRoundingAdjustment": lambda it, _: {
            "__typename": "CashRoundingAdjustment",
            "paymentSet": bag(_zero(it), it),
            "refundSet": bag(_zero(it), it),
        },
    }
)
