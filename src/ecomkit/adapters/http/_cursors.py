"""Cursors of several parts: what a client has to know to go on, as one opaque text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from ecomkit.adapters.http._json import dump_json, parse_json
from ecomkit.channels import Cursor
from ecomkit.errors import FieldError

__all__ = ["Places", "cursor_of", "read_cursor"]

Places: TypeAlias = Mapping[str, "str | int | None"]
"""The parts of a cursor, by name."""

T = TypeVar("T")

CURSOR_LENGTH_MAX = 16_384


def cursor_of(places: Places) -> Cursor:
    """
    Return the cursor that holds *places*; None leaves a part out.

    >>> cursor_of({"since": "2026-01-05T09:00:00Z", "page": 3, "after": None})
    Cursor(token='{"since":"2026-01-05T09:00:00Z","page":3}')
    """
    return Cursor(dump_json({name: part for name, part in places.items() if part is not None}))


def read_cursor(cursor: Cursor, read: Callable[[Places], T], *, owner: str) -> T:
    """
    Return what *read* makes of the parts of *cursor*.

    Raises:
        FieldError: If the cursor was not made by :func:`cursor_of`, or *read* cannot use it.
    """
    try:
        return read(_places(cursor))
    except (ValueError, TypeError, LookupError):
        raise FieldError(
            owner=owner,
            field="cursor",
            got=cursor.token[:80],
            wanted="one that a page of this channel named as the next",
        ) from None


def _places(cursor: Cursor) -> Places:
    if len(cursor.token) > CURSOR_LENGTH_MAX:
        raise ValueError(cursor.token[:1])
    places = parse_json(cursor.token)
    if not isinstance(places, dict):
        raise TypeError(places)
    return places
