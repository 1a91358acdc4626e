"""Any forecaster can estimate demand for a plan or a replay."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.replenishment import DemandSeries, LeadTime, Period, ReorderPoint, StockCosts
from ecomkit.replenishment.forecasting import (
    Croston,
    ForecastDemand,
    MovingAverage,
    SimpleExponentialSmoothing,
)
from ecomkit.replenishment.replay import ReplayCase, backtest

METHODS = [Croston(), MovingAverage(window=5), SimpleExponentialSmoothing(alpha=0.2)]


@given(
    method=st.sampled_from(METHODS),
    units=st.lists(st.integers(0, 40), min_size=20, max_size=40),
    days=st.floats(0.1, 60),
    period=st.sampled_from(Period),
)
def test_it_is_the_forecast_so_far_ahead(
    method: Any, units: list[int], days: float, period: Period
) -> None:
    """The estimate is that of a forecast whose horizon is just long enough."""
    series = DemandSeries(start=date(2020, 1, 1), units=units, period=period)
    horizon = max(1, math.ceil(days / period.mean_days - 1e-9))
    asked = ForecastDemand(method)(series, days=days)
    assert asked == method(series, horizon=horizon).demand(days=days)


def test_a_replay_takes_a_forecaster() -> None:
    """Croston's forecasts stand where a replay asks for an estimate."""
    case = ReplayCase(
        sku=Sku("LAMP"),
        series=DemandSeries(start=date(2026, 1, 1), units=[0, 0, 3, 0, 4, 0, 0] * 12),
        fit_periods=42,
        opening=10,
        lead_time=LeadTime(mean_days=5),
        lead_periods=[5],
        costs=StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0),
    )
    result = backtest(
        ReorderPoint(costs=case.costs, review_days=1), case, estimator=ForecastDemand(Croston())
    )
    assert result.fill_rate == 1.0


@pytest.mark.parametrize("days", [0, -1, math.nan, math.inf, "7", True])
def test_days_are_above_zero(days: Any) -> None:
    """No days, or none that are a number, are refused."""
    with pytest.raises(FieldError, match="days"):
        ForecastDemand(Croston())(DemandSeries(start=date(2026, 1, 1), units=[1, 2, 3]), days=days)


def test_what_cannot_forecast_is_refused() -> None:
    """A name of a method is none."""
    with pytest.raises(FieldError, match="forecaster"):
        ForecastDemand("croston")  # type: ignore[arg-type]
