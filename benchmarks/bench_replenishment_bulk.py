"""
What plans of a million skus cost, next to the bare formulae in numpy.

The bare formulae check nothing, round by the last bits of floats, and hold whole columns in between.
Megabytes are what was allocated at most at one time, beside the arguments.
"""

from __future__ import annotations

import tracemalloc
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from _harness import Limit, Result, compare, timed

from ecomkit.bulk import moments_of_days, moments_of_lines, plan_columns
from ecomkit.replenishment import OrderQuantity, ReorderPoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[Any]]

SKUS, DAYS, LINES = 1_000_000, 365, 10_000_000
SKUS_OF_LINES = 100_000
ROUNDS = 5
SERVICE_LEVEL = 0.95
POLICY = ReorderPoint(service_level=SERVICE_LEVEL, quantity=OrderQuantity(moq=10, case_pack=12))
LEVELS = np.array([0.9, 0.95, 0.97, 0.98, 0.99])
Z_OF_POLICY = NormalDist().inv_cdf(SERVICE_LEVEL)
Z = np.array([NormalDist().inv_cdf(level) for level in LEVELS.tolist()])


def facts() -> dict[str, NDArray[Any]]:
    """Return what is known of each sku beside its demand, spread evenly."""
    sku = np.arange(SKUS)
    return {
        "lead_time_days": 7.0 + sku % 11,
        "lead_time_sd_days": sku % 4 / 2,
        "position": sku * 7 % 60,
    }


def bare_plan(columns: Columns, *, z: float | NDArray[Any]) -> NDArray[Any]:
    """Return the orders by the formula alone."""
    days, total = columns["days"], columns["total"]
    lead, position = columns["lead_time_days"], columns["position"]
    mean = total / days
    sd = np.sqrt((days * columns["total_of_squares"] - total * total) / (days * (days - 1)))
    expected = mean * lead
    safety = z * np.sqrt(lead * sd**2 + (mean * columns["lead_time_sd_days"]) ** 2)
    level = np.ceil(expected + safety - 1e-9).astype(np.int64)
    need = np.maximum(level + np.ceil(expected - 1e-9).astype(np.int64), level + 1) - position
    return np.where(position > level, 0, -(-np.maximum(need, 10) // 12) * 12)


def bare_moments(matrix: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return the sums of a matrix, which is converted a thousand rows at a time."""
    parts = []
    for first in range(0, len(matrix), 1_000):
        units = matrix[first : first + 1_000].astype(np.int64)
        parts.append((units.sum(axis=1), (units * units).sum(axis=1)))
    total, squares = (np.concatenate(sums) for sums in zip(*parts, strict=True))
    return {"days": np.full(len(matrix), DAYS), "total": total, "total_of_squares": squares}


def bare_grid(lines: Columns) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the sums of order lines by way of a grid of all skus and days, in floats."""
    cell = lines["sku"] * DAYS + lines["day"]
    grid = np.bincount(cell, weights=lines["units"], minlength=SKUS_OF_LINES * DAYS)
    grid = grid.reshape(SKUS_OF_LINES, DAYS)
    return grid.sum(axis=1), (grid * grid).sum(axis=1)


def megabytes(work: Callable[[], object]) -> float:
    """Return how much *work* allocates at most at one time, its answer included."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def with_limits(
    result: Result, *, seconds: float, work: Callable[[], object], mb: float | None = None
) -> Iterator[Result | Limit]:
    """Yield the result, its seconds against their limit, and the megabytes of *work* if limited."""
    yield result
    yield Limit(name=result.name, value=result.value, limit=seconds, unit="s CPU")
    if mb is not None:
        yield Limit(name=result.name, value=megabytes(work), limit=mb, unit="MB above the data")


def benches() -> Iterator[Result | Limit]:
    """Yield the cost of planning, of summing days and of summing lines; the value is in CPU seconds."""
    rng = np.random.default_rng(2026)
    known = facts()
    yield from _days(rng.poisson(1.5, (SKUS, DAYS)).astype(np.int16), known=known)
    yield from _lines(
        {
            "sku": rng.integers(0, SKUS_OF_LINES, LINES),
            "day": rng.integers(0, DAYS, LINES),
            "units": rng.integers(1, 5, LINES),
        }
    )


def _days(matrix: NDArray[Any], *, known: dict[str, NDArray[Any]]) -> Iterator[Result | Limit]:
    columns = known | moments_of_days(matrix)
    orders = plan_columns(columns, policy=POLICY)["order"]
    assert (orders == bare_plan(columns, z=Z_OF_POLICY)).all()

    def from_moments() -> object:
        return plan_columns(columns, policy=POLICY)

    planned = compare(
        "plan 1e6 skus from moments",
        value=timed(from_moments),
        floor=timed(lambda: bare_plan(columns, z=Z_OF_POLICY)),
        goal=3,
        rounds=ROUNDS,
    )
    yield from with_limits(planned, seconds=0.15, work=from_moments)
    place = np.arange(SKUS) % len(LEVELS)
    own, z = columns | {"service_level": LEVELS[place]}, Z[place]
    yield compare(
        "plan 1e6 skus, each its service level",
        value=timed(lambda: plan_columns(own, policy=POLICY)),
        floor=timed(lambda: bare_plan(columns, z=z)),
        goal=3,
        rounds=ROUNDS,
    )

    def from_days() -> object:
        return plan_columns(known | moments_of_days(matrix, unknown=-1), policy=POLICY)

    planned = compare(
        "plan 1e6 skus from 365 days",
        value=timed(from_days),
        floor=timed(lambda: bare_plan(known | bare_moments(matrix), z=Z_OF_POLICY)),
        goal=3,
        rounds=ROUNDS,
    )
    yield from with_limits(planned, seconds=4, work=from_days, mb=64)


def _lines(lines: Columns) -> Iterator[Result | Limit]:
    def work() -> dict[str, NDArray[Any]]:
        return moments_of_lines(lines, skus=SKUS_OF_LINES, start=0, end=DAYS)

    total, squares = bare_grid(lines)
    assert (work()["total"] == total).all()
    assert (work()["total_of_squares"] == squares).all()
    summed = compare(
        "1e7 order lines to moments",
        value=timed(work),
        floor=timed(lambda: bare_grid(lines)),
        goal=3,
        rounds=ROUNDS,
    )
    yield from with_limits(summed, seconds=1, work=work)
