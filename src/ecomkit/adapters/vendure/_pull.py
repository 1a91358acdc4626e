"""
Where a pull of orders stands.

Vendure tells few changes by ``updatedAt``: what is placed, paid, shipped or refunded keeps the
instant of its last change as a cart. So a pull has two parts. The first goes through all orders
by id, a list to which rows are only added. From then on each page looks at the instants of
all orders that may have changed (open ones, those placed within a span, and those whose lines
moved) and gives the ones that changed after the place reached, oldest change first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self, final

import attrs

from ecomkit.adapters.http import Places, cursor_of, read_cursor
from ecomkit.adapters.vendure._names import id_order
from ecomkit.channels import Cursor, instant_of, text_of, whole_of

__all__ = ["AllOrders", "ChangedOrders", "place_of"]


@final
@attrs.frozen(kw_only=True)
class AllOrders:
    """
    The first part: all orders by id.

    Args:
        since: When it began, or a little before; what changed after that is given again.
        skip: Where the next page starts.
        last: The id of the last order given.
    """

    since: datetime
    skip: int = 0
    last: str = ""

    def cursor(self) -> Cursor:
        """Return the place as a cursor."""
        return cursor_of({"all": self.since.isoformat(), "skip": self.skip, "last": self.last})


@final
@attrs.frozen(kw_only=True)
class ChangedOrders:
    """
    The second part: what changed after *since*, and of that instant the ids above *last*.

    *newest* is the latest change given so far, for the start of a later pull.
    """

    since: datetime
    last: str = ""
    newest: datetime | None = None

    def cursor(self) -> Cursor:
        """Return the place as a cursor."""
        return cursor_of(
            {
                "since": self.since.isoformat(),
                "last": self.last or None,
                "newest": None if self.newest is None else self.newest.isoformat(),
            }
        )

    def is_ahead(self, changed: datetime, id_: str) -> bool:
        """Whether an order that changed then is still to be given."""
        return (changed, id_order(id_)) > (self.since, id_order(self.last))

    def on(self, changed: datetime, id_: str) -> Self:
        """Return the place after an order."""
        newest = changed if self.newest is None else max(self.newest, changed)
        return attrs.evolve(self, since=changed, last=id_, newest=newest)

    def later(self, *, overlap: timedelta) -> Self:
        """Return where a later pull starts: a little before the newest change, never further back."""
        if self.newest is None:
            return self
        return type(self)(since=self.newest - overlap)

    def oldest(self, *, watch: timedelta) -> datetime:
        """Return since when an order must have been placed to be looked at whatever it says."""
        return self.since - watch


def place_of(cursor: Cursor | None, *, now: datetime) -> AllOrders | ChangedOrders:
    """
    Return where *cursor* stands; at the beginning for none, with *now* as when it began.

    Raises:
        FieldError: If no page named the cursor as its next.
    """
    if cursor is None:
        return AllOrders(since=now)
    return read_cursor(cursor, _place, owner="Vendure")


def _place(places: Places) -> AllOrders | ChangedOrders:
    if "all" in places:
        return AllOrders(
            since=instant_of(places["all"]),
            skip=_skip(places["skip"]),
            last=text_of(places["last"]),
        )
    newest: Any = places.get("newest")
    return ChangedOrders(
        since=instant_of(places["since"]),
        last=text_of(places.get("last") or ""),
        newest=None if newest is None else instant_of(newest),
    )


def _skip(raw: object) -> int:
    if whole_of(raw) < 0:
        raise ValueError(raw)
    return whole_of(raw)
