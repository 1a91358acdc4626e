"""Moments from order lines and from matrices of days are the exact sums of the scalar value."""

from __future__ import annotations

import tracemalloc
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.bulk import ColumnError, moments_of_days, moments_of_lines
from ecomkit.bulk._daily_matrix import CELLS_AT_ONCE
from ecomkit.bulk._order_lines import LINES_AT_ONCE
from ecomkit.errors import FieldError
from ecomkit.replenishment import UNITS_PER_DAY_MAX, DemandMoments

NAMES = ("days", "total", "total_of_squares", "demand_days")
units_of_a_day = st.just(0) | st.integers(0, 9) | st.integers(0, UNITS_PER_DAY_MAX)


def row_of(moments: dict[str, Any], sku: int) -> tuple[int, ...]:
    """Return the sums of one sku."""
    return tuple(int(moments[name][sku]) for name in NAMES)


def summed(days: list[int]) -> tuple[int, ...]:
    """Return the sums of the days of one sku, by the scalar value."""
    moments = DemandMoments.from_daily(days)
    demand_days = sum(1 for units in days if units)
    return moments.days, moments.total, moments.total_of_squares, demand_days


def arrays(rows: list[tuple[int, ...]], names: tuple[str, ...]) -> dict[str, Any]:
    """Return rows as columns of whole numbers."""
    return {
        name: np.array([row[place] for row in rows], dtype=np.int64)
        for place, name in enumerate(names)
    }


LINE = ("sku", "day", "units")


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[list[int]], list[tuple[int, ...]]]:
    """Draw the days of some skus, and lines in any order that sum to them, some of them negative."""
    width = draw(st.integers(1, 6))
    history = draw(
        st.lists(st.lists(units_of_a_day, min_size=width, max_size=width), min_size=1, max_size=4)
    )
    lines = []
    for sku, days in enumerate(history):
        for day, units in enumerate(days):
            cancelled = draw(st.integers(0, UNITS_PER_DAY_MAX - units))
            first = draw(st.integers(0, units))
            parts = (first, units - first + cancelled, -cancelled)
            lines += [(sku, day, part) for part in parts if part or draw(st.booleans())]
    return history, draw(st.permutations(lines))


@given(orders(), st.integers(-1000, 800_000))
def test_lines_of_one_day_are_one_demand(
    drawn: tuple[list[list[int]], list[tuple[int, ...]]], start: int
) -> None:
    """Lines in any order, cancelled ones among them, give the sums of the daily net units."""
    history, lines = drawn
    shifted = [(sku, day + start, units) for sku, day, units in lines]
    moments = moments_of_lines(
        arrays(shifted, LINE), skus=len(history), start=start, end=start + len(history[0])
    )

    assert [row_of(moments, sku) for sku in range(len(history))] == [
        summed(days) for days in history
    ]


@given(orders(), st.data())
def test_windows_that_follow_each_other_add_up(
    drawn: tuple[list[list[int]], list[tuple[int, ...]]], data: st.DataObject
) -> None:
    """What lies outside a window is left out, so two windows side by side are the whole."""
    history, lines = drawn
    width = len(history[0])
    cut = data.draw(st.integers(1, width))
    columns = arrays(lines, LINE)
    whole = moments_of_lines(columns, skus=len(history), start=0, end=width + 1)
    parts = [
        moments_of_lines(columns, skus=len(history), start=a, end=b)
        for a, b in ((0, cut), (cut, width + 1))
    ]

    for name in NAMES:
        assert (whole[name] == parts[0][name] + parts[1][name]).all()


@given(orders(), st.data())
def test_unknown_days_count_in_nothing(
    drawn: tuple[list[list[int]], list[tuple[int, ...]]], data: st.DataObject
) -> None:
    """A day without stock is taken out of the days and of the sums, named once or often."""
    history, lines = drawn
    width = len(history[0])
    cells = st.tuples(st.integers(0, len(history) - 1), st.integers(-2, width + 1))
    unknown = data.draw(st.lists(cells))
    moments = moments_of_lines(
        arrays(lines, LINE),
        skus=len(history),
        start=0,
        end=width,
        unknown=arrays(unknown, ("sku", "day")),
    )

    for sku, days in enumerate(history):
        seen = [units for day, units in enumerate(days) if (sku, day) not in unknown]
        assert row_of(moments, sku) == summed(seen)


