"""The operations of a shop on goods: shelves, deliveries, holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ecomkit.identifiers import (
    CartId,
    CommandKey,
    PurchaseOrderId,
    Sku,
)
from ecomkit.operations._group_commit import Ledger
from ecomkit.operations._ledger import execute
from ecomkit.operations._picking import receive_lot
from ecomkit.operations._receiving import (
    count_shelves,
    receive_goods,
)
from ecomkit.operations._shop_planning import PlanningOperations
from ecomkit.stock import (
    LevelKey,
    Outcome,
    Owner,
    PutOnHold,
    ReleaseHolds,
    Reserved,
    Short,
    StockCommand,
    StockLevel,
    wants_of_line,
)
from ecomkit.stock.lots import Lot

__all__ = ["GoodsOperations"]


class GoodsOperations(PlanningOperations):
    """What lies on the shelves, what comes in, and what is set aside."""

    def hold(
        self, cart: CartId, units: Mapping[Sku, int], *, until: datetime, key: CommandKey
    ) -> Reserved | Short:
        """Set units aside for a cart until an instant: all of them, or none."""
        owner = Owner.cart(cart)
        wants = [
            want
            for sku, quantity in sorted(units.items())
            for want in wants_of_line(
                owner,
                sku=sku,
                quantity=quantity,
                location=self._settings.location,
                kits=self._settings.kits,
            )
        ]
        outcome = self.execute(PutOnHold(key=key, wants=wants, expires_at=until))
        assert isinstance(outcome, (Reserved, Short))
        return outcome

    def release(self, cart: CartId, skus: Iterable[Sku], *, key: CommandKey) -> None:
        """Give back all that a cart holds of *skus*."""
        levels = {
            LevelKey(part, self._settings.location)
            for sku in skus
            for part in self._settings.parts(sku)
        }
        self.execute(ReleaseHolds(key=key, owner=Owner.cart(cart), levels=sorted(levels)))

    def count(
        self,
        counted: Mapping[Sku, int],
        *,
        key: CommandKey,
        expected: Mapping[Sku, int] | None = None,
    ) -> None:
        """
        Take a count of usable units down; the first of a sku is its opening count.

        *expected* is what the books showed when the counting began, sku by sku: what moved since
        is not part of the count. A sku that is not named there is counted as of now.
        """
        with self._store.transaction() as tx:
            count_shelves(
                tx,
                counted,
                expected=expected or {},
                key=key,
                now=self._now(),
                settings=self._settings,
            )

    def receive(
        self,
        units: Mapping[Sku, int],
        *,
        key: CommandKey,
        purchase_order: PurchaseOrderId | None = None,
    ) -> None:
        """Take goods in; they cover who waits first."""
        with self._store.transaction() as tx:
            receive_goods(
                tx,
                units,
                key=key,
                purchase_order=purchase_order,
                now=self._now(),
                settings=self._settings,
            )

    def receive_lot(self, lot: Lot, *, quantity: int, key: CommandKey) -> None:
        """Take units of one lot, or the unit of a serial, in; they cover who waits first."""
        with self._store.transaction() as tx:
            receive_lot(
                tx, lot, quantity=quantity, key=key, now=self._now(), settings=self._settings
            )

    def level(self, sku: Sku) -> StockLevel:
        """Return the stock level of *sku*; one that was never touched is empty."""
        with self._store.snapshot() as tx:
            [level] = tx.levels([LevelKey(sku, self._settings.location)])
            return level

    def ledger(self) -> Ledger:
        """
        Return a ledger that writes what many threads and tasks ask as few transactions.

        It is the caller's to close; the store stays the shop's.
        """
        return Ledger(self._store, settings=self._settings, clock=self._clock)

    def execute(self, command: StockCommand) -> Outcome:
        """Run one stock command, and return what the ledger answers; see :meth:`ledger` for many."""
        with self._store.posting() as tx:
            [outcome] = execute(tx, [command], now=self._now(), settings=self._settings)
            return outcome
