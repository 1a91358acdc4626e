"""What the merchant does with goods, past the API."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ecomkit.identifiers import ListingId
from ecomkit.money import Money
from ecomkit.testing.fakes.woocommerce._products import Products
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._turns import in_turn
from ecomkit.testing.fakes.woocommerce._values import Managed, Product

__all__ = ["Goods"]


class Goods:
    """Puts things up, and sees and sets what they show."""

    shop: Shop
    products: Products

    @in_turn
    def put_up(
        self,
        sku: str,
        *,
        title: str = "Widget",
        quantity: int | None = 7,
        price: Money | None = None,
        status: str = "publish",
    ) -> ListingId:
        """Put up a simple product; no stock is kept of it where *quantity* is None."""
        now = self.shop.now()
        number = self.shop.number("post")
        product = Product(
            id=number,
            name=title,
            slug=f"product-{number}",
            sku=sku,
            status=status,
            price=price.amount if price else 1000,
            managed=quantity is not None,
            quantity=quantity,
            stock_status="instock" if quantity is None else _word(quantity),
            created=now,
            modified=now,
        )
        self.products.put_up(product)
        return ListingId(str(number))

    @in_turn
    def put_up_variations(
        self,
        skus: Sequence[str],
        *,
        title: str = "Shirt",
        quantity: int | None = 7,
        shared: int | None = None,
        price: Money | None = None,
        status: str = "publish",
    ) -> tuple[ListingId, ...]:
        """
        Put up one product with a variation for each of *skus*.

        Args:
            skus: One for each variation, in order.
            title: Of the product.
            quantity: Of each variation; no stock is kept of it where it is None.
            shared: The stock that they share at their product, in place of one of each.
            price: Of each, 19 of the shop's currency unless given.
            status: ``publish``, ``draft``, ``private`` or ``pending``.
        """
        now = self.shop.now()
        parent = self.shop.number("post")
        options = [f"Size {at}" for at, _ in enumerate(skus)]
        choice = {
            "id": 0,
            "name": "Size",
            "slug": "Size",
            "position": 0,
            "visible": True,
            "variation": True,
            "options": options,
        }
        self.products.put_up(
            Product(
                id=parent,
                kind="variable",
                name=title,
                slug=f"product-{parent}",
                status=status,
                managed=shared is not None,
                quantity=shared,
                attributes=(choice,),
                created=now,
                modified=now,
            )
        )
        own: Managed = quantity is not None
        found = []
        for sku, option in zip(skus, options, strict=True):
            number = self.shop.number("post")
            self.products.put_up(
                Product(
                    id=number,
                    parent_id=parent,
                    kind="variation",
                    slug=f"product-{number}",
                    sku=sku,
                    status=status,
                    price=price.amount if price else 1900,
                    managed=own if shared is None else "parent",
                    quantity=quantity if shared is None else None,
                    stock_status=_word(1 if quantity is None else quantity),
                    attributes=({"id": 0, "name": "Size", "slug": "size", "option": option},),
                    created=now,
                    modified=now,
                )
            )
            found.append(ListingId(f"{parent}:{number}"))
        return tuple(found)

    @in_turn
    def shown(self, listing: ListingId) -> int | None:
        """Return the stock that a listing shows, None where it keeps none."""
        keeper = self.shop.keeper(self._product(listing))
        return keeper.quantity if keeper else None

    @in_turn
    def show(self, listing: ListingId, quantity: int) -> None:
        """Write the stock of a listing, past the API."""
        product = self._product(listing)
        keeper = self.shop.keeper(product) or attrs.evolve(product, managed=True)
        self.shop.set_stock(keeper, quantity)

    def _product(self, listing: ListingId) -> Product:
        product, _, variation = listing.partition(":")
        return self.shop.products[int(variation or product)]


def _word(quantity: int) -> str:
    return "instock" if quantity > 0 else "outofstock"
