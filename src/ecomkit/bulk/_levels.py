"""Levels of each row: reorder point, safety stock and target, as the scalar policies have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, final

import attrs

from ecomkit.bulk._arrays import Floats, Integers, Truths, np
from ecomkit.bulk._columns import ColumnError, Columns
from ecomkit.bulk._normal import NormalQuantiles
from ecomkit.bulk._rows import daily_demand, demand_of_row, lead_time_of_row, policy_of_row
from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    DAYS_MAX,
    DEAD_PER_DAY,
    UNITS_MAX,
    MinimumStock,
    ReorderLevel,
    ReorderPoint,
)

__all__ = ["BulkPolicy", "Levels", "computed_levels", "stated_levels"]

BulkPolicy: TypeAlias = ReorderPoint | MinimumStock
"""The policies that can be asked for columns."""

DUST = 1e-9
"""The fraction of a unit that :mod:`ecomkit.replenishment` does not round up."""

LAST_BITS = 16 * float(np.finfo(np.float64).eps)
"""More, relatively, than two ways to compute one level differ by in floats."""


@final
@attrs.frozen(kw_only=True)
class Levels:
    """Whole units of a block of rows; a single entry stands for all of them."""

    reorder_point: Integers
    safety_stock: Integers
    target: Integers
    dead: Truths | None = None
    """Rows of what nobody asks for: they fire only below the level; None for no such rule."""


def computed_levels(
    policy: ReorderPoint, table: Columns, block: slice, *, quantiles: NormalQuantiles
) -> Levels:
    """
    Return the levels of a block, unit for unit those of the policy itself.

    Raises:
        ColumnError: If a column is missing, or a row has a number that the policy refuses.
    """
    table.need("lead_time_days")
    mean, sd = daily_demand(table, block)
    lead = table.numbers("lead_time_days", block, most=DAYS_MAX)
    lead_sd = table.numbers("lead_time_sd_days", block, most=DAYS_MAX)
    if "service_level" in table:
        z: float | Floats = quantiles.of(table.shares("service_level", block))
    else:
        # Without a level a policy has another target, and those are refused before.
        assert policy.z is not None
        z = policy.z

    protection = lead + policy.review_days
    expected = mean * protection
    of_demand = np.sqrt(protection) * sd
    of_lead_time = mean * lead_sd
    safety = np.sqrt(of_demand * of_demand + of_lead_time * of_lead_time) * z

    def exact(place: int) -> ReorderLevel:
        row = block.start + place
        return policy_of_row(policy, table, row).level(
            demand=demand_of_row(table, row), lead_time=lead_time_of_row(table, row)
        )

    size = np.abs(safety)
    safety_stock = _ceil(safety, size, exact=lambda place: exact(place).safety_stock)
    size += expected
    reorder_point = _ceil(expected + safety, size, exact=lambda place: exact(place).reorder_point)
    cover = expected if policy.cover_days is None else mean * policy.cover_days
    return Levels(
        reorder_point=reorder_point,
        safety_stock=safety_stock,
        target=reorder_point + np.ceil(cover - DUST).astype(np.int64),
        dead=mean < DEAD_PER_DAY,
    )


def _ceil(units: Floats, size: Floats, *, exact: Callable[[int], int]) -> Integers:
    """
    Round up to whole units, but not for dust.

    *size* is the sum of the amounts that *units* were added up from. Where they lie so near to a
    border that the last bits decide, *exact* does.
    """
    units = units - DUST
    whole = np.ceil(units)
    answer = whole.astype(np.int64)
    # The distance to the whole number above, or to the one below.
    whole -= units
    near = np.abs(whole - 0.5) >= 0.5 - size * LAST_BITS
    for place in np.flatnonzero(near).tolist():
        answer[place] = exact(place)
    return answer


def stated_levels(policy: MinimumStock, table: Columns, block: slice) -> Levels:
    """
    Return the levels of a block: those of the policy, or of the columns in their stead.

    Raises:
        ColumnError: If a level is negative or no whole number, or ``up_to`` is below it.
    """
    level = _stated(policy, "level", table, block)
    if policy.up_to is None and "up_to" not in table:
        return Levels(reorder_point=level, safety_stock=np.zeros_like(level), target=level)
    up_to = _stated(policy, "up_to", table, block)
    below = up_to < level
    if below.any():
        place = int(np.flatnonzero(below)[0])
        raise ColumnError(
            owner=table.owner,
            field="up_to",
            got=int(np.broadcast_to(up_to, below.shape)[place]),
            wanted="at least the level",
            row=block.start + place,
        )
    return Levels(reorder_point=level, safety_stock=np.zeros_like(level), target=up_to)


def _stated(policy: MinimumStock, name: str, table: Columns, block: slice) -> Integers:
    if name in table:
        return table.whole(name, block, most=UNITS_MAX)
    units = getattr(policy, name)
    if not isinstance(units, int):
        wanted = (
            "a number of units in bulk; ask a rule row by row, or give its answers as a column"
        )
        raise FieldError(owner=type(policy).__name__, field=name, got=units, wanted=wanted)
    return np.array([units], dtype=np.int64)
