"""Lead time: how long from placing an order until its units can be sold, and how much that varies."""

from __future__ import annotations

import math
import statistics
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import as_tuple, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import (
    DAYS_MAX,
    OBSERVATIONS_MIN,
    TooFewObservationsError,
    is_number,
    plain,
    up_to,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def _sample(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value == ():
        return
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "a tuple of days")
    for days in value:
        if not is_number(days) or not 0 <= days <= DAYS_MAX:
            raise refuse(instance, attribute.name, days, f"a number from 0 to {DAYS_MAX}")


@final
@attrs.frozen(kw_only=True)
class LeadTime:
    """
    Days from the decision to order until the units are on the shelf: mean and standard deviation.

    Count all of it: waiting for the supplier's order day, processing, transit, customs, and
    putting away. ``observed`` keeps the days of the receipts behind it, for a policy that takes
    the lead time as it was instead of by two numbers; it is empty where none are kept.

    Raises:
        FieldError: If a number is negative, no number, infinite, or above ten years.

    >>> LeadTime(mean_days=7, sd_days=2).explain()
    '7 days, sd 2'
    """

    mean_days: float = attrs.field(validator=up_to(DAYS_MAX))
    sd_days: float = attrs.field(default=0.0, validator=up_to(DAYS_MAX))
    observed: tuple[float, ...] = attrs.field(
        default=(), converter=as_tuple, validator=_sample, repr=False
    )

    @classmethod
    def from_receipts(cls, days: Iterable[float]) -> Self:
        """
        Return the lead time seen in receipts, in days from placing to shelf.

        A purchase order that came in three parts gives three observations. The standard
        deviation is that of a sample (n − 1). The days themselves are not kept; see
        :meth:`empirical`.

        Raises:
            TooFewObservationsError: If there are fewer than two receipts.
            FieldError: If a receipt took a negative, infinite or no number of days, or over ten
                years.

        >>> LeadTime.from_receipts([5, 7, 9])
        LeadTime(mean_days=7.0, sd_days=2.0)
        """
        seen = tuple(days)
        for taken in seen:
            if not is_number(taken) or not 0 <= taken <= DAYS_MAX:
                raise FieldError(
                    owner=cls.__name__,
                    field="days",
                    got=taken,
                    wanted=f"a number from 0 to {DAYS_MAX}",
                )
        if len(seen) < OBSERVATIONS_MIN:
            raise TooFewObservationsError(owner=cls.__name__, observed="receipts", got=len(seen))
        return cls(mean_days=statistics.fmean(seen), sd_days=float(statistics.stdev(seen)))

    @classmethod
    def empirical(cls, days: Iterable[float]) -> Self:
        """
        Return the lead time seen in receipts, and keep their days, sorted.

        Raises:
            TooFewObservationsError: If there are fewer than two receipts.
            FieldError: If a receipt took a negative, infinite or no number of days, or over ten
                years.

        >>> LeadTime.empirical([9, 5, 7]).observed
        (5, 7, 9)
        """
        seen = tuple(days)
        stated = cls.from_receipts(seen)
        return attrs.evolve(stated, observed=tuple(sorted(seen)))

    def quantile(self, probability: float) -> float:
        """
        Return the days within which an order arrives with this *probability*.

        With ``observed`` days it is their quantile, between two of them by straight line
        (definition 7 of Hyndman and Fan, 1996). Without, it is that of a normal distribution,
        and 0 where that would be negative.

        Raises:
            FieldError: If *probability* is not above 0 and below 1.

        >>> LeadTime.empirical([5, 7, 9, 30]).quantile(0.5), LeadTime(mean_days=7).quantile(0.9)
        (8.0, 7.0)
        """
        if not is_number(probability) or not 0 < probability < 1:
            raise FieldError(
                owner=type(self).__name__,
                field="probability",
                got=probability,
                wanted="a number above 0 and below 1",
            )
        if self.observed:
            return quantile_of_sorted(sorted(self.observed), probability=probability)
        return max(0.0, self.mean_days + NormalDist().inv_cdf(probability) * self.sd_days)

    def explain(self) -> str:
        """Return mean and standard deviation in words."""
        return f"{plain(self.mean_days)} days, sd {plain(self.sd_days)}"


def quantile_of_sorted(days: Sequence[float], *, probability: float) -> float:
    """
    Return the quantile of *days*, which are sorted and not empty.

    Definition 7 of Hyndman and Fan (1996): at place (n − 1) p, between two days by straight line.
    """
    place = (len(days) - 1) * probability
    below = math.floor(place)
    above = min(below + 1, len(days) - 1)
    return days[below] + (place - below) * (days[above] - days[below])
