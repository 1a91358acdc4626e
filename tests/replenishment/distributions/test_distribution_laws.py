"""What holds for the demand of every family."""

from __future__ import annotations

import math
from typing import Any

import pytest
from distribution_strategies import (
    ANY,
    CONTINUOUS,
    FAMILIES,
    MEANS,
    PROBABILITIES,
    SPREADS,
    WHOLE,
    at,
    whole_at,
)
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment.distributions import ConstantDemand, DemandFamily, PoissonDemand

DEVIATIONS = st.floats(-12, 30)


@given(ANY, DEVIATIONS)
def test_loss_less_left_over_is_mean_less_units(demand: Any, deviations: float) -> None:
    """E[(D - x)+] - E[(x - D)+] = mean - x."""
    x = at(demand, deviations)
    difference = demand.loss(x) - demand.complementary_loss(x)
    scale = abs(x) + abs(demand.mean) + demand.sd
    assert difference == pytest.approx(demand.mean - x, abs=1e-12 * scale)


@given(ANY, DEVIATIONS, st.floats(0, 5))
def test_more_units_more_service_less_loss(demand: Any, deviations: float, more: float) -> None:
    """The cdf rises in the units, the loss falls, what is left over rises; none is negative."""
    x, y = at(demand, deviations), at(demand, deviations + more)
    dust = 1e-12
    assert 0 <= demand.cdf(x) <= demand.cdf(y) * (1 + dust) <= 1 + dust
    assert 0 <= demand.loss(y) <= demand.loss(x) * (1 + dust)
    assert 0 <= demand.complementary_loss(x) <= demand.complementary_loss(y) * (1 + dust)


@given(ANY, st.floats(-4, 8), st.floats(0.01, 2))
def test_loss_falls_at_the_rate_of_the_tail(demand: Any, deviations: float, more: float) -> None:
    """Between x and y the loss falls by no less than the tail at y, no more than that at x."""
    x, y = at(demand, deviations), at(demand, deviations + more)
    fallen = demand.loss(x) - demand.loss(y)
    dust = 1e-10 * (demand.loss(x) + y - x)
    assert (y - x) * (1 - demand.cdf(y)) - dust <= fallen <= (y - x) * (1 - demand.cdf(x)) + dust


@given(WHOLE, PROBABILITIES)
def test_whole_quantile_is_the_least_that_suffices(demand: Any, probability: float) -> None:
    """The cdf reaches the probability at the quantile, and not one unit below."""
    units = demand.quantile(probability)
    assert isinstance(units, int)
    assert demand.cdf(units) >= probability
    assert units == 0 or demand.cdf(units - 1) < probability


@given(CONTINUOUS, PROBABILITIES)
def test_quantile_inverts_the_cdf(demand: Any, probability: float) -> None:
    """The cdf of a quantile is the probability, unless it is no float any more."""
    units = demand.quantile(probability)
    if units > 0:
        # The nearest float to the quantile may be off by its last bits.
        slack = 1e-12 + 1e-15 * abs(units) / demand.sd / probability
        assert demand.cdf(units) == pytest.approx(probability, rel=max(1e-9, slack))


@given(ANY, PROBABILITIES, PROBABILITIES)
def test_quantiles_rise(demand: Any, one: float, other: float) -> None:
    """A higher probability asks for no fewer units."""
    low, high = sorted((one, other))
    assert demand.quantile(low) <= demand.quantile(high) * (1 + 1e-12) + 1e-12 * demand.sd or (
        demand.quantile(low) < 0
    )


@given(WHOLE, st.floats(-3, 6))
def test_pmf_is_the_step_of_the_cdf(demand: Any, deviations: float) -> None:
    """The probability of k is what the cdf gains at k; between whole numbers there is none."""
    k = whole_at(demand, deviations)
    assert demand.pmf(k) == pytest.approx(demand.cdf(k) - demand.cdf(k - 1), abs=1e-11)
    assert demand.pmf(k + 0.5) == 0
    assert demand.pmf(-1) == 0


