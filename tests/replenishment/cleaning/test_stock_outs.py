"""Days without stock are unknown, not 0: told by the ledger, or inferred on request."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.replenishment.cleaning import (
    DemandCleaning,
    DemandRow,
    InferredStockOuts,
    OutOfStock,
    StockOuts,
)

START = date(2026, 3, 2)
TIGER, LION = Sku("TIGER"), Sku("LION")


def day(ahead: int) -> date:
    """Return a day from the start of the window."""
    return START + timedelta(days=ahead)


def cleaned(units: Any, *steps: Any) -> Any:
    """Return the demand of days with these units."""
    rows = [
        DemandRow(sku=TIGER, day=day(place), units=count)
        for place, count in enumerate(units)
        if count
    ]
    [found] = DemandCleaning(steps=steps)(rows, start=START, end=day(len(units))).values()
    return found


def unknown(units: Any, *steps: Any) -> list[int]:
    """Return the places of the days that became unknown."""
    return [place for place, count in enumerate(cleaned(units, *steps).series) if count is None]


EXTENTS = dict(zip((-1, 0, 1, 2, 3), (3, 1, 2, 3, 3), strict=True))
DAYS = {TIGER: {day(n): OutOfStock(extent) for n, extent in EXTENTS.items()}, LION: {}}


@pytest.mark.parametrize(
    ("extent", "places"),
    [
        (OutOfStock.PART_OF_DAY, [0, 1, 2]),
        (OutOfStock.AT_END, [1, 2]),
        (OutOfStock.ALL_DAY, [2]),
    ],
)
def test_days_without_stock_become_unknown(extent: OutOfStock, places: list[int]) -> None:
    """Those that were out of stock for long enough; the report says which and for how long."""
    found = cleaned([4, 3, 1], StockOuts(days=DAYS, from_extent=extent))
    [report] = found.steps

    assert [None if place in places else (4, 3, 1)[place] for place in range(3)] == list(
        found.series
    )
    assert [day(place) for place in places] == list(report.days)
    assert sum((4, 3, 1)[place] for place in places) == report.taken_off
    assert "out of stock: all day" in report.explain()


def test_a_cut_day_is_a_day_without_stock_unless_it_is_said() -> None:
    """By default any day that was cut short is unknown."""
    assert unknown([4, 3, 1], StockOuts(days=DAYS)) == [0, 1, 2]


@pytest.mark.parametrize("days", [7, {TIGER: [START]}, {TIGER: {START: 3}}])
def test_days_are_told_with_their_extent(days: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(FieldError, match="days"):
        StockOuts(days=days)


def test_a_gap_too_long_to_be_chance_is_taken_for_a_stock_out() -> None:
    """Sixty days with a sale each, eleven without one between them."""
    units = [2] * 40 + [0] * 11 + [2] * 20

    assert unknown(units, InferredStockOuts()) == list(range(40, 51))
    assert unknown(units) == []
    why = cleaned(units, InferredStockOuts()).steps[0].changes[0].why
    assert why == "no sale for 11 days, where 98 % of the days have one"


def test_a_quiet_day_is_no_stock_out() -> None:
    """A day without a sale among many with one is chance."""
    assert unknown([2] * 100 + [0] + [2] * 100, InferredStockOuts()) == []


def test_what_is_seldom_asked_for_has_long_gaps() -> None:
    """One sale in ten days: a month without is nothing special."""
    units = ([1] + [0] * 9) * 12 + [0] * 30 + ([1] + [0] * 9) * 12

    assert unknown(units, InferredStockOuts()) == []


def test_before_the_first_and_after_the_last_sale_is_no_gap() -> None:
    """A sku that is not yet or no longer sold is not out of stock."""
    assert unknown([0] * 90 + [2] * 30 + [0] * 90, InferredStockOuts()) == []
    assert unknown([0] * 9 + [2], InferredStockOuts()) == []


def test_days_that_are_unknown_already_are_no_gap() -> None:
    """A stock-out that the ledger told is not found again, nor does it make others likelier."""
    units = [2] * 40 + [0] * 11 + [2] * 20
    told = StockOuts(days={TIGER: {day(n): OutOfStock.ALL_DAY for n in range(38, 50)}})

    assert unknown(units, told, InferredStockOuts()) == list(range(38, 50))


@given(
    units=st.lists(st.integers(0, 2), min_size=1, max_size=60),
    one=st.floats(1e-9, 0.5),
    other=st.floats(1e-9, 0.5),
)
@settings(deadline=None)
def test_the_surer_one_wants_to_be_the_fewer_days(
    units: list[int], one: float, other: float
) -> None:
    """Only days without a sale, and the fewer the more improbable a gap has to be."""
    if not any(units):
        units = [*units, 1]
    sure = unknown(units, InferredStockOuts(improbable=min(one, other)))
    less = unknown(units, InferredStockOuts(improbable=max(one, other)))

    assert set(sure) <= set(less)
    assert not any(units[place] for place in less)


@pytest.mark.parametrize("number", [0, 1, -0.5, float("nan"), "1", True])
def test_a_probability_is_between_0_and_1(number: Any) -> None:
    """Nothing else is improbable."""
    with pytest.raises(FieldError, match="improbable"):
        InferredStockOuts(improbable=number)


def test_a_history_with_nothing_left_has_no_gaps() -> None:
    """All of it unknown, or none of it sold: there is nothing to infer from."""
    told = StockOuts(days={TIGER: {day(0): OutOfStock.ALL_DAY}})

    assert unknown([4, 0], told, InferredStockOuts()) == [0]
