"""Every family against scipy, over a wide grid of moments and probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from scipy import special, stats

from ecomkit.errors import FieldError
from ecomkit.replenishment.distributions import (
    ConstantDemand,
    GammaDemand,
    LognormalDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
)

MEANS = (1e-3, 0.1, 1.0, 8.0, 100.0, 1e3, 1e5, 1e6)
SPREADS = (1e-3, 0.03, 0.3, 1.0, 3.0, 30.0)
SHARES = (1e-9, 1e-3, 0.1, 0.5, 0.9, 0.99, 0.999, 1 - 1e-9)


def continuous() -> Iterator[tuple[Any, Any]]:
    """Yield each continuous distribution with its oracle."""
    for mean in MEANS:
        for spread in SPREADS:
            sd = mean * spread
            yield NormalDemand(mean=mean, sd=sd), stats.norm(mean, sd)
            gamma = GammaDemand(mean=mean, sd=sd)
            yield gamma, stats.gamma(gamma.shape, scale=gamma.scale)
            lognormal = LognormalDemand(mean=mean, sd=sd)
            yield lognormal, stats.lognorm(lognormal.sigma, scale=math.exp(lognormal.mu))


def whole() -> Iterator[tuple[Any, Any]]:
    """Yield each distribution of whole units with its oracle."""
    for mean in MEANS:
        yield PoissonDemand(mean=mean), stats.poisson(mean)
        for r in (0.01, 0.5, 1.0, 3.7, 50.0, 1e4):
            demand = NegativeBinomialDemand(mean=mean, r=r)
            yield demand, stats.nbinom(r, demand.p)


@pytest.mark.parametrize("share", SHARES)
def test_continuous_quantiles_and_shares(share: float) -> None:
    """Quantiles and their cdf agree with scipy's to nine digits."""
    for demand, oracle in continuous():
        units = demand.quantile(share)
        expected = float(oracle.ppf(share))
        assert units == pytest.approx(expected, rel=1e-9, abs=1e-290), (demand, share)
        assert demand.cdf(units) == pytest.approx(float(oracle.cdf(units)), rel=1e-8), demand


@pytest.mark.parametrize("share", SHARES)
def test_whole_quantiles_and_shares(share: float) -> None:
    """Quantiles of whole units are scipy's, and so are shares and probabilities."""
    for demand, oracle in whole():
        units = demand.quantile(share)
        expected = int(oracle.ppf(share))
        # scipy's own tail decides the last few of a billion units by rounding.
        assert abs(units - expected) <= 1e-8 * expected, (demand, share)
        assert demand.cdf(units) == pytest.approx(float(oracle.cdf(units)), rel=1e-8), demand
        assert demand.pmf(units) == pytest.approx(float(oracle.pmf(units)), rel=1e-7), demand


@pytest.mark.parametrize("deviations", [-2.0, -0.5, 0.0, 1.0, 3.0])
def test_gamma_losses(deviations: float) -> None:
    """Losses in the bulk are those of the textbook formula on scipy's functions."""
    for mean in MEANS:
        for spread in (0.03, 0.3, 1.0, 3.0):
            demand = GammaDemand(mean=mean, sd=mean * spread)
            units = mean * (1 + deviations * spread)
            if units > 0:
                at = units / demand.scale
                expected = mean * special.gammaincc(demand.shape + 1, at)
                expected -= units * special.gammaincc(demand.shape, at)
                assert demand.loss(units) == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("deviations", [-1.0, 0.0, 1.0, 3.0])
def test_whole_losses(deviations: float) -> None:
    """Losses of whole units are the sums of scipy's tails."""
    for demand, oracle in whole():
        k = math.floor(demand.mean + deviations * demand.sd)
        if demand.mean <= 1e3 and demand.sd <= 1e3 and k >= 0:
            end = 2 * math.ceil(oracle.isf(1e-15)) + 100
            expected = math.fsum(oracle.sf(range(k, end)))
            assert demand.loss(k) == pytest.approx(expected, rel=1e-8), (demand, k)


def test_gamma_quantile_below_the_smallest_float_is_nothing() -> None:
    """A demand that is none but for once in a lifetime has a median of 0."""
    assert GammaDemand(mean=1e-3, sd=1.0).quantile(0.5) == 0
    assert GammaDemand(mean=1e-3, sd=1.0).cdf(1e-300) > 0.99


def test_a_tail_beyond_floats_is_nothing() -> None:
    """Far beyond the last float of a tail the cdf is 1 and the loss 0, never an error."""
    for demand in (GammaDemand(mean=1e6, sd=10), PoissonDemand(mean=1e6)):
        assert demand.cdf(1e12) == 1
        assert demand.loss(1e12) == 0
        assert demand.cdf(1) == 0
        assert demand.complementary_loss(1) == 0
    assert GammaDemand(mean=1e4, sd=10).quantile(1e-300) == pytest.approx(9635, rel=1e-3)


