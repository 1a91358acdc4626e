"""ADIDA and IMAPA: published figures, and what blocks do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.forecasting import adida, imapa

histories = st.lists(st.integers(0, 1000) | st.just(0), min_size=1, max_size=60)
METHODS = [adida, imapa]


@pytest.mark.parametrize("case", cases("adida"))
def test_adida_reproduces_the_cases(case: dict[str, Any]) -> None:
    """One length of a block gives the forecast of the reference, in its tolerance."""
    assert adida(case["inputs"]["y"]) == near(case, "forecast_1")


@pytest.mark.parametrize("case", cases("imapa"))
def test_imapa_reproduces_the_cases(case: dict[str, Any]) -> None:
    """So do all lengths together."""
    assert imapa(case["inputs"]["y"]) == near(case, "forecast_1")


@pytest.mark.parametrize("method", METHODS)
@given(st.integers(1, 10**6), st.integers(1, 30))
def test_a_constant_series_is_forecast_as_itself(method: Any, count: int, periods: int) -> None:
    """Blocks of one period are the series."""
    assert method([count] * periods) == count


@pytest.mark.parametrize("method", METHODS)
@given(histories)
def test_a_forecast_lies_between_nothing_and_the_most(method: Any, units: list[int]) -> None:
    """A rate is never above the largest demand of one period."""
    assert 0 <= method(units) <= max(units) + 1e-9


@pytest.mark.parametrize("method", METHODS)
@given(histories, st.integers(1, 1000))
def test_forecasts_scale_with_units(method: Any, units: list[int], factor: int) -> None:
    """Ten times the units are ten times the forecast."""
    scaled = method([factor * count for count in units])

    assert scaled == pytest.approx(factor * method(units), rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_regular_demand_is_shared_out_over_its_interval(method: Any) -> None:
    """Six every third period are two a period to both, once blocks are as long as the interval."""
    assert adida([0, 0, 6] * 8) == pytest.approx(2.0, rel=1e-12)
    assert method([0, 0, 0]) == 0.0


def test_imapa_is_the_mean_over_the_lengths() -> None:
    """Blocks of one and of two periods, written out at the constants that they choose."""
    units = [0, 4] * 6
    tried = []
    for thousandth in range(100, 301):
        level = errors = 0.0
        for count in units:
            errors += (count - level) ** 2
            level += thousandth / 1000 * (count - level)
        tried.append((errors, level))

    # Sums of two never err, and share out as two a period.
    assert imapa(units) == pytest.approx((min(tried)[1] + 2.0) / 2, rel=1e-3)


def test_half_an_interval_is_rounded_to_the_even_one() -> None:
    """A mean interval of 2.5 makes blocks of 2, as the rounding of Python does."""
    # Blocks of 2 that end with the last period hold 2 each; one of 3 would make it 2 in 3.
    assert adida([0, 2, 0, 0, 2]) == 1.0


@pytest.mark.parametrize("method", METHODS)
def test_what_is_no_history_is_refused(method: Any) -> None:
    """Negative units end in an error with the field."""
    with pytest.raises(FieldError, match="units"):
        method([1, -2])
