"""The policy (s, S): published instances, and no cheaper pair of levels."""

import functools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.distributions import (
    ConstantDemand,
    DiscreteDemand,
    NormalDemand,
    PoissonDemand,
)
from ecomkit.replenishment.optimization import (
    PeriodicReviewModel,
    SSPolicy,
    TooManyStatesError,
    best_base_stock,
    capped_power_approximation,
    exact_ss_policy,
    power_approximation,
)

ZHENG_FEDERGRUEN = {
    10: (6, 40, 35.022),
    15: (10, 49, 42.698),
    20: (14, 62, 49.173),
    21: (15, 65, 50.406),
    22: (16, 68, 51.632),
    23: (17, 52, 52.757),
    24: (18, 54, 53.518),
    25: (19, 56, 54.262),
    30: (23, 66, 57.819),
    35: (28, 77, 61.215),
    40: (33, 87, 64.512),
    45: (37, 97, 67.776),
    50: (42, 108, 70.975),
    51: (43, 110, 71.611),
    52: (44, 112, 72.246),
    55: (47, 118, 74.149),
    59: (51, 126, 76.679),
    60: (52, 129, 77.306),
    61: (52, 131, 77.929),
    63: (54, 73, 78.287),
    64: (55, 74, 78.402),
    65: (56, 75, 78.518),
    70: (62, 81, 79.037),
    75: (67, 86, 79.554),
}
"""By mean demand: s, S and cost, with h 1, p 9 and K 64 (Zheng and Federgruen 1991, table I)."""

costs = st.floats(0.1, 20)


@st.composite
def models(draw: st.DrawFn, *, mean_max: float = 6, lead_time_max: int = 2) -> PeriodicReviewModel:
    """Draw a small sku with Poisson demand."""
    return PeriodicReviewModel(
        demand=PoissonDemand(mean=draw(st.floats(0.05, mean_max))),
        lead_time_periods=draw(st.integers(0, lead_time_max)),
        fixed_cost=draw(st.just(0) | st.floats(0.1, 60)),
        holding_cost=draw(st.floats(0.5, 5)),
        stockout_cost=draw(costs),
    )


def model_of(inputs: dict[str, Any]) -> PeriodicReviewModel:
    """Return the model that a case of the file states."""
    demand = (
        NormalDemand(mean=inputs["demand_mean"], sd=inputs["demand_sd"])
        if "demand_sd" in inputs
        else PoissonDemand(mean=inputs["demand_mean"])
    )
    return PeriodicReviewModel(
        demand=demand,
        lead_time_periods=inputs.get("lead_time", 0),
        fixed_cost=inputs.get("fixed_cost", 0),
        holding_cost=inputs["holding_cost"],
        stockout_cost=inputs["stockout_cost"],
    )


def poisson(size: int, mean: float) -> Any:
    """Return the first probabilities of a Poisson distribution, from its formula."""
    return np.array(
        [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(size)]
    )


def cost_by_markov_chain(
    model: PeriodicReviewModel, *, reorder_point: int, order_up_to: int
) -> float:
    """Return the cost from the stationary positions after ordering, from the formula of the Poisson."""
    mean = model.demand.mean
    size = order_up_to - reorder_point
    moves = poisson(size, mean)
    chain = np.zeros((size, size))  # place k is the position order_up_to - k
    for place in range(size):
        chain[place, place:] = moves[: size - place]
        chain[place, 0] += 1 - moves[: size - place].sum()
    equations = np.vstack([chain.T - np.eye(size), np.ones(size)])
    shares = np.linalg.lstsq(equations, np.append(np.zeros(size), 1), rcond=None)[0]
    ordering = sum(share * (1 - moves[: size - place].sum()) for place, share in enumerate(shares))
    ahead = mean * (model.lead_time_periods + 1)
    units = np.arange(0, int(ahead + 12 * math.sqrt(ahead) + 30))
    chances = poisson(len(units), ahead)
    positions = order_up_to - np.arange(size)
    over = np.array([(chances * np.maximum(position - units, 0)).sum() for position in positions])
    short = over - positions + ahead
    costs = model.holding_cost * over + model.stockout_cost * short
    return float(shares @ costs + model.fixed_cost * ordering)


