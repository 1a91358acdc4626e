"""Hindsight: how far a method was from what came, at each moment of a history."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol, final

import attrs

from ecomkit._checks import as_tuple, refuse
from ecomkit.replenishment._numbers import is_number
from ecomkit.replenishment.forecasting._baselines import last_season

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ecomkit.replenishment.forecasting._exponential import Smoothing, State


class Hindsight(Protocol):
    """The errors that a forecast is expected to make, from those that were made."""

    def errors(self, *, first: int, last: int) -> tuple[float, ...]:
        """
        Return what came less what was expected of the periods *first* to *last* ahead, summed up.

        ``first=1, last=1`` are the errors of the next period, ``first=1, last=4`` those of four
        periods together, ``first=4, last=4`` those of the fourth period alone. Empty where the
        history does not tell.
        """
        ...


def _numbers(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not all(is_number(each) for each in value):
        raise refuse(instance, attribute.name, value, "numbers")
    if not all(map(math.isfinite, value)):
        raise refuse(instance, attribute.name, value, "finite numbers")


@final
@attrs.frozen(kw_only=True)
class OneStepErrors:
    """
    The errors of the next period alone, from a library that tells no others.

    Raises:
        FieldError: If an error is no number.

    >>> OneStepErrors(one_step=[1, -1]).errors(first=1, last=1)
    (1, -1)
    """

    one_step: tuple[float, ...] = attrs.field(converter=as_tuple, validator=_numbers)

    def errors(self, *, first: int, last: int) -> tuple[float, ...]:
        """Return the errors of the next period, and none of other sums."""
        return self.one_step if first == last == 1 else ()


class _Views(Protocol):
    """What was expected after each number of periods."""

    def expected(self, *, after: int, first: int, last: int) -> float:
        """Return the sum of the periods *first* to *last* beyond the first *after*."""
        ...


@attrs.frozen
class LevelViews:
    """One level for all periods ahead; ``levels[k]`` is the one after k + 1 periods."""

    levels: tuple[float, ...]

    def expected(self, *, after: int, first: int, last: int) -> float:
        """Return the level as often as there are periods."""
        return self.levels[after - 1] * (last - first + 1)


@attrs.frozen
class SeasonViews:
    """The last season comes again."""

    units: tuple[float | None, ...]
    season_length: int

    def expected(self, *, after: int, first: int, last: int) -> float:
        """Return the sum of the same periods a season ago."""
        season = last_season(self.units[:after], season_length=self.season_length)
        return sum(season[step % self.season_length] for step in range(first - 1, last))


@attrs.frozen
class StateViews:
    """A smoothing goes on from the state in which it was."""

    smoothing: Smoothing
    states: tuple[State, ...]

    def expected(self, *, after: int, first: int, last: int) -> float:
        """Return the sum of what the smoothing expects."""
        return sum(self.smoothing.ahead(self.states[after], horizon=last)[first - 1 :])


@attrs.frozen(kw_only=True)
class LookBack:
    """What came, beside what was expected after each number of periods from the first known on."""

    units: tuple[int | None, ...]
    views: _Views

    def errors(self, *, first: int, last: int) -> tuple[float, ...]:
        """Return the errors of these sums; none is taken across an unknown period."""
        came = list(accumulate((count or 0 for count in self.units), initial=0))
        unknown = list(accumulate((count is None for count in self.units), initial=0))
        known_from = _first_known(self.units)
        errors = []
        for after in range(known_from + 1, len(self.units) - last + 1):
            begin, end = after + first - 1, after + last
            if unknown[begin] == unknown[end]:
                expected = self.views.expected(after=after, first=first, last=last)
                errors.append(came[end] - came[begin] - expected)
        return tuple(errors)


def _first_known(units: Sequence[int | None]) -> int:
    return next(place for place, count in enumerate(units) if count is not None)
