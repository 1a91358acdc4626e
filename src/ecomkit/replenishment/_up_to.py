"""What the policies with a level and a target share: compare the position, order up to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ecomkit.replenishment._advice import Advice

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._level import ReorderLevel
    from ecomkit.replenishment._position import InventoryPosition
    from ecomkit.replenishment._quantity import Step
    from ecomkit.replenishment._trigger import Trigger


class OrderSteps(Protocol):
    """What leads from a need to an order, as :class:`OrderQuantity` does."""

    def __call__(
        self, need: int, /, *, position: int, demand: Demand | None, lead_time: LeadTime | None
    ) -> tuple[Step, ...]:
        """Return the steps."""
        ...


def order_up_to(
    position: InventoryPosition,
    *,
    demand: Demand,
    lead_time: LeadTime,
    now: datetime,
    level: ReorderLevel,
    target: int,
    trigger: Trigger,
    quantity: OrderSteps,
) -> Advice:
    """
    Return the advice to order up to *target* if the *position* fires at *level*.

    The target is raised to the lowest position that does not fire, so that an order always
    quietens the policy.

    Raises:
        FieldError: If *now* has no UTC offset.
    """
    total = position.total
    quiet_from = trigger.quiet_from(level.reorder_point)
    target = max(target, quiet_from)
    return Advice(
        at=now,
        position=position,
        demand=demand,
        lead_time=lead_time,
        level=level,
        trigger=trigger,
        target=target,
        steps=quantity(target - total, position=total, demand=demand, lead_time=lead_time)
        if total < quiet_from
        else (),
    )
