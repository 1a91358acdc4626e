"""What the year sends to the channels, counted as it goes: the one side of the reconciliation."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import attrs

from . import _world as world
from ._market import TakenBack
from ._source import Reason, SenselessRow, is_charge

__all__ = ["QuarantinedSums", "Tally"]


@attrs.define
class QuarantinedSums:
    """Rows that cannot be booked: all of them, and those among sales and among cancellations."""

    rows: int = 0
    units: int = 0
    amount: Decimal = Decimal(0)
    sold_lines: int = 0
    sold_units: int = 0
    sold: Decimal = Decimal(0)
    taken_back_units: int = 0
    taken_back: Decimal = Decimal(0)

    def add(self, row: SenselessRow) -> None:
        """Count *row*."""
        units = 0 if is_charge(row.sku) else row.quantity
        self.rows += 1
        self.units += units
        self.amount += row.amount
        if row.invoice.startswith("C"):
            self.taken_back_units -= units
            self.taken_back += row.amount
        elif row.amount > 0:
            self.sold_lines += 1
            self.sold_units += units
            self.sold += row.amount


@attrs.define
class Tally:
    """
    Counts of what happened on the channels.

    ``row_amount`` is what the cancelled rows pay back by the file, ``sale_amount`` what the same
    units were sold for; the file sometimes pays back another price.
    """

    orders: int = 0
    lines: int = 0
    units: int = 0
    merged_charges: int = 0
    cancelled: int = 0
    sent_back: int = 0
    settled: int = 0
    row_amount: Decimal = Decimal(0)
    sale_amount: Decimal = Decimal(0)
    other_price_rows: int = 0
    given_up: int = 0
    waiting: int = 0
    quarantined: dict[Reason, QuarantinedSums] = attrs.field(factory=dict)

    def sold(self, event: world.InvoicePlaced, *, merged_charges: int) -> None:
        """Count a sale, and its charges that its channel has no place of their own for."""
        self.orders += 1
        self.merged_charges += merged_charges
        self.lines += len(event.lines)
        self.units += sum(line.quantity for line in event.lines)

    def taken_back(self, event: world.UnitsCancelled, came: Iterable[TakenBack]) -> None:
        """Count a cancelling invoice, and what became of it."""
        for line in event.lines:
            sold_for = sum(
                match.unit_price.to_decimal() * match.quantity for match in line.matches
            )
            self.row_amount += line.amount.to_decimal()
            self.sale_amount += sold_for
            self.other_price_rows += line.amount.to_decimal() != sold_for
        for taken in came:
            self.cancelled += sum(taken.cancelled.values())
            self.sent_back += sum(taken.sent_back.values())
            self.settled += taken.settled

    def senseless(self, row: SenselessRow) -> None:
        """Count a row that cannot be booked."""
        self.quarantined.setdefault(row.reason, QuarantinedSums()).add(row)

    def quarantined_sum(self) -> QuarantinedSums:
        """Return the sums over all reasons."""
        total = QuarantinedSums()
        for sums in self.quarantined.values():
            for field in attrs.fields(QuarantinedSums):
                added = getattr(total, field.name) + getattr(sums, field.name)
                setattr(total, field.name, added)
        return total
