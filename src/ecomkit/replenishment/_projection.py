"""Projection: the stock of the days to come, with each inbound unit on its own day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date  # stores read the field types at run time
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import as_tuple, is_a, plain_date, refuse, whole
from ecomkit.errors import FieldError
from ecomkit.replenishment._demand import Demand
from ecomkit.replenishment._inbound import OVERDUE_DAYS, arrivals, days_to_arrive
from ecomkit.replenishment._numbers import (
    DAYS_MAX,
    DUST,
    UNITS_PER_DAY_MAX,
    day_of,
    is_number,
    plain,
)
from ecomkit.replenishment._projected_day import ProjectedDay, UnmetDemand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition
    from ecomkit.replenishment._receipt import ExpectedReceipt

PROJECTED_DAYS = 91
"""How far a projection looks ahead unless asked: 13 weeks."""


def _arriving(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not all(
        type(units) is int and units >= 0 for units in value
    ):
        raise refuse(instance, attribute.name, value, "a whole number of units, 0 or more, a day")


def _asked(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not 0 < len(value) <= DAYS_MAX:
        raise refuse(instance, attribute.name, value, f"1 to {DAYS_MAX} days of demand")
    for units in value:
        if not is_number(units) or not 0 <= units <= UNITS_PER_DAY_MAX:
            wanted = f"a number of units a day from 0 to {UNITS_PER_DAY_MAX}"
            raise refuse(instance, attribute.name, units, wanted)


@final
@attrs.frozen(kw_only=True)
class StockProjection:
    """
    The stock of one sku over consecutive days; see :func:`project`.

    Args:
        start: The first day.
        opening: Units free at its start: usable, less promised, less owed; it may be below zero.
        arriving: Whole units that are there at the start of each day.
        demand: Units asked for on each day, of the same number of days.
        unmet: What becomes of demand that finds no stock.

    Raises:
        FieldError: If the two series differ in length, a day is negative, no number or too
            large, or the days go beyond ten years or the calendar.

    >>> days = StockProjection(
    ...     start=date(2026, 10, 1),
    ...     opening=30,
    ...     arriving=[0, 0, 0, 20, 0, 0, 0, 0],
    ...     demand=[8] * 8,
    ... )
    >>> days.closing, days.short_on
    ((22, 14, 6, 18, 10, 2, -6, -14), datetime.date(2026, 10, 7))
    >>> days.if_lost().lost_units
    14
    """

    start: date = attrs.field(validator=plain_date)
    opening: int = attrs.field(validator=whole)
    arriving: tuple[int, ...] = attrs.field(converter=as_tuple, validator=_arriving)
    demand: tuple[float, ...] = attrs.field(converter=as_tuple, validator=_asked)
    unmet: UnmetDemand = attrs.field(default=UnmetDemand.BACKORDERED, validator=is_a(UnmetDemand))

    def __attrs_post_init__(self) -> None:
        if len(self.arriving) != len(self.demand):
            wanted = f"{len(self.demand)} days, as many as of demand"
            raise refuse(self, "arriving", self.arriving, wanted)
        if self.start.toordinal() + len(self.demand) - 1 > date.max.toordinal():
            raise refuse(self, "demand", len(self.demand), "days that the calendar has")

    def __len__(self) -> int:
        return len(self.demand)

    @cached_property
    def _left(self) -> tuple[float, ...]:
        """Stock less demand at the end of each day, owed units below zero."""
        first = self.demand[0]
        # A mean is multiplied, so that its rounding does not add up day by day.
        asked: Iterable[float] = (
            (first * day for day in range(1, len(self) + 1))
            if self.demand.count(first) == len(self)
            else accumulate(self.demand)
        )
        supplied = accumulate(self.arriving, initial=self.opening)
        next(supplied)
        return tuple(there - gone for there, gone in zip(supplied, asked, strict=True))

    @cached_property
    def days(self) -> tuple[ProjectedDay, ...]:
        """
        Each day with what comes, what is asked and served, and what is left.

        Each opens as the one before closed. Where demand is in whole units the sums are exact.
        """
        if self.unmet is UnmetDemand.LOST:
            return tuple(self._days_if_lost())
        openings = (self.opening, *self._left)
        return tuple(
            ProjectedDay(
                on=self._day(day),
                opening=openings[day],
                arriving=arriving,
                asked=asked,
                served=asked,
                closing=self._left[day],
            )
            for day, (arriving, asked) in enumerate(zip(self.arriving, self.demand, strict=True))
        )

    def _days_if_lost(self) -> Iterable[ProjectedDay]:
        opening: float = self.opening
        for day, (arriving, asked) in enumerate(zip(self.arriving, self.demand, strict=True)):
            there = opening + arriving
            # What was owed before the first day is still owed, and is served by what comes.
            served = asked if asked <= there + self._dust else max(0, there)
            closing = max(min(0, there), there - served)
            yield ProjectedDay(
                on=self._day(day),
                opening=opening,
                arriving=arriving,
                asked=asked,
                served=served,
                closing=closing,
            )
            opening = closing

    @property
    def closing(self) -> tuple[float, ...]:
        """The units left at the end of each day."""
        return tuple(day.closing for day in self.days)

    @property
    def lost_units(self) -> float:
        """Units that are lost over all days; 0 where shoppers wait."""
        return sum(day.lost for day in self.days)

    def if_lost(self) -> Self:
        """Return the same days with demand that finds no stock lost."""
        return attrs.evolve(self, unmet=UnmetDemand.LOST)

    @cached_property
    def _dust(self) -> float:
        return DUST * max(self.demand)

    @cached_property
    def first_short_day(self) -> int | None:
        """The first day, counted from 0, that cannot be served in full; None if all can."""
        dust = self._dust
        for day, left in enumerate(self._left):
            if left < -dust:
                return day
        return None

    @property
    def short_on(self) -> date | None:
        """The first day that cannot be served in full; None if all can."""
        return None if self.first_short_day is None else self._day(self.first_short_day)

    def with_arrival(self, units: int, *, on: date) -> Self:
        """
        Return the projection with *units* more that arrive on a day.

        What would arrive before the first day is there on it; after the last day it changes
        nothing.

        Raises:
            FieldError: If *units* are negative or no whole number, or *on* is no date.

        >>> ahead = StockProjection(
        ...     start=date(2026, 10, 1), opening=5, arriving=[0, 0, 0], demand=[4, 4, 4]
        ... )
        >>> ahead.short_on, ahead.with_arrival(10, on=date(2026, 10, 2)).short_on
        (datetime.date(2026, 10, 2), None)
        """
        day = max(0, (day_of(on, owner="with_arrival", field="on") - self.start).days)
        if day >= len(self):
            return self
        arriving = list(self.arriving)
        arriving[day] += units
        return attrs.evolve(self, arriving=arriving)

    def order_by(self, lead_time: LeadTime) -> date | None:
        """
        Return the latest day on which an order still arrives before the stock runs out.

        It is the first short day less the mean lead time, rounded up to whole days, and may have
        passed already. None if every day is served, or beyond the calendar.
        """
        if self.short_on is None:
            return None
        return days_before(self.short_on, days=days_to_arrive(lead_time.mean_days))

    def _day(self, place: int) -> date:
        return date.fromordinal(self.start.toordinal() + place)

    def explain(self) -> str:
        """Return the projection in a sentence, with what arrives when."""
        coming = ", ".join(
            f"{units} on {self._day(day)}" for day, units in enumerate(self.arriving) if units
        )
        lost = f", and {plain(self.lost_units)} units are lost" if self.lost_units else ""
        end = (
            f"the first day not served in full is {self.short_on}{lost}"
            if self.short_on
            else f"every day until {self._day(len(self) - 1)} is served"
        )
        return (
            f"From {self.opening} free units on {self.start}, against {plain(sum(self.demand))} "
            f"over {len(self)} days, with {coming or 'nothing'} arriving: {end}."
        )


def days_before(day: date, *, days: int) -> date | None:
    """
    Return the day *days* before *day*, None before the calendar begins.

    >>> days_before(date(2026, 10, 8), days=7), days_before(date.min, days=1)
    (datetime.date(2026, 10, 1), None)
    """
    place = day.toordinal() - days
    return date.fromordinal(place) if place >= 1 else None


def project(
    position: InventoryPosition,
    *,
    today: date,
    demand: Demand | Sequence[float],
    receipts: Iterable[ExpectedReceipt] = (),
    days: int | None = None,
    overdue_days: int | None = OVERDUE_DAYS,
    unmet: UnmetDemand = UnmetDemand.BACKORDERED,
) -> StockProjection:
    """
    Project the stock day by day, each inbound unit on the day on which it is expected.

    It starts from what is free now. ``position.on_order`` is a sum without dates, so it is not
    looked at: what is inbound comes from *receipts*, and a late one is no cover for the days
    before it. Arrivals are there at the start of their day.

    Args:
        position: What is there, promised and owed.
        today: The first day.
        demand: Its mean is asked for on every day; or a forecast, in units a day from today on.
        receipts: Open lines of purchase orders, all of this sku and for this place.
        days: How far to look ahead, the length of the forecast or 91 days unless given; cut at
            the end of the calendar.
        overdue_days: In how many days an overdue receipt is taken to come: 1 is tomorrow, more
            the typical lateness; None leaves it out.
        unmet: What becomes of demand that finds no stock.

    Raises:
        FieldError: If *days* is not from 1 to ten years or longer than the forecast, or another
            argument is of the wrong kind or size.

    >>> from ecomkit.replenishment import InventoryPosition
    >>> ahead = project(
    ...     InventoryPosition(usable=30), today=date(2026, 10, 1), demand=[8, 8, 8, 8, 8]
    ... )
    >>> ahead.closing, ahead.short_on
    ((22, 14, 6, -2, -10), datetime.date(2026, 10, 4))
    """
    day_of(today, owner="project", field="today")
    asked = (demand.mean_per_day,) * DAYS_MAX if isinstance(demand, Demand) else as_tuple(demand)
    if not isinstance(asked, tuple):
        wanted = "a Demand, or a forecast in units a day"
        raise FieldError(owner="project", field="demand", got=demand, wanted=wanted)
    longest = min(len(asked), DAYS_MAX)
    if days is None:
        days = PROJECTED_DAYS if isinstance(demand, Demand) else longest
    if type(days) is not int or not 0 < days <= longest:
        wanted = f"a whole number of days from 1 to {longest}"
        raise FieldError(owner="project", field="days", got=days, wanted=wanted)
    days = min(days, date.max.toordinal() - today.toordinal() + 1)
    arriving = [0] * days
    for day, units in arrivals(receipts, today=today, overdue_days=overdue_days):
        if day < days:
            arriving[day] += units
    return StockProjection(
        start=today,
        opening=position.available,
        arriving=arriving,
        demand=asked[:days],
        unmet=unmet,
    )
