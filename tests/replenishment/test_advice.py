"""Laws of the advice: dates, reasons, urgency and words."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import Sku
from ecomkit.replenishment import (
    Advice,
    Demand,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    Reason,
    ReorderPoint,
    ReplenishmentPolicy,
    StatedLevel,
    Step,
    Trigger,
)
from ecomkit.testing.strategies._identifiers import skus
from ecomkit.testing.strategies._replenishment import (
    demands,
    inventory_positions,
    lead_times,
    minimum_stocks,
    order_quantities,
)

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
TODAY = NOW.date()

advices = st.builds(
    lambda policy, position, demand, lead_time: policy(
        position, demand=demand, lead_time=lead_time, now=NOW
    ),
    minimum_stocks(max_value=500, quantities=order_quantities(max_value=50)),
    inventory_positions(max_value=300),
    demands(max_value=20),
    lead_times(max_value=30),
)


def advise(
    *,
    usable: int = 0,
    uncovered: int = 0,
    mean: float = 4.0,
    lead: float = 7.0,
    policy: ReplenishmentPolicy | None = None,
    now: datetime = NOW,
) -> Advice:
    """The advice of a minimum of 10 up to 50, or of *policy*."""
    policy = policy or MinimumStock(level=10, up_to=50)
    return policy(
        InventoryPosition(usable=usable, uncovered=uncovered),
        demand=Demand.of(mean_per_day=mean),
        lead_time=LeadTime(mean_days=lead),
        now=now,
    )


@given(advices)
def test_an_order_never_brings_the_stockout_nearer(advice: Advice) -> None:
    """With the order the stock runs out no earlier than without it."""
    without, with_order = advice.stockout_on, advice.stockout_on_with_order

    assert with_order is None or (without is not None and without <= with_order)


@given(advices)
def test_a_stockout_is_the_first_day_not_served_in_full(advice: Advice) -> None:
    """Demand up to the day before the stock-out fits the position; with the day it does not."""
    units, mean = advice.position.total, advice.demand.mean_per_day
    if advice.stockout_on is None:
        assert mean == 0 or units >= mean * 3649
    elif units < 0:
        assert advice.stockout_on == TODAY
    else:
        days = (advice.stockout_on - TODAY).days
        assert days * mean <= units + 1e-6
        assert (days + 1) * mean > units - 1e-6


@given(advices)
def test_reasons_agree_with_the_facts(advice: Advice) -> None:
    """Exactly one of low and enough is a reason, and each other reason holds."""
    reasons = advice.reasons

    assert {Reason.TRIGGERED: advice.triggered, Reason.ENOUGH: not advice.triggered} == {
        reason: reason in reasons for reason in (Reason.TRIGGERED, Reason.ENOUGH)
    }
    assert (advice.position.uncovered > 0) == (Reason.UNCOVERED in reasons)
    assert (advice.demand.mean_per_day == 0) == (Reason.NO_DEMAND in reasons)
    if Reason.TOO_LATE in reasons:
        assert advice.stockout_on < (advice.arrives_on or date.max)
        assert advice.stockout_on == advice.stockout_on_with_order
        assert advice.order_by < TODAY
    elif advice.stockout_on is not None:
        assert advice.arrives_on <= advice.stockout_on
        assert advice.order_by >= TODAY


@given(st.lists(st.tuples(advices, skus()), max_size=6).flatmap(st.permutations))
def test_sorting_does_not_depend_on_the_order_of_arrival(pairs: list[tuple[Advice, Sku]]) -> None:
    """Advices sort by days left before it is too late, then by sku."""
    named = [advice.for_sku(sku) for advice, sku in pairs]
    keys = [advice.urgency for advice in sorted(named)]
    backwards = named[::-1]

    assert sorted(advice.urgency for advice in named) == keys
    assert keys == [advice.urgency for advice in sorted(backwards)]


@given(advices)
def test_explain_names_the_numbers(advice: Advice) -> None:
    """The words hold the order, the position, the level and the target."""
    words = advice.explain()

    assert words.startswith(f"Order {advice.order} units" if advice.order else "Order nothing")
    assert advice.position.explain() in words
    assert f"the level of {advice.reorder_point}" in words
    assert f"order-up-to level is {advice.target}," in words
    assert all(reason.value in words for reason in advice.reasons)
    assert all(step.explain() in words for step in advice.steps)


def test_urgency_counts_what_is_owed() -> None:
    """Who owes more days of demand comes first; who has no demand and owes nothing, last."""
    advices = {
        "B-owes-ten-days": advise(uncovered=40),
        "A-empty": advise(),
        "C-two-weeks": advise(usable=56),
        "D-owes-without-demand": advise(uncovered=3, mean=0),
        "E-no-demand": advise(mean=0),
    }
    ranked = sorted(advice.for_sku(Sku(name)) for name, advice in advices.items())

    assert [
        ("B-owes-ten-days", -17.0),
        ("A-empty", -7.0),
        ("D-owes-without-demand", -7.0),
        ("C-two-weeks", 7.0),
        ("E-no-demand", float("inf")),
    ] == [(advice.sku, advice.urgency[0]) for advice in ranked]


def test_an_order_that_comes_in_time_moves_the_stockout() -> None:
    """40 units at 4 a day last 10 days; with a lead time of 7 the order arrives before."""
    policy = ReorderPoint(service_level=0.95, cover_days=10)
    advice = advise(usable=28, policy=policy)

    assert (advice.reorder_point, advice.target, advice.order) == (28, 68, 40)
    assert (7.0, date(2026, 10, 8), date(2026, 10, 18)) == (
        advice.days_of_cover,
        advice.stockout_on,
        advice.stockout_on_with_order,
    )
    assert date(2026, 10, 8) == advice.arrives_on


def test_an_order_that_comes_too_late_does_not() -> None:
    """5 units at 4 a day are gone tomorrow, whatever is ordered today."""
    advice = advise(usable=5)

    assert advice.reasons == (Reason.TRIGGERED, Reason.TOO_LATE)
    assert date(2026, 10, 2) == advice.stockout_on == advice.stockout_on_with_order


def test_a_part_of_a_day_of_lead_time_takes_the_day() -> None:
    """An order placed now arrives on the mean lead time, rounded up to a day."""
    assert TODAY + timedelta(days=4) == advise(lead=3.2).arrives_on


def test_today_is_the_day_where_the_caller_is() -> None:
    """The calendar day is that of the instant's own offset."""
    sydney = datetime.fromisoformat("2026-10-02T06:00:00+10:00")

    assert date(2026, 10, 2) == advise(now=sydney).stockout_on


