"""Forecasts: what is expected of each period to come, and how far off that may be."""

from __future__ import annotations

import math
from datetime import date
from enum import Enum
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING, Any, Protocol, final

import attrs
from dateutil.relativedelta import relativedelta

from ecomkit._checks import as_tuple, is_a, is_text, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment import Demand, DemandSeries, Period, TooFewObservationsError
from ecomkit.replenishment._numbers import DUST, OBSERVATIONS_MIN, UNITS_MAX, is_number, plain
from ecomkit.replenishment.forecasting._hindsight import Hindsight

if TYPE_CHECKING:
    from collections.abc import Sequence

SUMS_LEAST = 4
"""So many sums that do not overlap have to lie behind a standard deviation of sums."""

TAIL_ERRORS = 2
"""So many errors have to lie beyond each end of a range that is read off the errors."""


class Forecaster(Protocol):
    """How a forecast is made from a history: any callable of this shape."""

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """Return the forecast of the *horizon* periods after *series*."""
        ...


class Spread(Enum):
    """
    Where the standard deviation of a sum comes from.

    >>> Spread.SUMS.value
    'from the errors of sums as long'
    """

    SUMS = "from the errors of sums as long"
    """It holds what periods have in common: errors of one direction add up."""

    ROOT = "from the error of one period times the root of their number"
    """The history is too short for sums: periods are taken not to depend on each other."""


@final
@attrs.frozen(kw_only=True)
class ForecastTotal:
    """
    The demand of several periods together: mean and standard deviation, in units.

    >>> ForecastTotal(periods=4, mean=12.0, sd=5.0, spread=Spread.SUMS).explain()
    '12 in 4 periods, sd 5 from the errors of sums as long'
    """

    periods: int
    mean: float
    sd: float
    spread: Spread

    def explain(self) -> str:
        """Return the mean, the standard deviation and where it comes from."""
        many = "period" if self.periods == 1 else "periods"
        return (
            f"{plain(self.mean)} in {self.periods} {many}, sd {plain(self.sd)} {self.spread.value}"
        )


@final
@attrs.frozen(kw_only=True)
class Interval:
    """
    Between which units the demand of a period is expected with a probability.

    >>> Interval(lower=0.0, upper=7.5, level=0.9).explain()
    '90 % between 0 and 7.5'
    """

    lower: float
    upper: float
    level: float

    def explain(self) -> str:
        """Return the range in words."""
        return f"{plain(self.level * 100)} % between {plain(self.lower)} and {plain(self.upper)}"


