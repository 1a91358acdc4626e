"""The best (s, S) policy, exactly."""

from __future__ import annotations

from operator import mul

from ecomkit.replenishment.optimization._periodic_model import (
    PeriodicReviewModel,
    SSPolicy,
    curve_of,
    table_of_period,
)
from ecomkit.replenishment.optimization._renewal import Renewal


def exact_ss_policy(model: PeriodicReviewModel) -> SSPolicy:
    """
    Return a cheapest (s, S) policy for demand in whole units.

    The algorithm of Zheng and Federgruen (1991): from the best position y* down to the first s
    at which ordering up to y* costs no more than staying there, then S upwards, raising s behind
    it, until a position alone costs more than the best policy. Demand with fractions is rounded
    to whole units first; over a lead time, a table is added up as by
    :meth:`~ecomkit.replenishment.distributions.DiscreteDemand.over`. The time grows with the
    square of S − s.

    Raises:
        TooManyStatesError: If there are more than 10,000 positions between s and S, or the table
            of demand over the lead time is longer than 100,000.

    >>> from ecomkit.replenishment.distributions import PoissonDemand
    >>> model = PeriodicReviewModel(
    ...     demand=PoissonDemand(mean=10), fixed_cost=64, holding_cost=1, stockout_cost=9
    ... )
    >>> print(exact_ss_policy(model).explain())
    exact (s, S): at 6 or below order up to 40, 35.02 a period
    """
    curve = curve_of(model)
    renewal = Renewal(table_of_period(model))
    best_up_to = curve.least_at
    values = [curve.at(best_up_to)]  # downwards from best_up_to
    costs = model.fixed_cost
    reorder_point = best_up_to
    while True:
        # The position above s joins those that are visited.
        reached = best_up_to - reorder_point
        renewal.reach(reached + 1)
        costs += renewal.visits[reached] * values[reached]
        reorder_point -= 1
        values.append(curve.at(reorder_point))
        least = costs / renewal.lengths[reached + 1]
        if least <= values[-1]:
            break

    values.reverse()  # upwards from floor
    floor = reorder_point
    up_to = best_up_to + 1
    while (here := curve.at(up_to)) <= least:
        values.append(here)
        renewal.reach(up_to - reorder_point)
        cost = _cost(model, renewal, values, up_to - floor, reorder_point - floor)
        if cost < least:
            best_up_to, least = up_to, cost
            while reorder_point + 1 < up_to and least <= values[reorder_point + 1 - floor]:
                reorder_point += 1
                least = _cost(model, renewal, values, up_to - floor, reorder_point - floor)
        up_to += 1
    return SSPolicy(
        model=model,
        method="exact (s, S)",
        reorder_point=reorder_point,
        order_up_to=best_up_to,
    )


def _cost(
    model: PeriodicReviewModel, renewal: Renewal, values: list[float], high: int, low: int
) -> float:
    """Return the cost of the policy whose positions lie above *low* and up to *high* in *values*."""
    costs = sum(map(mul, values[high:low:-1], renewal.visits), start=model.fixed_cost)
    return costs / renewal.lengths[high - low]
