"""Names as Vendure and we spell them: ids, and marks that stand in for a command's key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from ecomkit.channels import identity, key_mark
from ecomkit.identifiers import CommandKey, LineId

__all__ = ["Node", "has_mark", "id_order", "is_id", "line_id_of", "mark_of", "marked"]

Node: TypeAlias = Mapping[str, Any]
"""An object of an answer."""

INT_MAX = 2**31 - 1
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_MARK = re.compile(r"#([0-9a-f]{12})$")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_id(text: str) -> bool:
    """
    Whether *text* can be the id of something: a number of 32 bits, or a UUID.

    A server asked for anything else answers that its database broke down.

    >>> is_id("12"), is_id("L1"), is_id("9999999999")
    (True, False, False)
    """
    if _NUMBER.fullmatch(text):
        return int(text) <= INT_MAX
    return _UUID.fullmatch(text) is not None


def id_order(text: str) -> tuple[int, str]:
    """
    Return what ids are sorted by: numbers as numbers, UUIDs as texts.

    >>> sorted(["10", "9"], key=id_order)
    ['9', '10']
    """
    return len(text), text


def line_id_of(raw: object) -> LineId:
    """
    Return the id of an order's line.

    >>> line_id_of(7)
    LineId('7')
    """
    return LineId(identity(raw))


def marked(text: str, key: CommandKey) -> str:
    """
    Return *text* with the mark of a command behind it, by which it is found again.

    Keys may be long and mean nothing to people, who will read this.

    >>> marked("La Poste", CommandKey("ship/1001"))
    'La Poste #...'
    """
    return f"{text} #{key_mark(key)}".lstrip()


def has_mark(text: object, key: CommandKey) -> bool:
    """
    Whether *text* ends with the mark of the command.

    >>> has_mark(marked("DHL", CommandKey("a")), CommandKey("a")), has_mark("DHL", CommandKey("a"))
    (True, False)
    """
    return isinstance(text, str) and text.endswith(f"#{key_mark(key)}")


def mark_of(text: str) -> str | None:
    """
    Return the mark of a command that *text* ends with; None if it ends with none.

    >>> mark_of(marked("DHL", CommandKey("a"))) == key_mark("a"), mark_of("DHL #12")
    (True, None)
    """
    found = _MARK.search(text)
    return None if found is None else found[1]
