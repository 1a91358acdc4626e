"""The promise that an order was placed with: when it leaves, and when it arrives."""

from __future__ import annotations

from datetime import datetime  # stores read the field types at run time
from typing import final

import attrs

from ecomkit._checks import as_utc, aware, refuse

__all__ = ["Promise"]


@final
@attrs.frozen(kw_only=True)
class Promise:
    """
    Three instants, kept in UTC: when it leaves at the latest, and between which it arrives.

    Each belongs to the promise: what arrives exactly at *deliver_by* is on time. How it was
    found says the decision of :class:`DeliveryPromise`; the order keeps the promise alone.

    Raises:
        FieldError: If an instant has no UTC offset, or *deliver_by* lies before one of the others.

    >>> from ecomkit.timeline import instant
    >>> promise = Promise(
    ...     ship_by=instant("2026-08-03T17:00:00+02:00"),
    ...     deliver_from=instant("2026-08-04T00:00:00+02:00"),
    ...     deliver_by=instant("2026-08-05T20:00:00+02:00"),
    ... )
    >>> promise.is_kept_at(instant("2026-08-05T20:00:00+02:00"))
    True
    """

    ship_by: datetime = attrs.field(converter=as_utc, validator=aware)
    deliver_from: datetime = attrs.field(converter=as_utc, validator=aware)
    deliver_by: datetime = attrs.field(converter=as_utc, validator=aware)

    def __attrs_post_init__(self) -> None:
        # What leaves early may arrive before ship_by, which is the last instant to leave.
        for first in (self.ship_by, self.deliver_from):
            if self.deliver_by < first:
                raise refuse(self, "deliver_by", self.deliver_by, f"{first} or later")

    def is_kept_at(self, delivered_at: datetime) -> bool:
        """Return whether what is delivered then is on time; too early is on time."""
        return delivered_at <= self.deliver_by
