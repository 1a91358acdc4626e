"""Wagner-Whitin and the rules that look forward: published plans, and laws of lots over time."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.lot_sizing import (
    LotPlan,
    LotSizingProblem,
    least_unit_cost,
    lot_for_lot,
    silver_meal,
    wagner_whitin,
)

RULES = (silver_meal, least_unit_cost, lot_for_lot)

units = st.integers(0, 60)
costs = st.integers(0, 40)


def problem_of(case: dict[str, Any]) -> LotSizingProblem:
    """Return the problem that a case of the file states."""
    stated = ("demand", "fixed_cost", "holding_cost", "purchase_cost")
    return LotSizingProblem(
        **{key: case["inputs"][key] for key in stated if key in case["inputs"]}
    )


@st.composite
def problems(
    draw: st.DrawFn, *, periods_max: int = 12, constant: bool = False
) -> LotSizingProblem:
    """Draw a problem, its costs one number or one a period."""
    periods = draw(st.integers(1, periods_max))
    each = st.lists(costs, min_size=periods, max_size=periods)
    cost = costs if constant else costs | each
    return LotSizingProblem(
        demand=draw(st.lists(units, min_size=periods, max_size=periods)),
        fixed_cost=draw(st.integers(0, 500) if constant else st.integers(0, 500) | each),
        holding_cost=draw(cost),
        purchase_cost=draw(cost),
        opening_stock=draw(st.just(0) | units),
        shelf_life_periods=draw(st.none() | st.integers(1, periods)),
    )


def cheapest_of_all(problem: LotSizingProblem) -> float:
    """Return the least cost, by trying every set of order periods, each unit from its best lot."""
    demand = problem.net_demand
    periods = range(len(demand))
    carried = [sum(problem.holding_costs[:period]) for period in periods]
    least = float("inf")
    for opened in product((False, True), repeat=len(demand)):
        cost: float = sum(problem.fixed_costs[period] for period in periods if opened[period])
        for period in periods:
            prices = [
                problem.purchase_costs[lot] + carried[period] - carried[lot]
                for lot in range(max(0, period + 1 - problem.periods_a_lot), period + 1)
                if opened[lot]
            ]
            if demand[period]:
                cost += demand[period] * min(prices, default=float("inf"))
        least = min(least, cost)
    return least + held_at_first(problem)


def held_at_first(problem: LotSizingProblem) -> float:
    """Return what holding the opening stock costs, which no order changes."""
    left, cost = problem.opening_stock, 0.0
    for needed, holding in zip(problem.demand, problem.holding_costs, strict=True):
        left = max(0, left - needed)
        cost += left * holding
    return cost


@given(problems(periods_max=7))
def test_no_other_plan_is_cheaper(problem: LotSizingProblem) -> None:
    """Costs that vary, a shelf life, opening stock: no choice of order periods costs less."""
    assert wagner_whitin(problem).cost == pytest.approx(cheapest_of_all(problem), rel=1e-12)


@given(problems(periods_max=20))
def test_it_costs_no_more_than_any_rule(problem: LotSizingProblem) -> None:
    """Silver-Meal, least unit cost and lot for lot are legal plans, and never cheaper."""
    least = wagner_whitin(problem).cost
    for rule in RULES:
        assert least <= rule(problem).cost * (1 + 1e-12)


@given(problems(periods_max=20, constant=True))
def test_with_constant_costs_it_orders_only_when_nothing_is_left(
    problem: LotSizingProblem,
) -> None:
    """The zero-inventory property: an order comes in when the stock is used up."""
    plan = wagner_whitin(problem)
    if not problem.holding_cost:
        return
    before = (problem.opening_stock, *plan.closing_stock)
    for period, ordered in enumerate(plan.order_quantities):
        assert not ordered or before[period] < problem.demand[period] or not before[period]
        assert not ordered or problem.opening_stock or not before[period]


@given(problems(periods_max=15))
def test_every_plan_ends_with_nothing_left_that_was_ordered(problem: LotSizingProblem) -> None:
    """What is ordered is what the opening stock does not cover, to the unit."""
    for method in (wagner_whitin, *RULES):
        plan = method(problem)
        assert sum(plan.order_quantities) == sum(problem.net_demand)
        assert all(isinstance(ordered, int) for ordered in plan.order_quantities)


@given(problems(periods_max=12), st.sampled_from([silver_meal, least_unit_cost]))
def test_a_lot_ends_where_its_yardstick_first_rises(
    problem: LotSizingProblem, rule: Callable[[LotSizingProblem], LotPlan]
) -> None:
    """Cost a period or a unit, lot by lot, by its definition; on a tie the lot grows."""
    demand = problem.net_demand

    def yardstick(first: int, end: int) -> Fraction:
        cost = problem.fixed_costs[first] + sum(
            demand[period] * sum(problem.holding_costs[first:period])
            for period in range(first, end)
        )
        per = end - first if rule is silver_meal else sum(demand[first:end])
        return Fraction(cost) / Fraction(per)

    quantities = rule(problem).order_quantities
    period = 0
    while period < len(demand):
        if not demand[period]:
            assert not quantities[period]
            period += 1
            continue
        end = period + 1
        last = min(len(demand), period + problem.periods_a_lot)
        while end < last and yardstick(period, end + 1) <= yardstick(period, end):
            end += 1
        assert quantities[period] == sum(demand[period:end])
        assert not any(quantities[period + 1 : end])
        period = end


@given(problems(periods_max=15), st.integers(2, 50))
def test_a_plan_scales_with_its_costs(problem: LotSizingProblem, factor: int) -> None:
    """In another currency the least cost is the same."""
    dearer = LotSizingProblem(
        demand=problem.demand,
        fixed_cost=[cost * factor for cost in problem.fixed_costs],
        holding_cost=[cost * factor for cost in problem.holding_costs],
        purchase_cost=[cost * factor for cost in problem.purchase_costs],
        opening_stock=problem.opening_stock,
        shelf_life_periods=problem.shelf_life_periods,
    )
    expected = pytest.approx(wagner_whitin(problem).cost * factor, rel=1e-12)
    assert wagner_whitin(dearer).cost == expected


@pytest.mark.parametrize("case", cases("wagner_whitin"))
def test_wagner_whitin_finds_the_published_plan(case: dict[str, Any]) -> None:
    """Snyder and Shen's instances, and that of the paper of 1958."""
    plan = wagner_whitin(problem_of(case))

    assert list(plan.order_quantities) == case["expected"]["order_quantities"]
    assert plan.cost == near(case, "cost")


