"""Forecasts: spreads, ranges, totals, and the demand that a policy gets."""

import math
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import Demand, DemandSeries, Period, TooFewObservationsError
from ecomkit.replenishment.forecasting import (
    Croston,
    Forecast,
    MovingAverage,
    Naive,
    OneStepErrors,
    SeasonalNaive,
    Spread,
)

START = date(2026, 1, 1)
DAYS = DemandSeries(start=START, units=[4, 6, 5, 3, 7, 5, 4, 6, 2, 8] * 4)
histories = st.lists(st.integers(0, 100), min_size=4, max_size=40)


def forecast_of(errors: list[float], *, mean: float = 5.0, horizon: int = 4) -> Forecast:
    """A forecast that knows the errors of one period alone."""
    return Forecast(
        method="Guess",
        history=DAYS,
        mean=[mean] * horizon,
        hindsight=OneStepErrors(one_step=errors),
    )


def test_the_sd_is_the_root_of_the_mean_squared_error() -> None:
    """A forecast that is always one too low is off by one: a bias is an error, too."""
    assert forecast_of([1, 1, 1]).sd == 1
    assert forecast_of([3, -4]).sd == pytest.approx(math.sqrt(12.5))


@given(histories, st.integers(1, 4))
def test_a_total_sums_the_means_and_their_joint_errors(units: list[int], periods: int) -> None:
    """Where four sums do not overlap their errors are taken, else one period's times a root."""
    history = DemandSeries(start=START, units=units)
    forecast = Naive()(history, horizon=4)
    total = forecast.total(periods)
    sums = [
        sum(units[at : at + periods]) - periods * units[at - 1]
        for at in range(1, len(units) - periods + 1)
    ]

    assert total.mean == pytest.approx(sum(forecast.mean[:periods]))
    if periods == 1 or len(sums) >= 4 * periods:
        assert total.spread is Spread.SUMS
        assert total.sd == pytest.approx(math.sqrt(sum(x * x for x in sums) / len(sums)))
    else:
        assert total.spread is Spread.ROOT
        assert total.sd == pytest.approx(forecast.sd * math.sqrt(periods))


def test_errors_of_one_direction_add_up() -> None:
    """A level that moved makes sums worse than the root says, and the total knows it."""
    moved = DemandSeries(start=START, units=[2] * 20 + [8] * 20)
    forecast = MovingAverage()(moved, horizon=5)

    assert forecast.total(5).spread is Spread.SUMS
    assert forecast.total(5).sd > 1.5 * math.sqrt(5) * forecast.sd


def test_a_total_of_all_is_that_of_the_horizon() -> None:
    """Without a number of periods the whole horizon is summed up."""
    forecast = forecast_of([1, -1])

    assert forecast.total() == forecast.total(4)
    assert forecast.total().explain() == (
        "20 in 4 periods, sd 2 from the error of one period times the root of their number"
    )
    assert forecast.total(1).explain() == "5 in 1 period, sd 1 from the errors of sums as long"


@pytest.mark.parametrize("periods", [0, 5, -1, 1.0, True, "1"])
def test_no_total_reaches_beyond_the_horizon(periods: Any) -> None:
    """Nor is there one of no periods."""
    with pytest.raises(FieldError, match="periods"):
        forecast_of([1, -1]).total(periods)


@given(histories, st.floats(0.01, 0.99))
def test_a_range_holds_the_mean_and_starts_at_nothing(units: list[int], level: float) -> None:
    """One range a period, never below 0."""
    forecast = MovingAverage(window=3)(DemandSeries(start=START, units=units), horizon=3)
    ranges = forecast.interval(level)

    assert len(ranges) == 3
    for mean, within in zip(forecast.mean, ranges, strict=True):
        assert 0 <= within.lower <= mean <= within.upper
        assert within.level == level


@given(histories, st.floats(0.01, 0.98))
def test_a_surer_range_is_no_narrower(units: list[int], level: float) -> None:
    """While both are read off the errors, or both off a normal distribution."""
    forecast = Naive()(DemandSeries(start=START, units=units), horizon=1)
    errors = len(forecast.hindsight.errors(first=1, last=1))
    surer = level + 0.01
    (narrow,), (wide,) = forecast.interval(level), forecast.interval(surer)

    if (errors * (1 - level) / 2 >= 2) == (errors * (1 - surer) / 2 >= 2):
        assert wide.lower <= narrow.lower + 1e-9
        assert narrow.upper <= wide.upper + 1e-9


def test_a_range_is_read_off_enough_errors() -> None:
    """Demand that comes seldom and large is off upwards by more than downwards."""
    errors = [-1.0] * 30 + [9.0] * 10
    (within, *_) = forecast_of(errors).interval(0.8)

    assert (within.lower, within.upper) == (4.0, 14.0)


def test_a_range_between_two_errors_lies_between_them() -> None:
    """The quantile of 21 errors at a tenth is the third, at a bit more a bit beyond it."""
    errors = [float(error) for error in range(-10, 11)]
    (within, *_) = forecast_of(errors, mean=20).interval(0.8)
    (narrower, *_) = forecast_of(errors, mean=20).interval(0.79)

    assert (within.lower, within.upper) == (pytest.approx(12.0), pytest.approx(28.0))
    assert (narrower.lower, narrower.upper) == (pytest.approx(12.1), pytest.approx(27.9))


def test_a_range_of_few_errors_is_normal() -> None:
    """So is that of periods further ahead, of which a library told no errors."""
    first, *others = forecast_of([2.0, -2.0], mean=10).interval(0.95)

    assert (first.lower, first.upper) == pytest.approx((10 - 2 * 1.959964, 10 + 2 * 1.959964))
    assert all(other == first for other in others)
    assert first.explain() == "95 % between 6.08 and 13.92"


