"""Listings: the variants of a shop, and changes to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import final

import attrs

from ecomkit.adapters.http import Flow, Places, Repeat, cursor_of, flow, read_cursor
from ecomkit.adapters.shopify._base import ShopifyBase, words_of
from ecomkit.adapters.shopify._documents import (
    PRODUCT_STATUS,
    UPDATE_VARIANTS,
    VARIANT_PRODUCTS,
    VARIANTS,
)
from ecomkit.adapters.shopify._names import Node, gid, is_number, number_of_gid
from ecomkit.adapters.shopify._shelf import shelf_of
from ecomkit.adapters.shopify._words import LISTING_STATES, PRODUCT_STATUSES
from ecomkit.channels import (
    Applied,
    ChannelAnswerError,
    ChannelUnavailableError,
    Cursor,
    Effect,
    Listing,
    ListingChange,
    ListingPage,
    ListingState,
    Rejected,
    Unknown,
    identity,
    money_of,
    text_of,
)
from ecomkit.identifiers import ListingId
from ecomkit.money import Currency

__all__ = ["ListingFlows"]

WINDOW_ROWS_MAX = 20_000
"""Shopify gives 25,000 objects of one filter and then no more; a new window starts before."""

READ_ROWS_MAX = 200
UPDATE_ROWS_MAX = 100


class ListingFlows(ShopifyBase):
    """The flows of a catalogue source and a listing sink."""

    @flow
    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[ListingPage]:
        """Return the variants after *cursor*, in the order of their ids, with their stock at the location."""
        place = _Place() if cursor is None else read_cursor(cursor, _place, owner="Shopify")
        first = min(page_size, VARIANTS.rows_max)
        variables = {} if place.query is None else {"query": place.query}
        data = yield from self._ask_page(
            VARIANTS, first=first, after=place.after, location=self._location, **variables
        )
        currency = Currency.parse(data["shop"]["currencyCode"])
        found = data["productVariants"]
        page = found["pageInfo"]
        listings = [_listing(node, currency) for node in found["nodes"]]
        # An empty page has no end; a later pull goes on where the last one ended.
        if listings:
            place = place.on(text_of(page["endCursor"]), listings=listings)
        return ListingPage(listings=listings, next=place.cursor(), more=bool(page["hasNextPage"]))

    @flow
    def push_listings(self, changes: Sequence[ListingChange]) -> Flow[tuple[Effect, ...]]:
        """
        Change variants; answer one effect a row.

        A state is that of the product, so it changes all of its variants; of two rows that
        want different states of one product the later one is refused.
        """
        if not changes:
            return ()
        products, currency = yield from self._products([change.listing for change in changes])
        effects: list[Effect | None] = [_refusal(change, products, currency) for change in changes]
        by_product: dict[str, list[int]] = {}
        for row, change in enumerate(changes):
            if effects[row] is None:
                by_product.setdefault(products[change.listing], []).append(row)
        for product, rows in by_product.items():
            found = yield from self._changed(product, {row: changes[row] for row in rows})
            for row, effect in found.items():
                effects[row] = effect
        return tuple(effect or Applied() for effect in effects)

    def _products(
        self, listings: Sequence[ListingId]
    ) -> Flow[tuple[dict[ListingId, str], Currency | None]]:
        """Return the product of each variant that is there, and the shop's currency."""
        wanted = [one for one in dict.fromkeys(listings) if is_number(one)]
        products: dict[ListingId, str] = {}
        currency: Currency | None = None
        for start in range(0, len(wanted), READ_ROWS_MAX):
            chunk = wanted[start : start + READ_ROWS_MAX]
            ids = [gid("ProductVariant", one) for one in chunk]
            data = yield from self._ask(VARIANT_PRODUCTS, rows=len(ids), ids=ids)
            currency = Currency.parse(data["shop"]["currencyCode"])
            for listing, node in zip(chunk, data["nodes"], strict=True):
                if node:
                    products[listing] = node["product"]["id"]
        return products, currency

    def _changed(
        self, product: str, changes: Mapping[int, ListingChange]
    ) -> Flow[dict[int, Effect]]:
        """Change variants of one *product*, and return what became of each row."""
        effects: dict[int, Effect] = dict.fromkeys(changes, Applied())
        told = [
            row for row, one in changes.items() if one.price is not None or one.sku is not None
        ]
        for start in range(0, len(told), UPDATE_ROWS_MAX):
            chunk = told[start : start + UPDATE_ROWS_MAX]
            variants = [_variant(changes[row]) for row in chunk]
            try:
                # Absolute values: sent twice, they count once.
                data = yield from self._ask(
                    UPDATE_VARIANTS, repeat=Repeat.AT_WILL, product=product, variants=variants
                )
            except (ChannelUnavailableError, ChannelAnswerError) as error:
                effects |= dict.fromkeys(chunk, Unknown(reason=error.message))
                continue
            for fault in data["productVariantsBulkUpdate"]["userErrors"]:
                for row in _rows_of(fault, chunk):
                    effects[row] = Rejected(reason=words_of([fault]))
        wanted = [row for row, one in changes.items() if one.state is not None]
        if wanted:
            state = changes[wanted[0]].state
            effect = yield from self._stated(product, state)
            for row in wanted:
                if changes[row].state is not state:
                    effects[row] = Rejected(
                        reason="another row wants another state of its product"
                    )
                elif isinstance(effects[row], Applied):
                    effects[row] = effect
        return effects

    def _stated(self, product: str, state: ListingState | None) -> Flow[Effect]:
        assert state is not None
        try:
            data = yield from self._ask(
                PRODUCT_STATUS,
                repeat=Repeat.AT_WILL,
                product={"id": product, "status": PRODUCT_STATUSES[state]},
            )
        except (ChannelUnavailableError, ChannelAnswerError) as error:
            return Unknown(reason=error.message)
        errors = data["productUpdate"]["userErrors"]
        return Rejected(reason=words_of(errors)) if errors else Applied()


