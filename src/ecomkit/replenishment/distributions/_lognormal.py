"""Lognormal demand: amounts that multiply, with the heaviest tail of the families here."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Self, final

import attrs

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import is_number, plain
from ecomkit.replenishment.distributions._arguments import (
    asked_units,
    open_share,
    spread_of_mean,
    units_above_zero,
)
from ecomkit.replenishment.distributions._normal_tail import (
    STANDARD,
    below,
    density,
    mills_drop,
)

_HALFWAY = -0.5
"""Relative distance from the mean from which log1p keeps more digits than the logarithm."""

LOG_MAX = 100.0
"""Largest ``mu``, of either sign, and ``sigma``; mean and sd narrow them further."""


@final
@attrs.frozen(kw_only=True)
class LognormalDemand:
    """
    A lognormal distribution of demand with this mean and standard deviation, in units.

    The logarithm of demand is normal, with sigma² = ln(1 + (sd / mean)²) and
    mu = ln(mean) − sigma² / 2 (Aitchison and Brown, 1957).

    Raises:
        FieldError: If ``mean`` or ``sd`` is not above 0 and at most 10¹⁵, or ``sd`` is not
            from a millionth to a million of the mean.

    >>> demand = LognormalDemand(mean=40, sd=25)
    >>> round(demand.quantile(0.95), 6), round(demand.mu, 6), round(demand.sigma, 6)
    (87.229799, 3.524003, 0.574241)
    """

    mean: float = attrs.field(validator=units_above_zero)
    sd: float = attrs.field(validator=spread_of_mean)

    @classmethod
    def of_logarithm(cls, mu: float, *, sigma: float) -> Self:
        """
        Return the distribution whose logarithm has mean *mu* and standard deviation *sigma*.

        Raises:
            FieldError: If a number is out of range, or mean or sd is.

        >>> round(LognormalDemand.of_logarithm(2, sigma=0.3).loss(10), 9)
        0.283649739
        """
        for field, value in (("mu", mu), ("sigma", sigma)):
            if not is_number(value) or not -LOG_MAX <= value <= LOG_MAX:
                wanted = f"a number from {-LOG_MAX} to {LOG_MAX}"
                raise FieldError(owner=cls.__name__, field=field, got=value, wanted=wanted)
        if not 0 < sigma < math.sqrt(LOG_MAX):
            raise FieldError(
                owner=cls.__name__, field="sigma", got=sigma, wanted="a number above 0, below 10"
            )
        mean = math.exp(mu + 0.5 * sigma * sigma)
        return cls(mean=mean, sd=mean * math.sqrt(math.expm1(sigma * sigma)))

    @cached_property
    def sigma(self) -> float:
        """The standard deviation of the logarithm of demand."""
        return math.sqrt(math.log1p((self.sd / self.mean) ** 2))

    @cached_property
    def mu(self) -> float:
        """The mean of the logarithm of demand."""
        return math.log(self.mean) - 0.5 * self.sigma**2

    def _z(self, units: float) -> float:
        # From the ratio to the mean, since ln(units) - mu has no digits left at a small sigma.
        distance = (units - self.mean) / self.mean
        log = math.log1p(distance) if distance > _HALFWAY else math.log(units / self.mean)
        return log / self.sigma + 0.5 * self.sigma

    def cdf(self, units: float) -> float:
        """
        Return the probability that at most *units* are asked for.

        >>> round(LognormalDemand.of_logarithm(2, sigma=0.3).cdf(10), 9)
        0.843420819
        """
        return below(self._z(units)) if asked_units(units, owner=self) > 0 else 0.0

    def quantile(self, probability: float) -> float:
        """
        Return the units that suffice with *probability*: exp(mu + z sigma).

        Raises:
            FieldError: If *probability* is not above 0 and below 1.

        >>> round(LognormalDemand.of_logarithm(0, sigma=1).quantile(0.5), 9)
        1.0
        """
        z = STANDARD.inv_cdf(open_share(probability, owner=self))
        return self.mean * math.exp(self.sigma * (z - 0.5 * self.sigma))

    def loss(self, units: float) -> float:
        """
        Return the expected units beyond *units*.

        >>> round(LognormalDemand.of_logarithm(0, sigma=1).loss(1), 9)
        0.887142979
        """
        if asked_units(units, owner=self) <= self.mean:
            return self.complementary_loss(units) + (self.mean - units)
        z = self._z(units)
        return self._far_side(units, z, start=z - self.sigma)

    def complementary_loss(self, units: float) -> float:
        """
        Return the expected units left over of *units*.

        >>> round(LognormalDemand.of_logarithm(2, sigma=0.3).complementary_loss(10), 9)
        2.554491201
        """
        if asked_units(units, owner=self) <= 0:
            return 0.0
        if units > self.mean:
            return self.loss(units) + (units - self.mean)
        z = self._z(units)
        return self._far_side(units, z, start=-z)

    def _far_side(self, units: float, z: float, *, start: float) -> float:
        # mean phi(z - sigma) = units phi(z), so that both terms of the formula share a factor.
        return units * density(z) * mills_drop(start, width=self.sigma)

    def explain(self) -> str:
        """
        Return the family and its parameters.

        >>> LognormalDemand(mean=40, sd=25).explain()
        'lognormal, mean 40, sd 25'
        """
        return f"lognormal, mean {plain(self.mean)}, sd {plain(self.sd)}"
