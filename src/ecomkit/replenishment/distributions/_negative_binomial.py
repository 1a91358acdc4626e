"""Negative binomial demand: whole units with a variance above the mean."""

from __future__ import annotations

import math
from typing import Self, final

import attrs

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import UNITS_MAX, is_number, plain
from ecomkit.replenishment.distributions._arguments import (
    asked_units,
    between,
    fitted,
    open_share,
)
from ecomkit.replenishment.distributions._incomplete_beta import beta_fraction
from ecomkit.replenishment.distributions._quantiles import whole_quantile
from ecomkit.replenishment.distributions._stirling import deviance, stirling_error
from ecomkit.replenishment.distributions._whole import between_whole

MEAN_MIN = 1e-9
MEAN_MAX = 1e9
"""Range of the mean: within it an answer takes milliseconds at most."""

R_MIN = 1e-6
R_MAX = 1e12
"""Range of ``r``: above it the distribution is a Poisson one to twelve digits."""

_EXTREME = 1e-4
"""A probability of success, mean over variance, this low is an extreme spread."""

_FEW = 200
"""Up to so many units the units left over are added up one by one, which loses no digits."""


@final
@attrs.frozen(kw_only=True)
class NegativeBinomialDemand:
    """
    A negative binomial distribution of demand: mean, and ``r``, which may be a fraction.

    The variance is mean + mean² / r: the smaller ``r``, the wider. It is a Poisson demand whose
    rate differs as a gamma variable of shape ``r``, and the usual choice for intermittent and
    lumpy demand. In the other notation it counts the failures before the r-th success, each a
    success with probability ``p`` = r / (r + mean).

    Raises:
        FieldError: If the mean is not from 10⁻⁹ to 10⁹, or ``r`` not from 10⁻⁶ to 10¹².

    >>> demand = NegativeBinomialDemand.fit(mean=2, variance=9)
    >>> demand.quantile(0.98), round(demand.cdf(11), 9), round(demand.r, 9)
    (11, 0.981356186, 0.571428571)
    """

    mean: float = attrs.field(validator=between(MEAN_MIN, MEAN_MAX))
    r: float = attrs.field(validator=between(R_MIN, R_MAX))

    @classmethod
    def fit(cls, *, mean: float, variance: float) -> Self:
        """
        Return the distribution of this *mean* and *variance* (method of moments).

        Raises:
            FieldError: If the variance is not above the mean, or a parameter is out of range.

        >>> NegativeBinomialDemand.fit(mean=4, variance=6).r
        8.0
        """
        fitted(mean, owner=cls, field="mean")
        if not is_number(variance) or not mean < variance <= UNITS_MAX**2:
            raise FieldError(
                owner=cls.__name__, field="variance", got=variance, wanted="above the mean"
            )
        return cls(mean=mean, r=mean * (mean / (variance - mean)))

    @classmethod
    def of_trials(cls, *, r: float, p: float) -> Self:
        """
        Return the number of failures before the *r*-th success, at probability *p* of success.

        Raises:
            FieldError: If *p* is not above 0 and below 1, or a parameter is out of range.

        >>> round(NegativeBinomialDemand.of_trials(r=6, p=0.2).loss(14), 9)
        10.660470678
        """
        fitted(r, owner=cls, field="r")
        if not is_number(p) or not 0 < p < 1:
            raise FieldError(
                owner=cls.__name__, field="p", got=p, wanted="a number above 0 and below 1"
            )
        return cls(mean=r * ((1.0 - p) / p), r=r)

    @property
    def variance(self) -> float:
        """The variance, in units squared."""
        return self.mean + self.mean * (self.mean / self.r)

    @property
    def sd(self) -> float:
        """The standard deviation, in units."""
        return math.sqrt(self.variance)

    @property
    def p(self) -> float:
        """The probability of success, mean / variance."""
        return self.r / (self.r + self.mean)

    @property
    def _q(self) -> float:
        return self.mean / (self.r + self.mean)

    def pmf(self, units: float) -> float:
        """
        Return the probability that exactly *units* are asked for.

        >>> round(NegativeBinomialDemand.of_trials(r=6, p=0.2).pmf(0), 9)
        6.4e-05
        """
        if asked_units(units, owner=self) < 0 or units != math.floor(units):
            return 0.0
        return self._mass(int(units))

    def _mass(self, k: int) -> float:
        mean, r = self.mean, self.r
        if k == 0:
            return math.exp(-r * math.log1p(mean / r))
        trials = r + k
        surplus = r * ((k - mean) / (r + mean))
        exponent = (
            stirling_error(k)
            + stirling_error(r)
            - stirling_error(trials)
            + deviance(k, trials * self._q, difference=surplus)
            + deviance(r, trials * self.p, difference=-surplus)
        )
        return math.exp(-exponent) * math.sqrt(r / (2.0 * math.pi * k * trials))

    def shares(self, k: int) -> tuple[float, float, float]:
        """Return the probability of *k*, of at most *k*, and of more than *k*; *k* from 0."""
        mass = self._mass(k)
        near = mass * self._q * (self.r + k)
        if self._is_near_side_below(k):
            lower = near / self._below(k)
            return mass, lower, 1.0 - lower
        upper = near / self._beyond(k)
        return mass, 1.0 - upper, upper

    def _is_near_side_below(self, k: int) -> bool:
        # With an extreme spread the fraction for the upper side hardly converges until far out.
        p = self.p
        return k < self.mean or (p < _EXTREME and p * (k + 3.0 + self.r) < 1.0 + self.r)

    def _below(self, k: int) -> float:
        return beta_fraction(self.r, k + 1.0, self.p, margin=self.p * (self.mean - k - 1.0))

    def _beyond(self, k: int) -> float:
        return beta_fraction(k + 1.0, self.r, self._q, margin=self.p * (k + 1.0 - self.mean))

    def cdf(self, units: float) -> float:
        """
        Return the probability that at most *units* are asked for.

        >>> round(NegativeBinomialDemand.fit(mean=4, variance=6).cdf(8), 9)
        0.950037519
        """
        return 0.0 if asked_units(units, owner=self) < 0 else self.shares(math.floor(units))[1]

    def quantile(self, probability: float) -> int:
        """
        Return the least whole number of units that suffices with *probability*.

        Raises:
            FieldError: If *probability* is not above 0 and below 1.

        >>> NegativeBinomialDemand.fit(mean=4, variance=6).quantile(0.95)
        8
        """
        open_share(probability, owner=self)
        skewness = (1.0 + self._q) / (self.p * self.sd)
        return whole_quantile(self, probability, skewness=skewness)

    def loss(self, units: float) -> float:
        """
        Return the expected units beyond *units*.

        >>> round(NegativeBinomialDemand.fit(mean=2, variance=9).loss(11), 9)
        0.077528892
        """
        if asked_units(units, owner=self) <= 0:
            return self.mean - units
        return between_whole(units, self._excess)

    def _excess(self, k: int) -> float:
        if self._is_near_side_below(k):
            return self._shortfall(k) + (self.mean - k)
        fraction = self._beyond(k)
        upper = self._mass(k) * self._q * (self.r + k) / fraction
        return upper * (fraction / self.p - (k - self.mean))

    def complementary_loss(self, units: float) -> float:
        """
        Return the expected units left over of *units*.

        >>> round(NegativeBinomialDemand.of_trials(r=6, p=0.2).complementary_loss(14), 9)
        0.660470678
        """
        if asked_units(units, owner=self) <= 0:
            return 0.0
        return between_whole(units, self._shortfall)

    def _shortfall(self, k: int) -> float:
        if not self._is_near_side_below(k):
            return self._excess(k) + (k - self.mean)
        mass = self._mass(k)
        if k > _FEW:
            fraction = self._below(k)
            lower = mass * self._q * (self.r + k) / fraction
            return lower * (fraction / self.p - (self.mean - k))
        left_over = 0.0
        for j in range(k, 0, -1):
            mass *= j / ((self.r + j - 1) * self._q)
            left_over += (k - j + 1) * mass
        return left_over

    def explain(self) -> str:
        """
        Return the family and its parameters.

        >>> NegativeBinomialDemand.fit(mean=2, variance=9).explain()
        'negative binomial, mean 2, sd 3'
        """
        return f"negative binomial, mean {plain(self.mean)}, sd {plain(self.sd)}"
