"""Baselines: the last period, the same period a season ago, the mean of the last ones."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from ecomkit.replenishment.forecasting._inputs import known_units, placed_units, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def naive(units: Iterable[float | None]) -> float:
    """
    Return the last known of *units*.

    Raises:
        FieldError: If no value is known, or one is negative or no number.

    >>> naive([4, 2, None])
    2.0
    """
    return float(known_units(units)[-1])


def moving_average(units: Iterable[float | None], *, window: int) -> float:
    """
    Return the mean of the last *window* known of *units*, or of all where there are fewer.

    Raises:
        FieldError: If no value is known, one is negative or no number, or *window* is no whole
            number of periods.

    >>> moving_average([9, 4, 2, 0], window=3)
    2.0
    """
    whole(window, owner="moving_average", field="window")
    return fmean(known_units(units)[-window:])


def historic_average(units: Iterable[float | None]) -> float:
    """
    Return the mean of all known *units*.

    Raises:
        FieldError: If no value is known, or one is negative or no number.

    >>> historic_average([9, 4, None, 2])
    5.0
    """
    return fmean(known_units(units))


def seasonal_naive(
    units: Iterable[float | None], *, season_length: int, horizon: int
) -> tuple[float, ...]:
    """
    Return for each period ahead what was last known of the same period of a season.

    Where a period of the season was never known, the mean of all that is known stands in.

    Raises:
        FieldError: If no value is known, one is negative or no number, or a length is no whole
            number of periods.

    >>> seasonal_naive([1, 2, 3, 4, 5, None], season_length=3, horizon=4)
    (4.0, 5.0, 3.0, 4.0)
    """
    whole(season_length, owner="seasonal_naive", field="season_length")
    whole(horizon, owner="seasonal_naive", field="horizon")
    season = last_season(placed_units(units), season_length=season_length)
    return tuple(season[step % season_length] for step in range(horizon))


def last_season(placed: Sequence[float | None], *, season_length: int) -> list[float]:
    """Return what was last known of each period of a season, the next one first."""
    mean = fmean(count for count in placed if count is not None)
    season = []
    for ahead in range(season_length):
        behind = len(placed) + ahead - season_length
        while behind >= 0 and placed[behind] is None:
            behind -= season_length
        known = placed[behind] if behind >= 0 else None
        season.append(mean if known is None else float(known))
    return season
