"""Strategies of this room refuse bounds that contradict each other."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    Demand,
    DemandSeries,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    PurchaseOrder,
    PurchaseOrderState,
    ReorderPoint,
    ServiceTarget,
    SkuFacts,
    SmoothedDemand,
    StockCosts,
)
from ecomkit.replenishment.distributions import DemandDistribution
from ecomkit.replenishment.replay import ReplayCase, backtest
from ecomkit.testing.strategies import (
    _replenishment as strategies,
)
from ecomkit.testing.strategies import (
    _replenishment_facts as surrounding,
)
from ecomkit.testing.strategies import (
    _replenishment_policies as policies,
)

TINY = 1e-300


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
    # Where most of the mass is at zero, a quantile may be too small for a float to hold it.
    held = units if abs(units) > TINY else TINY
    assert demand.cdf(held) >= probability - 1e-12
    assert demand.loss(units + 1) <= demand.loss(units) + 1e-9 * (1 + demand.mean)


@given(policies.demand_series(max_size=20), policies.stock_costs())
def test_a_series_and_costs_make_a_level(series: DemandSeries, costs: StockCosts) -> None:
    """Whatever was asked for, and whatever it costs, there is a reorder point, and it is finite."""
    demand = SmoothedDemand()(series, days=14)
    level = ReorderPoint(costs=costs).level(demand=demand, lead_time=LeadTime(mean_days=14))
    assert level.reorder_point >= 0


@given(surrounding.service_targets(), strategies.demands(min_value=0.001, max_value=100))
def test_a_target_makes_a_level(target: ServiceTarget, demand: Demand) -> None:
    """Whatever is aimed at, the reorder point is finite and says what it aims at."""
    level = ReorderPoint(target=target, review_days=7).level(
        demand=demand, lead_time=LeadTime(mean_days=14)
    )
    assert level.reorder_point >= 0
    assert target.explain() in level.explain()


@given(surrounding.purchase_order_lives())
def test_an_order_that_was_handled_accounts_for_each_unit(order: PurchaseOrder) -> None:
    """What is due has come, is open, or is missing at the end, and no state says otherwise."""
    due = sum(line.due for line in order.lines)
    assert order.received - order.over + order.open + order.short == due
    ended = order.state in (PurchaseOrderState.CLOSED, PurchaseOrderState.CANCELLED)
    assert not (ended and order.open)


@pytest.mark.parametrize("state", PurchaseOrderState)
def test_every_state_of_an_order_is_drawn(state: PurchaseOrderState) -> None:
    """A law of purchase orders is tried on each part of their life."""
    found = find(
        surrounding.purchase_order_lives(max_value=20),
        lambda order: order.state is state,
        settings=settings(
            database=None,
            derandomize=True,
            deadline=None,
            max_examples=1000,
            phases=[Phase.generate],
        ),
    )
    assert found.state is state


@given(surrounding.sku_facts())
def test_facts_change_no_order(facts: SkuFacts) -> None:
    """What is known beside the position says how urgent an order is, not how large."""
    advice = MinimumStock(level=10, up_to=50)(
        InventoryPosition(usable=7, promised=0, uncovered=0, on_order=0),
        demand=Demand(mean_per_day=2.0),
        lead_time=LeadTime(mean_days=3),
        now=datetime(2026, 10, 1, tzinfo=UTC),
    )
    assert advice.with_facts(facts).order == advice.order == 43
    assert advice.with_facts(facts).explain()


@given(surrounding.replay_cases())
@settings(deadline=None)
def test_a_replay_counts_each_unit_once(case: ReplayCase) -> None:
    """What was asked for was served or missed, and what was bought was sold, is there or comes."""
    result = backtest(MinimumStock(level=20, up_to=60), case)
    assert 0 <= result.missed <= result.asked
    assert result.served + result.missed == result.asked
    assert case.opening + result.ordered >= result.served
