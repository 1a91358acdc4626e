"""What the tests of bulk share: rows of facts, as columns and as the scalar values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ecomkit.replenishment import (
    Advice,
    Demand,
    InventoryPosition,
    LeadTime,
    OrderQuantity,
    ReorderPoint,
    ReplenishmentPolicy,
    Trigger,
)

NOW = datetime(2026, 10, 1, tzinfo=UTC)
DTYPES = {float: np.float64, int: np.int64}


def around(values: st.SearchStrategy[Any], *usual: Any) -> st.SearchStrategy[Any]:
    """Draw one of the *usual* values about as often as any other."""
    return st.sampled_from(usual) | values


# Whole, half and very small numbers make sums that lie on the border between two units.
means = around(st.floats(0, 50) | st.floats(0, 1e7), 0.0, 1.0, 4.0, 0.5, 1e-9, 1e7)
sds = around(st.floats(0, 50) | st.floats(0, 1e7), 0.0, 0.0, 3.0, 1e-12, 1e-200, 1e7)
leads = around(st.floats(0, 60) | st.floats(0, 3650), 0.0, 7.0, 4.0, 3650.0)
lead_sds = around(st.floats(0, 20) | st.floats(0, 3650), 0.0, 0.0, 2.0)
shares = around(
    st.floats(0, 1, exclude_min=True, exclude_max=True), 0.5, 0.9, 0.95, 0.98, 5e-324, 1 - 2**-53
)
positions = around(st.integers(-300, 300) | st.integers(-(10**15), 10**15), 0, 42, 28, 29)
counts = st.integers(0, 60) | st.integers(0, 10**15)
sizes = around(st.integers(1, 60) | st.integers(1, 10**15), 1, 12)

facts: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "mean_per_day": means,
        "sd_per_day": sds,
        "lead_time_days": leads,
        "lead_time_sd_days": lead_sds,
        "position": positions,
    }
)
quantities = st.builds(
    OrderQuantity, moq=sizes, case_pack=sizes, maximum=st.none() | counts
) | st.just(OrderQuantity())
whole_days = st.integers(0, 40) | st.integers(0, 3650)
reorder_points = st.builds(
    ReorderPoint,
    service_level=shares,
    review_days=around(whole_days, 0, 0),
    cover_days=st.none() | whole_days,
    trigger=st.sampled_from(Trigger),
    quantity=quantities,
)


def columns_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return rows of like keys as columns."""
    return {
        name: np.array([row[name] for row in rows], dtype=DTYPES[type(value)])
        for name, value in rows[0].items()
    }


def ask(policy: ReplenishmentPolicy, row: dict[str, Any]) -> Advice:
    """Return what the scalar policy answers for one row."""
    units = row["position"]
    return policy(
        InventoryPosition(usable=max(0, units), uncovered=max(0, -units)),
        demand=Demand.of(
            mean_per_day=row.get("mean_per_day", 0), sd_per_day=row.get("sd_per_day", 0)
        ),
        lead_time=LeadTime(
            mean_days=row.get("lead_time_days", 0), sd_days=row.get("lead_time_sd_days", 0)
        ),
        now=NOW,
    )


def decisions(advice: Advice) -> tuple[int, ...]:
    """Return the numbers of an advice that stand in columns, too."""
    return advice.reorder_point, advice.safety_stock, advice.target, advice.order


def planned(columns: dict[str, Any], row: int) -> tuple[int, ...]:
    """Return the same numbers of one row of a plan."""
    names = ("reorder_point", "safety_stock", "target", "order")
    return tuple(int(columns[name][row]) for name in names)
