"""What the shelf does not show yet: units on their way in, and promises for a later day."""

from __future__ import annotations

import enum
from datetime import date
from typing import final

import attrs

from ecomkit._checks import is_a, optional, plain_date, units
from ecomkit.identifiers import Identifier, LocationId, Sku
from ecomkit.stock._accounts import Owner
from ecomkit.stock._levels import MAIN

__all__ = ["Commitment", "Firmness", "Incoming"]


class Firmness(enum.Enum):
    """How sure it is that units will come."""

    FIRM = "firm"
    """Ordered and confirmed, or already on the road."""

    PLANNED = "planned"
    """Proposed, ordered and not confirmed, or hoped for."""


@final
@attrs.frozen(kw_only=True)
class Incoming:
    """
    Units that are expected on a day: never stock, until they are received.

    Args:
        sku: What comes.
        quantity: Units still to come, at least 1.
        expected_on: The first day on which they can be promised, by the location's calendar.
        source: What brings them: a purchase order, a transfer, a return.
        location: Where they come to.
        firmness: Whether somebody has confirmed them.
        expires_on: The last day on which they will be good, None if they keep for ever.

    >>> from ecomkit.identifiers import PurchaseOrderId
    >>> print(Incoming(
    ...     sku=Sku("ELEPHANT-KNIT"),
    ...     quantity=48,
    ...     expected_on=date(2026, 10, 8),
    ...     source=PurchaseOrderId("PO-1"),
    ... ).explain())
    48 on 2026-10-08 from PO-1
    """

    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    expected_on: date = attrs.field(validator=plain_date)
    source: Identifier = attrs.field(validator=is_a(Identifier))
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    firmness: Firmness = attrs.field(default=Firmness.FIRM, validator=is_a(Firmness))
    expires_on: date | None = attrs.field(default=None, validator=optional(plain_date))

    def is_overdue(self, today: date) -> bool:
        """Whether the day on which the units were expected has passed."""
        return self.expected_on < today

    def explain(self) -> str:
        """Say how many units come, when and from where."""
        planned = ", planned" if self.firmness is Firmness.PLANNED else ""
        return f"{self.quantity} on {self.expected_on} from {self.source}{planned}"


@final
@attrs.frozen(kw_only=True)
class Commitment:
    """
    Units promised for a later day, for which the level has neither an allocation nor a debt.

    A preorder, a subscription's next parcel, a wholesale order for next month.

    >>> from ecomkit.identifiers import LineId, OrderId
    >>> Commitment(
    ...     owner=Owner.line(OrderId("wholesale/7"), LineId("1")),
    ...     sku=Sku("ELEPHANT-KNIT"),
    ...     quantity=6,
    ...     due_on=date(2026, 10, 1),
    ... ).quantity
    6
    """

    owner: Owner = attrs.field(validator=is_a(Owner))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=units)
    due_on: date = attrs.field(validator=plain_date)
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
