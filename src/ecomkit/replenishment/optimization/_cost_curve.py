"""What a position costs: units left over and units short when the demand ahead has come."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import final

import attrs

from ecomkit.replenishment.optimization._table import DemandTable


@final
@attrs.frozen(kw_only=True)
class CostCurve:
    """
    G(y) = h E[(y − D)⁺] + p E[(D − y)⁺], the expected cost of a period at position y.

    Convex, with kinks at whole units, where it is tabulated from ``first`` on; outside the table
    it is a line. Each value is a sum of positive terms only, so that it is exact in both tails.
    """

    first: int
    values: tuple[float, ...]
    least_at: int
    mean: float
    holding_cost: float
    stockout_cost: float

    @classmethod
    def of(cls, table: DemandTable, *, holding_cost: float, stockout_cost: float) -> CostCurve:
        """Return the curve for the demand of *table*; ``least_at`` is the smallest best position."""
        chances, mean = table.chances, table.mean
        # P(D <= y) and P(D > y), each summed from its own tail.
        covered = list(accumulate(chances))
        beyond = list(accumulate(reversed(chances), initial=0.0))[-2::-1]
        # E[(y - D)+] grows by P(D <= y) from y to y + 1, and E[(D - y)+] by P(D > y - 1) downwards.
        over = list(accumulate(covered[:-1], initial=0.0))
        short = list(accumulate(beyond[-2::-1], initial=0.0))[::-1]
        both = holding_cost + stockout_cost
        values = tuple(
            stockout_cost * (mean - units) + both * left
            if units < mean
            else holding_cost * (units - mean) + both * lacking
            for units, left, lacking in zip(
                range(table.first, table.first + len(chances)), over, short, strict=True
            )
        )
        # The smallest y with P(D <= y) >= p / (h + p), compared without the rounding of the ratio.
        steps = range(len(chances) - 1)
        best = next(
            (
                step
                for step in steps
                if holding_cost * covered[step] >= stockout_cost * beyond[step]
            ),
            len(chances) - 1,
        )
        return cls(
            first=table.first,
            values=values,
            least_at=table.first + best,
            mean=mean,
            holding_cost=holding_cost,
            stockout_cost=stockout_cost,
        )

    def at(self, position: int) -> float:
        """Return the cost of a whole *position*."""
        place = position - self.first
        if place < 0:
            return self.stockout_cost * (self.mean - position)
        if place >= len(self.values):
            return self.holding_cost * (position - self.mean)
        return self.values[place]

    def between(self, position: float) -> float:
        """Return the cost of a *position* that may lie between whole units, where G is a line."""
        whole = math.floor(position)
        share = position - whole
        if not share:
            return self.at(whole)
        return (1 - share) * self.at(whole) + share * self.at(whole + 1)

    def total(self, low: int, high: int) -> float:
        """Return the costs of the whole positions from *low* to *high* added up."""
        end = self.first + len(self.values)
        below = min(high, self.first - 1) - low + 1
        above = high - max(low, end) + 1
        inside = self.values[max(0, low - self.first) : max(0, high + 1 - self.first)]
        total = math.fsum(inside)
        # Outside the table the costs are a line: as many times the middle one.
        if below > 0:
            total += below * self.stockout_cost * (self.mean - low - (below - 1) / 2)
        if above > 0:
            total += above * self.holding_cost * (high - (above - 1) / 2 - self.mean)
        return total

    def integral(self, low: float, high: float) -> float:
        """Return the integral of the cost over all positions from *low* to *high*."""
        first, last = math.ceil(low), math.floor(high)
        if first > last:
            return (high - low) * (self.between(low) + self.between(high)) / 2
        inside = self.total(first, last) - (self.at(first) + self.at(last)) / 2
        return (
            (first - low) * (self.between(low) + self.at(first)) / 2
            + inside
            + (high - last) * (self.at(last) + self.between(high)) / 2
        )
