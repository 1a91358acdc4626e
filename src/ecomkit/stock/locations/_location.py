"""Locations: where units lie, what is known of the place, and what is available there."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, is_text, optional, refuse, whole
from ecomkit.identifiers import LocationId, Sku
from ecomkit.money import Money
from ecomkit.stock.locations._place import Place, is_country

if TYPE_CHECKING:
    from ecomkit.stock._levels import StockLevel

__all__ = ["Authority", "Location", "Pooling", "StockedLocation", "stocked"]


class Authority(enum.Enum):
    """
    Who knows what lies at a location.

    ``OURS``: our ledger is the truth. ``OBSERVED``: somebody else's is, such as a marketplace's
    warehouse or an ERP, and all we have are dated snapshots.
    """

    OURS = "ours"
    OBSERVED = "observed"


class Pooling(enum.Enum):
    """
    What a location below zero does to the others.

    ``SEPARATE``: nothing; each location counts by itself and at least as 0. ``POOLED``: what is
    owed at one location is kept back at the others.
    """

    SEPARATE = "separate"
    POOLED = "pooled"

    def available(self, units: Iterable[int]) -> int:
        """
        Return what locations with these *units* of one sku have together, never below 0.

        >>> Pooling.SEPARATE.available([-4, 3]), Pooling.POOLED.available([-4, 3])
        (3, 0)
        """
        if self is Pooling.SEPARATE:
            return sum(max(0, number) for number in units)
        return max(0, sum(units))


def _as_set(items: Any) -> Any:
    # Anything else, such as a lone text, is left for the validator to refuse.
    if isinstance(items, (set, frozenset, list, tuple)) and all(isinstance(i, str) for i in items):
        return frozenset(items)
    return items


def _texts(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, frozenset):
        raise refuse(instance, attribute.name, value, "a set of str")
    for item in value:
        is_text(instance, attribute, item)


def _countries(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, frozenset) or not all(is_country(item) for item in value):
        raise refuse(
            instance, attribute.name, value, "a set of ISO 3166 alpha-2 codes in capitals"
        )


def _cost(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, Money) or value.amount < 0:
        raise refuse(instance, attribute.name, value, "Money, 0 or more")


@final
@attrs.frozen(kw_only=True)
class Location:
    """
    A place where units lie, and what sourcing may ask about it.

    Args:
        id: Its name.
        authority: Whose ledger is the truth there.
        place: Where it lies, if that is known.
        serves: Countries it sends to; None sends everywhere.
        priority: The lower, the earlier, where nothing else decides.
        ship_cost: What a package from there costs, whatever is inside; None if unknown.
        tags: What it can do, such as ``cold`` or ``gift-wrap``.
        closed: Why it sends nothing now, such as ``stocktaking``; None if it is open.

    >>> Location(id=LocationId("paris"), serves={"FR", "BE"}).authority
    <Authority.OURS: 'ours'>
    """

    id: LocationId = attrs.field(validator=is_a(LocationId))
    authority: Authority = attrs.field(default=Authority.OURS, validator=is_a(Authority))
    place: Place | None = attrs.field(default=None, validator=optional(is_a(Place)))
    serves: frozenset[str] | None = attrs.field(
        default=None, converter=_as_set, validator=optional(_countries)
    )
    priority: int = attrs.field(default=0, validator=whole)
    ship_cost: Money | None = attrs.field(default=None, validator=optional(_cost))
    tags: frozenset[str] = attrs.field(default=frozenset(), converter=_as_set, validator=_texts)
    closed: str | None = attrs.field(default=None, validator=optional(is_text))


def _pairs(units: Any) -> Any:
    if not isinstance(units, Mapping):
        return units
    # Sorted by the text of the key, so that a key of another kind reaches the validator.
    return tuple(sorted(units.items(), key=lambda pair: str(pair[0])))


def _by_sku(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple):
        raise refuse(instance, attribute.name, value, "units by sku")
    for pair in value:
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], Sku):  # noqa: PLR2004  # a pair
            raise refuse(instance, attribute.name, pair, "pairs of a Sku and its units")
        whole(instance, attribute, pair[1])
    if len(dict(value)) != len(value):
        raise refuse(instance, attribute.name, value, "one number for each sku")


@final
@attrs.frozen(kw_only=True)
class StockedLocation:
    """
    A location, and what is available there, in units by sku; a sku left out has none.

    A number below 0, which an observed location may report, is kept as it is and counts as 0.

    >>> depot = StockedLocation(
    ...     location=Location(id=LocationId("depot")), available={Sku("A"): 3, Sku("B"): -2}
    ... )
    >>> depot.units(Sku("A")), depot.units(Sku("B")), depot.units(Sku("C"))
    (3, 0, 0)
    """

    location: Location = attrs.field(validator=is_a(Location))
    available: tuple[tuple[Sku, int], ...] = attrs.field(converter=_pairs, validator=_by_sku)

    @property
    def id(self) -> LocationId:
        """The name of the location."""
        return self.location.id

    @cached_property
    def _by_sku(self) -> dict[Sku, int]:
        return dict(self.available)

    def reported(self, sku: Sku) -> int:
        """Return the units of *sku* as they were reported, which may be below 0."""
        return self._by_sku.get(sku, 0)

    def units(self, sku: Sku) -> int:
        """Return the units of *sku* that may be taken; never below 0."""
        return max(0, self.reported(sku))

    def less(self, units: Mapping[Sku, int]) -> StockedLocation:
        """Return the location with so many *units* fewer of each sku."""
        return attrs.evolve(
            self,
            available={sku: available - units.get(sku, 0) for sku, available in self.available},
        )


def stocked(
    locations: Iterable[Location], *, levels: Iterable[StockLevel], now: datetime
) -> tuple[StockedLocation, ...]:
    """
    Return *locations* with what is available at *now* according to *levels*.

    Levels of other locations are left out.

    >>> from ecomkit.stock import MAIN, StockLevel
    >>> level = StockLevel.counted(Sku("ELEPHANT-KNIT"), on_hand=10)
    >>> [main] = stocked([Location(id=MAIN)], levels=[level], now=level.counted_at)
    >>> main.units(Sku("ELEPHANT-KNIT"))
    10
    """
    units: dict[LocationId, dict[Sku, int]] = {}
    for level in levels:
        units.setdefault(level.location, {})[level.sku] = level.available(now)
    return tuple(
        StockedLocation(location=location, available=units.get(location.id, {}))
        for location in locations
    )
