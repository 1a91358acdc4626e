"""The fields of the admin API, each a resolver over the shop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ecomkit.testing.fakes._graphql import Asked, GraphQLError, Resolver
from ecomkit.testing.fakes.vendure._errors import (
    Refused,
    bad_input,
    database_error,
    no_entity,
)
from ecomkit.testing.fakes.vendure._goods_documents import GoodsDocuments
from ecomkit.testing.fakes.vendure._lists import listed
from ecomkit.testing.fakes.vendure._order_documents import OrderDocuments
from ecomkit.testing.fakes.vendure._orders import Book
from ecomkit.testing.fakes.vendure._stock import Variant
from ecomkit.testing.fakes.vendure._values import Order

__all__ = ["NULLABLE", "AdminApi"]

NULLABLE = frozenset(
    {"order", "product", "productVariant", "stockLocation", "activeAdministrator", "me"}
)
"""The fields whose failure leaves the rest of ``data`` in place."""

DIGITS_MAX = 9
INT_MAX = 2**31 - 1


def identity(value: object) -> int:
    """Return an id as the database has it, 0 for one that it cannot have."""
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        return 0
    if len(text) > DIGITS_MAX:
        raise database_error(f'value "{text[:40]}" is out of range for type integer')
    return int(text)


def _union(work: Callable[[Asked], Mapping[str, Any]]) -> Resolver:
    """Let a refusal stand as a value in ``data``, and keep what a field is asked with to it."""

    def resolve(asked: Asked) -> Mapping[str, Any]:
        try:
            return work(asked)
        except Refused as error:
            return error.document()

    return resolve


class AdminApi:
    """
    What can be asked for and done.

    Args:
        book: The orders, variants and stock.
        locations: The names of the stock locations by their ids.
        currency: The code of the channel's currency.
        percent: The tax that prices include.
        now: Tells the time.
    """

    def __init__(
        self,
        book: Book,
        *,
        locations: Mapping[int, str],
        currency: str,
        percent: int,
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._goods = GoodsDocuments(book, locations=locations, currency=currency, percent=percent)
        self._documents = OrderDocuments(book, goods=self._goods)
        self._locations = locations
        self._currency = currency
        self._now = now
        self.queries: Mapping[str, Resolver] = {
            "orders": self._orders,
            "order": self._order,
            "productVariants": self._variants,
            "productVariant": self._variant,
            "products": self._products,
            "product": self._product,
            "stockLocations": self._stock_locations,
            "stockLocation": self._stock_location,
            "activeChannel": self._channel,
            "globalSettings": lambda _: SETTINGS,
            "activeAdministrator": lambda _: ADMINISTRATOR,
            "me": lambda _: self.user(),
        }
        self.mutations: Mapping[str, Resolver] = {
            "updateProductVariants": self._update_variants,
            "addFulfillmentToOrder": _union(self._fulfil),
            "transitionFulfillmentToState": _union(self._move_fulfilment),
            "cancelOrder": _union(self._cancel),
            "refundOrder": _union(self._refund),
            "settleRefund": _union(self._settle_refund),
        }

    def user(self) -> dict[str, Any]:
        """Show whom the session belongs to."""
        return {
            "__typename": "CurrentUser",
            "id": "1",
            "identifier": "superadmin",
            "channels": [
                {
                    "__typename": "CurrentUserChannel",
                    "id": "1",
                    "code": "__default_channel__",
                    "token": "default-channel",
                    "permissions": list(PERMISSIONS),
                }
            ],
        }

    def _channel(self, _: Asked) -> dict[str, Any]:
        return {
            "__typename": "Channel",
            "id": "1",
            "code": "__default_channel__",
            "token": "default-channel",
            "currencyCode": self._currency,
            "defaultCurrencyCode": self._currency,
            "availableCurrencyCodes": [self._currency],
            "defaultLanguageCode": "en",
            "pricesIncludeTax": True,
            "trackInventory": True,
            "outOfStockThreshold": 0,
        }

    def _orders(self, asked: Asked) -> dict[str, Any]:
        return listed(
            self._book.shown(self._now()),
            asked["options"],
            kind="OrderList",
            columns=_order_columns,
            document=self._documents.order,
        )

    def _order(self, asked: Asked) -> dict[str, Any] | None:
        kept = self._book.kept.get(identity(asked["id"]))
        return None if kept is None else self._documents.order(kept.order)

    def _variants(self, asked: Asked) -> dict[str, Any]:
        product = asked["productId"]
        return listed(
            self._named(asked["options"])
            if product is None
            else self._book.variants_of(identity(product)),
            asked["options"],
            kind="ProductVariantList",
            columns=_variant_columns,
            document=self._goods.variant,
            rising_by="id",
        )

    def _named(self, options: Mapping[str, Any] | None) -> list[Variant]:
        """Return the variants that a filter may let through: all, or those whose ids it names."""
        options = options or {}
        ids = ((options.get("filter") or {}).get("id") or {}).get("in")
        if ids is None or options.get("filterOperator") == "OR":
            return list(self._book.variants.values())
        keys = sorted({identity(one) for one in ids})
        return [self._book.variants[key] for key in keys if key in self._book.variants]

    def _variant(self, asked: Asked) -> dict[str, Any] | None:
        found = self._book.variants.get(identity(asked["id"]))
        return None if found is None else self._goods.variant(found)

    def _products(self, asked: Asked) -> dict[str, Any]:
        return listed(
            sorted({one.product for one in self._book.variants.values()}),
            asked["options"],
            kind="ProductList",
            columns=lambda key: {"id": str(key)},
            document=self._goods.product,
        )

    def _product(self, asked: Asked) -> dict[str, Any] | None:
        key = identity(asked["id"])
        return self._goods.product(key) if self._book.variants_of(key) else None

    def _stock_locations(self, asked: Asked) -> dict[str, Any]:
        return listed(
            self._locations,
            asked["options"],
            kind="StockLocationList",
            columns=lambda key: {"id": str(key), "name": self._locations[key]},
            document=self._goods.location,
        )

    def _stock_location(self, asked: Asked) -> dict[str, Any] | None:
        key = identity(asked["id"])
        return self._goods.location(key) if key in self._locations else None

    def _update_variants(self, asked: Asked) -> list[dict[str, Any]]:
        changes = asked["input"]
        changes = changes if isinstance(changes, list) else [changes]
        for change in changes:
            self._check(change)
        return [self._changed(change) for change in changes]

    def _check(self, change: Mapping[str, Any]) -> None:
        if identity(change["id"]) not in self._book.variants:
            raise no_entity("ProductVariant", change["id"])
        if (change.get("stockOnHand") or 0) < 0:
            raise bad_input("stockOnHand cannot be a negative value")
        for level in change.get("stockLevels") or []:
            _whole(level["stockOnHand"])
            if identity(level["stockLocationId"]) not in self._locations:
                raise database_error('insert on table "stock_level" violates a foreign key')

    def _changed(self, change: Mapping[str, Any]) -> dict[str, Any]:
        now = self._now()
        variant = self._book.variants[identity(change["id"])]
        before = self._goods.variant(variant)
        for name in ("sku", "price", "enabled"):
            if change.get(name) is not None:
                setattr(variant, name, change[name])
        if change.get("trackInventory") is not None:
            variant.tracked = change["trackInventory"] != "FALSE"
        if change.get("stockOnHand") is not None:
            first = next(iter(self._locations))
            self._book.stock.set(variant.id, first, on_hand=change["stockOnHand"], at=now)
        for level in change.get("stockLevels") or []:
            self._book.stock.set(
                variant.id,
                identity(level["stockLocationId"]),
                on_hand=level["stockOnHand"],
                at=now,
            )
        variant.updated_at = now
        # The answer to a change of price still has the old one, but in its list of prices.
        old = {name: before[name] for name in ("price", "priceWithTax")}
        return self._goods.variant(variant) | old

    def _fulfil(self, asked: Asked) -> dict[str, Any]:
        given = asked["input"]
        handler = given["handler"]
        if handler["code"] != "manual-fulfillment":
            key = "errorResult.INVALID_FULFILLMENT_HANDLER_ERROR"
            raise Refused("InvalidFulfillmentHandlerError", key)
        arguments = {one["name"]: one["value"] for one in handler["arguments"]}
        if "method" not in arguments:
            raise database_error('null value in column "method" of relation "fulfillment"')
        fulfilment = self._book.fulfil(
            _quantities(given["lines"]),
            method=arguments["method"],
            tracking=arguments.get("trackingCode", ""),
            at=self._now(),
        )
        return self._documents.fulfilment(fulfilment)

    def _move_fulfilment(self, asked: Asked) -> dict[str, Any]:
        moved = self._book.move_fulfilment(identity(asked["id"]), asked["state"], at=self._now())
        return self._documents.fulfilment(moved)

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        given = asked["input"]
        lines = given.get("lines")
        order = self._book.cancel(
            identity(given["orderId"]),
            None if lines is None else _quantities(lines),
            reason=given.get("reason"),
            shipping="cancelled" if given.get("cancelShipping") else "kept",
            at=self._now(),
        )
        return self._documents.order(order)

    def _refund(self, asked: Asked) -> dict[str, Any]:
        given = asked["input"]
        refund = self._book.refund(
            identity(given["paymentId"]),
            _quantities(given.get("lines") or []),
            amount=given.get("amount"),
            shipping=given.get("shipping"),
            adjustment=given.get("adjustment"),
            reason=given.get("reason"),
            at=self._now(),
        )
        return self._documents.refund(refund)

    def _settle_refund(self, asked: Asked) -> dict[str, Any]:
        given = asked["input"]
        refund = self._book.settle_refund(
            identity(given["id"]), transaction=given["transactionId"], at=self._now()
        )
        return self._documents.refund(refund)


PERMISSIONS = (
    "Authenticated",
    "SuperAdmin",
    "ReadCatalog",
    "UpdateCatalog",
    "ReadOrder",
    "UpdateOrder",
    "ReadStockLocation",
)
SETTINGS: Mapping[str, Any] = {
    "__typename": "GlobalSettings",
    "id": "1",
    "trackInventory": True,
    "outOfStockThreshold": 0,
}
ADMINISTRATOR: Mapping[str, Any] = {
    "__typename": "Administrator",
    "id": "1",
    "firstName": "Super",
    "lastName": "Admin",
    "emailAddress": "superadmin",
}


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -INT_MAX <= value <= INT_MAX:
        raise GraphQLError("Int cannot represent it", code="BAD_USER_INPUT", whole=True)
    return value


def _quantities(lines: Any) -> list[tuple[int, int]]:
    rows = lines if isinstance(lines, list) else [lines]
    return [(identity(row["orderLineId"]), _whole(row["quantity"])) for row in rows]


def _order_columns(order: Order) -> Mapping[str, Any]:
    return {
        "id": str(order.id),
        "code": order.code,
        "state": order.state,
        "type": "Regular",
        "active": order.active,
        "createdAt": order.created_at,
        "updatedAt": order.updated_at,
        "orderPlacedAt": order.placed_at,
        "totalQuantity": sum(line.quantity for line in order.lines),
        "totalWithTax": order.total,
    }


def _variant_columns(variant: Variant) -> Mapping[str, Any]:
    return {
        "id": str(variant.id),
        "sku": variant.sku,
        "name": variant.name,
        "enabled": variant.enabled,
        "price": variant.price,
        "productId": str(variant.product),
        "createdAt": variant.created_at,
        "updatedAt": variant.updated_at,
    }
