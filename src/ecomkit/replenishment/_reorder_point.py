"""Reorder point: order when the position no longer covers the lead time at a service level."""

from __future__ import annotations

from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, optional
from ecomkit.replenishment._advice import Advice
from ecomkit.replenishment._level import ComputedLevel, service_share
from ecomkit.replenishment._numbers import ceil_units, whole_days
from ecomkit.replenishment._quantity import OrderQuantity
from ecomkit.replenishment._trigger import Trigger

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition


@final
@attrs.frozen(kw_only=True)
class ReorderPoint:
    """
    Order when the position falls to the reorder point; :class:`ComputedLevel` has the formula.

    ``service_level`` is the share of order cycles without a stock-out (type 1), above 0 and
    below 1. ``review_days`` is how often one looks, 0 for every day or more often: it lengthens
    the time that an order has to protect.

    The order-up-to level is the reorder point plus mean demand over ``cover_days``, rounded up.
    Without ``cover_days`` it is the lead time plus the review period, so that about one order is
    on its way at any time. ``cover_days=0`` orders up to the reorder point itself (base stock;
    with ``Trigger.STRICT`` that is the textbook (R, S) policy). The target is never low enough
    to fire again.

    Raises:
        FieldError: If ``service_level`` is not between 0 and 1, or a number of days is negative,
            not whole or above ten years.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
    >>> advice = ReorderPoint(service_level=0.95)(
    ...     InventoryPosition(usable=42),
    ...     demand=Demand.of(mean_per_day=4, sd_per_day=3),
    ...     lead_time=LeadTime(mean_days=7),
    ...     now=datetime(2026, 10, 1, tzinfo=UTC),
    ... )
    >>> advice.reorder_point, advice.target, advice.order
    (42, 70, 28)
    """

    service_level: float = attrs.field(validator=service_share)
    review_days: int = attrs.field(default=0, validator=whole_days)
    cover_days: int | None = attrs.field(default=None, validator=optional(whole_days))
    trigger: Trigger = attrs.field(default=Trigger.INCLUSIVE, validator=is_a(Trigger))
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    @cached_property
    def z(self) -> float:
        """
        The standard normal quantile of the service level, computed once.

        >>> round(ReorderPoint(service_level=0.95).z, 6)
        1.644854
        """
        return NormalDist().inv_cdf(self.service_level)

    def level(self, *, demand: Demand, lead_time: LeadTime) -> ComputedLevel:
        """Return the reorder point and safety stock for this demand and lead time."""
        return ComputedLevel.of(
            demand=demand,
            lead_time=lead_time,
            review_days=self.review_days,
            service_level=self.service_level,
            z=self.z,
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
        Return how much to order at this *position*, and why.

        Raises:
            FieldError: If *now* has no UTC offset.
        """
        level = self.level(demand=demand, lead_time=lead_time)
        reorder_point = level.reorder_point
        quiet_from = self.trigger.quiet_from(reorder_point)
        cover_days = (
            lead_time.mean_days + self.review_days if self.cover_days is None else self.cover_days
        )
        target = max(quiet_from, reorder_point + ceil_units(demand.mean_per_day * cover_days))
        units = position.total
        return Advice(
            at=now,
            position=position,
            demand=demand,
            lead_time=lead_time,
            level=level,
            trigger=self.trigger,
            target=target,
            steps=self.quantity(target - units, position=units) if units < quiet_from else (),
        )
