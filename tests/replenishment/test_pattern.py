"""Demand patterns: classes by how often and how evenly something is asked for."""

from __future__ import annotations

from datetime import date
from statistics import fmean, pvariance
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_cases import cases, near

from ecomkit.replenishment import Demand, DemandPattern, DemandSeries, intermittence
from ecomkit.replenishment._pattern import ADI_CUT, CV2_CUT

UNITS = st.lists(st.integers(0, 9) | st.integers(0, 10**6), max_size=40)


@pytest.mark.parametrize("case", cases("sbc_classify"))
def test_published_series_have_their_class(case: dict[str, Any]) -> None:
    """Interval, variation and class of series that others have classified."""
    units = case["inputs"]["y"]
    figures = intermittence(units)

    assert figures is not None
    assert figures[0] == near(case, "adi")
    assert figures[1] == near(case, "cv2")
    assert DemandPattern.of(units) is DemandPattern(case["expected"]["class"])


@pytest.mark.parametrize("case", cases("sbc_class_of"))
def test_a_value_at_a_cut_off_is_in_the_upper_class(case: dict[str, Any]) -> None:
    """The border belongs to what is harder to forecast."""
    assert DemandPattern.at(**case["inputs"]) is DemandPattern(case["expected"]["class"])


@given(adi=st.floats(1, 9), cv2=st.floats(0, 9))
@settings(deadline=None)
def test_four_classes_by_two_cut_offs(adi: float, cv2: float) -> None:
    """Often or seldom, evenly or unevenly."""
    expected = {
        (False, False): DemandPattern.SMOOTH,
        (False, True): DemandPattern.ERRATIC,
        (True, False): DemandPattern.INTERMITTENT,
        (True, True): DemandPattern.LUMPY,
    }

    assert expected[adi >= ADI_CUT, cv2 >= CV2_CUT] is DemandPattern.at(adi=adi, cv2=cv2)


@given(UNITS)
@settings(deadline=None)
def test_the_interval_and_the_variation_are_those_of_the_definition(units: list[int]) -> None:
    """Periods over periods with demand; the variance of the amounts over their squared mean."""
    amounts = [count for count in units if count]
    figures = intermittence(units)
    if not amounts:
        assert figures is None
        assert DemandPattern.of(units) is None
    else:
        assert figures is not None
        assert figures[0] == len(units) / len(amounts)
        expected = pvariance(amounts) / fmean(amounts) ** 2
        assert figures[1] == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert DemandPattern.of(units) is DemandPattern.at(adi=figures[0], cv2=figures[1])


@given(UNITS, st.integers(1, 1000))
@settings(deadline=None)
def test_classes_do_not_depend_on_the_unit(units: list[int], factor: int) -> None:
    """Pieces give the class of dozens, but for what lies on a cut-off to the last digit."""
    scaled = intermittence(factor * count for count in units)
    figures = intermittence(units)

    assert (figures is None) == (scaled is None)
    if figures is not None:
        assert scaled == pytest.approx(figures, rel=1e-9, abs=1e-12)


@given(st.integers(1, 10**6), st.integers(1, 40), st.integers(0, 40))
@settings(deadline=None)
def test_equal_amounts_have_no_variation(amount: int, often: int, seldom: int) -> None:
    """However they are spread; not even by a rounding error."""
    assert intermittence([amount] * often + [0] * seldom) == ((often + seldom) / often, 0.0)


@given(UNITS)
@settings(deadline=None)
def test_the_order_of_periods_does_not_matter(units: list[int]) -> None:
    """A class says how often, not when."""
    assert intermittence(units) == intermittence(sorted(units))


def test_a_demand_has_the_pattern_of_its_series() -> None:
    """Unknown periods are left out; a demand without a series has none."""
    series = DemandSeries(start=date(2026, 1, 1), units=[0, None, 3, 0, 0, None, 1, 0, 0])
    demand = Demand.from_series(series)

    assert demand.pattern is DemandPattern.of([0, 3, 0, 0, 1, 0, 0])
    assert Demand.of(mean_per_day=1).pattern is None
