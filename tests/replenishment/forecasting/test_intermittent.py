"""Croston's method and its heirs: published figures, and the laws that tell them apart."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.errors import FieldError
from ecomkit.replenishment.forecasting import croston, croston_optimized, sba, tsb

histories = st.lists(st.integers(0, 1000) | st.just(0), min_size=1, max_size=60)
with_demand = histories.filter(any)
constants = st.floats(0.01, 1)
METHODS = [croston, croston_optimized, sba, tsb]


@pytest.mark.parametrize("case", cases("croston_classic"))
def test_croston_reproduces_the_cases(case: dict[str, Any]) -> None:
    """Croston's forecast is that of the reference, to 1e-9."""
    inputs = case["inputs"]

    assert croston(inputs["y"], alpha=inputs["alpha"]) == near(case, "forecast_1")


@pytest.mark.parametrize("case", cases("croston_optimized"))
def test_optimized_croston_reproduces_the_cases(case: dict[str, Any]) -> None:
    """So is the one with the best constants, in its tolerance."""
    assert croston_optimized(case["inputs"]["y"]) == near(case, "forecast_1")


@pytest.mark.parametrize("case", cases("croston_sba"))
def test_sba_reproduces_the_cases(case: dict[str, Any]) -> None:
    """The published factor and the constant 0.95 agree at a constant of 0.1."""
    inputs = case["inputs"]

    assert sba(inputs["y"], alpha=inputs["alpha"]) == near(case, "forecast_1")
    assert sba(inputs["y"], alpha=0.1, debias=inputs["debias"]) == near(case, "forecast_1")


@pytest.mark.parametrize("case", cases("tsb"))
def test_tsb_reproduces_the_cases(case: dict[str, Any]) -> None:
    """Teunter, Syntetos and Babai's forecast is that of the reference, to 1e-9."""
    inputs = case["inputs"]

    forecast = tsb(inputs["y"], alpha_d=inputs["alpha_d"], alpha_p=inputs["alpha_p"])
    assert forecast == near(case, "forecast_1")


@given(histories, constants)
def test_sba_is_never_above_croston(units: list[int], alpha: float) -> None:
    """The bias that is taken away is upwards, and half the constant."""
    assert sba(units, alpha=alpha) <= croston(units, alpha=alpha)
    assert sba(units, alpha=alpha) == pytest.approx(
        (1 - alpha / 2) * croston(units, alpha=alpha), rel=1e-12
    )


@given(with_demand, constants)
def test_croston_stays_and_tsb_goes_when_demand_ends(units: list[int], alpha: float) -> None:
    """A thousand periods without demand leave Croston where it was, and TSB nearly nothing."""
    ended = [*units, *[0] * 1000]

    assert croston(ended, alpha=alpha) == croston(units, alpha=alpha)
    # Next to 0 floats have few digits left.
    least = max(units) * (1 - alpha) ** 1000 * (1 + 1e-9) + 1e-300
    assert tsb(ended, alpha_d=alpha, alpha_p=alpha) <= least
    assert (
        tsb([*units, 0], alpha_d=alpha, alpha_p=alpha) < tsb(units, alpha_d=alpha, alpha_p=alpha)
        or tsb(units, alpha_d=alpha, alpha_p=alpha) == 0
    )


@given(with_demand, constants)
def test_croston_divides_the_smoothed_size_by_the_smoothed_interval(
    units: list[int], alpha: float
) -> None:
    """The plain definition, written out: two smoothings, each from its first value."""
    places = [at for at, count in enumerate(units, start=1) if count]
    gaps = [at - before for before, at in zip([0, *places], places, strict=False)]
    size, gap = float(units[places[0] - 1]), float(gaps[0])
    for at, interval in zip(places[1:], gaps[1:], strict=True):
        size = alpha * units[at - 1] + (1 - alpha) * size
        gap = alpha * interval + (1 - alpha) * gap

    assert croston(units, alpha=alpha) == pytest.approx(size / gap, rel=1e-12)


