"""One row of the columns as the scalar values: policy, demand, lead time, position."""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

from ecomkit.bulk._arrays import Floats
from ecomkit.bulk._columns import Columns
from ecomkit.bulk._demand import MOMENTS, demand_of
from ecomkit.replenishment import (
    DAYS_MAX,
    UNITS_MAX,
    UNITS_PER_DAY_MAX,
    Demand,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    ReorderPoint,
)

__all__ = ["daily_demand", "demand_of_row", "lead_time_of_row", "policy_of_row", "position_of_row"]

Policy = TypeVar("Policy", bound=ReorderPoint | MinimumStock)


def daily_demand(table: Columns, block: slice) -> tuple[Floats, Floats]:
    """
    Return mean and standard deviation of a block: as stated, or else from its moments.

    Raises:
        ColumnError: If there is neither, or a row has a number out of bounds.
    """
    if "mean_per_day" not in table and any(name in table for name in MOMENTS):
        return demand_of(table, block)
    table.need("mean_per_day")
    return (
        table.numbers("mean_per_day", block, most=UNITS_PER_DAY_MAX),
        table.numbers("sd_per_day", block, most=UNITS_PER_DAY_MAX),
    )


def policy_of_row(policy: Policy, table: Columns, row: int) -> Policy:
    """Return the policy with the parameters of one row, where they stand in columns."""
    own: dict[str, Any] = {
        name: _at(table, name, row)
        for name in ("service_level", "level", "up_to")
        if name in table and hasattr(policy, name)
    }
    quantity = {
        name: _at(table, name, row) for name in ("moq", "case_pack", "maximum") if name in table
    }
    return attrs.evolve(policy, quantity=attrs.evolve(policy.quantity, **quantity), **own)


def demand_of_row(table: Columns, row: int) -> Demand:
    """Return the demand of one row, 0 where the columns do not tell it."""
    if not any(name in table for name in ("mean_per_day", *MOMENTS)):
        return Demand.of(mean_per_day=0)
    mean, sd = daily_demand(table, slice(row, row + 1))
    days = 0 if "mean_per_day" in table else _at(table, "days", row)
    return Demand(mean_per_day=float(mean[0]), sd_per_day=float(sd[0]), observed_days=days)


def lead_time_of_row(table: Columns, row: int) -> LeadTime:
    """Return the lead time of one row, 0 where the columns do not tell it."""
    block = slice(row, row + 1)
    return LeadTime(
        mean_days=float(table.numbers("lead_time_days", block, most=DAYS_MAX)[0]),
        sd_days=float(table.numbers("lead_time_sd_days", block, most=DAYS_MAX)[0]),
    )


def position_of_row(table: Columns, row: int) -> InventoryPosition:
    """Return the position of one row, in its parts where the columns have them."""
    if "position" in table:
        units = int(
            table.whole("position", slice(row, row + 1), least=-UNITS_MAX, most=UNITS_MAX)[0]
        )
        return InventoryPosition(usable=max(0, units), uncovered=max(0, -units))
    parts = ("usable", "promised", "uncovered", "on_order")
    return InventoryPosition(**{name: _at(table, name, row) for name in parts if name in table})


def _at(table: Columns, name: str, row: int) -> Any:
    array = table.arrays[name]
    return (array[row] if array.ndim else array).item()
