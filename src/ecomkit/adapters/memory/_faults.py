"""What goes wrong at a channel, drawn from a seed."""

from __future__ import annotations

import random
from typing import Any, final

import attrs

from ecomkit._checks import refuse, whole
from ecomkit.channels import ChannelUnavailableError, RateLimitedError
from ecomkit.identifiers import ChannelId

__all__ = ["ChannelFaults", "FaultDice"]


def _share(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, (int, float)) or not 0 <= value < 1:
        raise refuse(instance, attribute.name, value, "a share, 0 or more and below 1")


@final
@attrs.frozen(kw_only=True)
class ChannelFaults:
    """
    How often a memory channel misbehaves, each a share of calls or rows, 0 or more and below 1.

    Args:
        seed: The same seed and the same calls give the same faults.
        unavailable: Calls that do not answer and did nothing.
        rate_limited: Calls that are refused as too many.
        lost_answers: Pushes that took effect and whose answer is lost.
        rejected_rows: Rows of a push that are refused.
        repeated: Orders that a page gives although they have not changed.
        late: Orders of which a page gives an older state first, and the newest one later.
    """

    seed: int = attrs.field(default=0, validator=whole)
    unavailable: float = attrs.field(default=0, validator=_share)
    rate_limited: float = attrs.field(default=0, validator=_share)
    lost_answers: float = attrs.field(default=0, validator=_share)
    rejected_rows: float = attrs.field(default=0, validator=_share)
    repeated: float = attrs.field(default=0, validator=_share)
    late: float = attrs.field(default=0, validator=_share)


class FaultDice:
    """Throws the dice of one channel."""

    def __init__(self, channel: ChannelId, faults: ChannelFaults) -> None:
        self._channel = channel
        self._faults = faults
        self._random = random.Random(f"{faults.seed}/{channel}")  # noqa: S311 (not a secret)

    def _falls(self, share: float) -> bool:
        return share > 0 and self._random.random() < share

    def before_call(self, operation: str) -> None:
        """
        Fail a call before it takes effect.

        Raises:
            ChannelUnavailableError: If the channel does not answer.
            RateLimitedError: If there were too many calls.
        """
        if self._falls(self._faults.unavailable):
            raise ChannelUnavailableError(
                channel=self._channel, operation=operation, why="no connection"
            )
        if self._falls(self._faults.rate_limited):
            raise RateLimitedError(
                channel=self._channel, operation=operation, retry_after_seconds=1
            )

    def after_push(self, operation: str) -> None:
        """
        Lose the answer of a push that took effect.

        Raises:
            ChannelUnavailableError: If the answer is lost.
        """
        if self._falls(self._faults.lost_answers):
            raise ChannelUnavailableError(
                channel=self._channel, operation=operation, why="connection lost"
            )

    def rejects_row(self) -> bool:
        """Whether a row of a push is refused."""
        return self._falls(self._faults.rejected_rows)

    def repeats(self) -> bool:
        """Whether a page gives an order again."""
        return self._falls(self._faults.repeated)

    def is_late(self) -> bool:
        """Whether a page gives an older state of an order first."""
        return self._falls(self._faults.late)
