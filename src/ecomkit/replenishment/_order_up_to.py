"""Order up to: the (s, S) policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, refuse
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
class OrderUpTo:
    """
    Order up to ``order_up_to`` (S) when the position is at or below ``reorder_point`` (s).

    No policy costs less where ordering has a fixed cost and demand comes in lots of any size
    (Scarf, 1960). Both numbers are units, or rules that answer them; the best ones come out of
    ``ecomkit.replenishment.optimization``. Reviewed every R days, by :class:`PeriodicReview`, it
    is the (R, s, S) policy. A rule for S that answers too little is raised until the order
    quietens the policy.

    Raises:
        FieldError: If ``reorder_point`` is negative, or a stated S would fire again.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
    >>> facts = {
    ...     "demand": Demand.of(mean_per_day=6),
    ...     "lead_time": LeadTime(mean_days=1),
    ...     "now": datetime(2026, 10, 1, tzinfo=UTC),
    ... }
    >>> policy = OrderUpTo(reorder_point=4, order_up_to=10)
    >>> [policy(InventoryPosition(usable=units), **facts).order for units in (3, 4, 5)]
    [7, 6, 0]
    """

    reorder_point: Level = attrs.field(validator=level_or_rule)
    order_up_to: Level = attrs.field(validator=level_or_rule)
    trigger: Trigger = attrs.field(default=Trigger.INCLUSIVE, validator=is_a(Trigger))
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    def __attrs_post_init__(self) -> None:
        if isinstance(self.reorder_point, int) and isinstance(self.order_up_to, int):
            quiet_from = self.trigger.quiet_from(self.reorder_point)
            if self.order_up_to < quiet_from:
                raise refuse(self, "order_up_to", self.order_up_to, f"at least {quiet_from}")

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
        up_to = level_of(self.order_up_to, demand=demand, lead_time=lead_time, today=today)
        return order_up_to(
            position,
            demand=demand,
            lead_time=lead_time,
            now=now,
            level=level_of(self.reorder_point, demand=demand, lead_time=lead_time, today=today),
            target=up_to.reorder_point,
            trigger=self.trigger,
            quantity=self.quantity,
        )
