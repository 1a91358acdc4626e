"""Windows hold their start and not their end; those counted in days follow the calendar."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.testing.strategies._timeline import instants, windows, zone_names
from ecomkit.timeline import (
    Boundary,
    InstantRangeError,
    NaiveInstantError,
    UnknownZoneError,
    Window,
    day_of,
    days_after,
    instant,
    instant_at,
    start_of_day,
    utc,
    window_of_days,
)

TICK = timedelta(microseconds=1)
INCLUSIVE, STRICT = Boundary.INCLUSIVE, Boundary.STRICT
# Since 2012 no clock went back over midnight, so a local day is one stretch of time.
modern = instants(
    min_value=datetime(2012, 1, 1, tzinfo=UTC), max_value=datetime(2100, 1, 1, tzinfo=UTC)
)


@given(windows(), instants())
def test_contains_from_its_start_to_before_its_end(window: Window, moment: datetime) -> None:
    """An instant lies in a window when it lies between the ends; only the start belongs to it."""
    assert window.contains(moment) == (window.start <= utc(moment) < window.end)
    assert not window.contains(window.end)
    assert window.contains(window.start) == (window.duration > timedelta(0))


@given(windows(), windows())
def test_overlap_is_mutual(one: Window, two: Window) -> None:
    """Both say the same, and an overlap begins at one of the starts, which both contain."""
    assert one.overlaps(two) == two.overlaps(one)
    later = max(one.start, two.start)
    assert one.overlaps(two) == (one.contains(later) and two.contains(later))


@given(windows())
def test_a_window_overlaps_itself_unless_empty(window: Window) -> None:
    """An empty window shares nothing, not even with itself."""
    assert window.overlaps(window) == (window.start < window.end)


@given(windows(), instants())
def test_windows_that_touch_share_nothing(window: Window, moment: datetime) -> None:
    """Where one ends and the next begins, an instant lies in one of the two."""
    middle = min(max(utc(moment), window.start), window.end)
    before = Window(start=window.start, end=middle)
    after = Window(start=middle, end=window.end)

    assert not before.overlaps(after)
    assert window.duration == before.duration + after.duration
    for probe in (window.start, middle, window.end, middle - TICK):
        assert window.contains(probe) == (before.contains(probe) or after.contains(probe))


def test_ends_are_kept_in_utc() -> None:
    """Windows over the hour that a clock shows twice keep their length and their order."""
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    window = Window(start=first, end=first.replace(fold=1))

    assert window.duration == timedelta(hours=1)
    assert window == Window(start=utc(first), end=utc(first.replace(fold=1)))
    assert window.start.tzinfo is UTC
    assert window.contains(first)
    assert not window.contains(first.replace(fold=1))


def test_an_end_before_the_start_is_refused() -> None:
    """A window does not run backwards."""
    start = instant("2026-01-02T00:00:00Z")

    assert Window(start=start, end=start).duration == timedelta(0)
    with pytest.raises(FieldError, match=r"^Window\.end must be not before 2026-01-02"):
        Window(start=start, end=start - TICK)


def test_naive_ends_are_refused() -> None:
    """A wall clock time is no end of a window, and none is contained in it."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - naive is the point
    start = instant("2026-01-02T00:00:00Z")
    for call in (
        lambda: Window(start=naive, end=start),
        lambda: Window(start=start, end=naive),
        lambda: Window(start=start, end=start).contains(naive),
    ):
        with pytest.raises(NaiveInstantError):
            call()


def test_windows_are_frozen() -> None:
    """No end of a window can be moved."""
    window = Window(start=instant("2026-01-02T00:00:00Z"), end=instant("2026-01-03T00:00:00Z"))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        window.start = window.end  # type: ignore[misc] # the point


@given(modern, st.integers(0, 400), zone_names(), st.sampled_from(Boundary), modern)
def test_day_windows_follow_the_calendar(
    since: datetime, days: int, zone: str, boundary: Boundary, moment: datetime
) -> None:
    """An instant not before the start is inside exactly while the calendar says so."""
    window = window_of_days(since, days=days, zone=zone, boundary=boundary)
    age = (day_of(moment, zone=zone) - day_of(since, zone=zone)).days
    inside = age <= days if boundary is INCLUSIVE else age < days

    assert window.contains(moment) == (utc(moment) >= utc(since) and inside)


