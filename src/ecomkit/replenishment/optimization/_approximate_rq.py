"""Approximate (r, Q) policies, as the textbooks have them."""

from __future__ import annotations

import math

import attrs

from ecomkit.errors import InputError
from ecomkit.replenishment.distributions import in_whole_units
from ecomkit.replenishment.lot_sizing import (
    economic_order_quantity,
    economic_order_quantity_with_backorders,
)
from ecomkit.replenishment.optimization._continuous_model import ContinuousReviewModel, RQPolicy
from ecomkit.replenishment.optimization._limits import is_whole
from ecomkit.replenishment.optimization._penalty import by_unit, time_weighted
from ecomkit.replenishment.optimization._root import root, root_beyond

ROUNDS_MAX = 10_000
"""Most rounds of a fixed point; few take more than thirty."""

SETTLED = 1e-14
"""Relative change of a quantity below which a fixed point is reached."""


@attrs.frozen(kw_only=True)
class NoReorderPointError(InputError):
    """
    Raised when backorders are so cheap that no reorder point balances them against stock.

    >>> print(NoReorderPointError(order_quantity=400.0, limit=300.0))
    an order of 400 units is held longer than its backorders are worth: beyond 300 no reorder point pays; backorder_cost must be higher, or fixed_cost lower
    """

    order_quantity: float
    limit: float

    @property
    def message(self) -> str:
        """Why there is none, and the way out."""
        return (
            f"an order of {self.order_quantity:g} units is held longer than its backorders are "
            f"worth: beyond {self.limit:g} no reorder point pays; backorder_cost must be higher, "
            "or fixed_cost lower"
        )


def eil_rq_policy(model: ContinuousReviewModel) -> RQPolicy:
    """
    Return the (r, Q) policy of the expected-inventory-level approximation.

    Units short are charged ``backorder_cost`` π once each. Q = √(2 D (K + π n(r)) / h) and
    1 − F(r) = Q h / (π D), with n the expected shortage, are solved together, from the economic
    order quantity upwards. The stock is taken as r − μ + Q / 2, as if nothing waited long; that is
    what ``estimated_cost_rate`` counts. Source: Hadley and Whitin (1963), chapter 4; Nahmias,
    *Production and Operations Analysis*; Snyder and Shen, *Fundamentals of Supply Chain Theory*,
    chapter 5. stockpyl passes π as its ``stockout_cost``, which in its other methods is one of time.

    Raises:
        FieldError: If ``backorder_cost`` is 0 or ``stockout_cost`` is not.
        NoReorderPointError: If backorders are too cheap for a solution.

    >>> model = ContinuousReviewModel.normal(
    ...     demand_rate=1300,
    ...     demand_sd=150,
    ...     lead_time=1 / 12,
    ...     fixed_cost=8,
    ...     holding_cost=0.225,
    ...     backorder_cost=7.5,
    ... )
    >>> policy = eil_rq_policy(model)
    >>> round(policy.reorder_point, 4), round(policy.order_quantity, 4), round(policy.estimated_cost_rate, 4)
    (213.9704, 318.5902, 95.4511)
    """
    by_unit(model)
    demand, rate = model.lead_time_demand, model.demand_rate
    limit = model.backorder_cost * rate / model.holding_cost
    quantity = _economic_quantity(model)
    for _ in range(ROUNDS_MAX):
        if quantity >= limit:
            break
        reorder_point = demand.quantile(1 - quantity / limit)
        short = demand.loss(reorder_point)
        before, quantity = (
            quantity,
            math.sqrt(
                2 * rate * (model.fixed_cost + model.backorder_cost * short) / model.holding_cost
            ),
        )
        if abs(quantity - before) <= SETTLED * quantity:
            stock = model.holding_cost * (reorder_point - demand.mean + quantity / 2)
            orders = rate * (model.fixed_cost + model.backorder_cost * short) / quantity
            return _in_units(
                RQPolicy(
                    model=model,
                    method="expected inventory level",
                    reorder_point=reorder_point,
                    order_quantity=quantity,
                    estimated_cost_rate=stock + orders,
                )
            )
    raise NoReorderPointError(order_quantity=quantity, limit=limit)


def eoqb_rq_policy(model: ContinuousReviewModel) -> RQPolicy:
    """
    Return the (r, Q) policy with the quantity of planned backorders and the best r for it.

    Its cost is at most an eighth above the least (Zheng 1992), and most often far closer. Units
    short are charged ``stockout_cost`` for each period.

    Raises:
        FieldError: If ``stockout_cost`` is 0 or ``backorder_cost`` is not.

    >>> model = ContinuousReviewModel.normal(
    ...     demand_rate=1300,
    ...     demand_sd=150,
    ...     lead_time=1 / 12,
    ...     fixed_cost=8,
    ...     holding_cost=0.225,
    ...     stockout_cost=7.5,
    ... )
    >>> print(eoqb_rq_policy(model).explain())
    EOQ with backorders: at 128.64 order 308.57, 78.2 a period
    """
    time_weighted(model)
    order = economic_order_quantity_with_backorders(
        model.demand_rate,
        fixed_cost=model.fixed_cost,
        holding_cost=model.holding_cost,
        stockout_cost=model.stockout_cost,
    )
    quantity = order.order_quantity
    if in_whole_units(model.lead_time_demand):
        quantity = order.in_packs(1).order_quantity
    best = best_reorder_point(model, order_quantity=quantity)
    return attrs.evolve(best, method="EOQ with backorders")


