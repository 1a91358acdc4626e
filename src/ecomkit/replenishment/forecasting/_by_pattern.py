"""The method that suits a class of demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import optional, refuse
from ecomkit.replenishment import DemandPattern
from ecomkit.replenishment.forecasting._holt_winters import periods_least
from ecomkit.replenishment.forecasting._inputs import HORIZON_MAX
from ecomkit.replenishment.forecasting._level_methods import (
    IMAPA,
    Naive,
    SimpleExponentialSmoothing,
)
from ecomkit.replenishment.forecasting._path_methods import HoltWinters, SeasonalNaive
from ecomkit.replenishment.forecasting._seasonality import is_seasonal

if TYPE_CHECKING:
    from ecomkit.replenishment import DemandSeries
    from ecomkit.replenishment.forecasting._forecast import Forecast, Forecaster

STEADY_ALPHA = 0.1
"""Amounts that differ widely are followed slowly: most of what they say is chance."""


def for_pattern(pattern: DemandPattern | None) -> Forecaster:
    """
    Return the method that suits a class of demand without a season.

    Smooth demand is smoothed with the constant that erred least, erratic demand with 0.1. For
    intermittent and lumpy demand IMAPA is taken (Petropoulos and Kourentzes, 2015): it had the
    least squared errors on the 2,509 series of the carparts data, and unlike Croston's method
    and SBA, which Syntetos, Boylan and Croston (2005) name, it falls when demand ends. Where
    nothing was ever asked for, nothing is expected.

    >>> for_pattern(DemandPattern.LUMPY)
    IMAPA()
    """
    return METHODS[pattern]


METHODS: dict[DemandPattern | None, Forecaster] = {
    None: Naive(),
    DemandPattern.SMOOTH: SimpleExponentialSmoothing(),
    DemandPattern.ERRATIC: SimpleExponentialSmoothing(alpha=STEADY_ALPHA),
    DemandPattern.INTERMITTENT: IMAPA(),
    DemandPattern.LUMPY: IMAPA(),
}


def _season(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 2 <= value <= HORIZON_MAX:  # noqa: PLR2004 - a season of one period is none
        wanted = f"a whole number of periods from 2 to {HORIZON_MAX}"
        raise refuse(instance, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class ByPattern:
    """
    A method chosen by the class of demand, with a season where there is one.

    With a ``season_length``, 7 for days or 12 for months, smooth and erratic demand is first
    asked whether it resembles the last season more than chance does (:func:`is_seasonal`). If
    so, Holt-Winters is taken, or the seasonal naive method while the history is too short for
    it; else the method of :func:`for_pattern`.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> week = [4, 4, 5, 6, 9, 14, 12]
    >>> days = DemandSeries(start=date(2026, 9, 1), units=week * 5)
    >>> ByPattern(season_length=7)(days, horizon=7).method
    'Holt-Winters, additive season of 7'
    >>> ByPattern()(days, horizon=7).method
    'Simple exponential smoothing by 0.99'
    """

    season_length: int | None = attrs.field(default=None, validator=optional(_season))

    def method(self, series: DemandSeries) -> Forecaster:
        """Return the method that suits *series*."""
        pattern = DemandPattern.of(series.observed)
        often = pattern in (DemandPattern.SMOOTH, DemandPattern.ERRATIC)
        length = self.season_length
        if length is None or not often or not is_seasonal(series.units, season_length=length):
            return for_pattern(pattern)
        if len(series.observed) < periods_least(season_length=length):
            return SeasonalNaive(season_length=length)
        return HoltWinters(season_length=length)

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """
        Return the forecast of the method that suits *series*.

        Raises:
            FieldError: If no period of *series* is known, or *horizon* is no whole number.
        """
        return self.method(series)(series, horizon=horizon)
