"""What the merchant does with goods: put up, take down, count."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ecomkit.identifiers import ListingId
from ecomkit.money import Money
from ecomkit.testing.fakes.shopify._endpoint import Endpoint
from ecomkit.testing.fakes.shopify._state import Level, Product, Variant

__all__ = ["Shelves"]


class Shelves(Endpoint):
    """The shop with the merchant among the shelves."""

    @property
    def location(self) -> str:
        """The number of the shop's first location."""
        return str(self.store.main.id)

    def open_location(self, name: str) -> str:
        """Open one more location; return its number."""
        return str(self.store.open_location(name).id)

    def put_up(
        self,
        sku: str | None,
        *,
        title: str = "A thing",
        quantity: int = 7,
        price: Money | None = None,
        barcode: str | None = None,
        status: str = "ACTIVE",
    ) -> ListingId:
        """Put a product of one variant up for sale; return the variant's number."""
        return self.put_up_variants(
            {sku: quantity}, title=title, price=price, barcode=barcode, status=status
        )[0]

    def put_up_variants(
        self,
        quantities: Mapping[str | None, int],
        *,
        title: str = "A thing",
        price: Money | None = None,
        barcode: str | None = None,
        status: str = "ACTIVE",
    ) -> tuple[ListingId, ...]:
        """Put a product of several variants up for sale, by their skus."""
        store = self.store
        now = store.now()
        product = Product(
            id=store.next_id(), title=title, status=status, created_at=now, updated_at=now
        )
        store.products[product.id] = product
        for sku, quantity in quantities.items():
            variant = Variant(
                id=store.next_id(),
                item=store.next_id(),
                product=product,
                sku=sku,
                title="Default Title" if len(quantities) == 1 else str(sku),
                price=price or Money.from_decimal(Decimal(20), self.store.currency),
                barcode=barcode,
                created_at=now,
                updated_at=now,
            )
            variant.levels[store.main.id] = Level(
                item=variant.item, location=store.main, at=now, available=quantity
            )
            product.variants.append(variant)
            store.variants[variant.id] = store.items[variant.item] = variant
        return tuple(ListingId(str(one.id)) for one in product.variants)

    def take_down(self, listing: ListingId) -> None:
        """Delete a variant, and its product with the last one; orders keep their lines."""
        variant = self.variant(listing)
        del self.store.variants[variant.id], self.store.items[variant.item]
        variant.product.variants.remove(variant)
        if not variant.product.variants:
            del self.store.products[variant.product.id]
        for order in self.store.orders.values():
            for line in order.lines:
                if line.variant is variant:
                    line.variant = None

    def variant(self, listing: ListingId) -> Variant:
        """Return the shop's own record of a listing."""
        return self.store.variants[int(listing)]

    def shown(self, listing: ListingId, *, location: str | None = None) -> int | None:
        """Return the available units of a listing; None where it has no stock of its own."""
        variant = self.store.variants.get(int(listing))
        level = variant.levels.get(int(location or self.location)) if variant else None
        return None if level is None else level.available

    def show(self, listing: ListingId, quantity: int, *, location: str | None = None) -> None:
        """Set the available units of a listing past the client."""
        place = self.store.locations[int(location or self.location)]
        variant = self.variant(listing)
        level = variant.levels.setdefault(
            place.id, Level(item=variant.item, location=place, at=self.store.now())
        )
        level.available = quantity
        self.store.moved(level)
