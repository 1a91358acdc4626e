"""The mutations of products and their variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ecomkit.errors import EcomkitError
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes._graphql import Asked, Resolver
from ecomkit.testing.fakes.shopify._goods_fields import show_product, show_variant
from ecomkit.testing.fakes.shopify._payloads import product_payload
from ecomkit.testing.fakes.shopify._state import Product, Variant
from ecomkit.testing.fakes.shopify._store import Store
from ecomkit.testing.fakes.shopify._wire import number_of, user_error

__all__ = ["goods_mutations"]

STATES = frozenset({"ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"})
_BULK = "ProductVariantsBulkUpdateUserError"


def goods_mutations(store: Store) -> dict[str, Resolver]:
    """Return the root fields."""
    return {
        "productUpdate": lambda asked: _update_product(asked, store=store),
        "productVariantsBulkUpdate": lambda asked: _update_variants(asked, store=store),
    }


def _touch(product: Product, *, store: Store) -> None:
    product.updated_at = store.now()
    store.announce("products/update", product_payload(product))


def _update_product(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    given = asked["product"] or asked["input"] or {}
    identifier = (asked["identifier"] or {}).get("id") or given.get("id")
    product = store.products.get(number_of(identifier, "Product") or 0)
    errors = []
    if product is None:
        errors.append(user_error("id", message="Product does not exist"))
    elif given.get("title") is not None and not given["title"].strip():
        errors.append(user_error("title", message="Title can't be blank"))
    elif given.get("status") is not None and given["status"] not in STATES:
        errors.append(user_error("status", message="Status is not included in the list"))
    else:
        for name, field in _PRODUCT_WORDS.items():
            if given.get(name) is not None:
                setattr(product, field, given[name])
        _touch(product, store=store)
    return {
        "__typename": "ProductUpdatePayload",
        "product": product and show_product(product),
        "userErrors": errors,
    }


_PRODUCT_WORDS: Mapping[str, str] = {
    "title": "title",
    "status": "status",
    "vendor": "vendor",
    "productType": "product_type",
    "tags": "tags",
}


def _update_variants(asked: Asked, *, store: Store) -> Mapping[str, Any]:
    product = store.products.get(number_of(asked["productId"], "Product") or 0)
    if product is None:
        error = user_error(
            "productId",
            message="Product does not exist",
            kind=_BULK,
            code="PRODUCT_DOES_NOT_EXIST",
        )
        return _payload(None, [], [error])
    changes: list[tuple[Variant, Callable[[], None]]] = []
    errors = []
    for place, row in enumerate(asked["variants"]):
        found = _change(row, product=product, place=str(place), store=store)
        if isinstance(found, dict):
            errors.append(found)
        else:
            changes.append(found)
    if errors and not asked["allowPartialUpdates"]:
        return _payload(product, [], errors)
    for variant, change in changes:
        change()
        variant.updated_at = store.now()
    if changes:
        _touch(product, store=store)
    return _payload(product, [variant for variant, _ in changes], errors)


def _payload(
    product: Product | None, variants: list[Variant], errors: list[dict[str, Any]]
) -> Mapping[str, Any]:
    return {
        "__typename": "ProductVariantsBulkUpdatePayload",
        "product": product and show_product(product),
        "productVariants": [show_variant(one) for one in variants] or None,
        "userErrors": errors,
    }


def _change(
    row: Mapping[str, Any], *, product: Product, place: str, store: Store
) -> tuple[Variant, Callable[[], None]] | dict[str, Any]:
    """Return the variant and what is to change of it, or what is wrong."""

    def wrong(field: str, message: str, code: str) -> dict[str, Any]:
        return user_error("variants", place, field, message=message, kind=_BULK, code=code)

    if row.get("id") is None:
        return wrong("id", "Product variant is missing ID attribute", "PRODUCT_VARIANT_ID_MISSING")
    number = number_of(row["id"], "ProductVariant")
    variant = next((one for one in product.variants if one.id == number), None)
    if variant is None:
        message = "Product variant does not exist"
        return wrong("id", message, "PRODUCT_VARIANT_DOES_NOT_EXIST")
    if row.get("inventoryQuantities"):
        message = "Inventory quantities can only be provided during create"
        return wrong("inventoryQuantities", message, "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE")
    prices: dict[str, Money | None] = {}
    for name, field in (("price", "price"), ("compareAtPrice", "compare_at")):
        if name in row:
            fault = _price(row[name], currency=store.currency, into=prices, field=field)
            if fault is not None:
                return wrong(name, *fault)

    return variant, lambda: _write(variant, row=row, prices=prices)


def _write(
    variant: Variant, *, row: Mapping[str, Any], prices: Mapping[str, Money | None]
) -> None:
    for field, money in prices.items():
        setattr(variant, field, money)
    item = row.get("inventoryItem") or {}
    for source, name, field in (
        (row, "barcode", "barcode"),
        (row, "inventoryPolicy", "policy"),
        (item, "sku", "sku"),
        (item, "tracked", "tracked"),
    ):
        if name in source:
            setattr(variant, field, source[name])


def _price(
    given: Any, *, currency: Currency, into: dict[str, Money | None], field: str
) -> tuple[str, str] | None:
    """Read a price *into* what is to change; return what is wrong with it."""
    if given is None:
        if field == "price":
            return "Price can't be blank", "BLANK"
        into[field] = None
        return None
    try:
        price = Money.parse(str(given), currency)
    except EcomkitError:
        return "Price is not a number", "INVALID_VALUE"
    if price < Money.zero(currency):
        return "Price must be greater than or equal to 0", "GREATER_THAN_OR_EQUAL_TO"
    into[field] = price
    return None
