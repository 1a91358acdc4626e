"""Time as an argument of the session: what o'clock it is, how long ago, and waiting."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol, final

from ecomkit.ports import ManualClock

__all__ = ["SystemTime", "Timekeeper", "VirtualTime"]


class Timekeeper(Protocol):
    """Tells the time and waits. Everything in a session that waits, waits here."""

    def now(self) -> datetime:
        """Return the present instant, with its UTC offset: for dates and expiries."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some moment, which never go backwards: for durations."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, blocking the thread."""
        ...

    async def pause(self, seconds: float) -> None:
        """Wait, giving the event loop to others."""
        ...


@final
class SystemTime:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's steady seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the thread."""
        time.sleep(seconds)

    async def pause(self, seconds: float) -> None:
        """Give the event loop to others."""
        await asyncio.sleep(seconds)


@final
class VirtualTime:
    """
    A time that passes only where somebody waits for it: for tests and simulations.

    >>> time = VirtualTime(datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    >>> time.sleep(90)
    >>> time.now().minute, time.monotonic(), time.waits
    (1, 90.0, [90])
    """

    def __init__(self, start: datetime) -> None:
        self._clock = ManualClock(start)
        self._seconds = 0.0
        self.waits: list[float] = []
        """Every wait, in seconds, in order."""

    def now(self) -> datetime:
        """Return the instant reached."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Return the seconds that have passed since the start."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass without anybody waiting for them."""
        self._seconds += seconds
        self._clock.advance(timedelta(seconds=seconds))

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass, and take the wait down."""
        self.waits.append(seconds)
        self.advance(seconds)

    async def pause(self, seconds: float) -> None:
        """Let *seconds* pass, take the wait down, and let other tasks run."""
        self.sleep(seconds)
        await asyncio.sleep(0)
