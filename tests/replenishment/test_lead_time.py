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
    wrong: list[dict[str, Any]] = [{"mean_days": days}, {"mean_days": 7, "sd_days": days}]
    for fields in wrong:
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


@given(st.lists(st.integers(0, 3650) | st.floats(0, 3650), min_size=2))
def test_an_empirical_lead_time_keeps_its_days(days: list[float]) -> None:
    """Mean and sd are those of the receipts, and the days stand in it, sorted."""
    kept = LeadTime.empirical(days)
    told = LeadTime.from_receipts(days)

    assert (told.mean_days, told.sd_days) == (kept.mean_days, kept.sd_days)
    assert tuple(sorted(days)) == kept.observed
    assert told.explain() == kept.explain()


@given(st.floats(0, 300), st.floats(0, 100), st.floats(0.001, 0.999))
def test_quantiles_without_receipts_are_normal(mean: float, sd: float, probability: float) -> None:
    """Without observed days a quantile is that of the normal distribution, and never below 0."""
    told = LeadTime(mean_days=mean, sd_days=sd).quantile(probability)
    expected = mean + statistics.NormalDist().inv_cdf(probability) * sd

    assert pytest.approx(max(0.0, expected), abs=1e-9) == told


def test_quantiles_lie_between_observed_days() -> None:
    """Half of 5, 7, 9 and 30 days are within 8, and nine tenths within 23.7."""
    told = LeadTime.empirical([30, 5, 9, 7])

    assert pytest.approx([8, 23.7]) == [told.quantile(0.5), told.quantile(0.9)]


def test_one_observed_day_is_every_quantile() -> None:
    """Where a single day is kept there is nothing between it and another."""
    told = LeadTime(mean_days=7, observed=[5])

    assert [told.quantile(probability) for probability in (0.01, 0.5, 0.99)] == [5, 5, 5]


@pytest.mark.parametrize("observed", [[1, -1], [float("nan")], [True], ["7"], [3651], 7])
def test_observed_days_are_days(observed: Any) -> None:
    """Each is a number from 0 to ten years."""
    with pytest.raises(FieldError) as caught:
        LeadTime(mean_days=7, observed=observed)
    assert caught.value.field == "observed"


@pytest.mark.parametrize("probability", [0, 1, float("nan"), "0.5", True])
def test_a_quantile_is_asked_between_0_and_1(probability: Any) -> None:
    """The ends have no quantile."""
    with pytest.raises(FieldError):
        LeadTime(mean_days=7).quantile(probability)
