"""Coverage: who is served first when several wait for one unit."""

from __future__ import annotations

import enum
from datetime import datetime

from ecomkit.stock._levels import Uncovered

__all__ = ["Coverage"]


class Coverage(enum.Enum):
    """
    Who is covered first when units become free and several orders wait.

    ``ARRIVAL``: in the order in which we learned of them. ``PLACEMENT``: in the order in which
    shoppers bought, whatever order the channels told us in; ties by arrival.
    """

    ARRIVAL = "arrival"
    PLACEMENT = "placement"

    def order(self, debt: Uncovered) -> tuple[datetime, int] | tuple[int]:
        """Return the sort key of a waiting order."""
        if self is Coverage.ARRIVAL:
            return (debt.rank,)
        return (debt.placed_at, debt.rank)
