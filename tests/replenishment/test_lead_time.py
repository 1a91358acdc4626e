"""Laws of lead time."""

import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import LeadTime, TooFewObservationsError


@given(st.lists(st.integers(0, 3650) | st.floats(0, 3650), min_size=2))
def test_receipts_give_mean_and_sample_sd(days: list[float]) -> None:
    """The lead time of receipts is their mean and sample standard deviation."""
    lead_time = LeadTime.from_receipts(days)

    assert statistics.fmean(days) == lead_time.mean_days
    assert pytest.approx(float(statistics.stdev(days))) == lead_time.sd_days


@given(st.data(), st.lists(st.floats(0, 3650), min_size=2))
def test_order_of_receipts_does_not_matter(data: st.DataObject, days: list[float]) -> None:
    """Receipts in another order are the same lead time, to the last bit."""
    assert LeadTime.from_receipts(days) == LeadTime.from_receipts(data.draw(st.permutations(days)))


@pytest.mark.parametrize("days", [-1, float("nan"), float("inf"), True, None, "7", 3651])
def test_days_are_finite_and_not_negative(days: Any) -> None:
    """No lead time is negative, NaN, infinite, a bool, text, or above ten years."""
    with pytest.raises(FieldError) as caught:
        LeadTime.from_receipts([7, days])
    assert days is caught.value.got
    assert caught.value.field == "days"
    for fields in ({"mean_days": days}, {"mean_days": 7, "sd_days": days}):
        with pytest.raises(FieldError):
            LeadTime(**fields)


@pytest.mark.parametrize("days", [[], [7]])
def test_one_receipt_has_no_standard_deviation(days: list[float]) -> None:
    """Fewer than two receipts are refused, and the error says how many there were."""
    with pytest.raises(TooFewObservationsError) as caught:
        LeadTime.from_receipts(days)

    assert ("LeadTime", "receipts", len(days)) == (
        caught.value.owner,
        caught.value.observed,
        caught.value.got,
    )
