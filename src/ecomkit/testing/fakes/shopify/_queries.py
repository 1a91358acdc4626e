"""The root fields of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, final

from ecomkit.testing.fakes._graphql import Asked, Resolver
from ecomkit.testing.fakes.shopify import _bulk, _shop_fields, _subscriptions
from ecomkit.testing.fakes.shopify._goods_fields import (
    show_item,
    show_level,
    show_location,
    show_product,
    show_variant,
)
from ecomkit.testing.fakes.shopify._jobs import show_job
from ecomkit.testing.fakes.shopify._order_fields import show_order
from ecomkit.testing.fakes.shopify._order_state import Order
from ecomkit.testing.fakes.shopify._people_fields import show_customer
from ecomkit.testing.fakes.shopify._scopes import demand
from ecomkit.testing.fakes.shopify._search import Readers, search
from ecomkit.testing.fakes.shopify._shipping_fields import (
    show_fulfillment,
    show_fulfillment_order,
    show_refund,
    show_return,
)
from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import connect, number_of

__all__ = ["Queries"]

OBJECTS_MAX = 25_000
Show = Callable[[Any], Mapping[str, Any]]
Key = Callable[[Any], tuple[Any, int]]


def _order_words(order: Order) -> tuple[str, ...]:
    if order.cancelled_at:
        return ("any", "cancelled")
    return ("any", "closed") if order.closed_at else ("any", "open", "not_closed")


ORDER_READERS: Readers = {
    "default": lambda it: (it.name, it.customer.email, *(line.sku for line in it.lines)),
    "id": lambda it: it.id,
    "name": lambda it: (it.name, str(it.number)),
    "email": lambda it: it.customer.email,
    "status": _order_words,
    "financial_status": lambda it: it.financial_status,
    "fulfillment_status": lambda it: it.fulfillment_status,
    "return_status": lambda it: it.return_status,
    "test": lambda it: str(it.test),
    "sku": lambda it: [line.sku for line in it.lines],
    "source_name": lambda _: "web",
    "tag": lambda it: it.tags,
    "created_at": lambda it: it.created_at,
    "processed_at": lambda it: it.created_at,
    "updated_at": lambda it: it.updated_at,
}
PRODUCT_READERS: Readers = {
    "default": lambda it: (it.title, *(one.sku for one in it.variants)),
    "id": lambda it: it.id,
    "title": lambda it: it.title,
    "status": lambda it: it.status,
    "sku": lambda it: [one.sku for one in it.variants],
    "vendor": lambda it: it.vendor,
    "created_at": lambda it: it.created_at,
    "updated_at": lambda it: it.updated_at,
}
VARIANT_READERS: Readers = {
    "default": lambda it: (it.sku, it.title, it.product.title),
    "id": lambda it: it.id,
    "product_id": lambda it: it.product.id,
    "sku": lambda it: it.sku,
    "barcode": lambda it: it.barcode,
    "product_status": lambda it: it.product.status,
    "title": lambda it: it.title,
    "updated_at": lambda it: it.updated_at,
}
ITEM_READERS: Readers = {
    "default": lambda it: it.sku,
    "id": lambda it: it.item,
    "sku": lambda it: it.sku,
    "updated_at": lambda it: it.updated_at,
    "created_at": lambda it: it.created_at,
}
PLACE_READERS: Readers = {
    "default": lambda it: it.name,
    "id": lambda it: it.id,
    "name": lambda it: it.name,
}


def _time_key(read: Callable[[Any], datetime]) -> Key:
    return lambda it: (int(read(it).timestamp()), it.id)


KEYS: Mapping[str, Key] = {
    "ID": lambda it: ("", it.id),
    "RELEVANCE": lambda it: ("", it.id),
    "POSITION": lambda it: ("", it.id),
    "NAME": lambda it: (it.name, it.id),
    "TITLE": lambda it: (it.title, it.id),
    "SKU": lambda it: (it.sku or "", it.id),
    "ORDER_NUMBER": lambda it: (it.number, it.id),
    "CREATED_AT": _time_key(lambda it: it.created_at),
    "PROCESSED_AT": _time_key(lambda it: it.created_at),
    "UPDATED_AT": _time_key(lambda it: it.updated_at),
}


@final
class Queries:
    """The query root over a store."""

    def __init__(self, store: Store, *, bulk: _bulk.BulkExports, objects_max: int) -> None:
        self._store = store
        self._bulk = bulk
        self._objects_max = objects_max
        self.warnings: list[dict[str, Any]] = []
        """What the searches of this call did not understand."""

    def resolvers(self) -> dict[str, Resolver]:
        """Return the root fields."""
        store = self._store
        roots: dict[str, Resolver] = {
            "shop": lambda _: _shop_fields.show_shop(store),
            "currentAppInstallation": lambda _: _shop_fields.show_installation(store),
            "publicApiVersions": lambda _: _shop_fields.versions(),
            "orders": self._orders,
            "ordersCount": lambda asked: self._count(asked, self._visible(), ORDER_READERS),
            "products": lambda asked: self._list(
                asked, store.products.values(), "Product", show_product, PRODUCT_READERS
            ),
            "productsCount": lambda asked: self._count(
                asked, store.products.values(), PRODUCT_READERS
            ),
            "productVariants": lambda asked: self._list(
                asked, store.variants.values(), "ProductVariant", show_variant, VARIANT_READERS
            ),
            "productVariantsCount": lambda asked: self._count(
                asked, store.variants.values(), VARIANT_READERS
            ),
            "inventoryItems": lambda asked: self._list(
                asked, store.items.values(), "InventoryItem", show_item, ITEM_READERS
            ),
            "locations": lambda asked: self._list(
                asked,
                [
                    one
                    for one in store.locations.values()
                    if one.active or asked["includeInactive"]
                ],
                "Location",
                show_location,
                PLACE_READERS,
                sort="NAME",
            ),
            "customers": lambda asked: self._list(
                asked, store.customers.values(), "Customer", show_customer, {}
            ),
            "node": lambda asked: self.find(asked["id"]),
            "nodes": lambda asked: [self.find(one) for one in asked["ids"]],
            "location": lambda asked: (
                self.find(asked["id"], "Location") if asked["id"] else show_location(store.main)
            ),
            "orderByIdentifier": lambda asked: self.find(asked["identifier"].get("id"), "Order"),
            **_subscriptions.queries(store),
            **self._bulk.queries(),
        }
        for field, kind in _BY_ID.items():
            roots[field] = self._by_id(kind)
        return {name: self._guarded(name, resolve) for name, resolve in roots.items()}

    def _by_id(self, kind: str) -> Resolver:
        return lambda asked: self.find(asked["id"], kind)

    def _guarded(self, name: str, resolve: Resolver) -> Resolver:
        def guarded(asked: Asked) -> Any:
            demand(self._store.scopes, name)
            return resolve(asked)

        return guarded

    def find(self, text: Any, only: str | None = None) -> Mapping[str, Any] | None:
        """Return the thing of that global id as an object; None if there is none."""
        kind = str(text).removeprefix("gid://shopify/").partition("/")[0]
        number = number_of(text, kind)
        if number is None or (only is not None and kind != only):
            return None
        if kind == "InventoryLevel":
            item = self._store.items.get(int(str(text).rpartition("=")[2] or 0))
            level = item.levels.get(number) if item else None
            return None if item is None or level is None else show_level((item, level))
        if kind in {"WebhookSubscription", "BulkOperation"}:
            return _subscriptions.find(self._store, number) or self._bulk.find(number)
        if kind == "Job":
            return show_job(self._store, number)
        things, show = self._kinds().get(kind, ({}, show_order))
        thing = things.get(number)
        if thing is None or (isinstance(thing, Order) and not self._store.sees(thing)):
            return None
        return show(thing)

    def _kinds(self) -> Mapping[str, tuple[Mapping[int, Any], Show]]:
        store = self._store
        return {
            "Order": (store.orders, show_order),
            "Product": (store.products, show_product),
            "ProductVariant": (store.variants, show_variant),
            "InventoryItem": (store.items, show_item),
            "Location": (store.locations, show_location),
            "Fulfillment": (store.fulfillments, show_fulfillment),
            "FulfillmentOrder": (store.fulfillment_orders, show_fulfillment_order),
            "Refund": (store.refunds, show_refund),
            "Return": (store.returns, show_return),
            "Customer": ({one.id: one for one in store.customers.values()}, show_customer),
        }

    def _visible(self) -> list[Order]:
        now = self._store.time.now()
        return [
            one
            for one in self._store.orders.values()
            if self._store.sees(one) and not (one.hidden_until and now < one.hidden_until)
        ]

    def _orders(self, asked: Asked) -> Mapping[str, Any]:
        return self._list(
            asked, self._visible(), "Order", show_order, ORDER_READERS, sort="PROCESSED_AT"
        )

    def _matching(
        self, asked: Asked, things: Iterable[Any], fields: Readers, *, at_most: int | None = None
    ) -> list[Any]:
        test, unknown = search(asked["query"], fields=fields)
        if unknown:
            warnings = [
                {"field": one, "message": "Invalid search field for this query."}
                for one in unknown
            ]
            self.warnings.append(
                {"path": [asked.field.key], "query": asked["query"], "warnings": warnings}
            )
        return list(islice(filter(test, things), at_most))

    def _list(
        self,
        asked: Asked,
        things: Iterable[Any],
        kind: str,
        show: Show,
        fields: Readers,
        *,
        sort: str = "ID",
    ) -> Mapping[str, Any]:
        key = KEYS.get(asked["sortKey"] or sort, KEYS["ID"])
        if key is KEYS["ID"] and not asked["reverse"]:
            # In this order nothing past the limit needs to be looked at.
            things = sorted(things, key=attrgetter("id"))
            found = self._matching(asked, things, fields, at_most=self._objects_max)
        else:
            found = self._matching(asked, things, fields)
        return connect(kind, found, asked, show=show, key=key, at_most=self._objects_max)

    def _count(self, asked: Asked, things: Iterable[Any], fields: Readers) -> dict[str, Any]:
        found = len(self._matching(asked, things, fields))
        limit = asked["limit"] if "limit" in asked.arguments else 10_000
        limit = self._objects_max if limit is None else min(limit, self._objects_max)
        if found > limit:
            return {"__typename": "Count", "count": limit, "precision": "AT_LEAST"}
        return {"__typename": "Count", "count": found, "precision": "EXACT"}


_BY_ID: Mapping[str, str] = {
    "order": "Order",
    "product": "Product",
    "productVariant": "ProductVariant",
    "inventoryItem": "InventoryItem",
    "inventoryLevel": "InventoryLevel",
    "fulfillment": "Fulfillment",
    "fulfillmentOrder": "FulfillmentOrder",
    "refund": "Refund",
    "return": "Return",
    "customer": "Customer",
    "job": "Job",
    "webhookSubscription": "WebhookSubscription",
    "bulkOperation": "BulkOperation",
}
