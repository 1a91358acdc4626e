"""Baselines: published figures, and what stands in for what is unknown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.forecasting import (
    historic_average,
    moving_average,
    naive,
    seasonal_naive,
)

histories = st.lists(st.integers(0, 1000), min_size=1, max_size=40)
lengths = st.integers(1, 12)


@pytest.mark.parametrize("case", cases("naive"))
def test_naive_reproduces_the_cases(case: dict[str, Any]) -> None:
    """The last period is the forecast of the reference."""
    assert naive(case["inputs"]["y"]) == near(case, "forecast_1")


@pytest.mark.parametrize("case", cases("moving_average"))
def test_moving_average_reproduces_the_cases(case: dict[str, Any]) -> None:
    """So is the mean of the last ones."""
    inputs = case["inputs"]

    assert moving_average(inputs["y"], window=inputs["window"]) == near(case, "forecast_1")


@pytest.mark.parametrize("case", cases("seasonal_naive"))
def test_seasonal_naive_reproduces_the_cases(case: dict[str, Any]) -> None:
    """So is the last season."""
    inputs = case["inputs"]
    forecast = seasonal_naive(
        inputs["y"], season_length=inputs["season_length"], horizon=inputs["h"]
    )

    assert list(forecast) == near(case, "forecast")


@given(histories, lengths)
def test_a_moving_average_is_the_mean_of_a_tail(units: list[int], window: int) -> None:
    """Over one period it is the naive forecast, over all of them the average."""
    tail = units[-window:]

    assert moving_average(units, window=window) == pytest.approx(sum(tail) / len(tail))
    assert moving_average(units, window=1) == naive(units)
    assert moving_average(units, window=len(units)) == historic_average(units)


@given(st.data(), lengths, lengths)
def test_a_season_comes_again(data: st.DataObject, season_length: int, horizon: int) -> None:
    """The forecast continues the history with the period of its season."""
    size = {"min_size": season_length, "max_size": 40}
    units = data.draw(st.lists(st.integers(0, 1000), **size))
    continued = [*units, *seasonal_naive(units, season_length=season_length, horizon=horizon)]

    for at in range(len(units), len(continued)):
        assert continued[at] == continued[at - season_length]


def test_what_is_unknown_in_the_last_season_comes_from_the_one_before() -> None:
    """And from the mean where no season knows it."""
    units = [1, 2, None, 4, None, None]

    assert seasonal_naive(units, season_length=3, horizon=6) == (4, 2, 7 / 3, 4, 2, 7 / 3)
    assert seasonal_naive([5], season_length=3, horizon=3) == (5, 5, 5)


@given(st.integers(0, 10**6), lengths, lengths)
def test_a_constant_series_is_forecast_as_itself(count: int, periods: int, length: int) -> None:
    """By all of them."""
    units = [count] * periods

    assert naive(units) == moving_average(units, window=length) == historic_average(units) == count
    assert seasonal_naive(units, season_length=length, horizon=2) == (count, count)


@pytest.mark.parametrize("length", [0, -1, 1.5, True, None, 10**9])
def test_lengths_are_whole_numbers_of_periods(length: Any) -> None:
    """A window, a season and a horizon have one period or more."""
    with pytest.raises(FieldError, match="window"):
        moving_average([1], window=length)
    with pytest.raises(FieldError, match="season_length"):
        seasonal_naive([1], season_length=length, horizon=1)
    with pytest.raises(FieldError, match="horizon"):
        seasonal_naive([1], season_length=1, horizon=length)


def test_what_is_no_history_is_refused() -> None:
    """Nothing known ends in an error with the field, in all of them."""
    for call in (
        lambda: naive([]),
        lambda: moving_average([None], window=1),
        lambda: historic_average([-1]),
        lambda: seasonal_naive([None], season_length=1, horizon=1),
    ):
        with pytest.raises(FieldError, match="units"):
            call()