def _units(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not value:
        raise refuse(instance, attribute.name, value, "one number of units a period or more")
    for units in value:
        if not is_number(units) or not 0 <= units <= UNITS_MAX:
            raise refuse(instance, attribute.name, units, f"a number from 0 to {UNITS_MAX}")


def _hindsight(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not callable(getattr(value, "errors", None)):
        raise refuse(instance, attribute.name, value, "what tells the errors so far")


@final
@attrs.frozen(kw_only=True)
class Forecast:
    """
    What a method expects of each period after a history, and its errors so far.

    ``mean`` holds expected units, 0 or more, one number a period; ``hindsight`` the errors of
    the same method at each moment of the history, which tell how far off it may be. Errors are
    counted in sample: constants that were fitted to the whole history make them a little small.

    Raises:
        FieldError: If there is no mean, one is negative or no number, the hindsight tells no
            errors, or the history ends with the calendar.

    >>> from ecomkit.replenishment.forecasting import MovingAverage
    >>> weeks = DemandSeries(start=date(2026, 9, 7), units=[4, 6, 5, 3, 7], period=Period.WEEK)
    >>> forecast = MovingAverage(window=4)(weeks, horizon=2)
    >>> forecast.start, forecast.mean
    (datetime.date(2026, 10, 12), (5.25, 5.25))
    >>> print(forecast.explain())
    Moving average of 4 over 5 weeks from 2026-09-07: 5.25 a week on average for 2 weeks from 2026-10-12.
    One week: sd 1.89. All 2: 10.5, sd 2.67 from the error of one period times the root of their number.
    """

    method: str = attrs.field(validator=is_text)
    history: DemandSeries = attrs.field(validator=is_a(DemandSeries), repr=False)
    mean: tuple[float, ...] = attrs.field(converter=as_tuple, validator=_units)
    hindsight: Hindsight = attrs.field(validator=_hindsight, repr=False)
    start: date = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        # Frozen fields that follow from others are set this way.
        object.__setattr__(self, "start", _day_after(self.history))

    @property
    def period(self) -> Period:
        """How long each period is."""
        return self.history.period

    @property
    def horizon(self) -> int:
        """How many periods ahead it looks."""
        return len(self.mean)

    @property
    def sd(self) -> float:
        """
        The root of the mean squared error of the next period, in units.

        Raises:
            TooFewObservationsError: If there were fewer than two errors.
        """
        return self._rms(self.hindsight.errors(first=1, last=1))

    def interval(self, level: float) -> tuple[Interval, ...]:
        """
        Return for each period the range that its demand lies in with probability *level*.

        Where enough errors of that many periods ahead were made, the range ends at their
        quantiles, which need not be symmetrical; otherwise it is that of a normal distribution
        with the standard deviation of one period. It never starts below 0 and always holds the
        mean.

        Raises:
            FieldError: If *level* is not between 0 and 1.
            TooFewObservationsError: If there were fewer than two errors.
        """
        if not is_number(level) or not 0 < level < 1:
            wanted = "a number between 0 and 1"
            raise FieldError(owner="Forecast", field="level", got=level, wanted=wanted)
        return tuple(
            self._interval(mean, ahead, level) for ahead, mean in enumerate(self.mean, start=1)
        )

    def total(self, periods: int | None = None) -> ForecastTotal:
        """
        Return mean and standard deviation of the first *periods* together, or of all.

        The standard deviation is that of the errors of sums as long, where at least four of
        them do not overlap; see :class:`Spread`.

        Raises:
            FieldError: If *periods* is not from 1 to the horizon.
            TooFewObservationsError: If there were fewer than two errors.
        """
        length = self.horizon if periods is None else periods
        if (
            not isinstance(length, int)
            or isinstance(length, bool)
            or not 1 <= length <= self.horizon
        ):
            wanted = f"a whole number from 1 to the horizon of {self.horizon}"
            raise FieldError(owner="Forecast", field="periods", got=periods, wanted=wanted)
        mean = math.fsum(self.mean[:length])
        errors = self.hindsight.errors(first=1, last=length)
        if len(errors) >= SUMS_LEAST * length or length == 1:
            return ForecastTotal(
                periods=length, mean=mean, sd=self._rms(errors), spread=Spread.SUMS
            )
        return ForecastTotal(
            periods=length, mean=mean, sd=self.sd * math.sqrt(length), spread=Spread.ROOT
        )

    def demand(self, *, days: float | None = None) -> Demand:
        """
        Return the demand of a day for the policies, from the first *days*, or from all.

        *days* is how long an order has to last: lead time and review period; it is rounded up to
        whole periods. The standard deviation is that of their sum over the root of their days,
        so that a policy which multiplies it by that root gets back what was measured.

        Raises:
            FieldError: If *days* is not above 0, or reaches beyond the horizon.
            TooFewObservationsError: If there were fewer than two errors.

        >>> from ecomkit.replenishment.forecasting import Naive
        >>> days = DemandSeries(start=date(2026, 10, 1), units=[4, 4, 6, 6])
        >>> Naive()(days, horizon=7).demand(days=7).mean_per_day
        6.0
        """
        length = self.period.mean_days
        periods = self.horizon
        if days is not None:
            if not is_number(days) or not 0 < days <= self.horizon * length + DUST:
                wanted = f"above 0, and no more than the horizon of {plain(periods * length)} days"
                raise FieldError(owner="Forecast", field="days", got=days, wanted=wanted)
            periods = max(1, math.ceil(days / length - DUST))
        total = self.total(periods)
        return Demand(
            mean_per_day=total.mean / (periods * length),
            sd_per_day=total.sd / math.sqrt(periods * length),
            observed_days=round(len(self.history.observed) * length),
            series=self.history,
        )

    def explain(self) -> str:
        """Return the method, its history, what it expects and how far off it may be."""
        period = self.period.value
        total = self.total()
        return (
            f"{self.method} over {_counted(len(self.history), period)} from {self.history.start}: "
            f"{plain(fmean(self.mean))} a {period} on average for "
            f"{_counted(self.horizon, period)} from {self.start}.\n"
            f"One {period}: sd {plain(self.sd)}. All {self.horizon}: {plain(total.mean)}, "
            f"sd {plain(total.sd)} {total.spread.value}."
        )

    def _rms(self, errors: Sequence[float]) -> float:
        if len(errors) < OBSERVATIONS_MIN:
            known = len(self.history.observed)
            raise TooFewObservationsError(owner="Forecast", observed="periods", got=known)
        return math.sqrt(math.fsum(error * error for error in errors) / len(errors))

    def _interval(self, mean: float, ahead: int, level: float) -> Interval:
        errors = self.hindsight.errors(first=ahead, last=ahead)
        tail = (1 - level) / 2
        if len(errors) * tail >= TAIL_ERRORS:
            ordered = sorted(errors)
            lower, upper = _quantile(ordered, tail), _quantile(ordered, 1 - tail)
        else:
            upper = NormalDist().inv_cdf(1 - tail) * self.sd
            lower = -upper
        return Interval(
            lower=max(0.0, mean + min(lower, 0.0)), upper=mean + max(upper, 0.0), level=level
        )


def _counted(number: int, period: str) -> str:
    return f"{number} {period}" if number == 1 else f"{number} {period}s"


def _quantile(ordered: Sequence[float], probability: float) -> float:
    """Return the quantile between the two nearest of *ordered* (type 7 of Hyndman and Fan, 1996)."""
    place = probability * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


STEPS = {
    Period.DAY: relativedelta(days=1),
    Period.WEEK: relativedelta(weeks=1),
    Period.MONTH: relativedelta(months=1),
}


def _day_after(history: DemandSeries) -> date:
    try:
        return history.start + len(history) * STEPS[history.period]
    except (OverflowError, ValueError):
        wanted = "a history that ends before the calendar does"
        raise FieldError(owner="Forecast", field="history", got=history, wanted=wanted) from None
