"""Orders of about 4 kB as three systems spell them, in the form in which their payloads are kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

__all__ = ["shopify_order", "vendure_order", "woocommerce_order"]

AT = "2026-03-01T13:00:00"

PERSON = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "company": "",
    "address_1": "12 St James's Square",
    "address_2": "",
    "city": "London",
    "state": "",
    "postcode": "SW1Y 4JH",
    "country": "GB",
    "phone": "+44 20 7946 0000",
}


def _shop(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount}}


def shopify_order() -> dict[str, Any]:
    """Return an order of nine lines, one of them with tax and a discount, in two parcels."""
    lines = [
        {
            "id": f"gid://shopify/LineItem/600000000001{number}",
            "title": "An elephant, knitted by hand",
            "sku": f"ELEPHANT-KNIT-{number}",
            "quantity": 2,
            "currentQuantity": 2,
            "unfulfilledQuantity": 2 if number else 0,
            "variant": {"legacyResourceId": f"600000000000{number}"},
            "originalUnitPriceSet": _shop("19.9"),
            "discountAllocations": [] if number else [{"allocatedAmountSet": _shop("1.9")}],
            "taxLines": [] if number else [{"title": "VAT", "priceSet": _shop("6.35")}],
        }
        for number in range(9)
    ]
    return {
        "id": "gid://shopify/Order/6000000000014",
        "legacyResourceId": "6000000000014",
        "name": "#1001",
        "test": False,
        "createdAt": f"{AT}Z",
        "updatedAt": f"{AT}Z",
        "cancelledAt": None,
        "closedAt": None,
        "currencyCode": "EUR",
        "taxesIncluded": True,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "PARTIALLY_FULFILLED",
        "returnStatus": "NO_RETURN",
        "customer": {"legacyResourceId": "6000000000015"},
        "totalReceivedSet": _shop("361.2"),
        "totalTipReceivedSet": _shop("0.0"),
        "originalTotalDutiesSet": None,
        "originalTotalAdditionalFeesSet": None,
        "shippingLines": [
            {"title": "Standard", "discountedPriceSet": _shop("4.9"), "taxLines": []}
        ],
        "lineItems": lines,
        "fulfillments": [
            {
                "createdAt": f"{AT}Z",
                "status": "SUCCESS",
                "fulfillmentLineItems": [
                    {
                        "quantity": 2,
                        "lineItem": {"id": f"gid://shopify/LineItem/600000000001{number}"},
                    }
                ],
            }
            for number in range(1)
        ],
        "refunds": [],
    }


def woocommerce_order() -> dict[str, Any]:
    """Return an order of four lines and its shipping, with tax; no refund."""
    lines = [
        {
            "id": number,
            "name": "Shirt - Size 1",
            "product_id": 11,
            "variation_id": 20 + number,
            "quantity": 2,
            "tax_class": "",
            "subtotal": "39.80",
            "subtotal_tax": "7.56",
            "total": "39.80",
            "total_tax": "7.56",
            "taxes": [{"id": 1, "total": "7.562", "subtotal": "7.562"}],
            "meta_data": [
                {
                    "id": 10 + number,
                    "key": "size",
                    "value": "1",
                    "display_key": "Size",
                    "display_value": "1",
                }
            ],
            "sku": f"SHIRT-{number}",
            "global_unique_id": "",
            "price": Decimal("19.9"),
            "image": {"id": 0, "src": ""},
            "parent_name": "Shirt",
        }
        for number in range(1, 5)
    ]
    order = {
        "id": 14,
        "parent_id": 0,
        "status": "processing",
        "currency": "EUR",
        "version": "10.1.0",
        "prices_include_tax": False,
        "date_created": AT,
        "date_modified": AT,
        "discount_total": "0.00",
        "discount_tax": "0.00",
        "shipping_total": "4.90",
        "shipping_tax": "0.93",
        "cart_tax": "30.24",
        "total": "195.27",
        "total_tax": "31.17",
        "customer_id": 7,
        "order_key": "wc_order_k3y",
        "billing": {**PERSON, "email": "ada@example.com"},
        "shipping": PERSON,
        "payment_method": "stripe",
        "payment_method_title": "Card",
        "transaction_id": "pi_1",
        "customer_ip_address": "203.0.113.7",
        "customer_user_agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
        "created_via": "checkout",
        "customer_note": "",
        "date_completed": None,
        "date_paid": AT,
        "cart_hash": "",
        "number": "14",
        "meta_data": [{"id": 3, "key": "_source", "value": "organic"}],
        "line_items": lines,
        "tax_lines": [{"id": 30, "rate_code": "GB-VAT-1", "rate_id": 1, "label": "VAT"}],
        "shipping_lines": [
            {
                "id": 31,
                "method_title": "Flat rate",
                "method_id": "flat_rate",
                "instance_id": "1",
                "total": "4.90",
                "total_tax": "0.93",
                "taxes": [{"id": 1, "total": "0.93", "subtotal": ""}],
                "meta_data": [{"id": 4, "key": "Items", "value": "Shirt x 8"}],
            }
        ],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        "date_created_gmt": AT,
        "date_modified_gmt": AT,
        "date_completed_gmt": None,
        "date_paid_gmt": AT,
        "currency_symbol": "\u20ac",
    }
    return {"order": order, "refunds": []}


def vendure_order() -> dict[str, Any]:
    """Return an order of eleven lines, one of them with a discount, paid and partly sent."""
    moments = {"createdAt": f"{AT}.000Z", "updatedAt": f"{AT}.000Z"}
    address = {
        "fullName": "Ada Lovelace",
        "company": None,
        "streetLine1": "12 St James's Square",
        "streetLine2": None,
        "city": "London",
        "province": None,
        "postalCode": "SW1Y 4JH",
        "country": "United Kingdom",
        "countryCode": "GB",
        "phoneNumber": None,
    }
    lines = [
        {
            "id": str(number),
            "quantity": 2,
            "orderPlacedQuantity": 2,
            "unitPriceWithTax": 1990,
            "discounts": [] if number else [{"description": "Spring sale", "amountWithTax": -190}],
            "productVariant": {
                "id": str(20 + number),
                "sku": f"ELEPHANT-KNIT-{number}",
                "name": "An elephant, knitted by hand",
            },
        }
        for number in range(11)
    ]
    return {
        "id": "14",
        "code": "VD00000000000014",
        "state": "PartiallyShipped",
        "active": False,
        "orderPlacedAt": f"{AT}.000Z",
        **moments,
        "currencyCode": "EUR",
        "shippingWithTax": 490,
        "totalWithTax": 44080,
        "customer": {
            "id": "7",
            "emailAddress": "ada@example.com",
            "firstName": "Ada",
            "lastName": "Lovelace",
            "phoneNumber": None,
        },
        "shippingAddress": address,
        "billingAddress": address,
        "lines": lines,
        "shippingLines": [{"id": "1", "shippingMethod": {"code": "standard", "name": "Standard"}}],
        "surcharges": [],
        "taxSummary": [{"description": "VAT", "taxRate": 20, "taxTotal": 7347}],
        "payments": [
            {
                "id": "1",
                "method": "card",
                "amount": 44080,
                "state": "Settled",
                "transactionId": "t1",
                **moments,
                "refunds": [],
            }
        ],
        "fulfillments": [
            {
                "id": "1",
                "state": "Shipped",
                "method": "by hand",
                "trackingCode": "T-1",
                **moments,
                "lines": [{"orderLineId": "1", "quantity": 2}],
            }
        ],
        "history": {"items": [{"createdAt": f"{AT}.000Z"}]},
    }
