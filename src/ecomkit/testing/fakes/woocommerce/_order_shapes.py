"""The documents of orders and refunds."""

from __future__ import annotations

from typing import Any

from ecomkit.testing.fakes.woocommerce._shapes import (
    API,
    SYMBOLS,
    instants,
    links,
    meta_rows,
    number_of_money,
)
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import Line, Order, Refund, RefundLine, SideLine

__all__ = ["order_document", "refund_document"]

TAX_RATE = 75
SHIPPING = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "state",
    "postcode",
    "country",
)


def _line(shop: Shop, line: Line, decimals: int | None) -> dict[str, Any]:
    product = shop.products.get(line.sold)
    parent = shop.products.get(line.product_id) if line.variation_id else None
    taxes = [
        {
            "id": TAX_RATE,
            "total": shop.money(line.total_tax, decimals=decimals),
            "subtotal": shop.money(line.subtotal_tax, decimals=decimals),
        }
    ]
    return {
        "id": line.id,
        "name": line.name,
        "product_id": line.product_id,
        "variation_id": line.variation_id,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": shop.money(line.subtotal, decimals=decimals),
        "subtotal_tax": shop.money(line.subtotal_tax, decimals=decimals),
        "total": shop.money(line.total, decimals=decimals),
        "total_tax": shop.money(line.total_tax, decimals=decimals),
        "taxes": taxes if line.total_tax else [],
        "meta_data": meta_rows(line.meta, displayed=True),
        # The SKU that the product has now, none if the product is gone.
        "sku": product.sku if product else None,
        "global_unique_id": product.gtin if product else "",
        "price": number_of_money(shop, line.total, by=line.quantity),
        "image": {"id": 0 if line.variation_id else "", "src": ""},
        "parent_name": parent.name if parent else None,
    }


def _shipping_line(shop: Shop, line: SideLine, decimals: int | None) -> dict[str, Any]:
    return {
        "id": line.id,
        "method_title": line.title,
        "method_id": line.code,
        "instance_id": "",
        "total": shop.money(line.total, decimals=decimals),
        "total_tax": shop.money(line.total_tax, decimals=decimals),
        "taxes": [],
        "tax_status": "taxable",
        "meta_data": [],
    }


def _fee_line(shop: Shop, line: SideLine, decimals: int | None) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.title,
        "tax_class": "",
        "tax_status": "taxable",
        "amount": shop.money(line.total, decimals=decimals),
        "total": shop.money(line.total, decimals=decimals),
        "total_tax": shop.money(line.total_tax, decimals=decimals),
        "taxes": [],
        "meta_data": [],
    }


def _coupon_line(shop: Shop, line: SideLine, decimals: int | None) -> dict[str, Any]:
    amount = shop.money(line.total, decimals=decimals)
    return {
        "id": line.id,
        "code": line.code,
        "discount": amount,
        "discount_tax": shop.money(line.total_tax, decimals=decimals),
        "meta_data": [],
        "discount_type": "fixed_cart",
        "nominal_amount": number_of_money(shop, line.total, by=1),
        "free_shipping": False,
    }


def _tax_lines(shop: Shop, order: Order, decimals: int | None) -> list[dict[str, Any]]:
    shipping = sum(line.total_tax for line in order.side("shipping"))
    if not order.tax:
        return []
    return [
        {
            "id": 1,
            "rate_code": "TAX-1",
            "rate_id": TAX_RATE,
            "label": "Tax",
            "compound": False,
            "tax_total": shop.money(order.tax - shipping, decimals=decimals),
            "shipping_tax_total": shop.money(shipping, decimals=decimals),
            "rate_percent": shop.tax_percent,
            "meta_data": [],
        }
    ]


