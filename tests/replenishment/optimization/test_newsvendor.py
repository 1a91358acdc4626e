"""Newsvendor and base stock: published figures, and no cheaper quantity."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.distributions import (
    DiscreteDemand,
    GammaDemand,
    LognormalDemand,
    NormalDemand,
    PoissonDemand,
)
from ecomkit.replenishment.optimization import (
    Newsvendor,
    NewsvendorDecision,
    PeriodicReviewModel,
    best_base_stock,
)

costs = st.floats(0.01, 100)
means = st.floats(0.1, 1e4)


@st.composite
def demands(draw: st.DrawFn) -> Any:
    """Draw demand of one family or another."""
    mean = draw(means)
    sd = mean * draw(st.floats(0.05, 0.4))
    families = (
        NormalDemand(mean=mean, sd=sd),
        GammaDemand(mean=mean, sd=sd),
        PoissonDemand(mean=mean),
    )
    return draw(st.sampled_from(families))


@st.composite
def tables(draw: st.DrawFn) -> dict[int, float]:
    """Draw probabilities of whole units."""
    weights = draw(
        st.dictionaries(st.integers(0, 30), st.integers(1, 100), min_size=1, max_size=8).filter(
            lambda found: max(found) > 0
        )
    )
    total = sum(weights.values())
    return {units: weight / total for units, weight in weights.items()}


@given(demands(), costs, costs, st.floats(0.2, 3))
def test_no_other_quantity_is_cheaper(demand: Any, cu: float, co: float, factor: float) -> None:
    """Near the answer and far from it, in every family."""
    best = Newsvendor(underage_cost=cu, overage_cost=co)(demand)

    for other in (0.999, 1.001, factor):
        assert best.cost <= best.at(best.order_quantity * other).cost * (1 + 1e-9)


@given(tables(), costs, costs)
def test_it_is_the_smallest_quantity_that_reaches_the_ratio(
    pmf: dict[int, float], cu: float, co: float
) -> None:
    """One unit less suffices with less than cu / (cu + co), and every quantity costs as much."""
    policy = Newsvendor(underage_cost=cu, overage_cost=co)
    best = policy(DiscreteDemand.of(pmf))
    by_sum = [
        sum(
            chance * (co * max(quantity - units, 0) + cu * max(units - quantity, 0))
            for units, chance in pmf.items()
        )
        for quantity in range(32)
    ]
    assert best.cost == pytest.approx(min(by_sum), rel=1e-9, abs=1e-12)
    assert best.service_level >= policy.critical_ratio * (1 - 1e-12)
    assert best.order_quantity == 0 or (
        best.demand.cdf(best.order_quantity - 1) < policy.critical_ratio * (1 + 1e-12)
    )


@given(st.floats(100, 1e5), costs, costs)
def test_poisson_and_normal_agree_where_demand_is_large(mean: float, cu: float, co: float) -> None:
    """Beyond a mean of a hundred the skew of the Poisson moves the quantity by about one unit."""
    policy = Newsvendor(underage_cost=cu, overage_cost=co)
    z = NormalDemand(mean=0, sd=1).quantile(policy.critical_ratio)
    units = policy(PoissonDemand(mean=mean)).order_quantity
    fractions = policy(NormalDemand(mean=mean, sd=math.sqrt(mean))).order_quantity

    # Cornish and Fisher (1938): the skew is worth (z² - 1) / 6; a whole unit is worth one.
    assert abs(units - fractions - (z * z - 1) / 6) <= 1
    assert abs(z) > 2 or abs(units - fractions) <= 1.5


@given(demands(), costs, costs, costs, st.just(0) | costs)
def test_the_best_quantity_by_prices_has_the_highest_profit(
    demand: Any, salvage: float, loss: float, margin: float, other: float
) -> None:
    """Revenue, purchase, salvage, holding and goodwill, summed by their own formula."""
    revenue, cost = salvage + loss + margin, salvage + loss
    held, short = other, 2 * other
    policy = Newsvendor.of_prices(
        revenue=revenue,
        purchase_cost=cost,
        salvage_value=salvage,
        holding_cost=held,
        stockout_cost=short,
    )
    best = policy(demand)

    def profit(decision: NewsvendorDecision) -> float:
        missing, left = decision.expected_shortage, decision.expected_leftover
        sold = decision.demand.mean - missing
        return (
            revenue * sold
            + (salvage - held) * left
            - cost * decision.order_quantity
            - short * missing
        )

    scale = (revenue + short) * (best.order_quantity + demand.mean)
    assert best.expected_profit == pytest.approx(profit(best), abs=1e-9 * scale)
    for factor in (0.9, 1.1):
        changed = best.at(best.order_quantity * factor)
        assert profit(changed) <= profit(best) + 1e-9 * scale


@given(demands(), costs, costs, st.integers(1, 50))
def test_no_other_number_of_packs_is_cheaper(
    demand: Any, cu: float, co: float, units: int
) -> None:
    """The better neighbour of the best quantity is the best of all multiples."""
    best = Newsvendor(underage_cost=cu, overage_cost=co)(demand).in_packs(units)

    assert best.order_quantity % units == 0
    for other in (best.order_quantity - units, best.order_quantity + units):
        assert other < 0 or best.cost <= best.at(other).cost * (1 + 1e-9)


@given(means, st.floats(0.05, 0.4), costs, costs, st.integers(0, 10))
def test_a_longer_lead_time_never_costs_less(
    mean: float, spread: float, holding_cost: float, stockout_cost: float, lead_time: int
) -> None:
    """The cost of the base stock grows with the root of the periods that it has to last."""
    near, far = (
        best_base_stock(
            PeriodicReviewModel(
                demand=NormalDemand(mean=mean, sd=mean * spread),
                lead_time_periods=periods,
                holding_cost=holding_cost,
                stockout_cost=stockout_cost,
            )
        )
        for periods in (0, lead_time)
    )
    assert far.cost == pytest.approx(near.cost * math.sqrt(lead_time + 1), rel=1e-9)


@given(tables(), costs, costs, st.integers(0, 3))
def test_the_base_stock_of_a_table_is_that_of_its_sum(
    pmf: dict[int, float], holding_cost: float, stockout_cost: float, lead_time: int
) -> None:
    """Any demand in whole units is added up period by period."""
    total = {0: 1.0}
    for _ in range(lead_time + 1):
        sums: dict[int, float] = {}
        for had, chance in total.items():
            for units, weight in pmf.items():
                sums[had + units] = sums.get(had + units, 0) + chance * weight
        total = sums
    by_sum = [
        sum(
            chance * (holding_cost * max(level - units, 0) + stockout_cost * max(units - level, 0))
            for units, chance in total.items()
        )
        for level in range(max(total) + 2)
    ]
    best = best_base_stock(
        PeriodicReviewModel(
            demand=DiscreteDemand.of(pmf),
            lead_time_periods=lead_time,
            holding_cost=holding_cost,
            stockout_cost=stockout_cost,
        )
    )
    assert best.cost == pytest.approx(min(by_sum), rel=1e-9, abs=1e-12)
    level = int(best.base_stock_level)
    assert by_sum[level] == pytest.approx(min(by_sum), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("case", cases("newsvendor_normal"))
def test_the_published_normal_newsvendor_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = case["inputs"]
    policy = Newsvendor.of_costs(
        holding_cost=inputs["holding_cost"], stockout_cost=inputs["stockout_cost"]
    )
    best = policy(NormalDemand(mean=inputs["demand_mean"], sd=inputs["demand_sd"]))

    for key in case["expected"]:
        assert getattr(best, key) == near(case, key)


@pytest.mark.parametrize("case", cases("newsvendor_normal_cu_co"))
def test_the_published_newsstand_comes_out(case: dict[str, Any]) -> None:
    """Nahmias."""
    inputs = case["inputs"]
    policy = Newsvendor(underage_cost=inputs["cu"], overage_cost=inputs["co"])
    best = policy(NormalDemand(mean=inputs["demand_mean"], sd=inputs["demand_sd"]))

    assert best.critical_ratio == near(case, "critical_ratio")
    assert best.order_quantity == near(case, "order_quantity")
    assert best.in_packs().order_quantity == 15


@pytest.mark.parametrize("case", cases("newsvendor_normal_explicit"))
def test_the_published_profit_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = dict(case["inputs"])
    demand = NormalDemand(mean=inputs.pop("demand_mean"), sd=inputs.pop("demand_sd"))
    best = Newsvendor.of_prices(**inputs)(demand)

    assert best.order_quantity == near(case, "order_quantity")
    assert best.expected_profit == near(case, "expected_profit")


@pytest.mark.parametrize("case", cases("newsvendor_poisson"))
def test_the_published_poisson_newsvendor_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = dict(case["inputs"])
    demand = PoissonDemand(mean=inputs.pop("demand_mean"))
    best = Newsvendor.of_costs(**inputs)(demand)

    assert best.base_stock_level == case["expected"]["base_stock_level"]
    assert best.cost == near(case, "cost")


@pytest.mark.parametrize("case", cases("newsvendor_discrete"))
def test_the_published_discrete_newsvendor_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = dict(case["inputs"])
    pmf = {int(units): chance for units, chance in inputs.pop("demand_pmf").items()}
    best = Newsvendor.of_costs(**inputs)(DiscreteDemand.of(pmf))

    assert best.base_stock_level == case["expected"]["base_stock_level"]
    assert best.cost == near(case, "cost")


@pytest.mark.parametrize("case", cases("newsvendor_lognormal"))
def test_the_published_lognormal_newsvendor_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = dict(case["inputs"])
    demand = LognormalDemand.of_logarithm(inputs.pop("mu"), sigma=inputs.pop("sigma"))
    best = Newsvendor.of_costs(**inputs)(demand)

    assert best.base_stock_level == near(case, "base_stock_level")
    assert best.cost == near(case, "cost")


def test_nothing_below_zero_is_ordered() -> None:
    """Where a normal demand has its best quantity below 0, nothing is ordered."""
    dear = Newsvendor(underage_cost=1, overage_cost=99)(NormalDemand(mean=10, sd=20))

    assert dear.order_quantity == 0
    assert dear.in_packs(12).order_quantity == 0


def test_a_base_stock_may_be_below_zero() -> None:
    """Where stock is dear and waiting cheap, customers wait on purpose."""
    model = PeriodicReviewModel(
        demand=NormalDemand(mean=10, sd=20), holding_cost=99, stockout_cost=1
    )
    assert best_base_stock(model).base_stock_level < 0


def test_a_decision_says_what_to_expect() -> None:
    """Chance, rest, shortage, cost and, by prices, profit are in words."""
    season = Newsvendor.of_prices(revenue=7, purchase_cost=2.5, salvage_value=1.5)
    text = season(NormalDemand(mean=50, sd=10)).explain()

    assert text.startswith("order 59.08 for ")
    assert text.endswith(
        "enough with 81.8%, 10.1 left and 1.0 short expected, cost 14.52, profit 210.48"
    )


@pytest.mark.parametrize(
    "fault",
    [
        {"underage_cost": 0},
        {"underage_cost": float("nan")},
        {"underage_cost": True},
        {"overage_cost": -1},
        {"overage_cost": "1"},
        {"unit_margin": float("inf")},
    ],
)
def test_costs_that_make_no_sense_are_refused(fault: dict[str, Any]) -> None:
    """The error names the field."""
    fine: dict[str, Any] = {"underage_cost": 1, "overage_cost": 1, "unit_margin": 1}
    with pytest.raises(FieldError) as refused:
        Newsvendor(**{**fine, **fault})

    assert refused.value.field == next(iter(fault))


def test_costs_without_a_ratio_are_refused() -> None:
    """Where one cost is nothing beside the other, no quantity is enough."""
    with pytest.raises(FieldError) as refused:
        Newsvendor(underage_cost=1e15, overage_cost=1e-12)

    assert refused.value.field == "overage_cost"


@pytest.mark.parametrize(
    "fault",
    [
        {"revenue": 2},
        {"revenue": None},
        {"purchase_cost": 1},
        {"salvage_value": -1},
        {"holding_cost": float("nan")},
        {"stockout_cost": -1},
    ],
)
def test_prices_that_make_no_sense_are_refused(fault: dict[str, Any]) -> None:
    """Revenue is above cost, cost above salvage, and nothing below 0."""
    fine: dict[str, Any] = {"revenue": 3, "purchase_cost": 2, "salvage_value": 1}
    with pytest.raises(FieldError) as refused:
        Newsvendor.of_prices(**{**fine, **fault})

    assert refused.value.field == next(iter(fault))


@pytest.mark.parametrize("demand", [None, 5, PoissonDemand, NormalDemand(mean=0, sd=1)])
def test_what_is_no_demand_is_refused(demand: Any) -> None:
    """A distribution that asks for something is wanted."""
    with pytest.raises(FieldError) as refused:
        Newsvendor(underage_cost=1, overage_cost=1)(demand)

    assert refused.value.field == "demand"


@pytest.mark.parametrize("units", [0, -1, 1.5, True])
def test_a_pack_of_no_units_is_refused(units: Any) -> None:
    """A pack has at least one unit."""
    best = Newsvendor(underage_cost=1, overage_cost=1)(PoissonDemand(mean=5))
    with pytest.raises(FieldError) as refused:
        best.in_packs(units)

    assert refused.value.field == "units"
