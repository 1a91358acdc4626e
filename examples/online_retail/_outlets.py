"""What the market needs of a sales channel, and the channel in memory that has it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, final

import attrs

from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.channels import (
    Applied,
    Cancellation,
    Channel,
    ChannelClaim,
    Cursor,
    Effect,
    Listing,
    OrderPage,
    PageEntry,
    Payload,
    ReadOrder,
    UnreadableOrder,
)
from ecomkit.identifiers import ChannelId, LineId, ListingId, Sku
from ecomkit.orders import Charge, ChargeKind
from ecomkit.ports import Clock

from . import _world as world
from ._source import SenselessRow

__all__ = ["MemoryOutlet", "Outlet", "Standing", "is_shipping", "memory_outlets"]

ROW = "row-"
"""Begins the name under which a row of the ledger is handed out; no invoice begins so."""

SHIPPING = frozenset({"POST", "DOT", "C2"})


def is_shipping(charge: world.Charge) -> bool:
    """Whether *charge* is for bringing the goods."""
    return charge.code in SHIPPING


@final
@attrs.frozen(kw_only=True)
class Standing:
    """What became of a line at its channel, in units; *returned* are those announced."""

    quantity: int
    cancelled: int = 0
    returned: int = 0


class Outlet(Protocol):
    """
    A sales channel from its shoppers' side.

    A channel calls orders and lines by names of its own: *number* and the ids of lines are
    those that its claims have.
    """

    @property
    def channel(self) -> Channel:
        """The client that the shop talks to it with."""
        ...

    def sell(self, event: world.InvoicePlaced) -> int:
        """A customer buys; return how many charges travel in one sum with another one."""
        ...

    def number(self, invoice: str) -> str | None:
        """Return what the channel calls *invoice*; None if it was not sold here."""
        ...

    def line(self, number: str, row: int) -> LineId:
        """Return what the channel calls the line that was sold by a *row* of the file."""
        ...

    def standing(self, number: str) -> Mapping[LineId, Standing]:
        """Return what became of the lines of an order."""
        ...

    def cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        """A customer cancels units that have not left."""
        ...

    def give_up(self, number: str, units: Mapping[LineId, int]) -> None:
        """The shop cancels units, and will tell the channel so."""
        ...

    def send_back(self, number: str, units: Mapping[LineId, int]) -> None:
        """A customer says that units come back, where the channel has a way to say it."""
        ...

    def remind(self, number: str, left: Mapping[LineId, int], *, at: datetime) -> None:
        """Let the channel know that units have left *at* an instant if it has forgotten it."""
        ...

    def post_row(self, row: SenselessRow) -> None:
        """Put a row that is no order where orders are expected."""
        ...

    def reason(self, object_id: str, faults: Sequence[str]) -> str:
        """Return why a row was posted, given what the client said of it."""
        ...


@final
class RowChannel(MemoryChannel):
    """A marketplace that also hands out rows of its ledger that are no orders, with the reason."""

    def orders_after(self, cursor: Cursor | None, *, page_size: int) -> OrderPage:
        """Return orders in the order of their changes, rows that are none among them."""
        page = super().orders_after(cursor, page_size=page_size)
        return attrs.evolve(page, entries=map(_with_reason, page.entries))

    def order(self, number: str) -> PageEntry | None:
        """Return one order, or row, as it is now."""
        entry = super().order(number)
        return None if entry is None else _with_reason(entry)

    def read_payload(self, payload: Payload) -> PageEntry:
        """Read a payload that was kept."""
        return _with_reason(super().read_payload(payload))

    def push_cancellation(self, cancellation: Cancellation) -> Effect:  # noqa: ARG002 (a role's method)
        """Take down what :meth:`MemoryOutlet.give_up` has cancelled here when the shop decided it."""
        return Applied()


def _with_reason(entry: PageEntry) -> PageEntry:
    """Return *entry*; a row of the ledger with its reason in the place of all missing fields."""
    if isinstance(entry, ReadOrder) or not entry.payload.object_id.startswith(ROW):
        return entry
    row = json.loads(entry.payload.text)
    said = (
        f"row {row['row']} of the file: invoice {row['InvoiceNo']}, {row['StockCode']}, "
        f"{row['Quantity']} units, {row['Amount']}"
    )
    return UnreadableOrder(payload=entry.payload, faults=(row["reason"], said))


@final
class MemoryOutlet:
    """
    A channel in memory: it calls invoices and rows as the file does.

    After a crash it is built again from the same events.
    """

    def __init__(self, name: ChannelId, *, clock: Clock, products: Iterable[Sku]) -> None:
        self._channel = RowChannel(name, clock=clock)
        self._channel.put_up(
            Listing(id=ListingId(sku), sku_text=sku, quantity=0) for sku in products
        )

    @property
    def channel(self) -> RowChannel:
        """The channel, which is its own client."""
        return self._channel

    def sell(self, event: world.InvoicePlaced) -> int:
        """A customer buys; each charge travels by itself."""
        self._channel.sell(
            event.invoice,
            [
                SoldLine(
                    id=LineId(str(line.line)),
                    listing=ListingId(line.sku),
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    title=line.description,
                )
                for line in event.lines
            ],
            placed_at=event.at,
            charges=[
                Charge(
                    kind=ChargeKind.SHIPPING if is_shipping(charge) else ChargeKind.FEE,
                    amount=charge.amount,
                    title=charge.description,
                )
                for charge in event.charges
            ],
            buyer=event.customer,
        )
        return 0

    def number(self, invoice: str) -> str | None:
        """Return *invoice* if it was sold here."""
        return None if self._channel.order(invoice) is None else invoice

    def line(self, number: str, row: int) -> LineId:  # noqa: ARG002 (rows are unique over all orders)
        """Return the row's number."""
        return LineId(str(row))

    def standing(self, number: str) -> Mapping[LineId, Standing]:
        """Return what the channel says of the lines of an order."""
        return {
            line.id: Standing(
                quantity=line.quantity, cancelled=line.cancelled or 0, returned=line.returned
            )
            for line in self._claim(number).lines
        }

    def cancel(self, number: str, units: Mapping[LineId, int]) -> None:
        """A customer cancels."""
        self._channel.cancel(number, units)

    def give_up(self, number: str, units: Mapping[LineId, int]) -> None:
        """Cancel at once what the shop will tell."""
        self._channel.cancel(number, units)

    def send_back(self, number: str, units: Mapping[LineId, int]) -> None:
        """A customer says that units come back."""
        self._channel.send_back(number, units)

    def remind(self, number: str, left: Mapping[LineId, int], *, at: datetime) -> None:
        """
        Let the channel know what has left.

        A crash right after the channels were told can leave one, built anew, without its last
        parcels; the shop will not tell them twice.
        """
        told = {line.id: line.shipped or 0 for line in self._claim(number).lines}
        unknown = {line: n - told[line] for line, n in left.items() if n > told[line]}
        if unknown:
            self.ship(number, unknown, at=at)

    def ship(self, number: str, units: Mapping[LineId, int], *, at: datetime) -> None:
        """Tell the channel again what it was told before it was built anew: units have left."""
        self._channel.ship(number, units, at=at)

    def post_row(self, row: SenselessRow) -> None:
        """Put *row* where orders are expected, as the file has it, and what is wrong with it."""
        fields = {
            "row": row.number,
            "InvoiceNo": row.invoice,
            "StockCode": row.sku,
            "Quantity": row.quantity,
            "Amount": str(row.amount),
            "reason": row.reason.value,
        }
        self._channel.post(f"{ROW}{row.number}", json.dumps(fields))

    def reason(self, object_id: str, faults: Sequence[str]) -> str:  # noqa: ARG002 (a faults' first word)
        """Return the reason, which the channel hands out with the row."""
        return faults[0]

    def _claim(self, number: str) -> ChannelClaim:
        entry = self._channel.order(number)
        assert isinstance(entry, ReadOrder), f"{number} was sold here"
        return entry.claim


def memory_outlets(
    names: Iterable[ChannelId], *, clock: Clock, products: Iterable[Sku]
) -> tuple[MemoryOutlet, ...]:
    """Return channels in memory, all *products* put up on each."""
    wares = tuple(products)
    return tuple(MemoryOutlet(name, clock=clock, products=wares) for name in names)
