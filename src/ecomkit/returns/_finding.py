"""What a rule of a return policy finds, and the shape of such a rule."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol, final

import attrs

from ecomkit._checks import aware, is_a, not_negative, optional
from ecomkit.identifiers import LineId

if TYPE_CHECKING:
    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["ReturnRule", "RuleFinding"]


@final
@attrs.frozen(kw_only=True)
class RuleFinding:
    """
    Why units of a line cannot come back, and what could.

    Args:
        rule: The name of the rule, one word for code and figures.
        line: The line of the order.
        problem: What is wrong, in words.
        acceptable: How many of the units asked for this rule alone would accept.
        remedy: What would make it acceptable, in words; empty if nothing would.
        deadline: When the time ran out: the first instant that was too late.
    """

    rule: str = attrs.field(validator=is_a(str))
    line: LineId = attrs.field(validator=is_a(LineId))
    problem: str = attrs.field(validator=is_a(str))
    acceptable: int = attrs.field(default=0, validator=not_negative)
    remedy: str = attrs.field(default="", validator=is_a(str))
    deadline: datetime | None = attrs.field(default=None, validator=optional(aware))

    def explain(self) -> str:
        """Say what is wrong, and what would mend it."""
        text = f"line {self.line}: {self.problem}"
        return f"{text}; {self.remedy}" if self.remedy else text


class ReturnRule(Protocol):
    """
    A rule of a return policy: any callable of this shape.

    It answers with all that it finds wrong with one entry of a request; with nothing, if the
    entry passes.
    """

    def __call__(
        self, request: ReturnRequest, line: ReturnLine, /, *, now: datetime
    ) -> tuple[RuleFinding, ...]:
        """Return what is wrong with *line* of *request*, decided at *now*."""
        ...
