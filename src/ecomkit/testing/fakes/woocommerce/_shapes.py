"""What all documents of the API share: links, free data, times, money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import Meta, Note, Webhook

__all__ = [
    "API",
    "SYMBOLS",
    "instants",
    "links",
    "meta_rows",
    "note_document",
    "number_of_money",
    "webhook_document",
]

API = "/wp-json/wc/v3"
CHANGEABLE = ("GET", "POST", "PUT", "PATCH", "DELETE")
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KWD": "د.ك"}
HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "product.created": ["woocommerce_process_product_meta", "woocommerce_new_product"],
    "product.updated": ["woocommerce_process_product_meta", "woocommerce_update_product"],
    "product.deleted": ["wp_trash_post"],
    "product.restored": ["untrashed_post"],
}


def links(
    shop: Shop, path: str, *, allow: Iterable[str] = CHANGEABLE, up: str | None = None
) -> dict[str, Any]:
    """Return the links of the thing at *path* and of the list it is in."""
    collection = path.rpartition("/")[0]
    found: dict[str, Any] = {
        "self": [{"href": f"{shop.base}{API}{path}", "targetHints": {"allow": list(allow)}}],
        "collection": [{"href": f"{shop.base}{API}{collection}"}],
    }
    if up is not None:
        found["up"] = [{"href": f"{shop.base}{API}{up}"}]
    return found


def meta_rows(meta: Iterable[Meta], *, displayed: bool) -> list[dict[str, Any]]:
    """Return free data; that of lines also as it is displayed."""
    rows = []
    for row in meta:
        value = row.value
        document = {"id": row.id, "key": row.key, "value": value}
        if displayed:
            key = row.key if row.key.startswith("_") else row.key.capitalize()
            document |= {"display_key": key, "display_value": value}
        rows.append(document)
    return rows


def instants(shop: Shop, **times: datetime | None) -> dict[str, str | None]:
    """Return each time as the shop's clock has it and in UTC; neither text says which it is."""
    found: dict[str, str | None] = {}
    for name, at in times.items():
        found[f"date_{name}"] = shop.local(at)
        found[f"date_{name}_gmt"] = shop.gmt(at)
    return found


def number_of_money(shop: Shop, minor: int, *, by: int) -> int | Decimal:
    """Return a share of an amount as a JSON number, which the API has for a line's price only."""
    price = Decimal(minor).scaleb(-shop.currency.exponent) / (by or 1)
    price = round(price, 6).normalize()
    return int(price) if price == price.to_integral_value() else price


def note_document(shop: Shop, note: Note, *, order: int) -> dict[str, Any]:
    """Return a note of an order."""
    path = f"/orders/{order}/notes/{note.id}"
    return {
        "id": note.id,
        "author": note.author,
        **instants(shop, created=note.created),
        "note": note.text,
        "customer_note": note.for_customer,
        "_links": links(shop, path, allow=("GET", "DELETE"), up=f"/orders/{order}"),
    }


def webhook_document(shop: Shop, webhook: Webhook) -> dict[str, Any]:
    """Return a subscription; its secret is never shown."""
    resource, _, event = webhook.topic.partition(".")
    return {
        "id": webhook.id,
        "name": webhook.name,
        "status": webhook.status,
        "topic": webhook.topic,
        "resource": resource,
        "event": event,
        "hooks": HOOKS.get(webhook.topic, [f"woocommerce_{resource}_{event}"]),
        "delivery_url": webhook.delivery_url,
        **instants(shop, created=webhook.created, modified=webhook.changed),
        "_links": links(shop, f"/webhooks/{webhook.id}"),
    }
