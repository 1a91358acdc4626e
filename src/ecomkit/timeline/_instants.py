"""
Instants and the days they fall on.

An instant is a ``datetime`` that knows its UTC offset. A day is a ``date`` and means something
in a time zone only. Wall clocks jump and days differ in length, so every step from one to the
other goes through UTC.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from ecomkit.errors import FieldError, InputError, shown

__all__ = [
    "InstantFormatError",
    "InstantRangeError",
    "NaiveInstantError",
    "UnknownZoneError",
    "day_of",
    "days_after",
    "format_instant",
    "instant",
    "instant_at",
    "on_clock",
    "plain_day",
    "start_of_day",
    "time_zone",
    "utc",
]

# RFC 3339, and the ISO 8601 spellings of it that channels send: offsets such as +01 or +0100.
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?P<offset>Z|[+-][0-9]{2}(?::?[0-5][0-9])?)?"
)

# Names in the IANA database start with a capital; a machine's own files (localtime, right/...)
# do not, and a path that climbs out of the database does not match.
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,32}){0,2}")


@attrs.frozen(kw_only=True)
class InstantFormatError(InputError):
    """
    Raised when a text is no instant.

    >>> print(InstantFormatError(got="Tuesday"))
    an instant reads like 2011-01-05T09:30:00Z, got 'Tuesday'
    """

    got: object

    @property
    def message(self) -> str:
        """The shape that is wanted, and what was got."""
        return f"an instant reads like 2011-01-05T09:30:00Z, got {shown(self.got)}"


@attrs.frozen(kw_only=True)
class NaiveInstantError(InputError):
    """
    Raised when a moment comes without its UTC offset, so that nobody knows when it is.

    >>> print(NaiveInstantError(got="2011-01-05T09:30:00"))
    an instant carries a UTC offset, got '2011-01-05T09:30:00'; name the zone it was read in
    """

    got: object

    @property
    def message(self) -> str:
        """The rule, what was got, and what to do."""
        return (
            f"an instant carries a UTC offset, got {shown(self.got)}; name the zone it was read in"
        )


@attrs.frozen(kw_only=True)
class InstantRangeError(InputError):
    """
    Raised when a calculation leaves the years 1 to 9999.

    >>> print(InstantRangeError(got=date.max))
    the result lies outside the years 1 to 9999, reckoned from datetime.date(9999, 12, 31)
    """

    got: object

    @property
    def message(self) -> str:
        """The range, and where the calculation started."""
        return f"the result lies outside the years 1 to 9999, reckoned from {shown(self.got)}"


@attrs.frozen(kw_only=True)
class UnknownZoneError(InputError):
    """
    Raised when a text names no time zone of the IANA database.

    >>> print(UnknownZoneError(got="CET+1"))
    a time zone has an IANA name such as Europe/Paris, got 'CET+1'
    """

    got: object

    @property
    def message(self) -> str:
        """The rule, and what was got."""
        return f"a time zone has an IANA name such as Europe/Paris, got {shown(self.got)}"


def instant(text: str) -> datetime:
    """
    Return the instant that *text* spells, in UTC.

    The grammar is RFC 3339 in capitals; seconds may be missing, and the offset may be written
    ``+01:00``, ``+0100`` or ``+01``. Digits past the microsecond are cut off. Nothing is guessed:
    a date alone, a weekday, a zone abbreviation or a leap second is refused.

    Raises:
        InstantFormatError: If *text* is outside the grammar or names a time that no clock shows.
        NaiveInstantError: If the offset is missing.
        InstantRangeError: If the instant lies outside the years 1 to 9999 in UTC.

    >>> instant("2011-01-05T10:30:00+01:00")
    datetime.datetime(2011, 1, 5, 9, 30, tzinfo=datetime.timezone.utc)
    """
    found = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise InstantFormatError(got=text)
    if found["offset"] is None:
        raise NaiveInstantError(got=text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:  # the 30th of February, minute 61
        raise InstantFormatError(got=text) from None
    return moment if moment.tzinfo is UTC else _on_clock_of(UTC, moment)


def format_instant(moment: datetime) -> str:
    """
    Return *moment* in UTC, with microseconds only where there are any; :func:`instant` reads it.

    Raises:
        NaiveInstantError: If *moment* has no UTC offset.

    >>> format_instant(instant("2011-01-05T10:30:00.25+01:00"))
    '2011-01-05T09:30:00.250000Z'
    """
    return utc(moment).replace(tzinfo=None).isoformat() + "Z"


def utc(moment: datetime) -> datetime:
    """
    Return *moment* in UTC, where clocks never jump and all instants compare.

    Raises:
        NaiveInstantError: If *moment* is no datetime with a UTC offset.
        InstantRangeError: If it lies outside the years 1 to 9999 in UTC.
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise NaiveInstantError(got=moment)
    return moment if moment.tzinfo is UTC else _on_clock_of(UTC, moment)


