"""Windows: stretches of time, and those that are counted in days."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit.errors import FieldError
from ecomkit.timeline._instants import day_of, days_after, start_of_day, time_zone, utc

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["Boundary", "Window", "window_of_days"]


class Boundary(Enum):
    """Whether the last day of a window that is counted in days is part of it."""

    INCLUSIVE = "inclusive"
    """Day N counts whole, to its last moment."""

    STRICT = "strict"
    """The window is over when day N begins."""


@final
@attrs.frozen(kw_only=True)
class Window:
    """
    The instants from *start* on and before *end*, kept in UTC; empty if the two are equal.

    Raises:
        NaiveInstantError: If an end has no UTC offset.
        FieldError: If *end* lies before *start*.

    >>> from ecomkit.timeline import instant
    >>> window = Window(start=instant("2026-01-01T00:00Z"), end=instant("2026-01-02T00:00Z"))
    >>> window.contains(window.start), window.contains(window.end)
    (True, False)
    """

    start: datetime = attrs.field(converter=utc)
    end: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise FieldError(
                owner="Window", field="end", got=self.end, wanted=f"not before {self.start}"
            )

    @property
    def duration(self) -> timedelta:
        """How long the window is, 0 or more."""
        return self.end - self.start

    def contains(self, moment: datetime) -> bool:
        """
        Return whether *moment* lies in the window; its end does not.

        Raises:
            NaiveInstantError: If *moment* has no UTC offset.
        """
        return self.start <= utc(moment) < self.end

    def overlaps(self, other: Window) -> bool:
        """Return whether an instant lies in both; windows that only touch share none."""
        return max(self.start, other.start) < min(self.end, other.end)


def window_of_days(
    since: datetime, *, days: int, zone: str | ZoneInfo, boundary: Boundary
) -> Window:
    """
    Return the window that opens at *since* and is counted in days of *zone*.

    The local day of *since* is day 0, whatever the hour. Days are calendar days, so a day on
    which clocks change, or one that the zone skipped, counts as one. ``STRICT`` with no days is
    empty.

    Args:
        since: When the count starts, such as a delivery.
        days: How many days, 0 or more.
        zone: The IANA name of the zone whose days count: the shop's.
        boundary: Whether the last day counts whole or not at all.

    Raises:
        NaiveInstantError: If *since* has no UTC offset.
        FieldError: If *days* is no whole number, 0 or more.
        UnknownZoneError: If *zone* is unknown.
        InstantRangeError: If the end lies outside the years 1 to 9999.

    >>> from ecomkit.timeline import instant
    >>> window = window_of_days(
    ...     instant("2026-03-01T15:00:00Z"),
    ...     days=30,
    ...     zone="Europe/Paris",
    ...     boundary=Boundary.INCLUSIVE,
    ... )
    >>> window.contains(instant("2026-03-31T23:59:59+02:00"))
    True
    >>> window.contains(instant("2026-04-01T00:00:00+02:00"))
    False
    """
    if type(days) is not int or days < 0:
        raise FieldError(
            owner="window_of_days", field="days", got=days, wanted="a whole number, 0 or more"
        )
    here = time_zone(zone)
    last = days_after(day_of(since, zone=here), days=days)
    match boundary:
        case Boundary.INCLUSIVE:
            end = start_of_day(days_after(last, days=1), zone=here)
        case Boundary.STRICT:
            end = start_of_day(last, zone=here)
        case _:
            assert_never(boundary)
    # With STRICT and no days, the end of the count lies before its start.
    return Window(start=since, end=max(utc(since), end))
