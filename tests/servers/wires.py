"""The wire to a Vendure server: takes down what is asked, and breaks where a test wants it to."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from typing import final

import httpx

OPERATION = re.compile(r"(query|mutation)\s+(\w+)")


class Killed(BaseException):
    """The process ends here."""


@final
class Wire(httpx.BaseTransport):
    """
    Hands all requests to the server.

    *before* and *after* are called with the name of each mutation, before the server has it and
    when it has answered; what they raise is what the client sees.
    """

    def __init__(self) -> None:
        self.inner = httpx.HTTPTransport()
        self.reads: list[str] = []
        self.writes: list[str] = []
        self.mend()

    def mend(self) -> None:
        """Let everything through again."""
        self.before: Callable[[str], None] = lambda name: None
        self.after: Callable[[str], None] = lambda name: None

    def forget(self) -> None:
        """Forget what was asked so far."""
        self.reads.clear()
        self.writes.clear()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Hand one request on."""
        found = OPERATION.search(request.read().decode())
        assert found is not None
        kind, name = found.groups()
        if kind == "query" or name == "Login":
            self.reads.append(name)
            return self.inner.handle_request(request)
        self.writes.append(name)
        self.before(name)
        with closing(self.inner.handle_request(request)) as reply:
            body = b"".join(reply.iter_raw())  # the server is done, whatever becomes of its answer
        self.after(name)
        return httpx.Response(
            reply.status_code, headers=reply.headers, stream=httpx.ByteStream(body)
        )

    def close(self) -> None:
        """Close the connections."""
        self.inner.close()
