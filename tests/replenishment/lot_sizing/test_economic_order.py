"""Economic order quantities: published figures, and the laws of the square root."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.lot_sizing import (
    EconomicOrder,
    economic_order_quantity,
    economic_order_quantity_with_backorders,
    economic_production_quantity,
)

rates = st.floats(1e-3, 1e6)


@given(rates, rates, rates)
def test_it_costs_the_root_of_twice_the_product(
    demand_rate: float, fixed_cost: float, holding_cost: float
) -> None:
    """Cost is √(2 K D h), half of it for orders and half for stock."""
    best = economic_order_quantity(demand_rate, fixed_cost=fixed_cost, holding_cost=holding_cost)

    least = math.sqrt(2 * fixed_cost * demand_rate * holding_cost)
    assert best.cost_rate == pytest.approx(least, rel=1e-12)
    assert best.fixed_cost_rate == pytest.approx(best.stock_cost_rate, rel=1e-12)


@given(rates, rates, rates, st.floats(1e-3, 1e3))
def test_a_wrong_quantity_costs_the_mean_of_the_factor_and_its_inverse(
    demand_rate: float, fixed_cost: float, holding_cost: float, factor: float
) -> None:
    """At f times the best quantity the cost is (f + 1 / f) / 2 times the least."""
    best = economic_order_quantity(demand_rate, fixed_cost=fixed_cost, holding_cost=holding_cost)

    dearer = best.at(factor * best.order_quantity).cost_rate
    assert dearer == pytest.approx((factor + 1 / factor) / 2 * best.cost_rate, rel=1e-12)


@given(rates, rates, rates, rates)
def test_backorders_and_production_never_cost_more(
    demand_rate: float, fixed_cost: float, holding_cost: float, other: float
) -> None:
    """Whoever may let customers wait, or gets units bit by bit, pays at most as much."""
    costs = {"fixed_cost": fixed_cost, "holding_cost": holding_cost}
    least = economic_order_quantity(demand_rate, **costs).cost_rate * (1 + 1e-12)

    waiting = economic_order_quantity_with_backorders(demand_rate, **costs, stockout_cost=other)
    making = economic_production_quantity(
        demand_rate, **costs, production_rate=demand_rate + other
    )
    both = economic_production_quantity(
        demand_rate, **costs, production_rate=demand_rate + other, stockout_cost=other
    )
    assert both.cost_rate <= min(waiting.cost_rate, making.cost_rate) * (1 + 1e-12)
    assert max(waiting.cost_rate, making.cost_rate) <= least


@given(rates, rates, rates)
def test_fast_production_and_dear_waiting_lead_back_to_the_plain_quantity(
    demand_rate: float, fixed_cost: float, holding_cost: float
) -> None:
    """As P or p grows beyond all bounds, nothing is left of them."""
    costs = {"fixed_cost": fixed_cost, "holding_cost": holding_cost}
    plain = economic_order_quantity(demand_rate, **costs)

    making = economic_production_quantity(demand_rate, **costs, production_rate=1e15)
    waiting = economic_order_quantity_with_backorders(demand_rate, **costs, stockout_cost=1e15)
    for limit in (making, waiting):
        assert limit.order_quantity == pytest.approx(plain.order_quantity, rel=1e-8)
        assert limit.cost_rate == pytest.approx(plain.cost_rate, rel=1e-8)


@given(rates, rates, rates, rates, st.floats(0.1, 10))
def test_no_other_quantity_is_cheaper(
    demand_rate: float, fixed_cost: float, holding_cost: float, other: float, factor: float
) -> None:
    """With backorders and production, too."""
    best = economic_production_quantity(
        demand_rate,
        fixed_cost=fixed_cost,
        holding_cost=holding_cost,
        production_rate=demand_rate + other,
        stockout_cost=other,
    )
    assert best.cost_rate <= best.at(factor * best.order_quantity).cost_rate * (1 + 1e-12)


@given(rates, rates, rates, rates)
def test_stock_and_backorders_share_what_is_kept_of_an_order(
    demand_rate: float, fixed_cost: float, holding_cost: float, other: float
) -> None:
    """The largest stock and backorder add up, and their costs are those of two triangles."""
    best = economic_production_quantity(
        demand_rate,
        fixed_cost=fixed_cost,
        holding_cost=holding_cost,
        production_rate=demand_rate + other,
        stockout_cost=other,
    )
    kept = best.order_quantity * (1 - demand_rate / (demand_rate + other))
    waits = best.stockout_fraction
    stock = best.max_stock * (1 - waits) / 2
    backorders = best.max_backorder * waits / 2

    assert best.max_stock + best.max_backorder == pytest.approx(kept, rel=1e-9)
    triangles = holding_cost * stock + other * backorders
    assert best.stock_cost_rate == pytest.approx(triangles, rel=1e-6)


@given(rates, rates, rates, st.integers(1, 1000))
def test_no_other_number_of_packs_is_cheaper(
    demand_rate: float, fixed_cost: float, holding_cost: float, units: int
) -> None:
    """The better neighbour of the best quantity is the best of all multiples."""
    packed = economic_order_quantity(
        demand_rate, fixed_cost=fixed_cost, holding_cost=holding_cost
    ).in_packs(units)

    assert packed.order_quantity % units == 0
    for other in (packed.order_quantity - units, packed.order_quantity + units):
        assert other <= 0 or packed.cost_rate <= packed.at(other).cost_rate * (1 + 1e-12)


@pytest.mark.parametrize("case", cases("eoq"))
def test_the_published_quantities_come_out(case: dict[str, Any]) -> None:
    """Snyder and Shen, Heizer, Chopra."""
    inputs = dict(case["inputs"])
    best = economic_order_quantity(inputs.pop("demand_rate"), **inputs)

    for key in case["expected"]:
        assert getattr(best, key) == near(case, key)
    assert best.cycle_time * best.orders_per_period == pytest.approx(1)


@pytest.mark.parametrize("case", cases("eoq_cost"))
def test_the_published_cost_of_a_given_quantity_comes_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    assert EconomicOrder(**case["inputs"]).cost_rate == near(case, "cost_rate")


@pytest.mark.parametrize("case", cases("eoq_backorders"))
def test_the_published_quantities_with_backorders_come_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = dict(case["inputs"])
    best = economic_order_quantity_with_backorders(inputs.pop("demand_rate"), **inputs)

    for key in case["expected"]:
        assert getattr(best, key) == near(case, key)


@pytest.mark.parametrize("case", cases("epq"))
def test_the_published_batches_come_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    inputs = dict(case["inputs"])
    best = economic_production_quantity(inputs.pop("demand_rate"), **inputs)

    for key in case["expected"]:
        assert getattr(best, key) == near(case, key)


def test_without_demand_nothing_is_ordered() -> None:
    """No demand, no order, no cost, and no end of a cycle."""
    none = economic_order_quantity(0, fixed_cost=8, holding_cost=0.225)

    assert (none.order_quantity, none.cost_rate, none.orders_per_period) == (0, 0, 0)
    assert none.cycle_time == math.inf
    assert none.in_packs(12).cost_rate > 0


def test_where_orders_cost_nothing_each_unit_is_ordered_alone() -> None:
    """Without a fixed cost the best quantity shrinks to nothing, and so does the cost."""
    free = economic_order_quantity(1300, fixed_cost=0, holding_cost=0.225)

    assert (free.order_quantity, free.cost_rate, free.orders_per_period) == (0, 0, math.inf)


def test_floats_of_numpy_are_numbers() -> None:
    """Facts out of an array are taken as they are."""
    rates_of = {"fixed_cost": np.float64(8), "holding_cost": np.float64(0.225)}
    best = economic_production_quantity(
        np.float64(1300), **rates_of, production_rate=np.float64(2000)
    )
    assert best.order_quantity == pytest.approx(513.9328595516969)


def test_extreme_rates_end_in_numbers() -> None:
    """The largest and the smallest rates that are legal overflow nothing."""
    for large, small in ((1e15, 1e-12), (1e-12, 1e15)):
        best = economic_production_quantity(
            large,
            fixed_cost=large,
            holding_cost=small,
            production_rate=math.nextafter(large, math.inf) if large < 1 else math.inf,
            stockout_cost=small,
        )
        assert 0 < best.order_quantity < math.inf
        assert 0 < best.cost_rate < math.inf
        assert best.explain()


@pytest.mark.parametrize(
    "fault",
    [
        {"demand_rate": -1},
        {"demand_rate": float("nan")},
        {"demand_rate": 2**2000},
        {"demand_rate": "12"},
        {"demand_rate": True},
        {"fixed_cost": -1},
        {"fixed_cost": float("inf")},
        {"fixed_cost": None},
        {"holding_cost": 0},
        {"holding_cost": 1e-13},
        {"stockout_cost": 0},
        {"stockout_cost": -1},
        {"production_rate": 1300},
        {"production_rate": 0},
        {"production_rate": float("nan")},
    ],
)
def test_a_rate_that_makes_no_sense_is_refused(fault: dict[str, Any]) -> None:
    """The error names the field, whatever formula stumbled over it."""
    fine: dict[str, Any] = {"demand_rate": 1300, "fixed_cost": 8, "holding_cost": 0.225}
    given_rates = {**fine, "production_rate": 2000, "stockout_cost": 5, **fault}
    with pytest.raises(FieldError) as refused:
        economic_production_quantity(given_rates.pop("demand_rate"), **given_rates)

    assert refused.value.field == next(iter(fault))


@pytest.mark.parametrize("quantity", [0, -1, float("nan"), float("inf"), True, None])
def test_a_quantity_that_cannot_be_ordered_is_refused(quantity: Any) -> None:
    """An order of nothing, again and again, has no cost one could name."""
    best = economic_order_quantity(1300, fixed_cost=8, holding_cost=0.225)
    with pytest.raises(FieldError) as refused:
        best.at(quantity)

    assert refused.value.field == "order_quantity"


@pytest.mark.parametrize("units", [0, -1, 1.5, True, 10**16])
def test_a_pack_of_no_units_is_refused(units: Any) -> None:
    """A pack has at least one unit."""
    best = economic_order_quantity(1300, fixed_cost=8, holding_cost=0.225)
    with pytest.raises(FieldError) as refused:
        best.in_packs(units)

    assert refused.value.field == "units"
