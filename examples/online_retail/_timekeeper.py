"""The time of channels that are called over HTTP: the replay's, and what is waited on top of it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import final

from ecomkit.ports import Clock

__all__ = ["ReplayTime"]


@final
class ReplayTime:
    """
    Follows the clock of the replay; a wait passes at once and puts it ahead until the clock is there.

    >>> from datetime import UTC
    >>> from ecomkit.ports import ManualClock
    >>> clock = ManualClock(datetime(2011, 1, 4, 6, 5, tzinfo=UTC))
    >>> time = ReplayTime(clock)
    >>> time.sleep(90)
    >>> print(time.now(), time.monotonic())
    2011-01-04 06:06:30+00:00 90.0
    >>> clock.set(datetime(2011, 1, 4, 7, 5, tzinfo=UTC))
    >>> print(time.now(), time.monotonic(), time.waited_seconds)
    2011-01-04 07:05:00+00:00 3600.0 90.0
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = self._reached = clock.now()
        self.waited_seconds = 0.0
        """All waits, added up."""

    def now(self) -> datetime:
        """Return the instant reached, which never goes backwards."""
        self._reached = max(self._reached, self._clock.now())
        return self._reached

    def monotonic(self) -> float:
        """Return the seconds since the start."""
        return (self.now() - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass at once."""
        self._reached = self.now() + timedelta(seconds=seconds)
        self.waited_seconds += seconds

    async def pause(self, seconds: float) -> None:
        """Let *seconds* pass at once, and other tasks run."""
        self.sleep(seconds)
        await asyncio.sleep(0)
