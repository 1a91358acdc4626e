"""Accuracy: published figures, laws of the measures, and the holdout of real series."""

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment import DemandPattern, intermittence
from ecomkit.replenishment.forecasting import (
    adida,
    bias,
    croston,
    historic_average,
    imapa,
    mae,
    mape,
    mase,
    naive,
    rmse,
    rmsse,
    sba,
    ses,
    tsb,
    wape,
)

units = st.integers(0, 1000).map(lambda thousandths: thousandths / 7)
pairs = st.lists(st.tuples(st.integers(0, 1000), units), min_size=1, max_size=20)
METHODS: dict[str, Callable[[list[int]], float]] = {
    "naive": naive,
    "mean": historic_average,
    "ses_0.1": lambda units: ses(units, alpha=0.1),
    "croston": croston,
    "sba": sba,
    "tsb_.1_.1": lambda units: tsb(units, alpha_d=0.1, alpha_p=0.1),
    "adida": adida,
    "imapa": imapa,
}


@pytest.mark.parametrize("case", cases("forecast_accuracy"))
def test_measures_reproduce_the_cases(case: dict[str, Any]) -> None:
    """WAPE, bias, MAE, MASE and RMSSE of a forecast are those of the reference."""
    actual, forecast = case["inputs"]["actual"], case["inputs"]["forecast"]
    history = case["inputs"]["train"]

    assert wape(actual, forecast=forecast) == near(case, "wape")
    assert bias(actual, forecast=forecast) == near(case, "bias")
    assert mae(actual, forecast=forecast) == near(case, "mae")
    assert mase(actual, forecast=forecast, history=history) == near(case, "mase")
    assert rmsse(actual, forecast=forecast, history=history) == near(case, "rmsse")


@pytest.mark.parametrize("case", cases("holdout_accuracy"))
def test_methods_reproduce_the_holdout(case: dict[str, Any], carparts: list[list[int]]) -> None:
    """Over 2,509 real series each method has the errors of the reference on the last 6 months."""
    train = case["inputs"]["train"]
    for name, method in METHODS.items():
        actual, forecast = [], []
        for units in carparts:
            actual += units[train:]
            forecast += [method(units[:train])] * case["inputs"]["test"]
        got = {
            "mae": mae(actual, forecast=forecast),
            "rmse": rmse(actual, forecast=forecast),
            "bias": bias(actual, forecast=forecast),
        }
        expected = {measure: case["expected"][name][measure] for measure in got}

        assert got == pytest.approx(expected, rel=case["tolerance"]), name
    idle = sum(not any(units[:train]) for units in carparts)
    assert idle == case["expected"]["naive"]["zero_only_train"]


@pytest.mark.parametrize("case", cases("sbc_counts"))
def test_real_series_have_the_classes_of_the_reference(
    case: dict[str, Any], carparts: list[list[int]]
) -> None:
    """All complete series are counted, with their units and their share of months without any."""
    counts = Counter(pattern and pattern.value for pattern in map(DemandPattern.of, carparts))
    cells = [count for units in carparts for count in units]

    assert {
        "n": len(carparts),
        **counts,
        "total_units": sum(cells),
        "share_zero_cells": cells.count(0) / len(cells),
    } == pytest.approx(case["expected"])


@pytest.mark.parametrize("case", cases("sbc_classify"))
def test_classes_reproduce_the_cases(case: dict[str, Any]) -> None:
    """Interval, variation and class of a series are those of the reference."""
    units = case["inputs"]["y"]
    figures = intermittence(units)

    assert figures is not None
    assert figures == (near(case, "adi"), near(case, "cv2"))
    assert DemandPattern.of(units) is DemandPattern(case["expected"]["class"])


@pytest.mark.parametrize("case", cases("sbc_class_of"))
def test_borders_of_classes_reproduce_the_cases(case: dict[str, Any]) -> None:
    """A value at a cut-off belongs to the upper class."""
    assert DemandPattern.at(**case["inputs"]) is DemandPattern(case["expected"]["class"])


@given(pairs)
def test_measures_agree_with_each_other(drawn: list[tuple[int, float]]) -> None:
    """Bias is within the mean absolute error, that within the root of the mean squared one."""
    actual, forecast = [pair[0] for pair in drawn], [pair[1] for pair in drawn]
    absolute = mae(actual, forecast=forecast)

    assert abs(bias(actual, forecast=forecast)) <= absolute * (1 + 1e-12)
    assert absolute <= rmse(actual, forecast=forecast) * (1 + 1e-12)
    if any(actual):
        assert wape(actual, forecast=forecast) * sum(actual) == pytest.approx(
            absolute * len(actual)
        )
    if all(actual):
        parts = [abs(units - count) / count for count, units in drawn]
        assert mape(actual, forecast=forecast) == pytest.approx(sum(parts) / len(parts))


@given(pairs)
def test_a_right_forecast_has_no_error(drawn: list[tuple[int, float]]) -> None:
    """And 0 is the only such value of those that cannot cancel out."""
    actual = [pair[0] for pair in drawn]

    assert mae(actual, forecast=actual) == rmse(actual, forecast=actual) == 0
    assert bias(actual, forecast=actual) == 0


def test_unknown_periods_are_left_out() -> None:
    """What nobody knows is no error, and no part of the weight."""
    actual, forecast = [6, None, 5], [6.5, 100, 6.5]

    assert mae(actual, forecast=forecast) == 1.0
    assert bias(actual, forecast=forecast) == 1.0
    assert wape(actual, forecast=forecast) == pytest.approx(2 / 11)
    assert mape(actual, forecast=forecast) == pytest.approx((0.5 / 6 + 1.5 / 5) / 2)
    assert mase(actual, forecast=forecast, history=[1, None, 3, 5, None, 5]) == 0.5


def test_a_seasonal_scale_compares_with_a_season_ago() -> None:
    """What comes again each season is no error of the seasonal naive forecast."""
    history = [1, 9, 2, 8, 2, 8]

    steps = [1, -1, 0, 0]
    scale = sum(map(abs, steps)) / 4
    assert mase([3], forecast=[2], history=history, season_length=2) == pytest.approx(1 / scale)
    assert rmsse([3], forecast=[2], history=history, season_length=2) == pytest.approx(
        1 / math.sqrt(2 / 4)
    )


def test_mape_is_refused_at_zero() -> None:
    """A share of nothing is no number, and the error names the measure that is."""
    with pytest.raises(FieldError, match="wape"):
        mape([1, 0], forecast=[1, 1])


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: mae([], forecast=[]), "units"),
        (lambda: mae([None], forecast=[1]), "units"),
        (lambda: mae([-1], forecast=[1]), "units"),
        (lambda: mae([1, 2], forecast=[1]), "forecast"),
        (lambda: rmse([1], forecast=[float("nan")]), "forecast"),
        (lambda: bias([1], forecast=[float("inf")]), "forecast"),
        (lambda: bias([1], forecast=["1"]), "forecast"),
        (lambda: wape([0, 0], forecast=[1, 1]), "actual"),
        (lambda: mase([1], forecast=[1], history=[2, 2, 2]), "history"),
        (lambda: rmsse([1], forecast=[1], history=[2]), "history"),
        (lambda: rmsse([1], forecast=[1], history=[1, 2], season_length=0), "season_length"),
    ],
)
def test_what_cannot_be_measured_is_refused(call: Callable[[], float], field: str) -> None:
    """Nothing known, lengths that differ, no scale: an error with the field."""
    with pytest.raises(FieldError, match=field):
        call()
