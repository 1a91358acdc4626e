"""Normal demand: sums of many independent amounts."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.replenishment._numbers import UNITS_MAX, plain
from ecomkit.replenishment.distributions._arguments import (
    asked_units,
    between,
    open_share,
    units_above_zero,
)
from ecomkit.replenishment.distributions._normal_tail import STANDARD, below, unit_loss


@final
@attrs.frozen(kw_only=True)
class NormalDemand:
    """
    A normal distribution of demand: mean and standard deviation in units, fractions allowed.

    It is the textbook choice for fast movers. It also gives demand below 0 a probability, one
    that matters from about a standard deviation of a third of the mean: use
    :class:`GammaDemand` or :class:`NegativeBinomialDemand` there.

    Raises:
        FieldError: If the mean is not from -10^15 to 10^15, or ``sd`` not above 0 and at
            most 10^15.

    >>> demand = NormalDemand(mean=100, sd=25)
    >>> round(demand.quantile(0.95), 3), round(demand.loss(125.53), 4)
    (141.121, 2.0001)
    """

    mean: float = attrs.field(validator=between(-UNITS_MAX, UNITS_MAX))
    sd: float = attrs.field(validator=units_above_zero)

    def cdf(self, units: float) -> float:
        """
        Return the probability that at most *units* are asked for.

        >>> NormalDemand(mean=5000, sd=500).cdf(5000)
        0.5
        """
        return below((asked_units(units, owner=self) - self.mean) / self.sd)

    def quantile(self, probability: float) -> float:
        """
        Return the units that suffice with *probability*: mean + z sd.

        Raises:
            FieldError: If *probability* is not above 0 and below 1.

        >>> round(NormalDemand(mean=350, sd=10).quantile(0.95), 4)
        366.4485
        """
        return self.mean + self.sd * STANDARD.inv_cdf(open_share(probability, owner=self))

    def loss(self, units: float) -> float:
        """
        Return the expected units beyond *units*: sd [phi(z) - z (1 - Phi(z))].

        >>> round(NormalDemand(mean=0, sd=1).loss(1.02), 9)
        0.080190437
        """
        return self.sd * unit_loss((asked_units(units, owner=self) - self.mean) / self.sd)

    def complementary_loss(self, units: float) -> float:
        """
        Return the expected units left over of *units*.

        >>> round(NormalDemand(mean=0, sd=1).complementary_loss(1.02), 9)
        1.100190437
        """
        return self.sd * unit_loss((self.mean - asked_units(units, owner=self)) / self.sd)

    def explain(self) -> str:
        """
        Return the family and its parameters.

        >>> NormalDemand(mean=28, sd=7.937).explain()
        'normal, mean 28, sd 7.94'
        """
        return f"normal, mean {plain(self.mean)}, sd {plain(self.sd)}"
