"""Order days: on which days a supplier takes orders."""

from __future__ import annotations

from datetime import date
from typing import Any, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, optional, plain_date, refuse
from ecomkit.errors import InputError
from ecomkit.timeline import Weekday, days_after

WORKING_WEEK = tuple(Weekday)[:5]
"""Monday to Friday."""

LAST = -1
"""The last one of a month, in :attr:`OrderDays.weeks_of_month`."""


@attrs.frozen(kw_only=True)
class NoOrderDayError(InputError):
    """
    Raised when a supplier takes no order for years: its order days all fall on closed days.

    >>> print(NoOrderDayError(after=date(2026, 1, 1), searched_days=3650))
    the supplier takes no order within 3650 days from 2026-01-01; check order days and holidays
    """

    after: date
    searched_days: int

    @property
    def message(self) -> str:
        """Where an order day was looked for, and what to check."""
        return (
            f"the supplier takes no order within {self.searched_days} days from "
            f"{self.after.isoformat()}; check order days and holidays"
        )


def _some(instance: object, attribute: attrs.Attribute[Any], value: tuple[Weekday, ...]) -> None:
    if not value:
        raise refuse(instance, attribute.name, value, "one weekday or more")


def _weeks(instance: object, attribute: attrs.Attribute[Any], value: tuple[int, ...]) -> None:
    for week in value:
        if type(week) is not int or week not in (LAST, 1, 2, 3, 4, 5):
            raise refuse(instance, attribute.name, week, "1 to 5, or -1 for the last")


@final
@attrs.frozen(kw_only=True)
class OrderDays:
    """
    The days on which a supplier takes orders.

    Args:
        weekdays: On which days of the week.
        every_weeks: Only every so many weeks: 2 for every other week. Weeks begin on Monday.
        starts_on: A day in a week that counts; needed where ``every_weeks`` is above 1.
        weeks_of_month: Only the first (1), second (2), ... or last (-1) such weekday of a month;
            empty for all of them.

    Raises:
        FieldError: If there is no weekday, or a field does not fit.

    >>> tuesdays = OrderDays(weekdays=[Weekday.TUESDAY])
    >>> tuesdays.holds(date(2026, 3, 3)), tuesdays.holds(date(2026, 3, 4))
    (True, False)
    >>> second_mondays = OrderDays(weekdays=[Weekday.MONDAY], weeks_of_month=[2])
    >>> [day for day in range(1, 32) if second_mondays.holds(date(2026, 3, day))]
    [9]
    """

    weekdays: tuple[Weekday, ...] = attrs.field(
        default=WORKING_WEEK, converter=as_tuple, validator=[each(Weekday), _some]
    )
    every_weeks: int = attrs.field(default=1, validator=above_zero)
    starts_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    weeks_of_month: tuple[int, ...] = attrs.field(
        default=(), converter=as_tuple, validator=[each(int), _weeks]
    )

    def __attrs_post_init__(self) -> None:
        if self.every_weeks > 1 and self.starts_on is None:
            raise refuse(self, "starts_on", None, "a day in a week that counts")

    def holds(self, day: date) -> bool:
        """Return whether orders are taken on *day*, as far as the rule goes."""
        if Weekday(day.isoweekday()) not in self.weekdays:
            return False
        if self.starts_on is not None:
            weeks = (_monday(day) - _monday(self.starts_on)) // 7
            if weeks % self.every_weeks:
                return False
        return not self.weeks_of_month or not _weeks_of(day).isdisjoint(self.weeks_of_month)

    def explain(self) -> str:
        """
        Return the rule in words.

        >>> OrderDays(
        ...     weekdays=[Weekday.MONDAY], every_weeks=2, starts_on=date(2026, 1, 5)
        ... ).explain()
        'Monday, every 2 weeks from 2026-01-05'
        """
        words = ", ".join(day.name.capitalize() for day in self.weekdays)
        if self.every_weeks > 1:
            words += f", every {self.every_weeks} weeks from {self.starts_on}"
        if self.weeks_of_month:
            places = ", ".join(
                "last" if week == LAST else str(week) for week in self.weeks_of_month
            )
            words += f", of the month: {places}"
        return words


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()


def _weeks_of(day: date) -> set[int]:
    """Return which such weekday of its month *day* is, counted from the front and the back."""
    counted = {(day.day - 1) // 7 + 1}
    if day > date(9999, 12, 24) or days_after(day, days=7).month != day.month:
        counted.add(LAST)
    return counted
