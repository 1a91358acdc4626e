"""A virtual time that threads and tasks share: it moves on when all who take part wait."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta

__all__ = ["SharedTime"]

TURNS = 60
"""So many turns of the event loop are left to tasks that do not wait, before time moves on."""


class SharedTime:
    """
    Time for several workers at once.

    A waiting thread sleeps until all *workers* do, then time moves on to the first of them. A
    waiting task leaves the loop to the others for some turns, and moves time on if it is first.
    """

    def __init__(self, start: datetime, *, workers: int = 1) -> None:
        self._start = start
        self._seconds = 0.0
        self._workers = workers
        self._until: list[float] = []
        self._all = threading.Condition()
        self.waits = 0
        """How often somebody waited."""

    def now(self) -> datetime:
        """Return the instant reached."""
        return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        """Return the seconds passed."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let time pass while nobody else works."""
        self._seconds += seconds

    def leave(self) -> None:
        """Take part no longer."""
        with self._all:
            self._workers -= 1
            self._move()

    def sleep(self, seconds: float) -> None:
        """Wait until time has moved on so far."""
        with self._all:
            self.waits += 1
            until = self._seconds + seconds
            self._until.append(until)
            self._move()
            while self._seconds < until:
                if not self._all.wait(timeout=0.2):
                    # Others wait for a lock that a sleeper has.
                    self._seconds = max(self._seconds, min(self._until))
                    self._all.notify_all()
            self._until.remove(until)

    def _move(self) -> None:
        if self._until and len(self._until) >= self._workers:
            self._seconds = max(self._seconds, min(self._until))
            self._all.notify_all()

    async def pause(self, seconds: float) -> None:
        """Wait, and leave the loop to the others."""
        self.waits += 1
        until = self._seconds + seconds
        self._until.append(until)
        while self._seconds < until:
            for _ in range(TURNS):
                await asyncio.sleep(0)
                if self._seconds >= until:
                    break
            else:
                if min(self._until) == until:
                    self._seconds = max(self._seconds, until)
        self._until.remove(until)
