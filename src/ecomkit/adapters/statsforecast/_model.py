"""A forecaster over a model that takes an array and answers with a dictionary of arrays."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Protocol, final

import attrs

from ecomkit._checks import is_text, optional, refuse
from ecomkit.errors import FieldError, MissingExtraError
from ecomkit.replenishment.forecasting import Forecast, OneStepErrors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecomkit.replenishment import DemandSeries


class ArrayModel(Protocol):
    """What a model has to answer: the shape of those in ``statsforecast.models``."""

    def forecast(self, y: Any, h: int, **options: Any) -> Mapping[str, Any]:
        """
        Return ``mean`` for *h* periods after *y*, as arrays.

        With ``fitted=True`` it also has ``fitted``, what was expected of each period of *y*;
        with ``level=[80]`` it has ``lo-80`` and ``hi-80``.
        """
        ...


def _model(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not callable(getattr(value, "forecast", None)):
        raise refuse(instance, attribute.name, value, "an object with a method forecast")


def _percent(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 100:  # noqa: PLR2004 - percent
        raise refuse(instance, attribute.name, value, "a whole number from 1 to 99")


@final
@attrs.frozen(kw_only=True)
class StatsforecastModel:
    """
    A :class:`~ecomkit.replenishment.forecasting.Forecaster` over a model of statsforecast.

    The model is any object of that shape; statsforecast itself is not needed, numpy is (the
    extra ``fast``). What it expects below 0 is 0. How far off it may be comes from its fitted
    values, or, with a ``level`` in percent, from the width of its interval for the first
    period, taken as that of a normal distribution: for models that tell one and not the other.

    Unknown periods are left out of the array. A model with a season would lose its place in it:
    it is refused a series with unknown periods.

    Raises:
        FieldError: If the model has no method ``forecast``, or ``level`` is no percentage.

    .. code-block:: python

        from statsforecast.models import AutoETS

        forecaster = StatsforecastModel(model=AutoETS(season_length=12))
        print(forecaster(series, horizon=6).explain())
    """

    model: ArrayModel = attrs.field(validator=_model)
    name: str | None = attrs.field(default=None, validator=optional(is_text))
    level: int | None = attrs.field(default=None, validator=optional(_percent))

    def __call__(self, series: DemandSeries, *, horizon: int) -> Forecast:
        """
        Return the forecast of the model.

        What the model itself raises is passed on.

        Raises:
            MissingExtraError: If numpy is not installed.
            FieldError: If no period is known, one is unknown to a model with a season, or the
                answer of the model is not *horizon* finite numbers.
        """
        known = series.observed
        seasonal = (getattr(self.model, "season_length", 1) or 1) > 1
        if not known or (seasonal and len(known) < len(series)):
            wanted = "known in every period for a model with a season, in one for any"
            raise self._refused("series", series, wanted)
        options = {"fitted": True} if self.level is None else {"level": [self.level]}
        answer = self.model.forecast(y=_array(known), h=horizon, **options)
        mean = _floats(answer.get("mean", ()))
        if len(mean) != horizon or not all(map(math.isfinite, mean)):
            raise self._refused("model", mean, f"one that answers with {horizon} finite means")
        return Forecast(
            method=self.name or str(self.model),
            history=series,
            mean=[max(0.0, units) for units in mean],
            hindsight=OneStepErrors(one_step=self._errors(answer, known)),
        )

    def _errors(self, answer: Mapping[str, Any], known: Sequence[int]) -> list[float]:
        """Return the errors of the next period, or two that have its standard deviation."""
        if self.level is None:
            fitted = _floats(answer.get("fitted", ()))
            # The first periods have no fitted value: NaN.
            return [
                count - units
                for count, units in zip(known, fitted, strict=False)
                if math.isfinite(units)
            ]
        ends = [_floats(answer.get(f"{end}-{self.level}", ())) for end in ("lo", "hi")]
        if not all(ends):
            raise self._refused("model", sorted(answer), f"one that tells lo and hi-{self.level}")
        sd = (ends[1][0] - ends[0][0]) / 2 / NormalDist().inv_cdf(0.5 + self.level / 200)
        return [sd, -sd]

    def _refused(self, field: str, got: object, wanted: str) -> FieldError:
        return FieldError(owner=type(self).__name__, field=field, got=got, wanted=wanted)


def _array(known: Sequence[int]) -> Any:
    try:
        import numpy as np  # noqa: PLC0415 - numpy is an extra
    except ImportError as error:
        raise MissingExtraError(extra="fast", feature="ecomkit.adapters.statsforecast") from error
    return np.array(known, dtype=float)


def _floats(values: Any) -> list[float]:
    return [float(value) for value in values]
