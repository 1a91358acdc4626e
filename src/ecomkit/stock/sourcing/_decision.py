"""The decision of sourcing: what comes from where, what is missing, and why."""

from __future__ import annotations

import enum
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional
from ecomkit.identifiers import LocationId
from ecomkit.stock._accounts import Owner
from ecomkit.stock._wants import Want
from ecomkit.stock.sourcing._lines import LineUnits, SourcingLine
from ecomkit.stock.sourcing._packages import Package

__all__ = ["LocationChoice", "LocationFinding", "SourcingDecision"]


class LocationChoice(enum.Enum):
    """What became of a location."""

    TAKEN = "taken"
    PASSED_OVER = "passed over"
    REJECTED = "rejected"


@final
@attrs.frozen(kw_only=True)
class LocationFinding:
    """What became of one location, the units taken from it, and all reasons."""

    location: LocationId = attrs.field(validator=is_a(LocationId))
    choice: LocationChoice = attrs.field(validator=is_a(LocationChoice))
    reasons: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))
    units: int = attrs.field(default=0, validator=not_negative)

    def explain(self) -> str:
        """Say what became of the location, and why."""
        units = f" for {self.units}" if self.units else ""
        return f"{self.location} {self.choice.value}{units}: {'; '.join(self.reasons)}"


@final
@attrs.frozen(kw_only=True)
class SourcingDecision:
    """
    Which location serves which line.

    Args:
        lines: What was asked for.
        allocations: What comes from where; at most one for each line, sku and location.
        leftover: What no location serves; at most one for each line and sku.
        packages: What leaves each location together, in the order in which locations were taken.
        locations: What became of every location, those taken first.
        sole: The locations that could serve everything alone.
        leftover_at: Where the leftover waits, if anywhere.
    """

    lines: tuple[SourcingLine, ...] = attrs.field(converter=as_tuple, validator=each(SourcingLine))
    allocations: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=each(Want))
    leftover: tuple[LineUnits, ...] = attrs.field(converter=as_tuple, validator=each(LineUnits))
    packages: tuple[Package, ...] = attrs.field(converter=as_tuple, validator=each(Package))
    locations: tuple[LocationFinding, ...] = attrs.field(
        converter=as_tuple, validator=each(LocationFinding)
    )
    sole: tuple[LocationId, ...] = attrs.field(converter=as_tuple, validator=each(LocationId))
    leftover_at: LocationId | None = attrs.field(
        default=None, validator=optional(is_a(LocationId))
    )

    @property
    def is_complete(self) -> bool:
        """Whether every unit comes from somewhere."""
        return not self.leftover

    @property
    def used(self) -> tuple[LocationId, ...]:
        """The locations that serve, in the order in which they were taken."""
        return tuple(
            finding.location
            for finding in self.locations
            if finding.choice is LocationChoice.TAKEN
        )

    @property
    def wants(self) -> tuple[Want, ...]:
        """
        What to ask the ledger for: the allocations, and the leftover where it waits.

        ``Reserve`` takes them where the decision is complete; ``Record`` takes them with the
        leftover, which then is uncovered there.
        """
        if self.leftover_at is None:
            return self.allocations
        units: dict[tuple[Owner, str, LocationId], Want] = {}
        waiting = (
            Want(owner=part.owner, sku=part.sku, quantity=part.quantity, location=self.leftover_at)
            for part in self.leftover
        )
        for want in (*self.allocations, *waiting):
            key = (want.owner, want.sku, want.location)
            before = units[key].quantity if key in units else 0
            units[key] = attrs.evolve(want, quantity=before + want.quantity)
        return tuple(units.values())

    def explain(self) -> str:
        """Say what is served, where each line comes from, and what became of each location."""
        return "\n".join(
            (
                self._summary(),
                *(self._line(line) for line in self.lines),
                *(finding.explain() for finding in self.locations),
            )
        )

    def _summary(self) -> str:
        served = sum(want.quantity for want in self.allocations)
        missing = sum(units.quantity for units in self.leftover)
        alone = ", ".join(self.sole) or "no single location"
        return (
            f"{served} of {served + missing} units from {', '.join(self.used) or 'nowhere'}; "
            f"{alone} covers everything"
        )

    def _line(self, line: SourcingLine) -> str:
        sources = [
            f"{want.quantity} {want.sku} from {want.location}"
            for want in self.allocations
            if want.owner == line.owner
        ]
        place = "" if self.leftover_at is None else f", waiting at {self.leftover_at}"
        missing = [
            f"{units.quantity} {units.sku} missing{place}"
            for units in self.leftover
            if units.owner == line.owner
        ]
        return f"{line.owner}: {', '.join([*sources, *missing])}"
