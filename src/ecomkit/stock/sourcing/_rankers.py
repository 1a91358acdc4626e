"""Rankers of sourcing: which location comes first; one without an opinion abstains."""
# ruff: noqa: ARG002 - a ranker takes what every ranker takes, and reads what it needs

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, is_text, refuse
from ecomkit.identifiers import LocationId
from ecomkit.stock.locations import Place, StockedLocation, great_circle
from ecomkit.stock.sourcing._filters import called
from ecomkit.stock.sourcing._need import SourcingNeed

__all__ = [
    "Distance",
    "HighestStock",
    "Nearest",
    "Preferred",
    "Rank",
    "SameRegion",
    "SourcingRanker",
]


def _sorts(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    try:
        sorts = not value < value and value == value  # noqa: PLR0124 - NaN equals nothing
    except (TypeError, ArithmeticError):  # a NaN of Decimal raises the latter
        sorts = False
    if not sorts:
        raise refuse(instance, attribute.name, value, "something that sorts")


@final
@attrs.frozen(kw_only=True)
class Rank:
    """
    What a ranker says of one location: the lowest *key* comes first, equal keys are a tie.

    The keys of one ranker are compared with each other only; *reason* says what they stand for.

    Raises:
        FieldError: If *key* cannot be compared with another of its kind.
    """

    location: LocationId = attrs.field(validator=is_a(LocationId))
    key: Any = attrs.field(validator=_sorts)
    reason: str = attrs.field(validator=is_text)


class SourcingRanker(Protocol):
    """
    A ranker of sourcing: any callable of this shape.

    It is asked anew for each location that is picked, about those that can serve at least one
    piece of what is still wanted. Locations without a rank come after those that have one; with
    no rank at all it abstains, and the next ranker decides.
    """

    def __call__(
        self, locations: Sequence[StockedLocation], /, *, need: SourcingNeed
    ) -> Sequence[Rank]:
        """Return the ranks of *locations* for *need*; none to abstain."""
        ...


@final
@attrs.frozen(kw_only=True)
class Preferred:
    """The named locations come first, in this order; it abstains when none of them can serve."""

    locations: tuple[LocationId, ...] = attrs.field(converter=as_tuple, validator=each(LocationId))

    def __call__(
        self, locations: Sequence[StockedLocation], /, *, need: SourcingNeed
    ) -> tuple[Rank, ...]:
        """Return the ranks of the *locations* that are named; *need* plays no part."""
        return tuple(
            Rank(
                location=stocked.id,
                key=(place := self.locations.index(stocked.id)),
                reason=f"preference {place + 1}",
            )
            for stocked in locations
            if stocked.id in self.locations
        )


@final
@attrs.frozen(kw_only=True)
class SameRegion:
    """Locations in the region of the destination come first, then those in its country."""

    def __call__(
        self, locations: Sequence[StockedLocation], /, *, need: SourcingNeed
    ) -> tuple[Rank, ...]:
        """Return the ranks of the *locations* in the country that *need* goes to."""
        ranks: list[Rank] = []
        for stocked in locations:
            place, there = stocked.location.place, need.destination
            if place is not None and there is not None and place.country == there.country:
                same = place.region is not None and place.region == there.region
                reason = f"in {place.region}" if same else f"in {place.country}"
                ranks.append(Rank(location=stocked.id, key=0 if same else 1, reason=reason))
        return tuple(ranks)


class Distance(Protocol):
    """How far a place is from another, in metres; None if that is unknown."""

    def __call__(self, origin: Place, /, *, to: Place) -> int | None:
        """Return the way from *origin* to a place, in metres."""
        ...


@final
@attrs.frozen(kw_only=True)
class Nearest:
    """
    The nearest location comes first; those whose distance is unknown have no rank.

    Args:
        distance: How far it is; as the crow flies unless given.
        step: Metres in one step: locations of the same whole step tie, and the next ranker
            decides among them.
    """

    distance: Distance = attrs.field(default=great_circle, validator=called)
    step: int = attrs.field(default=1, validator=above_zero)

    def __call__(
        self, locations: Sequence[StockedLocation], /, *, need: SourcingNeed
    ) -> tuple[Rank, ...]:
        """Return the ranks of *locations* by their distance to where *need* goes."""
        ranks: list[Rank] = []
        for stocked in locations:
            place = stocked.location.place
            if place is None or need.destination is None:
                continue
            metres = self.distance(place, to=need.destination)
            if metres is not None:
                reason = f"{metres / 1000:.1f} km away"
                ranks.append(Rank(location=stocked.id, key=metres // self.step, reason=reason))
        return tuple(ranks)


@final
@attrs.frozen(kw_only=True)
class HighestStock:
    """The location with the most units of the skus still wanted comes first."""

    def __call__(
        self, locations: Sequence[StockedLocation], /, *, need: SourcingNeed
    ) -> tuple[Rank, ...]:
        """Return the ranks of *locations* by their units of the skus of *need*."""
        return tuple(
            Rank(location=stocked.id, key=-units, reason=f"{units} in stock")
            for stocked in locations
            for units in [sum(stocked.units(sku) for sku in need.wanted)]
        )
