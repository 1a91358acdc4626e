"""Simple exponential smoothing: published figures, and what the constant does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.forecasting import ses, ses_optimized

histories = st.lists(st.integers(0, 1000), min_size=1, max_size=40)


def squared_errors(units: list[int], *, alpha: float) -> float:
    """What the constant is judged by: the one-step errors from the second value on."""
    return sum((units[end] - ses(units[:end], alpha=alpha)) ** 2 for end in range(1, len(units)))


@pytest.mark.parametrize("case", cases("ses"))
def test_it_reproduces_the_cases(case: dict[str, Any]) -> None:
    """A fixed constant gives the level of the reference, to 1e-9."""
    assert ses(case["inputs"]["y"], alpha=case["inputs"]["alpha"]) == near(case, "forecast_1")


@pytest.mark.parametrize("case", cases("ses_optimized"))
def test_the_best_constant_reproduces_the_cases(case: dict[str, Any]) -> None:
    """The constant with the least squared errors gives it in its tolerance."""
    assert ses_optimized(case["inputs"]["y"]) == near(case, "forecast_1")


@given(histories, st.floats(0, 1))
def test_the_level_is_a_weighted_mean(units: list[int], alpha: float) -> None:
    """Each value weighs alpha of what later ones leave; the first one has all the rest."""
    weights = [alpha * (1 - alpha) ** behind for behind in reversed(range(len(units)))]
    weights[0] = (1 - alpha) ** (len(units) - 1)
    expected = sum(weight * count for weight, count in zip(weights, units, strict=True))

    assert ses(units, alpha=alpha) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(histories, st.floats(0, 1))
def test_the_level_lies_between_the_least_and_the_most(units: list[int], alpha: float) -> None:
    """No level is outside of what was seen."""
    assert min(units) - 1e-9 <= ses(units, alpha=alpha) <= max(units) + 1e-9
    assert min(units) - 1e-9 <= ses_optimized(units) <= max(units) + 1e-9


@given(histories)
def test_the_ends_of_the_constant_are_the_first_and_the_last_value(units: list[int]) -> None:
    """At 0 nothing is learned, at 1 nothing is remembered."""
    assert ses(units, alpha=0) == units[0]
    assert ses(units, alpha=1) == pytest.approx(units[-1])


def test_no_constant_of_a_grid_errs_less_than_the_best() -> None:
    """The optimum is held against a hundred others, on a history with one valley."""
    units = [20, 22, 19, 25, 24, 28, 26, 30, 29, 27, 31, 33, 30, 35]
    grid = {alpha / 100: squared_errors(units, alpha=alpha / 100) for alpha in range(1, 100)}
    best = min(grid, key=lambda alpha: grid[alpha])

    low, high = (ses(units, alpha=alpha) for alpha in (best - 0.01, best + 0.01))
    assert min(low, high) <= ses_optimized(units) <= max(low, high)


@given(st.integers(0, 10**6), st.integers(1, 30))
def test_a_constant_series_is_forecast_as_itself(count: int, periods: int) -> None:
    """Whatever the constant is."""
    assert ses([count] * periods, alpha=0.3) == count
    assert ses_optimized([count] * periods) == count


@given(histories, st.integers(1, 1000))
def test_levels_scale_with_units(units: list[int], factor: int) -> None:
    """Ten times the units are ten times the level."""
    scaled = [factor * count for count in units]

    assert ses(scaled, alpha=0.3) == pytest.approx(factor * ses(units, alpha=0.3), rel=1e-12)


def test_what_is_unknown_is_left_out() -> None:
    """A None changes nothing, wherever it stands."""
    assert ses([None, 4, None, 8, None], alpha=0.25) == ses([4, 8], alpha=0.25)
    assert ses_optimized([4, None, 8, 5]) == ses_optimized([4, 8, 5])


def test_what_is_no_history_is_refused() -> None:
    """Negative units and a constant above 1 end in an error with the field."""
    with pytest.raises(FieldError, match="units"):
        ses([1, -2], alpha=0.1)
    with pytest.raises(FieldError, match="units"):
        ses_optimized([])
    with pytest.raises(FieldError, match="alpha"):
        ses([1], alpha=2)
