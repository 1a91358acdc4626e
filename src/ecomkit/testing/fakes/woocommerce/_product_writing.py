"""What a body says of a product, put into the product."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from ecomkit.testing.fakes.woocommerce._calls import flag_of, whole_of
from ecomkit.testing.fakes.woocommerce._errors import WooRefusalError, invalid_param
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import Product

__all__ = ["KINDS", "STATUSES", "STOCK_STATUSES", "ProductWriting"]

STATUSES = ("future", "trash", "draft", "pending", "private", "publish")
KINDS = ("simple", "grouped", "external", "variable")
STOCK_STATUSES = ("instock", "outofstock", "onbackorder")
TEXTS = {"name": "name", "slug": "slug", "global_unique_id": "gtin"}


class ProductWriting:
    """Checks what a body says of a product, and takes it over."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def written(self, product: Product, body: Mapping[str, Any]) -> Product:
        """Return *product* with what *body* says; what the API does not know is passed over."""
        changes: dict[str, Any] = {
            field: str(body[name]) for name, field in TEXTS.items() if body.get(name) is not None
        }
        if "name" in changes and not product.slug:
            changes.setdefault("slug", re.sub(r"[^a-z0-9]+", "-", changes["name"].lower()))
        if not product.parent_id and "type" in body:
            changes["kind"] = _one_of(body, "type", KINDS)
        if "status" in body:
            changes["status"] = _one_of(body, "status", STATUSES)
        if body.get("sku") is not None:
            changes["sku"] = self._free_sku(str(body["sku"]), product=product)
        if "regular_price" in body:
            price = body["regular_price"]
            changes["price"] = (
                None if price in (None, "") else self.shop.minor(price, name="regular_price")
            )
        if "backorders" in body:
            changes["backorders"] = _one_of(body, "backorders", ("no", "notify", "yes"))
        if "attributes" in body:
            changes["attributes"] = tuple(_attribute(product, row) for row in body["attributes"])
        if "meta_data" in body:
            changes["meta"] = self.shop.meta_of(body["meta_data"], among=product.meta)
        return self._stocked(attrs.evolve(product, **changes), body)

    def _stocked(self, product: Product, body: Mapping[str, Any]) -> Product:
        if "manage_stock" in body:
            managed = body["manage_stock"] == "parent" or flag_of(
                body, "manage_stock", default=False
            )
            if product.parent_id and body["manage_stock"] == "parent":
                managed = "parent"
            product = attrs.evolve(product, managed=managed)
        asked = whole_of(body, "stock_quantity") if "stock_quantity" in body else None
        if product.managed is not True:
            # No stock is kept, and what the body says of a quantity is passed over.
            status = (
                _one_of(body, "stock_status", STOCK_STATUSES)
                if "stock_status" in body
                else product.stock_status
            )
            return attrs.evolve(product, quantity=None, stock_status=status)
        quantity = product.quantity or 0 if asked is None else asked
        if asked is None and "inventory_delta" in body:
            quantity += whole_of(body, "inventory_delta")
        return attrs.evolve(
            product, quantity=quantity, stock_status=self.shop.stock_word(product, quantity)
        )

    def _free_sku(self, sku: str, *, product: Product) -> str:
        taken = next(
            (
                other
                for other in self.shop.products.values()
                if sku and other.sku == sku and other.id != product.id
            ),
            None,
        )
        if taken is not None:
            raise WooRefusalError(
                "product_invalid_sku",
                "Invalid or duplicated SKU.",
                status=400,
                data={"resource_id": taken.id, "unique_sku": f"{sku}-1"},
            )
        return sku


def _one_of(body: Mapping[str, Any], name: str, words: tuple[str, ...]) -> str:
    if body[name] not in words:
        why = f"{name} is not one of {', '.join(words)}."
        raise invalid_param(name, why, code="rest_not_in_enum")
    return str(body[name])


def _attribute(product: Product, row: Mapping[str, Any]) -> dict[str, Any]:
    name = str(row.get("name", ""))
    if product.parent_id:
        return {"id": 0, "name": name, "slug": name.lower(), "option": str(row.get("option", ""))}
    return {
        "id": 0,
        "name": name,
        "slug": name,
        "position": row.get("position", 0),
        "visible": bool(row.get("visible")),
        "variation": bool(row.get("variation")),
        "options": list(row.get("options", ())),
    }
