"""What the API does with products and their variations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ecomkit.testing.fakes.woocommerce._calls import Answer, Call, batch
from ecomkit.testing.fakes.woocommerce._errors import WooRefusalError
from ecomkit.testing.fakes.woocommerce._lists import Params, listed
from ecomkit.testing.fakes.woocommerce._product_shapes import (
    product_document,
    product_row,
    variation_document,
)
from ecomkit.testing.fakes.woocommerce._product_writing import (
    KINDS,
    STATUSES,
    STOCK_STATUSES,
    ProductWriting,
)
from ecomkit.testing.fakes.woocommerce._shapes import API
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import Product

__all__ = ["Products"]


def _invalid_id(kind: str, *, status: int) -> WooRefusalError:
    return WooRefusalError(f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", status=status)


class Products:
    """The products of a shop, as the API reads and writes them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.writing = ProductWriting(shop)

    def list(self, call: Call) -> Answer:
        """List products; asked by SKU, their variations too."""
        params = call.params
        skus, parents = params.texts("sku"), params.ids("parent")
        status = params.choice("status", ("any", *STATUSES))
        kinds = params.choices("type", KINDS)
        slug, search = params.text("slug"), (params.text("search") or "").lower()
        stocks = params.choices("stock_status", STOCK_STATUSES)
        rows = [
            product
            for product in self.shop.products.values()
            if (product.sku in skus if skus else not product.parent_id)
            and (not parents or product.parent_id in parents)
            and _shown(product, status)
            and (not kinds or product.kind in kinds)
            and (slug is None or product.slug == slug)
            and (not search or search in product.name.lower())
            and (not stocks or product.stock_status in stocks)
        ]
        return self._page(rows, params, path="/products", document=product_row)

    def list_variations(self, call: Call) -> Answer:
        """List the variations of a product; none where there is no such product."""
        skus, status = call.params.texts("sku"), call.params.choice("status", ("any", *STATUSES))
        rows = [
            product
            for product in self.shop.children(call.ids[0])
            if (not skus or product.sku in skus) and _shown(product, status)
        ]
        path = f"/products/{call.ids[0]}/variations"
        return self._page(rows, call.params, path=path, document=variation_document)

    def read(self, call: Call) -> Answer:
        """Show one product."""
        product = self._product(call.ids[0], status=404)
        return Answer(document=product_document(self.shop, product))

    def read_variation(self, call: Call) -> Answer:
        """Show one variation."""
        product = self._variation(*call.ids, status=404)
        return Answer(document=variation_document(self.shop, product))

    def create(self, call: Call) -> Answer:
        """Put up a product."""
        return Answer(document=self._create(call.body), status=201)

    def create_variation(self, call: Call) -> Answer:
        """Put up a variation of a product."""
        return Answer(document=self._create_variation(call.ids[0], call.body), status=201)

    def update(self, call: Call) -> Answer:
        """Change a product."""
        return Answer(document=self._update(call.ids[0], call.body))

    def update_variation(self, call: Call) -> Answer:
        """Change a variation."""
        return Answer(document=self._update_variation(call.ids[0], call.ids[1], call.body))

    def delete(self, call: Call) -> Answer:
        """Throw a product away, or destroy it by force."""
        product = self._product(call.ids[0], status=404)
        if call.params.flag("force"):
            return Answer(document=self._destroy(product.id))
        trashed = attrs.evolve(product, status="trash", modified=self.shop.now())
        self.shop.products[product.id] = trashed
        self.shop.changed("product.deleted", product.id)
        return Answer(document=product_document(self.shop, trashed))

    def delete_variation(self, call: Call) -> Answer:
        """Destroy a variation."""
        product = self._variation(*call.ids, status=404)
        document = variation_document(self.shop, product)
        del self.shop.products[product.id]
        self.shop.changed("product.deleted", product.id)
        return Answer(document=document)

    def batch(self, call: Call) -> Answer:
        """Do many changes to products."""
        return batch(call.body, create=self._create, update=self._update, delete=self._destroy)

    def batch_variations(self, call: Call) -> Answer:
        """Do many changes to the variations of one product."""
        parent = call.ids[0]
        return batch(
            call.body,
            create=lambda body: self._create_variation(parent, body),
            update=lambda number, body: self._update_variation(parent, number, body),
            delete=lambda number: (
                self.delete_variation(Call(ids=(parent, number), params=call.params)).document
            ),
        )

    def put_up(self, product: Product) -> Product:
        """Take a new product into the shop."""
        self.shop.put_up(product)
        self.shop.changed("product.created", product.id)
        return product

    def _page(self, rows: Any, params: Params, *, path: str, document: Any) -> Answer:
        page = listed(
            rows,
            params,
            address=f"{self.shop.base}{API}{path}",
            zone=self.shop.zone,
            keys={
                "title": lambda row: row.name,
                "slug": lambda row: row.slug,
                "menu_order": lambda row: row.name,
                "price": lambda row: row.price or 0,
            },
        )
        return Answer(
            document=[document(self.shop, row) for row in page.rows], headers=page.headers
        )

    def _product(self, number: int, *, status: int) -> Product:
        product = self.shop.products.get(number)
        if product is None:
            raise _invalid_id("product", status=status)
        return product

    def _variation(self, parent: int, number: int, *, status: int) -> Product:
        product = self.shop.products.get(number)
        if product is None or not product.parent_id:
            raise _invalid_id("product_variation", status=status)
        if product.parent_id != parent:
            raise WooRefusalError(
                "woocommerce_rest_product_variation_invalid_parent",
                "Parent product does not match current variation.",
                status=404,
            )
        return product

    def _create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        now = self.shop.now()
        product = Product(id=self.shop.number("post"), created=now, modified=now)
        return product_document(self.shop, self.put_up(self.writing.written(product, body)))

    def _create_variation(self, parent: int, body: Mapping[str, Any]) -> dict[str, Any]:
        found = self.shop.products.get(parent)
        if found is None or found.parent_id:
            raise _invalid_id("product", status=404)
        now = self.shop.now()
        product = Product(
            id=self.shop.number("post"),
            parent_id=parent,
            kind="variation",
            managed="parent" if found.managed else False,
            created=now,
            modified=now,
        )
        return variation_document(self.shop, self.put_up(self.writing.written(product, body)))

    def _update(self, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
        product = self._product(number, status=400)
        if product.parent_id:
            raise WooRefusalError(
                "woocommerce_rest_invalid_product_id",
                "To manipulate product variations you should use the "
                "/products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.",
                status=404,
            )
        return product_document(self.shop, self._changed(product, body))

    def _update_variation(
        self, parent: int, number: int, body: Mapping[str, Any]
    ) -> dict[str, Any]:
        product = self._variation(parent, number, status=400)
        return variation_document(self.shop, self._changed(product, body))

    def _changed(self, product: Product, body: Mapping[str, Any]) -> Product:
        product = attrs.evolve(self.writing.written(product, body), modified=self.shop.now())
        self.shop.products[product.id] = product
        self.shop.changed("product.updated", product.id)
        return product

    def _destroy(self, number: int) -> dict[str, Any]:
        product = self._product(number, status=404)
        document = product_document(self.shop, product)
        for each in (*self.shop.variations(product), product):
            del self.shop.products[each.id]
        self.shop.changed("product.deleted", product.id)
        return document


def _shown(product: Product, status: str) -> bool:
    return product.status != "trash" if status == "any" else product.status == status
