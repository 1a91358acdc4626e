"""Laws of the reorder point and safety stock, and the published cases."""

import math
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import ComputedLevel, Demand, LeadTime, ReorderPoint, StatedLevel
from ecomkit.testing.strategies._replenishment import (
    demands,
    lead_times,
    reorder_points,
    service_levels,
)

moderate = demands(max_value=1000), lead_times(max_value=365)
numbers = st.floats(0, 1000)
days = st.floats(0, 365)
above_half = service_levels(min_value=0.5)


def level_of(
    *,
    mean: float,
    sd: float,
    lead: float,
    lead_sd: float = 0.0,
    service_level: float = 0.95,
    review_days: int = 0,
) -> ComputedLevel:
    """The level that the policy computes for these numbers."""
    return ReorderPoint(service_level=service_level, review_days=review_days).level(
        demand=Demand.of(mean_per_day=mean, sd_per_day=sd),
        lead_time=LeadTime(mean_days=lead, sd_days=lead_sd),
    )


@given(*moderate, service_levels())
def test_formula_agrees_with_its_textbook_form(
    demand: Demand, lead_time: LeadTime, service_level: float
) -> None:
    """Safety stock is z·√(L·s_d² + d²·s_L²), the reorder point adds d·L to it."""
    level = ReorderPoint(service_level=service_level).level(demand=demand, lead_time=lead_time)
    spread = math.sqrt(
        lead_time.mean_days * demand.sd_per_day**2 + (demand.mean_per_day * lead_time.sd_days) ** 2
    )
    safety = NormalDist().inv_cdf(service_level) * spread
    expected = demand.mean_per_day * lead_time.mean_days

    assert pytest.approx(safety, rel=1e-9, abs=1e-100) == level.safety_units
    assert abs(level.reorder_point - (expected + safety + 0.5)) <= 0.5 + 1e-6
    assert abs(level.safety_stock - (safety + 0.5)) <= 0.5 + 1e-6


@given(
    st.fixed_dictionaries(
        {
            "mean": numbers,
            "sd": numbers,
            "lead": days,
            "lead_sd": days,
            "service_level": above_half,
        }
    ),
    st.data(),
)
def test_levels_rise_with_service_variation_and_lead_time(
    known: dict[str, float], data: st.DataObject
) -> None:
    """From a service level of one half on, more of anything means no lower a level."""
    grown = data.draw(st.sampled_from(sorted(known)))
    limits = {"service_level": 1 - 1e-9, "mean": 2000.0, "sd": 2000.0}
    more = data.draw(st.floats(known[grown], max(known[grown], limits.get(grown, 730.0))))
    low, high = level_of(**known), level_of(**{**known, grown: more})

    assert low.safety_stock <= high.safety_stock
    assert low.reorder_point <= high.reorder_point


@given(*moderate, st.integers(0, 60), service_levels(), service_levels())
def test_levels_rise_with_the_service_level_everywhere(
    demand: Demand, lead_time: LeadTime, review: int, one: float, other: float
) -> None:
    """A higher service level never lowers the reorder point, below one half neither."""
    low, high = (
        ReorderPoint(service_level=share, review_days=review).level(
            demand=demand, lead_time=lead_time
        )
        for share in sorted((one, other))
    )

    assert low.safety_stock <= high.safety_stock
    assert low.reorder_point <= high.reorder_point


@given(*moderate)
def test_half_the_cycles_need_no_safety_stock(demand: Demand, lead_time: LeadTime) -> None:
    """At a service level of one half z is 0: no safety stock, whatever varies."""
    policy = ReorderPoint(service_level=0.5)
    level = policy.level(demand=demand, lead_time=lead_time)

    assert policy.z == 0
    assert level.safety_stock == 0
    assert level.safety_units == 0


@given(*moderate, st.integers(1, 100), service_levels())
def test_levels_scale_with_the_unit(
    demand: Demand, lead_time: LeadTime, factor: int, service_level: float
) -> None:
    """Counting in smaller units multiplies expectation and safety stock by the factor."""
    policy = ReorderPoint(service_level=service_level)
    one = policy.level(demand=demand, lead_time=lead_time)
    many = policy.level(
        demand=Demand.of(
            mean_per_day=factor * demand.mean_per_day, sd_per_day=factor * demand.sd_per_day
        ),
        lead_time=lead_time,
    )

    assert pytest.approx(factor * one.expected_units, rel=1e-9, abs=1e-100) == many.expected_units
    assert pytest.approx(factor * one.safety_units, rel=1e-9, abs=1e-100) == many.safety_units


