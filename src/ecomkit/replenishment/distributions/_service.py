"""Reorder points for a target service, and the service that a reorder point gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import is_number
from ecomkit.replenishment.distributions._fill_rate import (
    FillRateMethod,
    checked_quantity,
    fill_rate,
)
from ecomkit.replenishment.distributions._shortage_search import ShortageSearch
from ecomkit.replenishment.distributions._whole import in_whole_units

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions._distribution import DemandDistribution


def reorder_point_for_cycle_service(
    distribution: DemandDistribution, *, service_level: float
) -> float:
    """
    Return the least reorder point with which a cycle has no stock-out with *service_level*.

    Type 1 service: the quantile of the demand over the lead time; whole for whole units.

    Raises:
        FieldError: If *service_level* is not above 0 and below 1.

    >>> from ecomkit.replenishment.distributions import PoissonDemand
    >>> reorder_point_for_cycle_service(PoissonDemand(mean=8), service_level=0.98)
    14
    """
    return distribution.quantile(_open_share(service_level, field="service_level"))


def reorder_point_for_fill_rate(
    distribution: DemandDistribution,
    *,
    order_quantity: float,
    fill_rate: float,
    method: FillRateMethod = FillRateMethod.EXACT,
) -> float:
    """
    Return the least reorder point with which orders of *order_quantity* reach *fill_rate*.

    Type 2 service with this demand over the lead time. It is the smallest whole number for a
    distribution of whole units (one with a ``pmf``), else the root of the formula of *method*.
    It is below 0 where the order quantity alone gives more than is asked for.

    Raises:
        FieldError: If *fill_rate* is not above 0 and below 1, or ``order_quantity`` not above 0.

    >>> from ecomkit.replenishment.distributions import NormalDemand, PoissonDemand
    >>> demand = NormalDemand(mean=50, sd=20)
    >>> round(reorder_point_for_fill_rate(demand, order_quantity=30, fill_rate=0.95), 6)
    70.85455
    >>> reorder_point_for_fill_rate(PoissonDemand(mean=8), order_quantity=10, fill_rate=0.98)
    12
    """
    _open_share(fill_rate, field="fill_rate")
    search = ShortageSearch(
        distribution=distribution,
        order_quantity=checked_quantity(order_quantity),
        fill_rate=fill_rate,
        method=method,
    )
    return search.least_whole() if in_whole_units(distribution) else search.root()


@final
@attrs.frozen(kw_only=True)
class ServiceMeasures:
    """
    What a reorder point and an order quantity give, as :func:`service_measures` tells it.

    ``safety_stock`` is the reorder point less the mean demand over the lead time.
    ``average_inventory`` is the order quantity halved plus the safety stock, the textbooks' figure,
    which leaves backorders out. Units are floats.
    """

    reorder_point: float
    order_quantity: float
    safety_stock: float
    cycle_service: float
    """Share of cycles without a stock-out (type 1)."""

    expected_shortage: float
    """Units short in a cycle, on average."""

    fill_rate: float
    """Share of units served from the shelf (type 2)."""

    average_inventory: float


def service_measures(
    distribution: DemandDistribution,
    *,
    reorder_point: float,
    order_quantity: float,
    method: FillRateMethod = FillRateMethod.EXACT,
) -> ServiceMeasures:
    """
    Return what *reorder_point* and *order_quantity* give with this demand over the lead time.

    Raises:
        FieldError: If ``order_quantity`` is not above 0, or ``reorder_point`` is no number.

    >>> from ecomkit.replenishment.distributions import NormalDemand
    >>> weekly = NormalDemand(mean=5000, sd=707.1067811865476)
    >>> given = service_measures(weekly, reorder_point=6000, order_quantity=10000)
    >>> given.safety_stock, round(given.cycle_service, 4), round(given.expected_shortage, 2)
    (1000, 0.9214, 25.13)
    >>> round(given.fill_rate, 4), given.average_inventory
    (0.9975, 6000.0)
    """
    served = fill_rate(
        distribution, reorder_point=reorder_point, order_quantity=order_quantity, method=method
    )
    safety_stock = reorder_point - distribution.mean
    return ServiceMeasures(
        reorder_point=reorder_point,
        order_quantity=order_quantity,
        safety_stock=safety_stock,
        cycle_service=distribution.cdf(reorder_point),
        expected_shortage=distribution.loss(reorder_point),
        fill_rate=served,
        average_inventory=order_quantity / 2 + safety_stock,
    )


def _open_share(value: float, *, field: str) -> float:
    if not is_number(value) or not 0 < value < 1:
        wanted = "a number above 0 and below 1"
        raise FieldError(owner="reorder_point", field=field, got=value, wanted=wanted)
    return value
