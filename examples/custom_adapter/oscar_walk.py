"""Where a pull of orders stands, where the shop itself does not tell what has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import attrs

from ecomkit.adapters.http import Places, cursor_of, dump_json, read_cursor
from ecomkit.channels import Cursor

__all__ = ["Walk", "looks"]


@attrs.frozen(kw_only=True)
class Walk:
    """
    Where a pull stands: orders from *since* up to *at* were given, and looked as *seen* says.

    *again* says that some of them have changed since, so that one more round is due.
    """

    since: int = 0
    at: int = 0
    seen: str = ""
    again: int = 0

    @classmethod
    def of(cls, cursor: Cursor | None) -> Walk:
        """Return the place that *cursor* names."""

        def read(places: Places) -> Walk:
            return cls(
                since=int(places["since"] or 0),
                at=int(places["at"] or 0),
                seen=str(places["seen"]),
                again=int(places["again"] or 0),
            )

        return cls(seen=looks({})) if cursor is None else read_cursor(cursor, read, owner="Oscar")

    @property
    def cursor(self) -> Cursor:
        """The place as text: all that a later pull has to know."""
        return cursor_of(attrs.asdict(self))


def looks(rows: Mapping[int, Any]) -> str:
    """Return a short text that is another one as soon as anything of *rows* is."""
    text = dump_json([rows[number] for number in sorted(rows)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
