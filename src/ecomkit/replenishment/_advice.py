"""Advice: how many units to order, how urgent it is, and every number behind it."""

from __future__ import annotations

import math
from datetime import date, datetime  # stores read the field types at run time
from enum import Enum
from typing import Self, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, optional, whole
from ecomkit.identifiers import Sku
from ecomkit.replenishment._cover import days_of_cover
from ecomkit.replenishment._demand import Demand
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._level import ComputedLevel, StatedLevel, reorder_level
from ecomkit.replenishment._numbers import day_after, plain
from ecomkit.replenishment._position import InventoryPosition
from ecomkit.replenishment._quantity import Step
from ecomkit.replenishment._trigger import Trigger


class Reason(Enum):
    """What an advice rests on; the value is the sentence."""

    TRIGGERED = "the position is low enough to order"
    ENOUGH = "the position is high enough"
    UNCOVERED = "units are sold that no stock covers"
    NO_DEMAND = "there was no demand, so nothing is expected to run out"
    TOO_LATE = "the stock runs out before an order placed now would arrive"
    STILL_LOW = "the limits on the order keep the position low enough to order again"


@final
@attrs.frozen(kw_only=True)
class Advice:
    """
    The answer of a replenishment policy for one sku.

    It holds what the policy looked at and what it concluded; all else is derived, so that no
    two of its numbers can contradict each other. Advices sort by urgency, the most urgent first.

    ``at`` is when the advice was given; its own calendar day counts as today. ``target`` is the
    position to order up to, in units. ``steps`` lead from the need to ``order`` and are empty
    where the position did not fire. A policy of your own may add steps of its own.

    Raises:
        FieldError: If a field has another type, or ``at`` has no UTC offset.
    """

    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))
    at: datetime = attrs.field(validator=aware)
    position: InventoryPosition = attrs.field(validator=is_a(InventoryPosition))
    demand: Demand = attrs.field(validator=is_a(Demand))
    lead_time: LeadTime = attrs.field(validator=is_a(LeadTime))
    level: StatedLevel | ComputedLevel = attrs.field(validator=reorder_level)
    trigger: Trigger = attrs.field(validator=is_a(Trigger))
    target: int = attrs.field(validator=whole)
    steps: tuple[Step, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Step))

    @property
    def order(self) -> int:
        """Units to order; 0 for none."""
        return self.steps[-1].after if self.steps else 0

    @property
    def reorder_point(self) -> int:
        """The position, in units, that triggers an order."""
        return self.level.reorder_point

    @property
    def safety_stock(self) -> int:
        """Units of the reorder point that guard against variation; 0 for a stated level."""
        return self.level.safety_stock

    @property
    def triggered(self) -> bool:
        """Whether the position is low enough to order."""
        return self.trigger.fires(self.position.total, level=self.reorder_point)

    @property
    def days_of_cover(self) -> float | None:
        """How many days the position lasts on mean demand; None where nothing is asked for."""
        return days_of_cover(self.position.total, demand=self.demand)

    @property
    def arrives_on(self) -> date | None:
        """The day on which an order placed now arrives, on the mean lead time, rounded up."""
        return day_after(self.at.date(), days=math.ceil(self.lead_time.mean_days))

    @property
    def stockout_on(self) -> date | None:
        """
        The first day that cannot be served in full if nothing more is ordered.

        On mean demand from today on, with what is on order taken as there in time. None for
        never: without demand, or more than ten years ahead.
        """
        return self._runs_out_on(self.position.total)

    @property
    def stockout_on_with_order(self) -> date | None:
        """The same with the order; no later if the stock runs out before the order arrives."""
        if Reason.TOO_LATE in self.reasons:
            return self.stockout_on
        return self._runs_out_on(self.position.total + self.order)

    def _runs_out_on(self, units: int) -> date | None:
        cover = days_of_cover(units, demand=self.demand)
        return None if cover is None else day_after(self.at.date(), days=cover)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons, not the first."""
        cover = self.days_of_cover
        low = self.triggered
        after = self.position.total + self.order
        holds = (
            (Reason.TRIGGERED, low),
            (Reason.ENOUGH, not low),
            (Reason.UNCOVERED, self.position.uncovered > 0),
            (Reason.NO_DEMAND, not self.demand.mean_per_day),
            (Reason.TOO_LATE, cover is not None and cover < self.lead_time.mean_days),
            (Reason.STILL_LOW, low and self.trigger.fires(after, level=self.reorder_point)),
        )
        return tuple(reason for reason, is_so in holds if is_so)

    @property
    def urgency(self) -> tuple[float, str]:
        """
        The sort key: days of cover less the mean lead time, then the sku; least is most urgent.

        Units owed count as days below zero, so that the sku that owes the most days comes first.
        Without demand it is infinite, unless units are owed.
        """
        units, mean = self.position.total, self.demand.mean_per_day
        if mean:
            slack = units / mean - self.lead_time.mean_days
        else:
            slack = math.inf if units >= 0 else -self.lead_time.mean_days
        return slack, self.sku or ""

    def __lt__(self, other: Advice) -> bool:
        return self.urgency < other.urgency

    def for_sku(self, sku: Sku) -> Self:
        """Return the same advice, with the sku that it is for."""
        return attrs.evolve(self, sku=sku)

    def explain(self) -> str:
        """
        Return the whole advice in plain words: inputs, formula, rounding, quantity and dates.

        >>> from datetime import UTC, datetime
        >>> from ecomkit.replenishment import MinimumStock, OrderQuantity
        >>> policy = MinimumStock(level=10, up_to=50, quantity=OrderQuantity(case_pack=12))
        >>> advice = policy(
        ...     InventoryPosition(usable=7),
        ...     demand=Demand.of(mean_per_day=2),
        ...     lead_time=LeadTime(mean_days=3),
        ...     now=datetime(2026, 10, 1, tzinfo=UTC),
        ... )
        >>> print(advice.for_sku(Sku("ELEPHANT-KNIT")).explain())
        ELEPHANT-KNIT: order 48 units.
        The inventory position is 7 (usable 7 − promised 0 − uncovered 0 + on order 0), below the level of 10: the position is low enough to order.
        Demand is 2 a day, sd 0, as stated; lead time is 3 days, sd 0.
        The level of 10 was set by hand.
        The order-up-to level is 50, 40 above it.
        need: 43 → 43 (what the position lacks to the target); minimum order: 43 → 43 (at least 1); case pack: 43 → 48 (whole packs of 12).
        The position lasts 3.5 days: without an order the stock runs out on 2026-10-04, with it on 2026-10-28; an order placed now arrives about 2026-10-04.
        """
        name = f"{self.sku}: " if self.sku else ""
        verdict = f"order {self.order} units" if self.order else "order nothing"
        first, *others = self.reasons
        compared = self.trigger.value if self.triggered else f"not {self.trigger.value}"
        lines = [
            f"{name}{verdict}." if name else f"{verdict.capitalize()}.",
            (
                f"The inventory position is {self.position.explain()}, {compared} the level of "
                f"{self.reorder_point}: {first.value}."
            ),
            *(f"Also, {reason.value}." for reason in others),
            f"Demand is {self.demand.explain()}; lead time is {self.lead_time.explain()}.",
            self.level.explain(),
            f"The order-up-to level is {self.target}, {self.target - self.reorder_point} above it.",
        ]
        if self.steps:
            lines.append("; ".join(step.explain() for step in self.steps) + ".")
        cover = self.days_of_cover
        if cover is not None:
            lines.append(
                f"The position lasts {plain(cover)} days: without an order the stock runs out "
                f"{_on(self.stockout_on)}, with it {_on(self.stockout_on_with_order)}; an order "
                f"placed now arrives about {self.arrives_on or 'never'}."
            )
        return "\n".join(lines)


def _on(day: date | None) -> str:
    return f"on {day}" if day else "in more than ten years"
