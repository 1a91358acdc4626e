"""Lead time statistics: what receipts tell of a route, and how it keeps its promises."""

from __future__ import annotations

import math
from bisect import bisect_right
from enum import Enum
from itertools import accumulate
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.errors import FieldError
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._numbers import (
    OBSERVATIONS_MIN,
    TooFewObservationsError,
    day_of,
    is_number,
    plain,
)
from ecomkit.replenishment.purchasing._kinds import all_of
from ecomkit.replenishment.purchasing._observation import LeadTimeObservation, Route

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class Weighting(Enum):
    """What counts as one when receipts are averaged."""

    BY_RECEIPT = "each receipt counts once"
    """How late a delivery is; ten parcels with one unit each count ten times."""

    BY_UNIT = "each unit counts once"
    """How long a unit takes; a parcel with a thousand units outweighs many small ones."""


@final
@attrs.frozen(kw_only=True)
class LeadTimeStatistics:
    """
    What observations tell: mean, spread and quantiles of lead time, and how promises are kept.

    Lead times below 0 come from orders that were written down after the goods had come: they are
    counted in ``negative`` and left out of the days. What is still open has no lead time yet; it
    is counted in ``still_open``, and see :meth:`overdue`.

    Every figure is in calendar days and by ``weighting``. By unit, n is the number of units:
    each unit is taken as an observation of its own.

    Raises:
        FieldError: If a field has another type.

    >>> from datetime import date
    >>> seen = LeadTimeStatistics(observations=[
    ...     LeadTimeObservation(
    ...         ordered_on=date(2026, 3, 2),
    ...         promised_on=date(2026, 3, 9),
    ...         received_on=date(2026, 3, day),
    ...     )
    ...     for day in (8, 9, 10, 13)
    ... ])
    >>> seen.mean_days, round(seen.sd_days, 4), seen.p50, round(seen.p90, 4), seen.on_time_share
    (8.0, 2.1602, 7.5, 10.1, 0.5)
    """

    observations: tuple[LeadTimeObservation, ...] = attrs.field(
        converter=as_tuple, validator=each(LeadTimeObservation)
    )
    weighting: Weighting = attrs.field(default=Weighting.BY_RECEIPT, validator=is_a(Weighting))
    _days: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)
    _weights: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)
    _reached: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        seen = sorted(
            (days, self._weight(one))
            for one in self.observations
            if (days := one.days) is not None and days >= 0
        )
        # A frozen value sets what it derives this way.
        object.__setattr__(self, "_days", tuple(days for days, _ in seen))
        object.__setattr__(self, "_weights", tuple(weight for _, weight in seen))
        object.__setattr__(self, "_reached", tuple(accumulate(self._weights)))

    def _weight(self, one: LeadTimeObservation) -> int:
        return one.units if self.weighting is Weighting.BY_UNIT else 1

    @property
    def receipts(self) -> int:
        """How many receipts have a lead time of 0 days or more."""
        return len(self._days)

    @property
    def negative(self) -> int:
        """How many came before they were ordered, and are left out."""
        return sum(1 for one in self.observations if one.days is not None and one.days < 0)

    @property
    def still_open(self) -> int:
        """How many have not come yet."""
        return sum(1 for one in self.observations if one.is_open)

    @property
    def mean_days(self) -> float:
        """
        The mean lead time.

        Raises:
            TooFewObservationsError: If nothing was received.
        """
        self._need(1)
        return self._sum / self._reached[-1]

    @property
    def _sum(self) -> int:
        return sum(days * weight for days, weight in zip(self._days, self._weights, strict=True))

    @property
    def sd_days(self) -> float:
        """
        The standard deviation of a sample (n − 1).

        Raises:
            TooFewObservationsError: If fewer than two receipts, or units by unit, came.
        """
        self._need(OBSERVATIONS_MIN)
        n = self._reached[-1]
        squares = sum(
            days * days * weight for days, weight in zip(self._days, self._weights, strict=True)
        )
        # Whole numbers, so that nothing cancels out.
        return math.sqrt((n * squares - self._sum**2) / (n * (n - 1)))

    def quantile(self, probability: float) -> float:
        """
        Return the days within which this share of the receipts (or units) came.

        Between two observations by straight line: definition 7 of Hyndman and Fan (1996).

        Raises:
            FieldError: If *probability* is not from 0 to 1.
            TooFewObservationsError: If nothing was received.
        """
        if not is_number(probability) or not 0 <= probability <= 1:
            raise FieldError(
                owner="LeadTimeStatistics",
                field="probability",
                got=probability,
                wanted="a number from 0 to 1",
            )
        self._need(1)
        last = self._reached[-1] - 1
        place = last * probability
        # Beyond 2**53 units the product may be rounded up past the last of them.
        below = min(math.floor(place), last)
        low, high = self._at(below), self._at(min(below + 1, last))
        return low + max(0.0, place - below) * (high - low)

    def _at(self, place: int) -> int:
        """Return the days of the observation at *place*, counted from 0 by weight."""
        return self._days[bisect_right(self._reached, place)]

    @property
    def p50(self) -> float:
        """The median."""
        return self.quantile(0.5)

    @property
    def p90(self) -> float:
        """The days within which nine of ten come."""
        return self.quantile(0.9)

    @property
    def p95(self) -> float:
        """The days within which nineteen of twenty come."""
        return self.quantile(0.95)

    @property
    def promised(self) -> tuple[LeadTimeObservation, ...]:
        """What came and had been promised."""
        return tuple(one for one in self.observations if one.days_late is not None)

    @property
    def on_time_share(self) -> float | None:
        """The share that came on the promised day or before; None where nothing was promised."""
        promised = self.promised
        weight = sum(map(self._weight, promised))
        if not weight:
            return None
        return sum(self._weight(one) for one in promised if _late(one) <= 0) / weight

    @property
    def late(self) -> int:
        """How many receipts came after the promised day."""
        return sum(1 for one in self.promised if _late(one) > 0)

    @property
    def early(self) -> int:
        """How many receipts came before the promised day."""
        return sum(1 for one in self.promised if _late(one) < 0)

    @property
    def worst_days_late(self) -> int | None:
        """The most days after the promise, below 0 if all were early; None without a promise."""
        return max((_late(one) for one in self.promised), default=None)

    @property
    def mean_days_late(self) -> float | None:
        """How late they come on average, early ones below 0; None without a promise."""
        promised = self.promised
        weight = sum(map(self._weight, promised))
        if not weight:
            return None
        return sum(_late(one) * self._weight(one) for one in promised) / weight

    def overdue(
        self, *, today: date, probability: float = 0.95
    ) -> tuple[LeadTimeObservation, ...]:
        """
        Return what has not come and has already taken longer than the quantile of what has.

        So much can be said of a lead time that is not over (a censored observation): it is above
        the days waited so far.

        Raises:
            FieldError: If *probability* is not from 0 to 1, or *today* no date.
            TooFewObservationsError: If nothing was received.
        """
        day_of(today, owner="LeadTimeStatistics", field="today")
        usual = self.quantile(probability)
        return tuple(
            one
            for one in self.observations
            if (waited := one.age(today)) is not None and waited > usual
        )

    @property
    def lead_time(self) -> LeadTime:
        """
        Mean and standard deviation, as policies take them.

        Raises:
            TooFewObservationsError: If fewer than two receipts came.
            FieldError: If they took more than ten years on average.
        """
        return LeadTime(mean_days=self.mean_days, sd_days=self.sd_days)

    @property
    def empirical_lead_time(self) -> LeadTime:
        """
        The same with the days of each receipt, for a policy that takes the lead time as it was.

        By unit it is not offered: each receipt stands in it once.

        Raises:
            TooFewObservationsError: If fewer than two receipts came.
            FieldError: If one took more than ten years, or the weighting is by unit.
        """
        if self.weighting is Weighting.BY_UNIT:
            raise FieldError(
                owner="LeadTimeStatistics",
                field="weighting",
                got=self.weighting,
                wanted="BY_RECEIPT, since each receipt stands in the sample once",
            )
        return LeadTime.empirical(self._days)

    def _need(self, least: int) -> None:
        seen = self._reached[-1] if self._reached else 0
        if seen < least:
            raise TooFewObservationsError(
                owner="LeadTimeStatistics", observed="receipts", got=seen
            )

    def explain(self) -> str:
        """Say what was seen, how long it takes, and how promises are kept."""
        parts = [f"{self.receipts} receipts, {self.weighting.value}"]
        if self._days:
            spread = f", sd {plain(self.sd_days)}" if self._reached[-1] > 1 else ""
            parts.append(
                f"mean {plain(self.mean_days)} days{spread}, half within {plain(self.p50)}, "
                f"9 of 10 within {plain(self.p90)}, 19 of 20 within {plain(self.p95)}"
            )
        share = self.on_time_share
        if share is not None:
            parts.append(
                f"{share:.1%} on the promised day or before, {self.late} late, {self.early} "
                f"early, {self.worst_days_late} days late at worst"
            )
        if self.negative:
            parts.append(f"{self.negative} came before they were ordered and are left out")
        if self.still_open:
            parts.append(f"{self.still_open} still to come")
        return "; ".join(parts)


