"""How Shopify names things: ``gid://shopify/Order/1001`` inside, ``1001`` for people."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from ecomkit.channels import identity, key_mark
from ecomkit.errors import FieldError
from ecomkit.identifiers import CommandKey

__all__ = [
    "Node",
    "gid",
    "has_mark",
    "is_number",
    "mark_of",
    "marked",
    "name_of",
    "number_of_gid",
    "one_gid",
]

Node: TypeAlias = dict[str, Any]
"""One object of an answer."""

_MARK = re.compile(r"\[ecomkit (.+)\]")
_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
_GID = re.compile(r"gid://shopify/([A-Za-z]+)/([0-9]{1,19})(?:\?.*)?", re.ASCII)


def is_number(text: str) -> bool:
    """Return whether *text* can be the number of something."""
    return _NUMBER.fullmatch(text) is not None


def name_of(raw: object) -> str | None:
    """Return the name of what may not be readable; None if it is not."""
    try:
        return identity(raw)
    except (TypeError, ValueError):
        return None


def gid(kind: str, number: str | int) -> str:
    """
    Return the global id of a thing.

    >>> gid("Order", "1001")
    'gid://shopify/Order/1001'
    """
    return f"gid://shopify/{kind}/{number}"


def number_of_gid(text: object) -> str:
    """
    Return the number in a global id.

    Raises:
        ValueError: If it is none.

    >>> number_of_gid("gid://shopify/LineItem/7")
    '7'
    """
    found = _GID.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("not a global id")
    return found[2]


def one_gid(kind: str, text: str, *, owner: str) -> str:
    """
    Return the global id that *text* is, or is the number of.

    Raises:
        FieldError: If it is neither.
    """
    if is_number(text):
        return gid(kind, text)
    found = _GID.fullmatch(text)
    if found is None or found[1] != kind:
        wanted = f"a number, or {gid(kind, '...')}"
        raise FieldError(owner=owner, field=kind.lower(), got=text, wanted=wanted)
    return gid(kind, found[2])


def marked(text: str, key: CommandKey) -> str:
    """
    Return *text* with the key of a command behind it, by which a refund is found again.

    >>> marked("Too large", CommandKey("back-1"))
    'Too large [ecomkit back-1]'
    """
    return f"{text} {_mark(key)}".strip()


def has_mark(text: str | None, key: CommandKey) -> bool:
    """
    Return whether *text* has the key of a command.

    >>> has_mark("Too large [ecomkit back-1]", CommandKey("back-1"))
    True
    """
    return _mark(key) in (text or "")


def mark_of(text: str) -> str | None:
    """
    Return the mark of the key that *text* has; None if it has none.

    >>> mark_of("Too large [ecomkit back-1]") == key_mark("back-1"), mark_of("Too large")
    (True, None)
    """
    found = _MARK.search(text)
    return None if found is None else key_mark(found[1])


def _mark(key: CommandKey) -> str:
    return f"[ecomkit {key}]"
