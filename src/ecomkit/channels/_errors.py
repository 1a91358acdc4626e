"""What can go wrong at a channel, by what the caller can do."""

from __future__ import annotations

import attrs

from ecomkit.errors import AttentionError, TransientError
from ecomkit.identifiers import ChannelId

__all__ = ["ChannelAnswerError", "ChannelAuthError", "ChannelUnavailableError", "RateLimitedError"]


@attrs.frozen(kw_only=True)
class ChannelUnavailableError(TransientError):
    """
    Raised when a channel did not answer: what was sent may or may not have taken effect.

    >>> print(ChannelUnavailableError(channel=ChannelId("etsy"), operation="push stock", why="timeout"))
    etsy did not answer (push stock: timeout); try again later
    """

    channel: ChannelId
    operation: str
    why: str

    @property
    def message(self) -> str:
        """The channel, the operation and the reason."""
        return f"{self.channel} did not answer ({self.operation}: {self.why}); try again later"


@attrs.frozen(kw_only=True)
class RateLimitedError(TransientError):
    """
    Raised when a channel refused a call since there were too many: nothing took effect.

    >>> error = RateLimitedError(channel=ChannelId("etsy"), operation="pull orders", retry_after_seconds=30)
    >>> print(error)
    etsy allows no more calls for pull orders; try again in 30 s
    """

    channel: ChannelId
    operation: str
    retry_after_seconds: int

    @property
    def message(self) -> str:
        """The channel, the operation and the wait."""
        return (
            f"{self.channel} allows no more calls for {self.operation}; "
            f"try again in {self.retry_after_seconds} s"
        )


@attrs.frozen(kw_only=True)
class ChannelAuthError(AttentionError):
    """
    Raised when a channel does not accept our credentials.

    >>> print(ChannelAuthError(channel=ChannelId("etsy"), operation="pull orders"))
    etsy refused our credentials for pull orders; renew them
    """

    channel: ChannelId
    operation: str

    @property
    def message(self) -> str:
        """The channel and the operation."""
        return f"{self.channel} refused our credentials for {self.operation}; renew them"


@attrs.frozen(kw_only=True)
class ChannelAnswerError(AttentionError):
    """
    Raised when a channel broke its own contract, so that going on could lose something.

    >>> print(ChannelAnswerError(channel=ChannelId("etsy"), operation="push stock", why="2 results for 3 rows"))
    etsy broke its contract (push stock: 2 results for 3 rows); look at the adapter
    """

    channel: ChannelId
    operation: str
    why: str

    @property
    def message(self) -> str:
        """The channel, the operation and what was wrong."""
        return f"{self.channel} broke its contract ({self.operation}: {self.why}); look at the adapter"
