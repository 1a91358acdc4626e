"""What a distribution of demand has to answer: any object of this shape will do."""

from __future__ import annotations

from typing import Protocol

__all__ = ["DemandDistribution"]


class DemandDistribution(Protocol):
    """
    How many units are asked for over an interval, as a distribution.

    Units are floats, since a continuous distribution has fractions of a unit; one of whole units
    answers ``quantile`` with a whole number and has a ``pmf`` (``WholeDemandDistribution``), by which
    the reorder points for a fill rate know it. The families here refuse a probability that is not
    above 0 and below 1; those with an end also take 1.
    """

    @property
    def mean(self) -> float:
        """The expected units."""
        ...

    @property
    def sd(self) -> float:
        """The standard deviation, in units."""
        ...

    def cdf(self, units: float) -> float:
        """Return the probability that at most *units* are asked for."""
        ...

    def quantile(self, probability: float) -> float:
        """Return the least number of units that suffices with at least *probability*."""
        ...

    def loss(self, units: float) -> float:
        """Return the units asked for beyond *units* that are expected: E[(D − units)⁺]."""
        ...

    def explain(self) -> str:
        """Return the family and its parameters in words, as in ``normal, mean 28, sd 7.94``."""
        ...