@pytest.mark.parametrize("share", [5e-324, 1e-300, 1e-200, 1 - 2**-53])
def test_the_last_floats_of_a_probability_have_quantiles(share: float) -> None:
    """The least and the greatest floats between 0 and 1 end in an answer, and the least one."""
    for mean in (1e-9, 1e-3, 1.0, 600.0, 1e6, 1e9):
        for demand in (PoissonDemand(mean=mean), NegativeBinomialDemand(mean=mean, r=0.5)):
            units = demand.quantile(share)
            assert demand.cdf(units) >= share
            assert units == 0 or demand.cdf(units - 1) < share


@pytest.mark.parametrize("spread", [1e-6, 1e-3, 0.1, 0.116, 1.0, 1e3, 1e6])
def test_a_gamma_tail_at_the_end_of_floats_is_taken_for_1e_300(spread: float) -> None:
    """A gamma quantile of a probability that has lost its digits is that of 1e-300."""
    demand = GammaDemand(mean=600, sd=600 * spread)
    units = demand.quantile(5e-324)
    assert units == demand.quantile(1e-300)
    if units > 0:
        assert demand.cdf(units) == pytest.approx(1e-300, rel=1e-6)


def test_a_gamma_guess_beyond_the_tail_finds_back() -> None:
    """Where the first guess has no tail left in floats the search comes back from it."""
    demand = GammaDemand.of_shape(736.8442392230163, scale=1)
    units = demand.quantile(1.374e-291)
    assert demand.cdf(units) == pytest.approx(1.374e-291, rel=1e-9)


@pytest.mark.parametrize("mean", [1e9, 1e12, 1e15])
def test_large_poisson_is_near_normal(mean: float) -> None:
    """However large the mean, an answer takes no longer and is near the normal one."""
    demand = PoissonDemand(mean=mean)
    normal = NormalDemand(mean=mean, sd=math.sqrt(mean))
    for share in (1e-6, 0.5, 0.95):
        assert demand.quantile(share) == pytest.approx(normal.quantile(share), abs=30)
    assert demand.loss(mean) == pytest.approx(normal.loss(mean), rel=1e-4)


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, 1e16, True, "1", None])
def test_parameters_that_are_none_are_refused(value: Any) -> None:
    """A parameter is a number in range; anything else is refused by name."""
    for kind in (NormalDemand, GammaDemand, LognormalDemand):
        with pytest.raises(FieldError, match="sd"):
            kind(mean=1, sd=value)
    for kind in (GammaDemand, LognormalDemand):
        with pytest.raises(FieldError, match="mean"):
            kind(mean=value, sd=1)
    with pytest.raises(FieldError, match="mean"):
        PoissonDemand(mean=value)
    with pytest.raises(FieldError, match="mean"):
        NegativeBinomialDemand(mean=value, r=1)
    with pytest.raises(FieldError, match="r must"):
        NegativeBinomialDemand(mean=1, r=value)
    with pytest.raises(FieldError, match="shape"):
        GammaDemand.of_shape(value, scale=1)
    with pytest.raises(FieldError, match="scale"):
        GammaDemand.of_shape(1, scale=value)
    with pytest.raises(FieldError, match="mean"):
        NegativeBinomialDemand.fit(mean=value, variance=2)
    with pytest.raises(FieldError, match="r must"):
        NegativeBinomialDemand.of_trials(r=value, p=0.5)


@pytest.mark.parametrize("value", [math.nan, math.inf, True, "1", None, 1e3])
def test_logarithms_that_are_none_are_refused(value: Any) -> None:
    """Parameters of a logarithm are numbers of ordinary size."""
    with pytest.raises(FieldError, match="mu"):
        LognormalDemand.of_logarithm(value, sigma=1)
    with pytest.raises(FieldError, match="sigma"):
        LognormalDemand.of_logarithm(1, sigma=value)


@pytest.mark.parametrize("sigma", [0, -1, 10])
def test_a_logarithm_has_a_spread(sigma: float) -> None:
    """A logarithm without a spread, or with one beyond reason, is refused."""
    with pytest.raises(FieldError, match="sigma"):
        LognormalDemand.of_logarithm(1, sigma=sigma)


@pytest.mark.parametrize("p", [0, 1, -0.1, math.nan, True, "1", None])
def test_trials_succeed_now_and_then(p: Any) -> None:
    """The probability of success lies between never and always."""
    with pytest.raises(FieldError, match="p must"):
        NegativeBinomialDemand.of_trials(r=1, p=p)


@pytest.mark.parametrize("variance", [2, 1, math.nan, True, "9", None])
def test_a_negative_binomial_varies_more_than_its_mean(variance: Any) -> None:
    """A variance at or below the mean fits no negative binomial."""
    with pytest.raises(FieldError, match="variance"):
        NegativeBinomialDemand.fit(mean=2, variance=variance)


@pytest.mark.parametrize("spread", [1e-7, 1e7])
def test_spreads_beyond_a_million_are_refused(spread: float) -> None:
    """Such a spread is a mistake in a unit."""
    for kind in (GammaDemand, LognormalDemand):
        with pytest.raises(FieldError, match="millionth"):
            kind(mean=10, sd=10 * spread)


@pytest.mark.parametrize("units", [-1, math.nan, math.inf, True, "1", None])
def test_a_constant_is_a_number(units: Any) -> None:
    """Certain demand is a number of units, 0 or more."""
    with pytest.raises(FieldError, match="units"):
        ConstantDemand(units=units)