def _late(one: LeadTimeObservation) -> int:
    late = one.days_late
    assert late is not None  # of what was promised and came
    return late


def lead_times_by_route(
    observations: Iterable[LeadTimeObservation], *, weighting: Weighting = Weighting.BY_RECEIPT
) -> dict[Route, LeadTimeStatistics]:
    """
    Return the statistics of each route, in the order in which routes are first seen.

    Raises:
        FieldError: If one is no observation.

    >>> from datetime import date
    >>> slow, fast = Route(mode="sea"), Route(mode="air")
    >>> seen = [
    ...     LeadTimeObservation(
    ...         ordered_on=date(2026, 3, 2), received_on=date(2026, 3, day), route=route
    ...     )
    ...     for route, day in ((slow, 30), (fast, 5), (slow, 28))
    ... ]
    >>> {route.mode: figures.mean_days for route, figures in lead_times_by_route(seen).items()}
    {'sea': 27.0, 'air': 3.0}
    """
    found: dict[Route, list[LeadTimeObservation]] = {}
    for one in all_of(
        LeadTimeObservation, observations, owner="lead_times_by_route", field="observations"
    ):
        found.setdefault(one.route, []).append(one)
    return {
        route: LeadTimeStatistics(observations=seen, weighting=weighting)
        for route, seen in found.items()
    }
