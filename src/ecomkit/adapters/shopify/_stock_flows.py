"""Showing stock at one location, and reading it back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from ecomkit.adapters.http import Flow, NotSentError, Repeat, dump_json, flow
from ecomkit.adapters.shopify._base import ShopifyBase, words_of
from ecomkit.adapters.shopify._documents import SET_QUANTITIES, VARIANT_STOCK
from ecomkit.adapters.shopify._names import Node, gid, is_number
from ecomkit.adapters.shopify._shelf import Shelf, shelf_of
from ecomkit.channels import (
    Applied,
    ChannelAnswerError,
    ChannelUnavailableError,
    Effect,
    Rejected,
    StockReading,
    StockResult,
    StockUpdate,
    Unknown,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import ListingId

__all__ = ["StockFlows"]

PUSH_ROWS_MAX = 250
READ_ROWS_MAX = 200
ROUNDS_MAX = 8
_NAMESPACE = uuid.UUID("5e5c1bd0-3a55-5a35-9d7c-8d8a7c1c7b11")
_STALE = frozenset({"CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE"})
# Another try under this key is running, or has failed: what became of the rows is to be looked at.
_UNSETTLED = frozenset({"IDEMPOTENCY_CONCURRENT_REQUEST", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"})
_UNKNOWN_LISTING = Rejected(reason="Shopify has no such variant")


class StockFlows(ShopifyBase):
    """The flows of a stock sink and source."""

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold."""
        return PUSH_ROWS_MAX

    @flow
    def read_stock(self, listings: Sequence[ListingId]) -> Flow[tuple[StockReading, ...]]:
        """
        Return what the location has available of each listing, in the order given.

        None for a variant that is not there, not tracked, or not stocked at the location.
        """
        shelves = yield from self._shelves(listings)
        now = self.kit.time.now()
        return tuple(
            StockReading(
                listing=listing,
                quantity=shelves[listing].available if listing in shelves else None,
                read_at=now,
            )
            for listing in listings
        )

    @flow
    def push_stock(self, updates: Sequence[StockUpdate]) -> Flow[tuple[StockResult, ...]]:
        """
        Show what is available at the location; answer one result a row.

        Shopify compares with what a row expects, and refuses a whole push over one bad row: the
        bad rows are answered, and the others are sent again without them. Rows without their
        listing's handle are looked up first.

        Raises:
            FieldError: If there are more rows than ``push_rows_max``.
        """
        if len(updates) > PUSH_ROWS_MAX:
            raise FieldError(
                owner="push_stock",
                field="updates",
                got=len(updates),
                wanted=f"at most {PUSH_ROWS_MAX} rows",
            )
        items = {
            update.listing: gid("InventoryItem", update.handle)
            for update in updates
            if update.handle is not None and is_number(update.handle)
        }
        effects: dict[int, Effect] = {}
        shelves = yield from self._shelves(
            update.listing for update in updates if update.listing not in items
        )
        for row, update in enumerate(updates):
            shelf = shelves.get(update.listing)
            if update.listing in items:
                continue
            if shelf is None:
                effects[row] = _UNKNOWN_LISTING
            elif shelf.refusal is not None:
                effects[row] = Rejected(reason=shelf.refusal)
        items |= {listing: shelf.item for listing, shelf in shelves.items()}
        for _ in range(ROUNDS_MAX):
            batch = _batch(updates, effects)
            if not batch:
                break
            effects |= yield from self._pushed(batch, items)
        return tuple(
            StockResult(listing=update.listing, effect=effects.get(row, _NOT_REACHED))
            for row, update in enumerate(updates)
        )

    def _shelves(self, listings: Iterable[ListingId]) -> Flow[dict[ListingId, Shelf]]:
        """Return what the location holds of those listings that are there."""
        wanted = [one for one in dict.fromkeys(listings) if is_number(one)]
        shelves: dict[ListingId, Shelf] = {}
        for start in range(0, len(wanted), READ_ROWS_MAX):
            chunk = wanted[start : start + READ_ROWS_MAX]
            ids = [gid("ProductVariant", one) for one in chunk]
            data = yield from self._ask(
                VARIANT_STOCK, rows=len(ids), ids=ids, location=self._location
            )
            for listing, node in zip(chunk, data["nodes"], strict=True):
                if node:
                    shelves[listing] = shelf_of(node)
        return shelves

    def _pushed(
        self, batch: Mapping[int, StockUpdate], items: Mapping[ListingId, str]
    ) -> Flow[dict[int, Effect]]:
        """Send *batch* and return the effects of those rows that are settled by it."""
        rows = [
            {
                "inventoryItemId": items[update.listing],
                "locationId": self._location,
                "quantity": update.quantity,
                # Null says that nothing is to be compared; left out, it is an error.
                "changeFromQuantity": update.expected,
            }
            for update in batch.values()
        ]
        try:
            data = yield from self._ask(
                SET_QUANTITIES,
                repeat=Repeat.AT_WILL,
                input={"name": "available", "reason": "correction", "quantities": rows},
                key=self._key(rows),
            )
        except NotSentError:
            raise
        except (ChannelUnavailableError, ChannelAnswerError) as error:
            return (yield from self._looked_at(batch, reason=error.message))
        errors: list[Node] = data["inventorySetQuantities"]["userErrors"]
        if not errors:
            return dict.fromkeys(batch, Applied())
        if any(error.get("code") in _UNSETTLED for error in errors):
            return (yield from self._looked_at(batch, reason=words_of(errors)))
        return (yield from self._refusals(batch, errors))

    def _refusals(
        self, batch: Mapping[int, StockUpdate], errors: Sequence[Node]
    ) -> Flow[dict[int, Effect]]:
        """Return the effects of the rows that *errors* speak of; of all, if they name no row."""
        places = list(batch)
        by_row: dict[int, list[Node]] = {}
        for error in errors:
            place = _place_of(error, count=len(places))
            for row in places if place is None else [places[place]]:
                by_row.setdefault(row, []).append(error)
        stale = [
            row
            for row, said in by_row.items()
            if any(error.get("code") in _STALE for error in said)
        ]
        shelves = yield from self._shelves([batch[row].listing for row in stale])
        effects: dict[int, Effect] = {}
        for row, said in by_row.items():
            observed = None
            if row in stale and batch[row].listing in shelves:
                observed = shelves[batch[row].listing].available
            # An earlier push whose answer was lost has done it already.
            done = observed is not None and observed == batch[row].quantity
            effects[row] = (
                Applied() if done else Rejected(reason=words_of(said), observed=observed)
            )
        return effects

    def _looked_at(
        self, batch: Mapping[int, StockUpdate], *, reason: str
    ) -> Flow[dict[int, Effect]]:
        """Return whether each row of *batch* is shown; what is not may still be on its way."""
        unknown = Unknown(reason=reason)
        try:
            shelves = yield from self._shelves([update.listing for update in batch.values()])
        except (ChannelUnavailableError, ChannelAnswerError):
            return dict.fromkeys(batch, unknown)
        return {
            row: Applied()
            if update.listing in shelves and shelves[update.listing].available == update.quantity
            else unknown
            for row, update in batch.items()
        }

    def _key(self, rows: Sequence[Node]) -> str:
        """
        Return the idempotency key of one push.

        All attempts of a push are one request and share it. The same rows pushed again later
        are another push, though: Shopify would answer it with the old answer and do nothing. So
        the content is joined by when, by a count, and by a draw that tells processes apart.
        """
        kit = self.kit
        moment = kit.time.now().isoformat()
        content = f"{moment}|{next(self._pushes)}|{kit.draw()}|{dump_json(rows)}"
        return str(uuid.uuid5(_NAMESPACE, content))


_NOT_REACHED = Rejected(
    reason="Shopify refused the push over other rows, time after time; push it again"
)


def _batch(
    updates: Sequence[StockUpdate], effects: Mapping[int, Effect]
) -> dict[int, StockUpdate]:
    """Return the rows that are not settled, each listing once: Shopify takes no two of one."""
    batch: dict[int, StockUpdate] = {}
    seen: set[ListingId] = set()
    for row, update in enumerate(updates):
        if row not in effects and update.listing not in seen:
            seen.add(update.listing)
            batch[row] = update
    return batch


def _place_of(error: Node, *, count: int) -> int | None:
    """Return which row *error* speaks of, None if it names none of *count*."""
    for step in error.get("field") or ():
        if str(step).isdecimal():
            return int(step) if int(step) < count else None
    return None
