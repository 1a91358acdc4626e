"""Business calendars: on which days a place works, and when an order leaves it."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import Enum
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, refuse
from ecomkit.errors import FieldError, InputError
from ecomkit.timeline._instants import day_of, days_after, instant_at, plain_day, time_zone, utc

__all__ = ["BusinessCalendar", "NoWorkingDayError", "Weekday"]

SEARCH_DAYS_MAX = 3_660
"""How far ahead a working day is looked for: no promise is given for more than ten years."""


class Weekday(Enum):
    """A day of the week, numbered as in ISO 8601 (``date.isoweekday``)."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7


@attrs.frozen(kw_only=True)
class NoWorkingDayError(InputError):
    """
    Raised when a calendar works too seldom to answer.

    >>> print(NoWorkingDayError(after=date(2026, 1, 1), wanted=9000, searched_days=3660))
    there are no 9000 working days within 3660 days after 2026-01-01; check the holidays
    """

    after: date
    wanted: int
    searched_days: int

    @property
    def message(self) -> str:
        """How many days were wanted, where they were looked for, and what to check."""
        return (
            f"there are no {self.wanted} working days within {self.searched_days} days after "
            f"{self.after.isoformat()}; check the holidays"
        )


def _known_zone(instance: object, attribute: attrs.Attribute[Any], value: str) -> None:
    del instance, attribute
    time_zone(value)


def _has_working_day(
    instance: object, attribute: attrs.Attribute[Any], value: tuple[Weekday, ...]
) -> None:
    if len(set(value)) == len(Weekday):
        raise refuse(instance, attribute.name, value, "six days at the most")


def _plain_dates(
    instance: object, attribute: attrs.Attribute[Any], value: tuple[date, ...]
) -> None:
    # A datetime is a date in Python, but equals none, so as a holiday it would be lost.
    for day in value:
        if isinstance(day, datetime):
            raise refuse(instance, attribute.name, day, "a tuple of date")


def _wall_clock_time(instance: object, attribute: attrs.Attribute[Any], value: time) -> None:
    if value.tzinfo is not None:
        raise refuse(instance, attribute.name, value, "a time on the calendar's own clock")


@final
@attrs.frozen(kw_only=True)
class BusinessCalendar:
    """
    The days on which a place works, and the time until which orders leave on the same day.

    Args:
        zone: The IANA name of the time zone of the place.
        weekend: The days of the week on which it is closed; six at the most.
        holidays: Other days on which it is closed.
        cut_off: The wall clock time in *zone* from which orders wait for the next working day.

    Raises:
        UnknownZoneError: If *zone* is unknown.
        FieldError: If another field does not fit.

    >>> paris = BusinessCalendar(
    ...     zone="Europe/Paris", holidays=[date(2026, 5, 1)], cut_off=time(14)
    ... )
    >>> paris.next_working_day(date(2026, 4, 30))
    datetime.date(2026, 5, 4)
    """

    zone: str = attrs.field(validator=[is_a(str), _known_zone])
    weekend: tuple[Weekday, ...] = attrs.field(
        default=(Weekday.SATURDAY, Weekday.SUNDAY),
        converter=as_tuple,
        validator=[each(Weekday), _has_working_day],
    )
    holidays: tuple[date, ...] = attrs.field(
        default=(), converter=as_tuple, validator=[each(date), _plain_dates]
    )
    cut_off: time = attrs.field(validator=[is_a(time), _wall_clock_time])

    def is_working_day(self, day: date) -> bool:
        """
        Return whether the place works on *day*.

        Raises:
            FieldError: If *day* is a datetime, which no holiday would equal.
        """
        return (
            Weekday(plain_day(day).isoweekday()) not in self.weekend and day not in self.holidays
        )

    def next_working_day(self, day: date) -> date:
        """
        Return the first working day after *day*.

        Raises:
            NoWorkingDayError: If there is none within ten years.
            InstantRangeError: If the search leaves the years 1 to 9999.
        """
        return self._working_day(day, number=1, first=1)

    def add_working_days(self, day: date, *, days: int) -> date:
        """
        Return the working day that is *days* working days later.

        A day on which the place is closed counts as the next working day, so nothing that
        arrives on a Sunday is a day older on Monday. Adding a, then b, is adding a + b.

        Raises:
            FieldError: If *days* is no whole number, 0 or more.
            NoWorkingDayError: If ten years hold too few working days.
            InstantRangeError: If the search leaves the years 1 to 9999.

        >>> paris = BusinessCalendar(zone="Europe/Paris", cut_off=time(14))
        >>> saturday = date(2026, 8, 1)
        >>> paris.add_working_days(saturday, days=0), paris.add_working_days(saturday, days=1)
        (datetime.date(2026, 8, 3), datetime.date(2026, 8, 4))
        """
        if type(days) is not int or days < 0:
            raise FieldError(
                owner="add_working_days",
                field="days",
                got=days,
                wanted="a whole number, 0 or more",
            )
        return self._working_day(day, number=days + 1, first=0)

    def ships_on(self, moment: datetime) -> date:
        """
        Return the day on which an order placed at *moment* leaves.

        Before the cut-off of a working day that is the same day, else the next working day. An
        order exactly at the cut-off is late. Where clocks jump over the cut-off, the jump is it;
        where they show it twice, the first time counts.

        Raises:
            NaiveInstantError: If *moment* has no UTC offset.
            NoWorkingDayError: If there is no working day within ten years.
            InstantRangeError: If the search leaves the years 1 to 9999.

        >>> from ecomkit.timeline import instant
        >>> paris = BusinessCalendar(zone="Europe/Paris", cut_off=time(14))
        >>> paris.ships_on(instant("2026-07-31T13:59:59+02:00"))
        datetime.date(2026, 7, 31)
        >>> paris.ships_on(instant("2026-07-31T14:00:00+02:00"))
        datetime.date(2026, 8, 3)
        """
        placed = utc(moment)
        day = day_of(placed, zone=self.zone)
        if self.is_working_day(day) and placed < instant_at(
            day, time=self.cut_off, zone=self.zone
        ):
            return day
        return self.next_working_day(day)

    def _working_day(self, day: date, *, number: int, first: int) -> date:
        left = number
        for ahead in range(first, first + SEARCH_DAYS_MAX):
            candidate = days_after(day, days=ahead)
            left -= self.is_working_day(candidate)
            if left == 0:
                return candidate
        raise NoWorkingDayError(after=day, wanted=number, searched_days=SEARCH_DAYS_MAX)
