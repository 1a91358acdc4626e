"""Shop: the operations of one merchant, composed."""

from __future__ import annotations

from typing import final

from ecomkit.operations._audit import AuditReport, audit_books
from ecomkit.operations._shop_channels import ChannelOperations
from ecomkit.operations._shop_edits import EditOperations
from ecomkit.operations._shop_goods import GoodsOperations
from ecomkit.operations._shop_orders import OrderOperations
from ecomkit.operations._shop_parcels import ParcelOperations
from ecomkit.operations._shop_people import PeopleOperations
from ecomkit.operations._shop_returns import ReturnOperations
from ecomkit.operations._verification import Verification, verify_ledger

__all__ = ["Shop"]


@final
class Shop(
    ChannelOperations,
    OrderOperations,
    ReturnOperations,
    ParcelOperations,
    EditOperations,
    GoodsOperations,
    PeopleOperations,
):
    """
    One merchant's stock over all channels: every operation, each a short call.

    A command takes a *key* that its caller chooses (a receipt's number, a parcel's): the same
    key with the same content has no second effect, with another content it is refused. So a
    script that was killed can simply run again.

    Args:
        store: Where the books are kept; closed with the shop.
        channels: The clients of the merchant's channels, each with a name of its own.
        catalog: What the merchant sells; empty, any sku text of a listing is a sku.
        settings: The merchant's choices.
        clock: Tells the time; the machine's unless given.
        workers: How many channels a run calls at the same time; see :func:`sync`. With as many
            as there are channels, a slow one does not hold the others up.
        holder: Who runs this shop, where several workers share the channels of one store: each
            has a name of its own. See :func:`sync`.

    Raises:
        FieldError: If *workers* is below 1.
        UnknownChannelError: If two channels have one name.
    """

    def verify(self) -> Verification:
        """Replay the ledger row by row, and name the first one that disagrees."""
        with self._store.snapshot() as tx:
            return verify_ledger(tx)

    def audit(self) -> AuditReport:
        """Add everything up from nothing and compare it with the running books."""
        with self._store.snapshot() as tx:
            return audit_books(tx, settings=self._settings)
