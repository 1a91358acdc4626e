"""The request for a return: which units, in which condition, for which reason."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import above_zero, as_tuple, aware, each, is_a, refuse
from ecomkit.identifiers import LineId
from ecomkit.orders import Order

__all__ = ["Condition", "ReturnLine", "ReturnReason", "ReturnRequest"]


class Condition(Enum):
    """In which condition the buyer says the units are."""

    NEW = "new"
    OPENED = "opened"
    USED = "used"
    DAMAGED_IN_TRANSIT = "damaged_in_transit"
    FAULTY = "faulty"


class ReturnReason(Enum):
    """Why the buyer sends units back."""

    CHANGED_MIND = "changed_mind"
    DOES_NOT_FIT = "does_not_fit"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    DEFECTIVE = "defective"
    DAMAGED = "damaged"
    ARRIVED_LATE = "arrived_late"
    OTHER = "other"


@final
@attrs.frozen(kw_only=True)
class ReturnLine:
    """
    *quantity* units of one line of the order, alike in condition and reason.

    Raises:
        FieldError: If the quantity is below 1.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)
    condition: Condition = attrs.field(validator=is_a(Condition))
    reason: ReturnReason = attrs.field(validator=is_a(ReturnReason))


@final
@attrs.frozen(kw_only=True)
class ReturnRequest:
    """
    What a buyer asks to send back, of one order, and when it was asked.

    Units of one line may be in several conditions, so several entries may be about one line;
    no two of them are alike in line, condition and reason.

    Raises:
        FieldError: If there is no entry, or two could be one.
        UnknownLineError: If the order lacks a line.
    """

    order: Order = attrs.field(validator=is_a(Order))
    lines: tuple[ReturnLine, ...] = attrs.field(converter=as_tuple, validator=each(ReturnLine))
    requested_at: datetime = attrs.field(validator=aware)

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise refuse(self, "lines", self.lines, "one entry or more")
        seen = set()
        for line in self.lines:
            self.order.line(line.line)
            kind = (line.line, line.condition, line.reason)
            if kind in seen:
                wanted = "entries that differ in line, condition or reason (add up the quantities)"
                raise refuse(self, "lines", line, wanted)
            seen.add(kind)

    def ahead_of(self, line: ReturnLine) -> int:
        """Return how many units of the same order line the entries before *line* ask for."""
        before = self.lines[: self.lines.index(line)]
        return sum(entry.quantity for entry in before if entry.line == line.line)
