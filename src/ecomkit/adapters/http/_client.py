"""The base of a channel client: flows in, methods of its roles out."""

from __future__ import annotations

import copy
import functools
import inspect
import math
import types
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, Self, TypeVar, cast

import attrs

from ecomkit.adapters.http._async_session import AsyncSession
from ecomkit.adapters.http._auth import Credentials
from ecomkit.adapters.http._dialect import Dialect
from ecomkit.adapters.http._flow import Flow, FlowError
from ecomkit.adapters.http._kit import Kit
from ecomkit.adapters.http._options import Options
from ecomkit.adapters.http._origin import Site
from ecomkit.adapters.http._reply import Reply
from ecomkit.adapters.http._request import Request
from ecomkit.adapters.http._session import Session
from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId

__all__ = ["AsyncChannelClient", "ChannelClient", "RoleError", "awaiting", "immediate"]

P = ParamSpec("P")
T = TypeVar("T")


@attrs.frozen(kw_only=True)
class RoleError(InputError):
    """
    Raised when a client says that it plays a role and does not.

    >>> print(RoleError(client="Corner", role="OrderSource", member="order", why="it is not there"))
    Corner is no OrderSource yet: order: it is not there
    """

    client: str
    role: str
    member: str
    why: str

    @property
    def message(self) -> str:
        """The client, the role, and what is missing."""
        return f"{self.client} is no {self.role} yet: {self.member}: {self.why}"


