"""Reorder point: order when the position no longer covers the lead time at a service target."""

from __future__ import annotations

from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, optional, refuse
from ecomkit.replenishment._advice import Advice
from ecomkit.replenishment._lead_time_demand import FittedDemand, LeadTimeDemand
from ecomkit.replenishment._level import ComputedLevel
from ecomkit.replenishment._numbers import DAYS_MAX, ceil_units, service_share, whole_days
from ecomkit.replenishment._quantity import OrderQuantity
from ecomkit.replenishment._service_target import (
    CycleService,
    LeastCost,
    ServiceTarget,
)
from ecomkit.replenishment._stock_costs import StockCosts
from ecomkit.replenishment._target_level import TargetLevel
from ecomkit.replenishment._trigger import Trigger
from ecomkit.replenishment.distributions import DemandFamily

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition

NORMAL = FittedDemand(DemandFamily.NORMAL)

DEAD_PER_DAY = 1 / DAYS_MAX
"""Less demand than a unit in ten years is none: of that only what is owed is ordered."""


def _as_model(model: Any) -> Any:
    return FittedDemand(model) if isinstance(model, DemandFamily) else model


def _model(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not callable(value):
        raise refuse(instance, attribute.name, value, "a DemandFamily, or a LeadTimeDemand")


def _target(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None and not all(
        hasattr(value, part) for part in ("reorder_point", "explain")
    ):
        raise refuse(instance, attribute.name, value, "a service target, as FillRate(0.98)")


@final
@attrs.frozen(kw_only=True)
class ReorderPoint:
    """
    Order when the position falls to the reorder point.

    How high the reorder point is, one of three says: ``service_level``, the share of order
    cycles without a stock-out (type 1), above 0 and below 1; ``target``, such as
    ``FillRate(0.98)`` (type 2); or, without either, ``costs``, for the service at which a unit
    more costs what it saves. ``lead_time_demand`` is the shape of the demand until an order has
    come: a :class:`~ecomkit.replenishment.distributions.DemandFamily`, or a callable as
    :class:`DemandByPattern` and :class:`ObservedDemand`. The normal one has a closed form for a
    service level, which :class:`ComputedLevel` shows; the rest is shown by :class:`TargetLevel`.

    With less demand than a unit in ten years the trigger is strict, whatever it was given as, so
    that an empty shelf of what nobody wants is left empty.

    ``review_days`` is how often one looks, 0 for every day or more often: it lengthens the time
    that an order has to protect.

    The order-up-to level is the reorder point plus what an order brings as a rule: mean demand
    over ``cover_days``, rounded up; else the economic order quantity where ``costs`` are given;
    else mean demand over the lead time and the review period, so that about one order is on its
    way at any time. ``cover_days=0`` orders up to the reorder point itself (base stock; with
    ``Trigger.STRICT`` that is the textbook (R, S) policy). The level is never low enough to fire
    again.

    Raises:
        FieldError: If no target is given or two are, ``service_level`` is not between 0 and 1,
            or a number of days is negative, not whole or above ten years.

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
    >>> rare = Demand.of(mean_per_day=0.2, sd_per_day=0.6)
    >>> ReorderPoint(target=CycleService(0.95), lead_time_demand=DemandFamily.NEGATIVE_BINOMIAL).level(
    ...     demand=rare, lead_time=LeadTime(mean_days=14)
    ... ).reorder_point
    7
    """

    service_level: float | None = attrs.field(default=None, validator=optional(service_share))
    target: ServiceTarget | None = attrs.field(default=None, validator=_target)
    costs: StockCosts | None = attrs.field(default=None, validator=optional(is_a(StockCosts)))
    lead_time_demand: LeadTimeDemand = attrs.field(
        default=NORMAL, converter=_as_model, validator=_model
    )
    review_days: int = attrs.field(default=0, validator=whole_days)
    cover_days: int | None = attrs.field(default=None, validator=optional(whole_days))
    trigger: Trigger = attrs.field(default=Trigger.INCLUSIVE, validator=is_a(Trigger))
    quantity: OrderQuantity = attrs.field(factory=OrderQuantity, validator=is_a(OrderQuantity))

    def __attrs_post_init__(self) -> None:
        given = [self.service_level is not None, self.target is not None].count(True)
        if given > 1 or not (given or self.costs is not None):
            raise refuse(
                self,
                "target",
                self.target,
                "given alone: a service_level, or a target, or else the costs to weigh",
            )

    @cached_property
    def z(self) -> float | None:
        """
        The standard normal quantile of the service level, computed once; None without a level.

        >>> round(ReorderPoint(service_level=0.95).z, 6)
        1.644854
        """
        return None if self.service_level is None else NormalDist().inv_cdf(self.service_level)

    @cached_property
    def service_target(self) -> ServiceTarget:
        """What the reorder point has to reach, in whichever way it was given."""
        if self.target is not None:
            return self.target
        if self.service_level is not None:
            return CycleService(self.service_level)
        assert self.costs is not None
        return LeastCost(self.costs)

    def order_quantity(self, *, demand: Demand, lead_time: LeadTime) -> int:
        """
        Return the units that an order brings as a rule, before the limits of the supplier.

        >>> from ecomkit.replenishment import Demand, LeadTime
        >>> ReorderPoint(service_level=0.95, cover_days=30).order_quantity(
        ...     demand=Demand.of(mean_per_day=1.5), lead_time=LeadTime(mean_days=7)
        ... )
        45
        """
        mean = demand.mean_per_day
        if self.cover_days is None and self.costs is not None:
            return ceil_units(self.costs.economic_quantity(mean))
        days = (
            lead_time.mean_days + self.review_days if self.cover_days is None else self.cover_days
        )
        return ceil_units(mean * days)

    def level(self, *, demand: Demand, lead_time: LeadTime) -> ComputedLevel | TargetLevel:
        """Return the reorder point and safety stock for this demand and lead time."""
        if self.z is not None and self.lead_time_demand == NORMAL:
            assert self.service_level is not None
            return ComputedLevel.of(
                demand=demand,
                lead_time=lead_time,
                review_days=self.review_days,
                service_level=self.service_level,
                z=self.z,
            )
        distribution = self.lead_time_demand(
            demand, lead_time=lead_time, review_days=self.review_days
        )
        # What an order brings is no less than the supplier takes, and a fill rate is a share of it.
        quantity = max(self.quantity.moq, self.order_quantity(demand=demand, lead_time=lead_time))
        target = self.service_target
        return TargetLevel(
            target=target,
            distribution=distribution,
            review_days=self.review_days,
            order_quantity=quantity,
            units=target.reorder_point(
                distribution, mean_per_day=demand.mean_per_day, order_quantity=quantity
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
        Return how much to order at this *position*, and why.

        Raises:
            FieldError: If *now* has no UTC offset.
        """
        level = self.level(demand=demand, lead_time=lead_time)
        reorder_point = level.reorder_point
        trigger = self.trigger if demand.mean_per_day >= DEAD_PER_DAY else Trigger.STRICT
        quiet_from = trigger.quiet_from(reorder_point)
        target = max(
            quiet_from, reorder_point + self.order_quantity(demand=demand, lead_time=lead_time)
        )
        units = position.total
        return Advice(
            at=now,
            position=position,
            demand=demand,
            lead_time=lead_time,
            level=level,
            trigger=trigger,
            target=target,
            steps=self.quantity(target - units, position=units, demand=demand, lead_time=lead_time)
            if units < quiet_from
            else (),
        )
