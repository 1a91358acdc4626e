"""Plans: from columns of facts to columns of decisions, and back to one row in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, assert_never

import attrs

from ecomkit.bulk._arrays import Array, Integers, blocks, is_whole, np
from ecomkit.bulk._columns import Columns
from ecomkit.bulk._levels import BulkPolicy, Levels, computed_levels, stated_levels
from ecomkit.bulk._normal import NormalQuantiles
from ecomkit.bulk._quantities import order_quantities
from ecomkit.bulk._rows import demand_of_row, lead_time_of_row, policy_of_row, position_of_row
from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    UNITS_MAX,
    Advice,
    MinimumStock,
    OrderQuantity,
    ReorderPoint,
    Trigger,
)

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["explain_row", "plan_columns"]

ON_ORDER_MAX = 2**62 - 1
"""What an :class:`InventoryPosition` takes at most."""

# What is asked of each value in bulk; any other field must be as it is by default.
FIELDS: Mapping[type, frozenset[str]] = {
    ReorderPoint: frozenset({"service_level", "review_days", "cover_days", "trigger", "quantity"}),
    MinimumStock: frozenset({"level", "up_to", "trigger", "quantity"}),
    OrderQuantity: frozenset({"moq", "case_pack", "maximum"}),
}


def plan_columns(columns: Mapping[str, Any], *, policy: BulkPolicy) -> dict[str, Array]:
    """
    Return what *policy* decides for each row of *columns*, unit for unit as if asked row by row.

    A pure function of its arguments: rows do not know of each other, so an engine may map it over
    partitions of any size, and the parts put together are the whole. Rows are computed in
    blocks: beside the columns, and the 32 bytes a row of the answer, it takes two megabytes.

    Columns read, each an array or one number for all rows; others are ignored:

    - ``position``, in units, below 0 where units are owed; or its parts ``usable`` and, where
      they are there, ``promised``, ``uncovered``, ``on_order``;
    - for a :class:`ReorderPoint`: ``mean_per_day`` and ``sd_per_day``, or else the moments
      ``days``, ``total`` and ``total_of_squares``; ``lead_time_days``, ``lead_time_sd_days``;
      ``service_level``. The standard deviations are 0 where they are not given;
    - for a :class:`MinimumStock`: ``level``, ``up_to``;
    - for both: ``moq``, ``case_pack``, ``maximum`` (``UNITS_MAX`` where there is none).

    A column with the name of a parameter stands in for it, row by row; without one the
    parameter of the policy holds for all.

    Columns answered, all whole numbers of units in 64 bits: ``reorder_point``, ``safety_stock``,
    ``target`` and ``order``, which is 0 where nothing is to be ordered.

    Raises:
        ColumnError: If a column is missing, of another length or type, or a row of it has a
            number that the scalar values refuse; it names the column and the first such row.
        FieldError: If the policy is none of the two, or has a part that is not computed in
            bulk: a rule for a level, price breaks, a shelf life, a budget, packs rounded down.

    >>> columns = plan_columns(
    ...     {
    ...         "mean_per_day": np.array([4.0, 4.0, 0.5]),
    ...         "sd_per_day": np.array([3.0, 3.0, 1.0]),
    ...         "lead_time_days": 7,
    ...         "position": np.array([42, 43, -2]),
    ...     },
    ...     policy=ReorderPoint(service_level=0.95, quantity=OrderQuantity(case_pack=12)),
    ... )
    >>> columns["reorder_point"].tolist(), columns["target"].tolist(), columns["order"].tolist()
    ([42, 42, 8], [70, 70, 12], [36, 0, 24])
    """
    _refuse_other_parts(policy)
    table = Columns.of(columns, owner="columns")
    quantiles = NormalQuantiles()
    answer = {
        name: np.empty(table.rows, dtype=np.int64)
        for name in ("reorder_point", "safety_stock", "target", "order")
    }
    for block in blocks(table.rows):
        position = _position(table, block)
        levels = _levels(policy, table, block, quantiles=quantiles)
        quiet_from = levels.reorder_point + policy.trigger.quiet_from(0)
        if levels.dead is not None:
            strict = levels.reorder_point + Trigger.STRICT.quiet_from(0)
            quiet_from = np.where(levels.dead, strict, quiet_from)
        target = np.maximum(levels.target, quiet_from)
        answer["reorder_point"][block] = levels.reorder_point
        answer["safety_stock"][block] = levels.safety_stock
        answer["target"][block] = target
        answer["order"][block] = order_quantities(
            policy.quantity,
            table,
            block,
            position=position,
            target=target,
            fires=position < quiet_from,
        )
    return answer


def explain_row(
    columns: Mapping[str, Any], *, row: int, policy: BulkPolicy, now: datetime
) -> Advice:
    """
    Return the advice of the scalar policy for one row, which explains itself.

    Raises:
        ColumnError: As :func:`plan_columns` does, or if there is no such row.
        FieldError: As :func:`plan_columns` does, or if *now* has no UTC offset.

    >>> from datetime import UTC, datetime
    >>> facts = {"usable": [30, 7], "promised": [8, 0]}
    >>> policy = MinimumStock(level=10, up_to=50, quantity=OrderQuantity(case_pack=12))
    >>> advice = explain_row(facts, row=1, policy=policy, now=datetime(2026, 10, 1, tzinfo=UTC))
    >>> advice.order
    48
    """
    _refuse_other_parts(policy)
    table = Columns.of(columns, owner="columns")
    if not is_whole(row) or not 0 <= row < table.rows:
        raise FieldError(
            owner="columns", field="row", got=row, wanted=f"a row from 0 to {table.rows - 1}"
        )
    # Checks the row, and that nothing is missing.
    plan_columns(
        {
            name: array[row : row + 1] if array.ndim else array
            for name, array in table.arrays.items()
        },
        policy=policy,
    )
    return policy_of_row(policy, table, row)(
        position_of_row(table, row),
        demand=demand_of_row(table, row),
        lead_time=lead_time_of_row(table, row),
        now=now,
    )


def _refuse_other_parts(policy: BulkPolicy) -> None:
    if not isinstance(policy, (ReorderPoint, MinimumStock)):
        wanted = "a ReorderPoint or a MinimumStock in bulk; ask another policy row by row"
        raise FieldError(owner="plan_columns", field="policy", got=policy, wanted=wanted)
    for part in (policy, policy.quantity):
        for field in attrs.fields(type(part)):
            if field.name in FIELDS[type(part)]:
                continue
            default: object = field.default
            got = getattr(part, field.name)
            if got != default:
                wanted = f"{default} in bulk; ask the policy row by row"
                raise FieldError(
                    owner=type(part).__name__, field=field.name, got=got, wanted=wanted
                )


def _position(table: Columns, block: slice) -> Integers:
    if "position" in table:
        return table.whole("position", block, least=-UNITS_MAX, most=UNITS_MAX)
    table.need("usable")
    return (
        table.whole("usable", block, most=UNITS_MAX)
        - table.whole("promised", block, most=UNITS_MAX)
        - table.whole("uncovered", block, most=UNITS_MAX)
        + table.whole("on_order", block, most=ON_ORDER_MAX)
    )


def _levels(
    policy: BulkPolicy, table: Columns, block: slice, *, quantiles: NormalQuantiles
) -> Levels:
    match policy:
        case ReorderPoint():
            return computed_levels(policy, table, block, quantiles=quantiles)
        case MinimumStock():
            return stated_levels(policy, table, block)
        case _:
            assert_never(policy)
