"""Distributions of every family, for the laws that hold for all."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from ecomkit.replenishment.distributions import (
    ConstantDemand,
    DemandFamily,
    DiscreteDemand,
    EmpiricalDemand,
    GammaDemand,
    LognormalDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
)

MEANS = st.floats(-3, 6).map(lambda power: 10.0**power)
SPREADS = st.floats(-2, 1.3).map(lambda power: 10.0**power)
PROBABILITIES = st.floats(1e-9, 1 - 1e-9) | st.floats(-12, -0.3).map(lambda power: 10.0**power)
COUNTS = st.lists(st.integers(0, 30) | st.integers(0, 1000), min_size=1, max_size=12)

CONTINUOUS: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda kind, mean, spread: kind(mean=mean, sd=mean * spread),
        st.sampled_from([NormalDemand, GammaDemand, LognormalDemand]),
        MEANS,
        SPREADS,
    ),
)
WHOLE: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda mean: PoissonDemand(mean=mean), MEANS),
    st.builds(
        lambda mean, power: NegativeBinomialDemand(mean=mean, r=10.0**power),
        MEANS,
        st.floats(-1, 5),
    ),
    COUNTS.map(DiscreteDemand.of_counts),
    COUNTS.map(lambda sample: EmpiricalDemand(sample=sample)),
)
CERTAIN: st.SearchStrategy[Any] = MEANS.map(lambda mean: ConstantDemand(units=mean))
ANY = CONTINUOUS | WHOLE | CERTAIN


def at(demand: Any, deviations: float) -> float:
    """Return the units so many standard deviations from the mean."""
    return float(demand.mean + deviations * demand.sd)


def whole_at(demand: Any, deviations: float) -> int:
    """Return the whole units so many standard deviations from the mean, 0 or more."""
    return max(0, math.floor(at(demand, deviations)))


FAMILIES = st.sampled_from(DemandFamily)
