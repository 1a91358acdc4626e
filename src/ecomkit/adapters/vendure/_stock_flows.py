"""Showing stock, and reading what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ecomkit.adapters.http import Flow, NotSentError, RequestRefusedError, flow
from ecomkit.adapters.vendure._base import VendureBase
from ecomkit.adapters.vendure._documents import STOCK, UPDATE_STOCK
from ecomkit.adapters.vendure._names import is_id
from ecomkit.adapters.vendure._shelf import Shelf
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
from ecomkit.identifiers import ListingId

__all__ = ["StockFlows"]

PUSH_ROWS_MAX = 100
READ_ROWS_MAX = 200


class StockFlows(VendureBase):
    """The flows of a stock sink and a stock source."""

    @property
    def push_rows_max(self) -> int:
        """The most rows that one push may hold: one mutation, which counts as a whole or not."""
        return PUSH_ROWS_MAX

    @flow
    def push_stock(self, updates: Sequence[StockUpdate]) -> Flow[tuple[StockResult, ...]]:
        """
        Have the location show the quantities, whatever the server has promised already.

        Where a row says how much is committed, sales that nobody has pulled yet stay sold:
        what is written leaves them out. Without that an expectation is compared with what is
        read just before, since Vendure cannot compare, and a sale between the two is overlooked
        until the next push. A variant of which it keeps no stock is refused.
        """
        shelves = yield from self._shelves(update.listing for update in updates)
        effects = {
            place: _refusal(update, shelves.get(update.listing))
            for place, update in enumerate(updates)
        }
        # Of several rows for one listing the last one counts.
        wanted = {
            update.listing: update
            for place, update in enumerate(updates)
            if effects[place] is None
        }
        done = yield from self._set(shelves, wanted)
        return tuple(
            StockResult(listing=update.listing, effect=effects[place] or done[update.listing])
            for place, update in enumerate(updates)
        )

    @flow
    def read_stock(self, listings: Sequence[ListingId]) -> Flow[tuple[StockReading, ...]]:
        """Return what shoppers can buy at the location; None for what is not there or not counted."""
        shelves = yield from self._shelves(listings)
        now = self.kit.time.now()
        return tuple(
            StockReading(
                listing=listing,
                quantity=shelves[listing].shown if listing in shelves else None,
                read_at=now,
            )
            for listing in listings
        )

    def _shelves(self, listings: Iterable[ListingId]) -> Flow[dict[ListingId, Shelf]]:
        """Return the stock of those listings that are there."""
        ids = [one for one in dict.fromkeys(listings) if is_id(one)]
        found: dict[ListingId, Shelf] = {}
        for start in range(0, len(ids), READ_ROWS_MAX):
            some = ids[start : start + READ_ROWS_MAX]
            data = yield from self._ask_all(
                STOCK, options={"take": len(some), "filter": {"id": {"in": some}}}
            )
            for row in data["productVariants"]["items"]:
                found[ListingId(row["id"])] = Shelf.of(
                    row, location=self._location, settings=data["globalSettings"]
                )
        return found

    def _set(
        self, shelves: Mapping[ListingId, Shelf], wanted: Mapping[ListingId, StockUpdate]
    ) -> Flow[dict[ListingId, Effect]]:
        """Write what is on hand, and say of each listing what became of it."""
        if not wanted:
            return {}
        on_hand = {
            listing: shelves[listing].to_show(update.quantity, committed=update.committed)
            for listing, update in wanted.items()
        }
        try:
            yield from self._write(on_hand)
        except RequestRefusedError as error:
            return (yield from self._set_singly(shelves, wanted, error))
        except NotSentError:
            raise
        except (ChannelUnavailableError, ChannelAnswerError) as error:
            return (yield from self._settled(wanted, error.message))
        return dict.fromkeys(wanted, Applied())

    def _write(self, on_hand: Mapping[ListingId, int]) -> Flow[None]:
        """Write what is on hand at the location."""
        yield from self._ask(
            UPDATE_STOCK,
            input=[
                {
                    "id": listing,
                    "stockLevels": [{"stockLocationId": self._location, "stockOnHand": units}],
                }
                for listing, units in on_hand.items()
            ],
        )

    def _add_on_hand(self, changes: Mapping[ListingId, int]) -> Flow[None]:
        """Change what is on hand by so many units of each listing that is there."""
        shelves = yield from self._shelves(changes)
        on_hand = {listing: shelf.on_hand + changes[listing] for listing, shelf in shelves.items()}
        if on_hand:
            yield from self._write(on_hand)

    def _set_singly(
        self,
        shelves: Mapping[ListingId, Shelf],
        wanted: Mapping[ListingId, StockUpdate],
        error: RequestRefusedError,
    ) -> Flow[dict[ListingId, Effect]]:
        """Write row by row: one that is refused, such as a variant just deleted, refuses all."""
        if len(wanted) == 1:
            return dict.fromkeys(wanted, Rejected(reason=error.message))
        done: dict[ListingId, Effect] = {}
        for listing, update in wanted.items():
            done |= yield from self._set(shelves, {listing: update})
        return done

    def _settled(
        self, wanted: Mapping[ListingId, StockUpdate], reason: str
    ) -> Flow[dict[ListingId, Effect]]:
        """Read back what became of a push whose answer was lost."""
        try:
            shelves = yield from self._shelves(wanted)
        except (ChannelUnavailableError, ChannelAnswerError):
            shelves = {}
        return {
            listing: Applied()
            if listing in shelves and shelves[listing].shown == update.quantity
            else Unknown(reason=reason)
            for listing, update in wanted.items()
        }


def _refusal(update: StockUpdate, shelf: Shelf | None) -> Rejected | None:
    """Return why a row is not sent."""
    if shelf is None:
        return Rejected(reason="there is no such variant")
    if not shelf.is_counted:
        return Rejected(reason="the shop keeps no stock of this variant (trackInventory)")
    compares = update.committed is None and update.expected is not None
    if compares and update.expected != shelf.shown:
        return Rejected(reason="the shop shows another number", observed=shelf.shown)
    return None
