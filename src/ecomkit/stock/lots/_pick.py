"""The answers of a removal: which lots to take, what is missing, and what was left out."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, is_text, not_negative, refuse
from ecomkit.identifiers import LocationId, LotId
from ecomkit.stock.lots._eligibility import LotFinding

__all__ = ["ExcludedLot", "LotPick", "LotPickRefused", "PickedLot", "RefusedLot"]


@final
@attrs.frozen(kw_only=True)
class PickedLot:
    """Take *quantity* units of *lot* from this place."""

    lot: LotId = attrs.field(validator=is_a(LotId))
    quantity: int = attrs.field(validator=above_zero)
    location: LocationId = attrs.field(validator=is_a(LocationId))
    position: str = attrs.field(default="", validator=is_text)

    def explain(self) -> str:
        """Say what to take, and where."""
        return f"{self.quantity} of lot {self.lot} at {_place(self.location, self.position)}"


@final
@attrs.frozen(kw_only=True)
class ExcludedLot:
    """*units* units of *lot* lie in this place and may not be picked, for every reason named."""

    lot: LotId = attrs.field(validator=is_a(LotId))
    units: int = attrs.field(validator=above_zero)
    location: LocationId = attrs.field(validator=is_a(LocationId))
    position: str = attrs.field(default="", validator=is_text)
    findings: tuple[LotFinding, ...] = attrs.field(converter=as_tuple, validator=each(LotFinding))

    def explain(self) -> str:
        """Say what lies there, and every reason why it stays."""
        reasons = ", ".join(finding.explain() for finding in self.findings)
        place = _place(self.location, self.position)
        return f"lot {self.lot} at {place} ({self.units} units) {reasons}"


@final
@attrs.frozen(kw_only=True)
class LotPick:
    """
    What to take for *wanted* units.

    *lines* are in the order of the policy. They and the missing units add up to what was
    wanted. *excluded* holds the lots that have units and may not be picked.

    Raises:
        FieldError: If the lines hold more units than were wanted.

    >>> pick = LotPick(wanted=4, lines=(), excluded=())
    >>> pick.missing, pick.explain()
    (4, '0 of 4 picked')
    """

    wanted: int = attrs.field(validator=above_zero)
    lines: tuple[PickedLot, ...] = attrs.field(converter=as_tuple, validator=each(PickedLot))
    excluded: tuple[ExcludedLot, ...] = attrs.field(
        converter=as_tuple, validator=each(ExcludedLot)
    )

    def __attrs_post_init__(self) -> None:
        if self.quantity > self.wanted:
            raise refuse(self, "lines", self.quantity, f"at most the {self.wanted} units wanted")

    @property
    def quantity(self) -> int:
        """Units to take, over all lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def missing(self) -> int:
        """Units wanted that no lot may give."""
        return self.wanted - self.quantity

    def explain(self) -> str:
        """Say what to take, and which lots were left out for which reasons."""
        text = f"{self.quantity} of {self.wanted} picked"
        if self.lines:
            text += ": " + "; ".join(line.explain() for line in self.lines)
        return "\n".join([text, *(f"left out: {lot.explain()}" for lot in self.excluded)])


@final
@attrs.frozen(kw_only=True)
class RefusedLot:
    """Of *lot*, *wanted* units were asked for by name; *units* lie there; every reason why not."""

    lot: LotId = attrs.field(validator=is_a(LotId))
    wanted: int = attrs.field(validator=above_zero)
    units: int = attrs.field(validator=not_negative)
    findings: tuple[LotFinding, ...] = attrs.field(converter=as_tuple, validator=each(LotFinding))

    def explain(self) -> str:
        """Say every reason."""
        reasons = ", ".join(finding.explain() for finding in self.findings)
        return f"lot {self.lot} {reasons}"


@final
@attrs.frozen(kw_only=True)
class LotPickRefused:
    """Nothing is taken, since at least one named lot cannot be: all that cannot are told."""

    wanted: int = attrs.field(validator=above_zero)
    lots: tuple[RefusedLot, ...] = attrs.field(converter=as_tuple, validator=each(RefusedLot))

    def explain(self) -> str:
        """Say which lots cannot be taken, and why."""
        return f"none of {self.wanted} picked: " + "; ".join(lot.explain() for lot in self.lots)


def _place(location: LocationId, position: str) -> str:
    return f"{location}, {position}" if position else str(location)
