"""A fake of a remote system: stateful behind, the vendor's own answers in front, faults from a seed."""

from __future__ import annotations

import random
import threading
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any

import attrs

from ecomkit._checks import refuse, whole
from ecomkit.adapters.http import (
    FakeAnswer,
    FakeTransport,
    Lost,
    Received,
    Reply,
    SystemTime,
    Timekeeper,
    Torn,
    Unsent,
)

__all__ = ["Allowance", "FakeSystem", "WireFaults"]


def _share(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
        raise refuse(instance, attribute.name, value, "a share, 0 or more and below 1")


@attrs.frozen(kw_only=True)
class WireFaults:
    """
    How often a fake's wire misbehaves, each a share of calls, 0 or more and below 1.

    Args:
        seed: The same seed and the same calls give the same faults.
        unsent: Calls that never reach the system.
        lost: Calls whose connection breaks before they take effect.
        lost_answers: Calls that take effect and whose answer is lost.
        torn: Calls that take effect and whose answer breaks off at any byte.
        throttled: Calls that the system refuses as too many; they take no effect.
        broken: Calls that end in a page of the server in front of the system; no effect.
    """

    seed: int = attrs.field(default=0, validator=whole)
    unsent: float = attrs.field(default=0, validator=_share)
    lost: float = attrs.field(default=0, validator=_share)
    lost_answers: float = attrs.field(default=0, validator=_share)
    torn: float = attrs.field(default=0, validator=_share)
    throttled: float = attrs.field(default=0, validator=_share)
    broken: float = attrs.field(default=0, validator=_share)


A_DATE = "a date"
RETRY_AFTER = ("1", "0", "-3", "0.5", "soon", A_DATE, None)
"""What systems write into Retry-After, sense or not."""


class FakeSystem:
    """
    The base of a fake: override :meth:`respond`, and what the vendor says when it is too much.

    Args:
        time: Its clock; hand the same one to the client's kit.
        faults: How its wire misbehaves; not at all unless given.

    ``transport`` goes into a client's :class:`~ecomkit.adapters.http.Kit`;
    :func:`~ecomkit.testing.fakes.serve` puts the fake behind a real socket.
    """

    def __init__(
        self, *, time: Timekeeper | None = None, faults: WireFaults | None = None
    ) -> None:
        self.time: Timekeeper = time or SystemTime()
        self.faults = faults or WireFaults()
        self.calls = 0
        """How many calls reached the system."""
        self._random = random.Random(f"{self.faults.seed}/{type(self).__name__}")  # noqa: S311 (not a secret)
        self._lock = threading.RLock()
        self.transport = FakeTransport(self.answer)

    def respond(self, received: Received) -> Reply:
        """Do what is asked and answer as the vendor does."""
        raise NotImplementedError

    def too_many(self, received: Received, *, retry_after: str | None) -> Reply:  # noqa: ARG002 (a hook)
        """Refuse a call as the vendor does when there are too many."""
        headers = [] if retry_after is None else [("Retry-After", retry_after)]
        return Reply(status=429, headers=headers, body=b"Too Many Requests")

    def broken(self, received: Received) -> Reply:  # noqa: ARG002 (a hook)
        """Answer as whatever stands in front of the system does when the system does not."""
        return Reply(
            status=self._random.choice((500, 502, 503, 504)),
            headers=[("Content-Type", "text/html")],
            body=b"<html><body><h1>Bad Gateway</h1></body></html>",
        )

    def answer(self, received: Received) -> FakeAnswer:
        """Answer one call, with the faults that fall."""
        with self._lock:
            faults = self.faults
            if self._falls(faults.unsent):
                return Unsent(why="no connection")
            self.calls += 1
            if self._falls(faults.lost):
                return Lost(why="the connection broke")
            if self._falls(faults.throttled):
                return self.too_many(received, retry_after=self._retry_after())
            if self._falls(faults.broken):
                return self.broken(received)
            reply = self.respond(received)
            if self._falls(faults.lost_answers):
                return Lost(why="the connection broke")
            if self._falls(faults.torn):
                return Torn(reply=reply, sent_bytes=self._random.randrange(len(reply.body) + 1))
            return reply

    def _retry_after(self) -> str | None:
        chosen = self._random.choice(RETRY_AFTER)
        if chosen != A_DATE:
            return chosen
        moment = self.time.now().astimezone(UTC) + timedelta(seconds=1)
        return format_datetime(moment, usegmt=True)

    def _falls(self, share: float) -> bool:
        return share > 0 and self._random.random() < share


class Allowance:
    """
    The bucket that a fake allows calls from: it grows back at a rate up to its burst.

    It also keeps what was asked of it, granted or not, so that a test can tell a client that
    keeps to the rate from one that runs into refusals.

    >>> allowance = Allowance(per_second=2, burst=2)
    >>> [*(allowance.take(1, now=0.0) for _ in range(3)), allowance.take(1, now=0.5)]
    [True, True, False, True]
    >>> allowance.asked, allowance.excess
    (4.0, 1.0)
    """

    def __init__(self, *, per_second: float, burst: float) -> None:
        self.per_second = per_second
        self.burst = burst
        self.available = float(burst)
        self.asked = 0.0
        """All that was asked for."""
        self.excess = 0.0
        """The most that was asked for, over any stretch of time, above what the bucket allows."""
        self._balance = float(burst)
        self._at: float | None = None

    def grow(self, now: float) -> float:
        """Let the bucket grow back until *now* and return what is in it."""
        if self._at is not None and now > self._at:
            grown = (now - self._at) * self.per_second
            self.available = min(self.burst, self.available + grown)
            self._balance = min(self.burst, self._balance + grown)
        self._at = now if self._at is None else max(self._at, now)
        return self.available

    def take(self, cost: float, *, now: float) -> bool:
        """Take *cost* if it is there."""
        self.grow(now)
        self.asked += cost
        self._balance -= cost
        self.excess = max(self.excess, -self._balance)
        if self.available + 1e-6 < cost:
            return False
        self.available -= cost
        return True

    def give_back(self, cost: float) -> None:
        """Give back what was reserved and not used."""
        self.available = min(self.burst, self.available + cost)
        self._balance = min(self.burst, self._balance + cost)
        self.asked -= cost
