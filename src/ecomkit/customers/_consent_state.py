"""Where a consent stands at an instant, and which entry of the history proves it."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, optional
from ecomkit.customers._consent import (
    ConsentRecord,
    ConsentStep,
    LawfulBasis,
    last_said,
    last_withdrawn,
)
from ecomkit.timeline import format_instant, utc

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Consent", "ConsentState", "consent_at"]


class ConsentState(Enum):
    """Where a consent stands."""

    NEVER_ASKED = "never asked"
    REQUESTED = "requested, not confirmed"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@final
@attrs.frozen(kw_only=True)
class Consent:
    """The state for one purpose and basis at one instant."""

    purpose: str = attrs.field(validator=is_a(str))
    basis: LawfulBasis = attrs.field(validator=is_a(LawfulBasis))
    state: ConsentState = attrs.field(validator=is_a(ConsentState))
    since: datetime | None = attrs.field(converter=attrs.converters.optional(utc))
    """Since when it stands so; None if nobody ever asked."""
    proof: ConsentRecord | None = attrs.field(validator=optional(is_a(ConsentRecord)))
    """The entry that says so: source, and wording that was agreed to (article 7(1) GDPR)."""
    at: datetime = attrs.field(converter=utc)

    def explain(self) -> str:
        """Tell in plain words where it stands, and since when."""
        since = "" if self.since is None else f" since {format_instant(self.since)}"
        return (
            f"{self.purpose} ({self.basis.value}) at {format_instant(self.at)}: "
            f"{self.state.value}{since}"
        )


def consent_at(
    records: Iterable[ConsentRecord],
    *,
    purpose: str,
    now: datetime,
    basis: LawfulBasis = LawfulBasis.CONSENT,
) -> Consent:
    """
    Return where *basis* for *purpose* stands at *now*, by all entries up to then.

    What was said last counts; at one instant a withdrawal counts more than a grant, and a grant
    more than a request. A new request does not take back what was given. It is given since the
    first grant after the last withdrawal, and the last grant is its proof.

    Raises:
        NaiveInstantError: If *now* has no UTC offset.

    >>> from datetime import UTC
    >>> asked, confirmed = (datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2))
    >>> def entry(step, at):
    ...     return ConsentRecord(
    ...         purpose="newsletter",
    ...         basis=LawfulBasis.CONSENT,
    ...         source="footer form",
    ...         given_at=at,
    ...         step=step,
    ...     )
    >>> history = [entry(ConsentStep.REQUESTED, asked), entry(ConsentStep.GIVEN, confirmed)]
    >>> print(consent_at(history, purpose="newsletter", now=asked).explain())
    newsletter (consent) at 2026-03-01T00:00:00Z: requested, not confirmed since
    2026-03-01T00:00:00Z
    >>> consent_at(history, purpose="newsletter", now=confirmed).state
    <ConsentState.GIVEN: 'given'>
    """
    now = utc(now)
    mine = [record for record in records if (record.purpose, record.basis) == (purpose, basis)]
    state, since, proof = _standing(mine, now)
    return Consent(purpose=purpose, basis=basis, state=state, since=since, proof=proof, at=now)


def _standing(
    records: list[ConsentRecord], now: datetime
) -> tuple[ConsentState, datetime | None, ConsentRecord | None]:
    ended = last_withdrawn(records, now=now)
    for step, state in (
        (ConsentStep.GIVEN, ConsentState.GIVEN),
        (ConsentStep.REQUESTED, ConsentState.REQUESTED),
    ):
        last = last_said(records, step=step, now=now)
        if last is not None and (ended is None or last > ended):
            said = [
                record
                for record in records
                if record.step is step
                and record.given_at <= now
                and (ended is None or record.given_at > ended)
            ]
            first = min(record.given_at for record in said)
            return state, first, next(r for r in said if r.given_at == last)
    if ended is not None:
        proof = next(record for record in records if record.withdrawn_at == ended)
        return ConsentState.WITHDRAWN, ended, proof
    return ConsentState.NEVER_ASKED, None, None
