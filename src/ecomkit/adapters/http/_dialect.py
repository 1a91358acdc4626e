"""How one system speaks HTTP: what a client tells the session about it, and can override."""

from __future__ import annotations

from typing import ClassVar

from ecomkit.adapters.http._auth import Credentials, StaticCredentials
from ecomkit.adapters.http._errors import AnswerFacts
from ecomkit.adapters.http._judgement import Fault, Verdict, fault_of_json, verdict_of_status
from ecomkit.adapters.http._kit import Kit
from ecomkit.adapters.http._limits import Limit, LimitKey, Scope, Told
from ecomkit.adapters.http._options import Options
from ecomkit.adapters.http._origin import Site
from ecomkit.adapters.http._outcomes import Answered, error_of
from ecomkit.adapters.http._redaction import clean_line, without_secrets
from ecomkit.adapters.http._reply import Reply
from ecomkit.adapters.http._request import Request
from ecomkit.adapters.http._waits import WaitHeader, told_wait
from ecomkit.identifiers import ChannelId
from ecomkit.ports import Secret

__all__ = ["Dialect"]

REQUEST_ID_LENGTH_MAX = 128

# What a hook that reads a reply raises over one that it was not written for.
MISREADINGS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


class Dialect:
    """
    How one system speaks HTTP.

    The class variables and the hooks below have sensible answers for a plain REST system;
    a client of another one overrides them. Hooks are pure, and what they raise over a strange
    reply counts as not understood.
    """

    system: ClassVar[str] = "http"
    """The system's name; with the account's it says whose allowance a call takes from."""

    key_header: ClassVar[str] = "Idempotency-Key"
    """The header that a request's key goes into."""

    request_id_headers: ClassVar[tuple[str, ...]] = (
        "x-request-id",
        "x-amzn-requestid",
        "request-id",
        "x-correlation-id",
    )
    """Where the system names the call, the first one found counts."""

    wait_headers: ClassVar[tuple[WaitHeader, ...]] = ()
    """The system's own headers that say how long to wait; they go before Retry-After."""

    limits: ClassVar[tuple[Limit, ...]] = ()
    """What the system allows, as far as its documents say."""

    def __init__(
        self,
        channel: ChannelId,
        *,
        site: Site,
        credentials: Credentials | None = None,
        options: Options | None = None,
        kit: Kit | None = None,
    ) -> None:
        self._channel = ChannelId(channel)
        self._site = site
        self._credentials = credentials or StaticCredentials()
        self._options = options or Options()
        self._kit = kit or Kit()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._channel)!r})"

    @property
    def channel(self) -> ChannelId:
        """The name of the account."""
        return self._channel

    @property
    def site(self) -> Site:
        """Where the account lives."""
        return self._site

    @property
    def credentials(self) -> Credentials:
        """What goes along with requests to the site."""
        return self._credentials

    @property
    def options(self) -> Options:
        """What requests without options of their own go by."""
        return self._options

    @property
    def kit(self) -> Kit:
        """What the session runs on."""
        return self._kit

    # -- hooks ------------------------------------------------------------------------------

    def verdict(self, request: Request, reply: Reply) -> Verdict:  # noqa: ARG002 (a hook)
        """Return what *reply* means: override for systems that hide errors in status 200."""
        return verdict_of_status(reply.status)

    def fault(self, reply: Reply) -> Fault:
        """Return the vendor's code and words for what went wrong."""
        return fault_of_json(reply)

    def limits_of(self, request: Request) -> tuple[Limit, ...]:  # noqa: ARG002 (a hook)
        """Return what *request* takes from: override where operations differ."""
        return self.limits

    def told(self, request: Request, reply: Reply) -> tuple[Told, ...]:  # noqa: ARG002 (a hook)
        """Return what *reply* says of the allowance."""
        return ()

    # -- what the sessions ask --------------------------------------------------------------

    def verdict_on(self, request: Request, reply: Reply) -> Verdict:
        """Return the verdict, where statuses that the request accepts are an answer."""
        if reply.status in request.accepted:
            return Verdict.ACCEPTED
        try:
            return self.verdict(request, reply)
        except MISREADINGS:
            # What should say more than the status cannot be read.
            found = verdict_of_status(reply.status)
            return Verdict.BROKEN if found is Verdict.ACCEPTED else found

    def told_by(self, request: Request, reply: Reply) -> tuple[Told, ...]:
        """Return what *reply* says of the allowance; nothing, if that makes no sense."""
        try:
            return self.told(request, reply)
        except MISREADINGS:
            return ()

    def limit_keys(self, request: Request, *, operation: str) -> tuple[LimitKey, ...]:
        """Return the buckets that *request* takes from."""
        return tuple(
            LimitKey(
                system=self.system,
                account=self._channel,
                limit=limit,
                operation=operation if limit.scope is Scope.OPERATION else None,
            )
            for limit in self.limits_of(request)
        )

    def facts(
        self, reply: Reply | None, *, attempts: int, secrets: tuple[Secret, ...] = ()
    ) -> AnswerFacts:
        """Return what an error may know of *reply*: printable, short, without secrets and people."""
        if reply is None:
            return AnswerFacts(attempts=attempts)
        try:
            fault = self.fault(reply)
        except MISREADINGS:
            fault = Fault()
        return AnswerFacts(
            attempts=attempts,
            status=reply.status,
            code=_clean(fault.code, secrets),
            request_id=self.request_id(reply, secrets=secrets),
            detail=_clean(fault.text, secrets),
        )

    def request_id(self, reply: Reply, *, secrets: tuple[Secret, ...] = ()) -> str | None:
        """Return the system's name for the call; None if it gave none that can be shown."""
        found = next(filter(None, map(reply.header, self.request_id_headers)), None)
        if found is None or len(found) > REQUEST_ID_LENGTH_MAX:
            return None
        if without_secrets(found, secrets) != found:
            return None
        return found if found.isascii() and found.isprintable() else None

    def judged(self, request: Request, reply: Reply, *, operation: str) -> Reply:
        """Return *reply*, or raise the error that it means: a session of one attempt."""
        error = error_of(
            Answered(reply=reply, verdict=self.verdict_on(request, reply)),
            channel=self.channel,
            operation=operation,
            facts=self.facts(reply, attempts=1),
            retry_after_seconds=int(
                told_wait(reply, now=self.kit.time.now(), vendor_headers=self.wait_headers) or 0
            ),
        )
        if error is not None:
            raise error
        return reply


def _clean(text: str | None, secrets: tuple[Secret, ...]) -> str | None:
    return None if text is None else clean_line(text, secrets=secrets) or None
