"""Laws of days of cover."""

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment import Demand, days_of_cover, days_of_cover_ahead
from ecomkit.testing.strategies._replenishment import daily_units

counts = st.integers(0, 1000)


@given(counts, st.integers(1, 1000))
def test_cover_times_demand_is_the_units(units: int, mean: int) -> None:
    """Mean demand over the days of cover takes all the units."""
    cover = days_of_cover(units, demand=Demand.of(mean_per_day=mean))

    assert pytest.approx(units) == cover * mean


@given(counts, st.integers(1, 1000), st.integers(0, 1000))
def test_a_level_forecast_covers_as_its_mean(units: int, mean: int, extra: int) -> None:
    """Walking a forecast of equal days gives the cover on the mean."""
    forecast = [mean] * (units // mean + 1 + extra % 3)

    assert Fraction(units, mean) == days_of_cover_ahead(units, forecast=forecast)


@given(st.integers(-100, 1000), daily_units(max_value=100))
def test_walked_cover_serves_its_whole_days(units: int, forecast: list[int]) -> None:
    """The whole days of cover are served in full, the next one is not."""
    cover = days_of_cover_ahead(units, forecast=forecast)

    if cover is None:
        assert sum(forecast) <= max(0, units)
    else:
        served = math.floor(cover)
        assert sum(forecast[:served]) <= max(0, units) < sum(forecast[: served + 1])


@pytest.mark.parametrize("case", cases("days_of_cover"))
def test_published_case(case: dict[str, Any]) -> None:
    """100 units against 12, 15, 20, 18, 30, 25 are 5.0 days on the mean of 20 and 5.2 walked."""
    units, forecast = case["inputs"]["available"], case["inputs"]["forecast"]
    mean = Demand.of(mean_per_day=sum(forecast) / len(forecast))

    assert days_of_cover(units, demand=mean) == near(case, "simple_on_mean")
    assert float(days_of_cover_ahead(units, forecast=forecast)) == near(case, "walk_forward")
    assert Fraction("5.2") == days_of_cover_ahead(units, forecast=forecast)


def test_days_without_demand_last() -> None:
    """A day that asks for nothing is served, even with nothing left."""
    assert Fraction(2) == days_of_cover_ahead(10, forecast=[10, 0, 5])


@pytest.mark.parametrize(
    ("units", "mean", "cover"),
    [(5, 0, None), (0, 0, None), (-1, 0, 0.0), (-1, 4, 0.0), (0, 4, 0.0)],
)
def test_edges(units: int, mean: int, cover: float | None) -> None:
    """Without demand nothing runs out, but units owed last 0 days, demand or not."""
    assert cover == days_of_cover(units, demand=Demand.of(mean_per_day=mean))


def test_a_forecast_is_whole_units() -> None:
    """A negative day of the forecast is refused."""
    with pytest.raises(FieldError):
        days_of_cover_ahead(10, forecast=[5, -1])
