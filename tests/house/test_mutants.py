"""Mutants: a fault planted where it would cost money or units is caught by the tests beside it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What is broken, where, how it reads, how it would read, and whose tests must see it.
MUTANTS = {
    "proration gives the units left over to anybody": (
        "money/_proration.py",
        "    remainders.sort()\n",
        "    remainders.reverse()\n",
        "money",
    ),
    "a hold lasts one instant too long": (
        "stock/_levels.py",
        "return self.expires_at <= now",
        "return self.expires_at < now",
        "stock",
    ),
    "who bought first is not covered first": (
        "stock/_coverage.py",
        "return (placed_at, rank)",
        "return (rank,)",
        "stock",
    ),
    "an order gets more than is there": (
        "stock/_promises.py",
        "covered = min(quantity, draft.sellable)",
        "covered = min(quantity, draft.usable)",
        "stock",
    ),
    "a window holds its end": (
        "timeline/_windows.py",
        "return self.start <= utc(moment) < self.end",
        "return self.start <= utc(moment) <= self.end",
        "timeline",
    ),
    "the reorder point forgets the safety stock": (
        "replenishment/_level.py",
        "return ceil_units(self.expected_units + self.z * self.spread_units)",
        "return ceil_units(self.expected_units)",
        "replenishment",
    ),
}


def outcome(source: Path, room: str) -> int:
    """Run the tests of *room* against the package in *source*; return pytest's exit code."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    # Hypothesis keeps no examples here: a mutant must be caught without luck from earlier runs.
    environment = {
        **os.environ,
        "PYTHONPATH": str(source),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(source / ".hypothesis"),
    }
    done = subprocess.run(  # noqa: S603 (our own interpreter and tests)
        [*command, f"tests/{room}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    return done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_is_caught(name: str, tmp_path: Path) -> None:
    """The tests of the room pass on the code as it is and fail on the code with the fault."""
    file, before, after, room = MUTANTS[name]
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    path = source / "ecomkit" / file
    text = path.read_text("utf-8")
    assert text.count(before) == 1, "the line that the fault goes into has changed"
    path.write_text(text.replace(before, after), "utf-8")

    assert outcome(source, room) == 1
