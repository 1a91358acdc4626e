"""The numbers of this room: how large they may be, and how they become whole units."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import attrs

from ecomkit._checks import Validator, refuse
from ecomkit.errors import FieldError, InputError

UNITS_PER_DAY_MAX = 10_000_000
"""Largest demand of one sku on one day: its squares still add up over a century in 64 bits."""

DAYS_MAX = 3_650
"""Longest lead time, review period, cover and look-ahead: ten years."""

UNITS_MAX = 10**15
"""Largest count, level or limit: so far below 64 bits that no policy can overflow on legal facts."""

DUST = 1e-9
"""A fraction of a unit that small is a rounding error of binary floats, not demand."""

OBSERVATIONS_MIN = 2
"""A sample standard deviation divides by the number of observations less one."""


@attrs.frozen(kw_only=True)
class TooFewObservationsError(InputError):
    """
    Raised when a mean and a standard deviation are asked of fewer than two observations.

    >>> print(TooFewObservationsError(owner="Demand", observed="days", got=1))
    Demand needs at least 2 observed days to tell a standard deviation, got 1; give more history, or state mean and sd
    """

    owner: str
    observed: str
    got: int

    @property
    def message(self) -> str:
        """What was wanted, what was got, and the way out."""
        return (
            f"{self.owner} needs at least {OBSERVATIONS_MIN} observed {self.observed} to tell a "
            f"standard deviation, got {self.got}; give more history, or state mean and sd"
        )


def ceil_units(quantity: float) -> int:
    """
    Round up to whole units, but not for the dust of float arithmetic.

    >>> ceil_units(41.06), ceil_units(28.000000000004), ceil_units(28.00001)
    (42, 28, 29)
    """
    return math.ceil(quantity - DUST)


def floor_days(days: float) -> int:
    """
    Round down to whole days, but not for the dust of float arithmetic.

    >>> floor_days(4.9), floor_days(4.9999999999996)
    (4, 5)
    """
    return math.floor(days + DUST)


def is_number(value: object) -> bool:
    """Return whether *value* is an int or a float, and no bool."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def up_to(maximum: float) -> Validator:
    """Return a validator that accepts a number from 0 to *maximum*; NaN fails the comparison."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not is_number(value) or not 0 <= value <= maximum:
            raise refuse(instance, attribute.name, value, f"a number from 0 to {maximum}")

    return check


def units(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a count of units, 0 or more."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= UNITS_MAX:
        raise refuse(
            instance, attribute.name, value, f"a whole number of units from 0 to {UNITS_MAX}"
        )


def units_above_zero(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a count of units, 1 or more."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= UNITS_MAX:
        raise refuse(
            instance, attribute.name, value, f"a whole number of units from 1 to {UNITS_MAX}"
        )


def whole_days(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a whole number of days, up to ten years."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= DAYS_MAX:
        raise refuse(
            instance, attribute.name, value, f"a whole number of days from 0 to {DAYS_MAX}"
        )


def service_share(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a service level: above 0, below 1."""
    if not is_number(value) or not 0 < value < 1:
        raise refuse(instance, attribute.name, value, "a number above 0 and below 1, as 0.95")


def day_of(value: object, *, owner: str, field: str) -> date:
    """Return *value* if it is a calendar day; the error names *owner* and *field*."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FieldError(owner=owner, field=field, got=value, wanted="a date without a time")
    return value


def units_of_day(value: object, *, owner: str) -> int:
    """Return *value* if it is what one day may ask for; the error names *owner*."""
    if (
        not isinstance(value, int)
        or isinstance(value, bool)
        or not 0 <= value <= UNITS_PER_DAY_MAX
    ):
        wanted = f"a whole number of units a day from 0 to {UNITS_PER_DAY_MAX}"
        raise FieldError(owner=owner, field="units", got=value, wanted=wanted)
    return value


def day_after(today: date, *, days: float) -> date | None:
    """
    Return the day *days* whole days after *today*, or None beyond ten years or the calendar.

    >>> day_after(date(2026, 10, 1), days=7.5)
    datetime.date(2026, 10, 8)
    """
    ahead = floor_days(days) if days < DAYS_MAX else DAYS_MAX
    if ahead >= DAYS_MAX or today.toordinal() + ahead > date.max.toordinal():
        return None
    return date.fromordinal(today.toordinal() + ahead)


def days_of_review(days: int) -> str:
    """
    Return the review period in words.

    >>> days_of_review(1), days_of_review(7)
    ('1 day of review', '7 days of review')
    """
    return "1 day of review" if days == 1 else f"{days} days of review"


def plain(number: float) -> str:
    """
    Return *number* as people write it: at most two decimals, none that say nothing.

    >>> plain(28.0), plain(13.0555), plain(0.5), plain(-0.001)
    ('28', '13.06', '0.5', '0')
    """
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
