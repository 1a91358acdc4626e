"""Drift of lead times: whether the last receipts took longer, or less long, than those before."""

from __future__ import annotations

import math
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import is_a, refuse
from ecomkit.replenishment._lead_time import quantile_of_sorted
from ecomkit.replenishment._numbers import is_number, plain
from ecomkit.replenishment.purchasing._kinds import all_of
from ecomkit.replenishment.purchasing._observation import LeadTimeObservation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIDE_MIN = 5
"""With fewer on a side the normal approximation of the rank test says nothing."""

THRESHOLD_MAX = 100
"""No two sets of receipts lie so many standard deviations apart."""


class Drift(Enum):
    """What became of the lead time."""

    LONGER = "longer"
    SHORTER = "shorter"
    STEADY = "steady"
    UNKNOWN = "unknown"
    """There are too few receipts to tell."""


@final
@attrs.frozen(kw_only=True)
class LeadTimeDrift:
    """
    The last receipts against those before them.

    Args:
        kind: What became of the lead time.
        z: The rank statistic in standard deviations, above 0 for longer; 0 where it is unknown.
        threshold: From which the absolute value of z on it is drift.
        older_days: The median of the receipts before; None where there are none.
        recent_days: The median of the last receipts; None where there are none.
        older: How many receipts there were before.
        recent: How many are the last.
    """

    kind: Drift = attrs.field(validator=is_a(Drift))
    z: float
    threshold: float
    older_days: float | None
    recent_days: float | None
    older: int
    recent: int

    def explain(self) -> str:
        """Say what was compared, and what came of it."""
        if self.kind is Drift.UNKNOWN:
            return (
                f"unknown: {self.recent} receipts against {self.older} before; "
                f"{SIDE_MIN} of each are needed"
            )
        assert self.older_days is not None  # with receipts on both sides
        assert self.recent_days is not None
        sign = "at least" if self.kind is not Drift.STEADY else "below"
        return (
            f"{self.kind.value}: the last {self.recent} receipts took {plain(self.recent_days)} "
            f"days at the median, the {self.older} before {plain(self.older_days)}; the rank test "
            f"gives {plain(self.z)} standard deviations, {sign} the threshold of "
            f"{plain(self.threshold)}"
        )


def _whole_from_one(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if type(value) is not int or value < SIDE_MIN:
        raise refuse(instance, attribute.name, value, f"a whole number of {SIDE_MIN} or more")


def _threshold(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value <= THRESHOLD_MAX:
        raise refuse(instance, attribute.name, value, f"a number above 0, up to {THRESHOLD_MAX}")


@final
@attrs.frozen(kw_only=True)
class DriftTest:
    """
    Hold the last ``recent`` receipts against those before, by rank.

    It is the test of Mann and Whitney (1947) with the correction for ties and without that for
    continuity: u counts the pairs in which the later receipt took longer, half for ties, and z
    is its distance from the mean n·m/2 in standard deviations. Ranks, since a few very late
    deliveries would hide a shift from a test of means. It is drift from ``threshold`` on: 3
    standard deviations, about 1 false alarm in 370 looks.

    Raises:
        FieldError: If ``recent`` is below 5, or ``threshold`` not above 0.

    >>> from datetime import date, timedelta
    >>> from ecomkit.replenishment.purchasing import LeadTimeObservation
    >>> monday = date(2026, 1, 5)
    >>> seen = [
    ...     LeadTimeObservation(
    ...         ordered_on=monday + timedelta(weeks=week),
    ...         received_on=monday + timedelta(weeks=week, days=days),
    ...     )
    ...     for week, days in enumerate([7, 8, 6, 7, 9, 7, 8, 7, 6, 8, 12, 14, 11, 13, 12])
    ... ]
    >>> DriftTest(recent=5)(seen).kind.value
    'longer'
    """

    recent: int = attrs.field(default=10, validator=_whole_from_one)
    threshold: float = attrs.field(default=3.0, validator=_threshold)

    def __call__(self, observations: Iterable[LeadTimeObservation]) -> LeadTimeDrift:
        """
        Return the verdict on *observations*, in whatever order they come.

        Raises:
            FieldError: If one is no observation.
        """
        seen = sorted(
            (one.received_on, days)
            for one in all_of(
                LeadTimeObservation, observations, owner="DriftTest", field="observations"
            )
            if (days := one.days) is not None and one.received_on is not None and days >= 0
        )
        in_order = [taken for _, taken in seen]
        older, recent = in_order[: -self.recent], in_order[-self.recent :]
        is_known = min(len(older), len(recent)) >= SIDE_MIN
        z = rank_shift(older, recent=recent) if is_known else 0.0
        return LeadTimeDrift(
            kind=self._kind(z) if is_known else Drift.UNKNOWN,
            z=z,
            threshold=self.threshold,
            older_days=_median(older),
            recent_days=_median(recent),
            older=len(older),
            recent=len(recent),
        )

    def _kind(self, z: float) -> Drift:
        if abs(z) < self.threshold:
            return Drift.STEADY
        return Drift.LONGER if z > 0 else Drift.SHORTER


def _median(days: Sequence[int]) -> float | None:
    return quantile_of_sorted(sorted(days), probability=0.5) if days else None


def rank_shift(older: Sequence[int], *, recent: Sequence[int]) -> float:
    """
    Return the z of Mann and Whitney: above 0 where *recent* is larger; 0 if all are equal.

    >>> round(rank_shift([1, 2, 3, 4, 5], recent=[4, 5, 6, 7, 8]), 4)
    2.2068
    """
    marked = sorted([(days, 0) for days in older] + [(days, 1) for days in recent])
    total, n, m = len(marked), len(older), len(recent)
    # Twice the ranks, so that those of ties stay whole.
    before = twice_ranks = ties = 0
    for _, group in groupby(marked, key=lambda pair: pair[0]):
        tied = [is_recent for _, is_recent in group]
        twice_ranks += sum(tied) * (2 * before + len(tied) + 1)
        ties += len(tied) ** 3 - len(tied)
        before += len(tied)
    twice_u = twice_ranks - m * (m + 1)
    variance = n * m * (total + 1 - ties / (total * (total - 1))) / 12
    return (twice_u - n * m) / 2 / math.sqrt(variance) if variance > 0 else 0.0
