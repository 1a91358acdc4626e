"""Holt and Holt-Winters: published figures, exact trends and seasons, and what is refused."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.forecasting import Damping, Seasonality, holt, holt_winters

MONTHS = [12, 15, 9, 22, 31, 40, 44, 41, 28, 19, 14, 25]


@pytest.mark.parametrize("case", cases("holt_winters_additive"))
def test_it_reproduces_the_cases(case: dict[str, Any]) -> None:
    """A year ahead of six is that of the reference, in its tolerance of a hundredth."""
    inputs = case["inputs"]
    forecast = holt_winters(
        inputs["y"], season_length=inputs["season_length"], horizon=inputs["h"]
    )

    assert list(forecast) == near(case, "forecast")


@given(st.integers(0, 500), st.integers(1, 20))
@settings(max_examples=10, deadline=None)
def test_a_line_goes_on(level: int, slope: int) -> None:
    """A trend without errors is continued, unless it is damped."""
    units = [level + slope * period for period in range(20)]
    ahead = [level + slope * period for period in (20, 21, 22)]

    straight = holt(units, horizon=3, damping=Damping.NEVER)
    assert list(straight) == pytest.approx(ahead, rel=1e-6)
    damped = holt(units, horizon=30, damping=Damping.ALWAYS)
    steps = [later - earlier for earlier, later in pairwise(damped)]
    assert all(0 < later < earlier for earlier, later in pairwise(steps))


@pytest.mark.parametrize("kind", Seasonality)
@pytest.mark.parametrize("season", [[3, 9], [5, 9, 14], [5, 9, 14, 8], MONTHS])
@pytest.mark.parametrize("seasons", [2.5, 4])
def test_a_season_comes_again(kind: Seasonality, season: list[int], seasons: float) -> None:
    """
    A season without errors is continued, at whatever point the history ends.

    Less than three seasons are started from a wave, which fits few seasons well: then the next
    one has the same order of periods only from afar.
    """
    units = (season * 8)[: max(round(seasons * len(season)), 2 * len(season) + 9)]
    length = len(season)
    forecast = holt_winters(units, season_length=length, horizon=length, seasonality=kind)

    expected = [season[(len(units) + step) % length] for step in range(length)]
    assert list(forecast) == pytest.approx(expected, abs=max(season) / 8)


def test_a_multiplicative_season_grows_with_the_level() -> None:
    """Where demand doubles, a season by shares swings twice as far and one by units does not."""
    units = [
        round((40 + 4 * period) * factor) for period, factor in enumerate([0.5, 1.0, 1.5, 1.0] * 7)
    ]
    truth = [(40 + 4 * period) * factor for period, factor in enumerate([0.5, 1.0, 1.5, 1.0] * 8)]
    shares = holt_winters(
        units, season_length=4, horizon=4, seasonality=Seasonality.MULTIPLICATIVE
    )

    assert list(shares) == pytest.approx(truth[-4:], rel=0.03)


@given(st.integers(0, 10**6), st.integers(2, 8))
@settings(max_examples=20, deadline=None)
def test_a_constant_series_is_forecast_as_itself(count: int, length: int) -> None:
    """Without any change there is no trend and no season."""
    units = [count] * 40

    assert holt(units, horizon=3) == (count,) * 3
    assert holt_winters(units, season_length=length, horizon=3) == (count,) * 3
    if count:
        multiplied = holt_winters(
            units, season_length=length, horizon=3, seasonality=Seasonality.MULTIPLICATIVE
        )
        assert multiplied == (count,) * 3


def test_forecasts_scale_with_units() -> None:
    """Four times the units are four times the forecast: a power of two rounds nothing."""
    units = [count + period % 5 for period, count in enumerate(MONTHS * 4)]
    scaled = holt_winters([4 * count for count in units], season_length=12, horizon=6)

    assert list(scaled) == pytest.approx(
        [4 * count for count in holt_winters(units, season_length=12, horizon=6)], rel=1e-9
    )


def test_it_is_deterministic() -> None:
    """The same history gives the same forecast, bit by bit."""
    units = [count + period % 3 for period, count in enumerate(MONTHS * 3)]

    assert holt_winters(units, season_length=12, horizon=9) == holt_winters(
        units, season_length=12, horizon=9
    )


@pytest.mark.parametrize("kind", Seasonality)
def test_unknown_periods_hardly_move_a_regular_history(kind: Seasonality) -> None:
    """Where a period is unknown, the state moves on as expected."""
    units: list[float | None] = [*MONTHS * 5]
    whole = holt_winters(units, season_length=12, horizon=12, seasonality=kind)
    for at in (3, 17, 30, 44, 59):
        units[at] = None

    gapped = holt_winters(units, season_length=12, horizon=12, seasonality=kind)
    assert list(gapped) == pytest.approx(list(whole), abs=2)


def test_a_period_of_the_season_that_was_never_known_is_taken_as_the_mean() -> None:
    """A shop that is closed on Sundays has a season of seven days all the same."""
    units = [5, 6, 7, 8, 9, 10, None] * 5

    forecast = holt_winters(units, season_length=7, horizon=6)
    assert list(forecast) == pytest.approx([5, 6, 7, 8, 9, 10], abs=0.5)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: holt([1] * 7, horizon=1), "units"),
        (lambda: holt([], horizon=1), "units"),
        (lambda: holt([1] * 20, horizon=0), "horizon"),
        (lambda: holt_winters([1, 2] * 7, season_length=12, horizon=1), "units"),
        (lambda: holt_winters([1, -2] * 20, season_length=12, horizon=1), "units"),
        (lambda: holt_winters([1, 2] * 20, season_length=1, horizon=1), "season_length"),
        (
            lambda: holt_winters(
                [0, 2] * 20, season_length=2, horizon=1, seasonality=Seasonality.MULTIPLICATIVE
            ),
            "units",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(call: Any, field: str) -> None:
    """Too little history, 0 under a multiplicative season, no horizon: an error with the field."""
    with pytest.raises(FieldError, match=field):
        call()


@pytest.mark.parametrize(
    "units", [[0] * 39 + [10**15], [10**15, 0] * 20, [1, 10**9] * 20, [0, 0, 0, 1e-9] * 10]
)
def test_extreme_histories_end_in_numbers(units: list[float]) -> None:
    """Huge, tiny and lone demand give finite forecasts."""
    assert all(-1e17 < ahead < 1e17 for ahead in holt(units, horizon=5))
    assert all(-1e17 < ahead < 1e17 for ahead in holt_winters(units, season_length=4, horizon=5))


def test_a_multiplicative_season_that_collapses_is_no_fit() -> None:
    """Where a search would expect nothing or less of a period it turns back."""
    units = [100.0, 1, 1, 1e-6] * 3 + [1e-6] * 8

    forecast = holt_winters(
        units, season_length=4, horizon=4, seasonality=Seasonality.MULTIPLICATIVE
    )
    assert all(-1e6 < ahead < 1e6 for ahead in forecast)
