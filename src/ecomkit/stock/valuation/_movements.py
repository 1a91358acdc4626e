"""
The ledger of units, read as entries of a valuation.

Units that come in from outside need a cost; units that go out take theirs from the stock; units
that come back from where they went bring the cost back that they took; and moves inside change
nothing, but for which location's books the units stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecomkit.identifiers import CommandKey, LocationId, LotId
from ecomkit.money import Money
from ecomkit.stock._accounts import Movement
from ecomkit.stock.valuation._entries import (
    IssueEntry,
    ReceiptEntry,
    ReturnEntry,
    ValuationEntry,
)
from ecomkit.stock.valuation._history import ValueHistory, ValueRecorder
from ecomkit.stock.valuation._reader import is_inside, read
from ecomkit.stock.valuation._valuation import Valuation

__all__ = ["entries_of", "value_by_location"]


def entries_of(
    movements: Iterable[Movement],
    *,
    costs: Mapping[CommandKey, Money],
) -> tuple[ValuationEntry, ...]:
    """
    Return what *movements* of one sku mean for its value, wherever its units lie.

    Units out of ``SUPPLIER`` and ``OPENING`` are receipts, units into ``CUSTOMER``, ``SCRAP``
    and ``SHRINKAGE`` issues. Units that come back from there are returns of the issue by which
    they went, the latest one first: of the same order line from customers, and any from
    shrinkage, so that units found again are worth what they were when they went missing. Moves
    inside change no value.

    Args:
        movements: In the order of the ledger, from the first one on.
        costs: What the units cost that a command brought in, all of them together; they share
            it by their numbers. A command named here is a receipt, wherever its units are from.

    Raises:
        FieldError: If the movements are of several skus.
        MissingCostError: If units came in whose cost nobody knows.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.money import Currency
    >>> from ecomkit.identifiers import Sku
    >>> from ecomkit.stock import Account, Bucket, Cause
    >>> inside, outside = (
    ...     Account(Sku("A"), LocationId("main"), bucket)
    ...     for bucket in (Bucket.SELLABLE, Bucket.SUPPLIER)
    ... )
    >>> movement = Movement(
    ...     id="r1/0",
    ...     quantity=3,
    ...     source=outside,
    ...     target=inside,
    ...     cause=Cause.RECEIPT,
    ...     command=CommandKey("r1"),
    ...     at=datetime(2026, 1, 2, tzinfo=UTC),
    ... )
    >>> [entry] = entries_of([movement], costs={CommandKey("r1"): Money(1000, Currency.EUR)})
    >>> entry.quantity, entry.cost
    (3, Money(1000, Currency.EUR))
    """
    return tuple(entry for _, entries in read(movements, costs=costs) for entry in entries)


def value_by_location(
    movements: Iterable[Movement],
    *,
    valuation: Valuation,
    costs: Mapping[CommandKey, Money],
) -> dict[LocationId, ValueHistory]:
    """
    Return the value of one sku at each location, each with layers of its own.

    As :func:`entries_of`, and units that move to another location carry their cost there: it is
    taken off what was brought in here and added to what was brought in there, and is no issue.
    So do units that were issued at one location and come back at another.

    Args:
        movements: Of all locations, in the order of the ledger, from the first one on.
        valuation: How each location is valued.
        costs: As for :func:`entries_of`.

    Raises:
        FieldError: If the movements are of several skus.
        MissingCostError: If units came in whose cost nobody knows.
        IssueExceedsStockError: If more units leave a location than came there before.

    >>> from ecomkit.money import Currency
    >>> from ecomkit.stock.valuation import ValuationMethod
    >>> average = Valuation(method=ValuationMethod.AVERAGE, currency=Currency.EUR)
    >>> value_by_location([], valuation=average, costs={})
    {}
    """
    books: dict[LocationId, ValueRecorder] = {}
    issued_at: dict[str, LocationId] = {}
    for movement, entries in read(movements, costs=costs):
        for account in (movement.source, movement.target):
            if account.location not in books:
                books[account.location] = ValueRecorder.of(valuation.start())
        here, there = books[movement.source.location], books[movement.target.location]
        lot = movement.lot
        if is_inside(movement.source, movement.target) and here is not there:
            leaving = IssueEntry(id=movement.id, quantity=movement.quantity, lot=lot)
            _carry(there, leaving, cost=here.send(leaving), lot=lot)
        for entry in entries:
            match entry:
                case IssueEntry():
                    issued_at[entry.id] = movement.source.location
                    here.enter(entry)
                case ReturnEntry() if issued_at[entry.issue] != movement.target.location:
                    origin = books[issued_at[entry.issue]]
                    _carry(there, entry, cost=origin.send_returned(entry), lot=lot)
                case _:
                    there.enter(entry)
    return {location: recorder.history() for location, recorder in sorted(books.items())}


def _carry(
    recorder: ValueRecorder, entry: IssueEntry | ReturnEntry, *, cost: Money, lot: LotId | None
) -> None:
    recorder.enter(ReceiptEntry(id=entry.id, quantity=entry.quantity, cost=cost, lot=lot))
