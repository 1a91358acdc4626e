"""The figures of the year, read from the shop's books alone: one pass over movements, one over orders."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import final

import attrs

from ecomkit.identifiers import ChannelId, OrderId, Sku
from ecomkit.insight import FilledLine, FillUnit, fill_rate
from ecomkit.operations import Shop
from ecomkit.orders import LineEventKind, Order
from ecomkit.ports import Store
from ecomkit.stock import Bucket, Cause, Movement, Owner

from ._assumptions import Assumptions
from ._digest import Digest
from ._market import Market
from ._notes import REVIEWS, Review

__all__ = ["Books", "OrderSums", "Uncovered", "read_books"]

ROWS_AT_A_TIME = 10_000

USABLE = frozenset({Bucket.SELLABLE, Bucket.HELD, Bucket.ALLOCATED, Bucket.PICKED})

CAME_BY = {
    "delivery": "covered by a delivery",
    "return": "covered by a return",
    "cancel": "covered by what another customer cancelled",
    "opening": "covered by a count",
}


@attrs.define
class OrderSums:
    """Sums over orders; money in minor units."""

    orders: int = 0
    lines: int = 0
    charge_lines: int = 0
    units: int = 0
    goods: int = 0
    charges: int = 0
    cancelled: int = 0
    shipped: int = 0
    returned: int = 0
    open: int = 0
    captured: int = 0
    paid_back: int = 0
    unsettled: int = 0


@attrs.define
class Uncovered:
    """Units that were sold and not there, and what became of them."""

    units: int = 0
    lines: int = 0
    by: Counter[str] = attrs.field(factory=Counter)


@attrs.define
class Weeks:
    """Money by week: what was sold in it, and what was taken back in it, in minor units."""

    sold: Counter[date] = attrs.field(factory=Counter)
    back: Counter[date] = attrs.field(factory=Counter)


@final
@attrs.frozen(kw_only=True)
class Books:
    """What the books say at the end."""

    sums: OrderSums
    huge: OrderSums
    huge_units: dict[Sku, int]
    uncovered: Uncovered
    fill: dict[FillUnit, Fraction | None]
    revenue: dict[Sku, int]
    weeks: dict[ChannelId, Weeks]
    stock: dict[Sku, tuple[tuple[date, int], ...]]
    reviews: tuple[Review, ...]
    reasons: Counter[str]
    purchases: int
    purchased: int
    on_order: int
    digest: str


@attrs.define
class _Ledger:
    """What the movements say."""

    recorded: dict[Owner, int] = attrs.field(factory=dict)
    covered: Counter[str] = attrs.field(factory=Counter)
    stock: dict[Sku, Counter[date]] = attrs.field(factory=dict)


def read_books(
    shop: Shop, *, market: Market, assumptions: Assumptions, watched: Iterable[Sku], given_up: int
) -> Books:
    """
    Read all figures.

    Args:
        shop: The shop, at the end of the year.
        market: Knows invoices and rows by the names that its channels gave them.
        assumptions: When the runs were, and which invoices are the huge ones.
        watched: The skus whose stock is followed through the year.
        given_up: Units that were cancelled because they waited too long.
    """
    digest = Digest()
    ledger = _read_ledger(shop.store, digest=digest, watched=watched)
    huge = market.orders_of(assumptions.huge_invoices)
    reader = _OrderReader(ledger, assumptions=assumptions, huge=huge)
    filled = []
    for order in shop.orders():
        digest.order(order)
        filled.append(reader.read(order))
    with shop.store.snapshot() as tx:
        for level in tx.all_levels():
            digest.level(level)
        reviews = tx.scan(REVIEWS)
    purchases = shop.purchases()
    for purchase in purchases:
        digest.purchase(purchase)
    for parcel in shop.returns():
        digest.parcel(parcel)
    reasons: Counter[str] = Counter()
    for quarantined in shop.quarantined():
        digest.quarantined(quarantined)
        reasons[market.reason(quarantined)] += 1
    waiting = sum(units.quantity for units in shop.uncovered())
    return Books(
        sums=reader.sums,
        huge=reader.huge,
        huge_units=dict(reader.huge_units),
        uncovered=_resolved(reader, ledger, given_up=given_up, waiting=waiting),
        fill={unit: fill_rate(filled, by=unit) for unit in FillUnit},
        revenue=dict(reader.revenue),
        weeks=dict(reader.weeks),
        stock={sku: _running(moved) for sku, moved in ledger.stock.items()},
        reviews=reviews,
        reasons=reasons,
        purchases=len(purchases),
        purchased=sum(line.quantity for purchase in purchases for line in purchase.lines),
        on_order=sum(purchase.open for purchase in purchases),
        digest=str(digest),
    )


def _movements(store: Store) -> Iterator[Movement]:
    after = 0
    while True:
        with store.snapshot() as tx:
            page = tx.movements(after=after, limit=ROWS_AT_A_TIME)
        if not page:
            return
        for number, movement in page:
            yield movement
            after = number


def _read_ledger(store: Store, *, digest: Digest, watched: Iterable[Sku]) -> _Ledger:
    ledger = _Ledger(stock={sku: Counter() for sku in watched})
    for movement in _movements(store):
        digest.movement(movement)
        if movement.cause is Cause.RECORD and movement.owner is not None:
            ledger.recorded[movement.owner] = movement.quantity
        elif movement.cause is Cause.COVER:
            ledger.covered[movement.command.partition(":")[0]] += movement.quantity
        stock = ledger.stock.get(movement.sku)
        if stock is not None:
            came = (movement.target.bucket in USABLE) - (movement.source.bucket in USABLE)
            if came:
                stock[movement.at.date()] += came * movement.quantity
    return ledger


def _running(moved: Counter[date]) -> tuple[tuple[date, int], ...]:
    """Return the level at the end of each day on which something moved."""
    levels, level = [], 0
    for day, units in sorted(moved.items()):
        level += units
        levels.append((day, level))
    return tuple(levels)


def _resolved(reader: _OrderReader, ledger: _Ledger, *, given_up: int, waiting: int) -> Uncovered:
    """Say what became of uncovered units; who is left over cancelled while waiting."""
    by: Counter[str] = Counter()
    for command, units in ledger.covered.items():
        by[CAME_BY[command]] += units
    by["cancelled and paid back after waiting too long"] = given_up
    by["still waiting at the end"] = waiting
    by["cancelled by the customer while waiting"] = reader.uncovered - sum(by.values())
    return Uncovered(units=reader.uncovered, lines=reader.uncovered_lines, by=by)


class _OrderReader:
    """Adds orders up."""

    def __init__(
        self, ledger: _Ledger, *, assumptions: Assumptions, huge: frozenset[OrderId]
    ) -> None:
        self._ledger = ledger
        self._huge = huge
        self._assumptions = assumptions
        self.sums = OrderSums()
        self.huge = OrderSums()
        self.huge_units: Counter[Sku] = Counter()
        self.uncovered = 0
        self.uncovered_lines = 0
        self.revenue: Counter[Sku] = Counter()
        self.weeks: defaultdict[ChannelId, Weeks] = defaultdict(Weeks)

    def read(self, order: Order) -> list[FilledLine]:
        """Add *order*, and return what of it could be served at once."""
        _add(self.sums, order)
        if order.id in self._huge:
            _add(self.huge, order)
            self.huge_units.update({line.sku: line.quantity for line in order.lines})
        else:
            self._note_weeks(order)
        return self._filled(order)

    def _note_weeks(self, order: Order) -> None:
        weeks = self.weeks[order.channel]
        prices = {}
        for line in order.lines:
            prices[line.id] = line.unit_price.amount
            counts = order.counts(line.id)
            weeks.sold[self._week(order.placed_at)] += line.quantity * line.unit_price.amount
            self.revenue[line.sku] += counts.due * line.unit_price.amount
        for event in order.events:
            if event.kind in (LineEventKind.CANCELLED, LineEventKind.RETURNED):
                weeks.back[self._week(event.at)] += event.quantity * prices[event.line]

    def _week(self, at: datetime) -> date:
        day = at.astimezone(self._assumptions.tzinfo).date()
        return day - timedelta(days=day.weekday())

    def _filled(self, order: Order) -> list[FilledLine]:
        learned_at = self._assumptions.first_sync(order.placed_at)
        wanted = {line.id: line.quantity for line in order.lines}
        for event in order.events:
            # What was cancelled before the shop learned of the order, nobody had to serve.
            if event.kind is LineEventKind.CANCELLED and event.at <= learned_at:
                wanted[event.line] -= event.quantity
        lines = []
        for line, units in wanted.items():
            if units:
                at_once = self._ledger.recorded.get(Owner.line(order.id, line), 0)
                self.uncovered += units - at_once
                self.uncovered_lines += at_once < units
                lines.append(FilledLine(ordered=units, filled=at_once))
        return lines


def _add(sums: OrderSums, order: Order) -> None:
    units, paid = order.units, order.paid
    sums.orders += 1
    sums.lines += len(order.lines)
    sums.charge_lines += len(order.charges)
    sums.units += units.ordered
    sums.goods += sum(line.quantity * line.unit_price.amount for line in order.lines)
    sums.charges += sum(charge.amount.amount for charge in order.charges)
    sums.cancelled += units.cancelled
    sums.shipped += units.shipped
    sums.returned += units.returned
    sums.open += units.open
    sums.captured += paid.captured.amount
    sums.paid_back += paid.refunded.amount
    sums.unsettled += not (order.owed.is_zero and order.overpaid.is_zero)
