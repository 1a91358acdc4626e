"""Real sockets on this machine: connections, deadlines, certificates, addresses."""

import asyncio
import contextlib
import gzip
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from ecomkit.adapters.http import (
    AnswerLostError,
    AnswerUnreadableError,
    AsyncChannelClient,
    ChannelClient,
    ConnectionBarredError,
    HeaderCredential,
    Kit,
    NotSentError,
    Options,
    Reach,
    Request,
    Site,
    StaticCredentials,
    tls_context,
)
from ecomkit.adapters.http import _network as network
from ecomkit.errors import EcomkitError
from ecomkit.identifiers import ChannelId
from ecomkit.ports import Secret


class Handler(BaseHTTPRequestHandler):
    """A server with manners, and without."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, dict[str, str]]]
    connections: set[Any]

    def do_GET(self) -> None:
        """Answer as the path asks."""
        self.seen.append((self.path, {name.lower(): text for name, text in self.headers.items()}))
        self.connections.add(self.client_address)
        name = self.path.partition("?")[0].strip("/")
        getattr(self, f"answer_{name}")()

    def do_POST(self) -> None:
        """Take a body."""
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def _reply(self, body: bytes, *headers: tuple[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in (("content-length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_plain(self) -> None:
        """Answer."""
        self._reply(json.dumps({"ok": 1}).encode())

    def answer_packed(self) -> None:
        """Answer packed."""
        self._reply(gzip.compress(b'{"ok":1}' * 1), ("content-encoding", "gzip"))

    def answer_bomb(self) -> None:
        """Answer with a bomb."""
        self._reply(gzip.compress(bytes(1 << 28)), ("content-encoding", "gzip"))

    def answer_away(self) -> None:
        """Send elsewhere."""
        self._reply(b"", ("location", "http://127.0.0.1:9/steal"), status=307)

    def answer_torn(self) -> None:
        """Break off."""
        self.send_response(200)
        self.send_header("content-length", "100")
        self.end_headers()
        self.wfile.write(b"x" * 50)
        self.close_connection = True

    def answer_dropped(self) -> None:
        """Hang up."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def answer_trickle(self) -> None:
        """Drip a body."""
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        self._drip(b"x")

    def answer_stall(self) -> None:
        """Send a little late, and then nothing more."""
        time.sleep(0.35)
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        self.wfile.write(b"x")
        time.sleep(1)
        self.close_connection = True

    def answer_slowhead(self) -> None:
        """Drip a head."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx-long: ")
        self._drip(b"y")

    def _drip(self, drop: bytes) -> None:
        with contextlib.suppress(OSError):
            for _ in range(200):
                self.wfile.write(drop)
                self.wfile.flush()
                time.sleep(0.05)
        self.close_connection = True

    def answer_nonsense(self) -> None:
        """Speak no HTTP."""
        self.wfile.write(b"\x00\xff nonsense\r\n\r\n")
        self.close_connection = True

    def answer_manyheaders(self) -> None:
        """Talk too much."""
        self.send_response(200)
        for number in range(5000):
            self.send_header(f"x-{number}", "y" * 100)
        self.end_headers()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its shape)
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    """A server on a free port."""
    handler = type("Bound", (Handler,), {"seen": [], "connections": set()})
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.daemon_threads = True
    made.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up on purpose
    made.handler = handler  # type: ignore[attr-defined]  # for the tests to look into
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def client_of(server: Any, **rest: Any) -> ChannelClient:
    """Return a client of *server*."""
    rest.setdefault("site", Site.insecure_for_tests(f"http://127.0.0.1:{server.server_port}"))
    secret = StaticCredentials(items=[HeaderCredential("x-api-key", Secret("canary"))])
    return ChannelClient(ChannelId("loop"), credentials=secret, **rest)


def call(kind: str, client: ChannelClient, *requests: Request) -> Any:
    """Send *requests* blocking or under asyncio and return the last reply."""
    if kind == "blocking":
        with client:
            return [client.send(request) for request in requests][-1]

    async def talk() -> Any:
        async with AsyncChannelClient(client) as twin:
            return [await twin.send(request) for request in requests][-1]

    return asyncio.run(talk())


KINDS = pytest.mark.parametrize("kind", ["blocking", "asyncio"])


@KINDS
def test_one_connection_serves_many_requests(kind: str, server: Any) -> None:
    """Connections are kept, bodies packed or not come through, and the key goes along."""
    reply = call(
        kind,
        client_of(server),
        Request.get("/plain"),
        Request.post("/plain", json={"a": 1}),
        Request.get("/packed"),
    )

    assert reply.json() == {"ok": 1}
    assert len(server.handler.connections) == 1
    assert {headers["x-api-key"] for _, headers in server.handler.seen} == {"canary"}


@KINDS
@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/torn", AnswerLostError),
        ("/dropped", AnswerLostError),
        ("/nonsense", AnswerLostError),
        ("/manyheaders", AnswerLostError),
        ("/away", AnswerUnreadableError),
        ("/bomb", AnswerUnreadableError),
    ],
)
def test_a_server_without_manners_ends_in_an_error_of_ours(
    kind: str, server: Any, path: str, error: type[EcomkitError]
) -> None:
    """Half replies, nonsense, redirects and bombs are told apart; a POST is sent once."""
    with pytest.raises(error):
        call(kind, client_of(server), Request.post(path, json={}))

    assert len(server.handler.seen) == 1


@KINDS
@pytest.mark.parametrize("path", ["/trickle", "/slowhead", "/stall"])
def test_bytes_that_trickle_end_at_the_deadline(kind: str, server: Any, path: str) -> None:
    """A byte now and then does not keep a call alive beyond its deadline."""
    started = time.monotonic()

    with pytest.raises(AnswerLostError, match="no answer in time"):
        call(
            kind,
            client_of(server, options=Options(deadline_seconds=0.5, attempts_max=1)),
            Request.get(path),
        )

    assert 0.4 <= time.monotonic() - started < 0.75


@KINDS
def test_a_port_where_nobody_listens_was_not_reached(kind: str) -> None:
    """Nothing was sent, and the error says so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = ChannelClient(
        ChannelId("loop"),
        site=Site.insecure_for_tests(f"http://127.0.0.1:{port}"),
        options=Options(attempts_max=1),
    )

    with pytest.raises(NotSentError, match="no connection"):
        call(kind, client, Request.post("/plain", json={}))


