"""One request with all its attempts: everything about it that needs no network and no waiting."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import final
from urllib.parse import urlencode

import httpx

from ecomkit.adapters.http._bodies import ACCEPT_ENCODING
from ecomkit.adapters.http._credential import Credential, HeaderCredential
from ecomkit.adapters.http._dialect import Dialect
from ecomkit.adapters.http._events import CallEvent, is_heard, tell
from ecomkit.adapters.http._judgement import Verdict
from ecomkit.adapters.http._outcomes import Answered, Garbled, Held, Outcome, error_of
from ecomkit.adapters.http._reply import Reply
from ecomkit.adapters.http._request import Request, Signing
from ecomkit.adapters.http._retry import Again, RetryBudget, Stop, next_step
from ecomkit.adapters.http._signed import SignedCredentials, ToSign
from ecomkit.adapters.http._waits import WAIT_SECONDS_MAX
from ecomkit.ports import Secret

__all__ = ["Exchange"]

BLOCK_SECONDS_MAX = 900.0
"""So long an account waits at most before it asks again whether there are still too many calls."""

FIRST_HEADERS = (
    ("accept", "application/json"),
    ("accept-encoding", ACCEPT_ENCODING),
    ("user-agent", "ecomkit"),
)


class _QuietURL(httpx.URL):
    """An address that prints without its query: httpx logs it, tracers put it into spans."""

    def __str__(self) -> str:
        whole = super().__str__()
        path, mark, _ = whole.partition("?")
        return f"{path}?***" if mark else path

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


@final
class Exchange:
    """
    One request on its way: its address, its attempts, its deadline and what to do next.

    Both sessions drive it: :meth:`hold` before each attempt, :meth:`message` to send,
    :meth:`ended` after it, and :meth:`result` once there are no more.
    """

    def __init__(
        self,
        dialect: Dialect,
        request: Request,
        *,
        operation: str,
        budget: RetryBudget,
        ends_at: float = math.inf,
    ) -> None:
        self.request = request
        self.options = request.options or dialect.options
        self.operation = request.operation or operation
        self.again: Again | None = None
        self.renewed = False
        self._dialect = dialect
        self._time = dialect.kit.time
        self._budget = budget
        self._address = dialect.site.address(request.target, query=urlencode(request.query))
        self._keys = dialect.limit_keys(request, operation=self.operation)
        self._attempts = 0
        self._secrets: tuple[Secret, ...] = ()
        self._stop = Stop(wait_seconds=None)
        self.started_at = self._time.monotonic()
        self.ends_at = min(ends_at, self.started_at + self.options.deadline_seconds)
        budget.pay_in()

    @property
    def wants_account(self) -> bool:
        """Whether the account's credentials go along: only home, and only if asked for."""
        return self._address.at_home and self.request.signing is Signing.ACCOUNT

    def signed(self, source: SignedCredentials) -> tuple[Credential, ...]:
        """Return the credentials that *source* makes for the next attempt."""
        return tuple(
            source.sign(
                ToSign(
                    method=self.request.method.value,
                    url=str(self._address.url),
                    at=self._time.now(),
                    nonce=self._dialect.kit.nonce(),
                )
            )
        )

    def left_seconds(self) -> float:
        """Return the time until the deadline."""
        return self.ends_at - self._time.monotonic()

    def hold(self) -> float | Held:
        """Take from the allowance and return 0, or how long to wait, or that it is too long."""
        self.again = None
        wait = self._dialect.kit.limiter.take(
            self._keys, cost=self.options.cost, now=self._time.monotonic()
        )
        if wait and wait >= self.left_seconds():
            return Held(wait_seconds=wait)
        return wait

    def message(self, account: Iterable[Credential]) -> httpx.Request:
        """Return what goes over the wire, with the *account*'s credentials if they may go along."""
        headers = [*FIRST_HEADERS, *self.request.headers]
        secret_fields: list[tuple[str, str]] = []
        secrets: list[Secret] = []
        for item in (*self.request.credentials, *account):
            secrets.append(item.value)
            if isinstance(item, HeaderCredential):
                headers.append((item.name, item.value.reveal()))
            else:
                secret_fields.append((item.name, item.value.reveal()))
        if self.request.key is not None:
            headers.append((self._dialect.key_header, self.request.key))
        self._secrets = tuple(_with_parts(secrets))
        names = {name.lower() for name, _ in self.request.headers}
        chosen = [
            pair
            for place, pair in enumerate(headers)
            if place >= len(FIRST_HEADERS) or pair[0] not in names
        ]
        url = self._address.url
        if secret_fields:
            query = urlencode(secret_fields)
            url = httpx.URL(f"{url}{'&' if url.query else '?'}{query}")
        left = max(self.left_seconds(), 0.001)
        connect = min(self.options.connect_seconds, left)
        read = min(self.options.read_seconds, left)
        message = httpx.Request(
            self.request.method.value,
            url,
            headers=chosen,
            content=self.request.body or None,
            extensions={
                "timeout": {"connect": connect, "read": read, "write": read, "pool": connect}
            },
        )
        message.url = _QuietURL(url)
        return message

    def answered(self, reply: Reply) -> Answered:
        """Return *reply*, judged."""
        return Answered(reply=reply, verdict=self._dialect.verdict_on(self.request, reply))

    def should_renew(self, outcome: Outcome) -> bool:
        """Whether new credentials may help; once, since refused ones mean that nothing was done."""
        if self.renewed or not isinstance(outcome, Answered):
            return False
        self.renewed = outcome.verdict is Verdict.UNAUTHORISED and self.wants_account
        return self.renewed

    def ended(self, outcome: Outcome, *, elapsed_seconds: float) -> None:
        """Take one attempt's *outcome* down, learn from it, and decide about the next one."""
        kit = self._dialect.kit
        now = self._time.monotonic()
        self._attempts += not isinstance(outcome, Held)
        reply = outcome.reply if isinstance(outcome, Answered) else None
        if reply is not None and self._keys:
            kit.limiter.learn(self._keys, self._dialect.told_by(self.request, reply), now=now)
        if not (isinstance(outcome, Answered) and outcome.verdict is Verdict.ACCEPTED):
            self._plan(outcome, now)
        self._tell(outcome, reply, elapsed_seconds)

    def _plan(self, outcome: Outcome, now: float) -> None:
        """Decide whether there is another attempt, and when."""
        kit = self._dialect.kit
        step = next_step(
            outcome,
            repeat=self.request.promise,
            attempt=self._attempts,
            left_seconds=self.left_seconds(),
            refill_seconds=kit.limiter.wait(self._keys, cost=self.options.cost, now=now),
            now=self._time.now(),
            vendor_headers=self._dialect.wait_headers,
            draw=kit.draw,
            backoff=kit.backoff,
        )
        if (
            isinstance(outcome, Answered)
            and outcome.verdict is Verdict.THROTTLED
            and step.wait_seconds is not None
        ):
            # The others that call in this account's name wait too, or they all storm on; but no
            # slip of a system keeps an account from calling for a day.
            wait = min(step.wait_seconds, BLOCK_SECONDS_MAX)
            kit.limiter.block(self._keys, until=now + wait)
        if isinstance(step, Again):
            if self._attempts < self.options.attempts_max and self._budget.take():
                self.again = step
            else:
                step = Stop(wait_seconds=step.wait_seconds)
        if isinstance(step, Stop):
            self._stop = step

    def _tell(self, outcome: Outcome, reply: Reply | None, elapsed_seconds: float) -> None:
        observer = self._dialect.kit.observe
        if not is_heard(observer):
            return
        tell(
            CallEvent(
                channel=self._dialect.channel,
                operation=self.operation,
                method=self.request.method.value,
                host=self._address.url.host,
                attempt=self._attempts,
                outcome=type(outcome).__name__,
                status=outcome.status
                if isinstance(outcome, Garbled)
                else getattr(reply, "status", None),
                request_id=None
                if reply is None
                else self._dialect.request_id(reply, secrets=self._secrets),
                elapsed_seconds=elapsed_seconds,
                wait_seconds=None if self.again is None else self.again.wait_seconds,
            ),
            observer,
        )

    def result(self, outcome: Outcome) -> Reply:
        """
        Return the reply that *outcome* holds, or raise what it means.

        Nothing of an HTTP library is in the error's causes: their frames hold what was sent.
        """
        if isinstance(outcome, Answered) and outcome.verdict is Verdict.ACCEPTED:
            return outcome.reply
        facts = self._dialect.facts(
            outcome.reply if isinstance(outcome, Answered) else None,
            attempts=self._attempts,
            secrets=self._secrets,
        )
        error = error_of(
            outcome,
            channel=self._dialect.channel,
            operation=self.operation,
            facts=facts,
            retry_after_seconds=min(math.ceil(self._stop.wait_seconds or 0), WAIT_SECONDS_MAX),
        )
        assert error is not None
        raise error


def _with_parts(secrets: Iterable[Secret]) -> Iterable[Secret]:
    """Yield *secrets*, and what stands behind a scheme such as Bearer: an echo may leave it out."""
    for secret in secrets:
        yield secret
        _, blank, rest = secret.reveal().partition(" ")
        if blank and rest:
            yield Secret(rest)
