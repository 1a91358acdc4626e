"""What ``import ecomkit`` costs, next to what ``import attrs`` costs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from _harness import Clocked, Result, compare, cpu_seconds_of_python

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 15  # processes are noisy


def import_cost(module: str) -> float:
    """Return the CPU seconds of one import, with those of a bare interpreter taken off."""
    return cpu_seconds_of_python(f"import {module}") - cpu_seconds_of_python("pass")


def of(module: str) -> Clocked:
    """Return the cost of importing *module* as something to measure."""
    return partial(import_cost, module)


def benches() -> Iterator[Result]:
    """Yield the cost of the front door."""
    import_cost("ecomkit, attrs")  # writes the byte code that the rounds then read
    yield compare(
        "import ecomkit", value=of("ecomkit"), floor=of("attrs"), goal=0.25, rounds=ROUNDS
    )
