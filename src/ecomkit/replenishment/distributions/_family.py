"""Families of distributions that a mean and a standard deviation determine."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import UNITS_MAX, is_number
from ecomkit.replenishment.distributions._constant import ConstantDemand
from ecomkit.replenishment.distributions._gamma import GammaDemand
from ecomkit.replenishment.distributions._lognormal import LognormalDemand
from ecomkit.replenishment.distributions._negative_binomial import R_MAX, NegativeBinomialDemand
from ecomkit.replenishment.distributions._normal import NormalDemand
from ecomkit.replenishment.distributions._poisson import PoissonDemand

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecomkit.replenishment.distributions._distribution import DemandDistribution


NOTHING = 1e-12
"""A mean below a billionth of a thousandth of a unit is no demand."""

CERTAIN = 1e-6
"""A standard deviation below a millionth of the mean is none."""

NEVER = 1.01e-3
"""Below this ratio of mean to sd anything is asked for once in 100,000 intervals: that is never."""


class DemandFamily(Enum):
    """
    The shape that demand is taken to have, where its mean and standard deviation are known.

    >>> DemandFamily.GAMMA.of(mean=40, sd=25).explain()
    'gamma, mean 40, sd 25'
    """

    NORMAL = "normal"
    """Fast movers: symmetric, and below 0 with some probability."""

    GAMMA = "gamma"
    """Erratic demand: from 0, skewed."""

    LOGNORMAL = "lognormal"
    """Erratic demand with the heaviest tail."""

    POISSON = "poisson"
    """Slow movers asked for one at a time; the standard deviation plays no part."""

    NEGATIVE_BINOMIAL = "negative_binomial"
    """Whole units with a variance above the mean: intermittent and lumpy demand."""

    def of(self, *, mean: float, sd: float) -> DemandDistribution:
        """
        Return the distribution of this family with this *mean* and *sd*, in units.

        Without a mean there is no demand, and without a standard deviation it is certain: both
        give a :class:`ConstantDemand`, but a Poisson demand has a spread of its own and asks for
        no ``sd``. A negative binomial demand whose variance is not above its mean, or so little
        that ``r`` would be above 10¹², is a Poisson one. A spread of about 1,000 times the mean
        says that next to never anything is asked for: of the families of positive demand that
        is a :class:`ConstantDemand` of 0.

        Raises:
            FieldError: If a number is negative, no number, or out of the range of the family.

        >>> DemandFamily.NEGATIVE_BINOMIAL.of(mean=4, sd=2)
        PoissonDemand(mean=4)
        >>> DemandFamily.GAMMA.of(mean=4, sd=0)
        ConstantDemand(units=4)
        """
        _moment(mean, "mean")
        _moment(sd, "sd")
        if mean < NOTHING:
            return ConstantDemand(units=0)
        if self is DemandFamily.POISSON:
            return PoissonDemand(mean=mean)
        if sd <= mean * CERTAIN:
            return ConstantDemand(units=mean)
        if self is not DemandFamily.NORMAL and mean < sd * NEVER:
            return ConstantDemand(units=0)
        if self is DemandFamily.NEGATIVE_BINOMIAL:
            variance = float(sd) * sd
            if variance - mean <= mean * (mean / R_MAX):
                return PoissonDemand(mean=mean)
            return NegativeBinomialDemand.fit(mean=mean, variance=variance)
        return _OF_MOMENTS[self](mean=mean, sd=sd)


_OF_MOMENTS: dict[DemandFamily, Callable[..., DemandDistribution]] = {
    DemandFamily.NORMAL: NormalDemand,
    DemandFamily.GAMMA: GammaDemand,
    DemandFamily.LOGNORMAL: LognormalDemand,
}


def _moment(value: float, field: str) -> None:
    if not is_number(value) or not 0 <= value <= UNITS_MAX:
        wanted = f"a number from 0 to {UNITS_MAX}"
        raise FieldError(owner="DemandFamily", field=field, got=value, wanted=wanted)