def order_document(shop: Shop, order: Order, *, decimals: int | None = None) -> dict[str, Any]:
    """Return the order as the API shows it."""

    def money(minor: int) -> str:
        return shop.money(minor, decimals=decimals)

    discount = sum(line.subtotal - line.total for line in order.lines)
    discount_tax = sum(line.subtotal_tax - line.total_tax for line in order.lines)
    shipping = order.side("shipping")
    shipping_tax = sum(line.total_tax for line in shipping)
    times = instants(
        shop,
        created=order.created,
        modified=order.modified,
        completed=order.completed,
        paid=order.paid,
    )
    pay = f"{shop.base}/checkout/order-pay/{order.id}/?pay_for_order=true&key={order.key}"
    path = f"/orders/{order.id}"
    document: dict[str, Any] = {
        "id": order.id,
        "parent_id": 0,
        "status": order.status,
        "currency": order.currency,
        "version": "11.0.1",
        "prices_include_tax": order.prices_include_tax,
        "discount_total": money(discount),
        "discount_tax": money(discount_tax),
        "shipping_total": money(sum(line.total for line in shipping)),
        "shipping_tax": money(shipping_tax),
        "cart_tax": money(order.tax - shipping_tax),
        "total": money(order.total),
        "total_tax": money(order.tax),
        "customer_id": order.customer_id,
        "order_key": order.key,
        "billing": {name: order.billing.get(name, "") for name in (*SHIPPING, "email", "phone")},
        "shipping": {name: order.shipping.get(name, "") for name in (*SHIPPING, "phone")},
        "payment_method": order.payment_method,
        "payment_method_title": order.payment_method_title,
        "transaction_id": order.transaction_id,
        "customer_ip_address": "",
        "customer_user_agent": "",
        "created_via": order.created_via,
        "customer_note": order.customer_note,
        "cart_hash": "",
        "number": order.number,
        "meta_data": meta_rows(order.meta, displayed=False),
        "line_items": [_line(shop, line, decimals) for line in order.lines],
        "tax_lines": _tax_lines(shop, order, decimals),
        "shipping_lines": [_shipping_line(shop, line, decimals) for line in shipping],
        "fee_lines": [_fee_line(shop, line, decimals) for line in order.side("fee")],
        "coupon_lines": [_coupon_line(shop, line, decimals) for line in order.side("coupon")],
        "refunds": [
            {
                "id": refund.id,
                "reason": refund.reason,
                "total": money(-refund.amount),
                "total_tax": money(-sum(row.total_tax for row in refund.lines)),
            }
            for refund in reversed(order.refunds)
        ],
        "payment_url": pay,
        "is_editable": order.status in {"pending", "on-hold", "auto-draft"},
        "needs_payment": order.status in {"pending", "failed"} and order.total > 0,
        "needs_processing": True,
        **times,
        "currency_symbol": SYMBOLS.get(order.currency, order.currency),
        "_links": {
            **links(shop, path),
            "email_templates": [
                {
                    "embeddable": True,
                    "href": f"{shop.base}{API}{path}/actions/email_templates",
                }
            ],
        },
    }
    if order.spoilt:
        document |= {"currency": "", "total": "n/a", "line_items": [{"id": "?", "quantity": {}}]}
    return document


def _refund_line(shop: Shop, row: RefundLine) -> dict[str, Any]:
    document = _line(shop, row.line, None)
    total, tax = shop.money(-row.total), shop.money(-row.total_tax)
    taxes = [{"id": TAX_RATE, "total": tax, "subtotal": tax}] if row.total_tax else []
    return document | {
        "id": row.id,
        "quantity": -row.quantity,
        "subtotal": total,
        "subtotal_tax": tax,
        "total": total,
        "total_tax": tax,
        "taxes": taxes,
        "meta_data": meta_rows(row.meta, displayed=True),
        "price": number_of_money(shop, row.total, by=row.quantity),
    }


def refund_document(shop: Shop, refund: Refund, *, order: int) -> dict[str, Any]:
    """Return a refund: the amount above zero, the lines below."""
    path = f"/orders/{order}/refunds/{refund.id}"
    return {
        "id": refund.id,
        **instants(shop, created=refund.created),
        "amount": shop.money(refund.amount),
        "reason": refund.reason,
        "refunded_by": 1,
        "refunded_payment": refund.paid_back,
        "meta_data": meta_rows(refund.meta, displayed=False),
        "line_items": [_refund_line(shop, row) for row in refund.lines],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": links(shop, path, allow=("GET", "DELETE"), up=f"/orders/{order}"),
    }
