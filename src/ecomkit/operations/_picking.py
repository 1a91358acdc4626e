"""Picking: lots come in with their dates, and are chosen when an order is taken from the shelf."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import final

import attrs

from ecomkit._checks import as_tuple, each, is_a
from ecomkit.errors import InputError
from ecomkit.identifiers import CommandKey, LotId, OrderId, Sku
from ecomkit.operations._ledger import Once, execute, must, once
from ecomkit.operations._orders import load_order, wants_for
from ecomkit.operations._settings import Settings
from ecomkit.ports import Collection, Transaction
from ecomkit.stock import LevelKey, Outcome, Owner, Pick, Receive, StockLevel, Want
from ecomkit.stock.lots import Lot, LotBalance, LotPick, LotPickRefused, RemovalPolicy

__all__ = ["LOTS", "LotConflictError", "PickReport", "pick_order", "receive_lot"]

LOTS = Collection(name="lot", type=Lot, key=lambda lot: lot_key(lot.sku, lot.id))


def lot_key(sku: Sku, lot: LotId) -> str:
    """Return under which key a lot is kept: two skus may have lots of one name."""
    return f"{lot}\n{sku}"


@attrs.frozen(kw_only=True)
class LotConflictError(InputError):
    """
    Raised when a lot comes in that is known otherwise, or a serial that is there already.

    >>> print(LotConflictError(sku=Sku("HONEY"), lot=LotId("L-1"), why="it expires on another day"))
    lot 'L-1' of HONEY cannot come in: it expires on another day
    """

    sku: Sku
    lot: LotId
    why: str

    @property
    def message(self) -> str:
        """The lot, and why."""
        return f"lot {str(self.lot)!r} of {self.sku} cannot come in: {self.why}"


@final
@attrs.frozen(kw_only=True)
class PickReport:
    """
    What was taken from the shelf for an order.

    Args:
        key: The pick's own.
        order: The order.
        picked: What was picked, lot by lot; a want without a lot is of units that carry none.
        missing: What is covered and could not be picked, such as where all lots have expired.
        reasons: What the removal policy said, sku by sku.
    """

    key: CommandKey = attrs.field(validator=is_a(CommandKey))
    order: OrderId = attrs.field(validator=is_a(OrderId))
    picked: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=each(Want))
    missing: tuple[Want, ...] = attrs.field(converter=as_tuple, validator=each(Want))
    reasons: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each(str))

    def explain(self) -> str:
        """Say what was picked and what was not."""
        taken = sum(want.quantity for want in self.picked)
        left = sum(want.quantity for want in self.missing)
        lines = [f"{self.order}: {taken} units picked, {left} could not be"]
        lines.extend(
            f"{want.quantity} of {want.sku}"
            + ("" if want.lot is None else f", lot {want.lot}")
            + f" for {want.owner}"
            for want in self.picked
        )
        return "\n".join([*lines, *self.reasons])


PICKS = Collection(name="pick", type=PickReport, key=lambda report: report.key)


def receive_lot(
    tx: Transaction,
    lot: Lot,
    *,
    quantity: int,
    key: CommandKey,
    now: datetime,
    settings: Settings,
) -> Outcome:
    """
    Take *quantity* units of *lot* in; they cover who waits first.

    Raises:
        LotConflictError: If the lot is known with other facts; or for a serial, if it is more
            than one unit or lies here already.
    """
    command = Receive(
        key=key, sku=lot.sku, quantity=quantity, location=settings.location, lot=lot.id
    )
    known = tx.get(LOTS, lot_key(lot.sku, lot.id))
    is_new = not tx.kept([key])
    if known is not None and is_new:
        # When it came first is a fact of the first time.
        if attrs.evolve(lot, received_at=known.received_at, status=known.status) != known:
            raise LotConflictError(sku=lot.sku, lot=lot.id, why="it is known with other facts")
        [level] = tx.levels([LevelKey(lot.sku, settings.location)])
        if lot.is_serial and any(part.lot == lot.id for part in level.lots):
            raise LotConflictError(sku=lot.sku, lot=lot.id, why="this serial is here already")
    if lot.is_serial and quantity != 1:
        raise LotConflictError(sku=lot.sku, lot=lot.id, why="a serial is one unit")
    [outcome] = execute(tx, [command], now=now, settings=settings)
    if known is None:
        tx.put(LOTS, [lot])
    return outcome


def pick_order(
    tx: Transaction,
    order: OrderId,
    *,
    removal: RemovalPolicy,
    key: CommandKey,
    today: date,
    now: datetime,
    settings: Settings,
) -> PickReport:
    """
    Take what is covered of *order* from the shelf, lot by lot as *removal* says.

    Units that carry no lot are taken where the lots do not suffice. The same *key* again picks
    nothing more and answers the same.

    Raises:
        UnknownOrderError: If the order is not in the books.
        KeyReusedError: If the key was used for another order.
    """
    known = load_order(tx, order)
    before = tx.get(PICKS, key)
    if once(tx, key, order, now=now) is Once.KNOWN and before is not None:
        return before
    quantities = {
        line.id: known.counts(line.id).open for line in known.lines if known.counts(line.id).open
    }
    wants = wants_for(known, quantities, settings=settings)
    keys = sorted({want.key for want in wants})
    shelves = {level.key: _Shelf(tx, level) for level in tx.levels(keys)}
    picked: list[Want] = []
    missing: list[Want] = []
    for want in wants:
        shelf = shelves[want.key]
        open_units = min(want.quantity, shelf.unpicked(want.owner))
        if open_units:
            taken, left = shelf.take(want, open_units, removal=removal, today=today)
            picked.extend(taken)
            missing.extend(left)
    if picked:
        command = Pick(key=CommandKey(f"{key}/pick"), wants=picked)
        must(execute(tx, [command], now=now, settings=settings))
    reasons = [reason for shelf in shelves.values() for reason in shelf.reasons]
    report = PickReport(key=key, order=order, picked=picked, missing=missing, reasons=reasons)
    tx.put(PICKS, [report])
    return report


class _Shelf:
    """What lies on the shelf of one level, while lots are chosen from it."""

    def __init__(self, tx: Transaction, level: StockLevel) -> None:
        self._level = level
        self._allocated = {one.owner: one.quantity for one in level.allocations}
        self._lots: dict[LotId, LotBalance] = {}
        for part in level.lots:
            if part.place == "shelf":
                lot = tx.get(LOTS, lot_key(level.sku, part.lot)) or Lot(
                    id=part.lot, sku=level.sku, received_at=part.since
                )
                self._lots[part.lot] = LotBalance(
                    lot=lot, units=part.quantity, location=level.location
                )
        shelf = level.sellable + level.held + level.allocated
        self._loose = shelf - sum(balance.units for balance in self._lots.values())
        self.reasons: list[str] = []

    def unpicked(self, owner: Owner) -> int:
        """Return the units that are allocated to *owner* and were not picked."""
        return self._allocated.get(owner, 0)

    def take(
        self, want: Want, quantity: int, *, removal: RemovalPolicy, today: date
    ) -> tuple[Sequence[Want], Sequence[Want]]:
        """Choose *quantity* units; return what to pick, and what cannot be."""
        chosen: list[tuple[LotId | None, int]] = []
        left = quantity
        if self._lots:
            answer = removal(self._lots.values(), wanted=quantity, today=today)
            self.reasons.append(f"{want.sku}: {answer.explain()}")
            chosen.extend(_lots_of(answer))
            left -= sum(units for _, units in chosen)
            for lot, units in _lots_of(answer):
                balance = self._lots[lot]
                self._lots[lot] = attrs.evolve(balance, units=balance.units - units)
        loose = min(left, self._loose)
        if loose:
            self._loose -= loose
            chosen.append((None, loose))
            left -= loose
        picked = [attrs.evolve(want, quantity=units, lot=lot) for lot, units in chosen]
        missing = [attrs.evolve(want, quantity=left)] if left else []
        return picked, missing


def _lots_of(answer: LotPick | LotPickRefused) -> Iterable[tuple[LotId, int]]:
    if isinstance(answer, LotPickRefused):
        return ()
    return [(line.lot, line.quantity) for line in answer.lines]
