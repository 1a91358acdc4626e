"""Quantity discounts: what a supplier's price breaks do to the economic order quantity."""

from __future__ import annotations

import math
from bisect import bisect_right
from enum import Enum
from itertools import pairwise
from typing import Any, final

import attrs

from ecomkit._checks import as_tuple, is_a, refuse
from ecomkit.replenishment._numbers import is_number, plain
from ecomkit.replenishment._rates import (
    QUANTITY_MAX,
    RATE_MAX,
    RATE_MIN,
    quantity,
    rate,
    rate_above_zero,
)


class DiscountKind(Enum):
    """To which units of an order a lower price applies."""

    ALL_UNITS = "all units"
    """The price of the reached step is paid for every unit of the order."""

    INCREMENTAL = "incremental"
    """The price of a step is paid only for the units from its breakpoint on."""


def _rise_from_zero(
    discount: QuantityDiscount, attribute: attrs.Attribute[Any], value: Any
) -> None:
    numbers = isinstance(value, tuple) and all(
        is_number(item) and 0 <= item <= RATE_MAX for item in value
    )
    if not numbers or value[:1] != (0,) or any(low >= high for low, high in pairwise(value)):
        wanted = f"rising numbers of units up to {RATE_MAX:g}, the first of them 0"
        raise refuse(discount, attribute.name, value, wanted)


def _fall_with_steps(
    discount: QuantityDiscount, attribute: attrs.Attribute[Any], value: Any
) -> None:
    numbers = isinstance(value, tuple) and all(
        is_number(item) and RATE_MIN <= item <= RATE_MAX for item in value
    )
    steps = len(discount.breakpoints)
    if not numbers or len(value) != steps or any(low < high for low, high in pairwise(value)):
        wanted = (
            f"{steps} costs from {RATE_MIN:g} to {RATE_MAX:g} that never rise, one a breakpoint"
        )
        raise refuse(discount, attribute.name, value, wanted)


@final
@attrs.frozen(kw_only=True)
class QuantityDiscount:
    """
    What a unit costs by the size of the order.

    ``breakpoints`` are the quantities from which each of ``unit_costs`` holds; the first is 0.
    A step that costs more than the one before it is taken for a mistake.

    Raises:
        FieldError: If the breakpoints do not rise from 0, the costs rise, there are not as many
            of the one as of the other, or a number is negative, not finite or beyond any sense.

    >>> discount = QuantityDiscount(breakpoints=(0, 400, 800), unit_costs=(0.75, 0.72, 0.68))
    >>> discount.unit_cost(400), discount.purchase_cost(400)
    (0.72, 288.0)
    """

    breakpoints: tuple[float, ...] = attrs.field(converter=as_tuple, validator=_rise_from_zero)
    unit_costs: tuple[float, ...] = attrs.field(converter=as_tuple, validator=_fall_with_steps)
    kind: DiscountKind = attrs.field(default=DiscountKind.ALL_UNITS, validator=is_a(DiscountKind))

    def region(self, order_quantity: float) -> int:
        """Return the number of the step that *order_quantity* reaches, from 0."""
        return bisect_right(self.breakpoints, order_quantity) - 1

    def unit_cost(self, order_quantity: float) -> float:
        """Return what the last unit of *order_quantity* costs; all units do if the kind says so."""
        return self.unit_costs[self.region(order_quantity)]

    def surplus(self, region: int) -> float:
        """Return what an order of *region* pays for its first units above that region's price."""
        if self.kind is DiscountKind.ALL_UNITS:
            return 0.0
        return math.fsum(
            (self.unit_costs[step - 1] - self.unit_costs[step]) * self.breakpoints[step]
            for step in range(1, region + 1)
        )

    def purchase_cost(self, order_quantity: float) -> float:
        """
        Return what an order of *order_quantity* units costs, without its fixed cost.

        >>> prices = {"breakpoints": (0, 400), "unit_costs": (0.75, 0.70)}
        >>> QuantityDiscount(**prices).purchase_cost(500)
        350.0
        >>> QuantityDiscount(**prices, kind=DiscountKind.INCREMENTAL).purchase_cost(500)
        370.0
        """
        region = self.region(order_quantity)
        return self.surplus(region) + self.unit_costs[region] * order_quantity


def _some_where_orders_cost(
    order: DiscountedOrder, attribute: attrs.Attribute[Any], order_quantity: Any
) -> None:
    quantity(order, attribute, order_quantity)
    if not order_quantity and order.demand_rate and order.fixed_cost:
        wanted = "above 0, since there is demand and an order has a fixed cost"
        raise refuse(order, attribute.name, order_quantity, wanted)


