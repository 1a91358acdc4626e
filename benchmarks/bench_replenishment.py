"""
What a reorder point and an advice cost, next to the bare formula in plain Python.

The other files of replenishment carry its name as well, so that ``bench replenishment`` runs all.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from statistics import NormalDist
from typing import TYPE_CHECKING

from _harness import Limit, Result, compare, timed

from ecomkit.replenishment import (
    Demand,
    FillRate,
    InventoryPosition,
    LeadTime,
    OrderQuantity,
    ReorderPoint,
    StockCosts,
)
from ecomkit.replenishment.distributions import DemandFamily

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SKUS = 10_000
LEVEL_US_MAX, ADVICE_US_MAX = 10, 40
NOW = datetime(2026, 10, 1, tzinfo=UTC)
POLICY = ReorderPoint(service_level=0.95, quantity=OrderQuantity(moq=10, case_pack=12))

# Spread evenly, so that about half of the skus order and the numbers differ without chance.
NUMBERS = [
    (1 + sku % 17 / 2, 1 + sku % 13 / 3, 7 + sku % 11, sku % 4 / 2, sku * 7 % 200)
    for sku in range(SKUS)
]
FACTS = [
    (
        InventoryPosition(usable=stock),
        Demand.of(mean_per_day=mean, sd_per_day=sd),
        LeadTime(mean_days=lead, sd_days=lead_sd),
    )
    for mean, sd, lead, lead_sd, stock in NUMBERS
]


def advise_all() -> list[int]:
    """Return what the policy orders of each sku, with all that explains it."""
    return [
        POLICY(position, demand=demand, lead_time=lead_time, now=NOW).order
        for position, demand, lead_time in FACTS
    ]


def levels() -> list[int]:
    """Return the reorder point of each sku, safety stock included, as a bare number."""
    return [
        POLICY.level(demand=demand, lead_time=lead_time).reorder_point
        for _, demand, lead_time in FACTS
    ]


def bare_levels() -> list[int]:
    """Return the same by the formula alone."""
    z = NormalDist().inv_cdf(0.95)
    return [
        math.ceil(mean * lead + z * math.sqrt(lead * sd * sd + (mean * lead_sd) ** 2) - 1e-9)
        for mean, sd, lead, lead_sd, _ in NUMBERS
    ]


def levels_by(policy: ReorderPoint) -> Callable[[], list[int]]:
    """Return the reorder points of a tenth of the skus as one piece of work."""
    return lambda: [
        policy.level(demand=demand, lead_time=lead_time).reorder_point
        for _, demand, lead_time in FACTS[::10]
    ]


def compute_all() -> list[int]:
    """Return the same orders by the formula alone: no checks, no reasons, no values."""
    z = NormalDist().inv_cdf(0.95)
    orders = []
    for mean, sd, lead, lead_sd, stock in NUMBERS:
        spread = math.sqrt(lead * sd * sd + mean * mean * lead_sd * lead_sd)
        level = math.ceil(mean * lead + z * spread - 1e-9)
        need = level + math.ceil(mean * lead - 1e-9) - stock
        orders.append(0 if stock > level else math.ceil(max(need, 10) / 12) * 12)
    return orders


OTHERS = {
    "gamma": ReorderPoint(service_level=0.95, lead_time_demand=DemandFamily.GAMMA),
    "negative binomial": ReorderPoint(
        service_level=0.95, lead_time_demand=DemandFamily.NEGATIVE_BINOMIAL
    ),
    "fill rate, normal": ReorderPoint(target=FillRate(0.98)),
    "fill rate, gamma": ReorderPoint(target=FillRate(0.98), lead_time_demand=DemandFamily.GAMMA),
    "least cost, normal": ReorderPoint(
        costs=StockCosts(per_order=20, holding_per_unit_day=0.01, shortage_per_unit=2)
    ),
}
"""Policies beyond the closed form, which is their floor."""


def benches() -> Iterator[Result | Limit]:
    """Yield the cost of reorder points and advice for 10,000 skus, and of one of them."""
    assert levels() == bare_levels()
    level = compare(
        "10,000 reorder points", value=timed(levels), floor=timed(bare_levels), goal=20
    )
    yield level
    yield Limit(
        name="reorder point, bare number",
        value=level.value / SKUS * 1e6,
        limit=LEVEL_US_MAX,
        unit="us a sku",
    )
    assert advise_all() == compute_all()
    advice = compare(
        "advice for 10,000 skus", value=timed(advise_all), floor=timed(compute_all), goal=40
    )
    yield advice
    yield Limit(
        name="advice with all its reasons",
        value=advice.value / SKUS * 1e6,
        limit=ADVICE_US_MAX,
        unit="us a sku",
    )
    for name, policy in OTHERS.items():
        yield compare(
            f"1,000 reorder points, {name}",
            value=timed(levels_by(policy)),
            floor=timed(levels_by(POLICY)),
            goal=50,
            rounds=3,
        )
