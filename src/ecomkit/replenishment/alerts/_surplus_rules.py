"""Alert rules about too much: excess and dead stock."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, final

import attrs

from ecomkit.replenishment._verdict import idle_days, is_dead
from ecomkit.replenishment.alerts._alert_rule import share
from ecomkit.replenishment.alerts._condition import Condition, Side
from ecomkit.replenishment.alerts._kind import AlertKind
from ecomkit.replenishment.alerts._stock_rules import BAND

if TYPE_CHECKING:
    from ecomkit.replenishment.alerts._alert_facts import AlertFacts


@final
@attrs.frozen(kw_only=True)
class ExcessStockRule:
    """
    Raise when the position is beyond what the excess rule of the advice allows; worse at twice.

    Stock that is dead is another alert, and this one says nothing of it. ``band`` is the share
    of what is allowed that the position has to fall below it before the alert clears.

    Raises:
        FieldError: If ``band`` is not from 0 to 1.
    """

    band: float = attrs.field(default=BAND, validator=share)

    def __call__(self, facts: AlertFacts) -> Condition | None:
        """Return the position against what is allowed."""
        advice = facts.advice
        if is_dead(advice):
            return None
        position = advice.position.total
        allowed = max(
            0,
            advice.rules.excess.allowed(
                target=advice.target, demand=advice.demand, lead_time=advice.lead_time
            ),
        )
        return Condition(
            kind=AlertKind.EXCESS,
            subject=facts.sku,
            side=Side.ABOVE,
            measured=position,
            raise_at=allowed + 1,
            clear_at=allowed + 1 - math.ceil(self.band * allowed),
            worse_at=(2 * allowed + 1,) if allowed else (),
            words=f"the position is {position}, and {allowed} are enough",
            tied_up=advice.excess_value,
        )


@final
@attrs.frozen(kw_only=True)
class DeadStockRule:
    """Raise when units lie there that nobody has asked for in a long time; a sale clears it."""

    def __call__(self, facts: AlertFacts) -> Condition:
        """Return for how many days nothing was sold of what lies there."""
        advice = facts.advice
        usable = advice.position.usable
        idle = (idle_days(advice) or 0) if usable else 0
        # Of 0 days any stock would be dead at any time, and no sale could clear it.
        dead = max(1, advice.rules.dead_days)
        return Condition(
            kind=AlertKind.DEAD_STOCK,
            subject=facts.sku,
            side=Side.ABOVE,
            measured=idle,
            raise_at=dead,
            clear_at=dead,
            words=f"{usable} units lie there, and none was sold for {idle} days",
            tied_up=advice.stock_value,
        )
