"""Drift of lead times: the last receipts against those before, by rank."""

import math
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment.purchasing import Drift, DriftTest, LeadTimeDrift, LeadTimeObservation

stats = pytest.importorskip("scipy.stats")

DAY = date(2026, 1, 5)


def receipts(days: list[int]) -> list[LeadTimeObservation]:
    """Return one receipt a month, each of which took so many days."""
    return [
        LeadTimeObservation(
            ordered_on=DAY + timedelta(days=30 * month),
            received_on=DAY + timedelta(days=30 * month + taken),
        )
        for month, taken in enumerate(days)
    ]


samples = st.lists(st.integers(0, 25), min_size=5, max_size=20)


@given(samples, st.lists(st.integers(0, 25), min_size=5, max_size=20))
def test_the_statistic_is_that_of_mann_and_whitney(older: list[int], recent: list[int]) -> None:
    """Ties included, z belongs to the p-value that scipy gives without continuity correction."""
    told = DriftTest(recent=len(recent))(receipts(older + recent))
    if len(set(older + recent)) == 1:
        assert told.z == 0
        return
    result = stats.mannwhitneyu(recent, older, use_continuity=False, method="asymptotic")

    assert pytest.approx(result.pvalue, abs=1e-12) == math.erfc(abs(told.z) / math.sqrt(2))
    assert bool(2 * result.statistic > len(older) * len(recent)) is (told.z > 0)


@given(samples, st.lists(st.integers(0, 25), min_size=5, max_size=5))
def test_longer_and_shorter_are_mirrored(older: list[int], recent: list[int]) -> None:
    """Days counted down from 25 drift the other way, by the same amount."""
    told = DriftTest(recent=5)(receipts(older + recent))
    mirrored = DriftTest(recent=5)(receipts([25 - days for days in older + recent]))

    assert pytest.approx(-mirrored.z) == told.z


@given(st.permutations(receipts([7, 8, 6, 7, 9, 7, 8, 7, 6, 8, 12, 14, 11, 13, 12])))
def test_the_order_in_which_they_come_does_not_matter(shuffled: list[LeadTimeObservation]) -> None:
    """Receipts are sorted by the day on which they came."""
    told = DriftTest(recent=5)(shuffled)

    assert (told.kind, told.older_days, told.recent_days) == (Drift.LONGER, 7, 12)


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        ([7] * 10 + [12] * 10, Drift.LONGER),
        ([12] * 10 + [7] * 10, Drift.SHORTER),
        ([7] * 20, Drift.STEADY),
        ([7, 9] * 10, Drift.STEADY),
        ([7] * 9 + [300] + [7] * 9 + [300], Drift.STEADY),
        ([7] * 4 + [12] * 10, Drift.UNKNOWN),
        ([12] * 10, Drift.UNKNOWN),
        ([7] + [12] * 10, Drift.UNKNOWN),
        ([7], Drift.UNKNOWN),
        ([], Drift.UNKNOWN),
    ],
    ids=str,
)
def test_drift_is_told_where_there_is_enough_to_tell(days: list[int], kind: Drift) -> None:
    """A shift is drift, one late delivery is not, and few receipts say nothing."""
    told = DriftTest()(receipts(days))

    assert kind is told.kind
    assert told.explain().startswith(kind.value)


def test_the_threshold_counts_as_drift() -> None:
    """At the threshold it is drift, just above it no more."""
    sample = receipts([1, 2, 3, 4, 5, 4, 5, 6, 7, 8])
    z = DriftTest(recent=5)(sample).z

    assert Drift.LONGER is DriftTest(recent=5, threshold=z)(sample).kind
    assert Drift.STEADY is DriftTest(recent=5, threshold=math.nextafter(z, 9))(sample).kind


def test_a_threshold_of_a_hundred_is_never_reached() -> None:
    """It is the largest there is, and says that nothing is ever drift."""
    sample = receipts([1] * 400 + [20] * 400)

    assert Drift.STEADY is DriftTest(recent=400, threshold=100)(sample).kind
    assert Drift.LONGER is DriftTest(recent=400)(sample).kind


def test_what_is_open_or_negative_takes_no_part() -> None:
    """Only receipts with a lead time are compared."""
    sample = receipts([7] * 5 + [9] * 5)
    odd = [
        LeadTimeObservation(ordered_on=DAY),
        LeadTimeObservation(received_on=DAY),
        LeadTimeObservation(ordered_on=DAY, received_on=DAY - timedelta(days=4)),
    ]

    assert DriftTest(recent=5)(sample) == DriftTest(recent=5)([*odd, *sample])


def test_the_verdict_is_told_in_words() -> None:
    """Both sides, the statistic and the threshold are named."""
    assert DriftTest()(receipts([7] * 10 + [12] * 10)).explain() == (
        "longer: the last 10 receipts took 12 days at the median, the 10 before 7; the rank test "
        "gives 4.36 standard deviations, at least the threshold of 3"
    )
    assert DriftTest()(receipts([7] * 3)).explain() == (
        "unknown: 3 receipts against 0 before; 5 of each are needed"
    )
    assert isinstance(DriftTest()([]), LeadTimeDrift)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recent": 4},
        {"recent": 5.0},
        {"recent": True},
        {"threshold": 0},
        {"threshold": float("nan")},
        {"threshold": 101},
        {"threshold": "3"},
    ],
    ids=str,
)
def test_a_test_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """Windows and thresholds have bounds."""
    with pytest.raises(FieldError) as caught:
        DriftTest(**wrong)
    assert [caught.value.field] == list(wrong)
