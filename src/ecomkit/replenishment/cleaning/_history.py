"""The history of one sku while it is cleaned, and what a step finds in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias, final

import attrs

from ecomkit._checks import (
    above_zero,
    as_tuple,
    each,
    is_a,
    not_negative,
    optional,
    plain_date,
    refuse,
)
from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.replenishment._numbers import DAYS_MAX, day_of
from ecomkit.replenishment.cleaning._row import DemandRow, RowKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEAVING = frozenset({RowKind.SALE, RowKind.WRITE_OFF})
"""What takes units off the shelf; the other kinds take such rows back."""


def check_window(start: date, *, end: date) -> None:
    """
    Accept a window of days, at most ten years long: its days are gone through one by one.

    Raises:
        FieldError: If an end is no date, or the window is longer.
    """
    since = day_of(start, owner="cleaning", field="start")
    if (day_of(end, owner="cleaning", field="end") - since).days > DAYS_MAX:
        wanted = f"at most {DAYS_MAX} days after the start"
        raise FieldError(owner="cleaning", field="end", got=end, wanted=wanted)


@final
@attrs.frozen(kw_only=True)
class SalesHistory:
    """
    The rows of one sku by day, and how many units of each still count.

    ``left`` has a number for each row: of sales and write-offs the units that count as demand so
    far, of cancellations and returns those that were not yet set against a sale. The demand is
    looked for in the days from ``start`` up to, not including, ``end``; rows may lie outside, so
    that a cancellation finds a sale from before, or one from inside is cancelled later.
    ``unknown`` are days on which demand could not be observed.

    Raises:
        FieldError: If there is not one number for each row, from 0 to its units.
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    start: date = attrs.field(validator=plain_date)
    end: date = attrs.field(validator=plain_date)
    rows: tuple[DemandRow, ...] = attrs.field(converter=as_tuple, validator=each(DemandRow))
    left: tuple[int, ...] = attrs.field(converter=as_tuple, validator=each(int))
    unknown: frozenset[date] = attrs.field(default=frozenset(), validator=is_a(frozenset))

    def __attrs_post_init__(self) -> None:
        if len(self.left) != len(self.rows) or any(
            not 0 <= left <= row.units for row, left in zip(self.rows, self.left, strict=True)
        ):
            raise refuse(self, "left", self.left, "a number for each row, from 0 to its units")

    @classmethod
    def of(cls, rows: Iterable[DemandRow], *, sku: Sku, start: date, end: date) -> SalesHistory:
        """Return the history of *sku*: its rows by day, those of one day as they were given."""
        own = sorted((row for row in rows if row.sku == sku), key=lambda row: row.day)
        return cls(sku=sku, start=start, end=end, rows=own, left=[row.units for row in own])

    def counted(self, *kinds: RowKind) -> Iterator[tuple[int, DemandRow, int]]:
        """Yield place, row and units left of the rows of *kinds* inside the window, by day."""
        for place, (row, left) in enumerate(zip(self.rows, self.left, strict=True)):
            if left and row.kind in kinds and self.start <= row.day < self.end:
                yield place, row, left

    def units_by_day(self) -> dict[date, int]:
        """Return the units that count, of the days inside the window that have any."""
        days: dict[date, int] = {}
        for _, row, left in self.counted(*LEAVING):
            days[row.day] = days.get(row.day, 0) + left
        return days


@final
@attrs.frozen(kw_only=True)
class TakenOff:
    """
    A finding: *units* of the row at place *row* are no demand.

    *by* is the place of the cancellation or return that took them back, None if none did.
    """

    row: int = attrs.field(validator=not_negative)
    units: int = attrs.field(validator=above_zero)
    why: str = attrs.field(validator=is_a(str))
    by: int | None = attrs.field(default=None, validator=optional(not_negative))


@final
@attrs.frozen(kw_only=True)
class NotObserved:
    """A finding: what was asked for on *day* could not be seen, whatever was sold on it."""

    day: date = attrs.field(validator=plain_date)
    why: str = attrs.field(validator=is_a(str))


@final
@attrs.frozen(kw_only=True)
class Unmatched:
    """A finding: for *units* of the cancellation or return *row* there is no sale to be found."""

    row: DemandRow = attrs.field(validator=is_a(DemandRow))
    units: int = attrs.field(validator=above_zero)
    why: str = attrs.field(validator=is_a(str))

    def explain(self) -> str:
        """Say of which row how many units are left over, and why."""
        return f"{self.units} units of the {self.row.explain()}: {self.why}"


Finding: TypeAlias = TakenOff | NotObserved | Unmatched


class CleaningStep(Protocol):
    """
    One step of the cleaning: looks at a history and says what is no demand, and why.

    A step changes nothing itself, so that whatever it finds is in the report.
    """

    name: ClassVar[str]
    """What the step is called in the report."""

    def __call__(self, history: SalesHistory) -> Iterable[Finding]:
        """Return what the step finds in *history*; no row may lose more units than it has left."""
        ...
