"""How stock and purchase orders stand in sheets."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.adapters.csv._names import column, given, names, names_or_none
from ecomkit.adapters.csv._table import Names, Wanted
from ecomkit.money import Currency

__all__ = ["ListingColumns", "PurchaseOrderColumns"]


@final
@attrs.frozen(kw_only=True)
class ListingColumns:
    """
    How listings stand in a sheet, one a row: read from what a person exports, written as stock.

    Where a column has several names, the first is written.
    """

    listing: Names = attrs.field(default=("listing",), converter=names, validator=column)
    quantity: Names = attrs.field(default=("quantity",), converter=names, validator=column)
    sku: Names | None = attrs.field(
        default=("sku",), converter=names_or_none, validator=optional(column)
    )
    gtin: Names | None = attrs.field(
        default=("gtin",), converter=names_or_none, validator=optional(column)
    )
    title: Names | None = attrs.field(
        default=("title",), converter=names_or_none, validator=optional(column)
    )
    price: Names | None = attrs.field(
        default=None, converter=names_or_none, validator=optional(column)
    )
    currency: Currency | None = attrs.field(default=None, validator=optional(is_a(Currency)))

    def __attrs_post_init__(self) -> None:
        if (self.price is None) is not (self.currency is None):
            raise refuse(self, "price", self.price, "given where the currency is, and only there")

    @property
    def needed(self) -> Wanted:
        """The column without which a sheet is none of listings."""
        return given(self, "listing")

    @property
    def more(self) -> Wanted:
        """The columns that a sheet may lack."""
        return given(self, "sku", "gtin", "title", "quantity", "price")

    @property
    def written(self) -> Wanted:
        """The columns that are written, in order."""
        return given(self, "listing", "sku", "gtin", "title", "quantity", "price")


@final
@attrs.frozen(kw_only=True)
class PurchaseOrderColumns:
    """How the lines of a purchase order stand in a sheet; the first name of each is written."""

    number: Names = attrs.field(default=("purchase order",), converter=names, validator=column)
    placed_on: Names = attrs.field(default=("ordered on",), converter=names, validator=column)
    supplier: Names = attrs.field(default=("supplier",), converter=names, validator=column)
    sku: Names = attrs.field(default=("sku",), converter=names, validator=column)
    location: Names = attrs.field(default=("deliver to",), converter=names, validator=column)
    quantity: Names = attrs.field(default=("quantity",), converter=names, validator=column)
    received: Names = attrs.field(default=("received",), converter=names, validator=column)
    expected_on: Names = attrs.field(default=("expected on",), converter=names, validator=column)

    @property
    def written(self) -> Wanted:
        """The columns, in order."""
        return given(
            self,
            "number",
            "placed_on",
            "supplier",
            "sku",
            "location",
            "quantity",
            "received",
            "expected_on",
        )
