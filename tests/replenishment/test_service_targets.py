"""Service targets over any lead-time demand: cycle service, fill rate, and the least cost."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    ComputedLevel,
    CycleService,
    Demand,
    DemandByPattern,
    DemandPattern,
    DemandSeries,
    FillRate,
    FittedDemand,
    InventoryPosition,
    LeadTime,
    LeastCost,
    ObservedDemand,
    OrderQuantity,
    ReorderPoint,
    StockCosts,
    TargetLevel,
    Trigger,
)
from ecomkit.replenishment.distributions import (
    ConstantDemand,
    DemandFamily,
    EmpiricalDemand,
    GammaDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
)

NOW = datetime(2026, 10, 1, tzinfo=UTC)
COSTS = StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0)
WEEK = LeadTime(mean_days=7)
DEMAND = Demand.of(mean_per_day=4, sd_per_day=3)

demands = st.tuples(st.floats(0.01, 200), st.floats(0.0, 10.0)).map(
    lambda pair: Demand.of(mean_per_day=pair[0], sd_per_day=pair[0] * pair[1])
)
lead_times = st.builds(LeadTime, mean_days=st.floats(0.5, 90), sd_days=st.floats(0, 20))
families = st.sampled_from(DemandFamily)
shares = st.floats(0.5, 0.999)


def series(units: list[int | None]) -> DemandSeries:
    """Return *units* of consecutive days."""
    return DemandSeries(start=date(2026, 1, 1), units=units)


# -- laws -----------------------------------------------------------------------------------------


@given(demand=demands, lead=lead_times, family=families, share=shares)
def test_a_cycle_service_is_reached_and_not_with_a_unit_less(
    demand: Demand, lead: LeadTime, family: DemandFamily, share: float
) -> None:
    """The reorder point promises the share, and is the least whole number that does."""
    level = ReorderPoint(target=CycleService(share), lead_time_demand=family).level(
        demand=demand, lead_time=lead
    )
    assert isinstance(level, (TargetLevel, ComputedLevel))
    distribution = FittedDemand(family)(demand, lead_time=lead, review_days=0)
    # A billionth of a unit is dust, and is not rounded up.
    assert distribution.cdf(level.reorder_point + 1e-9) >= share - 1e-9
    if level.reorder_point:
        assert distribution.cdf(level.reorder_point - 1.0001) <= share + 1e-9


@given(demand=demands, lead=lead_times, family=families, share=shares, cover=st.integers(1, 60))
def test_a_fill_rate_is_reached(
    demand: Demand, lead: LeadTime, family: DemandFamily, share: float, cover: int
) -> None:
    """The reorder point promises at least the share of units, exactly reckoned."""
    policy = ReorderPoint(target=FillRate(share), lead_time_demand=family, cover_days=cover)
    level = policy.level(demand=demand, lead_time=lead)
    assert isinstance(level, TargetLevel)
    assert level.fill_rate >= share - 1e-6


@given(demand=demands, lead=lead_times, family=families)
def test_more_service_asks_for_more(demand: Demand, lead: LeadTime, family: DemandFamily) -> None:
    """The reorder point rises with each of the three targets."""
    dear = StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=80.0)
    for low, high in (
        (CycleService(0.8), CycleService(0.95)),
        (FillRate(0.8), FillRate(0.95)),
        (LeastCost(COSTS), LeastCost(dear)),
    ):
        levels = [
            ReorderPoint(target=target, lead_time_demand=family, cover_days=14)
            .level(demand=demand, lead_time=lead)
            .reorder_point
            for target in (low, high)
        ]
        assert levels[0] <= levels[1]


@given(
    demand=demands,
    lead=lead_times,
    family=families,
    usable=st.integers(0, 5000),
    quantity=st.builds(OrderQuantity, moq=st.integers(1, 50), case_pack=st.integers(1, 24)),
)
def test_running_twice_adds_nothing(
    demand: Demand, lead: LeadTime, family: DemandFamily, usable: int, quantity: OrderQuantity
) -> None:
    """Once what it says is on order the policy is quiet, whatever its target and family."""
    for policy in (
        ReorderPoint(costs=COSTS, lead_time_demand=family, quantity=quantity),
        ReorderPoint(target=FillRate(0.97), lead_time_demand=family, quantity=quantity),
    ):
        position = InventoryPosition(usable=usable)
        order = policy(position, demand=demand, lead_time=lead, now=NOW).order
        again = policy(position.after_ordering(order), demand=demand, lead_time=lead, now=NOW)
        assert again.order == 0


@given(demand=demands, lead=lead_times, share=shares)
def test_the_closed_form_is_the_normal_quantile(
    demand: Demand, lead: LeadTime, share: float
) -> None:
    """By service level and by target, normal theory has the same reorder point."""
    closed = ReorderPoint(service_level=share).level(demand=demand, lead_time=lead)
    general = ReorderPoint(target=CycleService(share)).level(demand=demand, lead_time=lead)
    assert isinstance(closed, ComputedLevel)
    assert isinstance(general, TargetLevel)
    assert closed.reorder_point - general.reorder_point in (-1, 0, 1)
    assert closed.expected_units + closed.safety_units == pytest.approx(general.units, rel=1e-6)


# -- shapes of the lead-time demand ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "kind"),
    [
        ([4, 5, 6, 5, 4, 6, 5, 4] * 3, NormalDemand),
        ([1, 20, 2, 30, 1, 25, 1, 1] * 3, GammaDemand),
        ([0, 0, 4, 0, 0, 5, 0, 0] * 3, NegativeBinomialDemand),
        ([0, 0, 1, 0, 0, 90, 0, 0] * 3, NegativeBinomialDemand),
    ],
)
def test_the_class_of_demand_chooses_the_family(units: list[int | None], kind: type) -> None:
    """Smooth is normal, erratic gamma, intermittent and lumpy negative binomial."""
    demand = Demand.from_series(series(units))
    found = DemandByPattern()(demand, lead_time=WEEK, review_days=0)
    assert isinstance(found, kind)


def test_without_a_series_the_class_is_unknown() -> None:
    """A stated demand has no class; what is taken then can be said."""
    assert isinstance(DemandByPattern()(DEMAND, lead_time=WEEK, review_days=0), NormalDemand)
    other = DemandByPattern(unknown=DemandFamily.POISSON)
    assert isinstance(other(DEMAND, lead_time=WEEK, review_days=0), PoissonDemand)


@pytest.mark.parametrize("families", [{}, dict.fromkeys(DemandPattern, "normal"), None])
def test_each_class_has_a_family(families: Any) -> None:
    """A table that leaves a class out, or names no family, is refused."""
    with pytest.raises(FieldError, match="families"):
        DemandByPattern(families=families)


def test_observed_sums_are_those_of_the_past() -> None:
    """The distribution is that of the sums of as many days, each start once."""
    demand = Demand.from_series(series([0, 0, 10] * 15))
    found = ObservedDemand()(demand, lead_time=LeadTime(mean_days=2), review_days=2)
    assert isinstance(found, EmpiricalDemand)
    assert sorted(set(found.sample)) == [10, 20]


def test_observed_lead_times_mix_their_lengths() -> None:
    """Each length that receipts took counts, and gives its own sums."""
    demand = Demand.from_series(series([1] * 40))
    lead = LeadTime(mean_days=3, observed=[2, 4])
    found = ObservedDemand()(demand, lead_time=lead, review_days=0)
    assert isinstance(found, EmpiricalDemand)
    assert sorted(set(found.sample)) == [2, 4]


def test_the_dust_of_floats_is_no_period_more() -> None:
    """A lead time of three days and a rounding error is covered by three days."""
    demand = Demand.from_series(series([1] * 40))
    found = ObservedDemand()(
        demand, lead_time=LeadTime(mean_days=3.0000000000000004), review_days=0
    )
    assert found.quantile(0.9) == 3


@pytest.mark.parametrize("demand", [DEMAND, Demand.from_series(series([3, 4] * 9))])
def test_too_few_sums_take_the_family(demand: Demand) -> None:
    """Without a series, or with hardly any sums, the family is taken."""
    found = ObservedDemand()(demand, lead_time=WEEK, review_days=0)
    assert not isinstance(found, EmpiricalDemand)


# -- the policy -----------------------------------------------------------------------------------


def test_costs_order_the_economic_quantity() -> None:
    """With costs the target lies the economic order quantity above the reorder point."""
    advice = ReorderPoint(costs=COSTS)(
        InventoryPosition(usable=0), demand=DEMAND, lead_time=WEEK, now=NOW
    )
    assert advice.target - advice.reorder_point == 49
    assert "least cost" in advice.explain()
    assert "promises" in advice.explain()


def test_a_cover_goes_before_the_economic_quantity() -> None:
    """Stated days of cover are what an order brings, with or without costs."""
    policy = ReorderPoint(costs=COSTS, cover_days=10, review_days=2)
    assert policy.order_quantity(demand=DEMAND, lead_time=WEEK) == 40
    assert (
        ReorderPoint(service_level=0.9, review_days=2).order_quantity(
            demand=DEMAND, lead_time=WEEK
        )
        == 36
    )
    assert "2 days of review" in policy.level(demand=DEMAND, lead_time=WEEK).explain()


def test_what_nobody_wants_is_not_ordered() -> None:
    """An empty shelf of a dead sku stays empty; what is owed is ordered all the same."""
    for policy in (ReorderPoint(service_level=0.95), ReorderPoint(costs=COSTS)):
        dead = Demand.of(mean_per_day=0)
        empty = policy(InventoryPosition(usable=0), demand=dead, lead_time=WEEK, now=NOW)
        owed = policy(
            InventoryPosition(usable=0, uncovered=3), demand=dead, lead_time=WEEK, now=NOW
        )
        assert (empty.order, empty.trigger, owed.order) == (0, Trigger.STRICT, 3)


def test_costs_far_apart_end_in_a_finite_stock() -> None:
    """Where a shortage costs more than sixteen digits say, the answer is still a number."""
    far = StockCosts(per_order=1e-9, holding_per_unit_day=1e-9, shortage_per_unit=1e12)
    level = ReorderPoint(costs=far).level(demand=DEMAND, lead_time=WEEK)
    assert 0 < level.reorder_point < 1000


def test_a_target_that_owing_reaches_is_reached_by_nothing() -> None:
    """A low fill rate would be met by a level below 0; the level is 0 then."""
    level = ReorderPoint(target=FillRate(0.1), cover_days=100).level(demand=DEMAND, lead_time=WEEK)
    assert isinstance(level, TargetLevel)
    assert level.units < 0
    assert level.reorder_point == 0


def test_certain_demand_needs_no_safety() -> None:
    """Demand that never varies is covered by itself."""
    level = ReorderPoint(target=CycleService(0.99), lead_time_demand=DemandFamily.GAMMA).level(
        demand=Demand.of(mean_per_day=4), lead_time=WEEK
    )
    assert isinstance(level, TargetLevel)
    assert isinstance(level.distribution, ConstantDemand)
    assert (level.reorder_point, level.safety_stock, level.expected_units) == (28, 0, 28)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"service_level": 0.9, "target": FillRate(0.9)},
        {"target": 0.9},
        {"costs": 3.0},
        {"service_level": 0.9, "lead_time_demand": "normal"},
    ],
)
def test_one_target_is_given(fields: dict[str, Any]) -> None:
    """No target, two of them, or none of the kinds: the call is refused."""
    with pytest.raises(FieldError):
        ReorderPoint(**fields)


def test_the_ways_to_give_a_target() -> None:
    """A service level is cycle service; costs alone are the least cost."""
    assert ReorderPoint(service_level=0.9).service_target == CycleService(0.9)
    assert ReorderPoint(target=FillRate(0.9)).service_target == FillRate(0.9)
    assert ReorderPoint(costs=COSTS).service_target == LeastCost(COSTS)
    assert ReorderPoint(costs=COSTS).z is None
    assert [target.explain() for target in (CycleService(0.9), FillRate(0.98))] == [
        "90 % of the cycles without a stock-out",
        "98 % of the units served from the shelf",
    ]
    assert LeastCost(COSTS).explain().startswith("the least cost, where an order costs 3")


def test_a_large_minimum_order_needs_less_safety() -> None:
    """Orders of what the supplier takes at least come less often, and so risk less."""
    small, large = (
        ReorderPoint(target=FillRate(0.95), cover_days=2, quantity=OrderQuantity(moq=moq)).level(
            demand=DEMAND, lead_time=WEEK
        )
        for moq in (1, 80)
    )
    assert isinstance(small, TargetLevel)
    assert isinstance(large, TargetLevel)
    assert (small.order_quantity, large.order_quantity) == (8, 80)
    assert large.reorder_point < small.reorder_point


def test_a_pickled_policy_answers_as_the_original() -> None:
    """What a process pool hands on keeps its closed form."""
    policy = ReorderPoint(service_level=0.95)
    again = pickle.loads(pickle.dumps(policy))  # noqa: S301 - our own
    assert again == policy
    assert again.level(demand=DEMAND, lead_time=WEEK) == policy.level(
        demand=DEMAND, lead_time=WEEK
    )
