"""
Flows: vendor logic as generators that yield requests and are sent replies.

A flow knows no network, so one text serves blocking clients, asyncio clients and tests. Errors
come up inside the flow, where it waits for the reply, so it can catch them.
"""

from __future__ import annotations

import contextvars
import functools
import traceback
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, cast, final

import attrs

from ecomkit.adapters.http._errors import (
    AnswerFacts,
    AnswerUnreadableError,
    RequestRefusedError,
)
from ecomkit.adapters.http._json import UnreadableJsonError
from ecomkit.adapters.http._reply import Reply
from ecomkit.adapters.http._request import Request
from ecomkit.channels import ChannelAnswerError
from ecomkit.errors import EcomkitError, InputError
from ecomkit.identifiers import ChannelId

__all__ = ["Drive", "Finished", "Flow", "FlowError", "Judge", "Played", "flow", "flow_of", "play"]

P = ParamSpec("P")
T = TypeVar("T")

Flow: TypeAlias = Generator[Request, Reply, T]
"""Yields requests, is sent replies, returns a T."""

REQUESTS_MAX = 1_000  # one call of a role is a page or a batch; more is a loop that never ends

_DRIVING: contextvars.ContextVar[bool] = contextvars.ContextVar("ecomkit_driving", default=False)


@attrs.frozen(kw_only=True)
class FlowError(InputError):
    """
    Raised when a flow is written wrongly.

    >>> print(FlowError(operation="orders_after", why="it yielded a str"))
    the flow orders_after is wrong: it yielded a str
    """

    operation: str
    why: str

    @property
    def message(self) -> str:
        """Which flow, and what is wrong."""
        return f"the flow {self.operation} is wrong: {self.why}"


class _Runner(Protocol):
    """What a method made by :func:`flow` is a method of."""

    def run(self, flow: Flow[T], *, operation: str) -> T: ...


R = TypeVar("R", bound=_Runner)


def flow(function: Callable[Concatenate[R, P], Flow[T]]) -> Callable[Concatenate[R, P], T]:
    """Return the method of a client that runs the flow *function* to its end and answers its result."""

    @functools.wraps(function)
    def blocking(self: R, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if _DRIVING.get():
            raise FlowError(
                operation=function.__name__,
                why="a flow calls it; write `yield from flow_of(self.method)(...)`",
            )
        return self.run(function(self, *args, **kwargs), operation=function.__name__)

    blocking.__flow__ = function  # type: ignore[attr-defined]  # functions take attributes
    return blocking


def flow_of(method: Callable[P, T]) -> Callable[P, Flow[T]]:
    """
    Return the bare flow behind a client's bound *method*: for other flows, and for tests.

    Raises:
        FlowError: If *method* was not made by :func:`flow`.
    """
    function = getattr(method, "__flow__", None)
    owner = getattr(method, "__self__", None)
    if function is None or owner is None:
        raise FlowError(operation=getattr(method, "__name__", "?"), why="@flow is not above it")
    return cast("Callable[P, Flow[T]]", functools.partial(function, owner))


@final
@attrs.frozen
class Finished(Generic[T]):
    """A flow has come to its end."""

    result: T


@final
class Drive(Generic[T]):
    """
    Takes a flow forward, step by step; whoever holds it sends the requests.

    Errors of reading become errors of the channel: it broke its contract. What a flow raises
    over a reply of another shape than it expects (``KeyError``, a value that refuses a field, ...)
    is such an error too; it says where, and holds nothing of the reply.
    """

    def __init__(self, flow: Flow[T], *, channel: ChannelId, operation: str) -> None:
        if not isinstance(flow, Generator):
            raise FlowError(
                operation=operation, why="it is no generator; it has to yield requests"
            )
        self._flow = flow
        self._channel = channel
        self._operation = operation
        self._requests = 0

    def advance(self, feed: Reply | EcomkitError | None) -> Request | Finished[T]:
        """
        Hand *feed* to the flow (None at the start) and return what it asks for next.

        Raises:
            FlowError: If the flow yields something else than a request.
            ChannelAnswerError: If the flow could not read a reply, or never ends.
        """
        token = _DRIVING.set(True)
        try:
            if isinstance(feed, EcomkitError):
                asked = self._flow.throw(feed)
            elif feed is None:
                asked = next(self._flow)
            else:
                asked = self._flow.send(feed)
        except StopIteration as stop:
            return Finished(stop.value)
        except UnreadableJsonError as error:
            why = error.reason
        except (RequestRefusedError, FlowError):
            raise
        except _MISREADINGS as error:
            # Errors of ours are among these: over a reply, a value refused what it says.
            if feed is None or (isinstance(error, EcomkitError) and not isinstance(feed, Reply)):
                raise
            why = _place_of(error)
        except EcomkitError:
            raise
        else:
            return self._checked(asked)
        finally:
            _DRIVING.reset(token)
        raise AnswerUnreadableError(
            channel=self._channel,
            operation=self._operation,
            why=why,
            facts=AnswerFacts(status=feed.status if isinstance(feed, Reply) else None),
        )

    def _checked(self, asked: object) -> Request:
        if not isinstance(asked, Request):
            self._flow.close()
            raise FlowError(operation=self._operation, why=f"it yielded a {type(asked).__name__}")
        self._requests += 1
        if self._requests > REQUESTS_MAX:
            self._flow.close()
            raise ChannelAnswerError(
                channel=self._channel,
                operation=self._operation,
                why=f"more than {REQUESTS_MAX:,} requests for one call",
            )
        return asked


# What reading a reply raises when it has another shape than the flow was written for.
_MISREADINGS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


def _place_of(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name} line {last.lineno}"


class Judge(Protocol):
    """What :func:`play` asks of a client: which replies are errors."""

    @property
    def channel(self) -> ChannelId:
        """The account's name."""
        ...

    def judged(self, request: Request, reply: Reply, *, operation: str) -> Reply:
        """Return *reply*, or raise the error that it means."""
        ...


@final
@attrs.frozen
class Played(Generic[T]):
    """How a flow went: what it returned, and what it asked for on the way."""

    result: T
    requests: tuple[Request, ...]


def play(client: Judge, flow: Flow[T], *, answers: Iterable[Reply | EcomkitError]) -> Played[T]:
    """
    Run *flow* on canned *answers*: no network, no time, no retries.

    Statuses become errors as they do in a session. An error among the answers comes up in the
    flow as it would after the last attempt.

    Raises:
        FlowError: If the flow asks for more than there are answers, or for less.
    """
    drive = Drive(flow, channel=client.channel, operation="play")
    waiting = iter(answers)
    requests: list[Request] = []
    feed: Reply | EcomkitError | None = None
    while True:
        asked = drive.advance(feed)
        if isinstance(asked, Finished):
            if next(waiting, None) is not None:
                raise FlowError(operation="play", why="it ended before the answers did")
            return Played(asked.result, tuple(requests))
        requests.append(asked)
        answer = next(waiting, None)
        if answer is None:
            raise FlowError(operation="play", why=f"there is no answer left for {asked!r}")
        feed = answer
        if isinstance(answer, Reply):
            try:
                feed = client.judged(asked, answer, operation=asked.operation or "play")
            except EcomkitError as error:
                feed = error
