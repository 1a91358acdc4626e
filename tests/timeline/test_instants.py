"""Instants are read strictly, compared in UTC and put on the right day of any zone."""

import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Never
from zoneinfo import ZoneInfo, available_timezones

import attrs
import pytest
from dateutil.parser import isoparse
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.errors import EcomkitError, FieldError, InputError
from ecomkit.testing.strategies._timeline import days, instants, zone_names
from ecomkit.timeline import (
    InstantFormatError,
    InstantRangeError,
    NaiveInstantError,
    UnknownZoneError,
    day_of,
    days_after,
    format_instant,
    instant,
    instant_at,
    on_clock,
    start_of_day,
    time_zone,
    utc,
)

# Away from the ends of the calendar, and after the last zone gave up its sundial.
modern_days = days(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
TICK = timedelta(microseconds=1)


@given(instants())
def test_format_then_read_is_the_same_instant(moment: datetime) -> None:
    """Round trip: the canonical text is the instant, in UTC, to the microsecond."""
    again = instant(format_instant(moment))

    assert utc(moment) == again
    assert again.tzinfo is UTC


@given(instants(), instants())
def test_canonical_texts_are_equal_when_instants_are(one: datetime, two: datetime) -> None:
    """One instant has one text, at whatever offset it is held."""
    assert (utc(one) == utc(two)) == (format_instant(one) == format_instant(two))


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-1439, 1439))
@example(datetime(2011, 1, 5, 9, 30, tzinfo=UTC), 0)
def test_reads_what_the_standard_library_writes(moment: datetime, minutes: int) -> None:
    """Agreement with a second implementation: isoformat at any offset reads as its instant."""
    offset = timezone(timedelta(minutes=minutes))
    try:
        there = moment.astimezone(offset)
    except OverflowError:
        return

    assert moment == instant(there.isoformat())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2011-01-05T09:30:00Z", "2011-01-05T09:30:00Z"),
        ("2011-01-05T10:30:00+01:00", "2011-01-05T09:30:00Z"),
        ("2011-01-05T10:30:00+0100", "2011-01-05T09:30:00Z"),
        ("2011-01-05T10:30+01", "2011-01-05T09:30:00Z"),
        ("2011-01-05T09:30:00-00:00", "2011-01-05T09:30:00Z"),
        ("2011-01-05T15:15:00+05:45", "2011-01-05T09:30:00Z"),
        ("2011-01-05T09:30:00.5Z", "2011-01-05T09:30:00.500000Z"),
        ("2011-01-05T09:30:00.123456789Z", "2011-01-05T09:30:00.123456Z"),
        ("2011-01-05T09:30:00.000000999Z", "2011-01-05T09:30:00Z"),
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
        ("0999-01-05T09:30:00Z", "0999-01-05T09:30:00Z"),
    ],
)
def test_reads(text: str, expected: str) -> None:
    """The spellings that channels send read as the instants they mean."""
    assert expected == format_instant(instant(text))


@pytest.mark.parametrize(
    "text",
    ["2011-01-05T09:30:00", "2011-01-05T09:30", "2011-01-05T09:30:00.5"],
)
def test_a_missing_offset_is_refused_as_such(text: str) -> None:
    """Nobody guesses the zone of a wall clock."""
    with pytest.raises(NaiveInstantError) as caught:
        instant(text)

    assert text == caught.value.got


