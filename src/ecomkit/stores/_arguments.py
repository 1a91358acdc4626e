"""What every store asks of the arguments it is given, in one wording."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any, TypeVar

from ecomkit.errors import FieldError
from ecomkit.ports import Collection

__all__ = ["at_least_0", "first_taken", "key_text"]

K = TypeVar("K")


def at_least_0(field: str, got: int) -> int:
    """
    Return *got*, a bound of how much to read.

    Raises:
        FieldError: If it is below 0.
    """
    if got < 0:
        raise FieldError(owner="Transaction", field=field, got=got, wanted="0 or more")
    return got


def key_text(collection: Collection[Any], text: str, *, field: str = "key") -> str:
    """
    Return *text*, under which a value of *collection* is saved or looked up.

    Raises:
        FieldError: If it is empty, or no text that UTF-8 can carry: one store would lose it and
            another one would not.
    """
    if isinstance(text, str) and text and (text.isascii() or _is_utf8(text)):
        return text
    raise FieldError(
        owner=collection.name, field=field, got=text, wanted="1 or more characters of UTF-8"
    )


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def first_taken(names: Iterable[K], known: Container[K] = ()) -> K | None:
    """Return the first of *names* that is known or stands there twice, None if all are new."""
    fresh: set[K] = set()
    for name in names:
        if name in known or name in fresh:
            return name
        fresh.add(name)
    return None
