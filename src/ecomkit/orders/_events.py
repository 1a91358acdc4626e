"""What happens to the units of a line after the placement."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

import attrs

from ecomkit._checks import above_zero, aware, is_a, optional
from ecomkit._texts import note
from ecomkit.identifiers import LineId, ParcelId

__all__ = ["LineEvent", "LineEventKind"]


class LineEventKind(Enum):
    """What happened to units of a line."""

    CANCELLED = "cancelled"
    """They will not be shipped."""

    SHIPPED = "shipped"
    """They left."""

    UNSHIPPED = "unshipped"
    """They were told as shipped, and never left: the fulfilment was cancelled."""

    DELIVERED = "delivered"
    """They reached the buyer."""

    LOST = "lost"
    """They left, and will not reach the buyer."""

    FOUND = "found"
    """They were told as lost, and turned up."""

    RETURNED = "returned"
    """They are with us again."""

    SENT_BACK = "sent_back"
    """They had come back, were not accepted, and went to the buyer again."""

    CREDITED = "credited"
    """
    The buyer need not pay for them although they were shipped.

    They came back and were accepted, were lost, or the buyer may keep them.
    """

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__


@final
@attrs.frozen(kw_only=True)
class LineEvent:
    """
    A fact: something happened to *quantity* units of a line.

    Facts are appended and never edited. *at* is when it happened, by the clock of whoever
    reported it, so the order of instants is not relied upon. *parcel* names the shipment that
    the units are in, *reason* says why, such as ``short shipped``; it is not about a person.

    Raises:
        FieldError: If the quantity is below 1 or *at* has no UTC offset.
    """

    kind: LineEventKind = attrs.field(validator=is_a(LineEventKind))
    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)
    at: datetime = attrs.field(validator=aware)
    parcel: ParcelId | None = attrs.field(default=None, validator=optional(is_a(ParcelId)))
    reason: str = attrs.field(default="", repr=False, validator=note)
