"""What is no observation, order, advice, promise or candidate is refused by name."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.replenishment import ExpectedReceipt, LeadTime, PurchaseOrder
from ecomkit.replenishment.purchasing import (
    BuyingPolicy,
    DriftTest,
    LeadTimeObservation,
    LeadTimeStatistics,
    LearnedLeadTimes,
    SupplierBook,
    allocate_budget,
    lead_times_by_route,
    observed_lead_times,
    sells_within_shelf_life,
)

ORDER = PurchaseOrder(
    id=PurchaseOrderId("PO-1"),
    placed_on=date(2026, 3, 2),
    lines=[
        ExpectedReceipt(
            purchase_order=PurchaseOrderId("PO-1"),
            sku=Sku("LAMP"),
            location=LocationId("LYON"),
            quantity=5,
            expected_on=date(2026, 3, 9),
        )
    ],
)
SEEN = LeadTimeObservation(ordered_on=date(2026, 3, 2), received_on=date(2026, 3, 9))
ASKS: dict[str, Callable[[Any], Any]] = {
    "DriftTest.observations": DriftTest(),
    "lead_times_by_route.observations": lead_times_by_route,
    "observed_lead_times.orders": observed_lead_times,
    "LearnedLeadTimes.orders": lambda wrong: LearnedLeadTimes.of(
        wrong, otherwise=LeadTime(mean_days=3)
    ),
    "BuyingPolicy.advices": lambda wrong: BuyingPolicy(suppliers=SupplierBook(terms=[]))(
        wrong, location=LocationId("LYON")
    ),
    "allocate_budget.candidates": lambda wrong: allocate_budget(
        wrong, budget=Money(5, Currency.EUR)
    ),
    "PurchaseOrder.promises": ORDER.confirm,
}


@pytest.mark.parametrize("wrong", [[1], [None], "LAMP"], ids=str)
@pytest.mark.parametrize("asked", ASKS)
def test_wrong_kinds_are_refused_by_name(asked: str, wrong: Any) -> None:
    """The error says what was asked, and of whom."""
    with pytest.raises(FieldError) as caught:
        ASKS[asked](wrong)
    assert asked == f"{caught.value.owner}.{caught.value.field}"


@pytest.mark.parametrize("asked", [name for name in ASKS if name != "PurchaseOrder.promises"])
def test_what_is_no_collection_is_refused_too(asked: str) -> None:
    """A single number is not taken for a list of none."""
    with pytest.raises(FieldError):
        ASKS[asked](5)


def test_money_days_and_forecasts_are_what_they_are() -> None:
    """Neither a number for money nor an instant for a day, nor one number for many."""
    with pytest.raises(FieldError):
        allocate_budget([], budget=5)  # type: ignore[arg-type]  # what is tested
    with pytest.raises(FieldError):
        LeadTimeStatistics(observations=[SEEN]).overdue(today=datetime(2026, 3, 2))  # noqa: DTZ001 (what is tested)
    with pytest.raises(FieldError):
        sells_within_shelf_life(5, shelf_life_days=3)  # type: ignore[arg-type]  # what is tested
