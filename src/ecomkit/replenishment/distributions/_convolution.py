"""The sum of many independent periods of a tabulated demand, in bounded time and memory."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ecomkit.replenishment.distributions._lattice import DIGITS, Lattice

POINTS_MAX = 8192
"""Most points of a lattice: more sums than that are told on a coarser one."""

_DROPPED = DIGITS * math.log(10.0)
"""Minus the logarithm of what a lattice drops."""


def sum_over(weights: Mapping[int, int], periods: Mapping[int, int]) -> dict[int, int]:
    """
    Return the weights of the sum over a random number of independent *periods*.

    *weights* are of units, *periods* of numbers of periods and add up to ``ONE``. The sums stand
    on multiples of the greatest common divisor, as long as these are no more than
    ``POINTS_MAX``. Else only those sums do that large amounts have no part in; the others stand
    on a coarser lattice, where each amount is split over both neighbours (Gerber, 1982).

    >>> half = 5 * 10**21
    >>> [mass / 10**22 for mass in sum_over({0: 1, 1: 1}, {1: half, 3: half}).values()]
    [0.3125, 0.4375, 0.1875, 0.0625]
    """
    total = sum(weights.values())
    longest = max(periods)
    fine = math.gcd(*weights) or 1
    coarse = fine * math.ceil(_reach(weights, total, longest) / (fine * POINTS_MAX)) or fine
    if coarse == fine:
        return Lattice.of(weights, total=total, step=fine).over(periods).units()
    sums = Lattice.of(weights, total=total, step=coarse).over(periods).units()
    most = POINTS_MAX * fine // longest
    small = {units: weight for units, weight in weights.items() if units <= most}
    if small:
        # The rest is all sums less those of small amounts alone, term by term of one expansion.
        without_large = Lattice.of(small, total=total, step=coarse).over(periods).units()
        for units, mass in without_large.items():
            sums[units] = max(0, sums.get(units, 0) - mass)
        for units, mass in Lattice.of(small, total=total, step=fine).over(periods).units().items():
            sums[units] = sums.get(units, 0) + mass
    return {units: sums[units] for units in sorted(sums) if sums[units]}


def _reach(weights: Mapping[int, int], total: int, periods: int) -> float:
    # Where sums end: at the largest, or where Bernstein's inequality (1924) leaves less than is kept.
    largest = max(weights)
    mean = sum(units * weight for units, weight in weights.items()) / total
    square = sum(units * units * weight for units, weight in weights.items()) / total
    third = _DROPPED * largest / 3.0
    spread = third + math.sqrt(third * third + 2.0 * _DROPPED * periods * square)
    return min(float(largest) * periods, mean * periods + spread)
