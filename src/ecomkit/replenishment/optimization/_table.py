"""Demand in whole units as a table of probabilities, which the exact methods sum over."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, final

import attrs

from ecomkit.replenishment.distributions import in_whole_units
from ecomkit.replenishment.optimization._limits import TABLE_MAX, TooManyStatesError

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions import DemandDistribution

TAIL = 1e-32
"""A probability that is so small a share of the largest one ends the table."""

EDGE = 1e-16
"""A distribution that is not Poisson is tabulated between these quantiles from both ends."""


@final
@attrs.frozen(kw_only=True)
class DemandTable:
    """Probabilities of whole units from ``first`` on, which sum to 1, and the mean."""

    first: int
    chances: tuple[float, ...]
    mean: float

    @classmethod
    def poisson(cls, mean: float) -> DemandTable:
        """
        Return Poisson demand, each probability exact to a few units in the last digits.

        The ratios of neighbours are exact, so the table grows from its largest probability and is
        scaled to a sum of 1: neither exp nor log-gamma of a large mean can spoil it.
        """
        mode = int(mean)
        # A tail of 12 standard deviations is below TAIL; the rest covers small means.
        if (width := 24 * math.sqrt(mean) + 40) > TABLE_MAX:
            raise TooManyStatesError(what="levels of demand", got=width, most=TABLE_MAX)
        above, chance, units = [1.0], 1.0, mode
        while chance > TAIL:
            units += 1
            chance *= mean / units
            above.append(chance)
        below, chance, units = [], 1.0, mode
        while units and chance > TAIL:
            chance *= units / mean
            units -= 1
            below.append(chance)
        return cls._scaled(mode - len(below), [*reversed(below), *above], mean=mean)

    @classmethod
    def of(cls, demand: DemandDistribution) -> DemandTable:
        """
        Return *demand* in whole units: fractions rounded to the nearest, demand below 0 as 0.

        For a distribution of whole units that changes nothing.
        """
        first = max(0, math.floor(demand.quantile(EDGE)))
        last = max(first, math.ceil(demand.quantile(1 - EDGE)))
        if last - first >= TABLE_MAX:
            raise TooManyStatesError(what="levels of demand", got=last - first, most=TABLE_MAX)
        if in_whole_units(demand):
            return cls._scaled(first, [demand.pmf(units) for units in range(first, last + 1)])
        reached = [0.0, *(demand.cdf(units + 0.5) for units in range(first, last + 1))]
        # A cdf may fall by its own rounding where it is flat.
        chances = [max(0.0, high - low) for low, high in pairwise(reached)]
        return cls._scaled(first, chances)

    @classmethod
    def _scaled(
        cls, first: int, weights: list[float], *, mean: float | None = None
    ) -> DemandTable:
        total = math.fsum(weights)
        chances = tuple(weight / total for weight in weights)
        if mean is None:
            mean = math.fsum(units * chance for units, chance in enumerate(chances, start=first))
        return cls(first=first, chances=chances, mean=mean)
