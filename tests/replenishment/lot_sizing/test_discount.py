"""Quantity discounts: published figures, and no cheaper order size anywhere."""

from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.lot_sizing import (
    DiscountedOrder,
    DiscountKind,
    QuantityDiscount,
    economic_order_quantity,
    economic_order_quantity_with_discount,
)

rates = st.floats(1e-2, 1e4)
shares = st.floats(1e-3, 2)


@st.composite
def discounts(draw: st.DrawFn) -> QuantityDiscount:
    """Draw price breaks: steps that rise, prices that fall."""
    steps = draw(st.lists(st.integers(1, 1000), max_size=5))
    prices = draw(st.lists(st.floats(0.1, 100), min_size=len(steps) + 1, max_size=len(steps) + 1))
    return QuantityDiscount(
        breakpoints=(0, *accumulate(steps)),
        unit_costs=sorted(prices, reverse=True),
        kind=draw(st.sampled_from(DiscountKind)),
    )


def discounted(case: dict[str, Any], kind: DiscountKind) -> DiscountedOrder:
    """Return the best order of a case of the file."""
    inputs = dict(case["inputs"])
    discount = QuantityDiscount(
        breakpoints=inputs.pop("breakpoints"), unit_costs=inputs.pop("unit_costs"), kind=kind
    )
    return economic_order_quantity_with_discount(
        inputs.pop("demand_rate"), **inputs, discount=discount
    )


@given(rates, rates, shares, discounts(), st.floats(1e-3, 1e5))
def test_no_other_quantity_is_cheaper(
    demand_rate: float,
    fixed_cost: float,
    holding_cost_rate: float,
    discount: QuantityDiscount,
    other: float,
) -> None:
    """Neither a quantity drawn at will, nor a breakpoint, nor the neighbour of one."""
    best = economic_order_quantity_with_discount(
        demand_rate,
        fixed_cost=fixed_cost,
        holding_cost_rate=holding_cost_rate,
        discount=discount,
    )
    near_steps = [step + by for step in discount.breakpoints for by in (-0.5, 0, 0.5)]
    near_best = [best.order_quantity * factor for factor in (0.9, 0.999, 1.001, 1.1)]
    for quantity in (other, *near_steps, *near_best):
        if quantity > 0:
            assert best.cost_rate <= best.at(quantity).cost_rate * (1 + 1e-12)


@given(rates, rates, shares, discounts())
def test_a_discount_on_all_units_is_never_worse(
    demand_rate: float, fixed_cost: float, holding_cost_rate: float, discount: QuantityDiscount
) -> None:
    """All units at the lower price cost at most as much as some of them."""
    rates_of = {"fixed_cost": fixed_cost, "holding_cost_rate": holding_cost_rate}
    steps = {"breakpoints": discount.breakpoints, "unit_costs": discount.unit_costs}
    everything, some = (
        economic_order_quantity_with_discount(
            demand_rate, **rates_of, discount=QuantityDiscount(**steps, kind=kind)
        )
        for kind in DiscountKind
    )
    assert everything.cost_rate <= some.cost_rate * (1 + 1e-12)


@given(rates, rates, shares, st.floats(0.1, 100), st.sampled_from(DiscountKind))
def test_one_price_is_no_discount(
    demand_rate: float,
    fixed_cost: float,
    holding_cost_rate: float,
    unit_cost: float,
    kind: DiscountKind,
) -> None:
    """With one step it is the economic order quantity, and the units on top."""
    plain = economic_order_quantity(
        demand_rate, fixed_cost=fixed_cost, holding_cost=holding_cost_rate * unit_cost
    )
    best = economic_order_quantity_with_discount(
        demand_rate,
        fixed_cost=fixed_cost,
        holding_cost_rate=holding_cost_rate,
        discount=QuantityDiscount(breakpoints=[0], unit_costs=[unit_cost], kind=kind),
    )
    assert best.order_quantity == pytest.approx(plain.order_quantity, rel=1e-12)
    units = unit_cost * demand_rate
    assert best.purchase_cost_rate == pytest.approx(units, rel=1e-12)
    assert best.cost_rate == pytest.approx(plain.cost_rate + units, rel=1e-12)


@given(discounts(), st.floats(0, 5000), st.floats(0, 100))
def test_a_larger_order_of_increments_never_costs_less(
    discount: QuantityDiscount, quantity: float, more: float
) -> None:
    """Each further unit has a price; for all units at once a larger order may be cheaper."""
    if discount.kind is DiscountKind.INCREMENTAL:
        lower, higher = discount.purchase_cost(quantity), discount.purchase_cost(quantity + more)
        assert lower <= higher * (1 + 1e-12)
    assert discount.unit_cost(quantity + more) <= discount.unit_cost(quantity)


