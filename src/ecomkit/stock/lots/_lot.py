"""Lots: units of one sku that came together, keep one date, and are recalled together."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import final

import attrs

from ecomkit._checks import (
    as_utc,
    aware,
    is_a,
    is_text,
    not_negative,
    optional,
    plain_date,
    refuse,
)
from ecomkit.identifiers import LocationId, LotId, Sku
from ecomkit.stock._levels import MAIN

__all__ = ["Lot", "LotBalance", "LotStatus", "Tracking"]


class LotStatus(enum.Enum):
    """
    What people or quality control decided about a lot.

    That a lot has expired is no status: it follows from its date and from today.
    """

    APPROVED = "approved"
    """May be picked."""

    ON_HOLD = "on hold"
    """Waits for a decision."""

    QUARANTINED = "quarantined"
    """Kept apart until it was looked at."""

    RECALLED = "recalled"
    """Called back by its maker or an authority."""


class Tracking(enum.Enum):
    """What one lot stands for."""

    BATCH = "batch"
    """Any number of units that came together."""

    SERIAL = "serial"
    """One single unit with a number of its own."""


@final
@attrs.frozen(kw_only=True)
class Lot:
    """
    What is the same for all units of a lot.

    *expires_on* is the last day on which the units are good, None if they keep for ever; it is
    a day of the merchant's calendar, and whoever asks says which day is today.

    Raises:
        FieldError: If a field is of the wrong kind.

    >>> from datetime import UTC
    >>> lot = Lot(
    ...     id=LotId("2026-01"),
    ...     sku=Sku("HONEY"),
    ...     received_at=datetime(2026, 1, 2, 9, tzinfo=UTC),
    ...     expires_on=date(2026, 1, 10),
    ... )
    >>> lot.has_expired(date(2026, 1, 10)), lot.has_expired(date(2026, 1, 11))
    (False, True)
    """

    id: LotId = attrs.field(validator=is_a(LotId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    received_at: datetime = attrs.field(converter=as_utc, validator=aware)
    expires_on: date | None = attrs.field(default=None, validator=optional(plain_date))
    status: LotStatus = attrs.field(default=LotStatus.APPROVED, validator=is_a(LotStatus))
    tracking: Tracking = attrs.field(default=Tracking.BATCH, validator=is_a(Tracking))

    @classmethod
    def serial(
        cls,
        number: LotId,
        *,
        sku: Sku,
        received_at: datetime,
        expires_on: date | None = None,
        status: LotStatus = LotStatus.APPROVED,
    ) -> Lot:
        """
        Return the lot of the one unit that carries the serial *number*.

        >>> from datetime import UTC
        >>> noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
        >>> Lot.serial(LotId("SN-1"), sku=Sku("PHONE"), received_at=noon).is_serial
        True
        """
        return cls(
            id=number,
            sku=sku,
            received_at=received_at,
            expires_on=expires_on,
            status=status,
            tracking=Tracking.SERIAL,
        )

    @property
    def is_serial(self) -> bool:
        """Whether the lot is one single unit."""
        return self.tracking is Tracking.SERIAL

    def has_expired(self, today: date) -> bool:
        """Whether the last good day lies before *today*; a lot without a date never expires."""
        return self.expires_on is not None and self.expires_on < today

    def days_left(self, today: date) -> int | None:
        """
        Return the days from *today* to the last good day: 0 on that day, below 0 after it.

        None for a lot without a date.
        """
        return None if self.expires_on is None else (self.expires_on - today).days


@final
@attrs.frozen(kw_only=True)
class LotBalance:
    """
    The units of one *lot* in one place.

    Args:
        lot: The lot.
        units: Units on the shelf, free to be picked.
        picked: Units taken from this shelf that have not left the location yet.
        location: Where the shelf stands.
        position: The shelf or bin at the location, empty if it has no name.
        distance: How far the picker has to go, in any one measure (metres, steps, a place in
            the round), None if nobody knows.

    Raises:
        FieldError: If a number is negative, or if a serial has more than one unit.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    >>> phone = Lot.serial(LotId("SN-1"), sku=Sku("PHONE"), received_at=noon)
    >>> LotBalance(lot=phone, units=2)
    Traceback (most recent call last):
        ...
    ecomkit.errors.FieldError: LotBalance.units must be at most 1 with those picked, got 2
    """

    lot: Lot = attrs.field(validator=is_a(Lot))
    units: int = attrs.field(validator=not_negative)
    picked: int = attrs.field(default=0, validator=not_negative)
    location: LocationId = attrs.field(default=MAIN, validator=is_a(LocationId))
    position: str = attrs.field(default="", validator=is_text)
    distance: int | None = attrs.field(default=None, validator=optional(not_negative))

    def __attrs_post_init__(self) -> None:
        if self.lot.is_serial and self.on_hand > 1:
            raise refuse(self, "units", self.units, "at most 1 with those picked")

    @property
    def on_hand(self) -> int:
        """Units that lie at the location: on the shelf, and picked from it."""
        return self.units + self.picked
