"""Laws of the order quantity: minimum order, case pack, price breaks, and what caps it."""

import math
from itertools import pairwise
from typing import Any

import attrs
import policy_strategies as drawn
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.replenishment import Demand, LeadTime, OrderQuantity, Step
from ecomkit.replenishment._order_limits import Budget, PriceBreaks
from ecomkit.replenishment._pack_rounding import PackRounding
from ecomkit.testing.strategies._replenishment import demands, lead_times, order_quantities

needs = st.integers(-100, 1000) | st.integers(-(10**15), 10**15)
positions = st.integers(-100, 1000) | st.integers(-(10**15), 10**15)
limits = order_quantities(max_value=100) | order_quantities()


@given(limits, needs, positions)
def test_quantity_is_nothing_or_a_legal_order(
    quantity: OrderQuantity, need: int, position: int
) -> None:
    """The order is 0, or a multiple of the pack that is not below the minimum order."""
    order = quantity(need, position=position)[-1].after

    assert order == 0 or (order >= quantity.moq and order % quantity.case_pack == 0)


@given(limits, needs, positions)
def test_only_the_maximum_leaves_a_need_open(
    quantity: OrderQuantity, need: int, position: int
) -> None:
    """The order covers the need, unless the maximum took units away from it."""
    steps = quantity(need, position=position)

    assert steps[-1].after >= need or (steps[-1].name == "maximum" and steps[-1].changed)


@given(limits, needs, positions)
def test_maximum_is_never_exceeded(quantity: OrderQuantity, need: int, position: int) -> None:
    """With a maximum, an order never takes the position above it."""
    order = quantity(need, position=position)[-1].after

    assert quantity.maximum is None or order == 0 or position + order <= quantity.maximum


@given(order_quantities(max_value=20), st.integers(1, 60), st.integers(0, 20))
def test_quantity_is_the_least_legal_one(
    quantity: OrderQuantity, need: int, position: int
) -> None:
    """Searched by hand: the least legal order that covers the need, or else the most that fits."""
    legal = [
        units
        for units in range(200)
        if units >= quantity.moq
        and units % quantity.case_pack == 0
        and (quantity.maximum is None or position + units <= quantity.maximum)
    ]
    enough = [units for units in legal if units >= need]
    expected = enough[0] if enough else max(legal, default=0)

    assert expected == quantity(need, position=position)[-1].after


@given(limits, needs, positions)
def test_steps_follow_each_other(quantity: OrderQuantity, need: int, position: int) -> None:
    """Each step begins where the one before it ended, and the first with the need."""
    steps = quantity(need, position=position)

    assert [need] + [step.after for step in steps[:-1]] == [step.before for step in steps]


@given(limits, st.integers(-(10**15), 0), positions)
def test_no_need_no_order(quantity: OrderQuantity, need: int, position: int) -> None:
    """A need of 0 or less is not raised to the minimum order."""
    assert [step.after for step in quantity(need, position=position)] == [0]


@pytest.mark.parametrize("case", cases("moq_case_pack"))
def test_minimum_and_pack(case: Any) -> None:
    """First the minimum order, then whole packs."""
    asked = case["inputs"]
    quantity = OrderQuantity(moq=asked["moq"], case_pack=asked["case_pack"])

    assert quantity(asked["need"], position=0)[-1].after == near(case, "order")


@pytest.mark.parametrize(
    ("need", "moq", "case_pack", "order"), [(43, 1, 12, 48), (100, 110, 1, 110)]
)
def test_known_quantities(need: int, moq: int, case_pack: int, order: int) -> None:
    """Odoo's 43 in dozens, ERPNext's 100 by 110."""
    quantity = OrderQuantity(moq=moq, case_pack=case_pack)

    assert order == quantity(need, position=0)[-1].after


def test_steps_say_which_one_changed_the_number() -> None:
    """Each step has its name, and knows whether it changed anything."""
    steps = OrderQuantity(moq=50, case_pack=50, maximum=200)(37, position=0)

    assert [(step.name, step.changed) for step in steps] == [
        ("need", False),
        ("minimum order", True),
        ("case pack", False),
        ("maximum", False),
    ]


@pytest.mark.parametrize("units", [0, -1, 1.0, True])
def test_minimum_and_pack_are_above_zero(units: Any) -> None:
    """A minimum order or a pack of 0 is refused, as is anything but a whole number."""
    for field in ("moq", "case_pack"):
        with pytest.raises(FieldError) as caught:
            OrderQuantity(**{field: units})
        assert field == caught.value.field
    with pytest.raises(FieldError):
        OrderQuantity(maximum=-1)


