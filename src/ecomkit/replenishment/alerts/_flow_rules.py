"""Alert rules about what moves: late inbound, lead-time drift, demand spike."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import refuse
from ecomkit.replenishment._numbers import OBSERVATIONS_MIN, is_number, plain
from ecomkit.replenishment.alerts._condition import Condition, Side
from ecomkit.replenishment.alerts._kind import AlertKind
from ecomkit.replenishment.alerts._stock_rules import condition, days_until_short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment.alerts._alert_facts import AlertFacts

DEVIATIONS_MAX = 1_000_000.0
"""More standard deviations say no more than these."""


def _deviations(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if not is_number(value) or not 0 < value <= DEVIATIONS_MAX:
        wanted = f"a number of standard deviations above 0, up to {plain(DEVIATIONS_MAX)}"
        raise refuse(instance, attribute.name, value, wanted)


def _above_zero_days(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if type(value) is not int or value < 1:
        raise refuse(instance, attribute.name, value, "a whole number of days above 0")


@final
@attrs.frozen(kw_only=True)
class LateInboundRule:
    """
    Raise when units on order are overdue, or land after the day on which the stock runs out.

    Measured is the larger of two: the days by which the most overdue receipt is late, and the
    days from the first day that cannot be served to the next receipt after it. It is raised at
    ``late_days``, and worse from ``worse_days`` on.

    Raises:
        FieldError: If a number of days is not above 0, or ``worse_days`` not above ``late_days``.
    """

    late_days: int = attrs.field(default=1, validator=_above_zero_days)
    worse_days: int = attrs.field(default=7, validator=_above_zero_days)

    def __attrs_post_init__(self) -> None:
        if self.worse_days <= self.late_days:
            raise refuse(self, "worse_days", self.worse_days, f"more than {self.late_days} days")

    def __call__(self, facts: AlertFacts) -> Condition | None:
        """Return by how many days inbound units are late, if the receipts are known."""
        advice = facts.advice
        if advice.facts is None or advice.facts.receipts is None:
            return None
        today, short = advice.at.date(), days_until_short(advice)
        ahead = [(one.expected_on - today).days for one in advice.facts.receipts if one.open]
        overdue = max((-days for days in ahead if days < 0), default=0)
        gap = min((days - short for days in ahead if days > short), default=0)
        words = (
            f"units are overdue by {overdue} days"
            if overdue >= gap
            else f"the next units land {gap} days after the stock runs out"
        )
        late = max(overdue, gap)
        return condition(
            facts,
            kind=AlertKind.LATE_INBOUND,
            side=Side.ABOVE,
            measured=late,
            raise_at=self.late_days,
            clear_at=self.late_days,
            worse_at=[self.worse_days],
            words=words if late else "no inbound unit is late",
            days=short,
        )


@final
@attrs.frozen(kw_only=True)
class LeadTimeDriftRule:
    """
    Raise when receipts take longer, or less long, than before; clear at half of that.

    The shift is in standard deviations, as the drift test of purchasing gives it, and
    ``threshold`` is the one from which it is drift.

    Raises:
        FieldError: If ``threshold`` is not above 0.
    """

    threshold: float = attrs.field(default=3.0, validator=_deviations)

    def __call__(self, facts: AlertFacts) -> Condition | None:
        """Return how far the lead time has shifted, if that is known."""
        if facts.lead_time_z is None:
            return None
        way = "longer" if facts.lead_time_z > 0 else "less long"
        shift = min(DEVIATIONS_MAX, abs(facts.lead_time_z))
        return condition(
            facts,
            kind=AlertKind.LEAD_TIME_DRIFT,
            side=Side.ABOVE,
            measured=shift,
            raise_at=self.threshold,
            clear_at=self.threshold / 2,
            words=f"the last receipts took {way} by {plain(shift)} standard deviations",
        )


@final
@attrs.frozen(kw_only=True)
class DemandSpikeRule:
    """
    Raise when far more was asked for in the last days than is usual; clear at half of that.

    Measured is (units − k d) / √(k v) over the last k days, with d the mean of a day before them
    and v its variance, but at least d: sales of single units are no steadier than that
    (Poisson). The divisor is at least one unit, so that one sale of what never sells is no
    spike. The last days are taken out of an observed demand, since a spike widens the spread
    that it is held against; a stated demand is taken as it is.

    Raises:
        FieldError: If ``threshold`` is not above 0.
    """

    threshold: float = attrs.field(default=3.0, validator=_deviations)

    def __call__(self, facts: AlertFacts) -> Condition | None:
        """Return by how much demand was above its mean, if the last days are known."""
        if not facts.recent_units:
            return None
        days, units = len(facts.recent_units), sum(facts.recent_units)
        mean, variance = _before(facts.recent_units, demand=facts.advice.demand)
        usual = days * mean
        spread = math.sqrt(days * max(variance, mean))
        above = (units - usual) / max(1.0, spread)
        return condition(
            facts,
            kind=AlertKind.DEMAND_SPIKE,
            side=Side.ABOVE,
            measured=max(-DEVIATIONS_MAX, min(DEVIATIONS_MAX, above)),
            raise_at=self.threshold,
            clear_at=self.threshold / 2,
            words=(f"{units} units were asked for in {days} days, where {plain(usual)} are usual"),
            days=days_until_short(facts.advice),
        )


def _before(recent: Sequence[int], *, demand: Demand) -> tuple[float, float]:
    """Return mean and variance of a day of *demand* before its *recent* days."""
    seen, mean = demand.observed_days, demand.mean_per_day
    left, total = seen - len(recent), seen * mean - sum(recent)
    if left < OBSERVATIONS_MIN or total < 0:
        return mean, demand.sd_per_day**2
    squares = (seen - 1) * demand.sd_per_day**2 + seen * mean**2 - sum(n * n for n in recent)
    return total / left, max(0.0, (squares - total**2 / left) / (left - 1))
