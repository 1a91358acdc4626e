"""Holt's and Holt-Winters' method: level, trend and season, fitted by likelihood."""

from __future__ import annotations

import math
from enum import Enum
from statistics import fmean
from typing import TYPE_CHECKING

from ecomkit.errors import FieldError
from ecomkit.replenishment.forecasting._decomposition import Seasonality, start_of
from ecomkit.replenishment.forecasting._exponential import Smoothing, State
from ecomkit.replenishment.forecasting._inputs import placed_units, whole
from ecomkit.replenishment.forecasting._nelder_mead import nelder_mead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WEIGHT_LEAST, WEIGHT_MOST = 1e-4, 0.9999
DAMPING_LEAST, DAMPING_MOST = 0.8, 0.98
SEASONS_LEAST = 2
SPARE = 4
"""So many periods more than parameters a history has to have."""


class Damping(Enum):
    """
    Whether a trend goes on for ever.

    >>> Damping("chosen")
    <Damping.CHOSEN: 'chosen'>
    """

    NEVER = "never"
    """Each period moves as far as the one before it."""

    ALWAYS = "always"
    """Each period moves a little less far than the one before it."""

    CHOSEN = "chosen"
    """As the corrected information criterion of Akaike says."""


def holt(
    units: Iterable[float | None], *, horizon: int, damping: Damping = Damping.CHOSEN
) -> tuple[float, ...]:
    """
    Return the forecast of each of *horizon* periods by Holt's method: level and trend (1957).

    The fit is that of :func:`holt_winters`, without a season. A forecast may fall below 0.

    Raises:
        FieldError: If there are too few values, one is negative or no number, or *horizon* is
            no whole number of periods.

    >>> [round(units, 6) for units in holt(range(10, 30), horizon=3, damping=Damping.NEVER)]
    [30.0, 31.0, 32.0]
    """
    return _forecast(placed_units(units), horizon=horizon, damping=damping)


def holt_winters(
    units: Iterable[float | None],
    *,
    season_length: int,
    horizon: int,
    seasonality: Seasonality = Seasonality.ADDITIVE,
    damping: Damping = Damping.CHOSEN,
) -> tuple[float, ...]:
    """
    Return the forecast of each of *horizon* periods by Holt-Winters' method (Winters, 1960).

    Level, slope and season each move by a share of the error of one period. The shares and the
    state before the first period are fitted as Hyndman and Khandakar (2008) do: from a classical
    decomposition the likelihood (of additive errors for an additive season, of relative ones for
    a multiplicative one) is climbed by at most 1,000 steps of Nelder and Mead. On long seasons
    that is not the summit, and better for it: the summit has a number of its own for each period
    of the season. A forecast may fall below 0.

    Where a value is None the state moves on as expected.

    Raises:
        FieldError: If there are less than two seasons, one value is negative or no number, or 0
            under a multiplicative season, or a length is no whole number of periods.

    >>> year = [5, 9, 14, 8]
    >>> [round(units) for units in holt_winters(year * 6, season_length=4, horizon=4)]
    [5, 9, 14, 8]
    """
    return _forecast(
        placed_units(units),
        horizon=horizon,
        season_length=whole(season_length, owner="holt_winters", field="season_length", least=2),
        kind=seasonality,
        damping=damping,
    )


def _forecast(
    placed: Sequence[float | None],
    *,
    horizon: int,
    season_length: int = 1,
    kind: Seasonality = Seasonality.ADDITIVE,
    damping: Damping,
) -> tuple[float, ...]:
    whole(horizon, owner="holt_winters", field="horizon")
    fitted = fitted_smoothing(placed, season_length=season_length, kind=kind, damping=damping)
    states: list[State] = []
    fitted.walk(placed, states=states)
    return tuple(fitted.ahead(states[-1], horizon=horizon))


def periods_least(*, season_length: int) -> int:
    """Return how many known periods a fit with a season of that length needs."""
    parameters = 4 if season_length == 1 else 6 + season_length - 1
    return max(SEASONS_LEAST * season_length, parameters + SPARE)


