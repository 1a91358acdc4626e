"""Lot sizes of each row: economic order quantities, and the newsvendor's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ecomkit.bulk._arrays import Array, Floats, blocks, np
from ecomkit.bulk._columns import ColumnError, Columns
from ecomkit.bulk._normal import normal_quantiles

__all__ = ["economic_order_columns", "newsvendor_columns"]

RATE_MIN, RATE_MAX = 1e-12, 1e15
"""What a rate that one divides by, and any rate, may be: no formula overflows between them."""


def economic_order_columns(columns: Mapping[str, Any]) -> dict[str, Array]:
    """
    Return the economic order quantity of each row, and what a period then costs.

    Columns read, each an array or one number, all per one period: ``demand_rate``, ``fixed_cost``
    of an order, ``holding_cost`` of a unit; where units may be backordered ``stockout_cost``, and
    where they come in over time ``production_rate``, both infinite for never. The formulae are
    those of :class:`~ecomkit.replenishment.lot_sizing.EconomicOrder` (Harris 1913, Taft 1918).

    Columns answered, as floats: ``order_quantity`` and ``cost_rate``.

    Raises:
        ColumnError: If a column is missing, or a row has a rate out of bounds or a production
            that does not outrun demand.

    >>> columns = economic_order_columns(
    ...     {"demand_rate": np.array([1300.0]), "fixed_cost": 8, "holding_cost": 0.225}
    ... )
    >>> columns["order_quantity"].round(4).tolist(), columns["cost_rate"].round(4).tolist()
    ([304.0468], [68.4105])
    """
    table = Columns.of(columns, owner="columns")
    table.need("demand_rate", "fixed_cost", "holding_cost")
    answer = {name: np.empty(table.rows) for name in ("order_quantity", "cost_rate")}
    for block in blocks(table.rows):
        demand = table.numbers("demand_rate", block, most=RATE_MAX)
        fixed = table.numbers("fixed_cost", block, most=RATE_MAX)
        holding = table.numbers("holding_cost", block, least=RATE_MIN, most=RATE_MAX)
        # What it costs to hold a unit of an order: less where some of them are never held.
        held = holding * (1 - demand / _production(table, block, demand=demand))
        served = 1 + holding / _or_never(table, "stockout_cost", block)
        # The square root of the quotient, and not the quotient of the roots, rounds as scalars do.
        answer["order_quantity"][block] = np.sqrt(2 * fixed * demand / held * served)
        answer["cost_rate"][block] = np.sqrt(2 * fixed * demand * held / served)
    return answer


def _or_never(table: Columns, name: str, block: slice) -> Floats:
    if name not in table:
        return np.array([math.inf])
    return table.numbers(name, block, least=RATE_MIN, most=math.inf)


def _production(table: Columns, block: slice, *, demand: Floats) -> Floats:
    production = _or_never(table, "production_rate", block)
    slow = production <= demand
    if slow.any():
        place = int(np.flatnonzero(slow)[0])
        raise ColumnError(
            owner=table.owner,
            field="production_rate",
            got=float(np.broadcast_to(production, slow.shape)[place]),
            wanted="more than the demand rate",
            row=block.start + place,
        )
    return production


def newsvendor_columns(columns: Mapping[str, Any]) -> dict[str, Array]:
    """
    Return how much to buy of each row where there is one chance to buy, for normal demand.

    Columns read, each an array or one number: ``mean`` and ``sd`` of the demand of the season,
    ``holding_cost`` of a unit left over, ``stockout_cost`` of a unit short. The quantity is met
    with the probability p ∕ (h + p): d + z s_d, at a cost of (h + p) φ(z) s_d. Source: Arrow,
    Harris and Marschak (1951); Snyder and Shen, *Fundamentals of Supply Chain Theory*, 4.3.

    Columns answered, as floats: ``order_quantity``, below 0 where the normal distribution is so
    wide that it has no sense for the costs, and ``cost`` in expectation.

    Raises:
        ColumnError: If a column is missing, or a row has a number out of bounds.

    >>> columns = newsvendor_columns(
    ...     {"mean": np.array([50.0]), "sd": 8, "holding_cost": 0.18, "stockout_cost": 0.70}
    ... )
    >>> columns["order_quantity"].round(6).tolist(), columns["cost"].round(6).tolist()
    ([56.603956], [1.997605])
    """
    table = Columns.of(columns, owner="columns")
    table.need("mean", "sd", "holding_cost", "stockout_cost")
    answer = {name: np.empty(table.rows) for name in ("order_quantity", "cost")}
    for block in blocks(table.rows):
        mean = table.numbers("mean", block, most=RATE_MAX)
        sd = table.numbers("sd", block, most=RATE_MAX)
        holding = table.numbers("holding_cost", block, least=RATE_MIN, most=RATE_MAX)
        short = table.numbers("stockout_cost", block, least=RATE_MIN, most=RATE_MAX)
        both = holding + short
        # By the smaller tail, which floats can always tell from 0.
        z = normal_quantiles(np.minimum(holding, short) / both)
        z = np.where(short > holding, -z, z)
        answer["order_quantity"][block] = mean + z * sd
        answer["cost"][block] = both * sd * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return answer
