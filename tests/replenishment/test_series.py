"""Demand series: regrouped, cut, pooled and summed, with nothing made up and nothing lost."""

from __future__ import annotations

import calendar
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import DemandSeries, Period
from ecomkit.replenishment._series import ClosedDays, UnknownDays
from ecomkit.timeline import BusinessCalendar, InstantRangeError, Weekday

STARTS = st.dates(min_value=date(1999, 1, 1), max_value=date(2040, 1, 1))
UNITS = st.integers(0, 50)
KNOWN = st.lists(UNITS, max_size=120)
OPEN = st.lists(st.none() | UNITS, max_size=120)
PARIS = BusinessCalendar(
    zone="Europe/Paris", holidays=[date(2026, 5, 1), date(2026, 5, 8)], cut_off=time(14)
)


def days(start: date, units: Any) -> DemandSeries:
    """Return a series of days."""
    return DemandSeries(start=start, units=units)


def plain_groups(series: DemandSeries, key: Any, whole: Any) -> list[tuple[Any, list[Any]]]:
    """Return the days of each whole group, sorted by a key of the day."""
    groups: dict[Any, list[Any]] = {}
    for place, units in enumerate(series):
        groups.setdefault(key(series.start + timedelta(days=place)), []).append(units)
    return [(name, group) for name, group in groups.items() if len(group) == whole(name)]


def by_month(day: date) -> tuple[int, int]:
    """Return the month of a day."""
    return day.year, day.month


def month_days(month: tuple[int, int]) -> int:
    """Return how many days a month has."""
    return calendar.monthrange(*month)[1]


@given(start=STARTS, units=KNOWN, week_start=st.sampled_from(Weekday))
@settings(deadline=None)
def test_weeks_are_the_sums_of_their_days(
    start: date, units: list[int], week_start: Weekday
) -> None:
    """Each whole week, from the chosen day of the week on, has the units of its seven days."""
    series = days(start, units)
    weeks = series.regrouped(Period.WEEK, week_start=week_start)
    expected = plain_groups(
        series,
        lambda day: day - timedelta(days=(day.isoweekday() - week_start.value) % 7),
        lambda _: 7,
    )

    assert [sum(group) for _, group in expected] == list(weeks)
    assert [name for name, _ in expected] == [weeks.starts_on(n) for n in range(len(weeks))]
    assert weeks.start.isoweekday() == week_start.value
    assert weeks.period is Period.WEEK


@given(start=STARTS, units=KNOWN)
@settings(deadline=None)
def test_months_are_the_sums_of_their_days(start: date, units: list[int]) -> None:
    """Each whole calendar month has the units of its days; cut months are left out."""
    series = days(start, units)
    months = series.regrouped(Period.MONTH)
    expected = plain_groups(series, by_month, month_days)

    assert [sum(group) for _, group in expected] == list(months)
    assert [name for name, _ in expected] == [
        by_month(months.starts_on(n)) for n in range(len(months))
    ]
    assert months.start.day == 1


@given(
    start=STARTS,
    units=OPEN,
    share=st.fractions(min_value=Fraction(1, 100), max_value=1),
    period=st.sampled_from([Period.WEEK, Period.MONTH]),
)
@settings(deadline=None)
def test_a_period_with_unknown_days_is_scaled_up_or_unknown(
    start: date, units: list[Any], share: Fraction, period: Period
) -> None:
    """From enough known days their mean stands for the rest, half a unit upwards."""
    series = days(start, units)
    grouped = series.regrouped(period, observed_share_min=share)
    strict = series.regrouped(period, unknown=UnknownDays.UNKNOWN, observed_share_min=share)
    starts = [grouped.starts_on(n) for n in range(len(grouped) + 1)]

    for found, sure, first, last in zip(grouped, strict, starts, starts[1:], strict=False):
        group = series.between(start=first, end=last)
        known = group.observed
        if Fraction(len(known), len(group)) < share:
            assert found is None
        else:
            mean = Fraction(sum(known) * len(group), len(known))
            assert found is not None
            assert -Fraction(1, 2) < found - mean <= Fraction(1, 2)
        assert sure == (sum(known) if len(known) == len(group) else None)
    assert len(strict) == len(grouped)


def test_half_of_the_days_are_enough_by_default() -> None:
    """Four of seven days are scaled up, three are not; 4.5 units are five."""
    four, three = [1, 1, 0, 1, None, None, None], [9, 9, 9, None, None, None, None]
    weeks = days(date(2026, 10, 5), four + three).regrouped(Period.WEEK)

    assert weeks.units == (5, None)
    assert days(date(2026, 11, 1), [3] * 15 + [None] * 15).regrouped(Period.MONTH).units == (90,)


