"""Whether to send again, and when: pure, so that its laws can be tested by the thousand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias, assert_never, final

import attrs

from ecomkit.adapters.http._judgement import Verdict
from ecomkit.adapters.http._outcomes import Answered, Barred, Garbled, Held, Lost, Outcome, Unsent
from ecomkit.adapters.http._request import Repeat
from ecomkit.adapters.http._waits import Backoff, WaitHeader, told_wait

__all__ = ["Again", "RetryBudget", "Stop", "may_repeat", "next_step"]


def may_repeat(outcome: Outcome, *, repeat: Repeat) -> bool:
    """
    Return whether sending the request again can do good and no harm.

    >>> may_repeat(Lost(why="timeout"), repeat=Repeat.IF_UNSENT)
    False
    >>> may_repeat(Unsent(why="no connection"), repeat=Repeat.IF_UNSENT)
    True
    """
    match outcome:
        case Unsent():
            return True
        case Lost():
            return repeat is Repeat.AT_WILL
        case Answered(verdict=Verdict.THROTTLED):
            return True
        case Answered(verdict=Verdict.FAULT):
            return repeat is Repeat.AT_WILL
        case Answered() | Garbled() | Barred() | Held():
            return False
        case _:
            assert_never(outcome)


@final
@attrs.frozen(kw_only=True)
class Again:
    """Wait, then send again."""

    wait_seconds: float


@final
@attrs.frozen(kw_only=True)
class Stop:
    """Send no more; *wait_seconds* is when a later call may do better, if that is known."""

    wait_seconds: float | None


Step: TypeAlias = Again | Stop


def next_step(
    outcome: Outcome,
    *,
    repeat: Repeat,
    attempt: int,
    left_seconds: float,
    refill_seconds: float,
    now: datetime,
    vendor_headers: tuple[WaitHeader, ...],
    draw: Callable[[], float],
    backoff: Backoff,
) -> Step:
    """
    Return what to do after *outcome*.

    A wait that does not end before the deadline is not begun: the caller learns at once how
    long it would be.

    Args:
        outcome: How the attempt ended.
        repeat: What the request promises.
        attempt: How many attempts there were.
        left_seconds: Until the deadline.
        refill_seconds: Until our own allowance lets the request through.
        now: For headers that name an instant.
        vendor_headers: Headers of the vendor that say how long to wait.
        draw: Gives numbers from 0 to 1.
        backoff: The waits where nothing else is known.
    """
    told = None
    if isinstance(outcome, Answered) and outcome.verdict in {Verdict.THROTTLED, Verdict.FAULT}:
        told = told_wait(outcome.reply, now=now, vendor_headers=vendor_headers)
    if isinstance(outcome, Held):
        told = outcome.wait_seconds
    if not may_repeat(outcome, repeat=repeat):
        return Stop(wait_seconds=told)
    if told is not None:
        wait = max(told, refill_seconds)
    else:
        wait = max(refill_seconds, backoff.seconds(attempt=attempt, draw=draw))
    return Again(wait_seconds=wait) if wait < left_seconds else Stop(wait_seconds=wait)


@final
class RetryBudget:
    """
    Keeps retries a small share of calls, so that a system that is down is not kept down.

    Every call pays in *share*, every retry takes one out; a quiet session may retry *reserve*
    times.

    >>> budget = RetryBudget(share=0.1, reserve=1)
    >>> budget.take(), budget.take()
    (True, False)
    """

    def __init__(self, *, share: float = 0.1, reserve: float = 10.0) -> None:
        self._share = share
        self._reserve = reserve
        self._saved = reserve
        self._lock = threading.Lock()

    def pay_in(self) -> None:
        """Count one call."""
        with self._lock:
            self._saved = min(self._reserve, self._saved + self._share)

    def take(self) -> bool:
        """Return whether one more retry may be made, and count it."""
        with self._lock:
            if self._saved < 1:
                return False
            self._saved -= 1
            return True
