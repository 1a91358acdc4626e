"""Observations of lead time: when it was ordered, promised and received, and over which route."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, is_text, optional, plain_date
from ecomkit.identifiers import LocationId, SupplierId
from ecomkit.replenishment._numbers import units_above_zero
from ecomkit.replenishment._purchase_order import PurchaseOrder
from ecomkit.replenishment.purchasing._kinds import all_of

if TYPE_CHECKING:
    from collections.abc import Iterable


@final
@attrs.frozen(kw_only=True)
class Route:
    """
    The way that goods take: from whom, how, and where to; None or "" where it makes no difference.

    >>> Route(supplier=SupplierId("mill"), mode="sea").explain()
    'mill by sea'
    """

    supplier: SupplierId | None = attrs.field(default=None, validator=optional(is_a(SupplierId)))
    mode: str = attrs.field(default="", validator=is_text)
    location: LocationId | None = attrs.field(default=None, validator=optional(is_a(LocationId)))

    def explain(self) -> str:
        """Return the route in words."""
        words = [str(self.supplier or "any supplier")]
        if self.mode:
            words.append(f"by {self.mode}")
        if self.location:
            words.append(f"to {self.location}")
        return " ".join(words)


ANY_ROUTE = Route()
"""No difference between routes."""


@final
@attrs.frozen(kw_only=True)
class LeadTimeObservation:
    """
    Units that came, or are to come, in one part: a partial receipt is an observation of its own.

    Args:
        ordered_on: The day on which the supplier got the order; None where it is not known.
        promised_on: The day that was promised; None where none was.
        received_on: The day on which it came; None as long as it has not.
        units: How many units it is about.
        route: The way that it takes.

    Raises:
        FieldError: If a day is no date, or ``units`` is below 1.

    >>> seen = LeadTimeObservation(
    ...     ordered_on=date(2026, 3, 2), promised_on=date(2026, 3, 9), received_on=date(2026, 3, 12)
    ... )
    >>> seen.days, seen.days_late
    (10, 3)
    """

    ordered_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    promised_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    received_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    units: int = attrs.field(default=1, validator=units_above_zero)
    route: Route = attrs.field(default=ANY_ROUTE, validator=is_a(Route))

    @property
    def days(self) -> int | None:
        """Calendar days from order to receipt; below 0 where the order was written afterwards."""
        if self.received_on is None or self.ordered_on is None:
            return None
        return (self.received_on - self.ordered_on).days

    @property
    def days_late(self) -> int | None:
        """Calendar days from the promise to the receipt; below 0 where it came early."""
        if self.received_on is None or self.promised_on is None:
            return None
        return (self.received_on - self.promised_on).days

    @property
    def is_open(self) -> bool:
        """Whether it has not come yet."""
        return self.received_on is None

    def age(self, today: date) -> int | None:
        """Return how many days it has been waited for on *today*; None where it is not known."""
        if self.received_on is not None or self.ordered_on is None:
            return None
        return (today - self.ordered_on).days


class CountedFrom(Enum):
    """From which day of a purchase order on its lead time counts."""

    SENT = "the day on which the supplier got it"
    """How long the supplier takes."""

    DECIDED = "the day on which it was written"
    """How long we wait in all, for an order day as well: what a policy has to protect."""


def observed_lead_times(
    orders: Iterable[PurchaseOrder],
    *,
    mode: str = "",
    counted_from: CountedFrom = CountedFrom.SENT,
) -> tuple[LeadTimeObservation, ...]:
    """
    Return what purchase orders tell of lead times: one observation for each receipt of a line.

    What is still open of an order that was sent is an observation without a day of receipt.
    Drafts tell nothing, and neither does what was received before its days were kept.
    *mode* names how all of them were shipped, *counted_from* where the
    days begin.

    Raises:
        FieldError: If one is no purchase order.

    >>> from ecomkit.identifiers import PurchaseOrderId, Sku
    >>> from ecomkit.replenishment import ExpectedReceipt, PurchaseOrder
    >>> order = PurchaseOrder(
    ...     id=PurchaseOrderId("PO-1"),
    ...     supplier=SupplierId("mill"),
    ...     placed_on=date(2026, 3, 2),
    ...     lines=[
    ...         ExpectedReceipt(
    ...             purchase_order=PurchaseOrderId("PO-1"),
    ...             sku=Sku("ELEPHANT"),
    ...             location=LocationId("LYON"),
    ...             quantity=48,
    ...             expected_on=date(2026, 3, 9),
    ...         )
    ...     ],
    ... ).receive(Sku("ELEPHANT"), location=LocationId("LYON"), quantity=40, on=date(2026, 3, 12))
    >>> [(seen.units, seen.days, seen.days_late) for seen in observed_lead_times([order])]
    [(40, 10, 3), (8, None, None)]
    """
    placed = all_of(PurchaseOrder, orders, owner="observed_lead_times", field="orders")
    return tuple(
        seen for order in placed for seen in _of_order(order, mode=mode, counted_from=counted_from)
    )


def _of_order(
    order: PurchaseOrder, *, mode: str, counted_from: CountedFrom
) -> Iterable[LeadTimeObservation]:
    if order.is_draft:
        return
    from_sent = counted_from is CountedFrom.SENT
    for line in order.lines:
        blank = LeadTimeObservation(
            ordered_on=order.ordered_on if from_sent else order.placed_on,
            promised_on=line.promised_on or line.expected_on,
            route=Route(supplier=order.supplier, mode=mode, location=line.location),
        )
        for receipt in line.receipts:
            yield attrs.evolve(blank, received_on=receipt.on, units=receipt.units)
        if line.open:
            yield attrs.evolve(blank, units=line.open)
