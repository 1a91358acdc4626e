"""Periodic review: a policy that is asked on some days only."""

from __future__ import annotations

from datetime import date  # stores read the field types at run time
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit._checks import plain_date, refuse
from ecomkit.replenishment._numbers import DAYS_MAX, day_after
from ecomkit.replenishment._policy import ReplenishmentPolicy
from ecomkit.replenishment._quantity import Step

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.replenishment._advice import Advice
    from ecomkit.replenishment._demand import Demand
    from ecomkit.replenishment._lead_time import LeadTime
    from ecomkit.replenishment._position import InventoryPosition


def _policy(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not callable(value):
        raise refuse(instance, attribute.name, value, "a replenishment policy")


def _days_between(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
    if type(value) is not int or not 0 < value <= DAYS_MAX:
        raise refuse(
            instance, attribute.name, value, f"a whole number of days from 1 to {DAYS_MAX}"
        )


@final
@attrs.frozen(kw_only=True)
class PeriodicReview:
    """
    Ask ``policy`` every ``every_days`` days from ``since`` on; between reviews nothing is ordered.

    Around a :class:`BaseStock` it is the (R, S) policy, around :class:`OrderUpTo` (R, s, S),
    around :class:`FixedQuantity` (R, r, nQ). An order then has to protect the review period and
    the lead time: a policy with ``review_days``, as :class:`ReorderPoint`, or a level with them,
    as :class:`CriticalRatio`, has to have the same number.

    Raises:
        FieldError: If ``policy`` is no callable or reviews in another number of days,
            ``every_days`` is below 1, not whole or above ten years, or ``since`` is no date.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.replenishment import Demand, InventoryPosition, LeadTime, MinimumStock
    >>> policy = PeriodicReview(policy=MinimumStock(level=60), every_days=7, since=date(2026, 10, 1))
    >>> facts = {"demand": Demand.of(mean_per_day=4), "lead_time": LeadTime(mean_days=5)}
    >>> for day in (8, 9):
    ...     advice = policy(
    ...         InventoryPosition(usable=20), **facts, now=datetime(2026, 10, day, tzinfo=UTC)
    ...     )
    ...     print(advice.order, advice.steps[-1].explain())
    40 case pack: 40 → 40 (whole packs of 1)
    0 review: 40 → 0 (no review on 2026-10-09, the next is on 2026-10-15)
    """

    policy: ReplenishmentPolicy = attrs.field(validator=_policy)
    every_days: int = attrs.field(validator=_days_between)
    since: date = attrs.field(validator=plain_date)

    def __attrs_post_init__(self) -> None:
        for protected in (self.policy, getattr(self.policy, "level", None)):
            review_days = getattr(protected, "review_days", self.every_days)
            if review_days != self.every_days:
                wanted = f"one with the same review_days as every_days, {self.every_days}"
                raise refuse(self, "policy", self.policy, wanted)

    def is_review(self, day: date) -> bool:
        """Return whether the policy is asked on *day*."""
        return day >= self.since and (day - self.since).days % self.every_days == 0

    def next_review(self, day: date) -> date | None:
        """
        Return the first review on *day* or after it; None beyond the calendar.

        >>> weekly = PeriodicReview(policy=print, every_days=7, since=date(2026, 10, 1))
        >>> weekly.next_review(date(2026, 10, 2))
        datetime.date(2026, 10, 8)
        """
        if day <= self.since:
            return self.since
        return day_after(day, days=(self.since - day).days % self.every_days)

    def __call__(
        self,
        position: InventoryPosition,
        *,
        demand: Demand,
        lead_time: LeadTime,
        now: datetime,
    ) -> Advice:
        """
        Return the advice of the policy; the calendar day of *now* is today.

        Between reviews a last step says when the next one is, and orders nothing.

        Raises:
            FieldError: If *now* has no UTC offset.
        """
        advice = self.policy(position, demand=demand, lead_time=lead_time, now=now)
        today = now.date()
        if self.is_review(today) or not advice.order:
            return advice
        waiting = Step(
            name="review",
            before=advice.order,
            after=0,
            why=f"no review on {today}, the next is on {self.next_review(today) or 'no day'}",
        )
        return attrs.evolve(advice, steps=(*advice.steps, waiting))