@KINDS
@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "::ffff:127.0.0.1",
        "fd00::1", "fe80::1%eth0", "0.0.0.0", "224.0.0.1", "100.64.0.1",  # noqa: S104 (not bound to)
    ],
)  # fmt: skip
def test_a_name_that_leads_into_our_own_network_is_not_called(
    kind: str, server: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host on the list whose name resolves to a private address gets no connection."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    rows = [(family, socket.SOCK_STREAM, 6, "", (address, server.server_port))]
    monkeypatch.setattr(network.socket, "getaddrinfo", lambda *_, **__: rows)
    client = ChannelClient(
        ChannelId("loop"), site=Site(base=f"https://shop.example:{server.server_port}")
    )

    with pytest.raises(ConnectionBarredError, match="not public"):
        call(kind, client, Request.get("/plain"))
    assert server.handler.connections == set()


@KINDS
def test_a_name_that_does_not_resolve_was_not_reached(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No name, no call; and no address, no call."""
    client = ChannelClient(
        ChannelId("loop"),
        site=Site(base="https://shop.example"),
        options=Options(attempts_max=1),
    )
    for found in (OSError("no such name"), []):

        def resolve(*_: Any, answer: Any = found, **__: Any) -> Any:
            if isinstance(answer, OSError):
                raise answer
            return answer

        monkeypatch.setattr(network.socket, "getaddrinfo", resolve)
        with pytest.raises(NotSentError):
            call(kind, client, Request.get("/plain"))


@KINDS
def test_the_link_local_address_is_barred_from_private_shops_too(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that gives out a cloud machine's credentials is never called."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(network.socket, "getaddrinfo", lambda *_, **__: rows)
    site = Site(base="https://shop", reach=Reach.PRIVATE)

    with pytest.raises(ConnectionBarredError, match="not public"):
        call(kind, ChannelClient(ChannelId("loop"), site=site), Request.get("/latest"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody vouches for, with its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    path = tmp_path_factory.mktemp("tls") / "self-signed.pem"
    subprocess.run(  # noqa: S603 (fixed words)
        ["openssl", "req",  # noqa: S607 (wherever it is)
          "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", path, "-out", path.with_suffix(".crt")],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@KINDS
def test_a_certificate_that_nobody_vouches_for_is_refused(
    kind: str, server: Any, certificate: Path
) -> None:
    """Without a certificate that fits nothing is sent, and nothing is tried again."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    site = Site(base=f"https://localhost:{server.server_port}", reach=Reach.PRIVATE)

    with pytest.raises(ConnectionBarredError, match="certificate"):
        call(kind, client_of(server, site=site), Request.get("/plain"))
    assert server.handler.seen == []


def test_the_tls_context_is_one_and_checks() -> None:
    """All sessions share a context that checks certificates and names and wants TLS 1.2."""
    context = tls_context()

    assert context is tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_the_pool_is_where_we_put_ours() -> None:
    """The private name of httpx that we set is the one that it reads."""
    for made in (
        network.blocking_transport(reach=Reach.PUBLIC),
        network.async_transport(reach=Reach.PUBLIC),
    ):
        fresh = type(made)()
        assert "_pool" in vars(fresh)
        assert type(made._pool) is type(fresh._pool)


def test_instrumentation_of_the_transport_class_sees_each_call_and_no_query(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tracer that wraps httpx's transport gets method and address, and can add its header."""
    spans: list[str] = []
    plain = httpx.HTTPTransport.handle_request

    def traced(self: Any, request: httpx.Request) -> httpx.Response:
        spans.append(f"{request.method} {request.url}")
        # As OpenTelemetry does it: the headers are replaced by a copy with one more.
        headers = httpx.Headers(request.headers)
        headers["traceparent"] = "00-abc"
        request.headers = headers
        return plain(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", traced)
    with client_of(server) as client:
        client.send(Request.get("/plain", query={"email": "jane@example.com"}))

    ((path, headers),) = server.handler.seen
    assert path == "/plain?email=jane%40example.com"
    assert (headers["traceparent"], headers["x-api-key"]) == ("00-abc", "canary")
    assert spans == [f"GET http://127.0.0.1:{server.server_port}/plain?***"]


@KINDS
def test_a_kit_without_a_transport_uses_the_network(kind: str, server: Any) -> None:
    """The network is what there is when nothing else is given."""
    assert call(kind, client_of(server, kit=Kit()), Request.get("/plain")).status == 200


class Reading(httpx.HTTPTransport):
    """A transport that reads each body before it hands the response on, as a recorder does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Read."""
        response = super().handle_request(request)
        response.read()
        return response


class AsyncReading(httpx.AsyncHTTPTransport):
    """The same for asyncio."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Read."""
        response = await super().handle_async_request(request)
        await response.aread()
        return response


@KINDS
@pytest.mark.parametrize("path", ["/plain", "/packed"])
def test_a_body_that_a_transport_has_read_is_taken_as_it_is(
    kind: str, server: Any, path: str
) -> None:
    """A transport in between may read what comes; the session does not wait for it again."""
    transport = Reading() if kind == "blocking" else AsyncReading()

    reply = call(kind, client_of(server, kit=Kit(transport=transport)), Request.get(path))

    assert reply.json() == {"ok": 1}
