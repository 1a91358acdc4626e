"""Continuous review with a fixed cost: order Q when the position falls to r."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, is_text, optional, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import is_number, plain
from ecomkit.replenishment._rates import RATE_MAX, RATE_MIN, rate, rate_above_zero
from ecomkit.replenishment.distributions import NormalDemand, PoissonDemand, in_whole_units
from ecomkit.replenishment.optimization._cost_curve import CostCurve
from ecomkit.replenishment.optimization._demand import distribution, table_of
from ecomkit.replenishment.optimization._limits import is_whole, level, quantity_above_zero
from ecomkit.replenishment.optimization._second_order_loss import (
    SecondOrderLoss,
    normal_second_order_loss,
)

if TYPE_CHECKING:
    from ecomkit.replenishment.distributions import DemandDistribution


def _some_penalty(
    model: ContinuousReviewModel, attribute: attrs.Attribute[Any], value: Any
) -> None:
    rate(model, attribute, value)
    if not value and not model.stockout_cost:
        wanted = "above 0, unless stockout_cost is: units short must cost something"
        raise refuse(model, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class ContinuousReviewModel:
    """
    One sku that is watched all the time, and what its orders, stock and backorders cost.

    ``demand_rate`` D units are asked for in a period; what cannot be met waits. An order costs
    ``fixed_cost`` K, and until it arrives ``lead_time_demand`` comes in. A unit in stock costs
    ``holding_cost`` h for each period. A unit short costs ``stockout_cost`` p for each period that
    it waits, or ``backorder_cost`` once, however long, or both: textbooks use the one or the
    other under one name, so each method here says which of the two it takes.

    Raises:
        FieldError: If ``lead_time_demand`` is no distribution or never asks for anything, a cost
            or rate is negative, not finite or beyond any sense, ``demand_rate``, ``fixed_cost`` or
            ``holding_cost`` is 0, or units short cost nothing at all.

    >>> model = ContinuousReviewModel.normal(
    ...     demand_rate=1300,
    ...     demand_sd=150,
    ...     lead_time=1 / 12,
    ...     fixed_cost=8,
    ...     holding_cost=0.225,
    ...     stockout_cost=7.5,
    ... )
    >>> round(model.cost_rate(reorder_point=126.8, order_quantity=328.5), 4)
    78.0712
    """

    lead_time_demand: DemandDistribution = attrs.field(validator=distribution)
    demand_rate: float = attrs.field(validator=rate_above_zero)
    fixed_cost: float = attrs.field(validator=rate_above_zero)
    holding_cost: float = attrs.field(validator=rate_above_zero)
    stockout_cost: float = attrs.field(default=0, validator=rate)
    backorder_cost: float = attrs.field(default=0, validator=_some_penalty)

    @classmethod
    def normal(
        cls,
        *,
        demand_rate: float,
        demand_sd: float,
        lead_time: float,
        fixed_cost: float,
        holding_cost: float,
        stockout_cost: float = 0,
        backorder_cost: float = 0,
    ) -> ContinuousReviewModel:
        """
        Return the review of demand that is normal with *demand_sd* in one period, for a *lead_time*.

        The lead time is in periods; over it the mean grows with time and the variance, too.

        Raises:
            FieldError: As the class, and if *demand_sd* or *lead_time* is not above 0.
        """
        for field, value in (("demand_sd", demand_sd), ("lead_time", lead_time)):
            _above_zero(field, value)
        _above_zero("demand_rate", demand_rate)
        return cls(
            lead_time_demand=NormalDemand(
                mean=demand_rate * lead_time, sd=demand_sd * lead_time**0.5
            ),
            demand_rate=demand_rate,
            fixed_cost=fixed_cost,
            holding_cost=holding_cost,
            stockout_cost=stockout_cost,
            backorder_cost=backorder_cost,
        )

    @classmethod
    def poisson(
        cls,
        *,
        demand_rate: float,
        lead_time: float,
        fixed_cost: float,
        holding_cost: float,
        stockout_cost: float = 0,
        backorder_cost: float = 0,
    ) -> ContinuousReviewModel:
        """
        Return the review of demand that comes unit by unit at random, for a *lead_time* in periods.

        Raises:
            FieldError: As the class, and if *lead_time* is not above 0.
        """
        _above_zero("demand_rate", demand_rate)
        _above_zero("lead_time", lead_time)
        return cls(
            lead_time_demand=PoissonDemand(mean=demand_rate * lead_time),
            demand_rate=demand_rate,
            fixed_cost=fixed_cost,
            holding_cost=holding_cost,
            stockout_cost=stockout_cost,
            backorder_cost=backorder_cost,
        )

    @cached_property
    def _curve(self) -> CostCurve:
        """The cost of each whole position, from stock and time-weighted backorders."""
        return CostCurve.of(
            table_of(self.lead_time_demand),
            holding_cost=self.holding_cost,
            stockout_cost=self.stockout_cost,
        )

    def position_cost(self, units: float) -> float:
        """Return G(y), what a period costs at an inventory position of *units*."""
        demand = self.lead_time_demand
        both = self.holding_cost + self.stockout_cost
        return self.holding_cost * (units - demand.mean) + both * demand.loss(units)

    def shortage_beyond(self, units: float) -> float:
        """Return E[((D − y)⁺)²] / 2 at *units* y: the expected shortage of all positions from y on."""
        demand = self.lead_time_demand
        if isinstance(demand, NormalDemand):
            return normal_second_order_loss(demand, units)
        if not in_whole_units(demand):
            return self._second_order_loss(units)
        # G(y) = h (y - m) + (h + p) n(y), the first part of which is no shortage.
        top = max(units, self._curve.first + len(self._curve.values))
        surplus = self.holding_cost * ((units + top) / 2 - demand.mean) * (top - units)
        both = self.holding_cost + self.stockout_cost
        return (self._curve.integral(units, top) - surplus) / both

    def cost_between(self, low: float, high: float) -> float:
        """Return the integral of G(y) from *low* to *high*, for demand with fractions of a unit."""
        middle = (low + high) / 2
        stock = self.holding_cost * (middle - self.lead_time_demand.mean) * (high - low)
        short = self.shortage_beyond(low) - self.shortage_beyond(high)
        return stock + (self.holding_cost + self.stockout_cost) * short

    @cached_property
    def _second_order_loss(self) -> SecondOrderLoss:
        return SecondOrderLoss.of(self.lead_time_demand)

    def cost_rate(self, *, reorder_point: float, order_quantity: float) -> float:
        """
        Return what a period costs on average under the policy (r, Q), exactly.

        The position is spread evenly between r and r + Q, over whole units if demand comes in
        whole units and both are whole. Source: Hadley and Whitin (1963), chapter 4; Zipkin (2000),
        chapter 6.

        Raises:
            FieldError: If *reorder_point* is not finite, or *order_quantity* not above 0.
        """
        return RQPolicy(
            model=self,
            method="given",
            reorder_point=reorder_point,
            order_quantity=order_quantity,
        ).cost_rate


def curve_of(model: ContinuousReviewModel) -> CostCurve:
    """Return the cost of each whole position of *model*, tabulated once."""
    return model._curve  # noqa: SLF001  # same file


def _above_zero(field: str, value: Any) -> None:
    """Refuse what no distribution can be made from, by the name that the caller knows."""
    if not is_number(value) or not RATE_MIN <= value <= RATE_MAX:
        wanted = f"a number from {RATE_MIN:g} to {RATE_MAX:g}"
        raise FieldError(owner="ContinuousReviewModel", field=field, got=value, wanted=wanted)


@final
@attrs.frozen(kw_only=True)
class RQPolicy:
    """
    The policy (r, Q): when the position falls to r, order Q.

    ``method`` names how the numbers were found. They are whole where the method counts units;
    fractions are kept, so that the caller rounds and knows it. ``estimated_cost_rate`` is what an
    approximation promises by its own formula; ``cost_rate`` is what the policy really costs in
    the model.

    Raises:
        FieldError: If ``reorder_point`` is not finite, or ``order_quantity`` not above 0.
    """

    model: ContinuousReviewModel = attrs.field(validator=is_a(ContinuousReviewModel))
    method: str = attrs.field(validator=is_text)
    reorder_point: float = attrs.field(validator=level)
    order_quantity: float = attrs.field(validator=quantity_above_zero)
    estimated_cost_rate: float | None = attrs.field(default=None, validator=optional(level))

    @property
    def safety_stock(self) -> float:
        """Units that are expected to be left when an order arrives, those that wait taken off."""
        return self.reorder_point - self.model.lead_time_demand.mean

    @property
    def cost_rate(self) -> float:
        """
        What a period costs on average, exactly.

        The position is spread evenly between r and r + Q, over whole units if demand comes in
        whole units and both are whole.
        """
        model = self.model
        low, high = self.reorder_point, self.reorder_point + self.order_quantity
        demand = model.lead_time_demand
        if not in_whole_units(demand):
            stock = model.cost_between(low, high)
        elif is_whole(low) and is_whole(self.order_quantity):
            stock = curve_of(model).total(int(low) + 1, int(high))
        else:
            stock = curve_of(model).integral(low, high)
        cycle = model.fixed_cost + model.backorder_cost * (demand.loss(low) - demand.loss(high))
        return (model.demand_rate * cycle + stock) / self.order_quantity

    def explain(self) -> str:
        """Return the policy in words."""
        return (
            f"{self.method}: at {plain(self.reorder_point)} order {plain(self.order_quantity)}, "
            f"{plain(self.cost_rate)} a period"
        )
