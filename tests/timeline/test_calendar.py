"""Business calendars find working days and say when an order leaves."""

import pickle
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.testing.strategies._timeline import business_calendars, days, instants
from ecomkit.timeline import (
    BusinessCalendar,
    InstantRangeError,
    NaiveInstantError,
    NoWorkingDayError,
    UnknownZoneError,
    Weekday,
    day_of,
    days_after,
    instant,
    instant_at,
    utc,
)
from ecomkit.timeline._calendar import SEARCH_DAYS_MAX

TICK = timedelta(microseconds=1)
SOME_DAYS = days(min_value=date(2012, 1, 1), max_value=date(2099, 1, 1))
# Holidays close to the days that are asked for, so that they matter.
NEAR = days(min_value=date(2026, 1, 1), max_value=date(2026, 3, 1))
near_calendars = business_calendars(holidays=NEAR)
moments = instants(
    min_value=datetime(2012, 1, 1, tzinfo=UTC), max_value=datetime(2099, 1, 1, tzinfo=UTC)
)
near_moments = instants(
    min_value=datetime(2026, 1, 1, tzinfo=UTC), max_value=datetime(2026, 3, 1, tzinfo=UTC)
)
PARIS = BusinessCalendar(
    zone="Europe/Paris", holidays=[date(2026, 5, 1), date(2026, 5, 8)], cut_off=time(14)
)


@given(near_calendars, NEAR)
def test_a_working_day_is_neither_weekend_nor_holiday(
    calendar: BusinessCalendar, day: date
) -> None:
    """The two lists, and nothing else, close a day."""
    closed = day in calendar.holidays or day.strftime("%A").upper() in {
        weekday.name for weekday in calendar.weekend
    }

    assert calendar.is_working_day(day) != closed


@given(near_calendars, NEAR)
def test_the_next_working_day_is_the_first_after(calendar: BusinessCalendar, day: date) -> None:
    """It is a working day, later, and none lies between."""
    following = calendar.next_working_day(day)

    assert day < following
    assert calendar.is_working_day(following)
    between = range(1, (following - day).days)
    assert not any(calendar.is_working_day(days_after(day, days=n)) for n in between)


@given(near_calendars, NEAR, st.integers(0, 30), st.integers(0, 30))
def test_adding_working_days_composes(
    calendar: BusinessCalendar, day: date, one: int, two: int
) -> None:
    """It lands on a working day, and adding a, then b, is adding a + b."""
    there = calendar.add_working_days(day, days=one)

    assert calendar.is_working_day(there)
    expected = calendar.add_working_days(day, days=one + two)
    assert expected == calendar.add_working_days(there, days=two)


@given(near_calendars, NEAR, NEAR, st.integers(0, 30))
def test_adding_working_days_is_monotone(
    calendar: BusinessCalendar, one: date, two: date, count: int
) -> None:
    """Who starts later does not finish earlier; one more day is the next working day."""
    there = [calendar.add_working_days(day, days=count) for day in sorted((one, two))]

    assert sorted(there) == there
    more = calendar.add_working_days(one, days=count + 1)
    assert more == calendar.next_working_day(calendar.add_working_days(one, days=count))


@given(near_calendars, NEAR)
def test_adding_nothing_stays_on_a_working_day(calendar: BusinessCalendar, day: date) -> None:
    """A working day stays itself, a closed day becomes the next working one."""
    expected = day if calendar.is_working_day(day) else calendar.next_working_day(day)

    assert expected == calendar.add_working_days(day, days=0)


@given(near_calendars, NEAR, st.integers(0, 40))
def test_agrees_with_numpy(calendar: BusinessCalendar, day: date, count: int) -> None:
    """A second implementation, numpy's business days rolled forward, finds the same day."""
    mask = [weekday not in calendar.weekend for weekday in Weekday]
    expected = np.busday_offset(
        day, count, roll="forward", weekmask=mask, holidays=list(calendar.holidays)
    )

    assert expected.item() == calendar.add_working_days(day, days=count)


