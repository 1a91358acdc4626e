"""Where a smoothing starts: level, slope and season of the first periods of a history."""

from __future__ import annotations

import math
from enum import Enum
from statistics import fmean
from typing import TYPE_CHECKING

import attrs

from ecomkit.replenishment.forecasting._regression import least_squares, line

if TYPE_CHECKING:
    from collections.abc import Sequence

SEASONS_TO_DECOMPOSE = 3
"""A moving average over a season leaves enough of that many seasons."""

START_PERIODS = 10
"""A line is laid through the first ten periods, or the first two seasons."""

NO_SINE = 2
"""The sine of a season of two periods is 0 everywhere."""

FACTOR_LEAST = 0.01
"""No seasonal factor is smaller: what it multiplies could not be told any more."""


class Seasonality(Enum):
    """
    How a season changes demand.

    >>> Seasonality("additive")
    <Seasonality.ADDITIVE: 'additive'>
    """

    ADDITIVE = "additive"
    """By as many units, whatever the level is."""

    MULTIPLICATIVE = "multiplicative"
    """By as large a share of the level."""


@attrs.frozen(kw_only=True)
class Start:
    """Level and slope before the first period, and the season from the first period on."""

    level: float
    slope: float
    season: tuple[float, ...]


def start_of(values: Sequence[float], *, season_length: int, kind: Seasonality) -> Start:
    """
    Return where the smoothing of *values* starts.

    As Hyndman and Khandakar (2008) do it: the season is that of a classical decomposition, for
    less than three seasons the rest of a line with a wave; level and slope are those of a line
    through the first values without their season.
    """
    if season_length == 1:
        return _started(values, season=(0.0,), rest=values)
    times = kind is Seasonality.MULTIPLICATIVE
    if len(values) < SEASONS_TO_DECOMPOSE * season_length:
        trend = _line_with_wave(values, season_length=season_length)
        season = _without(values, trend, times=times)
    else:
        season = _classical(values, season_length=season_length, times=times)
    if times:
        season = [max(factor, FACTOR_LEAST) for factor in season]
    return _started(
        values, season=tuple(season[:season_length]), rest=_without(values, season, times=times)
    )


def _started(
    values: Sequence[float], *, season: tuple[float, ...], rest: Sequence[float]
) -> Start:
    first = min(max(START_PERIODS, 2 * len(season)), len(values))
    level, slope = line(rest[:first])
    return Start(level=level, slope=slope, season=season)


def _without(values: Sequence[float], part: Sequence[float], *, times: bool) -> list[float]:
    if times:
        return [value / of for value, of in zip(values, part, strict=True)]
    return [value - of for value, of in zip(values, part, strict=True)]


def _line_with_wave(values: Sequence[float], *, season_length: int) -> list[float]:
    """Return the line of the regression on time and one wave a season."""
    middle = (len(values) + 1) / 2
    places = range(1, len(values) + 1)
    columns = [
        [1.0] * len(values),
        [place - middle for place in places],
        [math.cos(2 * math.pi * place / season_length) for place in places],
        [math.sin(2 * math.pi * place / season_length) for place in places],
    ]
    waves = columns[:-1] if season_length == NO_SINE else columns
    level, slope, *_ = least_squares(waves, values)
    return [level + slope * (place - middle) for place in places]


def _classical(values: Sequence[float], *, season_length: int, times: bool) -> list[float]:
    """Return the season of each of *values* by moving averages over a season."""
    half = season_length // 2
    ends = 0.5 if season_length % 2 == 0 else 1.0
    rests: list[list[float]] = [[] for _ in range(season_length)]
    for place in range(half, len(values) - half):
        around = values[place - half : place + half + 1]
        trend = (ends * (around[0] + around[-1]) + sum(around[1:-1])) / season_length
        rests[place % season_length].extend(_without([values[place]], [trend], times=times))
    means = [fmean(rest) for rest in rests]
    centre = fmean(means)
    season = _without(means, [centre] * season_length, times=times)
    return [season[place % season_length] for place in range(len(values))]