@given(start=STARTS, units=OPEN, first=st.integers(-9, 130), length=st.integers(-9, 130))
@settings(deadline=None)
def test_between_keeps_the_days_of_the_window(
    start: date, units: list[Any], first: int, length: int
) -> None:
    """The days inside are kept with their units, and no other."""
    series = days(start, units)
    since = start + timedelta(days=first)
    until = since + timedelta(days=length)
    found = series.between(start=since, end=until)
    expected = {
        start + timedelta(days=n): count
        for n, count in enumerate(units)
        if since <= start + timedelta(days=n) < until
    }

    assert expected == {found.starts_on(n): count for n, count in enumerate(found)}
    assert series == series.between(start=series.start, end=series.end)


def test_between_keeps_whole_weeks_and_months_only() -> None:
    """A period that the window cuts is not in it."""
    weeks = DemandSeries(start=date(2026, 10, 5), units=[1, 2, 3], period=Period.WEEK)
    months = DemandSeries(start=date(2026, 1, 1), units=[1, 2, 3], period=Period.MONTH)

    assert weeks.between(start=date(2026, 10, 6), end=date(2026, 10, 18)).units == ()
    assert weeks.between(start=date(2026, 10, 6), end=date(2026, 10, 26)).units == (2, 3)
    assert weeks.between(start=date(2026, 10, 5), end=date(2026, 10, 25)).units == (1, 2)
    assert months.between(start=date(2026, 2, 1), end=date(2026, 4, 1)).units == (2, 3)
    assert months.between(start=date(2026, 2, 1), end=date(2026, 3, 31)).units == (2,)


@given(units=OPEN, periods=st.integers(1, 12))
@settings(deadline=None)
def test_windows_are_the_sums_of_known_stretches(units: list[Any], periods: int) -> None:
    """Each stretch of that length without an unknown period, in order."""
    stretches = [units[n : n + periods] for n in range(len(units) - periods + 1)]

    assert days(date(2026, 1, 1), units).windows(periods) == tuple(
        sum(stretch) for stretch in stretches if None not in stretch
    )


@given(
    start=STARTS, rows=st.lists(st.lists(st.none() | UNITS, min_size=9, max_size=9), min_size=1)
)
@settings(deadline=None)
def test_pooled_is_unknown_where_one_is(start: date, rows: list[list[Any]]) -> None:
    """A day of the pool is the sum of the channels, if all of them are known; in any order."""
    pooled = DemandSeries.pooled(days(start, row) for row in rows)

    assert pooled.units == tuple(
        None if None in column else sum(column) for column in zip(*rows, strict=True)
    )
    assert pooled == DemandSeries.pooled(days(start, row) for row in reversed(rows))
    assert days(start, rows[0]) + days(start, rows[-1]) == DemandSeries.pooled(
        [days(start, rows[0]), days(start, rows[-1])]
    )


@pytest.mark.parametrize(
    "others",
    [
        [],
        [days(date(2026, 1, 1), [1]), days(date(2026, 1, 2), [1])],
        [days(date(2026, 1, 1), [1]), days(date(2026, 1, 1), [1, 2])],
        [
            days(date(2026, 1, 1), [1]),
            DemandSeries(start=date(2026, 1, 1), units=[1], period=Period.WEEK),
        ],
    ],
)
def test_only_the_same_periods_are_pooled(others: list[DemandSeries]) -> None:
    """Nothing is lined up by guessing."""
    with pytest.raises(FieldError, match="all of the same periods"):
        DemandSeries.pooled(others)


MAY = date(2026, 4, 27)


@given(units=st.lists(UNITS, min_size=8, max_size=40), shift=st.integers(0, 14))
@settings(deadline=None)
def test_units_of_closed_days_count_on_the_next_working_day(units: list[int], shift: int) -> None:
    """Nothing is lost or moved backwards, but for what comes after the last working day."""
    series = days(MAY + timedelta(days=shift), units)
    working = series.on_working_days(PARIS)
    left_out = series.on_working_days(PARIS, closed=ClosedDays.LEFT_OUT)
    is_working = [PARIS.is_working_day(series.starts_on(n)) for n in range(len(series))]

    assert is_working == [count is not None for count in working]
    assert sum(units) == sum(working.observed)
    assert [count for count, open_ in zip(units, is_working, strict=True) if open_] == list(
        left_out.observed
    )
    for place in range(len(units)):
        assert sum(working.first(place).observed) <= sum(units[:place]) or not any(
            is_working[place:]
        )


def test_an_unknown_working_day_stays_unknown() -> None:
    """What was moved to a day that nobody observed is not known either, nor is a closed series."""
    saturday = date(2026, 10, 3)

    assert days(saturday, [1, None, None, 3]).on_working_days(PARIS).units == (
        None,
        None,
        None,
        3,
    )
    assert days(saturday, [1, None, 5]).on_working_days(PARIS).units == (None, None, 6)
    assert days(saturday - timedelta(days=1), [None, 2]).on_working_days(PARIS).units == (
        None,
        None,
    )
    assert days(saturday, [1, 2]).on_working_days(PARIS).units == (None, None)


