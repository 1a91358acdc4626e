"""The catalogue: variants by id, and changes of sku, price and state."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import attrs

from ecomkit.adapters.http import (
    Flow,
    Places,
    cursor_of,
    flow,
    read_cursor,
    settled,
)
from ecomkit.adapters.vendure._amounts import amount_of, currency_of, stored
from ecomkit.adapters.vendure._base import VendureBase
from ecomkit.adapters.vendure._documents import LISTINGS, UPDATE_LISTINGS
from ecomkit.adapters.vendure._names import Node, is_id
from ecomkit.adapters.vendure._shelf import Shelf
from ecomkit.adapters.vendure._walk import stretch
from ecomkit.channels import (
    Applied,
    Cursor,
    Effect,
    Listing,
    ListingChange,
    ListingPage,
    ListingState,
    Rejected,
    text_of,
    whole_of,
)
from ecomkit.errors import InputError
from ecomkit.identifiers import ListingId
from ecomkit.money import Money

__all__ = ["ListingFlows"]

PAGE_MAX = 200


class ListingFlows(VendureBase):
    """The flows of a catalogue source and a listing sink."""

    @flow
    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[ListingPage]:
        """Return the variants after *cursor*, by id; a page holds no more than 200."""
        skip, last = (0, "") if cursor is None else read_cursor(cursor, _place, owner="Vendure")
        size = min(page_size, PAGE_MAX)
        found = yield from stretch(self._variants, skip=skip, last=last, size=size)
        return ListingPage(
            listings=[self._listing(row) for row in found.rows],
            next=cursor_of({"skip": found.skip, "last": found.last}),
            more=found.more,
        )

    @flow
    def push_listings(self, changes: Sequence[ListingChange]) -> Flow[tuple[Effect, ...]]:
        """
        Change sku, price and state, row by row: one that is refused keeps no other from counting.

        A price is in the currency of the channel, with or without tax as the channel has it.
        """
        effects: list[Effect] = []
        for change in changes:
            push = self._push_listing(change)
            effects += [(yield from settled(push, read_back=partial(self._read_listing, change)))]
        return tuple(effects)

    # -- reading ------------------------------------------------------------------------------

    def _variants(self, skip: int, take: int, **more: Any) -> Flow[list[Node]]:
        options = {"skip": skip, "take": take, "sort": {"id": "ASC"}, **more}
        data = yield from self._ask_all(LISTINGS, options=options)
        # What the settings say goes with each row.
        settings = data["globalSettings"]
        return [{**row, "settings": settings} for row in data["productVariants"]["items"]]

    def _listing(self, row: Node) -> Listing:
        shelf = Shelf.of(row, location=self._location, settings=row["settings"])
        # A product that is disabled hides its variants, whatever they say.
        is_seen = row["enabled"] and row["product"]["enabled"]
        return Listing(
            id=ListingId(row["id"]),
            sku_text=row["sku"],
            title=row["name"],
            quantity=shelf.shown,
            price=self._price(row),
            state=ListingState.ON_SALE if is_seen else ListingState.HIDDEN,
        )

    def _price(self, row: Node) -> Money:
        """Return the price as it was entered: ``price`` is shown without tax."""
        code = row["currencyCode"]
        entered = [one["price"] for one in row["prices"] if one["currencyCode"] == code]
        raw = entered[0] if entered else row["price"]
        return amount_of(currency_of(code), precision=self._precision)(raw)

    # -- changing -----------------------------------------------------------------------------

    def _found(self, listing: ListingId) -> Flow[Listing | None]:
        if not is_id(listing):
            return None
        rows = yield from self._variants(0, 1, filter={"id": {"eq": listing}})
        return self._listing(rows[0]) if rows else None

    def _push_listing(self, change: ListingChange) -> Flow[Effect]:
        known = yield from self._found(change.listing)
        if known is None:
            return Rejected(reason="there is no such variant")
        if change.state is ListingState.ENDED:
            return Rejected(reason="a variant is hidden or on sale; it is not taken down for good")
        price = change.price
        if (
            price is not None
            and known.price is not None
            and price.currency != known.price.currency
        ):
            return Rejected(reason=f"the channel sells in {known.price.currency.name}")
        fields: dict[str, Any] = {"id": change.listing}
        if change.sku is not None:
            fields["sku"] = change.sku
        if price is not None:
            try:
                fields["price"] = stored(price, precision=self._precision)
            except InputError as error:
                return Rejected(reason=error.message)
        if change.state is not None:
            fields["enabled"] = change.state is ListingState.ON_SALE
        yield from self._ask(UPDATE_LISTINGS, input=[fields])
        return Applied()

    def _read_listing(self, change: ListingChange) -> Flow[Effect]:
        known = yield from self._found(change.listing)
        if known is None:
            return Rejected(reason="there is no such variant")
        wanted = attrs.evolve(
            known,
            sku_text=known.sku_text if change.sku is None else str(change.sku),
            price=known.price if change.price is None else change.price,
            state=known.state if change.state is None else change.state,
        )
        return Applied() if wanted == known else Rejected(reason="it shows something else")


def _place(places: Places) -> tuple[int, str]:
    skip, last = whole_of(places["skip"]), text_of(places["last"])
    if skip < 0:
        raise ValueError(skip)
    return skip, last
