"""When an order can leave and arrive: cut-off, handling, transit, and the days nobody works."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, as_utc, aware, each, is_a, not_negative, plain_date, refuse
from ecomkit._texts import not_blank
from ecomkit.orders._promise import Promise
from ecomkit.timeline import BusinessCalendar, day_of, instant_at, on_clock, start_of_day, utc

__all__ = ["CarrierService", "DayStep", "DeliveryPromise", "PromiseDecision"]


@final
@attrs.frozen(kw_only=True)
class CarrierService:
    """
    What a carrier says of one of its services: on which days it works, and how many it needs.

    Args:
        name: What the service is called.
        calendar: The days on which it carries and delivers, in the zone of the address; its
            cut-off is the time at which the round of a day ends.
        min_days: Working days of that calendar from the hand-over to the delivery, at best.
        max_days: The same, at worst.

    Raises:
        FieldError: If a number is below 0, or *max_days* below *min_days*.

    >>> home = CarrierService(
    ...     name="home",
    ...     calendar=BusinessCalendar(zone="Europe/Paris", cut_off=time(20)),
    ...     min_days=1,
    ...     max_days=2,
    ... )
    """

    name: str = attrs.field(validator=not_blank)
    calendar: BusinessCalendar = attrs.field(validator=is_a(BusinessCalendar))
    min_days: int = attrs.field(validator=not_negative)
    max_days: int = attrs.field(validator=not_negative)

    def __attrs_post_init__(self) -> None:
        if self.max_days < self.min_days:
            raise refuse(self, "max_days", self.max_days, f"{self.min_days} or more")


@final
@attrs.frozen(kw_only=True)
class DayStep:
    """One step of the way to a promise: *what* is done by which *day*, and *why* then."""

    what: str = attrs.field(validator=not_blank)
    day: date = attrs.field(validator=plain_date)
    why: str = attrs.field(validator=not_blank)

    def explain(self) -> str:
        """Say what is done when, and why then."""
        return f"{self.what}: {self.day.isoformat()} ({self.why})"


@final
@attrs.frozen(kw_only=True)
class PromiseDecision:
    """
    A promise, and how it was found.

    *zone* is that of the warehouse, *there* that of the address. The order keeps ``promise``.
    """

    service: str = attrs.field(validator=not_blank)
    placed_at: datetime = attrs.field(converter=as_utc, validator=aware)
    promise: Promise = attrs.field(validator=is_a(Promise))
    steps: tuple[DayStep, ...] = attrs.field(converter=as_tuple, validator=each(DayStep))
    zone: str = attrs.field(validator=not_blank)
    there: str = attrs.field(validator=not_blank)

    def explain(self) -> str:
        """Say what is promised, and every step that led there."""
        promise = self.promise
        answer = (
            f"{self.service}: leaves by {_clock(promise.ship_by, self.zone)}, arrives from "
            f"{_clock(promise.deliver_from, self.there)} to "
            f"{_clock(promise.deliver_by, self.there)}"
        )
        placed = f"placed: {_clock(self.placed_at, self.zone)}"
        return "\n".join([answer, placed, *(step.explain() for step in self.steps)])


def _clock(moment: datetime, zone: str) -> str:
    return f"{on_clock(moment, zone=zone):%Y-%m-%d %H:%M} ({zone})"


def _wall_clock_time(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, time) or value.tzinfo is not None:
        raise refuse(instance, attribute.name, value, "a time on the warehouse's own clock")


@final
@attrs.frozen(kw_only=True)
class DeliveryPromise:
    """
    A policy that says when an order placed now leaves and arrives, and never too early.

    An order placed before the cut-off of a working day is started on that day, else on the next;
    where stock is still to come, not before its day. It leaves at *leaves_at* on the day on
    which the handling ends. From there the days of the carrier's own calendar count. A parcel
    that leaves after the carrier's last round of a day does not arrive on it.

    A later order is never promised earlier.

    Args:
        calendar: The days on which the warehouse works, its zone and its cut-off.
        leaves_at: The time on the warehouse's clock at which parcels are handed over; not
            before the cut-off.
        handling_days: Working days from the start until the parcel leaves; 0 for the same day.

    Raises:
        FieldError: If the days are below 0, or *leaves_at* is before the cut-off.

    >>> from ecomkit.timeline import instant
    >>> promise = DeliveryPromise(
    ...     calendar=BusinessCalendar(zone="Europe/Paris", cut_off=time(14)),
    ...     leaves_at=time(17),
    ...     handling_days=1,
    ... )
    >>> home = CarrierService(
    ...     name="home",
    ...     calendar=BusinessCalendar(zone="Europe/Paris", cut_off=time(20)),
    ...     min_days=1,
    ...     max_days=2,
    ... )
    >>> print(promise(home, now=instant("2026-07-31T14:00:00+02:00")).explain())
    home: leaves by 2026-08-04 17:00 (Europe/Paris), arrives from 2026-08-05 00:00 (Europe/Paris) to 2026-08-06 20:00 (Europe/Paris)
    placed: 2026-07-31 14:00 (Europe/Paris)
    start: 2026-08-03 (from 14:00 on, and on days off, an order waits for the next working day)
    leave: 2026-08-04 (1 working day of handling)
    arrive: 2026-08-05 (1 working day of the carrier at best)
    arrive: 2026-08-06 (2 working days of the carrier at worst)
    """

    calendar: BusinessCalendar = attrs.field(validator=is_a(BusinessCalendar))
    leaves_at: time = attrs.field(validator=_wall_clock_time)
    handling_days: int = attrs.field(default=0, validator=not_negative)

    def __attrs_post_init__(self) -> None:
        if self.leaves_at < self.calendar.cut_off:
            wanted = f"{self.calendar.cut_off}, the cut-off, or later"
            raise refuse(self, "leaves_at", self.leaves_at, wanted)

    def __call__(
        self, service: CarrierService, /, *, now: datetime, stock_on: date | None = None
    ) -> PromiseDecision:
        """
        Return what can be promised for an order placed *now*, sent with *service*.

        *stock_on* is the day, in the warehouse's zone, on which units that are still to come
        can be worked on; None if all is there.

        Raises:
            NaiveInstantError: If *now* has no UTC offset.
            FieldError: If *stock_on* is a datetime.
            NoWorkingDayError: If a calendar works too seldom in the ten years that follow.
            InstantRangeError: If the way leaves the years 1 to 9999.
        """
        here, carrier = self.calendar, service.calendar
        start = self._start(now, stock_on=stock_on)
        leave = here.add_working_days(start.day, days=self.handling_days)
        ship_by = instant_at(leave, time=self.leaves_at, zone=here.zone)
        # The day of the hand-over is that of the address: an ocean away it may be another one.
        handed_over = day_of(ship_by, zone=carrier.zone)
        soonest = carrier.ships_on(ship_by)
        first = max(soonest, carrier.add_working_days(handed_over, days=service.min_days))
        last = max(soonest, carrier.add_working_days(handed_over, days=service.max_days))
        promise = Promise(
            ship_by=ship_by,
            deliver_from=max(ship_by, start_of_day(first, zone=carrier.zone)),
            deliver_by=instant_at(last, time=carrier.cut_off, zone=carrier.zone),
        )
        steps = (
            start,
            DayStep(what="leave", day=leave, why=f"{_working(self.handling_days)} of handling"),
            DayStep(what="arrive", day=first, why=_transit(service.min_days, "best")),
            DayStep(what="arrive", day=last, why=_transit(service.max_days, "worst")),
        )
        return PromiseDecision(
            service=service.name,
            placed_at=utc(now),
            promise=promise,
            steps=steps,
            zone=here.zone,
            there=carrier.zone,
        )

    def _start(self, now: datetime, *, stock_on: date | None) -> DayStep:
        here = self.calendar
        day = here.ships_on(now)
        if stock_on is not None:
            worked_on = here.add_working_days(stock_on, days=0)
            if worked_on > day:
                return DayStep(what="start", day=worked_on, why=f"stock comes on {stock_on}")
        if day == day_of(now, zone=here.zone):
            why = f"placed before {here.cut_off:%H:%M}"
        else:
            why = (
                f"from {here.cut_off:%H:%M} on, and on days off, "
                "an order waits for the next working day"
            )
        return DayStep(what="start", day=day, why=why)


def _working(days: int) -> str:
    return "1 working day" if days == 1 else f"{days} working days"


def _transit(days: int, case: str) -> str:
    return f"{_working(days)} of the carrier at {case}"
