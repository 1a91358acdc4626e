"""The replay keeps the rules of the ledger, sees nothing of the future, and counts what it says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import CommandKey, LineId, OrderId, Sku
from ecomkit.replenishment import (
    AverageDemand,
    Demand,
    DemandSeries,
    LeadTime,
    MinimumStock,
    OrderQuantity,
    Period,
    ReorderPoint,
    SmoothedDemand,
    StockCosts,
)
from ecomkit.replenishment.replay import (
    Backtest,
    Contender,
    ReplayCase,
    ReplayRules,
    WhenShort,
    backtest,
    compare,
    estimates,
    replay,
    service_curve,
)
from ecomkit.stock import Owner, Receive, Record, Stock, Want

SKU = Sku("ELEPHANT-KNIT")
COSTS = StockCosts(per_order=3.0, holding_per_unit_day=0.01, shortage_per_unit=8.0)


def case_of(units: list[int | None], *, fit: int = 2, **fields: Any) -> ReplayCase:
    """Return a case over the days *units*, the first *fit* of which are known."""
    return ReplayCase(
        **{
            "sku": SKU,
            "series": DemandSeries(start=date(2026, 7, 1), units=units),
            "fit_periods": fit,
            "opening": 5,
            "lead_time": LeadTime(mean_days=2),
            "lead_periods": [2],
            "costs": COSTS,
            **fields,
        }
    )


@st.composite
def cases(draw: st.DrawFn) -> ReplayCase:
    """Return a short history with unknown days, some of it known, and orders that take their time."""
    units = draw(st.lists(st.integers(0, 30) | st.none(), min_size=3, max_size=30))
    units[0] = draw(st.integers(0, 30))
    return case_of(
        units,
        fit=draw(st.integers(1, len(units) - 1)),
        opening=draw(st.integers(0, 60)),
        lead_periods=draw(st.lists(st.integers(0, 6), min_size=1, max_size=4)),
    )


def policies() -> st.SearchStrategy[Any]:
    """Return policies of several kinds, with limits on what they order."""
    return st.one_of(
        st.builds(MinimumStock, level=st.integers(0, 40)),
        st.builds(
            ReorderPoint,
            service_level=st.sampled_from([0.5, 0.9, 0.99]),
            review_days=st.integers(0, 3),
            quantity=st.builds(
                OrderQuantity, moq=st.integers(1, 20), case_pack=st.integers(1, 12)
            ),
        ),
    )


rules = st.builds(
    ReplayRules,
    review_periods=st.integers(1, 4),
    estimate_periods=st.integers(1, 5),
    when_short=st.sampled_from(WhenShort),
)


def days(policy: Any, case: ReplayCase, how: ReplayRules) -> list[Any]:
    """Return every period of the replay."""
    demands = estimates(case, estimator=SmoothedDemand(), rules=how)
    return list(replay(policy, case, demands=demands, rules=how))


@given(policy=policies(), case=cases(), how=rules)
@example(
    policy=MinimumStock(level=3),
    case=case_of([1, 2, 30, 0, 1, 1], opening=0, lead_periods=[0]),
    how=ReplayRules(when_short=WhenShort.BACKORDERED),
)
def test_no_unit_appears_or_vanishes(policy: Any, case: ReplayCase, how: ReplayRules) -> None:
    """Opening + received − served = closing, each day opens as the last one closed, and all adds up."""
    shelf, waiting, ordered, received = case.opening, 0, 0, 0
    for period in days(policy, case, how):
        assert period.opening == shelf
        assert period.opening + period.received - period.served == period.closing >= 0
        assert period.served - (period.asked - period.missed) == max(
            0,
            waiting
            + (period.missed if how.when_short is WhenShort.BACKORDERED else 0)
            - period.waiting,
        )
        shelf, waiting = period.closing, period.waiting
        ordered += period.ordered
        received += period.received
        assert received <= ordered
    assert how.when_short is WhenShort.BACKORDERED or waiting == 0


@given(policy=policies(), case=cases(), how=rules)
def test_it_keeps_the_rules_of_the_ledger(policy: Any, case: ReplayCase, how: ReplayRules) -> None:
    """Booked as receipts and orders in the ledger, each day leaves as much free and as much uncovered."""
    how = ReplayRules(
        review_periods=how.review_periods,
        estimate_periods=how.estimate_periods,
        when_short=WhenShort.BACKORDERED,
    )
    stock = Stock.counted({SKU: case.opening})
    for period in days(policy, case, how):
        now = datetime.fromisoformat("2026-07-01T08:00:00+00:00") + timedelta(days=period.place)
        commands: list[Any] = []
        if period.received:
            key = CommandKey(f"receipt/{period.place}")
            commands.append(Receive(key=key, sku=SKU, quantity=period.received))
        if period.asked:
            owner = Owner.line(OrderId(f"shop/{period.place}"), LineId("1"))
            want = Want(owner=owner, sku=SKU, quantity=period.asked)
            key = CommandKey(f"order/{period.place}")
            commands.append(Record(key=key, placed_at=now, wants=[want]))
        stock, _ = stock.decide(*commands, now=now)
        level = stock.level(SKU)
        assert level.sellable == period.closing
        assert level.uncovered_units == period.waiting


@given(case=cases(), how=rules, later=st.integers(0, 99))
def test_no_estimate_sees_the_future(case: ReplayCase, how: ReplayRules, later: int) -> None:
    """Whatever comes after a moment changes nothing of what was estimated at it."""
    known = estimates(case, estimator=SmoothedDemand(), rules=how)
    last = max(known)
    units = list(case.series.units)
    changed = case_of(
        [*units[:last], *([later] * (len(units) - last))],
        fit=case.fit_periods,
        opening=case.opening,
        lead_periods=case.lead_periods,
    )
    again = estimates(changed, estimator=SmoothedDemand(), rules=how)
    assert {
        moment: (demand.mean_per_day, demand.sd_per_day) for moment, demand in known.items()
    } == {moment: (demand.mean_per_day, demand.sd_per_day) for moment, demand in again.items()}


@given(policy=policies(), case=cases(), how=rules)
def test_a_backtest_is_the_sum_of_its_days(
    policy: Any, case: ReplayCase, how: ReplayRules
) -> None:
    """Counts and costs are those of the days, one by one."""
    lived = days(policy, case, how)
    result = backtest(policy, case, rules=how)
    assert (result.periods, result.asked, result.missed, result.ordered) == (
        len(lived),
        sum(period.asked for period in lived),
        sum(period.missed for period in lived),
        sum(period.ordered for period in lived),
    )
    assert result.orders == sum(period.ordered > 0 for period in lived)
    assert result.total_cost == pytest.approx(
        sum(period.closing for period in lived) * 0.01 + result.orders * 3 + result.missed * 8
    )
    assert (result.closing, result.waiting) == (lived[-1].closing, lived[-1].waiting)
    assert "in all" in result.explain()


def test_days_by_hand() -> None:
    """Min/max over five days, with an order that takes two: worked out on paper."""
    case = case_of([4, 4, 6, 4, 9, 0, 2], opening=10)
    lived = days(MinimumStock(level=6, up_to=12), case, ReplayRules())
    assert [
        (day.opening, day.received, day.asked, day.missed, day.closing, day.ordered)
        for day in lived
    ] == [
        (10, 0, 6, 0, 4, 8),
        (4, 0, 4, 0, 0, 0),
        (0, 0, 9, 9, 0, 0),
        (0, 8, 0, 0, 8, 0),
        (8, 0, 2, 0, 6, 0),
    ]
    result = backtest(MinimumStock(level=6, up_to=12), case)
    assert (result.fill_rate, result.cycle_service, result.mean_stock) == (12 / 21, 0.0, 18 / 5)
    assert result.stock_value == result.mean_stock
    assert result.promised is None


def test_what_was_not_observed_asks_for_nothing() -> None:
    """A day without stock in the real history asks for nothing in the replay, and costs nothing."""
    result = backtest(MinimumStock(level=0), case_of([3, 3, None, None, 2]))
    assert (result.asked, result.served) == (2, 2)


def test_nothing_asked_for_has_no_rate() -> None:
    """Without demand and without a cycle there is no rate, and the words say so."""
    result = backtest(MinimumStock(level=0), case_of([3, 3, 0, 0]))
    assert (result.fill_rate, result.cycle_service) == (None, None)
    assert "nothing was asked for" in result.explain()


def test_months_are_held_by_the_day() -> None:
    """A unit on the shelf for a month of the series costs as many days as a mean month has."""
    series = DemandSeries(start=date(1998, 1, 1), units=[1, 0, 0, 0], period=Period.MONTH)
    case = ReplayCase(
        sku=SKU,
        series=series,
        fit_periods=2,
        opening=1,
        lead_time=LeadTime(mean_days=30),
        lead_periods=[1],
        costs=COSTS,
        unit_cost=4.0,
    )
    result = backtest(MinimumStock(level=0), case)
    assert result.holding_cost == pytest.approx(2 * 30.436875 * 0.01)
    assert result.stock_value == pytest.approx(4.0)


def test_a_comparison_ranks_by_cost_and_shows_a_row_each() -> None:
    """The cheapest wins; the table has a row for each, and equal estimators estimate once."""
    asked: list[int] = []

    def counting(series: DemandSeries, *, days: float) -> Demand:
        asked.append(len(series))
        return AverageDemand()(series, days=days)

    found = compare(
        [case_of([4, 4, 6, 4, 9, 0, 2] * 3, opening=10)],
        contenders=[
            Contender(name="none", policy_for=lambda _: MinimumStock(level=0), estimator=counting),
            Contender(
                name="some", policy_for=lambda _: MinimumStock(level=20), estimator=counting
            ),
        ],
    )
    assert len(asked) == 3
    assert found.cheapest.name == "some"
    assert [row.split("|")[1].strip() for row in found.table(target=0.98).splitlines()] == [
        "policy",
        "---",
        "none",
        "some",
    ]
    some = found.outcomes[1]
    assert some.total_cost == pytest.approx(
        some.holding_cost + some.order_cost + some.shortage_cost
    )
    assert some.orders == some.backtests[0].orders
    assert some.value_fill_rate == pytest.approx(some.fill_rate)
    assert some.share_within(1.0, target=0.5) == 1.0


def test_skus_that_nobody_asked_for_do_not_count() -> None:
    """Without any demand all is served, and no sku is within or without."""
    found = compare(
        [case_of([3, 3, 0, 0])],
        contenders=[Contender(name="none", policy_for=lambda _: MinimumStock(level=0))],
    ).outcomes[0]
    assert (found.fill_rate, found.value_fill_rate) == (1.0, 1.0)
    assert found.share_within(1.0, target=0.98) == 0.0


def test_a_curve_reads_the_stock_between_its_points() -> None:
    """Service rises with the knob, the stock between two points is linear, outside there is none."""
    curve = service_curve(
        [case_of([4, 4, 6, 4, 9, 0, 2] * 6, opening=10)],
        name="min/max",
        knobs=[40, 5, 12],
        policy_for=lambda _, knob: MinimumStock(level=round(knob)),
        estimator=AverageDemand(),
    )
    services = [point.outcome.value_fill_rate for point in curve.points]
    assert services == sorted(services)
    assert [point.knob for point in curve.points] == [5, 12, 40]
    low, high = curve.points[0].outcome, curve.points[1].outcome
    middle = (low.value_fill_rate + high.value_fill_rate) / 2
    assert curve.stock_at(middle) == pytest.approx((low.stock_value + high.stock_value) / 2)
    assert curve.stock_at(0.0) is None
    assert curve.stock_at(1.1) is None


@pytest.mark.parametrize(
    "field",
    [{"fit": 5}, {"lead_periods": []}, {"lead_periods": [-1]}, {"opening": -1}],
)
def test_a_case_that_cannot_be_replayed_is_refused(field: dict[str, Any]) -> None:
    """There has to be a period to judge, and orders have to arrive."""
    with pytest.raises(FieldError):
        case_of([1, 2, 3, 4, 5], **field)


def test_the_promise_is_that_of_the_level() -> None:
    """A policy that promises a fill rate is held against it."""
    policy = ReorderPoint(costs=COSTS)
    result = backtest(policy, case_of([4, 4, 6, 4, 9, 0, 2] * 3, fit=7))
    assert isinstance(result, Backtest)
    assert result.promised is not None
    assert 0 < result.promised <= 1
    assert "promised were" in result.explain()
