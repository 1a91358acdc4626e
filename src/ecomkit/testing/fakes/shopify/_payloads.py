"""Orders and refunds as the bodies of webhooks hold them: the shape of the REST resources."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from ecomkit.money import Money
from ecomkit.testing.fakes.shopify._order_state import (
    Fulfillment,
    Line,
    Order,
    Refund,
    Transaction,
)
from ecomkit.testing.fakes.shopify._state import Customer, Product
from ecomkit.testing.fakes.shopify._wire import gid

__all__ = ["fulfillment_payload", "order_payload", "product_payload", "refund_payload"]


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _price(money: Money) -> str:
    return f"{money.to_decimal():f}"


def _set(money: Money, order: Order) -> dict[str, Any]:
    def one(part: Money, code: str) -> dict[str, str]:
        return {"amount": _price(part), "currency_code": code}

    presented = order.presented(money)
    return {
        "shop_money": one(money, order.currency_code),
        "presentment_money": one(presented, presented.currency.name),
    }


def _line(line: Line) -> dict[str, Any]:
    order, variant = line.order, line.variant
    spoiled = order.spoiled
    status = "fulfilled" if not line.unfulfilled else "partial" if line.fulfilled else None
    return {
        "id": line.id,
        "admin_graphql_api_id": gid("LineItem", line.id),
        "variant_id": variant.id if variant else None,
        "product_id": variant.product.id if variant else None,
        "product_exists": variant is not None,
        "sku": line.sku,
        "title": None if spoiled else line.title,
        "variant_title": line.variant_title,
        "name": None if spoiled else line.title,
        "quantity": f"{line.quantity} pieces" if spoiled else line.quantity,
        "current_quantity": line.quantity - line.refunded,
        "fulfillable_quantity": line.unfulfilled,
        "fulfillment_status": status if line.fulfilled else None,
        "price": _price(line.price),
        "price_set": _set(line.price, order),
        "total_discount": "0.00",
        "discount_allocations": []
        if line.discount.is_zero
        else [{"amount": _price(line.discount), "amount_set": _set(line.discount, order)}],
        "tax_lines": []
        if line.tax.is_zero
        else [
            {
                "title": "VAT",
                "rate": Decimal("0.2"),
                "price": _price(line.tax),
                "price_set": _set(line.tax, order),
            }
        ],
        "taxable": True,
        "gift_card": False,
        "requires_shipping": line.requires_shipping,
        "properties": [],
    }


def _transaction(one: Transaction, order: Order) -> dict[str, Any]:
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("OrderTransaction", one.id),
        "order_id": order.id,
        "kind": one.kind.lower(),
        "status": one.status.lower(),
        "gateway": one.gateway,
        "amount": _price(order.presented(one.amount)),
        "currency": order.presentment.name,
        "parent_id": one.parent.id if one.parent else None,
        "created_at": _at(one.at),
        "test": order.test,
    }


def refund_payload(refund: Refund) -> dict[str, Any]:
    """Return a refund."""
    order = refund.order
    return {
        "id": refund.id,
        "admin_graphql_api_id": gid("Refund", refund.id),
        "order_id": order.id,
        "created_at": _at(refund.at),
        "processed_at": _at(refund.at),
        "note": refund.note,
        "restock": any(line.restock != "NO_RESTOCK" for line in refund.lines),
        "order_adjustments": [],
        "refund_line_items": [
            {
                "id": line.id,
                "line_item_id": line.line.id,
                "location_id": line.location.id if line.location else None,
                "quantity": line.quantity,
                "restock_type": line.restock.lower(),
                "subtotal": _price(line.subtotal),
                "subtotal_set": _set(line.subtotal, order),
                "total_tax": _price(line.tax),
                "total_tax_set": _set(line.tax, order),
                "line_item": _line(line.line),
            }
            for line in refund.lines
        ],
        "transactions": [_transaction(one, order) for one in refund.transactions],
    }


def fulfillment_payload(parcel: Fulfillment) -> dict[str, Any]:
    """Return a fulfilment."""
    numbers = [number for number, _ in parcel.tracking if number]
    urls = [url for _, url in parcel.tracking if url]
    return {
        "id": parcel.id,
        "admin_graphql_api_id": gid("Fulfillment", parcel.id),
        "order_id": parcel.order.id,
        "name": parcel.name,
        "status": parcel.status.lower(),
        "location_id": parcel.location.id,
        "tracking_company": parcel.company,
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
        "created_at": _at(parcel.created_at),
        "updated_at": _at(parcel.updated_at),
        "line_items": [_line(one.line) | {"quantity": one.quantity} for one in parcel.lines],
    }


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        "admin_graphql_api_id": gid("Customer", customer.id),
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "created_at": _at(customer.created_at),
    }


def order_payload(order: Order) -> dict[str, Any]:
    """Return an order."""
    status = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial", "RESTOCKED": "restocked"}
    shipping = {
        "id": order.id,
        "title": "Standard",
        "code": "Standard",
        "source": "shopify",
        "price": _price(order.shipping),
        "price_set": _set(order.shipping, order),
        "discounted_price": _price(order.shipping),
        "discounted_price_set": _set(order.shipping, order),
        "tax_lines": [],
        "discount_allocations": [],
    }
    discounts = order.sum(line.discount for line in order.lines)
    return {
        "id": order.id,
        "admin_graphql_api_id": gid("Order", order.id),
        "name": order.name,
        "number": order.number - 1_000,
        "order_number": order.number,
        "email": order.customer.email,
        "contact_email": order.customer.email,
        "created_at": _at(order.created_at),
        "processed_at": _at(order.created_at),
        "updated_at": _at(order.updated_at),
        "cancelled_at": _at(order.cancelled_at),
        "cancel_reason": order.cancel_reason and order.cancel_reason.lower(),
        "closed_at": _at(order.closed_at),
        "confirmed": True,
        "test": order.test,
        "note": order.note,
        "tags": ", ".join(order.tags),
        "source_name": "web",
        "currency": order.currency_code,
        "presentment_currency": order.presentment.name,
        "taxes_included": order.taxes_included,
        "financial_status": order.financial_status.lower(),
        "fulfillment_status": status.get(order.fulfillment_status),
        "subtotal_price": _price(order.subtotal),
        "subtotal_price_set": _set(order.subtotal, order),
        "total_price": _price(order.total),
        "total_price_set": _set(order.total, order),
        "current_total_price": _price(order.total - order.removed),
        "current_total_price_set": _set(order.total - order.removed, order),
        "total_discounts": _price(discounts),
        "total_discounts_set": _set(discounts, order),
        "total_tax": _price(order.tax),
        "total_tax_set": _set(order.tax, order),
        "total_shipping_price_set": _set(order.shipping, order),
        "payment_gateway_names": sorted({one.gateway for one in order.transactions}),
        "discount_codes": [],
        "note_attributes": [],
        "tax_lines": [],
        "customer": _customer(order.customer),
        "line_items": [_line(line) for line in order.lines],
        "shipping_lines": [shipping],
        "fulfillments": [fulfillment_payload(one) for one in order.fulfillments],
        "refunds": [refund_payload(one) for one in order.refunds],
    }


def product_payload(product: Product) -> dict[str, Any]:
    """Return a product."""
    return {
        "id": product.id,
        "admin_graphql_api_id": gid("Product", product.id),
        "title": product.title,
        "vendor": product.vendor,
        "status": product.status.lower(),
        "tags": ", ".join(product.tags),
        "created_at": _at(product.created_at),
        "updated_at": _at(product.updated_at),
        "variants": [
            {
                "id": one.id,
                "admin_graphql_api_id": gid("ProductVariant", one.id),
                "inventory_item_id": one.item,
                "product_id": product.id,
                "title": one.title,
                "sku": one.sku,
                "barcode": one.barcode,
                "price": _price(one.price),
                "inventory_quantity": sum(level.available for level in one.levels.values()),
            }
            for one in product.variants
        ],
    }
