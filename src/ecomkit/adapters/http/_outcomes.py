"""How one attempt to send a request ended, as a value; no exception of a library goes further."""

from __future__ import annotations

from typing import TypeAlias, assert_never, final

import attrs

from ecomkit.adapters.http._errors import (
    AnswerFacts,
    AnswerLostError,
    AnswerUnreadableError,
    ConflictError,
    ConnectionBarredError,
    CredentialsRefusedError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    RequestRefusedError,
    SystemFaultError,
    ThrottledError,
)
from ecomkit.adapters.http._judgement import Verdict
from ecomkit.adapters.http._reply import Reply
from ecomkit.errors import EcomkitError
from ecomkit.identifiers import ChannelId

__all__ = ["Answered", "Barred", "Garbled", "Held", "Lost", "Outcome", "Unsent", "error_of"]


@final
@attrs.frozen(kw_only=True)
class Answered:
    """A whole reply came, and was judged."""

    reply: Reply
    verdict: Verdict


@final
@attrs.frozen(kw_only=True)
class Unsent:
    """The request surely never left."""

    why: str


@final
@attrs.frozen(kw_only=True)
class Lost:
    """The request was sent, at least in part, and no whole reply came."""

    why: str


@final
@attrs.frozen(kw_only=True)
class Garbled:
    """A reply came that we do not take: too large, or packed in a way that we did not offer."""

    why: str
    status: int


@final
@attrs.frozen(kw_only=True)
class Barred:
    """The other end is not to be trusted; nothing was sent."""

    why: str


@final
@attrs.frozen(kw_only=True)
class Held:
    """Our own allowance would have us wait for longer than there is time; nothing was sent."""

    wait_seconds: float


Outcome: TypeAlias = Answered | Unsent | Lost | Garbled | Barred | Held


def error_of(
    outcome: Outcome,
    *,
    channel: ChannelId,
    operation: str,
    facts: AnswerFacts,
    retry_after_seconds: int,
) -> EcomkitError | None:
    """Return what to raise for *outcome*, None if the reply is what was asked for."""
    match outcome:
        case Unsent(why=why):
            return NotSentError(channel=channel, operation=operation, why=why, facts=facts)
        case Lost(why=why):
            return AnswerLostError(channel=channel, operation=operation, why=why, facts=facts)
        case Garbled(why=why):
            return AnswerUnreadableError(
                channel=channel, operation=operation, why=why, facts=facts
            )
        case Barred(why=why):
            return ConnectionBarredError(channel=channel, operation=operation, why=why)
        case Held():
            return ThrottledError(
                channel=channel,
                operation=operation,
                retry_after_seconds=retry_after_seconds,
                facts=facts,
            )
        case Answered(verdict=verdict):
            return _error_of_verdict(
                verdict,
                channel=channel,
                operation=operation,
                facts=facts,
                retry_after_seconds=retry_after_seconds,
            )
        case _:
            assert_never(outcome)


def _error_of_verdict(
    verdict: Verdict,
    *,
    channel: ChannelId,
    operation: str,
    facts: AnswerFacts,
    retry_after_seconds: int,
) -> EcomkitError | None:
    match verdict:
        case Verdict.ACCEPTED:
            return None
        case Verdict.THROTTLED:
            return ThrottledError(
                channel=channel,
                operation=operation,
                retry_after_seconds=retry_after_seconds,
                facts=facts,
            )
        case Verdict.FAULT:
            return SystemFaultError(
                channel=channel, operation=operation, why=verdict.value, facts=facts
            )
        case Verdict.UNAUTHORISED:
            return CredentialsRefusedError(channel=channel, operation=operation, facts=facts)
        case Verdict.FORBIDDEN:
            return PermissionDeniedError(channel=channel, operation=operation, facts=facts)
        case Verdict.MISSING:
            return NotFoundError(channel=channel, operation=operation, facts=facts)
        case Verdict.CONFLICT:
            return ConflictError(channel=channel, operation=operation, facts=facts)
        case Verdict.REFUSED:
            return RequestRefusedError(channel=channel, operation=operation, facts=facts)
        case Verdict.BROKEN:
            return AnswerUnreadableError(
                channel=channel, operation=operation, why="no answer that we know", facts=facts
            )
        case _:
            assert_never(verdict)
