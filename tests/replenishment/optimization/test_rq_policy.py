"""The policy (r, Q): published instances, and no cheaper pair of numbers."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.distributions import (
    ConstantDemand,
    DemandDistribution,
    GammaDemand,
    NormalDemand,
    PoissonDemand,
)
from ecomkit.replenishment.lot_sizing import (
    economic_order_quantity,
    economic_order_quantity_with_backorders,
)
from ecomkit.replenishment.optimization import (
    ContinuousReviewModel,
    NoReorderPointError,
    RQPolicy,
    TooManyStatesError,
    _approximate_rq,
    best_reorder_point,
    eil_rq_policy,
    eoqb_rq_policy,
    eoqss_rq_policy,
    exact_rq_policy,
    loss_function_rq_policy,
)

APPROXIMATIONS = (eoqb_rq_policy, eoqss_rq_policy, loss_function_rq_policy)

EXAMPLE: dict[str, Any] = {
    "demand_rate": 1300,
    "demand_sd": 150,
    "lead_time": 1 / 12,
    "fixed_cost": 8,
    "holding_cost": 0.225,
}
"""Snyder and Shen, example 5.1, without what a unit short costs."""


@st.composite
def whole(draw: st.DrawFn) -> ContinuousReviewModel:
    """Draw a small sku with Poisson demand."""
    return ContinuousReviewModel.poisson(
        demand_rate=draw(st.floats(0.1, 10)),
        lead_time=draw(st.floats(0.05, 2)),
        fixed_cost=draw(st.floats(0.01, 60)),
        holding_cost=draw(st.floats(0.2, 5)),
        stockout_cost=draw(st.floats(0.2, 50)),
    )


@st.composite
def continuous(draw: st.DrawFn) -> ContinuousReviewModel:
    """Draw a sku with normal or gamma demand over its lead time."""
    mean = draw(st.floats(1, 500))
    sd = mean * draw(st.floats(0.05, 1.5))
    families: list[DemandDistribution] = [
        NormalDemand(mean=mean, sd=sd),
        GammaDemand(mean=mean, sd=sd),
    ]
    return ContinuousReviewModel(
        lead_time_demand=draw(st.sampled_from(families)),
        demand_rate=draw(st.floats(1, 5000)),
        fixed_cost=draw(st.floats(0.1, 500)),
        holding_cost=draw(st.floats(0.1, 10)),
        stockout_cost=draw(st.floats(0.1, 100)),
    )


def normal_of(inputs: dict[str, Any]) -> ContinuousReviewModel:
    """Return the model that a case of the file states, a unit short charged by its time."""
    return ContinuousReviewModel.normal(
        demand_rate=inputs["demand_mean"],
        demand_sd=inputs["demand_sd"],
        lead_time=inputs["lead_time"],
        fixed_cost=inputs.get("fixed_cost", 1),
        holding_cost=inputs["holding_cost"],
        stockout_cost=inputs["stockout_cost"],
    )


def cost_by_sum(model: ContinuousReviewModel, *, reorder_point: int, order_quantity: int) -> float:
    """Return the cost over the positions of whole units, from the formula of the Poisson."""
    mean = model.lead_time_demand.mean
    units = np.arange(0, int(mean + 15 * math.sqrt(mean) + 40))
    chances = np.array([math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in units])
    costs = 0.0
    for position in range(reorder_point + 1, reorder_point + order_quantity + 1):
        over = (chances * np.maximum(position - units, 0)).sum()
        short = (chances * np.maximum(units - position, 0)).sum()
        costs += model.holding_cost * over + model.stockout_cost * short
    return float((model.fixed_cost * model.demand_rate + costs) / order_quantity)


@given(whole(), st.integers(-5, 20), st.integers(1, 30))
@settings(max_examples=30)
def test_in_whole_units_the_position_is_spread_over_the_units_of_an_order(
    model: ContinuousReviewModel, reorder_point: int, order_quantity: int
) -> None:
    """The cost is the mean over r + 1 to r + Q, summed by other means."""
    numbers = {"reorder_point": reorder_point, "order_quantity": order_quantity}
    assert model.cost_rate(**numbers) == pytest.approx(cost_by_sum(model, **numbers), rel=1e-9)


@given(whole())
@settings(max_examples=30)
def test_no_other_pair_of_whole_numbers_is_cheaper(model: ContinuousReviewModel) -> None:
    """Every r and Q around and far from the answer costs at least as much."""
    best = exact_rq_policy(model)
    reorder_point, order_quantity = int(best.reorder_point), int(best.order_quantity)

    for low in range(reorder_point - 8, reorder_point + 9):
        for quantity in range(1, order_quantity + 12):
            cost = model.cost_rate(reorder_point=low, order_quantity=quantity)
            assert best.cost_rate <= cost * (1 + 1e-12)


@given(continuous(), st.floats(-0.5, 0.5), st.floats(0.3, 3))
@settings(max_examples=50, deadline=None)
def test_no_other_pair_of_numbers_is_cheaper(
    model: ContinuousReviewModel, shift: float, factor: float
) -> None:
    """For demand with fractions, near the answer and far from it."""
    best = exact_rq_policy(model)
    quantity = best.order_quantity

    for by, times in ((shift, factor), (shift / 100, 1), (0, 1 + shift / 100)):
        cost = model.cost_rate(
            reorder_point=best.reorder_point + by * quantity, order_quantity=times * quantity
        )
        assert best.cost_rate <= cost * (1 + 1e-9)


@given(continuous())
@settings(max_examples=50, deadline=None)
def test_the_ends_of_the_best_cycle_cost_as_much_as_the_whole(
    model: ContinuousReviewModel,
) -> None:
    """At r and at r + Q a period costs what the policy costs on average."""
    best = exact_rq_policy(model)

    low, high = best.reorder_point, best.reorder_point + best.order_quantity
    assert model.position_cost(low) == pytest.approx(best.cost_rate, rel=1e-6)
    assert model.position_cost(high) == pytest.approx(best.cost_rate, rel=1e-6)


@given(continuous() | whole())
@settings(max_examples=50, deadline=None)
def test_approximations_are_never_cheaper_than_the_exact_policy(
    model: ContinuousReviewModel,
) -> None:
    """And the quantity with backorders costs at most an eighth more, as Zheng has proved."""
    least = exact_rq_policy(model).cost_rate
    for approximation in APPROXIMATIONS:
        assert least <= approximation(model).cost_rate * (1 + 1e-9)
    if isinstance(model.lead_time_demand, NormalDemand):
        assert eoqb_rq_policy(model).cost_rate <= 1.125 * least


@given(continuous())
@settings(max_examples=50, deadline=None)
def test_uncertain_demand_costs_more_than_certain_demand(model: ContinuousReviewModel) -> None:
    """The cost with backorders and no spread is a bound from below."""
    certain = economic_order_quantity_with_backorders(
        model.demand_rate,
        fixed_cost=model.fixed_cost,
        holding_cost=model.holding_cost,
        stockout_cost=model.stockout_cost,
    )
    assert certain.cost_rate <= exact_rq_policy(model).cost_rate * (1 + 1e-9)


@pytest.mark.parametrize("method", [exact_rq_policy, eoqb_rq_policy, loss_function_rq_policy])
def test_certain_demand_leads_to_the_quantity_with_backorders(
    method: Callable[[ContinuousReviewModel], RQPolicy],
) -> None:
    """Without spread, r is what the lead time asks for, less those who wait at the end."""
    model = ContinuousReviewModel(
        lead_time_demand=ConstantDemand(units=108.5),
        demand_rate=1300,
        fixed_cost=8,
        holding_cost=0.225,
        stockout_cost=5,
    )
    certain = economic_order_quantity_with_backorders(
        1300, fixed_cost=8, holding_cost=0.225, stockout_cost=5
    )
    policy = method(model)

    assert policy.order_quantity == pytest.approx(certain.order_quantity, rel=1e-9)
    assert policy.reorder_point == pytest.approx(108.5 - certain.max_backorder, rel=1e-9)
    assert policy.cost_rate == pytest.approx(certain.cost_rate, rel=1e-9)


@given(continuous(), st.floats(0.1, 1000))
@settings(max_examples=50, deadline=None)
def test_the_best_r_makes_both_ends_of_a_cycle_cost_the_same(
    model: ContinuousReviewModel, order_quantity: float
) -> None:
    """The condition of the first order, for any quantity."""
    low = best_reorder_point(model, order_quantity=order_quantity).reorder_point

    at_low, at_high = model.position_cost(low), model.position_cost(low + order_quantity)
    assert at_low == pytest.approx(at_high, rel=1e-6, abs=1e-6)


@given(whole(), st.integers(1, 30))
@settings(max_examples=30)
def test_no_other_whole_r_is_better(model: ContinuousReviewModel, order_quantity: int) -> None:
    """For a quantity in whole units, r is a whole number, too."""
    best = best_reorder_point(model, order_quantity=order_quantity)
    assert isinstance(best.reorder_point, int)

    for by in range(-5, 6):
        cost = model.cost_rate(
            reorder_point=best.reorder_point + by, order_quantity=order_quantity
        )
        assert best.cost_rate <= cost * (1 + 1e-12)


@given(whole())
def test_in_whole_units_every_method_answers_in_whole_numbers(
    model: ContinuousReviewModel,
) -> None:
    """Nobody orders a part of a unit."""
    for method in (exact_rq_policy, *APPROXIMATIONS):
        policy = method(model)
        assert policy.reorder_point == int(policy.reorder_point)
        assert policy.order_quantity == int(policy.order_quantity) >= 1


def test_in_whole_units_r_is_the_number_at_which_an_order_is_placed() -> None:
    """The newsvendor's unit itself, not one more; and Q is the nearest whole number."""
    model = ContinuousReviewModel.poisson(
        demand_rate=20, lead_time=1, fixed_cost=64, holding_cost=1, stockout_cost=9
    )
    policy = eoqss_rq_policy(model)
    assert policy.reorder_point == PoissonDemand(mean=20).quantile(0.9)
    assert policy.order_quantity == round(math.sqrt(2 * 64 * 20))
    assert loss_function_rq_policy(model).reorder_point in {14, 15}


