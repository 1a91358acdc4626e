"""Days of cover: how long the units last."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ecomkit.replenishment._numbers import units_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.replenishment._demand import Demand


def days_of_cover(units: int, *, demand: Demand) -> float | None:
    """
    Return how many days *units* last on mean demand; None if nothing is asked for.

    Units below zero are owed already: they last 0 days, with or without demand.

    >>> from ecomkit.replenishment import Demand
    >>> days_of_cover(100, demand=Demand.of(mean_per_day=20))
    5.0
    >>> days_of_cover(100, demand=Demand.of(mean_per_day=0)) is None
    True
    """
    if units < 0:
        return 0.0
    if not demand.mean_per_day:
        return None
    return units / demand.mean_per_day


def days_of_cover_ahead(units: int, *, forecast: Iterable[int]) -> Fraction | None:
    """
    Return how many days of the *forecast* the *units* serve; None if they outlast it.

    The forecast is walked day by day, and the day that cannot be served in full counts as the
    share of it that can. ``math.floor`` gives the days served in full.

    Raises:
        FieldError: If a day of the forecast is negative or no whole number.

    >>> days_of_cover_ahead(100, forecast=[12, 15, 20, 18, 30, 25])
    Fraction(26, 5)
    """
    left = max(0, units)
    for day, wanted in enumerate(forecast):
        if units_of_day(wanted, owner="forecast") > left:
            return day + Fraction(left, wanted)
        left -= wanted
    return None
