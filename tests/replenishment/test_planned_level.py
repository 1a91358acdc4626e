"""A level that follows a plan: lots in time, corrected by what was really sold."""

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import Demand, InventoryPosition, LeadTime
from ecomkit.replenishment._base_stock import BaseStock
from ecomkit.replenishment._planned_level import PERIODS_MAX, PlannedLevel

START = date(2026, 10, 5)
DEMAND = Demand.of(mean_per_day=13)


@st.composite
def plans(draw: st.DrawFn) -> PlannedLevel:
    """Plans of a few periods, the lots of which each serve one period or several."""
    forecast = draw(st.lists(st.integers(0, 40), min_size=1, max_size=8))
    starts = [True, *(draw(st.booleans()) for _ in forecast[1:])]
    lots = [0] * len(forecast)
    at = 0
    for period, units in enumerate(forecast):
        at = period if starts[period] else at
        lots[at] += units
    return PlannedLevel(
        starts_on=START,
        forecast=forecast,
        order_quantities=lots,
        period_days=draw(st.integers(1, 9)),
    )


def follow(plan: PlannedLevel, *, lead: int, sold: Any) -> list[int]:
    """What is ordered day by day, from a lead time before the plan to its end."""
    policy = BaseStock(level=plan)
    days = len(plan.forecast) * plan.period_days
    position = 0
    orders = []
    for ahead in range(-lead, days):
        today = START + timedelta(days=ahead)
        now = datetime(today.year, today.month, today.day, 6, tzinfo=UTC)
        advice = policy(
            InventoryPosition(usable=0, on_order=max(0, position), uncovered=max(0, -position)),
            demand=DEMAND,
            lead_time=LeadTime(mean_days=lead),
            now=now,
        )
        orders.append(advice.order)
        position += advice.order - (sold(ahead) if ahead >= 0 else 0)
    return orders


@given(plans(), st.integers(0, 20))
def test_if_all_goes_to_plan_each_lot_is_ordered_a_lead_time_ahead(
    plan: PlannedLevel, lead: int
) -> None:
    """Where a period's forecast sells on its first day, the orders are the lots, at their days."""
    # One day a period, so that what is sold by a day is whole.
    daily = PlannedLevel(
        starts_on=START, forecast=plan.forecast, order_quantities=plan.order_quantities
    )
    orders = follow(daily, lead=lead, sold=lambda day: int(daily.forecast[day]))

    assert orders == [*map(int, daily.order_quantities), *([0] * lead)]


@given(plans(), st.integers(0, 20), st.integers(0, 7), st.integers(-10, 10))
def test_what_sells_otherwise_is_made_up_for(
    plan: PlannedLevel, lead: int, day: int, more: int
) -> None:
    """By the end the orders are what the plan bought, with what was sold beside it."""
    days = len(plan.forecast)
    daily = PlannedLevel(
        starts_on=START, forecast=plan.forecast, order_quantities=plan.order_quantities
    )
    sold = [int(units) for units in plan.forecast]
    day = min(day, days - 1)
    extra = max(more, -sold[day])
    sold[day] += extra
    orders = follow(daily, lead=lead, sold=lambda at: sold[at])
    later = sum(daily.order_quantities[day + lead + 1 :])

    if day == days - 1:
        extra = 0  # nobody is asked after the last day
    assert sum(orders) == sum(daily.order_quantities) + max(extra, -later)


@given(plans(), st.integers(-30, 100), st.integers(0, 30), st.integers(0, 100))
def test_the_level_is_what_was_bought_less_what_was_sold(
    plan: PlannedLevel, day: int, lead: int, opening: int
) -> None:
    """Added up by hand, day by day."""
    plan = PlannedLevel(
        starts_on=START,
        forecast=plan.forecast,
        order_quantities=plan.order_quantities,
        period_days=plan.period_days,
        opening_stock=opening,
    )
    today = START + timedelta(days=day)
    bought = opening + sum(
        lot
        for period, lot in enumerate(plan.order_quantities)
        if period * plan.period_days <= day + lead
    )
    sold = sum(
        plan.forecast[past // plan.period_days] / plan.period_days
        for past in range(min(day, len(plan.forecast) * plan.period_days))
    )
    level = plan(demand=DEMAND, lead_time=LeadTime(mean_days=lead), today=today)

    assert level.reorder_point == max(0, math.ceil(bought - sold - 1e-6))
    assert level.safety_stock == 0


def test_a_plan_explains_itself() -> None:
    """The words name both days, and what was bought and sold."""
    plan = PlannedLevel(
        starts_on=START,
        forecast=[90, 120, 80, 70],
        order_quantities=[190, 0, 150, 0],
        opening_stock=20,
        period_days=7,
    )
    level = plan(demand=DEMAND, lead_time=LeadTime(mean_days=2.5), today=date(2026, 10, 16))

    assert level.explain() == (
        "By 2026-10-19, when an order placed now arrives, the plan has bought 360 units, and by "
        "2026-10-16 it has sold 158.57: 202 are to be there or on order."
    )


def test_a_plan_holds_at_the_end_of_the_calendar() -> None:
    """A lead time beyond the calendar ends with it."""
    plan = PlannedLevel(starts_on=START, forecast=[5], order_quantities=[8])
    level = plan(demand=DEMAND, lead_time=LeadTime(mean_days=3650), today=date.max)

    assert level.reorder_point == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"forecast": []}, "forecast"),
        ({"forecast": 5}, "forecast"),
        ({"forecast": [-1, 1]}, "forecast"),
        ({"forecast": [math.nan, 1]}, "forecast"),
        ({"forecast": [math.inf, 1]}, "forecast"),
        ({"forecast": [True, 1]}, "forecast"),
        ({"forecast": [0] * (PERIODS_MAX + 1)}, "forecast"),
        ({"order_quantities": [30]}, "order_quantities"),
        ({"order_quantities": [9, 21]}, "order_quantities"),
        ({"order_quantities": [29.9, 0]}, "order_quantities"),
        ({"opening_stock": -1}, "opening_stock"),
        ({"starts_on": datetime(2026, 10, 5, tzinfo=UTC)}, "starts_on"),
        ({"period_days": 0}, "period_days"),
        ({"period_days": True}, "period_days"),
        ({"period_days": 3651}, "period_days"),
    ],
)
def test_a_plan_has_to_meet_its_forecast(wrong: dict[str, Any], field: str) -> None:
    """Lots and forecast are as many, and there is enough in every period."""
    fields: dict[str, Any] = {
        "starts_on": START,
        "forecast": [10, 20],
        "order_quantities": [30, 0],
        **wrong,
    }
    with pytest.raises(FieldError) as caught:
        PlannedLevel(**fields)

    assert field == caught.value.field


def test_dust_in_a_plan_is_no_shortage() -> None:
    """A tenth three times is not quite three tenths in floats."""
    assert PlannedLevel(starts_on=START, forecast=[0.1] * 3, order_quantities=[0.3, 0, 0])
    assert PlannedLevel(
        starts_on=START, forecast=[10, 20], order_quantities=[12, 0], opening_stock=18
    )
