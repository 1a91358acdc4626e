"""Reorder points for a target service, and the service of a reorder point."""

from __future__ import annotations

import math
from typing import Any

import pytest
from distribution_strategies import ANY, CONTINUOUS, WHOLE, at
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.distributions import (
    ConstantDemand,
    DiscreteDemand,
    FillRateMethod,
    GammaDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
    fill_rate,
    ready_rate,
    reorder_point_for_cycle_service,
    reorder_point_for_fill_rate,
    service_measures,
)

TARGETS = st.floats(0.01, 0.9999)
RATIOS = st.floats(-1.5, 2).map(lambda power: 10.0**power)
METHODS = st.sampled_from(FillRateMethod)


def quantity(demand: Any, ratio: float) -> float:
    """Return an order quantity at this ratio to the spread, or to the mean where it has none."""
    return ratio * (demand.sd or demand.mean or 1.0)


@given(
    CONTINUOUS
    | st.builds(lambda mean: ConstantDemand(units=mean), st.just(0.0) | st.floats(1e-9, 1e6)),
    RATIOS,
    TARGETS,
    METHODS,
)
def test_continuous_reorder_point_meets_the_fill_rate(
    demand: Any, ratio: float, target: float, method: FillRateMethod
) -> None:
    """With the reorder point found, the fill rate is the target."""
    q = quantity(demand, ratio)
    r = reorder_point_for_fill_rate(demand, order_quantity=q, fill_rate=target, method=method)
    achieved = fill_rate(demand, reorder_point=r, order_quantity=q, method=method)
    # Where the mean is large against the quantity, its last bits are all that can be seen.
    dust = 1e-14 * (abs(r) + demand.mean) / q
    assert achieved == pytest.approx(target, abs=1e-11 + dust)


@given(WHOLE, st.integers(1, 500), TARGETS, METHODS)
def test_whole_reorder_point_is_the_least_that_reaches_it(
    demand: Any, q: int, target: float, method: FillRateMethod
) -> None:
    """The fill rate is reached at the reorder point and not one unit below."""
    r = reorder_point_for_fill_rate(demand, order_quantity=q, fill_rate=target, method=method)
    assert isinstance(r, int)
    assert fill_rate(demand, reorder_point=r, order_quantity=q, method=method) >= target
    assert fill_rate(demand, reorder_point=r - 1, order_quantity=q, method=method) < target


@given(ANY, RATIOS, TARGETS)
def test_exact_asks_for_no_more_than_simple(demand: Any, ratio: float, target: float) -> None:
    """The simple form counts shortages twice that a second order covers."""
    q = quantity(demand, ratio)
    exact, simple = (
        reorder_point_for_fill_rate(demand, order_quantity=q, fill_rate=target, method=method)
        for method in (FillRateMethod.EXACT, FillRateMethod.SIMPLE)
    )
    assert exact <= simple + 1e-9 * (abs(simple) + demand.sd)


@given(
    demand=ANY,
    deviations=st.floats(-5, 8),
    more=st.floats(0, 3),
    ratio=RATIOS,
    factor=st.floats(1, 5),
    method=METHODS,
)
def test_fill_rate_rises_with_both(
    *,
    demand: Any,
    deviations: float,
    more: float,
    ratio: float,
    factor: float,
    method: FillRateMethod,
) -> None:
    """A higher reorder point or order quantity never serves less."""
    q = quantity(demand, ratio)
    r = at(demand, deviations)
    base = fill_rate(demand, reorder_point=r, order_quantity=q, method=method)
    dust = 1e-12 + 1e-14 * (abs(r) + demand.mean) / q
    higher = fill_rate(demand, reorder_point=r + more * demand.sd, order_quantity=q, method=method)
    larger = fill_rate(demand, reorder_point=r, order_quantity=q * factor, method=method)
    assert 0 <= base <= min(higher, larger) + dust
    assert max(higher, larger) <= 1


@pytest.mark.parametrize("case", cases("reorder_point_fill_rate"))
def test_reorder_point_fill_rate(case: dict[str, Any]) -> None:
    """Exact and simple reorder points of a normal demand are those of the reference."""
    given_ = case["inputs"]
    demand = NormalDemand(mean=given_["ltd_mean"], sd=given_["ltd_sd"])
    for method, key in ((FillRateMethod.EXACT, "r_exact"), (FillRateMethod.SIMPLE, "r_simple")):
        found = reorder_point_for_fill_rate(
            demand,
            order_quantity=given_["order_quantity"],
            fill_rate=given_["fill_rate"],
            method=method,
        )
        assert found == near(case, key)


