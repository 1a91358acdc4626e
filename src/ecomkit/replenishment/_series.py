"""Demand series: units of consecutive periods, with those that nobody could observe left open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping
from datetime import MAXYEAR, date  # stores read the field types at run time
from enum import Enum
from fractions import Fraction
from types import NoneType
from typing import TYPE_CHECKING, Any, Self, cast, final

import attrs

from ecomkit._checks import as_tuple, is_a, plain_date, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import UNITS_MAX, day_of
from ecomkit.timeline import InstantRangeError, Weekday, days_after

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ecomkit.timeline import BusinessCalendar

MONTHS_OF_A_CYCLE, DAYS_OF_A_CYCLE = 4_800, 146_097
"""The Gregorian calendar repeats after 400 years."""

DAYS_OF_A_WEEK, MONTHS_OF_A_YEAR = 7, 12

OBSERVED_SHARE_MIN = Fraction(1, 2)
"""Of a period that was observed for less, the rest would be mostly guessed."""


class Period(Enum):
    """
    How long one entry of a series is.

    >>> Period.WEEK.mean_days, Period.MONTH.mean_days
    (7.0, 30.436875)
    """

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def mean_days(self) -> float:
        """The mean length in days; a month is the mean month of the Gregorian calendar."""
        if self is Period.MONTH:
            return DAYS_OF_A_CYCLE / MONTHS_OF_A_CYCLE
        return float(DAYS_OF_A_WEEK) if self is Period.WEEK else 1.0


class UnknownDays(Enum):
    """What becomes of a week or a month of which some days are unknown."""

    UNKNOWN = "unknown"
    """It is unknown, too."""

    SCALED = "scaled"
    """
    The units of its known days are scaled up to all of its days, half a unit upwards.

    Only where enough of its days are known; else it is unknown.
    """


class ClosedDays(Enum):
    """What becomes of units that were asked for on a day on which the shop is closed."""

    NEXT_WORKING_DAY = "next working day"
    """They count on the next working day, on which they leave; at the end on the last one."""

    LEFT_OUT = "left out"
    """They are not counted."""


def _observations(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "whole numbers of units, None for unknown")
    # By the set of types and the two ends: thousands of series of a year are made for one plan.
    kinds = set(map(type, value))
    if kinds <= {int, NoneType}:
        known = _known(value) if NoneType in kinds else value
        if not known or (min(known) >= 0 and max(known) <= UNITS_MAX):
            return
    odd = next(
        units
        for units in value
        if units is not None and (type(units) is not int or not 0 <= units <= UNITS_MAX)
    )
    raise refuse(instance, attribute.name, odd, f"a whole number from 0 to {UNITS_MAX}, or None")


def _known(units: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(count for count in units if count is not None)


@final
@attrs.frozen(kw_only=True)
class DemandSeries:
    """
    Units of one sku in consecutive periods; ``None`` where demand could not be observed.

    ``start`` is the first day of the first period. A day without stock sells nothing whatever
    was asked for: it is unknown, which is another thing than 0.

    Raises:
        FieldError: If units are negative or no whole number, or ``start`` is no date.

    >>> series = DemandSeries(start=date(2026, 10, 1), units=[4, None, 8])
    >>> len(series), series.observed
    (3, (4, 8))
    """

    start: date = attrs.field(validator=plain_date)
    units: tuple[int | None, ...] = attrs.field(converter=as_tuple, validator=_observations)
    period: Period = attrs.field(default=Period.DAY, validator=is_a(Period))

    @classmethod
    def from_days(
        cls,
        history: Mapping[date, int] | Iterable[tuple[date, int]],
        *,
        start: date,
        end: date,
        unknown: Collection[date] = (),
    ) -> DemandSeries:
        """
        Return the days from *start* up to, not including, *end*.

        Days without an entry are 0, several entries of one day add up, entries outside of the
        window are left out, and *unknown* days are unknown whatever was sold on them.

        Raises:
            FieldError: If a day is no date, or the units of a day are no whole number, 0 or more.

        >>> DemandSeries.from_days(
        ...     [(date(2026, 10, 1), 6), (date(2026, 10, 3), 2), (date(2026, 10, 3), 1)],
        ...     start=date(2026, 10, 1),
        ...     end=date(2026, 10, 5),
        ...     unknown=[date(2026, 10, 2)],
        ... ).units
        (6, None, 3, 0)
        """
        first = day_of(start, owner="DemandSeries", field="start")
        days = max(0, (day_of(end, owner="DemandSeries", field="end") - first).days)
        units: list[int | None] = [0] * days
        # An iterable of pairs could in theory be a mapping with pairs as keys; ours are days.
        entries = cast(
            "Iterable[tuple[date, int]]",
            history.items() if isinstance(history, Mapping) else history,
        )
        for placed_on, count in entries:
            place = (day_of(placed_on, owner="DemandSeries", field="history") - first).days
            if type(count) is not int or not 0 <= count <= UNITS_MAX:
                wanted = f"a whole number from 0 to {UNITS_MAX}"
                raise FieldError(owner="DemandSeries", field="units", got=count, wanted=wanted)
            if 0 <= place < days:
                units[place] = (units[place] or 0) + count
        for absent in unknown:
            place = (day_of(absent, owner="DemandSeries", field="unknown") - first).days
            if 0 <= place < days:
                units[place] = None
        return cls(start=start, units=units)

    @classmethod
    def pooled(cls, series: Iterable[DemandSeries]) -> DemandSeries:
        """
        Return the sums of *series* of the same periods, such as those of all channels.

        A period that is unknown in one of them is unknown in the sum.

        Raises:
            FieldError: If there is none, or they are not of the same periods.

        >>> etsy = DemandSeries(start=date(2026, 10, 1), units=[4, None, 8])
        >>> shop = DemandSeries(start=date(2026, 10, 1), units=[1, 1, 0])
        >>> DemandSeries.pooled([etsy, shop]).units
        (5, None, 8)
        """
        parts = tuple(series)
        spans = {(one.start, len(one), one.period) for one in parts}
        if len(spans) != 1:
            wanted = "at least one series, all of the same periods"
            raise FieldError(owner="DemandSeries", field="pooled", got=spans, wanted=wanted)
        units: list[int | None] = []
        for counts in zip(*(one.units for one in parts), strict=True):
            known = _known(counts)
            units.append(sum(known) if len(known) == len(parts) else None)
        return attrs.evolve(parts[0], units=units)

    def __len__(self) -> int:
        return len(self.units)

    def __iter__(self) -> Iterator[int | None]:
        return iter(self.units)

    def __add__(self, other: DemandSeries) -> DemandSeries:
        return self.pooled((self, other))

    @property
    def observed(self) -> tuple[int, ...]:
        """The units of the periods that were observed, in order."""
        return _known(self.units)

    @property
    def end(self) -> date:
        """
        The first day after the last period.

        >>> DemandSeries(start=date(2026, 11, 1), units=[4, 2], period=Period.MONTH).end
        datetime.date(2027, 1, 1)
        """
        return self.starts_on(len(self))

    def starts_on(self, place: int) -> date:
        """
        Return the first day of the period at *place*, counted from 0.

        Raises:
            InstantRangeError: If it lies outside of the calendar.
        """
        if self.period is Period.MONTH:
            return _months_after(self.start, months=place)
        days = DAYS_OF_A_WEEK if self.period is Period.WEEK else 1
        return days_after(self.start, days=days * place)

    def first(self, periods: int) -> Self:
        """Return the first *periods* of the series: what was known when they had passed."""
        return attrs.evolve(self, units=self.units[:periods])

    def between(self, *, start: date, end: date) -> DemandSeries:
        """
        Return the periods that lie wholly in the days from *start* up to, not including, *end*.

        >>> week = DemandSeries(start=date(2026, 10, 1), units=[4, None, 8, 1])
        >>> week.between(start=date(2026, 10, 3), end=date(2026, 12, 1)).units
        (8, 1)
        """
        places = range(len(self) + 1)
        first = min(len(self), bisect_left(places, start, key=self.starts_on))
        last = max(first, bisect_right(places, end, key=self.starts_on) - 1)
        return attrs.evolve(self, start=self.starts_on(first), units=self.units[first:last])

    def windows(self, periods: int) -> tuple[int, ...]:
        """
        Return the units of each *periods* consecutive periods that were all observed.

        The first is that of the first ones, and each begins one period after the one before;
        those that hold an unknown period are left out. They are what a lead time so long asked
        for, seen in the past.

        Raises:
            FieldError: If *periods* is no whole number above 0.

        >>> DemandSeries(start=date(2026, 10, 1), units=[1, 2, 3, None, 4, 5]).windows(2)
        (3, 5, 9)
        """
        if type(periods) is not int or periods < 1:
            wanted = "a whole number above 0"
            raise FieldError(owner="windows", field="periods", got=periods, wanted=wanted)
        sums: list[int] = []
        known: list[int] = []
        running = 0
        for units in self.units:
            if units is None:
                known, running = [], 0
                continue
            known.append(units)
            running += units
            if len(known) > periods:
                running -= known[-periods - 1]
            if len(known) >= periods:
                sums.append(running)
        return tuple(sums)

    def regrouped(
        self,
        period: Period,
        *,
        week_start: Weekday = Weekday.MONDAY,
        unknown: UnknownDays = UnknownDays.SCALED,
        observed_share_min: Fraction = OBSERVED_SHARE_MIN,
    ) -> DemandSeries:
        """
        Return a series of days by weeks, which start on *week_start*, or by calendar months.

        Weeks and months that the series holds in part only, at its ends, are left out.

        Args:
            period: How long the periods shall be.
            week_start: The first day of a week.
            unknown: What becomes of a period with unknown days.
            observed_share_min: The share of its days that must be known for a period to be
                scaled up.

        Raises:
            FieldError: If the series is not of days, or the share is not above 0 and at most 1.

        >>> days = DemandSeries(start=date(2026, 10, 5), units=[2, 0, 4, None, 1, 0, 3, 9])
        >>> days.regrouped(Period.WEEK).units
        (12,)
        >>> days.regrouped(Period.WEEK, unknown=UnknownDays.UNKNOWN).units
        (None,)
        """
        if self.period is not Period.DAY:
            raise refuse(self, "period", self.period, "days: weeks do not add up to months")
        if not isinstance(observed_share_min, Fraction) or not 0 < observed_share_min <= 1:
            wanted = "a Fraction above 0, at most 1"
            raise refuse(self, "observed_share_min", observed_share_min, wanted)
        if period is Period.DAY:
            return self
        grid = DemandSeries(
            start=_boundary(self.start, period=period, week_start=week_start),
            units=(),
            period=period,
        )
        share = Fraction(1) if unknown is UnknownDays.UNKNOWN else observed_share_min
        units: list[int | None] = []
        since = (grid.start - self.start).days
        while (until := (grid.starts_on(len(units) + 1) - self.start).days) <= len(self):
            units.append(_scaled(self.units[since:until], share=share))
            since = until
        return attrs.evolve(grid, units=units)

    def on_working_days(
        self,
        calendar: BusinessCalendar,
        *,
        closed: ClosedDays = ClosedDays.NEXT_WORKING_DAY,
    ) -> DemandSeries:
        """
        Return a series of days in which only the working days of *calendar* are observed.

        ``observed`` then has one entry a working day, and mean and deviation are those of a
        working day. Where the next working day is unknown, what was moved there is unknown, too.

        Raises:
            FieldError: If the series is not of days.

        >>> from datetime import time
        >>> from ecomkit.timeline import BusinessCalendar
        >>> friday = DemandSeries(start=date(2026, 10, 2), units=[4, 1, 2, 3])
        >>> friday.on_working_days(BusinessCalendar(zone="Europe/Paris", cut_off=time(14))).units
        (4, None, None, 6)
        """
        if self.period is not Period.DAY:
            raise refuse(self, "period", self.period, "days")
        units: list[int | None] = []
        last_working: int | None = None
        waiting = 0
        for place, count in enumerate(self.units):
            if calendar.is_working_day(self.starts_on(place)):
                units.append(None if count is None else count + waiting)
                last_working, waiting = place, 0
            else:
                units.append(None)
                if closed is ClosedDays.NEXT_WORKING_DAY:
                    waiting += count or 0
        if last_working is not None and (count := units[last_working]) is not None:
            units[last_working] = count + waiting
        return attrs.evolve(self, units=units)


def _months_after(day: date, *, months: int) -> date:
    year, month = divmod(day.year * MONTHS_OF_A_YEAR + day.month - 1 + months, MONTHS_OF_A_YEAR)
    if not 1 <= year <= MAXYEAR:
        raise InstantRangeError(got=day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _boundary(day: date, *, period: Period, week_start: Weekday) -> date:
    """Return the first day, from *day* on, on which a week or a month starts."""
    if period is Period.WEEK:
        return days_after(day, days=(week_start.value - day.isoweekday()) % DAYS_OF_A_WEEK)
    return day if day.day == 1 else _months_after(day.replace(day=1), months=1)


def _scaled(units: tuple[int | None, ...], *, share: Fraction) -> int | None:
    known = _known(units)
    if len(known) == len(units):
        return sum(known)
    if len(known) * share.denominator < len(units) * share.numerator:
        return None
    return (2 * sum(known) * len(units) + len(known)) // (2 * len(known))
