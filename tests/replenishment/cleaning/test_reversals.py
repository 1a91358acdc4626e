"""Cancellations and returns are taken off the day on which the units were ordered."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import CustomerId, LineId, OrderId, Sku
from ecomkit.replenishment.cleaning import (
    Cancellations,
    DemandCleaning,
    DemandRow,
    Returns,
    RowKind,
)

START = date(2026, 3, 2)
END = START + timedelta(days=9)
TIGER = Sku("TIGER")
ANN, BOB = CustomerId("ann"), CustomerId("bob")
ONE, TWO = OrderId("1"), OrderId("2")
CANCELLED, RETURNED = RowKind.CANCELLATION, RowKind.RETURN


def row(day: int, units: int, kind: RowKind = RowKind.SALE, **facts: Any) -> DemandRow:
    """Return a row about tigers."""
    return DemandRow(sku=TIGER, day=START + timedelta(days=day), units=units, kind=kind, **facts)


def cleaned(rows: Any, *steps: Any) -> Any:
    """Return the demand by these steps."""
    [found] = DemandCleaning(steps=steps)(rows, start=START, end=END).values()
    return found


def left(rows: Any, *steps: Any) -> list[int]:
    """Return what is left of the first days."""
    return list(cleaned(rows, *(steps or (Cancellations(),))).series.units[:4])


def test_a_cancellation_is_taken_off_the_day_of_its_order() -> None:
    """Not off the day on which it came, nor off another order of the same customer."""
    rows = [
        row(0, 5, order=ONE, customer=ANN),
        row(1, 5, order=TWO, customer=ANN),
        row(3, 5, CANCELLED, order=ONE, customer=ANN),
    ]

    assert left(rows) == [0, 5, 0, 0]


def test_a_cancellation_of_a_line_leaves_the_other_lines() -> None:
    """Without a line the latest line of the order goes first."""
    lines = [row(0, 5, order=ONE, line=LineId("a")), row(1, 7, order=ONE, line=LineId("b"))]

    assert left([*lines, row(2, 4, CANCELLED, order=ONE, line=LineId("a"))]) == [1, 7, 0, 0]
    assert left([*lines, row(2, 9, CANCELLED, order=ONE)]) == [3, 0, 0, 0]


def test_a_cancellation_may_come_before_its_order() -> None:
    """Where the order is named, the order of arrival does not matter."""
    assert left([row(0, 3, CANCELLED, order=ONE), row(1, 5, order=ONE)]) == [0, 2, 0, 0]


def test_an_order_that_is_named_and_not_there_is_not_guessed() -> None:
    """What names its order is set against nothing else."""
    rows = [row(0, 5, order=ONE, customer=ANN), row(1, 5, CANCELLED, order=TWO, customer=ANN)]
    found = cleaned(rows, Cancellations())

    assert found.series.units[:2] == (5, 0)
    [unmatched] = found.steps[0].unmatched
    assert (
        unmatched.units,
        unmatched.why,
    ) == (5, "its order has no such sale, or too few units of it left")


def test_without_an_order_the_latest_earlier_sale_to_the_customer_is_found() -> None:
    """Other customers and later sales are left alone."""
    rows = [
        row(0, 5, customer=ANN),
        row(1, 6, customer=ANN),
        row(1, 9, customer=BOB),
        row(2, 2, CANCELLED, customer=ANN),
        row(3, 8, customer=ANN),
    ]

    assert left(rows) == [5, 13, 0, 8]


def test_a_sale_of_exactly_so_many_units_goes_first() -> None:
    """An order is mostly cancelled whole."""
    rows = [row(0, 5, customer=ANN), row(1, 6, customer=ANN), row(2, 5, CANCELLED, customer=ANN)]

    assert left(rows) == [0, 6, 0, 0]


def test_many_sales_may_be_taken_back_at_once() -> None:
    """The latest first, over as many as it takes; what is left over is reported."""
    rows = [row(0, 5, customer=ANN), row(1, 6, customer=ANN), row(2, 9, CANCELLED, customer=ANN)]

    assert left(rows) == [2, 0, 0, 0]

    found = cleaned([*rows, row(3, 4, CANCELLED, customer=ANN)], Cancellations())

    assert sum(found.series.observed) == 0
    [unmatched] = found.steps[0].unmatched
    assert (unmatched.units, unmatched.why) == (2, "this customer has bought too few units before")


def test_a_sale_of_the_same_day_counts_as_it_stands() -> None:
    """Rows of one day keep their order: a later row is no earlier sale."""
    sale, cancelled = row(0, 5, customer=ANN), row(0, 5, CANCELLED, customer=ANN)

    assert left([sale, cancelled]) == [0, 0, 0, 0]
    assert left([cancelled, sale]) == [5, 0, 0, 0]


def test_a_sale_before_the_window_takes_its_cancellation_with_it() -> None:
    """So a sale inside of the window is not cancelled in its place."""
    rows = [
        row(-5, 9, customer=ANN),
        row(0, 8, customer=ANN),
        row(1, 9, CANCELLED, customer=ANN),
    ]
    found = cleaned(rows, Cancellations())

    assert found.series.units[0] == 8
    assert found.steps[0].unmatched == found.steps[0].changes == ()


def test_units_that_were_cancelled_do_not_come_back() -> None:
    """A return finds the sale that is left."""
    rows = [
        row(0, 5, customer=ANN),
        row(1, 5, customer=ANN),
        row(2, 5, CANCELLED, customer=ANN),
        row(3, 4, RETURNED, customer=ANN),
    ]

    assert left(rows, Cancellations(), Returns()) == [1, 0, 0, 0]
    assert left(rows, Cancellations()) == [5, 0, 0, 0]
    assert left(rows, Returns()) == [5, 1, 0, 0]


def test_write_offs_are_not_taken_back() -> None:
    """Nobody had ordered them."""
    assert left([row(0, 5, RowKind.WRITE_OFF, order=ONE), row(1, 5, CANCELLED, order=ONE)]) == [
        5,
        0,
        0,
        0,
    ]


@given(
    returns=st.lists(st.integers(1, 9), max_size=12),
    share=st.fractions(min_value=0, max_value=1),
)
@settings(deadline=None)
def test_a_share_of_the_returns_is_net_however_they_are_split(
    returns: list[int], share: Fraction
) -> None:
    """Whole units of the running total: small returns add up to the share of all of them."""
    rows = [row(0, 200, order=ONE), *(row(1, n, RETURNED, order=ONE) for n in returns)]

    assert left(rows, Returns(share=share))[0] == 200 - int(sum(returns) * share)


@pytest.mark.parametrize("share", [-1, 2, Fraction(3, 2), 0.5, True, "all"])
def test_a_share_is_a_fraction_from_0_to_1(share: Any) -> None:
    """Nothing else is a share."""
    with pytest.raises(FieldError, match="share"):
        Returns(share=share)
