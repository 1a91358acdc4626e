"""Forecast demand: any forecaster where a plan or a replay asks for an estimate of demand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import DAYS_MAX, DUST, is_number

if TYPE_CHECKING:
    from ecomkit.replenishment import Demand, DemandSeries
    from ecomkit.replenishment.forecasting._forecast import Forecaster


def _forecaster(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not callable(value):
        raise refuse(instance, attribute.name, value, "a forecaster, as Croston()")


@final
@attrs.frozen
class ForecastDemand:
    """
    A :class:`~ecomkit.replenishment.DemandEstimator` that asks a forecaster, just so far ahead.

    Raises:
        FieldError: If it is no forecaster.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> from ecomkit.replenishment.forecasting import MovingAverage
    >>> days = DemandSeries(start=date(2026, 9, 1), units=[4, 2, 6, 4] * 10)
    >>> ForecastDemand(MovingAverage(window=8))(days, days=7).mean_per_day
    4.0
    """

    forecaster: Forecaster = attrs.field(validator=_forecaster)

    def __call__(self, series: DemandSeries, *, days: float) -> Demand:
        """
        Return the demand that is forecast after *series*, for *days*, in whole periods.

        Raises:
            FieldError: If *days* is not above 0, or above ten years.
            TooFewObservationsError: If the method has erred fewer than two times.
        """
        if not is_number(days) or not 0 < days <= DAYS_MAX:
            wanted = f"a number above 0, up to {DAYS_MAX}"
            raise FieldError(owner=type(self).__name__, field="days", got=days, wanted=wanted)
        horizon = max(1, math.ceil(days / series.period.mean_days - DUST))
        return self.forecaster(series, horizon=horizon).demand(days=days)
