"""The return window: for how long after their delivery units may be asked to come back."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, not_negative
from ecomkit.orders import LineEventKind
from ecomkit.returns._facts import known_zone, on_clocks, start_after, zone_named
from ecomkit.returns._finding import RuleFinding
from ecomkit.returns._holiday import HolidayExtension
from ecomkit.timeline import (
    Boundary,
    Window,
    day_of,
    start_of_day,
    utc,
    window_of_days,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.identifiers import LineId
    from ecomkit.orders import Order
    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["ReturnWindow", "UnitWindow", "deliveries_left"]


SKIPPED_DAYS_MAX = 3


@final
@attrs.frozen(kw_only=True)
class UnitWindow:
    """*units* of a line that were delivered together, and when they may be asked back."""

    units: int = attrs.field(validator=above_zero)
    window: Window = attrs.field(validator=is_a(Window))


@final
@attrs.frozen(kw_only=True)
class ReturnWindow:
    """
    A return is asked for within *days* of the delivery, counted in days of the shop's *zone*.

    The day of the delivery is day 0. With ``INCLUSIVE`` the last day counts whole; with
    ``STRICT`` the window closes as it begins. Each unit has the window of its own delivery.
    Units of a line are alike, and the doubt is for the buyer: the units that came back already
    are taken to be those delivered first, and a request to be about those delivered last. The
    instant of the request counts, not that of the decision. What was bought before a holiday
    may be returned for longer: *extensions*.

    Raises:
        FieldError: If *days* is below 0.
        UnknownZoneError: If *zone* is unknown.
    """

    days: int = attrs.field(validator=not_negative)
    zone: str = attrs.field(validator=known_zone)
    boundary: Boundary = attrs.field(default=Boundary.INCLUSIVE, validator=is_a(Boundary))
    extensions: tuple[HolidayExtension, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(HolidayExtension)
    )

    def windows(self, order: Order, *, line: LineId) -> tuple[UnitWindow, ...]:
        """
        Return the windows of the units of *line* that are delivered and not back, oldest first.

        Raises:
            UnknownLineError: If the order has no such line.
        """
        extended = self._extended_to(order)
        return tuple(
            UnitWindow(units=units, window=Window(start=at, end=self._end(at, extended=extended)))
            for units, at in deliveries_left(order, line=line)
        )

    def _end(self, at: datetime, *, extended: datetime | None) -> datetime:
        """Return when the window of a delivery ends, with the extension if that is later."""
        day = day_of(at, zone=zone_named(self.zone))
        # With STRICT and no days, the end of the count lies before the delivery.
        end = max(utc(at), _end_of_days(day, self.days, self.zone, self.boundary))
        return end if extended is None else max(end, extended)

    def _extended_to(self, order: Order) -> datetime | None:
        if not self.extensions:
            return None
        bought = day_of(order.placed_at, zone=self.zone)
        last = max((part.until for part in self.extensions if part.covers(bought)), default=None)
        return None if last is None else start_after(last, self.zone)

    def __call__(
        self,
        request: ReturnRequest,
        line: ReturnLine,
        /,
        *,
        now: datetime,  # noqa: ARG002  # a rule takes what every rule takes
    ) -> tuple[RuleFinding, ...]:
        """Return a finding for units whose window is closed, and one for units without one."""
        ahead = request.open_of(line.line) + request.ahead_of(line)
        asked_at = request.requested_at
        left = deliveries_left(request.order, line=line.line)
        if self._are_surely_open(left, asked_at=asked_at, units=line.quantity + ahead):
            return ()
        extended = self._extended_to(request.order)
        in_time, late, ends = 0, 0, []
        for units, at in left:
            end = self._end(at, extended=extended)
            if asked_at < end:
                in_time += units
            else:
                late += units
                ends.append(end)
        acceptable = max(0, in_time - ahead)
        missing = max(0, line.quantity - acceptable)
        # What is asked for already takes the units in time first, then the late ones.
        too_late = min(missing, max(0, late - max(0, ahead - in_time)))
        undelivered = missing - too_late
        findings = []
        if too_late > 0:
            deadline = max(ends)
            findings.append(
                RuleFinding(
                    rule="window",
                    line=line.line,
                    problem=f"{too_late} of {line.quantity} asked for too late: "
                    f"{self._period(end=deadline, extended=extended)}",
                    acceptable=acceptable,
                    deadline=deadline,
                    zone=self.zone,
                )
            )
        if undelivered > 0:
            findings.append(
                RuleFinding(
                    rule="window_ahead",
                    line=line.line,
                    problem=f"{undelivered} of {line.quantity} not delivered, "
                    "so their window has not begun",
                    acceptable=acceptable,
                    remedy="wait for the delivery",
                )
            )
        return tuple(findings)

    def _are_surely_open(
        self, left: Iterable[tuple[int, datetime]], *, asked_at: datetime, units: int
    ) -> bool:
        """
        Return whether *units* were delivered so lately that no calendar is needed.

        A window of n days lasts n - 1 times 24 hours at least, less what clocks and zones skip:
        a day and some hours at the most.
        """
        lately = self.days - SKIPPED_DAYS_MAX
        return units <= sum(together for together, at in left if (asked_at - at).days < lately)

    def _period(self, *, end: datetime, extended: datetime | None) -> str:
        what = (
            "the extension over the holidays"
            if end == extended
            else f"the {self.days} days from their delivery"
        )
        return f"{what} ended at {on_clocks(end, zone=self.zone)}"


@lru_cache(maxsize=1_024)
def _end_of_days(day: date, days: int, zone: str, boundary: Boundary) -> datetime:
    """Return when windows end that opened on *day*: all at one instant, so it is kept."""
    opened = start_of_day(day, zone=zone)
    return window_of_days(opened, days=days, zone=zone, boundary=boundary).end


def deliveries_left(order: Order, *, line: LineId) -> list[tuple[int, datetime]]:
    """
    Return how many units of *line* were delivered when and are not back, oldest first.

    The units that are back are taken to be those delivered first.

    Raises:
        UnknownLineError: If the order has no such line.
    """
    back = order.counts(line).returned
    deliveries = [
        (event.at, event.quantity)
        for event in order.events
        if event.kind is LineEventKind.DELIVERED and event.line == line
    ]
    deliveries.sort()
    left = []
    for at, quantity in deliveries:
        gone = min(back, quantity)
        back -= gone
        if gone < quantity:
            left.append((quantity - gone, at))
    return left
