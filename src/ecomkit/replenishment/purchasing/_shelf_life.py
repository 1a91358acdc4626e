"""Shelf life: how many units sell before they expire."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum
from itertools import islice

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import DAYS_MAX, DUST, UNITS_MAX, UNITS_PER_DAY_MAX, is_number


class Unserved(Enum):
    """What becomes of demand that finds no stock."""

    OWED = "owed"
    """It waits, and the next units serve it, as the ledger keeps it."""

    LOST = "lost"
    """The buyer goes elsewhere."""


def sells_within_shelf_life(
    forecast: Iterable[float],
    *,
    shelf_life_days: int,
    arrives_in_days: int = 0,
    position: int = 0,
    unserved: Unserved = Unserved.OWED,
) -> int:
    """
    Return how many units ordered now sell before they expire, rounded down: order no more.

    They arrive after *arrives_in_days* and sell on the *shelf_life_days* days from then on, the
    day of arrival included. What is there already, or comes before them, is sold first: what of
    the *position* is left when they arrive takes its share of those days. The rest of the
    forecast is not looked at; days that it lacks sell nothing.

    Args:
        forecast: Units expected to be sold today, tomorrow, and so on.
        shelf_life_days: Days for which a unit can be sold once it is here; what the supplier's
            route takes of it is gone already.
        arrives_in_days: Whole days until the units can be sold.
        position: Units that are sold before them; below 0 where units are owed, which the new
            ones serve on arrival.
        unserved: What becomes of the demand of days, before they arrive, that find no stock.

    Raises:
        FieldError: If a day's forecast is negative or no number, days are no whole number from 0
            to ten years, or *position* is no whole number of units.

    >>> sells_within_shelf_life([2.5] * 30, shelf_life_days=10, arrives_in_days=4, position=16)
    19
    """
    _whole(shelf_life_days, field="shelf_life_days", least=0, most=DAYS_MAX)
    _whole(arrives_in_days, field="arrives_in_days", least=0, most=DAYS_MAX)
    _whole(position, field="position", least=-UNITS_MAX, most=UNITS_MAX)
    if not isinstance(forecast, Iterable):
        raise _fault("forecast", forecast, wanted="the units of each day")
    days = list(islice(forecast, arrives_in_days + shelf_life_days))
    for units in days:
        if not is_number(units) or not 0 <= units <= UNITS_PER_DAY_MAX:
            wanted = f"a number from 0 to {UNITS_PER_DAY_MAX} for each day"
            raise _fault("forecast", units, wanted=wanted)
    before, after = math.fsum(days[:arrives_in_days]), math.fsum(days[arrives_in_days:])
    left = position - before
    if unserved is Unserved.LOST:
        # What was owed beforehand is owed still.
        left = max(min(0.0, float(position)), left)
    return max(0, math.floor(after - left + DUST))


def _whole(value: object, *, field: str, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:
        raise _fault(field, value, wanted=f"a whole number from {least} to {most}")


def _fault(field: str, got: object, *, wanted: str) -> FieldError:
    return FieldError(owner="sells_within_shelf_life", field=field, got=got, wanted=wanted)