@given(models(), st.integers(-3, 15), st.integers(1, 15))
@settings(max_examples=30)
def test_the_cost_of_a_policy_is_that_of_its_stationary_positions(
    model: PeriodicReviewModel, reorder_point: int, lot: int
) -> None:
    """A Markov chain over the positions, solved by other means, costs the same."""
    levels = {"reorder_point": reorder_point, "order_up_to": reorder_point + lot}
    expected = cost_by_markov_chain(model, **levels)

    assert model.cost_rate(**levels) == pytest.approx(expected, rel=1e-9)


@given(models())
@settings(max_examples=30, deadline=None)
def test_no_other_pair_of_levels_is_cheaper(model: PeriodicReviewModel) -> None:
    """Every s and S around and far from the answer costs at least as much."""
    best = exact_ss_policy(model)
    low, high = int(best.reorder_point), int(best.order_up_to)

    for reorder_point in range(low - 4, low + 5):
        for order_up_to in range(reorder_point + 1, high + 8):
            cost = model.cost_rate(reorder_point=reorder_point, order_up_to=order_up_to)
            assert best.cost_rate <= cost * (1 + 1e-12)


@given(models(mean_max=300))
@settings(max_examples=30)
def test_no_neighbour_is_cheaper(model: PeriodicReviewModel) -> None:
    """One unit more or less in either level, for large demand, too."""
    best = exact_ss_policy(model)
    for low in (-1, 0, 1):
        for high in (-1, 0, 1):
            levels = (best.reorder_point + low, best.order_up_to + high)
            if levels[0] < levels[1]:
                cost = model.cost_rate(reorder_point=levels[0], order_up_to=levels[1])
                assert best.cost_rate <= cost * (1 + 1e-12)


@given(models(mean_max=50))
def test_without_a_fixed_cost_it_is_the_base_stock(model: PeriodicReviewModel) -> None:
    """Where orders are free, every unit is ordered again: S is the newsvendor's level."""
    free = PeriodicReviewModel(
        demand=model.demand,
        lead_time_periods=model.lead_time_periods,
        holding_cost=model.holding_cost,
        stockout_cost=model.stockout_cost,
    )
    best, base = exact_ss_policy(free), best_base_stock(free)

    assert best.cost_rate == pytest.approx(base.cost, rel=1e-9)
    assert best.reorder_point == best.order_up_to - 1


@given(models(), st.floats(0.5, 60))
def test_a_higher_fixed_cost_costs_more_and_orders_less_often(
    model: PeriodicReviewModel, more: float
) -> None:
    """Both grow with K, and the cost by no more than K an order."""
    cheap = exact_ss_policy(model)
    dear = exact_ss_policy(
        PeriodicReviewModel(
            demand=model.demand,
            lead_time_periods=model.lead_time_periods,
            fixed_cost=model.fixed_cost + more,
            holding_cost=model.holding_cost,
            stockout_cost=model.stockout_cost,
        )
    )
    assert cheap.cost_rate <= dear.cost_rate * (1 + 1e-12)
    assert dear.cost_rate <= (cheap.cost_rate + more / cheap.periods_per_order) * (1 + 1e-12)
    assert cheap.periods_per_order <= dear.periods_per_order * (1 + 1e-12)


@given(models(mean_max=40, lead_time_max=6))
def test_the_power_approximation_is_never_cheaper(model: PeriodicReviewModel) -> None:
    """Neither as it is nor capped, at levels that are rounded to units."""
    if not model.fixed_cost:
        return
    best = exact_ss_policy(model).cost_rate
    for approximation in (power_approximation, capped_power_approximation):
        policy = approximation(model)
        low = round(policy.reorder_point)
        cost = model.cost_rate(
            reorder_point=low, order_up_to=max(low + 1, round(policy.order_up_to))
        )
        assert best <= cost * (1 + 1e-12)


