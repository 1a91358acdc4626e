"""What an advice costs, next to the bare formula in plain Python."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from statistics import NormalDist
from typing import TYPE_CHECKING

from _harness import Result, compare, timed

from ecomkit.replenishment import Demand, InventoryPosition, LeadTime, OrderQuantity, ReorderPoint

if TYPE_CHECKING:
    from collections.abc import Iterator

SKUS = 10_000
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


def benches() -> Iterator[Result]:
    """Yield the cost of advice for 10,000 skus; microseconds an advice are 100 times the value."""
    assert advise_all() == compute_all()
    yield compare(
        "advice for 10,000 skus", value=timed(advise_all), floor=timed(compute_all), goal=40
    )
