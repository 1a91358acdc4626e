"""A progress bar: one line that moves on a terminal, a line a month elsewhere."""

from __future__ import annotations

import time
from datetime import date
from typing import TextIO, final

import attrs

__all__ = ["Counts", "ProgressBar"]

BAR_CELLS = 24
SECONDS_BETWEEN = 0.1


@final
@attrs.frozen(kw_only=True)
class Counts:
    """What the bar tells."""

    orders: int
    units: int
    waiting: int

    def __str__(self) -> str:
        return f"{self.orders:>6,} orders  {self.units:>9,} units  {self.waiting:>5,} waiting for stock"


class ProgressBar:
    """Shows how far the replay is, to a person or to a log."""

    def __init__(self, stream: TextIO, *, first: date, last: date) -> None:
        self._stream = stream
        self._first = first
        self._days = (last - first).days + 1
        self._is_moving = stream.isatty()
        self._shown_at = 0.0
        self._month = 0
        self._begun = time.monotonic()

    def show(self, day: date, counts: Counts) -> None:
        """Tell that *day* is over, unless something was told just before."""
        now = time.monotonic()
        done = (day - self._first).days + 1
        text = f"{day}  {counts}"
        if self._is_moving:
            if now - self._shown_at >= SECONDS_BETWEEN or done == self._days:
                cells = BAR_CELLS * done // self._days
                bar = "#" * cells + "." * (BAR_CELLS - cells)
                self._stream.write(f"\r[{bar}] {text}")
                self._stream.flush()
                self._shown_at = now
        elif day.month != self._month or done == self._days:
            self._month = day.month
            self._stream.write(f"{now - self._begun:7.1f} s  {text}\n")
            self._stream.flush()

    def close(self) -> None:
        """Leave the line."""
        if self._is_moving:
            self._stream.write("\n")
            self._stream.flush()
