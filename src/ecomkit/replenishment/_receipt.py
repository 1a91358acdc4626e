"""Expected receipts: units that a purchase order will bring, and when."""

from __future__ import annotations

from datetime import date  # stores read the field types at run time
from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, plain_date, refuse
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku
from ecomkit.money import Money
from ecomkit.replenishment._numbers import day_of, units, units_above_zero
from ecomkit.stock.promising import Incoming

if TYPE_CHECKING:
    from collections.abc import Iterable


@final
@attrs.frozen(kw_only=True)
class GoodsReceipt:
    """
    Units of one line that came on one day.

    Raises:
        FieldError: If ``on`` is no date, or ``units`` is below 1.
    """

    on: date = attrs.field(validator=plain_date)
    units: int = attrs.field(validator=units_above_zero)


@final
@attrs.frozen(kw_only=True)
class ExpectedReceipt:
    """
    A line of a purchase order: never stock, until it is received.

    More may come than was ordered: it is recorded and seen in ``over``. Less may come: the rest
    stays ``open`` until the line is closed.

    Args:
        purchase_order: The order it belongs to.
        sku: What was ordered.
        location: Where it is to come to.
        quantity: Units that we ordered.
        expected_on: The day on which we now expect them.
        received: Units that have come.
        confirmed: Units that the supplier promised, where that is another number; 0 for a line
            that is refused.
        promised_on: The day that the supplier promised; None as long as it has promised none.
            It stays when ``expected_on`` moves, so that lateness is held against the promise.
        receipts: What came on which day, as far as the days are known.
        is_closed: Nothing more of it is awaited.
        cost: What ``quantity`` units of it cost, as ordered; None where no price is known.

    Raises:
        FieldError: If ``quantity`` is below 1, ``received``, ``confirmed`` or ``cost`` below 0, a
            day no date, or if more came by day than ``received`` says.

    >>> line = ExpectedReceipt(
    ...     purchase_order=PurchaseOrderId("PO-1"),
    ...     sku=Sku("ELEPHANT-KNIT"),
    ...     location=LocationId("LYON"),
    ...     quantity=48,
    ...     expected_on=date(2026, 10, 8),
    ... )
    >>> line.receive(40).open, line.receive(50).open, line.receive(50).over
    (8, 0, 2)
    >>> print(line.receive(40).incoming.explain())
    8 on 2026-10-08 from PO-1
    """

    purchase_order: PurchaseOrderId = attrs.field(validator=is_a(PurchaseOrderId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    location: LocationId = attrs.field(validator=is_a(LocationId))
    quantity: int = attrs.field(validator=units_above_zero)
    expected_on: date = attrs.field(validator=plain_date)
    received: int = attrs.field(default=0, validator=units)
    confirmed: int | None = attrs.field(default=None, validator=optional(units))
    promised_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    receipts: tuple[GoodsReceipt, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(GoodsReceipt)
    )
    is_closed: bool = attrs.field(default=False, validator=is_a(bool))
    cost: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))

    def __attrs_post_init__(self) -> None:
        if self.receipts and sum(receipt.units for receipt in self.receipts) > self.received:
            raise refuse(self, "receipts", self.receipts, f"{self.received} units at the most")
        if self.cost is not None and self.cost.amount < 0:
            raise refuse(self, "cost", self.cost, "money, 0 or more")

    @property
    def due(self) -> int:
        """Units that the line is about: what the supplier promised, or else what we ordered."""
        return self.quantity if self.confirmed is None else self.confirmed

    @property
    def open(self) -> int:
        """Units that are still to come."""
        return 0 if self.is_closed else max(0, self.due - self.received)

    @property
    def over(self) -> int:
        """Units that came beyond what the line is about."""
        return max(0, self.received - self.due)

    @property
    def short(self) -> int:
        """Units that are missing and not awaited any more."""
        return max(0, self.due - self.received) if self.is_closed else 0

    @property
    def incoming(self) -> Incoming | None:
        """
        What is still to come, as the rules of what can be promised take it; None if all came.

        Raises:
            FieldError: If more units are open than a command of stock may name, 10**12.
        """
        if not self.open:
            return None
        return Incoming(
            sku=self.sku,
            quantity=self.open,
            expected_on=self.expected_on,
            source=self.purchase_order,
            location=self.location,
        )

    def receive(self, quantity: int, *, on: date | None = None) -> Self:
        """
        Return the line with *quantity* more units received, on the day *on* where it is known.

        Raises:
            FieldError: If *quantity* is below 1 or no whole number, or *on* no date.
        """
        check_units_received(self, quantity)
        receipts = self.receipts
        if on is not None:
            receipts = (*receipts, GoodsReceipt(on=on, units=quantity))
        return attrs.evolve(self, received=self.received + quantity, receipts=receipts)


def check_units_received(instance: object, quantity: Any) -> None:
    """Refuse to receive anything but a whole number of units above 0."""
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise refuse(instance, "received", quantity, "raised by a whole number above 0")


def on_order(
    receipts: Iterable[ExpectedReceipt],
    *,
    sku: Sku,
    before: date,
    location: LocationId | None = None,
) -> int:
    """
    Return the units of *sku* still to come before the day *before*, at *location* or anywhere.

    The day itself does not count. Give the end of the protection interval (today plus lead time
    and review period), so that units that land too late do not hide a stock-out. What is
    overdue counts as still to come. So do the units of a draft, since otherwise a second run
    would order them again; those of a cancelled or closed order do not.

    Raises:
        FieldError: If *before* is no date.
    """
    day_of(before, owner="on_order", field="before")
    return sum(
        receipt.open
        for receipt in receipts
        if receipt.sku == sku
        and receipt.expected_on < before
        and location in (None, receipt.location)
    )
