"""The verdict on a request: accepted, or refused with all reasons."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.returns._finding import RuleFinding
from ecomkit.returns._request import ReturnLine

__all__ = ["Accepted", "LineVerdict", "Refused", "ReturnVerdict"]


@final
@attrs.frozen(kw_only=True)
class LineVerdict:
    """What all rules together found about one entry of a request."""

    line: ReturnLine = attrs.field(validator=is_a(ReturnLine))
    findings: tuple[RuleFinding, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(RuleFinding)
    )

    @property
    def is_accepted(self) -> bool:
        """Whether no rule found anything."""
        return not self.findings

    @property
    def acceptable(self) -> int:
        """How many of the units asked for would pass all rules."""
        return min((finding.acceptable for finding in self.findings), default=self.line.quantity)

    def explain(self) -> str:
        """Say whether the entry passes, or else everything that is wrong with it."""
        if self.is_accepted:
            return f"line {self.line.line}: {self.line.quantity} accepted"
        sentences = [finding.explain() for finding in self.findings]
        if self.acceptable:
            sentences.append(f"line {self.line.line}: {self.acceptable} would be accepted")
        return "\n".join(sentences)


@final
@attrs.frozen(kw_only=True)
class Accepted:
    """Every entry passes every rule."""

    lines: tuple[LineVerdict, ...] = attrs.field(converter=as_tuple, validator=each(LineVerdict))

    def explain(self) -> str:
        """Say what may come back."""
        return "\n".join(["accepted", *(line.explain() for line in self.lines)])


@final
@attrs.frozen(kw_only=True)
class Refused:
    """At least one entry fails; each entry has its own verdict, so the others can be taken."""

    lines: tuple[LineVerdict, ...] = attrs.field(converter=as_tuple, validator=each(LineVerdict))

    @property
    def findings(self) -> tuple[RuleFinding, ...]:
        """All that is wrong, by entry and then by rule."""
        return tuple(finding for line in self.lines for finding in line.findings)

    @property
    def deadline(self) -> datetime | None:
        """When time ran out for the first entry that came too late; None if none did."""
        deadlines = (finding.deadline for finding in self.findings)
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    def explain(self) -> str:
        """Say everything that is wrong, and what would be accepted."""
        return "\n".join(["refused", *(line.explain() for line in self.lines)])


ReturnVerdict: TypeAlias = Accepted | Refused
