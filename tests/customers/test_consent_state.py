"""Where a consent stands at an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.customers import (
    ConsentRecord,
    ConsentState,
    ConsentStep,
    Customer,
    LawfulBasis,
    consent_at,
)
from ecomkit.identifiers import CustomerId
from ecomkit.testing.strategies._customers import PURPOSES, consent_records
from ecomkit.timeline import NaiveInstantError

DAY = datetime(2026, 3, 1, tzinfo=UTC)
NEAR = consent_records(min_value=DAY, max_value=DAY + timedelta(seconds=4))
SOON = st.integers(-1, 5).map(lambda seconds: DAY + timedelta(seconds=seconds))


def entry(
    hours: int,
    *,
    step: ConsentStep = ConsentStep.GIVEN,
    ends: int | None = None,
    wording: str | None = None,
) -> ConsentRecord:
    """Return an entry for the newsletter, some hours after the day."""
    return ConsentRecord(
        purpose="newsletter",
        basis=LawfulBasis.CONSENT,
        source="form",
        given_at=DAY + timedelta(hours=hours),
        withdrawn_at=None if ends is None else DAY + timedelta(hours=ends),
        step=step,
        wording=wording,
    )


REQUESTED = ConsentStep.REQUESTED


def at(hours: int, *records: ConsentRecord) -> ConsentState:
    """Return where the newsletter stands some hours after the day."""
    now = DAY + timedelta(hours=hours)
    return consent_at(records, purpose="newsletter", now=now).state


def folded(
    records: list[ConsentRecord], *, purpose: str, basis: LawfulBasis, now: datetime
) -> tuple[ConsentState, datetime | None]:
    """Return state and since by walking through everything that was said, one after the other."""
    said = []
    for record in records:
        if (record.purpose, record.basis) == (purpose, basis):
            rank = 1 if record.step is ConsentStep.GIVEN else 0
            said.append((record.given_at, rank))
            if record.withdrawn_at is not None:
                said.append((record.withdrawn_at, 2))
    state, since = ConsentState.NEVER_ASKED, None
    for moment, rank in sorted(word for word in said if word[0] <= now):
        if rank == 2:
            state, since = ConsentState.WITHDRAWN, moment
        elif rank == 1 and state is not ConsentState.GIVEN:
            # At the instant of a withdrawal sorting has put the withdrawal last.
            state, since = ConsentState.GIVEN, moment
        elif rank == 0 and state in {ConsentState.NEVER_ASKED, ConsentState.WITHDRAWN}:
            state, since = ConsentState.REQUESTED, moment
    return state, since


@given(st.lists(NEAR, max_size=6), st.sampled_from(PURPOSES), st.sampled_from(LawfulBasis), SOON)
def test_the_state_at_any_instant_is_what_a_naive_walk_finds(
    records: list[ConsentRecord], purpose: str, basis: LawfulBasis, now: datetime
) -> None:
    """State and since are those of a walk through the history, for any purpose, basis and date."""
    consent = consent_at(records, purpose=purpose, now=now, basis=basis)

    assert folded(records, purpose=purpose, basis=basis, now=now) == (consent.state, consent.since)


@given(st.lists(NEAR, max_size=6), st.sampled_from(PURPOSES), SOON)
def test_a_basis_is_in_effect_exactly_if_it_stands_as_given(
    records: list[ConsentRecord], purpose: str, now: datetime
) -> None:
    """The two questions that may be asked of a history have one answer."""
    customer = Customer(id=CustomerId("c"), consents=records)
    given_ones = tuple(
        basis
        for basis in LawfulBasis
        if consent_at(records, purpose=purpose, now=now, basis=basis).state is ConsentState.GIVEN
    )

    assert given_ones == customer.bases_for(purpose, now=now)


@given(st.lists(NEAR, max_size=6), st.sampled_from(PURPOSES), SOON)
def test_the_proof_says_what_the_state_says(
    records: list[ConsentRecord], purpose: str, now: datetime
) -> None:
    """The proof is an entry of the history, of that step, no later than now; or there is none."""
    consent = consent_at(records, purpose=purpose, now=now)

    match consent.state:
        case ConsentState.NEVER_ASKED:
            assert consent.proof is None
        case ConsentState.WITHDRAWN:
            assert consent.proof in records
            assert consent.proof.withdrawn_at == consent.since
        case ConsentState.GIVEN | ConsentState.REQUESTED:
            assert consent.proof in records
            assert consent.proof.given_at >= consent.since
            assert consent.proof.step.value == consent.state.value.partition(",")[0]


def test_a_double_opt_in_is_asked_for_then_confirmed() -> None:
    """A request allows nothing until it is confirmed."""
    history = [entry(1, step=REQUESTED), entry(3)]

    assert [at(hours, *history) for hours in range(5)] == [
        ConsentState.NEVER_ASKED,
        ConsentState.REQUESTED,
        ConsentState.REQUESTED,
        ConsentState.GIVEN,
        ConsentState.GIVEN,
    ]
    asked = Customer(id=CustomerId("c"), consents=history[:1])
    assert not asked.consents_to("newsletter", now=DAY + timedelta(days=9))


def test_a_new_request_does_not_take_back_what_was_given() -> None:
    """Who signs up twice stays signed up; who said no and signs up again has to confirm."""
    assert at(9, entry(1), entry(2, step=REQUESTED)) is ConsentState.GIVEN
    assert at(9, entry(1, ends=2), entry(3, step=REQUESTED)) is ConsentState.REQUESTED
    assert at(9, entry(1, step=REQUESTED, ends=2)) is ConsentState.WITHDRAWN


def test_the_last_grant_and_its_wording_are_the_proof() -> None:
    """Given since the first grant after the withdrawal, proven by the wording agreed to last."""
    records = [
        entry(1, wording="v1"),
        entry(2, ends=2),
        entry(3, wording="v2"),
        entry(4, wording="v3"),
        entry(8, wording="v4"),
    ]
    consent = consent_at(records, purpose="newsletter", now=DAY + timedelta(hours=5))

    assert consent.since == DAY + timedelta(hours=3)
    assert consent.proof == records[3]
    assert consent.explain() == (
        "newsletter (consent) at 2026-03-01T05:00:00Z: given since 2026-03-01T03:00:00Z"
    )
    assert "v3" not in repr(consent)


def test_who_was_never_asked_said_nothing() -> None:
    """Without an entry there is neither since nor proof."""
    consent = consent_at([], purpose="newsletter", now=DAY)

    assert (consent.since, consent.proof) == (None, None)
    assert consent.explain() == "newsletter (consent) at 2026-03-01T00:00:00Z: never asked"


def test_a_state_is_asked_for_at_an_instant() -> None:
    """A datetime without an offset is refused."""
    with pytest.raises(NaiveInstantError):
        consent_at([], purpose="newsletter", now=datetime(2026, 3, 1))  # noqa: DTZ001  # meant
