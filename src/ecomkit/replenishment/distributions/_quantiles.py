"""Quantiles by a few steps of Newton's kind from a good guess, on logarithms of the tails."""

from __future__ import annotations

import math
from typing import Protocol

from ecomkit.replenishment.distributions._incomplete_gamma import gamma_tails, poisson_term
from ecomkit.replenishment.distributions._normal_tail import STANDARD

_HALF = 0.5

_CUBED_TO_NOTHING = 1e-5
"""A step of Halley's method this small, in standard deviations, leaves its cube as the error."""

_LEAST = 1e-300
"""Below it floats lose their digits one by one."""

_STEPS_MAX = 100
"""Far more than any search takes."""

_LEADING_POWER = 0.2
"""Below this share of the shape, a gamma quantile starts from the leading power of its series."""

_LOG_SMALLEST = -800.0
"""A logarithm whose exponential is 0 in floats."""

_SKEWNESS_MAX = 2.0
"""The expansion of Cornish and Fisher leads astray where a distribution is more skewed."""

_CLOSE_CALL = 1e-11
"""How near to a probability a difference of two others may come before it is summed again."""


def gamma_quantile(shape: float, probability: float) -> float:
    """
    Return the point below which a gamma variable of *shape* and scale 1 falls with *probability*.

    Halley's method on the logarithm of the nearer tail as a function of ln x, from the guess of
    Wilson and Hilferty (1931), or from the leading power of the series, which is all there is where
    x is below 10⁻³⁰⁰. A probability below that is taken for it.

    >>> round(gamma_quantile(2.56, 0.95) * 15.625, 6)
    87.936629
    """
    probability = max(probability, _LEAST)
    near = probability < _HALF
    target = math.log(probability) if near else math.log1p(-probability)
    x = _gamma_guess(shape, probability)
    if x < _LEAST:
        return x
    enough = _CUBED_TO_NOTHING / (1.0 + math.sqrt(shape))
    step = 1.0
    steps = 0
    while abs(step) >= enough and steps < _STEPS_MAX:
        steps += 1
        difference = x - shape
        tails = gamma_tails(shape, x, difference=difference)
        side = tails.lower if near else tails.upper
        term = poisson_term(shape, x, difference=difference)
        if side <= 0.0 or term <= 0.0:
            # Beyond the last float of the tail: half the way back to the mean.
            x += 0.5 * (shape - x)
            continue
        slope = shape * (term / side) * (1.0 if near else -1.0)
        step = (math.log(side) - target) / slope
        step /= max(0.5, 1.0 + 0.5 * step * (difference + slope))
        step = min(max(step, -1.0), 1.0)
        x *= math.exp(-step)
    return x


def _gamma_guess(shape: float, probability: float) -> float:
    log_x = (math.log(probability) + math.lgamma(shape + 1.0)) / shape
    if shape < 1.0 or log_x < math.log(_LEADING_POWER * shape):
        return math.exp(max(log_x, _LOG_SMALLEST))
    spread = 1.0 / (9.0 * shape)
    root = 1.0 - spread + STANDARD.inv_cdf(probability) * math.sqrt(spread)
    return shape * max(root, 0.1) ** 3


class Summable(Protocol):
    """A distribution over 0, 1, 2, ... without end whose tails are known at each number."""

    @property
    def mean(self) -> float:
        """The expected units."""
        ...

    @property
    def sd(self) -> float:
        """The standard deviation."""
        ...

    def shares(self, k: int) -> tuple[float, float, float]:
        """Return the probability of *k*, of at most *k*, and of more than *k*."""
        ...


def whole_quantile(distribution: Summable, probability: float, *, skewness: float) -> int:
    """
    Return the least k of which the distribution says that its cdf reaches *probability*.

    Starts where Cornish and Fisher (1937) put it and steps by Newton's method on the logarithm of
    the nearer tail, inside a bracket that only shrinks.
    """
    z = STANDARD.inv_cdf(probability)
    bend = min(skewness, _SKEWNESS_MAX) * (z * z - 1.0) / 6.0
    guess = distribution.mean + distribution.sd * (z + bend)
    k = max(0, math.ceil(guess - _HALF))
    low = -1
    high: int | None = None
    leap = 1
    while True:
        mass, lower, upper = distribution.shares(k)
        if lower >= probability:
            high = k
            before = lower - mass
            if k == low + 1 or before < probability - _CLOSE_CALL:
                return k
        else:
            low = k
        if high is not None and high == low + 1:
            return high
        step = _newton_step(probability, mass, lower, upper)
        if high is None:
            k += max(step or 0, leap)
            leap *= 2
        elif step == 0:
            k = high - 1
        elif step is None or not low < k + step < high:
            k = (low + high) // 2
        else:
            k += step


def _newton_step(probability: float, mass: float, lower: float, upper: float) -> int | None:
    if mass <= 0.0 or lower <= 0.0 or upper <= 0.0:
        return None
    if probability < _HALF:
        step = math.log(probability / lower) * lower / mass
    else:
        step = math.log(upper / (1.0 - probability)) * upper / mass
    return math.ceil(step) if math.isfinite(step) else None
