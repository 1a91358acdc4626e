"""Campaign uplift: what the next campaign will do, as a range, from those before it."""

from __future__ import annotations

import math
from statistics import NormalDist, fmean, variance
from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, optional, refuse
from ecomkit.replenishment import UNITS_MAX, TooFewObservationsError
from ecomkit.replenishment._numbers import OBSERVATIONS_MIN, is_number, plain, up_to
from ecomkit.replenishment.forecasting._campaign import (
    BASELINE_DAYS,
    DIP_DAYS,
    Campaign,
    CampaignEffect,
    campaign_effects,
)
from ecomkit.replenishment.forecasting._forecast import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecomkit.identifiers import ChannelId
    from ecomkit.replenishment import DemandSeries

PRIOR_CAMPAIGNS = 3.0
LEVEL = 0.8


@final
@attrs.frozen(kw_only=True)
class CategoryUplift:
    """
    What campaigns do to the products of a category: mean and spread of their factors.

    It weighs as much as ``campaigns`` campaigns of the product itself.

    Raises:
        FieldError: If a number is negative, or no number.

    >>> CategoryUplift.of([2.0, 3.0, 4.0])
    CategoryUplift(mean=3.0, sd=1.0, campaigns=3.0)
    """

    mean: float = attrs.field(validator=up_to(UNITS_MAX))
    sd: float = attrs.field(validator=up_to(UNITS_MAX))
    campaigns: float = attrs.field(default=PRIOR_CAMPAIGNS, validator=up_to(UNITS_MAX))

    @classmethod
    def of(cls, factors: Iterable[float], *, campaigns: float = PRIOR_CAMPAIGNS) -> Self:
        """
        Return the mean and the standard deviation of the *factors* of other products.

        Raises:
            TooFewObservationsError: If there are fewer than two.
        """
        seen = list(factors)
        if len(seen) < OBSERVATIONS_MIN:
            raise TooFewObservationsError(owner=cls.__name__, observed="campaigns", got=len(seen))
        return cls(mean=fmean(seen), sd=math.sqrt(variance(seen)), campaigns=campaigns)


