"""Accuracy: how far forecasts were from what came, by the usual measures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecomkit.errors import FieldError
from ecomkit.replenishment._numbers import is_number
from ecomkit.replenishment.forecasting._inputs import TOTAL_MAX, known_units, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def mae(actual: Iterable[float | None], *, forecast: Iterable[float]) -> float:
    """
    Return the mean absolute error, in units; unknown periods are left out, in all measures.

    On demand that comes now and then it is least for a forecast of 0: judge such methods by
    :func:`rmse`, or by the service and the stock of a replay.

    Raises:
        FieldError: If nothing is known, the two differ in length, or a number is none.

    >>> mae([6, 8, 5], forecast=[6.5, 6.5, 6.5])
    1.1666666666666667
    """
    errors = _errors(actual, forecast)
    return math.fsum(map(abs, errors)) / len(errors)


def rmse(actual: Iterable[float | None], *, forecast: Iterable[float]) -> float:
    """
    Return the root of the mean squared error, in units.

    Raises:
        FieldError: As :func:`mae`.

    >>> rmse([3, 5], forecast=[4, 4])
    1.0
    """
    errors = _errors(actual, forecast)
    return math.sqrt(math.fsum(error * error for error in errors) / len(errors))


def bias(actual: Iterable[float | None], *, forecast: Iterable[float]) -> float:
    """
    Return the mean of forecast less actual, in units: above 0 where too much was expected.

    Raises:
        FieldError: As :func:`mae`.

    >>> bias([6, 8, 5], forecast=[6.5, 6.5, 6.5])
    0.16666666666666666
    """
    errors = _errors(actual, forecast)
    return math.fsum(errors) / len(errors)


def wape(actual: Iterable[float | None], *, forecast: Iterable[float]) -> float:
    """
    Return the weighted absolute percentage error: absolute errors over units, as a share.

    Raises:
        FieldError: As :func:`mae`, or if nothing was asked for at all.

    >>> wape([6, 8, 5], forecast=[6.5, 6.5, 6.5])
    0.18421052631578946
    """
    came = list(actual)
    errors = _errors(came, forecast)
    total = math.fsum(count for count in came if count is not None)
    if not total:
        raise _undefined("wape", "actual", came, "demand in one period or more")
    return math.fsum(map(abs, errors)) / total


def mape(actual: Iterable[float | None], *, forecast: Iterable[float]) -> float:
    """
    Return the mean absolute percentage error, as a share.

    It is undefined where nothing was asked for in a period, and refused; :func:`wape` is not.

    Raises:
        FieldError: As :func:`mae`, or if a period has no demand.

    >>> mape([5, 10], forecast=[4, 12])
    0.2
    """
    came = list(actual)
    errors = _errors(came, forecast)
    known = [count for count in came if count is not None]
    if not all(known):
        raise _undefined("mape", "actual", came, "above 0 in every period; wape takes 0 too")
    parts = (abs(error) / count for error, count in zip(errors, known, strict=True))
    return math.fsum(parts) / len(known)


def mase(
    actual: Iterable[float | None],
    *,
    forecast: Iterable[float],
    history: Iterable[float | None],
    season_length: int = 1,
) -> float:
    """
    Return the mean absolute scaled error (Hyndman and Koehler, 2006).

    The scale is the mean absolute error of the naive forecast in the *history* before, of the
    seasonal naive one with a *season_length* above 1.

    Raises:
        FieldError: As :func:`mae`, or if the history never changed from period to period.

    >>> round(mase([6, 8, 5], forecast=[6.5, 6.5, 6.5], history=[3, 5, 4, 6, 5, 7]), 10)
    0.7291666667
    """
    steps = _naive_errors("mase", history, season_length)
    return mae(actual, forecast=forecast) / (math.fsum(map(abs, steps)) / len(steps))


def rmsse(
    actual: Iterable[float | None],
    *,
    forecast: Iterable[float],
    history: Iterable[float | None],
    season_length: int = 1,
) -> float:
    """
    Return the root mean squared scaled error, the measure of the M5 competition (2020).

    As :func:`mase`, with squares.

    Raises:
        FieldError: As :func:`mase`.

    >>> round(rmsse([6, 8, 5], forecast=[6.5, 6.5, 6.5], history=[3, 5, 4, 6, 5, 7]), 10)
    0.7519815094
    """
    steps = _naive_errors("rmsse", history, season_length)
    scale = math.sqrt(math.fsum(step * step for step in steps) / len(steps))
    return rmse(actual, forecast=forecast) / scale


def _errors(actual: Iterable[float | None], forecast: Iterable[float]) -> list[float]:
    """Return forecast less actual where it is known."""
    came, expected = list(actual), list(forecast)
    known_units(came)
    if len(came) != len(expected):
        wanted = f"as many numbers as there are actual, {len(came)}"
        raise FieldError(owner="accuracy", field="forecast", got=len(expected), wanted=wanted)
    for units in expected:
        if not is_number(units) or not -TOTAL_MAX <= units <= TOTAL_MAX:
            raise FieldError(
                owner="accuracy", field="forecast", got=units, wanted="a finite number of units"
            )
    return [
        units - count for units, count in zip(expected, came, strict=True) if count is not None
    ]


def _naive_errors(
    owner: str, history: Iterable[float | None], season_length: int
) -> Sequence[float]:
    whole(season_length, owner=owner, field="season_length")
    past = list(history)
    known_units(past)
    steps = [
        later - earlier
        for later, earlier in zip(past[season_length:], past, strict=False)
        if later is not None and earlier is not None
    ]
    if not any(steps):
        raise _undefined(owner, "history", past, "a history that changes from period to period")
    return steps


def _undefined(owner: str, field: str, got: object, wanted: str) -> FieldError:
    return FieldError(owner=owner, field=field, got=got, wanted=wanted)
