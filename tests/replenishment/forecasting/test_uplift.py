"""Campaign uplift: shrinkage, the range, what is pulled forward, and channels."""

import math
from datetime import date
from statistics import mean, stdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId
from ecomkit.replenishment import DemandSeries, TooFewObservationsError
from ecomkit.replenishment.forecasting import (
    Campaign,
    CampaignEffect,
    CampaignUplift,
    CategoryUplift,
    uplift_by_channel,
)

MAY = Campaign(name="May", first=date(2026, 5, 4), last=date(2026, 5, 6))
CATEGORY = CategoryUplift(mean=2.0, sd=0.5)
factors = st.lists(st.integers(0, 100), max_size=8)


def effect(units: int, *, baseline: float = 10.0, pulled: float = 0.0) -> CampaignEffect:
    """A campaign of three days that sold these units."""
    return CampaignEffect(
        campaign=MAY, known_days=3, units=units, baseline=baseline, pulled=pulled
    )


@given(factors, st.floats(0, 10), st.floats(2, 50))
def test_the_factor_is_shrunk_by_the_number_of_campaigns(
    units: list[int], category: float, weight: float
) -> None:
    """It lies between its own mean and the category's, nearer to its own with each campaign."""
    uplift = CampaignUplift(
        effects=[effect(sold) for sold in units],
        category=CategoryUplift(mean=category, sd=1, campaigns=weight),
    )
    own = mean(sold / 10 for sold in units) if units else category
    share = len(units) / (len(units) + weight)

    assert uplift.factor == pytest.approx(share * own + (1 - share) * category)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=8))
def test_without_a_category_the_range_is_that_of_one_more_draw(units: list[int]) -> None:
    """The sample deviation, with the uncertainty of the mean on top."""
    uplift = CampaignUplift(effects=[effect(sold) for sold in units])
    own = [sold / 10 for sold in units]

    assert uplift.factor == pytest.approx(mean(own))
    assert uplift.sd == pytest.approx(stdev(own) * math.sqrt(1 + 1 / len(own)), abs=1e-9)


def test_the_range_is_written_out() -> None:
    """One campaign of three times, a category of two: the figures of the docstring by hand."""
    uplift = CampaignUplift(effects=[effect(30)], category=CATEGORY, level=0.8)
    squares = (3 - 2.25) ** 2 + 3 * (0.5**2 + (2 - 2.25) ** 2)
    half = 1.2815515655 * math.sqrt(squares / 3 * (1 + 1 / 4))

    assert uplift.factor == 2.25
    assert (uplift.interval.lower, uplift.interval.upper) == pytest.approx(
        (2.25 - half, 2.25 + half)
    )
    assert uplift.units(40).upper == pytest.approx(40 * (2.25 + half))
    assert uplift.units(0).upper == 0


@given(st.integers(0, 60), st.floats(0.05, 0.94))
def test_a_surer_range_is_wider_and_never_below_nothing(units: int, level: float) -> None:
    """And it holds the factor."""
    effects = [effect(units), effect(10), effect(25)]
    narrow = CampaignUplift(effects=effects, level=level).interval
    wide = CampaignUplift(effects=effects, level=level + 0.05).interval

    assert 0 <= wide.lower <= narrow.lower <= narrow.upper <= wide.upper


def test_campaigns_alike_make_a_narrow_range() -> None:
    """Ten campaigns of three times outweigh a category of two."""
    few = CampaignUplift(effects=[effect(30)], category=CATEGORY)
    many = CampaignUplift(effects=[effect(30)] * 10, category=CATEGORY)

    assert many.sd < few.sd
    assert few.factor < many.factor < 3


def test_what_is_pulled_forward_is_taken_off() -> None:
    """Half of what was sold beyond the baseline came from later: half of the uplift is left."""
    uplift = CampaignUplift(effects=[effect(30, pulled=8), effect(22, pulled=8)], category=None)

    assert uplift.pulled_share == 0.5
    assert uplift.net_factor == pytest.approx(1 + (2.6 - 1) / 2)