def _level(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value < 1:
        raise refuse(instance, attribute.name, value, "a number between 0 and 1")


@final
@attrs.frozen(kw_only=True)
class CampaignUplift:
    """
    By which factor the next campaign lifts demand, as a range that shrinks with experience.

    The factors of earlier campaigns are shrunk towards that of the category: n campaigns weigh
    n, the category weighs its own number. The range is that of one more campaign with a normal
    spread: the squared differences from the shrunk mean, those of the category counted as often
    as it weighs, and the uncertainty of the mean itself on top (as for a normal mean with a
    conjugate prior).

    ``factor`` is what has to be in stock while the campaign runs; ``net_factor`` takes off what
    was pulled forward from the days after, and is what a campaign is worth.

    Raises:
        FieldError: If ``level`` is not between 0 and 1.
        TooFewObservationsError: If fewer than two campaigns, the category's included, are known.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> days = DemandSeries(start=date(2026, 4, 6), units=[2] * 28 + [6, 6, 6] + [1] * 4 + [2] * 14)
    >>> may = Campaign(name="May", first=date(2026, 5, 4), last=date(2026, 5, 6))
    >>> uplift = CampaignUplift.learned(
    ...     days, campaigns=[may], category=CategoryUplift(mean=2.0, sd=0.5), dip_days=4
    ... )
    >>> print(uplift.explain())
    Demand times 2.25, 80 % between 1.24 and 3.26; times 1.83 less what is pulled forward.
    1 campaign of its own, shrunk towards 2 of the category, which weighs 3.
    May from 2026-05-04: 18 in 3 days against 6 without it, 3 times, 2.33 less the 4 that were missing after it.
    """

    effects: tuple[CampaignEffect, ...] = attrs.field(
        converter=as_tuple, validator=each(CampaignEffect)
    )
    category: CategoryUplift | None = attrs.field(
        default=None, validator=optional(is_a(CategoryUplift))
    )
    level: float = attrs.field(default=LEVEL, validator=_level)

    def __attrs_post_init__(self) -> None:
        if self._weight < OBSERVATIONS_MIN:
            known = len(self.effects)
            raise TooFewObservationsError(owner="CampaignUplift", observed="campaigns", got=known)

    @classmethod
    def learned(
        cls,
        series: DemandSeries,
        *,
        campaigns: Iterable[Campaign],
        category: CategoryUplift | None = None,
        level: float = LEVEL,
        dip_days: int = DIP_DAYS,
        baseline_days: int = BASELINE_DAYS,
    ) -> Self:
        """
        Return what earlier *campaigns* did to *series*; see :func:`campaign_effects`.

        Raises:
            FieldError: If *series* has other periods than days, or a number is none.
            TooFewObservationsError: If fewer than two campaigns, the category's included, are
                known.
        """
        effects = campaign_effects(
            series, campaigns=campaigns, dip_days=dip_days, baseline_days=baseline_days
        )
        return cls(effects=effects, category=category, level=level)

    @property
    def factor(self) -> float:
        """The shrunk mean of units over baseline."""
        own = math.fsum(effect.factor for effect in self.effects)
        if self.category is not None:
            own += self.category.campaigns * self.category.mean
        return own / self._weight

    @property
    def pulled_share(self) -> float:
        """Which share of what campaigns sold beyond their baseline was missing after them."""
        extra = math.fsum(max(effect.units - effect.baseline, 0.0) for effect in self.effects)
        return math.fsum(effect.pulled for effect in self.effects) / extra if extra else 0.0

    @property
    def net_factor(self) -> float:
        """The factor less what is pulled forward."""
        return 1 + (self.factor - 1) * (1 - self.pulled_share) if self.factor > 1 else self.factor

    @property
    def sd(self) -> float:
        """The standard deviation of the factor of one more campaign."""
        mean, weight = self.factor, self._weight
        squares = math.fsum((effect.factor - mean) ** 2 for effect in self.effects)
        if self.category is not None:
            apart = self.category.mean - mean
            squares += self.category.campaigns * (self.category.sd**2 + apart * apart)
        return math.sqrt(squares / (weight - 1) * (1 + 1 / weight))

    @property
    def interval(self) -> Interval:
        """Between which factors the next campaign lies with probability ``level``."""
        return self._around(1.0)

    def units(self, baseline: float) -> Interval:
        """
        Return between which units a campaign will sell that would sell *baseline* without it.

        Raises:
            FieldError: If *baseline* is negative or no number.
        """
        if not is_number(baseline) or not 0 <= baseline <= UNITS_MAX:
            raise refuse(self, "baseline", baseline, f"a number from 0 to {UNITS_MAX}")
        return self._around(baseline)

    def explain(self) -> str:
        """Return the factors, their range, what they are shrunk towards, and each campaign."""
        own = len(self.effects)
        towards = ""
        if self.category is not None:
            towards = (
                f", shrunk towards {plain(self.category.mean)} of the category, which weighs "
                f"{plain(self.category.campaigns)}"
            )
        lines = [
            (
                f"Demand times {plain(self.factor)}, {self.interval.explain()}; times "
                f"{plain(self.net_factor)} less what is pulled forward."
            ),
            f"{own} campaign{'' if own == 1 else 's'} of its own{towards}.",
            *(f"{effect.explain()}." for effect in self.effects),
        ]
        return "\n".join(lines)

    @property
    def _weight(self) -> float:
        return len(self.effects) + (0 if self.category is None else self.category.campaigns)

    def _around(self, baseline: float) -> Interval:
        half = NormalDist().inv_cdf((1 + self.level) / 2) * self.sd
        return Interval(
            lower=max(0.0, self.factor - half) * baseline,
            upper=(self.factor + half) * baseline,
            level=self.level,
        )


def uplift_by_channel(
    series: Mapping[ChannelId, DemandSeries],
    *,
    campaigns: Iterable[Campaign],
    category: CategoryUplift | None = None,
    level: float = LEVEL,
) -> dict[ChannelId, CampaignUplift]:
    """
    Return the uplift of each channel, from the campaigns that ran there.

    A mailing of the own shop does nothing to a marketplace: a campaign counts in the channel
    that it names, or in all of them. Each channel is held against its own baseline.

    Raises:
        FieldError: As :meth:`CampaignUplift.learned`.
        TooFewObservationsError: If a channel had too few campaigns, the category's included.
    """
    listed = list(campaigns)
    return {
        channel: CampaignUplift.learned(
            days,
            campaigns=[each for each in listed if each.channel in (None, channel)],
            category=category,
            level=level,
        )
        for channel, days in series.items()
    }
