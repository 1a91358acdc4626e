"""Orders as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ecomkit.testing.fakes._graphql import Asked
from ecomkit.testing.fakes.vendure._goods_documents import GoodsDocuments, instant
from ecomkit.testing.fakes.vendure._lists import listed
from ecomkit.testing.fakes.vendure._orders import Book
from ecomkit.testing.fakes.vendure._values import (
    FULFILMENT_STATES,
    ORDER_STATES,
    Fulfilment,
    Order,
    OrderLine,
    Payment,
    Refund,
    without_tax,
)

__all__ = ["OrderDocuments"]


class OrderDocuments:
    """Shows orders and what became of them; *goods* shows what they are for."""

    def __init__(self, book: Book, *, goods: GoodsDocuments) -> None:
        self._book = book
        self._goods = goods

    def order(self, order: Order) -> dict[str, Any]:
        """Show an order; of a spoiled one the lines cannot be read."""
        lines = [self._line(order, line) for line in order.lines]
        shipping_net = without_tax(order.shipping, percent=order.percent)
        return {
            "__typename": "Order",
            "id": str(order.id),
            "type": "Regular",
            "code": order.code,
            "state": order.state,
            "nextStates": sorted(ORDER_STATES[order.state]),
            "active": order.active,
            "orderPlacedAt": instant(order.placed_at),
            "createdAt": instant(order.created_at),
            "updatedAt": instant(order.updated_at),
            "currencyCode": order.currency,
            "customer": self._customer(order),
            "shippingAddress": _address(order.buyer),
            "billingAddress": {"__typename": "OrderAddress", **dict.fromkeys(_ADDRESS)},
            "lines": None if order.spoiled else lines,
            "shippingLines": self._shipping(order),
            "surcharges": _surcharges(order),
            "discounts": _discounts(order),
            "couponCodes": [],
            "promotions": [],
            "payments": [self._payment(one) for one in order.payments],
            "fulfillments": [self.fulfilment(one) for one in order.fulfilments],
            "modifications": [],
            "taxSummary": _taxes(order),
            "totalQuantity": sum(line.quantity for line in order.lines),
            "subTotal": _net_sub_total(order),
            "subTotalWithTax": order.sub_total,
            "shipping": shipping_net,
            "shippingWithTax": order.shipping,
            "total": _net_sub_total(order) + shipping_net,
            "totalWithTax": order.total,
            "history": lambda asked: _history(order, asked),
            "customFields": {"note": order.note},
        }

    def _customer(self, order: Order) -> dict[str, Any]:
        return {
            "__typename": "Customer",
            "id": str(order.id),
            "emailAddress": order.buyer,
            "title": None,
            "firstName": order.buyer.partition("@")[0].title(),
            "lastName": "",
            "phoneNumber": None,
        }

    def _line(self, order: Order, line: OrderLine) -> dict[str, Any]:
        count = line.quantity or 1
        unit_net = without_tax(line.unit, percent=line.percent)
        return {
            "__typename": "OrderLine",
            "id": str(line.id),
            "createdAt": instant(order.created_at),
            "updatedAt": instant(order.updated_at),
            "quantity": line.quantity,
            "orderPlacedQuantity": line.placed if order.placed_at else 0,
            "unitPrice": unit_net,
            "unitPriceWithTax": line.unit,
            "discountedUnitPrice": unit_net,
            "discountedUnitPriceWithTax": line.unit,
            "proratedUnitPrice": line.prorated_net // count,
            "proratedUnitPriceWithTax": line.prorated // count,
            "taxRate": line.percent,
            "linePrice": line.net,
            "linePriceWithTax": line.gross,
            "lineTax": line.gross - line.net,
            "discountedLinePrice": line.net,
            "discountedLinePriceWithTax": line.gross,
            "proratedLinePrice": line.prorated_net,
            "proratedLinePriceWithTax": line.prorated,
            "discounts": _line_discounts(line),
            "taxLines": [{"__typename": "TaxLine", "description": "tax", "taxRate": line.percent}],
            "productVariant": self._goods.variant(self._book.variants[line.variant]),
            "fulfillmentLines": [
                {
                    "__typename": "FulfillmentLine",
                    "orderLineId": str(line.id),
                    "quantity": quantity,
                    "fulfillmentId": str(fulfilment.id),
                    "fulfillment": self.fulfilment(fulfilment),
                }
                for fulfilment in order.fulfilments
                for key, quantity in fulfilment.lines
                if key == line.id
            ],
        }

    def fulfilment(self, fulfilment: Fulfilment) -> dict[str, Any]:
        """Show a fulfilment."""
        lines = _quantities("FulfillmentLine", fulfilment.lines)
        return {
            "__typename": "Fulfillment",
            "id": str(fulfilment.id),
            "createdAt": instant(fulfilment.created_at),
            "updatedAt": instant(fulfilment.updated_at),
            "state": fulfilment.state,
            "nextStates": list(FULFILMENT_STATES[fulfilment.state]),
            "method": fulfilment.method,
            "trackingCode": fulfilment.tracking,
            "lines": [{**line, "fulfillmentId": str(fulfilment.id)} for line in lines],
            "summary": lines,
        }

    def _payment(self, payment: Payment) -> dict[str, Any]:
        return {
            "__typename": "Payment",
            "id": str(payment.id),
            "createdAt": instant(payment.created_at),
            "updatedAt": instant(payment.created_at),
            "transactionId": payment.transaction,
            "amount": payment.amount,
            "method": "dummy",
            "state": payment.state,
            "nextStates": [],
            "errorMessage": None,
            "metadata": {},
            "refunds": [self.refund(one) for one in payment.refunds],
        }

    def refund(self, refund: Refund) -> dict[str, Any]:
        """Show a refund."""
        return {
            "__typename": "Refund",
            "id": str(refund.id),
            "createdAt": instant(refund.created_at),
            "updatedAt": instant(refund.updated_at),
            "items": refund.items,
            "shipping": refund.shipping,
            "adjustment": refund.adjustment,
            "total": refund.total,
            "method": "dummy",
            "state": refund.state,
            "transactionId": refund.transaction,
            "reason": refund.reason,
            "lines": [
                {**line, "refundId": str(refund.id)}
                for line in _quantities("RefundLine", refund.lines)
            ],
            "paymentId": str(refund.payment),
            "metadata": {},
        }

    def _shipping(self, order: Order) -> list[dict[str, Any]]:
        # Shipping without tax is not rounded, on the real one too.
        net = Decimal(order.shipping * 100) / (100 + order.percent)
        return [
            {
                "__typename": "ShippingLine",
                "id": str(order.id),
                "price": net,
                "priceWithTax": order.shipping,
                "discountedPrice": net,
                "discountedPriceWithTax": order.shipping,
                "discounts": [],
                "shippingMethod": {
                    "__typename": "ShippingMethod",
                    "id": "1",
                    "code": "std",
                    "name": "Std",
                },
            }
        ]


_ADDRESS = (
    "fullName",
    "company",
    "streetLine1",
    "streetLine2",
    "city",
    "province",
    "postalCode",
    "country",
    "countryCode",
    "phoneNumber",
)


def _address(buyer: str) -> dict[str, Any]:
    known = {
        "fullName": buyer.partition("@")[0].title(),
        "streetLine1": "1 Elephant Walk",
        "city": "London",
        "province": "Greater London",
        "postalCode": "N1",
        "country": "United Kingdom",
        "countryCode": "GB",
    }
    return {"__typename": "OrderAddress", **dict.fromkeys(_ADDRESS), **known}


def _quantities(kind: str, lines: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    return [
        {"__typename": kind, "orderLineId": str(key), "quantity": quantity}
        for key, quantity in lines
    ]


def _net_sub_total(order: Order) -> int:
    return sum(line.prorated_net for line in order.lines) + without_tax(
        order.surcharge, percent=order.percent
    )


def _surcharges(order: Order) -> list[dict[str, Any]]:
    if not order.surcharge:
        return []
    return [
        {
            "__typename": "Surcharge",
            "id": str(order.id),
            "createdAt": instant(order.created_at),
            "updatedAt": instant(order.created_at),
            "description": "Gift wrap",
            "sku": None,
            "taxLines": [],
            "price": without_tax(order.surcharge, percent=order.percent),
            "priceWithTax": order.surcharge,
            "taxRate": order.percent,
        }
    ]


def _discount(gross: int, net: int) -> dict[str, Any]:
    return {
        "__typename": "Discount",
        "adjustmentSource": "PROMOTION:1",
        "type": "DISTRIBUTED_ORDER_PROMOTION",
        "description": "A present",
        "amount": -net,
        "amountWithTax": -gross,
    }


def _line_discounts(line: OrderLine) -> list[dict[str, Any]]:
    if not line.discount:
        return []
    return [_discount(line.gross - line.prorated, line.net - line.prorated_net)]


def _discounts(order: Order) -> list[dict[str, Any]]:
    gross = sum(line.gross - line.prorated for line in order.lines)
    net = sum(line.net - line.prorated_net for line in order.lines)
    return [_discount(gross, net)] if gross else []


def _taxes(order: Order) -> list[dict[str, Any]]:
    parts = [("tax", order.sub_total, _net_sub_total(order))]
    shipping_net = without_tax(order.shipping, percent=order.percent)
    parts.append(("shipping tax", order.shipping, shipping_net))
    return [
        {
            "__typename": "OrderTaxSummary",
            "description": words,
            "taxRate": order.percent,
            "taxBase": net,
            "taxTotal": gross - net,
        }
        for words, gross, net in parts
    ]


def _history(order: Order, asked: Asked) -> dict[str, Any]:
    return listed(
        enumerate(order.history, start=1),
        asked["options"],
        kind="HistoryEntryList",
        columns=lambda row: {"id": str(row[0]), "type": row[1].type, "createdAt": row[1].at},
        document=lambda row: {
            "__typename": "HistoryEntry",
            "id": f"{order.id}{row[0]:03}",
            "type": row[1].type,
            "createdAt": instant(row[1].at),
            "updatedAt": instant(row[1].at),
            "isPublic": True,
            "data": row[1].data,
        },
    )
