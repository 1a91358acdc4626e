"""Planning: what to reorder, said by a policy over what the books hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final, TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.identifiers import Sku
from ecomkit.operations._demand import DEMAND, DemandDetail, DemandHistory
from ecomkit.operations._orders import OPEN
from ecomkit.operations._receiving import PURCHASES
from ecomkit.operations._settings import Settings
from ecomkit.operations._snoozes import SNOOZES
from ecomkit.ports import Transaction
from ecomkit.replenishment import (
    Advice,
    Demand,
    DemandEstimator,
    ExpectedReceipt,
    InventoryPosition,
    LeadTime,
    MinimumStock,
    ReplenishmentPolicy,
    SkuFacts,
    Snooze,
    StockBounds,
    Verdict,
    VerdictRules,
    on_order,
)
from ecomkit.stock import StockLevel

__all__ = ["LeadTimes", "Plan", "plan_orders"]

LeadTimes: TypeAlias = LeadTime | Callable[[Sku], LeadTime]

OWED_ONLY: Final = MinimumStock(level=0)
"""What is asked about a sku of which nothing is known: to order what is owed, and no more."""

NO_FACTS: Final[Mapping[Sku, SkuFacts]] = MappingProxyType({})


@final
@attrs.frozen(kw_only=True)
class Plan:
    """
    What a policy says of every sku, the most urgent first.

    *unplanned* are skus with less than two days of history: nothing can be said of them yet.
    *owed* are advices for these, to order no more than what was sold and is not there; they are
    no part of the plan, and alerts look at them. Iterating yields the advices that say to order.
    """

    advices: tuple[Advice, ...] = attrs.field(converter=as_tuple, validator=each(Advice))
    unplanned: tuple[Sku, ...] = attrs.field(converter=as_tuple, validator=each(Sku))
    owed: tuple[Advice, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Advice), repr=False
    )

    @property
    def due(self) -> tuple[Advice, ...]:
        """The advices that say to order and are not snoozed, the most money at risk first."""
        return tuple(advice for advice in self.of(Verdict.NOW) if advice.order)

    def of(self, verdict: Verdict) -> tuple[Advice, ...]:
        """Return the advices of one verdict by rank: the most money first, then the most urgent."""
        found = (advice for advice in self.advices if advice.verdict is verdict)
        return tuple(sorted(found, key=lambda advice: advice.rank))

    @property
    def groups(self) -> Mapping[Verdict, tuple[Advice, ...]]:
        """The advices by verdict, each ranked, the verdict that matters most first."""
        return {verdict: found for verdict in Verdict if (found := self.of(verdict))}

    def explain(self) -> str:
        """Say what is due and why, what stands how, and what nothing can be said of."""
        lines = [f"{len(self)} of {len(self.advices)} skus are due"]
        lines.extend(advice.explain() for advice in self.due)
        lines.extend(
            f"{verdict.value}: {', '.join(str(advice.sku) for advice in found)}"
            for verdict, found in self.groups.items()
            if verdict not in (Verdict.NOW, Verdict.FINE)
        )
        if self.unplanned:
            lines.append(f"less than two days of history: {', '.join(self.unplanned)}")
        return "\n".join(lines)

    def __iter__(self) -> Iterator[Advice]:
        return iter(self.due)

    def __len__(self) -> int:
        return len(self.due)


def plan_orders(
    tx: Transaction,
    *,
    policy: ReplenishmentPolicy,
    lead_time: LeadTimes,
    window_days: int,
    review_days: int,
    now: datetime,
    settings: Settings,
    facts: Mapping[Sku, SkuFacts] = NO_FACTS,
    rules: VerdictRules | None = None,
    detail: DemandDetail = DemandDetail.SERIES,
    estimator: DemandEstimator | None = None,
) -> Plan:
    """
    Ask *policy* about every sku that has a level, and return its advices by urgency.

    Demand is taken from the last *window_days* whole days (UTC), or since the first sale if
    that was later. What is on order counts if it is expected before an order placed at the next
    review could arrive: later units do not hide a stock-out. *estimator* takes the demand from
    the days of the window in its own way, over lead time and review; without one it is their
    mean and standard deviation.

    *facts* are what the merchant knows of skus. What the books know besides is added where it is
    missing there: receipts and their days, the last sale, the largest minimum stock that a
    channel is not to sell, snoozes. An order is due soon at the latest within *review_days*.
    """
    today = now.astimezone(UTC).date()
    receipts: dict[Sku, list[ExpectedReceipt]] = {}
    for purchase in tx.scan(PURCHASES, index=OPEN):
        for line in purchase.lines:
            if line.location == settings.location:
                receipts.setdefault(line.sku, []).append(line)
    histories = {history.sku: history for history in tx.scan(DEMAND)}
    snoozes = {kept.sku: kept.snooze for kept in tx.scan(SNOOZES)}
    reserve = max((rule.minimum_stock for _, rule in settings.publications), default=0)
    stated = rules or VerdictRules()
    judged_by = attrs.evolve(stated, soon_days=max(stated.soon_days, review_days))
    advices: list[Advice] = []
    owed: list[Advice] = []
    for level in tx.all_levels():
        if level.location != settings.location:
            continue
        sku = level.sku
        history = histories.get(sku)
        coming = receipts.get(sku, ())
        lead = lead_time if isinstance(lead_time, LeadTime) else lead_time(sku)
        horizon = _day(today, ahead=math.ceil(lead.mean_days) + review_days + 1)
        position = _position(level, on_order(coming, sku=sku, before=horizon), now)
        demand = _demand(
            history,
            today=today,
            window_days=window_days,
            detail=detail,
            estimator=estimator,
            # An order that is placed and there on the same day has to last that day.
            days=max(1.0, lead.mean_days + review_days),
        )
        asked = OWED_ONLY if demand is None else policy
        advice = asked(
            position, demand=demand or Demand.of(mean_per_day=0), lead_time=lead, now=now
        )
        known = _facts(
            facts.get(sku, SkuFacts()),
            receipts=[line for line in coming if line.open],
            history=history,
            reserve=reserve,
            snooze=snoozes.get(sku),
        )
        said = attrs.evolve(advice, sku=sku, facts=known, rules=judged_by)
        (owed if demand is None else advices).append(said)
    unplanned = [advice.sku for advice in owed if advice.sku is not None]
    return Plan(advices=sorted(advices), unplanned=unplanned, owed=owed)


def _demand(
    history: DemandHistory | None,
    *,
    today: date,
    window_days: int,
    detail: DemandDetail,
    estimator: DemandEstimator | None,
    days: float,
) -> Demand | None:
    """Return the demand of the window, or what *estimator* makes of it; None if it is too short."""
    if history is None:
        return None
    wanted = detail if estimator is None else DemandDetail.SERIES
    demand = history.recent(window_days=window_days, today=today, detail=wanted)
    if demand is None or demand.series is None or estimator is None:
        return demand
    return estimator(demand.series, days=days)


def _day(today: date, *, ahead: int) -> date:
    """Return the day so many days ahead, or the end of the calendar."""
    return date.fromordinal(
        min(max(date.min.toordinal(), today.toordinal() + ahead), date.max.toordinal())
    )


def _facts(
    facts: SkuFacts,
    *,
    receipts: list[ExpectedReceipt],
    history: DemandHistory | None,
    reserve: int,
    snooze: Snooze | None,
) -> SkuFacts:
    """Return *facts* with what the books know besides."""
    last_sold_on = facts.last_sold_on
    if last_sold_on is None and history is not None:
        last_sold_on = history.first_day + timedelta(days=len(history.units) - 1)
    bounds = facts.bounds
    if bounds is None and reserve:
        bounds = StockBounds(reserve=reserve)
    return attrs.evolve(
        facts,
        receipts=receipts if facts.receipts is None else facts.receipts,
        last_sold_on=last_sold_on,
        bounds=bounds,
        snooze=facts.snooze or snooze,
    )


def _position(level: StockLevel, incoming: int, now: datetime) -> InventoryPosition:
    return InventoryPosition(
        usable=level.usable,
        promised=level.promised(now),
        uncovered=level.uncovered_units,
        on_order=incoming,
    )
