"""A level that follows a plan of lots over a forecast."""

from __future__ import annotations

import math
from datetime import date  # stores read the field types at run time
from itertools import accumulate
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, plain_date, refuse
from ecomkit.replenishment._level_rule import RuleLevel
from ecomkit.replenishment._numbers import (
    DAYS_MAX,
    DUST,
    UNITS_MAX,
    ceil_units,
    is_number,
    plain,
    up_to,
)

if TYPE_CHECKING:
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime

PERIODS_MAX = 10_000
"""A longer plan is a typing error: its total has to stay below what a level may be."""


def _units_by_period(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not 0 < len(value) <= PERIODS_MAX:
        wanted = f"the units of 1 to {PERIODS_MAX} periods"
        raise refuse(instance, attribute.name, value, wanted)
    for units in value:
        if not is_number(units) or not 0 <= units <= UNITS_MAX / PERIODS_MAX:
            wanted = f"numbers of units from 0 to {UNITS_MAX // PERIODS_MAX}"
            raise refuse(instance, attribute.name, units, wanted)


@final
@attrs.frozen(kw_only=True)
class PlannedLevel:
    """
    The position that a plan of lots calls for: what it has bought by then, less what it has sold.

    ``forecast`` are the units expected in each period from ``starts_on`` on, and
    ``order_quantities`` what the plan buys to be there as each begins, beside the
    ``opening_stock``: the lots of a lot-sizing method, or of your own. The level on a day is what
    the plan has bought for all periods that have begun when an order placed now arrives, less the
    forecast of the days that have passed, spread evenly within a period; rounded up.

    Kept by a :class:`BaseStock`, this orders each lot a lead time ahead, more of it where more
    was sold than expected, less where less was, and no lot twice. To correct it at times only,
    put it in a :class:`PeriodicReview`. After its last period a plan keeps what it leaves over.

    Raises:
        FieldError: If the plan does not meet the forecast in some period, a number is negative
            or none, or ``period_days`` is below 1, not whole or above ten years.

    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> rule = PlannedLevel(
    ...     starts_on=date(2026, 10, 5),
    ...     forecast=[90, 120, 80, 70],
    ...     order_quantities=[210, 0, 150, 0],
    ...     period_days=7,
    ... )
    >>> facts = {"demand": Demand.of(mean_per_day=13), "lead_time": LeadTime(mean_days=3)}
    >>> [rule(**facts, today=date(2026, 10, day)).reorder_point for day in (1, 2, 5, 12, 15, 16)]
    [0, 210, 210, 120, 69, 202]
    """

    starts_on: date = attrs.field(validator=plain_date)
    forecast: tuple[float, ...] = attrs.field(converter=as_tuple, validator=_units_by_period)
    order_quantities: tuple[float, ...] = attrs.field(
        converter=as_tuple, validator=_units_by_period
    )
    opening_stock: float = attrs.field(default=0, validator=up_to(UNITS_MAX))
    period_days: int = attrs.field(default=1)

    def __attrs_post_init__(self) -> None:
        if type(self.period_days) is not int or not 0 < self.period_days <= DAYS_MAX:
            wanted = f"a whole number of days from 1 to {DAYS_MAX}"
            raise refuse(self, "period_days", self.period_days, wanted)
        if len(self.order_quantities) != len(self.forecast):
            wanted = f"one a period, {len(self.forecast)} in all"
            raise refuse(self, "order_quantities", self.order_quantities, wanted)
        bought = accumulate(self.order_quantities, initial=self.opening_stock)
        next(bought)  # what there is before the first lot
        for there, sold in zip(bought, accumulate(self.forecast), strict=True):
            if there < sold - DUST * max(1.0, sold):
                wanted = "enough for the forecast of every period"
                raise refuse(self, "order_quantities", self.order_quantities, wanted)

    def _periods_begun(self, day: date) -> int:
        ahead = (day - self.starts_on).days
        return 0 if ahead < 0 else min(ahead // self.period_days + 1, len(self.forecast))

    def _sold_by(self, day: date) -> float:
        begun = self._periods_begun(day)
        if not begun:
            return 0.0
        whole = math.fsum(self.forecast[: begun - 1])
        days = (day - self.starts_on).days - (begun - 1) * self.period_days
        return whole + self.forecast[begun - 1] * min(1.0, days / self.period_days)

    def __call__(self, *, demand: Demand, lead_time: LeadTime, today: date) -> RuleLevel:
        """Return the position that the plan calls for on the day *today*."""
        del demand
        lead = math.ceil(lead_time.mean_days)
        lands = date.fromordinal(min(today.toordinal() + lead, date.max.toordinal()))
        lots = self.order_quantities[: self._periods_begun(lands)]
        bought, sold = math.fsum((self.opening_stock, *lots)), self._sold_by(today)
        units = max(0, ceil_units(bought - sold))
        return RuleLevel(
            reorder_point=units,
            why=(
                f"By {lands}, when an order placed now arrives, the plan has bought "
                f"{plain(bought)} units, and by {today} it has sold {plain(sold)}: {units} are to "
                "be there or on order."
            ),
        )
