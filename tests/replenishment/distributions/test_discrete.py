"""Tables of demand and the sums of many periods."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment.distributions import DiscreteDemand, EmpiricalDemand, PoissonDemand

SMALL = st.lists(st.integers(0, 6), min_size=1, max_size=5)
SAMPLES = st.lists(st.integers(0, 40), min_size=1, max_size=30)


@given(SMALL, st.integers(0, 4))
def test_sums_are_those_of_counting(sample: list[int], periods: int) -> None:
    """The sum over n periods has the share that counting all sequences gives it."""
    counted = Counter(sum(days) for days in product(sample, repeat=periods))
    summed = DiscreteDemand.of_counts(sample).over(periods)
    assert set(summed.units) == set(counted)
    for units, times in counted.items():
        assert summed.pmf(units) == pytest.approx(times / len(sample) ** periods, rel=1e-15)


@given(SAMPLES, st.integers(1, 60))
@settings(deadline=None)
def test_moments_of_sums_are_n_fold(sample: list[int], periods: int) -> None:
    """Mean and variance of a sum of independent periods are n times those of one."""
    one = DiscreteDemand.of_counts(sample)
    summed = one.over(periods)
    assert summed.mean == pytest.approx(periods * one.mean, rel=1e-13)
    assert summed.sd == pytest.approx(math.sqrt(periods) * one.sd, rel=1e-12, abs=1e-9)


@given(SAMPLES, st.dictionaries(st.integers(0, 12), st.integers(1, 9), min_size=1))
@settings(deadline=None)
def test_a_random_number_of_periods_is_a_mixture(
    sample: list[int], weights: dict[int, int]
) -> None:
    """Over a lead time of random days each number of units is as probable as over its parts."""
    one = DiscreteDemand.of_counts(sample)
    total = sum(weights.values())
    shares = {days: weight / total for days, weight in weights.items()}
    mixed = one.over(shares)
    parts = {days: one.over(days) for days in shares}
    for units in (0, 1, sum(sample), max(sample) * 5):
        expected = math.fsum(share * parts[days].cdf(units) for days, share in shares.items())
        assert mixed.cdf(units) == pytest.approx(expected, abs=1e-14)


def test_sums_agree_with_float_convolution() -> None:
    """Thirty days of up to 200 units are what numpy convolves, to 1e-12 everywhere."""
    sample = [(7 * i * i + 3 * i) % 201 for i in range(365)]
    summed = DiscreteDemand.of_counts(sample).over(30)
    day = np.bincount(sample, minlength=201) / len(sample)
    dense = np.array([1.0])
    for _ in range(30):
        dense = np.convolve(dense, day)
    ours = np.zeros_like(dense)
    for units, weight in zip(summed.units, summed.weights, strict=True):
        ours[units] = weight / sum(summed.weights)
    assert np.abs(ours - dense).max() < 1e-15
    assert summed.quantile(0.95) == int(np.searchsorted(np.cumsum(dense), 0.95))


def test_sums_of_poisson_days_are_poisson() -> None:
    """Seven Poisson days of mean 2 make a Poisson week of mean 14."""
    day = PoissonDemand(mean=2)
    week = DiscreteDemand.of({units: day.pmf(units) for units in range(60)}).over(7)
    for units in (0, 7, 14, 30, 45):
        assert week.cdf(units) == pytest.approx(PoissonDemand(mean=14).cdf(units), rel=1e-12)
        assert week.loss(units) == pytest.approx(PoissonDemand(mean=14).loss(units), rel=1e-6)


def test_one_huge_day_leaves_small_sums_in_place() -> None:
    """A day of 10,000 units neither blows up the table nor blurs the sums without it."""
    day = DiscreteDemand(units=(0, 1, 3, 10_000), weights=(300, 40, 20, 1))
    month = day.over(30)
    small = DiscreteDemand(units=(0, 1, 3), weights=(300, 40, 20)).over(30)
    spared = (360 / 361) ** 30
    for units in (0, 5, 20):
        assert month.cdf(units) == pytest.approx(spared * small.cdf(units), rel=1e-12)
    assert len(month.units) < 2 * 8192
    assert month.mean == pytest.approx(30 * day.mean, rel=1e-14)
    assert month.sd == pytest.approx(math.sqrt(30) * day.sd, rel=1e-4)


def test_a_coarse_lattice_never_lowers_the_loss() -> None:
    """Where amounts are split over neighbours the expected shortage is no less than it is."""
    day = DiscreteDemand(units=(9_001, 9_973, 10_007), weights=(1, 1, 1))
    both = Counter(a + b for a, b in product(day.units, repeat=2))
    twice = DiscreteDemand(units=sorted(both), weights=[both[units] for units in sorted(both)])
    ours = day.over(2)
    assert ours.mean == pytest.approx(twice.mean, rel=1e-15)
    for units in range(18_000, 20_100, 37):
        assert ours.loss(units) >= twice.loss(units) * (1 - 1e-12)
        assert ours.loss(units) - twice.loss(units) < 2


def test_only_huge_days_stand_on_the_coarse_lattice() -> None:
    """Without small amounts there is nothing to keep in place."""
    day = DiscreteDemand(units=(10**12 + 1, 10**12 + 7), weights=(1, 1))
    assert day.over(10).mean == pytest.approx(10**13 + 40, rel=1e-14)


def test_a_common_divisor_widens_the_lattice() -> None:
    """Packs of 5,000 are no more sums than packs of one."""
    summed = DiscreteDemand(units=(0, 5_000), weights=(1, 1)).over(100)
    assert summed.units[1] - summed.units[0] == 5_000
    assert summed.pmf(250_000) == pytest.approx(math.comb(100, 50) / 2**100, rel=1e-12)


@given(SAMPLES, st.floats(0.001, 1))
def test_empirical_quantile_is_an_observation(sample: list[int], probability: float) -> None:
    """The least observation with at least that share at or below it."""
    demand = EmpiricalDemand(sample=sample)
    least = min(
        value
        for value in sample
        if sum(other <= value for other in sample) / len(sample) >= probability
    )
    assert demand.quantile(probability) == least
    assert demand.quantile(1) == max(sample)


@given(SAMPLES, st.integers(-5, 50))
def test_empirical_figures_are_those_of_the_sample(sample: list[int], units: int) -> None:
    """Mean, deviation, shares and losses are sums over the sample."""
    demand = EmpiricalDemand(sample=sample)
    size = len(sample)
    mean = Fraction(sum(sample), size)
    variance = Fraction(sum(x * x for x in sample), size) - mean * mean
    assert demand.mean == float(mean)
    assert demand.sd == pytest.approx(math.sqrt(variance), rel=1e-14)
    assert demand.pmf(units) == sample.count(units) / size
    assert demand.cdf(units) == sum(x <= units for x in sample) / size
    beyond = Fraction(sum(max(0, x - units) for x in sample), size)
    assert demand.loss(units) == pytest.approx(float(beyond), rel=1e-14)
    left = Fraction(sum(max(0, units - x) for x in sample), size)
    assert demand.complementary_loss(units) == pytest.approx(float(left), rel=1e-14)


def test_probabilities_are_scaled_to_one() -> None:
    """What adds up to 1 but for dust is taken, and zeros are left out."""
    demand = DiscreteDemand.of({3: 0.1, 1: 0.2, 2: 0.7 + 1e-12, 9: 0.0})
    assert demand.units == (1, 2, 3)
    assert demand.cdf(3) == 1
    assert demand.pmf(1) == pytest.approx(0.2, rel=1e-11)


def test_tables_of_huge_weights_have_moments() -> None:
    """Weights beyond floats are no trouble: only their ratios count."""
    demand = DiscreteDemand(units=(0, 10**15), weights=(10**400, 10**400))
    assert demand.mean == demand.sd == 5e14


@pytest.mark.parametrize(
    ("units", "weights"),
    [
        ((), ()),
        ((1, 1), (1, 1)),
        ((2, 1), (1, 1)),
        ((-1,), (1,)),
        ((1.0,), (1,)),
        ((True,), (1,)),
        ((1,), ()),
        ((1,), (0,)),
        ((1,), (1.5,)),
        ((1,), (True,)),
        ((10**16,), (1,)),
        (None, (1,)),
        ((1,), None),
        (range(100_001), [1] * 100_001),
    ],
)
def test_tables_that_are_none_are_refused(units: Any, weights: Any) -> None:
    """Units rise, are whole and have one weight each."""
    with pytest.raises(FieldError):
        DiscreteDemand(units=units, weights=weights)


@pytest.mark.parametrize(
    "probabilities",
    [{}, {1: 0.5}, {1: 1.5, 2: -0.5}, {1: math.nan}, {1.5: 1.0}, {-1: 1.0}, {1: "1"}, {True: 1.0}],
)
def test_probabilities_that_are_none_are_refused(probabilities: Mapping[Any, Any]) -> None:
    """Probabilities add up to 1, over whole numbers."""
    with pytest.raises(FieldError):
        DiscreteDemand.of(probabilities)
    with pytest.raises(FieldError):
        DiscreteDemand.of_counts([1]).over(probabilities)


@pytest.mark.parametrize("periods", [-1, 1.5, True, "3", None, 3_651])
def test_periods_that_are_none_are_refused(periods: Any) -> None:
    """A number of periods is whole, up to ten years of days."""
    with pytest.raises(FieldError, match="periods"):
        DiscreteDemand.of_counts([0, 1]).over(periods)


@pytest.mark.parametrize("sample", [(), (-1,), (1.5,), (True,), ("1",), (10**16,)])
def test_samples_that_are_none_are_refused(sample: Any) -> None:
    """A sample holds at least one whole number, 0 or more."""
    with pytest.raises(FieldError, match="sample"):
        EmpiricalDemand(sample=sample)
    with pytest.raises(FieldError, match="sample"):
        DiscreteDemand.of_counts(sample)


def test_a_sample_is_a_collection() -> None:
    """A single number is no sample."""
    with pytest.raises(FieldError, match="sample"):
        EmpiricalDemand(sample=5)  # type: ignore[arg-type]