@final
@attrs.frozen(kw_only=True)
class _Place:
    """
    A place in the list of all variants.

    Args:
        above: The filter: variants with a higher number than this; None for all.
        after: The place within the filter's list, as Shopify names it.
        rows: How many variants of the filter's list were given.
    """

    above: str | None = None
    after: str | None = None
    rows: int = 0

    @property
    def query(self) -> str | None:
        """The filter in Shopify's words."""
        return None if self.above is None else f"id:>{self.above}"

    def on(self, after: str, *, listings: Sequence[Listing]) -> _Place:
        """Return the place past *listings*: *after* in this window, or the start of another."""
        rows = self.rows + len(listings)
        if rows >= WINDOW_ROWS_MAX:
            return _Place(above=str(listings[-1].id))
        return attrs.evolve(self, after=after, rows=rows)

    def cursor(self) -> Cursor:
        """Return the cursor that names the place."""
        return cursor_of({"above": self.above, "after": self.after, "rows": self.rows or None})


def _place(places: Places) -> _Place:
    above, after, rows = places.get("above"), places.get("after"), places.get("rows") or 0
    if not (above is None or (isinstance(above, str) and is_number(above))):
        raise TypeError("above")
    if not (after is None or isinstance(after, str)) or type(rows) is not int:
        raise TypeError("after")
    return _Place(above=above, after=after, rows=rows)


def _listing(node: Node, currency: Currency) -> Listing:
    shelf = shelf_of(node)
    return Listing(
        id=ListingId(identity(node["legacyResourceId"])),
        sku_text=node["sku"] or None,
        gtin_text=node["barcode"] or None,
        title=node["displayName"],
        quantity=shelf.available,
        price=money_of(currency)(node["price"]),
        state=LISTING_STATES.get(node["product"]["status"]),
        # What no stock can be shown for is looked up again with each push: it may be mended.
        handle=number_of_gid(shelf.item) if shelf.refusal is None else None,
    )


def _refusal(
    change: ListingChange, products: Mapping[ListingId, str], currency: Currency | None
) -> Effect | None:
    if change.listing not in products or currency is None:
        return Rejected(reason="Shopify has no such variant")
    if change.price is not None and change.price.currency is not currency:
        return Rejected(reason=f"the shop's prices are in {currency.name}")
    return None


def _variant(change: ListingChange) -> Node:
    told: Node = {"id": gid("ProductVariant", change.listing)}
    if change.price is not None:
        told["price"] = str(change.price.to_decimal())
    if change.sku is not None:
        told["inventoryItem"] = {"sku": str(change.sku)}
    return told


def _rows_of(error: Node, rows: Sequence[int]) -> Sequence[int]:
    """Return the rows that *error* speaks of: the one it names, or all."""
    for step in error.get("field") or ():
        if str(step).isdecimal() and int(step) < len(rows):
            return [rows[int(step)]]
    return rows
