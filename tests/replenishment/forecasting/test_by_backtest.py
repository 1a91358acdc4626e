"""The method by back-test: scores written out, ties, refusals, and nothing seen too early."""

import math
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import DemandSeries
from ecomkit.replenishment.forecasting import (
    ByBacktest,
    ErrorMeasure,
    Forecast,
    HoltWinters,
    MovingAverage,
    Naive,
    OneStepErrors,
    SeasonalNaive,
)

START = date(2026, 1, 1)
SERIES = DemandSeries(start=START, units=[3, 5, 4, 6, 3, 5, 4, 4, 5, 3, 6, 4])


@attrs.frozen
class Constant:
    """Expects the same of every period, under whatever name."""

    units: float
    name: str

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return that forecast."""
        return Forecast(
            method=self.name,
            history=series,
            mean=[self.units] * horizon,
            hindsight=OneStepErrors(one_step=[0, 0]),
        )


def expected_score(measure: ErrorMeasure, *, units: float, origins: int, horizon: int) -> float:
    """The score of a constant, written out."""
    came = SERIES.observed
    blocks = [
        came[at : at + horizon]
        for at in range(len(came) - horizon - origins + 1, len(came) - horizon + 1)
    ]
    errors = [units - count for block in blocks for count in block]
    totals = [horizon * units - sum(block) for block in blocks]
    return {
        ErrorMeasure.MAE: sum(map(abs, errors)) / len(errors),
        ErrorMeasure.RMSE: math.sqrt(sum(x * x for x in errors) / len(errors)),
        ErrorMeasure.BIAS: abs(sum(errors)) / len(errors),
        ErrorMeasure.TOTAL: math.sqrt(sum(x * x for x in totals) / len(totals)),
    }[measure]


@pytest.mark.parametrize("measure", ErrorMeasure)
@given(origins=st.integers(1, 8), horizon=st.integers(1, 4), units=st.floats(0, 10))
def test_the_score_is_the_error_at_the_last_moments(
    measure: ErrorMeasure, origins: int, horizon: int, units: float
) -> None:
    """By each measure, for each number of moments and each horizon."""
    chosen = ByBacktest(candidates=[Constant(units, "x")], measure=measure, origins=origins)
    comparison = chosen.compare(SERIES, horizon=horizon)

    assert comparison.origins == origins
    assert comparison.scores[0].error == pytest.approx(
        expected_score(measure, units=units, origins=origins, horizon=horizon)
    )


def test_the_best_one_forecasts_from_the_whole_history() -> None:
    """Calling it gives the forecast of the candidate that erred least."""
    chosen = ByBacktest(candidates=[Naive(), MovingAverage(window=4)])
    comparison = chosen.compare(SERIES, horizon=2)

    assert comparison.best == MovingAverage(window=4)
    assert chosen(SERIES, horizon=2) == MovingAverage(window=4)(SERIES, horizon=2)
    assert [score.method for score in comparison.scores] == ["Moving average of 4", "Naive"]


def test_no_candidate_sees_what_comes_later() -> None:
    """Each is asked with the first periods alone, up to each moment."""
    seen = []

    def nosy(series: DemandSeries, *, horizon: int) -> Forecast:
        seen.append(series.units)
        return Naive()(series, horizon=horizon)

    ByBacktest(candidates=[nosy], origins=3)(SERIES, horizon=2)
    whole = SERIES.units
    assert set(seen) == {whole, whole[:8], whole[:9], whole[:10]}


def test_of_equal_errors_the_first_name_is_taken() -> None:
    """Whatever order they came in."""
    one, other = Constant(4, "b"), Constant(4, "a")

    for candidates in ([one, other], [other, one]):
        assert ByBacktest(candidates=candidates).compare(SERIES, horizon=1).best == other


def test_who_cannot_forecast_comes_last_and_says_why() -> None:
    """Twelve periods are no two seasons of seven with parameters to spare."""
    chosen = ByBacktest(candidates=[HoltWinters(season_length=7), SeasonalNaive(season_length=2)])
    comparison = chosen.compare(SERIES, horizon=1)

    assert comparison.best == SeasonalNaive(season_length=2)
    assert comparison.scores[1].error is None
    assert comparison.explain() == (
        "By rmse, at each of the last 6 moments after which 1 are known: Seasonal naive of 2 1; "
        "HoltWinters none (Forecaster.units must be at least 16 known periods for a season of 7, "
        "got 12)."
    )
    with pytest.raises(FieldError, match="a candidate takes it"):
        ByBacktest(candidates=[HoltWinters(season_length=7)])(SERIES, horizon=1)


def test_unknown_periods_are_no_error() -> None:
    """Neither of a period nor of a total, and a moment that nothing follows does not count."""
    units = [4, 4, 4, 4, None, 6, None, None, 4]
    series = DemandSeries(start=START, units=units)

    for measure in ErrorMeasure:
        chosen = ByBacktest(candidates=[Constant(4, "x")], measure=measure, origins=9)
        comparison = chosen.compare(series, horizon=2)
        assert comparison.origins == 6
        # Of the eight known periods that follow a moment two are off by two.
        total = 8 if measure is not ErrorMeasure.TOTAL else 6
        assert comparison.scores[0].error == pytest.approx(
            {
                ErrorMeasure.MAE: 4 / total,
                ErrorMeasure.RMSE: math.sqrt(8 / total),
                ErrorMeasure.BIAS: 4 / total,
                ErrorMeasure.TOTAL: math.sqrt(8 / total),
            }[measure]
        )


@pytest.mark.parametrize("units", [[], [1], [1, 2], [None, None, None, 4], [4, None, None]])
def test_too_short_a_history_is_refused(units: list[int | None]) -> None:
    """Something has to be known before a moment and within the horizon after it."""
    with pytest.raises(FieldError, match="series"):
        ByBacktest(candidates=[Naive()])(DemandSeries(start=START, units=units), horizon=2)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: ByBacktest(candidates=[]), "candidates"),
        (lambda: ByBacktest(candidates=["Naive"]), "candidates"),  # type: ignore[list-item]
        (lambda: ByBacktest(candidates=5), "candidates"),  # type: ignore[arg-type]
        (lambda: ByBacktest(candidates=[Naive()], origins=0), "origins"),
        (lambda: ByBacktest(candidates=[Naive()], measure="mae"), "measure"),  # type: ignore[arg-type]
        (lambda: ByBacktest(candidates=[Naive()])(SERIES, horizon=0), "horizon"),
    ],
)
def test_parameters_are_checked(make: Any, field: str) -> None:
    """One forecaster, one moment and one period at least."""
    with pytest.raises(FieldError, match=field):
        make()
