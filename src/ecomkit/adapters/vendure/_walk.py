"""Going through a list by id in pages, without a filter on ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

import attrs

from ecomkit.adapters.http import Flow
from ecomkit.adapters.vendure._names import Node, id_order

__all__ = ["Stretch", "stretch"]


@final
@attrs.frozen(kw_only=True)
class Stretch:
    """Rows that follow a place, where the next ones start, and whether there may be some."""

    rows: tuple[Node, ...]
    skip: int
    last: str
    more: bool


def stretch(
    take_rows: Callable[[int, int], Flow[list[Node]]],
    *,
    skip: int,
    last: str,
    size: int,
) -> Flow[Stretch]:
    """
    Return up to *size* rows after the row *last*, which stood before position *skip*.

    Lists can only be cut by position, and a row that is deleted moves all that follow. So each
    page starts with the row that the one before ended with; where that is not found, it starts
    further ahead, until it sees a row that was given. *take_rows* asks for rows by id, from a
    position, so many.
    """
    start = max(0, skip - 1) if last else 0
    while True:
        rows = yield from take_rows(start, size + 1)
        if start == 0 or (rows and id_order(rows[0]["id"]) <= id_order(last)):
            break
        start = max(0, start - size)
    known = [row for row in rows if last and id_order(row["id"]) <= id_order(last)]
    fresh = [row for row in rows if not last or id_order(row["id"]) > id_order(last)][:size]
    return Stretch(
        rows=tuple(fresh),
        skip=start + len(known) + len(fresh),
        last=fresh[-1]["id"] if fresh else last,
        more=len(rows) > size,
    )
