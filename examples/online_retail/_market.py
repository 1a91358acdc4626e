"""The three sales channels, and what customers do there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import final

import attrs

from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.channels import (
    Applied,
    Cancellation,
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
from ecomkit.identifiers import ChannelId, LineId, ListingId, OrderId, Sku
from ecomkit.orders import Charge, ChargeKind
from ecomkit.ports import Clock

from . import _world as world
from ._assumptions import Assumptions
from ._source import Reason, SenselessRow

__all__ = ["Market", "TakenBack", "charge_rows"]

ROW = "row-"
"""Begins the name under which a row of the ledger is handed out; no invoice begins so."""

SHIPPING = frozenset({"POST", "DOT", "C2"})


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
        """Take down what :meth:`Market.cancel` has cancelled here when the shop decided it."""
        return Applied()

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
        self.post(f"{ROW}{row.number}", json.dumps(fields))


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
@attrs.frozen(kw_only=True)
class TakenBack:
    """
    What became of units that a customer gave back, for one order.

    Args:
        order: The order they were sold on.
        cancelled: Units by line that had not left yet.
        sent_back: Units by line that are on their way back.
        settled: Units that the shop had cancelled itself before, for want of stock.
    """

    order: OrderId
    cancelled: Mapping[LineId, int]
    sent_back: Mapping[LineId, int]
    settled: int


class Market:
    """
    The channels of the shop, filled with what happened.

    It lives in memory: after a crash it is built again from the same events.
    """

    def __init__(self, *, assumptions: Assumptions, clock: Clock, products: Iterable[Sku]) -> None:
        self._assumptions = assumptions
        self._channels = {name: RowChannel(name, clock=clock) for name in assumptions.channels()}
        listings = [Listing(id=ListingId(sku), sku_text=sku, quantity=0) for sku in products]
        for channel in self._channels.values():
            channel.put_up(listings)

    @property
    def channels(self) -> tuple[MemoryChannel, ...]:
        """The three channels."""
        return tuple(self._channels.values())

    def sell(self, event: world.InvoicePlaced) -> None:
        """A customer buys; charges travel with the order."""
        self._channels[event.channel].sell(
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
                    kind=ChargeKind.SHIPPING if charge.code in SHIPPING else ChargeKind.FEE,
                    amount=charge.amount,
                    title=charge.description,
                )
                for charge in event.charges
            ],
            buyer=event.customer,
        )

    def take_back(
        self,
        event: world.UnitsCancelled,
        *,
        shipped: Callable[[OrderId], Mapping[LineId, int]],
    ) -> tuple[TakenBack, ...]:
        """
        A customer gives units back: what has not left is cancelled, the rest comes in a parcel.

        Args:
            event: The cancelling invoice.
            shipped: Says how many units of each line of an order have left until now.
        """
        wanted: dict[OrderId, dict[LineId, int]] = {}
        for cancelled in event.lines:
            for match in cancelled.matches:
                lines = wanted.setdefault(self.order_of(match.invoice, near=event.channel), {})
                line = LineId(str(match.line))
                lines[line] = lines.get(line, 0) + match.quantity
        return tuple(
            self._take_back(order, lines, shipped=shipped(order), at=event.at)
            for order, lines in wanted.items()
        )

    def _take_back(
        self,
        order: OrderId,
        wanted: Mapping[LineId, int],
        *,
        shipped: Mapping[LineId, int],
        at: datetime,
    ) -> TakenBack:
        told = {line.id: line for line in self._claim(order).lines}
        # A crash right after the channels were told can leave one, built anew, without its last
        # parcels; the shop will not tell them twice.
        unknown = {
            line: units - told[line].shipped
            for line, units in shipped.items()
            if units > told[line].shipped
        }
        if unknown:
            self.ship(order, unknown, at=at)
        cancelled: dict[LineId, int] = {}
        sent_back: dict[LineId, int] = {}
        for line, quantity in wanted.items():
            claim, left = told[line], shipped.get(line, 0)
            cancelled[line] = min(quantity, claim.quantity - claim.cancelled - left)
            sent_back[line] = min(quantity - cancelled[line], left - claim.returned)
        taken = TakenBack(
            order=order,
            cancelled={line: units for line, units in cancelled.items() if units},
            sent_back={line: units for line, units in sent_back.items() if units},
            settled=sum(wanted.values()) - sum(cancelled.values()) - sum(sent_back.values()),
        )
        if taken.cancelled:
            self.cancel(order, taken.cancelled)
        if taken.sent_back:
            channel, number = self._place_of(order)
            channel.send_back(number, taken.sent_back)
        return taken

    def cancel(self, order: OrderId, units: Mapping[LineId, int]) -> None:
        """Units of an order are cancelled at its channel, by the customer or by the shop."""
        channel, number = self._place_of(order)
        channel.cancel(number, units)

    def ship(self, order: OrderId, units: Mapping[LineId, int], *, at: datetime) -> None:
        """Tell a channel again what it was told before it was built anew: units have left."""
        channel, number = self._place_of(order)
        channel.ship(number, units, at=at)

    def post(self, row: SenselessRow) -> None:
        """A row that cannot be booked is handed out where orders are expected."""
        # The file does not say where it belongs: it stands with the largest channel.
        self._channels[self._assumptions.home_channel].post_row(row)

    def order_of(self, invoice: str, *, near: ChannelId) -> OrderId:
        """Return the order of *invoice*; a few customers buy in one country and cancel in another."""
        for name in (near, *self._channels):
            if self._channels[name].order(invoice) is not None:
                return OrderId(f"{name}/{invoice}")
        raise KeyError(invoice)

    def _place_of(self, order: OrderId) -> tuple[RowChannel, str]:
        name, _, number = order.partition("/")
        return self._channels[ChannelId(name)], number

    def _claim(self, order: OrderId) -> ChannelClaim:
        channel, number = self._place_of(order)
        entry = channel.order(number)
        assert isinstance(entry, ReadOrder), f"{order} was sold by this market"
        return entry.claim


def charge_rows(
    charges: Iterable[world.Charge], *, invoice: str, at: datetime
) -> tuple[SenselessRow, ...]:
    """Return *charges* that come without goods as rows that cannot be booked."""
    return tuple(
        SenselessRow(
            number=charge.line,
            at=at,
            invoice=invoice,
            sku=charge.code,
            quantity=0,
            amount=charge.amount.to_decimal(),
            reason=Reason.CHARGE_ALONE,
        )
        for charge in charges
    )
