"""Distributions of demand over an interval: probabilities, quantiles, shortages, service."""

from ecomkit.replenishment.distributions._constant import ConstantDemand
from ecomkit.replenishment.distributions._discrete import DiscreteDemand, EmpiricalDemand
from ecomkit.replenishment.distributions._distribution import DemandDistribution
from ecomkit.replenishment.distributions._family import DemandFamily
from ecomkit.replenishment.distributions._fill_rate import FillRateMethod, fill_rate, ready_rate
from ecomkit.replenishment.distributions._gamma import GammaDemand
from ecomkit.replenishment.distributions._lognormal import LognormalDemand
from ecomkit.replenishment.distributions._negative_binomial import NegativeBinomialDemand
from ecomkit.replenishment.distributions._normal import NormalDemand
from ecomkit.replenishment.distributions._poisson import PoissonDemand
from ecomkit.replenishment.distributions._service import (
    ServiceMeasures,
    reorder_point_for_cycle_service,
    reorder_point_for_fill_rate,
    service_measures,
)
from ecomkit.replenishment.distributions._whole import WholeDemandDistribution, in_whole_units

__all__ = [
    "ConstantDemand",
    "DemandDistribution",
    "DemandFamily",
    "DiscreteDemand",
    "EmpiricalDemand",
    "FillRateMethod",
    "GammaDemand",
    "LognormalDemand",
    "NegativeBinomialDemand",
    "NormalDemand",
    "PoissonDemand",
    "ServiceMeasures",
    "WholeDemandDistribution",
    "fill_rate",
    "in_whole_units",
    "ready_rate",
    "reorder_point_for_cycle_service",
    "reorder_point_for_fill_rate",
    "service_measures",
]