@final
@attrs.frozen(kw_only=True)
class DiscountedOrder:
    """
    An order of one size placed again and again at a supplier with price breaks.

    Rates and costs are as in :class:`EconomicOrder`, but ``holding_cost_rate`` is a share of the
    unit's cost for one period: cheaper units are cheaper to hold. With C(Q) for what an order
    costs, a period costs (K + C(Q)) D / Q + i C(Q) / 2, the price of the units included.

    Raises:
        FieldError: As :class:`EconomicOrder`.

    >>> order = DiscountedOrder(
    ...     demand_rate=600,
    ...     fixed_cost=8,
    ...     holding_cost_rate=0.2,
    ...     discount=QuantityDiscount(breakpoints=(0, 500, 1000), unit_costs=(0.30, 0.29, 0.28)),
    ...     order_quantity=500,
    ... )
    >>> round(order.cost_rate, 2)
    198.1
    """

    demand_rate: float = attrs.field(validator=rate)
    fixed_cost: float = attrs.field(validator=rate)
    holding_cost_rate: float = attrs.field(validator=rate_above_zero)
    discount: QuantityDiscount = attrs.field(validator=is_a(QuantityDiscount))
    order_quantity: float = attrs.field(validator=_some_where_orders_cost)

    @property
    def region_index(self) -> int:
        """The step of the discount that the order reaches, from 0."""
        return self.discount.region(self.order_quantity)

    @property
    def unit_cost(self) -> float:
        """What a unit of the order costs on average."""
        if not self.order_quantity:
            return self.discount.unit_costs[0]
        return self.discount.purchase_cost(self.order_quantity) / self.order_quantity

    @property
    def purchase_cost_rate(self) -> float:
        """What the units of a period cost."""
        return self.unit_cost * self.demand_rate

    @property
    def fixed_cost_rate(self) -> float:
        """What the orders of a period cost, apart from the units."""
        if not self.order_quantity:
            return 0.0  # Orders that cost nothing, or no demand.
        return self.fixed_cost * self.demand_rate / self.order_quantity

    @property
    def stock_cost_rate(self) -> float:
        """What holding units costs in a period."""
        return self.holding_cost_rate * self.unit_cost * self.order_quantity / 2

    @property
    def cost_rate(self) -> float:
        """What a period costs: units, orders and stock."""
        return self.purchase_cost_rate + self.fixed_cost_rate + self.stock_cost_rate

    def at(self, order_quantity: float) -> DiscountedOrder:
        """
        Return the same with another quantity, to see what it costs.

        Raises:
            FieldError: If *order_quantity* is no legal quantity.
        """
        return attrs.evolve(self, order_quantity=order_quantity)

    def explain(self) -> str:
        """Return the quantity in words, with what it weighs against each other."""
        return (
            f"order {plain(self.order_quantity)} at {self.unit_cost:.4g} a unit "
            f"({self.discount.kind.value}, from {plain(self.discount.breakpoints[self.region_index])}): "
            f"{plain(self.purchase_cost_rate)} for units + {plain(self.fixed_cost_rate)} for orders "
            f"+ {plain(self.stock_cost_rate)} for stock = {plain(self.cost_rate)} a period"
        )


def economic_order_quantity_with_discount(
    demand_rate: float,
    *,
    fixed_cost: float,
    holding_cost_rate: float,
    discount: QuantityDiscount,
) -> DiscountedOrder:
    """
    Return the cheapest order size at a supplier with price breaks, the price of units included.

    Each step has its own economic quantity √(2 D (K + A) / (i c)), where A is what the first units
    cost above the price c of the step (nothing for a discount on all units). One below its step
    is raised to the breakpoint, one beyond it is left to the next step; the cheapest of these
    wins, the smallest on a tie. Source: Hadley and Whitin (1963), chapter 2.

    Raises:
        FieldError: As :class:`DiscountedOrder`.

    >>> prices = QuantityDiscount(breakpoints=(0, 400, 800), unit_costs=(0.75, 0.72, 0.68))
    >>> best = economic_order_quantity_with_discount(
    ...     1300, fixed_cost=8, holding_cost_rate=0.3, discount=prices
    ... )
    >>> print(best.explain())
    order 800 at 0.68 a unit (all units, from 800): 884 for units + 13 for orders + 81.6 for stock = 978.6 a period
    """
    # Any quantity will do to check the rest.
    first = DiscountedOrder(
        demand_rate=demand_rate,
        fixed_cost=fixed_cost,
        holding_cost_rate=holding_cost_rate,
        discount=discount,
        order_quantity=QUANTITY_MAX,
    )
    candidates = []
    ends = (*discount.breakpoints[1:], math.inf)
    for region, (start, end, unit_cost) in enumerate(
        zip(discount.breakpoints, ends, discount.unit_costs, strict=True)
    ):
        paid = fixed_cost + discount.surplus(region)
        economic = math.sqrt(2 * demand_rate * paid / (holding_cost_rate * unit_cost))
        if economic < end:
            candidates.append(first.at(max(economic, start)))
    return min(candidates, key=lambda order: order.cost_rate)