@pytest.mark.parametrize("case", cases("reorder_point_fill_rate_poisson"))
def test_reorder_point_fill_rate_poisson(case: dict[str, Any]) -> None:
    """The least whole reorder point of a Poisson demand is that of the reference."""
    given_ = case["inputs"]
    demand = PoissonDemand(mean=given_["ltd_mean"])
    q = given_["order_quantity"]
    r = reorder_point_for_fill_rate(demand, order_quantity=q, fill_rate=given_["fill_rate"])
    assert r == case["expected"]["r"]
    assert fill_rate(demand, reorder_point=r, order_quantity=q) == near(case, "achieved")
    assert ready_rate(demand, reorder_point=r, order_quantity=q) == near(case, "achieved")


@pytest.mark.parametrize("case", cases("reorder_point_type1"))
def test_reorder_point_type1(case: dict[str, Any]) -> None:
    """The reorder point for a cycle service is the quantile of a normal demand."""
    given_ = case["inputs"]
    demand = NormalDemand(mean=given_["ltd_mean"], sd=given_["ltd_sd"])
    r = reorder_point_for_cycle_service(demand, service_level=given_["alpha"])
    assert r == near(case, "R")
    assert r - demand.mean == near(case, "safety_stock")
    assert (r - demand.mean) / demand.sd == near(case, "z")


@pytest.mark.parametrize("case", cases("reorder_point_poisson_type1"))
def test_reorder_point_poisson_type1(case: dict[str, Any]) -> None:
    """The same for Poisson demand, with the service achieved."""
    given_ = case["inputs"]
    demand = PoissonDemand(mean=given_["ltd_mean"])
    r = reorder_point_for_cycle_service(demand, service_level=given_["alpha"])
    assert r == case["expected"]["r"]
    assert demand.cdf(r) == near(case, "achieved")


@pytest.mark.parametrize("case", cases("reorder_point_negbin_type1"))
def test_reorder_point_negbin_type1(case: dict[str, Any]) -> None:
    """The same for negative binomial demand, fitted by mean and variance."""
    given_ = case["inputs"]
    demand = NegativeBinomialDemand.fit(mean=given_["ltd_mean"], variance=given_["ltd_var"])
    r = reorder_point_for_cycle_service(demand, service_level=given_["alpha"])
    assert r == case["expected"]["r"]
    assert demand.cdf(r) == near(case, "achieved")


@pytest.mark.parametrize("case", cases("reorder_point_gamma_type1"))
def test_reorder_point_gamma_type1(case: dict[str, Any]) -> None:
    """The same for gamma demand, fitted by mean and standard deviation."""
    given_ = case["inputs"]
    demand = GammaDemand(mean=given_["ltd_mean"], sd=given_["ltd_sd"])
    assert reorder_point_for_cycle_service(demand, service_level=given_["alpha"]) == near(
        case, "r"
    )


@pytest.mark.parametrize("case", cases("reorder_point_type2"))
def test_reorder_point_type2(case: dict[str, Any]) -> None:
    """Nahmias' type 2 reorder point is that of the simple form."""
    given_ = case["inputs"]
    demand = NormalDemand(mean=given_["ltd_mean"], sd=given_["ltd_sd"])
    r = reorder_point_for_fill_rate(
        demand,
        order_quantity=given_["order_quantity"],
        fill_rate=given_["beta"],
        method=FillRateMethod.SIMPLE,
    )
    assert r == near(case, "R")
    assert (r - demand.mean) / demand.sd == near(case, "z")
    assert demand.loss(r) / demand.sd == near(case, "loss_value")


@pytest.mark.parametrize("case", cases("safety_stock_fill_rate"))
def test_safety_stock_fill_rate(case: dict[str, Any]) -> None:
    """The safety stock for a fill rate is the reorder point less the mean."""
    given_ = case["inputs"]
    demand = NormalDemand(mean=given_["ltd_mean"], sd=given_["ltd_sd"])
    r = reorder_point_for_fill_rate(
        demand, order_quantity=given_["order_quantity"], fill_rate=given_["fill_rate"]
    )
    assert r - demand.mean == near(case, "safety_stock")
    assert (r - demand.mean) / demand.sd == near(case, "z")


@pytest.mark.parametrize("case", cases("policy_evaluation_QR"))
def test_policy_evaluation(case: dict[str, Any]) -> None:
    """What a reorder point and an order quantity give is as Chopra and Meindl have it."""
    given_ = case["inputs"]
    periods = given_["lead_time"]
    demand = NormalDemand(
        mean=periods * given_["period_demand_mean"],
        sd=math.sqrt(periods) * given_["period_demand_sd"],
    )
    measures = service_measures(
        demand,
        reorder_point=given_["reorder_point"],
        order_quantity=given_["order_quantity"],
    )
    assert demand.sd == near(case, "ltd_sd")
    assert measures.safety_stock == near(case, "safety_stock")
    assert measures.cycle_service == near(case, "cycle_service_level")
    assert measures.expected_shortage == near(case, "expected_shortage_per_cycle")
    assert measures.fill_rate == near(case, "fill_rate")
    assert measures.average_inventory == near(case, "average_inventory")


