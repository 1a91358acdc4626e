"""
What all benchmarks share: CPU time, medians, and a ratio to a floor measured in the same run.

A machine's seconds say little on another machine. So each benchmark measures a *floor* beside
its *value*, what the same work costs without ecomkit or at a tenth of the size, and holds the
ratio of the two against a goal. Where a figure was promised outright, in seconds or megabytes, a
:class:`Limit` states it beside.

A file ``bench_<noun>.py`` has a function ``benches()`` that yields results:

.. code-block:: python

    def benches():
        yield compare("fold", value=timed(fold_movements), floor=timed(add_integers), goal=40)
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HEADER", "Clocked", "Limit", "Result", "compare", "cpu_seconds_of_python", "timed"]

Clocked: TypeAlias = "Callable[[], float]"
"""Does its work once and returns the CPU seconds that it took."""

HEADER = f"{'name':<40} {'value':>12} {'floor':>12} {'ratio':>8} {'goal':>8} verdict"


@attrs.frozen(kw_only=True)
class Result:
    """What was measured, in CPU seconds, and the highest ratio that is wanted."""

    name: str
    value: float
    floor: float
    goal: float

    @property
    def ratio(self) -> float:
        """How many times the floor the value is."""
        return self.value / self.floor

    @property
    def verdict(self) -> str:
        """Either "met" or "missed"."""
        return "met" if self.ratio <= self.goal else "missed"

    def __str__(self) -> str:
        return (
            f"{self.name:<40} {self.value:>12.6f} {self.floor:>12.6f}"
            f" {self.ratio:>8.3g} {self.goal:>8.2f} {self.verdict}"
        )


@attrs.frozen(kw_only=True)
class Limit:
    """A figure that was promised outright, and the most that it may be."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def verdict(self) -> str:
        """Either "met" or "missed"."""
        return "met" if self.value <= self.limit else "missed"

    def __str__(self) -> str:
        return (
            f"{self.name:<40} {self.value:.3g} {self.unit}, at most {self.limit:g} {self.verdict}"
        )


def timed(work: Callable[[], object]) -> Clocked:
    """Return *work* as a function that says how many CPU seconds of this process it took."""

    def clocked() -> float:
        # A collection that falls into one round and not into another is noise.
        gc.collect()
        gc.disable()
        try:
            start = time.process_time()
            work()
            return time.process_time() - start
        finally:
            gc.enable()

    return clocked


def cpu_seconds_of_python(text: str) -> float:
    """Run *text* in a fresh interpreter and return the CPU seconds it took, its start included."""
    # The child counts for itself: the times of children are coarse, and absent on Windows.
    program = f"{text}\nimport time\nprint(time.process_time())"
    command = [sys.executable, "-I", "-c", program]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own text
    return float(answer.stdout)


def compare(name: str, *, value: Clocked, floor: Clocked, goal: float, rounds: int = 9) -> Result:
    """Return the medians of *value* and *floor*, measured by turns so that both see the same noise."""
    values, floors = [], []
    for _ in range(rounds):
        floors.append(floor())
        values.append(value())
    return Result(name=name, value=median(values), floor=median(floors), goal=goal)
