"""Levels by season: from a day to a day, once or every year."""

from __future__ import annotations

import math
from datetime import date  # stores read the field types at run time
from enum import Enum
from itertools import combinations
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, is_text, refuse
from ecomkit.replenishment._level_rule import Level, RuleLevel, level_of, level_or_rule
from ecomkit.replenishment._numbers import day_after, day_of

if TYPE_CHECKING:
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime

LEAP_YEAR = 2000


@final
@attrs.frozen(kw_only=True, order=True)
class YearDay:
    """
    A day of every year, by month and day.

    Raises:
        FieldError: If no year has such a day.

    >>> YearDay(month=2, day=29).explain()
    '02-29'
    """

    month: int = attrs.field()
    day: int = attrs.field()

    def __attrs_post_init__(self) -> None:
        for field, value in (("month", self.month), ("day", self.day)):
            if type(value) is not int:
                raise refuse(self, field, value, "a whole number")
        try:
            date(LEAP_YEAR, self.month, self.day)
        except (ValueError, OverflowError):
            field = "day" if 1 <= self.month <= 12 else "month"  # noqa: PLR2004  # months
            raise refuse(self, field, getattr(self, field), "one of the calendar") from None

    def explain(self) -> str:
        """Return month and day, in digits."""
        return f"{self.month:02}-{self.day:02}"


def _day(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, YearDay):
        day_of(value, owner=type(instance).__name__, field=attribute.name)


@final
@attrs.frozen(kw_only=True)
class Season:
    """
    A level of its own from ``first`` to ``last``, both included.

    Two dates are one stretch of the calendar; two :class:`YearDay` come back every year, and
    may span the turn of the year. In a year without 29 February, a season that begins on it
    begins on 1 March, and one that ends on it ends on 28 February.

    Raises:
        FieldError: If the two days are not of one kind, or a date lies after the other.

    >>> christmas = Season(
    ...     name="Christmas",
    ...     first=YearDay(month=11, day=15),
    ...     last=YearDay(month=1, day=6),
    ...     level=40,
    ... )
    >>> [christmas.covers(date(2026, month, 15)) for month in (10, 11, 12)]
    [False, True, True]
    """

    name: str = attrs.field(validator=is_text)
    first: date | YearDay = attrs.field(validator=_day)
    last: date | YearDay = attrs.field(validator=_day)
    level: Level = attrs.field(validator=level_or_rule)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.first, YearDay) != isinstance(self.last, YearDay):
            raise refuse(self, "last", self.last, "a date or a day of the year, as the first is")
        if isinstance(self.last, date) and self.first > self.last:  # type: ignore[operator]  # both are dates
            raise refuse(self, "last", self.last, f"not before the first, {self.first}")

    @property
    def is_yearly(self) -> bool:
        """Whether the season comes back every year."""
        return isinstance(self.first, YearDay)

    def covers(self, day: date) -> bool:
        """Return whether *day* is in the season."""
        return self._spans(YearDay(month=day.month, day=day.day) if self.is_yearly else day)

    def _spans(self, day: Any) -> bool:
        first: Any = self.first
        last: Any = self.last
        if first <= last:
            return bool(first <= day <= last)
        return bool(first <= day or day <= last)

    def overlaps(self, other: Season) -> bool:
        """Return whether two seasons of one kind share a day; those of two kinds never do."""
        # Two stretches, on a line or around a year, share a day if one holds the other's first.
        return self.is_yearly is other.is_yearly and (
            self._spans(other.first) or other._spans(self.first)
        )

    def explain(self) -> str:
        """Return the season and its days in words."""
        first, last = self.first, self.last
        if isinstance(first, YearDay) and isinstance(last, YearDay):
            return f"{self.name} (every year from {first.explain()} to {last.explain()})"
        return f"{self.name} (from {first} to {last})"


class SeasonDay(Enum):
    """Which day decides the season of a level."""

    TODAY = "today"
    """The day of the decision: the level changes on the season's first day."""

    ARRIVAL = "the day on which an order placed now arrives"
    """The level changes a lead time ahead, so that the units are there as the season begins."""


@final
@attrs.frozen(kw_only=True)
class SeasonalLevel:
    """
    A usual level, and others for seasons.

    A season of dates overrides one of every year: this year's fair is not last year's. Seasons
    of the same kind may not overlap.

    Raises:
        FieldError: If two seasons of one kind share a day, or a level is none.

    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> rule = SeasonalLevel(
    ...     usual=10,
    ...     seasons=[
    ...         Season(
    ...             name="Christmas",
    ...             first=YearDay(month=11, day=15),
    ...             last=YearDay(month=1, day=6),
    ...             level=40,
    ...         )
    ...     ],
    ... )
    >>> facts = {"demand": Demand.of(mean_per_day=4), "lead_time": LeadTime(mean_days=7)}
    >>> rule(**facts, today=date(2026, 12, 1)).explain()
    'Season Christmas (every year from 11-15 to 01-06), by today, 2026-12-01: The level of 40 was set by hand.'
    >>> rule(**facts, today=date(2026, 6, 1)).reorder_point
    10
    """

    usual: Level = attrs.field(validator=level_or_rule)
    seasons: tuple[Season, ...] = attrs.field(converter=as_tuple, validator=each(Season))
    decided_by: SeasonDay = attrs.field(default=SeasonDay.TODAY, validator=is_a(SeasonDay))

    def __attrs_post_init__(self) -> None:
        for one, other in combinations(self.seasons, 2):
            if one.overlaps(other):
                wanted = f"apart from each other; {other.explain()} overlaps"
                raise refuse(self, "seasons", one.explain(), wanted)

    def season_of(self, day: date) -> Season | None:
        """Return the season that *day* is in, one of dates before one of every year."""
        found = [season for season in self.seasons if season.covers(day)]
        return min(found, key=lambda season: season.is_yearly, default=None)

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> RuleLevel:
        """Return the level of the season that is on, or the usual one."""
        day = today
        if self.decided_by is SeasonDay.ARRIVAL:
            # Beyond ten years no season is known: what holds today is the best guess.
            day = day_after(today, days=math.ceil(lead_time.mean_days)) or today
        season = self.season_of(day)
        level = level_of(
            self.usual if season is None else season.level,
            demand=demand,
            lead_time=lead_time,
            today=today,
        )
        name = "No season" if season is None else f"Season {season.explain()}"
        return RuleLevel(
            reorder_point=level.reorder_point,
            safety_stock=level.safety_stock,
            why=f"{name}, by {self.decided_by.value}, {day}: {level.explain()}",
        )
