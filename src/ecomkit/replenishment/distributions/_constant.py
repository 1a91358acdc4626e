"""Constant demand: a number of units that is certain."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.replenishment._numbers import UNITS_MAX, plain
from ecomkit.replenishment.distributions._arguments import asked_units, between, positive_share


@final
@attrs.frozen(kw_only=True)
class ConstantDemand:
    """
    Demand that is certain: ``units``, fractions allowed.

    Raises:
        FieldError: If ``units`` is not from 0 to 10¹⁵.

    >>> demand = ConstantDemand(units=12)
    >>> demand.quantile(0.99), demand.loss(10), demand.complementary_loss(10)
    (12, 2, 0.0)
    """

    units: float = attrs.field(validator=between(0, UNITS_MAX))

    @property
    def mean(self) -> float:
        """The units."""
        return self.units

    @property
    def sd(self) -> float:
        """Nothing."""
        return 0.0

    def cdf(self, units: float) -> float:
        """
        Return 1 from the units on, 0 below.

        >>> ConstantDemand(units=12).cdf(11.9)
        0.0
        """
        return 1.0 if asked_units(units, owner=self) >= self.units else 0.0

    def quantile(self, probability: float) -> float:
        """
        Return the units, at any *probability*.

        Raises:
            FieldError: If *probability* is not above 0 and at most 1.

        >>> ConstantDemand(units=0.5).quantile(0.01)
        0.5
        """
        positive_share(probability, owner=self)
        return self.units

    def loss(self, units: float) -> float:
        """
        Return the units beyond *units*.

        >>> ConstantDemand(units=12).loss(15)
        0.0
        """
        return max(0.0, self.units - asked_units(units, owner=self))

    def complementary_loss(self, units: float) -> float:
        """
        Return the units left over of *units*.

        >>> ConstantDemand(units=12).complementary_loss(15)
        3
        """
        return max(0.0, asked_units(units, owner=self) - self.units)

    def explain(self) -> str:
        """
        Return the units in words.

        >>> ConstantDemand(units=12).explain()
        'always 12'
        """
        return f"always {plain(self.units)}"
