"""
What is left of a factorial when its large parts are taken out, after Loader (2000).

Logarithms of large factorials nearly cancel in a probability. Loader, "Fast and accurate
computation of binomial probabilities", keeps only what does not cancel: Stirling's error and the
deviance.
"""

from __future__ import annotations

import math

_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)

_SERIES_FROM = 15.0
"""From here five terms of Stirling's series reach the last bit."""

_NEAR = 0.1
"""Relative distance below which the deviance comes from its series."""


def stirling_error(n: float) -> float:
    """
    Return ln n! less Stirling's formula; *n* is above 0 and may be a fraction.

    >>> round(stirling_error(1), 12)
    0.081061466795
    """
    if n < _SERIES_FROM:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - _HALF_LOG_TWO_PI
    m = 1.0 / (n * n)
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - m / 1188) * m) * m) * m) / n


def deviance(x: float, mean: float, *, difference: float) -> float:
    """
    Return x ln(x / mean) - (x - mean), given *difference* = x - mean without rounding.

    >>> round(deviance(1_000_001, 1_000_000, difference=1), 18)
    4.99999833333e-07
    """
    if abs(difference) < _NEAR * (x + mean):
        ratio = difference / (x + mean)
        total = difference * ratio
        term = 2.0 * x * ratio
        square = ratio * ratio
        odd = 1
        while True:
            term *= square
            odd += 2
            longer = total + term / odd
            if longer == total:
                return total
            total = longer
    return x * math.log(x / mean) - difference
