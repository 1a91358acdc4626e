"""Products, variants, items, levels and locations as objects of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecomkit.testing.fakes._graphql import Asked
from ecomkit.testing.fakes.shopify._state import Level, Location, Product, Variant
from ecomkit.testing.fakes.shopify._wire import (
    FieldTable,
    Shown,
    connect,
    gid,
    instant,
    number_of,
)

__all__ = [
    "count_of",
    "level_id",
    "quantity_fields",
    "show_item",
    "show_level",
    "show_location",
    "show_product",
    "show_variant",
]


def show_product(product: Product) -> Shown:
    """Return a Product."""
    return Shown("Product", PRODUCT, product)


def show_variant(variant: Variant) -> Shown:
    """Return a ProductVariant."""
    return Shown("ProductVariant", VARIANT, variant)


def show_item(variant: Variant) -> Shown:
    """Return the InventoryItem of *variant*."""
    return Shown("InventoryItem", ITEM, variant)


def show_level(held: tuple[Variant, Level]) -> Shown:
    """Return an InventoryLevel."""
    return Shown("InventoryLevel", LEVEL, held)


def show_location(location: Location) -> Shown:
    """Return a Location."""
    return Shown("Location", LOCATION, location)


def level_id(level: Level) -> str:
    """Return the global id of a level: it names its location and its item."""
    return f"{gid('InventoryLevel', level.location.id)}?inventory_item_id={level.item}"


def quantity_fields(level: Level, name: str) -> dict[str, Any]:
    """Return an InventoryQuantity."""
    return {
        "__typename": "InventoryQuantity",
        "__interfaces": ("Node",),
        "id": f"{gid('InventoryQuantity', level.location.id)}"
        f"?inventory_item_id={level.item}&name={name}",
        "name": name,
        "quantity": level.quantity(name),
        "updatedAt": instant(level.at),
    }


def _available(variant: Variant) -> int:
    return sum(level.available for level in variant.levels.values())


def _levels(variant: Variant, asked: Asked) -> Mapping[str, Any]:
    return connect(
        "InventoryLevel",
        [(variant, level) for level in variant.levels.values() if level.location.active],
        asked,
        show=show_level,
        key=lambda held: ("", held[1].location.id),
    )


def _level(variant: Variant, asked: Asked) -> Shown | None:
    number = number_of(asked["locationId"], "Location")
    level = None if number is None else variant.levels.get(number)
    return None if level is None else show_level((variant, level))


def _variants(product: Product, asked: Asked) -> Mapping[str, Any]:
    return connect("ProductVariant", product.variants, asked, show=show_variant)


def count_of(count: int) -> dict[str, Any]:
    """Return a Count that is exact."""
    return {"__typename": "Count", "count": count, "precision": "EXACT"}


PRODUCT: FieldTable = {
    "id": lambda it, _: gid("Product", it.id),
    "legacyResourceId": lambda it, _: str(it.id),
    "title": lambda it, _: it.title,
    "handle": lambda it, _: f"product-{it.id}",
    "status": lambda it, _: it.status,
    "vendor": lambda it, _: it.vendor,
    "productType": lambda it, _: it.product_type,
    "descriptionHtml": lambda *_: "",
    "description": lambda *_: "",
    "tags": lambda it, _: it.tags,
    "isGiftCard": lambda *_: False,
    "hasOnlyDefaultVariant": lambda it, _: len(it.variants) == 1,
    "hasOutOfStockVariants": lambda it, _: any(_available(one) <= 0 for one in it.variants),
    "totalInventory": lambda it, _: sum(map(_available, it.variants)),
    "tracksInventory": lambda it, _: any(one.tracked for one in it.variants),
    "variantsCount": lambda it, _: count_of(len(it.variants)),
    "createdAt": lambda it, _: instant(it.created_at),
    "updatedAt": lambda it, _: instant(it.updated_at),
    "publishedAt": lambda it, _: instant(it.created_at) if it.status == "ACTIVE" else None,
    **dict.fromkeys(
        (
            "category",
            "combinedListing",
            "featuredMedia",
            "metafield",
            "onlineStorePreviewUrl",
            "onlineStoreUrl",
            "templateSuffix",
        ),
        lambda *_: None,
    ),
    "media": lambda _, asked: connect("Media", [], asked, show=lambda one: one),
    "metafields": lambda _, asked: connect("Metafield", [], asked, show=lambda one: one),
    "options": lambda it, _: [
        {
            "__typename": "ProductOption",
            "id": gid("ProductOption", it.id),
            "name": "Title",
            "position": 1,
            "values": [one.title for one in it.variants],
        }
    ],
    "variants": _variants,
}

VARIANT: FieldTable = {
    "id": lambda it, _: gid("ProductVariant", it.id),
    "legacyResourceId": lambda it, _: str(it.id),
    "title": lambda it, _: it.title,
    "displayName": lambda it, _: f"{it.product.title} - {it.title}",
    "sku": lambda it, _: it.sku,
    "barcode": lambda it, _: it.barcode,
    "price": lambda it, _: f"{it.price.to_decimal():.2f}",
    "compareAtPrice": lambda it, _: it.compare_at and f"{it.compare_at.to_decimal():.2f}",
    "position": lambda it, _: it.product.variants.index(it) + 1,
    "inventoryPolicy": lambda it, _: it.policy,
    "inventoryQuantity": lambda it, _: _available(it),
    "sellableOnlineQuantity": lambda it, _: _available(it),
    "availableForSale": lambda it, _: it.policy == "CONTINUE" or _available(it) > 0,
    "taxable": lambda *_: True,
    "showUnitPrice": lambda *_: False,
    **dict.fromkeys(
        ("deliveryProfile", "image", "metafield", "unitPrice", "unitPriceMeasurement"),
        lambda *_: None,
    ),
    "media": lambda _, asked: connect("Media", [], asked, show=lambda one: one),
    "metafields": lambda _, asked: connect("Metafield", [], asked, show=lambda one: one),
    "requiresComponents": lambda *_: False,
    "selectedOptions": lambda it, _: [
        {"__typename": "SelectedOption", "name": "Title", "value": it.title}
    ],
    "createdAt": lambda it, _: instant(it.created_at),
    "updatedAt": lambda it, _: instant(it.updated_at),
    "product": lambda it, _: show_product(it.product),
    "inventoryItem": lambda it, _: show_item(it),
}

ITEM: FieldTable = {
    "id": lambda it, _: gid("InventoryItem", it.item),
    "legacyResourceId": lambda it, _: str(it.item),
    "sku": lambda it, _: it.sku,
    "tracked": lambda it, _: it.tracked,
    "requiresShipping": lambda *_: True,
    **dict.fromkeys(
        (
            "countryCodeOfOrigin",
            "harmonizedSystemCode",
            "inventoryHistoryUrl",
            "provinceCodeOfOrigin",
            "unitCost",
        ),
        lambda *_: None,
    ),
    "measurement": lambda it, _: {
        "__typename": "InventoryItemMeasurement",
        "id": gid("InventoryItemMeasurement", it.item),
        "weight": None,
    },
    "trackedEditable": lambda *_: {
        "__typename": "EditableProperty",
        "locked": False,
        "reason": None,
    },
    "duplicateSkuCount": lambda *_: 0,
    "locationsCount": lambda it, _: count_of(len(it.levels)),
    "createdAt": lambda it, _: instant(it.created_at),
    "updatedAt": lambda it, _: instant(it.updated_at),
    "variant": lambda it, _: show_variant(it),
    "variants": lambda it, asked: connect("ProductVariant", [it], asked, show=show_variant),
    "inventoryLevel": _level,
    "inventoryLevels": _levels,
}

LEVEL: FieldTable = {
    "id": lambda it, _: level_id(it[1]),
    "isActive": lambda *_: True,
    "canDeactivate": lambda it, _: not it[1].committed,
    "deactivationAlert": lambda *_: None,
    "createdAt": lambda it, _: instant(it[0].created_at),
    "updatedAt": lambda it, _: instant(it[1].at),
    "item": lambda it, _: show_item(it[0]),
    "location": lambda it, _: show_location(it[1].location),
    "quantities": lambda it, asked: [
        quantity_fields(it[1], name)
        for name in asked["names"] or ()
        if it[1].quantity(name) is not None
    ],
}


def _address(*_: Any) -> dict[str, Any]:
    blank = ("address1", "address2", "phone", "province", "provinceCode", "latitude", "longitude")
    return {
        "__typename": "LocationAddress",
        "city": "Lyon",
        "country": "France",
        "countryCode": "FR",
        "zip": "69001",
        "formatted": ["69001 Lyon", "France"],
        **dict.fromkeys(blank),
    }


LOCATION: FieldTable = {
    "id": lambda it, _: gid("Location", it.id),
    "legacyResourceId": lambda it, _: str(it.id),
    "name": lambda it, _: it.name,
    "isActive": lambda it, _: it.active,
    "activatable": lambda it, _: not it.active,
    "deactivatable": lambda it, _: it.active,
    "deletable": lambda *_: False,
    "fulfillsOnlineOrders": lambda it, _: it.active,
    "shipsInventory": lambda it, _: it.active,
    "hasActiveInventory": lambda *_: True,
    "isFulfillmentService": lambda *_: False,
    "fulfillmentService": lambda *_: None,
    "addressVerified": lambda *_: False,
    "address": _address,
    "createdAt": lambda it, _: instant(it.at),
    "updatedAt": lambda it, _: instant(it.at),
}
