"""Moments from a matrix of days: a row for each sku, a column for each day."""

from __future__ import annotations

from typing import Any

from ecomkit.bulk._arrays import Array, Integers, Truths, blocks, is_whole, np
from ecomkit.bulk._columns import ColumnError
from ecomkit.bulk._demand import DAYS_OF_A_WINDOW_MAX, no_demand
from ecomkit.errors import FieldError
from ecomkit.replenishment import UNITS_PER_DAY_MAX

__all__ = ["moments_of_days"]

CELLS_AT_ONCE = 131_072
OWNER = "moments_of_days"


def moments_of_days(
    units: Array, *, unknown: int | None = None, observed: Array | None = None
) -> dict[str, Array]:
    """
    Return the moments of the daily demand of each sku, from a matrix of skus times days.

    A day that could not be observed, since there was no stock, counts in nothing: it holds the
    number *unknown*, or is False in *observed*, a matrix of the same shape.

    The matrix is read a few rows at a time, so it may be a ``numpy.memmap`` of a file larger than
    the memory. A history that comes in parts is put together from the moments of the parts: skus
    one below the other, days added up.

    Columns answered: those of :func:`moments_of_lines`. Beside the matrix it takes 24 bytes for
    each sku, and a few megabytes.

    Raises:
        ColumnError: If the units of a day that counts are below 0 or above ten million; it
            names the first such row. If *observed* has another shape or type.
        FieldError: If *units* is no matrix of whole numbers, or has more days than a century.

    >>> history = np.array([[4, 0, 8, -1], [0, 0, 2, 2]])
    >>> moments = moments_of_days(history, unknown=-1)
    >>> {name: column.tolist() for name, column in moments.items()}
    {'days': [3, 4], 'total': [12, 4], 'total_of_squares': [80, 8], 'demand_days': [2, 2]}
    """
    matrix = _matrix(units, observed=observed)
    if unknown is not None and not is_whole(unknown):
        raise FieldError(owner=OWNER, field="unknown", got=unknown, wanted="a whole number")
    skus, days = matrix.shape
    moments = no_demand(skus, days=days)
    if not days:
        return moments
    for block in blocks(skus, size=max(1, CELLS_AT_ONCE // days)):
        part = matrix[block]
        known = _known(
            part, unknown=unknown, observed=None if observed is None else observed[block]
        )
        if known is not None:
            moments["days"][block] = np.count_nonzero(known, axis=1)
            part = np.where(known, part, 0)
        if int(part.min()) < 0 or int(part.max()) > UNITS_PER_DAY_MAX:
            _refuse(part, first=block.start)
        sold: Integers = np.asarray(part, dtype=np.int64)
        moments["total"][block] = sold.sum(axis=1)
        moments["total_of_squares"][block] = np.einsum("ij,ij->i", sold, sold)
        moments["demand_days"][block] = np.count_nonzero(sold, axis=1)
    return moments


def _matrix(units: Any, *, observed: Any) -> Array:
    if isinstance(units, np.ma.MaskedArray):
        wanted = "a matrix without a mask; give that as observed"
        raise FieldError(owner=OWNER, field="units", got=type(units).__name__, wanted=wanted)
    try:
        matrix = np.asarray(units)
    except (TypeError, ValueError, OverflowError) as error:
        raise FieldError(
            owner=OWNER,
            field="units",
            got=type(units).__name__,
            wanted="a matrix of whole numbers",
        ) from error
    if matrix.ndim != 2 or (matrix.size and matrix.dtype.kind not in "iu"):  # noqa: PLR2004 - skus, days
        got = f"{matrix.ndim} dimensions of {matrix.dtype.name}"
        raise FieldError(owner=OWNER, field="units", got=got, wanted="a matrix of whole numbers")
    if matrix.shape[1] > DAYS_OF_A_WINDOW_MAX:
        wanted = f"at most {DAYS_OF_A_WINDOW_MAX} days wide"
        raise FieldError(owner=OWNER, field="units", got=matrix.shape[1], wanted=wanted)
    if observed is not None and (
        not isinstance(observed, np.ndarray)
        or observed.shape != matrix.shape
        or observed.dtype.kind != "b"
    ):
        wanted = f"an array of bool of the shape {matrix.shape}"
        raise FieldError(owner=OWNER, field="observed", got=type(observed).__name__, wanted=wanted)
    return matrix


def _known(part: Array, *, unknown: int | None, observed: Array | None) -> Truths | None:
    """Return which of the days count; None for all."""
    known: Truths | None = observed
    if unknown is not None:
        told = part != unknown
        known = told if known is None else known & told
    return known


def _refuse(part: Array, *, first: int) -> None:
    row, day = (int(place) for place in np.argwhere((part < 0) | (part > UNITS_PER_DAY_MAX))[0])
    raise ColumnError(
        owner=OWNER,
        field="units",
        got=int(part[row, day]),
        wanted=f"from 0 to {UNITS_PER_DAY_MAX} on a day (day {day} of the row)",
        row=first + row,
    )
