"""Demand as it is taken down: exact under any order of orders, cancellations and windows."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, Sku
from ecomkit.operations._demand import (
    DAYS_KEPT,
    DEMAND,
    DEMAND_BY_CHANNEL,
    DemandDetail,
    DemandHistory,
    demands,
    note_demand,
)
from ecomkit.replenishment import UNITS_PER_DAY_MAX, Demand, DemandMoments
from ecomkit.stores import MemoryStore, SqliteStore
from ecomkit.stores._codec import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = date(2026, 11, 20)
TIGER, LION = Sku("TIGER"), Sku("LION")
ETSY, SHOP = ChannelId("etsy"), ChannelId("shop")

# Day (before today), units, sku and channel of an order, and how many of its units are cancelled.
ORDERS = st.lists(
    st.tuples(
        st.integers(0, DAYS_KEPT - 2) | st.integers(0, 9),
        st.integers(1, 60),
        st.sampled_from([TIGER, LION]),
        st.sampled_from([ETSY, SHOP]),
        st.integers(0, 60),
    ),
    max_size=25,
)
WINDOWS = st.integers(2, DAYS_KEPT - 1) | st.integers(2, 9)


@contextmanager
def opened(kind: str, path: Path) -> Iterator[Any]:
    """Open a transaction on a new store."""
    with MemoryStore() if kind == "memory" else SqliteStore(path) as store:  # noqa: SIM117
        with store.transaction() as tx:
            yield tx


def day(ago: int) -> date:
    """Return the day so many days before today."""
    return TODAY - timedelta(days=ago)


def notes_of(orders: Any) -> list[Any]:
    """Return each placement and each cancellation as what is noted of it."""
    notes = [(channel, (sku, day(ago), units)) for ago, units, sku, channel, _ in orders]
    notes += [
        (channel, (sku, day(ago), -min(units, cancelled)))
        for ago, units, sku, channel, cancelled in orders
        if cancelled
    ]
    return notes


def plain_moments(orders: Any, *, sku: Sku, channel: Any, window_days: int) -> Any:
    """Return the sums of the window over all orders, reckoned from nothing; None if too few days."""
    left: dict[date, int] = {}
    for ago, units, ordered, where, cancelled in orders:
        if ordered == sku and channel in (None, where):
            left[day(ago)] = left.get(day(ago), 0) + units - min(units, cancelled)
    sold = {on: units for on, units in left.items() if units}
    if not sold:
        return None
    start = max(min(sold), TODAY - timedelta(days=window_days))
    if (TODAY - start).days < 2:
        return None
    return DemandMoments.from_days(sold, start=start, end=TODAY)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_kept_moments_are_those_of_all_orders(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever comes in which order and is cancelled, any window sums to what a recount finds."""
    path = tmp_path_factory.mktemp("demand")
    numbers = iter(range(10_000))

    @given(orders=ORDERS, data=st.data(), window_days=WINDOWS)
    @settings(max_examples=60 if kind == "memory" else 20, deadline=None)
    def law(orders: Any, data: st.DataObject, window_days: int) -> None:
        notes = data.draw(st.permutations(notes_of(orders)))
        with opened(kind, path / str(next(numbers))) as tx:
            for channel, row in notes:
                note_demand(tx, [row], channel=channel)
            for channel in (None, ETSY, SHOP):
                expected = {
                    sku: moments.demand
                    for sku in (LION, TIGER)
                    if (
                        moments := plain_moments(
                            orders, sku=sku, channel=channel, window_days=window_days
                        )
                    )
                }
                found = demands(tx, window_days=window_days, today=TODAY, channel=channel)

                assert expected == dict(found)

    law()


