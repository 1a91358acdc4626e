"""What the fake shop holds besides orders, as plain records that change."""

from __future__ import annotations

from datetime import datetime

import attrs

from ecomkit.money import Money

__all__ = [
    "Customer",
    "Level",
    "Location",
    "Product",
    "Subscription",
    "Variant",
]


@attrs.define(kw_only=True, eq=False)
class Location:
    """A place that holds stock."""

    id: int
    name: str
    at: datetime
    active: bool = True


@attrs.define(kw_only=True, eq=False)
class Level:
    """What one location holds of one item; on hand is the sum."""

    item: int
    location: Location
    at: datetime
    available: int = 0
    committed: int = 0

    @property
    def on_hand(self) -> int:
        """All that lies there."""
        return self.available + self.committed

    def quantity(self, name: str) -> int | None:
        """Return the quantity of that name, None if the vendor has none of it."""
        if name in {"incoming", "reserved", "damaged", "safety_stock", "quality_control"}:
            return 0
        known = {
            "available": self.available,
            "committed": self.committed,
            "on_hand": self.on_hand,
        }
        return known.get(name)


@attrs.define(kw_only=True, eq=False)
class Product:
    """A product and its variants."""

    id: int
    title: str
    created_at: datetime
    updated_at: datetime
    status: str = "ACTIVE"
    vendor: str = "The Corner Shop"
    product_type: str = ""
    tags: list[str] = attrs.field(factory=list)
    variants: list[Variant] = attrs.field(factory=list)


@attrs.define(kw_only=True, eq=False)
class Variant:
    """A variant with its inventory item, whose id it has for both."""

    id: int
    item: int
    product: Product
    sku: str | None
    title: str
    price: Money
    created_at: datetime
    updated_at: datetime
    barcode: str | None = None
    compare_at: Money | None = None
    policy: str = "CONTINUE"
    tracked: bool = True
    levels: dict[int, Level] = attrs.field(factory=dict)


@attrs.define(kw_only=True, eq=False)
class Customer:
    """Who buys."""

    id: int
    email: str
    first_name: str
    last_name: str
    created_at: datetime


@attrs.define(kw_only=True, eq=False)
class Subscription:
    """Where webhooks of one topic go."""

    id: int
    topic: str
    uri: str
    created_at: datetime
    updated_at: datetime
    filter: str | None = None
    format: str = "JSON"
    include_fields: list[str] = attrs.field(factory=list)
