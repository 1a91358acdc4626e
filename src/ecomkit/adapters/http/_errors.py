"""
What can go wrong with a call, by what the caller can do.

.. code-block:: text

    TransientError (wait)
    ├── ChannelUnavailableError         it may or may not have been done
    │   ├── AnswerLostError             sent; the answer broke off or never came
    │   ├── SystemFaultError            the system says that it broke down
    │   └── NotSentError                it never left: nothing was done
    └── RateLimitedError
        └── ThrottledError              too many calls: nothing was done
    AttentionError (ask a person)
    ├── ChannelAuthError
    │   └── CredentialsRefusedError     renew them: nothing was done
    ├── PermissionDeniedError           the account may not do this: nothing was done
    ├── ConnectionBarredError           certificate or address is not to be trusted: nothing was done
    └── ChannelAnswerError
        └── AnswerUnreadableError       no answer that makes sense: it may or may not have been done
    InputError (mend the call; nothing was done)
    └── RequestRefusedError
        ├── NotFoundError
        └── ConflictError
"""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.channels import (
    ChannelAnswerError,
    ChannelAuthError,
    ChannelUnavailableError,
    RateLimitedError,
)
from ecomkit.errors import AttentionError, InputError
from ecomkit.identifiers import ChannelId

__all__ = [
    "AnswerFacts",
    "AnswerLostError",
    "AnswerUnreadableError",
    "ConflictError",
    "ConnectionBarredError",
    "CredentialsRefusedError",
    "NotFoundError",
    "NotSentError",
    "PermissionDeniedError",
    "RequestRefusedError",
    "SystemFaultError",
    "ThrottledError",
]


@final
@attrs.frozen(kw_only=True)
class AnswerFacts:
    """
    What an error knows of the answer, redacted.

    Args:
        attempts: How often the request was sent.
        status: The HTTP status; None if there was no answer.
        code: The vendor's code for the fault.
        request_id: Under which the vendor's support finds the call.
        detail: The vendor's words, without secrets and people.

    >>> print(AnswerFacts(attempts=1, status=404, code="no_order", request_id="r-1"))
    status 404, code no_order, request r-1
    """

    attempts: int = 0
    status: int | None = None
    code: str | None = None
    request_id: str | None = None
    detail: str | None = None

    def __str__(self) -> str:
        named = {
            "status": self.status,
            "code": self.code,
            "request": self.request_id,
            "attempts": self.attempts if self.attempts > 1 else None,
        }
        parts = [f"{name} {value}" for name, value in named.items() if value is not None]
        if self.detail is not None:
            parts.append(self.detail)
        return ", ".join(parts) or "no answer"


@attrs.frozen(kw_only=True)
class AnswerLostError(ChannelUnavailableError):
    """Raised when a request was sent and no whole answer came: it may have been done."""

    facts: AnswerFacts


@attrs.frozen(kw_only=True)
class NotSentError(ChannelUnavailableError):
    """
    Raised when a request never left: nothing was done.

    >>> error = NotSentError(
    ...     channel=ChannelId("etsy"), operation="pull", why="no connection", facts=AnswerFacts()
    ... )
    >>> print(error)
    etsy could not be reached (pull: no connection); nothing was sent, try again later
    """

    facts: AnswerFacts

    @property
    def message(self) -> str:
        """The channel, the operation and the reason."""
        return (
            f"{self.channel} could not be reached ({self.operation}: {self.why}); "
            "nothing was sent, try again later"
        )


@attrs.frozen(kw_only=True)
class SystemFaultError(ChannelUnavailableError):
    """
    Raised when the system says that it broke down: it may have been done.

    >>> error = SystemFaultError(
    ...     channel=ChannelId("etsy"), operation="push", why="", facts=AnswerFacts(status=503)
    ... )
    >>> print(error)
    etsy broke down (push: status 503); try again later
    """

    facts: AnswerFacts

    @property
    def message(self) -> str:
        """The channel, the operation and the facts."""
        return f"{self.channel} broke down ({self.operation}: {self.facts}); try again later"


@attrs.frozen(kw_only=True)
class ThrottledError(RateLimitedError):
    """Raised when there were too many calls, by the system's count or by ours: nothing was done."""

    facts: AnswerFacts


@attrs.frozen(kw_only=True)
class CredentialsRefusedError(ChannelAuthError):
    """Raised when the system does not accept our credentials: nothing was done."""

    facts: AnswerFacts

    @property
    def message(self) -> str:
        """The channel, the operation and the facts."""
        return (
            f"{self.channel} refused our credentials for {self.operation} ({self.facts}); "
            "renew them"
        )


@attrs.frozen(kw_only=True)
class PermissionDeniedError(AttentionError):
    """
    Raised when the account may not do what was asked: nothing was done.

    >>> print(PermissionDeniedError(channel=ChannelId("etsy"), operation="push", facts=AnswerFacts(status=403)))
    etsy does not allow push to this account (status 403); look at its scopes and its plan
    """

    channel: ChannelId
    operation: str
    facts: AnswerFacts

    @property
    def message(self) -> str:
        """The channel, the operation and the facts."""
        return (
            f"{self.channel} does not allow {self.operation} to this account ({self.facts}); "
            "look at its scopes and its plan"
        )


@attrs.frozen(kw_only=True)
class ConnectionBarredError(AttentionError):
    """
    Raised when a connection was not made since its other end is not to be trusted.

    >>> print(ConnectionBarredError(channel=ChannelId("etsy"), operation="pull", why="its certificate is not valid"))
    etsy was not called for pull: its certificate is not valid; look at its address
    """

    channel: ChannelId
    operation: str
    why: str

    @property
    def message(self) -> str:
        """The channel, the operation and the reason."""
        return (
            f"{self.channel} was not called for {self.operation}: {self.why}; look at its address"
        )


@attrs.frozen(kw_only=True)
class AnswerUnreadableError(ChannelAnswerError):
    """Raised when an answer makes no sense to us: what was asked may have been done."""

    facts: AnswerFacts

    @property
    def message(self) -> str:
        """The channel, the operation, what was wrong and the facts."""
        return (
            f"{self.channel} gave no answer that can be read ({self.operation}: {self.why}; "
            f"{self.facts}); look at the adapter"
        )


@attrs.frozen(kw_only=True)
class RequestRefusedError(InputError):
    """
    Raised when the system says that the request is wrong: nothing was done.

    >>> facts = AnswerFacts(status=422, code="invalid", detail="quantity is below zero")
    >>> print(RequestRefusedError(channel=ChannelId("etsy"), operation="push", facts=facts))
    etsy refused push: status 422, code invalid, quantity is below zero
    """

    channel: ChannelId
    operation: str
    facts: AnswerFacts

    @property
    def message(self) -> str:
        """The channel, the operation and the facts."""
        return f"{self.channel} refused {self.operation}: {self.facts}"


@attrs.frozen(kw_only=True)
class NotFoundError(RequestRefusedError):
    """Raised when the system has no such thing."""


@attrs.frozen(kw_only=True)
class ConflictError(RequestRefusedError):
    """Raised when the thing has changed since we looked, or exists already."""
