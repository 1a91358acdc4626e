"""What happens to the units of a line after the placement."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import above_zero, aware, is_a
from ecomkit.identifiers import LineId

__all__ = ["LineEvent", "LineEventKind"]


class LineEventKind(Enum):
    """What happened to units of a line."""

    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


@final
@attrs.frozen(kw_only=True)
class LineEvent:
    """
    A fact: *quantity* units of a line were cancelled, shipped, delivered or returned.

    Facts are appended and never edited. *at* is when it happened, by the clock of whoever
    reported it, so the order of instants is not relied upon.

    Raises:
        FieldError: If the quantity is below 1 or *at* has no UTC offset.
    """

    kind: LineEventKind = attrs.field(validator=is_a(LineEventKind))
    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)
    at: datetime = attrs.field(validator=aware)
