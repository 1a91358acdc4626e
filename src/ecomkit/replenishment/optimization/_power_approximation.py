"""The power approximation: near-best (s, S) from mean and standard deviation alone."""

from __future__ import annotations

import math

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment.distributions import NormalDemand
from ecomkit.replenishment.optimization._periodic_model import PeriodicReviewModel, SSPolicy

SMALL_LOT = 1.5
"""A lot of at most so many periods' mean demand is ordered in almost every period."""


def power_approximation(model: PeriodicReviewModel) -> SSPolicy:
    """
    Return the (s, S) policy of the power approximation.

    With m and v² the mean and variance of demand over lead time + 1 periods and μ the mean of one,
    S − s = 1.3 μ^0.494 (K / h)^0.506 (1 + v² / μ²)^0.116, z = √((S − s) h / (v p)) and
    s = 0.973 m + v (0.183 / z + 1.063 − 2.192 z). The levels are not rounded. Source: Ehrhardt and
    Mosier (1984), without the bound that :func:`capped_power_approximation` adds; Snyder and
    Shen, chapter 4.

    Raises:
        FieldError: If the fixed cost or the spread of demand is 0, so that S − s or z has no sense.

    >>> from ecomkit.replenishment.distributions import NormalDemand
    >>> model = PeriodicReviewModel(
    ...     demand=NormalDemand(mean=50, sd=8), fixed_cost=2.5, holding_cost=0.18, stockout_cost=0.7
    ... )
    >>> policy = power_approximation(model)
    >>> round(policy.reorder_point, 4), round(policy.order_up_to, 4)
    (40.1946, 74.2902)
    """
    demand = model.demand
    mean, sd = _ahead(model)
    if not model.fixed_cost:
        raise refuse(model, "fixed_cost", model.fixed_cost, "above 0 for this approximation")
    if not sd:
        raise refuse(model, "demand", demand, "demand that varies, for this approximation")
    lot = (
        1.3
        * demand.mean**0.494
        * (model.fixed_cost / model.holding_cost) ** 0.506
        * (1 + (sd / demand.mean) ** 2) ** 0.116
    )
    z = math.sqrt(lot / sd * (model.holding_cost / model.stockout_cost))
    reorder_point = 0.973 * mean + sd * (0.183 / z + 1.063 - 2.192 * z)
    return SSPolicy(
        model=model,
        method="power approximation",
        reorder_point=reorder_point,
        order_up_to=reorder_point + lot,
    )


def capped_power_approximation(model: PeriodicReviewModel) -> SSPolicy:
    """
    Return the (s, S) policy of the power approximation, with the bound for small lots.

    Where S − s is at most one and a half times the mean demand of a period, neither level is
    above the newsvendor's m + v Φ⁻¹(p / (h + p)): an order in almost every period has to carry
    that period only. Source: Ehrhardt and Mosier (1984).

    Raises:
        FieldError: As :func:`power_approximation`.
    """
    policy = power_approximation(model)
    lot = policy.order_up_to - policy.reorder_point
    cap = math.inf
    if lot <= SMALL_LOT * model.demand.mean:
        mean, sd = _ahead(model)
        ratio = model.stockout_cost / (model.holding_cost + model.stockout_cost)
        cap = NormalDemand(mean=mean, sd=sd).quantile(ratio)
    low = policy.reorder_point
    return attrs.evolve(
        policy,
        method="capped power approximation",
        # Both levels at the cap are a base stock: every unit is ordered again.
        reorder_point=low if low < cap else cap - 1,
        order_up_to=min(policy.order_up_to, cap),
    )


def _ahead(model: PeriodicReviewModel) -> tuple[float, float]:
    """Return mean and standard deviation of the demand that a position has to carry."""
    periods = model.lead_time_periods + 1
    return model.demand.mean * periods, model.demand.sd * math.sqrt(periods)
