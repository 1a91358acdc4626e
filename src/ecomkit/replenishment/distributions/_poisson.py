"""Poisson demand: single units that are asked for independently of each other."""

from __future__ import annotations

import math
from typing import final

import attrs

from ecomkit.replenishment._numbers import UNITS_MAX, plain
from ecomkit.replenishment.distributions._arguments import above, asked_units, open_share
from ecomkit.replenishment.distributions._incomplete_gamma import gamma_tails, poisson_term
from ecomkit.replenishment.distributions._quantiles import whole_quantile
from ecomkit.replenishment.distributions._whole import between_whole


@final
@attrs.frozen(kw_only=True)
class PoissonDemand:
    """
    A Poisson distribution of demand: whole units, and a variance that equals the mean.

    It fits slow movers whose customers buy one unit each. Between whole numbers the losses run
    straight, as E[(D - units)⁺] does.

    Raises:
        FieldError: If the mean is not above 0 and at most 10¹⁵.

    >>> demand = PoissonDemand(mean=8)
    >>> demand.quantile(0.98), round(demand.cdf(14), 9)
    (14, 0.98274301)
    """

    mean: float = attrs.field(validator=above(0, UNITS_MAX))

    @property
    def sd(self) -> float:
        """The standard deviation: the square root of the mean."""
        return math.sqrt(self.mean)

    def pmf(self, units: float) -> float:
        """
        Return the probability that exactly *units* are asked for.

        >>> round(PoissonDemand(mean=3).pmf(2), 9)
        0.224041808
        """
        if asked_units(units, owner=self) < 0 or units != math.floor(units):
            return 0.0
        return self._mass(int(units))

    def _mass(self, k: int) -> float:
        return poisson_term(k, self.mean, difference=self.mean - k)

    def cdf(self, units: float) -> float:
        """
        Return the probability that at most *units* are asked for.

        >>> round(PoissonDemand(mean=3).cdf(6), 9)
        0.966491465
        """
        if asked_units(units, owner=self) < 0:
            return 0.0
        k = math.floor(units)
        return gamma_tails(k + 1.0, self.mean, difference=self.mean - (k + 1)).upper

    def shares(self, k: int) -> tuple[float, float, float]:
        """Return the probability of *k*, of at most *k*, and of more than *k*; *k* from 0."""
        tails = gamma_tails(k + 1.0, self.mean, difference=self.mean - (k + 1))
        return self._mass(k), tails.upper, tails.lower

    def quantile(self, probability: float) -> int:
        """
        Return the least whole number of units that suffices with *probability*.

        Raises:
            FieldError: If *probability* is not above 0 and below 1.

        >>> PoissonDemand(mean=25).quantile(0.99)
        37
        """
        open_share(probability, owner=self)
        return whole_quantile(self, probability, skewness=1.0 / self.sd)

    def loss(self, units: float) -> float:
        """
        Return the expected units beyond *units*.

        >>> round(PoissonDemand(mean=15).loss(18), 9)
        0.517609528
        """
        if asked_units(units, owner=self) <= 0:
            return self.mean - units
        return between_whole(units, self._excess)

    def _excess(self, k: int) -> float:
        if k == 0:
            return self.mean
        return gamma_tails(k, self.mean, difference=self.mean - k).shortfall

    def complementary_loss(self, units: float) -> float:
        """
        Return the expected units left over of *units*.

        >>> round(PoissonDemand(mean=15).complementary_loss(18), 9)
        3.517609528
        """
        if asked_units(units, owner=self) <= 0:
            return 0.0
        return between_whole(units, self._shortfall)

    def _shortfall(self, k: int) -> float:
        if k == 0:
            return 0.0
        return gamma_tails(k, self.mean, difference=self.mean - k).excess

    def explain(self) -> str:
        """
        Return the family and its parameter.

        >>> PoissonDemand(mean=3.5).explain()
        'Poisson, mean 3.5'
        """
        return f"Poisson, mean {plain(self.mean)}"
