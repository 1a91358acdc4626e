"""A distribution as a table: units and whole weights, summed once and exactly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil, isqrt
from typing import final


@final
class Table:
    """
    Sums over a table of sorted units with whole weights above 0.

    All sums are of whole numbers, so a probability is one correctly rounded division, and the far
    end of the table is as exact as its middle.
    """

    __slots__ = ("_excess", "_shortfall", "_through", "_units", "_weights", "mean", "sd", "total")

    def __init__(self, units: Sequence[int], weights: Sequence[int]) -> None:
        """Sum up the table."""
        self._units = units
        self._weights = weights
        self._through = list(accumulate(weights))
        self.total = total = self._through[-1]
        moment = sum(map(int.__mul__, units, weights))
        squares = sum(unit * unit * weight for unit, weight in zip(units, weights, strict=True))
        self.mean = moment / total
        self.sd = _root(squares * total - moment * moment, total)
        excess = shortfall = 0
        self._shortfall = [0]
        for low, high, through in zip(units, units[1:], self._through, strict=False):
            shortfall += (high - low) * through
            self._shortfall.append(shortfall)
        self._excess = [0]
        for i in range(len(units) - 1, 0, -1):
            excess += (units[i] - units[i - 1]) * (total - self._through[i - 1])
            self._excess.append(excess)
        self._excess.reverse()

    def pmf(self, units: float) -> float:
        """Return the share of exactly *units*."""
        i = bisect_left(self._units, units)
        if i == len(self._units) or self._units[i] != units:
            return 0.0
        return self._weights[i] / self.total

    def cdf(self, units: float) -> float:
        """Return the share of at most *units*."""
        i = bisect_right(self._units, units)
        return self._through[i - 1] / self.total if i else 0.0

    def quantile(self, probability: float) -> int:
        """Return the least units of the table whose cumulated share reaches *probability*."""
        # The share is compared as cdf tells it, rounded; so the neighbours decide at the end.
        needed = ceil(Fraction(probability) * self.total)
        i = bisect_left(self._through, needed)
        while i and self._through[i - 1] / self.total >= probability:
            i -= 1
        return self._units[i]

    def loss(self, units: float) -> float:
        """Return the expected units beyond *units*."""
        i = bisect_left(self._units, units)
        if i == len(self._units):
            return 0.0
        beyond = self.total - (self._through[i - 1] if i else 0)
        return self._excess[i] / self.total + (self._units[i] - units) * (beyond / self.total)

    def complementary_loss(self, units: float) -> float:
        """Return the expected units left over of *units*."""
        i = bisect_right(self._units, units)
        if not i:
            return 0.0
        share = self._through[i - 1] / self.total
        return self._shortfall[i - 1] / self.total + (units - self._units[i - 1]) * share


def _root(square: int, total: int) -> float:
    # The square root of a whole number over another, which may both be beyond floats.
    shift = max(0, 128 - square.bit_length())
    shift += shift % 2
    return isqrt(square << shift) / (total << shift // 2) if square else 0.0
