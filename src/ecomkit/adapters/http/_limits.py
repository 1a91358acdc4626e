"""
Allowances: buckets of tokens or points, one for each system, account and limit.

A bucket grows back at a rate up to its burst, and a request goes only when its cost is in it. So
over any time t no more than ``burst + rate * t`` is spent. What the system says of its own count
(headers, or the body) corrects ours, since others may call in the name of the same account.
"""

from __future__ import annotations

import enum
import math
import threading
from collections.abc import Iterable
from typing import Any, Self, final

import attrs

from ecomkit._checks import above_zero, is_a, optional, refuse

__all__ = ["Limit", "LimitKey", "Limiter", "Scope", "Told"]

RATE_MAX = 1e6
WAIT_SECONDS_MAX = 86_400.0
# What floats lose is granted; a wait too short for a clock to show would never end.
WAIT_SECONDS_LEAST = 1e-9
WAIT_SECONDS_MIN = 1e-3
BUCKETS_MAX = 10_000


def _rate(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= RATE_MAX:
        raise refuse(instance, attribute.name, value, f"a rate above 0 and up to {RATE_MAX:,.0f}")


def _count(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1e15:  # noqa: PLR2004
        raise refuse(instance, attribute.name, value, "a number, 0 or more")


class Scope(enum.Enum):
    """What shares one bucket."""

    ACCOUNT = "all calls of the account"
    OPERATION = "the calls of one operation of the account"


@final
@attrs.frozen(kw_only=True)
class Limit:
    """
    What a system allows, as far as its documents say.

    Args:
        name: Tells limits of one system apart, such as ``second`` and ``day``.
        per_second: How much grows back in a second.
        burst: How much there can be at most, and is at the start.
        scope: Who shares it.

    >>> Limit.of_window(150, seconds=30)
    Limit(name='window', per_second=4.5, burst=15, scope=<Scope.ACCOUNT: ...>)
    """

    name: str = attrs.field(default="calls", validator=is_a(str))
    per_second: float = attrs.field(validator=_rate)
    burst: int = attrs.field(validator=above_zero)
    scope: Scope = attrs.field(default=Scope.ACCOUNT, validator=is_a(Scope))

    @classmethod
    def of_window(
        cls,
        count: int,
        *,
        seconds: float,
        name: str = "window",
        scope: Scope = Scope.ACCOUNT,
    ) -> Self:
        """
        Return the limit that never lets more than *count* through in any window of *seconds*.

        A tenth of them may come at once; the others are spread evenly.
        """
        burst = max(1, count // 10)
        rate = (count - burst) / seconds if count > burst else count / seconds
        return cls(name=name, per_second=rate, burst=burst, scope=scope)


@final
@attrs.frozen(kw_only=True)
class Told:
    """
    What a system said of a limit in a reply; None where it said nothing.

    Args:
        name: The :class:`Limit` it speaks of.
        returned: What the system gives back of the request's cost, since it took less.
        available: What is left, by the system's count.
        per_second: How much grows back in a second.
        burst: How much there can be at most.
    """

    name: str = attrs.field(default="calls", validator=is_a(str))
    returned: float | None = attrs.field(default=None, validator=optional(_count))
    available: float | None = attrs.field(default=None, validator=optional(_count))
    per_second: float | None = attrs.field(default=None, validator=optional(_rate))
    burst: int | None = attrs.field(default=None, validator=optional(above_zero))


@final
@attrs.frozen(kw_only=True)
class LimitKey:
    """Whose bucket: one account at one system, and one operation where the limit asks for it."""

    system: str
    account: str
    limit: Limit
    operation: str | None


@final
class _Bucket:
    __slots__ = ("at", "blocked_until", "burst", "level", "per_second")

    def __init__(self, limit: Limit, now: float) -> None:
        self.per_second = float(limit.per_second)
        self.burst = float(limit.burst)
        self.level = self.burst
        self.at = now
        self.blocked_until = -math.inf

    def grow(self, now: float) -> None:
        # A clock that stands still or steps back gives nothing and takes nothing.
        if now > self.at:
            self.level = min(self.burst, self.level + (now - self.at) * self.per_second)
            self.at = now

    def wait(self, cost: float, now: float) -> float:
        # What costs more than the bucket can hold goes when it is full, and leaves a debt.
        missing = min(cost, self.burst) - self.level
        grown = max(0.0, missing / self.per_second)
        return min(max(grown, self.blocked_until - now, 0.0), WAIT_SECONDS_MAX)


@final
class Limiter:
    """
    The buckets of all accounts; hand one to several clients that call the same account.

    Threads may share it. It never waits itself: it says how long to.

    >>> limiter = Limiter()
    >>> key = LimitKey(system="corner", account="a", limit=Limit(per_second=2, burst=1), operation=None)
    >>> limiter.take([key], cost=1, now=0.0), limiter.take([key], cost=1, now=0.0)
    (0.0, 0.5)
    """

    def __init__(self) -> None:
        self._buckets: dict[LimitKey, _Bucket] = {}
        self._lock = threading.Lock()

    def _bucket(self, key: LimitKey, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= BUCKETS_MAX:
                # The one longest untouched is full by now, or as good as.
                self._buckets.pop(min(self._buckets, key=lambda known: self._buckets[known].at))
            bucket = self._buckets[key] = _Bucket(key.limit, now)
        bucket.grow(now)
        return bucket

    def take(self, keys: Iterable[LimitKey], *, cost: float, now: float) -> float:
        """Take *cost* out of all buckets and return 0, or take nothing and return the wait."""
        with self._lock:
            buckets = [self._bucket(key, now) for key in keys]
            wait = max((bucket.wait(cost, now) for bucket in buckets), default=0.0)
            if wait <= WAIT_SECONDS_LEAST:
                for bucket in buckets:
                    bucket.level -= cost
                return 0.0
            return max(wait, WAIT_SECONDS_MIN)

    def wait(self, keys: Iterable[LimitKey], *, cost: float, now: float) -> float:
        """Return how many seconds it takes until *cost* could be taken; takes nothing."""
        with self._lock:
            return max((self._bucket(key, now).wait(cost, now) for key in keys), default=0.0)

    def learn(self, keys: Iterable[LimitKey], told: Iterable[Told], *, now: float) -> None:
        """Correct the buckets by what the system *told*."""
        by_name = {one.name: one for one in told}
        with self._lock:
            for key in keys:
                one = by_name.get(key.limit.name)
                if one is None:
                    continue
                bucket = self._bucket(key, now)
                if one.per_second is not None:
                    bucket.per_second = float(one.per_second)
                if one.burst is not None:
                    bucket.burst = float(one.burst)
                    bucket.level = min(bucket.level, bucket.burst)
                if one.returned is not None:
                    bucket.level = min(bucket.burst, bucket.level + one.returned)
                if one.available is not None:
                    # Ours may be lower, for calls on their way; theirs, for calls of others.
                    bucket.level = min(bucket.level, one.available)

    def block(self, keys: Iterable[LimitKey], *, until: float) -> None:
        """Let nothing through before *until*: the system has said that it was too much."""
        with self._lock:
            for key in keys:
                bucket = self._buckets.get(key)
                if bucket is not None:
                    bucket.blocked_until = max(bucket.blocked_until, until)