def test_ten_years_ahead_is_never() -> None:
    """A stock-out beyond ten years, or beyond the calendar, has no date."""
    assert advise(usable=3650, mean=1).stockout_on is None
    assert advise(usable=3649, mean=1).stockout_on == TODAY + timedelta(days=3649)
    last_year = datetime(9999, 12, 30, tzinfo=UTC)
    assert advise(usable=1, mean=1, now=last_year).stockout_on == date(9999, 12, 31)
    assert advise(usable=2, mean=1, now=last_year).stockout_on is None
    assert "in more than ten years" in advise(usable=3650, mean=1).explain()
    assert "arrives about never" not in advise(usable=3650, mean=1).explain()


def test_float_dust_does_not_bring_the_stockout_a_day_nearer() -> None:
    """33 units at 1.1 a day are 30 days, though the floats say 29.999999999999996."""
    assert TODAY + timedelta(days=30) == advise(usable=33, mean=1.1).stockout_on


def test_a_maximum_that_leaves_the_position_low_is_a_reason() -> None:
    """Where the shelf has room for 5, the advice orders 5 and says that it is not enough."""
    policy = MinimumStock(level=10, up_to=50, quantity=OrderQuantity(maximum=8))
    advice = advise(usable=3, policy=policy, lead=0)

    assert advice.reasons == (Reason.TRIGGERED, Reason.STILL_LOW)
    assert advice.order == 5
    assert f"Also, {Reason.STILL_LOW.value}." in advice.explain()


def test_without_demand_no_date_is_told() -> None:
    """Without demand nothing runs out, and the words do not pretend otherwise."""
    advice = advise(usable=50, mean=0)

    assert advice.reasons == (Reason.ENOUGH, Reason.NO_DEMAND)
    assert advice.stockout_on is None
    assert "runs out on" not in advice.explain()
    assert "not below the level of 10" in advice.explain()


def test_the_sku_stands_first() -> None:
    """An advice that knows its sku begins with it."""
    advice = advise(usable=50).for_sku(Sku("ELEPHANT"))

    assert advice.explain().startswith("ELEPHANT: order nothing.\n")


@pytest.mark.parametrize(
    "wrong",
    [
        {"sku": "ELEPHANT"},
        {"at": datetime(2026, 10, 1)},  # noqa: DTZ001  # naive on purpose
        {"position": 7},
        {"demand": 4.0},
        {"lead_time": 7},
        {"level": 10},
        {"trigger": "below"},
        {"target": 1.5},
        {"steps": [7]},
        {"steps": 7},
        {"facts": 7},
        {"rules": 7},
    ],
)
def test_fields_are_checked(wrong: dict[str, Any]) -> None:
    """Each field is of its own kind, and the error names it."""
    good = {
        "at": NOW,
        "position": InventoryPosition(usable=7),
        "demand": Demand.of(mean_per_day=4),
        "lead_time": LeadTime(mean_days=7),
        "level": StatedLevel(units=10),
        "trigger": Trigger.STRICT,
        "target": 50,
    }
    assert Advice(**good, steps=[Step(name="need", before=43, after=43, why="it")]).order == 43
    with pytest.raises(FieldError) as caught:
        Advice(**{**good, **wrong})

    assert caught.value.field in wrong
