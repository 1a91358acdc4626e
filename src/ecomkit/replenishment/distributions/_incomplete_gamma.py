"""
The incomplete gamma function as probabilities, each side summed where nothing cancels.

Everything is a multiple of one term, x^a e^-x / a!, the probability of a in a Poisson distribution
of mean x. Left of the mean the rest is a sum of positive terms, right of it a continued fraction,
and for a large shape the uniform expansion of Temme (1979). So a tail of 1e-300 has about as many
right digits as one of 0.1, and no mean takes more than a thousand steps.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ecomkit.replenishment.distributions._normal_tail import density, mills_ratio
from ecomkit.replenishment.distributions._stirling import deviance, stirling_error

_NEGLIGIBLE = 1e-17
_ONE_ULP = 2.3e-16
_TWO_PI = 2.0 * math.pi

_TINY_SHAPE = 1e-3
"""Below it ln (a!) comes from its Taylor series: a + 1 would lose the digits of a."""

_LARGE_SHAPE = 1e4
"""From here three rows of the uniform expansion reach the last bits."""

_FAR = 38.5
"""Standard deviations beyond which a double has no tail to show."""

_LOG_FACTORIAL = (
    -0.5772156649015329,
    0.8224670334241132,
    -0.40068563438653143,
    0.27058080842778454,
    -0.20738555102867398,
)
"""ln a! = -gamma a + zeta(2) a^2/2 - zeta(3) a^3/3 + ..."""

_TEMME = (
    (
        -3.3333333333333333e-1,
        8.3333333333333333e-2,
        -1.4814814814814815e-2,
        1.1574074074074074e-3,
        3.527336860670194e-4,
        -1.7875514403292181e-4,
        3.9192631785224378e-5,
        -2.1854485106799922e-6,
        -1.85406221071516e-6,
        8.296711340953086e-7,
        -1.7665952736826079e-7,
        6.7078535434014986e-9,
        1.0261809784240308e-8,
    ),
    (
        -1.8518518518518519e-3,
        -3.4722222222222222e-3,
        2.6455026455026455e-3,
        -9.9022633744855967e-4,
        2.0576131687242798e-4,
        -4.0187757201646091e-7,
        -1.8098550334489978e-5,
    ),
    (
        4.1335978835978836e-3,
        -2.6813271604938272e-3,
        7.7160493827160494e-4,
    ),
)
"""Coefficients of Temme's expansion: a row for each power of 1/a, in powers of eta."""


class GammaTails(NamedTuple):
    """The two sides of a gamma variable G of scale 1 at a point x."""

    lower: float
    """P(G <= x)."""

    upper: float
    """P(G > x)."""

    shortfall: float
    """E[(x - G)+]."""

    excess: float
    """E[(G - x)+]."""


def poisson_term(a: float, x: float, *, difference: float) -> float:
    """
    Return x^a e^-x / a!, given *difference* = x - a; *a* may be a fraction, *x* is above 0.

    >>> round(poisson_term(2, 1.5, difference=-0.5), 12)
    0.251021430167
    """
    if a <= 0.0:
        return math.exp(-x)
    exponent = stirling_error(a) + deviance(a, x, difference=-difference)
    return math.exp(-exponent) / math.sqrt(_TWO_PI * a)


def gamma_tails(a: float, x: float, *, difference: float) -> GammaTails:
    """
    Return both sides of a gamma variable of shape *a* at *x*, given *difference* = x - a.

    *a* and *x* are above 0. The smaller of two sides never comes from the larger by subtraction.

    >>> [round(side, 9) for side in gamma_tails(2, 4 / 3, difference=-2 / 3)]
    [0.384940011, 0.615059989, 0.21199046, 0.878657127]
    """
    if a >= _LARGE_SHAPE:
        return _large(a, x, difference)
    term = poisson_term(a, x, difference=difference)
    if x >= 1.0 and difference > 0.0:
        fraction = _legendre(a, difference)
        upper = a * term / fraction
        excess = upper * (fraction - difference)
        return GammaTails(1.0 - upper, upper, excess + difference, excess)
    plain, weighted = _rising_sums(a, x)
    lower = term * plain
    shortfall = term * weighted
    upper = _small_upper(a, x) if a < 1.0 and x < 1.0 else 1.0 - lower
    excess = a * term - difference * upper if difference > 0.0 else shortfall - difference
    return GammaTails(lower, upper, shortfall, excess)


def _rising_sums(a: float, x: float) -> tuple[float, float]:
    # The sums of t(n) and of n t(n), t(n) = x^n / [(a+1) ... (a+n)]: the Poisson terms of a + n.
    term = plain = 1.0
    weighted = 0.0
    n = 0
    while True:
        n += 1
        term *= x / (a + n)
        plain += term
        step = n * term
        weighted += step
        if step <= _NEGLIGIBLE * weighted:
            return plain, weighted


def _legendre(a: float, difference: float) -> float:
    # Lentz's method for the denominator of Legendre's continued fraction of the upper tail.
    whole = fraction = c = difference + 1.0
    d = 0.0
    n = 0
    while True:
        n += 1
        top = n * (a - n)
        whole += 2.0
        d = 1.0 / (whole + top * d)
        c = whole + top / c
        change = c * d
        fraction *= change
        if abs(change - 1.0) < _ONE_ULP:
            return fraction


def _log_factorial(a: float) -> float:
    if a >= _TINY_SHAPE:
        return math.lgamma(a + 1.0)
    return _polynomial(_LOG_FACTORIAL, a) * a


def _small_upper(a: float, x: float) -> float:
    # 1 - x^a / a! [1 - a (x/(a+1) - x^2/(2!(a+2)) + ...)] for a and x below 1 (Gautschi, 1979).
    power = a * math.log(x) - _log_factorial(a)
    term = 1.0
    total = 0.0
    n = 0
    while True:
        n += 1
        term *= -x / n
        step = term / (a + n)
        total += step
        if abs(step) <= _NEGLIGIBLE * abs(total):
            return -math.expm1(power) - a * math.exp(power) * total


def _large(a: float, x: float, difference: float) -> GammaTails:
    root = math.sqrt(a)
    z = math.copysign(
        math.sqrt(2.0 * max(0.0, deviance(a, x, difference=-difference))), difference
    )
    if z > _FAR:
        return GammaTails(1.0, 0.0, difference, 0.0)
    if z < -_FAR:
        return GammaTails(0.0, 1.0, 0.0, -difference)
    eta = z / root
    correction = 0.0
    for row in reversed(_TEMME):
        correction = correction / a + _polynomial(row, eta)
    correction /= root
    height = density(z)
    peak = root * math.exp(-stirling_error(a))
    if difference > 0.0:
        ratio = mills_ratio(z) + correction
        upper = height * ratio
        excess = height * (peak - difference * ratio)
        return GammaTails(1.0 - upper, upper, excess + difference, excess)
    ratio = mills_ratio(-z) - correction
    lower = height * ratio
    shortfall = height * (peak + difference * ratio)
    return GammaTails(lower, 1.0 - lower, shortfall, shortfall - difference)


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    total = 0.0
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total
