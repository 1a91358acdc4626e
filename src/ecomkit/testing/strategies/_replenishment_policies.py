"""Strategies for replenishment policies: series, costs, distributions, level rules, every policy."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import (
    UNITS_MAX,
    BaseStock,
    CriticalRatio,
    DaysOfCover,
    DemandSeries,
    FixedQuantity,
    HighestOf,
    LevelRule,
    MinimumStock,
    OrderQuantity,
    OrderUpTo,
    PackRounding,
    Period,
    PriceBreaks,
    ReorderPointOf,
    ReplenishmentPolicy,
    SafetyStockOf,
    Season,
    SeasonalLevel,
    SeasonDay,
    StockCosts,
    SumOf,
    Velocity,
    YearDay,
)
from ecomkit.replenishment.distributions import (
    ConstantDemand,
    DemandDistribution,
    DiscreteDemand,
    EmpiricalDemand,
    GammaDemand,
    LognormalDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
)
from ecomkit.testing.strategies._replenishment import (
    minimum_stocks,
    order_quantities,
    reorder_points,
    triggers,
)

if TYPE_CHECKING:
    from ecomkit.replenishment import Level

__all__ = [
    "demand_distributions",
    "demand_series",
    "level_rules",
    "order_limits",
    "replenishment_policies",
    "stock_costs",
]

DATE_MIN, DATE_MAX = date(1900, 1, 1), date(2200, 1, 1)
"""So far from the ends of the calendar that the longest series of months ends inside it."""

ROUNDINGS = st.sampled_from(PackRounding)
YEAR_DAYS = st.dates().map(lambda day: YearDay(month=day.month, day=day.day))


def demand_series(
    *, min_size: int = 1, max_size: int = 40, max_value: int = 1_000
) -> st.SearchStrategy[DemandSeries]:
    """
    Return series of any period, with periods without a sale and with some that nobody observed.

    The first period is always known.

    Raises:
        FieldError: If the sizes contradict each other, or *max_value* is no count of units.
    """
    if not 1 <= min_size <= max_size or not 0 <= max_value <= UNITS_MAX:
        raise FieldError(
            owner="demand_series",
            field="min_size",
            got=(min_size, max_size, max_value),
            wanted=f"1 <= min_size <= max_size, and units from 0 to {UNITS_MAX}",
        )
    units = st.just(0) | st.integers(0, max_value)
    return st.builds(
        lambda start, first, rest, period: DemandSeries(
            start=start, units=[first, *rest], period=period
        ),
        st.dates(min_value=DATE_MIN, max_value=DATE_MAX),
        units,
        st.lists(units | st.none(), min_size=min_size - 1, max_size=max_size - 1),
        st.sampled_from(Period),
    )


def stock_costs() -> st.SearchStrategy[StockCosts]:
    """Return costs of sizes that a shop may have."""
    cost = st.floats(1e-4, 1e4)
    return st.builds(StockCosts, per_order=cost, holding_per_unit_day=cost, shortage_per_unit=cost)


def demand_distributions() -> st.SearchStrategy[DemandDistribution]:
    """Return distributions of every family, with means from a thousandth to a million units."""
    means = st.floats(-3, 6).map(lambda power: 10.0**power)
    counts = st.lists(st.integers(0, 30) | st.integers(0, 1000), min_size=1, max_size=12)
    continuous = st.builds(
        lambda kind, mean, spread: kind(mean=mean, sd=mean * spread),
        st.sampled_from([NormalDemand, GammaDemand, LognormalDemand]),
        means,
        st.floats(0.01, 20.0),
    )
    return st.one_of(
        continuous,
        means.map(lambda mean: PoissonDemand(mean=mean)),
        st.builds(
            lambda mean, power: NegativeBinomialDemand(mean=mean, r=math.pow(10.0, power)),
            means,
            st.floats(-1, 5),
        ),
        counts.map(DiscreteDemand.of_counts),
        counts.map(lambda sample: EmpiricalDemand(sample=sample)),
        means.map(lambda mean: ConstantDemand(units=mean)),
    )


def _falling(units: int) -> float:
    """What a unit costs in all: a fixed cost shared out, and a little for holding."""
    return 500 / units + units / 100


def _seasonal(level: st.SearchStrategy[Level]) -> st.SearchStrategy[SeasonalLevel]:
    """Return levels with a yearly season and another of dates; they never overlap."""
    yearly = st.builds(Season, name=st.just("y"), first=YEAR_DAYS, last=YEAR_DAYS, level=level)
    once = st.tuples(st.dates(), st.dates(), level).map(
        lambda drawn: Season(
            name="once", first=min(drawn[:2]), last=max(drawn[:2]), level=drawn[2]
        )
    )
    return st.builds(
        SeasonalLevel,
        usual=level,
        seasons=st.tuples(yearly, once),
        decided_by=st.sampled_from(SeasonDay),
    )


def level_rules(*, max_value: int = UNITS_MAX) -> st.SearchStrategy[LevelRule]:
    """Return rules of every kind for a level, some of them of rules; stated ones up to *max_value*."""
    plain = (
        st.builds(DaysOfCover, days=st.floats(0, 60))
        | st.builds(ReorderPointOf, policy=reorder_points(max_days=60))
        | st.builds(SafetyStockOf, policy=reorder_points(max_days=60))
        | st.builds(
            CriticalRatio, holding_cost=st.just(0.001), stockout_cost=st.floats(0.001, 1000)
        )
    )
    level: st.SearchStrategy[Level] = st.integers(0, max_value) | plain
    parts = st.dictionaries(st.text(min_size=1, max_size=5), level, min_size=1, max_size=3)
    return (
        plain
        | st.builds(HighestOf, parts=parts)
        | st.builds(SumOf, parts=parts)
        | _seasonal(level)
    )


@st.composite
def order_limits(
    draw: st.DrawFn,
    *,
    max_value: int = UNITS_MAX,
    roundings: st.SearchStrategy[PackRounding] = ROUNDINGS,
) -> OrderQuantity:
    """Return limits of every kind on an order, without a budget, which is spent by no order."""
    simple = draw(order_quantities(max_value=max_value))
    breaks = st.lists(st.integers(1, max_value), max_size=3)
    return OrderQuantity(
        moq=simple.moq,
        case_pack=simple.case_pack,
        maximum=simple.maximum,
        rounding=draw(roundings),
        price_breaks=draw(
            st.none() | st.builds(PriceBreaks, quantities=breaks, cost_per_unit=st.just(_falling))
        ),
        shelf_life_days=draw(st.none() | st.integers(0, 400)),
    )


def replenishment_policies(
    *, max_value: int = UNITS_MAX
) -> st.SearchStrategy[ReplenishmentPolicy]:
    """
    Return every policy that orders whenever its position fires, with limits of every kind.

    Hold your own law of policies against them: that a law says something of each.
    """
    level: st.SearchStrategy[Level] = st.integers(0, max_value) | level_rules(max_value=max_value)
    quantity = order_quantities(max_value=100) | order_limits(max_value=max_value)
    upwards = order_limits(max_value=max_value, roundings=st.just(PackRounding.UP))
    return (
        minimum_stocks(max_value=max_value, quantities=quantity)
        | reorder_points(quantities=order_quantities(max_value=100), max_days=60)
        | st.builds(
            MinimumStock,
            level=level_rules(max_value=max_value),
            up_to=st.none() | level,
            trigger=triggers(),
            quantity=quantity,
        )
        | st.builds(BaseStock, level=level, quantity=quantity)
        | st.builds(
            OrderUpTo,
            reorder_point=level_rules(max_value=max_value),
            order_up_to=level,
            trigger=triggers(),
            quantity=quantity,
        )
        | st.builds(
            FixedQuantity,
            reorder_point=level,
            order_quantity=st.integers(1, max_value),
            trigger=triggers(),
            quantity=upwards,
        )
        | st.builds(
            Velocity,
            safety_days=st.floats(0, 60),
            safety_stock=level,
            cover_days=st.none() | st.floats(0, 60),
            trigger=triggers(),
            quantity=quantity,
        )
    )
