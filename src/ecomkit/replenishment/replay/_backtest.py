"""Backtest: what a policy would have achieved and cost on demand that really came."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit.identifiers import Sku
from ecomkit.replenishment._numbers import plain
from ecomkit.replenishment._smoothed_demand import SmoothedDemand
from ecomkit.replenishment._stock_costs import StockCosts
from ecomkit.replenishment.replay._case import ReplayRules
from ecomkit.replenishment.replay._replay import estimates, replay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._policy import ReplenishmentPolicy
    from ecomkit.replenishment._smoothed_demand import DemandEstimator
    from ecomkit.replenishment.replay._case import ReplayCase

DAILY = ReplayRules()


@final
@attrs.frozen(kw_only=True)
class Backtest:
    """
    The outcome of one policy on one sku: counts, and the rates and costs that follow from them.

    ``stock_periods`` is the sum of the units on the shelf at the end of each period;
    ``cycles`` are the times that goods came in, and ``short_cycles`` those before which
    something had been missed. ``promised`` is the fill rate that the policy's own level promised
    when the replay began, None for a policy that promises none.

    Costs are in the unit of :class:`StockCosts`: holding for the stock at the end of each
    period, a fixed cost for each order, and what each missed unit loses, waiting or not.
    """

    sku: Sku
    periods: int
    period_days: float
    asked: int
    missed: int
    orders: int
    ordered: int
    stock_periods: int
    cycles: int
    short_cycles: int
    closing: int
    waiting: int
    promised: float | None
    costs: StockCosts
    unit_cost: float

    @property
    def served(self) -> int:
        """Units that were there when they were asked for."""
        return self.asked - self.missed

    @property
    def fill_rate(self) -> float | None:
        """The share of the units served from the shelf (type 2); None if none was asked for."""
        return self.served / self.asked if self.asked else None

    @property
    def cycle_service(self) -> float | None:
        """The share of cycles without a stock-out (type 1); None if no cycle has ended."""
        return 1 - self.short_cycles / self.cycles if self.cycles else None

    @property
    def mean_stock(self) -> float:
        """Units on the shelf at the end of a period, on the mean."""
        return self.stock_periods / self.periods

    @property
    def stock_value(self) -> float:
        """What the mean stock is worth at cost."""
        return self.mean_stock * self.unit_cost

    @property
    def holding_cost(self) -> float:
        """What the stock cost over all periods."""
        return self.stock_periods * self.period_days * self.costs.holding_per_unit_day

    @property
    def order_cost(self) -> float:
        """What the orders cost, apart from the goods."""
        return self.orders * self.costs.per_order

    @property
    def shortage_cost(self) -> float:
        """What the missed units lost."""
        return self.missed * self.costs.shortage_per_unit

    @property
    def total_cost(self) -> float:
        """Holding, ordering and shortage."""
        return self.holding_cost + self.order_cost + self.shortage_cost

    def explain(self) -> str:
        """Return what was achieved against what was promised, and what it cost."""
        achieved = "nothing was asked for"
        if self.fill_rate is not None:
            achieved = (
                f"{self.served} of {self.asked} units were served, {plain(self.fill_rate * 100)} %"
            )
        promise = (
            "" if self.promised is None else f", promised were {plain(self.promised * 100)} %"
        )
        return (
            f"{self.sku}: over {self.periods} periods {achieved}{promise}; {self.orders} orders of "
            f"{self.ordered} units, {plain(self.mean_stock)} units on the shelf on the mean. "
            f"Holding cost {plain(self.holding_cost)}, ordering {plain(self.order_cost)}, missed "
            f"units {plain(self.shortage_cost)}: {plain(self.total_cost)} in all."
        )


def backtest(
    policy: ReplenishmentPolicy,
    case: ReplayCase,
    *,
    estimator: DemandEstimator | None = None,
    rules: ReplayRules = DAILY,
    demands: Mapping[int, Demand] | None = None,
) -> Backtest:
    """
    Replay *policy* on the later part of a history and return what it achieved.

    The first ``case.fit_periods`` are known when the replay begins, and each period joins them
    when it has passed; *estimator* (:class:`SmoothedDemand` unless given) turns them into demand.
    *demands*, the outcome of :func:`estimates`, saves estimating again for each of several
    policies. A period that was not observed asks for nothing.

    >>> from datetime import date
    >>> from ecomkit.identifiers import Sku
    >>> from ecomkit.replenishment import DemandSeries, LeadTime, ReorderPoint
    >>> from ecomkit.replenishment.replay import ReplayCase
    >>> case = ReplayCase(
    ...     sku=Sku("ELEPHANT-KNIT"),
    ...     series=DemandSeries(start=date(2026, 7, 1), units=[3, 5, 2, 4, 6, 4, 4] * 12),
    ...     fit_periods=56,
    ...     opening=40,
    ...     lead_time=LeadTime(mean_days=5),
    ...     lead_periods=[5],
    ...     costs=StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0),
    ... )
    >>> print(backtest(ReorderPoint(service_level=0.95, review_days=1, cover_days=14), case).explain())
    ELEPHANT-KNIT: over 28 periods 112 of 112 units were served, 100 %; 2 orders of 120 units, 30.93 units on the shelf on the mean. Holding cost 8.66, ordering 6, missed units 0: 14.66 in all.
    """
    if demands is None:
        demands = estimates(case, estimator=estimator or SmoothedDemand(), rules=rules)
    asked = missed = orders = ordered = stock = cycles = short_cycles = periods = 0
    missed_in_cycle = False
    promised: float | None = None
    closing, waiting = case.opening, 0
    for period in replay(policy, case, demands=demands, rules=rules):
        periods += 1
        asked += period.asked
        missed += period.missed
        orders += period.ordered > 0
        ordered += period.ordered
        stock += period.closing
        closing, waiting = period.closing, period.waiting
        if period.received:
            cycles += 1
            short_cycles += missed_in_cycle
            missed_in_cycle = False
        missed_in_cycle = missed_in_cycle or period.missed > 0
        if periods == 1 and period.advice is not None:
            promised = getattr(period.advice.level, "fill_rate", None)
    return Backtest(
        sku=case.sku,
        periods=periods,
        period_days=case.series.period.mean_days,
        asked=asked,
        missed=missed,
        orders=orders,
        ordered=ordered,
        stock_periods=stock,
        cycles=cycles,
        short_cycles=short_cycles,
        closing=closing,
        waiting=waiting,
        promised=promised,
        costs=case.costs,
        unit_cost=case.unit_cost,
    )
