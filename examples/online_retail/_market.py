"""The three sales channels, and what customers do there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import final

import attrs

from ecomkit.channels import Channel
from ecomkit.identifiers import ChannelId, LineId, OrderId
from ecomkit.operations import Quarantined
from ecomkit.ports import ManualClock

from . import _world as world
from ._outlets import Outlet
from ._source import Reason, SenselessRow

__all__ = ["Market", "TakenBack", "charge_rows"]


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

    Args:
        outlets: The channels from their shoppers' side, the largest first.
        clock: Stands at each event as it happens, since channels stamp it.
    """

    def __init__(self, outlets: Iterable[Outlet], *, clock: ManualClock) -> None:
        self._outlets = {outlet.channel.channel: outlet for outlet in outlets}
        self._clock = clock

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What the shop talks to the channels with."""
        return tuple(outlet.channel for outlet in self._outlets.values())

    def sell(self, event: world.InvoicePlaced) -> int:
        """A customer buys; return how many charges travel in one sum with another one."""
        self._reach(event.at)
        return self._outlets[event.channel].sell(event)

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
        self._reach(event.at)
        wanted: dict[OrderId, dict[LineId, int]] = {}
        for cancelled in event.lines:
            for match in cancelled.matches:
                order = self.order_of(match.invoice, near=event.channel)
                outlet, number = self._place_of(order)
                lines = wanted.setdefault(order, {})
                line = outlet.line(number, match.line)
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
        outlet, number = self._place_of(order)
        outlet.remind(number, shipped, at=at)
        told = outlet.standing(number)
        cancelled: dict[LineId, int] = {}
        sent_back: dict[LineId, int] = {}
        for line, quantity in wanted.items():
            one, left = told[line], shipped.get(line, 0)
            cancelled[line] = min(quantity, one.quantity - one.cancelled - left)
            sent_back[line] = min(quantity - cancelled[line], left - one.returned)
        taken = TakenBack(
            order=order,
            cancelled={line: units for line, units in cancelled.items() if units},
            sent_back={line: units for line, units in sent_back.items() if units},
            settled=sum(wanted.values()) - sum(cancelled.values()) - sum(sent_back.values()),
        )
        if taken.cancelled:
            outlet.cancel(number, taken.cancelled)
        if taken.sent_back:
            outlet.send_back(number, taken.sent_back)
        return taken

    def give_up(self, order: OrderId, units: Mapping[LineId, int]) -> None:
        """The shop cancels units of an order for want of stock."""
        outlet, number = self._place_of(order)
        outlet.give_up(number, units)

    def remind(self, order: OrderId, left: Mapping[LineId, int], *, at: datetime) -> None:
        """Let the channel of an order, if it was built anew, know what has left of it."""
        outlet, number = self._place_of(order)
        outlet.remind(number, left, at=at)

    def post(self, row: SenselessRow) -> None:
        """A row that cannot be booked is handed out where orders are expected."""
        self._reach(row.at)
        # The file does not say where it belongs: the channels take turns.
        outlets = tuple(self._outlets.values())
        outlets[row.number % len(outlets)].post_row(row)

    def reason(self, quarantined: Quarantined) -> str:
        """Return why a row could not be booked, whatever its channel made of it."""
        outlet = self._outlets[quarantined.channel]
        return outlet.reason(quarantined.object_id, quarantined.faults)

    def order_of(self, invoice: str, *, near: ChannelId) -> OrderId:
        """Return the order of *invoice*; a few customers buy in one country and cancel in another."""
        for name in (near, *self._outlets):
            number = self._outlets[name].number(invoice)
            if number is not None:
                return OrderId(f"{name}/{number}")
        raise KeyError(invoice)

    def orders_of(self, invoices: Iterable[str]) -> frozenset[OrderId]:
        """Return the orders of those *invoices* that were sold."""
        found = (
            (name, outlet.number(invoice))
            for invoice in invoices
            for name, outlet in self._outlets.items()
        )
        return frozenset(OrderId(f"{name}/{number}") for name, number in found if number)

    def _place_of(self, order: OrderId) -> tuple[Outlet, str]:
        name, _, number = order.partition("/")
        return self._outlets[ChannelId(name)], number

    def _reach(self, at: datetime) -> None:
        self._clock.set(max(at, self._clock.now()))


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
