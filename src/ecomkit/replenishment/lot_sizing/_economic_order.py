"""Economic order quantity: where fixed costs and holding costs meet, demand being steady."""

from __future__ import annotations

import math
from typing import Any, final

import attrs

from ecomkit._checks import refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import UNITS_MAX, plain
from ecomkit.replenishment._rates import (
    quantity,
    rate,
    rate_above_zero,
    rate_or_unlimited,
)


def _below_production(
    order: EconomicOrder, attribute: attrs.Attribute[Any], production_rate: Any
) -> None:
    if production_rate == math.inf:
        return
    rate_above_zero(order, attribute, production_rate)
    if production_rate <= order.demand_rate:
        wanted = f"more than the demand rate of {order.demand_rate:g}"
        raise refuse(order, attribute.name, production_rate, wanted)


def _some_where_orders_cost(
    order: EconomicOrder, attribute: attrs.Attribute[Any], order_quantity: Any
) -> None:
    quantity(order, attribute, order_quantity)
    if order_quantity == 0 and order.demand_rate and order.fixed_cost:
        wanted = "above 0, since there is demand and an order has a fixed cost"
        raise refuse(order, attribute.name, order_quantity, wanted)


@final
@attrs.frozen(kw_only=True)
class EconomicOrder:
    """
    An order of one size placed again and again under steady demand, and what that costs.

    All rates are per one period of the caller's choice, a year as a rule, and all costs in one
    currency: ``demand_rate`` D in units, ``fixed_cost`` K of one order, ``holding_cost`` h of one
    unit for one period. ``stockout_cost`` p is what one backordered unit costs for one period,
    infinite where nothing may be backordered. ``production_rate`` P is how fast the units of an
    order come in, infinite where they come at once.

    With the share x = h / (h + p) of an order backordered, which is best for every quantity Q,
    and ρ = D / P, a period costs K D / Q + h (1 − x)(1 − ρ) Q / 2 (Harris 1913; Taft 1918 for the
    production rate; Zipkin 2000, chapter 3, for backorders). What the units themselves cost is
    not in it, since it does not depend on Q.

    Raises:
        FieldError: If a rate or cost is negative, not finite or beyond any sense, ``holding_cost``
            is 0, the production does not outrun demand, or ``order_quantity`` is 0 though there
            is demand and orders cost something.

    >>> order = EconomicOrder(demand_rate=1300, fixed_cost=8, holding_cost=0.225, order_quantity=250)
    >>> round(order.cost_rate, 3), order.orders_per_period
    (69.725, 5.2)
    """

    demand_rate: float = attrs.field(validator=rate)
    fixed_cost: float = attrs.field(validator=rate)
    holding_cost: float = attrs.field(validator=rate_above_zero)
    stockout_cost: float = attrs.field(default=math.inf, validator=rate_or_unlimited)
    production_rate: float = attrs.field(default=math.inf, validator=_below_production)
    order_quantity: float = attrs.field(validator=_some_where_orders_cost)

    @property
    def stockout_fraction(self) -> float:
        """The share of demand that waits for the next order: h / (h + p)."""
        return 1 / (1 + self.stockout_cost / self.holding_cost)

    @property
    def max_stock(self) -> float:
        """Units on the shelf when an order is in."""
        served = 1 / (1 + self.holding_cost / self.stockout_cost)
        return self.order_quantity * self._kept_share * served

    @property
    def max_backorder(self) -> float:
        """Units that wait when an order comes."""
        return self.order_quantity * self._kept_share * self.stockout_fraction

    @property
    def orders_per_period(self) -> float:
        """How many orders a period has: D / Q, and 0 where nothing is asked for."""
        if not self.demand_rate:
            return 0.0
        return self.demand_rate / self.order_quantity if self.order_quantity else math.inf

    @property
    def cycle_time(self) -> float:
        """Periods from one order to the next: Q / D, and infinite where nothing is asked for."""
        return self.order_quantity / self.demand_rate if self.demand_rate else math.inf

    @property
    def fixed_cost_rate(self) -> float:
        """What the orders of a period cost."""
        if not self.order_quantity:
            return 0.0  # Orders that cost nothing, or no demand.
        return self.fixed_cost * self.demand_rate / self.order_quantity

    @property
    def stock_cost_rate(self) -> float:
        """What holding units and letting customers wait costs in a period."""
        return self.holding_cost * self.max_stock / 2

    @property
    def cost_rate(self) -> float:
        """What a period costs: orders, stock and backorders, without the price of the units."""
        return self.fixed_cost_rate + self.stock_cost_rate

    def at(self, order_quantity: float) -> EconomicOrder:
        """
        Return the same with another quantity, to see what it costs.

        Raises:
            FieldError: If *order_quantity* is no legal quantity.

        >>> best = economic_order_quantity(1300, fixed_cost=8, holding_cost=0.225)
        >>> round(best.at(2 * best.order_quantity).cost_rate / best.cost_rate, 9)
        1.25
        """
        return attrs.evolve(self, order_quantity=order_quantity)

    def in_packs(self, units: int) -> EconomicOrder:
        """
        Return the cheaper of the two nearest whole numbers of packs of *units*, at least one pack.

        The cost is convex in the quantity, so no other number of packs is cheaper if this is the
        economic quantity. On a tie the smaller order wins.

        Raises:
            FieldError: If *units* is not a whole number from 1 to 10^15.

        >>> economic_order_quantity(1300, fixed_cost=8, holding_cost=0.225).in_packs(24).order_quantity
        312
        """
        if not isinstance(units, int) or isinstance(units, bool) or not 0 < units <= UNITS_MAX:
            wanted = f"a whole number of units from 1 to {UNITS_MAX}"
            raise FieldError(owner="EconomicOrder", field="units", got=units, wanted=wanted)
        packs = max(1, int(self.order_quantity // units))
        return min(
            (self.at(packs * units), self.at((packs + 1) * units)),
            key=lambda order: order.cost_rate,
        )

    def explain(self) -> str:
        """Return the quantity in words, with what it weighs against each other."""
        waits = (
            f", {self.stockout_fraction:.1%} of demand waits"
            if self.stockout_cost < math.inf
            else ""
        )
        return (
            f"order {plain(self.order_quantity)}, {plain(self.orders_per_period)} times a period"
            f"{waits}: {plain(self.fixed_cost_rate)} for orders + {plain(self.stock_cost_rate)} "
            f"for stock = {plain(self.cost_rate)} a period"
        )

    @property
    def _kept_share(self) -> float:
        """What of an order is there when its last unit comes in."""
        return 1 - self.demand_rate / self.production_rate


def economic_order_quantity(
    demand_rate: float, *, fixed_cost: float, holding_cost: float
) -> EconomicOrder:
    """
    Return the economic order quantity √(2 K D / h): the cheapest order size under steady demand.

    Twice or half of it costs a quarter more, so it may be rounded without regret. Source: Harris
    (1913); :class:`EconomicOrder` says what the parameters are.

    Raises:
        FieldError: As :class:`EconomicOrder`.

    >>> best = economic_order_quantity(1300, fixed_cost=8, holding_cost=0.225)
    >>> print(best.explain())
    order 304.05, 4.28 times a period: 34.21 for orders + 34.21 for stock = 68.41 a period
    """
    return _best(demand_rate, fixed_cost, holding_cost, math.inf, math.inf)


def economic_order_quantity_with_backorders(
    demand_rate: float, *, fixed_cost: float, holding_cost: float, stockout_cost: float
) -> EconomicOrder:
    """
    Return the cheapest order size where customers wait at *stockout_cost* a unit and period.

    It is the economic order quantity times √((h + p) / p), and never costs more than that.

    Raises:
        FieldError: As :class:`EconomicOrder`.

    >>> best = economic_order_quantity_with_backorders(
    ...     1300, fixed_cost=8, holding_cost=0.225, stockout_cost=5
    ... )
    >>> print(best.explain())
    order 310.81, 4.18 times a period, 4.3% of demand waits: 33.46 for orders + 33.46 for stock = 66.92 a period
    """
    return _best(demand_rate, fixed_cost, holding_cost, stockout_cost, math.inf)


def economic_production_quantity(
    demand_rate: float,
    *,
    fixed_cost: float,
    holding_cost: float,
    production_rate: float,
    stockout_cost: float = math.inf,
) -> EconomicOrder:
    """
    Return the cheapest batch where its units come in at *production_rate* while demand goes on.

    It is the economic order quantity over √(1 − D / P) (Taft 1918), with backorders if
    *stockout_cost* is finite.

    Raises:
        FieldError: As :class:`EconomicOrder`.

    >>> best = economic_production_quantity(
    ...     80, fixed_cost=4, holding_cost=0.08, production_rate=110
    ... )
    >>> round(best.order_quantity, 4), round(best.cost_rate, 6)
    (171.2698, 3.736795)
    """
    return _best(demand_rate, fixed_cost, holding_cost, stockout_cost, production_rate)


def _best(
    demand_rate: float,
    fixed_cost: float,
    holding_cost: float,
    stockout_cost: float,
    production_rate: float,
) -> EconomicOrder:
    try:
        kept = holding_cost * (1 - demand_rate / production_rate)
        order_quantity = math.sqrt(
            2 * fixed_cost * demand_rate / kept * (1 + holding_cost / stockout_cost)
        )
    except (TypeError, ValueError, ArithmeticError):
        # One of the parameters is none: the value below names it before it looks at the quantity.
        order_quantity = 0.0
    return EconomicOrder(
        demand_rate=demand_rate,
        fixed_cost=fixed_cost,
        holding_cost=holding_cost,
        stockout_cost=stockout_cost,
        production_rate=production_rate,
        order_quantity=order_quantity,
    )
