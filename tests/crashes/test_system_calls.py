"""Killed at every system call that writes, and every such call failing once: nothing is lost."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from crash_matrix import Point, Result, Told, fail_points, kill_points, sample, tell
from crash_stories import BROKEN, STORIES

MEMORY = Path("/dev/shm")  # noqa: S108 (no name of ours is known before)
SAMPLE = 6
RECORD = Callable[[str, object], None]


@pytest.fixture(autouse=True)
def strace() -> None:
    """Skip, and say so, where no process may be traced."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory where there is one: a process is killed here, not a machine."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


def run(
    story: str, folder: Path, choose: Callable[[Told], list[Point]], *, stages: int = 1
) -> tuple[Told, list[Result]]:
    """Disturb *story* at the points chosen."""
    with tell(story, folder, stages=stages) as (told, disturb):
        if not told.calls:
            pytest.skip("this system lets no process be traced")
        results = disturb(choose(told))
        assert len(results) == len(choose(told))
        return told, results


def assert_whole(results: list[Result]) -> None:
    """Fail where anything was lost, doubled or left between."""
    wrong = [result for result in results if result.problems]

    assert wrong == [], f"{len(wrong)} of {len(results)}, first {wrong[0]}"


@pytest.mark.parametrize("story", STORIES)
def test_a_few_points_of_each_story_lose_nothing(story: str, folder: Path) -> None:
    """Of each story and each way to disturb it, points over its whole length."""
    _, results = run(
        story,
        folder,
        lambda told: [*sample(kill_points(told), SAMPLE), *sample(fail_points(told), SAMPLE)],
    )

    assert_whole(results)


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_killed_at_every_system_call_nothing_is_lost_or_doubled(
    story: str, folder: Path, record_property: RECORD
) -> None:
    """
    For every k: ``kill -9`` at the k-th call. What was acknowledged is there; what was not is
    there as a whole or not at all; the same script run again gives the same answers and ends in
    the same rows; the ledger adds up.
    """
    began = time.monotonic()
    told, results = run(story, folder, kill_points, stages=2)

    assert_whole(results)
    assert told.audit == "clean" or story == "migration"
    unanswered = sum(result.unanswered for result in results)
    assert unanswered > 0
    record_property(
        "figure",
        f"kill -9, {story}: {told.steps} operations, {len(results)} system calls, "
        f"{unanswered} of them between commit and acknowledgement: 0 lost, 0 doubled, "
        f"0 inconsistent, {time.monotonic() - began:.0f} s",
    )


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_every_system_call_may_fail_once(
    story: str, folder: Path, record_property: RECORD
) -> None:
    """
    For every k: the k-th call finds the disk full or broken. Who asked gets a store's error, the
    books are as before or as after, the same question in the same process is answered.
    """
    began = time.monotonic()
    told, results = run(story, folder, fail_points, stages=2)

    assert_whole(results)
    raised = Counter(line.split(": ")[1] for result in results for line in result.raised)
    assert raised["StoreFailedError"] > told.steps
    record_property(
        "figure",
        f"disk faults, {story}: {told.steps} operations, {len(results)} faults, "
        f"{sum(raised.values())} typed errors, others healed by SQLite, "
        f"{time.monotonic() - began:.0f} s",
    )


def test_the_matrix_finds_what_is_planted(folder: Path) -> None:
    """A key that is kept in a second transaction: some points find a half, some a doubled unit."""
    assert "broken" in BROKEN
    _, results = run("broken", folder, lambda told: sample(kill_points(told)[-30:], 15))

    problems = [line.split(" ")[0] for result in results for line in result.problems]
    assert {"not", "another"} <= set(problems)
