"""Lots by rules that look forward only as far as the next lot: simple, and close to the best."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ecomkit.replenishment.lot_sizing._plan import LotPlan, LotSizingProblem

Yardstick: TypeAlias = "Callable[[float, int, float], float]"
"""From the cost of a lot, its periods and its units to what a longer lot has to improve."""


def silver_meal(problem: LotSizingProblem) -> LotPlan:
    """
    Return the plan of Silver and Meal (1973): a lot grows until its cost *a period* rises.

    The cost of a lot is its order and its stock; what units cost does not sway the rule, though
    it is in the cost of the plan. Nothing is ordered for periods that need nothing.

    >>> problem = LotSizingProblem(demand=[18, 30, 42, 5, 20], fixed_cost=80, holding_cost=2)
    >>> silver_meal(problem).order_quantities, silver_meal(problem).cost
    ((48, 0, 47, 0, 20), 310)
    """
    return _forward(problem, "Silver-Meal", lambda cost, periods, _units: cost / periods)


def least_unit_cost(problem: LotSizingProblem) -> LotPlan:
    """
    Return the plan by least unit cost: a lot grows until its cost *a unit* rises.

    The cost of a lot is its order and its stock, as for :func:`silver_meal`. Source: Nahmias,
    *Production and Operations Analysis*.

    >>> problem = LotSizingProblem(demand=[18, 30, 42, 5, 20], fixed_cost=80, holding_cost=2)
    >>> least_unit_cost(problem).order_quantities, least_unit_cost(problem).cost
    ((48, 0, 42, 25, 0), 340)
    """
    return _forward(problem, "least unit cost", lambda cost, _periods, units: cost / units)


def lot_for_lot(problem: LotSizingProblem) -> LotPlan:
    """
    Return the plan that orders in each period what that period needs, and holds nothing.

    >>> problem = LotSizingProblem(demand=[18, 0, 42], fixed_cost=80, holding_cost=2)
    >>> lot_for_lot(problem).order_quantities
    (18, 0, 42)
    """
    return LotPlan(problem=problem, method="lot for lot", order_quantities=problem.net_demand)


def _forward(problem: LotSizingProblem, method: str, yardstick: Yardstick) -> LotPlan:
    demand = problem.net_demand
    quantities: list[float] = [0] * len(demand)
    period = 0
    while period < len(demand):
        if not demand[period]:
            period += 1
            continue
        ordered = period
        quantities[ordered], period = _lot(problem, demand, ordered, yardstick)
    return LotPlan(problem=problem, method=method, order_quantities=tuple(quantities))


def _lot(
    problem: LotSizingProblem, demand: tuple[float, ...], ordered: int, yardstick: Yardstick
) -> tuple[float, int]:
    """Return the units of the lot of period *ordered*, and the first period it does not serve."""
    holding = problem.holding_costs
    units = demand[ordered]
    cost = problem.fixed_costs[ordered]
    carried = 0.0
    reached = yardstick(cost, 1, units)
    end = ordered + 1
    while end < min(len(demand), ordered + problem.periods_a_lot):
        carried += holding[end - 1]
        cost += carried * demand[end]
        longer = yardstick(cost, end + 1 - ordered, units + demand[end])
        if longer > reached:
            break
        reached = longer
        units += demand[end]
        end += 1
    return units, end