@given(moderate[0], st.integers(0, 365), st.integers(0, 365), service_levels())
def test_review_days_lengthen_the_lead_time(
    demand: Demand, lead: int, review: int, service_level: float
) -> None:
    """A review period protects as long as a lead time that is longer by as much."""
    reviewed = ReorderPoint(service_level=service_level, review_days=review).level(
        demand=demand, lead_time=LeadTime(mean_days=lead, sd_days=2)
    )
    longer = ReorderPoint(service_level=service_level).level(
        demand=demand, lead_time=LeadTime(mean_days=lead + review, sd_days=2)
    )

    assert (longer.reorder_point, longer.safety_stock) == (
        reviewed.reorder_point,
        reviewed.safety_stock,
    )


@given(st.integers(0, 10_000), st.integers(1, 365))
@example(1, 3)
def test_float_dust_is_not_rounded_up(total: int, lead: float) -> None:
    """Demand that divides without variation gives back its whole number, not one more."""
    assert total == level_of(mean=total / lead, sd=0, lead=lead).reorder_point


def test_a_real_fraction_is_rounded_up() -> None:
    """A millionth of a unit is demand, a fraction below a billionth is dust."""
    assert level_of(mean=4.000001, sd=0, lead=7).reorder_point == 29
    assert level_of(mean=28.000000000004, sd=0, lead=1).reorder_point == 28
    assert level_of(mean=28.0000000005, sd=0, lead=1).reorder_point == 28
    assert level_of(mean=28.000000002, sd=0, lead=1).reorder_point == 29


@given(reorder_points(), demands(), lead_times())
def test_every_legal_fact_has_a_level(
    policy: ReorderPoint, demand: Demand, lead_time: LeadTime
) -> None:
    """No legal demand, lead time and service level overflows the formula."""
    level = policy.level(demand=demand, lead_time=lead_time)

    assert level.reorder_point >= level.safety_stock
    assert level.spread_units >= 0


