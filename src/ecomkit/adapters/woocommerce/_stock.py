"""Stock: absolute numbers in batches; the shop compares nothing, the last writer wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecomkit.adapters.http import Flow, NotFoundError, flow, flow_of
from ecomkit.adapters.woocommerce._base import PER_PAGE_MAX, id_of
from ecomkit.adapters.woocommerce._batches import Batches, products_of, variations_of
from ecomkit.adapters.woocommerce._words import Place, quantity_of
from ecomkit.channels import (
    Applied,
    Effect,
    Rejected,
    StockReading,
    StockResult,
    StockUpdate,
    Unknown,
)
from ecomkit.errors import AttentionError, TransientError
from ecomkit.identifiers import ListingId

__all__ = ["StockPart", "shown_quantity"]

PRODUCTS = "products"


def shown_quantity(row: Mapping[str, Any]) -> int | None:
    """
    Return what a product or variation shows; None where the shop keeps no stock of it.

    A variation whose stock is its parent's shows the parent's.
    """
    if row.get("manage_stock") is False or row.get("stock_quantity") is None:
        return None
    return quantity_of(row["stock_quantity"])


class StockPart(Batches):
    """The part of the client that shows and reads stock."""

    @property
    def push_rows_max(self) -> int:
        """
        The most rows that one push may hold.

        A call takes 100, and the variations of each product need calls of their own.
        """
        return 900

    def push_group(self, listing: ListingId) -> str:
        """Return the product for a variation; all other products share calls."""
        product, mark, _ = listing.partition(":")
        return product if mark else PRODUCTS

    @flow
    def push_stock(self, updates: Sequence[StockUpdate]) -> Flow[tuple[StockResult, ...]]:
        """
        Show the quantities, and have the shop keep stock of what it kept none of.

        ``expected`` is not looked at: the shop cannot compare, and to read before writing only
        narrows the gap in which a sale is overwritten.
        """
        listings = [update.listing for update in updates]
        places = products_of(listings)
        effects = yield from self._batched(
            places,
            row_of=lambda number: {
                "manage_stock": True,
                "stock_quantity": updates[number].quantity,
            },
            judge=lambda number, row: _shown(row, updates[number].quantity),
        )
        doubtful = [
            number
            for number, effect in effects.items()
            if isinstance(effect, Unknown) and not effect.reason.startswith("not sent")
        ]
        if doubtful:
            effects.update((yield from self._looked(updates, doubtful, effects)))
        return tuple(
            StockResult(listing=listing, effect=effects[number])
            for number, listing in enumerate(listings)
        )

    @flow
    def read_stock(self, listings: Sequence[ListingId]) -> Flow[tuple[StockReading, ...]]:
        """Return what the shop shows; None for what it lacks, or keeps no stock of."""
        places = products_of(listings)
        wanted: dict[int | None, set[int]] = {}
        for place in places.values():
            if place is not None and place.variation is None:
                wanted.setdefault(None, set()).add(place.product)
            elif place is not None and place.variation is not None:
                wanted.setdefault(place.product, set()).add(place.variation)
        found: dict[Place, int | None] = {}
        for parent, ids in wanted.items():
            ordered = sorted(ids)
            for first in range(0, len(ordered), PER_PAGE_MAX):
                rows = yield from self._rows(parent, ordered[first : first + PER_PAGE_MAX])
                for row in rows:
                    number = id_of(row)
                    if number in ids:
                        place = Place(number) if parent is None else Place(parent, number)
                        found[place] = shown_quantity(row)
        read_at = self.kit.time.now()
        return tuple(
            StockReading(
                listing=listing,
                quantity=None if place is None else found.get(place),
                read_at=read_at,
            )
            for listing, place in zip(listings, places.values(), strict=True)
        )

    def _rows(self, parent: int | None, ids: Sequence[int]) -> Flow[tuple[Any, ...]]:
        try:
            part = yield from self._rows_of(
                variations_of(parent),
                query={"include": ",".join(map(str, ids)), "status": "any"},
                offset=0,
                asked=len(ids),
            )
        except NotFoundError:
            return ()
        return part.rows

    def _looked(
        self,
        updates: Sequence[StockUpdate],
        doubtful: Sequence[int],
        effects: Mapping[int, Effect],
    ) -> Flow[dict[int, Effect]]:
        """Return what became of rows whose call was lost: what shows the number was applied."""
        try:
            readings = yield from flow_of(self.read_stock)(
                [updates[number].listing for number in doubtful]
            )
        except (TransientError, AttentionError):
            return {}
        return {
            number: Applied() if reading.quantity == updates[number].quantity else effects[number]
            for number, reading in zip(doubtful, readings, strict=True)
        }


def _shown(row: Mapping[str, Any], quantity: int) -> Effect:
    try:
        shown = shown_quantity(row)
    except TypeError as error:
        return Unknown(reason=str(error))
    if shown == quantity:
        return Applied()
    return Rejected(reason=f"the shop shows {shown} instead of {quantity}", observed=shown)