@given(st.floats(20, 200), st.floats(0.05, 0.6), st.floats(0.1, 50), st.floats(5, 100))
def test_the_fixed_point_solves_both_of_its_equations(
    mean: float, spread: float, fixed_cost: float, backorder_cost: float
) -> None:
    """Q from the shortage at r, and r from Q, hold together, above the economic quantity."""
    demand = NormalDemand(mean=mean, sd=mean * spread)
    model = ContinuousReviewModel(
        lead_time_demand=demand,
        demand_rate=10 * mean,
        fixed_cost=fixed_cost,
        holding_cost=1,
        backorder_cost=backorder_cost,
    )
    policy = eil_rq_policy(model)
    low, quantity = policy.reorder_point, policy.order_quantity

    lost = fixed_cost + backorder_cost * demand.loss(low)
    assert quantity == pytest.approx(math.sqrt(20 * mean * lost), rel=1e-9)
    assert 1 - demand.cdf(low) == pytest.approx(quantity / (10 * mean * backorder_cost), rel=1e-6)
    plain = economic_order_quantity(10 * mean, fixed_cost=fixed_cost, holding_cost=1)
    assert quantity >= plain.order_quantity


def test_the_exact_cost_of_a_unit_charge_counts_each_backorder_once() -> None:
    """Where nothing is short at the top of a cycle, the estimate differs by the time they wait."""
    policy = eil_rq_policy(ContinuousReviewModel.normal(**EXAMPLE, backorder_cost=7.5))
    assert policy.estimated_cost_rate is not None
    model = policy.model
    demand = model.lead_time_demand
    low, quantity = policy.reorder_point, policy.order_quantity

    orders = model.demand_rate * (model.fixed_cost + 7.5 * demand.loss(low)) / quantity
    stock = 0.225 * (low + quantity / 2 - demand.mean)
    assert policy.estimated_cost_rate == pytest.approx(orders + stock, rel=1e-12)
    assert policy.estimated_cost_rate < policy.cost_rate < 1.0001 * policy.estimated_cost_rate