@given(
    start=STARTS,
    rows=st.lists(st.tuples(st.integers(-5, 25), UNITS), max_size=30),
    unknown=st.lists(st.integers(-5, 25), max_size=5),
)
@settings(deadline=None)
def test_days_are_counted_from_any_rows(
    start: date, rows: list[tuple[int, int]], unknown: list[int]
) -> None:
    """Rows of one day add up, days without one are 0, unknown ones are None."""
    end = start + timedelta(days=20)
    history = [(start + timedelta(days=n), count) for n, count in rows]
    absent = [start + timedelta(days=n) for n in unknown]
    series = DemandSeries.from_days(history, start=start, end=end, unknown=absent)

    assert list(series) == [
        None if n in unknown else sum(count for m, count in rows if m == n) for n in range(20)
    ]
    assert end == series.end


def test_a_mapping_of_days_is_a_history_too() -> None:
    """So is an empty one, and a window that is none."""
    start = date(2026, 1, 1)

    assert DemandSeries.from_days({start: 3}, start=start, end=date(2026, 1, 3)).units == (3, 0)
    assert DemandSeries.from_days({}, start=start, end=start).units == ()
    assert DemandSeries.from_days({}, start=start, end=date(2025, 1, 1)).units == ()


@pytest.mark.parametrize("count", [-1, 1.0, True, 10**15 + 1, None])
def test_units_are_whole_and_not_negative(count: Any) -> None:
    """Anything else is refused, in rows and in a series; None only says unknown there."""
    start = date(2026, 1, 1)
    with pytest.raises(FieldError, match="units"):
        DemandSeries.from_days([(start, count)], start=start, end=date(2026, 1, 3))
    if count is not None:
        with pytest.raises(FieldError, match="units"):
            days(start, [1, None, count])


def test_a_series_is_a_tuple_of_units() -> None:
    """A number is no series."""
    with pytest.raises(FieldError, match="units"):
        days(date(2026, 1, 1), 7)


@pytest.mark.parametrize(
    ("period", "start", "ends"),
    [
        (Period.DAY, date(2026, 1, 31), date(2026, 2, 3)),
        (Period.WEEK, date(2026, 1, 31), date(2026, 2, 21)),
        (Period.MONTH, date(2026, 1, 31), date(2026, 4, 30)),
        (Period.MONTH, date(2027, 11, 30), date(2028, 2, 29)),
    ],
)
def test_periods_follow_the_calendar(period: Period, start: date, ends: date) -> None:
    """A month that has no such day is counted from its last one."""
    assert DemandSeries(start=start, units=[1, 2, 3], period=period).end == ends


@pytest.mark.parametrize("period", Period)
def test_no_series_reaches_beyond_the_calendar(period: Period) -> None:
    """The end of the year 9999 is an error that says so."""
    with pytest.raises(InstantRangeError):
        _ = DemandSeries(start=date(9999, 12, 31), units=[1, 2], period=period).end
    with pytest.raises(InstantRangeError):
        DemandSeries(start=date(1, 1, 1), units=[], period=period).starts_on(-1)


@pytest.mark.parametrize("period", [Period.WEEK, Period.MONTH])
def test_only_days_are_regrouped(period: Period) -> None:
    """Weeks do not add up to months, and have no working days."""
    series = DemandSeries(start=date(2026, 1, 1), units=[1], period=period)
    with pytest.raises(FieldError, match="days"):
        series.regrouped(Period.MONTH)
    with pytest.raises(FieldError, match="days"):
        series.on_working_days(PARIS)


def test_days_by_day_are_the_days() -> None:
    """Nothing is left to do."""
    series = days(date(2026, 1, 1), [1, None])

    assert series is series.regrouped(Period.DAY)


@pytest.mark.parametrize("share", [0, 0.5, Fraction(0), Fraction(3, 2), -Fraction(1)])
def test_a_share_is_a_fraction_above_0_and_at_most_1(share: Any) -> None:
    """No other number says how much of a period must be known."""
    with pytest.raises(FieldError, match="observed_share_min"):
        days(date(2026, 1, 1), [1]).regrouped(Period.WEEK, observed_share_min=share)


@pytest.mark.parametrize("periods", [0, -1, 1.5, True])
def test_a_window_is_a_whole_number_of_periods(periods: Any) -> None:
    """One at the least."""
    with pytest.raises(FieldError, match="periods"):
        days(date(2026, 1, 1), [1]).windows(periods)


@given(units=OPEN, periods=st.integers(0, 130))
@settings(deadline=None)
def test_the_first_periods_are_what_was_known(units: list[Any], periods: int) -> None:
    """A prefix, observed in the same places."""
    series = days(date(2026, 1, 1), units)

    assert tuple(units[:periods]) == series.first(periods).units
    assert tuple(count for count in units if count is not None) == series.observed
    assert len(units) == len(series)
