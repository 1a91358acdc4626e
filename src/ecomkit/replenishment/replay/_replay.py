"""The replay: a policy meets the demand that really came, one period after the other."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, time
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

from ecomkit.replenishment._position import InventoryPosition
from ecomkit.replenishment.replay._case import WhenShort

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecomkit.replenishment._advice import Advice
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._policy import ReplenishmentPolicy
    from ecomkit.replenishment._smoothed_demand import DemandEstimator
    from ecomkit.replenishment.replay._case import ReplayCase, ReplayRules


class ReplayedPeriod(NamedTuple):
    """
    One period of a replay, in units.

    opening + received − served = closing, where served counts those who had waited, too.
    """

    place: int
    opening: int
    received: int
    asked: int
    served: int
    missed: int
    """Units of this period's demand that were not there."""

    waiting: int
    """Units owed at the end; 0 where what is missed is lost."""

    closing: int
    ordered: int
    advice: Advice | None
    """What the policy said at the end of the period; None if nobody looked."""


def protection_days(case: ReplayCase, *, rules: ReplayRules) -> float:
    """Return how many days an order has to last: the lead time and the review period."""
    return case.lead_time.mean_days + review_days(case, rules=rules)


def review_days(case: ReplayCase, *, rules: ReplayRules) -> int:
    """Return the review period in whole days, for a policy that lengthens its protection by it."""
    return round(rules.review_periods * case.series.period.mean_days)


def estimates(
    case: ReplayCase, *, estimator: DemandEstimator, rules: ReplayRules
) -> Mapping[int, Demand]:
    """
    Return what *estimator* says at each moment of the replay at which demand is estimated.

    The keys are the periods that have passed: an estimate sees these and nothing later.
    """
    days = protection_days(case, rules=rules)
    moments = range(case.fit_periods, len(case.series), rules.estimate_periods)
    return {passed: estimator(case.series.first(passed), days=days) for passed in moments}


def replay(
    policy: ReplenishmentPolicy,
    case: ReplayCase,
    *,
    demands: Mapping[int, Demand],
    rules: ReplayRules,
) -> Iterator[ReplayedPeriod]:
    """
    Yield every period after the fitted ones, as *policy* would have lived it.

    The rules are those of the ledger: what comes in covers who waits first, then who asks;
    nothing is promised that is not there, and what nobody can be given is missed. Goods come in
    the morning; the policy is asked in the evening, of the position with all that is on order.
    An order is what the policy says, whatever the reason.
    """
    taken = cycle(case.lead_periods)
    arriving: defaultdict[int, int] = defaultdict(int)
    shelf, waiting, on_order = case.opening, 0, 0
    demand = demands[case.fit_periods]
    lost = rules.when_short is WhenShort.LOST
    for place in range(case.fit_periods, len(case.series)):
        demand = demands.get(place, demand)
        opening, received = shelf, arriving.pop(place, 0)
        on_order -= received
        shelf += received
        covered = min(waiting, shelf)
        shelf -= covered
        waiting -= covered
        asked = case.series.units[place] or 0
        given = min(asked, shelf)
        shelf -= given
        missed = asked - given
        waiting += 0 if lost else missed
        advice, ordered = None, 0
        if (place - case.fit_periods) % rules.review_periods == 0:
            advice = policy(
                InventoryPosition(usable=shelf, uncovered=waiting, on_order=on_order),
                demand=demand,
                lead_time=case.lead_time,
                now=datetime.combine(case.series.starts_on(place), time(), UTC),
            )
            ordered = advice.order
            if ordered:
                arriving[place + 1 + next(taken)] += ordered
                on_order += ordered
        yield ReplayedPeriod(
            place=place,
            opening=opening,
            received=received,
            asked=asked,
            served=covered + given,
            missed=missed,
            waiting=waiting,
            closing=shelf,
            ordered=ordered,
            advice=advice,
        )
