"""Demand as a table: shares of whole numbers of units, and the sum of many such periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any, Self, final

import attrs

from ecomkit._checks import as_tuple, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import DAYS_MAX, UNITS_MAX, is_number, plain
from ecomkit.replenishment.distributions._arguments import asked_units, positive_share
from ecomkit.replenishment.distributions._convolution import sum_over
from ecomkit.replenishment.distributions._lattice import ONE
from ecomkit.replenishment.distributions._table import Table

POINTS_MAX = 100_000
"""Most different numbers of units in a table."""

SUM_DUST = 1e-9
"""How far from 1 probabilities may add up: they are scaled to 1."""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= UNITS_MAX


def _sorted_units(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not 0 < len(value) <= POINTS_MAX:
        raise refuse(instance, attribute.name, value, f"1 to {POINTS_MAX} numbers of units")
    for units in value:
        if not _is_count(units):
            raise refuse(
                instance, attribute.name, units, f"whole numbers of units from 0 to {UNITS_MAX}"
            )
    if any(high <= low for low, high in pairwise(value)):
        raise refuse(instance, attribute.name, value, "numbers of units in rising order")


def _weights(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or len(value) != len(instance.units):
        raise refuse(instance, attribute.name, value, "one weight for each number of units")
    for weight in value:
        if not isinstance(weight, int) or isinstance(weight, bool) or weight <= 0:
            raise refuse(instance, attribute.name, weight, "whole numbers above 0")


def _sample(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "whole numbers of units")
    _counts(value, owner=type(instance).__name__)


class _Tabulated:
    """What a table of whole weights answers; a subclass has the table."""

    __slots__ = ()

    _table: Any

    @property
    def mean(self) -> float:
        """The expected units."""
        table: Table = self._table
        return table.mean

    @property
    def sd(self) -> float:
        """The standard deviation of the table as it stands (population), in units."""
        table: Table = self._table
        return table.sd

    def pmf(self, units: float) -> float:
        """Return the probability that exactly *units* are asked for."""
        table: Table = self._table
        return table.pmf(asked_units(units, owner=self))

    def cdf(self, units: float) -> float:
        """Return the probability that at most *units* are asked for."""
        table: Table = self._table
        return table.cdf(asked_units(units, owner=self))

    def quantile(self, probability: float) -> int:
        """
        Return the least number of units in the table that suffices with *probability*.

        Raises:
            FieldError: If *probability* is not above 0 and at most 1.
        """
        table: Table = self._table
        return table.quantile(positive_share(probability, owner=self))

    def loss(self, units: float) -> float:
        """Return the expected units beyond *units*."""
        table: Table = self._table
        return table.loss(asked_units(units, owner=self))

    def complementary_loss(self, units: float) -> float:
        """Return the expected units left over of *units*."""
        table: Table = self._table
        return table.complementary_loss(asked_units(units, owner=self))


@final
@attrs.frozen(kw_only=True)
class DiscreteDemand(_Tabulated):
    """
    A distribution of demand given as a table: numbers of units, each with a whole weight.

    A probability is a weight over the sum of all, so that it is exact for counts. Take
    :meth:`of` for probabilities and :meth:`of_counts` for a history.

    Raises:
        FieldError: If there are no units or over 100,000, they are not whole, not from 0 to
            10¹⁵ or not in rising order, or there is not one weight above 0 for each.

    >>> demand = DiscreteDemand(units=(0, 1, 4), weights=(5, 3, 2))
    >>> demand.mean, demand.quantile(0.8), demand.loss(1), demand.pmf(4)
    (1.1, 1, 0.6, 0.2)
    """

    units: tuple[int, ...] = attrs.field(converter=as_tuple, validator=_sorted_units, repr=False)
    weights: tuple[int, ...] = attrs.field(converter=as_tuple, validator=_weights, repr=False)

    @classmethod
    def of(cls, probabilities: Mapping[int, float]) -> Self:
        """
        Return the distribution with these *probabilities* of numbers of units.

        They are kept to 22 decimal places and scaled so that they add up to 1.

        Raises:
            FieldError: If a probability is not from 0 to 1, or they do not add up to 1 within
                10⁻⁹, or a number of units is refused.

        >>> DiscreteDemand.of({0: 0.5, 10: 0.25, 5: 0.25}).cdf(5)
        0.75
        """
        weights = _whole_shares(probabilities, owner=cls.__name__, field="probabilities")
        for units in weights:
            if not _is_count(units):
                wanted = f"whole numbers of units from 0 to {UNITS_MAX}"
                raise FieldError(owner=cls.__name__, field="units", got=units, wanted=wanted)
        return cls(units=sorted(weights), weights=[weights[units] for units in sorted(weights)])

    @classmethod
    def of_counts(cls, sample: Iterable[int]) -> Self:
        """
        Return the shares of each number of units in a history of periods.

        Raises:
            FieldError: If the sample is empty, or holds what is no whole number from 0 to 10¹⁵.

        >>> week = DiscreteDemand.of_counts([0, 0, 3, 0, 1, 0, 0])
        >>> week.units, week.weights
        ((0, 1, 3), (5, 1, 1))
        """
        counts = Counter(_counts(tuple(sample), owner=cls.__name__))
        return cls(units=sorted(counts), weights=[counts[units] for units in sorted(counts)])

    @cached_property
    def _table(self) -> Table:
        return Table(self.units, self.weights)

    def over(self, periods: int | Mapping[int, float]) -> Self:
        """
        Return the distribution of the sum over independent *periods* of this demand.

        *periods* is a whole number, or the probabilities of several, as of the days of a lead
        time. Probabilities are kept to 22 decimal places; those below are dropped. Where sums
        would spread over more than 8,192 multiples of the greatest common divisor, those that
        large amounts have a part in stand on a coarser lattice, each amount split over its
        neighbours: the mean stays, and the units expected beyond any number never come out
        lower than they are (Gerber, 1982). Sums of small amounts alone keep their places.

        Raises:
            FieldError: If a number of periods is not whole, below 0 or above 3,650, or their
                probabilities do not add up to 1 within 10⁻⁹.

        >>> coin = DiscreteDemand.of_counts([0, 1])
        >>> [coin.over(3).pmf(heads) for heads in range(4)]
        [0.125, 0.375, 0.375, 0.125]
        >>> coin.over({1: 0.5, 3: 0.5}).mean
        1.0
        """
        owner = type(self).__name__
        shares = (
            _whole_shares(periods, owner=owner, field="periods")
            if isinstance(periods, Mapping)
            else {periods: ONE}
        )
        for number in shares:
            if not _is_count(number) or number > DAYS_MAX:
                wanted = f"whole numbers of periods from 0 to {DAYS_MAX}"
                raise FieldError(owner=owner, field="periods", got=number, wanted=wanted)
        sums = sum_over(dict(zip(self.units, self.weights, strict=True)), shares)
        return type(self)(units=sums.keys(), weights=sums.values())

    def explain(self) -> str:
        """
        Return the table in words.

        >>> DiscreteDemand.of_counts([0, 0, 3, 0, 1, 0, 0]).explain()
        'table of 3 numbers of units from 0 to 3, mean 0.57, sd 1.05'
        """
        return (
            f"table of {len(self.units)} numbers of units from {self.units[0]} to "
            f"{self.units[-1]}, mean {plain(self.mean)}, sd {plain(self.sd)}"
        )


@final
@attrs.frozen(kw_only=True)
class EmpiricalDemand(_Tabulated):
    """
    Demand as it was: the observed sums over as many intervals, each as probable as another.

    The quantile is the smallest observation with a share of at least the probability at or below
    it (definition 1 of Hyndman and Fan, 1996), so it is never more than was ever seen.

    Raises:
        FieldError: If there is no observation, or one is no whole number from 0 to 10¹⁵.

    >>> demand = EmpiricalDemand(sample=[4, 0, 7, 4])
    >>> demand.quantile(0.75), demand.quantile(0.76), demand.loss(4), demand.mean
    (4, 7, 0.75, 3.75)
    """

    sample: tuple[int, ...] = attrs.field(converter=as_tuple, validator=_sample, repr=False)

    @cached_property
    def _table(self) -> Table:
        counts = Counter(self.sample)
        units = sorted(counts)
        return Table(units, [counts[number] for number in units])

    def explain(self) -> str:
        """
        Return the sample in words.

        >>> EmpiricalDemand(sample=[4, 0, 7, 4]).explain()
        '4 observations from 0 to 7, mean 3.75, sd 2.49'
        """
        return (
            f"{len(self.sample)} observations from {min(self.sample)} to {max(self.sample)}, "
            f"mean {plain(self.mean)}, sd {plain(self.sd)}"
        )


def _counts(sample: tuple[Any, ...], *, owner: str) -> tuple[int, ...]:
    if not sample:
        raise FieldError(owner=owner, field="sample", got=sample, wanted="at least one number")
    for units in sample:
        if not _is_count(units):
            wanted = f"whole numbers of units from 0 to {UNITS_MAX}"
            raise FieldError(owner=owner, field="sample", got=units, wanted=wanted)
    return sample


def _whole_shares(shares: Mapping[int, float], *, owner: str, field: str) -> dict[int, int]:
    total = 0.0
    for share in shares.values():
        if not is_number(share) or not 0 <= share <= 1:
            raise FieldError(owner=owner, field=field, got=share, wanted="probabilities, 0 to 1")
        total += share
    if abs(total - 1.0) > SUM_DUST:
        wanted = "probabilities that add up to 1"
        raise FieldError(owner=owner, field=field, got=total, wanted=wanted)
    whole = {key: round(share / total * ONE) for key, share in shares.items()}
    return {key: share for key, share in whole.items() if share}
