"""A system in the place of the network: a function from what is received to a reply."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeAlias, final

import attrs
import httpx

from ecomkit.adapters.http._json import parse_json
from ecomkit.adapters.http._outcomes import Lost, Unsent
from ecomkit.adapters.http._reply import Reply

__all__ = ["FakeAnswer", "FakeTransport", "Received", "Torn"]


@final
@attrs.frozen(kw_only=True)
class Received:
    """
    What a system receives: everything that would go over the wire, credentials included.

    Args:
        method: The HTTP method.
        host: Whom it was sent to.
        path: Below the host, not unquoted.
        query: Names and values, unquoted.
        headers: Names in lower case.
        body: The bytes.
    """

    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    headers: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def param(self, name: str) -> str | None:
        """Return the first value of the query's field *name*, None if it is not there."""
        return next((value for key, value in self.query if key == name), None)

    def header(self, name: str) -> str | None:
        """Return the first header *name*, None if there is none."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    def json(self) -> Any:
        """Return what the body says."""
        return parse_json(self.body)


@final
@attrs.frozen(kw_only=True)
class Torn:
    """A reply that breaks off after *sent_bytes* of its body."""

    reply: Reply
    sent_bytes: int


FakeAnswer: TypeAlias = Reply | Torn | Lost | Unsent
"""A fake answers, answers in part, or lets the connection break after or before it has the request."""


class _TornStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Gives what was sent before the connection broke."""

    def __init__(self, sent: bytes) -> None:
        self._sent = sent

    def __iter__(self) -> Iterator[bytes]:
        yield self._sent
        raise httpx.ReadError("the connection broke off")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._sent
        raise httpx.ReadError("the connection broke off")


@final
class FakeTransport(httpx.MockTransport):
    """
    Puts a function in the place of the network, for blocking and async sessions alike.

    >>> from ecomkit.adapters.http import ChannelClient, Kit, Request, Site
    >>> from ecomkit.identifiers import ChannelId
    >>> kit = Kit(transport=FakeTransport(lambda received: Reply.of_json({"path": received.path})))
    >>> client = ChannelClient(ChannelId("corner"), site=Site(base="https://corner.example"), kit=kit)
    >>> client.send(Request.get("/orders")).json()
    {'path': '/orders'}
    """

    def __init__(self, answer: Callable[[Received], FakeAnswer]) -> None:
        self._answer = answer
        super().__init__(self._handle)

    def _handle(self, message: httpx.Request) -> httpx.Response:
        received = Received(
            method=message.method,
            host=message.url.host,
            path=message.url.raw_path.partition(b"?")[0].decode("ascii"),
            query=tuple(message.url.params.multi_items()),
            headers=tuple(message.headers.multi_items()),
            body=message.content,
        )
        answer = self._answer(received)
        if isinstance(answer, Unsent):
            raise httpx.ConnectError(answer.why)
        if isinstance(answer, Lost):
            raise httpx.ReadError(answer.why)
        stream: httpx.SyncByteStream | httpx.AsyncByteStream
        if isinstance(answer, Torn):
            stream = _TornStream(answer.reply.body[: answer.sent_bytes])
            answer = answer.reply
        else:
            stream = httpx.ByteStream(answer.body)
        # The body is given as a stream, so that httpx leaves it packed for the session, and the
        # headers as bytes, since a hostile system sends what is no ASCII.
        return httpx.Response(
            answer.status,
            headers=[
                (name.encode(errors="replace"), value.encode(errors="replace"))
                for name, value in answer.headers
            ],
            stream=stream,
        )
