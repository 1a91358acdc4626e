"""Stock costs: the economic quantity, and the service that costs ask for."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.money import Currency, Money
from ecomkit.replenishment import StockCosts, UnitEconomics

costs = st.floats(1e-3, 1e6)
EUR = Currency.EUR


@given(order=costs, holding=costs, shortage=costs, mean=st.floats(1e-3, 1e5))
def test_the_economic_quantity_balances_ordering_and_holding(
    order: float, holding: float, shortage: float, mean: float
) -> None:
    """At the economic quantity ordering and holding cost the same, √(KDh/2) each."""
    each = StockCosts(per_order=order, holding_per_unit_day=holding, shortage_per_unit=shortage)
    quantity = each.economic_quantity(mean)
    assert order * mean / quantity == pytest.approx(holding * quantity / 2)
    assert order * mean / quantity == pytest.approx(math.sqrt(order * mean * holding / 2))


@given(holding=costs, shortage=costs, mean=st.floats(1e-3, 1e5), quantity=st.floats(1.0, 1e6))
def test_the_service_rises_with_what_a_shortage_costs(
    holding: float, shortage: float, mean: float, quantity: float
) -> None:
    """A dearer shortage asks for more service, a larger order for less; it is a share."""
    each = StockCosts(per_order=1.0, holding_per_unit_day=holding, shortage_per_unit=shortage)
    dearer = StockCosts(
        per_order=1.0, holding_per_unit_day=holding, shortage_per_unit=2 * shortage
    )
    share = each.service_level(mean_per_day=mean, order_quantity=quantity)
    assert 0 < share < 1 or share == pytest.approx(1)
    assert dearer.service_level(mean_per_day=mean, order_quantity=quantity) >= share
    assert each.service_level(mean_per_day=mean, order_quantity=2 * quantity) <= share


@pytest.mark.parametrize("field", ["per_order", "holding_per_unit_day", "shortage_per_unit"])
@pytest.mark.parametrize("wrong", [0, -1, math.nan, math.inf, "3", True, 1e13])
def test_a_cost_is_above_zero(field: str, wrong: Any) -> None:
    """What costs nothing leaves nothing to balance."""
    fields = {"per_order": 1.0, "holding_per_unit_day": 1.0, "shortage_per_unit": 1.0}
    with pytest.raises(FieldError, match=field):
        StockCosts(**{**fields, field: wrong})


@pytest.mark.parametrize(
    ("unit", "share"),
    [
        (UnitEconomics(cost=Money(400, EUR)), 0.25),
        (UnitEconomics(price=Money(400, EUR)), 0.25),
        (UnitEconomics(cost=Money(400, EUR), price=Money(400, EUR)), 0.25),
        (UnitEconomics(cost=Money(400, Currency.USD), price=Money(900, Currency.USD)), 0.25),
        (UnitEconomics(cost=Money(400, EUR), price=Money(900, EUR)), "a quarter"),
        (UnitEconomics(cost=Money(400, EUR), price=Money(900, EUR)), 0),
    ],
)
def test_costs_come_from_whole_economics(unit: UnitEconomics, share: Any) -> None:
    """Without cost, price, margin, one currency and a share there is nothing to weigh."""
    with pytest.raises(FieldError):
        StockCosts.of(unit, per_order=Money(300, EUR), holding_per_year=share)


def test_the_words_name_all_three() -> None:
    """The costs can be read."""
    each = StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0)
    assert each.explain() == ("an order costs 3, a unit on the shelf 0.01 a day, a missed unit 8")
