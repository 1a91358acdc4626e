"""Tables of demand and of what positions cost: every digit, in both tails."""

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.replenishment.distributions import (
    ConstantDemand,
    DiscreteDemand,
    EmpiricalDemand,
    GammaDemand,
    LognormalDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
)
from ecomkit.replenishment.optimization import TooManyStatesError
from ecomkit.replenishment.optimization._cost_curve import CostCurve
from ecomkit.replenishment.optimization._demand import demand_over, table_of
from ecomkit.replenishment.optimization._table import DemandTable

means = st.one_of(st.floats(1e-3, 1), st.floats(1, 100), st.floats(100, 1e4))


def exact_curve(table: DemandTable, position: int, holding: float, stockout: float) -> float:
    """Return the cost of a position by its definition, in fractions."""
    units = range(table.first, table.first + len(table.chances))
    over = sum(
        Fraction(chance) * max(position - unit, 0)
        for unit, chance in zip(units, table.chances, strict=True)
    )
    short = sum(
        Fraction(chance) * max(unit - position, 0)
        for unit, chance in zip(units, table.chances, strict=True)
    )
    return float(Fraction(holding) * over + Fraction(stockout) * short)


@given(means)
def test_a_poisson_table_has_the_ratios_of_the_poisson(mean: float) -> None:
    """Neighbours are as mean to units, all together 1, and their mean is the mean."""
    table = DemandTable.poisson(mean)
    for units, (before, here) in enumerate(pairwise(table.chances), start=table.first + 1):
        assert abs(here / before * units / mean - 1) < 1e-12
    total = math.fsum(table.chances)
    assert total == pytest.approx(1, rel=1e-15)
    first_moment = math.fsum(
        units * chance for units, chance in enumerate(table.chances, start=table.first)
    )
    assert first_moment == pytest.approx(mean, rel=1e-12)
    # Nothing is cut off that could be seen.
    assert table.chances[-1] < 1e-30 * max(table.chances)
    assert table.first == 0 or table.chances[0] < 1e-30 * max(table.chances)


@pytest.mark.parametrize("mean", [0.5, 3.0, 40.0])
def test_a_poisson_table_has_the_chances_of_the_formula(mean: float) -> None:
    """Up to what logarithms lose."""
    table = DemandTable.poisson(mean)
    for units, chance in enumerate(table.chances, start=table.first):
        expected = math.exp(units * math.log(mean) - mean - math.lgamma(units + 1))
        assert chance == pytest.approx(expected, rel=1e-11)


