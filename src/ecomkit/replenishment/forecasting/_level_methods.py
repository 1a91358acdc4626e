"""Methods that expect the same of each period ahead: baselines, smoothing, Croston and his heirs."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import optional
from ecomkit.replenishment._numbers import plain, up_to
from ecomkit.replenishment.forecasting._aggregation import adida_levels, imapa_levels
from ecomkit.replenishment.forecasting._forecast import Forecast
from ecomkit.replenishment.forecasting._hindsight import LevelViews, LookBack
from ecomkit.replenishment.forecasting._inputs import known_units, periods, whole
from ecomkit.replenishment.forecasting._intermittent import (
    ALPHA,
    best_alphas,
    croston_levels,
    debias_of,
    tsb_levels,
)
from ecomkit.replenishment.forecasting._smoothing import (
    ALPHA_LEAST,
    ALPHA_MOST,
    best_alpha,
    levels_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecomkit.replenishment import DemandSeries


def level_forecast(
    series: DemandSeries,
    *,
    horizon: int,
    method: str,
    levels: Callable[[Sequence[float]], Sequence[float]],
) -> Forecast:
    """
    Return the forecast of a method that has one level for all periods ahead.

    *levels* returns the level after each of the known units. An unknown period leaves it as it
    is.

    Raises:
        FieldError: If no period of *series* is known, or *horizon* is no whole number of periods.
    """
    whole(horizon, owner="Forecaster", field="horizon")
    after = [0.0, *levels(known_units(series.observed))]
    seen = accumulate(count is not None for count in series.units)
    return Forecast(
        method=method,
        history=series,
        mean=(after[-1],) * horizon,
        hindsight=LookBack(
            units=series.units, views=LevelViews(tuple(after[known] for known in seen))
        ),
    )


@final
@attrs.frozen(kw_only=True)
class Naive:
    """
    The last known period comes again.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> Naive()(DemandSeries(start=date(2026, 10, 1), units=[4, 6]), horizon=2).mean
    (6.0, 6.0)
    """

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`naive`."""
        return level_forecast(
            series,
            horizon=horizon,
            method="Naive",
            levels=lambda values: [float(value) for value in values],
        )


@final
@attrs.frozen(kw_only=True)
class MovingAverage:
    """
    The mean of the last ``window`` known periods; None stands for all of them.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> MovingAverage(window=2)(DemandSeries(start=date(2026, 10, 1), units=[9, 4, 6]), horizon=1).mean
    (5.0,)
    """

    window: int | None = attrs.field(default=None, validator=optional(periods))

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`moving_average`."""
        return level_forecast(series, horizon=horizon, method=self._method, levels=self._levels)

    @property
    def _method(self) -> str:
        return "Average of all" if self.window is None else f"Moving average of {self.window}"

    def _levels(self, values: Sequence[float]) -> list[float]:
        window = self.window or len(values)
        totals = list(accumulate(values, initial=0))
        return [
            (totals[end] - totals[max(0, end - window)]) / min(window, end)
            for end in range(1, len(totals))
        ]


@final
@attrs.frozen(kw_only=True)
class SimpleExponentialSmoothing:
    """
    A level that moves by ``alpha`` times each error; None for the constant that erred least.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> method = SimpleExponentialSmoothing(alpha=0.25)
    >>> method(DemandSeries(start=date(2026, 10, 1), units=[4, 8]), horizon=1).mean
    (5.0,)
    """

    alpha: float | None = attrs.field(default=None, validator=optional(up_to(1)))

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`ses` and :func:`ses_optimized`."""
        alpha = self.alpha
        if alpha is None:
            known = known_units(series.observed)
            alpha = best_alpha(known, lowest=ALPHA_LEAST, highest=ALPHA_MOST)
        return level_forecast(
            series,
            horizon=horizon,
            method=f"Simple exponential smoothing by {plain(alpha)}",
            levels=lambda values: levels_of(values, alpha=alpha),
        )


@final
@attrs.frozen(kw_only=True)
class Croston:
    """
    Croston's method; ``alpha`` None for constants of its own for sizes and for intervals.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> Croston()(DemandSeries(start=date(2026, 10, 1), units=[0, 4, 0, 4]), horizon=1).mean
    (2.0,)
    """

    alpha: float | None = attrs.field(default=ALPHA, validator=optional(up_to(1)))

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`croston` and :func:`croston_optimized`."""
        alpha = alpha_i = self.alpha
        if alpha is None or alpha_i is None:
            alpha, alpha_i = best_alphas(known_units(series.observed))
        constants = plain(alpha) if alpha == alpha_i else f"{plain(alpha)} and {plain(alpha_i)}"
        return level_forecast(
            series,
            horizon=horizon,
            method=f"Croston by {constants}",
            levels=lambda values: croston_levels(values, alpha=alpha, alpha_i=alpha_i),
        )


@final
@attrs.frozen(kw_only=True)
class SBA:
    """
    The Syntetos-Boylan approximation: Croston times ``debias``, 1 − alpha/2 unless given.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> SBA()(DemandSeries(start=date(2026, 10, 1), units=[0, 4, 0, 4]), horizon=1).mean
    (1.9,)
    """

    alpha: float = attrs.field(default=ALPHA, validator=up_to(1))
    debias: float | None = attrs.field(default=None, validator=optional(up_to(1)))

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`sba`."""
        factor = debias_of(self.alpha, debias=self.debias)
        return level_forecast(
            series,
            horizon=horizon,
            method=f"SBA by {plain(self.alpha)}",
            levels=lambda values: [
                factor * level for level in croston_levels(values, alpha=self.alpha)
            ],
        )


@final
@attrs.frozen(kw_only=True)
class TSB:
    """
    Teunter, Syntetos and Babai's method: a probability times a size; goes to 0 as demand ends.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> TSB()(DemandSeries(start=date(2026, 10, 1), units=[4, 4, 4]), horizon=1).mean
    (4.0,)
    """

    alpha_d: float = attrs.field(default=ALPHA, validator=up_to(1))
    alpha_p: float = attrs.field(default=ALPHA, validator=up_to(1))

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`tsb`."""
        return level_forecast(
            series,
            horizon=horizon,
            method=f"TSB by {plain(self.alpha_d)} and {plain(self.alpha_p)}",
            levels=lambda values: tsb_levels(values, alpha_d=self.alpha_d, alpha_p=self.alpha_p),
        )


@final
@attrs.frozen(kw_only=True)
class ADIDA:
    """
    Demand summed over the mean interval, smoothed and shared out.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> ADIDA()(DemandSeries(start=date(2026, 10, 1), units=[0, 4, 0, 4]), horizon=1).mean
    (2.0,)
    """

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`adida`."""
        return level_forecast(series, horizon=horizon, method="ADIDA", levels=adida_levels)


@final
@attrs.frozen(kw_only=True)
class IMAPA:
    """
    The mean of ADIDA over all lengths of a block up to the mean interval.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> IMAPA()(DemandSeries(start=date(2026, 10, 1), units=[2, 2, 2]), horizon=1).mean
    (2.0,)
    """

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`imapa`."""
        return level_forecast(series, horizon=horizon, method="IMAPA", levels=imapa_levels)
