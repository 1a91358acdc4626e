"""New products by analogy: weights, scale, spreads, and credibility as own days come."""

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.replenishment import Demand, DemandSeries
from ecomkit.replenishment.forecasting import Analogue, AnalogyForecast

rates = st.floats(0.1, 100)
demands = st.builds(lambda mean, sd: Demand.of(mean_per_day=mean, sd_per_day=sd), rates, rates)
analogues = st.lists(
    st.builds(Analogue, name=st.just("a"), demand=demands, similarity=st.floats(0.1, 10)),
    min_size=2,
    max_size=6,
)
BLUE = Analogue(name="blue", demand=Demand.of(mean_per_day=4, sd_per_day=2))
RED = Analogue(name="red", demand=Demand.of(mean_per_day=6, sd_per_day=3))


def days_of(units: list[int]) -> Demand:
    """The demand of the product's own first days."""
    return Demand.from_series(DemandSeries(start=date(2026, 10, 1), units=units))


@given(analogues, st.floats(0.1, 10))
def test_the_mean_is_weighted_and_scaled(like: list[Analogue], scale: float) -> None:
    """By similarity, times what the caller expects of price and traffic."""
    weight = sum(one.similarity for one in like)
    mean = sum(one.similarity * one.demand.mean_per_day for one in like) / weight
    forecast = AnalogyForecast(analogues=like, scale=scale)

    assert forecast.mean_per_day == pytest.approx(scale * mean)
    assert forecast.demand(days=9).mean_per_day == forecast.mean_per_day


@given(analogues, st.floats(0.1, 10), st.floats(0.1, 100))
def test_both_spreads_scale_and_only_one_averages_out(
    like: list[Analogue], scale: float, days: float
) -> None:
    """Over many days the sum varies by root for what days differ by, in full for the mean."""
    forecast = AnalogyForecast(analogues=like, scale=scale)
    plain = AnalogyForecast(analogues=like)
    total = forecast.demand(days=days).sd_per_day ** 2 * days

    assert total == pytest.approx(
        days * forecast.within_variance + days**2 * forecast.between_variance
    )
    assert forecast.within_variance == pytest.approx(scale**2 * plain.within_variance)
    assert forecast.between_variance == pytest.approx(
        scale**2 * plain.between_variance, rel=1e-6, abs=1e-9
    )


def test_equal_weights_give_the_sample_variance() -> None:
    """Means of 4 and 6 have a variance of 2, days one of (4 + 9) / 2."""
    forecast = AnalogyForecast(analogues=[BLUE, RED])

    assert forecast.between_variance == pytest.approx(2.0)
    assert forecast.within_variance == pytest.approx(6.5)


def test_a_like_product_weighs_more() -> None:
    """Three times as alike, three times the weight."""
    alike = Analogue(name="alike", demand=RED.demand, similarity=3)

    assert AnalogyForecast(analogues=[BLUE, alike]).mean_per_day == 5.5


def test_a_single_analogue_may_be_wrong_by_all_of_it() -> None:
    """Nothing is known of how products differ: the mean is the deviation, too."""
    forecast = AnalogyForecast(analogues=[BLUE], scale=2)
    nearly = Analogue(name="far", demand=RED.demand, similarity=1e-12)

    assert forecast.between_variance == 64.0
    assert AnalogyForecast(analogues=[BLUE, nearly]).between_variance == pytest.approx(16.0)


@given(analogues, st.lists(st.integers(0, 50), min_size=2, max_size=60), st.floats(0, 100))
def test_own_days_are_believed_by_their_number(
    like: list[Analogue], units: list[int], k: float
) -> None:
    """The mean moves from the analogues' to its own with n / (n + k)."""
    own = days_of(units)
    forecast = AnalogyForecast(analogues=like, own=own, k=k)
    share = len(units) / (len(units) + k)

    assert forecast.credibility == pytest.approx(share)
    assert forecast.mean_per_day == pytest.approx(
        share * own.mean_per_day + (1 - share) * forecast.analogue_mean
    )
    variance = share * own.sd_per_day**2 + (1 - share) * (
        forecast.within_variance + forecast.between_variance
    )
    assert forecast.demand().sd_per_day == pytest.approx(math.sqrt(variance))


def test_the_best_k_is_within_over_between() -> None:
    """6.5 over 2 are 3.25 days; products that all sell alike are believed for ever."""
    own = days_of([1, 2, 3])
    twins = [Analogue(name="twin", demand=BLUE.demand)] * 2

    assert AnalogyForecast(analogues=[BLUE, RED], own=own).credibility == pytest.approx(3 / 6.25)
    assert AnalogyForecast(analogues=twins, own=own).credibility == 0
    assert AnalogyForecast(analogues=[BLUE, RED], own=own, k=0).mean_per_day == 2.0


def test_a_stated_demand_of_its_own_has_no_days() -> None:
    """What was not observed cannot be believed by its number."""
    own = Demand.of(mean_per_day=50)

    assert AnalogyForecast(analogues=[BLUE, RED], own=own, k=0).mean_per_day == 5.0


def test_a_policy_sees_the_days_that_were_observed() -> None:
    """The product's own, with their series; none of the analogues'."""
    own = days_of([1, 2, 3])

    assert AnalogyForecast(analogues=[BLUE]).demand().observed_days == 0
    blended = AnalogyForecast(analogues=[BLUE], own=own).demand()
    assert (blended.observed_days, blended.series) == (3, own.series)


def test_without_days_of_its_own_nothing_is_said_of_them() -> None:
    """The words of a pure analogy name no history."""
    assert "of its own" not in AnalogyForecast(analogues=[BLUE, RED]).explain()


def test_it_explains_itself() -> None:
    """Analogues, scale, and how far its own days are believed."""
    text = AnalogyForecast(analogues=[BLUE, RED], own=days_of([1, 2, 3])).explain()

    assert text == (
        "3.56 a day, as blue (4) and red (6) by similarity; 48 % from 3 days of its own (2); "
        "sd 1.96 within a product, 1.02 between products."
    )


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: AnalogyForecast(analogues=[]), "analogues"),
        (lambda: AnalogyForecast(analogues=[1]), "analogues"),  # type: ignore[list-item]
        (lambda: AnalogyForecast(analogues=[BLUE], scale=0), "scale"),
        (lambda: AnalogyForecast(analogues=[BLUE], scale=float("inf")), "scale"),
        (lambda: AnalogyForecast(analogues=[BLUE], k=-1), "k"),
        (lambda: AnalogyForecast(analogues=[BLUE], own=3), "own"),  # type: ignore[arg-type]
        (lambda: AnalogyForecast(analogues=[BLUE]).demand(days=0), "days"),
        (lambda: AnalogyForecast(analogues=[BLUE]).demand(days=float("nan")), "days"),
        (lambda: Analogue(name="x", demand=BLUE.demand, similarity=0), "similarity"),
        (lambda: Analogue(name="x", demand=4), "demand"),  # type: ignore[arg-type]
    ],
)
def test_parameters_are_checked(make: Any, field: str) -> None:
    """One analogue, a scale and a similarity above 0, days that are some."""
    with pytest.raises(FieldError, match=field):
        make()
