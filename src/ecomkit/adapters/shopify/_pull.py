"""Where a pull of orders stands: a value in a cursor, nothing in the client. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import final

import attrs

from ecomkit.adapters.http import Places, cursor_of, read_cursor
from ecomkit.channels import Cursor
from ecomkit.timeline import format_instant, instant

__all__ = ["PullPlace"]

WINDOW_ROWS_MAX = 20_000
"""Shopify gives 25,000 objects of one filter and then no more; a new window starts before."""


@final
@attrs.frozen(kw_only=True)
class PullPlace:
    """
    Where a pull stands.

    Args:
        since: The filter: changed at or after this; None for all.
        after: The place within the filter's list, as Shopify names it.
        high: The latest change seen.
        rows: How many orders of the window were given.
    """

    since: datetime | None = None
    after: str | None = None
    high: datetime | None = None
    rows: int = 0

    @classmethod
    def of(cls, cursor: Cursor | None) -> PullPlace:
        """
        Return the place that *cursor* names.

        Raises:
            FieldError: If it names none.
        """
        return cls() if cursor is None else read_cursor(cursor, _place, owner="Shopify")

    def cursor(self) -> Cursor:
        """Return the cursor that names the place."""
        return cursor_of(
            {
                "since": None if self.since is None else format_instant(self.since),
                "after": self.after,
                "high": None if self.high is None else format_instant(self.high),
                "rows": self.rows or None,
            }
        )

    @property
    def query(self) -> str | None:
        """
        The filter in Shopify's words.

        None means all, closed and cancelled orders too.
        """
        return None if self.since is None else f"updated_at:>='{format_instant(self.since)}'"

    def seen(self, changes: list[datetime]) -> PullPlace:
        """Return the place once orders of these *changes* were seen."""
        return attrs.evolve(self, high=max([*changes, *filter(None, [self.high])], default=None))

    def on(self, after: str, *, rows: int) -> PullPlace:
        """Return the place of the next page: *after* in this window, or the start of another."""
        rows += self.rows
        since = None if self.high is None else _whole(self.high)
        if rows >= WINDOW_ROWS_MAX and since is not None and since != self.since:
            return PullPlace(since=since, high=self.high)
        return attrs.evolve(self, after=after, rows=rows)

    def later(self, *, overlap: timedelta) -> PullPlace:
        """Return where a later pull starts: a little back, for updates that show late."""
        if self.high is None:
            return PullPlace(since=self.since)
        back = _whole(self.high - overlap)
        return PullPlace(since=back if self.since is None else max(back, self.since))


def _whole(moment: datetime) -> datetime:
    """Filters know whole seconds."""
    return moment.replace(microsecond=0)


def _place(places: Places) -> PullPlace:
    moments: dict[str, datetime | None] = {}
    for name in ("since", "high"):
        text = places.get(name)
        if text is not None and not isinstance(text, str):
            raise TypeError(name)
        moments[name] = None if text is None else instant(text)
    after, rows = places.get("after"), places.get("rows", 0)
    if not (after is None or isinstance(after, str)) or type(rows) is not int:
        raise TypeError("after")
    return PullPlace(after=after, rows=rows, **moments)
