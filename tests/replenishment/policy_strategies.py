"""What several tests of the policies draw: facts, budgets, and the strategies of the test kit."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import strategies as st

from ecomkit.money import Currency, Money
from ecomkit.replenishment import UNITS_MAX, Budget, YearDay
from ecomkit.testing.strategies import demands, lead_times, level_rules
from ecomkit.testing.strategies import order_limits as limits
from ecomkit.testing.strategies import replenishment_policies as policies

__all__ = [
    "budgets",
    "euros",
    "facts",
    "falling",
    "levels",
    "limits",
    "moments",
    "policies",
    "rules",
]

rules = level_rules
year_days = st.dates().map(lambda day: YearDay(month=day.month, day=day.day))
moments = st.datetimes(timezones=st.just(UTC))
facts: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "demand": demands(max_value=20) | demands(),
        "lead_time": lead_times(max_value=60) | lead_times(),
        "now": moments,
    }
)


def euros(cents: int) -> Money:
    """An amount in one currency, which is all that these tests ask for."""
    return Money(cents, Currency.EUR)


def falling(units: int) -> float:
    """What a unit costs in all: a fixed cost shared out, and a little for holding."""
    return 500 / units + units / 100


def levels(*, max_value: int = UNITS_MAX) -> st.SearchStrategy[Any]:
    """Return stated levels and rules."""
    return st.integers(0, max_value) | level_rules(max_value=max_value)


budgets = st.builds(
    Budget, amount=st.integers(0, 10**6).map(euros), unit_price=st.integers(1, 5000).map(euros)
)
