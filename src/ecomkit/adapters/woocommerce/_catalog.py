"""Listings: products that can be bought and the variations of those that have some."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, final

import attrs

from ecomkit.adapters.http import (
    Flow,
    NotFoundError,
    Places,
    Request,
    cursor_of,
    flow,
    path_of,
    read_cursor,
    settled,
)
from ecomkit.adapters.woocommerce._base import PER_PAGE_MAX, id_of
from ecomkit.adapters.woocommerce._batches import Batches, products_of, variations_of
from ecomkit.adapters.woocommerce._stock import shown_quantity
from ecomkit.adapters.woocommerce._words import PRODUCT_STATES, Place
from ecomkit.channels import (
    Applied,
    Cursor,
    Effect,
    Listing,
    ListingChange,
    ListingPage,
    ListingState,
    Rejected,
)
from ecomkit.errors import InputError
from ecomkit.identifiers import ListingId
from ecomkit.money import Currency, Money

__all__ = ["CatalogPart"]

STEPS_MAX = 200
ALIASES = frozenset({"grouped"})
"""Products that are only a shelf of others: nobody buys them themselves."""


@final
@attrs.frozen(kw_only=True)
class _Walk:
    """
    A place in the catalogue: all products up to the id *high* were given.

    *at* is where the list went on; *inside* the product whose variations are being given, and
    *inner_high*, *inner_at* the same for them.
    """

    high: int = 0
    at: int = 0
    inside: int | None = None
    inner_high: int = 0
    inner_at: int = 0
    state: str | None = None
    title: str = ""

    @classmethod
    def of(cls, cursor: Cursor | None, *, owner: str) -> _Walk:
        """Return the place that *cursor* names."""

        def read(places: Places) -> _Walk:
            inside = places.get("inside")
            return cls(
                high=int(places["high"] or 0),
                at=int(places["at"] or 0),
                inside=None if inside is None else int(inside),
                inner_high=int(places.get("inner_high") or 0),
                inner_at=int(places.get("inner_at") or 0),
                state=None if places.get("state") is None else str(places["state"]),
                title=str(places.get("title") or ""),
            )

        return cls() if cursor is None else read_cursor(cursor, read, owner=owner)

    @property
    def cursor(self) -> Cursor:
        """The place as text."""
        return cursor_of(attrs.asdict(self))

    @property
    def parent_state(self) -> ListingState | None:
        """The state of the product whose variations are being given."""
        return None if self.state is None else ListingState[self.state]


@final
@attrs.define(kw_only=True)
class _Ahead:
    """
    Products that were read and not given yet: those behind one with variations.

    Each is a row with the place behind it and its id.
    """

    rows: deque[tuple[int, int, Any]] = attrs.field(factory=deque)
    is_end: bool = False


class CatalogPart(Batches):
    """The part of the client that reads and changes listings."""

    @flow
    def listings_after(self, cursor: Cursor | None, *, page_size: int) -> Flow[ListingPage]:
        """
        Return the next listings, by id; what is in the bin is not given.

        At the end the cursor stays there, and finds what is added later.
        """
        walk = _Walk.of(cursor, owner=type(self).__name__)
        ahead = _Ahead()
        found: list[Listing] = []
        for _ in range(STEPS_MAX):
            size = min(page_size, PER_PAGE_MAX - 1) - len(found)
            if walk.inside is not None:
                made, walk = yield from self._variations(walk, size)
                found += made
                more = True
            else:
                made, walk, more = yield from self._products(walk, size, ahead)
                found += made
            if not more or len(found) >= min(page_size, PER_PAGE_MAX - 1):
                return ListingPage(listings=found, next=walk.cursor, more=more)
        return ListingPage(listings=found, next=walk.cursor, more=True)

    @flow
    def push_listings(self, changes: Sequence[ListingChange]) -> Flow[tuple[Effect, ...]]:
        """
        Change skus, prices and states; a sku that another product has is refused with its id.

        An ended product goes into the shop's bin; variations have no bin, they can be hidden.
        """
        places = products_of([change.listing for change in changes])
        effects: dict[int, Effect] = {}
        for number, change in enumerate(changes):
            refusal = self._refusal(change, places[number])
            if refusal is not None:
                effects[number] = refusal
        rows = {number: _row(change, places[number]) for number, change in enumerate(changes)}
        sent = {
            number: place
            for number, place in places.items()
            if number not in effects and rows[number]
        }
        effects.update(
            (
                yield from self._batched(
                    sent, row_of=rows.__getitem__, judge=lambda _, __: Applied()
                )
            )
        )
        for number, change in enumerate(changes):
            fine = isinstance(effects.setdefault(number, Applied()), Applied)
            place = places[number]
            if fine and place is not None and change.state is ListingState.ENDED:
                effects[number] = yield from self._end(place)
        return tuple(effects[number] for number in range(len(changes)))

    # -- reading ----------------------------------------------------------------------------

    def _next(
        self, target: str, *, high: int, at: int, size: int
    ) -> Flow[tuple[list[tuple[int, Any]], int, bool]]:
        """Return rows above *high*, each with its id, where the first one stands, and if they end."""
        for _ in range(STEPS_MAX):
            # One that was given is asked for again: where it has moved, one could be skipped.
            offset = max(0, at - 1)
            part = yield from self._rows_of(
                target, query={"status": "any"}, offset=offset, asked=min(size + 1, PER_PAGE_MAX)
            )
            ids = [(number, row) for row in part.rows if (number := id_of(row)) is not None]
            if offset and (not ids or ids[0][0] > high):
                at = max(0, min(offset, part.total) - size)
                continue
            fresh = [pair for pair in ids if pair[0] > high]
            if fresh or part.is_end:
                return fresh, offset + len(ids) - len(fresh), part.is_end
            at = offset + len(ids)
        raise self._broke("listings_after", "its pages do not hold still")

    def _products(
        self, walk: _Walk, size: int, ahead: _Ahead
    ) -> Flow[tuple[list[Listing], _Walk, bool]]:
        if not ahead.rows:
            fresh, first, ahead.is_end = yield from self._next(
                "/products", high=walk.high, at=walk.at, size=size
            )
            ahead.rows.extend(
                (place, number, row) for place, (number, row) in enumerate(fresh, start=first + 1)
            )
        found: list[Listing] = []
        while ahead.rows:
            if len(found) >= size:
                return found, walk, True
            at, number, row = ahead.rows.popleft()
            walk = attrs.evolve(walk, high=number, at=at)
            kind = str(row.get("type"))
            if kind.startswith("variable"):
                state = _state(row)
                inside = attrs.evolve(
                    walk,
                    inside=number,
                    inner_high=0,
                    inner_at=0,
                    state=None if state is None else state.name,
                    title=str(row.get("name") or ""),
                )
                return found, inside, True
            if kind not in ALIASES:
                found.append(_listing(ListingId(str(number)), row, self.currency))
        return found, walk, not ahead.is_end

    def _variations(self, walk: _Walk, size: int) -> Flow[tuple[list[Listing], _Walk]]:
        assert walk.inside is not None
        try:
            fresh, first, is_end = yield from self._next(
                variations_of(walk.inside), high=walk.inner_high, at=walk.inner_at, size=size
            )
        except NotFoundError:  # deleted meanwhile
            fresh, first, is_end = [], 0, True
        taken = fresh[:size]
        found = [
            _listing(
                ListingId(f"{walk.inside}:{number}"),
                row,
                self.currency,
                parent=walk.parent_state,
                title=walk.title,
            )
            for number, row in taken
        ]
        if is_end and len(taken) == len(fresh):
            return found, _Walk(high=walk.high, at=walk.at)
        return found, attrs.evolve(walk, inner_high=taken[-1][0], inner_at=first + len(taken))

    # -- changing ---------------------------------------------------------------------------

    def _refusal(self, change: ListingChange, place: Place | None) -> Rejected | None:
        if place is None:
            return Rejected(reason="no product has such a name")
        if change.price is not None and change.price.currency is not self.currency:
            return Rejected(reason=f"the shop's prices are in {self.currency.name}")
        if change.state is ListingState.ENDED and place.variation is not None:
            return Rejected(reason="a variation cannot be put into the bin; hide it")
        return None

    def _end(self, place: Place) -> Flow[Effect]:
        return (yield from settled(self._binned(place), read_back=lambda: self._is_gone(place)))

    def _binned(self, place: Place) -> Flow[Effect]:
        yield Request.delete(path_of("products", place.product))
        return Applied()

    def _is_gone(self, place: Place) -> Flow[Effect]:
        try:
            reply = yield Request.get(path_of("products", place.product))
        except NotFoundError:
            return Applied()
        return Applied() if reply.json()["status"] == "trash" else Rejected(reason="still there")


def _row(change: ListingChange, place: Place | None) -> dict[str, str]:
    row: dict[str, str] = {}
    if change.sku is not None:
        row["sku"] = change.sku
    if change.price is not None:
        row["regular_price"] = f"{change.price.to_decimal():f}"
    if change.state is ListingState.ON_SALE:
        row["status"] = "publish"
    if change.state is ListingState.HIDDEN:
        row["status"] = "draft" if place is None or place.variation is None else "private"
    return row


def _state(row: Mapping[str, Any]) -> ListingState | None:
    found = PRODUCT_STATES.get(str(row.get("status")))
    if found is ListingState.ON_SALE and row.get("catalog_visibility") == "hidden":
        return ListingState.HIDDEN
    return found


def _listing(
    listing: ListingId,
    row: Mapping[str, Any],
    currency: Currency,
    *,
    parent: ListingState | None = None,
    title: str = "",
) -> Listing:
    """Return a listing; a price that cannot be read is left out, adoption asks about it."""
    state = _state(row)
    if state is ListingState.ON_SALE and parent is not None:
        state = parent  # nobody sees a variation of a product that is hidden
    try:
        quantity = shown_quantity(row)
    except TypeError:
        quantity = None
    name = str(row.get("name") or "")
    return Listing(
        id=listing,
        sku_text=_text(row.get("sku")),
        gtin_text=_text(row.get("global_unique_id")),
        title=" - ".join(part for part in (title, name) if part),
        quantity=quantity,
        price=_price(row.get("price"), currency),
        state=state,
    )


def _text(raw: Any) -> str | None:
    return raw if isinstance(raw, str) and raw else None


def _price(raw: Any, currency: Currency) -> Money | None:
    try:
        return Money.parse(raw, currency)
    except (InputError, ValueError, TypeError):
        return None
