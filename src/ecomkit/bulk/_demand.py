"""Demand from moments: mean, standard deviation and pattern of each row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecomkit.bulk._arrays import Array, Floats, blocks, np
from ecomkit.bulk._columns import ColumnError, Columns
from ecomkit.errors import FieldError
from ecomkit.replenishment import ADI_CUT, CV2_CUT, UNITS_PER_DAY_MAX, DemandMoments

__all__ = [
    "DAYS_OF_A_WINDOW_MAX",
    "EXACT_MAX",
    "MOMENTS",
    "demand_columns",
    "demand_of",
    "no_demand",
    "pattern_columns",
]

DAYS_OF_A_WINDOW_MAX = 36_525
"""A century, over which the squares of the largest daily demand add up in 64 bits."""

TOTAL_MAX = DAYS_OF_A_WINDOW_MAX * UNITS_PER_DAY_MAX
SQUARES_MAX = TOTAL_MAX * UNITS_PER_DAY_MAX

EXACT_MAX = 2**53
"""Whole numbers up to here are floats without rounding."""

PRODUCT_MAX = 2.0**62
"""A product that floats find below this has not wrapped around in 64 bits."""

DAYS_MIN = 2
MOMENTS = ("days", "total", "total_of_squares")


def no_demand(skus: int, *, days: int) -> dict[str, Array]:
    """
    Return the moments of *skus* that nobody asked for on *days*, for demand to be added to.

    Days fit into 32 bits, and so does a product of two of them.
    """
    return {
        "days": np.full(skus, days, dtype=np.int32),
        "total": np.zeros(skus, dtype=np.int64),
        "total_of_squares": np.zeros(skus, dtype=np.int64),
        "demand_days": np.zeros(skus, dtype=np.int32),
    }


def demand_columns(moments: Mapping[str, Any]) -> dict[str, Array]:
    """
    Return ``mean_per_day`` and ``sd_per_day`` of each row of *moments*.

    The columns read are ``days``, ``total`` and ``total_of_squares``, as
    :func:`moments_of_lines` and :func:`moments_of_days` answer them. Mean and sample standard
    deviation (n − 1) are those of :attr:`DemandMoments.demand`, to the last bit.

    Raises:
        ColumnError: If a row has fewer than two days, or no days can have these three sums.

    >>> moments = {"days": [3, 4], "total": [12, 4], "total_of_squares": [56, 8]}
    >>> {name: column.tolist() for name, column in demand_columns(moments).items()}
    {'mean_per_day': [4.0, 1.0], 'sd_per_day': [2.0, 1.1547005383792515]}
    """
    table = Columns.of(moments, owner="moments")
    mean, sd = np.empty(table.rows), np.empty(table.rows)
    for block in blocks(table.rows):
        mean[block], sd[block] = demand_of(table, block)
    return {"mean_per_day": mean, "sd_per_day": sd}


def demand_of(table: Columns, block: slice) -> tuple[Floats, Floats]:
    """
    Return mean and standard deviation of a block of moments.

    Raises:
        ColumnError: If a row has fewer than two days, or no days can have these three sums.
    """
    table.need(*MOMENTS)
    days = table.whole("days", block, least=DAYS_MIN, most=DAYS_OF_A_WINDOW_MAX)
    total = table.whole("total", block, most=TOTAL_MAX)
    squares = table.whole("total_of_squares", block, most=SQUARES_MAX)
    deviations = days * squares - total * total
    mean = total / days
    with np.errstate(invalid="ignore"):
        sd = np.sqrt(deviations / (days * (days - 1)))
    # 64 bits wrap around without a word, and floats are exact up to a point: what is beyond
    # either, or contradicts itself, is left to the scalar value, which counts in any size.
    unsafe = (
        (np.multiply(days, squares, dtype=np.float64) >= PRODUCT_MAX)
        | (np.multiply(total, total, dtype=np.float64) >= PRODUCT_MAX)
        | (deviations < 0)
        | (deviations > EXACT_MAX)
        | (squares < total)
        | (sd > UNITS_PER_DAY_MAX)
        | (mean > UNITS_PER_DAY_MAX)
    )
    for place in np.flatnonzero(unsafe).tolist():
        sums = [int(np.broadcast_to(part, sd.shape)[place]) for part in (days, total, squares)]
        sd[place] = _sd_of(*sums, owner=table.owner, row=block.start + place)
    return mean, sd


def _sd_of(days: int, total: int, squares: int, *, owner: str, row: int) -> float:
    try:
        demand = DemandMoments(days=days, total=total, total_of_squares=squares).demand
    except FieldError as error:
        wanted = f"a sum that fits the others ({error.owner}.{error.field}: {error.wanted})"
        raise ColumnError(
            owner=owner, field="total_of_squares", got=squares, wanted=wanted, row=row
        ) from error
    return demand.sd_per_day


def pattern_columns(moments: Mapping[str, Any]) -> dict[str, Array]:
    """
    Return how often, how evenly and in which pattern each row of *moments* is asked for.

    The columns read are those of :func:`demand_columns` and ``demand_days``, the days on which
    anything was asked for. ``adi`` is the average demand interval, ``cv2`` the squared
    coefficient of variation of the amounts, as :func:`~ecomkit.replenishment.intermittence`
    defines them; both are NaN where nothing was asked for. ``pattern`` is the place of the
    pattern in ``tuple(DemandPattern)``, -1 where there is none.

    Raises:
        ColumnError: If a row has more days with demand than days or units, or sums that no days
            can have.

    >>> moments = {"days": [4, 9], "total": [6, 0], "total_of_squares": [20, 0], "demand_days": [2, 0]}
    >>> columns = pattern_columns(moments)
    >>> columns["adi"].tolist(), columns["cv2"].tolist(), columns["pattern"].tolist()
    ([2.0, nan], [0.1111111111111111, nan], [2, -1])
    >>> from ecomkit.replenishment import DemandPattern
    >>> tuple(DemandPattern)[2].value
    'intermittent'
    """
    table = Columns.of(moments, owner="moments")
    table.need(*MOMENTS, "demand_days")
    adi, cv2 = np.empty(table.rows), np.empty(table.rows)
    pattern = np.empty(table.rows, dtype=np.int8)
    for block in blocks(table.rows):
        adi[block], cv2[block] = _intermittence_of(table, block)
        pattern[block] = _pattern_of(adi[block], cv2[block])
    return {"adi": adi, "cv2": cv2, "pattern": pattern}


def _intermittence_of(table: Columns, block: slice) -> tuple[Floats, Floats]:
    days = table.whole("days", block, most=DAYS_OF_A_WINDOW_MAX)
    total = table.whole("total", block, most=TOTAL_MAX)
    squares = table.whole("total_of_squares", block, most=SQUARES_MAX)
    demands = table.whole("demand_days", block, most=DAYS_OF_A_WINDOW_MAX)
    square_of_total = np.multiply(total, total, dtype=np.float64)
    products = np.multiply(demands, squares, dtype=np.float64)
    for name, wrong, wanted in (
        ("demand_days", (demands > days) | (demands > total), "at most the days and the units"),
        ("demand_days", (demands == 0) & (total > 0), "above 0 where there are units"),
        (
            "total_of_squares",
            (products < square_of_total) | (squares < total),
            "the sum of the squares of the units of the days with demand",
        ),
    ):
        if wrong.any():
            place = int(np.flatnonzero(wrong)[0])
            got = np.broadcast_to(table.whole(name, block, most=SQUARES_MAX), wrong.shape)[place]
            row = block.start + place
            raise ColumnError(owner=table.owner, field=name, got=int(got), wanted=wanted, row=row)
    with np.errstate(invalid="ignore", divide="ignore"):
        cv2 = (products - square_of_total) / square_of_total
        return np.where(demands > 0, days / demands, np.nan), cv2


def _pattern_of(adi: Floats, cv2: Floats) -> Array:
    # In the order of the enum: the pairs go from even amounts to uneven ones.
    place = 2 * (adi >= ADI_CUT) + (cv2 >= CV2_CUT)
    return np.where(np.isnan(adi), -1, place)
