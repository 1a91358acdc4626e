"""What talking to a channel over HTTP took."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.adapters.http import CallEvent
from ecomkit.identifiers import ChannelId

from ._timekeeper import ReplayTime

__all__ = ["CallCounter", "Calls"]


@final
@attrs.frozen(kw_only=True)
class Calls:
    """
    The calls of one channel over a run.

    *retries* are those among *calls* that repeat another one. *waited_seconds* were waited for
    its limits and before retries; they pass at once, in the channel's time alone.
    """

    channel: ChannelId
    system: str
    calls: int
    retries: int
    waited_seconds: int

    def __str__(self) -> str:
        return (
            f"{self.channel} ({self.system}): {self.calls:,} calls, {self.retries:,} of them "
            f"retries; {self.waited_seconds:,} virtual seconds waited for its limits and before "
            "retries"
        )


@final
class CallCounter:
    """Counts the calls of one channel as they are made."""

    def __init__(self, channel: ChannelId, *, system: str, time: ReplayTime) -> None:
        self._channel = channel
        self._system = system
        self._time = time
        self._calls = self._retries = 0

    def note(self, event: CallEvent) -> None:
        """Count one attempt."""
        self._calls += 1
        self._retries += event.attempt > 1

    @property
    def calls(self) -> Calls:
        """What was counted until now."""
        return Calls(
            channel=self._channel,
            system=self._system,
            calls=self._calls,
            retries=self._retries,
            waited_seconds=round(self._time.waited_seconds),
        )