@pytest.mark.parametrize(
    "got",
    [
        "",
        "10",
        "Tuesday",
        "now",
        "10/11/2026",
        "2011-01-05",
        "20110105T093000Z",
        "2011-W01-3T09:30:00Z",
        "2011-005T09:30:00Z",
        "2011-01-05 09:30:00Z",
        "2011-01-05t09:30:00z",
        "2011-01-05T09:30:00 Z",
        "2011-01-05T09:30:00Z\n",
        " 2011-01-05T09:30:00Z",
        "2011-01-05T09:30:00 UTC",
        "2011-01-05T09:30:00CET",
        "2011-01-05T09:30:00,5Z",
        "2011-01-05T09:30:00.Z",
        "2011-01-05T09:30:00.1234567890Z",
        "2011-01-05T09:30:60Z",
        "2011-01-05T24:00:00Z",
        "2011-01-05T09:60:00Z",
        "2011-02-30T09:30:00Z",
        "2023-02-29T09:30:00Z",
        "2011-13-05T09:30:00Z",
        "0000-01-05T09:30:00Z",
        "2011-01-05T09:30:00+24:00",
        "2011-01-05T09:30:00+01:60",
        "2011-01-05T09Z",
        "٢٠١١-01-05T09:30:00Z",
        "+2011-01-05T09:30:00Z",
        "2011-01-05T09:30:00Z" * 100_000,
        None,
        1294219800,
        b"2011-01-05T09:30:00Z",
        datetime(2011, 1, 5, tzinfo=UTC),
    ],
    ids=lambda got: ascii(got)[:40],
)
def test_refuses(got: Any) -> None:
    """Nothing else is an instant: no guess, no leap second, no other calendar."""
    with pytest.raises(InstantFormatError) as caught:
        instant(got)

    assert got is caught.value.got
    assert isinstance(caught.value, InputError)


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z", fullmatch=True))
def test_every_text_is_read_or_refused(text: str) -> None:
    """No text makes anything but an instant or a typed error."""
    try:
        offset = instant(text).utcoffset()
    except (InstantFormatError, NaiveInstantError):
        offset = timedelta(0)

    assert offset == timedelta(0)


@given(instants())
def test_utc_keeps_the_instant_and_is_idempotent(moment: datetime) -> None:
    """The point in time stays, the clock is UTC, and a second pass changes nothing."""
    there = utc(moment)

    assert moment.timestamp() == there.timestamp()
    assert there.utcoffset() == timedelta(0)
    assert there == utc(there)


@pytest.mark.parametrize("got", [datetime(2026, 1, 1), date(2026, 1, 1), "2026", None])  # noqa: DTZ001 - naive is the point
def test_naive_moments_are_refused_everywhere(got: Any) -> None:
    """What has no offset is no instant, whichever function is asked."""
    for function in (
        utc,
        format_instant,
        lambda moment: day_of(moment, zone="UTC"),
        lambda moment: on_clock(moment, zone="UTC"),
    ):
        with pytest.raises(NaiveInstantError) as caught:
            function(got)

        assert got is caught.value.got


@pytest.mark.parametrize("name", sorted(n for n in available_timezones() if n[0].isupper()))
def test_every_zone_of_the_database_is_known(name: str) -> None:
    """The shape that names must have leaves no IANA zone out."""
    assert name == time_zone(name).key


def test_a_zone_is_its_own_zone() -> None:
    """A zone passes where a name does."""
    assert ZoneInfo("Europe/Paris") is time_zone(ZoneInfo("Europe/Paris"))


HOSTILE_ZONES = [
    "",
    "Europe/",
    "/Europe/Paris",
    "../etc/passwd",
    "Europe/../../../../etc/passwd",
    "/etc/passwd",
    "a\0b",
    "Europe/Paris\0",
    "Europe/Paris\n",
    "europe/paris",
    "EUROPE PARIS",
    "tzdata.zi",
    "localtime",
    "right/Europe/Paris",
    "posix/Europe/Paris",
    "\ud800",
    "É",
    "A" * 5_000_000,
    "A/" * 50,
    "+01:00",
    None,
    1,
    b"UTC",
    UTC,
]


@pytest.mark.parametrize(
    "got",
    ["Nowhere", "Europe", "Europe/Nowhere", "CET+1", *HOSTILE_ZONES],
    ids=lambda got: ascii(got)[:40],
)
def test_unknown_zones_are_refused(got: Any) -> None:
    """Hostile, misspelt and machine-dependent names all raise the one typed error."""
    with pytest.raises(UnknownZoneError) as caught:
        time_zone(got)

    assert got is caught.value.got


