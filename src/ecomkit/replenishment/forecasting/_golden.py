"""Golden-section search: the least value of a function of one number, without derivatives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RATIO = (math.sqrt(5) - 1) / 2
TOLERANCE = 1e-6


def golden_section(
    function: Callable[[float], float],
    *,
    lowest: float,
    highest: float,
    tolerance: float = TOLERANCE,
) -> float:
    """
    Return where *function* is least between *lowest* and *highest*, to *tolerance* (Kiefer, 1953).

    With several valleys one of them is found, always the same; of a plain the middle.

    >>> round(golden_section(lambda x: (x - 0.25) ** 2, lowest=0, highest=1), 5)
    0.25
    """
    left, right = _inside(lowest, highest)
    at_left, at_right = function(left), function(right)
    while highest - lowest > tolerance:
        if at_left < at_right:
            highest, right, at_right = right, left, at_left
            left = highest - RATIO * (highest - lowest)
            at_left = function(left)
        elif at_right < at_left:
            lowest, left, at_left = left, right, at_right
            right = lowest + RATIO * (highest - lowest)
            at_right = function(right)
        else:
            # Between two points as high as each other the valley is, or the middle of a plain.
            lowest, highest = left, right
            left, right = _inside(lowest, highest)
            at_left, at_right = function(left), function(right)
    return (lowest + highest) / 2


def _inside(lowest: float, highest: float) -> tuple[float, float]:
    span = RATIO * (highest - lowest)
    return highest - span, lowest + span
