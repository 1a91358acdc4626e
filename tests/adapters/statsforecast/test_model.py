"""Models of statsforecast as forecasters: held against a stand-in of their shape."""

import sys
from datetime import date
from typing import Any

import attrs
import numpy as np
import pytest

from ecomkit.adapters.statsforecast import StatsforecastModel
from ecomkit.errors import FieldError, MissingExtraError
from ecomkit.replenishment import DemandSeries, TooFewObservationsError
from ecomkit.replenishment.forecasting import ByBacktest, Naive, Spread

SERIES = DemandSeries(start=date(2026, 1, 1), units=[4, None, 6, 5, 9])


@attrs.define
class WindowAverage:
    """A stand-in: the mean of all, which answers as a model of statsforecast does."""

    answers: dict[str, Any] = attrs.field(factory=dict)
    seen: list[Any] = attrs.field(factory=list)

    def forecast(self, y: Any, h: int, **options: Any) -> dict[str, Any]:
        """Return the arrays that were asked for."""
        assert isinstance(y, np.ndarray)
        assert y.dtype == float
        self.seen.append((y.tolist(), h, options))
        answer = {"mean": np.full(h, y.mean())}
        if options.get("fitted"):
            answer["fitted"] = np.array([np.nan, *np.cumsum(y)[:-1] / np.arange(1, len(y))])
        for level in options.get("level", ()):
            half = 1.2815515655446004 * 2
            answer[f"lo-{level}"] = np.full(h, y.mean() - half)
            answer[f"hi-{level}"] = np.full(h, y.mean() + half)
        return answer | self.answers

    def __str__(self) -> str:
        return "WindowAverage"


@attrs.define
class Seasonal(WindowAverage):
    """A stand-in with a season."""

    season_length: int = 7


def test_the_model_gets_an_array_of_what_is_known() -> None:
    """Of floats, with the horizon, and asked for its fitted values."""
    model = WindowAverage()
    forecast = StatsforecastModel(model=model)(SERIES, horizon=3)

    assert model.seen == [([4.0, 6.0, 5.0, 9.0], 3, {"fitted": True})]
    assert forecast.mean == (6.0, 6.0, 6.0)
    assert forecast.method == "WindowAverage"
    assert all(type(units) is float for units in forecast.mean)


def test_its_errors_are_those_of_its_fitted_values() -> None:
    """The first has none; sums of several periods fall back to the root."""
    forecast = StatsforecastModel(model=WindowAverage(), name="Mean")(SERIES, horizon=4)

    assert forecast.hindsight.errors(first=1, last=1) == (2.0, 0.0, 4.0)
    assert forecast.sd == pytest.approx((20 / 3) ** 0.5)
    assert forecast.total().spread is Spread.ROOT
    assert forecast.explain().startswith("Mean over 5 days")


def test_a_level_gives_the_deviation_of_its_range() -> None:
    """Eighty percent of a normal distribution lie within 1.28 deviations."""
    model = WindowAverage()
    forecast = StatsforecastModel(model=model, level=80)(SERIES, horizon=1)

    assert model.seen[0][2] == {"level": [80]}
    assert forecast.sd == pytest.approx(2.0)


def test_what_is_expected_below_nothing_is_nothing() -> None:
    """Demand is not negative, whatever a trend says."""
    model = WindowAverage({"mean": np.array([1.0, -1.0])})

    assert StatsforecastModel(model=model)(SERIES, horizon=2).mean == (1.0, 0.0)


def test_a_model_without_fitted_values_has_a_mean_and_no_spread() -> None:
    """The spread says so, and is no 0."""
    model = WindowAverage({"fitted": []})
    forecast = StatsforecastModel(model=model)(SERIES, horizon=1)

    assert forecast.mean == (6.0,)
    with pytest.raises(TooFewObservationsError):
        forecast.total()


def test_a_season_keeps_its_place() -> None:
    """Left out, an unknown period would move all others: it is refused."""
    whole = DemandSeries(start=date(2026, 1, 1), units=[4, 6, 5, 9])

    assert StatsforecastModel(model=Seasonal())(whole, horizon=1).mean == (6.0,)
    assert StatsforecastModel(model=Seasonal(season_length=1))(SERIES, horizon=1).mean == (6.0,)
    with pytest.raises(FieldError, match="series"):
        StatsforecastModel(model=Seasonal())(SERIES, horizon=1)


def test_it_is_a_forecaster_like_any_other() -> None:
    """A back-test compares it with the rest."""
    days = DemandSeries(start=date(2026, 1, 1), units=[4, 6, 4, 6, 4, 6, 4, 6, 4, 6])
    chosen = ByBacktest(candidates=[Naive(), StatsforecastModel(model=WindowAverage())])

    assert chosen(days, horizon=1).method == "WindowAverage"


@pytest.mark.parametrize(
    "mean", [[1.0], [1.0, float("nan")], [1.0, float("inf")], [], [1.0, 2.0, 3.0]]
)
def test_an_answer_is_a_finite_number_a_period(mean: list[float]) -> None:
    """Anything else is no forecast, and the error names the model."""
    model = WindowAverage({"mean": np.array(mean)})

    with pytest.raises(FieldError, match="model"):
        StatsforecastModel(model=model)(SERIES, horizon=2)


def test_an_answer_without_the_level_is_refused() -> None:
    """A model that tells no range cannot be asked for its deviation."""
    model = WindowAverage({"lo-80": []})

    with pytest.raises(FieldError, match="hi-80"):
        StatsforecastModel(model=model, level=80)(SERIES, horizon=2)


@pytest.mark.parametrize("units", [[], [None]])
def test_nothing_known_is_no_history(units: list[None]) -> None:
    """The model is not even asked."""
    model = WindowAverage()
    series = DemandSeries(start=date(2026, 1, 1), units=units)

    with pytest.raises(FieldError, match="series"):
        StatsforecastModel(model=model)(series, horizon=1)
    assert model.seen == []


@pytest.mark.parametrize("level", [0, 100, 80.0, True, "80"])
def test_a_level_is_a_percentage(level: Any) -> None:
    """As statsforecast wants it."""
    with pytest.raises(FieldError, match="level"):
        StatsforecastModel(model=WindowAverage(), level=level)


def test_a_model_has_a_method_forecast() -> None:
    """A class that was not called has one too, but text has none."""
    with pytest.raises(FieldError, match="model"):
        StatsforecastModel(model="AutoETS")  # type: ignore[arg-type]


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be imported all the same, and says what is missing when it is used."""
    monkeypatch.setitem(sys.modules, "numpy", None)

    with pytest.raises(MissingExtraError, match="fast"):
        StatsforecastModel(model=WindowAverage())(SERIES, horizon=1)
