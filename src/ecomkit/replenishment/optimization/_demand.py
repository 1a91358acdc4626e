"""Distributions of demand as the methods here take them."""

from __future__ import annotations

import math
from typing import Any

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment._numbers import UNITS_MAX, is_number
from ecomkit.replenishment.distributions import (
    ConstantDemand,
    DemandDistribution,
    DiscreteDemand,
    GammaDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
    in_whole_units,
)
from ecomkit.replenishment.optimization._table import DemandTable

ASKED = ("mean", "sd", "cdf", "quantile", "loss")
"""What a distribution is asked for."""


def distribution(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    """Accept a distribution of demand that asks for something."""
    if isinstance(value, type) or not all(hasattr(value, name) for name in ASKED):
        raise refuse(instance, attribute.name, value, "a distribution of demand")
    if not is_number(value.mean) or not 0 < value.mean <= UNITS_MAX:
        wanted = f"a distribution whose mean is above 0 and at most {UNITS_MAX:g}"
        raise refuse(instance, attribute.name, value, wanted)


def table_of(demand: DemandDistribution, *, periods: int = 1) -> DemandTable:
    """Return the demand of so many independent *periods*, each of them in whole units."""
    if isinstance(demand, PoissonDemand):
        return DemandTable.poisson(demand.mean * periods)
    if periods == 1:
        return DemandTable.of(demand)
    if in_whole_units(demand):
        return DemandTable.of(demand_over(demand, periods=periods))
    return DemandTable.of(_tabulated(demand).over(periods))


def demand_over(demand: DemandDistribution, *, periods: int) -> DemandDistribution:
    """Return what so many independent *periods* of *demand* ask for; tabulated if it must be."""
    if periods == 1:
        return demand
    mean, sd = demand.mean * periods, demand.sd * math.sqrt(periods)
    match demand:
        case NormalDemand():
            return NormalDemand(mean=mean, sd=sd)
        case GammaDemand():
            return GammaDemand(mean=mean, sd=sd)
        case PoissonDemand():
            return PoissonDemand(mean=mean)
        case NegativeBinomialDemand():
            return NegativeBinomialDemand(mean=mean, r=demand.r * periods)
        case ConstantDemand():
            return ConstantDemand(units=mean)
        case DiscreteDemand():
            return demand.over(periods)
        case _:
            return _tabulated(demand).over(periods)


def _tabulated(demand: DemandDistribution) -> DiscreteDemand:
    table = DemandTable.of(demand)
    return DiscreteDemand.of(dict(enumerate(table.chances, start=table.first)))