def test_a_step_never_ends_below_zero() -> None:
    """No step leads to a negative order."""
    with pytest.raises(FieldError):
        Step(name="need", before=-3, after=-3, why="nothing")


# Every limit at once

asked = st.fixed_dictionaries(
    {
        "position": positions,
        "demand": demands(max_value=20) | demands(),
        "lead_time": lead_times(max_value=60) | lead_times(),
    }
)
every = (
    st.builds(attrs.evolve, drawn.limits(max_value=100), budget=st.none() | drawn.budgets)
    | drawn.limits()
)


@given(every, needs, asked)
def test_any_order_is_nothing_or_legal(
    quantity: OrderQuantity, need: int, known: dict[str, Any]
) -> None:
    """Whatever limits there are, the order is 0, or whole packs not below the minimum."""
    steps = quantity(need, **known)
    order = steps[-1].after

    assert order == 0 or (order >= quantity.moq and order % quantity.case_pack == 0)
    assert steps[0].before == need
    assert all(one.after == other.before for one, other in pairwise(steps))
    assert need > 0 or order == 0


@given(every, st.integers(1, 10**15), asked)
def test_no_cap_is_exceeded(quantity: OrderQuantity, need: int, known: dict[str, Any]) -> None:
    """The position stays below the maximum and what sells, the amount below the budget."""
    order = quantity(need, **known)[-1].after
    if not order:
        return
    after = known["position"] + order
    if quantity.maximum is not None:
        assert after <= quantity.maximum
    if quantity.shelf_life_days is not None:
        days = known["lead_time"].mean_days + quantity.shelf_life_days
        assert after <= known["demand"].mean_per_day * days * (1 + 1e-12) + 1e-6
    if quantity.budget is not None:
        assert quantity.budget.unit_price * order <= quantity.budget.amount


@given(every, st.integers(1, 10**15), asked)
def test_a_need_is_left_open_only_by_a_step_that_says_so(
    quantity: OrderQuantity, need: int, known: dict[str, Any]
) -> None:
    """Less than the need is ordered only where a cap or a chosen rounding took units away."""
    steps = quantity(need, **known)
    if steps[-1].after >= need:
        return
    lowering = [step for step in steps if step.after < step.before]

    assert lowering
    assert quantity.rounding is not PackRounding.UP or all(
        step.name in {"maximum", "shelf life", "budget"} for step in lowering
    )


@given(drawn.limits(max_value=100), st.integers(1, 300), asked)
def test_asking_again_for_the_rest_adds_nothing_more(
    quantity: OrderQuantity, need: int, known: dict[str, Any]
) -> None:
    """What a limit refused is refused again; a budget alone is the buyer's to count."""
    order = quantity(need, **known)[-1].after
    known["position"] += order

    assert quantity(need - order, **known)[-1].after == 0


@given(every, st.integers(1, 300), asked)
def test_the_last_caps_do_not_depend_on_their_order(
    quantity: OrderQuantity, need: int, known: dict[str, Any]
) -> None:
    """Without price breaks, the order is the least of those under each cap alone."""
    quantity = attrs.evolve(quantity, price_breaks=None)
    free = attrs.evolve(quantity, shelf_life_days=None, maximum=None, budget=None)
    alone = [
        attrs.evolve(free, shelf_life_days=quantity.shelf_life_days),
        attrs.evolve(free, maximum=quantity.maximum),
        attrs.evolve(free, budget=quantity.budget),
    ]

    assert quantity(need, **known)[-1].after == min(one(need, **known)[-1].after for one in alone)


def test_every_step_has_its_name_and_reason() -> None:
    """Need, minimum, pack, price break, shelf life, maximum, budget: in this order."""
    quantity = OrderQuantity(
        moq=10,
        case_pack=6,
        maximum=70,
        price_breaks=PriceBreaks(quantities=[50, 100], cost_per_unit=drawn.falling),
        shelf_life_days=10,
        budget=Budget(amount=drawn.euros(100_00), unit_price=drawn.euros(1_50)),
    )
    steps = quantity(
        8, position=4, demand=Demand.of(mean_per_day=4), lead_time=LeadTime(mean_days=7)
    )

    assert [step.explain() for step in steps] == [
        "need: 8 → 8 (what the position lacks to the target)",
        "minimum order: 8 → 10 (at least 10)",
        "case pack: 10 → 12 (whole packs of 6)",
        "price break: 12 → 54 (a unit costs least, all costs counted, from 54 units)",
        (
            "shelf life: 54 → 54 (room for 64 below the 68 that sell by 10 days after arrival, "
            "in whole packs, not below the minimum order)"
        ),
        (
            "maximum: 54 → 54 (room for 66 below the maximum of 70, in whole packs, not below the "
            "minimum order)"
        ),
        (
            "budget: 54 → 54 (100.00 EUR pay for 66 at 1.50 EUR, in whole packs, not below the "
            "minimum order)"
        ),
    ]