@pytest.mark.parametrize("got", HOSTILE_ZONES, ids=lambda got: ascii(got)[:40])
def test_hostile_zones_never_reach_the_file_system(
    got: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name of another shape is refused before any file is looked for."""

    class Untouched(ZoneInfo):
        def __new__(cls, key: str) -> Never:
            """Refuse to look."""
            raise AssertionError(key)

    monkeypatch.setattr("ecomkit.timeline._instants.ZoneInfo", Untouched)
    with pytest.raises(UnknownZoneError):
        time_zone(got)


@given(st.text() | zone_names())
def test_every_text_is_a_zone_or_refused(text: str) -> None:
    """No name makes anything but a zone or the typed error, which hold the name."""
    try:
        name: object = time_zone(text).key
    except UnknownZoneError as error:
        name = error.got

    assert text == name


def test_a_zone_file_that_cannot_be_read_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trouble of the file system or a broken file is the same typed error."""
    for trouble in (OSError, ValueError):

        def broken(key: str, trouble: type[Exception] = trouble) -> ZoneInfo:
            raise trouble(key)

        class Broken(ZoneInfo):
            __new__ = staticmethod(lambda _, key, broken=broken: broken(key))  # type: ignore[assignment] # a stand-in

        monkeypatch.setattr("ecomkit.timeline._instants.ZoneInfo", Broken)
        with pytest.raises(UnknownZoneError):
            time_zone("Europe/Paris")


@given(instants(), zone_names())
def test_the_day_is_the_one_on_the_wall(moment: datetime, zone: str) -> None:
    """Agreement with the standard library, whatever clock the instant is held on."""
    expected = moment.astimezone(UTC).astimezone(ZoneInfo(zone)).date()

    assert expected == day_of(moment, zone=zone)
    assert expected == day_of(moment, zone=ZoneInfo(zone))


@given(instants(), zone_names())
def test_a_clock_in_a_zone_shows_the_same_instant(moment: datetime, zone: str) -> None:
    """It is the instant that it was, on the clocks of the zone."""
    there = on_clock(moment, zone=zone)

    assert moment.astimezone(UTC) == there.astimezone(UTC)
    assert ZoneInfo(zone) is there.tzinfo


@given(modern_days, zone_names())
@example(date(2018, 11, 4), "America/Sao_Paulo")
@example(date(2018, 2, 18), "America/Sao_Paulo")
@example(date(1919, 3, 31), "America/Toronto")
@example(date(2011, 12, 30), "Pacific/Apia")
@example(date(2006, 10, 29), "America/St_Johns")
@example(date(1969, 9, 30), "Pacific/Kwajalein")
@example(date(1993, 8, 21), "Pacific/Kwajalein")
def test_a_day_starts_at_its_first_instant(day: date, zone: str) -> None:
    """At the start the wall shows the day (or a later one, if it was skipped); just before, not."""
    start = start_of_day(day, zone=zone)

    assert start.tzinfo is UTC
    assert day_of(start, zone=zone) >= day
    assert day_of(start - TICK, zone=zone) < day


@given(modern_days, zone_names(), st.integers(0, 400))
@example(date(2011, 12, 29), "Pacific/Apia", 1)
def test_later_days_start_no_earlier(day: date, zone: str, ahead: int) -> None:
    """Starts are in the order of their days, and a day lasts no more than two."""
    later = days_after(day, days=ahead)
    length = start_of_day(later, zone=zone) - start_of_day(day, zone=zone)

    assert timedelta(days=ahead - 1) <= length <= timedelta(days=ahead + 1)
    assert length >= timedelta(0)


@given(instants(min_value=utc(datetime(2012, 1, 1, tzinfo=UTC))), zone_names())
def test_an_instant_lies_in_its_day(moment: datetime, zone: str) -> None:
    """From the start of its day on, before the start of the next (no clock broke this since 2012)."""
    day = day_of(moment, zone=zone)

    assert start_of_day(day, zone=zone) <= utc(moment)
    assert utc(moment) < start_of_day(days_after(day, days=1), zone=zone)


@given(modern_days, st.times(), zone_names())
@example(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
@example(date(2026, 3, 29), time(2, 30, 0, 1), "Europe/Berlin")
@example(date(2026, 3, 29), time(2), "Europe/Berlin")
@example(date(2026, 10, 25), time(2, 30), "Europe/Berlin")
@example(date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin")
@example(date(2026, 10, 4), time(2, 10), "Australia/Lord_Howe")
@example(date(2011, 12, 30), time(12, 0, 0, 7), "Pacific/Apia")
def test_a_wall_clock_time_is_reached_once(day: date, clock: time, zone: str) -> None:
    """At the instant the wall shows the time, or has just jumped over it; a tick before, less."""
    here = ZoneInfo(zone)
    wanted = datetime.combine(day, clock)
    reached = instant_at(day, time=clock, zone=zone)

    assert reached.astimezone(here).replace(tzinfo=None) >= wanted
    assert (reached - TICK).astimezone(here).replace(tzinfo=None) < wanted


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 3, 29), "Europe/Berlin", "2026-03-28T23:00:00Z"),
        (date(2026, 3, 30), "Europe/Berlin", "2026-03-29T22:00:00Z"),
        (date(2026, 10, 26), "Europe/Berlin", "2026-10-25T23:00:00Z"),
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00Z"),
        (date(2018, 2, 18), "America/Sao_Paulo", "2018-02-18T03:00:00Z"),
        (date(1919, 3, 31), "America/Toronto", "1919-03-31T04:30:00Z"),
        (date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00:00Z"),
        (date(2011, 12, 31), "Pacific/Apia", "2011-12-30T10:00:00Z"),
        (date(2026, 1, 1), "Asia/Kathmandu", "2025-12-31T18:15:00Z"),
        (date(2026, 10, 4), "Australia/Lord_Howe", "2026-10-03T13:30:00Z"),
        (date(2026, 10, 5), "Australia/Lord_Howe", "2026-10-04T13:00:00Z"),
        (date(2026, 1, 1), "UTC", "2026-01-01T00:00:00Z"),
    ],
)
def test_starts_of_awkward_days(day: date, zone: str, expected: str) -> None:
    """Days that began in the middle of the night, twice or never, start where they did."""
    assert expected == format_instant(start_of_day(day, zone=zone))


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", "2026-03-29T01:00:00Z"),
        (date(2026, 3, 29), time(2, 30, 0, 500_000), "Europe/Berlin", "2026-03-29T01:00:00Z"),
        (date(2026, 3, 29), time(3), "Europe/Berlin", "2026-03-29T01:00:00Z"),
        (date(2026, 10, 25), time(2, 30), "Europe/Berlin", "2026-10-25T00:30:00Z"),
        (date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin", "2026-10-25T00:30:00Z"),
        (date(2026, 6, 1), time(14), "Europe/Berlin", "2026-06-01T12:00:00Z"),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ],
)
def test_wall_clock_times(day: date, clock: time, zone: str, expected: str) -> None:
    """A time that clocks jump over is the jump; of two it is the first."""
    assert expected == format_instant(instant_at(day, time=clock, zone=zone))


