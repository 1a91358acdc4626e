"""Strategies for instants, zones, windows and business calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.timeline import BusinessCalendar, Weekday, Window, utc

__all__ = ["business_calendars", "days", "instants", "windows", "zone_names"]

# Two days are left at either end, so that every instant has a day in every zone.
INSTANT_MIN = datetime(1, 1, 3, tzinfo=UTC)
INSTANT_MAX = datetime(9999, 12, 29, tzinfo=UTC)

# Zones whose clocks or calendars did what nobody expects; drawn often, UTC first for shrinking.
_AWKWARD = (
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",  # clocks jumped over midnight
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # skipped 30 December 2011
    "Asia/Kathmandu",  # 5:45 ahead
    "America/St_Johns",  # at one minute past midnight
    "America/Toronto",  # over midnight from 23:30 in 1919
)


@cache
def _all_zones() -> tuple[str, ...]:
    # Names of the IANA database start with a capital; a machine may have others beside them.
    return tuple(sorted(name for name in available_timezones() if name[0].isupper()))


def zone_names() -> st.SearchStrategy[str]:
    """Return IANA names of time zones, the awkward ones often."""
    return st.sampled_from(_AWKWARD) | st.deferred(lambda: st.sampled_from(_all_zones()))


def days(*, min_value: date = date.min, max_value: date = date.max) -> st.SearchStrategy[date]:
    """
    Return calendar days.

    Raises:
        FieldError: If *min_value* is after *max_value*.
    """
    if min_value > max_value:
        raise FieldError(
            owner="days", field="min_value", got=min_value, wanted=f"{max_value} or before"
        )
    return st.dates(min_value, max_value)


def instants(
    *, min_value: datetime = INSTANT_MIN, max_value: datetime = INSTANT_MAX
) -> st.SearchStrategy[datetime]:
    """
    Return instants, in UTC, at fixed offsets and on the clocks of all zones, folds included.

    Raises:
        FieldError: If *min_value* is after *max_value*.
        NaiveInstantError: If a bound has no UTC offset.
    """
    first, last = utc(min_value), utc(max_value)
    if first > last:
        raise FieldError(
            owner="instants", field="min_value", got=first, wanted=f"{last} or before"
        )
    moments = st.datetimes(
        first.replace(tzinfo=None), last.replace(tzinfo=None), timezones=st.just(UTC)
    )
    offsets = st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    )
    clocks = st.just(UTC) | offsets | zone_names().map(ZoneInfo)
    return st.builds(lambda moment, clock: moment.astimezone(clock), moments, clocks)


def windows(
    *, min_value: datetime = INSTANT_MIN, max_value: datetime = INSTANT_MAX
) -> st.SearchStrategy[Window]:
    """
    Return windows inside the bounds, empty ones included.

    Raises:
        FieldError: If *min_value* is after *max_value*.
        NaiveInstantError: If a bound has no UTC offset.
    """
    ends = instants(min_value=min_value, max_value=max_value).map(utc)
    return st.builds(
        lambda one, other: Window(start=min(one, other), end=max(one, other)), ends, ends
    )


def business_calendars(
    *, zones: st.SearchStrategy[str] | None = None, holidays: st.SearchStrategy[date] | None = None
) -> st.SearchStrategy[BusinessCalendar]:
    """Return business calendars in any of *zones*, closed on up to six weekdays and *holidays*."""
    return st.builds(
        BusinessCalendar,
        zone=zone_names() if zones is None else zones,
        weekend=st.lists(st.sampled_from(Weekday), unique=True, max_size=6),
        holidays=st.lists(days() if holidays is None else holidays, max_size=8),
        cut_off=st.times(),
    )