@given(st.floats(0.05, 20), st.integers(1, 7))
def test_the_demand_of_several_periods_is_added_up(mean: float, periods: int) -> None:
    """A table of Poisson demand, summed period by period, is the Poisson of the sum of means."""
    table = DemandTable.poisson(mean)
    chances = dict(enumerate(table.chances, start=table.first))
    summed = table_of(DiscreteDemand.of(chances), periods=periods)
    expected = DemandTable.poisson(mean * periods)

    assert summed.mean == pytest.approx(expected.mean, rel=1e-12)
    found = dict(enumerate(summed.chances, start=summed.first))
    for units, chance in enumerate(expected.chances, start=expected.first):
        assert found.get(units, 0) == pytest.approx(chance, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("periods", [1, 2, 5])
@pytest.mark.parametrize(
    "demand",
    [
        NormalDemand(mean=40, sd=6),
        GammaDemand(mean=40, sd=20),
        LognormalDemand(mean=40, sd=20),
        PoissonDemand(mean=7),
        NegativeBinomialDemand(mean=7, r=2),
        ConstantDemand(units=7),
        DiscreteDemand(units=(2, 3, 9), weights=(1, 2, 3)),
        EmpiricalDemand(sample=[4, 0, 7, 4]),
    ],
    ids=lambda demand: type(demand).__name__ if not isinstance(demand, int) else str(demand),
)
def test_means_and_variances_add_up(demand: Any, periods: int) -> None:
    """In every family, as a distribution and as a table in whole units."""
    ahead = demand_over(demand, periods=periods)
    table = table_of(demand, periods=periods)
    variance = math.fsum(
        (units - table.mean) ** 2 * chance
        for units, chance in enumerate(table.chances, start=table.first)
    )
    assert ahead.mean == pytest.approx(periods * demand.mean, rel=1e-3)
    assert ahead.sd == pytest.approx(math.sqrt(periods) * demand.sd, rel=1e-2)
    assert table.mean == pytest.approx(periods * demand.mean, rel=1e-3)
    assert math.sqrt(variance) == pytest.approx(math.sqrt(periods) * demand.sd, rel=1e-2)


@given(st.floats(0.5, 60))
def test_a_table_of_whole_units_is_the_distribution(mean: float) -> None:
    """Through the probabilities of a distribution the Poisson comes out as by its own recursion."""
    found = DemandTable.of(PoissonDemand(mean=mean))
    expected = DemandTable.poisson(mean)

    chances = dict(enumerate(expected.chances, start=expected.first))
    for units, chance in enumerate(found.chances, start=found.first):
        assert chance == pytest.approx(chances[units], abs=1e-14)
    assert found.mean == pytest.approx(mean, rel=1e-10)


def test_fractions_are_rounded_and_nothing_is_below_zero() -> None:
    """What is below one half is no unit, and a demand below 0 is none."""
    demand = NormalDemand(mean=1, sd=2)
    table = DemandTable.of(demand)

    assert table.first == 0
    assert table.chances[0] == pytest.approx(demand.cdf(0.5), rel=1e-12)
    assert table.chances[3] == pytest.approx(demand.cdf(3.5) - demand.cdf(2.5), rel=1e-12)


@given(
    st.floats(0.05, 30),
    st.floats(0.01, 100),
    st.floats(0.01, 100),
    st.integers(-50, 200),
)
def test_a_position_costs_what_its_definition_says(
    mean: float, holding: float, stockout: float, position: int
) -> None:
    """Inside the table, below and above it, to the last digits."""
    table = DemandTable.poisson(mean)
    curve = CostCurve.of(table, holding_cost=holding, stockout_cost=stockout)

    expected = exact_curve(table, position, holding, stockout)
    assert curve.at(position) == pytest.approx(expected, rel=1e-11)
    least = exact_curve(table, curve.least_at, holding, stockout)
    assert least <= expected * (1 + 1e-12)


@given(st.floats(0.05, 30), st.floats(0.01, 1e9), st.floats(0.01, 1e9))
def test_the_best_position_is_the_first_that_suffices_often_enough(
    mean: float, holding: float, stockout: float
) -> None:
    """One unit less costs more; one more costs no less, for ratios near 0 and 1, too."""
    table = DemandTable.poisson(mean)
    curve = CostCurve.of(table, holding_cost=holding, stockout_cost=stockout)

    best = curve.at(curve.least_at)
    assert best <= curve.at(curve.least_at + 1) * (1 + 1e-14)
    assert best <= curve.at(curve.least_at - 1) * (1 + 1e-14)


@given(st.floats(0.05, 30), st.integers(-60, 120), st.integers(0, 90), st.floats(0, 1))
def test_costs_add_up_over_positions(mean: float, low: int, width: int, share: float) -> None:
    """Sums and integrals over any range, in part or wholly outside the table."""
    curve = CostCurve.of(DemandTable.poisson(mean), holding_cost=2, stockout_cost=9)
    high = low + width

    total = math.fsum(curve.at(position) for position in range(low, high + 1))
    assert curve.total(low, high) == pytest.approx(total, rel=1e-12)

    lines = math.fsum(
        (curve.at(position) + curve.at(position + 1)) / 2 for position in range(low, high)
    )
    assert curve.integral(low, high) == pytest.approx(lines, rel=1e-12, abs=1e-12)
    rest = curve.integral(low - share, low) + lines + curve.integral(high, high + share)
    assert curve.integral(low - share, high + share) == pytest.approx(rest, rel=1e-10, abs=1e-12)


def test_a_table_that_is_too_long_is_refused() -> None:
    """A mean of billions is not tabulated unit by unit."""
    with pytest.raises(TooManyStatesError, match="levels of demand"):
        DemandTable.poisson(1e9)
