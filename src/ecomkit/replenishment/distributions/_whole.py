"""Distributions over whole numbers: how they are told, and what holds between the numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol, TypeGuard

from ecomkit.replenishment.distributions._distribution import DemandDistribution


class WholeDemandDistribution(DemandDistribution, Protocol):
    """A distribution of demand that comes in whole units only: one that has a ``pmf``."""

    def pmf(self, units: float) -> float:
        """Return the probability that exactly *units* are asked for."""
        ...


def in_whole_units(distribution: DemandDistribution) -> TypeGuard[WholeDemandDistribution]:
    """
    Return whether *distribution* is one of whole units.

    >>> from ecomkit.replenishment.distributions import NormalDemand, PoissonDemand
    >>> in_whole_units(PoissonDemand(mean=3)), in_whole_units(NormalDemand(mean=3, sd=1))
    (True, False)
    """
    return hasattr(distribution, "pmf")


def between_whole(units: float, at: Callable[[int], float]) -> float:
    """Return what *at* tells of whole numbers, along a straight line between two of them."""
    k = math.floor(units)
    share = units - k
    return at(k) if share == 0 else (1.0 - share) * at(k) + share * at(k + 1)
