"""What a decision on a return costs, next to the bare comparisons of its numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import attrs
from _harness import Result, compare, timed

from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import Order, OrderLine
from ecomkit.returns import (
    Accepted,
    CategoryIs,
    Condition,
    ConditionIs,
    HasProof,
    InScope,
    NotAlreadyReturned,
    Proof,
    ReturnHistory,
    ReturnLimit,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ReturnRequest,
    ReturnWindow,
    Scope,
    WasDelivered,
    WasShipped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["return_benches"]

DECISIONS = 1_000
DAYS, LAW_DAYS, UNITS = 30, 14, 3
PARIS = ZoneInfo("Europe/Paris")
DELIVERED = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASKED = DELIVERED + timedelta(days=10)
TOO_LATE = DELIVERED + timedelta(days=60)
LINES = (LineId("1"), LineId("2"))
ALLOWED = (Condition.NEW, Condition.OPENED)
EXCLUDED = ("underwear",)
RETURNS_MAX, PERCENT_MAX = 10, 60
HISTORY = ReturnHistory(days=365, orders=10, units=30, returns=2, returned=5)

POLICY = ReturnPolicy(
    rules=(
        WasShipped(),
        WasDelivered(),
        NotAlreadyReturned(),
        ReturnWindow(days=DAYS, zone="Europe/Paris"),
        ConditionIs(allowed=ALLOWED),
        CategoryIs(excluded=EXCLUDED),
        InScope(
            scope=Scope(reasons=(ReturnReason.DAMAGED,)), rule=HasProof(kinds=(Proof.PHOTOS,))
        ),
        ReturnLimit(days=HISTORY.days, returns=RETURNS_MAX, percent=PERCENT_MAX),
    ),
    home="FR",
)


def sold() -> Order:
    """Return an order of two lines, all of it delivered."""
    order = Order(
        id=OrderId("web/1"),
        channel=ChannelId("web"),
        currency=Currency.EUR,
        placed_at=DELIVERED,
        lines=[
            OrderLine(
                id=line, sku=Sku("ELEPHANT"), quantity=UNITS, unit_price=Money(2390, Currency.EUR)
            )
            for line in LINES
        ],
    )
    for line in LINES:
        order = order.ship(line, quantity=UNITS, at=DELIVERED)
        order = order.deliver(line, quantity=UNITS, at=DELIVERED)
    return order


REQUEST = ReturnRequest(
    order=sold(),
    lines=[
        ReturnLine(
            line=line, quantity=2, condition=Condition.NEW, reason=ReturnReason.CHANGED_MIND
        )
        for line in LINES
    ],
    requested_at=ASKED,
    history=HISTORY,
)
# The same in plain numbers: shipped, delivered, out, in other returns, asked for, and the rest.
BARE = [
    (UNITS, UNITS, UNITS, 0, 2, DELIVERED, Condition.NEW, None, ReturnReason.CHANGED_MIND)
    for _ in LINES
]


def decide_all(request: ReturnRequest) -> bool:
    """Return whether the request is accepted, decided a thousand times."""
    verdicts = [POLICY(request, now=request.requested_at) for _ in range(DECISIONS)]
    return isinstance(verdicts[-1], Accepted)


def compare_all(asked_at: datetime) -> bool:
    """Return the same by comparisons alone: no checks, no reasons, no values."""
    return [accepts(asked_at) for _ in range(DECISIONS)][-1]


def accepts(asked_at: datetime) -> bool:
    """Return whether every line passes all eight rules, or the law takes it."""
    today = asked_at.astimezone(PARIS).date()
    by_law = today <= working_day(DELIVERED.astimezone(PARIS).date() + timedelta(days=LAW_DAYS))
    many = (
        HISTORY.returns + 1 > RETURNS_MAX
        or (HISTORY.returned + sum(line[4] for line in BARE)) * 100 > HISTORY.units * PERCENT_MAX
    )
    answers = []
    for shipped, delivered, out, elsewhere, asked, at, condition, category, reason in BARE:
        last = at.astimezone(PARIS).date() + timedelta(days=DAYS)
        by_rules = (
            asked <= shipped
            and asked <= delivered
            and asked <= out - elsewhere
            and today <= last
            and condition in ALLOWED
            and category not in EXCLUDED
            and reason is not ReturnReason.DAMAGED
            and not many
        )
        answers.append(by_rules or (by_law and asked <= out - elsewhere))
    return all(answers)


def working_day(day: date) -> date:
    """Return the day, or Monday for a day of the weekend."""
    while day.isoweekday() > 5:  # noqa: PLR2004  # Saturday is the sixth day
        day += timedelta(days=1)
    return day


def return_benches() -> Iterator[Result]:
    """
    Yield the cost of 1,000 decisions; microseconds a decision are 1,000 times the value.

    Eight rules, two lines, the law of France; once all is accepted, and once both lines come too
    late, for the shop and for the law. The goal is 100 microseconds a decision where the floor,
    per decision, is 3.3.
    """
    for name, asked_at, accepted in (("accepted", ASKED, True), ("refused", TOO_LATE, False)):
        request = attrs.evolve(REQUEST, requested_at=asked_at)
        assert decide_all(request) == compare_all(asked_at) == accepted
        yield compare(
            f"1,000 returns {name}, 8 rules, 2 lines",
            value=timed(partial(decide_all, request)),
            floor=timed(partial(compare_all, asked_at)),
            goal=30,
        )