@given(near_calendars, near_moments, near_moments)
def test_later_orders_leave_no_earlier(
    calendar: BusinessCalendar, one: datetime, two: datetime
) -> None:
    """Monotone: of two orders, the later one does not overtake."""
    shipped = [calendar.ships_on(moment) for moment in sorted((one, two), key=utc)]

    assert sorted(shipped) == shipped


@given(business_calendars(holidays=SOME_DAYS), SOME_DAYS, st.integers(-5400, 5400))
@example(
    BusinessCalendar(zone="Europe/Berlin", weekend=(), cut_off=time(2, 30)),
    date(2026, 10, 25),
    3600,
)
@example(
    BusinessCalendar(zone="Europe/Berlin", weekend=(), cut_off=time(2, 30)),
    date(2026, 3, 29),
    -1,
)
def test_later_orders_leave_no_earlier_around_the_cut_off(
    calendar: BusinessCalendar, day: date, seconds: int
) -> None:
    """The same, close to the cut-off, where clocks may jump or repeat an hour."""
    cut = instant_at(day, time=calendar.cut_off, zone=calendar.zone)
    pair = sorted((cut, cut + timedelta(seconds=seconds)))

    assert calendar.ships_on(pair[0]) <= calendar.ships_on(pair[1])


@given(business_calendars(holidays=SOME_DAYS), moments)
def test_orders_leave_on_a_working_day(calendar: BusinessCalendar, moment: datetime) -> None:
    """Never on a closed day, never in the past, and never later than the next working day."""
    today = day_of(moment, zone=calendar.zone)
    shipped = calendar.ships_on(moment)

    assert calendar.is_working_day(shipped)
    assert shipped in {today, calendar.next_working_day(today)}


@given(business_calendars(holidays=SOME_DAYS), SOME_DAYS)
def test_the_cut_off_is_sharp(calendar: BusinessCalendar, day: date) -> None:
    """On a working day the last tick before the cut-off leaves that day, the cut-off does not."""
    cut = instant_at(day, time=calendar.cut_off, zone=calendar.zone)
    assume(calendar.is_working_day(day))
    assume(day == day_of(cut, zone=calendar.zone) == day_of(cut - TICK, zone=calendar.zone))

    assert day == calendar.ships_on(cut - TICK)
    assert calendar.next_working_day(day) == calendar.ships_on(cut)


@given(business_calendars(holidays=SOME_DAYS), moments)
def test_the_clock_an_instant_is_held_on_does_not_matter(
    calendar: BusinessCalendar, moment: datetime
) -> None:
    """The same instant leaves on the same day, from wherever it was written down."""
    assert calendar.ships_on(utc(moment)) == calendar.ships_on(moment)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-30T13:59:59+02:00", date(2026, 4, 30)),
        ("2026-04-30T14:00:00+02:00", date(2026, 5, 4)),
        ("2026-05-01T09:00:00+02:00", date(2026, 5, 4)),
        ("2026-05-02T09:00:00+02:00", date(2026, 5, 4)),
        ("2026-05-03T23:30:00Z", date(2026, 5, 4)),
        ("2026-05-07T14:00:00+02:00", date(2026, 5, 11)),
        ("2026-05-07T05:00:00-07:00", date(2026, 5, 11)),
    ],
)
def test_orders_around_the_first_of_may(text: str, expected: date) -> None:
    """The holiday, the weekend and the cut-off act together, on the clocks of Paris."""
    assert expected == PARIS.ships_on(instant(text))


