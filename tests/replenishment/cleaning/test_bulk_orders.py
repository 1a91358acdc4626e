"""One-off bulk orders: what is usual is measured robustly, and what is above it reported."""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import OrderId, Sku
from ecomkit.replenishment.cleaning import (
    BulkOrders,
    BulkTreatment,
    DemandCleaning,
    DemandRow,
    LineScale,
    MedianDeviations,
    ShareOfPeriod,
)

START = date(2026, 3, 2)
TIGER = Sku("TIGER")
SIZES = st.lists(st.integers(1, 500), min_size=1, max_size=40)


def left(sizes: Any, step: Any) -> list[int]:
    """Return what is left of one line a day of these sizes."""
    rows = [
        DemandRow(
            sku=TIGER, day=START + timedelta(days=place), units=size, order=OrderId(str(place))
        )
        for place, size in enumerate(sizes)
    ]
    end = START + timedelta(days=len(sizes))
    [cleaned] = DemandCleaning(steps=[step])(rows, start=START, end=end).values()
    return list(cleaned.series.observed)


@given(sizes=SIZES, limit=st.floats(0.5, 600))
@settings(deadline=None)
def test_lines_above_the_limit_are_capped_or_taken_out(sizes: list[int], limit: float) -> None:
    """A line at the limit is usual; any function of the sizes may say what the limit is."""
    seen: list[Any] = []

    def told(given_sizes: Any) -> float:
        seen.append(list(given_sizes))
        return limit

    assert left(sizes, BulkOrders(limit=told)) == [
        size if size <= limit else math.floor(limit) for size in sizes
    ]
    assert left(sizes, BulkOrders(limit=told, treatment=BulkTreatment.TAKEN_OUT)) == [
        size if size <= limit else 0 for size in sizes
    ]
    assert [sizes, sizes] == seen


@given(sizes=SIZES, factor=st.integers(2, 50))
@settings(deadline=None)
def test_ratios_do_not_depend_on_what_a_unit_is(sizes: list[int], factor: int) -> None:
    """Pieces or dozens: the limit is the same. In units, that is true of deviations as well."""
    for scale in LineScale:
        limit = MedianDeviations(scale=scale, lines_min=1)
        one, many = limit(sizes), limit([factor * size for size in sizes])

        assert one is not None
        assert many == pytest.approx(factor * one, rel=1e-9)
        assert one >= sorted(sizes)[(len(sizes) - 1) // 2] - 1e-9


@given(sizes=st.lists(st.integers(1, 9), min_size=20, max_size=40), huge=st.integers(10**4, 10**9))
@settings(deadline=None)
def test_one_huge_order_is_found_however_huge(sizes: list[int], huge: int) -> None:
    """It does not raise the limit by its own size, as it would a mean and a deviation."""
    limit = MedianDeviations()([*sizes, huge])

    assert limit is not None
    assert limit < huge


def test_the_limit_is_the_median_and_scaled_deviations() -> None:
    """Half of the lines are within 3 of the median 10: a standard deviation of 4.45 if normal."""
    sizes = [6, 7, 10, 10, 13, 14, 15, 2, 10]
    units = MedianDeviations(deviations=2, scale=LineScale.UNITS, lines_min=9)(sizes)
    doubled = MedianDeviations(deviations=3, lines_min=5)([2, 4, 8, 16, 32])

    assert units == pytest.approx(10 + 2 * 1.4826022185056018 * 3, rel=1e-12)
    assert doubled == pytest.approx(8 * 2 ** (3 * 1.4826022185056018), rel=1e-12)


def test_where_most_lines_are_equal_the_mean_deviation_stands_in() -> None:
    """A median deviation of 0 would make every other size a bulk order."""
    sizes = [1] * 15 + [2, 2, 2, 3, 3]
    expected = 1 + 5 * math.sqrt(math.pi / 2) * fmean(size - 1 for size in sizes)

    assert MedianDeviations(scale=LineScale.UNITS)(sizes) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("scale", LineScale)
@pytest.mark.parametrize("size", [1, 3, 7, 10, 999])
def test_lines_that_are_all_equal_are_all_usual(size: int, scale: LineScale) -> None:
    """No rounding of a logarithm makes the usual size too large."""
    assert left([size] * 25, BulkOrders(limit=MedianDeviations(scale=scale))) == [size] * 25


def test_of_few_lines_nobody_knows_what_is_usual() -> None:
    """Nineteen say nothing, twenty do; none is none."""
    assert MedianDeviations()([1] * 18 + [900]) is None
    assert MedianDeviations()([]) is None
    assert left([1] * 10 + [2] * 8 + [900], BulkOrders())[-1] == 900
    assert left([1] * 10 + [2] * 9 + [900], BulkOrders())[-1] < 100


def test_a_limit_has_an_end() -> None:
    """However many deviations are allowed, and whatever sizes a caller gives."""
    assert MedianDeviations(deviations=10**15, lines_min=1)([0, 1, 10**12]) == pytest.approx(1e15)
    assert MedianDeviations(lines_min=1)([0]) == 0


def test_a_share_of_the_period() -> None:
    """A line of more than a quarter of all units."""
    step = BulkOrders(limit=ShareOfPeriod(share=Fraction(1, 4)))

    assert left([10, 10, 20, 20, 20], step) == [10, 10, 20, 20, 20]
    assert left([10, 10, 20, 20, 40], step) == [10, 10, 20, 20, 25]


def test_orders_that_the_merchant_names_are_taken_out_whole() -> None:
    """Whatever their size, and they do not count in what is usual."""
    seen: list[int] = []

    def told(sizes: Any) -> None:
        seen.extend(sizes)

    assert left([1, 2, 3], BulkOrders(limit=told, orders=[OrderId("1")])) == [1, 0, 3]
    assert seen == [1, 3]
    assert left([1, 2, 900], BulkOrders(limit=None, orders={OrderId("0")})) == [0, 2, 900]


@pytest.mark.parametrize(
    ("field", "value"),
    [("limit", 7), ("treatment", "capped"), ("orders", 7), ("orders", ["1"])],
)
def test_a_step_is_made_of_what_it_needs(field: str, value: Any) -> None:
    """A limit is called, a treatment is one of two, orders are named by their ids."""
    with pytest.raises(FieldError, match=field):
        BulkOrders(**{field: value})


@pytest.mark.parametrize("number", [0, -1, math.nan, math.inf, "5", True])
def test_deviations_are_above_zero(number: Any) -> None:
    """Nothing else is a limit."""
    with pytest.raises(FieldError, match="deviations"):
        MedianDeviations(deviations=number)


@pytest.mark.parametrize("share", [0, 0.5, Fraction(0), Fraction(3, 2)])
def test_a_share_is_a_fraction(share: Any) -> None:
    """Above 0, at most 1."""
    with pytest.raises(FieldError, match="share"):
        ShareOfPeriod(share=share)
