"""The alert sink port: who is told that an alert was raised, got worse or was cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.replenishment.alerts import AlertTransition

__all__ = ["AlertSink"]


class AlertSink(Protocol):
    """
    Tells people: by mail, chat, a page, a ticket.

    News is told at least once: it is stored before it is told, and told again where nobody knows
    whether it was heard. Its ``key`` is then the same, so that a sink that must not tell twice
    leaves out the keys that it knows.
    """

    def tell(self, news: Sequence[AlertTransition]) -> None:
        """
        Tell *news*, oldest first, and of one instant the most money at risk first.

        Raises:
            TransientError: If it may be heard later; the same news is then told again.
        """
        ...
