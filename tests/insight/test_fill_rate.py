"""Laws of the fill rate."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.insight import FilledLine, FillUnit, fill_rate

units = st.sampled_from(FillUnit)
lines = st.builds(FilledLine, ordered=st.integers(1, 20), filled=st.integers(0, 25))
orders_of_lines = st.lists(st.lists(lines, max_size=4), max_size=6)

Orders = list[list[FilledLine]]

# (ordered, filled) by order: 27 units, 5 lines, 3 orders
CASE = [[(10, 10), (5, 3)], [(4, 4)], [(6, 0), (2, 2)]]


@pytest.mark.parametrize(
    ("by", "share"),
    [
        (FillUnit.UNIT, Fraction(19, 27)),
        (FillUnit.LINE, Fraction(3, 5)),
        (FillUnit.ORDER, Fraction(1, 3)),
    ],
)
def test_the_three_units_differ(by: FillUnit, share: Fraction) -> None:
    """The same orders are filled to 19/27 by unit, 3/5 by line and 1/3 by order."""
    orders = [
        [FilledLine(ordered=ordered, filled=filled) for ordered, filled in order] for order in CASE
    ]

    assert share == fill_rate(orders, by=by)


@given(orders_of_lines, units)
def test_a_rate_is_a_share(orders: Orders, by: FillUnit) -> None:
    """A fill rate is between 0 and 1, and there is none where nothing was ordered."""
    share = fill_rate(orders, by=by)

    assert (share is None) == (not any(orders))
    assert share is None or 0 <= share <= 1


@given(orders_of_lines)
def test_all_is_filled_by_every_unit_or_by_none(orders: Orders) -> None:
    """A rate of 1 by one unit is a rate of 1 by all three."""
    whole = {fill_rate(orders, by=by) == 1 for by in FillUnit}

    assert len(whole) == 1


@given(orders_of_lines, units, st.integers(2, 4))
def test_repeating_the_orders_changes_no_rate(orders: Orders, by: FillUnit, times: int) -> None:
    """Twice the same orders are filled to the same share."""
    assert fill_rate(orders, by=by) == fill_rate(orders * times, by=by)


@given(orders_of_lines, units)
def test_orders_without_lines_are_none(orders: Orders, by: FillUnit) -> None:
    """An order without lines counts nowhere."""
    assert fill_rate(orders, by=by) == fill_rate([[], *orders, []], by=by)


def test_filling_too_much_fills_nothing_else() -> None:
    """Units beyond what was ordered do not make up for a short line."""
    orders = [[FilledLine(ordered=2, filled=9), FilledLine(ordered=2, filled=0)]]

    assert Fraction(1, 2) == fill_rate(orders, by=FillUnit.UNIT)


@pytest.mark.parametrize(("ordered", "filled"), [(0, 0), (1, -1)])
def test_a_line_orders_something(ordered: int, filled: int) -> None:
    """A line of nothing, or filled below nothing, is refused."""
    with pytest.raises(FieldError):
        FilledLine(ordered=ordered, filled=filled)
