"""Demand out of moments: mean, standard deviation and pattern are those of the scalar values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.bulk import ColumnError, demand_columns, moments_of_days, pattern_columns
from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    UNITS_PER_DAY_MAX,
    DemandMoments,
    DemandPattern,
    TooFewObservationsError,
    intermittence,
)

PATTERNS = tuple(DemandPattern)
days_of_a_sku = st.lists(
    st.just(0) | st.integers(0, 9) | st.integers(0, UNITS_PER_DAY_MAX), min_size=2, max_size=12
)
sums = st.tuples(
    st.integers(2, 36_525),
    st.integers(0, 400) | st.integers(0, 36_525 * 10**7),
    st.integers(0, 10**5) | st.integers(0, 36_525 * 10**14),
)


def moments_of(rows: list[tuple[int, int, int]]) -> dict[str, Any]:
    """Return days, totals and totals of squares as columns."""
    return {
        name: np.array([row[place] for row in rows], dtype=np.int64)
        for place, name in enumerate(("days", "total", "total_of_squares"))
    }


@given(st.lists(days_of_a_sku, min_size=1, max_size=8))
def test_mean_and_deviation_are_those_of_the_scalar_value_to_the_last_bit(
    histories: list[list[int]],
) -> None:
    """Exact sums give the same floats, small or too large for 64 bits in between."""
    rows = [DemandMoments.from_daily(days) for days in histories]
    columns = demand_columns(
        moments_of([(row.days, row.total, row.total_of_squares) for row in rows])
    )

    assert columns["mean_per_day"].tolist() == [row.demand.mean_per_day for row in rows]
    assert columns["sd_per_day"].tolist() == [row.demand.sd_per_day for row in rows]


@settings(max_examples=500)
@given(sums)
def test_any_three_sums_are_answered_or_refused_as_the_scalar_value_does(
    row: tuple[int, int, int],
) -> None:
    """What no days can have is refused, and no product wraps around into a number."""
    days, total, squares = row
    try:
        wanted = DemandMoments(days=days, total=total, total_of_squares=squares).demand
    except FieldError:
        with pytest.raises(ColumnError) as caught:
            demand_columns(moments_of([(2, 2, 2), row]))
        assert (caught.value.field, caught.value.row) == ("total_of_squares", 1)
    else:
        columns = demand_columns(moments_of([(2, 2, 2), row]))
        assert columns["mean_per_day"][1] == wanted.mean_per_day
        assert columns["sd_per_day"][1] == wanted.sd_per_day


@pytest.mark.parametrize(
    "row",
    [
        # The products of these wrap around to numbers that look as if they fitted.
        (2, 2**32, 2**32),
        (512, 2**32, 2**33),
        (8, 0, 2**61),
        (36_525, 36_525 * 10**7, 36_525 * 10**14 - 1),
        # Nothing wraps, but a mean or a deviation is beyond what a day may ask for.
        (2, 0, 10**15),
        (2, 10**8, 10**16),
        (2, 10**8, 5 * 10**15),
    ],
)
def test_sums_beyond_64_bits_are_seen(row: tuple[int, int, int]) -> None:
    """Sums that contradict each other only in numbers too large for 64 bits are refused, too."""
    days, total, squares = row
    with pytest.raises(FieldError):
        _ = DemandMoments(days=days, total=total, total_of_squares=squares).demand

    with pytest.raises(ColumnError):
        demand_columns(moments_of([row]))


def test_products_beyond_64_bits_are_computed_all_the_same() -> None:
    """A product that would wrap around to 0 does not make the deviation 0."""
    row = (2**15, 0, 2**49)
    days, total, squares = row
    wanted = DemandMoments(days=days, total=total, total_of_squares=squares).demand

    assert demand_columns(moments_of([row]))["sd_per_day"][0] == wanted.sd_per_day > 100_000


@pytest.mark.parametrize("days", [0, 1])
def test_fewer_than_two_days_have_no_deviation(days: int) -> None:
    """The scalar value refuses them, and so does the column."""
    with pytest.raises(TooFewObservationsError):
        _ = DemandMoments(days=days).demand

    with pytest.raises(ColumnError) as caught:
        demand_columns(moments_of([(5, 0, 0), (days, 0, 0)]))

    assert (caught.value.field, caught.value.row, caught.value.got) == ("days", 1, days)


@pytest.mark.parametrize("name", ["days", "total", "total_of_squares", "demand_days"])
def test_one_number_of_days_stands_for_all(name: str) -> None:
    """What all skus share is given once."""
    shared = {"days": 4, "total": 4, "total_of_squares": 8, "demand_days": 2}
    columns = shared | {name: np.array([shared[name]] * 3)}

    assert demand_columns(columns)["mean_per_day"].tolist() == [1.0] * 3
    assert demand_columns(columns)["sd_per_day"].tolist() == [(4 / 3) ** 0.5] * 3
    assert pattern_columns(columns)["adi"].tolist() == [2.0] * 3


SMALL = st.just(0) | st.integers(0, 9) | st.integers(0, 10**4)


@given(
    st.integers(1, 12).flatmap(
        lambda width: st.lists(
            st.lists(SMALL, min_size=width, max_size=width), min_size=1, max_size=8
        )
    )
)
def test_patterns_are_those_of_the_scalar_class(histories: list[list[int]]) -> None:
    """Interval, variation and class are those of the series; without demand there is none."""
    columns = pattern_columns(moments_of_days(np.array(histories)))

    for row, days in enumerate(histories):
        figures, pattern = intermittence(days), DemandPattern.of(days)
        if figures is None:
            assert np.isnan(columns["adi"][row])
            assert np.isnan(columns["cv2"][row])
            assert columns["pattern"][row] == -1
        else:
            assert (columns["adi"][row], columns["cv2"][row]) == figures
            assert PATTERNS[columns["pattern"][row]] is pattern


def test_the_cut_offs_are_those_of_the_scalar_class() -> None:
    """At both cut-offs, and one step of the floats below, the classes agree."""
    # Of 33 periods 25 have demand: an interval of exactly 1.32. Amounts of 3 and 17: 0.49.
    at = [0] * 8 + [1] * 25
    even, uneven = [3, 17] * 12, [3, 18] * 12
    for days in (at, [*at, 1], [*at, 0], even, uneven, [0] * 8 + [3, 17] * 12 + [10]):
        columns = pattern_columns(moments_of_days(np.array([days])))
        assert PATTERNS[columns["pattern"][0]] is DemandPattern.of(days)
    assert pattern_columns(moments_of_days(np.array([at])))["adi"][0] == 1.32
    assert pattern_columns(moments_of_days(np.array([even])))["cv2"][0] == 0.49


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ((4, 8, 24, 5), "demand_days"),
        ((4, 2, 4, 3), "demand_days"),
        ((4, 2, 4, 0), "demand_days"),
        ((4, 8, 20, 3), "total_of_squares"),
        ((4, 8, 6, 4), "total_of_squares"),
    ],
)
def test_sums_that_no_days_can_have_make_no_pattern(row: tuple[int, ...], field: str) -> None:
    """More days with demand than days or units, none with units, and too few squares."""
    names = ("days", "total", "total_of_squares", "demand_days")
    good = (4, 8, 40, 2)
    columns = {name: np.array([good[place], row[place]]) for place, name in enumerate(names)}

    with pytest.raises(ColumnError) as caught:
        pattern_columns(columns)

    assert (caught.value.field, caught.value.row) == (field, 1)
    assert caught.value.got == columns[field][1]
