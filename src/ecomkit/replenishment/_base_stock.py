"""Base stock: every unit that leaves is ordered again."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a
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
class BaseStock:
    """
    Keep the position at ``level``: whatever it lacks is ordered (S − 1, S, or (R, S) on reviews).

    For what costs nothing to order: ``level`` is units, or a rule, as :class:`CriticalRatio`,
    which weighs a unit short against a unit over. Reviewed every R days, by
    :class:`PeriodicReview`, it is the (R, S) policy; the level then has to last R days more.

    Raises:
        FieldError: If ``level`` is negative.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
    >>> policy = BaseStock(level=265)
    >>> policy(
    ...     InventoryPosition(usable=30, on_order=200),
    ...     demand=Demand.of(mean_per_day=50, sd_per_day=8),
    ...     lead_time=LeadTime(mean_days=4),
    ...     now=datetime(2026, 10, 1, tzinfo=UTC),
    ... ).order
    35
    """

    level: Level = attrs.field(validator=level_or_rule)
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    @property
    def trigger(self) -> Trigger:
        """Strict: one unit below the level is ordered, a position at it is enough."""
        return Trigger.STRICT

    def __call__(
        self,
        position: InventoryPosition,
        *,
        demand: Demand,
        lead_time: LeadTime,
        now: datetime,
    ) -> Advice:
        """
        Return what this *position* lacks to the level; the calendar day of *now* is today.

        Raises:
            FieldError: If *now* has no UTC offset.
        """
        level = level_of(self.level, demand=demand, lead_time=lead_time, today=now.date())
        return order_up_to(
            position,
            demand=demand,
            lead_time=lead_time,
            now=now,
            level=level,
            target=level.reorder_point,
            trigger=self.trigger,
            quantity=self.quantity,
        )