@pytest.mark.parametrize(
    ("zone", "cut_off", "text", "expected"),
    [
        # The cut-off falls into the hour that clocks skip: the jump is the cut-off.
        ("Europe/Berlin", time(2, 30), "2026-03-29T00:59:59Z", date(2026, 3, 29)),
        ("Europe/Berlin", time(2, 30), "2026-03-29T01:00:00Z", date(2026, 3, 30)),
        # Clocks show the cut-off twice: the first time counts.
        ("Europe/Berlin", time(2, 30), "2026-10-25T00:29:59Z", date(2026, 10, 25)),
        ("Europe/Berlin", time(2, 30), "2026-10-25T00:30:00Z", date(2026, 10, 26)),
        ("Europe/Berlin", time(2, 30), "2026-10-25T01:10:00Z", date(2026, 10, 26)),
        # The day begins at one in the morning.
        ("America/Sao_Paulo", time(0, 30), "2018-11-04T02:59:59Z", date(2018, 11, 4)),
        ("America/Sao_Paulo", time(0, 30), "2018-11-04T03:00:00Z", date(2018, 11, 5)),
        # The 30th of December 2011 did not happen.
        ("Pacific/Apia", time(12), "2011-12-29T21:59:59Z", date(2011, 12, 29)),
        ("Pacific/Apia", time(12), "2011-12-29T22:00:00Z", date(2011, 12, 30)),
        ("Pacific/Apia", time(12), "2011-12-30T10:00:00Z", date(2011, 12, 31)),
        ("Australia/Lord_Howe", time(2, 15), "2026-10-03T15:29:59Z", date(2026, 10, 4)),
        ("Australia/Lord_Howe", time(2, 15), "2026-10-03T15:30:00Z", date(2026, 10, 5)),
        ("Asia/Kathmandu", time(0, 0, 1), "2025-12-31T18:15:00Z", date(2026, 1, 1)),
        ("Asia/Kathmandu", time(0), "2025-12-31T18:15:00Z", date(2026, 1, 2)),
    ],
)
def test_cut_offs_when_clocks_change(zone: str, cut_off: time, text: str, expected: date) -> None:
    """Skipped and repeated hours move no order into the past."""
    calendar = BusinessCalendar(zone=zone, weekend=(), cut_off=cut_off)

    assert expected == calendar.ships_on(instant(text))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 4, 30), 0, date(2026, 4, 30)),
        (date(2026, 4, 30), 1, date(2026, 5, 4)),
        (date(2026, 5, 1), 0, date(2026, 5, 4)),
        (date(2026, 5, 2), 1, date(2026, 5, 5)),
        (date(2026, 5, 4), 4, date(2026, 5, 11)),
    ],
)
def test_working_days_in_may(day: date, count: int, expected: date) -> None:
    """Holidays and weekends are stepped over."""
    assert expected == PARIS.add_working_days(day, days=count)


def test_a_week_that_never_works_is_refused() -> None:
    """Six closed weekdays are legal, seven are not, however often one is repeated."""
    six = tuple(Weekday)[:6]

    assert BusinessCalendar(zone="UTC", weekend=six, cut_off=time(9)).is_working_day(
        date(2026, 11, 22)
    )
    assert BusinessCalendar(zone="UTC", weekend=[Weekday.SUNDAY] * 7, cut_off=time(9)).weekend
    with pytest.raises(FieldError, match=r"^BusinessCalendar\.weekend must be six days at the"):
        BusinessCalendar(zone="UTC", weekend=tuple(Weekday), cut_off=time(9))


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"zone": 5}, "zone"),
        ({"weekend": [6, 7]}, "weekend"),
        ({"weekend": ["saturday"]}, "weekend"),
        ({"weekend": None}, "weekend"),
        ({"holidays": date(2026, 5, 1)}, "holidays"),
        ({"holidays": ["2026-05-01"]}, "holidays"),
        ({"holidays": [datetime(2026, 5, 1, tzinfo=UTC)]}, "holidays"),
        ({"cut_off": "14:00"}, "cut_off"),
        ({"cut_off": time(14, tzinfo=UTC)}, "cut_off"),
        ({"cut_off": None}, "cut_off"),
    ],
)
def test_fields_are_checked(options: dict[str, Any], field: str) -> None:
    """What would silently never match is refused at construction."""
    with pytest.raises(FieldError) as caught:
        BusinessCalendar(**{"zone": "UTC", "cut_off": time(14), **options})

    assert ("BusinessCalendar", field) == (caught.value.owner, caught.value.field)


