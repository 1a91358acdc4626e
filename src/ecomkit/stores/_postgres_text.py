"""
Columns of values as PostgreSQL reads arrays: a batch of rows is one parameter a column.

The text of an array is made here and not by the driver, which looks at each element: most of what
a batch costs its client would be that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, cast

from ecomkit.stores._codec import instant_text

__all__ = ["escaped", "instants", "numbers", "optional_texts", "texts", "unescaped"]

SEPARATOR: Final = "\x1f"
"""Stands between texts while they are quoted all at once; almost no text has it."""


def texts(values: Sequence[str]) -> str:
    r"""
    Return *values* as a ``text[]``.

    >>> print(texts(["plain", 'a "b"', "back\\slash"]))
    {"plain","a \"b\"","back\\slash"}
    """
    if not values:
        return "{}"
    body = SEPARATOR.join(values)
    if body.count(SEPARATOR) != len(values) - 1:
        return "{" + ",".join(map(_quoted, values)) + "}"
    return _quoted(body).replace(SEPARATOR, '","').join("{}")


def optional_texts(values: Sequence[str | None]) -> str:
    """
    Return *values* as a ``text[]``.

    >>> print(optional_texts(["NULL", None]))
    {"NULL",NULL}
    """
    if None not in values:
        return texts(cast("Sequence[str]", values))
    return "{" + ",".join(["NULL" if value is None else _quoted(value) for value in values]) + "}"


def numbers(values: Sequence[int | None]) -> str:
    """
    Return *values* as a ``bigint[]``.

    >>> numbers([1, None, 3])
    '{1,NULL,3}'
    """
    if None not in values:
        return "{" + ",".join(map(str, values)) + "}"
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def instants(values: Iterable[datetime | None]) -> str:
    """
    Return *values* as a ``timestamptz[]``.

    >>> from datetime import UTC
    >>> instants([None, datetime(2026, 3, 1, 12, tzinfo=UTC)])
    '{NULL,2026-03-01T12:00:00.000000+00:00}'
    """
    return (
        "{"
        + ",".join(["NULL" if value is None else instant_text(value) for value in values])
        + "}"
    )


def escaped(text: str) -> str:
    r"""
    Return *text* without the one character that PostgreSQL cannot keep; it sorts as before.

    >>> escaped("a\0b"), unescaped(escaped("a\0b\1")) == "a\0b\1"
    ('a\x01\x01b', True)
    """
    if "\0" not in text and "\1" not in text:
        return text
    return text.replace("\1", "\1\2").replace("\0", "\1\1")


def unescaped(text: str) -> str:
    """Return the text that :func:`escaped` was given."""
    return text.replace("\1\1", "\0").replace("\1\2", "\1") if "\1" in text else text


def _quoted(value: str) -> str:
    plain = escaped(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
