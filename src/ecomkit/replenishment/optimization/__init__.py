"""Policies that cost least under uncertain demand, one sku at one location."""

from ecomkit.replenishment.optimization._approximate_rq import (
    NoReorderPointError,
    best_reorder_point,
    eil_rq_policy,
    eoqb_rq_policy,
    eoqss_rq_policy,
    loss_function_rq_policy,
)
from ecomkit.replenishment.optimization._base_stock import best_base_stock
from ecomkit.replenishment.optimization._continuous_model import ContinuousReviewModel, RQPolicy
from ecomkit.replenishment.optimization._exact_rq import exact_rq_policy
from ecomkit.replenishment.optimization._exact_ss import exact_ss_policy
from ecomkit.replenishment.optimization._limits import TooManyStatesError
from ecomkit.replenishment.optimization._newsvendor import Newsvendor, NewsvendorDecision
from ecomkit.replenishment.optimization._periodic_model import PeriodicReviewModel, SSPolicy
from ecomkit.replenishment.optimization._power_approximation import (
    capped_power_approximation,
    power_approximation,
)

__all__ = [
    "ContinuousReviewModel",
    "Newsvendor",
    "NewsvendorDecision",
    "NoReorderPointError",
    "PeriodicReviewModel",
    "RQPolicy",
    "SSPolicy",
    "TooManyStatesError",
    "best_base_stock",
    "best_reorder_point",
    "capped_power_approximation",
    "eil_rq_policy",
    "eoqb_rq_policy",
    "eoqss_rq_policy",
    "exact_rq_policy",
    "exact_ss_policy",
    "loss_function_rq_policy",
    "power_approximation",
]
