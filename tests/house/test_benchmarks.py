"""The benchmarks' harness computes what it prints."""

import importlib.util
import itertools
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "_harness.py"


def load() -> ModuleType:
    """Return the harness as a module; benchmarks are scripts and not on the path."""
    spec = importlib.util.spec_from_file_location("_harness", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


harness = load()


@pytest.mark.parametrize(
    ("value", "ratio", "verdict"),
    [(1.0, 0.5, "met"), (4.0, 2.0, "met"), (4.5, 2.25, "missed")],
)
def test_a_ratio_is_held_against_its_goal(value: float, ratio: float, verdict: str) -> None:
    """A ratio up to the goal meets it, one above misses it."""
    result = harness.Result(name="fold", value=value, floor=2.0, goal=2.0)

    assert result.ratio == ratio
    assert result.verdict == verdict
    assert str(result).split() == [
        "fold",
        f"{value:.6f}",
        "2.000000",
        f"{ratio:.3g}",
        "2.00",
        verdict,
    ]


@pytest.mark.parametrize(("value", "verdict"), [(10.0, "met"), (10.5, "missed")])
def test_a_figure_is_held_against_its_limit(value: float, verdict: str) -> None:
    """A figure up to the limit meets it, one above misses it; the unit is told."""
    limit = harness.Limit(name="advice", value=value, limit=10, unit="us a sku")

    assert limit.verdict == verdict
    assert " ".join(str(limit).split()) == f"advice {value:.3g} us a sku, at most 10 {verdict}"


def test_one_slow_round_does_not_count() -> None:
    """The median is reported, so a round in which the machine was busy changes nothing."""
    values = iter([1.0, 100.0, 1.0])
    floors = itertools.repeat(2.0)

    result = harness.compare(
        "fold", value=lambda: next(values), floor=lambda: next(floors), goal=1, rounds=3
    )

    assert (result.value, result.floor) == (1.0, 2.0)


def test_work_takes_time() -> None:
    """More work takes more CPU time, in this process and in one of its own."""
    assert harness.timed(lambda: sum(range(300_000)))() > harness.timed(lambda: None)()
    assert harness.cpu_seconds_of_python("sum(range(3_000_000))") > 0.01
