"""The clock: the shell reads it once and hands the instant on; the domain never asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from ecomkit.errors import FieldError
from ecomkit.timeline import utc

__all__ = ["Clock", "ManualClock"]


class Clock(Protocol):
    """Tells the time, as an aware instant."""

    def now(self) -> datetime:
        """Return the present instant, with its UTC offset."""
        ...


class ManualClock:
    """
    A clock that stands still until it is told otherwise: for tests, replays and simulations.

    >>> from datetime import UTC
    >>> clock = ManualClock(datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    >>> clock.advance(timedelta(hours=1))
    >>> clock.now().hour
    10
    """

    def __init__(self, start: datetime) -> None:
        self.set(start)

    def now(self) -> datetime:
        """Return the instant that was set, in UTC."""
        return self._now

    def set(self, instant: datetime) -> None:
        """
        Put the clock at *instant*, forwards or backwards.

        Raises:
            FieldError: If *instant* has no UTC offset.
        """
        if not isinstance(instant, datetime) or instant.utcoffset() is None:
            raise FieldError(
                owner="ManualClock",
                field="now",
                got=instant,
                wanted="a datetime with a UTC offset",
            )
        # In UTC, since on a wall clock an hour may pass twice and two instants compare wrongly.
        self._now = utc(instant)

    def advance(self, by: timedelta) -> None:
        """Let *by* pass."""
        self._now += by
