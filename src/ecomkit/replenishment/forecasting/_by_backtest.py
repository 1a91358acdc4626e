"""The method that would have erred least: candidates, each asked at moments of the past."""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, is_a, refuse
from ecomkit.errors import FieldError, InputError
from ecomkit.replenishment._numbers import plain
from ecomkit.replenishment.forecasting._accuracy import bias, mae, rmse
from ecomkit.replenishment.forecasting._inputs import periods, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.replenishment import DemandSeries
    from ecomkit.replenishment.forecasting._forecast import Forecast, Forecaster

ORIGINS = 6


class ErrorMeasure(Enum):
    """
    By which error methods are compared.

    >>> ErrorMeasure("mae")
    <ErrorMeasure.MAE: 'mae'>
    """

    MAE = "mae"
    """The mean absolute error of a period; on intermittent demand it favours a forecast of 0."""

    RMSE = "rmse"
    """The root of the mean squared error of a period."""

    BIAS = "bias"
    """How far the mean is off, to either side."""

    TOTAL = "rmse of totals"
    """The root of the mean squared error of the whole horizon: what an order has to cover."""


@final
@attrs.frozen(kw_only=True)
class MethodScore:
    """
    A candidate, its name, and its error; None where it could not forecast, with the reason.

    >>> from ecomkit.replenishment.forecasting import Naive
    >>> MethodScore(forecaster=Naive(), method="Naive", error=1.336).explain()
    'Naive 1.34'
    """

    forecaster: Forecaster
    method: str
    error: float | None
    refusal: str = ""

    def explain(self) -> str:
        """Return the name with the error, or with why there is none."""
        said = f"none ({self.refusal})" if self.error is None else plain(self.error)
        return f"{self.method} {said}"


@final
@attrs.frozen(kw_only=True)
class Comparison:
    """The candidates from the best to the worst, those that could not forecast last."""

    measure: ErrorMeasure
    origins: int
    horizon: int
    scores: tuple[MethodScore, ...]
    forecast: Forecast
    """The forecast of the best one, from the whole history."""

    @property
    def best(self) -> Forecaster:
        """The candidate that erred least."""
        return self.scores[0].forecaster

    def explain(self) -> str:
        """Return how they were compared, and the table of their errors."""
        table = "; ".join(score.explain() for score in self.scores)
        return (
            f"By {self.measure.value}, at each of the last {self.origins} moments after which "
            f"{self.horizon} are known: {table}."
        )


def _candidates(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not value or not all(map(callable, value)):
        raise refuse(instance, attribute.name, value, "one forecaster or more")


@final
@attrs.frozen(kw_only=True)
class ByBacktest:
    """
    Of several candidates the one that erred least at the last ``origins`` moments of the past.

    At each of these moments a candidate sees what was known then, and its forecast of the
    horizon is held against what came (rolling origin; Tashman, 2000). Of candidates with equal
    errors the one whose name is first is taken. A candidate that refuses so short a history, or
    none at all, comes last.

    Raises:
        FieldError: If there is no candidate, or ``origins`` is no whole number above 0.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> from ecomkit.replenishment.forecasting import MovingAverage, Naive
    >>> days = DemandSeries(start=date(2026, 9, 1), units=[3, 5, 4, 6, 3, 5, 4, 4, 5, 3, 6, 4])
    >>> chosen = ByBacktest(candidates=[Naive(), MovingAverage(window=4)])
    >>> print(chosen.compare(days, horizon=2).explain())
    By rmse, at each of the last 6 moments after which 2 are known: Moving average of 4 1; Naive 1.44.
    """

    candidates: tuple[Forecaster, ...] = attrs.field(converter=as_tuple, validator=_candidates)
    measure: ErrorMeasure = attrs.field(default=ErrorMeasure.RMSE, validator=is_a(ErrorMeasure))
    origins: int = attrs.field(default=ORIGINS, validator=periods)

    def compare(self, series: DemandSeries, *, horizon: int) -> Comparison:
        """
        Return the candidates with their errors, and the forecast of the best one.

        Raises:
            FieldError: If the history is no longer than the horizon, nothing of it is known at
                these moments, no candidate can forecast it, or *horizon* is no whole number of
                periods above 0.
        """
        whole(horizon, owner=type(self).__name__, field="horizon")
        last = len(series) - horizon
        # A moment counts if something was known before it, and of what came after it.
        moments = [
            at
            for at in range(max(1, last - self.origins + 1), last + 1)
            if _any_known(series.units[:at]) and _any_known(series.units[at : at + horizon])
        ]
        if not moments:
            raise self._refused(series, "longer than the horizon, and known before and after it")
        scores = sorted(
            (self._score(each, series, moments, horizon) for each in self.candidates),
            key=lambda score: (math.inf if score.error is None else score.error, score.method),
        )
        if scores[0].error is None:
            raise self._refused(series, f"such that a candidate takes it; {scores[0].refusal}")
        return Comparison(
            measure=self.measure,
            origins=len(moments),
            horizon=horizon,
            scores=tuple(scores),
            forecast=scores[0].forecaster(series, horizon=horizon),
        )

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast of the best candidate; see :meth:`compare`."""
        return self.compare(series, horizon=horizon).forecast

    def _score(
        self, forecaster: Forecaster, series: DemandSeries, moments: Sequence[int], horizon: int
    ) -> MethodScore:
        actual: list[float | None] = []
        expected: list[float] = []
        try:
            method = forecaster(series, horizon=horizon).method
            for at in moments:
                came = series.units[at : at + horizon]
                mean = forecaster(series.first(at), horizon=horizon).mean
                if self.measure is ErrorMeasure.TOTAL:
                    known = [each for each in zip(came, mean, strict=True) if each[0] is not None]
                    actual.append(sum(count for count, _ in known if count is not None))
                    expected.append(sum(units for _, units in known))
                else:
                    actual.extend(came)
                    expected.extend(mean)
        except InputError as error:
            name = type(forecaster).__name__
            return MethodScore(forecaster=forecaster, method=name, error=None, refusal=str(error))
        missed = MEASURES[self.measure](actual, forecast=expected)
        return MethodScore(forecaster=forecaster, method=method, error=missed)

    def _refused(self, series: DemandSeries, wanted: str) -> FieldError:
        return FieldError(owner=type(self).__name__, field="series", got=series, wanted=wanted)


def _absolute_bias(actual: Sequence[float | None], *, forecast: Sequence[float]) -> float:
    return abs(bias(actual, forecast=forecast))


MEASURES = {
    ErrorMeasure.MAE: mae,
    ErrorMeasure.RMSE: rmse,
    ErrorMeasure.BIAS: _absolute_bias,
    ErrorMeasure.TOTAL: rmse,
}


def _any_known(units: Sequence[int | None]) -> bool:
    return any(count is not None for count in units)
