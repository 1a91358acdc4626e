"""Mean and spread of the demand until an order has come."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime


def lead_time_moments(
    demand: Demand, *, lead_time: LeadTime, review_days: int
) -> tuple[float, float]:
    """
    Return mean and standard deviation of the units asked for over lead time and review period.

    dL and √(L s_d² + d² s_L²), with L the mean lead time and the review period in days (Chopra
    and Meindl, *Supply Chain Management*).

    >>> from ecomkit.replenishment import Demand, LeadTime
    >>> lead_time_moments(
    ...     Demand.of(mean_per_day=2500, sd_per_day=500),
    ...     lead_time=LeadTime(mean_days=7, sd_days=7),
    ...     review_days=0,
    ... )
    (17500.0, 17549.928774784243)
    """
    mean = float(demand.mean_per_day)
    days = lead_time.mean_days + review_days
    return mean * days, math.hypot(math.sqrt(days) * demand.sd_per_day, mean * lead_time.sd_days)