@given(WHOLE, st.floats(-3, 6), st.sampled_from([0, 0.25, 0.5, 0.875, 1]))
def test_losses_run_straight_between_whole_numbers(
    demand: Any, deviations: float, share: float
) -> None:
    """Between k and k + 1 both losses are on the line between them."""
    k = whole_at(demand, deviations)
    for loss in (demand.loss, demand.complementary_loss):
        line = (1 - share) * loss(k) + share * loss(k + 1)
        assert loss(k + share) == pytest.approx(line, rel=1e-9, abs=1e-9 * demand.sd)


@given(FAMILIES, MEANS, SPREADS)
def test_families_keep_mean_and_deviation(
    family: DemandFamily, mean: float, spread: float
) -> None:
    """A family's distribution has the mean and deviation asked for, or is Poisson."""
    demand = family.of(mean=mean, sd=mean * spread)
    assert demand.mean == pytest.approx(mean, rel=1e-12)
    expected = math.sqrt(mean) if isinstance(demand, PoissonDemand) else mean * spread
    assert demand.sd == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("family", DemandFamily)
def test_no_demand_is_certain(family: DemandFamily) -> None:
    """Without a mean there is nothing to spread."""
    assert family.of(mean=0, sd=3) == ConstantDemand(units=0)


@pytest.mark.parametrize(
    "family", [family for family in DemandFamily if family is not DemandFamily.POISSON]
)
def test_no_deviation_is_certain(family: DemandFamily) -> None:
    """Without a standard deviation demand is constant."""
    assert family.of(mean=7, sd=0) == ConstantDemand(units=7)


def test_poisson_takes_no_deviation() -> None:
    """Poisson demand has its own spread, and a narrow negative binomial one falls back on it."""
    assert DemandFamily.POISSON.of(mean=7, sd=0) == PoissonDemand(mean=7)
    assert DemandFamily.NEGATIVE_BINOMIAL.of(mean=7, sd=2) == PoissonDemand(mean=7)


def test_a_hair_above_poisson_is_poisson() -> None:
    """A variance above the mean by rounding alone leaves nothing to a negative binomial."""
    sd = math.nextafter(1.0, 2.0)
    assert DemandFamily.NEGATIVE_BINOMIAL.of(mean=1.0, sd=sd) == PoissonDemand(mean=1.0)


@given(ANY, st.sampled_from([math.nan, math.inf, -math.inf, 1e19, True, "1", None]))
def test_units_that_are_none_are_refused(demand: Any, units: Any) -> None:
    """What is no number of units gets no answer."""
    for ask in (demand.cdf, demand.loss, demand.complementary_loss):
        with pytest.raises(FieldError, match="units"):
            ask(units)


@given(ANY, st.sampled_from([math.nan, 0, -0.1, 1.1, math.inf, True, "1", None]))
def test_probabilities_that_are_none_are_refused(demand: Any, probability: Any) -> None:
    """What is no probability has no quantile."""
    with pytest.raises(FieldError, match="probability"):
        demand.quantile(probability)


@given(CONTINUOUS | st.builds(lambda mean: PoissonDemand(mean=mean), MEANS))
def test_certainty_is_refused_without_end(demand: Any) -> None:
    """No number of units suffices for sure where demand has no end."""
    with pytest.raises(FieldError, match="below 1"):
        demand.quantile(1.0)


@pytest.mark.parametrize(
    ("mean", "sd"), [(-1, 1), (1, -1), (math.nan, 1), (1, math.inf), ("1", 1)]
)
@pytest.mark.parametrize("family", DemandFamily)
def test_families_refuse_what_is_no_moment(family: DemandFamily, mean: Any, sd: Any) -> None:
    """Moments are numbers, 0 or more."""
    with pytest.raises(FieldError):
        family.of(mean=mean, sd=sd)
