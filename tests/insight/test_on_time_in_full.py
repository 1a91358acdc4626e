"""The share of orders that arrived on time and in full."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import LineId, OrderId
from ecomkit.insight import FillUnit, on_time_in_full_rate
from ecomkit.orders import LineOnTimeInFull, OnTimeInFull

DUE = datetime(2026, 3, 4, 12, tzinfo=UTC)


def line(
    on_time: int, late: int = 0, short: int = 0, awaited: int = 0, excused: int = 0
) -> LineOnTimeInFull:
    """Return a line with so many units of each kind."""
    return LineOnTimeInFull(
        line=LineId("1"),
        on_time_units=on_time,
        late_units=late,
        short_units=short,
        awaited_units=awaited,
        excused_units=excused,
    )


def order(*lines: LineOnTimeInFull) -> OnTimeInFull:
    """Return an order with those lines."""
    return OnTimeInFull(order=OrderId("A"), deliver_by=DUE, lines=lines)


FEW = st.integers(0, 3)
ORDERS = st.lists(
    st.lists(st.builds(line, FEW, FEW, FEW, FEW, FEW), max_size=3).map(lambda some: order(*some)),
    max_size=5,
)


@given(ORDERS, st.sampled_from(FillUnit))
def test_a_rate_is_a_share_of_what_is_decided(some: list[OnTimeInFull], by: FillUnit) -> None:
    """It lies between nothing and all, and orders that are not decided do not move it."""
    rate = on_time_in_full_rate(some, by=by)
    assert rate is None or 0 <= rate <= 1
    assert rate == on_time_in_full_rate([one for one in some if one.is_decided], by=by)


@given(ORDERS)
def test_all_is_kept_by_any_count_or_by_none(some: list[OnTimeInFull]) -> None:
    """Where every order is on time and in full, so is every line and every unit."""
    rates = {on_time_in_full_rate(some, by=by) == 1 for by in FillUnit}
    assert len(rates) == 1


@pytest.mark.parametrize(
    ("by", "rate"),
    [
        (FillUnit.UNIT, Fraction(17, 20)),
        (FillUnit.LINE, Fraction(2, 4)),
        (FillUnit.ORDER, Fraction(1, 3)),
    ],
)
def test_units_lines_and_orders_differ(by: FillUnit, rate: Fraction) -> None:
    """One late unit makes its line and its order late; what is excused or awaited is left out."""
    some = [
        order(line(9, late=1), line(2)),
        order(line(2, short=2)),
        order(line(4, excused=1), line(0, excused=3)),
        order(line(0, excused=3)),
        order(line(0, late=5, awaited=1)),
    ]
    assert on_time_in_full_rate(some, by=by) == rate


@pytest.mark.parametrize("by", FillUnit)
def test_nothing_decided_has_no_rate(by: FillUnit) -> None:
    """No orders, none decided, and none measured are no share at all."""
    assert on_time_in_full_rate([], by=by) is None
    assert (
        on_time_in_full_rate([order(line(1, awaited=1)), order(line(0, excused=1))], by=by) is None
    )
