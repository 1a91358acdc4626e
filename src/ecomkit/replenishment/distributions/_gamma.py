"""Gamma demand: never below 0, skewed to the right."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Self, final

import attrs

from ecomkit.replenishment._numbers import plain
from ecomkit.replenishment.distributions._arguments import (
    asked_units,
    fitted,
    open_share,
    spread_of_mean,
    units_above_zero,
)
from ecomkit.replenishment.distributions._incomplete_gamma import GammaTails, gamma_tails
from ecomkit.replenishment.distributions._quantiles import gamma_quantile


@final
@attrs.frozen(kw_only=True)
class GammaDemand:
    """
    A gamma distribution of demand with this mean and standard deviation, in units.

    Its shape is (mean / sd)², its scale sd² / mean. Burgin (1975) recommends it for stock
    control: it is never negative, and its right tail is long where demand is erratic.

    Raises:
        FieldError: If ``mean`` or ``sd`` is not above 0 and at most 10¹⁵, or ``sd`` is not
            from a millionth to a million of the mean.

    >>> demand = GammaDemand(mean=40, sd=25)
    >>> round(demand.quantile(0.95), 6), demand.shape, demand.scale
    (87.936629, 2.56..., 15.625)
    """

    mean: float = attrs.field(validator=units_above_zero)
    sd: float = attrs.field(validator=spread_of_mean)

    @classmethod
    def of_shape(cls, shape: float, *, scale: float) -> Self:
        """
        Return the distribution of this *shape* and *scale*.

        Raises:
            FieldError: If a number is not above 0, or mean or spread is out of range.

        >>> round(GammaDemand.of_shape(2, scale=3).loss(4), 9)
        2.635971381
        """
        fitted(shape, owner=cls, field="shape")
        fitted(scale, owner=cls, field="scale")
        return cls(mean=shape * scale, sd=math.sqrt(shape) * scale)

    @cached_property
    def shape(self) -> float:
        """The shape, (mean / sd)²: below 1 the most probable demand is none."""
        return (self.mean / self.sd) ** 2

    @cached_property
    def scale(self) -> float:
        """The scale in units, sd² / mean."""
        return self.sd * (self.sd / self.mean)

    def _tails(self, units: float) -> GammaTails:
        return gamma_tails(
            self.shape, units / self.scale, difference=(units - self.mean) / self.scale
        )

    def cdf(self, units: float) -> float:
        """
        Return the probability that at most *units* are asked for.

        >>> round(GammaDemand(mean=40, sd=25).cdf(87.93662928668125), 9)
        0.95
        """
        return self._tails(units).lower if asked_units(units, owner=self) > 0 else 0.0

    def quantile(self, probability: float) -> float:
        """
        Return the units that suffice with *probability*; 0 where they are below 10⁻³⁰⁰ or so.

        Raises:
            FieldError: If *probability* is not above 0 and below 1.

        >>> round(GammaDemand(mean=1, sd=1).quantile(0.5), 9)
        0.693147181
        """
        return self.scale * gamma_quantile(self.shape, open_share(probability, owner=self))

    def loss(self, units: float) -> float:
        """
        Return the expected units beyond *units*.

        >>> round(GammaDemand(mean=1, sd=1).loss(2), 9)
        0.135335283
        """
        if asked_units(units, owner=self) <= 0:
            return self.mean - units
        return self.scale * self._tails(units).excess

    def complementary_loss(self, units: float) -> float:
        """
        Return the expected units left over of *units*.

        >>> round(GammaDemand(mean=1, sd=1).complementary_loss(2), 9)
        1.135335283
        """
        return (
            self.scale * self._tails(units).shortfall
            if asked_units(units, owner=self) > 0
            else 0.0
        )

    def explain(self) -> str:
        """
        Return the family and its parameters.

        >>> GammaDemand(mean=40, sd=25).explain()
        'gamma, mean 40, sd 25'
        """
        return f"gamma, mean {plain(self.mean)}, sd {plain(self.sd)}"
