"""Columns that are wrong are refused: the error names the column and the first bad row."""

from __future__ import annotations

import pickle
import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from ecomkit.bulk import ColumnError, plan_columns
from ecomkit.bulk._arrays import BLOCK_ROWS
from ecomkit.errors import EcomkitError, FieldError
from ecomkit.replenishment import MinimumStock, ReorderPoint

POLICY = ReorderPoint(service_level=0.95)
ROWS = BLOCK_ROWS + 3
LAST = ROWS - 1
GOOD: dict[str, Any] = {
    "mean_per_day": np.full(ROWS, 4.0),
    "sd_per_day": np.full(ROWS, 3.0),
    "lead_time_days": np.full(ROWS, 7.0),
    "lead_time_sd_days": np.full(ROWS, 1.0),
    "service_level": np.full(ROWS, 0.9),
    "position": np.full(ROWS, 20),
    "moq": np.full(ROWS, 1),
    "case_pack": np.full(ROWS, 1),
    "maximum": np.full(ROWS, 900),
}
FLOATS = ("mean_per_day", "sd_per_day", "lead_time_days", "lead_time_sd_days")
COUNTS = ("position", "moq", "case_pack", "maximum")


def refusal(columns: dict[str, Any], *, policy: Any = POLICY) -> ColumnError:
    """Return the error that a plan of these columns ends in."""
    with pytest.raises(ColumnError) as caught:
        plan_columns(columns, policy=policy)
    return caught.value


def with_bad(name: str, value: object, *rows: int) -> dict[str, Any]:
    """Return good columns but for these rows of one."""
    column = GOOD[name].copy()
    column[list(rows)] = value
    return GOOD | {name: column}


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1e-9, 1e8])
def test_a_number_out_of_bounds_is_named_with_its_row(name: str, value: float) -> None:
    """NaN, infinity, negative and huge numbers are refused wherever they stand."""
    for row in (0, BLOCK_ROWS, LAST):
        error = refusal(with_bad(name, value, row, LAST))
        assert (error.field, error.row) == (name, row)
        assert repr(error.got) == repr(value)
        assert f"in row {row}" in str(error)


@pytest.mark.parametrize("value", [np.nan, 0.0, 1.0, -0.5, np.inf])
def test_a_service_level_is_a_share(value: float) -> None:
    """It lies between 0 and 1, and is neither."""
    error = refusal(with_bad("service_level", value, BLOCK_ROWS))

    assert (error.field, error.row) == ("service_level", BLOCK_ROWS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("position", -(10**15) - 1),
        ("position", 2**63 - 1),
        ("moq", 0),
        ("moq", 10**15 + 1),
        ("case_pack", -1),
        ("case_pack", -(2**63)),
        ("maximum", -1),
    ],
)
def test_a_count_out_of_bounds_is_named_with_its_row(name: str, value: int) -> None:
    """Counts have the bounds of the scalar values, so nothing can wrap around."""
    error = refusal(with_bad(name, value, BLOCK_ROWS + 1))

    assert (error.field, error.row, error.got) == (name, BLOCK_ROWS + 1, value)


def test_a_count_of_another_type_is_read_as_what_it_is() -> None:
    """A number too large for the signed type is seen before it is converted."""
    column = GOOD["maximum"].astype(np.uint64)
    column[5] = 2**64 - 1

    error = refusal(GOOD | {"maximum": column})

    assert (error.field, error.row, error.got) == ("maximum", 5, 2**64 - 1)


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("kind", [float, bool, object, str, "datetime64[D]", complex])
def test_counts_are_whole_numbers(name: str, kind: Any) -> None:
    """Floats, truths, texts, dates and objects are no counts, whatever they hold."""
    error = refusal(GOOD | {name: GOOD[name].astype(kind)})

    assert (error.field, error.row) == (name, None)


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("kind", [bool, object, str, "timedelta64[D]", complex])
def test_numbers_are_numbers(name: str, kind: Any) -> None:
    """Truths, texts, spans of time and objects are no numbers."""
    column = GOOD[name].astype(np.int64).astype(kind)

    assert refusal(GOOD | {name: column}).field == name


@pytest.mark.parametrize(
    "value",
    [
        np.full((ROWS, 1), 4.0),
        np.full((2, 2, 2), 4.0),
        np.ma.masked_equal(GOOD["mean_per_day"], 4.0),
        [[1.0], [2.0, 3.0]],
        [Decimal(4)] * ROWS,
        None,
        "four",
        float("nan"),
        -4.0,
    ],
)
def test_a_column_that_is_none_is_refused(value: Any) -> None:
    """Matrices, masked and ragged arrays, objects and bad single numbers are named."""
    error = refusal(GOOD | {"mean_per_day": value})

    assert (error.field, error.row) == ("mean_per_day", None)


@pytest.mark.parametrize("name", ["sd_per_day", "position", "maximum"])
@pytest.mark.parametrize("rows", [0, 1, ROWS - 1, ROWS + 1])
def test_columns_have_one_length(name: str, rows: int) -> None:
    """A column of another length is named, one row and none included."""
    error = refusal(GOOD | {name: np.resize(GOOD[name], rows)})

    assert error.field == name
    assert str(ROWS) in str(error)


@pytest.mark.parametrize("name", ["mean_per_day", "lead_time_days", "position"])
def test_a_column_that_is_missing_is_named(name: str) -> None:
    """What the policy cannot do without has to be there."""
    columns = {other: column for other, column in GOOD.items() if other != name}
    error = refusal(columns)

    assert error.field == ("usable" if name == "position" else name)


@pytest.mark.parametrize("name", ["days", "total", "total_of_squares"])
def test_a_moment_that_is_missing_is_named(name: str) -> None:
    """Demand out of moments takes all three of them."""
    moments = {"days": [3], "total": [12], "total_of_squares": [56]}
    facts = {"lead_time_days": [7], "position": [0]}
    del moments[name]

    assert refusal(moments | facts).field == name


def test_an_order_up_to_below_the_level_is_refused() -> None:
    """As the scalar policy refuses it, with the row."""
    columns = {"level": [5, 5], "up_to": [5, 4], "position": [0, 0]}
    error = refusal(columns, policy=MinimumStock(level=1))

    assert (error.field, error.row, error.got) == ("up_to", 1, 4)


@pytest.mark.parametrize("columns", [None, [], 5, {}, {"position": 5}, {"position": np.int64(5)}])
def test_columns_are_a_mapping_with_an_array(columns: Any) -> None:
    """Without an array nobody knows how many rows there are."""
    with pytest.raises(FieldError) as caught:
        plan_columns(columns, policy=MinimumStock(level=1))

    assert caught.value.field == "columns"


def test_the_error_is_one_of_the_family_and_crosses_processes() -> None:
    """An engine's worker sends it home with column and row."""
    error = refusal(with_bad("moq", 0, 7))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own

    assert isinstance(again, EcomkitError)
    assert (again.field, again.row, str(again)) == ("moq", 7, str(error))


def test_without_numpy_the_room_names_the_missing_extra() -> None:
    """Importing it says what to install."""
    program = (
        "import sys\n"
        "sys.modules['numpy'] = None\n"
        "from ecomkit.errors import MissingExtraError\n"
        "try:\n"
        "    import ecomkit.bulk\n"
        "except MissingExtraError as error:\n"
        "    print(error.extra, error)\n"
    )
    command = [sys.executable, "-c", program]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own

    assert answer.stdout == "fast ecomkit.bulk needs an extra: pip install 'ecomkit[fast]'\n"
