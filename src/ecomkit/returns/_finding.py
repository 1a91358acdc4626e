"""What a rule of a return policy finds, and the shape of such a rule."""

from __future__ import annotations

from datetime import datetime
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, Protocol, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, not_negative, optional, refuse
from ecomkit.identifiers import LineId
from ecomkit.returns._facts import Proof, known_zone

if TYPE_CHECKING:
    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["CustomerText", "ReturnRule", "RuleFinding"]

PLACES: Final = frozenset({"acceptable", "asked", "deadline", "item", "names"})
"""What a sentence about a finding may have filled in."""


def places_of(sentence: str) -> frozenset[str] | None:
    """Return what *sentence* wants filled in; None if it asks for more than plain names."""
    try:
        parts = tuple(Formatter().parse(sentence))
    except ValueError:
        return None
    if any(spec or conversion for _, _, spec, conversion in parts):
        return None
    return frozenset(name for _, name, _, _ in parts if name is not None)


def _sentence(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    places = places_of(value) if isinstance(value, str) else None
    if places is None or not places <= PLACES:
        wanted = f"a sentence with no other places than {', '.join(sorted(PLACES))}"
        raise refuse(instance, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class CustomerText:
    """
    What the customer reads about a finding, in one language.

    Args:
        language: The code of the language, as in ISO 639-1.
        sentence: A whole sentence. ``{item}`` stands for what was bought, ``{asked}`` and
            ``{acceptable}`` for it with the numbers of units, ``{deadline}`` for the last day,
            ``{names}`` for what the finding names.

    Raises:
        FieldError: If the sentence wants something else filled in.

    >>> CustomerText(language="en", sentence="Please call us about {item}.").language
    'en'
    """

    language: str = attrs.field(validator=is_a(str))
    sentence: str = attrs.field(validator=_sentence)


@final
@attrs.frozen(kw_only=True)
class RuleFinding:
    """
    Why units of a line cannot come back, and what could.

    Args:
        rule: The name of the rule, one word for code and figures.
        line: The line of the order.
        problem: What is wrong, in words for the staff.
        acceptable: How many of the units asked for this rule alone would accept.
        remedy: What would make it acceptable, in words; empty if nothing would.
        deadline: When the time ran out: the first instant that was too late.
        zone: The IANA name of the zone in which the customer reads the deadline.
        missing: What the buyer has not shown. Showing it mends the finding, so the law on
            claims, under which the buyer shows the fault, lets such a finding stand.
        names: What else the customer has to know, such as the conditions that are accepted;
            a language has words for the values of :class:`Condition` and :class:`Proof`.
        texts: What the customer reads, one text for each language; none are needed for the
            rules of ecomkit.

    Raises:
        FieldError: If a field has no legal value.
        UnknownZoneError: If the zone is unknown.
    """

    rule: str = attrs.field(validator=is_a(str))
    line: LineId = attrs.field(validator=is_a(LineId))
    problem: str = attrs.field(validator=is_a(str))
    acceptable: int = attrs.field(default=0, validator=not_negative)
    remedy: str = attrs.field(default="", validator=is_a(str))
    deadline: datetime | None = attrs.field(default=None, validator=optional(aware))
    zone: str = attrs.field(default="UTC", validator=known_zone)
    missing: tuple[Proof, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Proof))
    names: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each(str))
    texts: tuple[CustomerText, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(CustomerText)
    )

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