@pytest.mark.parametrize(
    "demand",
    [
        GammaDemand(mean=100, sd=30),
        GammaDemand(mean=10, sd=20),
        NormalDemand(mean=100, sd=30),
        PoissonDemand(mean=7.5),
    ],
)
def test_the_cost_agrees_with_an_integral_by_other_means(demand: Any) -> None:
    """Positions between r and r + Q, from below 0 to far above the mean, by panels of half a unit."""
    model = ContinuousReviewModel(
        lead_time_demand=demand,
        demand_rate=50,
        fixed_cost=20,
        holding_cost=2,
        stockout_cost=9,
    )
    for low, quantity in (
        (-30.5, 20.0),
        (-10.25, 90.5),
        (5.5, 0.25),
        (60.5, 400.0),
        (900.5, 10.0),
    ):
        knots = sorted({low, *(k / 2 for k in range(-62, 1840) if 0 < k / 2 - low < quantity)})
        area = sum(
            half * weight * model.position_cost(start + half * (1 + node))
            for start, end in pairwise([*knots, low + quantity])
            for half in [(end - start) / 2]
            for node, weight in zip(*np.polynomial.legendre.leggauss(8), strict=True)
        )
        expected = (50 * 20 + area) / quantity
        found = model.cost_rate(reorder_point=low, order_quantity=quantity)
        assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("case", cases("r_Q_eil"))
