"""Lead-time demand: the distribution of what is asked for until an order has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, final

import attrs

from ecomkit._checks import is_a, refuse
from ecomkit.replenishment._lead_time_moments import lead_time_moments
from ecomkit.replenishment._numbers import ceil_units
from ecomkit.replenishment._pattern import DemandPattern
from ecomkit.replenishment.distributions import DemandFamily, EmpiricalDemand

if TYPE_CHECKING:
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment.distributions import DemandDistribution


class LeadTimeDemand(Protocol):
    """How the demand over a lead time is distributed: any callable of this shape."""

    def __call__(
        self, demand: Demand, *, lead_time: LeadTime, review_days: int
    ) -> DemandDistribution:
        """Return the distribution of the units asked for over lead time and review period."""
        ...


@final
@attrs.frozen
class FittedDemand:
    """
    A family of distributions with the mean and the standard deviation of the lead-time demand.

    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> FittedDemand(DemandFamily.POISSON)(
    ...     Demand.of(mean_per_day=2), lead_time=LeadTime(mean_days=4), review_days=0
    ... ).quantile(0.98)
    14
    """

    family: DemandFamily = attrs.field(validator=is_a(DemandFamily))

    def __call__(
        self, demand: Demand, *, lead_time: LeadTime, review_days: int
    ) -> DemandDistribution:
        """Return the distribution of the family that has these two moments."""
        mean, sd = lead_time_moments(demand, lead_time=lead_time, review_days=review_days)
        return self.family.of(mean=mean, sd=sd)


def _families(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, Mapping) or set(value) != set(DemandPattern):
        raise refuse(instance, attribute.name, value, "a family for each of the demand patterns")
    for family in value.values():
        if not isinstance(family, DemandFamily):
            raise refuse(instance, attribute.name, family, "a DemandFamily")


USUAL_FAMILIES: Mapping[DemandPattern, DemandFamily] = {
    DemandPattern.SMOOTH: DemandFamily.NORMAL,
    DemandPattern.ERRATIC: DemandFamily.GAMMA,
    DemandPattern.INTERMITTENT: DemandFamily.NEGATIVE_BINOMIAL,
    DemandPattern.LUMPY: DemandFamily.NEGATIVE_BINOMIAL,
}
"""
The family for each class of demand: many small amounts add up to a bell; where amounts vary
widely the long tail is to the right; and what is asked for now and then is counted in units.
"""


@final
@attrs.frozen(kw_only=True)
class DemandByPattern:
    """
    The family that fits the class of demand; ``unknown`` where there is no series to classify.

    >>> from datetime import date
    >>> from ecomkit.replenishment import Demand, DemandSeries, LeadTime
    >>> rare = DemandSeries(start=date(2026, 9, 1), units=[0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0])
    >>> DemandByPattern()(
    ...     Demand.from_series(rare), lead_time=LeadTime(mean_days=6), review_days=0
    ... ).quantile(0.95)
    6
    """

    families: Mapping[DemandPattern, DemandFamily] = attrs.field(
        default=USUAL_FAMILIES, validator=_families
    )
    unknown: DemandFamily = attrs.field(default=DemandFamily.NORMAL, validator=is_a(DemandFamily))

    def __call__(
        self, demand: Demand, *, lead_time: LeadTime, review_days: int
    ) -> DemandDistribution:
        """Return the distribution of the class's family that has the two moments."""
        pattern = demand.pattern
        family = self.unknown if pattern is None else self.families[pattern]
        return FittedDemand(family)(demand, lead_time=lead_time, review_days=review_days)


SUMS_MIN = 30
"""Fewer sums say nothing of the tail of a distribution."""


@final
@attrs.frozen(kw_only=True)
class ObservedDemand:
    """
    The sums that the series really had over such an interval, one starting in each period.

    No family is assumed: what came together, week-ends and waves, stays together. Where the
    lead time keeps its receipts, each length seen counts as often as it was seen; else its mean
    does, rounded up to whole periods. Sums across a period that was not observed are left out.
    With fewer than 30 sums, or without a series, ``otherwise`` is taken.

    >>> from datetime import date
    >>> from ecomkit.replenishment import Demand, DemandSeries, LeadTime
    >>> days = DemandSeries(start=date(2026, 9, 1), units=[3, 4, 5, 4, 9, 12, 0] * 8)
    >>> ObservedDemand()(
    ...     Demand.from_series(days), lead_time=LeadTime(mean_days=2), review_days=1
    ... ).quantile(0.95)
    25
    """

    otherwise: DemandFamily = attrs.field(
        default=DemandFamily.NEGATIVE_BINOMIAL, validator=is_a(DemandFamily)
    )

    def __call__(
        self, demand: Demand, *, lead_time: LeadTime, review_days: int
    ) -> DemandDistribution:
        """Return the distribution of the sums, or that of the family."""
        sums: list[int] = []
        if demand.series is not None:
            period = demand.series.period.mean_days
            for days in lead_time.observed or (lead_time.mean_days,):
                length = ceil_units((days + review_days) / period)
                sums.extend(demand.series.windows(max(1, length)))
        if len(sums) < SUMS_MIN:
            return FittedDemand(self.otherwise)(
                demand, lead_time=lead_time, review_days=review_days
            )
        return EmpiricalDemand(sample=sums)
