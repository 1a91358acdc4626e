"""Strategies for identifiers."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import (
    CartId,
    ChannelId,
    ClaimId,
    CommandKey,
    CustomerId,
    Identifier,
    LineId,
    ListingId,
    LocationId,
    LotId,
    MerchantId,
    OrderId,
    ParcelId,
    ProductId,
    PurchaseOrderId,
    ReturnId,
    Sku,
    SupplierId,
    TransferId,
)

__all__ = [
    "cart_ids",
    "channel_ids",
    "claim_ids",
    "command_keys",
    "customer_ids",
    "identifiers",
    "line_ids",
    "listing_ids",
    "location_ids",
    "lot_ids",
    "merchant_ids",
    "order_ids",
    "parcel_ids",
    "product_ids",
    "purchase_order_ids",
    "return_ids",
    "skus",
    "supplier_ids",
    "transfer_ids",
]

_Kind = TypeVar("_Kind", bound=Identifier)


# What str.isprintable accepts: everything but the categories "other" and "separator", and the
# plain blank, which may stand inside only.
def _printable(forbidden: str) -> st.SearchStrategy[str]:
    return st.characters(
        exclude_categories=("C", "Z"), include_characters=" ", exclude_characters=forbidden
    )


def identifiers(
    kind: type[_Kind], *, min_size: int = 1, max_size: int | None = None
) -> st.SearchStrategy[_Kind]:
    """
    Return identifiers of *kind*: printable text of *min_size* to *max_size* characters.

    Without *max_size*, the longest are as long as the kind allows.

    Raises:
        FieldError: If the sizes contradict each other or the limits of identifiers.
    """
    if max_size is None:
        max_size = kind.length_max
    if not 1 <= min_size <= max_size <= kind.length_max:
        raise FieldError(
            owner="identifiers",
            field="min_size",
            got=(min_size, max_size),
            wanted=f"1 <= min_size <= max_size <= {kind.length_max}",
        )
    texts = st.text(_printable(kind.forbidden), min_size=min_size, max_size=max_size)
    return texts.filter(lambda text: text[0] != " " != text[-1]).map(kind)


def merchant_ids() -> st.SearchStrategy[MerchantId]:
    """Return names of merchants."""
    return identifiers(MerchantId)


def channel_ids() -> st.SearchStrategy[ChannelId]:
    """Return names of channels."""
    return identifiers(ChannelId)


def location_ids() -> st.SearchStrategy[LocationId]:
    """Return names of locations."""
    return identifiers(LocationId)


def skus() -> st.SearchStrategy[Sku]:
    """Return stock keeping units."""
    return identifiers(Sku)


def product_ids() -> st.SearchStrategy[ProductId]:
    """Return names of products."""
    return identifiers(ProductId)


def listing_ids() -> st.SearchStrategy[ListingId]:
    """Return names of listings."""
    return identifiers(ListingId)


def order_ids() -> st.SearchStrategy[OrderId]:
    """Return names of orders."""
    return identifiers(OrderId)


def line_ids() -> st.SearchStrategy[LineId]:
    """Return names of order lines."""
    return identifiers(LineId)


def cart_ids() -> st.SearchStrategy[CartId]:
    """Return names of carts."""
    return identifiers(CartId)


def customer_ids() -> st.SearchStrategy[CustomerId]:
    """Return names of customers."""
    return identifiers(CustomerId)


def supplier_ids() -> st.SearchStrategy[SupplierId]:
    """Return names of suppliers."""
    return identifiers(SupplierId)


def purchase_order_ids() -> st.SearchStrategy[PurchaseOrderId]:
    """Return names of purchase orders."""
    return identifiers(PurchaseOrderId)


def return_ids() -> st.SearchStrategy[ReturnId]:
    """Return names of returns."""
    return identifiers(ReturnId)


def parcel_ids() -> st.SearchStrategy[ParcelId]:
    """Return names of parcels."""
    return identifiers(ParcelId)


def claim_ids() -> st.SearchStrategy[ClaimId]:
    """Return names of claims of buyers."""
    return identifiers(ClaimId)


def lot_ids() -> st.SearchStrategy[LotId]:
    """Return names of lots."""
    return identifiers(LotId)


def transfer_ids() -> st.SearchStrategy[TransferId]:
    """Return names of transfers."""
    return identifiers(TransferId)


def command_keys() -> st.SearchStrategy[CommandKey]:
    """Return keys of commands."""
    return identifiers(CommandKey)