def test_days_are_dates_without_a_time() -> None:
    """A datetime is refused where a day is meant, since its day depends on the zone."""
    moment: Any = datetime(2026, 1, 1, tzinfo=UTC)
    for got in (moment, "2026-01-01", None):
        for function in (
            lambda got=got: start_of_day(got, zone="UTC"),
            lambda got=got: instant_at(got, time=time(), zone="UTC"),
            lambda got=got: days_after(got, days=1),
        ):
            with pytest.raises(FieldError, match="a date without a time"):
                function()


def test_wall_clock_times_have_no_zone_of_their_own() -> None:
    """A time with a zone is refused, not silently read by another."""
    with pytest.raises(FieldError, match=r"instant_at\.time must be a time on the clocks of"):
        instant_at(date(2026, 1, 1), time=time(tzinfo=UTC), zone="Europe/Paris")


@given(days(), st.integers(-4_000_000, 4_000_000))
def test_days_after_counts_on_the_calendar(day: date, count: int) -> None:
    """Counting there and back is no move, or the calendar ends in a typed error."""
    if date.min.toordinal() <= day.toordinal() + count <= date.max.toordinal():
        there = days_after(day, days=count)

        assert count == (there - day).days
        assert day == days_after(there, days=-count)
    else:
        with pytest.raises(InstantRangeError):
            days_after(day, days=count)


