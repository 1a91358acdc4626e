"""Rounding to whole packs: which of the orders that can be placed is taken."""

from __future__ import annotations

from enum import Enum
from typing import assert_never


class PackRounding(Enum):
    """
    Which of the orders that the supplier takes stands for a need between two of them.

    Where the packs are rounded down, or the nearest is no order at all, the position may stay
    low enough to fire again; the advice then says so, and asking again changes nothing.

    >>> [rounding.between(24, 36, need=29) for rounding in PackRounding]
    [36, 24, 24]
    """

    UP = "up"
    """The least order that covers the need."""

    DOWN = "down, to no more than the need"
    """The greatest order that does not exceed the need; none if even the least one would."""

    NEAREST = "to the nearest order, none among them"
    """The order nearest to the need; of two equally near ones the greater."""

    def between(self, less: int, more: int, *, need: int) -> int:
        """Return one of two orders: *less* is at most the *need*, *more* at least."""
        match self:
            case PackRounding.UP:
                return more
            case PackRounding.DOWN:
                return less
            case PackRounding.NEAREST:
                return less if need - less < more - need else more
            case _:
                assert_never(self)
