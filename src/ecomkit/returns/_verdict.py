"""The verdict on a request: accepted, or refused with all reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, optional, refuse
from ecomkit.returns._customer_text import text_of_accepted, text_of_refused
from ecomkit.returns._finding import RuleFinding
from ecomkit.returns._language import Language
from ecomkit.returns._legal_floor import Exemption
from ecomkit.returns._legal_right import LegalRight
from ecomkit.returns._request import ReturnLine
from ecomkit.returns._terms import ReturnTerms

__all__ = ["Accepted", "LineVerdict", "Override", "Refused", "ReturnVerdict"]


@final
@attrs.frozen(kw_only=True)
class LineVerdict:
    """
    What all rules together, and the law, say about one entry of a request.

    Args:
        line: The entry.
        findings: What rules found, and the law lets stand.
        item: What was bought, in words for the customer.
        lifted: What rules found, and the law overrules.
        right: The right that the buyer has by law; None if the shop alone decides.
        exemption: Why there is no right to withdraw from these goods.
        terms: The terms under which the units asked for come back, if they do.
    """

    line: ReturnLine = attrs.field(validator=is_a(ReturnLine))
    findings: tuple[RuleFinding, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(RuleFinding)
    )
    item: str = attrs.field(default="", validator=is_a(str))
    lifted: tuple[RuleFinding, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(RuleFinding)
    )
    right: LegalRight | None = attrs.field(default=None, validator=optional(is_a(LegalRight)))
    exemption: Exemption | None = attrs.field(default=None, validator=optional(is_a(Exemption)))
    terms: ReturnTerms | None = attrs.field(default=None, validator=optional(is_a(ReturnTerms)))

    @property
    def is_accepted(self) -> bool:
        """Whether no rule found anything that stands."""
        return not self.findings

    @property
    def acceptable(self) -> int:
        """How many of the units asked for would pass all rules."""
        return min((finding.acceptable for finding in self.findings), default=self.line.quantity)

    def explain(self) -> str:
        """Say whether the entry passes, all that is wrong with it, and what the law says."""
        name = f"line {self.line.line}"
        sentences = [finding.explain() for finding in self.findings]
        if self.is_accepted:
            sentences.append(f"{name}: {self.line.quantity} accepted")
        elif self.acceptable:
            sentences.append(f"{name}: {self.acceptable} would be accepted")
        if self.right is not None:
            sentences.append(f"{name}: {self.right.explain()}")
        if self.exemption is not None:
            sentences.append(f"{name}: no withdrawal by law: {self.exemption.value}")
        sentences.extend(f"{finding.explain()} (the law overrules it)" for finding in self.lifted)
        if self.is_accepted and self.terms is not None:
            sentences.append(f"{name}: {self.terms.explain()}")
        return "\n".join(sentences)


def _named(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        # Not shown: it may be the name of a person.
        raise refuse(instance, attribute.name, "(not shown)", "a text that is not blank")


@final
@attrs.frozen(kw_only=True)
class Override:
    """
    The decision of one of the staff against the policy: who, why and when.

    Raises:
        FieldError: If there is no name or no reason.
    """

    by: str = attrs.field(repr=False, validator=_named)
    reason: str = attrs.field(repr=False, validator=_named)
    at: datetime = attrs.field(validator=aware)


@final
@attrs.frozen(kw_only=True)
class Accepted:
    """
    Every entry passes every rule; or some do not, and *overridden* says who takes them.

    Raises:
        FieldError: If an entry fails and nobody overrode it.
    """

    lines: tuple[LineVerdict, ...] = attrs.field(converter=as_tuple, validator=each(LineVerdict))
    overridden: Override | None = attrs.field(default=None, validator=optional(is_a(Override)))

    def __attrs_post_init__(self) -> None:
        if self.overridden is None and self.findings:
            raise refuse(self, "overridden", None, "who takes what the policy refuses")

    @property
    def findings(self) -> tuple[RuleFinding, ...]:
        """All that was overridden, by entry and then by rule; nothing without an override."""
        return tuple(finding for line in self.lines for finding in line.findings)

    def explain(self) -> str:
        """Say what may come back, and who decided so against which findings."""
        opening = "accepted"
        if self.overridden is not None:
            who = self.overridden
            opening = (
                f"accepted by {who.by} at {who.at.isoformat()}: {who.reason}; the policy says"
            )
        return "\n".join([opening, *(line.explain() for line in self.lines)])

    def for_customer(self, *, language: Language) -> str:
        """
        Return what the customer reads: what comes back, by when, and who pays what.

        Raises:
            UnknownZoneError: If the zone of a date is unknown.
        """
        opening = "opening_accepted" if self.overridden is None else "opening_exception"
        return text_of_accepted(self.lines, opening=opening, language=language)


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

    def for_customer(self, *, language: Language) -> str:
        """
        Return what the customer reads: every reason, the deadline, and what would be accepted.

        Nothing in it says where a limit lies that a few would try to stay under.

        Raises:
            UnknownZoneError: If the zone of a date is unknown.
        """
        return text_of_refused(self.lines, language=language)


ReturnVerdict: TypeAlias = Accepted | Refused
