"""The return window: for how long after their delivery units may be asked to come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, final
from zoneinfo import ZoneInfo

import attrs

from ecomkit._checks import above_zero, is_a, not_negative
from ecomkit.orders import LineEventKind
from ecomkit.returns._finding import RuleFinding
from ecomkit.timeline import Boundary, Window, window_of_days

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.identifiers import LineId
    from ecomkit.orders import Order
    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["ReturnWindow", "UnitWindow"]


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
    instant of the request counts, not that of the decision.

    Raises:
        FieldError: If *days* is below 0.
        UnknownZoneError: If *zone* is unknown; raised when the rule is used.
    """

    days: int = attrs.field(validator=not_negative)
    zone: str = attrs.field(validator=is_a(str))
    boundary: Boundary = attrs.field(default=Boundary.INCLUSIVE, validator=is_a(Boundary))

    def windows(self, order: Order, *, line: LineId) -> tuple[UnitWindow, ...]:
        """
        Return the windows of the units of *line* that are delivered and not back, oldest first.

        Raises:
            UnknownLineError: If the order has no such line.
            UnknownZoneError: If the zone is unknown.
        """
        back = order.counts(line).returned
        deliveries = sorted(
            (
                event
                for event in order.events
                if event.line == line and event.kind is LineEventKind.DELIVERED
            ),
            key=lambda event: event.at,
        )
        windows = []
        for delivery in deliveries:
            gone = min(back, delivery.quantity)
            back -= gone
            if gone < delivery.quantity:
                window = window_of_days(
                    delivery.at, days=self.days, zone=self.zone, boundary=self.boundary
                )
                windows.append(UnitWindow(units=delivery.quantity - gone, window=window))
        return tuple(windows)

    def __call__(
        self,
        request: ReturnRequest,
        line: ReturnLine,
        /,
        *,
        now: datetime,  # noqa: ARG002  # a rule takes what every rule takes
    ) -> tuple[RuleFinding, ...]:
        """Return a finding for units whose window is closed, and one for units without one."""
        windows = self.windows(request.order, line=line.line)
        ahead = request.ahead_of(line)
        closed = [each for each in windows if each.window.end <= request.requested_at]
        late = sum(each.units for each in closed)
        in_time = sum(each.units for each in windows) - late
        acceptable = max(0, in_time - ahead)
        missing = max(0, line.quantity - acceptable)
        # The entries ahead take the units in time first, then the late ones.
        too_late = min(missing, max(0, late - max(0, ahead - in_time)))
        undelivered = missing - too_late
        findings = []
        if too_late > 0:
            deadline = closed[-1].window.end
            here = deadline.astimezone(ZoneInfo(self.zone))
            findings.append(
                RuleFinding(
                    rule="window",
                    line=line.line,
                    problem=f"{too_late} of {line.quantity} asked for too late: the {self.days} "
                    f"days from their delivery ended at {here:%Y-%m-%d %H:%M} in {self.zone}",
                    acceptable=acceptable,
                    deadline=deadline,
                )
            )
        if undelivered > 0:
            findings.append(
                RuleFinding(
                    rule="window",
                    line=line.line,
                    problem=f"{undelivered} of {line.quantity} not delivered, "
                    "so their window has not begun",
                    acceptable=acceptable,
                    remedy="wait for the delivery",
                )
            )
        return tuple(findings)