# Unrounded values, recomputed with scipy 1.17; sources as named.
PUBLISHED = {
    "demand 4 a day, sd 3, 7 days, 95 %": ((4, 3, 7, 0, 0.95), 13.06, 41.06),
    "the same with a lead time sd of 2 days": ((4, 3, 7, 2, 0.95), 18.54, 46.54),
    "Heizer and Render, both random": ((150, 16, 5, 1, 0.95), 253.649016040648, 1003.649016040648),
    "Heizer and Render, constant": ((32, 0, 3, 0, 0.95), 0, 96),
    "Heizer and Render, demand varies": ((15, 5, 2, 0, 0.9), 9.061938024368231, 39.06193802436823),
    "Heizer and Render, lead time varies": (
        (10, 0, 6, 1, 0.98),
        20.537489106318226,
        80.53748910631822,
    ),
    "Chopra and Meindl, weekly": ((2500, 500, 2, 0, 0.9), 906.1938024368231, 5906.193802436823),
    "Chopra and Meindl, Dell": ((2500, 500, 7, 7, 0.9), 22491.138696520975, 39991.138696520975),
    "Chopra and Meindl, Dell, sd 0": ((2500, 500, 7, 0, 0.9), 1695.3333673682525, 19195.33336737),
    "Chopra and Meindl, Dell, sd 1": ((2500, 500, 7, 1, 0.9), 3624.7752097472926, 21124.77520975),
    "Chopra and Meindl, Dell, sd 3": ((2500, 500, 7, 3, 0.9), 9760.005946652354, 27260.00594665),
    "UCI Online Retail 85123A": ((100.695, 223.738, 14, 3, 0.95), 1463.90, 2873.63),
    "UCI Online Retail 85099B": (
        (129.6096256684492, 181.51888952101547, 14, 3, 0.95),
        1287.2757286267627,
        3101.8104879850516,
    ),
    "UCI Online Retail 22423": (
        (37.1096256684492, 46.01790377037857, 14, 3, 0.95),
        337.2599124532787,
        856.7946718115675,
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_levels(name: str) -> None:
    """The levels of textbooks and of a real data set are reproduced, then rounded up."""
    (mean, sd, lead, lead_sd, service_level), safety, reorder_point = PUBLISHED[name]
    level = level_of(mean=mean, sd=sd, lead=lead, lead_sd=lead_sd, service_level=service_level)

    assert pytest.approx(safety, abs=0.01) == level.safety_units
    assert pytest.approx(reorder_point, abs=0.01) == level.expected_units + level.safety_units
    assert math.ceil(safety) == level.safety_stock
    assert math.ceil(reorder_point) == level.reorder_point


@pytest.mark.parametrize(
    ("review_days", "safety", "order_up_to"),
    [(7, 45.225997515766664, 465.22599751576666), (1, 38.22294422479152, 338.2229442247915)],
)
def test_periodic_review_protects_review_and_lead_time(
    review_days: int, safety: float, order_up_to: float
) -> None:
    """With 20 a day, sd 6 and 14 days of lead time, (R, S) levels are those of scipy 1.17."""
    level = level_of(mean=20, sd=6, lead=14, review_days=review_days)

    assert pytest.approx(safety) == level.safety_units
    assert math.ceil(order_up_to) == level.reorder_point


@pytest.mark.parametrize(
    ("service_level", "z"),
    [
        (0.85, 1.0364333894937898),
        (0.9, 1.2815515655446004),
        (0.95, 1.6448536269514722),
        (0.975, 1.959963984540054),
        (0.98, 2.0537489106318225),
        (0.995, 2.5758293035489004),
    ],
)
def test_quantiles(service_level: float, z: float) -> None:
    """The quantiles are those of scipy.stats.norm.ppf 1.17."""
    assert pytest.approx(z, rel=1e-12) == ReorderPoint(service_level=service_level).z


@given(service_levels(min_value=0.001, max_value=0.999))
def test_quantiles_mirror(service_level: float) -> None:
    """The quantile of the other side is the negative one."""
    z = ReorderPoint(service_level=service_level).z
    mirrored = ReorderPoint(service_level=1 - service_level).z

    assert pytest.approx(-z, rel=1e-9, abs=1e-9) == mirrored


def test_below_one_half_the_safety_stock_is_negative() -> None:
    """Who asks to be short in most cycles is told how far below the expectation to order."""
    level = level_of(mean=4, sd=3, lead=7, service_level=0.05)

    assert (level.safety_stock, level.reorder_point) == (-13, 15)


@pytest.mark.parametrize("share", [0, 1, 0.0, 1.0, -0.1, 95, float("nan"), True, "0.95"])
def test_service_level_is_between_zero_and_one(share: Any) -> None:
    """A service level of 0, 1, 95 or NaN is refused."""
    with pytest.raises(FieldError) as caught:
        ReorderPoint(service_level=share)

    assert caught.value.field == "service_level"


@pytest.mark.parametrize("field", ["z", "expected_units", "spread_units"])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), True, None])
def test_levels_are_finite(field: str, number: Any) -> None:
    """A computed level of NaN or infinity does not exist."""
    good = {
        "service_level": 0.95,
        "z": 1.64,
        "review_days": 0,
        "expected_units": 28.0,
        "spread_units": 7.9,
    }
    with pytest.raises(FieldError) as caught:
        ComputedLevel(**{**good, field: number})

    assert field == caught.value.field


def test_a_computed_level_explains_its_formula() -> None:
    """The words name expectation, spread, z and both roundings."""
    words = level_of(mean=4, sd=3, lead=7, review_days=0).explain()

    for part in ("28 units", "7.94", "95 %", "1.645", "13.06", "up to 14", "41.06", "up to 42"):
        assert part in words
    assert "review" not in words
    assert "7 days of review" in level_of(mean=4, sd=3, lead=7, review_days=7).explain()


def test_a_stated_level_is_its_number() -> None:
    """A level set by hand is the reorder point, with no safety stock split off."""
    level = StatedLevel(units=10)

    assert (level.reorder_point, level.safety_stock) == (10, 0)
    assert "10" in level.explain()
