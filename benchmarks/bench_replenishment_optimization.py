"""
What the best policies cost to find, next to the bare formula and to stockpyl.

stockpyl 1.0.2 computes the same policies with scipy; it comes with the dependency group ``bench``.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
from typing import TYPE_CHECKING, Any

from _harness import Result, compare, timed

from ecomkit.replenishment.distributions import PoissonDemand
from ecomkit.replenishment.lot_sizing import (
    LotSizingProblem,
    economic_order_quantity,
    silver_meal,
    wagner_whitin,
)
from ecomkit.replenishment.optimization import (
    ContinuousReviewModel,
    PeriodicReviewModel,
    eoqb_rq_policy,
    exact_rq_policy,
    exact_ss_policy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMES = 20
"""So often is each policy found by ecomkit in a round, to be longer than the clock's tick."""

RATES = [(1000.0 + sku % 97, 5.0 + sku % 7, 0.1 + sku % 11 / 10) for sku in range(10_000)]
"""Demand, fixed cost and holding cost of skus, spread evenly without chance."""

YEAR = LotSizingProblem(
    demand=[day * 7 % 60 for day in range(365)], fixed_cost=300, holding_cost=1
)
COSTS: dict[str, Any] = {"fixed_cost": 64.0, "holding_cost": 1.0, "stockout_cost": 9.0}
NORMAL: dict[str, Any] = {"demand_sd": 150.0, "lead_time": 1 / 12, **COSTS}


def economic_orders() -> list[float]:
    """Return the economic order quantity of each sku, as a value that tells its cost."""
    return [
        economic_order_quantity(demand, fixed_cost=fixed, holding_cost=holding).order_quantity
        for demand, fixed, holding in RATES
    ]


def square_roots() -> list[float]:
    """Return the same by the formula alone: no checks, no values."""
    return [math.sqrt(2 * fixed * demand / holding) for demand, fixed, holding in RATES]


def ss_levels() -> tuple[float, float]:
    """Return the best (s, S) for a mean demand of 20, from the bare facts on."""
    policy = [
        exact_ss_policy(PeriodicReviewModel(demand=PoissonDemand(mean=20), **COSTS))
        for _ in range(TIMES)
    ][-1]
    return policy.reorder_point, policy.order_up_to


def rq_numbers() -> tuple[float, float]:
    """Return the best (r, Q) for Poisson demand, from the bare facts on."""
    policy = [
        exact_rq_policy(ContinuousReviewModel.poisson(demand_rate=20, lead_time=1, **COSTS))
        for _ in range(TIMES)
    ][-1]
    return policy.reorder_point, policy.order_quantity


def rq_normal() -> tuple[float, float]:
    """Return (r, Q) for normal demand by the quantity with backorders."""
    policy = [
        eoqb_rq_policy(ContinuousReviewModel.normal(demand_rate=1300, **NORMAL))
        for _ in range(TIMES)
    ][-1]
    return policy.reorder_point, policy.order_quantity


def position_costs() -> None:
    """Tabulate what each position costs, which every exact method has to; the policy is the least."""
    for _ in range(TIMES):
        model = PeriodicReviewModel(demand=PoissonDemand(mean=20), **COSTS)
        assert model.cost_rate(reorder_point=14, order_up_to=15) > 0


def beside_stockpyl() -> Iterator[Result]:
    """Yield each policy with stockpyl's time as the floor: a ratio of 0.01 is 100 times faster."""
    ss: Any = importlib.import_module("stockpyl.ss")
    rq: Any = importlib.import_module("stockpyl.rq")
    eoq: Any = importlib.import_module("stockpyl.eoq")
    facts = {key: COSTS[key] for key in ("holding_cost", "stockout_cost", "fixed_cost")}

    def their_ss() -> tuple[float, float]:
        found = ss.s_s_discrete_exact(**facts, use_poisson=True, demand_mean=20)
        return found[0], found[1]

    def their_rq() -> tuple[float, float]:
        found = rq.r_q_poisson_exact(**facts, demand_mean=20, lead_time=1)
        return found[0], found[1]

    def their_rq_normal() -> tuple[float, float]:
        found = rq.r_q_eoqb_approximation(
            **facts, demand_mean=1300, demand_sd=150, lead_time=1 / 12
        )
        return found[0], found[1]

    def their_eoq() -> list[float]:
        return [
            eoq.economic_order_quantity(fixed, holding, demand)[0]
            for demand, fixed, holding in RATES
        ]

    def once(result: Result) -> Result:
        return Result(
            name=result.name, value=result.value / TIMES, floor=result.floor, goal=result.goal
        )

    assert ss_levels() == their_ss()
    assert rq_numbers() == their_rq()
    yield once(
        compare(
            "exact (s, S), beside stockpyl",
            value=timed(ss_levels),
            floor=timed(their_ss),
            goal=0.01,
            rounds=3,
        )
    )
    yield once(
        compare(
            "exact (r, Q), beside stockpyl",
            value=timed(rq_numbers),
            floor=timed(their_rq),
            goal=0.01,
            rounds=3,
        )
    )
    yield once(
        compare(
            "(r, Q) by EOQ, beside stockpyl",
            value=timed(rq_normal),
            floor=timed(their_rq_normal),
            goal=0.1,
            rounds=5,
        )
    )
    yield compare(
        "10,000 EOQ, beside stockpyl",
        value=timed(economic_orders),
        floor=timed(their_eoq),
        goal=15,
    )


def benches() -> Iterator[Result]:
    """Yield the cost of each policy over a floor; the exact ones count 20 policies a round."""
    assert economic_orders() == square_roots()
    yield compare(
        "10,000 EOQ over the square root",
        value=timed(economic_orders),
        floor=timed(square_roots),
        goal=25,
    )
    yield compare(
        "Wagner-Whitin of a year over Silver-Meal",
        value=timed(lambda: wagner_whitin(YEAR)),
        floor=timed(lambda: silver_meal(YEAR)),
        goal=30,
    )
    yield compare(
        "exact (s, S) over its position costs",
        value=timed(ss_levels),
        floor=timed(position_costs),
        goal=10,
    )
    yield compare(
        "exact (r, Q) over its position costs",
        value=timed(rq_numbers),
        floor=timed(position_costs),
        goal=3,
    )
    if importlib.util.find_spec("stockpyl") is None:
        print("stockpyl is not installed: what it takes for the same policies is not measured")
        return
    yield from beside_stockpyl()
