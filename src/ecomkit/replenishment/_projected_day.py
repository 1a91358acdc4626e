"""One day of a stock projection, and what becomes of demand that finds no stock."""

from __future__ import annotations

from datetime import date  # stores read the field types at run time
from enum import Enum
from typing import final

import attrs


class UnmetDemand(Enum):
    """What becomes of demand that finds no stock."""

    BACKORDERED = "waits"
    """Shoppers wait: the closing stock falls below zero by what is owed."""

    LOST = "is lost"
    """Shoppers go elsewhere: the stock ends at zero, and the units are counted as lost."""


@final
@attrs.frozen(kw_only=True)
class ProjectedDay:
    """
    One day of a projection: ``closing = opening + arriving − served``, and what was lost of it.

    Units are floats where demand is a mean; what arrives is whole.
    """

    on: date
    opening: float
    arriving: int
    asked: float
    served: float
    closing: float

    @property
    def lost(self) -> float:
        """Units asked for that nobody waits for."""
        return self.asked - self.served
