"""Normal quantiles of columns are those of the standard library, to the last bits."""

from statistics import NormalDist

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.bulk._normal import DISTINCT_MAX, NormalQuantiles, normal_quantiles

INSIDE = st.floats(0, 1, exclude_min=True, exclude_max=True)
DEEP = st.floats(-300, -1).map(lambda power: 10.0**power)
probabilities = INSIDE | DEEP | DEEP.map(lambda small: 1 - max(small, 2.0**-53))


@given(st.lists(probabilities, min_size=1, max_size=20))
def test_quantiles_are_those_of_the_standard_library(levels: list[float]) -> None:
    """In the centre and in both tails they differ by four units in the last place at most."""
    wanted = np.array([NormalDist().inv_cdf(level) for level in levels])
    got = normal_quantiles(np.array(levels))

    assert (np.abs(got - wanted) <= 4 * np.spacing(np.abs(wanted))).all()


def test_the_borders_between_the_formulae_leave_no_gap() -> None:
    """At the ends of the centre, of the near tail and of the floats the quantile is right."""
    border = np.exp(-25.0)
    levels = [0.5, 0.075, 0.925, border, 1 - border, 5e-324, 2.0**-1022, 1 - 2.0**-53]
    around = [np.nextafter(level, toward) for level in levels[:5] for toward in (0.0, 1.0)]
    levels += around
    wanted = np.array([NormalDist().inv_cdf(level) for level in levels])

    assert np.allclose(normal_quantiles(np.array(levels)), wanted, rtol=1e-15, atol=0)


def test_the_few_levels_of_a_shop_are_exact() -> None:
    """Levels that were looked up before and levels that are new come out together."""
    quantiles = NormalQuantiles()
    for levels in ([0.95, 0.9, 0.95], [0.9], [0.5, 0.99, 0.9, 0.01], [0.95, 0.99]):
        wanted = [NormalDist().inv_cdf(level) for level in levels]
        assert quantiles.of(np.array(levels)).tolist() == wanted


def test_more_levels_than_are_kept_are_computed() -> None:
    """With a level of its own for each sku the quantiles are right, before and after."""
    quantiles = NormalQuantiles()
    many = np.linspace(0.01, 0.99, DISTINCT_MAX + 1)
    few = np.array([0.95, 0.9])

    for levels in (few, many, few, many[::-1]):
        wanted = np.array([NormalDist().inv_cdf(level) for level in levels.tolist()])
        assert np.allclose(quantiles.of(levels), wanted, rtol=1e-15, atol=1e-17)
