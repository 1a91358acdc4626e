"""What one location holds of a variant, as Shopify tells it. Pure."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.adapters.shopify._names import Node

__all__ = ["Shelf", "shelf_of"]


@final
@attrs.frozen(kw_only=True)
class Shelf:
    """
    A variant at a location.

    Args:
        item: The inventory item's id.
        available: What shoppers can buy; None where it is not counted there.
        refusal: Why no stock can be shown, None if it can.
    """

    item: str
    available: int | None
    refusal: str | None


def shelf_of(variant: Node) -> Shelf:
    """
    Return what a variant's answer says.

    A variant that the location does not stock is not put there by a push: where a merchant
    stocks what is the merchant's to say.

    >>> shelf_of({"inventoryItem": {"id": "i", "tracked": False, "inventoryLevel": None}}).refusal
    'its quantity is not tracked; switch tracking on in Shopify'
    """
    item = variant["inventoryItem"]
    level = item["inventoryLevel"]
    if not item["tracked"]:
        refusal = "its quantity is not tracked; switch tracking on in Shopify"
    elif level is None:
        refusal = "it is not stocked at the location; stock it there in Shopify"
    else:
        [available] = [int(one["quantity"]) for one in level["quantities"]]
        return Shelf(item=item["id"], available=available, refusal=None)
    return Shelf(item=item["id"], available=None, refusal=refusal)
