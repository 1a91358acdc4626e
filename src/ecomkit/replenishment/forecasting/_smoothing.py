"""Simple exponential smoothing: a level that each period moves by a share of its error."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecomkit.replenishment.forecasting._golden import golden_section
from ecomkit.replenishment.forecasting._inputs import known_units, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ALPHA_LEAST, ALPHA_MOST = 0.01, 0.99
"""Where the best smoothing constant of a whole history is looked for."""

SLOW_LEAST, SLOW_MOST = 0.1, 0.3
"""Where it is looked for in sizes, intervals and sums, of which there are few."""


def ses(units: Iterable[float | None], *, alpha: float) -> float:
    """
    Return the level after *units*, which is the forecast of each period to come.

    Simple exponential smoothing (Brown, 1956): the level starts at the first value and moves by
    *alpha* times each error. What is None is left out.

    Raises:
        FieldError: If no value is known, one is negative or no number, or *alpha* is not from
            0 to 1.

    >>> ses([4, 8], alpha=0.25)
    5.0
    """
    return levels_of(known_units(units), alpha=share(alpha, owner="ses", field="alpha"))[-1]


def ses_optimized(units: Iterable[float | None]) -> float:
    """
    Return the level after *units* with the smoothing constant that had the least squared errors.

    It is looked for from 0.01 to 0.99, to a millionth.

    Raises:
        FieldError: As :func:`ses`.

    >>> round(ses_optimized([4, 8, 5, 7, 6, 6, 5, 7]), 3)
    6.135
    """
    known = known_units(units)
    return levels_of(known, alpha=best_alpha(known, lowest=ALPHA_LEAST, highest=ALPHA_MOST))[-1]


def levels_of(values: Sequence[float], *, alpha: float) -> list[float]:
    """Return the level after each of *values*."""
    level = float(values[0])
    levels = []
    for value in values:
        level += alpha * (value - level)
        levels.append(level)
    return levels


def best_alpha(
    values: Sequence[float], *, lowest: float = SLOW_LEAST, highest: float = SLOW_MOST
) -> float:
    """Return the smoothing constant from *lowest* to *highest* with the least squared errors."""
    # The history is walked through dozens of times, which floats make faster.
    errors = partial(_squared_errors, [float(value) for value in values])
    return golden_section(errors, lowest=lowest, highest=highest)


def _squared_errors(values: Sequence[float], alpha: float) -> float:
    level = values[0]
    total = 0.0
    for value in values:
        error = value - level
        total += error * error
        level += alpha * error
    return total
