"""Methods that expect another demand of each period ahead: seasons and trends."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a
from ecomkit.replenishment.forecasting._baselines import seasonal_naive
from ecomkit.replenishment.forecasting._decomposition import Seasonality
from ecomkit.replenishment.forecasting._forecast import Forecast
from ecomkit.replenishment.forecasting._hindsight import LookBack, SeasonViews, StateViews
from ecomkit.replenishment.forecasting._holt_winters import Damping, fitted_smoothing
from ecomkit.replenishment.forecasting._inputs import periods, placed_units, whole

if TYPE_CHECKING:
    from ecomkit.replenishment import DemandSeries
    from ecomkit.replenishment.forecasting._exponential import State


@final
@attrs.frozen(kw_only=True)
class SeasonalNaive:
    """
    The same period of the last season comes again: 7 for days of the week, 12 for months.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> method = SeasonalNaive(season_length=2)
    >>> method(DemandSeries(start=date(2026, 10, 1), units=[1, 9, 2, 8]), horizon=3).mean
    (2.0, 8.0, 2.0)
    """

    season_length: int = attrs.field(validator=periods)

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`seasonal_naive`."""
        mean = seasonal_naive(series.units, season_length=self.season_length, horizon=horizon)
        views = SeasonViews(series.units, self.season_length)
        return Forecast(
            method=f"Seasonal naive of {self.season_length}",
            history=series,
            mean=mean,
            hindsight=LookBack(units=series.units, views=views),
        )


@final
@attrs.frozen(kw_only=True)
class Holt:
    """
    Holt's method: a level and a trend, fitted; what would fall below 0 is 0.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> days = DemandSeries(start=date(2026, 10, 1), units=range(10, 30))
    >>> [round(units) for units in Holt()(days, horizon=2).mean]
    [30, 31]
    """

    damping: Damping = attrs.field(default=Damping.CHOSEN, validator=is_a(Damping))

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`holt`."""
        return _smoothed(series, horizon=horizon, method="Holt", damping=self.damping)


@final
@attrs.frozen(kw_only=True)
class HoltWinters:
    """
    Holt-Winters' method: level, trend and season, fitted; what would fall below 0 is 0.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> quarters = DemandSeries(start=date(2026, 10, 1), units=[5, 9, 14, 8] * 6)
    >>> method = HoltWinters(season_length=4)
    >>> [round(units) for units in method(quarters, horizon=4).mean]
    [5, 9, 14, 8]
    """

    season_length: int = attrs.field(validator=periods)
    seasonality: Seasonality = attrs.field(
        default=Seasonality.ADDITIVE, validator=is_a(Seasonality)
    )
    damping: Damping = attrs.field(default=Damping.CHOSEN, validator=is_a(Damping))

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast; see :func:`holt_winters`."""
        return _smoothed(
            series,
            horizon=horizon,
            method=f"Holt-Winters, {self.seasonality.value} season of {self.season_length}",
            damping=self.damping,
            season_length=self.season_length,
            kind=self.seasonality,
        )


def _smoothed(
    series: DemandSeries,
    *,
    horizon: int,
    method: str,
    damping: Damping,
    season_length: int = 1,
    kind: Seasonality = Seasonality.ADDITIVE,
) -> Forecast:
    whole(horizon, owner="Forecaster", field="horizon")
    placed = placed_units(series.units)
    fitted = fitted_smoothing(placed, season_length=season_length, kind=kind, damping=damping)
    states: list[State] = []
    fitted.walk(placed, states=states)
    return Forecast(
        method=method,
        history=series,
        mean=[max(0.0, units) for units in fitted.ahead(states[-1], horizon=horizon)],
        hindsight=LookBack(units=series.units, views=StateViews(fitted, tuple(states))),
    )
