"""Laws of demand: exact sums, and the statistics that follow from them."""

import statistics
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import Demand, DemandMoments, TooFewObservationsError
from ecomkit.testing.strategies._replenishment import daily_units, demand_moments, demands

START = date(2026, 10, 1)


@given(daily_units(), st.integers(0, 10_000_000))
def test_adding_and_removing_a_day_leaves_no_trace(units: list[int], day: int) -> None:
    """A day that is added and removed again leaves the sums as they were."""
    moments = DemandMoments.from_daily(units)

    assert moments == moments.add(day).remove(day)


@given(daily_units(), daily_units())
def test_two_halves_add_up_to_the_whole(first: list[int], second: list[int]) -> None:
    """The sums of two halves of a history add up to those of the whole, in either order."""
    whole = DemandMoments.from_daily(first + second)
    halves = DemandMoments.from_daily(first), DemandMoments.from_daily(second)

    assert whole == halves[0] + halves[1]
    assert whole == halves[1] + halves[0]
    assert halves[0] == whole - halves[1]


@given(daily_units(min_size=2))
def test_statistics_agree_with_the_standard_library(units: list[int]) -> None:
    """Mean and sample standard deviation are those that the exact slow model gives."""
    demand = Demand.from_daily(units)

    assert statistics.fmean(units) == demand.mean_per_day
    assert pytest.approx(float(statistics.stdev(units)), rel=1e-12) == demand.sd_per_day
    assert len(units) == demand.observed_days


@given(st.data(), daily_units(min_size=2))
def test_order_of_days_does_not_matter(data: st.DataObject, units: list[int]) -> None:
    """The demand of shuffled days is the same demand."""
    shuffled = data.draw(st.permutations(units))

    assert Demand.from_daily(units) == Demand.from_daily(shuffled)


@given(daily_units(min_size=2, max_value=1_000_000), st.integers(1, 10))
def test_demand_scales_with_its_units(units: list[int], factor: int) -> None:
    """Demand counted in smaller units grows by the factor, mean and sd alike."""
    demand = Demand.from_daily(units)
    scaled = Demand.from_daily([factor * count for count in units])

    assert pytest.approx(factor * demand.mean_per_day) == scaled.mean_per_day
    assert pytest.approx(factor * demand.sd_per_day) == scaled.sd_per_day


@given(daily_units(min_size=2))
def test_missing_days_count_as_zero(units: list[int]) -> None:
    """A history without its days of no sale says the same as one with them."""
    end = START + timedelta(days=len(units))
    sparse = {START + timedelta(days=i): count for i, count in enumerate(units) if count}

    assert Demand.from_daily(units) == Demand.from_days(sparse, start=START, end=end)
    assert Demand.from_daily(units) == Demand.from_days(sparse.items(), start=START, end=end)


@given(daily_units(min_size=1), st.data())
def test_excluded_days_are_not_in_the_sample(units: list[int], data: st.DataObject) -> None:
    """A day without stock is left out with what was sold on it, wherever it stands."""
    days = [START + timedelta(days=i) for i in range(len(units))]
    excluded = data.draw(st.lists(st.sampled_from(days)))
    kept = [count for day, count in zip(days, units, strict=True) if day not in excluded]

    assert DemandMoments.from_daily(kept) == DemandMoments.from_days(
        zip(days, units, strict=True),
        start=START,
        end=START + timedelta(days=len(units)),
        excluded_days=[*excluded, START - timedelta(days=1), START + timedelta(days=len(units))],
    )


def test_entries_outside_the_window_are_left_out() -> None:
    """The window holds its first day and not its end, and entries of one day add up."""
    history = [
        (START - timedelta(days=1), 100),
        (START, 1),
        (START, 2),
        (START + timedelta(days=1), 5),
        (START + timedelta(days=2), 100),
    ]

    assert DemandMoments(days=2, total=8, total_of_squares=34) == DemandMoments.from_days(
        history, start=START, end=START + timedelta(days=2)
    )


def test_a_window_that_ends_before_it_starts_is_empty() -> None:
    """No day is in a window whose end is before its start."""
    assert DemandMoments() == DemandMoments.from_days(
        {START: 5}, start=START, end=START - timedelta(days=1)
    )


