"""The catalogue: all that a merchant sells, found by sku and by barcode."""

from __future__ import annotations

from functools import cached_property
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.catalog._duplicates import refuse_duplicates
from ecomkit.catalog._gtin import Gtin
from ecomkit.catalog._kit import Kit, Kits
from ecomkit.catalog._product import Product, Variant
from ecomkit.identifiers import ProductId, Sku

__all__ = ["Catalog"]


@final
@attrs.frozen(kw_only=True)
class Catalog:
    """
    The products and kits of a merchant.

    A kit that shoppers see is a variant too, with the same sku: the variant has its title and
    barcode, the kit says what is taken from the shelves for it.

    >>> elephant = Variant(sku=Sku("ELEPHANT"), gtin=Gtin.parse("036000291452"))
    >>> product = Product(id=ProductId("elephant"), title="Elephant", variants=[elephant])
    >>> catalog = Catalog(products=[product])
    >>> catalog.variant_by_gtin(Gtin.parse("0036000291452")) == elephant
    True

    Raises:
        DuplicateError: If two products share an id, or two variants a sku or a GTIN.
    """

    products: tuple[Product, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Product)
    )
    kits: Kits = attrs.field(factory=Kits, validator=is_a(Kits))

    def __attrs_post_init__(self) -> None:
        refuse_duplicates(self, "product id", (product.id for product in self.products))
        refuse_duplicates(self, "sku", (variant.sku for variant in self.variants))
        refuse_duplicates(self, "GTIN", (v.gtin for v in self.variants if v.gtin is not None))

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """All variants of all products, in their order."""
        return tuple(variant for product in self.products for variant in product.variants)

    def product(self, product_id: ProductId) -> Product | None:
        """Return the product with *product_id*, or None if there is none."""
        return self._products.get(product_id)

    def product_of(self, sku: Sku) -> Product | None:
        """Return the product that has *sku* among its variants, or None if none has."""
        return self._product_by_sku.get(sku)

    def variant(self, sku: Sku) -> Variant | None:
        """Return the variant with *sku*, or None if there is none."""
        return self._variant_by_sku.get(sku)

    def variant_by_gtin(self, gtin: Gtin) -> Variant | None:
        """Return the variant with *gtin*, however it is padded, or None if there is none."""
        return self._variant_by_gtin.get(gtin)

    def kit(self, sku: Sku) -> Kit | None:
        """Return the kit with *sku*, or None if that sku is taken from the shelf as it is."""
        return self.kits.get(sku)

    @cached_property
    def _products(self) -> dict[ProductId, Product]:
        return {product.id: product for product in self.products}

    @cached_property
    def _product_by_sku(self) -> dict[Sku, Product]:
        return {v.sku: product for product in self.products for v in product.variants}

    @cached_property
    def _variant_by_sku(self) -> dict[Sku, Variant]:
        return {variant.sku: variant for variant in self.variants}

    @cached_property
    def _variant_by_gtin(self) -> dict[Gtin, Variant]:
        return {v.gtin: v for v in self.variants if v.gtin is not None}
