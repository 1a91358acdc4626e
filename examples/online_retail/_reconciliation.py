"""The file against the books: every unit and every penny of the file is somewhere, or this shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import final

import attrs

from ._books import OrderSums
from ._tally import Tally
from ._totals import SourceTotals

__all__ = ["Reconciled", "plain_amount", "pounds", "reconcile"]

PENCE = Decimal(100)

MONEY = Decimal("0.01")


def plain_amount(amount: Decimal) -> Decimal:
    """
    Return an amount with two digits behind the point, or with more if it has more.

    >>> plain_amount(Decimal("3.5")), plain_amount(Decimal("0.001"))
    (Decimal('3.50'), Decimal('0.001'))
    """
    money = amount.quantize(MONEY)
    return money if money == amount else amount


def _plain(value: Decimal) -> Decimal:
    """Return a whole number as it is, an amount with its digits."""
    return value if value.as_tuple().exponent == 0 else plain_amount(value)


@final
@attrs.frozen(kw_only=True)
class Reconciled:
    """One figure: what the file says, and the parts of it that are in the books and beside them."""

    name: str
    source: Decimal = attrs.field(converter=_plain)
    booked: Decimal = attrs.field(converter=_plain)
    beside: Decimal = attrs.field(converter=_plain)
    where: str

    @property
    def difference(self) -> Decimal:
        """What is missing; 0, or something was lost."""
        return _plain(self.source - self.booked - self.beside)


def pounds(pence: int) -> Decimal:
    """Return minor units as an amount."""
    return Decimal(pence) / PENCE


def reconcile(source: SourceTotals, *, sums: OrderSums, tally: Tally) -> tuple[Reconciled, ...]:
    """
    Hold the file's own sums, added up apart from the replay, against the books.

    Cancelled units are in the books as cancelled or returned, or their parcel is on its way;
    those that the shop had cancelled itself for want of stock are beside them.
    """
    kept_out = tally.quarantined_sum()
    sent = tally.sent_back - sums.returned
    by_customers = sums.cancelled - tally.given_up
    return (
        Reconciled(
            name="sold lines, charges included",
            source=Decimal(source.sold_lines),
            booked=Decimal(sums.lines + sums.charge_lines),
            beside=Decimal(kept_out.sold_lines + tally.merged_charges),
            where=(
                f"{kept_out.sold_lines:,} in quarantine, {tally.merged_charges:,} charges in one sum "
                "with another one"
                if tally.merged_charges
                else "in quarantine"
            ),
        ),
        Reconciled(
            name="units sold",
            source=Decimal(source.sold_units),
            booked=Decimal(sums.units),
            beside=Decimal(kept_out.sold_units),
            where="in quarantine",
        ),
        Reconciled(
            name="revenue in GBP",
            source=source.sold,
            booked=pounds(sums.goods + sums.charges),
            beside=kept_out.sold,
            where="in quarantine",
        ),
        Reconciled(
            name="units taken back",
            source=Decimal(source.taken_back_units),
            booked=Decimal(by_customers + sums.returned),
            beside=Decimal(sent + tally.settled + kept_out.taken_back_units),
            where=(
                f"{sent:,} on their way, {tally.settled:,} never delivered, "
                f"{kept_out.taken_back_units:,} in quarantine"
            ),
        ),
        Reconciled(
            name="taken back in GBP, as the file pays it",
            source=-source.taken_back,
            booked=tally.row_amount,
            beside=-kept_out.taken_back,
            where="in quarantine",
        ),
    )
