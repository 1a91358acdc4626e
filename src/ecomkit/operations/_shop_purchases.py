"""The operations of a shop on purchase orders: from a draft to what its receipts tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ecomkit.identifiers import CommandKey, PurchaseOrderId, Sku, SupplierId
from ecomkit.operations._purchasing import (
    cancel_purchase,
    close_purchase,
    confirm_purchase,
    draft_purchases,
    postpone_purchase,
    send_purchase,
)
from ecomkit.operations._receiving import PURCHASES, place_purchase
from ecomkit.operations._shop_base import ShopBase
from ecomkit.operations._uncovered import UncoveredUnits, missing_units
from ecomkit.replenishment import Advice, LeadTime, PurchaseOrder
from ecomkit.replenishment.purchasing import (
    RECEIPTS_MIN,
    BuyingPolicy,
    LearnedLeadTimes,
    PurchaseProposals,
    Weighting,
)

__all__ = ["PurchaseOperations"]


class PurchaseOperations(ShopBase):
    """What is ordered from suppliers, and what has become of it."""

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

    def draft_purchases(
        self, advices: Iterable[Advice], *, buying: BuyingPolicy
    ) -> PurchaseProposals:
        """
        Draft what the *advices* of a plan ask for, one purchase order for each supplier.

        The drafts count as on order at once, so that planning again asks for nothing more.
        Drafting the same plan again changes nothing. What does not reach a supplier's minimum is
        shown and not taken down.
        """
        with self._store.transaction() as tx:
            return draft_purchases(
                tx, advices, buying=buying, now=self._now(), settings=self._settings
            )

    def send_purchase(self, id: PurchaseOrderId, *, key: CommandKey) -> PurchaseOrder:  # noqa: A002 (the field's name)
        """Take down that a draft went to its supplier; to send it is the caller's part."""
        with self._store.transaction() as tx:
            return send_purchase(tx, id, key=key, now=self._now())

    def confirm_purchase(
        self,
        id: PurchaseOrderId,  # noqa: A002 (the field's name)
        *,
        key: CommandKey,
        units: Mapping[Sku, int] | None = None,
        expected_on: Mapping[Sku, date] | date | None = None,
    ) -> PurchaseOrder:
        """
        Take down what the supplier promises; what is not named is promised as it was ordered.

        Args:
            id: The purchase order.
            key: The supplier's confirmation.
            units: How many it will send, sku by sku; 0 where it refuses.
            expected_on: When, for all skus or sku by sku.
        """
        with self._store.transaction() as tx:
            return confirm_purchase(
                tx,
                id,
                units=units or {},
                expected_on=expected_on,
                key=key,
                now=self._now(),
                settings=self._settings,
            )

    def postpone_purchase(
        self,
        id: PurchaseOrderId,  # noqa: A002 (the field's name)
        *,
        expected_on: Mapping[Sku, date] | date,
        key: CommandKey,
    ) -> PurchaseOrder:
        """Take down that what is open is expected on other days; the promise stays."""
        with self._store.transaction() as tx:
            return postpone_purchase(
                tx,
                id,
                expected_on=expected_on,
                key=key,
                now=self._now(),
                settings=self._settings,
            )

    def close_purchase(self, id: PurchaseOrderId, *, key: CommandKey) -> PurchaseOrder:  # noqa: A002 (the field's name)
        """Close a purchase order short: what is missing is not awaited any more."""
        with self._store.transaction() as tx:
            return close_purchase(tx, id, key=key, now=self._now())

    def cancel_purchase(self, id: PurchaseOrderId, *, key: CommandKey) -> PurchaseOrder:  # noqa: A002 (the field's name)
        """Call a purchase order off of which nothing has come."""
        with self._store.transaction() as tx:
            return cancel_purchase(tx, id, key=key, now=self._now())

    def lead_times(
        self,
        *,
        otherwise: LeadTime,
        receipts_min: int = RECEIPTS_MIN,
        weighting: Weighting = Weighting.BY_RECEIPT,
    ) -> LearnedLeadTimes:
        """
        Return the lead time of each sku as the receipts of its supplier tell it: give it to a plan.

        It counts from the day on which an order was written, so that waiting for an order day is
        part of it, to each receipt.

        Args:
            otherwise: The lead time of what was never ordered, or of a supplier with too few
                receipts.
            receipts_min: How many receipts of a supplier it takes.
            weighting: Whether each receipt counts once, or each unit.
        """
        return LearnedLeadTimes.of(
            self.purchases(), otherwise=otherwise, receipts_min=receipts_min, weighting=weighting
        )

    def purchases(self) -> tuple[PurchaseOrder, ...]:
        """Return all purchase orders by id, those that have come in full among them."""
        with self._store.snapshot() as tx:
            return tx.scan(PURCHASES)