@pytest.mark.parametrize("level", [0, 1, -0.5, float("nan"), "0.9", True])
def test_a_level_is_a_probability(level: Any) -> None:
    """Strictly between 0 and 1."""
    with pytest.raises(FieldError, match="level"):
        forecast_of([1, -1]).interval(level)


@pytest.mark.parametrize(
    ("period", "start"),
    [
        (Period.DAY, date(2026, 2, 10)),
        (Period.WEEK, date(2026, 10, 8)),
        (Period.MONTH, date(2029, 5, 1)),
    ],
)
def test_a_forecast_starts_after_its_history(period: Period, start: date) -> None:
    """Forty periods after its first day."""
    history = attrs.evolve(DAYS, period=period)

    forecast = Naive()(history, horizon=1)
    assert (forecast.start, forecast.period) == (start, period)


def test_months_that_are_shorter_keep_the_start() -> None:
    """A month after the last of January is the last of February."""
    history = DemandSeries(start=date(2026, 1, 31), units=[1], period=Period.MONTH)

    assert Naive()(history, horizon=1).start == date(2026, 2, 28)


@pytest.mark.parametrize("period", Period)
def test_no_forecast_starts_after_the_calendar(period: Period) -> None:
    """A history that ends with the last day of all has nothing after it."""
    history = DemandSeries(start=date.max, units=[1, 2], period=period)

    with pytest.raises(FieldError, match="history"):
        Naive()(history, horizon=1)


@pytest.mark.parametrize("period", Period)
@given(periods=st.integers(1, 6))
def test_a_policy_gets_back_the_total_over_its_days(period: Period, periods: int) -> None:
    """Mean times days and deviation times their root are those of the sum of the periods."""
    forecast = MovingAverage(window=5)(attrs.evolve(DAYS, period=period), horizon=6)
    days = periods * period.mean_days
    demand, total = forecast.demand(days=days), forecast.total(periods)

    assert demand.mean_per_day * days == pytest.approx(total.mean)
    assert demand.sd_per_day * math.sqrt(days) == pytest.approx(total.sd)
    assert demand.observed_days == round(40 * period.mean_days)
    assert demand.series == forecast.history


def test_days_are_rounded_up_to_periods() -> None:
    """Ten days have to be covered by two weeks of forecast; without days it is the horizon."""
    forecast = SeasonalNaive(season_length=2)(
        DemandSeries(start=START, units=[7, 21, 7, 21], period=Period.WEEK), horizon=2
    )

    assert forecast.demand(days=10).mean_per_day == 2
    assert forecast.demand(days=7).mean_per_day == 1
    assert forecast.demand(days=0.5).mean_per_day == 1
    assert forecast.demand() == forecast.demand(days=14)


@pytest.mark.parametrize("days", [0, -1, 4.01, float("nan"), float("inf"), "3", True])
def test_no_demand_reaches_beyond_the_horizon(days: Any) -> None:
    """Whoever needs more days asks for a longer horizon."""
    with pytest.raises(FieldError, match="days"):
        forecast_of([1, -1]).demand(days=days)


def test_one_known_period_has_a_mean_and_no_spread() -> None:
    """A standard deviation of 0 would be a promise; the error says how many are needed."""
    forecast = Naive()(DemandSeries(start=START, units=[3]), horizon=1)

    assert forecast.mean == (3.0,)
    for call in (lambda: forecast.sd, forecast.total, forecast.demand, forecast.explain):
        with pytest.raises(TooFewObservationsError, match="got 1"):
            call()
    with pytest.raises(TooFewObservationsError):
        forecast.interval(0.9)


def test_it_explains_itself() -> None:
    """Method, history, mean, and how far off it may be."""
    text = Croston()(attrs.evolve(DAYS, period=Period.MONTH), horizon=3).explain()

    assert text == (
        "Croston by 0.1 over 40 months from 2026-01-01: 5.07 a month on average for 3 months from "
        "2029-05-01.\nOne month: sd 1.88. All 3: 15.2, sd 1.96 from the errors of sums as long."
    )


@pytest.mark.parametrize("mean", [[], [-1.0], [float("nan")], [1e16], ["1"], [None], 5])
def test_a_mean_is_units_of_each_period(mean: Any) -> None:
    """None missing, none negative, none infinite."""
    with pytest.raises(FieldError, match="mean"):
        Forecast(method="x", history=DAYS, mean=mean, hindsight=OneStepErrors(one_step=[1]))


@pytest.mark.parametrize("errors", [["1"], [float("nan")], [float("inf")], 1, [True]])
def test_errors_are_finite_numbers(errors: Any) -> None:
    """Of a library that tells others, nothing is taken."""
    with pytest.raises(FieldError, match="one_step"):
        OneStepErrors(one_step=errors)


def test_the_demand_of_a_policy_is_one_like_any_other() -> None:
    """It is in its bounds, too: nobody sells more than ten million units a day."""
    assert isinstance(forecast_of([1, -1]).demand(), Demand)
    with pytest.raises(FieldError, match="mean_per_day"):
        forecast_of([1, -1], mean=1e9).demand()


def test_a_range_whose_ends_hold_too_few_errors_is_normal() -> None:
    """Of 21 errors 1.6 lie beyond each end at 85 %: two are wanted, or none is read off."""
    forecast = forecast_of([float(error) for error in range(-10, 11)], mean=30)
    (within, *_) = forecast.interval(0.85)

    assert within.upper == pytest.approx(30 + 1.4395315 * forecast.sd)
