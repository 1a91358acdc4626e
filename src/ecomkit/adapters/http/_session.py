"""The blocking session: sends requests, waits, renews credentials, and drives flows."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from time import monotonic
from typing import TypeVar, final

import httpx
import tenacity

from ecomkit.adapters.http._auth import RenewedCredentials, StaticCredentials
from ecomkit.adapters.http._bodies import Inflater
from ecomkit.adapters.http._credential import Credential
from ecomkit.adapters.http._dialect import Dialect
from ecomkit.adapters.http._exchange import Exchange
from ecomkit.adapters.http._flow import Drive, Finished, Flow
from ecomkit.adapters.http._network import READS_END, blocking_transport
from ecomkit.adapters.http._outcomes import Held, Lost, Outcome, Unsent
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

__all__ = ["Session"]

T = TypeVar("T")


@final
class Session:
    """Sends the requests of one account; threads may share it."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._budget = RetryBudget()
        self._lock = threading.Lock()
        self._transport: httpx.BaseTransport | None = None

    def close(self) -> None:
        """Close all connections; the next request opens new ones."""
        with self._lock:
            transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _network(self) -> httpx.BaseTransport:
        transport = self._transport
        if transport is None:
            with self._lock:
                if self._transport is None:
                    given = given_transport(self._dialect.kit.transport, httpx.BaseTransport)
                    self._transport = given or blocking_transport(reach=self._dialect.site.reach)
                transport = self._transport
        return transport

    def run(
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
                feed = self.send(asked, operation=operation, dialect=dialect, ends_at=ends_at)
            except EcomkitError as error:
                feed = error

    def send(
        self, request: Request, *, operation: str, dialect: Dialect, ends_at: float = math.inf
    ) -> Reply:
        """Send *request*, as often as is safe and needed, and return the reply to it."""
        exchange = Exchange(
            dialect, request, operation=operation, budget=self._budget, ends_at=ends_at
        )
        outcome: Outcome = tenacity.Retrying(
            sleep=dialect.kit.time.sleep,
            stop=tenacity.stop_after_attempt(exchange.options.attempts_max),
            retry=lambda _: exchange.again is not None,
            wait=lambda _: exchange.again.wait_seconds if exchange.again else 0,
            retry_error_callback=last_outcome,
        )(self._attempt, exchange)
        return exchange.result(outcome)

    def _attempt(self, exchange: Exchange) -> Outcome:
        time = self._dialect.kit.time
        held = self._hold(exchange)
        started_at = time.monotonic()
        if held is not None:
            exchange.ended(held, elapsed_seconds=0.0)
            return held
        items, tokens = self._account(exchange, refused=None)
        outcome = self._transmit(exchange, items)
        if tokens is not None and exchange.should_renew(outcome):
            items, _ = self._account(exchange, refused=tokens)
            outcome = self._hold(exchange) or self._transmit(exchange, items)
        exchange.ended(outcome, elapsed_seconds=time.monotonic() - started_at)
        return outcome

    def _hold(self, exchange: Exchange) -> Held | None:
        """Wait until the allowance lets the request through."""
        while True:
            wait = exchange.hold()
            if isinstance(wait, Held):
                return wait
            if not wait:
                return None
            self._dialect.kit.time.sleep(wait)

    def _account(
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
            tokens = self._renew(source, refused=refused, ends_at=exchange.ends_at)
        return source.items(tokens), tokens

    def _renew(
        self, source: RenewedCredentials, *, refused: Tokens | None, ends_at: float
    ) -> Tokens:
        with source.store.lock(source.account):
            tokens = source.unsaved or source.store.load(source.account)
            now = self._dialect.kit.time.now()
            # Another worker may have renewed them while we waited for the lock.
            if tokens is None or not source.is_usable(tokens, now=now, refused=refused):
                tokens = self.run(
                    source.renew(tokens, now),
                    operation="renew credentials",
                    dialect=self._dialect,
                    ends_at=ends_at,
                )
                source.unsaved = tokens
            if source.unsaved is not None:
                source.store.save(source.account, tokens)
            source.saved(tokens)
        return tokens

    def _transmit(self, exchange: Exchange, account: Iterable[Credential]) -> Outcome:
        time = self._dialect.kit.time
        started_at = time.monotonic()
        left = exchange.left_seconds()
        if left <= 0:
            return Unsent(why="no time was left")
        token = READS_END.set(monotonic() + left)
        status: int | None = None
        try:
            # A transport, and no client of httpx: redirects, cookies and the environment are
            # what we want none of, and looking after them costs a fifth of each call.
            response = self._network().handle_request(exchange.message(account))
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
                    assert isinstance(response.stream, httpx.SyncByteStream)
                    for place, chunk in enumerate(response.stream):
                        # A whole reply that came late is taken all the same.
                        if place and exchange.left_seconds() <= 0:
                            return Lost(why="no answer in time")
                        body.feed(chunk)
                reply = Reply(
                    status=response.status_code,
                    headers=response.headers.multi_items(),
                    body=body.end(),
                    elapsed_seconds=time.monotonic() - started_at,
                )
            finally:
                response.close()
        except WIRE_ERRORS as error:
            return outcome_of_error(error, status=status)
        finally:
            READS_END.reset(token)
        return exchange.answered(reply)
