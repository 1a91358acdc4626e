"""All methods as forecasters: the plain functions, the shape, and the errors they look back on."""

import math
import pickle
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import DemandSeries, Period
from ecomkit.replenishment.forecasting import (
    ADIDA,
    IMAPA,
    SBA,
    TSB,
    ByPattern,
    Croston,
    Damping,
    Forecaster,
    Holt,
    HoltWinters,
    MovingAverage,
    Naive,
    Seasonality,
    SeasonalNaive,
    SimpleExponentialSmoothing,
    adida,
    croston,
    croston_optimized,
    historic_average,
    holt,
    holt_winters,
    imapa,
    moving_average,
    naive,
    sba,
    seasonal_naive,
    ses,
    ses_optimized,
    tsb,
)

START = date(2026, 1, 1)
LEVEL_METHODS: list[tuple[Forecaster, Any]] = [
    (Naive(), naive),
    (MovingAverage(window=3), lambda units: moving_average(units, window=3)),
    (MovingAverage(), historic_average),
    (SimpleExponentialSmoothing(alpha=0.3), lambda units: ses(units, alpha=0.3)),
    (SimpleExponentialSmoothing(), ses_optimized),
    (Croston(), croston),
    (Croston(alpha=None), croston_optimized),
    (SBA(), sba),
    (SBA(alpha=0.2, debias=0.95), lambda units: sba(units, alpha=0.2, debias=0.95)),
    (TSB(alpha_d=0.2, alpha_p=0.3), lambda units: tsb(units, alpha_d=0.2, alpha_p=0.3)),
    (ADIDA(), adida),
    (IMAPA(), imapa),
]
PATH_METHODS: list[Forecaster] = [
    SeasonalNaive(season_length=4),
    Holt(),
    HoltWinters(season_length=4),
    HoltWinters(season_length=4, seasonality=Seasonality.MULTIPLICATIVE),
]
METHODS: list[Forecaster] = [*(method for method, _ in LEVEL_METHODS), *PATH_METHODS, ByPattern()]


def name_of(value: object) -> str:
    """Return a name for a test that is the same in each process: a function has none in its repr."""
    return getattr(value, "__name__", repr(value))


each_level_method = pytest.mark.parametrize(("method", "function"), LEVEL_METHODS, ids=name_of)
each_method = pytest.mark.parametrize("method", METHODS, ids=repr)
histories = st.lists(st.integers(0, 100) | st.just(0) | st.none(), min_size=1, max_size=30).filter(
    lambda units: any(count is not None for count in units)
)
horizons = st.integers(1, 12)


def series_of(units: Any, *, period: Period = Period.DAY) -> DemandSeries:
    """A history that starts with the year."""
    return DemandSeries(start=START, units=units, period=period)


