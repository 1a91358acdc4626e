"""Base stock: the level to keep the position at, when orders have no fixed cost."""

from __future__ import annotations

from ecomkit.replenishment.optimization._demand import demand_over
from ecomkit.replenishment.optimization._newsvendor import Newsvendor, NewsvendorDecision
from ecomkit.replenishment.optimization._periodic_model import PeriodicReviewModel


def best_base_stock(model: PeriodicReviewModel) -> NewsvendorDecision:
    """
    Return the best base-stock level: the newsvendor of the demand of lead time + 1 periods.

    A position at the level has to last until what is ordered one period later arrives. The fixed
    cost of the *model* is not looked at; where it is not 0, :func:`exact_ss_policy` is cheaper.
    Source: Snyder and Shen, chapter 4.

    Raises:
        FieldError: If the costs are too far apart for a ratio.
        TooManyStatesError: If the demand of so many periods has no family of its own and its
            table is longer than 100,000.

    >>> from ecomkit.replenishment.distributions import NormalDemand
    >>> model = PeriodicReviewModel(
    ...     demand=NormalDemand(mean=50, sd=8),
    ...     lead_time_periods=4,
    ...     holding_cost=0.18,
    ...     stockout_cost=0.7,
    ... )
    >>> best = best_base_stock(model)
    >>> round(best.base_stock_level, 4), round(best.cost, 6)
    (264.7669, 4.466781)
    """
    policy = Newsvendor.of_costs(
        holding_cost=model.holding_cost, stockout_cost=model.stockout_cost
    )
    ahead = demand_over(model.demand, periods=model.lead_time_periods + 1)
    return NewsvendorDecision(
        policy=policy, demand=ahead, order_quantity=ahead.quantile(policy.critical_ratio)
    )