@pytest.mark.parametrize(
    ("limit", "name", "order"),
    [
        ({"shelf_life_days": 0}, "shelf life", 24),
        ({"maximum": 20}, "maximum", 12),
        ({"budget": Budget(amount=drawn.euros(100), unit_price=drawn.euros(5))}, "budget", 18),
        ({"budget": Budget(amount=drawn.euros(0), unit_price=drawn.euros(5))}, "budget", 0),
        ({"maximum": 15}, "maximum", 0),
    ],
)
def test_each_cap_takes_units_away(limit: dict[str, Any], name: str, order: int) -> None:
    """Packs are rounded down under a cap, and less than the minimum is not ordered."""
    quantity = OrderQuantity(moq=12, case_pack=6, **limit)
    steps = quantity(
        40, position=4, demand=Demand.of(mean_per_day=4), lead_time=LeadTime(mean_days=7)
    )

    assert (steps[-1].name, steps[-1].before, steps[-1].after) == (name, 42, order)


# Rounding


@given(order_quantities(max_value=20), st.integers(1, 60), st.sampled_from(PackRounding))
def test_rounding_chooses_among_the_legal_orders(
    quantity: OrderQuantity, need: int, rounding: PackRounding
) -> None:
    """Searched by hand: the least that covers, the most that does not exceed, or the nearest."""
    quantity = attrs.evolve(quantity, rounding=rounding, maximum=None)
    legal = [0] + [
        units
        for units in range(1, 200)
        if units >= quantity.moq and units % quantity.case_pack == 0
    ]
    chosen = {
        PackRounding.UP: min(units for units in legal if units >= need),
        PackRounding.DOWN: max(units for units in legal if units <= need),
        PackRounding.NEAREST: min(legal, key=lambda units: (abs(units - need), -units)),
    }

    assert chosen[rounding] == quantity(need, position=0)[-1].after


@pytest.mark.parametrize(("need", "order"), [(29, 24), (30, 36), (31, 36), (5, 0), (6, 12)])
def test_the_nearest_of_two_equally_near_orders_is_the_greater(need: int, order: int) -> None:
    """Between two dozens half a dozen goes up."""
    quantity = OrderQuantity(case_pack=12, rounding=PackRounding.NEAREST)

    assert order == quantity(need, position=0)[-1].after


def test_rounding_is_named() -> None:
    """The step says which way it went, where that is not the usual one."""
    whys = [
        OrderQuantity(case_pack=12, rounding=rounding)(29, position=0)[-1].explain()
        for rounding in PackRounding
    ]

    assert whys == [
        "case pack: 29 → 36 (whole packs of 12)",
        "case pack: 29 → 24 (whole packs of 12, rounded down, to no more than the need)",
        "case pack: 29 → 24 (whole packs of 12, rounded to the nearest order, none among them)",
    ]


# Price breaks


@given(
    st.lists(st.integers(1, 300), max_size=5),
    st.integers(1, 200),
    order_quantities(max_value=30),
    st.dictionaries(st.integers(1, 500), st.integers(1, 20), max_size=50),
)
def test_a_break_is_taken_where_a_unit_costs_least(
    at: list[int], need: int, quantity: OrderQuantity, costs: dict[int, int]
) -> None:
    """Of the order as it is and all legal orders at breaks within the caps, the cheapest."""

    def cost(units: int) -> float:
        return costs.get(units, 10)

    plain = quantity(need, position=0)
    packed = plain[2].after
    steps = attrs.evolve(quantity, price_breaks=PriceBreaks(quantities=at, cost_per_unit=cost))(
        need, position=0
    )
    least = [
        OrderQuantity(moq=quantity.moq, case_pack=quantity.case_pack)(u, position=0)[-1].after
        for u in at
    ]
    room = math.inf if quantity.maximum is None else quantity.maximum
    candidates = [packed, *(units for units in least if packed < units <= room)]

    assert steps[3].name == "price break"
    assert steps[3].after == min(candidates, key=lambda units: (cost(units), units))


