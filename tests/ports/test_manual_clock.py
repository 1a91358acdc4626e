"""The clock that stands still until it is told otherwise."""

import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import AttentionError, EcomkitError, FieldError, InputError, TransientError
from ecomkit.identifiers import LocationId, Sku
from ecomkit.ports import (
    Clock,
    LevelNotLoadedError,
    ManualClock,
    MovementTakenError,
    NestedTransactionError,
    SchemaVersionError,
    SnapshotWriteError,
    StoreBusyError,
    StoreClosedError,
    StoredValueError,
    TransactionEndedError,
)
from ecomkit.stock import LevelKey
from ecomkit.testing.strategies import instants
from ecomkit.timeline import utc

STEPS = st.timedeltas(timedelta(days=-300), timedelta(days=300))
NEAR = instants(
    min_value=datetime(1000, 1, 1, tzinfo=UTC), max_value=datetime(9000, 1, 1, tzinfo=UTC)
)


@given(instants())
def test_a_clock_stands_still(start: datetime) -> None:
    """Asked twice, it says the same instant, the one that was set, in UTC."""
    clock: Clock = ManualClock(start)

    assert clock.now() == clock.now() == utc(start)
    assert clock.now().tzinfo is UTC


@given(NEAR, STEPS, STEPS)
def test_time_passes_by_what_passed(start: datetime, one: timedelta, other: timedelta) -> None:
    """Two steps are one step of their sum, on any wall clock: an hour is an hour."""
    clock = ManualClock(start)
    clock.advance(one)
    clock.advance(other)

    assert clock.now() - utc(start) == one + other


@given(instants(), instants())
def test_a_clock_can_be_put_anywhere(start: datetime, instant: datetime) -> None:
    """It can be put forwards and backwards."""
    clock = ManualClock(start)
    clock.set(instant)

    assert clock.now() == utc(instant)


def test_an_hour_over_a_change_of_clocks_is_an_hour() -> None:
    """Over the night in which clocks go back, an hour that passes is an hour."""
    berlin = ZoneInfo("Europe/Berlin")
    clock = ManualClock(datetime(2026, 10, 25, 2, 30, tzinfo=berlin))
    clock.advance(timedelta(hours=1))

    assert clock.now() == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [datetime(2026, 1, 1), "noon", None, 5])  # noqa: DTZ001
def test_a_clock_needs_an_instant(wrong: Any) -> None:
    """A time without its offset, or no time at all, is refused; the clock stays as it was."""
    with pytest.raises(FieldError):
        ManualClock(wrong)

    clock = ManualClock(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    before = clock.now()
    with pytest.raises(FieldError):
        clock.set(wrong)

    assert clock.now() == before


ERRORS: list[tuple[EcomkitError, type[EcomkitError], str]] = [
    (SchemaVersionError(found=2, known=1), AttentionError, "upgrade"),
    (StoreBusyError(waited_seconds=30), TransientError, "try again"),
    (StoreClosedError(), InputError, "closed"),
    (StoredValueError(collection="order", key="k", why="w"), AttentionError, "'k'"),
    (NestedTransactionError(), InputError, "end it first"),
    (SnapshotWriteError(), InputError, "only reads"),
    (TransactionEndedError(), InputError, "has ended"),
    (MovementTakenError(movement="m/0"), InputError, "'m/0'"),
    (LevelNotLoadedError(level=LevelKey(Sku("A"), LocationId("main"))), InputError, "A at main"),
]


@pytest.mark.parametrize(("error", "family", "words"), ERRORS)
def test_errors_say_what_to_do(
    error: EcomkitError, family: type[EcomkitError], words: str
) -> None:
    """Each error of a store is of the family that says what to do, and survives pickling."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert isinstance(error, family)
    assert words in str(error)
    assert str(again) == str(error)
