"""What the shop keeps: frozen values, amounts in minor units, times in whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, final

import attrs

__all__ = [
    "Line",
    "Managed",
    "Meta",
    "Note",
    "Order",
    "Product",
    "Refund",
    "RefundLine",
    "Side",
    "SideLine",
    "Webhook",
    "meta_value",
    "with_meta",
]

Managed: TypeAlias = bool | Literal["parent"]
"""Whether stock is kept of a thing, or at its parent."""
Side: TypeAlias = Literal["shipping", "fee", "coupon"]
"""What a line beside the goods is for."""


@final
@attrs.frozen(kw_only=True)
class Meta:
    """One row of free data that plugins and clients put beside a thing."""

    id: int
    key: str
    value: Any


def meta_value(meta: tuple[Meta, ...], key: str) -> Any:
    """Return the value that *meta* has for *key*, None if it has none."""
    return next((row.value for row in meta if row.key == key), None)


def with_meta(meta: tuple[Meta, ...], row: Meta) -> tuple[Meta, ...]:
    """Return *meta* with *row*, which keeps the id of the row that it replaces."""
    if meta_value(meta, row.key) is None:
        return (*meta, row)
    return tuple(attrs.evolve(old, value=row.value) if old.key == row.key else old for old in meta)


@final
@attrs.frozen(kw_only=True)
class Product:
    """
    A product, or a variation of one.

    Args:
        parent_id: The product it is a variation of, 0 for a product.
        kind: ``simple``, ``variable``, ``variation``, or a plugin's word.
        price: Minor units, None for no price.
        attributes: As the API has them.
    """

    id: int
    parent_id: int = 0
    kind: str = "simple"
    name: str = ""
    slug: str = ""
    sku: str = ""
    gtin: str = ""
    status: str = "publish"
    price: int | None = None
    managed: Managed = False
    quantity: int | None = None
    stock_status: str = "instock"
    backorders: str = "no"
    attributes: tuple[Mapping[str, Any], ...] = ()
    meta: tuple[Meta, ...] = ()
    created: datetime
    modified: datetime

    @property
    def option(self) -> str:
        """What tells a variation from its siblings."""
        return ", ".join(str(each["option"]) for each in self.attributes if "option" in each)


@final
@attrs.frozen(kw_only=True)
class Line:
    """A line of an order: what was sold, before and after discounts, tax apart."""

    id: int
    product_id: int
    variation_id: int = 0
    name: str
    quantity: int
    subtotal: int
    total: int
    subtotal_tax: int = 0
    total_tax: int = 0
    meta: tuple[Meta, ...] = ()

    @property
    def sold(self) -> int:
        """The id of what was sold: the variation, or the product."""
        return self.variation_id or self.product_id

    @property
    def held(self) -> int:
        """How many units this line holds of the stock."""
        return int(meta_value(self.meta, "_reduced_stock") or 0)


@final
@attrs.frozen(kw_only=True)
class SideLine:
    """A line that is no goods: shipping, a fee or a coupon."""

    id: int
    kind: Side
    code: str = ""
    title: str = ""
    total: int
    total_tax: int = 0


@final
@attrs.frozen(kw_only=True)
class RefundLine:
    """What of a line was refunded: counts and amounts above zero, shown below zero."""

    id: int
    line: Line
    quantity: int
    total: int
    total_tax: int = 0
    meta: tuple[Meta, ...] = ()


@final
@attrs.frozen(kw_only=True)
class Refund:
    """A refund of an order; *amount* counts, whatever its lines add up to."""

    id: int
    created: datetime
    amount: int
    reason: str = ""
    paid_back: bool = False
    lines: tuple[RefundLine, ...] = ()
    meta: tuple[Meta, ...] = ()

    @property
    def modified(self) -> datetime:
        """A refund never changes."""
        return self.created


@final
@attrs.frozen(kw_only=True)
class Note:
    """A note on an order; one to the customer is sent to them."""

    id: int
    created: datetime
    text: str
    for_customer: bool = False
    author: str = "WooCommerce"


@final
@attrs.frozen(kw_only=True)
class Order:
    """An order. *spoilt* makes its document unreadable."""

    id: int
    number: str
    key: str
    status: str
    currency: str
    created: datetime
    modified: datetime
    paid: datetime | None = None
    completed: datetime | None = None
    created_via: str = "rest-api"
    prices_include_tax: bool = False
    customer_id: int = 0
    customer_note: str = ""
    billing: Mapping[str, str] = attrs.field(factory=dict)
    shipping: Mapping[str, str] = attrs.field(factory=dict)
    payment_method: str = ""
    payment_method_title: str = ""
    transaction_id: str = ""
    meta: tuple[Meta, ...] = ()
    lines: tuple[Line, ...] = ()
    side_lines: tuple[SideLine, ...] = ()
    refunds: tuple[Refund, ...] = ()
    notes: tuple[Note, ...] = ()
    spoilt: bool = False

    def side(self, kind: str) -> tuple[SideLine, ...]:
        """Return the lines of one kind that are no goods."""
        return tuple(line for line in self.side_lines if line.kind == kind)

    @property
    def tax(self) -> int:
        """All tax."""
        return sum(line.total_tax for line in self.lines) + sum(
            line.total_tax for line in self.side_lines if line.kind != "coupon"
        )

    @property
    def total(self) -> int:
        """What the shopper pays, tax included; coupons are in the totals of the lines."""
        return (
            self.tax
            + sum(line.total for line in self.lines)
            + sum(line.total for line in self.side_lines if line.kind != "coupon")
        )

    @property
    def refunded(self) -> int:
        """What was given back."""
        return sum(refund.amount for refund in self.refunds)

    def refunded_units(self, line_id: int) -> int:
        """Return how many units of a line were refunded."""
        return sum(
            row.quantity
            for refund in self.refunds
            for row in refund.lines
            if row.line.id == line_id
        )


@final
@attrs.frozen(kw_only=True)
class Webhook:
    """A subscription; after too many failures in a row the shop disables it."""

    id: int
    name: str
    topic: str
    delivery_url: str
    secret: str = attrs.field(repr=False)
    status: str = "active"
    created: datetime
    changed: datetime | None = None
    failures: int = 0

    @property
    def modified(self) -> datetime:
        """When it last changed, or was made."""
        return self.changed or self.created
