"""The steps of a refund: what each of them is about, and what it is worth."""

from __future__ import annotations

from enum import Enum
from typing import assert_never, final

import attrs

from ecomkit._checks import is_a, is_text, not_negative, optional
from ecomkit.identifiers import LineId
from ecomkit.money import Money

__all__ = ["RefundStep", "RefundStepKind"]


class RefundStepKind(Enum):
    """What a step of a refund is about."""

    LINE = "line"
    """Units of a line need not be paid for."""

    SHIPPING = "shipping"
    """The delivery is given back."""

    FEES = "fees"
    """Fees and taxes of the order as a whole are given back."""

    ADJUSTMENT = "adjustment"
    """A fee that is kept, below 0, or a favour, above 0."""

    OWED = "owed"
    """What the buyer has not paid yet, or got back before, is settled first; below 0."""


@final
@attrs.frozen(kw_only=True)
class RefundStep:
    """One step of a refund; the steps add up to what the buyer is entitled to."""

    kind: RefundStepKind = attrs.field(validator=is_a(RefundStepKind))
    amount: Money = attrs.field(validator=is_a(Money))
    line: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))
    units: int = attrs.field(default=0, validator=not_negative)
    title: str = attrs.field(default="", validator=is_text)

    def explain(self) -> str:
        """Say what the step is about, and its amount."""
        match self.kind:
            case RefundStepKind.LINE:
                return f"line {self.line}, {self.units} credited: {self.amount}"
            case RefundStepKind.SHIPPING:
                return f"shipping: {self.amount}"
            case RefundStepKind.FEES:
                return f"fees of the order: {self.amount}"
            case RefundStepKind.ADJUSTMENT:
                return f"{self.title}: {self.amount}"
            case RefundStepKind.OWED:
                return f"not paid yet, or paid back before: {self.amount}"
            case _:
                assert_never(self.kind)