@pytest.mark.parametrize("case", cases("eoq_all_units_discount"))
def test_the_published_discounts_on_all_units_come_out(case: dict[str, Any]) -> None:
    """Snyder and Shen, Nahmias."""
    best = discounted(case, DiscountKind.ALL_UNITS)

    assert best.order_quantity == near(case, "order_quantity")
    assert best.region_index == case["expected"]["region_index"]
    assert best.cost_rate == near(case, "cost_rate_incl_purchase")


@pytest.mark.parametrize("case", cases("eoq_incremental_discount"))
def test_the_published_incremental_discounts_come_out(case: dict[str, Any]) -> None:
    """Snyder and Shen."""
    best = discounted(case, DiscountKind.INCREMENTAL)

    assert best.order_quantity == near(case, "order_quantity")
    assert best.region_index == case["expected"]["region_index"]
    assert best.cost_rate == near(case, "cost_rate_incl_purchase")


PRICES = QuantityDiscount(breakpoints=(0, 400), unit_costs=(0.75, 0.70))


def test_without_demand_nothing_is_ordered() -> None:
    """No demand costs nothing, and the first price stands."""
    none = economic_order_quantity_with_discount(
        0, fixed_cost=8, holding_cost_rate=0.3, discount=PRICES
    )
    assert (none.order_quantity, none.cost_rate, none.unit_cost) == (0, 0, 0.75)


def test_where_orders_cost_nothing_the_price_is_weighed_against_stock_alone() -> None:
    """Free orders are one unit each, unless the lower price is worth the stock."""
    many, few = (
        economic_order_quantity_with_discount(
            demand_rate, fixed_cost=0, holding_cost_rate=0.3, discount=PRICES
        )
        for demand_rate in (100, 10_000)
    )
    assert (many.order_quantity, many.cost_rate) == (0, 75)
    assert (few.order_quantity, few.cost_rate) == (400, 7042)


def test_an_order_says_what_its_price_is() -> None:
    """The kind of the discount and the step that is reached are in words."""
    prices = QuantityDiscount(
        breakpoints=(0, 400), unit_costs=(0.75, 0.70), kind=DiscountKind.INCREMENTAL
    )
    order = DiscountedOrder(
        demand_rate=1000,
        fixed_cost=8,
        holding_cost_rate=0.3,
        discount=prices,
        order_quantity=500,
    )
    assert order.explain() == (
        "order 500 at 0.74 a unit (incremental, from 400): 740 for units + 16 for orders "
        "+ 55.5 for stock = 811.5 a period"
    )


@pytest.mark.parametrize(
    ("breakpoints", "unit_costs", "field"),
    [
        ([], [], "breakpoints"),
        ([1], [1], "breakpoints"),
        ([0, 0], [1, 1], "breakpoints"),
        ([0, 5, 4], [3, 2, 1], "breakpoints"),
        ([0, float("nan")], [1, 1], "breakpoints"),
        ([0, 1e16], [1, 1], "breakpoints"),
        (["0"], [1], "breakpoints"),
        (None, [1], "breakpoints"),
        ([0, 5], [1], "unit_costs"),
        ([0, 5], [1, 2], "unit_costs"),
        ([0, 5], [1, 0], "unit_costs"),
        ([0], [float("inf")], "unit_costs"),
        ([0], [True], "unit_costs"),
        ([0], 1, "unit_costs"),
    ],
)
def test_price_breaks_that_make_no_sense_are_refused(
    breakpoints: Any, unit_costs: Any, field: str
) -> None:
    """Steps rise from 0, costs are above 0 and never rise."""
    with pytest.raises(FieldError) as refused:
        QuantityDiscount(breakpoints=breakpoints, unit_costs=unit_costs)

    assert refused.value.field == field


@pytest.mark.parametrize(
    "fault",
    [
        {"demand_rate": -1},
        {"fixed_cost": "8"},
        {"holding_cost_rate": 0},
        {"discount": (0, 400)},
        {"order_quantity": 0},
        {"order_quantity": float("nan")},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(fault: dict[str, Any]) -> None:
    """The error names the field."""
    fine: dict[str, Any] = {
        "demand_rate": 1300,
        "fixed_cost": 8,
        "holding_cost_rate": 0.3,
        "discount": PRICES,
        "order_quantity": 100,
    }
    with pytest.raises(FieldError) as refused:
        DiscountedOrder(**{**fine, **fault})

    assert refused.value.field == next(iter(fault))


def test_a_demand_that_makes_no_sense_is_refused_before_anything_is_computed() -> None:
    """The function names what the caller gave, not what it computed from it."""
    with pytest.raises(FieldError) as refused:
        economic_order_quantity_with_discount(
            float("nan"), fixed_cost=8, holding_cost_rate=0.3, discount=PRICES
        )
    assert refused.value.field == "demand_rate"