def test_more_lines_than_are_read_at_once_are_summed_without_a_seam() -> None:
    """Blocks of lines end between days, whatever the days hold."""
    rng = np.random.default_rng(3)
    count, skus, days = 3 * LINES_AT_ONCE + 5, 40, 9
    columns = {
        "sku": rng.integers(0, skus, count),
        "day": rng.integers(0, days, count),
        "units": rng.integers(1, 20, count),
    }
    grid = np.zeros((skus, days), dtype=np.int64)
    np.add.at(grid, (columns["sku"], columns["day"]), columns["units"])
    moments = moments_of_lines(columns, skus=skus, start=0, end=days)
    ordered = np.argsort(columns["sku"], kind="stable")
    again = moments_of_lines(
        {name: column[ordered] for name, column in columns.items()}, skus=skus, start=0, end=days
    )

    for sku in range(skus):
        assert row_of(moments, sku) == row_of(again, sku) == summed(grid[sku].tolist())


def test_a_sku_without_a_line_was_not_asked_for() -> None:
    """It has all the days and no units; without any line that is so for all."""
    moments = moments_of_lines({"sku": [], "day": [], "units": []}, skus=2, start=5, end=9)

    assert [row_of(moments, sku) for sku in range(2)] == [(4, 0, 0, 0)] * 2


@given(
    st.integers(1, 9).flatmap(
        lambda width: st.lists(
            st.lists(st.none() | units_of_a_day, min_size=width, max_size=width),
            min_size=1,
            max_size=5,
        )
    ),
    st.sampled_from([np.int32, np.int64, ">i4", np.uint32]),
)
def test_a_matrix_of_days_gives_the_sums_of_the_days_that_count(
    history: list[list[int | None]], dtype: Any
) -> None:
    """Unknown days, by a number of their own or by a mask, count in nothing."""
    hole = UNITS_PER_DAY_MAX + 1
    marked = np.array(
        [[hole if units is None else units for units in days] for days in history], dtype=dtype
    )
    observed = np.array([[units is not None for units in days] for days in history])
    by_number = moments_of_days(marked, unknown=hole)
    by_mask = moments_of_days(np.asfortranarray(marked), observed=observed)

    for sku, days in enumerate(history):
        wanted = summed([units for units in days if units is not None])
        assert row_of(by_number, sku) == row_of(by_mask, sku) == wanted


def test_a_number_and_a_mask_may_go_together() -> None:
    """A day counts where neither says that it is unknown."""
    matrix = np.array([[4, -1, 8]])
    moments = moments_of_days(matrix, unknown=-1, observed=np.array([[True, True, False]]))

    assert row_of(moments, 0) == (1, 4, 16, 1)


