"""Published reorder points and safety stocks, unrounded, through the policies."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.replenishment import Demand, InventoryPosition, LeadTime, ReorderPoint
from ecomkit.replenishment._velocity import Velocity

NOW = datetime(2026, 10, 1, tzinfo=UTC)
TEXTBOOK = [
    *cases("safety_stock_csl"),
    *cases("safety_stock_demand_and_leadtime"),
    *cases("reorder_point_var_demand"),
    *cases("reorder_point_var_leadtime"),
]


def first(asked: dict[str, Any], *names: str) -> float:
    """The first of *names* that the case has, else 0."""
    return float(next((asked[name] for name in names if name in asked), 0.0))


@pytest.mark.parametrize("case", TEXTBOOK)
def test_textbook_levels(case: Any) -> None:
    """Every figure that the case publishes is met before it is rounded up."""
    asked, expected = case["inputs"], case["expected"]
    level: Any = ReorderPoint(service_level=asked["csl"]).level(
        demand=Demand.of(
            mean_per_day=first(asked, "demand_mean", "period_demand_mean"),
            sd_per_day=first(asked, "demand_sd", "period_demand_sd"),
        ),
        lead_time=LeadTime(
            mean_days=first(asked, "lead_time_mean", "lead_time"),
            sd_days=first(asked, "lead_time_sd"),
        ),
    )
    found = {
        "ltd_sd": level.spread_units,
        "safety_stock": level.safety_units,
        "reorder_point": level.expected_units + level.safety_units,
    }

    for name in expected:
        assert found[name] == near(case, name), name
    assert level.safety_stock == math.ceil(expected["safety_stock"])


@pytest.mark.parametrize("case", cases("reorder_point_deterministic"))
def test_without_variation_the_level_is_demand_times_lead_time(case: Any) -> None:
    """A sure demand needs its lead time and the stated safety stock, by either policy."""
    asked = case["inputs"]
    demand = Demand.of(mean_per_day=asked["daily_demand"])
    lead_time = LeadTime(mean_days=asked["lead_time"])
    velocity = Velocity(safety_stock=asked["safety_stock"])
    advice = velocity(InventoryPosition(usable=0), demand=demand, lead_time=lead_time, now=NOW)

    assert advice.reorder_point == near(case, "reorder_point")
    assert ReorderPoint(service_level=0.95).level(
        demand=demand, lead_time=lead_time
    ).reorder_point == near(case, "reorder_point")


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(0, 365), st.floats(0.01, 0.99))
def test_sure_lead_times_and_sure_demand_have_their_short_forms(
    mean: float, sd: float, days: float, service_level: float
) -> None:
    """Without spread of the lead time it is z·s_d·√L, without spread of demand z·d·s_L."""
    policy: Any = ReorderPoint(service_level=service_level)
    sure_lead: Any = policy.level(
        demand=Demand.of(mean_per_day=mean, sd_per_day=sd), lead_time=LeadTime(mean_days=days)
    )
    sure_demand: Any = policy.level(
        demand=Demand.of(mean_per_day=mean), lead_time=LeadTime(mean_days=7, sd_days=days)
    )

    assert sure_lead.safety_units == pytest.approx(policy.z * sd * math.sqrt(days), rel=1e-12)
    assert sure_demand.safety_units == pytest.approx(policy.z * mean * days, rel=1e-12)
