"""Where a continuous function crosses zero."""

from __future__ import annotations

import math
from collections.abc import Callable

DOUBLINGS_MAX = 200
"""So often can any step here be doubled without leaving the floats."""

STEPS_MAX = 200
"""Bisection alone would need fewer."""

HALF = 0.5


def root(function: Callable[[float], float], *, low: float, high: float) -> float:
    """
    Return where *function* crosses 0 between *low* and *high*, to the last digits of a float.

    Inverse quadratic steps where they are safe, bisection where they are not (Chandrupatla 1997).
    Values of one sign at both ends are the rounding of a root at one of them: that end is answered.

    >>> round(root(lambda x: x * x - 2, low=0, high=2), 12)
    1.414213562373
    """
    a, b = high, low
    at_a, at_b = function(a), function(b)
    if (at_a > 0) == (at_b > 0) or not at_a or not at_b:
        return a if abs(at_a) < abs(at_b) else b
    close = 2 * math.ulp(max(abs(low), abs(high)))
    share = 0.5
    for _ in range(STEPS_MAX):
        point = a + share * (b - a)
        value = function(point)
        if (value > 0) == (at_a > 0):
            c, at_c = a, at_a
        else:
            c, b = b, a
            at_c, at_b = at_b, at_a
        a, at_a = point, value
        narrow = close / abs(b - c) if b != c else 1.0
        if narrow > HALF or not at_a:
            break
        squeezed = (a - b) / (c - b)
        slope = (at_a - at_b) / (at_c - at_b)
        share = 0.5
        if slope**2 < squeezed and (1 - slope) ** 2 < 1 - squeezed:
            share = at_a / (at_b - at_a) * at_c / (at_b - at_c)
            share += (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
        share = min(max(share, narrow), 1 - narrow)
    return a if abs(at_a) < abs(at_b) else b


def root_beyond(function: Callable[[float], float], *, start: float, step: float) -> float:
    """
    Return where *function*, not above 0 at *start*, crosses 0 in the direction of *step*.

    The step is doubled until the function is above 0.

    >>> round(root_beyond(lambda x: x * x - 2, start=0, step=0.1), 12)
    1.414213562373
    """
    near, far = start, start + step
    for _ in range(DOUBLINGS_MAX):
        if function(far) > 0:
            break
        step *= 2
        near, far = far, far + step
    return root(function, low=near, high=far)
