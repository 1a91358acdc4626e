"""Croston's method and those that mend it: sizes and intervals, smoothed apart."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, compress, repeat
from operator import mul
from typing import TYPE_CHECKING

from ecomkit.replenishment.forecasting._inputs import (
    known_units,
    refused_units,
    share,
    summed_units,
)
from ecomkit.replenishment.forecasting._smoothing import best_alpha

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ALPHA = 0.1
"""Croston's own smoothing constant, and nearly everybody's."""


def croston(units: Iterable[float | None], *, alpha: float = ALPHA) -> float:
    """
    Return the demand of a period that is expected after *units*, by Croston's method (1972).

    At each demand, and only then, its size and the periods since the one before move the two
    levels by *alpha* times their errors; the forecast is size over interval. The size starts at
    the first demand, the interval at the periods up to it. It is biased upwards (Syntetos and
    Boylan, 2001), see :func:`sba`, and does not fall when demand ends, see :func:`tsb`.

    What is None is left out: an interval counts the periods that were observed. Without any
    demand the forecast is 0.

    Raises:
        FieldError: If no value is known, one is negative or no number, or *alpha* is not from
            0 to 1.

    >>> round(croston([0, 0, 3, 0, 0, 0, 2, 0, 5, 0, 0, 1]), 10)
    0.9692410565
    """
    share(alpha, owner="croston", field="alpha")
    return _croston(summed_units(units), alpha, alpha)


def croston_optimized(units: Iterable[float | None]) -> float:
    """
    Return Croston's forecast with two smoothing constants, each the best in its own errors.

    Both are looked for from 0.1 to 0.3: demands are few, and a larger constant follows chance.

    Raises:
        FieldError: As :func:`croston`.

    >>> round(croston_optimized([0, 0, 3, 0, 0, 0, 2, 0, 5, 0, 0, 1]), 6)
    0.969241
    """
    known = known_units(units)
    alpha, alpha_i = best_alphas(known)
    return _croston(known, alpha, alpha_i)


def sba(
    units: Iterable[float | None], *, alpha: float = ALPHA, debias: float | None = None
) -> float:
    """
    Return the Syntetos-Boylan approximation (2005): Croston's forecast times *debias*.

    The factor is 1 − *alpha*/2 as published, unless another is given: some libraries multiply
    by 0.95 whatever the smoothing constant, which is the same at 0.1 alone.

    Raises:
        FieldError: As :func:`croston`, or if *debias* is not from 0 to 1.

    >>> round(sba([0, 0, 3, 0, 0, 0, 2, 0, 5, 0, 0, 1]), 10)
    0.9207790037
    """
    return debias_of(alpha, debias=debias) * _croston(summed_units(units), alpha, alpha)


def debias_of(alpha: float, *, debias: float | None) -> float:
    """Return the factor that takes Croston's bias away."""
    share(alpha, owner="sba", field="alpha")
    return 1 - alpha / 2 if debias is None else share(debias, owner="sba", field="debias")


def tsb(units: Iterable[float | None], *, alpha_d: float = ALPHA, alpha_p: float = ALPHA) -> float:
    """
    Return the forecast of Teunter, Syntetos and Babai (2011): a probability times a size.

    The probability that a period has demand moves every period, by *alpha_p*, so that what
    nobody asks for any more goes to 0; the size moves at each demand, by *alpha_d*. The
    probability starts at 1 or 0, as the first period had demand or not, the size at the first
    demand. What is None is left out.

    Raises:
        FieldError: If no value is known, one is negative or no number, or a constant is not from
            0 to 1.

    >>> round(tsb([0, 0, 3, 0, 0, 0, 2, 0, 5, 0, 0, 1], alpha_d=0.2, alpha_p=0.2), 7)
    1.1022245
    """
    share(alpha_d, owner="tsb", field="alpha_d")
    share(alpha_p, owner="tsb", field="alpha_p")
    return _tsb(summed_units(units), alpha_d, alpha_p)


def croston_levels(
    values: Sequence[float], *, alpha: float, alpha_i: float | None = None
) -> list[float]:
    """
    Return Croston's forecast after each of *values*; *alpha_i* is for intervals, if another.

    *values* are known to be no number below 0: each level is a step from the one before.
    """
    speed = alpha if alpha_i is None else alpha_i
    size = interval = level = gap = 0.0
    levels = []
    for value in values:
        gap += 1.0
        if value:
            if size:
                size += alpha * (value - size)
                interval += speed * (gap - interval)
            else:
                size, interval = value, gap
            gap = 0.0
            level = size / interval
        levels.append(level)
    return levels


def tsb_levels(values: Sequence[float], *, alpha_d: float, alpha_p: float) -> list[float]:
    """Return the forecast of Teunter, Syntetos and Babai after each of *values*, as above."""
    size = 0.0
    probability = 1.0 if values and values[0] else 0.0
    levels = []
    for value in values:
        probability += alpha_p * (bool(value) - probability)
        if value:
            size = size + alpha_d * (value - size) if size else value
        levels.append(probability * size)
    return levels


# The two stand on the hot path of whole assortments: bare, for the last level alone, and they
# refuse what is below 0 on the way, for which a pass of its own would cost a quarter of the whole.


def _croston(values: Sequence[float], alpha: float, alpha_i: float) -> float:
    periods = iter(values)
    # Floats count as exactly as whole numbers here, and are smoothed faster.
    gap = interval = 1.0
    for size in periods:
        if size:
            break
        interval += 1.0
    else:
        return 0.0
    if size < 0:
        raise refused_units(values)
    try:
        for value in periods:
            if value:
                if value < 0:
                    raise refused_units(values)
                size += alpha * (value - size)
                interval += alpha_i * (gap - interval)
                gap = 1.0
            else:
                gap += 1.0
    except OverflowError:
        # The sum is small, so a number too large for a float has its like below 0 further on.
        raise refused_units(values) from None
    return size / interval


def _tsb(values: Sequence[float], alpha_d: float, alpha_p: float) -> float:
    sizes = list(filter(None, values))
    if not sizes:
        return 0.0
    if min(sizes) < 0:
        raise refused_units(values)
    size = float(sizes[0])
    for value in sizes:
        size += alpha_d * (value - size)
    count = len(values)
    if len(sizes) == count:
        return size
    # What a period adds to the probability has faded in each period since: one weighted sum, to
    # the last bits the same as a step for each period.
    faded = _powers(1 - alpha_p, count.bit_length())
    probability = alpha_p * sum(compress(faded, reversed(values)))
    return (probability + faded[count] if values[0] else probability) * size


@lru_cache(maxsize=16)
def _powers(base: float, bits: int) -> tuple[float, ...]:
    """Return the powers of *base* from 0 on, as many as a number of so many *bits* can ask for."""
    return tuple(accumulate(repeat(base, (1 << bits) - 1), mul, initial=1.0))


def sizes_and_intervals(values: Sequence[float]) -> tuple[list[float], list[int]]:
    """Return the demands, and the periods from one to the next, the first from the start."""
    places = [place for place, value in enumerate(values, start=1) if value]
    sizes = [values[place - 1] for place in places]
    return sizes, [place - before for before, place in zip([0, *places], places, strict=False)]


def best_alphas(values: Sequence[float]) -> tuple[float, float]:
    """Return the best smoothing constants of sizes and of intervals."""
    sizes, intervals = sizes_and_intervals(values)
    return (best_alpha(sizes), best_alpha(intervals)) if sizes else (ALPHA, ALPHA)
