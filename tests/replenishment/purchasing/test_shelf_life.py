"""Shelf life: no more than sells before it expires."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment.purchasing import Unserved, sells_within_shelf_life

forecasts = st.lists(st.integers(0, 9), max_size=40)
days = st.integers(0, 20)


def simulated(
    forecast: list[int], *, life: int, lead: int, position: int, lost: bool, order: int
) -> int:
    """Return the units of *order* that are still there on their last day, sold first in first out."""
    older, newer, owed = max(0, position), 0, max(0, -position)
    for day in range(lead + life):
        if day == lead:
            newer = order
        asked = (forecast[day] if day < len(forecast) else 0) + owed
        from_older = min(asked, older)
        from_newer = min(asked - from_older, newer)
        older, newer = older - from_older, newer - from_newer
        unserved = asked - from_older - from_newer
        owed = min(owed, unserved) if lost else unserved
    return newer


@given(forecasts, days.filter(bool), days, st.integers(-30, 60), st.sampled_from(Unserved))
def test_all_of_it_sells_and_one_more_would_not(
    forecast: list[int], life: int, lead: int, position: int, unserved: Unserved
) -> None:
    """Day by day, first in first out: the answer leaves nothing, one unit more leaves one."""
    lost = unserved is Unserved.LOST
    most = sells_within_shelf_life(
        forecast,
        shelf_life_days=life,
        arrives_in_days=lead,
        position=position,
        unserved=unserved,
    )
    left = [
        simulated(forecast, life=life, lead=lead, position=position, lost=lost, order=order)
        for order in (most, most + 1)
    ]

    assert left == [0, 1]


@given(st.lists(st.floats(0, 50), max_size=30), days, days, st.integers(0, 100))
def test_lost_buyers_never_make_it_more(
    forecast: list[float], life: int, lead: int, position: int
) -> None:
    """What waits can still be sold to; what goes elsewhere cannot."""
    owed, lost = (
        sells_within_shelf_life(
            forecast,
            shelf_life_days=life,
            arrives_in_days=lead,
            position=position,
            unserved=unserved,
        )
        for unserved in (Unserved.OWED, Unserved.LOST)
    )

    assert 0 <= lost <= owed


def test_it_is_rounded_down_but_not_for_dust() -> None:
    """Ten days of a tenth are one unit."""
    assert [sells_within_shelf_life([0.1] * 10, shelf_life_days=life) for life in (10, 9)] == [
        1,
        0,
    ]


def test_only_so_much_of_the_forecast_is_looked_at() -> None:
    """A forecast may go on for ever."""
    ever = iter(lambda: 2.5, None)

    assert sells_within_shelf_life(ever, shelf_life_days=7, arrives_in_days=3) == 25


@pytest.mark.parametrize("units", [-1, math.nan, math.inf, "2", True, 1e8])
def test_a_forecast_is_of_units(units: Any) -> None:
    """Each day is a number of units that one day may ask for."""
    with pytest.raises(FieldError) as caught:
        sells_within_shelf_life([1, units], shelf_life_days=5)
    assert caught.value.field == "forecast"


@pytest.mark.parametrize("value", [-1, 3651, 1.0, True, None])
@pytest.mark.parametrize("field", ["shelf_life_days", "arrives_in_days"])
def test_days_are_whole(field: str, value: Any) -> None:
    """From 0 to ten years."""
    with pytest.raises(FieldError) as caught:
        sells_within_shelf_life([1], **{"shelf_life_days": 5, field: value})
    assert caught.value.field == field


def test_a_position_is_whole_units() -> None:
    """And no larger than a count may be."""
    for position in (10**15, -(10**15)):
        assert max(0, 1 - position) == sells_within_shelf_life(
            [1], shelf_life_days=5, position=position
        )
    wrong: list[Any] = [0.5, 10**15 + 1, True]
    for position in wrong:
        with pytest.raises(FieldError):
            sells_within_shelf_life([1], shelf_life_days=5, position=position)
