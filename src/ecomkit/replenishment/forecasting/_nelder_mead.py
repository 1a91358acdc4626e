"""Nelder-Mead search: the least value of a function of many numbers, without derivatives."""

from __future__ import annotations

import math
from operator import attrgetter
from statistics import fmean
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIRST_STEP = 0.05
"""The first simplex moves each coordinate by this share of itself ..."""

FIRST_STEP_FROM_0 = 1e-4
"""... and one that is 0 by this much."""

TOLERANCE = 1e-4
"""The search ends when the values of the corners have a standard deviation below this."""

STEPS_MAX = 999
"""The first simplex counts as the first of a thousand steps."""

_value = attrgetter("value")
_point = attrgetter("point")


@attrs.frozen
class Corner:
    """A point, and the value of the function there."""

    value: float
    point: tuple[float, ...]


def nelder_mead(
    function: Callable[[Sequence[float]], float],
    *,
    start: Sequence[float],
    lowest: Sequence[float],
    highest: Sequence[float],
) -> Corner:
    """
    Return the best corner after at most a thousand steps from *start* inside a box.

    The simplex search of Nelder and Mead (1965) with the coefficients that Gao and Han (2012)
    fit to the number of dimensions; a point outside the box is moved to its border,
    where a simplex can lose a dimension and stay.

    >>> best = nelder_mead(
    ...     lambda at: (at[0] - 1) ** 2 + (at[1] + 2) ** 2,
    ...     start=(0.5, -1.0),
    ...     lowest=(0.0, -9.0),
    ...     highest=(9.0, 9.0),
    ... )
    >>> abs(best.point[0] - 1) < 0.05, abs(best.point[1] + 2) < 0.05
    (True, True)
    """
    dimensions = len(start)
    expansion = 1 + 2 / dimensions
    contraction = 0.75 - 1 / (2 * dimensions)
    shrinkage = 1 - 1 / dimensions

    def corner(point: Sequence[float]) -> Corner:
        inside = tuple(map(max, map(min, point, highest), lowest))
        return Corner(function(inside), inside)

    def between(one: Sequence[float], other: Sequence[float], part: float) -> Corner:
        return corner([at + part * (to - at) for at, to in zip(one, other, strict=True)])

    corners = [corner(start)]
    for place, at in enumerate(corners[0].point):
        moved = list(corners[0].point)
        moved[place] = at * (1 + FIRST_STEP) if at else FIRST_STEP_FROM_0
        corners.append(corner(moved))
    for _ in range(STEPS_MAX):
        corners.sort(key=_value)
        if _spread([each.value for each in corners]) < TOLERANCE:
            break
        best, worst = corners[0], corners.pop()
        middle = [sum(column) / dimensions for column in zip(*map(_point, corners), strict=True)]
        turned = between(middle, worst.point, -1)
        if best.value <= turned.value < corners[-1].value:
            corners.append(turned)
        elif turned.value < best.value:
            corners.append(min(turned, between(middle, turned.point, expansion), key=_value))
        else:
            outside = turned.value < worst.value
            near, part = (turned, contraction) if outside else (worst, -contraction)
            drawn_in = between(middle, turned.point, part)
            if drawn_in.value < near.value:
                corners.append(drawn_in)
            else:
                corners.append(worst)
                corners[1:] = [between(best.point, each.point, shrinkage) for each in corners[1:]]
    return min(corners, key=_value)


def _spread(values: Sequence[float]) -> float:
    mean = fmean(values)
    return math.sqrt(fmean([(value - mean) ** 2 for value in values]))
