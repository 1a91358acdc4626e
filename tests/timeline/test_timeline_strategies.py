"""The strategies for the timeline reach the awkward places and refuse contradictions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import find, given, settings

from ecomkit.errors import FieldError
from ecomkit.testing.strategies._timeline import (
    INSTANT_MAX,
    INSTANT_MIN,
    days,
    instants,
    windows,
    zone_names,
)
from ecomkit.timeline import NaiveInstantError, Window, day_of, utc

LATE = datetime(2026, 10, 25, tzinfo=UTC)
QUICK = settings(max_examples=10_000, database=None)


@given(instants(min_value=LATE, max_value=LATE + timedelta(days=1)))
def test_instants_keep_their_bounds(moment: datetime) -> None:
    """Drawn instants lie inside the bounds, on whatever clock."""
    assert LATE <= utc(moment) <= LATE + timedelta(days=1)


@given(windows(min_value=LATE, max_value=LATE + timedelta(days=1)))
def test_windows_keep_their_bounds(window: Window) -> None:
    """Drawn windows lie inside the bounds."""
    assert LATE <= window.start <= window.end <= LATE + timedelta(days=1)


@given(instants(), zone_names())
def test_every_instant_has_a_day_everywhere(moment: datetime, zone: str) -> None:
    """The full range leaves room for every offset."""
    assert date.min < day_of(moment, zone=zone) < date.max


def test_repeated_hours_are_drawn() -> None:
    """An instant in the second of two equal hours is found."""
    assert find(
        instants(min_value=LATE, max_value=LATE + timedelta(days=1)),
        lambda moment: moment.fold == 1,
        settings=QUICK,
    )


def test_instants_shrink_to_utc() -> None:
    """The simplest instant is the turn of the millennium in UTC."""
    assert datetime(2000, 1, 1, tzinfo=UTC) == find(instants(), lambda _: True)
    assert find(zone_names(), lambda _: True) == "UTC"


def test_contradictions_are_refused() -> None:
    """Bounds that leave nothing, or are no instants, raise where they are written."""
    with pytest.raises(FieldError):
        instants(min_value=INSTANT_MAX, max_value=INSTANT_MIN)
    with pytest.raises(FieldError):
        days(min_value=date(2026, 1, 2), max_value=date(2026, 1, 1))
    with pytest.raises(NaiveInstantError):
        windows(min_value=LATE.replace(tzinfo=None))
