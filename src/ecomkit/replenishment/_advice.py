"""Advice: how many units to order, how urgent it is, and every number behind it."""

from __future__ import annotations

import math
from datetime import date, datetime  # stores read the field types at run time
from typing import TYPE_CHECKING, Any, Self, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, optional, whole
from ecomkit.identifiers import Sku
from ecomkit.replenishment._cover import days_of_cover
from ecomkit.replenishment._demand import Demand
from ecomkit.replenishment._economics import most_first
from ecomkit.replenishment._inbound import arrivals, days_to_arrive, days_until_short
from ecomkit.replenishment._lead_time import LeadTime
from ecomkit.replenishment._level import ReorderLevel, reorder_level
from ecomkit.replenishment._numbers import DAYS_MAX, ceil_units, day_after
from ecomkit.replenishment._position import InventoryPosition
from ecomkit.replenishment._projection import (
    PROJECTED_DAYS,
    StockProjection,
    days_before,
    project,
)
from ecomkit.replenishment._quantity import Step
from ecomkit.replenishment._reason import Reason, reasons_of
from ecomkit.replenishment._sku_facts import SkuFacts
from ecomkit.replenishment._trigger import Trigger
from ecomkit.replenishment._verdict import (
    STANDARD_VERDICTS,
    Severity,
    Verdict,
    VerdictRules,
    severity_of,
    units_above,
    verdict_of,
)
from ecomkit.replenishment._words import advice_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.money import Money


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

    ``facts`` are what is known of the sku beside all that, and ``rules`` say what counts as soon,
    dead and excess. A policy need not know of either: see :meth:`with_facts`.

    Raises:
        FieldError: If a field has another type, or ``at`` has no UTC offset.
    """

    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))
    at: datetime = attrs.field(validator=aware)
    position: InventoryPosition = attrs.field(validator=is_a(InventoryPosition))
    demand: Demand = attrs.field(validator=is_a(Demand))
    lead_time: LeadTime = attrs.field(validator=is_a(LeadTime))
    level: ReorderLevel = attrs.field(validator=reorder_level)
    trigger: Trigger = attrs.field(validator=is_a(Trigger))
    target: int = attrs.field(validator=whole)
    steps: tuple[Step, ...] = attrs.field(default=(), converter=as_tuple, validator=each(Step))
    facts: SkuFacts | None = attrs.field(default=None, validator=optional(is_a(SkuFacts)))
    rules: VerdictRules = attrs.field(
        default=STANDARD_VERDICTS, validator=is_a(VerdictRules), repr=False
    )

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

    # -- dates ------------------------------------------------------------------------------------

    @property
    def days_of_cover(self) -> float | None:
        """How many days the position lasts on mean demand; None where nothing is asked for."""
        return days_of_cover(self.position.total, demand=self.demand)

    @property
    def arrives_on(self) -> date | None:
        """The day on which an order placed now arrives, on the mean lead time, rounded up."""
        return day_after(self.at.date(), days=days_to_arrive(self.lead_time.mean_days))

    @property
    def stockout_on(self) -> date | None:
        """
        The first day that cannot be served in full if nothing more is ordered.

        On mean demand from today on. Where the receipts are among the facts, each counts from
        the day on which it is expected, an overdue one from tomorrow; else what is on order is
        taken as there in time. None for never: without demand, or more than ten years ahead.
        """
        return self._short_on(self._arriving)

    @property
    def stockout_on_with_order(self) -> date | None:
        """The same with the order; no later if the stock runs out before the order arrives."""
        lands = days_to_arrive(self.lead_time.mean_days)
        return self._short_on(sorted([*self._arriving, (lands, self.order)]))

    @property
    def _arriving(self) -> tuple[tuple[int, int], ...]:
        """Days from today and units: by receipt where they are known, else all of it today."""
        if self.facts is None or self.facts.receipts is None:
            return ((0, self.position.on_order),)
        return arrivals(self.facts.receipts, today=self.at.date())

    def _short_on(self, arriving: Iterable[tuple[int, int]]) -> date | None:
        short = days_until_short(
            self.position.available, mean_per_day=self.demand.mean_per_day, arriving=arriving
        )
        return None if short is None else day_after(self.at.date(), days=short)

    @property
    def comes_too_late(self) -> bool:
        """Whether the stock runs out before an order placed now would arrive."""
        short, lands = self.stockout_on, self.arrives_on
        return short is not None and (lands is None or short < lands)

    @property
    def order_by(self) -> date | None:
        """
        The latest day on which an order still arrives before the stock runs out.

        It lies in the past where it is too late already. None where nothing runs out.
        """
        short = self.stockout_on
        lead = days_to_arrive(self.lead_time.mean_days)
        return None if short is None else days_before(short, days=lead)

    @property
    def reorder_on(self) -> date | None:
        """
        The first day that begins with a position low enough to order, on mean demand.

        Today where it is so already; None for never, or more than ten years ahead.
        """
        if self.triggered:
            return self.at.date()
        mean, above = self.demand.mean_per_day, units_above(self)
        # Nothing is ever divided that would take longer than dates go.
        if above >= mean * DAYS_MAX:
            return None
        return day_after(self.at.date(), days=ceil_units(above / mean))

    def projection(self, *, days: int = PROJECTED_DAYS) -> StockProjection:
        """
        Return the stock day by day on mean demand, without the order; see :func:`project`.

        Raises:
            FieldError: If *days* is no whole number from 1 to ten years.
        """
        ahead = project(self.position, today=self.at.date(), demand=self.demand, days=days)
        for day, units in self._arriving:
            if day < len(ahead):
                ahead = ahead.with_arrival(units, on=ahead.days[day].on)
        return ahead

    # -- judgement --------------------------------------------------------------------------------

    @property
    def verdict(self) -> Verdict:
        """What is to be done: the first verdict that holds."""
        return verdict_of(self)

    @property
    def severity(self) -> Severity:
        """How badly the sku stands, whatever is snoozed."""
        return severity_of(self)

    @property
    def excess_units(self) -> int:
        """Units of the position beyond the target and the demand of the horizon; 0 for none."""
        return self.rules.excess(
            self.position.total, target=self.target, demand=self.demand, lead_time=self.lead_time
        )

    @property
    def excess_days(self) -> float | None:
        """How many days the excess lasts on mean demand; None where nothing is asked for."""
        return days_of_cover(self.excess_units, demand=self.demand)

    @property
    def money_at_risk_per_day(self) -> Money | None:
        """The margin that each day without stock loses; None where the price is not known."""
        unit = None if self.facts is None else self.facts.economics
        return None if unit is None else unit.lost_per_day(mean_per_day=self.demand.mean_per_day)

    @property
    def excess_value(self) -> Money | None:
        """The excess units at cost; None where the cost is not known."""
        unit = None if self.facts is None else self.facts.economics
        return None if unit is None else unit.value(self.excess_units)

    @property
    def stock_value(self) -> Money | None:
        """The usable units at cost; None where the cost is not known."""
        unit = None if self.facts is None else self.facts.economics
        return None if unit is None else unit.value(self.position.usable)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons, not the first."""
        return reasons_of(self)

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

    @property
    def rank(self) -> tuple[Any, ...]:
        """
        The sort key within a verdict: the most money first, then the most urgent.

        The money is what each day without stock loses; of dead stock and of excess it is what
        they cost. Without a known amount a sku comes last, and each currency is ranked by itself.
        """
        match self.verdict:
            case Verdict.DEAD:
                money = self.stock_value
            case Verdict.EXCESS:
                money = self.excess_value
            case _:
                money = self.money_at_risk_per_day
        return (*most_first(money), *self.urgency)

    def __lt__(self, other: Advice) -> bool:
        return self.urgency < other.urgency

    def for_sku(self, sku: Sku) -> Self:
        """Return the same advice, with the sku that it is for."""
        return attrs.evolve(self, sku=sku)

    def with_facts(self, facts: SkuFacts, *, rules: VerdictRules | None = None) -> Self:
        """
        Return the same advice with what else is known of the sku, and other *rules* if given.

        >>> from datetime import UTC, datetime
        >>> from ecomkit.replenishment import MinimumStock
        >>> advice = MinimumStock(level=10, up_to=50)(
        ...     InventoryPosition(usable=40),
        ...     demand=Demand.of(mean_per_day=0),
        ...     lead_time=LeadTime(mean_days=3),
        ...     now=datetime(2026, 10, 1, tzinfo=UTC),
        ... )
        >>> facts = SkuFacts(last_sold_on=date(2026, 1, 5))
        >>> advice.verdict.value, advice.with_facts(facts).verdict.value
        ('fine', 'dead')
        """
        return attrs.evolve(self, facts=facts, rules=self.rules if rules is None else rules)

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
        return advice_in_words(self)
