"""Coverage: who is served first when several wait for one unit."""

from __future__ import annotations

import enum
from datetime import datetime

__all__ = ["Coverage"]


class Coverage(enum.Enum):
    """
    Who is covered first when units become free and several orders wait.

    ``ARRIVAL``: in the order in which we learned of them. ``PLACEMENT``: in the order in which
    shoppers bought, whatever order the channels told us in; ties by arrival.
    """

    ARRIVAL = "arrival"
    PLACEMENT = "placement"

    def order(self, *, placed_at: datetime, rank: int) -> tuple[datetime, int] | tuple[int]:
        """Return the sort key of what is waited for."""
        if self is Coverage.ARRIVAL:
            return (rank,)
        return (placed_at, rank)