@given(with_demand, constants)
def test_tsb_multiplies_probability_and_size(units: list[int], alpha: float) -> None:
    """The plain definition, written out: the probability moves each period, the size on demand."""
    sold = [count for count in units if count]
    probability, size = float(units[0] > 0), float(sold[0])
    for count in units:
        probability = alpha * (count > 0) + (1 - alpha) * probability
    for count in sold[1:]:
        size = 0.3 * count + 0.7 * size

    assert tsb(units, alpha_d=0.3, alpha_p=alpha) == pytest.approx(probability * size, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(histories, st.integers(1, 1000))
def test_forecasts_scale_with_units(method: Any, units: list[int], factor: int) -> None:
    """Counting in single units or in packs gives the same forecast, in single units or packs."""
    scaled = method([factor * count for count in units])

    # The best constant is found to a millionth, from errors that rounding may turn.
    assert scaled == pytest.approx(factor * method(units), rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
@given(histories, st.data())
def test_what_is_unknown_is_left_out(method: Any, units: list[int], data: st.DataObject) -> None:
    """A None anywhere changes nothing."""
    at = data.draw(st.integers(0, len(units)))

    assert method([*units[:at], None, *units[at:]]) == method(units)


@pytest.mark.parametrize("method", [croston, croston_optimized, tsb])
@given(st.integers(1, 10**6), st.integers(1, 50))
def test_a_constant_series_is_forecast_as_itself(method: Any, count: int, periods: int) -> None:
    """The same in every period is expected of the next one, exactly."""
    assert method([count] * periods) == count


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_expected_where_nothing_was_asked_for(method: Any) -> None:
    """A history of zeros has no size and no interval, and a forecast of 0."""
    assert method([0, 0, 0]) == 0.0


def test_the_constants_of_sizes_and_intervals_are_looked_for_apart() -> None:
    """Sizes that jump once ask for a fast constant, intervals that stay for none in particular."""
    jump = [1, 0, 1, 0, 1, 0, 1, 0, 9, 0, 9, 0, 9, 0, 9]

    assert croston_optimized(jump) == pytest.approx((9 - 8 * 0.7**4) / (2 - 0.7**7), rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "units",
    [
        [],
        [None],
        [1, -1],
        [float("nan"), 1],
        [float("inf")],
        [1e300],
        [10**400],
        ["1"],
        [{}],
        [1j],
    ],
    ids=repr,
)
def test_what_is_no_history_is_refused(method: Any, units: list[Any]) -> None:
    """Nothing, unknown, negative, infinite and other things end in an error with the field."""
    with pytest.raises(FieldError, match="units"):
        method(units)


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan"), "0.1", True, None])
def test_constants_are_shares(alpha: Any) -> None:
    """A constant from 0 to 1 is wanted of each."""
    for call in (
        lambda: croston([1], alpha=alpha),
        lambda: sba([1], alpha=alpha),
        lambda: tsb([1], alpha_d=alpha),
        lambda: tsb([1], alpha_p=alpha),
    ):
        with pytest.raises(FieldError, match="alpha"):
            call()


def test_the_factor_of_sba_is_a_share() -> None:
    """A factor above 1 would add bias."""
    with pytest.raises(FieldError, match="debias"):
        sba([1], debias=1.5)


def test_other_kinds_of_numbers_are_taken() -> None:
    """Fractions, decimals, generators and arrays of numpy are histories too."""
    expected = croston([0, 3, 0, 2])
    assert croston(iter([0, 3, 0, 2])) == expected
    assert croston([Fraction(0), Fraction(3), 0, None, 2]) == expected
    assert croston([Decimal(0), Decimal(3), Decimal(0), Decimal(2)]) == expected
    assert croston(np.array([0, 3, 0, 2])) == expected
    assert croston(np.array([0.0, 3.0, 0.0, 2.0])) == expected


@given(with_demand, constants, constants)
def test_tsb_is_what_a_step_for_each_period_comes_to(
    units: list[int], alpha_d: float, alpha_p: float
) -> None:
    """The weighted sum of the periods with demand is the recursion as published."""
    probability = 1.0 if units[0] else 0.0
    size = float(next(filter(None, units)))
    for count in units:
        if count:
            size += alpha_d * (count - size)
        probability += alpha_p * ((1 if count else 0) - probability)

    expected = pytest.approx(probability * size, rel=1e-12, abs=1e-300)
    assert tsb(units, alpha_d=alpha_d, alpha_p=alpha_p) == expected


HIDDEN_NEGATIVES = [
    [-1, 2],
    [0, -1, 2],
    [3, -1, 2],
    [0, 0, 5.0, -0.5],
    [10**400, 5, -(10**400)],
    [-(10**400), 5, 10**400],
    [None, 4, -1, 3],
]


@pytest.mark.parametrize("method", [croston, sba, tsb])
@pytest.mark.parametrize("units", HIDDEN_NEGATIVES)
def test_a_negative_is_refused_though_the_sum_is_not(
    method: Any, units: list[float | None]
) -> None:
    """Demand below 0 is refused wherever it stands, also where another number makes up for it."""
    with pytest.raises(FieldError):
        method(units)
