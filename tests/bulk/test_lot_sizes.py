"""Lot sizes over columns are those of the scalar formulae."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.bulk import ColumnError, economic_order_columns, newsvendor_columns
from ecomkit.replenishment.lot_sizing import economic_production_quantity

rates = st.sampled_from([1.0, 8.0]) | st.floats(1e-6, 1e9)
order = st.fixed_dictionaries(
    {
        "demand_rate": rates,
        "fixed_cost": rates,
        "holding_cost": rates,
        "stockout_cost": rates | st.just(math.inf),
        "production_rate": st.floats(1.001, 1e6) | st.just(math.inf),
    }
)


def arrays(rows: list[dict[str, float]]) -> dict[str, Any]:
    """Return rows of like keys as columns."""
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@given(st.lists(order, min_size=1, max_size=6))
def test_economic_orders_are_the_scalar_ones(rows: list[dict[str, float]]) -> None:
    """With and without backorders and a production rate, quantity and cost agree."""
    rows = [row | {"production_rate": row["demand_rate"] * row["production_rate"]} for row in rows]
    columns = economic_order_columns(arrays(rows))

    for place, row in enumerate(rows):
        best = economic_production_quantity(**row)
        assert columns["order_quantity"][place] == pytest.approx(best.order_quantity, rel=1e-12)
        assert columns["cost_rate"][place] == pytest.approx(best.cost_rate, rel=1e-9)


@pytest.mark.parametrize(
    ("own", "quantity", "cost"),
    [
        ({}, 304.0468, 68.4105),
        ({"stockout_cost": 5}, 310.8126, 66.9214),
        (
            {"fixed_cost": 4, "holding_cost": 0.08, "demand_rate": [80], "production_rate": 110},
            171.2698,
            3.736795,
        ),
        ({"demand_rate": [0]}, 0, 0),
        ({"fixed_cost": 0}, 0, 0),
    ],
)
def test_published_economic_orders(own: dict[str, Any], quantity: float, cost: float) -> None:
    """The examples of Snyder and Shen, and orders that cost nothing or are never placed."""
    usual = {"demand_rate": [1300], "fixed_cost": 8, "holding_cost": 0.225}
    columns = economic_order_columns(usual | own)

    assert columns["order_quantity"][0] == pytest.approx(quantity, abs=1e-3)
    assert columns["cost_rate"][0] == pytest.approx(cost, abs=1e-4)


costs = st.sampled_from([0.18, 0.7]) | st.floats(1e-3, 1e3)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "mean": st.floats(0, 1e6),
                "sd": st.floats(0, 1e6),
                "holding_cost": costs,
                "stockout_cost": costs,
            }
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_newsvendor_meets_demand_as_often_as_the_costs_ask_for(
    rows: list[dict[str, float]],
) -> None:
    """The quantity is the quantile of the ratio of costs, the cost its density times the spread."""
    columns = newsvendor_columns(arrays(rows))

    for place, row in enumerate(rows):
        both = row["holding_cost"] + row["stockout_cost"]
        z = NormalDist().inv_cdf(row["stockout_cost"] / both)
        wanted = row["mean"] + z * row["sd"]
        slack = 1e-9 * (row["mean"] + row["sd"])
        assert columns["order_quantity"][place] == pytest.approx(wanted, rel=1e-12, abs=slack)
        cost = both * row["sd"] * NormalDist().pdf(z)
        assert columns["cost"][place] == pytest.approx(cost, rel=1e-9)


def test_costs_that_lie_far_apart_keep_the_newsvendor_finite() -> None:
    """Ratios that a float would round to 1 are taken by their other tail."""
    far = {
        "mean": [0.0, 0.0],
        "sd": 1,
        "holding_cost": [1e-12, 1e15],
        "stockout_cost": [1e15, 1e-12],
    }
    quantity = newsvendor_columns(far)["order_quantity"]

    assert quantity[0] == -quantity[1] == pytest.approx(-NormalDist().inv_cdf(1e-27))


ORDER = {"demand_rate": [5.0, 5.0], "fixed_cost": [1.0, 1.0], "holding_cost": [1.0, 1.0]}
SEASON = {
    "mean": [5.0, 5.0],
    "sd": [1.0, 1.0],
    "holding_cost": [1.0, 1.0],
    "stockout_cost": [1.0, 1.0],
}


@pytest.mark.parametrize("bad", [math.nan, -1.0, math.inf])
@pytest.mark.parametrize(
    ("compute", "columns", "name"),
    [(economic_order_columns, ORDER, name) for name in ORDER]
    + [(newsvendor_columns, SEASON, name) for name in SEASON],
)
def test_a_rate_out_of_bounds_is_named(
    compute: Any, columns: dict[str, Any], name: str, bad: float
) -> None:
    """NaN, negative and infinite rates end in an error with column and row, never in a number."""
    with pytest.raises(ColumnError) as caught:
        compute(columns | {name: [1.0, bad]})

    assert (caught.value.field, caught.value.row) == (name, 1)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("holding_cost", 0.0),
        ("stockout_cost", 0.0),
        ("stockout_cost", math.nan),
        ("production_rate", 5.0),
        ("production_rate", math.nan),
    ],
)
def test_what_one_divides_by_is_not_zero(name: str, bad: float) -> None:
    """A production that does not outrun demand has no economic order."""
    with pytest.raises(ColumnError) as caught:
        economic_order_columns(ORDER | {name: [9.0, bad]})

    assert (caught.value.field, caught.value.row) == (name, 1)


@pytest.mark.parametrize(
    ("compute", "columns"), [(economic_order_columns, ORDER), (newsvendor_columns, SEASON)]
)
def test_a_missing_rate_is_named(compute: Any, columns: dict[str, Any]) -> None:
    """None of the columns is guessed."""
    for name in columns:
        rest = {other: column for other, column in columns.items() if other != name}
        with pytest.raises(ColumnError) as caught:
            compute(rest)
        assert caught.value.field == name
