"""Temporal aggregation: demand summed over as many periods as pass between two demands."""

from __future__ import annotations

from itertools import accumulate
from statistics import fmean
from typing import TYPE_CHECKING

from ecomkit.replenishment.forecasting._inputs import known_units
from ecomkit.replenishment.forecasting._intermittent import sizes_and_intervals
from ecomkit.replenishment.forecasting._smoothing import best_alpha

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def adida(units: Iterable[float | None]) -> float:
    """
    Return the forecast of ADIDA: aggregate, forecast, disaggregate (Nikolopoulos et al., 2011).

    Periods are summed up in blocks of the mean interval between demands, rounded to the nearest
    whole number, a half to the even one; the blocks end with the last period, and what is left
    at the start is left out. The sums are smoothed with the constant from 0.1 to 0.3 that had
    the least squared errors, and the level is shared out evenly. What is None is left out.

    Raises:
        FieldError: If no value is known, or one is negative or no number.

    >>> adida([0, 4, 0, 4, 0, 4])
    2.0
    """
    return adida_levels(known_units(units))[-1]


def imapa(units: Iterable[float | None]) -> float:
    """
    Return the forecast of IMAPA: the mean over all lengths of a block (Petropoulos et al., 2015).

    As :func:`adida`, with blocks of 1, 2, ... up to the mean interval between demands.

    Raises:
        FieldError: If no value is known, or one is negative or no number.

    >>> imapa([2, 2, 2, 2])
    2.0
    """
    return imapa_levels(known_units(units))[-1]


def adida_levels(values: Sequence[float]) -> list[float]:
    """
    Return the forecast after each of *values* with the blocks and the constant of all of them.

    Blocks always end with the last value known, so each of them goes on from the one that ended
    a block before; before the first whole block the forecast is the mean.
    """
    return _of_blocks(values, length=mean_interval(values))


def imapa_levels(values: Sequence[float]) -> list[float]:
    """Return the mean forecast after each of *values*; see :func:`adida_levels`."""
    lengths = range(1, mean_interval(values) + 1)
    if not lengths:
        return [0.0] * len(values)
    of_lengths = [_of_blocks(values, length=length) for length in lengths]
    return [fmean(levels) for levels in zip(*of_lengths, strict=True)]


def mean_interval(values: Sequence[float]) -> int:
    """Return the mean interval between demands in whole periods; 0 without demand."""
    _, intervals = sizes_and_intervals(values)
    # The intervals add up to the place of the last demand.
    return round(sum(intervals) / len(intervals)) if intervals else 0


def _of_blocks(values: Sequence[float], *, length: int) -> list[float]:
    if not length:
        return [0.0] * len(values)
    left = len(values) % length
    ends = range(left + length, len(values) + 1, length)
    alpha = best_alpha([sum(values[end - length : end]) for end in ends])
    totals = list(accumulate(values, initial=0))
    levels: list[float] = []
    for end in range(1, len(values) + 1):
        if end < length:
            levels.append(totals[end] / end)
            continue
        rate = (totals[end] - totals[end - length]) / length
        before = levels[end - 1 - length] if end >= 2 * length else rate
        levels.append(before + alpha * (rate - before))
    return levels
