"""The method by class of demand, and with a season where there is one."""

from datetime import date
from typing import Any

import pytest

from ecomkit.replenishment import DemandPattern, DemandSeries
from ecomkit.replenishment.forecasting import (
    IMAPA,
    ByPattern,
    HoltWinters,
    Naive,
    SeasonalNaive,
    SimpleExponentialSmoothing,
    for_pattern,
)

WEEK = [4, 4, 5, 6, 9, 14, 12]
YEAR = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1]
ERRATIC_WEEK = [1, 1, 1, 1, 9, 30, 2]
SMOOTH = SimpleExponentialSmoothing()


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (None, Naive()),
        (DemandPattern.SMOOTH, SMOOTH),
        (DemandPattern.ERRATIC, SimpleExponentialSmoothing(alpha=0.1)),
        (DemandPattern.INTERMITTENT, IMAPA()),
        (DemandPattern.LUMPY, IMAPA()),
    ],
)
def test_each_class_has_its_method(pattern: DemandPattern | None, method: Any) -> None:
    """Also the class of what was never asked for."""
    assert for_pattern(pattern) == method


@pytest.mark.parametrize(
    ("units", "season_length", "method"),
    [
        (WEEK * 5, None, SMOOTH),
        (WEEK * 5, 7, HoltWinters(season_length=7)),
        (ERRATIC_WEEK * 5, 7, HoltWinters(season_length=7)),
        (WEEK * 5, 5, SMOOTH),
        (WEEK * 2, 7, SMOOTH),
        ([*YEAR * 2, None], 12, HoltWinters(season_length=12)),
        ([*YEAR, *YEAR[:-1], None], 12, SeasonalNaive(season_length=12)),
        ([0, 0, 0, 0, 0, 9, 0] * 5, 7, IMAPA()),
        ([0] * 40, 7, Naive()),
        ([5] * 40, 7, SMOOTH),
    ],
)
def test_a_season_is_taken_where_there_is_one(
    units: list[int | None], season_length: int | None, method: Any
) -> None:
    """Asked for, in demand that is not intermittent, with likeness beyond chance."""
    chosen = ByPattern(season_length=season_length)
    series = DemandSeries(start=date(2026, 1, 1), units=units)

    assert chosen.method(series) == method
    assert chosen(series, horizon=3) == method(series, horizon=3)