def eoqss_rq_policy(model: ContinuousReviewModel) -> RQPolicy:
    """
    Return the (r, Q) policy with the economic order quantity and the newsvendor's r.

    The simplest of all, and cautious: r covers the lead time as if every order risked a stock-out.
    Units short are charged ``stockout_cost`` for each period. Source: Snyder and Shen, chapter 5.

    Raises:
        FieldError: If ``stockout_cost`` is 0 or ``backorder_cost`` is not.
    """
    time_weighted(model)
    return _in_units(
        RQPolicy(
            model=model,
            method="EOQ with safety stock",
            reorder_point=_newsvendor(model),
            order_quantity=_economic_quantity(model),
        )
    )


def loss_function_rq_policy(model: ContinuousReviewModel) -> RQPolicy:
    """
    Return the (r, Q) policy of the loss-function approximation.

    It drops what the top of a cycle adds to backorders: n(r) = h Q / (h + p) and
    Q = √(2 (K D + (h + p) n₂(r)) / h), with n₂ the second-order loss. Units short are charged
    ``stockout_cost`` p for each period. Source: Hadley and Whitin (1963); Snyder and Shen, chapter
    5; solved to the last digits, where stockpyl stops at 1e-6.

    Raises:
        FieldError: If ``stockout_cost`` is 0 or ``backorder_cost`` is not.

    >>> model = ContinuousReviewModel.normal(
    ...     demand_rate=1300,
    ...     demand_sd=150,
    ...     lead_time=1 / 12,
    ...     fixed_cost=8,
    ...     holding_cost=0.225,
    ...     stockout_cost=7.5,
    ... )
    >>> print(loss_function_rq_policy(model).explain())
    loss function: at 126.87 order 328.45, 78.07 a period
    """
    time_weighted(model)
    demand, holding = model.lead_time_demand, model.holding_cost
    both = holding + model.stockout_cost
    orders = model.fixed_cost * model.demand_rate

    def quantity(reorder_point: float) -> float:
        return both * demand.loss(reorder_point) / holding

    def surplus(reorder_point: float) -> float:
        """Rises to the left; the newsvendor's r is always right of the root."""
        stock = holding * quantity(reorder_point) ** 2 / 2
        return stock - orders - both * model.shortage_beyond(reorder_point)

    reorder_point = root_beyond(
        surplus, start=_newsvendor(model), step=-(demand.sd or demand.mean)
    )
    return _in_units(
        RQPolicy(
            model=model,
            method="loss function",
            reorder_point=reorder_point,
            order_quantity=quantity(reorder_point),
        )
    )


def best_reorder_point(model: ContinuousReviewModel, *, order_quantity: float) -> RQPolicy:
    """
    Return the (r, Q) policy with the r that is best for a given Q.

    It is where the positions r and r + Q cost the same. Units short are charged ``stockout_cost``
    for each period. In whole units, where that falls between two of them, the cheaper is taken.

    Raises:
        FieldError: If ``stockout_cost`` is 0, ``backorder_cost`` is not, or *order_quantity* is
            not above 0.
    """
    time_weighted(model)
    middle = _newsvendor(model)
    given = RQPolicy(
        model=model,
        method="best r",
        reorder_point=middle,
        order_quantity=order_quantity,
    )
    demand = model.lead_time_demand
    share = model.holding_cost / (model.holding_cost + model.stockout_cost)
    reorder_point = root(
        lambda units: (
            demand.loss(units) - demand.loss(units + order_quantity) - share * order_quantity
        ),
        low=middle - order_quantity,
        high=middle,
    )
    if in_whole_units(demand) and is_whole(order_quantity):
        # The units of a cycle lie above r: the root itself is the first of them, rounded up.
        reorder_point = math.floor(reorder_point)
    return attrs.evolve(given, reorder_point=reorder_point)


def _in_units(policy: RQPolicy) -> RQPolicy:
    """Round for demand in whole units: Q to the nearest, r down, at which its unit is ordered."""
    if not in_whole_units(policy.model.lead_time_demand):
        return policy
    return attrs.evolve(
        policy,
        reorder_point=math.floor(policy.reorder_point),
        order_quantity=max(1, round(policy.order_quantity)),
    )


def _newsvendor(model: ContinuousReviewModel) -> float:
    return model.lead_time_demand.quantile(
        model.stockout_cost / (model.holding_cost + model.stockout_cost)
    )


def _economic_quantity(model: ContinuousReviewModel) -> float:
    return economic_order_quantity(
        model.demand_rate, fixed_cost=model.fixed_cost, holding_cost=model.holding_cost
    ).order_quantity