@pytest.mark.parametrize("case", cases("silver_meal"))
def test_silver_meal_finds_the_published_plan(case: dict[str, Any]) -> None:
    """Nahmias's machine shop."""
    plan = silver_meal(problem_of(case))

    assert list(plan.order_quantities) == case["expected"]["order_quantities"]
    assert plan.cost == near(case, "cost")


@pytest.mark.parametrize("case", cases("least_unit_cost"))
def test_least_unit_cost_finds_the_published_plan(case: dict[str, Any]) -> None:
    """Nahmias's machine shop."""
    plan = least_unit_cost(problem_of(case))

    assert list(plan.order_quantities) == case["expected"]["order_quantities"]
    assert plan.cost == near(case, "cost")


def test_holding_costs_count_in_the_period_in_which_units_are_held() -> None:
    """A dear warehouse in the second period is felt by units that lie there, whenever they came."""
    problem = LotSizingProblem(demand=[10, 10, 10], fixed_cost=100, holding_cost=[1, 90, 1])
    plan = wagner_whitin(problem)

    assert plan.order_quantities == (20, 0, 10)
    assert plan.cost == 210


def test_a_shelf_life_splits_a_lot() -> None:
    """Where units keep for two periods only, no lot serves three."""
    demand = [10, 10, 10, 10]
    fresh = LotSizingProblem(demand=demand, fixed_cost=100, holding_cost=1)
    short = LotSizingProblem(demand=demand, fixed_cost=100, holding_cost=1, shelf_life_periods=2)

    assert wagner_whitin(fresh).order_quantities == (40, 0, 0, 0)
    for method in (wagner_whitin, silver_meal, least_unit_cost):
        assert method(short).order_quantities == (20, 0, 20, 0)


def test_a_lot_may_be_ordered_ahead_of_its_first_use() -> None:
    """A low price of the second period is used for the fourth, while the first lot still serves."""
    problem = LotSizingProblem(
        demand=[10, 10, 10, 10],
        fixed_cost=[1, 1, 500, 500],
        holding_cost=1,
        purchase_cost=[1, 20, 90, 90],
        shelf_life_periods=3,
    )
    plan = wagner_whitin(problem)

    assert plan.order_quantities == (30, 10, 0, 0)
    assert plan.cost == cheapest_of_all(problem)


