"""What a session tells about its work: one event an attempt, without secrets and people."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeAlias, final

import attrs

from ecomkit.identifiers import ChannelId

__all__ = ["CallEvent", "Observer", "is_heard", "tell"]

LOGGER = logging.getLogger("ecomkit.http")


@final
@attrs.frozen(kw_only=True)
class CallEvent:
    """
    One attempt to send a request has ended.

    Args:
        channel: Whose call.
        operation: What for.
        method: The HTTP method.
        host: Where to; neither path nor query, which name people and orders.
        attempt: The first is 1.
        outcome: How it ended: ``Answered``, ``Lost``, ``Unsent``, ...
        status: The HTTP status, if a reply came.
        request_id: The system's name for the call, if it gave one.
        elapsed_seconds: How long the attempt took.
        wait_seconds: How long the session waits before the next one; None if there is none.
    """

    channel: ChannelId
    operation: str
    method: str
    host: str
    attempt: int
    outcome: str
    status: int | None
    request_id: str | None
    elapsed_seconds: float
    wait_seconds: float | None


Observer: TypeAlias = Callable[[CallEvent], None]


def is_heard(observer: Observer | None) -> bool:
    """Whether anybody listens: an event that nobody hears is not made."""
    return observer is not None or LOGGER.isEnabledFor(logging.INFO)


def tell(event: CallEvent, observer: Observer | None) -> None:
    """Log *event* (at INFO if there is a wait after it, else at DEBUG) and hand it on."""
    level = logging.DEBUG if event.wait_seconds is None else logging.INFO
    if LOGGER.isEnabledFor(level):
        facts = attrs.asdict(event)
        text = " ".join(f"{name}={value}" for name, value in facts.items() if value is not None)
        LOGGER.log(level, "%s", text, extra={"ecomkit": facts})
    if observer is not None:
        observer(event)