def fitted_smoothing(
    placed: Sequence[float | None], *, season_length: int, kind: Seasonality, damping: Damping
) -> Smoothing:
    """Return the smoothing that suits *placed* best; see :func:`holt_winters`."""
    known = [value for value in placed if value is not None]
    least = periods_least(season_length=season_length)
    if len(known) < least:
        wanted = f"at least {least} known periods for a season of {season_length}"
        raise FieldError(owner="Forecaster", field="units", got=len(known), wanted=wanted)
    if kind is Seasonality.MULTIPLICATIVE and min(known) <= 0:
        wanted = "above 0 in every period for a multiplicative season"
        raise FieldError(owner="Forecaster", field="units", got=min(known), wanted=wanted)
    if min(known) == max(known):
        return _flat(known[0], season_length=season_length, kind=kind)
    start = start_of(_filled(placed, season_length), season_length=season_length, kind=kind)
    first = State(level=start.level, slope=start.slope, season=start.season)
    ways = {Damping.NEVER: [False], Damping.ALWAYS: [True], Damping.CHOSEN: [True, False]}
    fits = [
        _climb(placed, first, kind=kind, damped=damped, known=len(known))
        for damped in ways[damping]
    ]
    return min(fits, key=lambda fit: fit[0])[1]


def _climb(
    placed: Sequence[float | None], first: State, *, kind: Seasonality, damped: bool, known: int
) -> tuple[float, Smoothing]:
    """Return the criterion of Akaike, corrected for short histories, and the fit it is of."""
    length = len(first.season)
    alpha = WEIGHT_LEAST + 0.2 * (WEIGHT_MOST - WEIGHT_LEAST) / length
    seasonal = length > 1
    # (start, lowest, highest) of each constant; the trend is to be slower than the level.
    box = [
        (alpha, WEIGHT_LEAST, WEIGHT_MOST),
        (WEIGHT_LEAST + 0.1 * (alpha - WEIGHT_LEAST), WEIGHT_LEAST, alpha),
    ]
    if seasonal:
        gamma = WEIGHT_LEAST + 0.05 * (1 - alpha - WEIGHT_LEAST)
        box.append((gamma, WEIGHT_LEAST, min(WEIGHT_MOST, 1 - alpha)))
    if damped:
        span = DAMPING_MOST - DAMPING_LEAST
        box.append((DAMPING_LEAST + 0.99 * span, DAMPING_LEAST, DAMPING_MOST))
    constants = len(box)
    # The last of the season to come back is what the others leave, the latest stands first.
    free = (first.level, first.slope, *reversed(first.season[1:]))
    box += [(value, -math.inf, math.inf) for value in free]
    read = _reader(kind, seasonal=seasonal, damped=damped, constants=constants)
    start, lowest, highest = zip(*box, strict=True)
    best = nelder_mead(
        lambda point: read(point).walk(placed), start=start, lowest=lowest, highest=highest
    )
    parameters = len(box) + 1
    spare = known - parameters - 1
    criterion = best.value + 2 * parameters
    criterion += 2 * parameters * (parameters + 1) / spare if spare > 0 else math.inf
    return criterion, read(best.point)


def _reader(
    kind: Seasonality, *, seasonal: bool, damped: bool, constants: int
) -> Callable[[Sequence[float]], Smoothing]:
    """Return how a point of the search is read as a smoothing."""
    neutral = 1.0 if kind is Seasonality.MULTIPLICATIVE else 0.0

    def read(point: Sequence[float]) -> Smoothing:
        level, slope, *season = point[constants:]
        rest = neutral * (len(season) + 1) - sum(season)
        return Smoothing(
            alpha=point[0],
            beta=point[1],
            gamma=point[2] if seasonal else 0.0,
            phi=point[constants - 1] if damped else 1.0,
            start=State(level=level, slope=slope, season=(rest, *reversed(season))),
            kind=kind,
        )

    return read


def _flat(value: float, *, season_length: int, kind: Seasonality) -> Smoothing:
    neutral = 1.0 if kind is Seasonality.MULTIPLICATIVE else 0.0
    season = (neutral,) * season_length
    start = State(level=float(value), slope=0.0, season=season)
    return Smoothing(alpha=WEIGHT_MOST, beta=0.0, gamma=0.0, phi=1.0, start=start, kind=kind)


def _filled(placed: Sequence[float | None], season_length: int) -> list[float]:
    """Return the values with the mean of the same period of a season where one is unknown."""
    known = [value for value in placed if value is not None]
    if len(known) == len(placed):
        return known
    means = []
    for at in range(season_length):
        alike = [value for value in placed[at::season_length] if value is not None]
        means.append(fmean(alike or known))
    return [
        means[at % season_length] if value is None else value for at, value in enumerate(placed)
    ]