def test_lost_sales_lie_above_the_simple_form() -> None:
    """With the same shortage a customer lost counts less than one who waits."""
    demand = NormalDemand(mean=100, sd=25)
    lost = fill_rate(
        demand, reorder_point=100, order_quantity=50, method=FillRateMethod.LOST_SALES
    )
    assert lost == pytest.approx(50 / (50 + demand.loss(100)), rel=1e-15)


def test_simple_form_is_not_below_zero() -> None:
    """A shortage above the order quantity serves nobody, not fewer than nobody."""
    demand = PoissonDemand(mean=100)
    assert fill_rate(demand, reorder_point=0, order_quantity=5, method=FillRateMethod.SIMPLE) == 0


def test_certain_demand_may_run_short_by_what_is_allowed() -> None:
    """Of 10 ordered, one may be short at 90 %: 11 of 12 are on the shelf."""
    demand = ConstantDemand(units=12)
    r = reorder_point_for_fill_rate(demand, order_quantity=10, fill_rate=0.9)
    assert r == pytest.approx(11, rel=1e-12)


def test_a_flat_start_costs_no_digits() -> None:
    """At a low target the logarithm hardly falls, and the root still has its digits."""
    demand = GammaDemand(mean=1.0, sd=0.39774925512022064)
    q = 0.1574946038
    for target in (0.01, 0.03, 0.1, 0.3):
        r = reorder_point_for_fill_rate(demand, order_quantity=q, fill_rate=target)
        achieved = fill_rate(demand, reorder_point=r, order_quantity=q)
        assert achieved == pytest.approx(target, abs=2e-13)


def test_gaps_in_a_table_do_not_mislead_the_search() -> None:
    """A table of none and one huge order has its least reorder point at the foot of a step."""
    demand = DiscreteDemand(units=(0, 10_000), weights=(99, 1))
    found = {
        target: reorder_point_for_fill_rate(demand, order_quantity=10, fill_rate=target)
        for target in (0.5, 0.985, 0.9901, 0.999)
    }
    for target, r in found.items():
        assert fill_rate(demand, reorder_point=r, order_quantity=10) >= target
        assert fill_rate(demand, reorder_point=r - 1, order_quantity=10) < target
    assert found[0.985] < 10
    assert found[0.999] > 9_000


class Uniform:
    """A distribution of one's own: every amount from 0 to 100 alike."""

    mean = 50.0
    sd = 100 / math.sqrt(12)

    def cdf(self, units: float) -> float:
        """Return the probability of at most *units*."""
        return min(max(units / 100, 0.0), 1.0)

    def quantile(self, probability: float) -> float:
        """Return the units that suffice."""
        return 100 * probability

    def loss(self, units: float) -> float:
        """Return the units expected beyond."""
        if units <= 0:
            return 50 - units
        return max(0.0, 100 - units) ** 2 / 200 if units < 100 else 0.0

    def explain(self) -> str:
        """Return the name."""
        return "uniform, 0 to 100"


@pytest.mark.parametrize("target", [1e-6, 0.3, 0.9, 0.999999, 1 - 1e-12])
@pytest.mark.parametrize("q", [0.01, 10, 1000])
def test_a_distribution_of_ones_own_will_do(q: float, target: float) -> None:
    """Any object that has the members of the protocol is solved for, kinks and all."""
    r = reorder_point_for_fill_rate(Uniform(), order_quantity=q, fill_rate=target)
    assert fill_rate(Uniform(), reorder_point=r, order_quantity=q) == pytest.approx(
        target, abs=1e-9
    )


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, True, "1", None])
def test_order_quantities_that_are_none_are_refused(value: Any) -> None:
    """An order quantity is a number above 0."""
    demand = PoissonDemand(mean=3)
    with pytest.raises(FieldError, match="order_quantity"):
        fill_rate(demand, reorder_point=3, order_quantity=value)
    with pytest.raises(FieldError, match="order_quantity"):
        reorder_point_for_fill_rate(demand, order_quantity=value, fill_rate=0.9)
    with pytest.raises(FieldError, match="order_quantity"):
        service_measures(demand, reorder_point=3, order_quantity=value)


@pytest.mark.parametrize("value", [0, 1, -1, math.nan, True, "1", None])
def test_targets_that_are_none_are_refused(value: Any) -> None:
    """A target lies between nothing and certainty."""
    demand = PoissonDemand(mean=3)
    with pytest.raises(FieldError, match="fill_rate"):
        reorder_point_for_fill_rate(demand, order_quantity=5, fill_rate=value)
    with pytest.raises(FieldError, match="service_level"):
        reorder_point_for_cycle_service(demand, service_level=value)
