"""Effects of single campaigns: baseline, stock-outs, overlaps and the dip after."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId
from ecomkit.replenishment import DemandSeries, Period
from ecomkit.replenishment.forecasting import Campaign, CampaignEffect, campaign_effects

MONDAY = date(2026, 4, 6)
WEEK = [2, 2, 3, 3, 5, 9, 8]


def campaign(first: int, days: int, *, name: str = "May") -> Campaign:
    """A campaign from the *first* day of the history on, counted from 0."""
    return Campaign(
        name=name,
        first=MONDAY + timedelta(days=first),
        last=MONDAY + timedelta(days=first + days - 1),
    )


def only_effect(
    units: list[int | None], *campaigns: Campaign, dip_days: int = 7, baseline_days: int = 56
) -> CampaignEffect:
    """The effect of the first of the campaigns."""
    effects = campaign_effects(
        DemandSeries(start=MONDAY, units=units),
        campaigns=campaigns,
        dip_days=dip_days,
        baseline_days=baseline_days,
    )
    return effects[0]


@given(st.integers(0, 20), st.integers(1, 10), st.integers(2, 6))
def test_a_factor_is_against_the_same_weekdays(first: int, days: int, factor: int) -> None:
    """Whatever weekdays a campaign has: what they sell anyway is no merit of it."""
    units = WEEK * 10
    for at in range(28 + first, 28 + first + days):
        units[at] *= factor
    effect = only_effect(units, campaign(28 + first, days))

    assert effect.known_days == days
    assert effect.factor == pytest.approx(factor)
    assert effect.pulled == 0
    assert effect.net_factor == effect.factor


def test_what_is_missing_after_it_was_bought_earlier() -> None:
    """Ten units more in three days and four fewer in the week after are six that it added."""
    units: list[int | None] = [*[2] * 28, 6, 5, 5, *[1] * 4, *[2] * 20]
    effect = only_effect(units, campaign(28, 3))

    assert (effect.units, effect.baseline, effect.pulled) == (16, 6.0, 4.0)
    assert effect.net_factor == 2.0


def test_no_more_was_pulled_forward_than_was_sold() -> None:
    """A shop that sells nothing for a fortnight after a mild campaign has another reason."""
    units: list[int | None] = [*[2] * 28, 3, 3, *[0] * 7, *[2] * 20]
    effect = only_effect(units, campaign(28, 2))

    assert effect.pulled == 2.0
    assert effect.net_factor == 1.0


def test_a_rise_after_it_takes_nothing_away() -> None:
    """Neither does a campaign that sold less than usual."""
    risen: list[int | None] = [*[2] * 28, 6, 6, *[3] * 7, *[2] * 20]
    fallen: list[int | None] = [*[2] * 28, 1, 1, *[1] * 7, *[2] * 20]

    assert only_effect(risen, campaign(28, 2)).pulled == 0
    assert only_effect(fallen, campaign(28, 2)).pulled == 0
    assert only_effect(fallen, campaign(28, 2)).factor == 0.5


def test_days_without_stock_count_nowhere() -> None:
    """Not as a bad day of the campaign, nor as a bad day of the baseline, nor as a dip."""
    units: list[int | None] = [*[2] * 28, 6, None, 6, *[2] * 25]
    units[3] = units[32] = None
    effect = only_effect(units, campaign(28, 3))

    assert (effect.known_days, effect.units, effect.baseline) == (2, 12, 4.0)
    assert effect.factor == 3.0
    assert effect.pulled == 0


def test_days_of_other_campaigns_are_no_baseline_and_no_dip() -> None:
    """What is missing after two campaigns is missing after the last of them, once."""
    units: list[int | None] = [*[2] * 28, 6, 6, 2, *[8] * 3, *[1] * 7, *[2] * 30]
    series = DemandSeries(start=MONDAY, units=units)
    first, second = campaign_effects(
        series, campaigns=[campaign(28, 2), campaign(31, 3)], dip_days=7
    )

    assert (first.baseline, first.factor, first.pulled) == (4.0, 3.0, 0.0)
    assert (second.baseline, second.factor, second.pulled) == (6.0, 4.0, 7.0)


def test_campaigns_are_told_in_the_order_of_their_days() -> None:
    """However they were listed."""
    units = WEEK * 12
    late, early = campaign(60, 3, name="late"), campaign(20, 3, name="early")
    effects = campaign_effects(DemandSeries(start=MONDAY, units=units), campaigns=[late, early])

    assert [effect.campaign.name for effect in effects] == ["early", "late"]


def test_the_baseline_is_of_its_time() -> None:
    """Days further away than asked for do not count, nor weekdays that only they have."""
    units: list[int | None] = [*[9] * 21, *[2] * 7, 6, *[2] * 7, *[9] * 14]

    assert only_effect(units, campaign(28, 1), baseline_days=7).baseline == 2
    assert only_effect(units, campaign(28, 1), baseline_days=8).baseline == 2
    assert only_effect(units, campaign(28, 1), baseline_days=56).baseline > 4


def test_a_campaign_that_cannot_be_told_is_left_out() -> None:
    """Outside of the history, without stock throughout, or where nothing is sold anyway."""
    units: list[int | None] = [*[2] * 28, None, None, *[2] * 28]
    series = DemandSeries(start=MONDAY, units=units)
    nothing = DemandSeries(start=MONDAY, units=[0] * 28 + [5] + [0] * 28)
    far = Campaign(name="far", first=date.max, last=date.max)

    assert campaign_effects(series, campaigns=[campaign(28, 2), campaign(-90, 3), far]) == ()
    assert campaign_effects(nothing, campaigns=[campaign(28, 1)]) == ()
    assert campaign_effects(series, campaigns=[campaign(2, 1)], baseline_days=0) == ()


def test_a_campaign_names_what_it_needs() -> None:
    """Its days in order, and a channel that is one."""
    with pytest.raises(FieldError, match="last"):
        Campaign(name="x", first=date(2026, 5, 2), last=date(2026, 5, 1))
    with pytest.raises(FieldError, match="channel"):
        Campaign(name="x", first=MONDAY, last=MONDAY, channel="etsy")  # type: ignore[arg-type]
    own = Campaign(name="x", first=MONDAY, last=MONDAY, channel=ChannelId("shop"))
    assert own.days == 1


@pytest.mark.parametrize("days", [-1, 367, 1.5, True])
def test_spans_are_days_up_to_a_year(days: Any) -> None:
    """The dip and the baseline."""
    series = DemandSeries(start=MONDAY, units=[1])

    with pytest.raises(FieldError, match="dip_days"):
        campaign_effects(series, campaigns=[], dip_days=days)
    with pytest.raises(FieldError, match="baseline_days"):
        campaign_effects(series, campaigns=[], baseline_days=days)


def test_weeks_are_too_coarse() -> None:
    """A campaign of three days drowns in them."""
    with pytest.raises(FieldError, match="series"):
        campaign_effects(DemandSeries(start=MONDAY, units=[1], period=Period.WEEK), campaigns=[])
