"""Alert rules about too little: uncovered, below minimum, order now, near, projected stock-out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, final

import attrs

from ecomkit.replenishment._inbound import days_to_arrive
from ecomkit.replenishment._numbers import DAYS_MAX, plain, whole_days
from ecomkit.replenishment._verdict import units_above
from ecomkit.replenishment.alerts._alert_rule import share
from ecomkit.replenishment.alerts._condition import Condition, Side
from ecomkit.replenishment.alerts._kind import AlertKind

if TYPE_CHECKING:
    from ecomkit.replenishment._advice import Advice
    from ecomkit.replenishment.alerts._alert_facts import AlertFacts

BAND = 0.1
"""Between raising and clearing lies a tenth of the threshold, unless another share is asked for."""


def condition(facts: AlertFacts, **fields: Any) -> Condition:
    """Return a condition of the sku of *facts*, with the money that a day without stock loses."""
    return Condition(subject=facts.sku, at_risk=facts.advice.money_at_risk_per_day, **fields)


def days_until_short(advice: Advice) -> int:
    """Return in how many days the stock of *advice* runs out; ten years for never."""
    short = advice.stockout_on
    return DAYS_MAX if short is None else (short - advice.at.date()).days


@final
@attrs.frozen(kw_only=True)
class UncoveredRule:
    """Raise as soon as a unit is sold that no stock covers; clear when all are covered."""

    def __call__(self, facts: AlertFacts) -> Condition:
        """Return how many units are uncovered."""
        uncovered = facts.advice.position.uncovered
        return condition(
            facts,
            kind=AlertKind.UNCOVERED,
            side=Side.ABOVE,
            measured=uncovered,
            raise_at=1,
            clear_at=1,
            words=f"{uncovered} units are sold that no stock covers",
            days=0,
        )


@final
@attrs.frozen(kw_only=True)
class BelowMinimumRule:
    """
    Raise when fewer units are available than the floor; clear when a tenth more are.

    It is measured on what is available, never on the position: what is on order stands on no
    shelf. ``band`` is the share of the floor, rounded up to units, that has to be added.

    Raises:
        FieldError: If ``band`` is not from 0 to 1.
    """

    band: float = attrs.field(default=BAND, validator=share)

    def __call__(self, facts: AlertFacts) -> Condition | None:
        """Return how many units are available, if there is a floor for them."""
        known = facts.advice.facts
        if known is None or known.bounds is None:
            return None
        available, floor = facts.advice.position.available, known.bounds.floor
        return condition(
            facts,
            kind=AlertKind.BELOW_MINIMUM,
            side=Side.BELOW,
            measured=available,
            raise_at=floor - 1,
            clear_at=floor - 1 + math.ceil(self.band * floor),
            words=f"{available} units are available, and {floor} are to be",
            days=days_until_short(facts.advice),
        )


@final
@attrs.frozen(kw_only=True)
class OrderNowRule:
    """
    Raise when the inventory position is low enough to order; worse when there is none left.

    It clears above the level by ``band``, a share of it in whole units, and always at the target:
    an order that brings the position there ends the alert.

    Raises:
        FieldError: If ``band`` is not from 0 to 1.
    """

    band: float = attrs.field(default=BAND, validator=share)

    def __call__(self, facts: AlertFacts) -> Condition:
        """Return the position against the level of the advice."""
        advice = facts.advice
        position, fires = advice.position.total, advice.position.total - units_above(advice)
        wide = fires + math.ceil(self.band * max(0, advice.reorder_point))
        return condition(
            facts,
            kind=AlertKind.ORDER_NOW,
            side=Side.BELOW,
            measured=position,
            raise_at=fires,
            clear_at=max(fires, min(wide, advice.target - 1)),
            worse_at=(0,) if fires > 0 else (),
            words=(
                f"the position of {position} is held against the level of {advice.reorder_point}"
            ),
            days=days_until_short(advice),
        )


@final
@attrs.frozen(kw_only=True)
class NearRule:
    """
    Raise when the position will be low enough to order within the days that count as soon.

    Once it is low enough, that is another alert, and this one says nothing. ``band_days`` more
    have to lie ahead before it clears.

    Raises:
        FieldError: If ``band_days`` is no whole number of days up to ten years.
    """

    band_days: int = attrs.field(default=2, validator=whole_days)

    def __call__(self, facts: AlertFacts) -> Condition | None:
        """Return in how many days the position is low enough, if it is not yet."""
        advice = facts.advice
        if advice.triggered:
            return None
        above, mean = units_above(advice), advice.demand.mean_per_day
        days = float(DAYS_MAX) if above >= mean * DAYS_MAX else above / mean
        soon = advice.rules.soon_days
        return condition(
            facts,
            kind=AlertKind.NEAR,
            side=Side.BELOW,
            measured=days,
            raise_at=soon,
            clear_at=soon + self.band_days,
            words=f"the position is low enough to order in {plain(days)} days",
            days=days,
        )


@final
@attrs.frozen(kw_only=True)
class ProjectedStockoutRule:
    """
    Raise when the stock runs out before an order placed now would arrive; worse when it is out.

    Each inbound unit counts from its own day, where the receipts are known. ``margin_days`` are
    added to the lead time, and ``band_days`` more have to lie ahead before it clears.

    Raises:
        FieldError: If a number of days is no whole number up to ten years.
    """

    margin_days: int = attrs.field(default=0, validator=whole_days)
    band_days: int = attrs.field(default=1, validator=whole_days)

    def __call__(self, facts: AlertFacts) -> Condition:
        """Return in how many days the stock runs out."""
        days = days_until_short(facts.advice)
        lead = days_to_arrive(facts.advice.lead_time.mean_days)
        raise_at = max(0, lead + self.margin_days - 1)
        told = "runs out in more than ten years"
        if facts.advice.stockout_on is not None:
            told = f"runs out on {facts.advice.stockout_on}"
        return condition(
            facts,
            kind=AlertKind.PROJECTED_STOCKOUT,
            side=Side.BELOW,
            measured=days,
            raise_at=raise_at,
            clear_at=raise_at + self.band_days,
            worse_at=(0,) if raise_at > 0 else (),
            words=f"the stock {told}, and an order placed now takes {lead} days",
            days=days,
        )
