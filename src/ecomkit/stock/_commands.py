"""Stock commands: what may be asked of the ledger. Each carries the key that makes it count once."""

from __future__ import annotations

import enum
import functools
import hashlib
import json
import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import attrs

from ecomkit.stock._goods_commands import (
    Adjust,
    Arrive,
    Count,
    Damage,
    Dispatch,
    LoseTransfer,
    Receive,
    Relocate,
    TakeBack,
)
from ecomkit.stock._promise_commands import (
    Pick,
    PutOnHold,
    Reassign,
    Record,
    Release,
    ReleaseHolds,
    Reserve,
    Ship,
    Unpick,
    Unship,
)
from ecomkit.timeline import utc

__all__ = ["StockCommand", "fingerprint"]

StockCommand: TypeAlias = (
    Count
    | Adjust
    | Receive
    | TakeBack
    | Relocate
    | Damage
    | Dispatch
    | Arrive
    | LoseTransfer
    | PutOnHold
    | ReleaseHolds
    | Reserve
    | Record
    | Release
    | Reassign
    | Pick
    | Unpick
    | Ship
    | Unship
)


def fingerprint(command: StockCommand) -> str:
    """
    Return what *command* asks for as a short digest: same content, same text.

    Equal commands have one digest, on whatever clock their instants were written.

    >>> from ecomkit.identifiers import CommandKey, Sku
    >>> a = Receive(key=CommandKey("r1"), sku=Sku("A"), quantity=1)
    >>> fingerprint(a) == fingerprint(Receive(key=CommandKey("r1"), sku=Sku("A"), quantity=2))
    False
    """
    return hashlib.sha256(_ENCODER.encode(_plain(command)).encode()).hexdigest()[:32]


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        # One instant has many spellings, one for each offset.
        return utc(value).isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    return (type(value).__name__, _content(value.__class__)(value))


@functools.cache
def _content(kind: type[attrs.AttrsInstance]) -> Callable[[Any], object]:
    return operator.attrgetter(*(field.name for field in attrs.fields(kind)))


_ENCODER = json.JSONEncoder(default=_plain, separators=(",", ":"), check_circular=False)
