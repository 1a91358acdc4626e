"""Periodic review with a fixed cost: order up to S when the position is at or below s."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, is_text, refuse
from ecomkit.errors import InputError
from ecomkit.replenishment._numbers import DAYS_MAX, ceil_units, plain
from ecomkit.replenishment._rates import rate, rate_above_zero
from ecomkit.replenishment.optimization._cost_curve import CostCurve
from ecomkit.replenishment.optimization._demand import distribution, table_of
from ecomkit.replenishment.optimization._limits import level
from ecomkit.replenishment.optimization._renewal import Renewal
from ecomkit.replenishment.optimization._table import DemandTable

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions import DemandDistribution


def _whole_periods(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= DAYS_MAX:
        wanted = f"a whole number of periods from 0 to {DAYS_MAX}"
        raise refuse(instance, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class PeriodicReviewModel:
    """
    One sku that is looked at once a period, and what its orders, stock and backorders cost.

    ``demand`` is what one period asks for, each period on its own; what cannot be met waits. An
    order costs ``fixed_cost`` and arrives ``lead_time_periods`` periods after it is placed, 0 for
    before the demand of its own period. At the end of a period each unit left costs
    ``holding_cost`` and each unit short ``stockout_cost``. At position y the costs that the order
    decides are therefore those of the demand of lead time + 1 periods.

    Raises:
        FieldError: If ``demand`` is no distribution or never asks for anything, or a cost or the
            lead time is negative, not finite or beyond any sense; ``holding_cost`` and
            ``stockout_cost`` are above 0.

    >>> from ecomkit.replenishment.distributions import PoissonDemand
    >>> model = PeriodicReviewModel(
    ...     demand=PoissonDemand(mean=6), fixed_cost=5, holding_cost=1, stockout_cost=4
    ... )
    >>> round(model.cost_rate(reorder_point=2, order_up_to=12), 6)
    8.561055
    """

    demand: DemandDistribution = attrs.field(validator=distribution)
    holding_cost: float = attrs.field(validator=rate_above_zero)
    stockout_cost: float = attrs.field(validator=rate_above_zero)
    fixed_cost: float = attrs.field(default=0, validator=rate)
    lead_time_periods: int = attrs.field(default=0, validator=_whole_periods)

    @cached_property
    def _table(self) -> DemandTable:
        """
        The demand of one period in whole units.

        Raises:
            FieldError: If no period ever asks for a whole unit.
            TooManyStatesError: If the table would be longer than 100,000.
        """
        table = table_of(self.demand)
        if not table.mean:
            raise refuse(self, "demand", self.demand, "demand of at least one unit in some period")
        return table

    @cached_property
    def _curve(self) -> CostCurve:
        """
        The cost of each position, from the demand of lead time + 1 periods.

        Raises:
            TooManyStatesError: If the table would be longer than 100,000.
        """
        return CostCurve.of(
            table_of(self.demand, periods=self.lead_time_periods + 1),
            holding_cost=self.holding_cost,
            stockout_cost=self.stockout_cost,
        )

    def cost_rate(self, *, reorder_point: float, order_up_to: float) -> float:
        """
        Return what a period costs on average under the policy (s, S), exactly for whole units.

        The position goes from S down by each period's demand until it is at *reorder_point* s or
        below. Source: Veinott and Wagner (1965), as a renewal reward.

        Raises:
            FieldError: If the levels are not finite, or S is not above s.
            TooManyStatesError: If there are more than 10,000 positions between s and S.
        """
        policy = SSPolicy(
            model=self, method="given", reorder_point=reorder_point, order_up_to=order_up_to
        )
        return policy.cost_rate


def table_of_period(model: PeriodicReviewModel) -> DemandTable:
    """Return the demand of one period of *model*, tabulated once."""
    return model._table  # noqa: SLF001  # same file


def curve_of(model: PeriodicReviewModel) -> CostCurve:
    """Return the cost of each position of *model*, tabulated once."""
    return model._curve  # noqa: SLF001  # same file


def _above_reorder_point(policy: SSPolicy, attribute: attrs.Attribute[Any], value: Any) -> None:
    level(policy, attribute, value)
    if value <= policy.reorder_point:
        wanted = f"above the reorder point of {plain(policy.reorder_point)}"
        raise refuse(policy, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class SSPolicy:
    """
    The policy (s, S): when the position is at or below s, order up to S.

    ``method`` names how the levels were found. The levels are whole numbers where the method
    counts units; fractions are kept, so that the caller rounds and knows it.

    Raises:
        FieldError: If the levels are not finite, or S is not above s.
    """

    model: PeriodicReviewModel = attrs.field(validator=is_a(PeriodicReviewModel))
    method: str = attrs.field(validator=is_text)
    reorder_point: float = attrs.field(validator=level)
    order_up_to: float = attrs.field(validator=_above_reorder_point)

    @property
    def cost_rate(self) -> float:
        """
        What a period costs on average, exactly for demand in whole units.

        Raises:
            TooManyStatesError: If there are more than 10,000 positions between s and S.
        """
        curve = curve_of(self.model)
        costs = sum(
            visits * curve.between(self.order_up_to - drop)
            for drop, visits in enumerate(self._renewal.visits)
        )
        return (self.model.fixed_cost + costs) / self.periods_per_order

    @property
    def periods_per_order(self) -> float:
        """
        How many periods lie between two orders on average.

        Raises:
            TooManyStatesError: If there are more than 10,000 positions between s and S.
        """
        return self._renewal.lengths[-1]

    def explain(self) -> str:
        """Return the policy in words, with its cost if that can be counted."""
        try:
            cost = f", {plain(self.cost_rate)} a period"
        except InputError:  # Too much to count, or less than a unit in any period.
            cost = ""
        return (
            f"{self.method}: at {plain(self.reorder_point)} or below order up to "
            f"{plain(self.order_up_to)}{cost}"
        )

    @cached_property
    def _renewal(self) -> Renewal:
        positions = max(1, ceil_units(self.order_up_to - self.reorder_point))
        return Renewal.over(table_of_period(self.model), positions=positions)
