"""What a session runs on; each part can be replaced, so that tests need neither net nor time."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from typing import final

import attrs
import httpx

from ecomkit.adapters.http._events import Observer
from ecomkit.adapters.http._limits import Limiter
from ecomkit.adapters.http._time import SystemTime, Timekeeper
from ecomkit.adapters.http._waits import Backoff

__all__ = ["Kit"]


@final
@attrs.frozen(kw_only=True, eq=False)
class Kit:
    """
    What a session runs on.

    Args:
        transport: In the place of the network: a :class:`FakeTransport`, or one of httpx's. It
            is handed what would be sent, credentials included.
        time: The clock and the waits.
        limiter: The buckets; hand the same one to clients that call the same account.
        draw: Numbers from 0 to 1, for jitter.
        nonce: Texts that never come twice, for signatures.
        backoff: The waits where the system says nothing.
        observe: Is told of every attempt.
    """

    transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None = None
    time: Timekeeper = attrs.field(factory=SystemTime)
    limiter: Limiter = attrs.field(factory=Limiter)
    draw: Callable[[], float] = random.random
    nonce: Callable[[], str] = secrets.token_hex
    backoff: Backoff = attrs.field(factory=Backoff)
    observe: Observer | None = None
