"""Rankers that look at sets of locations: the fewest that serve all, and the cheapest."""
# ruff: noqa: ARG001 - a cost takes what every cost takes, and reads what it needs

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Protocol, final

import attrs

from ecomkit._checks import not_negative, refuse
from ecomkit.identifiers import LocationId, Sku
from ecomkit.money import Money, sum_money
from ecomkit.stock.locations import Place, StockedLocation
from ecomkit.stock.sourcing._filters import called
from ecomkit.stock.sourcing._need import SourcingNeed
from ecomkit.stock.sourcing._rankers import Rank

__all__ = ["FewestSplits", "LowestCost", "PackageCost", "flat_cost"]

EXACT_UP_TO = 10
"""Of 10 locations there are 1023 sets: a few milliseconds."""


@final
@attrs.frozen(kw_only=True)
class _Candidate:
    """A location that serves something, what that is in pieces, and what using it weighs."""

    id: LocationId
    pieces: tuple[int, ...]
    weight: int
    note: str = ""


@final
@attrs.frozen(kw_only=True)
class _Sets:
    """The sets of candidates that one ranking compares."""

    need: SourcingNeed
    candidates: Sequence[_Candidate]

    def ranks(self, *, exact_up_to: int) -> tuple[Rank, ...]:
        """Return the members of the best sets, or all by weight for each unit served."""
        if len(self.candidates) <= exact_up_to:
            members, does = self.best()
            return tuple(
                Rank(location=member.id, key=0, reason=f"{does}{member.note}")
                for member in members
            )
        return tuple(
            Rank(
                location=candidate.id,
                key=Fraction(candidate.weight, units),
                reason=f"serving {units} units{candidate.note}",
            )
            for candidate in self.candidates
            for units in [self.units([candidate])]
        )

    def units(self, members: Sequence[_Candidate]) -> int:
        """Return the units that *members* serve together."""
        return sum(
            piece.size * min(piece.count, sum(member.pieces[number] for member in members))
            for number, piece in enumerate(self.need.pieces)
        )

    def best(self) -> tuple[tuple[_Candidate, ...], str]:
        """
        Return the members of the best sets, and what these sets do.

        The best serve the most units, then weigh least, then have the fewest members. Small
        sets are looked at before large ones, until no larger one can be better: all that can be
        served is served, and even the lightest members weigh as much as the best set.
        """
        limit = self.need.locations_left
        largest = len(self.candidates) if limit is None else min(limit, len(self.candidates))
        most = self.units(self.candidates)
        lightest = sorted(candidate.weight for candidate in self.candidates)
        best = (0, 0, 0)
        members: dict[_Candidate, None] = {}
        for size in range(1, largest + 1):
            if -best[0] == most and sum(lightest[:size]) >= best[1]:
                break
            for group in combinations(self.candidates, size):
                score = (-self.units(group), sum(member.weight for member in group), size)
                if score < best:
                    best, members = score, {}
                if score == best:
                    members.update(dict.fromkeys(group))
        alone = "alone" if best[2] == 1 else f"one of {best[2]}"
        return tuple(members), f"{alone} serving {-best[0]} units"


@final
@attrs.frozen(kw_only=True)
class FewestSplits:
    """
    Locations that belong to a smallest set that serves everything come first.

    Everything is what all locations together can serve; with fewer locations left than that
    needs, it is the most that so many of them can serve. Since the others are asked again once
    one of the set is picked, the whole set is used in the end.

    With up to *exact_up_to* locations all sets are looked at, and the number of locations is the
    smallest there is. Above it the location that serves the most units comes first at each
    step: never more than 1 + 1/2 + ... + 1/u times the smallest number, where u is the most units
    that one location serves (Wolsey, 1982). Rankers before it narrow its choice. Both hold where no sku is wanted in pieces of
    different kinds, such as alone and inside a kit; where it is, the largest piece is placed first,
    and another plan may serve more, or need fewer locations.
    """

    exact_up_to: int = attrs.field(default=EXACT_UP_TO, validator=not_negative)

    def __call__(
        self, locations: Sequence[StockedLocation], /, *, need: SourcingNeed
    ) -> tuple[Rank, ...]:
        """Return the ranks of *locations* by the sets that they belong to."""
        candidates = [
            _Candidate(id=stocked.id, pieces=pieces, weight=1)
            for stocked in locations
            if any(pieces := need.pieces_from(stocked))
        ]
        return _Sets(need=need, candidates=candidates).ranks(exact_up_to=self.exact_up_to)


class PackageCost(Protocol):
    """What it costs to send a package; None if that is unknown."""

    def __call__(
        self,
        location: StockedLocation,
        /,
        *,
        units: Mapping[Sku, int],
        destination: Place | None,
    ) -> Money | None:
        """Return the cost of sending *units* from *location*."""
        ...


def flat_cost(
    location: StockedLocation, /, *, units: Mapping[Sku, int], destination: Place | None
) -> Money | None:
    """Return the cost that *location* states, whatever the *units* and the *destination* are."""
    return location.location.ship_cost


@final
@attrs.frozen(kw_only=True)
class LowestCost:
    """
    Locations that belong to a cheapest set that serves everything come first.

    The cost of a set is the sum of its packages, one for each location. Put first among the
    rankers, it finds the cheapest set of up to *exact_up_to* locations where a package costs the
    same whatever is inside; where it does not, the cost of a location is that of all it could
    send, which is an estimate. Above *exact_up_to* the lowest cost for each unit comes first.
    What is served and what is exact otherwise is said of :class:`FewestSplits`.

    Locations whose cost is unknown have no rank.

    Args:
        cost: What a package costs; the cost that the location states unless given.
        exact_up_to: The most locations of which all sets are looked at.

    Raises:
        FieldError: If a cost is below 0.
        CurrencyMismatchError: If costs come in several currencies.
    """

    cost: PackageCost = attrs.field(default=flat_cost, validator=called)
    exact_up_to: int = attrs.field(default=EXACT_UP_TO, validator=not_negative)

    def __call__(
        self, locations: Sequence[StockedLocation], /, *, need: SourcingNeed
    ) -> tuple[Rank, ...]:
        """Return the ranks of *locations* by the sets that they belong to."""
        candidates: list[_Candidate] = []
        costs: list[Money] = []
        for stocked in locations:
            pieces = need.pieces_from(stocked)
            units = need.contents(pieces)
            cost = self.cost(stocked, units=units, destination=need.destination)
            if cost is None or not units:
                continue
            if cost.amount < 0:
                raise refuse(self, "cost", cost, "0 or more")
            costs.append(cost)
            candidates.append(
                _Candidate(
                    id=stocked.id, pieces=pieces, weight=cost.amount, note=f", {cost} a package"
                )
            )
        if costs:
            # Refuses costs in several currencies.
            sum_money(costs)
        return _Sets(need=need, candidates=candidates).ranks(exact_up_to=self.exact_up_to)
