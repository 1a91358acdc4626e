"""
Connections: resolve a name once, check what it resolved to, and connect to just that.

A name on the list of hosts may still point into our own network (DNS rebinding), so the
addresses are judged after they are resolved and the connection goes to the address judged.
Reads end at the attempt's deadline however slowly bytes trickle in.
"""

from __future__ import annotations

import asyncio
import contextvars
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any, cast, final

import httpcore
import httpx

from ecomkit.adapters.http._origin import Reach, is_reachable
from ecomkit.adapters.http._tls import tls_context

__all__ = ["READS_END", "AddressBarredError", "async_transport", "blocking_transport"]

READS_END: contextvars.ContextVar[float | None] = contextvars.ContextVar(
    "ecomkit_reads_end", default=None
)
"""When the running attempt ends, on ``time.monotonic``; a socket knows no other clock."""

CONNECTIONS_MAX = 32
KEEPALIVE_SECONDS = 20.0


class AddressBarredError(Exception):
    """A name resolved to addresses that may not be called; httpx lets it through as it is."""


def _judged(found: Iterable[Any], *, reach: Reach) -> list[str]:
    addresses = [str(row[4][0]) for row in found]
    # One bad address spoils the name: an attacker may answer with a good one beside it.
    if not all(
        is_reachable(ipaddress.ip_address(text.partition("%")[0]), reach=reach)
        for text in addresses
    ):
        raise AddressBarredError
    return list(dict.fromkeys(addresses))


def _clamped(timeout: float | None) -> float | None:
    end = READS_END.get()
    if end is None:
        return timeout
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(timeout, left)


@final
class _Stream(httpcore.NetworkStream):
    """A stream whose reads and writes end at the attempt's deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _clamped(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _clamped(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@final
class _Backend(httpcore.NetworkBackend):
    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("the name does not resolve") from None
        fault: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in _judged(found, reach=self._reach):
            try:
                stream = self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
            else:
                return _Stream(stream)
        raise fault or httpcore.ConnectError("the name has no address")


@final
class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        # httpcore declares a stand-in of the same name, for where anyio is not installed.
        self._inner = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the shape that httpcore asks for)
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            )
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("the name does not resolve") from None
        fault: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in _judged(found, reach=self._reach):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
        raise fault or httpcore.ConnectError("the name has no address")


def blocking_transport(*, reach: Reach) -> httpx.HTTPTransport:
    """Return a transport of the shared TLS context that judges addresses."""
    transport = httpx.HTTPTransport(verify=tls_context(), trust_env=False)
    # The one private name of httpx that we touch: it has no public door for a network backend,
    # and a transport of our own would be unknown to the instrumentation of its classes.
    transport._pool = httpcore.ConnectionPool(  # noqa: SLF001
        ssl_context=tls_context(),
        max_connections=CONNECTIONS_MAX,
        max_keepalive_connections=CONNECTIONS_MAX,
        keepalive_expiry=KEEPALIVE_SECONDS,
        network_backend=_Backend(reach),
    )
    return transport


def async_transport(*, reach: Reach) -> httpx.AsyncHTTPTransport:
    """Return the same for asyncio, with one connection: a session keeps one for each lane."""
    transport = httpx.AsyncHTTPTransport(verify=tls_context(), trust_env=False)
    transport._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001 (as above)
        ssl_context=tls_context(),
        max_connections=1,
        max_keepalive_connections=1,
        keepalive_expiry=KEEPALIVE_SECONDS,
        network_backend=_AsyncBackend(reach),
    )
    return transport
