"""What django-oscar's API says of a product, read into a listing and its stock record. Pure."""

from __future__ import annotations

import attrs
from oscar_orders import number_in

from ecomkit.channels import (
    Fields,
    Listing,
    ListingState,
    identity,
    money_of,
    text_of,
    whole_of,
)
from ecomkit.identifiers import ListingId
from ecomkit.money import Currency, Money

__all__ = ["Product", "StockRecord", "product_of"]


@attrs.frozen(kw_only=True)
class StockRecord:
    """What a product is sold from: units in stock, of which open orders hold the allocated ones."""

    number: str
    sku: str
    price: Money | None
    in_stock: int | None
    allocated: int

    @property
    def shown(self) -> int | None:
        """Return how many units shoppers can buy; None where no stock is kept."""
        return None if self.in_stock is None else self.in_stock - self.allocated


@attrs.frozen(kw_only=True)
class Product:
    """A product; only one that is no mere parent of others has a listing that can be bought."""

    listing: Listing
    is_sold: bool
    record: StockRecord | None


def product_of(document: Fields) -> Product:
    """Return what a document of the merchant's side says."""
    records = document.each("stockrecords", _record, default=())
    # Oscar sells from the first record, unless it was taught otherwise.
    record = min(filter(None, records), key=lambda one: int(one.number), default=None)
    upc = document.read("upc", text_of, default=None)
    number = document.read("id", identity)
    title = document.read("title", text_of, default="")
    is_public = document.read("is_public", bool, default=True)
    is_parent = document.read("structure", text_of, default="") == "parent"

    def make() -> Product:
        listing = Listing(
            id=ListingId(number),
            sku_text=upc if record is None else record.sku,
            gtin_text=upc,
            title=title,
            quantity=None if record is None else record.shown,
            price=None if record is None else record.price,
            state=ListingState.ON_SALE if is_public else ListingState.HIDDEN,
        )
        return Product(listing=listing, is_sold=not is_parent, record=record)

    return document.build(make)


def _record(row: Fields) -> StockRecord:
    currency = row.read("price_currency", Currency.parse)
    return row.build(
        StockRecord,
        number=row.read("url", number_in),
        sku=row.read("partner_sku", text_of),
        price=row.read("price", money_of(currency), default=None),
        in_stock=row.read("num_in_stock", whole_of, default=None),
        allocated=row.read("num_allocated", whole_of, default=0),
    )