@each_level_method
@given(units=histories, horizon=horizons)
def test_a_forecast_is_what_the_function_says_of_each_period(
    method: Forecaster, function: Any, units: list[int | None], horizon: int
) -> None:
    """The mean is the plain function's number, once a period of the horizon."""
    forecast = method(series_of(units), horizon=horizon)

    assert forecast.mean == pytest.approx((function(units),) * horizon, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seasonality", Seasonality)
def test_trends_and_seasons_are_what_the_functions_say(seasonality: Seasonality) -> None:
    """And what would fall below 0 is 0."""
    units = [5, 9, 14, 8, 6, 10, 13, 9, 4, 9, 15, 8, 6, 8]
    series = series_of(units)

    winters = HoltWinters(season_length=4, seasonality=seasonality, damping=Damping.NEVER)
    assert winters(series, horizon=5).mean == holt_winters(
        units, season_length=4, horizon=5, seasonality=seasonality, damping=Damping.NEVER
    )
    assert Holt(damping=Damping.ALWAYS)(series, horizon=5).mean == holt(
        units, horizon=5, damping=Damping.ALWAYS
    )
    assert SeasonalNaive(season_length=4)(series, horizon=5).mean == seasonal_naive(
        units, season_length=4, horizon=5
    )
    falling = [*range(40, 0, -2)]
    assert min(holt(falling, horizon=9, damping=Damping.NEVER)) < 0
    assert Holt(damping=Damping.NEVER)(series_of(falling), horizon=9).mean[-1] == 0


@each_level_method
def test_the_errors_are_those_of_forecasts_made_then(method: Forecaster, function: Any) -> None:
    """At each moment the function saw only what was known; constants are those of the whole."""
    units = [2, 0, 3, 0, 0, 4, 1, 0, 2, 2, 0, 5]
    forecast = method(series_of(units), horizon=3)
    fixed = not any(isinstance(method, kind) for kind in (ADIDA, IMAPA)) and "None" not in repr(
        method
    ).replace("debias=None", "").replace("window=None", "")

    for ahead in (1, 3):
        errors = forecast.hindsight.errors(first=1, last=ahead)
        assert len(errors) == len(units) - ahead
        if fixed:
            made_then = [
                sum(units[at : at + ahead]) - ahead * function(units[:at])
                for at in range(1, len(units) - ahead + 1)
            ]
            assert errors == pytest.approx(made_then, abs=1e-9)


@each_method
def test_the_errors_of_parts_add_up(method: Forecaster) -> None:
    """What is missed in two periods together is what is missed in the first and in the second."""
    units = [5, 9, 14, 8, 6, 10, 13, 9, 4, 9, 15, 8, 6, 8]
    hindsight = method(series_of(units), horizon=2).hindsight

    both = hindsight.errors(first=1, last=2)
    first = hindsight.errors(first=1, last=1)[: len(both)]
    second = hindsight.errors(first=2, last=2)
    assert both == pytest.approx([sum(pair) for pair in zip(first, second, strict=True)])


@each_method
def test_no_error_is_taken_across_what_is_unknown(method: Forecaster) -> None:
    """A sum with an unknown period in it is no sum."""
    units = [None, 5, 9, 14, 8, 6, 10, None, 9, 4, 9, 15, 8, 6, 8]
    hindsight = method(series_of(units), horizon=2).hindsight

    # From the first known period on, 13 periods follow; the unknown one spoils 1 and 2 sums.
    assert len(hindsight.errors(first=1, last=1)) == 13 - 1
    assert len(hindsight.errors(first=1, last=2)) == 12 - 2


@each_method
@given(count=st.integers(1, 10**6), horizon=horizons)
def test_a_constant_series_is_forecast_as_itself(
    method: Forecaster, count: int, horizon: int
) -> None:
    """Without error, by all but the one that takes a bias away whether it is there or not."""
    forecast = method(series_of([count] * 20), horizon=horizon)
    factor = {SBA(): 0.95, SBA(alpha=0.2, debias=0.95): 0.95}.get(method, 1)

    assert forecast.mean == pytest.approx((count * factor,) * horizon, rel=1e-12)
    if factor == 1:
        assert forecast.sd == pytest.approx(0, abs=1e-9 * count)


@each_method
@pytest.mark.parametrize("horizon", [1, 7])
def test_a_forecast_has_the_shape_of_its_horizon(method: Forecaster, horizon: int) -> None:
    """One mean a period, none below 0, from the day after the history on; twice the same."""
    series = series_of([5, 9, 14, 8] * 4, period=Period.WEEK)
    forecast = method(series, horizon=horizon)

    assert len(forecast.mean) == forecast.horizon == horizon
    assert all(units >= 0 and math.isfinite(units) for units in forecast.mean)
    assert forecast.start == date(2026, 4, 23)
    assert forecast == method(series, horizon=horizon)


@each_method
def test_forecasts_survive_a_journey(method: Forecaster) -> None:
    """A method and its forecast are plain values: process pools can hand them on."""
    forecast = method(series_of([5, 9, 14, 8] * 4), horizon=2)

    assert pickle.loads(pickle.dumps(method)) == method  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(forecast)) == forecast  # noqa: S301 - our own bytes


@each_method
@pytest.mark.parametrize("horizon", [0, -1, 1.0, True, None, 10**9])
def test_a_horizon_is_a_whole_number_of_periods(method: Forecaster, horizon: Any) -> None:
    """Nothing else is looked ahead to."""
    with pytest.raises(FieldError, match="horizon"):
        method(series_of([5, 9, 14, 8] * 4), horizon=horizon)


@each_method
@pytest.mark.parametrize("units", [[], [None, None]])
def test_nothing_known_is_no_history(method: Forecaster, units: list[None]) -> None:
    """An empty history, or one of unknown periods, ends in an error with the field."""
    with pytest.raises(FieldError, match="units"):
        method(series_of(units), horizon=1)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: MovingAverage(window=0), "window"),
        (lambda: SimpleExponentialSmoothing(alpha=1.5), "alpha"),
        (lambda: Croston(alpha=-0.1), "alpha"),
        (lambda: SBA(alpha=float("nan")), "alpha"),
        (lambda: SBA(debias=2), "debias"),
        (lambda: TSB(alpha_d=2), "alpha_d"),
        (lambda: TSB(alpha_p=2), "alpha_p"),
        (lambda: SeasonalNaive(season_length=0), "season_length"),
        (lambda: Holt(damping="never"), "damping"),  # type: ignore[arg-type]  # the fault
        (lambda: HoltWinters(season_length=0), "season_length"),
        (lambda: ByPattern(season_length=1), "season_length"),
    ],
)
def test_parameters_are_checked_as_a_method_is_made(make: Any, field: str) -> None:
    """Not only when it first sees a history."""
    with pytest.raises(FieldError, match=field):
        make()


def test_a_method_names_its_constants() -> None:
    """Those that were given, and those that were found."""
    series = series_of([0, 4, 0, 2, 0, 4, 0, 2, 0, 4])

    assert Croston()(series, horizon=1).method == "Croston by 0.1"
    assert Croston(alpha=None)(series, horizon=1).method == "Croston by 0.17 and 0.2"
    assert TSB()(series, horizon=1).method == "TSB by 0.1 and 0.1"
    assert MovingAverage()(series, horizon=1).method == "Average of all"
    assert SimpleExponentialSmoothing()(series, horizon=1).method.endswith("by 0.19")
