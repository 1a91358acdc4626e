"""Planning: what to reorder, said by a policy over what the books hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias, final

import attrs

from ecomkit._checks import as_tuple, each
from ecomkit.identifiers import Sku
from ecomkit.operations._demand import DEMAND, DemandHistory
from ecomkit.operations._orders import OPEN
from ecomkit.operations._receiving import PURCHASES
from ecomkit.operations._settings import Settings
from ecomkit.ports import Transaction
from ecomkit.replenishment import (
    Advice,
    ExpectedReceipt,
    InventoryPosition,
    LeadTime,
    ReplenishmentPolicy,
    on_order,
)
from ecomkit.stock import StockLevel

__all__ = ["LeadTimes", "Plan", "plan_orders"]

LeadTimes: TypeAlias = LeadTime | Callable[[Sku], LeadTime]

OBSERVED_DAYS_MIN = 2
"""Fewer days have no spread: nothing can be said of them."""


@final
@attrs.frozen(kw_only=True)
class Plan:
    """
    What a policy says of every sku, the most urgent first.

    *unplanned* are skus with less than two days of history: nothing can be said of them yet.
    Iterating yields the advices that say to order.
    """

    advices: tuple[Advice, ...] = attrs.field(converter=as_tuple, validator=each(Advice))
    unplanned: tuple[Sku, ...] = attrs.field(converter=as_tuple, validator=each(Sku))

    @property
    def due(self) -> tuple[Advice, ...]:
        """The advices that say to order."""
        return tuple(advice for advice in self.advices if advice.order)

    def explain(self) -> str:
        """Say what is due and why, the most urgent first, and what nothing can be said of."""
        lines = [f"{len(self)} of {len(self.advices)} skus are due"]
        lines.extend(advice.explain() for advice in self.due)
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
) -> Plan:
    """
    Ask *policy* about every sku that has a level, and return its advices by urgency.

    Demand is taken from the last *window_days* whole days (UTC), or since the first sale if
    that was later. What is on order counts if it is expected before an order placed at the next
    review could arrive: later units do not hide a stock-out.
    """
    today = now.astimezone(UTC).date()
    receipts: dict[Sku, list[ExpectedReceipt]] = {}
    for purchase in tx.scan(PURCHASES, index=OPEN):
        for line in purchase.lines:
            receipts.setdefault(line.sku, []).append(line)
    histories = {history.sku: history for history in tx.scan(DEMAND)}
    advices: list[Advice] = []
    unplanned: list[Sku] = []
    for level in tx.all_levels():
        if level.location != settings.location:
            continue
        history = histories.get(level.sku)
        start = _first_day(history, today=today, window_days=window_days)
        if history is None or (today - start).days < OBSERVED_DAYS_MIN:
            unplanned.append(level.sku)
            continue
        lead = lead_time if isinstance(lead_time, LeadTime) else lead_time(level.sku)
        horizon = today + timedelta(days=math.ceil(lead.mean_days) + review_days + 1)
        incoming = on_order(
            receipts.get(level.sku, ()),
            sku=level.sku,
            before=horizon,
            location=settings.location,
        )
        advice = policy(
            _position(level, incoming, now),
            demand=history.demand(start=start, end=today),
            lead_time=lead,
            now=now,
        )
        advices.append(advice.for_sku(level.sku))
    return Plan(advices=sorted(advices), unplanned=unplanned)


def _first_day(history: DemandHistory | None, *, today: date, window_days: int) -> date:
    start = today - timedelta(days=window_days)
    return start if history is None else max(start, history.first_day)


def _position(level: StockLevel, incoming: int, now: datetime) -> InventoryPosition:
    return InventoryPosition(
        usable=level.usable,
        promised=level.promised(now),
        uncovered=level.uncovered_units,
        on_order=incoming,
    )
