"""The draft of a sourcing decision: what is picked so far, and what was noted on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from ecomkit.identifiers import LocationId, Sku
from ecomkit.stock._accounts import Owner
from ecomkit.stock._wants import Want
from ecomkit.stock.locations import StockedLocation
from ecomkit.stock.sourcing._choice import choose, in_order
from ecomkit.stock.sourcing._decision import LocationChoice, LocationFinding, SourcingDecision
from ecomkit.stock.sourcing._filters import SourcingFilter
from ecomkit.stock.sourcing._lines import LineUnits, SourcingClaim, SourcingLine, cut
from ecomkit.stock.sourcing._need import SourcingNeed
from ecomkit.stock.sourcing._packages import Package, PackageItem, PackageSplitter, split_packages
from ecomkit.stock.sourcing._rankers import SourcingRanker

__all__ = ["SourcingDraft"]


class SourcingDraft:
    """
    One decision in the making.

    *pool*, where given, is one location that stands for all of them together: no more is
    allocated than it has.
    """

    def __init__(
        self,
        need: SourcingNeed,
        *,
        rankers: Sequence[SourcingRanker],
        pool: StockedLocation | None,
    ) -> None:
        self.need = need
        self._rankers = rankers
        self._pool = pool
        self._shelves: dict[LocationId, StockedLocation] = {}
        self._rejected: dict[LocationId, StockedLocation] = {}
        self._taken: dict[LocationId, dict[tuple[Owner, Sku], int]] = {}
        self._objections: dict[LocationId, list[str]] = {}
        self._notes: dict[LocationId, tuple[str, ...]] = {}

    def admit(
        self, locations: Iterable[StockedLocation], *, filters: Sequence[SourcingFilter]
    ) -> None:
        """Keep the locations that no filter rejects, without the skus that one rejects."""
        for stocked in locations:
            found = [what for ask in filters for what in ask(stocked, need=self.need)]
            self._objections[stocked.id] = [rejection.explain() for rejection in found]
            if any(rejection.sku is None for rejection in found):
                self._rejected[stocked.id] = stocked
                continue
            refused = {what.sku: stocked.units(what.sku) for what in found if what.sku is not None}
            self._shelves[stocked.id] = stocked.less(refused)

    def serving_all(self, whole: SourcingNeed) -> tuple[LocationId, ...]:
        """Return the admitted locations that can serve all of *whole*, one piece, alone."""
        if self._pool is not None and not any(whole.pieces_from(self._pool)):
            return ()
        return tuple(
            stocked.id
            for stocked in in_order(self._shelves.values())
            if any(whole.pieces_from(stocked))
        )

    def allocate(self, claims: Iterable[SourcingClaim]) -> None:
        """
        Pick locations for *claims* until nothing is wanted, or nobody can or may serve more.

        Locations that serve already are asked first: they make no further split.
        """
        self.need = attrs.evolve(self.need, pieces=cut(claims))
        withheld = attrs.evolve(self.need, pieces=())
        if self._pool is not None:
            kept, withheld = self.need.take(self.need.pieces_from(self._pool))
            self.need = attrs.evolve(self.need, pieces=cut(kept))
        for location in self._taken:
            self._take(location)
        while (able := self._able()) and self.need.locations_left != 0:
            choice = choose(able, rankers=self._rankers, need=self.need)
            self._notes.update({name: (why,) for name, why in choice.beaten.items()})
            self._notes[choice.first.id] = choice.reasons
            self._take(choice.first.id)
            if self.need.locations_left is not None:
                left = self.need.locations_left - 1
                self.need = attrs.evolve(self.need, locations_left=left)
        for stocked in able:
            self._notes[stocked.id] = ("could serve more, but no more locations may be used",)
        for stocked in self._unused():
            # Alone it could serve what the pool cannot: somebody else's debt is in the way.
            if any(withheld.pieces_from(stocked)):
                before = self._notes.get(stocked.id, ())
                self._notes[stocked.id] = (*before, "what it has is owed at other locations")
        self.need = attrs.evolve(self.need, pieces=cut((*self.need.claims, *withheld.claims)))

    def decision(
        self,
        lines: tuple[SourcingLine, ...],
        *,
        sole: tuple[LocationId, ...],
        splitters: Sequence[PackageSplitter],
        leftover_at: LocationId | None,
    ) -> SourcingDecision:
        """Return the decision on *lines*."""
        names = [(line.owner, part.sku) for line in lines for part in line.parts]
        missing = _in_order(
            _totals(units for claim in self.need.claims for units in claim.units), names=names
        )
        taken = {
            location: _in_order(units, names=names) for location, units in self._taken.items()
        }
        place = {name: number for number, name in enumerate(names)}
        allocations = (
            Want(owner=part.owner, sku=part.sku, quantity=part.quantity, location=location)
            for location, parts in taken.items()
            for part in parts
        )
        return SourcingDecision(
            lines=lines,
            allocations=sorted(allocations, key=lambda want: place[want.owner, want.sku]),
            leftover=missing,
            packages=(
                part
                for package in _packages(taken, waiting=missing, at=leftover_at)
                for part in split_packages(package, splitters=splitters)
            ),
            locations=self._findings(),
            sole=sole,
            leftover_at=leftover_at,
        )

    def _able(self) -> list[StockedLocation]:
        """Return the locations not taken yet that can serve a piece; note why others cannot."""
        able = []
        for stocked in self._unused() if self.need.pieces else ():
            if any(self.need.pieces_from(stocked)):
                able.append(stocked)
            elif stocked.id not in self._notes:
                has_some = any(stocked.units(sku) for sku in self.need.wanted)
                self._notes[stocked.id] = (
                    "has some of it, but nothing that may leave as a whole"
                    if has_some
                    else "has nothing of what is wanted",
                )
        return able

    def _unused(self) -> list[StockedLocation]:
        return in_order(
            stocked for name, stocked in self._shelves.items() if name not in self._taken
        )

    def _take(self, location: LocationId) -> None:
        stocked = self._shelves[location]
        claims, self.need = self.need.take(self.need.pieces_from(stocked))
        taken = self._taken.setdefault(location, {})
        by_sku: dict[Sku, int] = {}
        for (owner, sku), quantity in _totals(u for claim in claims for u in claim.units).items():
            taken[owner, sku] = taken.get((owner, sku), 0) + quantity
            by_sku[sku] = by_sku.get(sku, 0) + quantity
        self._shelves[location] = stocked.less(by_sku)
        if self._pool is not None:
            self._pool = self._pool.less(by_sku)

    def _findings(self) -> Iterable[LocationFinding]:
        for location, taken in self._taken.items():
            yield self._finding(location, choice=LocationChoice.TAKEN, units=sum(taken.values()))
        for stocked in self._unused():
            yield self._finding(stocked.id, choice=LocationChoice.PASSED_OVER)
        for stocked in in_order(self._rejected.values()):
            yield self._finding(stocked.id, choice=LocationChoice.REJECTED)

    def _finding(
        self, location: LocationId, *, choice: LocationChoice, units: int = 0
    ) -> LocationFinding:
        reasons = (*self._notes.get(location, ()), *self._objections[location])
        return LocationFinding(
            location=location,
            choice=choice,
            units=units,
            reasons=reasons or ("nothing was wanted",),
        )


def _totals(units: Iterable[LineUnits]) -> dict[tuple[Owner, Sku], int]:
    totals: dict[tuple[Owner, Sku], int] = {}
    for part in units:
        key = (part.owner, part.sku)
        totals[key] = totals.get(key, 0) + part.quantity
    return totals


def _in_order(
    totals: Mapping[tuple[Owner, Sku], int], *, names: Iterable[tuple[Owner, Sku]]
) -> tuple[LineUnits, ...]:
    return tuple(
        LineUnits(owner=owner, sku=sku, quantity=totals[owner, sku])
        for owner, sku in names
        if (owner, sku) in totals
    )


def _packages(
    taken: Mapping[LocationId, Iterable[LineUnits]],
    *,
    waiting: Sequence[LineUnits],
    at: LocationId | None,
) -> tuple[Package, ...]:
    """Return one package for each location, what waits *at* one of them with the rest of it."""
    contents = {location: _items(parts) for location, parts in taken.items()}
    if at is not None and waiting:
        contents.setdefault(at, []).extend(
            attrs.evolve(item, is_covered=False) for item in _items(waiting)
        )
    return tuple(Package(location=location, items=items) for location, items in contents.items())


def _items(parts: Iterable[LineUnits]) -> list[PackageItem]:
    return [PackageItem(owner=part.owner, sku=part.sku, quantity=part.quantity) for part in parts]
