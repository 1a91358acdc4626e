"""The best (r, Q) policy, exactly."""

from __future__ import annotations

from ecomkit.replenishment.distributions import in_whole_units
from ecomkit.replenishment.lot_sizing import economic_order_quantity_with_backorders
from ecomkit.replenishment.optimization._continuous_model import (
    ContinuousReviewModel,
    RQPolicy,
    curve_of,
)
from ecomkit.replenishment.optimization._limits import QUANTITIES_MAX, TooManyStatesError
from ecomkit.replenishment.optimization._penalty import time_weighted
from ecomkit.replenishment.optimization._root import root, root_beyond


def exact_rq_policy(model: ContinuousReviewModel) -> RQPolicy:
    """
    Return the cheapest (r, Q) policy, units short being charged ``stockout_cost`` a period.

    Demand in whole units, one customer one unit: the algorithm of Federgruen and Zheng (1992)
    takes the cheapest position, and then the cheaper neighbour of those taken, as long as that
    lowers the average. Demand with fractions: r and r + Q are where a position costs as much as
    the whole policy (Zheng 1992).

    Raises:
        FieldError: If ``stockout_cost`` is 0 or ``backorder_cost`` is not.
        TooManyStatesError: If an order of whole units would be larger than a million.

    >>> model = ContinuousReviewModel.poisson(
    ...     demand_rate=1.5, lead_time=2, fixed_cost=100, holding_cost=20, stockout_cost=150
    ... )
    >>> print(exact_rq_policy(model).explain())
    exact (r, Q): at 3 order 5, 107.92 a period
    """
    time_weighted(model)
    if in_whole_units(model.lead_time_demand):
        return _whole(model)
    return _continuous(model)


def _whole(model: ContinuousReviewModel) -> RQPolicy:
    curve = curve_of(model)
    low, high = curve.least_at - 1, curve.least_at + 1
    at_low, at_high = curve.at(low), curve.at(high)
    taken = 1
    costs = model.fixed_cost * model.demand_rate + curve.at(curve.least_at)
    while min(at_low, at_high) * taken < costs:
        if at_low < at_high:
            costs += at_low
            low -= 1
            at_low = curve.at(low)
        else:
            costs += at_high
            high += 1
            at_high = curve.at(high)
        taken += 1
        if taken > QUANTITIES_MAX:
            raise TooManyStatesError(what="units in an order", got=taken, most=QUANTITIES_MAX)
    return RQPolicy(model=model, method="exact (r, Q)", reorder_point=low, order_quantity=taken)


def _continuous(model: ContinuousReviewModel) -> RQPolicy:
    demand = model.lead_time_demand
    holding, stockout = model.holding_cost, model.stockout_cost
    middle = demand.quantile(stockout / (holding + stockout))
    least = model.position_cost(middle)
    certain = economic_order_quantity_with_backorders(
        model.demand_rate,
        fixed_cost=model.fixed_cost,
        holding_cost=holding,
        stockout_cost=stockout,
    ).cost_rate

    def ends(cost: float) -> tuple[float, float]:
        """Return the two positions that cost *cost*; no cost is below h (y - m) and p (m - y)."""
        return (
            root(
                lambda units: model.position_cost(units) - cost,
                low=demand.mean - cost / stockout,
                high=middle,
            ),
            root(
                lambda units: model.position_cost(units) - cost,
                low=middle,
                high=demand.mean + cost / holding,
            ),
        )

    def surplus(cost: float) -> float:
        """Return by how much the positions that are cheaper than *cost* pay for more than orders."""
        low, high = ends(cost)
        orders = model.fixed_cost * model.demand_rate
        return cost * (high - low) - model.cost_between(low, high) - orders

    low, high = ends(root_beyond(surplus, start=least, step=certain))
    return RQPolicy(
        model=model, method="exact (r, Q)", reorder_point=low, order_quantity=high - low
    )