def time_zone(name: str | ZoneInfo) -> ZoneInfo:
    """
    Return the time zone with the IANA *name* (a zone is returned as it is).

    Raises:
        UnknownZoneError: If there is none, or *name* is not the shape of a name.

    >>> time_zone("Europe/Paris")
    zoneinfo.ZoneInfo(key='Europe/Paris')
    """
    if isinstance(name, ZoneInfo):
        return name
    if not isinstance(name, str) or _ZONE.fullmatch(name) is None:
        raise UnknownZoneError(got=name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder such as "Europe"
        raise UnknownZoneError(got=name) from None


def day_of(moment: datetime, *, zone: str | ZoneInfo) -> date:
    """
    Return the day that a calendar on a wall in *zone* shows at *moment*.

    Raises:
        NaiveInstantError: If *moment* has no UTC offset.
        UnknownZoneError: If *zone* is unknown.
        InstantRangeError: If the day lies outside the years 1 to 9999.

    >>> day_of(instant("2026-01-31T23:30:00Z"), zone="Europe/Paris")
    datetime.date(2026, 2, 1)
    """
    return on_clock(moment, zone=zone).date()


def on_clock(moment: datetime, *, zone: str | ZoneInfo) -> datetime:
    """
    Return *moment* as the clocks of *zone* show it.

    Raises:
        NaiveInstantError: If *moment* has no UTC offset.
        UnknownZoneError: If *zone* is unknown.
        InstantRangeError: If those clocks are outside the years 1 to 9999.

    >>> print(on_clock(instant("2026-01-31T23:30:00Z"), zone="Europe/Paris"))
    2026-02-01 00:30:00+01:00
    """
    return _on_clock_of(time_zone(zone), utc(moment))


def start_of_day(day: date, *, zone: str | ZoneInfo) -> datetime:
    """
    Return the first instant of *day* in *zone*, in UTC.

    That is midnight, unless clocks jump over it: then it is the jump. A day that a zone skipped
    has no length, so it starts where the next one does. Of two midnights it is the first.

    Raises:
        FieldError: If *day* is a datetime.
        UnknownZoneError: If *zone* is unknown.
        InstantRangeError: If the instant lies outside the years 1 to 9999 in UTC.

    >>> from datetime import date
    >>> format_instant(start_of_day(date(2018, 11, 4), zone="America/Sao_Paulo"))
    '2018-11-04T03:00:00Z'
    """
    return instant_at(day, time=time(), zone=zone)


def instant_at(day: date, *, time: time, zone: str | ZoneInfo) -> datetime:
    """
    Return the first instant at which clocks in *zone* show *time* on *day* or later, in UTC.

    A time that clocks jump over is reached at the jump; of two equal times it is the first.

    Raises:
        FieldError: If *time* carries a zone of its own, or *day* is a datetime.
        UnknownZoneError: If *zone* is unknown.
        InstantRangeError: If the instant lies outside the years 1 to 9999 in UTC.

    >>> from datetime import date, time
    >>> jump = instant_at(date(2026, 3, 29), time=time(2, 30), zone="Europe/Berlin")
    >>> format_instant(jump)
    '2026-03-29T01:00:00Z'
    """
    here = time_zone(zone)
    if time.tzinfo is not None:
        raise FieldError(
            owner="instant_at", field="time", got=time, wanted="a time on the clocks of the zone"
        )
    wanted = datetime.combine(plain_day(day), time)
    # Where clocks jump forward, fold=0 reads the time by the old offset and fold=1 by the new
    # one, so that the jump lies between the two; elsewhere fold=0 is the first of equal times.
    reached = _on_clock_of(UTC, wanted.replace(tzinfo=here, fold=0))
    if _wall(reached, here) == wanted:
        return reached
    early = _on_clock_of(UTC, wanted.replace(tzinfo=here, fold=1))
    seconds = bisect_left(
        range((reached - early) // timedelta(seconds=1)),
        wanted,
        key=lambda second: _wall(early + timedelta(seconds=second), here),
    )
    return (early + timedelta(seconds=seconds)).replace(microsecond=0)


def days_after(day: date, *, days: int) -> date:
    """
    Return the date *days* calendar days after *day* (before it, if negative).

    Raises:
        FieldError: If *day* is a datetime.
        InstantRangeError: If it lies outside the years 1 to 9999.
    """
    try:
        return plain_day(day) + timedelta(days=days)
    except OverflowError:
        raise InstantRangeError(got=day) from None


def plain_day(day: date) -> date:
    """Return *day*, unless it is a datetime: that has a day in a time zone only."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise FieldError(
            owner="timeline", field="day", got=day, wanted="a date without a time (see day_of)"
        )
    return day


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return _on_clock_of(zone, moment).replace(tzinfo=None)


def _on_clock_of(zone: tzinfo, moment: datetime) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:
        raise InstantRangeError(got=moment) from None