@given(orders=ORDERS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_notes_together_or_one_by_one_are_the_same(orders: Any, data: st.DataObject) -> None:
    """How notes are grouped and in which order they come leaves no trace in the books."""
    notes = notes_of(orders)
    shuffled = data.draw(st.permutations(notes))
    with MemoryStore() as one, MemoryStore() as other:
        with one.transaction() as tx:
            for channel in (ETSY, SHOP):
                note_demand(tx, [row for at, row in notes if at == channel], channel=channel)
            together = tx.scan(DEMAND), tx.scan(DEMAND_BY_CHANNEL)
        with other.transaction() as tx:
            for channel, row in shuffled:
                note_demand(tx, [row], channel=channel)

            assert together == (tx.scan(DEMAND), tx.scan(DEMAND_BY_CHANNEL))


@given(orders=ORDERS)
@settings(max_examples=40, deadline=None)
def test_what_is_cancelled_whole_was_never_there(orders: Any) -> None:
    """Orders cancelled to the last unit leave no history, pooled or by channel."""
    with MemoryStore() as store, store.transaction() as tx:
        for sign in (1, -1):
            for ago, units, sku, channel, _ in orders:
                note_demand(tx, [(sku, day(ago), sign * units)], channel=channel)

        assert () == tx.scan(DEMAND) == tx.scan(DEMAND_BY_CHANNEL)


UNITS = st.lists(st.integers(-3, 9), max_size=40) | st.lists(
    st.sampled_from([0, 1, UNITS_PER_DAY_MAX, UNITS_PER_DAY_MAX + 1, 10**15]), max_size=6
)


@given(units=UNITS, start=st.integers(-5, 45), length=st.integers(-2, 50))
@example(units=[1, 2, 3, 4], start=0, length=3)
@example(units=[1, 2, 3, 4], start=0, length=1)
@settings(deadline=None)
def test_moments_and_series_of_a_window_agree(units: list[int], start: int, length: int) -> None:
    """From the inside or from the outside, the sums are those of the days of the series."""
    first = day(0) + timedelta(days=start)
    end = first + timedelta(days=length)
    history = DemandHistory(sku=TIGER, first_day=day(0), units=units)
    series = history.series(start=first, end=end)

    assert max(0, length) == len(series) == len(series.observed)
    assert DemandMoments.from_daily(series.observed) == history.moments(start=first, end=end)
    assert list(series) == [
        min(max(0, units[place]), UNITS_PER_DAY_MAX) if 0 <= place < len(units) else 0
        for place in range(start, start + max(0, length))
    ]


@given(units=UNITS)
@settings(deadline=None)
def test_the_sums_of_an_older_row_are_those_of_its_days(units: list[int]) -> None:
    """What was written before sums were kept loads, and is saved with them."""
    text = '{{"sku":"TIGER","first_day":"2026-11-20","units":{}}}'.format(units)  # noqa: UP032
    history = loads(text, DemandHistory)

    assert history == DemandHistory(sku=TIGER, first_day=TODAY, units=units)
    assert history.kept == DemandMoments.from_daily(
        min(max(0, count), UNITS_PER_DAY_MAX) for count in units
    )
    assert '"kept":' in dumps(history, DemandHistory)
    assert history == loads(dumps(history, DemandHistory), DemandHistory)


def test_sums_that_were_saved_are_not_reckoned_again() -> None:
    """A plan over most of the history takes the sums as they stand, less the days outside."""
    # Of other days than these, so that it shows whose sums are taken.
    kept = DemandMoments(days=3, total=12, total_of_squares=80)
    history = DemandHistory(sku=TIGER, first_day=day(3), units=[4, 0, 5], kept=kept)

    assert kept == history.moments(start=day(3), end=day(0))
    assert DemandMoments(days=2, total=8, total_of_squares=64) == history.moments(
        start=day(2), end=day(0)
    )
    assert DemandMoments(days=1, total=5, total_of_squares=25) == history.moments(
        start=day(1), end=day(0)
    )


def test_days_far_apart_cost_nothing_and_the_later_ones_are_kept() -> None:
    """A garbled date neither fills a row with zeros nor pushes newer days out."""
    history = DemandHistory(sku=TIGER, first_day=TODAY, units=[3])
    empty = DemandHistory(sku=TIGER, first_day=TODAY, units=())

    assert DemandHistory(sku=TIGER, first_day=date.min, units=[7]) == empty.add(date.min, 7)
    assert history is history.add(date.min, 7)
    assert history is history.add(date.max, 0)
    assert DemandHistory(sku=TIGER, first_day=date.max, units=[7]) == history.add(date.max, 7)


@pytest.mark.parametrize(
    ("apart", "kept"), [(DAYS_KEPT - 1, 2), (DAYS_KEPT, 1), (DAYS_KEPT + 1, 1)]
)
def test_a_day_leaves_when_it_is_as_old_as_the_history_is_long(apart: int, kept: int) -> None:
    """Of two days so far apart both are kept, or the later one, in whichever order they came."""
    empty = DemandHistory(sku=TIGER, first_day=TODAY, units=())
    one = empty.add(day(apart), 1).add(day(0), 2)
    other = empty.add(day(0), 2).add(day(apart), 1)

    assert one == other
    assert kept == sum(1 for units in one.units if units)
    assert one.kept.total == (3 if kept == 2 else 2)


def test_the_days_come_with_the_demand_on_request() -> None:
    """Policies by pattern get the days; others get a demand without."""
    with MemoryStore() as store, store.transaction() as tx:
        note_demand(tx, [(TIGER, day(3), 4), (TIGER, day(1), 2), (TIGER, day(0), 90)])
        [(_, bare)] = demands(tx, window_days=9, today=TODAY)
        [(_, full)] = demands(tx, window_days=9, today=TODAY, detail=DemandDetail.SERIES)

    assert bare == Demand.from_daily([4, 0, 2])
    assert bare.series is None
    assert full.series is not None
    assert (day(3), (4, 0, 2)) == (full.series.start, full.series.units)
    assert full == Demand.from_series(full.series)


@pytest.mark.parametrize("window_days", [1, 0, -5])
def test_less_than_two_days_say_nothing(window_days: int) -> None:
    """A window of one day, or none, has no spread."""
    with MemoryStore() as store, store.transaction() as tx:
        note_demand(tx, [(TIGER, day(3), 4)])

        assert list(demands(tx, window_days=window_days, today=TODAY)) == []


def test_a_window_as_long_as_the_calendar_starts_at_the_first_sale() -> None:
    """No number of days is too large to look back on."""
    with MemoryStore() as store, store.transaction() as tx:
        note_demand(tx, [(TIGER, day(2), 4)])
        [(_, demand)] = demands(tx, window_days=10**12, today=TODAY)

    assert Demand.from_daily([4, 0]) == demand


def test_one_garbled_order_does_not_stop_a_plan() -> None:
    """More units than a day can sell count as the most that it can."""
    with MemoryStore() as store, store.transaction() as tx:
        note_demand(tx, [(TIGER, day(2), 10**12)])
        [(_, demand)] = demands(tx, window_days=9, today=TODAY)

        assert demand.mean_per_day == UNITS_PER_DAY_MAX / 2

        note_demand(tx, [(TIGER, day(2), 5 - 10**12)])
        [(_, demand)] = demands(tx, window_days=9, today=TODAY)

    assert Demand.from_daily([5, 0]) == demand


@pytest.mark.parametrize("units", [[True], [1.5], ["2"], 7])
def test_days_of_a_history_are_whole_numbers(units: Any) -> None:
    """Anything else is refused where it comes in."""
    with pytest.raises(FieldError, match="units"):
        DemandHistory(sku=TIGER, first_day=TODAY, units=units)
