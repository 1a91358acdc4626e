"""What forecasts of intermittent demand cost, next to the bare recursion and to statsforecast."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from _harness import Result, compare, timed

from ecomkit.replenishment.forecasting import (
    adida,
    croston,
    croston_optimized,
    imapa,
    sba,
    ses,
    ses_optimized,
    tsb,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERIES = 1_000
PERIODS = 100
TIMES = 5
"""So often are all histories forecast in a round: caches that a peer has emptied fill up again."""

# About 30 % of the periods have demand, of 1 to 6 units, spread without chance.
HISTORIES = [
    [
        1 + (at * 7 + sku) % 6 if (at * at * 31 + at * sku * 17 + sku * 13) % 97 < 30 else 0  # noqa: PLR2004
        for at in range(PERIODS)
    ]
    for sku in range(SERIES)
]

FAMILY: dict[str, Callable[[list[int]], float]] = {
    "CrostonClassic": croston,
    "CrostonSBA": sba,
    "TSB": tsb,
}
"""What has to cost at most a fifth of the peer."""

OTHERS: dict[str, Callable[[list[int]], float]] = {
    "SES": lambda units: ses(units, alpha=0.1),
    "SESOpt": ses_optimized,
    "CrostonOptimized": croston_optimized,
    "ADIDA": adida,
    "IMAPA": imapa,
}
"""
What is held against the peer without a promise that it is faster: the goal is a tie.

A search for the best constant walks through a history dozens of times, in Python here and in
machine code there.
"""


def all_by(method: Callable[[list[int]], float]) -> Callable[[], list[float]]:
    """Return the forecasts of all histories as one piece of work."""
    return lambda: [method(units) for _ in range(TIMES) for units in HISTORIES]


def bare_croston() -> list[float]:
    """Return Croston's forecasts by the recursion alone: no checks."""
    forecasts = []
    for units in HISTORIES * TIMES:
        size = interval = 0.0
        gap = 1
        for count in units:
            if count:
                if interval:
                    size += 0.1 * (count - size)
                    interval += 0.1 * (gap - interval)
                else:
                    size, interval = count, gap
                gap = 1
            else:
                gap += 1
        forecasts.append(size / interval)
    return forecasts


def benches() -> Iterator[Result]:
    """Yield the cost of 1,000 series of 100 periods; a round does it 5 times."""
    pairs = zip(all_by(croston)(), bare_croston(), strict=True)
    assert all(abs(one - other) <= 1e-12 * other for one, other in pairs)
    yield compare(
        "croston, bare recursion", value=timed(all_by(croston)), floor=timed(bare_croston), goal=3
    )
    peer = _peer()
    if peer is None:
        print("statsforecast is not installed: forecasts are not held against it")
        return
    for name, method in (FAMILY | OTHERS).items():
        text, goal = ("statsforecast's API", 0.2) if name in FAMILY else ("compiled peer", 1)
        theirs = timed(partial(peer, name, times=TIMES))
        yield compare(
            f"{name} ({text})", value=timed(all_by(method)), floor=theirs, goal=goal, rounds=3
        )


def _peer() -> Callable[..., Any] | None:
    """Return how the peer forecasts all histories with one of its models, None without it."""
    try:
        import pandas as pd  # noqa: PLC0415 - a peer
        from statsforecast import StatsForecast, models  # noqa: PLC0415 - a peer
    except ImportError:
        return None
    frame = pd.DataFrame(
        {
            # Skus are names: the peer's API takes whole numbers half as long.
            "unique_id": [f"SKU-{sku:05}" for sku in range(SERIES) for _ in range(PERIODS)],
            "ds": [*range(1, PERIODS + 1)] * SERIES,
            "y": [float(count) for units in HISTORIES for count in units],
        }
    )
    of_name = {
        "CrostonClassic": models.CrostonClassic(),
        "CrostonSBA": models.CrostonSBA(),
        "TSB": models.TSB(alpha_d=0.1, alpha_p=0.1),
        "SES": models.SimpleExponentialSmoothing(alpha=0.1),
        "SESOpt": models.SimpleExponentialSmoothingOptimized(),
        "CrostonOptimized": models.CrostonOptimized(),
        "ADIDA": models.ADIDA(),
        "IMAPA": models.IMAPA(),
    }

    def forecast(name: str, *, times: int = 1) -> Any:
        model = StatsForecast(models=[of_name[name]], freq=1, n_jobs=1)
        return [model.forecast(df=frame, h=1) for _ in range(times)][-1]

    for name in of_name:
        # Compiled on first use; and the two have to agree, or nothing is compared.
        answer = forecast(name).iloc[:, -1]
        method = (FAMILY | OTHERS)[name]
        for units, expected in zip(HISTORIES, answer, strict=True):
            assert abs(method(units) - expected) <= 1e-3 * max(expected, 1e-3), name
    return forecast
