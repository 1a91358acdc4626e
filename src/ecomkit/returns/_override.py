"""Overrides: the staff takes what the policy refuses, with a name and a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit.errors import FieldError
from ecomkit.returns._verdict import Accepted, Override, Refused

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["override"]


def override(verdict: Refused, *, by: str, reason: str, at: datetime) -> Accepted:
    """
    Return the acceptance of all that *verdict* refused; the findings stay, beside the name.

    Only the policy is overridden. That units must be out to come back, and that no more is paid
    back than was paid, are laws of the order and of the refund.

    Args:
        verdict: What the policy said.
        by: Who decides; personal data, so a ``repr`` does not show it.
        reason: Why.
        at: When.

    Raises:
        FieldError: If the name or the reason is blank, or nothing was refused.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import LineId
    >>> from ecomkit.returns import Condition, LineVerdict, ReturnLine, ReturnReason, RuleFinding
    >>> one = ReturnLine(
    ...     line=LineId("1"), quantity=1, condition=Condition.USED, reason=ReturnReason.OTHER
    ... )
    >>> late = RuleFinding(rule="window", line=one.line, problem="too late")
    >>> refused = Refused(lines=[LineVerdict(line=one, findings=[late])])
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> print(override(refused, by="Ada", reason="a loyal customer", at=noon).explain())
    accepted by Ada at 2026-03-01T12:00:00+00:00: a loyal customer; the policy says
    line 1: too late
    """
    if not isinstance(verdict, Refused):
        raise FieldError(
            owner="override", field="verdict", got=type(verdict).__name__, wanted="a Refused"
        )
    return Accepted(lines=verdict.lines, overridden=Override(by=by, reason=reason, at=at))
