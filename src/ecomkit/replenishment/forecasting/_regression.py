"""Least squares: a line through values, and waves around it."""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def least_squares(columns: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    """
    Return the coefficients of *columns* that leave the least squared errors of *values*.

    The columns have to be independent of each other.

    >>> least_squares([[1, 1, 1], [-1, 0, 1]], [5, 7, 9])
    [7.0, 2.0]
    """
    rows = [[_dot(one, other) for other in (*columns, values)] for one in columns]
    for at, pivot in enumerate(rows):
        for row in rows[at + 1 :]:
            factor = row[at] / pivot[at]
            row[at:] = [
                entry - factor * above for entry, above in zip(row[at:], pivot[at:], strict=True)
            ]
    answer: list[float] = []
    for at in reversed(range(len(rows))):
        row = rows[at]
        answer.insert(0, (row[-1] - _dot(row[at + 1 : -1], answer)) / row[at])
    return answer


def line(values: Sequence[float]) -> tuple[float, float]:
    """
    Return level and slope of the line through *values* at 1, 2, 3, ...: the level is that at 0.

    >>> line([5, 7, 9])
    (3.0, 2.0)
    """
    middle = (len(values) + 1) / 2
    # Around their middle the two columns are independent, however long the history is.
    centred = [place - middle for place in range(1, len(values) + 1)]
    mean, slope = least_squares([[1.0] * len(values), centred], values)
    return mean - slope * middle, slope


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(map(mul, one, other))
