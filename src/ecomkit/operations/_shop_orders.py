"""The operations of a shop on orders: placed, shipped, cancelled, returned, paid back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ecomkit.channels import Applied, Rejected
from ecomkit.identifiers import (
    CartId,
    CommandKey,
    LineId,
    OrderId,
)
from ecomkit.money import Money
from ecomkit.operations._effects import tell_cancellation
from ecomkit.operations._ledger import Once, once
from ecomkit.operations._orders import (
    OPEN,
    ORDERS,
    cancel_units,
    fulfil_orders,
    load_order,
    place_order,
)
from ecomkit.operations._picking import PickReport, pick_order
from ecomkit.operations._refunds import RefundPart, pay_back, refunds_of, settle_refund
from ecomkit.operations._shop_base import ShopBase
from ecomkit.operations._uncovered import (
    UncoveredUnits,
    cancel_uncovered,
    list_uncovered,
)
from ecomkit.orders import Clearance, Order, OrderStep
from ecomkit.returns import (
    InStoreCredit,
    TenderPolicy,
)
from ecomkit.stock import (
    Reserved,
    Short,
)
from ecomkit.stock.lots import Removal, RemovalPolicy

__all__ = ["OrderOperations"]


ORDERS_AT_A_TIME = 500


class OrderOperations(ShopBase):
    """What customers have ordered, and what became of it."""

    def place(self, order: Order, *, cart: CartId | None = None) -> Reserved | Short:
        """
        Place an order of our own shop: granted only if all of its units are there.

        The order's id is the key: placing it again has no second effect. A ``Short`` answer
        leaves nothing behind.
        """
        with self._store.transaction() as tx:
            return place_order(tx, order, cart=cart, now=self._now(), settings=self._settings)

    def fulfil(self, orders: Iterable[OrderId] | None = None) -> tuple[OrderId, ...]:
        """
        Ship all that is covered, of *orders* or of every open one.

        Their channels are told by the next run.

        Returns:
            The orders of which something was shipped.
        """
        with self._store.transaction() as tx:
            chosen = (
                tx.scan(ORDERS, index=OPEN)
                if orders is None
                else [load_order(tx, order) for order in orders]
            )
            return fulfil_orders(tx, chosen, now=self._now(), settings=self._settings)

    def pick(
        self,
        order: OrderId,
        *,
        key: CommandKey,
        removal: RemovalPolicy | None = None,
        today: date | None = None,
    ) -> PickReport:
        """
        Take what is covered of an order from the shelf, lot by lot.

        Args:
            order: The order.
            key: The pick's own.
            removal: Which lots go first; what expires first unless given.
            today: The day that expiry is judged by; the clock's day in UTC unless given.
        """
        now = self._now()
        with self._store.transaction() as tx:
            return pick_order(
                tx,
                order,
                removal=Removal() if removal is None else removal,
                key=key,
                today=now.date() if today is None else today,
                now=now,
                settings=self._settings,
            )

    def cancel(
        self, order: OrderId, quantities: Mapping[LineId, int], *, key: CommandKey
    ) -> Order | Clearance:
        """
        Cancel units that have not left; what they held covers who waits.

        Where a guard of the settings stands against it, the answer says all that is in the way.
        """
        with self._store.transaction() as tx:
            before = load_order(tx, order)
            now = self._now()
            clearance = self._settings.guards(before, step=OrderStep.CANCEL, now=now)
            if not clearance.is_clear and not tx.kept([key]):
                return clearance
            if once(tx, key, order, sorted(quantities.items()), now=now) is Once.KNOWN:
                return before
            after = cancel_units(tx, before, quantities, now=now, settings=self._settings)
            tell_cancellation(tx, before, quantities)
            return after

    def pay_back(
        self,
        order: OrderId,
        amount: Money,
        *,
        key: CommandKey,
        reason: str = "",
        tenders: TenderPolicy | InStoreCredit | None = None,
        goodwill: Money | None = None,
    ) -> Order:
        """
        Book a refund, never more than the order is overpaid by; the next run asks the channel.

        Args:
            order: The order.
            amount: What to pay back, the favour included.
            key: The refund's own.
            reason: Why.
            tenders: Where the money goes; None means a :class:`~ecomkit.returns.TenderOrder`.
            goodwill: How much of the amount is a favour beyond what the order is overpaid by.
        """
        with self._store.transaction() as tx:
            return pay_back(
                tx,
                order,
                amount,
                key=key,
                reason=reason,
                now=self._now(),
                tenders=tenders,
                goodwill=goodwill,
            )

    def settle_refund(self, part: CommandKey, outcome: Applied | Rejected) -> RefundPart:
        """Say what became of a part of a refund that no channel tells of, or told wrongly."""
        with self._store.transaction() as tx:
            return settle_refund(tx, part, outcome, now=self._now())

    def refunds(self, order: OrderId) -> tuple[RefundPart, ...]:
        """Return the parts of all refunds of an order, and how far each has come."""
        with self._store.snapshot() as tx:
            return refunds_of(tx, order)

    def uncovered(self) -> tuple[UncoveredUnits, ...]:
        """List what was sold and is not there."""
        with self._store.snapshot() as tx:
            return list_uncovered(tx)

    def cancel_uncovered(self, waiting: Iterable[UncoveredUnits]) -> tuple[Order, ...]:
        """
        Cancel what *waiting* orders wait for; what was covered meanwhile is left alone.

        Running it again with the same list cancels nothing more.
        """
        with self._store.transaction() as tx:
            return cancel_uncovered(tx, waiting, now=self._now(), settings=self._settings)

    def order(self, order: OrderId) -> Order:
        """Return an order."""
        with self._store.snapshot() as tx:
            return load_order(tx, order)

    def orders(self) -> Iterator[Order]:
        """
        Yield all orders by id, read in pages, so that a year of them need not fit into memory.

        Each page is one consistent state; what is written between two pages shows in the later
        one.
        """
        after = ""
        while True:
            with self._store.snapshot() as tx:
                page = tx.scan(ORDERS, after=after, limit=ORDERS_AT_A_TIME)
            if not page:
                return
            yield from page
            after = page[-1].id
