"""A crowd of processes that all ask one store, while something goes wrong again and again."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from crowd_notes import Heard
from crowd_plan import NOW, Plan

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import Ledger
from ecomkit.ports import ManualClock, Store
from ecomkit.stock import Count

# Workers that are killed leave coverage nothing, and those that are not would be slow for it.
UNWATCHED = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}

WORKER = Path(__file__).with_name("crowd_worker.py")
PATIENCE = 600.0
COUNTED_AT_ONCE = 1_000


def fill(store: Store, plan: Plan) -> None:
    """Count the stock of *plan* in."""
    counts = [
        Count(key=CommandKey(f"count/{sku}"), sku=Sku(sku), counted=units)
        for sku, units in plan.stock().items()
    ]
    with Ledger(store, clock=ManualClock(NOW)) as ledger:
        for start in range(0, len(counts), COUNTED_AT_ONCE):
            ledger.execute_all(counts[start : start + COUNTED_AT_ONCE])


class Crowd:
    """The processes of *plan*, their notes, and what is done to them while they ask."""

    def __init__(self, plan: Plan, *, address: str, folder: Path) -> None:
        self.plan = plan
        self.address = address
        self.kills = 0
        self.seconds = 0.0
        self._plan_file = folder / "plan"
        self._plan_file.write_bytes(pickle.dumps(plan))
        self._notes = [folder / f"notes-{worker}" for worker in range(plan.workers)]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._size_at_start: dict[int, int] = {}
        self._dice = random.Random(f"kills in {plan}")  # noqa: S311 (no secret)

    def run(self, *, disturb: Callable[[Crowd], object], times: int) -> Heard:
        """
        Have everybody ask, and *disturb* so many *times* while they do; return what they heard.

        The disturbances are spread evenly over the notes that are going to be taken, so that
        each falls among questions, however fast the machine is.
        """
        questions = list(self.plan.all_asks())
        expected = sum(len(f"? 10 {ask.key}\n= 10 {ask.key} Reserved\n") for ask in questions)
        started = time.monotonic()
        try:
            for worker in range(self.plan.workers):
                self._start(worker)
            for number in range(1, times + 1):
                self._wait_for_notes(number * expected / (times + 1))
                disturb(self)
            self._wait(lambda: not self._running())
        finally:
            for process in self._processes.values():
                process.kill()
                process.wait()
        self.seconds = time.monotonic() - started
        assert [process.returncode for process in self._processes.values()] == [
            0 for _ in self._processes
        ]
        return Heard(self._notes)

    def kill_one(self) -> None:
        """Kill a worker in the middle of its questions, and start it again."""
        victims: list[int] = []

        def found() -> bool:
            victims[:] = [
                worker
                for worker in self._running()
                if self._size(worker) > self._size_at_start[worker]
            ]
            return bool(victims) or not self._running()

        self._wait(found)
        if victims:
            victim = self._dice.choice(victims)
            self._processes[victim].kill()
            self._processes[victim].wait()
            self.kills += 1
            self._start(victim)

    def _start(self, worker: int) -> None:
        self._size_at_start[worker] = self._size(worker)
        where = [str(self._plan_file), str(worker), self.address, str(self._notes[worker])]
        command = [sys.executable, str(WORKER), *where]
        self._processes[worker] = subprocess.Popen(command, env=UNWATCHED)  # noqa: S603 (our own program)

    def _size(self, worker: int) -> int:
        notes = self._notes[worker]
        return notes.stat().st_size if notes.exists() else 0

    def _wait_for_notes(self, size: float) -> None:
        self._wait(lambda: sum(map(self._size, range(self.plan.workers))) >= size)

    def _running(self) -> list[int]:
        return [worker for worker, process in self._processes.items() if process.poll() is None]

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition() and self._running():
            failed = [p.returncode for p in self._processes.values() if p.poll()]
            assert not failed, f"a worker ended with {failed}"
            assert time.monotonic() < deadline, f"no end in {PATIENCE:.0f} s"
            time.sleep(0.005)
