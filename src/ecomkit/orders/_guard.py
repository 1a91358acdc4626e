"""What a guard of an order is asked, and what it answers."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol, final

import attrs

from ecomkit._checks import is_a, optional
from ecomkit._texts import not_blank
from ecomkit.identifiers import LineId

if TYPE_CHECKING:
    from ecomkit.orders._order import Order

__all__ = ["BlockReason", "Guard", "OrderStep"]


class OrderStep(Enum):
    """A step that somebody wants to take with an order."""

    SHIP = "ship"
    """Hand units over to a carrier."""

    CANCEL = "cancel"
    """Cancel units."""

    CAPTURE = "capture"
    """Take money that was authorised."""

    EDIT = "edit"
    """Change what was ordered."""

    COMPLETE = "complete"
    """Close the order: nothing is left to do."""


@final
@attrs.frozen(kw_only=True)
class BlockReason:
    """
    Why a step cannot be taken now.

    Args:
        guard: The name of the guard, one word for code and figures.
        problem: What is wrong, in words.
        remedy: What would make it possible, in words; empty if nothing would.
        line: The line that it is about; None for the order as a whole.
    """

    guard: str = attrs.field(validator=not_blank)
    problem: str = attrs.field(validator=not_blank)
    remedy: str = attrs.field(default="", validator=is_a(str))
    line: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))

    def explain(self) -> str:
        """Say what is wrong, and what would mend it."""
        about = "" if self.line is None else f"line {self.line}: "
        text = f"{about}{self.problem}"
        return f"{text}; {self.remedy}" if self.remedy else text


class Guard(Protocol):
    """
    What has to hold before a step: any callable of this shape.

    It answers with everything that it finds in the way; with nothing, if the step may be taken.
    """

    def __call__(
        self, order: Order, /, *, step: OrderStep, now: datetime
    ) -> tuple[BlockReason, ...]:
        """Return what is in the way of *step* with *order* at *now*."""
        ...