@pytest.mark.parametrize("units", [[], [5]])
def test_one_day_has_no_standard_deviation(units: list[int]) -> None:
    """Fewer than two days are refused, and the error says how many there were."""
    with pytest.raises(TooFewObservationsError) as caught:
        Demand.from_daily(units)

    assert f"at least 2 observed days to tell a standard deviation, got {len(units)}" in str(
        caught.value
    )
    assert ("Demand", "days", len(units)) == (
        caught.value.owner,
        caught.value.observed,
        caught.value.got,
    )


@pytest.mark.parametrize("units", [-1, 1.0, True, None, "1", 10_000_001])
def test_units_are_whole_and_not_negative(units: Any) -> None:
    """Only whole net units from 0 to ten million a day are demand."""
    with pytest.raises(FieldError) as caught:
        Demand.from_daily([1, units])

    assert units is caught.value.got
    with pytest.raises(FieldError):
        DemandMoments.from_days({START: units}, start=START, end=START + timedelta(days=3))


def test_a_day_is_no_instant() -> None:
    """A datetime is refused where a day is wanted, though Python calls it a date."""
    instant = datetime(2026, 10, 1, tzinfo=UTC)
    end = START + timedelta(days=3)

    for arguments, field in (
        ({"history": {}, "start": instant, "end": end}, "start"),
        ({"history": {}, "start": START, "end": instant}, "end"),
        ({"history": {}, "start": START, "end": end, "excluded_days": [instant]}, "excluded_days"),
        ({"history": {instant: 1}, "start": START, "end": end}, "history"),
    ):
        history = arguments.pop("history")
        with pytest.raises(FieldError) as caught:
            DemandMoments.from_days(history, **arguments)
        assert field == caught.value.field


@given(demand_moments(), st.integers(0, 10_000_000))
def test_a_day_never_added_cannot_make_impossible_sums(moments: DemandMoments, day: int) -> None:
    """Removing a day either gives sums that a history can have, or is refused."""
    try:
        fewer = moments.remove(day)
    except FieldError:
        return

    assert fewer.total**2 <= fewer.days * fewer.total_of_squares
    assert fewer.total <= fewer.total_of_squares


@pytest.mark.parametrize(
    ("days", "total", "total_of_squares"),
    [(0, 1, 1), (2, 4, 7), (5, 3, 2), (-1, 0, 0), (1, -1, 1), (1, 1.0, 1)],
)
def test_impossible_sums_are_refused(days: int, total: Any, total_of_squares: int) -> None:
    """Sums that no series of whole days has do not exist."""
    with pytest.raises(FieldError):
        DemandMoments(days=days, total=total, total_of_squares=total_of_squares)


@pytest.mark.parametrize("number", [-0.1, float("nan"), float("inf"), True, None, "4", 1e7 + 1])
def test_statistics_are_finite_and_not_negative(number: Any) -> None:
    """Neither mean nor sd is negative, NaN, infinite, a bool or text."""
    for fields in ({"mean_per_day": number}, {"mean_per_day": 1, "sd_per_day": number}):
        with pytest.raises(FieldError) as caught:
            Demand(**fields)
        assert number is caught.value.got


@given(demands())
def test_stated_demand_was_not_observed(demand: Demand) -> None:
    """A demand that was stated says so."""
    again = Demand.of(mean_per_day=demand.mean_per_day, sd_per_day=demand.sd_per_day)

    assert demand == again
    assert again.observed_days == 0
    assert again.explain().endswith("as stated")


def test_observed_demand_says_how_long() -> None:
    """A demand that was measured names its number of days."""
    assert Demand.from_daily([2, 4, 6]).explain() == "4 a day, sd 2, from 3 days"


def test_online_retail_white_metal_lantern() -> None:
    """The mean of stock code 85099B over 374 days of the UCI Online Retail set is 129.6096 a day."""
    # 48,474 units on 300 days, 74 days without a sale: the mean needs the total only.
    days = [161] * 299 + [48_474 - 299 * 161] + [0] * 74

    assert pytest.approx(129.6096256684492) == Demand.from_daily(days).mean_per_day