def test_a_file_is_read_a_few_rows_at_a_time(tmp_path: Path) -> None:
    """A matrix in a file gives what it gives in memory, and little memory is taken."""
    rng = np.random.default_rng(5)
    matrix = rng.integers(0, 30, (20_000, 365), dtype=np.int16)
    path = tmp_path / "history.npy"
    np.save(path, matrix)
    mapped = np.load(path, mmap_mode="r")
    tracemalloc.start()
    try:
        moments = moments_of_days(mapped, unknown=-1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 32 * 20_000 + 6 * 2**20
    assert (moments["total"] == matrix.sum(axis=1)).all()
    assert row_of(moments, 19_999) == summed(matrix[-1].tolist())


def test_the_largest_demand_of_a_century_adds_up() -> None:
    """Squares of ten million units a day over a hundred years do not overflow."""
    days = 36_525
    moments = moments_of_days(np.full((1, days), UNITS_PER_DAY_MAX, dtype=np.int32))

    assert row_of(moments, 0) == (days, days * 10**7, days * 10**14, days)


@pytest.mark.parametrize("shape", [(0, 365), (3, 0), (0, 0)])
def test_an_empty_matrix_has_empty_moments(shape: tuple[int, int]) -> None:
    """Without skus there is no row, and without days there is no demand."""
    moments = moments_of_days(np.zeros(shape))

    assert [len(moments[name]) for name in NAMES] == [shape[0]] * 4
    assert moments["days"].sum() == moments["total"].sum() == 0


MATRIX = np.array([[1, 2], [3, 4], [5, 6]])


@pytest.mark.parametrize(
    ("matrix", "options", "field", "row"),
    [
        (np.where(MATRIX == 5, -5, MATRIX), {}, "units", 2),
        (np.where(MATRIX == 4, UNITS_PER_DAY_MAX + 1, MATRIX), {}, "units", 1),
        (MATRIX.astype(np.uint64) + 2**63, {}, "units", 0),
        (MATRIX.astype(float), {}, "units", None),
        (MATRIX > 2, {}, "units", None),
        (MATRIX[0], {}, "units", None),
        ([[1], [2, 3]], {}, "units", None),
        ("history", {}, "units", None),
        (np.ma.masked_greater(MATRIX, 2), {}, "units", None),
        (np.zeros((1, 36_526), dtype=np.int8), {}, "units", None),
        (MATRIX, {"observed": MATRIX > 0, "unknown": 1.5}, "unknown", None),
        (MATRIX, {"unknown": True}, "unknown", None),
        (MATRIX, {"observed": np.array([True, False])}, "observed", None),
        (MATRIX, {"observed": MATRIX}, "observed", None),
        (MATRIX, {"observed": [[True, True]] * 3}, "observed", None),
    ],
)
def test_a_matrix_that_is_none_is_refused(
    matrix: Any, options: dict[str, Any], field: str, row: int | None
) -> None:
    """The error names what is wrong, and the first row where a row is."""
    with pytest.raises(FieldError) as caught:
        moments_of_days(matrix, **options)

    assert caught.value.field == field
    assert getattr(caught.value, "row", None) == row


@pytest.mark.parametrize("bad", [-1, UNITS_PER_DAY_MAX + 1])
def test_the_first_bad_row_is_named_far_down_in_a_matrix(bad: int) -> None:
    """Rows are counted from the first row of the matrix, wherever blocks begin."""
    matrix = np.zeros((2 * CELLS_AT_ONCE // 400, 400), dtype=np.int32)
    matrix[-2, 7] = matrix[-1, 3] = bad

    with pytest.raises(ColumnError) as caught:
        moments_of_days(matrix)

    assert (caught.value.row, caught.value.got) == (len(matrix) - 2, bad)
    assert "day 7" in str(caught.value)


GOOD = {"sku": np.array([0, 1, 1]), "day": np.array([3, 3, 4]), "units": np.array([2, 5, 1])}
TEN_MILLION = np.array([2, UNITS_PER_DAY_MAX, UNITS_PER_DAY_MAX])


@pytest.mark.parametrize(
    ("changed", "field", "row"),
    [
        ({"sku": np.array([0, 1, 2])}, "sku", 2),
        ({"sku": np.array([0, -1, 1])}, "sku", 1),
        ({"sku": np.array([0.0, 1.0, 1.0])}, "sku", None),
        ({"sku": np.array(["0", "1", "1"])}, "sku", None),
        ({"day": np.array([3, 2**62, 4])}, "day", 1),
        ({"day": np.array([3, np.nan, 4])}, "day", None),
        ({"day": np.array([3, 3])}, "day", None),
        ({"units": np.array([2, 5, UNITS_PER_DAY_MAX + 1])}, "units", 2),
        ({"units": np.array([2, -(2**63), 1])}, "units", 1),
        ({"units": np.array([2, -5, 1])}, "units", 1),
        ({"units": TEN_MILLION, "day": np.array([3, 4, 4])}, "units", 1),
        ({"units": np.array([[2], [5], [1]])}, "units", None),
    ],
)
def test_lines_that_are_none_are_refused(
    changed: dict[str, Any], field: str, row: int | None
) -> None:
    """The error names the column and the first row that is wrong, a day out of bounds among them."""
    with pytest.raises(ColumnError) as caught:
        moments_of_lines(GOOD | changed, skus=2, start=0, end=9)

    assert (caught.value.field, caught.value.row) == (field, row)


@pytest.mark.parametrize("name", LINE)
def test_a_column_of_lines_that_is_missing_is_named(name: str) -> None:
    """None of the three columns can be done without."""
    with pytest.raises(ColumnError) as caught:
        moments_of_lines(
            {other: column for other, column in GOOD.items() if other != name},
            skus=2,
            start=0,
            end=9,
        )

    assert caught.value.field == name


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"start": 9}, "end"),
        ({"end": 40_000}, "end"),
        ({"start": 0.5}, "start"),
        ({"end": True}, "end"),
        ({"skus": -1}, "skus"),
        ({"skus": 2**38}, "skus"),
    ],
)
def test_a_window_that_is_none_is_refused(options: dict[str, Any], field: str) -> None:
    """A window has a day at least and a century at most, and not too many pairs in all."""
    with pytest.raises(FieldError) as caught:
        moments_of_lines(GOOD, **({"skus": 2, "start": 0, "end": 9} | options))

    assert caught.value.field == field


def test_numbers_of_numpy_are_numbers() -> None:
    """A window may be told by what comes out of an array."""
    window = {"skus": np.int64(2), "start": np.int32(0), "end": np.uint8(9)}

    assert moments_of_lines(GOOD, **window)["total"].tolist() == [2, 6]


def test_a_history_of_real_shape_gives_the_same_both_ways() -> None:
    """Lines of a matrix's days give the moments of the matrix."""
    rng = np.random.default_rng(8)
    matrix = rng.poisson(0.4, (300, 60))
    by_sku: dict[str, list[int]] = defaultdict(list)
    for sku, day in np.argwhere(matrix).tolist():
        by_sku["sku"].append(sku)
        by_sku["day"].append(day)
        by_sku["units"].append(int(matrix[sku, day]))
    lines, days = moments_of_lines(by_sku, skus=300, start=0, end=60), moments_of_days(matrix)

    assert all((lines[name] == days[name]).all() for name in NAMES)
