"""Losses in the bulk and in far tails, against published cases and figures of high precision."""

from __future__ import annotations

from typing import Any

import pytest
from policy_cases import cases, near

from ecomkit.replenishment.distributions import (
    GammaDemand,
    LognormalDemand,
    NegativeBinomialDemand,
    NormalDemand,
    PoissonDemand,
)

ANCHORS: tuple[tuple[Any, float, float, float], ...] = (
    (NormalDemand(mean=0, sd=1), 6, 1.5635697959709664e-10, 6.000000000156357),
    (NormalDemand(mean=0, sd=1), 15, 2.426025087528983e-52, 15.0),
    (NormalDemand(mean=0, sd=1), 30, 1.6319567340914012e-199, 30.0),
    (NormalDemand(mean=0, sd=1), -10, 10.0, 7.474560254589328e-25),
    (GammaDemand(mean=40, sd=25), 400, 1.520035784113285e-8, 360.00000001520036),
    (GammaDemand(mean=40, sd=25), 0.5, 39.500005785398328, 5.7853983284815844e-6),
    (GammaDemand(mean=1000, sd=10), 1300, 2.036833246726213e-166, 300.0),
    (GammaDemand(mean=1000, sd=10), 800, 200.0, 2.443252162334293e-103),
    (GammaDemand(mean=0.001, sd=0.03), 1, 0.00012643712735863305, 0.99912643712735863),
    (GammaDemand(mean=5, sd=50), 2000, 0.01636212985465353, 1995.0163621298547),
    (GammaDemand(mean=5, sd=50), 1e-08, 4.9999999977832359, 7.7832359349929905e-9),
    (GammaDemand(mean=3, sd=3), 60, 6.1834608673156735e-9, 57.000000006183461),
    (GammaDemand(mean=1_000_000.0, sd=10000.0), 1200000.0, 1.9854947407836853e-76, 200000.0),
    (LognormalDemand(mean=40, sd=25), 4000, 1.4177788788152971e-14, 3960.0),
    (LognormalDemand(mean=40, sd=25), 1.5, 38.500000003819889, 3.8198892747306747e-9),
    (LognormalDemand(mean=100, sd=1), 107, 9.71719333576433e-13, 7.0000000000009717),
    (LognormalDemand(mean=100, sd=1), 90, 10.0, 2.5994527891171353e-27),
    (LognormalDemand(mean=0.001, sd=0.02), 5, 5.6655661398109581e-6, 4.9990056655661398),
    (
        LognormalDemand(mean=1_000_000.0, sd=100000.0),
        2_000_000.0,
        3.5956295725318259e-8,
        1_000_000.000000036,
    ),
    (PoissonDemand(mean=0.001), 3, 4.1641674998016248e-14, 2.9990000000000416),
    (PoissonDemand(mean=3), 40, 6.2929007318068889e-32, 37.0),
    (PoissonDemand(mean=100), 250, 1.2537742327839502e-36, 150.0),
    (PoissonDemand(mean=100), 20, 80.0, 4.6223908058548919e-23),
    (PoissonDemand(mean=1_000_000.0), 1010000, 8.8660117316124263e-22, 10000.0),
    (PoissonDemand(mean=1_000_000.0), 995000, 5000.0000522339075, 5.2233907466401918e-5),
    (PoissonDemand(mean=10000.0), 9000, 1000.0, 1.2267804648934116e-23),
    (NegativeBinomialDemand(mean=0.001, r=0.01), 5, 1.1317200483383225e-9, 4.99900000113172),
    (NegativeBinomialDemand(mean=3, r=0.5), 200, 2.5038616207116527e-14, 197.00000000000003),
    (NegativeBinomialDemand(mean=100, r=2), 1, 99.000384467512495, 0.00038446751249519416),
    (NegativeBinomialDemand(mean=100, r=2), 2500, 8.0589361638781011e-19, 2400.0),
    (NegativeBinomialDemand(mean=1000, r=1), 300, 740.92927771203564, 40.929277712035639),
    (NegativeBinomialDemand(mean=1000, r=50), 100, 900.0, 2.9786367864955575e-28),
    (NegativeBinomialDemand(mean=1000, r=50), 3000, 1.1476329897013358e-19, 2000.0),
    (
        NegativeBinomialDemand(mean=100000.0, r=10000.0),
        95000,
        5000.0001249821979,
        0.00012498219792348545,
    ),
    (NegativeBinomialDemand(mean=2, r=100_000_000.0), 30, 4.019802962919304e-26, 28.0),
    (NegativeBinomialDemand(mean=20000, r=1), 10000, 12130.764822811009, 2130.7648228110089),
    (NegativeBinomialDemand(mean=20000, r=1), 205, 19796.05211711282, 1.0521171128196227),
    (
        NegativeBinomialDemand(mean=1_000_000.0, r=0.001),
        2000000,
        986766.54765174875,
        1986766.5476517488,
    ),
    (
        NegativeBinomialDemand(mean=1_000_000.0, r=0.5),
        1500000,
        351263.40285616004,
        851263.40285616004,
    ),
    (
        NegativeBinomialDemand(mean=100_000.0, r=1e-05),
        1000000,
        99903.672865449384,
        999903.67286544938,
    ),
    (GammaDemand(mean=0.001, sd=1.0), 100, 0.00072254537724575928, 99.999722545377246),
    (GammaDemand(mean=0.001, sd=1.0), 1e-05, 0.00099999981156712133, 9.9998115671213054e-6),
    (GammaDemand(mean=0.01, sd=0.5), 3, 0.0068792374713533659, 2.9968792374713534),
    (
        LognormalDemand(mean=100, sd=0.0001),
        100.0003,
        3.8216096491799465e-8,
        0.00030003821609223991,
    ),
    (LognormalDemand(mean=100, sd=0.0001), 99.9998, 0.000200849064869082, 8.4906486244269179e-7),
    (NegativeBinomialDemand(mean=1_000_000.0, r=1), 3, 999997.00000599999, 5.999990000015e-6),
)
"""Distribution, units, loss and complementary loss, computed once with 80 digits."""


