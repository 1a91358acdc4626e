"""
What happened, in the order it happened: the file as a stream of events for chosen products.

The stream keeps four weeks of events ahead of the one it hands out, since the opening count of
a product is told by the sales that follow; the first event is there within a second.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias, final

import attrs

from ecomkit.identifiers import ChannelId, CustomerId, OrderId, Sku
from ecomkit.money import Money, sum_money

from ._assumptions import Assumptions, Selection
from ._matching import Match, Sales
from ._source import (
    DATA,
    AnyRow,
    Kind,
    Reason,
    Row,
    SenselessRow,
    SourceError,
    is_charge,
    opened,
    read,
)

__all__ = [
    "CancelledLine",
    "Charge",
    "ChargesBooked",
    "Event",
    "InvoicePlaced",
    "OpeningCounted",
    "SoldLine",
    "UnitsCancelled",
    "World",
]

INVOICE_TAKES = timedelta(minutes=1)
"""The rows of one invoice bear its minute or the next one; some are even written the wrong way round."""


@final
@attrs.frozen(kw_only=True)
class SoldLine:
    """A line of an invoice; *line* is the row of the file, unique over all invoices."""

    line: int
    sku: Sku
    description: str
    quantity: int
    unit_price: Money

    @property
    def amount(self) -> Money:
        """Quantity times price, exact."""
        return self.unit_price * self.quantity


@final
@attrs.frozen(kw_only=True)
class Charge:
    """Money without units on an invoice; below zero where it is paid back."""

    line: int
    code: Sku
    description: str
    amount: Money


@final
@attrs.frozen(kw_only=True)
class CancelledLine:
    """
    Units that one row takes back, and the sales they come from.

    *quantity* is what the *matches* cover; units without an earlier sale are a
    :class:`~._source.SenselessRow` beside it. *unit_price* is what the row pays back, which may
    differ from the prices of the sales.
    """

    line: int
    sku: Sku
    quantity: int
    unit_price: Money
    matches: tuple[Match, ...]

    @property
    def amount(self) -> Money:
        """What the row pays back, above zero."""
        return self.unit_price * self.quantity


@final
@attrs.frozen(kw_only=True)
class OpeningCounted:
    """*quantity* units lie on the shelf; comes once for each product, in the night before its first sale."""

    at: datetime
    sku: Sku
    description: str
    quantity: int


@final
@attrs.frozen(kw_only=True)
class InvoicePlaced:
    """A customer bought; at least one line, all of selected products."""

    at: datetime
    channel: ChannelId
    invoice: OrderId
    customer: CustomerId | None
    country: str
    lines: tuple[SoldLine, ...]
    charges: tuple[Charge, ...]

    @property
    def amount(self) -> Money:
        """The lines and the charges."""
        lines = sum_money(line.amount for line in self.lines)
        return (
            sum_money((charge.amount for charge in self.charges), currency=lines.currency) + lines
        )


@final
@attrs.frozen(kw_only=True)
class UnitsCancelled:
    """A customer gave units back, shipped or not; *invoice* is the cancelling one."""

    at: datetime
    channel: ChannelId
    invoice: OrderId
    customer: CustomerId
    country: str
    lines: tuple[CancelledLine, ...]
    charges: tuple[Charge, ...]


@final
@attrs.frozen(kw_only=True)
class ChargesBooked:
    """An invoice, or a cancelling one, of which only charges can be booked."""

    at: datetime
    channel: ChannelId
    invoice: OrderId
    customer: CustomerId | None
    country: str
    charges: tuple[Charge, ...]


Event: TypeAlias = OpeningCounted | InvoicePlaced | UnitsCancelled | ChargesBooked | SenselessRow


@final
@attrs.frozen(kw_only=True)
class World:
    """
    The year as events, for the products that *selection* takes.

    An invoice belongs to it if one of its rows has a selected product; its other products are
    left out, its charges come along. Invoices without any product belong to it only if
    everything is selected.

    >>> from itertools import islice
    >>> for event in islice(World(selection=Selection.of("85123A")).events(), 2):
    ...     print(type(event).__name__, event.at)
    OpeningCounted 2010-12-01 00:00:00+00:00
    InvoicePlaced 2010-12-01 08:26:00+00:00
    """

    selection: Selection
    assumptions: Assumptions = attrs.field(factory=Assumptions)
    path: Path = DATA

    def events(self) -> Iterator[Event]:
        """
        Yield what happened, in order; each call reads the file anew.

        Raises:
            SourceError: If the file is not the one that is meant, or not in order.
        """
        with opened(self.path) as texts:
            rows = read(
                texts,
                zone=self.assumptions.tzinfo,
                currency=self.assumptions.currency,
                takes=self.selection.takes,
            )
            yield from _with_openings(self._booked(_invoices(rows)), assumptions=self.assumptions)

    def _booked(self, invoices: Iterable[tuple[AnyRow, ...]]) -> Iterator[Event]:
        sales = Sales()
        for rows in invoices:
            # Products that are not selected have been left out while reading.
            if self.selection.is_everything or not all(is_charge(row.sku) for row in rows):
                yield from self._events_of(rows, sales=sales)

    def _events_of(self, rows: tuple[AnyRow, ...], *, sales: Sales) -> Iterator[Event]:
        lines: list[SoldLine] = []
        cancelled: list[CancelledLine] = []
        charges: list[Charge] = []
        first: Row | None = None
        for row in rows:
            if isinstance(row, SenselessRow):
                yield attrs.evolve(row, at=rows[0].at)
                continue
            first = first or row
            match row.kind:
                case Kind.SALE:
                    sales.add(row)
                    lines.append(_sold(row))
                case Kind.CHARGE:
                    charges.append(_charge(row))
                case Kind.CANCELLATION:
                    matches, rest = sales.take_back(row)
                    if matches:
                        cancelled.append(_cancelled(row, matches=matches))
                    if rest:
                        yield _unmatched(row, quantity=rest, at=rows[0].at)
        if first is not None:
            yield from self._event(
                first,
                at=rows[0].at,
                lines=tuple(lines),
                cancelled=tuple(cancelled),
                charges=tuple(charges),
            )

    def _event(
        self,
        first: Row,
        *,
        at: datetime,
        lines: tuple[SoldLine, ...],
        cancelled: tuple[CancelledLine, ...],
        charges: tuple[Charge, ...],
    ) -> Iterator[Event]:
        channel = self.assumptions.channel(first.country)
        if lines:
            yield InvoicePlaced(
                at=at,
                channel=channel,
                invoice=first.invoice,
                customer=first.customer,
                country=first.country,
                lines=lines,
                charges=charges,
            )
        elif cancelled and first.customer is not None:
            yield UnitsCancelled(
                at=at,
                channel=channel,
                invoice=first.invoice,
                customer=first.customer,
                country=first.country,
                lines=cancelled,
                charges=charges,
            )
        elif charges:
            yield ChargesBooked(
                at=at,
                channel=channel,
                invoice=first.invoice,
                customer=first.customer,
                country=first.country,
                charges=charges,
            )


def _sold(row: Row) -> SoldLine:
    return SoldLine(
        line=row.number,
        sku=row.sku,
        description=row.description,
        quantity=row.quantity,
        unit_price=row.unit_price,
    )


def _charge(row: Row) -> Charge:
    return Charge(
        line=row.number,
        code=row.sku,
        description=row.description,
        amount=row.unit_price * row.quantity,
    )


def _cancelled(row: Row, *, matches: tuple[Match, ...]) -> CancelledLine:
    return CancelledLine(
        line=row.number,
        sku=row.sku,
        quantity=sum(match.quantity for match in matches),
        unit_price=row.unit_price,
        matches=matches,
    )


def _unmatched(row: Row, *, quantity: int, at: datetime) -> SenselessRow:
    return SenselessRow(
        number=row.number,
        at=at,
        invoice=row.invoice,
        sku=row.sku,
        quantity=-quantity,
        amount=-(row.unit_price * quantity).to_decimal(),
        reason=Reason.NO_CUSTOMER if row.customer is None else Reason.NO_EARLIER_SALE,
    )


def _invoices(rows: Iterable[AnyRow]) -> Iterator[tuple[AnyRow, ...]]:
    """
    Group *rows* to invoices, in the order of their first rows.

    Raises:
        SourceError: If an invoice goes on after a later one has been told.
    """
    growing: dict[str, list[AnyRow]] = {}
    told: set[str] = set()
    for row in rows:
        for name, begun in list(growing.items()):
            if begun[0].at + INVOICE_TAKES >= row.at:
                break
            yield tuple(growing.pop(name))
            told.add(name)
        # A row that cannot be read may not even have an invoice: it stands alone.
        unreadable = isinstance(row, SenselessRow) and row.reason is Reason.UNREADABLE
        name = f"row {row.number}" if unreadable else row.invoice
        if name in told:
            raise SourceError(fault=f"invoice {name} goes on in row {row.number}")
        growing.setdefault(name, []).append(row)
    for begun in growing.values():
        yield tuple(begun)


class _Openings:
    """What is sold of each product in its first weeks, noted while reading ahead."""

    def __init__(self, *, days: int) -> None:
        self._days = timedelta(days=days)
        self._until: dict[Sku, date] = {}
        self._units: dict[Sku, int] = {}
        self._first: dict[date, list[SoldLine]] = {}

    def note(self, event: Event) -> None:
        """Count what *event* sells or takes back."""
        day = event.at.date()
        if isinstance(event, InvoicePlaced):
            for line in event.lines:
                if line.sku not in self._until:
                    self._until[line.sku] = day + self._days
                    self._units[line.sku] = 0
                    self._first.setdefault(day, []).append(line)
                if day < self._until[line.sku]:
                    self._units[line.sku] += line.quantity
        elif isinstance(event, UnitsCancelled):
            for taken in event.lines:
                if day < self._until[taken.sku]:
                    self._units[taken.sku] -= taken.quantity

    def of_day(self, day: date) -> Iterator[tuple[SoldLine, int]]:
        """Yield the first line of each product first sold on *day*, and the units of its first weeks."""
        for line in self._first.pop(day, ()):
            yield line, self._units[line.sku]


def _with_openings(events: Iterable[Event], *, assumptions: Assumptions) -> Iterator[Event]:
    """Put the opening counts before the first sales, reading *events* some weeks ahead."""
    openings = _Openings(days=assumptions.opening_days)
    ahead: deque[tuple[date, list[Event]]] = deque()

    def told() -> Iterator[Event]:
        day, events_of_day = ahead.popleft()
        night = datetime.combine(day, time(), assumptions.tzinfo)
        for line, sold in openings.of_day(day):
            yield OpeningCounted(
                at=night,
                sku=line.sku,
                description=line.description,
                quantity=assumptions.opening_units(sold),
            )
        yield from events_of_day

    for event in events:
        day = event.at.date()
        if not ahead or ahead[-1][0] != day:
            while ahead and ahead[0][0] + timedelta(days=assumptions.opening_days) <= day:
                yield from told()
            ahead.append((day, []))
        ahead[-1][1].append(event)
        openings.note(event)
    while ahead:
        yield from told()
