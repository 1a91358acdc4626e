"""Laws of the order quantity: minimum order, case pack, maximum."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import OrderQuantity, Step
from ecomkit.testing.strategies._replenishment import order_quantities

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


@pytest.mark.parametrize(
    ("need", "moq", "case_pack", "order"),
    [(37, 50, 12, 60), (0, 50, 12, 0), (60, 60, 12, 60), (43, 1, 12, 48), (100, 110, 1, 110)],
)
def test_known_quantities(need: int, moq: int, case_pack: int, order: int) -> None:
    """First the minimum order, then whole packs: Odoo's 43 in dozens, ERPNext's 100 by 110."""
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
