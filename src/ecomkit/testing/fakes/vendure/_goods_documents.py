"""Goods as the API shows them: money in minor units, instants in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecomkit.testing.fakes.vendure._orders import Book
from ecomkit.testing.fakes.vendure._stock import StockLevel, Variant
from ecomkit.testing.fakes.vendure._values import without_tax

__all__ = ["GoodsDocuments", "instant"]

LOW_STOCK = 2
"""What is low in the shop window, unless somebody decides otherwise."""


def instant(moment: datetime | None) -> str | None:
    """Return *moment* as it stands on the wire; the database holds it finer than that."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


class GoodsDocuments:
    """
    Shows what the shop sells and where it lies.

    Args:
        book: The variants and stock.
        locations: The names of the stock locations by their ids.
        currency: The code of the channel's currency.
        percent: The tax that prices include.
    """

    def __init__(
        self, book: Book, *, locations: Mapping[int, str], currency: str, percent: int
    ) -> None:
        self._book = book
        self._locations = locations
        self._currency = currency
        self._percent = percent

    def location(self, key: int) -> dict[str, Any]:
        """Show a stock location."""
        return {
            "__typename": "StockLocation",
            "id": str(key),
            "name": self._locations[key],
            "description": "",
        }

    def variant(self, variant: Variant) -> dict[str, Any]:
        """Show a variant."""
        levels = self._book.stock.of(variant.id)
        on_hand = sum(level.on_hand for level in levels)
        allocated = sum(level.allocated for level in levels)
        saleable = on_hand - allocated
        word = "OUT_OF_STOCK" if saleable <= 0 else "LOW_STOCK"
        return {
            "__typename": "ProductVariant",
            "id": str(variant.id),
            "createdAt": instant(variant.created_at),
            "updatedAt": instant(variant.updated_at),
            "enabled": variant.enabled,
            "sku": variant.sku,
            "name": variant.name,
            "languageCode": "en",
            "productId": str(variant.product),
            "product": lambda _: self.product(variant.product),
            "trackInventory": "TRUE" if variant.tracked else "FALSE",
            "outOfStockThreshold": 0,
            "useGlobalOutOfStockThreshold": True,
            "stockOnHand": on_hand,
            "stockAllocated": allocated,
            "stockLevel": word if saleable <= LOW_STOCK else "IN_STOCK",
            "price": without_tax(variant.price, percent=self._percent),
            "priceWithTax": variant.price,
            "currencyCode": self._currency,
            "prices": [
                {
                    "__typename": "ProductVariantPrice",
                    "price": variant.price,
                    "currencyCode": self._currency,
                }
            ],
            "stockLevels": [self._level(level) for level in levels],
            "options": [],
            "customFields": None,
        }

    def _level(self, level: StockLevel) -> dict[str, Any]:
        return {
            "__typename": "StockLevel",
            "id": str(level.id),
            "createdAt": instant(level.created_at),
            "updatedAt": instant(level.updated_at),
            "stockLocationId": str(level.location),
            "stockOnHand": level.on_hand,
            "stockAllocated": level.allocated,
            "stockLocation": self.location(level.location),
        }

    def product(self, key: int) -> dict[str, Any]:
        """Show a product with its variants."""
        variants = self._book.variants_of(key)
        first = variants[0]
        return {
            "__typename": "Product",
            "id": str(key),
            "createdAt": instant(first.created_at),
            "updatedAt": instant(max(one.updated_at for one in variants)),
            "enabled": True,
            "name": first.name,
            "slug": first.sku.lower(),
            "description": "",
            "languageCode": "en",
            "variants": lambda _: [self.variant(one) for one in variants],
        }
