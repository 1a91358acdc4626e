"""Smoothed demand: a level that forgets, and how far sums over a lead time were from it."""

from __future__ import annotations

import math
import statistics
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol, Self, final

import attrs

from ecomkit._checks import optional, refuse
from ecomkit.errors import FieldError
from ecomkit.replenishment._demand import Demand
from ecomkit.replenishment._numbers import DAYS_MAX, UNITS_MAX, is_number, up_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecomkit.replenishment._series import DemandSeries

PRIOR_SUMS = 20.0
"""How many sums of its own a sku needs to be believed as much as the whole shop."""


class DemandEstimator(Protocol):
    """How a policy's view of demand is taken from a history: any callable of this shape."""

    def __call__(self, series: DemandSeries, *, days: float) -> Demand:
        """Return the demand expected after *series*; *days* is how long an order has to last."""
        ...


def _half_life(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value <= DAYS_MAX:
        raise refuse(
            instance, attribute.name, value, f"a number of days above 0, up to {DAYS_MAX}"
        )


@final
@attrs.frozen(kw_only=True)
class AverageDemand:
    """
    The plain mean and standard deviation of the last ``window_days``, all days alike.

    None stands for the whole history; a window is rounded to whole periods, two at least. This
    is what rules of thumb look at.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> week = DemandSeries(start=date(2026, 10, 1), units=[0, 0, 3, 5, 4])
    >>> AverageDemand(window_days=3)(week, days=7).mean_per_day
    4.0
    """

    window_days: float | None = attrs.field(default=None, validator=optional(_half_life))

    def __call__(self, series: DemandSeries, *, days: float) -> Demand:  # noqa: ARG002 - the protocol's
        """
        Return the demand of the window.

        Raises:
            TooFewObservationsError: If fewer than two periods of it were observed.
        """
        if self.window_days is None:
            return Demand.from_series(series)
        periods = max(2, round(self.window_days / series.period.mean_days))
        return Demand.from_series(series, periods=periods)


@final
@attrs.frozen(kw_only=True)
class SmoothedDemand:
    """
    An exponentially weighted mean, with the spread of the sums it would have had to cover.

    A unit of demand counts half after ``half_life_days``. The standard deviation is not that of
    single days times the root of the lead time, which is too small where days resemble each
    other or the level moves. It is taken from what matters: how far the sums over *days* were
    from the level known at their start, again with recent ones counting more (twice the
    half-life, since a spread takes longer to tell than a level).

    A young or rare sku has few such sums. ``dispersion``, the usual ratio of the variance of a
    sum to its mean over the shop's skus, counts as ``prior_sums`` sums more; None for no such
    belief; :meth:`believing` takes it from histories.

    Periods that were not observed change nothing, and no sum across one is looked at.

    Raises:
        FieldError: If a number is not above 0, or the half-life above ten years.

    >>> from datetime import date
    >>> from ecomkit.replenishment import DemandSeries
    >>> days = DemandSeries(start=date(2026, 9, 1), units=[4, 2, 6, 3, 5, 4, 4, 2, 6, 4, 5, 3] * 3)
    >>> demand = SmoothedDemand(half_life_days=14)(days, days=7)
    >>> round(demand.mean_per_day, 2), round(demand.sd_per_day, 2)
    (4.01, 0.68)
    """

    half_life_days: float = attrs.field(default=56.0, validator=_half_life)
    dispersion: float | None = attrs.field(default=None, validator=optional(up_to(UNITS_MAX)))
    prior_sums: float = attrs.field(default=PRIOR_SUMS, validator=up_to(UNITS_MAX))

    def __call__(self, series: DemandSeries, *, days: float) -> Demand:
        """
        Return the demand to expect after *series* over *days*.

        Raises:
            FieldError: If *series* is empty or wholly unknown, or *days* is not above 0.
        """
        look = _look_back(series, half_life_days=self.half_life_days, days=days)
        expected = look.level * look.periods
        weight = look.sums
        # Before a first sum has passed: as for days that do not depend on each other.
        variance = look.variance if weight else look.periods * _variance(series.observed)
        if self.dispersion is not None:
            total = weight + self.prior_sums
            prior = self.dispersion * expected
            variance = (weight * variance + self.prior_sums * prior) / total if total else prior
        length = series.period.mean_days
        return Demand(
            mean_per_day=look.level / length,
            sd_per_day=math.sqrt(variance / (look.periods * length)),
            observed_days=round(len(series.observed) * length),
            series=series,
        )

    def believing(self, histories: Iterable[DemandSeries], *, days: float) -> Self:
        """
        Return the estimator with the dispersion of these *histories*: the median of their skus.

        Give the histories up to the day from which you judge, and nothing later. Which half-life
        to take is a question of cost: replay some of them over the last part of those histories.

        Raises:
            FieldError: If no history has demand and is long enough to look back on.
        """
        looks = (
            _look_back(series, half_life_days=self.half_life_days, days=days)
            for series in histories
            if any(series.observed)
        )
        ratios = [
            look.variance / (look.level * look.periods)
            for look in looks
            if look.sums and look.level
        ]
        if not ratios:
            raise FieldError(
                owner=type(self).__name__,
                field="histories",
                got=0,
                wanted="one or more series with demand, longer than the days",
            )
        return attrs.evolve(self, dispersion=statistics.median(ratios))


@attrs.frozen(kw_only=True)
class _LookBack:
    level: float
    """Units a period that are expected after the last one."""

    periods: int
    """How many periods a sum is long."""

    variance: float
    """Weighted mean of the squared differences of the sums from what was expected of them."""

    sums: float
    """How many sums there were, counted as if none overlapped."""


def _variance(units: Sequence[int]) -> float:
    return statistics.variance(units) if len(units) > 1 else 0.0


def _look_back(series: DemandSeries, *, half_life_days: float, days: float) -> _LookBack:
    if not is_number(days) or not 0 < days <= DAYS_MAX:
        raise FieldError(
            owner="DemandEstimator",
            field="days",
            got=days,
            wanted=f"a number above 0, up to {DAYS_MAX}",
        )
    units = series.units
    if all(count is None for count in units):
        raise FieldError(
            owner="DemandEstimator", field="series", got=series, wanted="at least one known period"
        )
    length = series.period.mean_days
    periods = max(1, round(days / length))
    keep = 0.5 ** (length / half_life_days)
    keep_spread = math.sqrt(keep)
    # Before one half-life the level is hardly more than its first periods; of a short history
    # the second half has to do.
    settled = min(math.ceil(half_life_days / length), max(1, len(units) // 2))
    totals = list(accumulate((count or 0 for count in units), initial=0))
    unknown = list(accumulate((count is None for count in units), initial=0))
    last_origin = len(units) - periods
    weighted = weights = 0.0
    squares = spread_weights = 0.0
    sums = 0
    for place, count in enumerate(units, start=1):
        if count is not None:
            weighted = weighted * keep + count
            weights = weights * keep + 1.0
        if (
            settled <= place <= last_origin
            and weights
            and unknown[place] == unknown[place + periods]
        ):
            missed = totals[place + periods] - totals[place] - periods * weighted / weights
            squares = squares * keep_spread + missed * missed
            spread_weights = spread_weights * keep_spread + 1.0
            sums += 1
    return _LookBack(
        level=weighted / weights,
        periods=periods,
        variance=squares / spread_weights if sums else 0.0,
        sums=sums / periods,
    )