def test_on_a_tie_a_lot_grows() -> None:
    """A longer lot that is as cheap by its yardstick saves an order."""
    problem = LotSizingProblem(demand=[10, 5], fixed_cost=10, holding_cost=2)
    assert silver_meal(problem).order_quantities == (15, 0)
    assert least_unit_cost(
        LotSizingProblem(demand=[10, 5], fixed_cost=10, holding_cost=1)
    ).order_quantities == (15, 0)


def test_nothing_is_ordered_where_nothing_is_needed() -> None:
    """No demand, or enough of it in stock, needs no order; an order that costs nothing neither."""
    for fixed_cost in (0, 80):
        none = LotSizingProblem(demand=[0, 0], fixed_cost=fixed_cost, holding_cost=1)
        had = LotSizingProblem(
            demand=[5, 5], fixed_cost=fixed_cost, holding_cost=1, opening_stock=12
        )
        for method in (wagner_whitin, *RULES):
            assert method(none).orders == 0
            assert method(had).orders == 0
            assert method(had).cost == 9


@pytest.mark.parametrize("demand", [[0.1, 0.1, 0.1, 0.1], [0.1, 0.2, 0.3, 0.7]])
def test_fractions_leave_no_dust(demand: list[float]) -> None:
    """What floats leave of a sum, above or below nothing, is no stock."""
    problem = LotSizingProblem(demand=demand, fixed_cost=1, holding_cost=0.01)
    plan = wagner_whitin(problem)

    assert plan.orders == 1
    assert plan.closing_stock[-1] == 0
    held = sum(period * units for period, units in enumerate(demand))
    assert plan.cost == pytest.approx(1 + 0.01 * held, rel=1e-12)


def test_a_plan_says_what_it_does() -> None:
    """Orders, their costs and the stock are in words, the price of units where there is one."""
    problem = LotSizingProblem(
        demand=[90, 120], fixed_cost=500, holding_cost=2, purchase_cost=1, opening_stock=90
    )
    assert wagner_whitin(problem).explain() == (
        "Wagner-Whitin: 1 order over 2 periods, 500 for orders + 0 for stock + 120 for units = 620\n"
        "period 2: order 120, stock at its end 0"
    )


def test_a_long_plan_is_found() -> None:
    """Ten years of days are no harder than that."""
    problem = LotSizingProblem(
        demand=[day % 7 for day in range(3_650)],
        fixed_cost=60,
        holding_cost=1,
        shelf_life_periods=60,
    )
    assert wagner_whitin(problem).cost <= silver_meal(problem).cost


@pytest.mark.parametrize(
    "fault",
    [
        {"demand": []},
        {"demand": None},
        {"demand": [1] * 3_651},
        {"demand": [1, -1]},
        {"demand": [1, float("nan")]},
        {"demand": [1, 1e16]},
        {"fixed_cost": [1]},
        {"fixed_cost": -1},
        {"holding_cost": [1, float("inf")]},
        {"holding_cost": "12"},
        {"purchase_cost": None},
        {"opening_stock": -1},
        {"shelf_life_periods": 0},
        {"shelf_life_periods": 1.5},
        {"shelf_life_periods": True},
    ],
)
def test_a_problem_that_makes_no_sense_is_refused(fault: dict[str, Any]) -> None:
    """The error names the field."""
    fine: dict[str, Any] = {"demand": [1, 2], "fixed_cost": 1, "holding_cost": 1}
    with pytest.raises(FieldError) as refused:
        LotSizingProblem(**{**fine, **fault})

    assert refused.value.field == next(iter(fault))


@pytest.mark.parametrize(
    ("quantities", "wanted"),
    [
        ([3], "2 quantities, one a period"),
        (None, "2 quantities, one a period"),
        ([3, -1], "0, or a number from 1e-30 to 1e+45"),
        ([0, 3], "enough to meet the demand of period 1"),
        ([1, 1], "enough to meet the demand of period 2"),
        ([3, 0], "an order of period 1 that is used up within its shelf life"),
    ],
)
def test_a_plan_that_fails_is_refused(quantities: Any, wanted: str) -> None:
    """Plans made by hand meet demand, and nothing in them outlives its shelf life."""
    problem = LotSizingProblem(demand=[1, 2], fixed_cost=1, holding_cost=1, shelf_life_periods=1)
    with pytest.raises(FieldError) as refused:
        LotPlan(problem=problem, method="by hand", order_quantities=quantities)

    assert refused.value.wanted == wanted
