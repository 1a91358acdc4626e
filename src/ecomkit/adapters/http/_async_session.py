"""
The asyncio session: the same exchange and the same flows, awaited.

One connection pool shared by many tasks spends most of its time looking over all its connections
for each request; so each call takes a lane of its own, a transport with one connection.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar, final

import httpx
import tenacity

from ecomkit.adapters.http._auth import RenewedCredentials, StaticCredentials
from ecomkit.adapters.http._bodies import Inflater
from ecomkit.adapters.http._credential import Credential
from ecomkit.adapters.http._dialect import Dialect
from ecomkit.adapters.http._exchange import Exchange
from ecomkit.adapters.http._flow import Drive, Finished, Flow
from ecomkit.adapters.http._network import async_transport
from ecomkit.adapters.http._outcomes import Held, Outcome, Unsent
from ecomkit.adapters.http._reply import Reply
from ecomkit.adapters.http._request import Method, Request
from ecomkit.adapters.http._retry import RetryBudget
from ecomkit.adapters.http._signed import SignedCredentials
from ecomkit.adapters.http._wire import (
    WIRE_ERRORS,
    given_transport,
    last_outcome,
    outcome_of_error,
    read_before,
)
from ecomkit.errors import EcomkitError
from ecomkit.ports import Tokens

__all__ = ["AsyncSession"]

T = TypeVar("T")

LANES_MAX = 16


@final
class AsyncSession:
    """Sends the requests of one account; the tasks of one event loop may share it."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._budget = RetryBudget()
        self._lanes: list[httpx.AsyncBaseTransport] = []
        self._places = asyncio.Semaphore(LANES_MAX)
        self._renewing = asyncio.Lock()

    async def close(self) -> None:
        """Close all connections that are not in use."""
        while self._lanes:
            await self._lanes.pop().aclose()

    @asynccontextmanager
    async def _lane(self) -> AsyncIterator[httpx.AsyncBaseTransport]:
        async with self._places:
            lane = self._lanes.pop() if self._lanes else self._new_lane()
            try:
                yield lane
            finally:
                self._lanes.append(lane)

    def _new_lane(self) -> httpx.AsyncBaseTransport:
        given = given_transport(self._dialect.kit.transport, httpx.AsyncBaseTransport)
        return given or async_transport(reach=self._dialect.site.reach)

    async def run(
        self, flow: Flow[T], *, operation: str, dialect: Dialect, ends_at: float = math.inf
    ) -> T:
        """Drive *flow* to its end and return its result."""
        drive = Drive(flow, channel=dialect.channel, operation=operation)
        feed: Reply | EcomkitError | None = None
        while True:
            asked = drive.advance(feed)
            if isinstance(asked, Finished):
                return asked.result
            try:
                feed = await self.send(
                    asked, operation=operation, dialect=dialect, ends_at=ends_at
                )
            except EcomkitError as error:
                feed = error

    async def send(
        self, request: Request, *, operation: str, dialect: Dialect, ends_at: float = math.inf
    ) -> Reply:
        """Send *request*, as often as is safe and needed, and return the reply to it."""
        exchange = Exchange(
            dialect, request, operation=operation, budget=self._budget, ends_at=ends_at
        )
        outcome: Outcome = await tenacity.AsyncRetrying(
            sleep=dialect.kit.time.pause,
            stop=tenacity.stop_after_attempt(exchange.options.attempts_max),
            retry=lambda _: exchange.again is not None,
            wait=lambda _: exchange.again.wait_seconds if exchange.again else 0,
            retry_error_callback=last_outcome,
        )(self._attempt, exchange)
        return exchange.result(outcome)

    async def _attempt(self, exchange: Exchange) -> Outcome:
        time = self._dialect.kit.time
        held = await self._hold(exchange)
        started_at = time.monotonic()
        if held is not None:
            exchange.ended(held, elapsed_seconds=0.0)
            return held
        items, tokens = await self._account(exchange, refused=None)
        outcome = await self._transmit(exchange, items)
        if tokens is not None and exchange.should_renew(outcome):
            items, _ = await self._account(exchange, refused=tokens)
            outcome = await self._hold(exchange) or await self._transmit(exchange, items)
        exchange.ended(outcome, elapsed_seconds=time.monotonic() - started_at)
        return outcome

    async def _hold(self, exchange: Exchange) -> Held | None:
        """Wait until the allowance lets the request through."""
        while True:
            wait = exchange.hold()
            if isinstance(wait, Held):
                return wait
            if not wait:
                return None
            await self._dialect.kit.time.pause(wait)

    async def _account(
        self, exchange: Exchange, *, refused: Tokens | None
    ) -> tuple[Iterable[Credential], Tokens | None]:
        """Return the account's credentials for a request, and the tokens they were made of."""
        source = self._dialect.credentials
        if not exchange.wants_account:
            return (), None
        if isinstance(source, StaticCredentials):
            return source.items, None
        if isinstance(source, SignedCredentials):
            return exchange.signed(source), None
        now = self._dialect.kit.time.now()
        tokens = source.current(now=now, refused=refused)
        if tokens is None:
            tokens = await self._renew(source, refused=refused, ends_at=exchange.ends_at)
        return source.items(tokens), tokens

    async def _renew(
        self, source: RenewedCredentials, *, refused: Tokens | None, ends_at: float
    ) -> Tokens:
        # One task of ours queues at the store's lock, the others here.
        async with self._renewing:
            now = self._dialect.kit.time.now()
            tokens = source.current(now=now, refused=refused)
            if tokens is None:
                # Not to be cancelled half way: the old refresh token may be used up by then.
                task = asyncio.ensure_future(
                    self._renew_alone(source, refused=refused, ends_at=ends_at)
                )
                try:
                    tokens = await asyncio.shield(task)
                except asyncio.CancelledError:
                    await asyncio.wait([task])
                    if not task.cancelled():
                        task.exception()  # looked at: whoever lost patience hears no more of it
                    raise
        return tokens

    async def _renew_alone(
        self, source: RenewedCredentials, *, refused: Tokens | None, ends_at: float
    ) -> Tokens:
        loop = asyncio.get_running_loop()
        store, account = source.store, source.account
        # A thread of its own: in a shared pool those who wait for the lock could take all
        # threads, and the one who holds it would wait for ever for one to save in.
        with ThreadPoolExecutor(1, thread_name_prefix="ecomkit-tokens") as thread:
            lock = store.lock(account)
            await loop.run_in_executor(thread, lock.__enter__)
            try:
                tokens = source.unsaved or await loop.run_in_executor(thread, store.load, account)
                now = self._dialect.kit.time.now()
                # Another worker may have renewed them while we waited for the lock.
                if tokens is None or not source.is_usable(tokens, now=now, refused=refused):
                    tokens = await self.run(
                        source.renew(tokens, now),
                        operation="renew credentials",
                        dialect=self._dialect,
                        ends_at=ends_at,
                    )
                    source.unsaved = tokens
                if source.unsaved is not None:
                    await loop.run_in_executor(thread, store.save, account, tokens)
                source.saved(tokens)
            finally:
                await loop.run_in_executor(thread, lock.__exit__, None, None, None)
        return tokens

    async def _transmit(self, exchange: Exchange, account: Iterable[Credential]) -> Outcome:
        time = self._dialect.kit.time
        started_at = time.monotonic()
        left = exchange.left_seconds()
        if left <= 0:
            return Unsent(why="no time was left")
        status: int | None = None
        started = False
        try:
            async with asyncio.timeout(left), self._lane() as lane:
                started = True
                response = await lane.handle_async_request(exchange.message(account))
                try:
                    status = response.status_code
                    whole = read_before(response)
                    encoding = response.headers.get("content-encoding") if whole is None else None
                    body = Inflater(encoding, options=exchange.options)
                    if whole is not None:
                        body.feed(whole)
                    else:
                        if exchange.request.method is not Method.HEAD:
                            body.expect(response.headers.get("content-length"))
                        # The bare stream: httpx would unpack it, and refuses to give one twice.
                        assert isinstance(response.stream, httpx.AsyncByteStream)
                        async for chunk in response.stream:
                            body.feed(chunk)
                    reply = Reply(
                        status=response.status_code,
                        headers=response.headers.multi_items(),
                        body=body.end(),
                        elapsed_seconds=time.monotonic() - started_at,
                    )
                finally:
                    await response.aclose()
        except WIRE_ERRORS as error:
            if not started:
                return Unsent(why="no free connection in time")
            return outcome_of_error(error, status=status)
        return exchange.answered(reply)
