"""
Where a pull of orders stands: a window of time, and how far it is read.

A list can only be paged by position, and orders that change leave a window that is closed: all
behind them move forward, and the next page skips as many. So a window is read from its end to
its beginning, in the order of ids, and each page shows one row that was read before. What is
true after each page: all orders of the window whose ids are not below the lowest one read have
been given. A page that does not touch what was read is not used; the one above it is asked for
first. So nothing is skipped, whatever is added, changed or deleted between two pages. What
changes meanwhile is in the next window.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, final

import attrs

from ecomkit.adapters.http import Places, cursor_of, read_cursor
from ecomkit.adapters.woocommerce._base import Rows, id_of
from ecomkit.adapters.woocommerce._words import as_gmt, gmt
from ecomkit.channels import Cursor

__all__ = ["SHELVES", "Window", "unread"]

SHELVES = ("any", "trash")
"""The statuses asked for: ``any`` leaves out what is in the bin."""

SECOND = timedelta(seconds=1)
MARGIN = 2 * SECOND
"""How far windows of one pull overlap: the shop's times have whole seconds."""


@final
@attrs.frozen(kw_only=True)
class Window:
    """
    A place in a pull.

    Args:
        after: The window holds what changed then or later; None from the beginning.
        before: ... and not later than this; None while it is not known, at its beginning.
        resume: Where a later pull begins.
        shelf: Which statuses are being read.
        upto: How many rows of the shelf stand before those that were read; None if none was.
        low: The lowest id read of the shelf.
        is_long: Whether it took several pages, so that orders may have changed meanwhile.
    """

    after: datetime | None = None
    before: datetime | None = None
    resume: datetime | None = None
    shelf: str = SHELVES[0]
    upto: int | None = None
    low: int | None = None
    is_long: bool = False

    @classmethod
    def of(cls, cursor: Cursor | None, *, owner: str) -> Window:
        """Return the place that *cursor* names."""
        return cls() if cursor is None else read_cursor(cursor, _read, owner=owner)

    @property
    def cursor(self) -> Cursor:
        """The place as text."""
        return cursor_of(
            {
                "after": None if self.after is None else as_gmt(self.after),
                "before": None if self.before is None else as_gmt(self.before),
                "resume": None if self.resume is None else as_gmt(self.resume),
                "shelf": None if self.shelf == SHELVES[0] else self.shelf,
                "upto": self.upto,
                "low": self.low,
            }
        )

    @property
    def query(self) -> dict[str, str]:
        """The filters; both bounds are exclusive at the shop, so each stands a second outside."""
        found = {"status": self.shelf}
        if self.after is not None:
            found["modified_after"] = as_gmt(self.after - SECOND)
        if self.before is not None:
            found["modified_before"] = as_gmt(self.before + SECOND)
        if len(found) > 1:
            found["dates_are_gmt"] = "true"
        return found

    def begun(self, at: datetime, *, overlap: timedelta) -> Window:
        """Return the place once the shop's time *at* the first request is known."""
        if self.before is not None:
            return self
        at = at.replace(microsecond=0)
        # Never backwards, also where the shop's clock is set back.
        end = at if self.after is None else max(at, self.after)
        resume = end - overlap if self.after is None else max(end - overlap, self.after)
        return attrs.evolve(self, before=end, resume=self.resume or resume)

    def later_shelf(self) -> Window | None:
        """Return the beginning of the next shelf; None after the last one."""
        if self.shelf == SHELVES[-1]:
            return None
        return attrs.evolve(
            self, shelf=SHELVES[SHELVES.index(self.shelf) + 1], upto=None, low=None
        )

    def later(self, at: datetime) -> tuple[Window, bool]:
        """Return where to go on after the window, and whether that is now, the shop's time being *at*."""
        assert self.before is not None
        if self.is_long and at >= self.before + SECOND:
            return Window(after=self.before - MARGIN, resume=self.resume), True
        return Window(after=self.resume), False

    def is_inside(self, row: Any) -> bool:
        """Whether a row is one that was asked for; shops ignore filters that they do not know."""
        try:
            changed = gmt(row["date_modified_gmt"])
        except (TypeError, ValueError, LookupError):
            return True  # what cannot be read is for the reader of orders to say
        return self.after is None or changed >= self.after - SECOND


def _read(places: Places) -> Window:
    def at(name: str) -> datetime | None:
        return None if places.get(name) is None else gmt(places[name])

    def number(name: str) -> int | None:
        found = places.get(name)
        return None if found is None else int(found)

    shelf = str(places.get("shelf", SHELVES[0]))
    SHELVES.index(shelf)
    return Window(
        after=at("after"),
        before=at("before"),
        resume=at("resume"),
        shelf=shelf,
        upto=number("upto"),
        low=number("low"),
        is_long=places.get("before") is not None,
    )


def unread(part: Rows, *, low: int | None) -> tuple[list[tuple[int, Any]], bool]:
    """
    Return the rows below *low*, each with its id, and whether the part touches what was read.

    A row whose id cannot be read counts as standing right below the one behind it.
    """
    found: list[tuple[int, Any]] = []
    above = low
    for row in reversed(part.rows):
        number = id_of(row)
        if number is None:
            number = (above or 1 << 62) - 1
        found.append((number, row))
        above = number
    found.reverse()
    touches = part.is_end or (low is not None and bool(found) and found[-1][0] >= low)
    return [pair for pair in found if low is None or pair[0] < low], touches
