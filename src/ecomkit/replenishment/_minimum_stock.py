"""Minimum stock: order when the position falls to a level that a person has set."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.replenishment._advice import Advice
from ecomkit.replenishment._level import StatedLevel
from ecomkit.replenishment._numbers import units
from ecomkit.replenishment._quantity import OrderQuantity
from ecomkit.replenishment._trigger import Trigger

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition


@final
@attrs.frozen(kw_only=True)
class MinimumStock:
    """
    Order up to ``up_to`` when the position is below the minimum ``level`` (min/max policy).

    ``up_to`` is ``level`` where it is not given. By default a position at the level is enough;
    with ``Trigger.INCLUSIVE`` it is not, and the target is then at least one unit above the
    level, so that an order always quietens the policy.

    Raises:
        FieldError: If ``level`` is negative, or ``up_to`` below it.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
    >>> minimum = MinimumStock(level=10, up_to=50, quantity=OrderQuantity(case_pack=12))
    >>> minimum(
    ...     InventoryPosition(usable=7),
    ...     demand=Demand.of(mean_per_day=2),
    ...     lead_time=LeadTime(mean_days=3),
    ...     now=datetime(2026, 10, 1, tzinfo=UTC),
    ... ).order
    48
    """

    level: int = attrs.field(validator=units)
    up_to: int | None = attrs.field(default=None, validator=optional(units))
    trigger: Trigger = attrs.field(default=Trigger.STRICT, validator=is_a(Trigger))
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    def __attrs_post_init__(self) -> None:
        if self.up_to is not None and self.up_to < self.level:
            raise refuse(self, "up_to", self.up_to, f"at least the level of {self.level}")

    @property
    def target(self) -> int:
        """The position to order up to, in units."""
        wanted = self.level if self.up_to is None else self.up_to
        return max(wanted, self.trigger.quiet_from(self.level))

    def __call__(
        self,
        position: InventoryPosition,
        *,
        demand: Demand,
        lead_time: LeadTime,
        now: datetime,
    ) -> Advice:
        """
        Return how much to order at this *position*; demand and lead time only tell how urgent.

        Raises:
            FieldError: If *now* has no UTC offset.
        """
        total = position.total
        return Advice(
            at=now,
            position=position,
            demand=demand,
            lead_time=lead_time,
            level=StatedLevel(units=self.level),
            trigger=self.trigger,
            target=self.target,
            steps=self.quantity(self.target - total, position=total)
            if self.trigger.fires(total, level=self.level)
            else (),
        )
