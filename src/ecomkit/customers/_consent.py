"""
Consents: for what a person's data may be used, on which basis, since when and until when.

The records are a history. A grant and its withdrawal are two entries, and neither is ever taken
out, so that it can be shown later what held at any instant.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit._texts import free_text, personal_text
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ConsentRecord",
    "ConsentStep",
    "LawfulBasis",
    "bases_in_effect",
    "last_said",
    "last_withdrawn",
]


class LawfulBasis(Enum):
    """Why personal data may be processed: the six bases of article 6(1) GDPR, in its order."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTERESTS = "vital interests"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTERESTS = "legitimate interests"


class ConsentStep(Enum):
    """What an entry says of its purpose."""

    GIVEN = "given"
    REQUESTED = "requested"
    """Asked for and not confirmed yet (double opt-in): on record, and nothing may be done on it."""


@final
@attrs.frozen(kw_only=True)
class ConsentRecord:
    """
    One entry of the history: data may be used for *purpose*, from *given_at* on (kept in UTC).

    An entry with *withdrawn_at* ends whatever was given or requested for its purpose and basis up
    to that instant, by itself or by earlier entries. With a double opt-in there are two entries:
    one requested, and one given when the mail was answered.

    >>> from datetime import UTC
    >>> ConsentRecord(
    ...     purpose="newsletter",
    ...     basis=LawfulBasis.CONSENT,
    ...     source="checkout form",
    ...     given_at=datetime(2026, 3, 1, tzinfo=UTC),
    ... ).withdrawn_at is None
    True

    Raises:
        FieldError: If it was withdrawn before it was given.
        NaiveInstantError: If an instant has no UTC offset.
    """

    purpose: str = attrs.field(validator=free_text)
    basis: LawfulBasis = attrs.field(validator=is_a(LawfulBasis))
    source: str = attrs.field(repr=False, validator=personal_text)
    """Where it was said; free text that may name the person, so it is treated as personal."""
    given_at: datetime = attrs.field(converter=utc)
    withdrawn_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(utc)
    )
    wording: str | None = attrs.field(default=None, repr=False, validator=optional(personal_text))
    """What the person agreed to: the text that was shown, or its name and version."""
    step: ConsentStep = attrs.field(default=ConsentStep.GIVEN, validator=is_a(ConsentStep))

    def __attrs_post_init__(self) -> None:
        if self.withdrawn_at is not None and self.withdrawn_at < self.given_at:
            raise refuse(self, "withdrawn_at", self.withdrawn_at, "given_at or later")


def bases_in_effect(
    records: Iterable[ConsentRecord], *, purpose: str, now: datetime
) -> tuple[LawfulBasis, ...]:
    """
    Return the bases on which data may be used for *purpose* at *now*, in the order of article 6.

    A basis is in effect if its latest grant is later than its latest withdrawal; at the same
    instant the withdrawal wins. A request is no grant, and entries after *now* do not count yet.
    The order of *records* does not matter.

    Raises:
        NaiveInstantError: If *now* has no UTC offset.
    """
    now = utc(now)
    relevant = [record for record in records if record.purpose == purpose]
    return tuple(basis for basis in LawfulBasis if _is_in_effect(relevant, basis, now))


def _is_in_effect(records: list[ConsentRecord], basis: LawfulBasis, now: datetime) -> bool:
    mine = [record for record in records if record.basis is basis]
    given = last_said(mine, step=ConsentStep.GIVEN, now=now)
    ended = last_withdrawn(mine, now=now)
    return given is not None and (ended is None or given > ended)


def last_said(
    records: Iterable[ConsentRecord], *, step: ConsentStep, now: datetime
) -> datetime | None:
    """Return when *step* was said last, up to *now*; None if never."""
    said = (r.given_at for r in records if r.step is step and r.given_at <= now)
    return max(said, default=None)


def last_withdrawn(records: Iterable[ConsentRecord], *, now: datetime) -> datetime | None:
    """Return when something was withdrawn last, up to *now*; None if never."""
    ended = (r.withdrawn_at for r in records if r.withdrawn_at is not None)
    return max((moment for moment in ended if moment <= now), default=None)