@pytest.mark.parametrize("mean", ZHENG_FEDERGRUEN)
def test_the_instances_of_zheng_and_federgruen_come_out(mean: int) -> None:
    """All 24 of their table, to the last printed digit."""
    best = exact_ss_policy(
        PeriodicReviewModel(
            demand=PoissonDemand(mean=mean), fixed_cost=64, holding_cost=1, stockout_cost=9
        )
    )
    found = (best.reorder_point, best.order_up_to, round(best.cost_rate, 3))
    assert found == ZHENG_FEDERGRUEN[mean]


@pytest.mark.parametrize("case", cases("s_S_exact_poisson"))
def test_the_published_levels_come_out(case: dict[str, Any]) -> None:
    """Zheng and Federgruen, Snyder and Shen."""
    best = exact_ss_policy(model_of(case["inputs"]))

    assert best.reorder_point == case["expected"]["s"]
    assert best.order_up_to == case["expected"]["S"]
    assert best.cost_rate == near(case, "cost_rate")


@pytest.mark.parametrize("case", cases("s_S_cost_poisson"))
def test_the_published_cost_of_given_levels_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = case["inputs"]
    cost = model_of(inputs).cost_rate(reorder_point=inputs["s"], order_up_to=inputs["S"])
    assert cost == near(case, "cost_rate")


@pytest.mark.parametrize("case", cases("s_S_power_approximation"))
def test_the_published_power_approximation_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen, who leave the cap out."""
    policy = power_approximation(model_of(case["inputs"]))

    assert policy.reorder_point == near(case, "s")
    assert policy.order_up_to == near(case, "S")


@pytest.mark.parametrize("case", cases("base_stock_normal"))
def test_the_published_base_stock_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen: the level covers lead time and one period."""
    best = best_base_stock(model_of(case["inputs"]))

    assert best.base_stock_level == near(case, "base_stock_level")
    assert best.cost == near(case, "cost")


def test_small_lots_are_capped_by_the_newsvendor() -> None:
    """Where an order comes in almost every period, S carries no more than that period."""
    small = PeriodicReviewModel(
        demand=NormalDemand(mean=50, sd=8), fixed_cost=2.5, holding_cost=0.18, stockout_cost=0.7
    )
    capped = capped_power_approximation(small)
    assert capped.reorder_point == power_approximation(small).reorder_point
    assert capped.order_up_to == pytest.approx(best_base_stock(small).base_stock_level)

    large = PeriodicReviewModel(
        demand=NormalDemand(mean=50, sd=8), fixed_cost=250, holding_cost=0.18, stockout_cost=0.7
    )
    capped = capped_power_approximation(large)
    assert capped.order_up_to == power_approximation(large).order_up_to


def test_normal_demand_is_rounded_to_units() -> None:
    """A normal demand and the same in units lead to levels and costs that are close."""
    model = PeriodicReviewModel(
        demand=NormalDemand(mean=50, sd=math.sqrt(50)),
        fixed_cost=64,
        holding_cost=1,
        stockout_cost=9,
    )
    best = exact_ss_policy(model)

    assert abs(best.reorder_point - 42) <= 1
    assert abs(best.order_up_to - 108) <= 1
    assert best.cost_rate == pytest.approx(70.975, rel=0.01)


def test_levels_between_units_cost_what_the_positions_between_them_cost() -> None:
    """The position falls by whole units from wherever it was ordered up to."""
    model = PeriodicReviewModel(
        demand=PoissonDemand(mean=6), fixed_cost=5, holding_cost=1, stockout_cost=4
    )
    low = model.cost_rate(reorder_point=4, order_up_to=10)
    high = model.cost_rate(reorder_point=5, order_up_to=11)

    between = model.cost_rate(reorder_point=4.25, order_up_to=10.25)
    assert between == pytest.approx(0.75 * low + 0.25 * high, rel=1e-12)
    assert model.cost_rate(reorder_point=5.0, order_up_to=10.25) == between


def test_rare_demand_loses_no_digit() -> None:
    """One unit in a thousand periods: an order a unit, and the cost of keeping one."""
    rare = PeriodicReviewModel(
        demand=PoissonDemand(mean=1e-3), fixed_cost=1, holding_cost=1e-4, stockout_cost=9
    )
    levels = {"reorder_point": 0, "order_up_to": 2}
    expected = cost_by_markov_chain(rare, **levels)
    assert rare.cost_rate(**levels) == pytest.approx(expected, rel=1e-9)


