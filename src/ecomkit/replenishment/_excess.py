"""Excess: how many units are more than the days ahead can need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment._numbers import ceil_units, is_number, whole_days

if TYPE_CHECKING:
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime

FACTOR_MAX = 100
"""A factor above that says that nothing is excess."""


def _factor(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value <= FACTOR_MAX:
        raise refuse(instance, attribute.name, value, f"a number above 0, up to {FACTOR_MAX}")


@final
@attrs.frozen(kw_only=True)
class ExcessRule:
    """
    Units beyond the target and beyond mean demand over a horizon are excess.

    The horizon is ``factor`` × (lead time + ``target_days``): the days that a stock is meant to
    last, times what one is ready to tolerate. InventoryMate, an app for Shopify, flags an
    excess at twice these days, which is the default: 90 days of stock are none where the lead
    time is 15 days and stock is meant to last 30, 91 are.

    Raises:
        FieldError: If ``target_days`` is no whole number of days up to ten years, or ``factor``
            not above 0 and up to 100.

    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> rule, lead_time = ExcessRule(target_days=30), LeadTime(mean_days=15)
    >>> rule.horizon_days(lead_time)
    90.0
    >>> rule(910, target=200, demand=Demand.of(mean_per_day=10), lead_time=lead_time)
    10
    """

    target_days: int = attrs.field(default=30, validator=whole_days)
    factor: float = attrs.field(default=2.0, validator=_factor)

    def horizon_days(self, lead_time: LeadTime) -> float:
        """Return the days that a stock may last before some of it is excess."""
        return self.factor * (lead_time.mean_days + self.target_days)

    def allowed(self, *, target: int, demand: Demand, lead_time: LeadTime) -> int:
        """
        Return the most units that are not excess: the target, or the demand of the horizon.

        Demand is rounded up to whole units.
        """
        return max(target, ceil_units(demand.mean_per_day * self.horizon_days(lead_time)))

    def __call__(self, position: int, *, target: int, demand: Demand, lead_time: LeadTime) -> int:
        """Return the units of the *position* that are excess; 0 for none."""
        return max(
            0, position - max(0, self.allowed(target=target, demand=demand, lead_time=lead_time))
        )
