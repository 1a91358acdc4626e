"""Expected receipts: units that a purchase order will bring, and when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import is_a, plain_date, refuse
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku
from ecomkit.replenishment._numbers import day_of, units, units_above_zero
from ecomkit.stock.promising import Incoming

if TYPE_CHECKING:
    from collections.abc import Iterable


@final
@attrs.frozen(kw_only=True)
class ExpectedReceipt:
    """
    A line of a purchase order: never stock, until it is received.

    More may come than was ordered: it is recorded and seen in ``over``.

    Raises:
        FieldError: If ``quantity`` is below 1, ``received`` below 0, or ``expected_on`` no date.

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

    @property
    def open(self) -> int:
        """Units that are still to come."""
        return max(0, self.quantity - self.received)

    @property
    def over(self) -> int:
        """Units that came beyond what was ordered."""
        return max(0, self.received - self.quantity)

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

    def receive(self, quantity: int) -> Self:
        """
        Return the line with *quantity* more units received.

        Raises:
            FieldError: If *quantity* is below 1 or no whole number.
        """
        check_units_received(self, quantity)
        return attrs.evolve(self, received=self.received + quantity)


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
    overdue counts as still to come.

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
