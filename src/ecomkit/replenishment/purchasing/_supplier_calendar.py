"""Supplier calendars: when a supplier takes an order, and when its goods can be sold."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional
from ecomkit.errors import FieldError
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._numbers import DAYS_MAX, up_to, whole_days
from ecomkit.replenishment._numbers import day_of as a_day
from ecomkit.replenishment.purchasing._order_days import NoOrderDayError, OrderDays
from ecomkit.replenishment.purchasing._schedule import ScheduleStep, SupplierSchedule
from ecomkit.replenishment.purchasing._stage import Stage
from ecomkit.timeline import BusinessCalendar, day_of, days_after, instant_at, utc

if TYPE_CHECKING:
    from collections.abc import Iterable

YEAR_OF_WEEKS = 364
"""Fifty-two whole weeks, so that no weekday counts more often than another."""


@final
@attrs.frozen(kw_only=True)
class OrderWaiting:
    """
    How long an order waits for the order day, over all days on which it may be decided.

    Args:
        mean_days: The mean.
        sd_days: The standard deviation over the days, all of them counted (not a sample).
        longest_days: The longest wait.
    """

    mean_days: float = attrs.field(validator=up_to(DAYS_MAX))
    sd_days: float = attrs.field(validator=up_to(DAYS_MAX))
    longest_days: int = attrs.field(validator=whole_days)


@final
@attrs.frozen(kw_only=True)
class SupplierCalendar:
    """
    When a supplier takes orders, and what an order goes through until its units can be sold.

    An order that comes before the cut-off of an order day is taken that day, else on the next
    order day. An order day on which the supplier is closed is none: there is no order that day.
    Waiting for it is part of the lead time; who leaves it out orders too late.

    Args:
        calendar: The supplier's zone, weekend, holidays and cut-off.
        order_days: On which of its working days it takes orders; all of them by default.
        stages: What follows, in that order; none for a supplier who delivers the same day.

    >>> from datetime import time
    >>> from ecomkit.replenishment.purchasing import StageKind
    >>> from ecomkit.timeline import Weekday, instant
    >>> mill = BusinessCalendar(zone="Europe/Paris", cut_off=time(12))
    >>> calendar = SupplierCalendar(
    ...     calendar=mill,
    ...     order_days=OrderDays(weekdays=[Weekday.TUESDAY]),
    ...     stages=[
    ...         Stage(kind=StageKind.PROCESSING, days=2, calendar=mill),
    ...         Stage(kind=StageKind.TRANSIT, days=3, sd_days=1),
    ...     ],
    ... )
    >>> print(calendar.schedule(instant("2026-03-03T11:30:00Z")).explain())
    waiting: 2026-03-03 → 2026-03-10, 7 days (orders are taken on Tuesday)
    processing: 2026-03-10 → 2026-03-12, 2 days (2 working days)
    transit: 2026-03-12 → 2026-03-15, 3 days (3 calendar days)
    in all 12 days, sd 1, from 2026-03-03 on; order by 2026-03-10T11:00:00+00:00
    """

    calendar: BusinessCalendar = attrs.field(validator=is_a(BusinessCalendar))
    order_days: OrderDays | None = attrs.field(default=None, validator=optional(is_a(OrderDays)))
    stages: tuple[Stage, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Stage))

    def is_order_day(self, day: date) -> bool:
        """Return whether the supplier takes orders on *day*."""
        by_rule = self.order_days is None or self.order_days.holds(day)
        return by_rule and self.calendar.is_working_day(day)

    def order_day(self, now: datetime) -> date:
        """
        Return the day on which an order that is decided on *now* is taken.

        An order exactly at the cut-off waits for the next order day. Where clocks jump over the
        cut-off, the jump is it; where they show it twice, the first time counts.

        Raises:
            NaiveInstantError: If *now* has no UTC offset.
            NoOrderDayError: If there is none within ten years.
            InstantRangeError: If the search leaves the years 1 to 9999.
        """
        decided = utc(now)
        today = day_of(decided, zone=self.calendar.zone)
        is_late = decided >= self._cut_off(today)
        return self._next_order_day(days_after(today, days=int(is_late)))

    def schedule(self, now: datetime) -> SupplierSchedule:
        """
        Return what becomes of an order that is decided on *now*, step by step.

        Raises:
            NaiveInstantError: If *now* has no UTC offset.
            NoOrderDayError: If the supplier takes no order within ten years.
            NoWorkingDayError: If a stage finds too few working days.
            InstantRangeError: If a step leaves the years 1 to 9999.
        """
        order_day = self.order_day(now)
        waiting = ScheduleStep(
            name="waiting",
            from_day=day_of(utc(now), zone=self.calendar.zone),
            to_day=order_day,
            why="orders are taken on "
            + ("working days" if self.order_days is None else self.order_days.explain()),
        )
        return SupplierSchedule(
            decided_on=utc(now).date(),
            order_by=self._cut_off(order_day),
            steps=[waiting, *self._stages_from(order_day)],
            sd_days=self._stages_sd,
        )

    def arrives_on(self, now: datetime) -> date:
        """Return the day from which on units ordered *now* can be sold; see :meth:`schedule`."""
        return self.schedule(now).arrives_on

    def lead_time(self, now: datetime) -> LeadTime:
        """
        Return the lead time of an order that is decided on *now*; see :meth:`schedule`.

        The wait is known, so only the stages have a spread.
        """
        return self.schedule(now).lead_time

    def waiting(self, *, starts_on: date, days: int = YEAR_OF_WEEKS) -> OrderWaiting:
        """
        Return how long orders wait for an order day, if each day may be the one of the decision.

        It is decided before the cut-off, once a day, on each of *days* days from *starts_on* on,
        closed ones included. Where orders are taken every N days the mean is (N − 1)/2 and the
        standard deviation √((N² − 1)/12).

        Raises:
            FieldError: If *days* is no whole number from 1 to ten years.
            NoOrderDayError: If the supplier takes no order within ten years.

        >>> from datetime import time
        >>> from ecomkit.timeline import Weekday
        >>> mill = BusinessCalendar(zone="Europe/Paris", cut_off=time(12))
        >>> weekly = SupplierCalendar(
        ...     calendar=mill, order_days=OrderDays(weekdays=[Weekday.TUESDAY])
        ... )
        >>> weekly.waiting(starts_on=date(2026, 1, 5))
        OrderWaiting(mean_days=3.0, sd_days=2.0, longest_days=6)
        """
        waits = [
            (order_day - day).days for day, order_day in self._decisions(starts_on, days=days)
        ]
        mean, sd = _moments(waits)
        return OrderWaiting(mean_days=mean, sd_days=sd, longest_days=max(waits))

    def planning_lead_time(self, *, starts_on: date, days: int = YEAR_OF_WEEKS) -> LeadTime:
        """
        Return the lead time to plan with: the wait for an order day and all stages.

        The mean is over all days of decision, as in :meth:`waiting`; the standard deviation adds
        what the calendar makes of them (waits, weekends, holidays) to the spread of the stages.

        Raises:
            FieldError: If *days* is no whole number from 1 to ten years, or the mean is longer.
            NoOrderDayError: If the supplier takes no order within ten years.
            NoWorkingDayError: If a stage finds too few working days.

        >>> from datetime import time
        >>> from ecomkit.timeline import Weekday
        >>> mill = BusinessCalendar(zone="Europe/Paris", cut_off=time(12))
        >>> SupplierCalendar(
        ...     calendar=mill,
        ...     order_days=OrderDays(weekdays=[Weekday.TUESDAY]),
        ...     stages=[Stage(kind=StageKind.TRANSIT, days=9, sd_days=1.5)],
        ... ).planning_lead_time(starts_on=date(2026, 1, 5))
        LeadTime(mean_days=12.0, sd_days=2.5)
        """
        ends: dict[date, int] = {}
        taken = []
        for day, order_day in self._decisions(starts_on, days=days):
            if order_day not in ends:
                steps = self._stages_from(order_day)
                ends[order_day] = sum(step.days for step in steps)
            taken.append((order_day - day).days + ends[order_day])
        mean, sd = _moments(taken)
        return LeadTime(mean_days=mean, sd_days=math.hypot(sd, self._stages_sd))

    def _decisions(self, starts_on: date, *, days: int) -> Iterable[tuple[date, date]]:
        """Yield each day of decision with the order day on which the order is taken."""
        first = a_day(starts_on, owner="SupplierCalendar", field="starts_on")
        if type(days) is not int or not 1 <= days <= DAYS_MAX:
            raise FieldError(
                owner="SupplierCalendar",
                field="days",
                got=days,
                wanted=f"a whole number of days from 1 to {DAYS_MAX}",
            )
        order_day = self._next_order_day(first)
        for ahead in range(days):
            day = days_after(first, days=ahead)
            if day > order_day:
                order_day = self._next_order_day(day)
            yield day, order_day

    def _stages_from(self, order_day: date) -> tuple[ScheduleStep, ...]:
        steps: list[ScheduleStep] = []
        day = order_day
        for stage in self.stages:
            end = stage.ends_on(day)
            steps.append(
                ScheduleStep(name=stage.kind.value, from_day=day, to_day=end, why=stage.explain())
            )
            day = end
        return tuple(steps)

    @property
    def _stages_sd(self) -> float:
        return math.hypot(*(stage.sd_days for stage in self.stages))

    def _cut_off(self, day: date) -> datetime:
        return instant_at(day, time=self.calendar.cut_off, zone=self.calendar.zone)

    def _next_order_day(self, day: date) -> date:
        for ahead in range(DAYS_MAX):
            candidate = days_after(day, days=ahead)
            if self.is_order_day(candidate):
                return candidate
        raise NoOrderDayError(after=day, searched_days=DAYS_MAX)


def _moments(days: list[int]) -> tuple[float, float]:
    """Return mean and standard deviation of all of *days*, from whole sums."""
    n, total = len(days), sum(days)
    return total / n, math.sqrt(n * sum(one * one for one in days) - total * total) / n