@given(modern, st.integers(0, 400), zone_names())
@example(instant("2011-12-29T12:00:00Z"), 0, "Pacific/Apia")
@example(instant("2018-11-03T12:00:00Z"), 1, "America/Sao_Paulo")
def test_strict_gives_up_the_last_day(since: datetime, days: int, zone: str) -> None:
    """The inclusive window of n days is the strict one of n + 1."""
    inclusive = window_of_days(since, days=days, zone=zone, boundary=INCLUSIVE)

    assert inclusive == window_of_days(since, days=days + 1, zone=zone, boundary=STRICT)
    assert inclusive.contains(since)
    last = days_after(day_of(since, zone=zone), days=days + 1)
    assert inclusive.end == start_of_day(last, zone=zone)


@given(modern, st.integers(0, 400), st.integers(0, 400), zone_names(), st.sampled_from(Boundary))
def test_more_days_end_no_earlier(
    since: datetime, fewer: int, more: int, zone: str, boundary: Boundary
) -> None:
    """Monotone: a longer window holds the shorter one."""
    ends = [
        window_of_days(since, days=days, zone=zone, boundary=boundary).end
        for days in sorted((fewer, more))
    ]

    assert sorted(ends) == ends


@pytest.mark.parametrize(
    ("boundary", "day", "clock", "expected"),
    [
        (INCLUSIVE, date(2026, 3, 31), time(23, 59), True),
        (INCLUSIVE, date(2026, 3, 31), time(23, 59, 59, 999_999), True),
        (INCLUSIVE, date(2026, 4, 1), time(0), False),
        (STRICT, date(2026, 3, 30), time(23, 59, 59, 999_999), True),
        (STRICT, date(2026, 3, 31), time(0), False),
        (STRICT, date(2026, 3, 31), time(23, 59), False),
    ],
)
@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Pacific/Apia", "Asia/Kathmandu", "America/New_York"]
)
def test_thirty_days(
    zone: str,
    boundary: Boundary,
    day: date,
    clock: time,
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """
    Delivered on the 1st of March, 30 days.

    Day 30 at 23:59 is inside and day 31 at 00:00 is not, on the shop's own clock, over a change
    of clocks; the strict window loses day 30.
    """
    delivered = instant_at(date(2026, 3, 1), time=time(15), zone=zone)
    window = window_of_days(delivered, days=30, zone=zone, boundary=boundary)

    assert expected == window.contains(instant_at(day, time=clock, zone=zone))


def test_a_skipped_day_counts() -> None:
    """In Apia the day after the 29th of December 2011 was the 31st, and was day 2."""
    since = instant_at(date(2011, 12, 29), time=time(9), zone="Pacific/Apia")

    one = window_of_days(since, days=1, zone="Pacific/Apia", boundary=INCLUSIVE)
    two = window_of_days(since, days=2, zone="Pacific/Apia", boundary=INCLUSIVE)

    assert one.end == start_of_day(date(2011, 12, 31), zone="Pacific/Apia")
    assert two.duration == one.duration + timedelta(days=1)


def test_no_days_strictly_is_nothing() -> None:
    """With no days, the strict window is empty and the inclusive one lasts to midnight."""
    since = instant("2026-03-01T15:00:00Z")

    strict = window_of_days(since, days=0, zone="UTC", boundary=STRICT)
    inclusive = window_of_days(since, days=0, zone="UTC", boundary=INCLUSIVE)

    assert strict == Window(start=since, end=since)
    assert inclusive.duration == timedelta(hours=9)


@pytest.mark.parametrize("days", [-1, True, 1.0, "30", None])
def test_days_are_whole_and_not_negative(days: Any) -> None:
    """Half a day, a day back and a text are refused."""
    with pytest.raises(
        FieldError, match=r"window_of_days\.days must be a whole number, 0 or more"
    ):
        window_of_days(instant("2026-03-01T15:00Z"), days=days, zone="UTC", boundary=INCLUSIVE)


def test_other_arguments_are_refused_by_their_own_errors() -> None:
    """An unknown zone, a naive start, an endless window and a boundary that is none all raise."""
    since = instant("2026-03-01T15:00:00Z")
    with pytest.raises(UnknownZoneError):
        window_of_days(since, days=1, zone="../etc/passwd", boundary=INCLUSIVE)
    with pytest.raises(NaiveInstantError):
        window_of_days(since.replace(tzinfo=None), days=1, zone="UTC", boundary=INCLUSIVE)
    for days in (10**7, 10**15):
        with pytest.raises(InstantRangeError):
            window_of_days(since, days=days, zone="UTC", boundary=INCLUSIVE)
    other: Any = "inclusive"
    with pytest.raises(AssertionError):
        window_of_days(since, days=1, zone="UTC", boundary=other)
