"""
How long to wait before the next attempt.

In this order: what the vendor's own header says, ``Retry-After`` (milliseconds, seconds, a date),
when our allowance has grown back, and else an exponential backoff with full jitter. What a
header says is a floor; garbage counts as not said, and no value is taken for more than a day.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import final

import attrs

from ecomkit._checks import is_a
from ecomkit.adapters.http._reply import Reply

__all__ = ["WAIT_SECONDS_MAX", "Backoff", "WaitHeader", "WaitUnit", "number_of", "told_wait"]

WAIT_SECONDS_MAX = 86_400
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_DIGITS = re.compile(r"[0-9]{16,}(?:\.[0-9]*)?")
TEXT_LENGTH_MAX = 64


class WaitUnit(enum.Enum):
    """What a header's number counts."""

    SECONDS = "seconds from now"
    MILLISECONDS = "milliseconds from now"
    EPOCH_SECONDS = "seconds since 1970, an instant"
    EPOCH_MILLISECONDS = "milliseconds since 1970, an instant"


@final
@attrs.frozen(kw_only=True)
class WaitHeader:
    """A vendor's header that says how long to wait, such as ``X-Rate-Limit-Time-Reset-Ms``."""

    name: str = attrs.field(validator=is_a(str))
    unit: WaitUnit = attrs.field(validator=is_a(WaitUnit))


def number_of(text: str | None) -> float | None:
    """
    Return the number that a header holds: plain digits with at most one point, else None.

    >>> number_of("0.0167"), number_of("-1"), number_of("1e9"), number_of(None)
    (0.0167, None, None, None)
    """
    text = "" if text is None else text.strip()
    if len(text) > TEXT_LENGTH_MAX:
        return None
    if _DIGITS.fullmatch(text):
        return 1e15
    return float(text) if _NUMBER.fullmatch(text) else None


def _since(text: str | None) -> datetime | None:
    """Return the instant of an HTTP date."""
    if text is None or len(text) > TEXT_LENGTH_MAX:
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return found if found.utcoffset() is not None else None


def _seconds_of(text: str | None, unit: WaitUnit, *, now: datetime) -> float | None:
    number = number_of(text)
    if number is None:
        return None
    match unit:
        case WaitUnit.SECONDS:
            return number
        case WaitUnit.MILLISECONDS:
            return number / 1000
        case WaitUnit.EPOCH_SECONDS:
            return number - now.timestamp()
        case WaitUnit.EPOCH_MILLISECONDS:
            return number / 1000 - now.timestamp()


def told_wait(
    reply: Reply, *, now: datetime, vendor_headers: tuple[WaitHeader, ...] = ()
) -> float | None:
    """
    Return how many seconds *reply* says to wait, above 0 and at most a day; None if it does not.

    An instant is compared with the reply's own ``Date``, so that a clock that is wrong on either
    side does no harm, or else with *now*.

    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    >>> told_wait(Reply(status=429, headers=[("Retry-After", "2.5")]), now=now)
    2.5
    >>> late = Reply(status=429, headers=[("Retry-After", "Mon, 05 Jan 2026 09:00:30 GMT")])
    >>> told_wait(late, now=now)
    30.0
    """
    theirs = _since(reply.header("date")) or now
    said = [
        _seconds_of(reply.header(header.name), header.unit, now=theirs)
        for header in vendor_headers
    ]
    said.append(_seconds_of(reply.header("retry-after-ms"), WaitUnit.MILLISECONDS, now=theirs))
    standard = reply.header("retry-after")
    said.append(_seconds_of(standard, WaitUnit.SECONDS, now=theirs))
    until = _since(standard)
    if until is not None:
        said.append((until - theirs).total_seconds())
    # A wait of nothing is no answer to "too many calls": the backoff decides.
    found = next((seconds for seconds in said if seconds is not None and seconds > 0), None)
    return None if found is None else min(found, float(WAIT_SECONDS_MAX))


@final
@attrs.frozen(kw_only=True)
class Backoff:
    """
    Waits that double, each drawn from nothing up to its full length.

    Full jitter keeps callers that failed together from coming back together.

    Args:
        base_seconds: The longest first wait.
        seconds_max: The longest wait of all.

    >>> Backoff().seconds(attempt=3, draw=lambda: 0.5)
    1.0
    """

    base_seconds: float = 0.5
    seconds_max: float = 20.0

    def seconds(self, *, attempt: int, draw: Callable[[], float]) -> float:
        """Return the wait after the *attempt*-th attempt; *draw* gives numbers from 0 to 1."""
        exponent = min(attempt - 1, math.ceil(math.log2(self.seconds_max / self.base_seconds)))
        return draw() * min(self.seconds_max, self.base_seconds * 2.0**exponent)
