"""Whether a history has a season at all: its likeness to itself a season ago."""

from __future__ import annotations

import math
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING

from ecomkit.replenishment.forecasting._inputs import placed_units, share, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEASONS_LEAST = 2
CONFIDENCE = 0.95


def is_seasonal(
    units: Iterable[float | None], *, season_length: int, confidence: float = CONFIDENCE
) -> bool:
    """
    Return whether *units* resemble those a season before more than chance does.

    The test of the M competitions (Makridakis and Hibon, 2000): the autocorrelation at the
    season is above the one-sided limit of Bartlett, which grows with the autocorrelations of
    shorter lags. Less than two seasons tell nothing; unknown periods are left out.

    Raises:
        FieldError: If no value is known, one is negative or no number, *season_length* is less
            than 2 periods, or *confidence* is not from 0 to 1.

    >>> is_seasonal([5, 9, 14, 8] * 4, season_length=4)
    True
    >>> is_seasonal([5, 9, 14, 8, 6, 7, 8, 5, 9, 9, 6, 10], season_length=4)
    False
    """
    whole(season_length, owner="is_seasonal", field="season_length", least=2)
    share(confidence, owner="is_seasonal", field="confidence")
    placed = placed_units(units)
    if len(placed) < SEASONS_LEAST * season_length:
        return False
    mean = fmean(count for count in placed if count is not None)
    apart = [None if count is None else count - mean for count in placed]
    known = [part for part in apart if part is not None]
    variance = sum(part * part for part in known)
    if not variance:
        return False
    alike = [_likeness(apart, lag) / variance for lag in range(1, season_length + 1)]
    limit = math.sqrt((1 + 2 * sum(r * r for r in alike[:-1])) / len(known))
    return alike[-1] > _z(confidence) * limit


def _likeness(apart: Sequence[float | None], lag: int) -> float:
    return sum(
        later * earlier
        for later, earlier in zip(apart[lag:], apart, strict=False)
        if later is not None and earlier is not None
    )


def _z(confidence: float) -> float:
    if confidence in (0, 1):
        return math.inf if confidence else -math.inf
    return NormalDist().inv_cdf(confidence)
