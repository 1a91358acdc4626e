"""Velocity: mean demand over lead time and safety days, as the apps on Shopify do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, optional
from ecomkit.replenishment._level_rule import Level, RuleLevel, level_of, level_or_rule
from ecomkit.replenishment._numbers import DAYS_MAX, ceil_units, plain, up_to
from ecomkit.replenishment._quantity import OrderQuantity
from ecomkit.replenishment._trigger import Trigger
from ecomkit.replenishment._up_to import order_up_to

if TYPE_CHECKING:
    from datetime import date, datetime

    from ecomkit.replenishment._advice import Advice
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition


@final
@attrs.frozen(kw_only=True)
class Velocity:
    """
    Order when the position falls to mean demand × (lead time + safety days) + safety stock.

    The rule of thumb of Stocky (no safety), Stockie (``safety_days``) and Forstock
    (``safety_stock``, in units). It looks at no variation: the same days protect a steady seller
    for too long and an erratic one for too short a time; :class:`ReorderPoint` knows better.

    ``safety_stock`` may be a rule, as the minimum that is to be there when the order arrives.
    The target adds mean demand over ``cover_days``, the mean lead time unless given. Both are
    rounded up to whole units.

    Raises:
        FieldError: If a number of days is negative, no number or above ten years, or
            ``safety_stock`` is negative.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
    >>> advice = Velocity(safety_stock=50)(
    ...     InventoryPosition(usable=180),
    ...     demand=Demand.of(mean_per_day=15),
    ...     lead_time=LeadTime(mean_days=10),
    ...     now=datetime(2026, 10, 1, tzinfo=UTC),
    ... )
    >>> advice.reorder_point, advice.safety_stock, advice.target, advice.order
    (200, 50, 350, 170)
    """

    safety_days: float = attrs.field(default=0, validator=up_to(DAYS_MAX))
    safety_stock: Level = attrs.field(default=0, validator=level_or_rule)
    cover_days: float | None = attrs.field(default=None, validator=optional(up_to(DAYS_MAX)))
    trigger: Trigger = attrs.field(default=Trigger.INCLUSIVE, validator=is_a(Trigger))
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    def _level(self, *, demand: Demand, lead_time: LeadTime, today: date) -> RuleLevel:
        mean = demand.mean_per_day
        stock = level_of(self.safety_stock, demand=demand, lead_time=lead_time, today=today)
        safety = mean * self.safety_days + stock.reorder_point
        reorder_point = ceil_units(mean * lead_time.mean_days + safety)
        more = f" and {stock.reorder_point} units more" if stock.reorder_point else ""
        return RuleLevel(
            reorder_point=reorder_point,
            safety_stock=ceil_units(safety),
            why=(
                f"{plain(mean)} a day over a lead time of {plain(lead_time.mean_days)} days and "
                f"{plain(self.safety_days)} days of safety{more} are {reorder_point} units, "
                "rounded up; how much demand and lead time vary is not looked at."
            ),
        )

    def __call__(
        self,
        position: InventoryPosition,
        *,
        demand: Demand,
        lead_time: LeadTime,
        now: datetime,
    ) -> Advice:
        """
        Return how much to order at this *position*; the calendar day of *now* is today.

        Raises:
            FieldError: If *now* has no UTC offset.
        """
        level = self._level(demand=demand, lead_time=lead_time, today=now.date())
        cover_days = lead_time.mean_days if self.cover_days is None else self.cover_days
        return order_up_to(
            position,
            demand=demand,
            lead_time=lead_time,
            now=now,
            level=level,
            target=level.reorder_point + ceil_units(demand.mean_per_day * cover_days),
            trigger=self.trigger,
            quantity=self.quantity,
        )
