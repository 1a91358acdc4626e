"""Target levels: the reorder point that reaches a service target over a distribution of demand."""

from __future__ import annotations

from typing import final

import attrs

from ecomkit.replenishment._numbers import ceil_units, days_of_review, plain
from ecomkit.replenishment._service_target import ServiceTarget
from ecomkit.replenishment.distributions import DemandDistribution, fill_rate


@final
@attrs.frozen(kw_only=True)
class TargetLevel:
    """
    A reorder point, the target it is for, and the distribution over which it reaches it.

    ``units`` are before rounding; ``order_quantity`` is what an order brings as a rule, which a
    fill rate and the least cost depend on. The reorder point is rounded up and never below 0: a
    target that would be reached while units are owed is reached by a stock of 0, too.

    >>> from ecomkit.replenishment import CycleService
    >>> from ecomkit.replenishment.distributions import PoissonDemand
    >>> level = TargetLevel(
    ...     target=CycleService(0.95),
    ...     distribution=PoissonDemand(mean=3.0),
    ...     review_days=0,
    ...     order_quantity=5,
    ...     units=6.0,
    ... )
    >>> level.reorder_point, level.safety_stock, round(level.cycle_service, 4)
    (6, 3, 0.9665)
    """

    target: ServiceTarget
    distribution: DemandDistribution
    review_days: int
    order_quantity: float
    units: float

    @property
    def expected_units(self) -> float:
        """Units that are expected to be asked for over lead time and review period."""
        return self.distribution.mean

    @property
    def safety_units(self) -> float:
        """The safety stock before rounding."""
        return max(0.0, self.units) - self.distribution.mean

    @property
    def safety_stock(self) -> int:
        """Whole units, rounded up from the unrounded difference."""
        return ceil_units(self.safety_units)

    @property
    def reorder_point(self) -> int:
        """Whole units, rounded up."""
        return ceil_units(max(0.0, self.units))

    @property
    def cycle_service(self) -> float:
        """The share of cycles without a stock-out that the reorder point promises (type 1)."""
        return self.distribution.cdf(self.reorder_point)

    @property
    def fill_rate(self) -> float:
        """The share of units from the shelf that it promises (type 2, exact, with backorders)."""
        return fill_rate(
            self.distribution,
            reorder_point=self.reorder_point,
            order_quantity=self.order_quantity,
        )

    def explain(self) -> str:
        """Return the target, the distribution, the promise and the rounding in words."""
        review = f" and {days_of_review(self.review_days)}" if self.review_days else ""
        return (
            f"Over the lead time{review} demand is {self.distribution.explain()}. For "
            f"{self.target.explain()}, with orders of {plain(self.order_quantity)}, "
            f"{plain(self.units)} units are enough, rounded up to {self.reorder_point}; that "
            f"promises {plain(self.cycle_service * 100)} % of the cycles without a stock-out and "
            f"{plain(self.fill_rate * 100)} % of the units from the shelf."
        )
