"""Estimators: a level that forgets, and the spread of the sums that an order has to cover."""

from __future__ import annotations

import math
import statistics
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    AverageDemand,
    Demand,
    DemandSeries,
    Period,
    SmoothedDemand,
    TooFewObservationsError,
)

START = date(2026, 1, 5)


def days(units: list[int | None], period: Period = Period.DAY) -> DemandSeries:
    """Return *units* as a series."""
    return DemandSeries(start=START, units=units, period=period)


def by_hand(
    units: list[int | None],
    *,
    half_life: float,
    window: int,
    dispersion: float | None,
    prior: float,
) -> tuple[float, float]:
    """Return level and variance of a sum, with every weight written out."""
    keep = 0.5 ** (1 / half_life)

    def level(upto: int) -> float | None:
        known = [count for count in units[:upto] if count is not None]
        weights = [keep**age for age in range(len(known))][::-1]
        return (
            sum(w * x for w, x in zip(weights, known, strict=True)) / sum(weights)
            if known
            else None
        )

    errors = []
    settled = min(math.ceil(half_life), max(1, len(units) // 2))
    for origin in range(settled, len(units) - window + 1):
        ahead, before = units[origin : origin + window], level(origin)
        if before is not None and None not in ahead:
            errors.append(sum(count or 0 for count in ahead) - window * before)
    weights = [math.sqrt(keep) ** age for age in range(len(errors))][::-1]
    now = level(len(units))
    assert now is not None
    known = [count for count in units if count is not None]
    variance = (
        sum(w * e * e for w, e in zip(weights, errors, strict=True)) / sum(weights)
        if errors
        else window * (statistics.variance(known) if len(known) > 1 else 0.0)
    )
    if dispersion is not None:
        sums = len(errors) / window
        variance = (sums * variance + prior * dispersion * window * now) / (sums + prior)
    return now, variance


@given(
    units=st.lists(st.integers(0, 50) | st.none(), min_size=1, max_size=40),
    half_life=st.sampled_from([1.0, 3.0, 7.5]),
    window=st.integers(1, 9),
    dispersion=st.none() | st.floats(0.0, 20.0),
)
def test_it_is_what_the_docstring_says(
    units: list[int | None], half_life: float, window: int, dispersion: float | None
) -> None:
    """Level and spread equal those with every weight written out, whatever is unknown."""
    if all(count is None for count in units):
        units.append(3)
    estimator = SmoothedDemand(half_life_days=half_life, dispersion=dispersion)
    demand = estimator(days(units), days=window)
    level, variance = by_hand(
        units, half_life=half_life, window=window, dispersion=dispersion, prior=20.0
    )
    assert demand.mean_per_day == pytest.approx(level)
    assert demand.sd_per_day**2 * window == pytest.approx(variance, abs=1e-9)
    assert demand.series is not None


@given(count=st.integers(0, 1000), length=st.integers(1, 60), window=st.integers(1, 20))
def test_a_steady_sku_is_what_it_is(count: int, length: int, window: int) -> None:
    """A demand that never changes has that mean and no spread."""
    demand = SmoothedDemand(half_life_days=5)(days([count] * length), days=window)
    assert demand.mean_per_day == pytest.approx(count)
    assert demand.sd_per_day == pytest.approx(0.0, abs=1e-6 * (count + 1))


@given(units=st.lists(st.integers(0, 50), min_size=2, max_size=40), factor=st.integers(1, 20))
def test_it_scales_with_the_units(units: list[int], factor: int) -> None:
    """Counting in halves of a unit doubles mean and spread."""
    small = SmoothedDemand(half_life_days=4)(days(list(units)), days=3)
    large = SmoothedDemand(half_life_days=4)(days([factor * n for n in units]), days=3)
    assert large.mean_per_day == pytest.approx(factor * small.mean_per_day)
    assert large.sd_per_day == pytest.approx(factor * small.sd_per_day)


def test_recent_days_count_more() -> None:
    """After a step up the level follows, by half within a half-life."""
    step = SmoothedDemand(half_life_days=10)(days([0] * 100 + [8] * 10), days=1)
    assert step.mean_per_day == pytest.approx(4.0, rel=1e-3)


def test_waves_are_in_the_spread_of_sums() -> None:
    """Days that resemble their neighbours sum to more spread than their own says."""
    waves = [0] * 7 + [4] * 7
    smoothed = SmoothedDemand(half_life_days=28)(days(waves * 8), days=7)
    plain = AverageDemand()(days(waves * 8), days=7)
    assert smoothed.sd_per_day > 1.5 * plain.sd_per_day


def test_months_become_days() -> None:
    """The sums of a monthly series are told by the day, for the policies."""
    months = SmoothedDemand(half_life_days=60)(days([30, 60] * 12, Period.MONTH), days=61)
    assert months.mean_per_day * Period.MONTH.mean_days == pytest.approx(48, abs=3)
    assert months.observed_days == round(24 * Period.MONTH.mean_days)


def test_a_young_sku_takes_the_spread_of_the_shop() -> None:
    """With hardly any sums of its own a sku is as spread as the shop's others."""
    shop = SmoothedDemand(half_life_days=7).believing(
        [days([0, 9, 0, 3] * 20), days([1, 2, 1, 0] * 20), days([0, 0])], days=5
    )
    assert shop.dispersion is not None
    young = shop(days([4]), days=5)
    assert young.sd_per_day**2 * 5 == pytest.approx(shop.dispersion * 5 * 4.0)


def test_no_prior_at_all_leaves_the_belief_alone() -> None:
    """A prior of no weight counts only where there is nothing else."""
    estimator = SmoothedDemand(half_life_days=7, dispersion=3.0, prior_sums=0.0)
    assert estimator(days([4]), days=5).sd_per_day ** 2 * 5 == pytest.approx(3.0 * 20)


def test_a_plain_mean_looks_at_its_window() -> None:
    """The window is cut to whole periods, and what was unknown in it counts for nothing."""
    series = days([90, 2, None, 4])
    assert AverageDemand(window_days=3)(series, days=7).mean_per_day == 3.0
    assert AverageDemand()(series, days=7) == Demand.from_series(series)
    with pytest.raises(TooFewObservationsError):
        AverageDemand(window_days=1)(series, days=7)
    assert AverageDemand(window_days=1)(days([9, 2, 4]), days=7).mean_per_day == 3.0


@pytest.mark.parametrize("wrong", [0, -1, math.nan, math.inf, "7", True])
def test_what_is_no_number_of_days_is_refused(wrong: Any) -> None:
    """Half-life, window and days are above 0 and finite."""
    with pytest.raises(FieldError):
        SmoothedDemand(half_life_days=wrong)
    with pytest.raises(FieldError):
        AverageDemand(window_days=wrong)
    with pytest.raises(FieldError):
        SmoothedDemand()(days([1, 2, 3]), days=wrong)


@pytest.mark.parametrize("units", [[], [None, None]])
def test_nothing_known_is_refused(units: list[int | None]) -> None:
    """From nothing nothing is concluded."""
    with pytest.raises(FieldError, match="known period"):
        SmoothedDemand()(days(units), days=3)


def test_no_dispersion_without_demand() -> None:
    """A shop that sold nothing, or for too short a time, has no usual dispersion."""
    with pytest.raises(FieldError, match="one or more series"):
        SmoothedDemand(half_life_days=7).believing([days([0] * 30), days([1, 2])], days=3)