def test_a_break_that_a_cap_rules_out_is_not_looked_at() -> None:
    """More than is needed is not bought for a price that is then not reached."""
    breaks = PriceBreaks(quantities=[100], cost_per_unit=lambda units: 4.5 if units >= 100 else 5)

    def order(**limits: Any) -> int:
        return OrderQuantity(price_breaks=breaks, **limits)(40, position=0)[-1].after

    assert [order(), order(maximum=100), order(maximum=99)] == [100, 100, 40]


def test_a_break_that_does_not_pay_is_left() -> None:
    """The step says that it was looked at."""
    breaks = PriceBreaks(quantities=[100], cost_per_unit=lambda _: 5)

    assert OrderQuantity(price_breaks=breaks)(40, position=0)[-1].explain() == (
        "price break: 40 → 40 (no break makes a unit cheaper, all costs counted)"
    )


@pytest.mark.parametrize("cost", [math.nan, math.inf, None, "5", True])
def test_a_cost_is_a_finite_number(cost: Any) -> None:
    """A break is never taken for a cost that cannot be compared."""
    breaks = PriceBreaks(quantities=[100], cost_per_unit=lambda _: cost)
    with pytest.raises(FieldError) as caught:
        OrderQuantity(price_breaks=breaks)(40, position=0)

    assert caught.value.field == "cost_per_unit"


@pytest.mark.parametrize(
    "wrong",
    [{"quantities": [0]}, {"quantities": [1.5]}, {"quantities": 100}, {"cost_per_unit": 5}],
)
def test_price_breaks_refuse_wrong_parameters(wrong: dict[str, Any]) -> None:
    """Breaks are whole units, and the cost is asked of a callable."""
    with pytest.raises(FieldError) as caught:
        PriceBreaks(**{"quantities": [100], "cost_per_unit": drawn.falling, **wrong})

    assert caught.value.field in wrong


# Shelf life and budget


@pytest.mark.parametrize(
    ("position", "lead", "room"),
    [(0, None, 40), (0, 7, 68), (38, 7, 30), (68, 7, 0), (90, 7, 0), (-5, 7, 73), (0, 0.1, 40)],
)
def test_a_shelf_life_leaves_room_for_what_sells(
    position: int, lead: float | None, room: int
) -> None:
    """At 4 a day and 10 days from arrival, the position may not exceed what sells until then."""
    steps = OrderQuantity(shelf_life_days=10)(
        500,
        position=position,
        demand=Demand.of(mean_per_day=4),
        lead_time=None if lead is None else LeadTime(mean_days=lead),
    )

    assert room == steps[-1].after


def test_a_shelf_life_asks_for_the_demand() -> None:
    """Without a demand nobody knows what sells."""
    with pytest.raises(FieldError) as caught:
        OrderQuantity(shelf_life_days=10)(5, position=0)

    assert caught.value.field == "shelf_life_days"


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": drawn.euros(-1)},
        {"unit_price": drawn.euros(0)},
        {"amount": 5},
        {"unit_price": 0.5},
    ],
)
def test_a_budget_refuses_wrong_amounts(wrong: dict[str, Any]) -> None:
    """A budget is 0 or more, a price above 0, and both are money."""
    fields = {"amount": drawn.euros(100), "unit_price": drawn.euros(5), **wrong}
    with pytest.raises(FieldError) as caught:
        Budget(**fields)

    assert caught.value.field in wrong


def test_a_budget_is_in_the_currency_of_the_price() -> None:
    """Euros do not pay in francs."""
    with pytest.raises(CurrencyMismatchError):
        Budget(amount=drawn.euros(100), unit_price=Money(5, Currency.CHF))


@pytest.mark.parametrize(
    "wrong",
    [
        {"rounding": "up"},
        {"price_breaks": 100},
        {"shelf_life_days": 1.5},
        {"shelf_life_days": 3651},
        {"budget": drawn.euros(5)},
    ],
)
def test_limits_are_of_their_types(wrong: dict[str, Any]) -> None:
    """Each limit is checked and named."""
    with pytest.raises(FieldError) as caught:
        OrderQuantity(**wrong)

    assert caught.value.field in wrong
