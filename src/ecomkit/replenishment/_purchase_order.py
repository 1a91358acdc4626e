"""Purchase orders: what was ordered from a supplier, and how much of it has come."""

from __future__ import annotations

from datetime import date  # stores read the field types at run time
from typing import Self, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, plain_date, refuse
from ecomkit.errors import AttentionError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku, SupplierId
from ecomkit.replenishment._receipt import ExpectedReceipt, check_units_received


@attrs.frozen(kw_only=True)
class NotOrderedError(AttentionError):
    """
    Raised when goods arrive under a purchase order that does not name them.

    >>> error = NotOrderedError(
    ...     purchase_order=PurchaseOrderId("PO-1"), sku=Sku("TIGER"), location=LocationId("LYON")
    ... )
    >>> print(error)
    purchase order PO-1 has no line for TIGER at LYON; look at the goods, then count them in or send them back
    """

    purchase_order: PurchaseOrderId
    sku: Sku
    location: LocationId

    @property
    def message(self) -> str:
        """What came, under which order, and what to do."""
        return (
            f"purchase order {self.purchase_order} has no line for {self.sku} at "
            f"{self.location}; look at the goods, then count them in or send them back"
        )


@final
@attrs.frozen(kw_only=True)
class PurchaseOrder:
    """
    An order placed with a supplier; its lines are the receipts to expect.

    Raises:
        FieldError: If there is no line, or a line belongs to another purchase order.

    >>> order = PurchaseOrder(
    ...     id=PurchaseOrderId("PO-1"),
    ...     placed_on=date(2026, 10, 1),
    ...     lines=[
    ...         ExpectedReceipt(
    ...             purchase_order=PurchaseOrderId("PO-1"),
    ...             sku=Sku("ELEPHANT-KNIT"),
    ...             location=LocationId("LYON"),
    ...             quantity=48,
    ...             expected_on=date(2026, 10, 8),
    ...         )
    ...     ],
    ... )
    >>> order.receive(Sku("ELEPHANT-KNIT"), location=LocationId("LYON"), quantity=40).open
    8
    """

    id: PurchaseOrderId = attrs.field(validator=is_a(PurchaseOrderId))
    supplier: SupplierId | None = attrs.field(default=None, validator=optional(is_a(SupplierId)))
    placed_on: date = attrs.field(validator=plain_date)
    lines: tuple[ExpectedReceipt, ...] = attrs.field(
        converter=as_tuple, validator=each(ExpectedReceipt)
    )

    def __attrs_post_init__(self) -> None:
        if not self.lines or any(line.purchase_order != self.id for line in self.lines):
            raise refuse(self, "lines", self.lines, f"one or more lines of {self.id}")

    @property
    def open(self) -> int:
        """Units that are still to come."""
        return sum(line.open for line in self.lines)

    @property
    def received(self) -> int:
        """Units that have come."""
        return sum(line.received for line in self.lines)

    @property
    def over(self) -> int:
        """Units that came beyond what was ordered."""
        return sum(line.over for line in self.lines)

    def receive(self, sku: Sku, *, location: LocationId, quantity: int) -> Self:
        """
        Return the order with *quantity* units of *sku* received at *location*.

        They fill the lines of that sku and location by expected day, then by their place in the
        order; what is beyond all of them goes to the last and shows in ``over``.

        Raises:
            NotOrderedError: If no line names this sku at this location.
            FieldError: If *quantity* is below 1 or no whole number.
        """
        check_units_received(self, quantity)
        matching = sorted(
            (
                place
                for place, line in enumerate(self.lines)
                if (line.sku, line.location) == (sku, location)
            ),
            key=lambda place: (self.lines[place].expected_on, place),
        )
        if not matching:
            raise NotOrderedError(purchase_order=self.id, sku=sku, location=location)
        lines, left = list(self.lines), quantity
        for place in matching:
            taken = left if place == matching[-1] else min(left, lines[place].open)
            if taken:
                lines[place] = lines[place].receive(taken)
                left -= taken
        return attrs.evolve(self, lines=lines)