@pytest.mark.parametrize(
    "leave",
    [
        lambda: utc(datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))),
        lambda: utc(datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))),
        lambda: instant("9999-12-31T23:59:59-01:00"),
        lambda: day_of(datetime.max.replace(tzinfo=UTC), zone="Asia/Tokyo"),
        lambda: day_of(datetime.min.replace(tzinfo=UTC), zone="America/New_York"),
        lambda: on_clock(datetime.max.replace(tzinfo=UTC), zone="Asia/Tokyo"),
        lambda: start_of_day(date.min, zone="Asia/Tokyo"),
        lambda: instant_at(date.max, time=time.max, zone="America/New_York"),
        lambda: days_after(date.max, days=1),
        lambda: days_after(date.max, days=10**15),
        lambda: days_after(date.min, days=-1),
    ],
)
def test_the_end_of_the_calendar_is_a_typed_error(leave: Any) -> None:
    """Calculations that leave the years 1 to 9999 say so."""
    with pytest.raises(InstantRangeError, match="outside the years 1 to 9999"):
        leave()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InstantFormatError(got="x"), "an instant reads like 2011-01-05T09:30:00Z, got 'x'"),
        (
            NaiveInstantError(got="x"),
            "an instant carries a UTC offset, got 'x'; name the zone it was read in",
        ),
        (
            InstantRangeError(got="x"),
            "the result lies outside the years 1 to 9999, reckoned from 'x'",
        ),
        (UnknownZoneError(got="x"), "a time zone has an IANA name such as Europe/Paris, got 'x'"),
    ],
)
def test_errors_speak_and_survive_pickling(error: EcomkitError, sentence: str) -> None:
    """The sentences say what was wanted and got, here and in another process."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert sentence == str(error)
    assert sentence == str(again)
    assert attrs.asdict(error) == attrs.asdict(again)


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """Draw what channels send: any fraction, any way to write the offset."""
    moment = draw(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)))  # noqa: DTZ001 - bounds
    clock = draw(st.sampled_from(["%H:%M", "%H:%M:%S"]))
    text = f"{moment.year:04}-{moment:%m-%d}T{moment.strftime(clock)}"
    if clock.endswith("S"):
        digits = draw(st.text("0123456789", max_size=9))
        text += f".{digits}" if digits else ""
    hours, minutes = draw(st.integers(0, 23)), draw(st.integers(0, 59))
    sign = draw(st.sampled_from("+-"))
    offsets = ["Z", f"{sign}{hours:02}", f"{sign}{hours:02}{minutes:02}"]
    return text + draw(st.sampled_from([*offsets, f"{sign}{hours:02}:{minutes:02}"]))


@given(spellings())
def test_instants_are_those_of_dateutil(text: str) -> None:
    """A well-kept parser of ISO 8601 reads the same instant."""
    assert isoparse(text) == instant(text)
