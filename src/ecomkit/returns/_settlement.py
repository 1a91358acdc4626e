"""The settlement of a return: what its accepted units change in the order, and what is due then."""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from ecomkit._checks import above_zero, as_tuple, aware, each, is_a, units
from ecomkit.identifiers import CommandKey, LineId, OrderId
from ecomkit.money import Money
from ecomkit.returns._refund_decision import RefundDecision

__all__ = ["Replacement", "Settlement"]


@final
@attrs.frozen(kw_only=True)
class Replacement:
    """*units* that were credited go out anew: as *line* of the order, for exchange *number*."""

    number: int = attrs.field(validator=above_zero)
    units: int = attrs.field(validator=units)
    line: LineId = attrs.field(validator=is_a(LineId))


@final
@attrs.frozen(kw_only=True)
class Settlement:
    """
    Accepted units were credited to the order: how much that is, and what is left to pay.

    Args:
        key: The command that settled them.
        order: The order.
        refund: What the credited units entitle to, step by step.
        replacements: What goes out for them.
        overpaid: What is to be paid back afterwards: the refund, less what replacements cost.
        owed: What the buyer has to pay afterwards.
        at: When.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    order: OrderId = attrs.field(validator=is_a(OrderId))
    refund: RefundDecision = attrs.field(validator=is_a(RefundDecision))
    replacements: tuple[Replacement, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Replacement)
    )
    overpaid: Money = attrs.field(validator=is_a(Money))
    owed: Money = attrs.field(validator=is_a(Money))
    at: datetime = attrs.field(validator=aware)

    def explain(self) -> str:
        """Say each step of the refund, what was sent instead, and what is left to pay."""
        sentences = [self.refund.explain()]
        sentences += [f"{one.units} replaced by line {one.line}" for one in self.replacements]
        sentences.append(f"to pay back: {self.overpaid}; still owed: {self.owed}")
        return "\n".join(sentences)
