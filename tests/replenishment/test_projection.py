"""Laws of the stock projection: units are conserved, and late inbound is no cover."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku
from ecomkit.replenishment import (
    Demand,
    ExpectedReceipt,
    InventoryPosition,
    LeadTime,
    StockProjection,
    UnmetDemand,
    project,
)
from ecomkit.replenishment._inbound import arrivals, days_until_short
from ecomkit.replenishment._numbers import DAYS_MAX, UNITS_PER_DAY_MAX
from ecomkit.replenishment._projection import PROJECTED_DAYS, days_before
from ecomkit.testing.strategies._replenishment import inventory_positions

TODAY = date(2026, 10, 1)
ELEPHANT = Sku("ELEPHANT")
few_units = st.integers(0, 60)


def receipt(
    *, units: int = 20, in_days: int = 3, received: int = 0, sku: Sku = ELEPHANT
) -> ExpectedReceipt:
    """Units that are expected so many days from today."""
    return ExpectedReceipt(
        purchase_order=PurchaseOrderId("PO-1"),
        sku=sku,
        location=LocationId("LYON"),
        quantity=units,
        received=received,
        expected_on=TODAY + timedelta(days=in_days),
    )


receipts = st.lists(
    st.builds(receipt, units=st.integers(1, 60), in_days=st.integers(-5, 40)), max_size=4
)


@st.composite
def projections(draw: st.DrawFn) -> StockProjection:
    """Projections in whole units, waiting or lost, from what is owed to plenty."""
    days = draw(st.integers(1, 25))
    return StockProjection(
        start=TODAY,
        opening=draw(st.integers(-30, 100)),
        arriving=draw(st.lists(few_units, min_size=days, max_size=days)),
        demand=draw(st.lists(few_units, min_size=days, max_size=days)),
        unmet=draw(st.sampled_from(UnmetDemand)),
    )


@given(projections())
def test_units_are_conserved_on_each_day(ahead: StockProjection) -> None:
    """Each day closes with what it opened with, plus what came, less what was served."""
    assert [day.closing for day in ahead.days] == [
        day.opening + day.arriving - day.served for day in ahead.days
    ]
    assert [day.opening for day in ahead.days] == [ahead.opening, *ahead.closing[:-1]]
    assert [day.arriving for day in ahead.days] == list(ahead.arriving)
    assert [day.asked for day in ahead.days] == list(ahead.demand)
    assert [day.on for day in ahead.days] == [
        TODAY + timedelta(days=day) for day in range(len(ahead))
    ]


@given(projections())
def test_units_are_conserved_over_all_days(ahead: StockProjection) -> None:
    """What was there and came is what was served and is left; what was asked is served or lost."""
    served = sum(day.served for day in ahead.days)

    assert ahead.opening + sum(ahead.arriving) == served + ahead.closing[-1]
    assert sum(ahead.demand) == served + ahead.lost_units
    assert ahead.lost_units >= 0


@given(projections())
def test_lost_sales_never_owe_more_than_was_owed(ahead: StockProjection) -> None:
    """Where shoppers do not wait, stock ends at zero, or at what was owed before the first day."""
    lost = ahead.if_lost()

    assert all(0 <= day.served <= day.asked for day in lost.days)
    assert all(day.closing >= min(0, day.opening) for day in lost.days)
    assert all(day.lost == 0 or day.closing <= 0 for day in lost.days)
    assert all(
        waits <= gone for waits, gone in zip(_waiting(ahead).closing, lost.closing, strict=True)
    )


def test_what_was_owed_is_served_before_new_demand() -> None:
    """Five units owed take the first five that come; who finds nothing meanwhile goes elsewhere."""
    ahead = StockProjection(
        start=TODAY,
        opening=-5,
        arriving=[0, 3, 9],
        demand=[4, 4, 4],
        unmet=UnmetDemand.LOST,
    )

    assert ahead.closing == (-5, -2, 3)
    assert [day.served for day in ahead.days] == [0, 0, 4]
    assert ahead.lost_units == 8


def _waiting(ahead: StockProjection) -> StockProjection:
    return StockProjection(
        start=ahead.start, opening=ahead.opening, arriving=ahead.arriving, demand=ahead.demand
    )


@given(projections())
def test_the_first_short_day_is_the_first_that_is_not_served_in_full(
    ahead: StockProjection,
) -> None:
    """It is the same whether shoppers wait or not, and all days before it are served."""
    waiting, lost = _waiting(ahead), ahead.if_lost()
    short = [day for day, left in enumerate(waiting.closing) if left < 0]

    assert ahead.first_short_day == (short[0] if short else None)
    assert waiting.first_short_day == lost.first_short_day
    if ahead.opening >= 0:
        losing = [day for day, told in enumerate(lost.days) if told.lost]
        assert lost.first_short_day == (losing[0] if losing else None)


@given(projections(), st.integers(0, 50), st.integers(-3, 30))
def test_more_units_never_bring_the_first_short_day_nearer(
    ahead: StockProjection, units: int, day: int
) -> None:
    """An arrival only helps, and only from its day on."""
    on = TODAY + timedelta(days=day)
    with_units = ahead.with_arrival(units, on=on)
    before, after = ahead.first_short_day, with_units.first_short_day

    assert after is None or (before is not None and before <= after)
    assert ahead.closing[: max(0, day)] == with_units.closing[: max(0, day)]
    if day < len(ahead):
        assert sum(with_units.arriving) == sum(ahead.arriving) + units
    else:
        assert with_units == ahead


@given(inventory_positions(max_value=200), receipts, st.floats(0.05, 20), st.integers(0, 9))
def test_a_walk_and_a_leap_find_the_same_day(
    position: InventoryPosition, coming: list[ExpectedReceipt], mean: float, overdue: int
) -> None:
    """Walking day by day ends on the day that the leap from arrival to arrival finds."""
    ahead = project(
        position,
        today=TODAY,
        demand=Demand.of(mean_per_day=mean),
        receipts=coming,
        overdue_days=overdue,
        days=200,
    )
    leapt = days_until_short(
        position.available,
        mean_per_day=mean,
        arriving=arrivals(coming, today=TODAY, overdue_days=overdue),
    )

    assert ahead.first_short_day == (leapt if leapt is not None and leapt < 200 else None)


@given(inventory_positions(max_value=200), receipts, st.floats(0, 20))
def test_units_arrive_once_each(
    position: InventoryPosition, coming: list[ExpectedReceipt], mean: float
) -> None:
    """What is open arrives once, in the window; what is on order by sum alone does not."""
    ahead = project(
        position, today=TODAY, demand=Demand.of(mean_per_day=mean), receipts=coming, days=50
    )

    assert sum(ahead.arriving) == sum(one.open for one in coming)
    assert ahead.opening == position.usable - position.promised - position.uncovered
    assert set(ahead.demand) == {mean}


@pytest.mark.parametrize("case", cases("stockout_projection"))
def test_published_case(case: dict[str, Any]) -> None:
    """30 units against 8 a day, with 20 on day 3: short on day 6, 14 lost in 8 days."""
    inputs, expected = case["inputs"], case["expected"]
    [(day, units)] = inputs["inbound"].items()
    ahead = project(
        InventoryPosition(usable=inputs["on_hand"]),
        today=TODAY,
        demand=inputs["forecast"],
        receipts=[receipt(units=units, in_days=int(day))],
    )

    assert list(ahead.closing) == expected["closing"]
    assert ahead.first_short_day == expected["first_stockout_day"]
    assert ahead.if_lost().lost_units == expected["lost_units_if_lost_sales"]
    assert ahead.lost_units == 0


def test_late_inbound_is_no_cover() -> None:
    """Units that land after the shelf is empty do not move the stock-out (OCA#582, odoo#3012)."""
    position = InventoryPosition(usable=20, on_order=500)

    def short(in_days: int) -> date | None:
        return project(
            position,
            today=TODAY,
            demand=Demand.of(mean_per_day=4),
            receipts=[receipt(units=500, in_days=in_days)],
        ).short_on

    assert short(5) is None
    assert short(6) == TODAY + timedelta(days=5) == short(60)


def test_overdue_units_come_by_the_rule_that_is_asked_for() -> None:
    """Tomorrow, after the usual lateness, or not at all."""
    late = [receipt(units=20, in_days=-3)]

    def arriving(overdue_days: int | None) -> dict[int, int]:
        ahead = project(
            InventoryPosition(usable=0),
            today=TODAY,
            demand=[1] * 10,
            receipts=late,
            overdue_days=overdue_days,
        )
        return {day: units for day, units in enumerate(ahead.arriving) if units}

    assert [arriving(1), arriving(5), arriving(0), arriving(None)] == [
        {1: 20},
        {5: 20},
        {0: 20},
        {},
    ]


def test_what_was_received_does_not_arrive_again() -> None:
    """Only the open part of a line is inbound; what is due today may still come today."""
    coming = [receipt(units=20, in_days=0, received=15), receipt(units=9, in_days=0, received=9)]

    assert arrivals(coming, today=TODAY) == ((0, 5),)


def test_what_comes_after_the_last_day_is_not_seen() -> None:
    """A projection of three days knows nothing of the fourth."""
    coming = [receipt(units=5, in_days=2), receipt(units=7, in_days=3)]
    ahead = project(InventoryPosition(usable=0), today=TODAY, demand=[1, 1, 1], receipts=coming)

    assert ahead.arriving == (0, 0, 5)
    assert ahead.with_arrival(9, on=TODAY + timedelta(days=3)) == ahead
    assert ahead.with_arrival(9, on=TODAY + timedelta(days=2)).arriving == (0, 0, 14)


def test_the_order_by_day_is_the_last_on_which_an_order_is_in_time() -> None:
    """An order placed on it arrives on the first short day; one placed a day later comes late."""
    ahead = project(
        InventoryPosition(usable=40), today=TODAY, demand=Demand.of(mean_per_day=4), days=30
    )
    lead = LeadTime(mean_days=6.5)
    order_by = ahead.order_by(lead)

    assert ahead.short_on == date(2026, 10, 11)
    assert order_by == date(2026, 10, 4)
    in_time = ahead.with_arrival(1000, on=order_by + timedelta(days=7))
    too_late = ahead.with_arrival(1000, on=order_by + timedelta(days=8))
    assert (in_time.short_on, too_late.short_on) == (None, ahead.short_on)
    assert ahead.order_by(LeadTime(mean_days=20)) == date(2026, 9, 21)


def test_without_a_short_day_there_is_no_order_by_day() -> None:
    """What lasts over the whole projection needs no order."""
    ahead = project(InventoryPosition(usable=40), today=TODAY, demand=[1, 2, 3])

    assert (ahead.short_on, ahead.order_by(LeadTime(mean_days=7))) == (None, None)
    assert ahead.explain() == (
        "From 40 free units on 2026-10-01, against 6 over 3 days, with nothing arriving: every "
        "day until 2026-10-03 is served."
    )
    assert days_before(date.min + timedelta(days=3), days=4) is None


def test_the_words_hold_what_comes_and_what_is_lost() -> None:
    """The sentence names the opening, each arrival, the first short day and the loss."""
    ahead = project(
        InventoryPosition(usable=5, uncovered=2),
        today=TODAY,
        demand=[4, 4, 4],
        receipts=[receipt(units=3, in_days=1)],
        unmet=UnmetDemand.LOST,
    )

    assert ahead.explain() == (
        "From 3 free units on 2026-10-01, against 12 over 3 days, with 3 on 2026-10-02 arriving: "
        "the first day not served in full is 2026-10-01, and 6 units are lost."
    )


@pytest.mark.parametrize(("units", "mean", "days"), [(33, 1.1, 30), (63, 7 / 3, 27)])
def test_float_dust_is_no_shortage(units: int, mean: float, days: int) -> None:
    """33 units at 1.1 a day are 30 days, and 63 at 7/3 are 27, though floats say a hair more."""
    position, demand = InventoryPosition(usable=units), Demand.of(mean_per_day=mean)
    ahead = project(position, today=TODAY, demand=demand, days=days)
    longer = project(position, today=TODAY, demand=demand, days=days + 1)

    assert ahead.short_on is None
    assert ahead.if_lost().lost_units == 0
    assert longer.first_short_day == days == days_until_short(units, mean_per_day=mean)
    assert longer.if_lost().lost_units == pytest.approx(mean)


def test_ten_years_of_the_largest_demand_are_exact_to_the_day() -> None:
    """A mean is multiplied, so its rounding does not add up over 3,650 days."""
    mean = UNITS_PER_DAY_MAX / 3
    ahead = project(
        InventoryPosition(usable=UNITS_PER_DAY_MAX * 1216),
        today=TODAY,
        demand=Demand.of(mean_per_day=mean),
        days=DAYS_MAX,
    )

    assert ahead.first_short_day == 3 * 1216


def test_a_projection_ends_with_the_calendar() -> None:
    """Ten years from the last day of the calendar are one day."""
    ahead = project(InventoryPosition(usable=1), today=date.max, demand=Demand.of(mean_per_day=1))

    assert (len(ahead), ahead.days[0].on) == (1, date.max)


def test_thirteen_weeks_are_projected_unless_asked() -> None:
    """A mean has no end of its own; a forecast has."""
    position = InventoryPosition(usable=1)

    assert len(project(position, today=TODAY, demand=Demand.of(mean_per_day=1))) == PROJECTED_DAYS
    assert len(project(position, today=TODAY, demand=[1, 2], days=1)) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"today": "2026-10-01"}, "today"),
        ({"days": 0}, "days"),
        ({"days": 3}, "days"),
        ({"days": True}, "days"),
        ({"days": DAYS_MAX + 1, "demand": Demand.of(mean_per_day=1)}, "days"),
        ({"demand": []}, "days"),
        ({"demand": [1, -1]}, "demand"),
        ({"demand": [1, float("nan")]}, "demand"),
        ({"demand": [float("inf"), 1]}, "demand"),
        ({"demand": [UNITS_PER_DAY_MAX * 2, 1]}, "demand"),
        ({"demand": 5}, "demand"),
        ({"receipts": [7]}, "receipts"),
        ({"receipts": [receipt(), receipt(sku=Sku("TIGER"))]}, "receipts"),
        ({"overdue_days": -1}, "overdue_days"),
        ({"overdue_days": 1.5}, "overdue_days"),
        ({"unmet": "waits"}, "unmet"),
    ],
)
def test_what_is_wrong_is_refused_by_name(wrong: dict[str, Any], field: str) -> None:
    """Hostile arguments end in an error that names the argument."""
    arguments: dict[str, Any] = {"today": TODAY, "demand": [1, 2], **wrong}
    with pytest.raises(FieldError) as caught:
        project(InventoryPosition(usable=1), **arguments)

    assert caught.value.field == field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"arriving": [1]}, "arriving"),
        ({"arriving": [1, -1]}, "arriving"),
        ({"arriving": [1, 1.0]}, "arriving"),
        ({"arriving": 7}, "arriving"),
        ({"demand": 7}, "demand"),
        ({"opening": 1.5}, "opening"),
        ({"start": date.max}, "demand"),
    ],
)
def test_a_projection_checks_its_days(wrong: dict[str, Any], field: str) -> None:
    """The two series have the same days, and the calendar has them too."""
    good: dict[str, Any] = {"start": TODAY, "opening": 1, "arriving": [0, 0], "demand": [1, 1]}
    with pytest.raises(FieldError) as caught:
        StockProjection(**{**good, **wrong})

    assert caught.value.field == field


def test_an_arrival_is_whole_and_has_a_day() -> None:
    """Part of a unit does not arrive, nor does one on no day."""
    ahead = project(InventoryPosition(usable=1), today=TODAY, demand=[1, 2])
    for units, on in ((-1, TODAY), (1.5, TODAY), (1, "today")):
        with pytest.raises(FieldError):
            ahead.with_arrival(units, on=on)  # type: ignore[arg-type]  # wrong on purpose
