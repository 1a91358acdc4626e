"""What the law gives to the buyer of a request: withdrawal, or a claim for faulty goods."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit._checks import aware, is_a, not_negative, optional
from ecomkit.orders import LineEventKind
from ecomkit.returns._facts import Notice, Party, on_clocks, start_after, zone_named
from ecomkit.returns._legal_floor import LegalFloor, PeriodEnd
from ecomkit.returns._request import country_code
from ecomkit.returns._window import deliveries_left
from ecomkit.timeline import day_of, days_after

if TYPE_CHECKING:
    from collections.abc import Collection

    from ecomkit.returns._request import ReturnLine, ReturnRequest

__all__ = ["LegalRight", "LegalRightKind", "Withdrawal", "claim_right"]

_SATURDAY = 6


class LegalRightKind(Enum):
    """On what a consumer can rely."""

    WITHDRAWAL = "withdrawal"
    """To send goods back without a reason."""

    CLAIM = "claim"
    """To get what was sold, where something else, or something faulty, was delivered."""


@final
@attrs.frozen(kw_only=True)
class LegalRight:
    """
    What the law gives for one entry of a request.

    Args:
        kind: The right.
        country: The country whose law it is.
        units: For how many of the units asked for it holds; 0 if its time has run out.
        period: How long it is given, in words.
        deadline: The first instant that is too late; None while the period has not begun, as
            not everything was delivered.
        zone: The IANA zone in which the deadline is counted.
        burden: Who has to prove whether a fault was there at the delivery; for claims only.
        source: Where the law says so.
    """

    kind: LegalRightKind = attrs.field(validator=is_a(LegalRightKind))
    country: str = attrs.field(validator=country_code)
    units: int = attrs.field(validator=not_negative)
    period: str = attrs.field(validator=is_a(str))
    deadline: datetime | None = attrs.field(validator=optional(aware))
    zone: str = attrs.field(validator=is_a(str))
    burden: Party | None = attrs.field(default=None, validator=optional(is_a(Party)))
    source: str = attrs.field(validator=is_a(str))

    def explain(self) -> str:
        """Say what the law gives, until when, and where it says so."""
        match self.kind:
            case LegalRightKind.WITHDRAWAL:
                right = "to withdraw"
            case LegalRightKind.CLAIM:
                right = "to claim what was sold"
            case _:
                assert_never(self.kind)
        until = "" if self.deadline is None else f", before {self.written_deadline}"
        burden = "" if self.burden is None else f"; the {self.burden.value} has to prove"
        return (
            f"the law of {self.country} gives {self.period} {right}{until}{burden} ({self.source})"
        )

    @property
    def written_deadline(self) -> str:
        """The deadline on the clocks of its zone; empty if there is none yet."""
        if self.deadline is None:
            return ""
        return on_clocks(self.deadline, zone=self.zone)


@final
@attrs.frozen(kw_only=True)
class Withdrawal:
    """
    The period in which the whole order of a request may be withdrawn from.

    It ends *days* after the day of the delivery of the last good, wherever goods of one order
    are delivered separately (Directive 2011/83/EU, article 9(2)(b)). It has not begun while
    units are to come, and a consumer may withdraw before. Who was not told of the right has
    twelve months more, or the days from the day on which it was told (article 10). A last day
    on which nobody works counts as the next one on which people do (Regulation 1182/71,
    article 3(4)).
    """

    floor: LegalFloor
    period: str
    deadline: datetime | None

    @classmethod
    def of(
        cls, request: ReturnRequest, *, floor: LegalFloor, holidays: Collection[date]
    ) -> Withdrawal | None:
        """Return the period for *request*; None if the law gives none."""
        days = floor.withdrawal_days
        if days is None:
            return None
        period = f"{days} days from the delivery of the last good"
        last = _last_delivery(request)
        if last is None:
            return cls(floor=floor, period=period, deadline=None)
        here = zone_named(floor.zone)

        def counted(day: date) -> date:
            return _end_of_period(days_after(day, days=days), floor=floor, holidays=holidays)

        end = counted(day_of(last, zone=here))
        notice = request.notice
        if notice.of_right is not Notice.IN_TIME:
            longest = _end_of_period(
                _months_after(end, months=floor.uninformed_months), floor=floor, holidays=holidays
            )
            if notice.at is None:
                end = longest
                period = f"{period} and {floor.uninformed_months} months, as it was not told,"
            else:
                told = counted(day_of(notice.at, zone=here))
                end = min(max(end, told), longest)
                period = f"{days} days from the day on which it was told"
        return cls(floor=floor, period=period, deadline=start_after(end, floor.zone))

    def right(self, request: ReturnRequest, line: ReturnLine) -> LegalRight:
        """Return the right of one entry: for all of its units that there are, or for none."""
        is_open = self.deadline is None or request.requested_at < self.deadline
        return LegalRight(
            kind=LegalRightKind.WITHDRAWAL,
            country=self.floor.country,
            units=min(line.quantity, request.returnable(line)) if is_open else 0,
            period=self.period,
            deadline=self.deadline,
            zone=self.floor.zone,
            source=self.floor.source,
        )


def claim_right(request: ReturnRequest, line: ReturnLine, *, floor: LegalFloor) -> LegalRight:
    """
    Return the right to claim: for units that were delivered not too long ago, or not yet.

    A period of months ends with the day of the same number, or with the last of a shorter month
    (Regulation 1182/71, article 3(2)(c)).
    """
    months = floor.claim_months or 0
    left = deliveries_left(request.order, line=line.line)
    deadlines = [_claim_deadline(at, months=months, floor=floor) for _, at in left]
    expired = sum(
        units
        for (units, _), deadline in zip(left, deadlines, strict=True)
        if deadline <= request.requested_at
    )
    arrived = sum(units for units, _ in left)
    is_all_there = arrived >= request.order.counts(line.line).out
    presumed = not left or request.requested_at < _claim_deadline(
        left[-1][1], months=floor.presumed_months, floor=floor
    )
    return LegalRight(
        kind=LegalRightKind.CLAIM,
        country=floor.country,
        units=min(line.quantity, max(0, request.returnable(line) - expired)),
        period=f"{months} months from the delivery",
        deadline=deadlines[-1] if deadlines and is_all_there else None,
        zone=floor.zone,
        burden=Party.SELLER if presumed else Party.BUYER,
        source=floor.source,
    )


def _last_delivery(request: ReturnRequest) -> datetime | None:
    """Return when the last unit was delivered; None while units are to come."""
    units = request.order.units
    if units.delivered + units.lost < units.due:
        return None
    return max(
        (event.at for event in request.order.events if event.kind is LineEventKind.DELIVERED),
        default=None,
    )


def _claim_deadline(at: datetime, *, months: int, floor: LegalFloor) -> datetime:
    last = _months_after(day_of(at, zone=floor.zone), months=months)
    return start_after(last, floor.zone)


def _months_after(day: date, *, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _end_of_period(day: date, *, floor: LegalFloor, holidays: Collection[date]) -> date:
    if floor.period_end is PeriodEnd.NEXT_WORKING_DAY:
        while day.isoweekday() >= _SATURDAY or day in holidays:
            day = days_after(day, days=1)
    return day