def test_the_rarest_demand_loses_no_digit() -> None:
    """Once in a billion periods: what is left of 1 after the chance of nothing is exact."""
    rare = PeriodicReviewModel(
        demand=PoissonDemand(mean=1e-9), fixed_cost=1, holding_cost=1, stockout_cost=1
    )
    policy = SSPolicy(model=rare, method="given", reorder_point=0, order_up_to=1)
    assert policy.periods_per_order == pytest.approx(-1 / math.expm1(-1e-9), rel=1e-13)


@given(
    st.dictionaries(st.integers(1, 9), st.integers(1, 9), min_size=1, max_size=5),
    st.integers(0, 2),
    st.floats(0, 20),
    st.floats(0.2, 10),
)
@settings(max_examples=40, deadline=None)
def test_any_demand_in_whole_units_has_its_best_levels(
    weights: dict[int, int], lead_time: int, fixed_cost: float, stockout_cost: float
) -> None:
    """Also where every period asks for something: no other pair of levels is cheaper."""
    chances = {units: weight / sum(weights.values()) for units, weight in weights.items()}
    model = PeriodicReviewModel(
        demand=DiscreteDemand.of(chances),
        lead_time_periods=lead_time,
        fixed_cost=fixed_cost if fixed_cost > 1e-3 else 0,
        holding_cost=1,
        stockout_cost=stockout_cost,
    )
    best = exact_ss_policy(model)
    low, high = int(best.reorder_point), int(best.order_up_to)

    @functools.cache
    def periods_to_go(units: int) -> float:
        if units <= 0:
            return 0
        return 1 + sum(chance * periods_to_go(units - asked) for asked, chance in chances.items())

    assert best.periods_per_order == pytest.approx(periods_to_go(high - low), rel=1e-12)
    for reorder_point in range(low - 3, low + 4):
        for order_up_to in range(max(reorder_point + 1, high - 10), high + 11):
            cost = model.cost_rate(reorder_point=reorder_point, order_up_to=order_up_to)
            assert best.cost_rate <= cost * (1 + 1e-12)


def test_a_tie_without_a_fixed_cost_is_a_base_stock() -> None:
    """Two levels that cost the same, but for the rounding of a float, end in one of them."""
    model = PeriodicReviewModel(
        demand=DiscreteDemand(units=(0, 1, 2), weights=(1, 9, 4)),
        holding_cost=2.8,
        stockout_cost=7.0,
    )
    best = exact_ss_policy(model)
    assert best.order_up_to - best.reorder_point == 1
    assert best.cost_rate == pytest.approx(best_base_stock(model).cost, rel=1e-12)


def test_the_power_approximation_is_close_over_a_lead_time() -> None:
    """The levels carry the spread of all periods until an order comes, far beyond those fitted."""
    model = PeriodicReviewModel(
        demand=PoissonDemand(mean=50),
        lead_time_periods=24,
        fixed_cost=640,
        holding_cost=1,
        stockout_cost=9,
    )
    policy = power_approximation(model)
    assert policy.cost_rate <= 1.1 * exact_ss_policy(model).cost_rate


def test_a_level_just_below_the_cap_stays_where_it_is() -> None:
    """The cap is no reason to order later."""
    model = PeriodicReviewModel(
        demand=NormalDemand(mean=50, sd=8),
        fixed_cost=0.023,
        holding_cost=0.18,
        stockout_cost=0.7,
    )
    plain, capped = power_approximation(model), capped_power_approximation(model)
    assert capped.order_up_to - 1 < plain.reorder_point < capped.order_up_to
    assert capped.reorder_point == plain.reorder_point