def test_unknown_zones_are_refused_at_construction() -> None:
    """A misspelt zone does not wait for the first order."""
    with pytest.raises(UnknownZoneError):
        BusinessCalendar(zone="Europe/Pari", cut_off=time(14))


def test_defaults() -> None:
    """Saturday and Sunday are closed, no day is a holiday."""
    calendar = BusinessCalendar(zone="UTC", cut_off=time(14))

    assert calendar.weekend == (Weekday.SATURDAY, Weekday.SUNDAY)
    assert calendar.holidays == ()


def test_calendars_are_values() -> None:
    """Equal calendars are one key, survive pickling and do not change."""
    again = pickle.loads(pickle.dumps(PARIS))  # noqa: S301 - our own bytes

    assert len({PARIS, again, attrs.evolve(PARIS)}) == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        PARIS.zone = "UTC"  # type: ignore[misc] # the point


def test_weekdays_are_numbered_as_in_iso_8601() -> None:
    """Monday is 1, Sunday is 7."""
    assert Weekday(date(2026, 11, 23).isoweekday()) is Weekday.MONDAY
    assert Weekday(date(2026, 11, 22).isoweekday()) is Weekday.SUNDAY


def test_a_closed_decade_ends_in_a_typed_error() -> None:
    """The search is bounded: a calendar full of holidays answers with an error."""
    start = date(2026, 1, 1)
    closed = [start + timedelta(days=ahead) for ahead in range(SEARCH_DAYS_MAX + 1)]
    never = BusinessCalendar(zone="UTC", weekend=(), holidays=closed, cut_off=time(9))

    for search in (
        lambda: never.next_working_day(start),
        lambda: never.add_working_days(start, days=0),
        lambda: never.ships_on(datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        with pytest.raises(NoWorkingDayError, match="within 3660 days after 2026-01-01") as caught:
            search()
        assert (start, 1) == (caught.value.after, caught.value.wanted)


def test_the_search_reaches_ten_years() -> None:
    """The last day of the search is still found, one day further is not."""
    start = date(2026, 1, 1)
    always = BusinessCalendar(zone="UTC", weekend=(), cut_off=time(9))
    closed = [start + timedelta(days=ahead) for ahead in range(1, SEARCH_DAYS_MAX)]
    late = BusinessCalendar(zone="UTC", weekend=(), holidays=closed, cut_off=time(9))

    assert start + timedelta(days=SEARCH_DAYS_MAX) == late.next_working_day(start)
    last = SEARCH_DAYS_MAX - 1
    assert start + timedelta(days=last) == always.add_working_days(start, days=last)
    for count in (SEARCH_DAYS_MAX, 10**30):
        with pytest.raises(NoWorkingDayError) as caught:
            always.add_working_days(start, days=count)
        assert count + 1 == caught.value.wanted


@pytest.mark.parametrize("count", [-1, True, 1.5, "3", None])
def test_working_days_are_whole_and_not_negative(count: Any) -> None:
    """Half a working day, a day back and a text are refused."""
    with pytest.raises(FieldError, match=r"add_working_days\.days must be a whole number, 0 or"):
        PARIS.add_working_days(date(2026, 5, 4), days=count)


def test_moments_and_days_are_not_mixed_up() -> None:
    """A datetime is no day, which no holiday would equal, and a naive one is no instant."""
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    for ask in (
        PARIS.is_working_day,
        PARIS.next_working_day,
        lambda day: PARIS.add_working_days(day, days=1),
    ):
        with pytest.raises(FieldError, match="a date without a time"):
            ask(moment)
    with pytest.raises(NaiveInstantError):
        PARIS.ships_on(moment.replace(tzinfo=None))


def test_the_end_of_the_calendar_is_a_typed_error() -> None:
    """No working day comes after the last day of the year 9999."""
    with pytest.raises(InstantRangeError):
        PARIS.next_working_day(date.max)