def test_a_campaign_that_lifts_nothing_has_nothing_to_pull() -> None:
    """Its factor below 1 is what it is."""
    uplift = CampaignUplift(effects=[effect(8), effect(6)])

    assert uplift.pulled_share == 0
    assert uplift.net_factor == uplift.factor == pytest.approx(0.7)


def test_it_explains_itself() -> None:
    """With the category, without one, and with each campaign."""
    text = CampaignUplift(effects=[effect(30, pulled=8), effect(20)]).explain()

    assert text == (
        "Demand times 2.5, 80 % between 1.39 and 3.61; times 2.1 less what is pulled forward.\n"
        "2 campaigns of its own.\n"
        "May from 2026-05-04: 30 in 3 days against 10 without it, 3 times, 2.2 less the 8 that "
        "were missing after it.\n"
        "May from 2026-05-04: 20 in 3 days against 10 without it, 2 times, 2 less the 0 that "
        "were missing after it."
    )


def test_one_campaign_alone_has_no_range() -> None:
    """Neither has none; a category gives it one."""
    for effects in ([], [effect(30)]):
        with pytest.raises(TooFewObservationsError, match="CampaignUplift"):
            CampaignUplift(effects=effects)
    assert CampaignUplift(effects=[], category=CATEGORY).factor == 2.0
    with pytest.raises(TooFewObservationsError):
        CampaignUplift(effects=[], category=CategoryUplift(mean=2, sd=1, campaigns=1))


def test_a_category_is_made_of_factors() -> None:
    """Of other products, two or more."""
    assert CategoryUplift.of([2.0, 3.0, 4.0], campaigns=5) == CategoryUplift(
        mean=3.0, sd=1.0, campaigns=5
    )
    with pytest.raises(TooFewObservationsError, match="got 1"):
        CategoryUplift.of([2.0])


def test_channels_learn_from_their_own_campaigns() -> None:
    """A mailing of the shop says nothing of the marketplace, a campaign of all counts in both."""
    shop, market = ChannelId("shop"), ChannelId("market")
    usual, lifted = [2] * 28, [6, 6, 6]
    mailing = Campaign(name="Mail", first=MAY.first, last=MAY.last, channel=shop)
    everywhere = Campaign(name="All", first=date(2026, 6, 4), last=date(2026, 6, 6))
    units = [*usual, *lifted, *usual, *lifted, *usual]
    uplifts = uplift_by_channel(
        {
            shop: DemandSeries(start=date(2026, 4, 6), units=units),
            market: DemandSeries(start=date(2026, 4, 6), units=units),
        },
        campaigns=[mailing, everywhere],
        category=CATEGORY,
        level=0.5,
    )

    assert list(uplifts) == [shop, market]
    assert [each.campaign.name for each in uplifts[shop].effects] == ["Mail", "All"]
    assert [each.campaign.name for each in uplifts[market].effects] == ["All"]
    assert uplifts[shop].factor > uplifts[market].factor > 2
    assert uplifts[shop].level == 0.5


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: CategoryUplift(mean=-1, sd=1), "mean"),
        (lambda: CategoryUplift(mean=1, sd=float("nan")), "sd"),
        (lambda: CategoryUplift(mean=1, sd=1, campaigns=-1), "campaigns"),
        (lambda: CampaignUplift(effects=[1], category=CATEGORY), "effects"),  # type: ignore[list-item]
        (lambda: CampaignUplift(effects=[], category=2), "category"),  # type: ignore[arg-type]
        (lambda: CampaignUplift(effects=[], category=CATEGORY, level=1), "level"),
        (lambda: CampaignUplift(effects=[], category=CATEGORY).units(-1), "baseline"),
        (lambda: CampaignUplift(effects=[], category=CATEGORY).units(float("nan")), "baseline"),
    ],
)
def test_parameters_are_checked(make: Any, field: str) -> None:
    """Factors and weights are 0 or more, a level lies between 0 and 1."""
    with pytest.raises(FieldError, match=field):
        make()
