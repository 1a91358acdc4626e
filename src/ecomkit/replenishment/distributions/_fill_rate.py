"""Fill rate (type 2 service) of a reorder point and an order quantity."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import UNITS_MAX, is_number

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions._distribution import DemandDistribution


class FillRateMethod(Enum):
    """How the fill rate follows from G(r), the demand over the lead time expected beyond r."""

    EXACT = "exact"
    """1 − [G(r) − G(r + Q)] / Q: continuous review with backorders (Hadley and Whitin, 1963)."""

    SIMPLE = "simple"
    """1 − G(r) / Q, as most textbooks have it: too low where Q is small, never too high."""

    LOST_SALES = "lost_sales"
    """Q / (Q + G(r)): approximate, where unserved customers go elsewhere."""

    def shortage(
        self, distribution: DemandDistribution, *, reorder_point: float, order_quantity: float
    ) -> float:
        """
        Return the units of a cycle that the method counts as not served from the shelf.

        >>> from ecomkit.replenishment.distributions import NormalDemand
        >>> demand = NormalDemand(mean=100, sd=25)
        >>> round(FillRateMethod.SIMPLE.shortage(demand, reorder_point=100, order_quantity=9), 4)
        9.9736
        """
        short = distribution.loss(reorder_point)
        if self is FillRateMethod.EXACT:
            short -= distribution.loss(reorder_point + order_quantity)
        return short

    def rate(self, shortage: float, *, order_quantity: float) -> float:
        """
        Return the fill rate with so many units short a cycle, from 0 to 1.

        >>> FillRateMethod.SIMPLE.rate(2.0, order_quantity=100)
        0.98
        """
        if self is FillRateMethod.LOST_SALES:
            return order_quantity / (order_quantity + shortage)
        return min(max(0.0, 1.0 - shortage / order_quantity), 1.0)

    def allowed(self, fill_rate: float, *, order_quantity: float) -> float:
        """
        Return the units short a cycle that leave this *fill_rate*.

        >>> round(FillRateMethod.SIMPLE.allowed(0.98, order_quantity=100), 9)
        2.0
        """
        short = (1.0 - fill_rate) * order_quantity
        return short / fill_rate if self is FillRateMethod.LOST_SALES else short


def fill_rate(
    distribution: DemandDistribution,
    *,
    reorder_point: float,
    order_quantity: float,
    method: FillRateMethod = FillRateMethod.EXACT,
) -> float:
    """
    Return the share of units served from the shelf, with this demand over the lead time.

    Type 2 service. The exact form takes the position as spread evenly from *reorder_point* to
    *reorder_point* + *order_quantity*, as with units asked for one at a time.

    Raises:
        FieldError: If ``order_quantity`` is not above 0, or ``reorder_point`` is no number.

    >>> from ecomkit.replenishment.distributions import PoissonDemand
    >>> round(fill_rate(PoissonDemand(mean=8), reorder_point=12, order_quantity=10), 9)
    0.987019113
    """
    checked_quantity(order_quantity)
    short = method.shortage(
        distribution, reorder_point=reorder_point, order_quantity=order_quantity
    )
    return method.rate(short, order_quantity=order_quantity)


def ready_rate(
    distribution: DemandDistribution, *, reorder_point: float, order_quantity: float
) -> float:
    """
    Return the share of time with a unit on the shelf, with this demand over the lead time.

    Type 3 service. With units asked for one at a time, customers find the shelf as it is on
    average over time, so that it equals the exact fill rate (Wolff, 1982, for Poisson demand).
    Where customers take several units at once it is an approximation.

    Raises:
        FieldError: If ``order_quantity`` is not above 0, or ``reorder_point`` is no number.

    >>> from ecomkit.replenishment.distributions import PoissonDemand
    >>> round(ready_rate(PoissonDemand(mean=3), reorder_point=5, order_quantity=5), 9)
    0.973152708
    """
    return fill_rate(distribution, reorder_point=reorder_point, order_quantity=order_quantity)


def checked_quantity(order_quantity: float) -> float:
    """Return *order_quantity* if it is a number of units above 0."""
    if not is_number(order_quantity) or not 0 < order_quantity <= UNITS_MAX:
        raise FieldError(
            owner="fill_rate",
            field="order_quantity",
            got=order_quantity,
            wanted=f"a number above 0, at most {UNITS_MAX}",
        )
    return order_quantity
