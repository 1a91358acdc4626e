"""The operations of a shop on edits and holds of orders that were placed."""

from __future__ import annotations

from ecomkit.identifiers import CommandKey, OrderId
from ecomkit.operations._edits import EDITS, confirm_edit, decline_edit, request_edit
from ecomkit.operations._ledger import Once, once
from ecomkit.operations._orders import ORDERS, load_order
from ecomkit.operations._shop_base import ShopBase
from ecomkit.orders import (
    EditPreview,
    EditRefused,
    HoldEvent,
    HoldKind,
    HoldStep,
    Order,
    OrderEdit,
)
from ecomkit.stock import Short

__all__ = ["EditOperations"]


class EditOperations(ShopBase):
    """How an order changes after its placement, and what it waits for."""

    def request_edit(self, edit: OrderEdit) -> EditPreview | EditRefused:
        """Keep an edit until it is confirmed or declined, and say what it would change."""
        with self._store.transaction() as tx:
            return request_edit(tx, edit, now=self._now(), settings=self._settings)

    def confirm_edit(self, edit: CommandKey) -> EditPreview | EditRefused | Short:
        """
        Make an edit, with its units: all of it or nothing.

        It is refused where the order has changed since it was asked for, and ``Short`` where
        units that are added are not there.
        """
        with self._store.transaction() as tx:
            return confirm_edit(tx, edit, now=self._now(), settings=self._settings)

    def decline_edit(self, edit: CommandKey) -> OrderEdit:
        """Decline an edit: the order stays as it is."""
        with self._store.transaction() as tx:
            return decline_edit(tx, edit)

    def edits(self, order: OrderId) -> tuple[OrderEdit, ...]:
        """Return the edits of an order, whatever became of them, by key."""
        with self._store.snapshot() as tx:
            return tx.scan(EDITS, index=order)

    def hold_order(
        self, order: OrderId, kind: HoldKind, *, key: CommandKey, reason: str, by: str = ""
    ) -> Order:
        """Put an order on hold: it is not shipped until it is released."""
        return self._hold(order, HoldStep.PLACED, kind, key=key, reason=reason, by=by)

    def release_order(
        self, order: OrderId, kind: HoldKind, *, key: CommandKey, reason: str, by: str = ""
    ) -> Order:
        """Release an order from its hold of one kind; holds of other kinds stay."""
        return self._hold(order, HoldStep.RELEASED, kind, key=key, reason=reason, by=by)

    def _hold(
        self,
        order: OrderId,
        step: HoldStep,
        kind: HoldKind,
        *,
        key: CommandKey,
        reason: str,
        by: str,
    ) -> Order:
        now = self._now()
        with self._store.transaction() as tx:
            before = load_order(tx, order)
            if once(tx, key, order, step, kind, reason, by, now=now) is Once.KNOWN:
                return before
            event = HoldEvent(step=step, kind=kind, at=now, reason=reason, by=by)
            after = before.with_events([event])
            tx.put(ORDERS, [after])
            return after
