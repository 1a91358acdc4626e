"""Every point of a story, dealt out to stages that work at the same time."""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

__all__ = ["Point", "Result", "Told", "fail_points", "kill_points", "sample", "tell"]

STAGE = Path(__file__).with_name("crash_stage.py")
Point = Mapping[str, Any]

# What each call may answer when a disk is full or broken.
ERRORS = {
    "pwrite64": ("ENOSPC", "EIO"),
    "fdatasync": ("EIO",),
    "fsync": ("EIO",),
    "ftruncate": ("EIO",),
    "rename": ("EIO",),
    "unlink": ("EIO",),
    "flock": ("ENOLCK",),
}


@attrs.frozen(kw_only=True)
class Told:
    """How the undisturbed story went."""

    calls: Mapping[str, int]
    steps: int
    audit: str


@attrs.frozen(kw_only=True)
class Result:
    """
    What came of one disturbed telling; no problems is what is hoped for.

    *told* steps were acknowledged before the process was killed. *unanswered* says that one more
    had been written, and nobody was told.
    """

    point: Point
    problems: tuple[str, ...] = attrs.field(converter=tuple)
    raised: tuple[str, ...] = attrs.field(converter=tuple, default=())
    told: int
    unanswered: bool


def kill_points(told: Told) -> list[Point]:
    """Return every system call of a story that writes or syncs, to be killed at."""
    return [point for point in _points(told) if point["call"] != "flock"]


def fail_points(told: Told) -> list[Point]:
    """Return every system call that may fail, with each error that it may have."""
    return [
        {**point, "error": error}
        for point in _points(told)
        for error in ERRORS.get(point["call"], ())
    ]


def _points(told: Told) -> list[Point]:
    return [
        {"call": call, "number": number}
        for call, count in sorted(told.calls.items())
        for number in range(1, count + 1)
    ]


def sample(points: list[Point], size: int) -> list[Point]:
    """Return *size* points, evenly spread."""
    if len(points) <= size:
        return points
    return [points[number * len(points) // size] for number in range(size)]


# Coverage would only count what the tests of the store count as well, and a process that is killed
# leaves it nothing.
UNWATCHED = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}


class _Stage:
    """A stage in a process of its own."""

    def __init__(self, story: str, folder: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter on our own text)
            [sys.executable, str(STAGE), story, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=UNWATCHED,
        )
        self.told = Told(**self._heard())

    def _heard(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def ask(self, point: Point) -> Result:
        """Disturb the story at *point*."""
        assert self._process.stdin is not None
        print(json.dumps(point), file=self._process.stdin, flush=True)
        return Result(**self._heard())

    def close(self) -> None:
        """Let the stage go."""
        self._process.communicate()


@contextmanager
def tell(story: str, folder: Path, *, stages: int = 1) -> Iterator[Any]:
    """Yield how the story goes, and a function that runs points on all stages."""
    opened = [_Stage(story, folder / str(number)) for number in range(stages)]

    def run(points: Iterable[Point]) -> list[Result]:
        waiting: queue.SimpleQueue[Point | None] = queue.SimpleQueue()
        for point in itertools.chain(points, [None] * stages):
            waiting.put(point)
        results: list[Result] = []

        def work(stage: _Stage) -> None:
            while (point := waiting.get()) is not None:
                results.append(stage.ask(point))

        threads = [threading.Thread(target=work, args=(stage,)) for stage in opened]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    try:
        yield opened[0].told, run
    finally:
        for stage in opened:
            stage.close()
