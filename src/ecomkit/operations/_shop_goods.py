"""The operations of a shop on goods: shelves, deliveries, purchases, holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from ecomkit.identifiers import (
    CartId,
    CommandKey,
    PurchaseOrderId,
    Sku,
    SupplierId,
)
from ecomkit.operations._group_commit import Ledger
from ecomkit.operations._ledger import execute
from ecomkit.operations._picking import receive_lot
from ecomkit.operations._planning import LeadTimes, Plan, plan_orders
from ecomkit.operations._receiving import (
    PURCHASES,
    count_shelves,
    place_purchase,
    receive_goods,
)
from ecomkit.operations._shop_base import ShopBase
from ecomkit.operations._uncovered import (
    UncoveredUnits,
    missing_units,
)
from ecomkit.replenishment import PurchaseOrder, ReplenishmentPolicy
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


class GoodsOperations(ShopBase):
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

    def purchase(
        self,
        id: PurchaseOrderId,  # noqa: A002 (the field's name)
        *,
        units: Mapping[Sku, int],
        expected_on: Mapping[Sku, date] | date,
        supplier: SupplierId | None = None,
    ) -> PurchaseOrder:
        """Take a purchase order down: its units are on order from now on."""
        with self._store.transaction() as tx:
            return place_purchase(
                tx,
                id,
                units=units,
                expected_on=expected_on,
                now=self._now(),
                supplier=supplier,
                settings=self._settings,
            )

    def plan(
        self,
        *,
        policy: ReplenishmentPolicy,
        lead_time: LeadTimes,
        window_days: int = 91,
        review_days: int = 0,
    ) -> Plan:
        """
        Ask *policy* what to reorder, and why; the most urgent first.

        Args:
            policy: Any callable of the shape of a replenishment policy.
            lead_time: One for all skus, or a function of the sku.
            window_days: How many whole days of demand to look back on; 13 weeks by default.
            review_days: How long it takes until somebody looks again.
        """
        with self._store.snapshot() as tx:
            return plan_orders(
                tx,
                policy=policy,
                lead_time=lead_time,
                window_days=window_days,
                review_days=review_days,
                now=self._now(),
                settings=self._settings,
            )

    def buy_in(
        self,
        waiting: Iterable[UncoveredUnits],
        id: PurchaseOrderId,  # noqa: A002 (the field's name)
        *,
        expected_on: date,
        supplier: SupplierId | None = None,
    ) -> PurchaseOrder:
        """Take a purchase order down for just what *waiting* orders wait for."""
        units = missing_units(waiting)
        return self.purchase(id, units=units, expected_on=expected_on, supplier=supplier)

    def level(self, sku: Sku) -> StockLevel:
        """Return the stock level of *sku*; one that was never touched is empty."""
        with self._store.snapshot() as tx:
            [level] = tx.levels([LevelKey(sku, self._settings.location)])
            return level

    def purchases(self) -> tuple[PurchaseOrder, ...]:
        """Return all purchase orders by id, those that have come in full among them."""
        with self._store.snapshot() as tx:
            return tx.scan(PURCHASES)

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
