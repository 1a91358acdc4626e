"""Orders as rows of a sales history: what was placed, cancelled and returned."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ecomkit.catalog import Kits, explode
from ecomkit.orders import LineEventKind
from ecomkit.replenishment.cleaning._row import DemandRow, RowKind
from ecomkit.timeline import day_of, time_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from zoneinfo import ZoneInfo

    from ecomkit.identifiers import LineId
    from ecomkit.orders import Order, OrderLine


class ReturnsFrom(Enum):
    """Who says which returned units went back on the shelf."""

    ORDERS = "orders"
    """The orders: what was returned and not sent back to the buyer."""

    LEDGER = "ledger"
    """The ledger: :func:`movement_rows` has the rows, and the orders give none."""


def order_rows(
    orders: Iterable[Order],
    *,
    zone: str,
    kits: Kits | None = None,
    returns: ReturnsFrom = ReturnsFrom.ORDERS,
) -> Iterator[DemandRow]:
    """
    Yield the rows of *orders*: one a line, and one for each cancellation and each return.

    A line belongs to the day on which the order was placed, or the line added, on the clocks of
    the shop's *zone*. Kits are sold as their parts. Lines that somebody else ships are none of
    the stock's demand, and left out. Units that were sent back to the buyer are not returned; the
    latest return is the one undone.

    Raises:
        UnknownZoneError: If *zone* is unknown.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import Order, OrderLine
    >>> price = Money(2390, Currency.EUR)
    >>> line = OrderLine(id=LineId("1"), sku=Sku("ELEPHANT"), quantity=10, unit_price=price)
    >>> order = Order(
    ...     id=OrderId("etsy/1001"),
    ...     channel=ChannelId("etsy"),
    ...     currency=Currency.EUR,
    ...     placed_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    ...     lines=[line],
    ... ).cancel(LineId("1"), quantity=3, at=datetime(2026, 3, 3, 9, tzinfo=UTC))
    >>> for row in order_rows([order], zone="Europe/Paris"):
    ...     print(row.explain())
    sale of 10 of order etsy/1001 on 2026-03-02
    cancellation of 3 of order etsy/1001 on 2026-03-03
    """
    clock = time_zone(zone)
    known_kits = Kits() if kits is None else kits
    for order in orders:
        lines = {line.id: line for line in order.lines if line.fulfilled_by is None}
        for line in lines.values():
            day = day_of(line.added_at or order.placed_at, zone=clock)
            yield from _rows(order, line, RowKind.SALE, day, line.quantity, kits=known_kits)
        for event in order.events:
            if event.kind is LineEventKind.CANCELLED and event.line in lines:
                day = day_of(event.at, zone=clock)
                yield from _rows(
                    order,
                    lines[event.line],
                    RowKind.CANCELLATION,
                    day,
                    event.quantity,
                    kits=known_kits,
                )
        if returns is ReturnsFrom.ORDERS:
            for name, day, units in _returned(order, clock=clock):
                if name in lines:
                    yield from _rows(
                        order, lines[name], RowKind.RETURN, day, units, kits=known_kits
                    )


def _returned(order: Order, *, clock: ZoneInfo) -> list[tuple[LineId, date, int]]:
    """Return what came back of each line, less what was sent to the buyer again, by day."""
    back = [
        (event.line, day_of(event.at, zone=clock), event.quantity)
        for event in order.events
        if event.kind is LineEventKind.RETURNED
    ]
    for event in order.events:
        again = event.quantity if event.kind is LineEventKind.SENT_BACK else 0
        for place in reversed(range(len(back))):
            line, day, units = back[place]
            undone = min(units, again) if line == event.line else 0
            back[place] = line, day, units - undone
            again -= undone
    return [entry for entry in back if entry[2]]


def _rows(
    order: Order, line: OrderLine, kind: RowKind, day: date, units: int, *, kits: Kits
) -> Iterator[DemandRow]:
    for sku, pieces in explode([(line.sku, units)], kits=kits).items():
        yield DemandRow(
            sku=sku,
            day=day,
            units=pieces,
            kind=kind,
            channel=order.channel,
            order=order.id,
            line=line.id,
            customer=order.customer,
        )
