"""One campaign of the past: what it sold, what it would have sold, and what it took from later."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile
from statistics import fmean
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import is_a, is_text, optional, plain_date, refuse
from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId
from ecomkit.replenishment import Period
from ecomkit.replenishment._numbers import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ecomkit.replenishment import DemandSeries

DIP_DAYS = 14
BASELINE_DAYS = 56
"""Eight weeks on either side hold up to sixteen days of each weekday."""


@final
@attrs.frozen(kw_only=True)
class Campaign:
    """
    A stretch of days with a price, a placement or a mailing of its own; both ends belong to it.

    ``channel`` is where it runs, None for everywhere.

    Raises:
        FieldError: If it ends before it starts, or a day is no date.

    >>> Campaign(name="Black week", first=date(2025, 11, 24), last=date(2025, 11, 30)).days
    7
    """

    name: str = attrs.field(validator=is_text)
    first: date = attrs.field(validator=plain_date)
    last: date = attrs.field(validator=plain_date)
    channel: ChannelId | None = attrs.field(default=None, validator=optional(is_a(ChannelId)))

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise refuse(self, "last", self.last, f"no day before the first, {self.first}")

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1


@final
@attrs.frozen(kw_only=True)
class CampaignEffect:
    """
    What one campaign sold beside what its days sell without one, in units.

    ``units`` and ``baseline`` are those of the ``known_days`` of the campaign, ``pulled`` is
    what was missing in the days after it: bought earlier, not more.

    >>> effect = CampaignEffect(
    ...     campaign=Campaign(name="May", first=date(2026, 5, 1), last=date(2026, 5, 3)),
    ...     known_days=3, units=30, baseline=12.0, pulled=6.0,
    ... )
    >>> effect.factor, effect.net_factor
    (2.5, 2.0)
    """

    campaign: Campaign
    known_days: int
    units: int
    baseline: float
    pulled: float

    @property
    def factor(self) -> float:
        """Units over baseline: what has to be in stock during a campaign."""
        return self.units / self.baseline

    @property
    def net_factor(self) -> float:
        """The same less what was pulled forward: what the campaign really added."""
        return (self.units - self.pulled) / self.baseline

    def explain(self) -> str:
        """Return the campaign, its factor, and what it took from the days after it."""
        return (
            f"{self.campaign.name} from {self.campaign.first}: {self.units} in "
            f"{self.known_days} days against {plain(self.baseline)} without it, "
            f"{plain(self.factor)} times, {plain(self.net_factor)} less the "
            f"{plain(self.pulled)} that were missing after it"
        )


def campaign_effects(
    series: DemandSeries,
    *,
    campaigns: Iterable[Campaign],
    dip_days: int = DIP_DAYS,
    baseline_days: int = BASELINE_DAYS,
) -> tuple[CampaignEffect, ...]:
    """
    Return what each of *campaigns* did to *series*, the demand of one sku (in one channel) by day.

    The baseline of a day is the mean of the same weekdays up to *baseline_days* before the
    campaign and after it, without the days of any campaign and the *dip_days* after one. Days
    that are unknown, since nothing was in stock, count nowhere: neither as sales nor as
    baseline. A campaign without a known day, or without any baseline, is left out.

    What is missing in the dip is at most what the campaign sold beyond its baseline; the dip ends
    where the next campaign starts.

    Raises:
        FieldError: If *series* has other periods than days, or a number of days is negative.

    >>> from ecomkit.replenishment import DemandSeries
    >>> days = DemandSeries(start=date(2026, 4, 6), units=[2] * 28 + [6, 6, 6] + [1] * 4 + [2] * 14)
    >>> may = Campaign(name="May", first=date(2026, 5, 4), last=date(2026, 5, 6))
    >>> effects = campaign_effects(days, campaigns=[may], dip_days=4)
    >>> [effect.explain() for effect in effects]
    ['May from 2026-05-04: 18 in 3 days against 6 without it, 3 times, 2.33 less the 4 that were missing after it']
    """
    if series.period is not Period.DAY:
        raise _refused("series", series.period, "a series of days")
    for field, days in (("dip_days", dip_days), ("baseline_days", baseline_days)):
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= LONGEST:
            raise _refused(field, days, f"a whole number of days from 0 to {LONGEST}")
    listed = sorted(campaigns, key=lambda campaign: (campaign.first, campaign.last))
    sold = {
        series.start + timedelta(days=at): count
        for at, count in enumerate(series.units)
        if count is not None
    }
    busy = {day for each in listed for day in _days(each.first, each.days)}
    dips = {day for each in listed for day in _days(each.last, dip_days + 1)}
    usual = {day: count for day, count in sold.items() if day not in busy | dips}
    found = (
        _effect(each, sold=sold, usual=usual, busy=busy, spans=(dip_days, baseline_days))
        for each in listed
    )
    return tuple(effect for effect in found if effect is not None)


LONGEST = 366
"""Neither dip nor baseline reaches further than a year."""


def _effect(
    campaign: Campaign,
    *,
    sold: Mapping[date, int],
    usual: Mapping[date, int],
    busy: Collection[date],
    spans: tuple[int, int],
) -> CampaignEffect | None:
    dip_days, baseline_days = spans
    around = [
        day
        for day in usual
        if -baseline_days <= (day - campaign.first).days
        and (day - campaign.last).days <= baseline_days
    ]
    means = {
        weekday: fmean(usual[day] for day in around if day.weekday() == weekday)
        for weekday in {day.weekday() for day in around}
    }
    during = _comparable(_days(campaign.first, campaign.days), sold, means)
    baseline = sum(means[day.weekday()] for day in during)
    if not baseline:
        return None
    units = sum(sold[day] for day in during)
    # The dip ends where the next campaign starts: what is missing after that is missing after it.
    after = _days(campaign.last, dip_days + 1)[1:]
    dip = takewhile(lambda day: day not in busy, after)
    missing = sum(means[day.weekday()] - sold[day] for day in _comparable(dip, sold, means))
    return CampaignEffect(
        campaign=campaign,
        known_days=len(during),
        units=units,
        baseline=baseline,
        pulled=min(max(missing, 0.0), max(units - baseline, 0.0)),
    )


def _comparable(
    days: Iterable[date], sold: Mapping[date, int], means: Mapping[int, float]
) -> Sequence[date]:
    return [day for day in days if day in sold and day.weekday() in means]


def _days(first: date, number: int) -> list[date]:
    """Return *number* days from *first* on, as far as there is a calendar."""
    start = first.toordinal()
    end = min(start + number, date.max.toordinal() + 1)
    return [date.fromordinal(day) for day in range(start, end)]


def _refused(field: str, got: object, wanted: str) -> FieldError:
    return FieldError(owner="campaign_effects", field=field, got=got, wanted=wanted)