@pytest.mark.parametrize(("demand", "units", "loss", "complement"), ANCHORS)
def test_losses_keep_their_digits(
    demand: NormalDemand, units: float, loss: float, complement: float
) -> None:
    """Both losses are right to 1e-10, be they 200 orders of magnitude below the mean."""
    assert demand.loss(units) == pytest.approx(loss, rel=1e-10, abs=0)
    assert demand.complementary_loss(units) == pytest.approx(complement, rel=1e-10, abs=0)


@pytest.mark.parametrize("case", cases("z_from_csl"))
def test_z_from_csl(case: dict[str, Any]) -> None:
    """The standard normal quantile and its loss are those of the reference."""
    demand = NormalDemand(mean=0, sd=1)
    z = demand.quantile(case["inputs"]["csl"])
    assert z == near(case, "z")
    assert demand.loss(z) == near(case, "loss")


def losses_agree(demand: Any, units: float, case: dict[str, Any]) -> None:
    """Compare both losses with those of the case."""
    assert demand.loss(units) == near(case, "loss")
    assert demand.complementary_loss(units) == near(case, "complementary_loss")


@pytest.mark.parametrize("case", cases("standard_normal_loss"))
def test_standard_normal_loss(case: dict[str, Any]) -> None:
    """The losses of a standard normal are those of the reference."""
    losses_agree(NormalDemand(mean=0, sd=1), case["inputs"]["z"], case)


@pytest.mark.parametrize("case", cases("poisson_loss"))
def test_poisson_loss(case: dict[str, Any]) -> None:
    """The losses of a Poisson demand are those of the reference."""
    losses_agree(PoissonDemand(mean=case["inputs"]["mean"]), case["inputs"]["x"], case)


@pytest.mark.parametrize("case", cases("negative_binomial_loss"))
def test_negative_binomial_loss(case: dict[str, Any]) -> None:
    """The losses of failures before the r-th success are those of the reference."""
    given = case["inputs"]
    demand = NegativeBinomialDemand.of_trials(r=given["r"], p=given["p"])
    losses_agree(demand, given["x"], case)


@pytest.mark.parametrize("case", cases("gamma_loss"))
def test_gamma_loss(case: dict[str, Any]) -> None:
    """The losses of a gamma demand are those of the reference."""
    given = case["inputs"]
    losses_agree(GammaDemand.of_shape(given["shape"], scale=given["scale"]), given["x"], case)


@pytest.mark.parametrize("case", cases("lognormal_loss"))
def test_lognormal_loss(case: dict[str, Any]) -> None:
    """The losses of a lognormal demand are those of the reference."""
    given = case["inputs"]
    demand = LognormalDemand.of_logarithm(given["mu"], sigma=given["sigma"])
    losses_agree(demand, given["x"], case)