class ChannelClient(Dialect):
    """
    The base of a channel client: a class with a flow for each method of its roles.

    Each flow carries :func:`flow` above it, which makes it a blocking method of the same
    arguments and the result that the flow returns. The class statement names the roles, and
    fails if one of their methods is not there. Threads may share a client.

    Args:
        channel: The name of the account.
        site: Where it lives, and which other hosts may be called.
        credentials: What goes along with requests to the site; nothing unless given.
        options: For requests without options of their own.
        kit: What the session runs on; the network and the machine's time unless given.
    """

    roles: ClassVar[tuple[type, ...]] = ()
    """The roles that the client plays."""

    def __init_subclass__(cls, *, roles: tuple[type, ...] = (), **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.roles = tuple(dict.fromkeys((*cls.roles, *roles)))
        for role, name in _members(cls.roles):
            found = inspect.getattr_static(cls, name, None)
            why = "it is not there" if found is None else None
            if inspect.isgeneratorfunction(found):
                why = "it is a bare flow; write @flow above it"
            if why is not None:
                raise RoleError(client=cls.__name__, role=role.__name__, member=name, why=why)

    def __init__(
        self,
        channel: ChannelId,
        *,
        site: Site,
        credentials: Credentials | None = None,
        options: Options | None = None,
        kit: Kit | None = None,
    ) -> None:
        super().__init__(channel, site=site, credentials=credentials, options=options, kit=kit)
        self._session = Session(self)
        self._run_seconds: float | None = None

    def run(self, flow: Flow[T], *, operation: str = "run") -> T:
        """
        Drive *flow* to its end and return its result.

        Raises:
            EcomkitError: Whatever a request of it meant and the flow did not catch.
        """
        return self._session.run(flow, operation=operation, dialect=self, ends_at=self.ends_at())

    def send(self, request: Request) -> Reply:
        """Send one request with all that a session does, and return the raw reply."""
        return self._session.send(request, operation="send", dialect=self, ends_at=self.ends_at())

    def with_options(self, options: Options, *, run_seconds: float | None = None) -> Self:
        """
        Return this client with other options: the same account, connections and allowance.

        *run_seconds* limits each call of a method with all its requests; None for no limit
        besides that of each request.
        """
        twin = copy.copy(self)
        twin._options = options  # noqa: SLF001 (of this class, only not of this object)
        twin._run_seconds = run_seconds  # noqa: SLF001 (as above)
        return twin

    def ends_at(self) -> float:
        """Return when a call that starts now has to end, on the kit's steady seconds."""
        if self._run_seconds is None:
            return math.inf
        return self.kit.time.monotonic() + self._run_seconds

    def close(self) -> None:
        """Close all connections; the next request opens new ones."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


C = TypeVar("C", bound=ChannelClient)


class AsyncChannelClient(Generic[C]):
    """
    The asyncio twin of a client: its flows, awaited.

    It is made beside a blocking client and shares the account's credentials and allowance. It
    belongs to the event loop that it is first used in.

    .. code-block:: python

        class AsyncCorner(AsyncChannelClient[Corner], roles=(AsyncOrderSource,)):
            orders_after = awaiting(Corner.orders_after)
            order = awaiting(Corner.order)

        async with AsyncCorner(Corner(...)) as corner:
            page = await corner.orders_after(None, page_size=50)

    Args:
        client: The blocking client beside it, which may be used as well.
    """

    roles: ClassVar[tuple[type, ...]] = ()
    """The roles that the client plays."""

    def __init_subclass__(cls, *, roles: tuple[type, ...] = (), **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.roles = tuple(dict.fromkeys((*cls.roles, *roles)))
        for role, name in _members(cls.roles):
            if inspect.getattr_static(cls, name, None) is None:
                raise RoleError(
                    client=cls.__name__, role=role.__name__, member=name, why="it is not there"
                )

    def __init__(self, client: C) -> None:
        self.client = client
        self._session = AsyncSession(client)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.channel)!r})"

    @property
    def channel(self) -> ChannelId:
        """The name of the account."""
        return self.client.channel

    async def run(self, flow: Flow[T], *, operation: str = "run") -> T:
        """Drive *flow* to its end and return its result."""
        return await self._session.run(
            flow, operation=operation, dialect=self.client, ends_at=self.client.ends_at()
        )

    async def send(self, request: Request) -> Reply:
        """Send one request with all that a session does, and return the raw reply."""
        return await self._session.send(
            request, operation="send", dialect=self.client, ends_at=self.client.ends_at()
        )

    def with_options(self, options: Options, *, run_seconds: float | None = None) -> Self:
        """Return this client with other options: the same account, connections and allowance."""
        twin = copy.copy(self)
        twin.client = self.client.with_options(options, run_seconds=run_seconds)
        return twin

    async def close(self) -> None:
        """Close all connections that are not in use."""
        await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


def awaiting(
    method: Callable[Concatenate[C, P], T],
) -> Callable[Concatenate[AsyncChannelClient[Any], P], types.CoroutineType[Any, Any, T]]:
    """
    Return the awaited twin of a blocking client's *method*, for the body of an async client.

    Raises:
        FlowError: If *method* was not made by :func:`flow`.
    """
    function = getattr(method, "__flow__", None)
    if function is None:
        raise FlowError(operation=getattr(method, "__name__", "?"), why="@flow is not above it")

    async def waiting(self: AsyncChannelClient[C], /, *args: P.args, **kwargs: P.kwargs) -> T:
        made: Flow[T] = function(self.client, *args, **kwargs)
        return await self.run(made, operation=function.__name__)

    functools.update_wrapper(waiting, function)
    # What an `async def` makes is this very type, which the type checkers name differently. Of
    # any client: the method may stand in a base class of the one that is awaited.
    return cast(
        "Callable[Concatenate[AsyncChannelClient[Any], P], types.CoroutineType[Any, Any, T]]",
        waiting,
    )


def immediate(
    method: Callable[Concatenate[C, P], T],
) -> Callable[Concatenate[AsyncChannelClient[Any], P], types.CoroutineType[Any, Any, T]]:
    """
    Return the awaited twin of a method that calls nobody, such as one that checks a signature.

    Raises:
        FlowError: If *method* was made by :func:`flow`, whose twin is :func:`awaiting`.
    """
    if hasattr(method, "__flow__"):
        raise FlowError(operation=method.__name__, why="it calls the system; write awaiting(...)")

    @functools.wraps(method)
    async def at_once(self: AsyncChannelClient[C], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return method(self.client, *args, **kwargs)

    return cast(  # as in awaiting
        "Callable[Concatenate[AsyncChannelClient[Any], P], types.CoroutineType[Any, Any, T]]",
        at_once,
    )


def _members(roles: tuple[type, ...]) -> Iterator[tuple[type, str]]:
    """Yield what each role asks for, by name."""
    for role in roles:
        for kind in role.__mro__:
            if getattr(kind, "_is_protocol", False):
                for name in vars(kind):
                    if not name.startswith("_"):
                        yield role, name
