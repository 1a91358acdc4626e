"""What both sessions share about httpx: the transport they were given, and what its errors mean."""

from __future__ import annotations

import ssl
from typing import Any, TypeVar

import httpx

from ecomkit.adapters.http._bodies import BodyRefused, BodyTorn
from ecomkit.adapters.http._network import AddressBarredError
from ecomkit.adapters.http._outcomes import Barred, Garbled, Lost, Outcome, Unsent
from ecomkit.errors import FieldError

__all__ = ["WIRE_ERRORS", "given_transport", "last_outcome", "outcome_of_error", "read_before"]

X = TypeVar("X")

WIRE_ERRORS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    AddressBarredError,
    BodyRefused,
    BodyTorn,
    TimeoutError,
)
"""What sending a request and taking its reply may raise, besides mistakes of ours."""


def given_transport(transport: object, kind: type[X]) -> X | None:
    """Return the transport that a kit was given, checked; None for the network."""
    if transport is None or isinstance(transport, kind):
        return transport
    raise FieldError(owner="Kit", field="transport", got=transport, wanted=f"a {kind.__name__}")


def read_before(response: httpx.Response) -> bytes | None:
    """Return the body that a transport has read itself, unpacked: its stream gives nothing more."""
    if response.is_stream_consumed and not isinstance(response.stream, httpx.ByteStream):
        return response.content
    return None


def last_outcome(state: Any) -> Any:
    """Return how the last attempt ended, for tenacity when it gives up."""
    return state.outcome.result()


def outcome_of_error(error: BaseException, *, status: int | None) -> Outcome:
    """
    Return what *error* means for the request; its text is left out, since it may hold secrets.

    *status* is that of the reply, if its head had come.
    """
    if isinstance(error, BodyRefused):
        return Garbled(why=error.why, status=status or 0)
    if isinstance(error, AddressBarredError):
        return Barred(why="its name leads to an address that is not public")
    if isinstance(error, httpx.ConnectError):
        if _is_certificate_error(error):
            return Barred(why="its certificate is not valid")
        return Unsent(why="no connection")
    if isinstance(error, httpx.ConnectTimeout):
        return Unsent(why="no connection in time")
    if isinstance(error, httpx.PoolTimeout):
        return Unsent(why="no free connection in time")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError | httpx.InvalidURL):
        return Garbled(why="it cannot be sent as HTTP", status=0)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Lost(why="no answer in time")
    if isinstance(error, BodyTorn):
        return Lost(why="the answer broke off")
    return Lost(why="the connection broke")


def _is_certificate_error(error: BaseException | None) -> bool:
    for _ in range(8):  # httpx wraps httpcore wraps ssl
        if error is None:
            return False
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
