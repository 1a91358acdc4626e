"""Demand: how many units of a sku leave on a day, and how much that varies."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self, cast, final

import attrs

from ecomkit._checks import is_a, not_negative, optional, refuse
from ecomkit.replenishment._numbers import (
    OBSERVATIONS_MIN,
    UNITS_PER_DAY_MAX,
    TooFewObservationsError,
    day_of,
    plain,
    units_of_day,
    up_to,
)
from ecomkit.replenishment._pattern import DemandPattern
from ecomkit.replenishment._series import DemandSeries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date


@final
@attrs.frozen(kw_only=True)
class Demand:
    """
    Daily demand of one sku: mean and standard deviation, as floats.

    Statistics are floats, money never is. ``observed_days`` is the size of the sample behind
    them, 0 where they were stated and not measured. ``series`` is the sample itself, where it is
    at hand: policies take the class of demand and the sums over a lead time from it.

    Raises:
        FieldError: If a number is negative, no number, or above ten million units a day.

    >>> Demand(mean_per_day=4, sd_per_day=3).explain()
    '4 a day, sd 3, as stated'
    """

    mean_per_day: float = attrs.field(validator=up_to(UNITS_PER_DAY_MAX))
    sd_per_day: float = attrs.field(default=0.0, validator=up_to(UNITS_PER_DAY_MAX))
    observed_days: int = attrs.field(default=0, validator=not_negative)
    series: DemandSeries | None = attrs.field(
        default=None, validator=optional(is_a(DemandSeries)), repr=False
    )

    @property
    def pattern(self) -> DemandPattern | None:
        """The class of the series behind the numbers; None without one, or without demand."""
        return None if self.series is None else DemandPattern.of(self.series.observed)

    @classmethod
    def of(cls, *, mean_per_day: float, sd_per_day: float = 0.0) -> Self:
        """
        Return a demand that is known, or guessed for a product without history.

        >>> Demand.of(mean_per_day=4, sd_per_day=3).observed_days
        0
        """
        return cls(mean_per_day=mean_per_day, sd_per_day=sd_per_day)

    @classmethod
    def from_daily(cls, units: Iterable[int]) -> Demand:
        """
        Return the demand seen on consecutive days, days without a sale given as 0.

        *units* are net per day of placement: what was ordered less what was cancelled, 0 or more.

        Raises:
            TooFewObservationsError: If there are fewer than two days.
            FieldError: If a day is negative or no whole number.

        >>> Demand.from_daily([4, 0, 8, 4])
        Demand(mean_per_day=4.0, sd_per_day=3.265986323710904, observed_days=4)
        """
        return DemandMoments.from_daily(units).demand

    @classmethod
    def from_series(cls, series: DemandSeries, *, periods: int | None = None) -> Demand:
        """
        Return the demand seen in the last *periods* of a *series*, or in all, with the series.

        The mean and the standard deviation of a period become those of a day: the mean divided
        by the days of a period, the standard deviation by their square root, as for days that
        do not depend on each other. Periods that were not observed count in neither.
        The series itself is kept whole, whatever its last *periods* are.

        Raises:
            TooFewObservationsError: If fewer than two periods were observed.

        >>> from datetime import date
        >>> from ecomkit.replenishment import Period
        >>> weeks = DemandSeries(start=date(2026, 9, 7), units=[14, 35, 14], period=Period.WEEK)
        >>> Demand.from_series(weeks).mean_per_day
        3.0
        """
        looked_at = series.units if periods is None else series.units[-periods:]
        seen = DemandMoments.from_daily(units for units in looked_at if units is not None).demand
        days = series.period.mean_days
        return cls(
            mean_per_day=seen.mean_per_day / days,
            sd_per_day=seen.sd_per_day / math.sqrt(days),
            observed_days=round(seen.observed_days * days),
            series=series,
        )

    @classmethod
    def from_days(
        cls,
        history: Mapping[date, int] | Iterable[tuple[date, int]],
        *,
        start: date,
        end: date,
        excluded_days: Collection[date] = (),
    ) -> Demand:
        """
        Return the demand from *start* up to, not including, *end*; see :class:`DemandMoments`.

        Raises:
            TooFewObservationsError: If fewer than two days are left.
            FieldError: If a day is no date, or units are negative or no whole number.

        >>> from datetime import date
        >>> history = {date(2026, 10, 1): 6, date(2026, 10, 3): 6}
        >>> Demand.from_days(history, start=date(2026, 10, 1), end=date(2026, 10, 5)).mean_per_day
        3.0
        """
        return DemandMoments.from_days(
            history, start=start, end=end, excluded_days=excluded_days
        ).demand

    def explain(self) -> str:
        """Return mean, standard deviation and where they come from."""
        source = f"from {self.observed_days} days" if self.observed_days else "as stated"
        return f"{plain(self.mean_per_day)} a day, sd {plain(self.sd_per_day)}, {source}"


@final
@attrs.frozen(kw_only=True)
class DemandMoments:
    """
    The exact sums behind a :class:`Demand`: days, units, squares of units.

    They are whole numbers, so that a day that leaves the window is taken out without a trace,
    and two halves of a history add up to the whole, in any order.

    Raises:
        FieldError: If a sum is negative, or no series of whole days has these three sums.

    >>> week = DemandMoments.from_daily([4, 0, 8])
    >>> week.add(4).remove(4) == week
    True
    """

    days: int = attrs.field(default=0, validator=not_negative)
    total: int = attrs.field(default=0, validator=not_negative)
    total_of_squares: int = attrs.field(default=0, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        # Whole numbers are at most their squares, and the squares cannot be smaller than when
        # all days are equal: what breaks this is a day taken out that was never put in.
        if (
            self.total > self.total_of_squares
            or self.total * self.total > self.days * self.total_of_squares
        ):
            raise refuse(
                self,
                "total_of_squares",
                self.total_of_squares,
                f"the sum of the squares of {self.days} days that sum to {self.total}",
            )

    @classmethod
    def from_daily(cls, units: Iterable[int]) -> Self:
        """
        Return the sums over consecutive days, days without a sale given as 0.

        Raises:
            FieldError: If a day is negative, no whole number, or above ten million units.
        """
        sold = [units_of_day(count, owner="Demand") for count in units]
        return cls(
            days=len(sold),
            total=sum(sold),
            total_of_squares=sum(count * count for count in sold),
        )

    @classmethod
    def from_days(
        cls,
        history: Mapping[date, int] | Iterable[tuple[date, int]],
        *,
        start: date,
        end: date,
        excluded_days: Collection[date] = (),
    ) -> Self:
        """
        Return the sums over the window from *start* up to, not including, *end*.

        Give today as *end*, since today is not over. Days without an entry count as 0, several
        entries of one day add up, and entries outside the window are left out. So are
        *excluded_days*: on a day without stock nothing is sold whatever the demand was, and
        counting it as 0 would teach the policy to order less of what sells out.

        Raises:
            FieldError: If a day is no date, or units are negative or no whole number.

        >>> from datetime import date
        >>> DemandMoments.from_days(
        ...     [(date(2026, 10, 1), 6), (date(2026, 10, 3), 4), (date(2026, 10, 3), 2)],
        ...     start=date(2026, 10, 1),
        ...     end=date(2026, 10, 5),
        ...     excluded_days=[date(2026, 10, 2)],
        ... )
        DemandMoments(days=3, total=12, total_of_squares=72)
        """
        day_of(start, owner="Demand", field="start")
        day_of(end, owner="Demand", field="end")
        excluded = {
            absent
            for absent in (
                day_of(listed, owner="Demand", field="excluded_days") for listed in excluded_days
            )
            if start <= absent < end
        }
        sold: dict[date, int] = {}
        # An iterable of pairs could in theory be a mapping with pairs as keys; ours are days.
        entries = cast(
            "Iterable[tuple[date, int]]",
            history.items() if isinstance(history, Mapping) else history,
        )
        for placed_on, units in entries:
            counted = units_of_day(units, owner="Demand")
            if (
                start <= day_of(placed_on, owner="Demand", field="history") < end
                and placed_on not in excluded
            ):
                sold[placed_on] = sold.get(placed_on, 0) + counted
        return cls(
            days=max(0, (end - start).days) - len(excluded),
            total=sum(sold.values()),
            total_of_squares=sum(
                units_of_day(count, owner="Demand") ** 2 for count in sold.values()
            ),
        )

    def add(self, units: int) -> Self:
        """Return the sums with one more day."""
        return self + type(self).from_daily([units])

    def remove(self, units: int) -> Self:
        """
        Return the sums without a day of *units*.

        Raises:
            FieldError: If no such day can have been in the sums.
        """
        return self - type(self).from_daily([units])

    def __add__(self, other: Self) -> Self:
        return type(self)(
            days=self.days + other.days,
            total=self.total + other.total,
            total_of_squares=self.total_of_squares + other.total_of_squares,
        )

    def __sub__(self, other: Self) -> Self:
        return type(self)(
            days=self.days - other.days,
            total=self.total - other.total,
            total_of_squares=self.total_of_squares - other.total_of_squares,
        )

    @property
    def demand(self) -> Demand:
        """
        Mean and sample standard deviation (n − 1), each rounded once, from exact sums.

        Raises:
            TooFewObservationsError: If there are fewer than two days.

        >>> DemandMoments.from_daily([2, 4, 6]).demand
        Demand(mean_per_day=4.0, sd_per_day=2.0, observed_days=3)
        """
        if self.days < OBSERVATIONS_MIN:
            raise TooFewObservationsError(owner="Demand", observed="days", got=self.days)
        deviations = self.days * self.total_of_squares - self.total * self.total
        return Demand(
            mean_per_day=self.total / self.days,
            sd_per_day=math.sqrt(deviations / (self.days * (self.days - 1))),
            observed_days=self.days,
        )
