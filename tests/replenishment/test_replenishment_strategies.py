"""Strategies of this room refuse bounds that contradict each other."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    DemandSeries,
    LeadTime,
    ReorderPoint,
    SmoothedDemand,
    StockCosts,
)
from ecomkit.replenishment.distributions import DemandDistribution
from ecomkit.testing.strategies import (
    _replenishment as strategies,
)
from ecomkit.testing.strategies import (
    _replenishment_policies as policies,
)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: strategies.daily_units(max_value=-1),
        lambda: strategies.daily_units(min_size=3, max_size=2),
        lambda: strategies.demand_moments(max_value=10**8),
        lambda: strategies.demands(min_value=2, max_value=1),
        lambda: strategies.lead_times(max_value=float("nan")),
        lambda: strategies.inventory_positions(min_value=-1),
        lambda: strategies.order_quantities(max_value=0),
        lambda: strategies.minimum_stocks(max_value=-1).example(),
        lambda: strategies.service_levels(max_value=0.0),
        lambda: strategies.service_levels(min_value=1.0),
        lambda: strategies.service_levels(max_value=2.0),
        lambda: strategies.reorder_points(max_days=-1),
        lambda: strategies.expected_receipts(max_value=0),
        lambda: policies.demand_series(min_size=0),
        lambda: policies.demand_series(min_size=3, max_size=2),
        lambda: policies.demand_series(max_value=-1),
    ],
)
@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_contradictory_bounds_raise(wrong: Callable[[], object]) -> None:
    """A strategy that could draw nothing says so when it is made."""
    with pytest.raises(FieldError):
        wrong()


@given(policies.demand_distributions(), st.floats(0.01, 0.99))
def test_each_distribution_keeps_its_word(demand: DemandDistribution, probability: float) -> None:
    """The quantile of a probability suffices with it, and more units are missed less."""
    units = demand.quantile(probability)
    assert demand.cdf(units) >= probability - 1e-12
    assert demand.loss(units + 1) <= demand.loss(units) + 1e-9 * (1 + demand.mean)


@given(policies.demand_series(max_size=20), policies.stock_costs())
def test_a_series_and_costs_make_a_level(series: DemandSeries, costs: StockCosts) -> None:
    """Whatever was asked for, and whatever it costs, there is a reorder point, and it is finite."""
    demand = SmoothedDemand()(series, days=14)
    level = ReorderPoint(costs=costs).level(demand=demand, lead_time=LeadTime(mean_days=14))
    assert level.reorder_point >= 0
