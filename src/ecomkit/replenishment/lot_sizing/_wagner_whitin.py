"""Wagner-Whitin: the cheapest lots over time, exactly."""

from __future__ import annotations

import math
from itertools import accumulate

from ecomkit.replenishment.lot_sizing._plan import LotPlan, LotSizingProblem


def wagner_whitin(problem: LotSizingProblem) -> LotPlan:
    """
    Return a cheapest plan, found in time that grows with the square of the number of periods.

    A unit ordered in period t and used in period k costs c_t + h_t + ... + h_{k−1}. Some cheapest
    plan serves each period from one lot and the periods of a lot in a row; the recursion goes
    over the last lot: when it is ordered, and from when on it is used. With costs that do not
    vary, a lot is ordered only when the stock is used up. It may be ordered ahead of its first
    use where an early price is low and a shelf life forbids to serve everything from there.

    Each period's stock costs that period's own ``holding_cost``, as Wagner and Whitin (1958) have
    it; stockpyl takes the rate of the period of the order for as long as the stock is held, which
    differs where the rate varies.

    >>> problem = LotSizingProblem(demand=[90, 120, 80, 70], fixed_cost=500, holding_cost=2)
    >>> print(wagner_whitin(problem).explain())
    Wagner-Whitin: 2 orders over 4 periods, 1000 for orders + 380 for stock = 1380
    period 1: order 210, stock at its end 120
    period 3: order 150, stock at its end 70
    """
    demand = problem.net_demand
    fixed = problem.fixed_costs
    # What it costs to carry a unit from the first period to each: a lot of period t serves
    # period k at (c_t - carried_t) + carried_k a unit.
    carried = tuple(accumulate(problem.holding_costs[:-1], initial=0))
    prices = [cost - moved for cost, moved in zip(problem.purchase_costs, carried, strict=True)]

    least = [0.0]  # the least cost of the periods before each
    lots: list[tuple[int, int] | None] = []  # (ordered, used from), of the lot that ends there
    opened: list[float] = []  # for each t, the best cost before and with a lot of t so far
    used_from: list[int] = []
    units = 0.0
    moved = 0.0
    for period, needed in enumerate(demand):
        opened.append(math.inf)
        used_from.append(period)
        before = least[-1] - moved
        best, lot = (least[-1], None) if not needed else (math.inf, None)
        served = units + needed
        moved += needed * carried[period]
        for ordered in range(max(0, period + 1 - problem.periods_a_lot), period + 1):
            price = prices[ordered]
            if (start := before - units * price) < opened[ordered]:
                opened[ordered] = start
                used_from[ordered] = period
            if (
                needed
                and (cost := opened[ordered] + fixed[ordered] + served * price + moved) < best
            ):
                best, lot = cost, (ordered, used_from[ordered])
        units = served
        least.append(best)
        lots.append(lot)

    quantities: list[float] = [0] * len(demand)
    period = len(demand)
    while period:
        lot = lots[period - 1]
        if lot is None:
            period -= 1
            continue
        ordered, start = lot
        quantities[ordered] += sum(demand[start:period])
        period = start
    return LotPlan(problem=problem, method="Wagner-Whitin", order_quantities=tuple(quantities))
