"""Exponential smoothing with trend and season: walked through a history."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import attrs

from ecomkit.replenishment.forecasting._decomposition import Seasonality

if TYPE_CHECKING:
    from collections.abc import Sequence

SQUARES_LEAST = 1e-300
"""A fit without any error still has a likelihood."""


@attrs.frozen(kw_only=True)
class State:
    """What is known after some periods: level, slope, and the season, the next period first."""

    level: float
    slope: float
    season: tuple[float, ...]


@attrs.frozen(kw_only=True)
class Smoothing:
    """Smoothing constants and the state before the first period."""

    alpha: float
    beta: float
    gamma: float
    phi: float
    start: State
    kind: Seasonality

    def walk(self, values: Sequence[float | None], *, states: list[State] | None = None) -> float:
        """
        Return minus twice the logarithm of the likelihood of *values*, but for a constant.

        The state before the first and after each of *values* is added to *states*, if given.
        Where a value is unknown the state moves on as expected.
        """
        times = self.kind is Seasonality.MULTIPLICATIVE
        alpha, beta, gamma, phi = self.alpha, self.beta, self.gamma, self.phi
        level, slope, season = self.start.level, self.start.slope, list(self.start.season)
        length = len(season)
        squares = logarithms = 0.0
        known = 0
        for place, value in enumerate(values):
            if states is not None:
                states.append(_state(level, slope, season, place))
            at = place % length
            slope *= phi
            level += slope
            if value is None:
                continue
            known += 1
            if times:
                expected = level * season[at]
                if expected <= 0:
                    return math.inf
                error = value / expected - 1
                logarithms += math.log(expected)
                slope += beta * level * error
                level += alpha * level * error
                season[at] += gamma * season[at] * error
            else:
                error = value - level - season[at]
                level += alpha * error
                slope += beta * error
                season[at] += gamma * error
            squares += error * error
        if states is not None:
            states.append(_state(level, slope, season, len(values)))
        answer = known * math.log(max(squares, SQUARES_LEAST)) + 2 * logarithms
        return math.inf if math.isnan(answer) else answer

    def ahead(self, state: State, *, horizon: int) -> list[float]:
        """Return what is expected of each of *horizon* periods after *state*."""
        level, slope = state.level, state.slope
        length = len(state.season)
        path = []
        for step in range(horizon):
            slope *= self.phi
            level += slope
            factor = state.season[step % length]
            times = self.kind is Seasonality.MULTIPLICATIVE
            path.append(level * factor if times else level + factor)
        return path


def _state(level: float, slope: float, season: Sequence[float], place: int) -> State:
    at = place % len(season)
    return State(level=level, slope=slope, season=(*season[at:], *season[:at]))
