"""
The tail of the standard normal distribution, without cancellation.

The functions rest on the Mills ratio, tail over density. Far out it comes from the continued
fraction of Laplace (1805), so that differences of nearly equal numbers are never taken.
"""

from __future__ import annotations

import math
from statistics import NormalDist

STANDARD = NormalDist()

_ROOT_HALF = math.sqrt(0.5)
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)
_ROOT_HALF_PI = math.sqrt(0.5 * math.pi)

_FAR = 5.0
"""Where the continued fraction takes over from the error function."""

_NARROW = 0.01
"""A width up to which three points give the integral of the slope to the last bits."""

_GAUSS = math.sqrt(0.6)

_TERMS = 40
"""Terms of the continued fraction: beyond ``_FAR`` they reach the last bit."""


def density(z: float) -> float:
    """Return the density at *z*."""
    return math.exp(-0.5 * z * z) / _ROOT_TWO_PI


def below(z: float) -> float:
    """Return the probability of at most *z*."""
    return 0.5 * math.erfc(-z * _ROOT_HALF)


def beyond(z: float) -> float:
    """Return the probability of more than *z*."""
    return 0.5 * math.erfc(z * _ROOT_HALF)


def _fraction(z: float) -> float:
    fraction = 0.0
    for n in range(_TERMS, 0, -1):
        fraction = n / (z + fraction)
    return fraction


def mills_ratio(z: float) -> float:
    """Return the tail beyond *z* over the density at *z*; *z* is above -38."""
    if z < _FAR:
        return _ROOT_HALF_PI * math.erfc(z * _ROOT_HALF) * math.exp(0.5 * z * z)
    return 1.0 / (z + _fraction(z))


def mills_drop(start: float, *, width: float) -> float:
    """
    Return how far the Mills ratio falls from *start* to *start* + *width*.

    Over a narrow width its slope, 1 - z m(z), is summed by Gauss and Legendre at three points,
    since two nearly equal ratios would leave few digits.
    """
    if width > _NARROW:
        return mills_ratio(start) - mills_ratio(start + width)
    middle = start + 0.5 * width
    aside = 0.5 * width * _GAUSS
    outer = _mills_slope(middle - aside) + _mills_slope(middle + aside)
    return width * (5.0 * outer + 8.0 * _mills_slope(middle)) / 18.0


def _mills_slope(z: float) -> float:
    if z < _FAR:
        return 1.0 - z * mills_ratio(z)
    fraction = _fraction(z)
    return fraction / (z + fraction)


def unit_loss(z: float) -> float:
    """
    Return E[(Z - z)+] of a standard normal Z.

    >>> round(unit_loss(0.5), 12), round(unit_loss(-0.5), 12)
    (0.197796557401, 0.697796557401)
    """
    if z < _FAR:
        return density(z) - z * beyond(z)
    return density(z) * _mills_slope(z)
