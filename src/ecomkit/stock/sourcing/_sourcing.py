"""Sourcing: which location serves which line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, optional, refuse
from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock.locations import Location, Place, Pooling, StockedLocation
from ecomkit.stock.sourcing._decision import SourcingDecision
from ecomkit.stock.sourcing._draft import SourcingDraft
from ecomkit.stock.sourcing._filters import IsOpen, IsOurs, ServesDestination, SourcingFilter
from ecomkit.stock.sourcing._lines import SourcingLine, Splitting, cut, single_parts
from ecomkit.stock.sourcing._need import SourcingNeed
from ecomkit.stock.sourcing._packages import PackageSplitter
from ecomkit.stock.sourcing._rankers import SourcingRanker
from ecomkit.stock.sourcing._sets import FewestSplits

__all__ = ["Sourcing"]


def _each_called(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not all(callable(item) for item in value):
        raise refuse(instance, attribute.name, value, "a tuple of what can be called")


@final
@attrs.frozen(kw_only=True)
class Sourcing:
    """
    The rule that says which location serves which line.

    First the *filters* say which locations may serve. Then locations are picked one by one: the
    *rankers* are asked in order, each keeps the locations that tie for the best and hands them
    to the next, and what is still a tie goes by priority and then by name. The location picked
    serves as much as it can of what is still wanted, the largest pieces first, and lines that
    want the same in their order. So it goes on until nothing is wanted, no location has any of
    it, or *locations_max* is reached. What is allocated and what is left over always add up to
    what was asked for, and no location gives more than it has.

    Args:
        filters: Which locations may serve; all are asked.
        rankers: Which location comes first.
        splitting: What may come from several locations.
        splitters: How the package of each location is split further.
        locations_max: The most locations that may serve; None for any number.
        pooling: What locations below 0 do to the others. The pool is made of all locations that
            are handed in, those that may not serve among them.
        leftover_at: Where what is missing shall wait; None leaves it without a location.

    >>> from ecomkit.identifiers import LocationId, Sku
    >>> from ecomkit.stock import Owner
    >>> sku = Sku("ELEPHANT-KNIT")
    >>> locations = [
    ...     StockedLocation(location=Location(id=LocationId("lyon")), available={sku: 10}),
    ...     StockedLocation(location=Location(id=LocationId("paris")), available={sku: 15}),
    ... ]
    >>> line = SourcingLine.of(Owner("line:web/1#1"), sku=sku, quantity=13)
    >>> print(Sourcing(rankers=())([line], locations=locations).explain())
    13 of 13 units from lyon, paris; paris covers everything
    line:web/1#1: 10 ELEPHANT-KNIT from lyon, 3 ELEPHANT-KNIT from paris
    lyon taken for 10: first by priority and name
    paris taken for 3: the only one that can serve what was wanted by then
    """

    filters: tuple[SourcingFilter, ...] = attrs.field(
        default=(IsOpen(), IsOurs(), ServesDestination()),
        converter=as_tuple,
        validator=_each_called,
    )
    rankers: tuple[SourcingRanker, ...] = attrs.field(
        default=(FewestSplits(),), converter=as_tuple, validator=_each_called
    )
    splitting: Splitting = attrs.field(default=Splitting.LINES, validator=is_a(Splitting))
    splitters: tuple[PackageSplitter, ...] = attrs.field(
        default=(), converter=as_tuple, validator=_each_called
    )
    locations_max: int | None = attrs.field(default=None, validator=optional(above_zero))
    pooling: Pooling = attrs.field(default=Pooling.SEPARATE, validator=is_a(Pooling))
    leftover_at: LocationId | None = attrs.field(
        default=None, validator=optional(is_a(LocationId))
    )

    def __call__(
        self,
        lines: Iterable[SourcingLine],
        *,
        locations: Iterable[StockedLocation],
        destination: Place | None = None,
    ) -> SourcingDecision:
        """
        Return which of *locations* serve *lines*, which go to *destination*.

        The order of the locations changes nothing, that of the lines only who of them is served
        first.

        Raises:
            FieldError: If two lines have one owner, two locations have one name, or a ranker
                ranks what it was not asked about.
            PackageError: If a splitter does not keep what is inside a package.
        """
        asked = _Asked(lines=lines, locations=locations)
        need = SourcingNeed(
            pieces=cut(self.splitting.claims(asked.lines)),
            destination=destination,
            locations_left=self.locations_max,
        )
        draft = SourcingDraft(
            need,
            rankers=self.rankers,
            pool=None if self.pooling is Pooling.SEPARATE else _pool(asked.locations),
        )
        draft.admit(asked.locations, filters=self.filters)
        whole = attrs.evolve(need, pieces=cut(Splitting.NOTHING.claims(asked.lines)))
        sole = draft.serving_all(whole)
        draft.allocate(need.claims)
        if self.splitting is Splitting.KITS:
            draft.allocate(single_parts(draft.need.claims))
        return draft.decision(
            asked.lines, sole=sole, splitters=self.splitters, leftover_at=self.leftover_at
        )


@final
@attrs.frozen(kw_only=True)
class _Asked:
    """What sourcing was asked, checked."""

    lines: tuple[SourcingLine, ...] = attrs.field(converter=as_tuple, validator=each(SourcingLine))
    locations: tuple[StockedLocation, ...] = attrs.field(
        converter=as_tuple, validator=each(StockedLocation)
    )

    def __attrs_post_init__(self) -> None:
        if len({line.owner for line in self.lines}) != len(self.lines):
            raise refuse(self, "lines", len(self.lines), "one line for each owner")
        if len({stocked.id for stocked in self.locations}) != len(self.locations):
            raise refuse(self, "locations", len(self.locations), "one for each name")


def _pool(locations: Iterable[StockedLocation]) -> StockedLocation:
    """Return one location with the units of all, what is owed taken off."""
    units: dict[Sku, int] = {}
    for stocked in locations:
        for sku, reported in stocked.available:
            units[sku] = units.get(sku, 0) + reported
    return StockedLocation(location=Location(id=LocationId("pool")), available=units)
