"""
The tail of the standard normal distribution, without cancellation.

All four functions rest on the Mills ratio, tail over density. Far out it comes from the continued
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


def unit_loss(z: float) -> float:
    """
    Return E[(Z - z)+] of a standard normal Z.

    >>> round(unit_loss(0.5), 12), round(unit_loss(-0.5), 12)
    (0.197796557401, 0.697796557401)
    """
    if z < _FAR:
        return density(z) - z * beyond(z)
    fraction = _fraction(z)
    return density(z) * fraction / (z + fraction)
