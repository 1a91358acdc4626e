"""
Marks: what we keep at an order of a shop that has no place for it, under a name of each command.

WooCommerce knows neither parcels nor keys of commands. A fulfilment or cancellation of ours is
one meta field of the order, named after the command's key, so that two of them never overwrite
each other and the same one is found again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ecomkit.adapters.http import UnreadableJsonError, dump_json, parse_json
from ecomkit.channels import Fields, LineUnits, text_of
from ecomkit.identifiers import CommandKey

__all__ = ["CANCELLED", "SHIPPED", "has_mark", "mark", "mark_name", "shipped_units"]

SHIPPED = "_ecomkit_fulfilment_"
CANCELLED = "_ecomkit_cancellation_"


def mark_name(prefix: str, key: CommandKey) -> str:
    """
    Return the name of a command's meta field; names are short, keys may be long.

    >>> mark_name(SHIPPED, CommandKey("ship/1001"))
    '_ecomkit_fulfilment_...'
    """
    return prefix + hashlib.sha256(key.encode()).hexdigest()[:24]


def mark(
    prefix: str, key: CommandKey, *, lines: Sequence[LineUnits], **words: str | None
) -> dict[str, str]:
    """Return the meta field of a command."""
    value = {"key": str(key), "lines": {str(row.line): row.quantity for row in lines}}
    value.update({name: word for name, word in words.items() if word})
    return {"key": mark_name(prefix, key), "value": dump_json(value)}


def has_mark(order: Any, prefix: str, key: CommandKey) -> bool:
    """Whether the order has the command's field."""
    name = mark_name(prefix, key)
    meta = order.get("meta_data") if isinstance(order, dict) else None
    return any(isinstance(row, dict) and row.get("key") == name for row in meta or ())


def shipped_units(order: Fields) -> Counter[str]:
    """Return the units of our fulfilments, by line; what others wrote into such a field is left out."""
    units: Counter[str] = Counter()
    for value in order.each("meta_data", _shipped, default=()):
        if value is not None:
            units.update(dict(_units(value)))
    return units


def _shipped(row: Fields) -> str | None:
    """Return what a field of ours holds; None for the fields of others."""
    name = row.read("key", _text_if, default=None)
    if name is None or not name.startswith(SHIPPED):
        return None
    return row.read("value", _text_if, default=None)


def _text_if(raw: object) -> str | None:
    return text_of(raw) if isinstance(raw, str) else None


def _units(value: str) -> Iterator[tuple[str, int]]:
    try:
        found = parse_json(value)
    except UnreadableJsonError:
        return
    lines = found.get("lines") if isinstance(found, dict) else None
    for line, quantity in lines.items() if isinstance(lines, dict) else ():
        if type(quantity) is int and quantity > 0:
            yield line, quantity
