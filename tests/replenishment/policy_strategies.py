"""What several tests of the policies draw: levels and rules, limits, every policy."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from ecomkit.money import Currency, Money
from ecomkit.replenishment import UNITS_MAX, MinimumStock, OrderQuantity
from ecomkit.replenishment._base_stock import BaseStock
from ecomkit.replenishment._fixed_quantity import FixedQuantity
from ecomkit.replenishment._level_rules import (
    CriticalRatio,
    DaysOfCover,
    HighestOf,
    ReorderPointOf,
    SafetyStockOf,
    SumOf,
)
from ecomkit.replenishment._order_limits import Budget, PriceBreaks
from ecomkit.replenishment._order_up_to import OrderUpTo
from ecomkit.replenishment._pack_rounding import PackRounding
from ecomkit.replenishment._season import Season, SeasonalLevel, SeasonDay, YearDay
from ecomkit.replenishment._velocity import Velocity
from ecomkit.testing.strategies._replenishment import (
    demands,
    lead_times,
    minimum_stocks,
    order_quantities,
    reorder_points,
    triggers,
)

moments = st.datetimes(timezones=st.just(UTC))
facts: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "demand": demands(max_value=20) | demands(),
        "lead_time": lead_times(max_value=60) | lead_times(),
        "now": moments,
    }
)
ROUNDINGS = st.sampled_from(PackRounding)
NO_BUDGET = st.none()
year_days = st.dates().map(lambda day: YearDay(month=day.month, day=day.day))


def euros(cents: int) -> Money:
    """An amount in one currency, which is all that these tests ask for."""
    return Money(cents, Currency.EUR)


def falling(units: int) -> float:
    """What a unit costs in all: a fixed cost shared out, and a little for holding."""
    return 500 / units + units / 100


def seasonal(level: Any) -> st.SearchStrategy[SeasonalLevel]:
    """Return levels with a yearly season and another of dates; they never overlap."""
    yearly = st.builds(Season, name=st.just("y"), first=year_days, last=year_days, level=level)
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


def rules(*, max_value: int = UNITS_MAX) -> st.SearchStrategy[Any]:
    """Return rules of every kind, some of them of rules."""
    days = st.floats(0, 60)
    costs = st.floats(0.001, 1000)
    plain = (
        st.builds(DaysOfCover, days=days)
        | st.builds(ReorderPointOf, policy=reorder_points(max_days=60))
        | st.builds(SafetyStockOf, policy=reorder_points(max_days=60))
        | st.builds(CriticalRatio, holding_cost=st.just(0.001), stockout_cost=costs)
    )
    level: Any = st.integers(0, max_value) | plain
    parts = st.dictionaries(st.text(min_size=1, max_size=5), level, min_size=1, max_size=3)
    return (
        plain | st.builds(HighestOf, parts=parts) | st.builds(SumOf, parts=parts) | seasonal(level)
    )


def levels(*, max_value: int = UNITS_MAX) -> st.SearchStrategy[Any]:
    """Return stated levels and rules."""
    return st.integers(0, max_value) | rules(max_value=max_value)


@st.composite
def limits(
    draw: st.DrawFn,
    *,
    max_value: int = UNITS_MAX,
    roundings: Any = ROUNDINGS,
    budgets: Any = NO_BUDGET,
) -> OrderQuantity:
    """Return limits of every kind on an order; without a budget, unless told which."""
    simple = draw(order_quantities(max_value=max_value))
    breaks = st.lists(st.integers(1, max_value), max_size=3)
    return OrderQuantity(
        moq=simple.moq,
        case_pack=simple.case_pack,
        maximum=simple.maximum,
        rounding=draw(roundings),
        price_breaks=draw(
            st.none() | st.builds(PriceBreaks, quantities=breaks, cost_per_unit=st.just(falling))
        ),
        shelf_life_days=draw(st.none() | st.integers(0, 400)),
        budget=draw(budgets),
    )


budgets = st.builds(
    Budget, amount=st.integers(0, 10**6).map(euros), unit_price=st.integers(1, 5000).map(euros)
)


def policies(*, max_value: int = UNITS_MAX) -> st.SearchStrategy[Any]:
    """Return every policy that orders whenever its position fires."""
    level = levels(max_value=max_value)
    quantity = order_quantities(max_value=100) | limits(max_value=max_value)
    upwards = limits(max_value=max_value, roundings=st.just(PackRounding.UP))
    return (
        minimum_stocks(max_value=max_value, quantities=quantity)
        | reorder_points(quantities=order_quantities(max_value=100), max_days=60)
        | st.builds(
            MinimumStock,
            level=rules(max_value=max_value),
            up_to=st.none() | level,
            trigger=triggers(),
            quantity=quantity,
        )
        | st.builds(BaseStock, level=level, quantity=quantity)
        | st.builds(
            OrderUpTo,
            reorder_point=rules(max_value=max_value),
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
