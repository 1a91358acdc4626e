"""Demand series: units of consecutive periods, with those that nobody could observe left open."""

from __future__ import annotations

from datetime import date  # stores read the field types at run time
from enum import Enum
from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import as_tuple, is_a, plain_date, refuse
from ecomkit.replenishment._numbers import UNITS_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS_OF_A_CYCLE, DAYS_OF_A_CYCLE = 4_800, 146_097
"""The Gregorian calendar repeats after 400 years."""


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
        match self:
            case Period.DAY:
                return 1.0
            case Period.WEEK:
                return 7.0
            case Period.MONTH:
                return DAYS_OF_A_CYCLE / MONTHS_OF_A_CYCLE


def _observations(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "whole numbers of units, None for unknown")
    for units in value:
        if units is not None and (type(units) is not int or not 0 <= units <= UNITS_MAX):
            raise refuse(
                instance, attribute.name, units, f"a whole number from 0 to {UNITS_MAX}, or None"
            )


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

    def __len__(self) -> int:
        return len(self.units)

    def __iter__(self) -> Iterator[int | None]:
        return iter(self.units)

    @property
    def observed(self) -> tuple[int, ...]:
        """The units of the periods that were observed, in order."""
        return tuple(units for units in self.units if units is not None)

    def first(self, periods: int) -> Self:
        """Return the first *periods* of the series: what was known when they had passed."""
        return attrs.evolve(self, units=self.units[:periods])
