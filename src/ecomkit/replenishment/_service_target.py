"""Service targets: how low the risk of a stock-out has to be, in one of three currencies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol, final

import attrs

from ecomkit._checks import is_a
from ecomkit.replenishment._numbers import plain, service_share
from ecomkit.replenishment._stock_costs import StockCosts
from ecomkit.replenishment.distributions import reorder_point_for_fill_rate

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions import DemandDistribution


CERTAINTY = math.nextafter(1.0, 0.0)
"""The largest share below 1."""


class ServiceTarget(Protocol):
    """What a reorder point has to reach: any value of this shape."""

    def reorder_point(
        self, distribution: DemandDistribution, *, mean_per_day: float, order_quantity: float
    ) -> float:
        """Return the units, before rounding, that reach the target over *distribution*."""
        ...

    def explain(self) -> str:
        """Return the target in words, as they follow "for"."""
        ...


@final
@attrs.frozen
class CycleService:
    """
    Type 1: the share of order cycles without a stock-out.

    >>> from ecomkit.replenishment.distributions import NormalDemand
    >>> round(
    ...     CycleService(0.95).reorder_point(
    ...         NormalDemand(mean=350, sd=10), mean_per_day=50, order_quantity=100
    ...     ),
    ...     2,
    ... )
    366.45
    """

    share: float = attrs.field(validator=service_share)

    def reorder_point(
        self,
        distribution: DemandDistribution,
        *,
        mean_per_day: float,  # noqa: ARG002 - the protocol's
        order_quantity: float,  # noqa: ARG002 - the protocol's
    ) -> float:
        """Return the quantile of the share."""
        return distribution.quantile(self.share)

    def explain(self) -> str:
        """Return the target in words."""
        return f"{plain(self.share * 100)} % of the cycles without a stock-out"


@final
@attrs.frozen
class FillRate:
    """
    Type 2: the share of the units that are served from the shelf, exactly.

    1 − [G(r) − G(r+Q)] / Q with G the expected shortage (Hadley and Whitin, 1963), which is for
    continuous review with backorders; the usual 1 − G(r) / Q asks for a little more.

    >>> from ecomkit.replenishment.distributions import NormalDemand
    >>> round(
    ...     FillRate(0.95).reorder_point(
    ...         NormalDemand(mean=50, sd=20), mean_per_day=5, order_quantity=30
    ...     ),
    ...     2,
    ... )
    70.85
    """

    share: float = attrs.field(validator=service_share)

    def reorder_point(
        self,
        distribution: DemandDistribution,
        *,
        mean_per_day: float,  # noqa: ARG002 - the protocol's
        order_quantity: float,
    ) -> float:
        """Return the least units at which the share of units served is reached."""
        return reorder_point_for_fill_rate(
            distribution, order_quantity=order_quantity, fill_rate=self.share
        )

    def explain(self) -> str:
        """Return the target in words."""
        return f"{plain(self.share * 100)} % of the units served from the shelf"


@final
@attrs.frozen
class LeastCost:
    """
    The service at which a unit more on the shelf costs what it saves.

    See :meth:`StockCosts.service_level` for the balance; it differs from sku to sku, and is
    higher the dearer a missed unit and the smaller the orders.

    >>> from ecomkit.replenishment.distributions import NormalDemand
    >>> costs = StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0)
    >>> round(
    ...     LeastCost(costs).reorder_point(
    ...         NormalDemand(mean=28, sd=8), mean_per_day=4, order_quantity=49
    ...     ),
    ...     2,
    ... )
    45.34
    """

    costs: StockCosts = attrs.field(validator=is_a(StockCosts))

    def reorder_point(
        self, distribution: DemandDistribution, *, mean_per_day: float, order_quantity: float
    ) -> float:
        """Return the quantile of the service that the costs ask for; 0 without demand."""
        if not mean_per_day:
            return 0.0
        share = self.costs.service_level(mean_per_day=mean_per_day, order_quantity=order_quantity)
        # Costs that differ by sixteen digits round to certainty, which no finite stock gives.
        return distribution.quantile(min(share, CERTAINTY))

    def explain(self) -> str:
        """Return the target in words."""
        return f"the least cost, where {self.costs.explain()}"
