"""What a replenishment policy is: any callable of this shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._advice import Advice
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition


class ReplenishmentPolicy(Protocol):
    """
    A callable from facts to advice.

    Its parameters are its fields, the facts are the arguments, and it looks at nothing else. To
    write your own, return an :class:`Advice` with a :class:`StatedLevel` and the steps of an
    :class:`OrderQuantity`.
    """

    def __call__(
        self,
        position: InventoryPosition,
        *,
        demand: Demand,
        lead_time: LeadTime,
        now: datetime,
    ) -> Advice:
        """Return how much to order at this *position*, and why."""
        ...
