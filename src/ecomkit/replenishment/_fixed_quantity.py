"""Fixed quantity: the (r, Q) policy, which orders whole multiples of one quantity."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, refuse
from ecomkit.replenishment._level_rule import Level, level_of, level_or_rule
from ecomkit.replenishment._numbers import units_above_zero
from ecomkit.replenishment._pack_rounding import PackRounding
from ecomkit.replenishment._quantity import OrderQuantity, Step, lacking
from ecomkit.replenishment._trigger import Trigger
from ecomkit.replenishment._up_to import order_up_to

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._advice import Advice
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition


class Shortfall(Enum):
    """What is ordered where one order quantity does not reach the reorder point."""

    MULTIPLES = "whole multiples of the order quantity"
    """The least multiple that lifts the position above the point: the (r, nQ) policy."""

    EXACT = "the units that the position lacks to the reorder point"
    """
    As ERPNext does. It ends at the reorder point itself, where an inclusive trigger fires again:
    the advice then says that the position is still low.
    """


@final
@attrs.frozen(kw_only=True)
class FixedQuantity:
    """
    Order ``order_quantity`` (Q) when the position is at or below ``reorder_point`` (r).

    Where one Q is not enough, as many as lift the position above r: the (r, nQ) policy. For what
    comes in containers or pallets, and where Q weighs the cost of ordering against that of
    holding. ``quantity`` may still round up and cap what is ordered.

    Raises:
        FieldError: If ``reorder_point`` is negative, ``order_quantity`` below 1, or ``quantity``
            rounds packs another way than up, which would undo the lifting.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
    >>> facts = {
    ...     "demand": Demand.of(mean_per_day=6),
    ...     "lead_time": LeadTime(mean_days=1),
    ...     "now": datetime(2026, 10, 1, tzinfo=UTC),
    ... }
    >>> policy = FixedQuantity(reorder_point=10, order_quantity=30)
    >>> [policy(InventoryPosition(usable=0, uncovered=owed), **facts).order for owed in (0, 25)]
    [30, 60]
    """

    reorder_point: Level = attrs.field(validator=level_or_rule)
    order_quantity: int = attrs.field(validator=units_above_zero)
    shortfall: Shortfall = attrs.field(default=Shortfall.MULTIPLES, validator=is_a(Shortfall))
    trigger: Trigger = attrs.field(default=Trigger.INCLUSIVE, validator=is_a(Trigger))
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    def __attrs_post_init__(self) -> None:
        if self.quantity.rounding is not PackRounding.UP:
            raise refuse(self, "quantity", self.quantity, "one that rounds packs up")

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
        return order_up_to(
            position,
            demand=demand,
            lead_time=lead_time,
            now=now,
            level=level_of(
                self.reorder_point, demand=demand, lead_time=lead_time, today=now.date()
            ),
            target=0,  # raised to the lowest quiet position, which is what a lot has to reach
            trigger=self.trigger,
            quantity=self._steps,
        )

    def _steps(
        self, need: int, *, position: int, demand: Demand | None, lead_time: LeadTime | None
    ) -> tuple[Step, ...]:
        """Return the steps of the limits, with that of the lots before them."""
        lot = self._lot(need)
        _, *limited = self.quantity(
            lot.after, position=position, demand=demand, lead_time=lead_time
        )
        return (lacking(need), lot, *limited)

    def _lot(self, need: int) -> Step:
        if self.shortfall is Shortfall.EXACT:
            short = need - self.trigger.quiet_from(0)
            ordered = max(self.order_quantity, short)
            why = f"at least {self.order_quantity}, else the {short} lacking to the level"
        else:
            lots = -(-need // self.order_quantity)
            ordered = lots * self.order_quantity
            why = f"{lots} × {self.order_quantity}"
        return Step(name="order quantity", before=need, after=ordered, why=why)
