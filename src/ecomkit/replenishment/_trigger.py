"""Trigger: whether a position that equals the level is low enough to order."""

from __future__ import annotations

from enum import Enum
from typing import assert_never


class Trigger(Enum):
    """
    When a position fires.

    Systems disagree (ERPNext compares inclusively, Odoo strictly), and a system whose help text
    and code disagree orders twice: so the choice is written down.

    >>> Trigger.INCLUSIVE.fires(10, level=10), Trigger.STRICT.fires(10, level=10)
    (True, False)
    """

    INCLUSIVE = "at or below"
    """The position is at the level or below it."""

    STRICT = "below"
    """The position is below the level."""

    def quiet_from(self, level: int) -> int:
        """
        Return the lowest position that does not fire.

        >>> Trigger.INCLUSIVE.quiet_from(10), Trigger.STRICT.quiet_from(10)
        (11, 10)
        """
        match self:
            case Trigger.INCLUSIVE:
                return level + 1
            case Trigger.STRICT:
                return level
            case _:
                assert_never(self)

    def fires(self, position: int, *, level: int) -> bool:
        """Return whether *position* is low enough to order."""
        return position < self.quiet_from(level)
