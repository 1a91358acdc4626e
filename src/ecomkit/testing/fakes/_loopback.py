"""A fake behind a real socket, on this machine only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from ecomkit.adapters.http import FakeAnswer, Lost, Received, Torn, Unsent

__all__ = ["serve"]

BODY_BYTES_MAX = 64 << 20


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet for head and body: two small ones wait for each other's acknowledgement.
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    answer: Callable[[Received], FakeAnswer]

    def _handle(self) -> None:
        length = min(int(self.headers.get("content-length") or 0), BODY_BYTES_MAX)
        path, _, query = self.path.partition("?")
        received = Received(
            method=self.command,
            host=self.headers.get("host", "").partition(":")[0],
            path=path,
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers=tuple((name.lower(), value) for name, value in self.headers.items()),
            body=self.rfile.read(length),
        )
        answer = type(self).answer(received)
        if isinstance(answer, (Lost, Unsent)):
            self.close_connection = True
            return
        reply, body = (
            (answer.reply, answer.reply.body[: answer.sent_bytes])
            if isinstance(answer, Torn)
            else (answer, answer.body)
        )
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.close_connection = self.close_connection or isinstance(answer, Torn)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 (http.server's names)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (http.server's name)
        """Say nothing: paths hold personal data."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away."""


@contextmanager
def serve(answer: Callable[[Received], FakeAnswer]) -> Iterator[str]:
    """
    Serve *answer*, such as a fake's, on a free port of 127.0.0.1; give the base address.

    >>> from ecomkit.adapters.http import ChannelClient, Reply, Request, Site
    >>> from ecomkit.identifiers import ChannelId
    >>> with serve(lambda received: Reply.of_json({"path": received.path})) as base:
    ...     with ChannelClient(ChannelId("c"), site=Site.insecure_for_tests(base)) as client:
    ...         client.send(Request.get("/orders")).json()
    {'path': '/orders'}
    """
    handler = type("Handler", (_Handler,), {"answer": staticmethod(answer)})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
