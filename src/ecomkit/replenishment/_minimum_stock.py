"""Minimum stock: order when the position falls to a level that a person has set."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.replenishment._level_rule import Level, level_of, level_or_rule
from ecomkit.replenishment._quantity import OrderQuantity
from ecomkit.replenishment._trigger import Trigger
from ecomkit.replenishment._up_to import order_up_to

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._advice import Advice
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition


@final
@attrs.frozen(kw_only=True)
class MinimumStock:
    """
    Order up to ``up_to`` when the position is below the minimum ``level`` (min/max policy).

    Both are units, or rules that answer them: days of cover (:class:`DaysOfCover`), the highest
    of safety stock and presentation (:class:`HighestOf`), reserves of channels that add up
    (:class:`SumOf`), a level by season (:class:`SeasonalLevel`), or a rule of your own.

    ``up_to`` is the level where it is not given, and where it is a rule that answers less. By
    default a position at the level is enough; with ``Trigger.INCLUSIVE`` it is not, and the
    target is then at least one unit above the level, so that an order always quietens the policy.

    Raises:
        FieldError: If ``level`` is negative, or a stated ``up_to`` below a stated level.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
    >>> facts = {
    ...     "demand": Demand.of(mean_per_day=2),
    ...     "lead_time": LeadTime(mean_days=3),
    ...     "now": datetime(2026, 10, 1, tzinfo=UTC),
    ... }
    >>> minimum = MinimumStock(level=10, up_to=50, quantity=OrderQuantity(case_pack=12))
    >>> minimum(InventoryPosition(usable=7), **facts).order
    48
    """

    level: Level = attrs.field(validator=level_or_rule)
    up_to: Level | None = attrs.field(default=None, validator=optional(level_or_rule))
    trigger: Trigger = attrs.field(default=Trigger.STRICT, validator=is_a(Trigger))
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    def __attrs_post_init__(self) -> None:
        if isinstance(self.level, int) and isinstance(self.up_to, int) and self.up_to < self.level:
            raise refuse(self, "up_to", self.up_to, f"at least the level of {self.level}")

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
        today = now.date()
        level = level_of(self.level, demand=demand, lead_time=lead_time, today=today)
        target = level.reorder_point
        if self.up_to is not None:
            up_to = level_of(self.up_to, demand=demand, lead_time=lead_time, today=today)
            target = up_to.reorder_point
        return order_up_to(
            position,
            demand=demand,
            lead_time=lead_time,
            now=now,
            level=level,
            target=target,
            trigger=self.trigger,
            quantity=self.quantity,
        )
