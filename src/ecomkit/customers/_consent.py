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

from ecomkit._checks import is_a, refuse
from ecomkit.customers._personal import not_blank, unshown
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ConsentRecord", "LawfulBasis", "bases_in_effect"]


class LawfulBasis(Enum):
    """Why personal data may be processed: the six bases of article 6(1) GDPR, in its order."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    VITAL_INTERESTS = "vital interests"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTERESTS = "legitimate interests"


@final
@attrs.frozen(kw_only=True)
class ConsentRecord:
    """
    One entry of the history: data may be used for *purpose*, from *given_at* on (kept in UTC).

    An entry with *withdrawn_at* ends whatever was given for its purpose and basis up to that
    instant, by itself or by earlier entries.

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

    purpose: str = attrs.field(validator=not_blank)
    basis: LawfulBasis = attrs.field(validator=is_a(LawfulBasis))
    source: str = attrs.field(repr=False, validator=unshown(not_blank))
    """Where it was said; free text that may name the person, so it is treated as personal."""
    given_at: datetime = attrs.field(converter=utc)
    withdrawn_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(utc)
    )

    def __attrs_post_init__(self) -> None:
        if self.withdrawn_at is not None and self.withdrawn_at < self.given_at:
            raise refuse(self, "withdrawn_at", self.withdrawn_at, "given_at or later")


def bases_in_effect(
    records: Iterable[ConsentRecord], *, purpose: str, now: datetime
) -> tuple[LawfulBasis, ...]:
    """
    Return the bases on which data may be used for *purpose* at *now*, in the order of article 6.

    A basis is in effect if its latest grant is later than its latest withdrawal; at the same
    instant the withdrawal wins. Entries after *now* do not count yet. The order of *records*
    does not matter.

    Raises:
        NaiveInstantError: If *now* has no UTC offset.
    """
    now = utc(now)
    relevant = [record for record in records if record.purpose == purpose]
    return tuple(basis for basis in LawfulBasis if _is_in_effect(relevant, basis, now))


def _is_in_effect(records: list[ConsentRecord], basis: LawfulBasis, now: datetime) -> bool:
    mine = [record for record in records if record.basis is basis]
    given = [record.given_at for record in mine if record.given_at <= now]
    withdrawn = [
        record.withdrawn_at
        for record in mine
        if record.withdrawn_at is not None and record.withdrawn_at <= now
    ]
    return bool(given) and (not withdrawn or max(given) > max(withdrawn))
