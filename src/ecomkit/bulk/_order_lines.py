"""Moments from order lines: the exact sums of each sku's days, out of lines in any order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecomkit.bulk._arrays import Array, Integers, blocks, is_whole, np, starts_of_runs
from ecomkit.bulk._columns import ColumnError, Columns
from ecomkit.bulk._demand import DAYS_OF_A_WINDOW_MAX, no_demand
from ecomkit.errors import FieldError
from ecomkit.replenishment import UNITS_PER_DAY_MAX

__all__ = ["moments_of_lines"]

UNIT_BITS = 25
"""Enough for a line of ten million units of either sign."""

CELLS_MAX = 2 ** (63 - UNIT_BITS)
"""So many pairs of sku and day fit beside the units in one number of 64 bits."""

DAY_MAX = 10**9
LINES_AT_ONCE = 65_536
OWNER = "moments_of_lines"


def moments_of_lines(
    lines: Mapping[str, Any],
    *,
    skus: int,
    start: int,
    end: int,
    unknown: Mapping[str, Any] | None = None,
) -> dict[str, Array]:
    """
    Return the moments of the daily demand of each sku, from order lines in any order.

    Columns read: ``sku``, its number from 0 up to, not including, *skus*; ``day``, the day of
    placement as a whole number, counted from any day one likes; ``units``, below 0 for what was
    cancelled, on the day on which it had been placed. The window goes from *start* up to, not
    including, *end*; give today as *end*, since today is not over. Lines outside it are left out,
    and a day without a line counts as 0.

    The lines of one sku and day are one demand: they are added up before they are squared.

    *unknown* names days on which a sku could not be sold, as columns ``sku`` and ``day``. Nothing
    of them is counted, since a day without stock sells nothing whatever the demand was.

    Columns answered, exact in 64 bits, with a row for each sku: ``days``, ``total`` and
    ``total_of_squares``, which are those of :class:`DemandMoments`, and ``demand_days``, the
    number of days on which anything was asked for. Windows that follow each other add up, row by
    row, and so do parts of the lines that share no pair of sku and day.

    Beside the lines it takes 8 bytes for each of them, 24 for each sku, and a few
    megabytes.

    Raises:
        ColumnError: If a column is missing, of another length or type, or out of bounds, or if
            the lines of a sku on a day sum to less than 0 or to more than ten million.
        FieldError: If the window is empty or longer than a century, or *skus* times its days is
            above 2**38.

    >>> lines = {"sku": [0, 1, 0, 0], "day": [10, 10, 10, 12], "units": [3, 5, 1, 2]}
    >>> moments = moments_of_lines(lines, skus=2, start=10, end=14)
    >>> {name: column.tolist() for name, column in moments.items()}
    {'days': [4, 4], 'total': [6, 5], 'total_of_squares': [20, 25], 'demand_days': [2, 1]}
    """
    # What comes out of an array is as good, and wraps around where whole numbers of Python do not.
    skus, start, end = (int(n) if isinstance(n, np.integer) else n for n in (skus, start, end))
    days = _window_days(start, end, skus=skus)
    moments = no_demand(skus, days=days)
    hidden = np.empty(0, dtype=np.int64)
    if unknown is not None:
        table = Columns.of(unknown, owner="unknown")
        table.need("sku", "day")
        hidden = np.unique(_packed(table, skus=skus, start=start, days=days) >> UNIT_BITS)
        moments["days"] -= np.bincount(hidden // days, minlength=skus)
    table = Columns.of(lines, owner="lines")
    table.need("sku", "day", "units")
    packed = _packed(table, skus=skus, start=start, days=days)
    packed.sort()
    for cells, units in _daily_sums(packed, hidden=hidden):
        if units.min() < 0 or units.max() > UNITS_PER_DAY_MAX:
            _refuse_a_day(table, cells=cells, units=units, start=start, days=days)
        sku = cells // days
        firsts = starts_of_runs(sku)
        sku = sku[firsts]
        moments["total"][sku] += np.add.reduceat(units, firsts)
        moments["total_of_squares"][sku] += np.add.reduceat(units * units, firsts)
        moments["demand_days"][sku] += np.add.reduceat(units > 0, firsts, dtype=np.int64)
    return moments


def _window_days(start: int, end: int, *, skus: int) -> int:
    for name, value, least in (
        ("start", start, -DAY_MAX),
        ("end", end, -DAY_MAX),
        ("skus", skus, 0),
    ):
        if not is_whole(value) or not least <= value <= CELLS_MAX:
            wanted = f"a whole number from {least} to {CELLS_MAX}"
            raise FieldError(owner=OWNER, field=name, got=value, wanted=wanted)
    if not 0 < end - start <= DAYS_OF_A_WINDOW_MAX:
        wanted = f"1 to {DAYS_OF_A_WINDOW_MAX} days after the start of {start}"
        raise FieldError(owner=OWNER, field="end", got=end, wanted=wanted)
    if skus * (end - start) > CELLS_MAX:
        wanted = f"few enough for {CELLS_MAX} pairs of sku and day; plan in parts"
        raise FieldError(owner=OWNER, field="skus", got=skus, wanted=wanted)
    return end - start


def _packed(table: Columns, *, skus: int, start: int, days: int) -> Integers:
    """Return a number for each line in the window: its sku, then its day, then its units."""
    packed = np.empty(table.rows, dtype=np.int64)
    kept = 0
    for block in blocks(table.rows, size=LINES_AT_ONCE):
        day = table.whole("day", block, least=-DAY_MAX, most=DAY_MAX) - start
        line = table.whole("sku", block, most=skus - 1) * days + day
        line <<= UNIT_BITS
        line = line + (
            table.whole("units", block, least=-UNITS_PER_DAY_MAX, most=UNITS_PER_DAY_MAX)
            + UNITS_PER_DAY_MAX
        )
        inside = (day >= 0) & (day < days)
        if not inside.all():
            line = line[np.broadcast_to(inside, line.shape)]
        packed[kept : kept + len(line)] = line
        kept += len(line)
    return packed[:kept]


def _daily_sums(packed: Integers, *, hidden: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Yield, some at a time, the sorted pairs of sku and day that are not *hidden*, and their units."""
    first = 0
    while first < len(packed):
        last = min(first + LINES_AT_ONCE, len(packed))
        # Up to the last line of that sku and day, so that no day is cut in two.
        last = int(np.searchsorted(packed, ((packed[last - 1] >> UNIT_BITS) + 1) << UNIT_BITS))
        cells = packed[first:last] >> UNIT_BITS
        units = (packed[first:last] & (2**UNIT_BITS - 1)) - UNITS_PER_DAY_MAX
        first = last
        starts = starts_of_runs(cells)
        cells, units = cells[starts], np.add.reduceat(units, starts)
        if len(hidden):
            place = np.minimum(np.searchsorted(hidden, cells), len(hidden) - 1)
            seen = hidden[place] != cells
            cells, units = cells[seen], units[seen]
        if len(cells):
            yield cells, units


def _refuse_a_day(
    table: Columns, *, cells: Integers, units: Integers, start: int, days: int
) -> None:
    bad = int(np.flatnonzero((units < 0) | (units > UNITS_PER_DAY_MAX))[0])
    sku, day = divmod(int(cells[bad]), days)
    of_it = (table.arrays["sku"] == sku) & (table.arrays["day"] == day + start)
    raise ColumnError(
        owner=table.owner,
        field="units",
        got=int(units[bad]),
        wanted=f"from 0 to {UNITS_PER_DAY_MAX} in sum of a sku on a day",
        row=int(np.flatnonzero(of_it)[0]),
    )