def test_what_cannot_be_counted_is_refused() -> None:
    """Instead of running for hours, the error says what is too much and what helps."""
    huge = PeriodicReviewModel(
        demand=PoissonDemand(mean=1), fixed_cost=1e9, holding_cost=1, stockout_cost=9
    )
    with pytest.raises(TooManyStatesError, match="positions between s and S"):
        exact_ss_policy(huge)
    with pytest.raises(TooManyStatesError, match="positions between s and S"):
        huge.cost_rate(reorder_point=-(10**15), order_up_to=10**15)
    with pytest.raises(TooManyStatesError, match="levels of demand"):
        exact_ss_policy(
            PeriodicReviewModel(
                demand=PoissonDemand(mean=1e12), fixed_cost=1, holding_cost=1, stockout_cost=9
            )
        )
    with pytest.raises(TooManyStatesError, match="levels of demand"):
        exact_ss_policy(
            PeriodicReviewModel(
                demand=NormalDemand(mean=1e9, sd=1e8),
                fixed_cost=1,
                holding_cost=1,
                stockout_cost=9,
            )
        )


def test_a_demand_that_rounds_to_nothing_is_refused() -> None:
    """Less than one unit in any period never comes in whole units."""
    model = PeriodicReviewModel(
        demand=NormalDemand(mean=1e-3, sd=1e-3), fixed_cost=1, holding_cost=1, stockout_cost=9
    )
    with pytest.raises(FieldError) as refused:
        exact_ss_policy(model)

    assert refused.value.field == "demand"


def test_a_policy_says_what_it_does() -> None:
    """Levels and cost are in words."""
    model = PeriodicReviewModel(
        demand=PoissonDemand(mean=6), fixed_cost=5, holding_cost=1, stockout_cost=4
    )
    policy = SSPolicy(model=model, method="by hand", reorder_point=2, order_up_to=12)
    assert policy.explain() == "by hand: at 2 or below order up to 12, 8.56 a period"

    huge = PeriodicReviewModel(
        demand=PoissonDemand(mean=1e12), fixed_cost=1e9, holding_cost=1, stockout_cost=4
    )
    policy = SSPolicy(model=huge, method="by hand", reorder_point=10**12, order_up_to=2 * 10**12)
    assert policy.explain() == ("by hand: at 1000000000000 or below order up to 2000000000000")


@pytest.mark.parametrize(
    "fault",
    [
        {"demand": None},
        {"demand": PoissonDemand},
        {"demand": NormalDemand(mean=0, sd=1)},
        {"fixed_cost": -1},
        {"fixed_cost": float("nan")},
        {"holding_cost": 0},
        {"stockout_cost": 0},
        {"stockout_cost": float("inf")},
        {"lead_time_periods": -1},
        {"lead_time_periods": 0.5},
        {"lead_time_periods": True},
    ],
)
def test_a_model_that_makes_no_sense_is_refused(fault: dict[str, Any]) -> None:
    """The error names the field."""
    fine: dict[str, Any] = {
        "demand": PoissonDemand(mean=6),
        "fixed_cost": 5,
        "holding_cost": 1,
        "stockout_cost": 4,
    }
    with pytest.raises(FieldError) as refused:
        PeriodicReviewModel(**{**fine, **fault})

    assert refused.value.field == next(iter(fault))


@pytest.mark.parametrize(
    ("levels", "field"),
    [
        ((float("nan"), 5), "reorder_point"),
        ((True, 5), "reorder_point"),
        ((5, 5), "order_up_to"),
        ((5, 4), "order_up_to"),
        ((5, float("inf")), "order_up_to"),
    ],
)
def test_levels_that_make_no_sense_are_refused(levels: tuple[Any, Any], field: str) -> None:
    """S is above s, and both are numbers."""
    model = PeriodicReviewModel(
        demand=PoissonDemand(mean=6), fixed_cost=5, holding_cost=1, stockout_cost=4
    )
    with pytest.raises(FieldError) as refused:
        model.cost_rate(reorder_point=levels[0], order_up_to=levels[1])

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("demand", "fixed_cost", "field"),
    [(NormalDemand(mean=5, sd=2), 0, "fixed_cost"), (ConstantDemand(units=5), 1, "demand")],
)
def test_a_power_approximation_without_sense_is_refused(
    demand: Any, fixed_cost: float, field: str
) -> None:
    """It divides by both the fixed cost and the spread."""
    model = PeriodicReviewModel(
        demand=demand, fixed_cost=fixed_cost, holding_cost=1, stockout_cost=9
    )
    with pytest.raises(FieldError) as refused:
        power_approximation(model)

    assert refused.value.field == field