def test_the_published_inventory_level_approximation_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen, whose stockout cost is here one of a unit, not of its time."""
    inputs = dict(case["inputs"])
    policy = eil_rq_policy(
        ContinuousReviewModel.normal(
            demand_rate=inputs.pop("demand_mean"),
            backorder_cost=inputs.pop("stockout_cost"),
            **inputs,
        )
    )
    assert policy.reorder_point == near(case, "r")
    assert policy.order_quantity == near(case, "Q")
    assert policy.estimated_cost_rate == near(case, "cost_rate")


@pytest.mark.parametrize("case", cases("r_Q_per_unit_backorder_fixed_point"))
def test_the_published_fixed_point_comes_out(case: dict[str, Any]) -> None:
    """Harvey's Specialty Shop: the same method, known from Nahmias."""
    inputs = case["inputs"]
    policy = eil_rq_policy(
        ContinuousReviewModel(
            lead_time_demand=NormalDemand(mean=inputs["ltd_mean"], sd=inputs["ltd_sd"]),
            demand_rate=inputs["demand_rate"],
            fixed_cost=inputs["fixed_cost"],
            holding_cost=inputs["holding_cost"],
            backorder_cost=inputs["penalty_per_unit"],
        )
    )
    assert policy.order_quantity == near(case, "Q")
    assert policy.reorder_point == near(case, "R")
    assert policy.safety_stock == policy.reorder_point - 100


@pytest.mark.parametrize("case", cases("r_Q_eoqb"))
def test_the_published_backorder_approximation_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen; the cost is that of the model, not of the approximation."""
    policy = eoqb_rq_policy(normal_of(case["inputs"]))

    assert policy.reorder_point == near(case, "r")
    assert policy.order_quantity == near(case, "Q")
    assert policy.cost_rate == near(case, "exact_cost_rate")


def _comes_out(case: dict[str, Any], policy: RQPolicy) -> None:
    assert policy.reorder_point == near(case, "r")
    assert policy.order_quantity == near(case, "Q")


@pytest.mark.parametrize("case", cases("r_Q_loss"))
def test_the_published_loss_function_approximation_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    _comes_out(case, loss_function_rq_policy(normal_of(case["inputs"])))


@pytest.mark.parametrize("case", cases("r_Q_eoqss"))
def test_the_published_eoq_with_safety_stock_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    _comes_out(case, eoqss_rq_policy(normal_of(case["inputs"])))


@pytest.mark.parametrize("case", cases("r_Q_optimal_r_for_q"))
def test_the_published_best_r_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = case["inputs"]
    policy = best_reorder_point(normal_of(inputs), order_quantity=inputs["order_quantity"])
    assert policy.reorder_point == near(case, "r")


@pytest.mark.parametrize("case", cases("r_Q_poisson_exact"))
def test_the_published_exact_policy_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen, by the algorithm of Federgruen and Zheng."""
    inputs = dict(case["inputs"])
    policy = exact_rq_policy(
        ContinuousReviewModel.poisson(demand_rate=inputs.pop("demand_mean"), **inputs)
    )
    assert policy.reorder_point == case["expected"]["r"]
    assert policy.order_quantity == case["expected"]["Q"]
    assert policy.cost_rate == near(case, "cost_rate")


