"""What the ledger answers: expected outcomes are values, to be matched."""

from __future__ import annotations

from typing import TypeAlias, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, not_negative, optional
from ecomkit.identifiers import LocationId, LotId, Sku
from ecomkit.stock._accounts import Owner

__all__ = [
    "Covered",
    "Done",
    "Outcome",
    "Recorded",
    "Refused",
    "Reserved",
    "Short",
    "Shortage",
]


@final
@attrs.frozen(kw_only=True)
class Shortage:
    """
    One sku at one location: *wanted* units over all lines, *available* ones.

    Where *lot* is named, so many of that lot; where goods move and none is named, so many that
    carry no lot.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(validator=is_a(LocationId))
    wanted: int = attrs.field(validator=above_zero)
    available: int = attrs.field(validator=not_negative)
    lot: LotId | None = attrs.field(default=None, validator=optional(is_a(LotId)))

    def explain(self) -> str:
        """
        Say what is missing.

        >>> from ecomkit.stock import MAIN
        >>> print(Shortage(sku=Sku("A"), location=MAIN, wanted=6, available=4).explain())
        A at main: wanted 6, available 4, short of 2
        """
        missing = self.wanted - self.available
        lot = "" if self.lot is None else f", lot {self.lot}"
        return (
            f"{self.sku} at {self.location}{lot}: wanted {self.wanted}, "
            f"available {self.available}, short of {missing}"
        )


@final
@attrs.frozen(kw_only=True)
class Reserved:
    """All of the wants were granted."""

    units: int = attrs.field(validator=not_negative)

    def explain(self) -> str:
        """Say how many units were granted."""
        return f"{self.units} units granted"


@final
@attrs.frozen(kw_only=True)
class Short:
    """Nothing was granted, since at least one sku is short; all that are short are named."""

    shortages: tuple[Shortage, ...] = attrs.field(converter=as_tuple, validator=each(Shortage))

    def explain(self) -> str:
        """Say what is missing, sku by sku."""
        return "nothing granted: " + "; ".join(s.explain() for s in self.shortages)


@final
@attrs.frozen(kw_only=True)
class Covered:
    """How much of one want was there when it was recorded."""

    owner: Owner = attrs.field(validator=is_a(Owner))
    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(validator=is_a(LocationId))
    covered: int = attrs.field(validator=not_negative)
    uncovered: int = attrs.field(validator=not_negative)


@final
@attrs.frozen(kw_only=True)
class Recorded:
    """The sale was recorded; *lines* say what it could be covered with, want by want."""

    lines: tuple[Covered, ...] = attrs.field(converter=as_tuple, validator=each(Covered))

    @property
    def uncovered(self) -> int:
        """Units sold that were not there."""
        return sum(line.uncovered for line in self.lines)

    def explain(self) -> str:
        """Say what is uncovered."""
        short = [line for line in self.lines if line.uncovered]
        if not short:
            return "recorded, all units covered"
        return "recorded, uncovered: " + "; ".join(
            f"{line.uncovered} of {line.covered + line.uncovered} {line.sku}" for line in short
        )


@final
@attrs.frozen(kw_only=True)
class Done:
    """The command took effect on *units* units, in either direction."""

    units: int = attrs.field(validator=not_negative)

    def explain(self) -> str:
        """Say how many units moved."""
        return f"{self.units} units moved"


@final
@attrs.frozen(kw_only=True)
class Refused:
    """
    The command asked for more than its owner has, or than lies there: nothing was changed.

    *shortages* hold what was asked and what there was.
    """

    shortages: tuple[Shortage, ...] = attrs.field(converter=as_tuple, validator=each(Shortage))

    def explain(self) -> str:
        """Say what was asked in vain."""
        return "refused: " + "; ".join(s.explain() for s in self.shortages)


Outcome: TypeAlias = Reserved | Short | Recorded | Done | Refused
