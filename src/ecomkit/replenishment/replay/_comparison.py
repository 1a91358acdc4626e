"""Comparison: several policies on the same skus, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import as_tuple, each, is_text, refuse
from ecomkit.replenishment._smoothed_demand import DemandEstimator, SmoothedDemand
from ecomkit.replenishment.replay._backtest import DAILY, Backtest, backtest
from ecomkit.replenishment.replay._case import ReplayCase, ReplayRules
from ecomkit.replenishment.replay._replay import estimates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._policy import ReplenishmentPolicy


def _function(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not callable(value):
        raise refuse(instance, attribute.name, value, "a function")


@final
@attrs.frozen(kw_only=True)
class Contender:
    """
    A policy that takes part in a comparison: how it is made for a sku, and how it sees demand.

    ``policy_for`` gets the case, since costs differ from sku to sku; a policy that is the same
    for all is made by ``lambda case: policy``.
    """

    name: str = attrs.field(validator=is_text)
    policy_for: Callable[[ReplayCase], ReplenishmentPolicy] = attrs.field(validator=_function)
    estimator: DemandEstimator = attrs.field(factory=SmoothedDemand, validator=_function)


@final
@attrs.frozen(kw_only=True)
class Outcome:
    """What one contender achieved on all skus together."""

    name: str = attrs.field(validator=is_text)
    backtests: tuple[Backtest, ...] = attrs.field(
        converter=as_tuple, validator=each(Backtest), repr=False
    )

    def _sum(self, figure: str) -> float:
        return float(sum(getattr(each, figure) for each in self.backtests))

    @property
    def total_cost(self) -> float:
        """Holding, ordering and shortage of all skus."""
        return self._sum("total_cost")

    @property
    def holding_cost(self) -> float:
        """What the stock of all skus cost."""
        return self._sum("holding_cost")

    @property
    def order_cost(self) -> float:
        """What the orders of all skus cost."""
        return self._sum("order_cost")

    @property
    def shortage_cost(self) -> float:
        """What the missed units of all skus lost."""
        return self._sum("shortage_cost")

    @property
    def stock_value(self) -> float:
        """What the mean stock of all skus is worth at cost."""
        return self._sum("stock_value")

    @property
    def orders(self) -> int:
        """How many orders were placed."""
        return sum(each.orders for each in self.backtests)

    @property
    def fill_rate(self) -> float:
        """The share of all units asked for that was served; 1 if none was asked for."""
        asked = sum(each.asked for each in self.backtests)
        return sum(each.served for each in self.backtests) / asked if asked else 1.0

    @property
    def value_fill_rate(self) -> float:
        """The same, each unit weighed by what missing it costs."""
        asked = sum(each.asked * each.costs.shortage_per_unit for each in self.backtests)
        return 1 - self.shortage_cost / asked if asked else 1.0

    def share_within(self, points: float, *, target: float) -> float:
        """
        Return the share of the skus whose fill rate is at most *points* from *target*.

        Both are shares: 0.02 is two points. Skus of which nothing was asked do not count.
        """
        rates = [each.fill_rate for each in self.backtests if each.fill_rate is not None]
        # A tolerance far below one unit, so that 0.96 is within 0.02 of 0.98 in binary, too.
        near = sum(abs(rate - target) <= points + 1e-9 for rate in rates)
        return near / len(rates) if rates else 0.0


@final
@attrs.frozen(kw_only=True)
class Comparison:
    """Contenders on the same skus, in the order in which they were given."""

    outcomes: tuple[Outcome, ...] = attrs.field(converter=as_tuple, validator=each(Outcome))

    @property
    def cheapest(self) -> Outcome:
        """The outcome with the lowest total cost; the first of equals."""
        return min(self.outcomes, key=lambda outcome: outcome.total_cost)

    def table(self, *, target: float) -> str:
        """Return a row a contender in Markdown, with the skus within two points of *target*."""
        heads = (
            "policy",
            "total cost",
            "holding",
            "ordering",
            "missed",
            "units served",
            "stock at cost",
            f"skus within 2 points of {target:.0%}",
        )
        rows = [f"| {' | '.join(heads)} |", "| --- |" + " ---: |" * (len(heads) - 1)]
        rows.extend(
            f"| {outcome.name} | {outcome.total_cost:,.0f} | {outcome.holding_cost:,.0f} "
            f"| {outcome.order_cost:,.0f} | {outcome.shortage_cost:,.0f} "
            f"| {outcome.fill_rate:.1%} | {outcome.stock_value:,.0f} "
            f"| {outcome.share_within(0.02, target=target):.1%} |"
            for outcome in self.outcomes
        )
        return "\n".join(rows)


def compare(
    cases: Iterable[ReplayCase],
    *,
    contenders: Sequence[Contender],
    rules: ReplayRules = DAILY,
) -> Comparison:
    """
    Replay all *contenders* on all *cases*.

    Contenders with the same estimator see the same demand, which is estimated once for all.
    """
    backtests: list[list[Backtest]] = [[] for _ in contenders]
    for case in cases:
        seen: dict[int, Mapping[int, Demand]] = {}
        for contender, done in zip(contenders, backtests, strict=True):
            known = seen.get(id(contender.estimator))
            if known is None:
                known = estimates(case, estimator=contender.estimator, rules=rules)
                seen[id(contender.estimator)] = known
            done.append(backtest(contender.policy_for(case), case, demands=known, rules=rules))
    return Comparison(
        outcomes=[
            Outcome(name=contender.name, backtests=done)
            for contender, done in zip(contenders, backtests, strict=True)
        ]
    )
