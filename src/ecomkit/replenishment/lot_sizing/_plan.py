"""Lots over time: known demand a period, what orders and stock cost, and a plan of orders."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, is_a, is_text, optional, refuse
from ecomkit.replenishment._numbers import DAYS_MAX, DUST, plain
from ecomkit.replenishment._rates import RATE_MAX, RATE_MIN, is_rate, quantity, rate

PERIODS_MAX = DAYS_MAX
"""Longest plan: ten years of days."""

ROUNDING = 1e-12
"""The share of all units so far below which a rest in floats is the rounding of their sums."""


def _costs(value: Any) -> Any:
    """Keep one cost as it is; make a tuple of several."""
    return as_tuple(value) if isinstance(value, Iterable) else value


def _demand(problem: LotSizingProblem, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, tuple) or not 0 < len(value) <= PERIODS_MAX:
        raise refuse(problem, attribute.name, value, f"1 to {PERIODS_MAX} periods")
    for item in value:
        rate(problem, attribute, item)


def _cost_a_period(problem: LotSizingProblem, attribute: attrs.Attribute[Any], value: Any) -> None:
    periods = len(problem.demand)
    several = isinstance(value, tuple) and len(value) == periods and all(map(is_rate, value))
    if not several and not is_rate(value):
        number = f"0, or from {RATE_MIN:g} to {RATE_MAX:g}"
        wanted = f"a number ({number}), or {periods} of them, one a period"
        raise refuse(problem, attribute.name, value, wanted)


def _periods(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= PERIODS_MAX:
        wanted = f"a whole number of periods from 1 to {PERIODS_MAX}"
        raise refuse(instance, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class LotSizingProblem:
    """
    What is asked for in each period to come, and what orders and stock cost.

    ``fixed_cost`` is what an order costs, ``holding_cost`` what a unit costs that is left at the
    end of a period, ``purchase_cost`` what a unit costs that is ordered; each is one number, or
    one a period. Orders of a period arrive before its demand, which is met in full.

    ``opening_stock`` is used first. With ``shelf_life_periods`` a lot serves at most so many
    periods, the one in which it arrives being the first; the opening stock is taken for fresh.

    Raises:
        FieldError: If a number is negative, not finite or beyond any sense, there is no demand or
            one of more than 3,650 periods, or the costs are not one a period.

    >>> problem = LotSizingProblem(demand=[90, 120, 80, 70], fixed_cost=500, holding_cost=2)
    >>> LotPlan(problem=problem, method="by hand", order_quantities=[210, 0, 150, 0]).cost
    1380
    """

    demand: tuple[float, ...] = attrs.field(converter=as_tuple, validator=_demand)
    fixed_cost: float | tuple[float, ...] = attrs.field(converter=_costs, validator=_cost_a_period)
    holding_cost: float | tuple[float, ...] = attrs.field(
        converter=_costs, validator=_cost_a_period
    )
    purchase_cost: float | tuple[float, ...] = attrs.field(
        default=0, converter=_costs, validator=_cost_a_period
    )
    opening_stock: float = attrs.field(default=0, validator=rate)
    shelf_life_periods: int | None = attrs.field(default=None, validator=optional(_periods))

    @property
    def fixed_costs(self) -> tuple[float, ...]:
        """The cost of an order, period by period."""
        return self._each(self.fixed_cost)

    @property
    def holding_costs(self) -> tuple[float, ...]:
        """The cost of a unit left at the end, period by period."""
        return self._each(self.holding_cost)

    @property
    def purchase_costs(self) -> tuple[float, ...]:
        """The cost of a unit ordered, period by period."""
        return self._each(self.purchase_cost)

    @property
    def net_demand(self) -> tuple[float, ...]:
        """
        What the opening stock leaves to be ordered, period by period.

        >>> LotSizingProblem(
        ...     demand=[30, 40, 50], fixed_cost=1, holding_cost=1, opening_stock=45
        ... ).net_demand
        (0, 25, 50)
        """
        left = self.opening_stock
        net = []
        for units in self.demand:
            taken = min(units, left)
            left -= taken
            net.append(units - taken)
        return tuple(net)

    @property
    def periods_a_lot(self) -> int:
        """How many periods a lot may serve at most."""
        periods = len(self.demand)
        return min(periods, self.shelf_life_periods or periods)

    def _each(self, cost: float | tuple[float, ...]) -> tuple[float, ...]:
        return cost if isinstance(cost, tuple) else (cost,) * len(self.demand)


def _meet_demand(plan: LotPlan, attribute: attrs.Attribute[Any], value: Any) -> None:
    demand = plan.problem.demand
    if not isinstance(value, tuple) or len(value) != len(demand):
        raise refuse(plan, attribute.name, value, f"{len(demand)} quantities, one a period")
    for item in value:
        quantity(plan, attribute, item)
    problem = plan.problem
    supply = tuple(accumulate(value, initial=problem.opening_stock))[1:]
    needs = tuple(accumulate(demand))
    for period, (had, needed) in enumerate(zip(supply, needs, strict=True)):
        if had < needed * (1 - DUST):
            wanted = f"enough to meet the demand of period {period + 1}"
            raise refuse(plan, attribute.name, value, wanted)
        last = min(period + problem.periods_a_lot, len(needs)) - 1
        if problem.shelf_life_periods and value[period] and had > needs[last] * (1 + DUST):
            wanted = f"an order of period {period + 1} that is used up within its shelf life"
            raise refuse(plan, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class LotPlan:
    """
    How much to order in each period, and what that costs.

    ``method`` names how the plan was found. Quantities are whole where demand is.

    Raises:
        FieldError: If a quantity is negative or not finite, there is not one a period, they do not
            meet the demand, or units of one outlive the shelf life though the oldest go first.

    >>> problem = LotSizingProblem(demand=[90, 120], fixed_cost=500, holding_cost=2)
    >>> print(LotPlan(problem=problem, method="by hand", order_quantities=[210, 0]).explain())
    by hand: 1 order over 2 periods, 500 for orders + 240 for stock = 740
    period 1: order 210, stock at its end 120
    """

    problem: LotSizingProblem = attrs.field(validator=is_a(LotSizingProblem))
    method: str = attrs.field(validator=is_text)
    order_quantities: tuple[float, ...] = attrs.field(converter=as_tuple, validator=_meet_demand)

    @property
    def closing_stock(self) -> tuple[float, ...]:
        """
        The units left at the end of each period.

        >>> problem = LotSizingProblem(demand=[90, 120], fixed_cost=500, holding_cost=2)
        >>> LotPlan(problem=problem, method="by hand", order_quantities=[210, 0]).closing_stock
        (120, 0)
        """
        left = supplied = self.problem.opening_stock
        stock: list[float] = []
        for ordered, units in zip(self.order_quantities, self.problem.demand, strict=True):
            left += ordered - units
            supplied += ordered
            if left < 0 or (isinstance(left, float) and left < supplied * ROUNDING):
                left = 0
            stock.append(left)
        return tuple(stock)

    @property
    def orders(self) -> int:
        """How many orders there are."""
        return sum(1 for ordered in self.order_quantities if ordered)

    @property
    def fixed_cost(self) -> float:
        """What the orders cost."""
        return sum(
            cost
            for cost, ordered in zip(self.problem.fixed_costs, self.order_quantities, strict=True)
            if ordered
        )

    @property
    def holding_cost(self) -> float:
        """What the stock costs that is left at the ends of periods, the opening stock included."""
        return _product(self.problem.holding_costs, self.closing_stock)

    @property
    def purchase_cost(self) -> float:
        """What the ordered units cost."""
        return _product(self.problem.purchase_costs, self.order_quantities)

    @property
    def cost(self) -> float:
        """What the plan costs: orders, stock and units."""
        return self.fixed_cost + self.holding_cost + self.purchase_cost

    def explain(self) -> str:
        """Return the plan in words, a line an order."""
        units = f" + {plain(self.purchase_cost)} for units" if self.purchase_cost else ""
        noun = "order" if self.orders == 1 else "orders"
        periods = len(self.order_quantities)
        total = (
            f"{self.method}: {self.orders} {noun} over {periods} periods, "
            f"{plain(self.fixed_cost)} for orders + {plain(self.holding_cost)} for stock{units} "
            f"= {plain(self.cost)}"
        )
        lines = [
            f"period {number}: order {plain(ordered)}, stock at its end {plain(left)}"
            for number, (ordered, left) in enumerate(
                zip(self.order_quantities, self.closing_stock, strict=True), start=1
            )
            if ordered
        ]
        return "\n".join([total, *lines])


def _product(costs: tuple[float, ...], units: tuple[float, ...]) -> float:
    return sum(cost * number for cost, number in zip(costs, units, strict=True))