def test_normal_and_poisson_demand_agree_where_demand_is_large() -> None:
    """For a mean of hundreds the two families lead to the same order, but for a unit or two."""
    costs = {"fixed_cost": 50, "holding_cost": 2, "stockout_cost": 20}
    units = exact_rq_policy(ContinuousReviewModel.poisson(demand_rate=400, lead_time=1, **costs))
    fractions = exact_rq_policy(
        ContinuousReviewModel.normal(demand_rate=400, demand_sd=20, lead_time=1, **costs)
    )
    assert abs(units.reorder_point - fractions.reorder_point) < 1.5
    assert abs(units.order_quantity - fractions.order_quantity) < 1.5
    assert units.cost_rate == pytest.approx(fractions.cost_rate, rel=1e-3)


def test_cheap_backorders_have_no_reorder_point() -> None:
    """Where stock costs more than any backorder, the equations have no solution."""
    cheap = ContinuousReviewModel.normal(**EXAMPLE, backorder_cost=0.04)
    with pytest.raises(NoReorderPointError, match=r"beyond 231\.111 no reorder point pays"):
        eil_rq_policy(cheap)


def test_a_fixed_point_that_does_not_settle_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds are bounded, and what has not settled is no policy."""
    monkeypatch.setattr(_approximate_rq, "ROUNDS_MAX", 2)
    with pytest.raises(NoReorderPointError):
        eil_rq_policy(ContinuousReviewModel.normal(**EXAMPLE, backorder_cost=7.5))


def test_each_method_takes_one_price_of_a_unit_short() -> None:
    """A price of a unit is none of its time: where both are stated or the wrong one, it says so."""
    once = ContinuousReviewModel.normal(**EXAMPLE, backorder_cost=7.5)
    by_time = ContinuousReviewModel.normal(**EXAMPLE, stockout_cost=7.5)

    for method in (*APPROXIMATIONS, exact_rq_policy):
        with pytest.raises(FieldError) as refused:
            method(once)
        assert refused.value.field == "backorder_cost"
    with pytest.raises(FieldError) as refused:
        best_reorder_point(once, order_quantity=10)
    assert refused.value.field == "backorder_cost"
    with pytest.raises(FieldError) as refused:
        eil_rq_policy(by_time)
    assert refused.value.field == "stockout_cost"


def test_costs_without_a_ratio_are_refused() -> None:
    """Where holding costs nothing beside waiting, no position is high enough."""
    numbers = {**EXAMPLE, "holding_cost": 1e-12, "stockout_cost": 1e15}
    model = ContinuousReviewModel.normal(**numbers)
    for method in (*APPROXIMATIONS, exact_rq_policy):
        with pytest.raises(FieldError) as refused:
            method(model)
        assert refused.value.field == "stockout_cost"


def test_both_prices_of_a_unit_short_add_up() -> None:
    """The cost of a policy takes one, the other, or both."""
    numbers = {"reorder_point": 120, "order_quantity": 300}
    once = ContinuousReviewModel.normal(**EXAMPLE, backorder_cost=7.5).cost_rate(**numbers)
    by_time = ContinuousReviewModel.normal(**EXAMPLE, stockout_cost=5).cost_rate(**numbers)
    both = ContinuousReviewModel.normal(**EXAMPLE, stockout_cost=5, backorder_cost=7.5)
    least = ContinuousReviewModel.normal(**EXAMPLE, stockout_cost=1e-12).cost_rate(**numbers)

    assert both.cost_rate(**numbers) == pytest.approx(once + by_time - least, rel=1e-9)


@pytest.mark.parametrize("reorder_point", [-1, 0, 2, 5])
def test_a_unit_charge_is_paid_for_each_customer_who_waits(reorder_point: int) -> None:
    """With single units ordered a customer waits if more than r others came in the lead time."""
    costs = {"demand_rate": 12, "lead_time": 0.25, "fixed_cost": 1, "holding_cost": 1}
    cheap, dear = (
        ContinuousReviewModel.poisson(**costs, stockout_cost=1, backorder_cost=charge).cost_rate(
            reorder_point=reorder_point, order_quantity=1
        )
        for charge in (1, 11)
    )
    waits = 1 - PoissonDemand(mean=3).cdf(reorder_point)
    assert dear - cheap == pytest.approx(10 * 12 * waits, rel=1e-9)


def test_what_cannot_be_counted_is_refused() -> None:
    """Orders of millions are not counted unit by unit."""
    huge = ContinuousReviewModel.poisson(
        demand_rate=1e6, lead_time=1, fixed_cost=1e9, holding_cost=1, stockout_cost=9
    )
    with pytest.raises(TooManyStatesError, match="units in an order"):
        exact_rq_policy(huge)


def test_extreme_costs_end_in_numbers_or_typed_errors() -> None:
    """Nothing overflows, divides by zero or runs on."""
    for fixed_cost in (1e-12, 1, 1e15):
        for holding_cost in (1e-12, 1, 1e15):
            for stockout_cost in (1e-12, 1, 1e15):
                model = ContinuousReviewModel.normal(
                    demand_rate=1300,
                    demand_sd=150,
                    lead_time=1 / 12,
                    fixed_cost=fixed_cost,
                    holding_cost=holding_cost,
                    stockout_cost=stockout_cost,
                )
                for method in (*APPROXIMATIONS, exact_rq_policy):
                    try:
                        policy = method(model)
                    except FieldError:
                        continue
                    assert math.isfinite(policy.cost_rate)


def test_a_policy_says_what_it_does() -> None:
    """Numbers and cost are in words."""
    model = ContinuousReviewModel.normal(**EXAMPLE, stockout_cost=7.5)
    policy = RQPolicy(model=model, method="by hand", reorder_point=126.8, order_quantity=328.5)
    assert policy.explain() == "by hand: at 126.8 order 328.5, 78.07 a period"


@pytest.mark.parametrize(
    "fault",
    [
        {"lead_time_demand": None},
        {"lead_time_demand": NormalDemand(mean=0, sd=1)},
        {"demand_rate": 0},
        {"fixed_cost": 0},
        {"holding_cost": float("nan")},
        {"stockout_cost": -1},
        {"backorder_cost": "7.5"},
    ],
)
def test_a_model_that_makes_no_sense_is_refused(fault: dict[str, Any]) -> None:
    """The error names the field."""
    fine: dict[str, Any] = {
        "lead_time_demand": PoissonDemand(mean=6),
        "demand_rate": 12,
        "fixed_cost": 5,
        "holding_cost": 1,
        "stockout_cost": 4,
    }
    with pytest.raises(FieldError) as refused:
        ContinuousReviewModel(**{**fine, **fault})

    assert refused.value.field == next(iter(fault))


def test_units_short_must_cost_something() -> None:
    """Where they cost nothing, the best policy never orders."""
    with pytest.raises(FieldError) as refused:
        ContinuousReviewModel.normal(**EXAMPLE)
    assert refused.value.field == "backorder_cost"


@pytest.mark.parametrize("field", ["demand_rate", "demand_sd", "lead_time"])
def test_demand_over_no_time_is_refused(field: str) -> None:
    """A lead time of 0 leaves nothing uncertain: that is the economic order quantity."""
    with pytest.raises(FieldError) as refused:
        ContinuousReviewModel.normal(**{**EXAMPLE, field: 0}, stockout_cost=1)
    assert refused.value.field == field
    if field != "demand_sd":
        numbers = {key: EXAMPLE[key] for key in EXAMPLE if key != "demand_sd"}
        with pytest.raises(FieldError) as refused:
            ContinuousReviewModel.poisson(**{**numbers, field: "x"}, stockout_cost=1)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ((float("nan"), 5), "reorder_point"),
        ((None, 5), "reorder_point"),
        ((5, 0), "order_quantity"),
        ((5, float("inf")), "order_quantity"),
        ((5, True), "order_quantity"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(numbers: tuple[Any, Any], field: str) -> None:
    """R is a number, and Q is above 0."""
    model = ContinuousReviewModel.normal(**EXAMPLE, stockout_cost=7.5)
    with pytest.raises(FieldError) as refused:
        model.cost_rate(reorder_point=numbers[0], order_quantity=numbers[1])

    assert refused.value.field == field
