"""
Every cancellation of the year, settled against its sale through the returns of ecomkit.

The file knows no parcels, so all that was sold counts as shipped, delivered and paid at once.
Each cancelled row becomes a return of the sale that it is matched with: asked for, authorised,
received, settled, and paid back. A row that cannot be matched is listed with its reason; so is
what the file pays back above or below the price at which the units were sold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import attrs

from ecomkit.identifiers import CommandKey, LineId, OrderId, ReturnId
from ecomkit.money import Currency, Money
from ecomkit.orders import LineEvent, LineEventKind, Order, OrderLine, Payment, PaymentKind
from ecomkit.returns import (
    Condition,
    Disposition,
    ReceivedLine,
    Reception,
    RefundRules,
    Return,
    ReturnLine,
    ReturnReason,
    order_facts,
    plan_refund,
    settle_return,
)

from ._source import Reason, SenselessRow
from ._world import CancelledLine, ChargesBooked, InvoicePlaced, UnitsCancelled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ._world import Event

__all__ = ["SettledYear", "Unmatched", "settle_year"]


@final
@attrs.define
class Unmatched:
    """Rows and units that no sale could be found for."""

    rows: int = 0
    units: int = 0


@final
@attrs.define
class SettledYear:
    """
    What became of the cancelled rows.

    *refunded* is what was paid back through the returns, *told* what the file pays back for the
    same units, both in pence. A row that is matched in part counts in *rows*, in *unmatched* and
    in *split*.
    """

    rows: int = 0
    returns: int = 0
    units: int = 0
    refunded: int = 0
    told: int = 0
    other_price: int = 0
    orders: int = 0
    charges: int = 0
    split: int = 0
    unmatched: dict[Reason, Unmatched] = attrs.field(factory=dict)

    def explain(self) -> str:
        """Say what was settled, and list what was not by reason."""
        sentences = [
            (
                f"{self.rows:,} cancelled rows settled by {self.returns:,} returns of "
                f"{self.orders:,} orders: {self.units:,} units"
            ),
            (
                f"paid back {Money(self.refunded, Currency.GBP)}; the file pays "
                f"{Money(self.told, Currency.GBP)} for the same units, since "
                f"{self.other_price:,} rows have another price than their sale"
            ),
            f"{self.charges:,} cancelled rows are charges, without units",
        ]
        sentences += [
            f"not matched: {found.rows:,} rows, {found.units:,} units: {reason.value}"
            for reason, found in sorted(self.unmatched.items(), key=lambda item: item[0].name)
        ]
        return "\n".join(sentences)


def settle_year(events: Iterable[Event]) -> SettledYear:
    """Return what became of the cancellations among *events*, each settled against its sale."""
    year = SettledYear()
    unmatched: set[int] = set()
    placed: dict[OrderId, InvoicePlaced] = {}
    orders: dict[OrderId, Order] = {}
    for event in events:
        match event:
            case InvoicePlaced():
                placed[event.invoice] = event
            case UnitsCancelled():
                year.charges += len(event.charges)
                for row in event.lines:
                    year.split += row.line in unmatched
                    _settle_row(row, at=event.at, placed=placed, orders=orders, year=year)
            case ChargesBooked() if event.invoice.startswith("C"):
                year.charges += len(event.charges)
            case SenselessRow() if event.invoice.startswith("C"):
                found = year.unmatched.setdefault(event.reason, Unmatched())
                found.rows += 1
                found.units -= event.quantity
                unmatched.add(event.number)
            case _:
                pass
    year.orders = len(orders)
    # What the orders say together is what was counted on the way, or something was lost.
    assert sum(order.paid.refunded.amount for order in orders.values()) == year.refunded
    assert all(order.overpaid.is_zero for order in orders.values())
    return year


def _settle_row(
    row: CancelledLine,
    *,
    at: datetime,
    placed: dict[OrderId, InvoicePlaced],
    orders: dict[OrderId, Order],
    year: SettledYear,
) -> None:
    year.rows += 1
    year.units += row.quantity
    year.told += row.amount.amount
    year.other_price += any(match.unit_price != row.unit_price for match in row.matches)
    for match in row.matches:
        order = orders.get(match.invoice)
        if order is None:
            order = _sold(placed[match.invoice])
        line = LineId(str(match.line))
        name = f"{row.line}/{match.line}"
        after, refund = _given_back(order, line, quantity=match.quantity, name=name, at=at)
        orders[match.invoice] = after
        year.returns += 1
        year.refunded += refund.amount


def _sold(invoice: InvoicePlaced) -> Order:
    order = Order(
        id=invoice.invoice,
        channel=invoice.channel,
        currency=Currency.GBP,
        placed_at=invoice.at,
        lines=[
            OrderLine(
                id=LineId(str(line.line)),
                sku=line.sku,
                quantity=line.quantity,
                unit_price=line.unit_price,
            )
            for line in invoice.lines
        ],
        customer=invoice.customer,
    )
    total = order.totals.total
    paid = Payment(kind=PaymentKind.CAPTURED, amount=total, at=invoice.at)
    kinds = (LineEventKind.SHIPPED, LineEventKind.DELIVERED)
    gone = [
        LineEvent(kind=kind, line=line.id, quantity=line.quantity, at=invoice.at)
        for kind in kinds
        for line in order.lines
    ]
    return order.with_events([paid, *gone])


def _given_back(
    order: Order, line: LineId, *, quantity: int, name: str, at: datetime
) -> tuple[Order, Money]:
    """Return *order* after a whole return of units of *line*, and what was paid back."""
    asked = ReturnLine(
        line=line,
        quantity=quantity,
        condition=Condition.NEW,
        reason=ReturnReason.CHANGED_MIND,
    )
    parcel = Reception(
        lines=[ReceivedLine(line=line, quantity=quantity, disposition=Disposition.RESTOCK)]
    )
    rma = Return(id=ReturnId(name), order=order.id, requested_at=at, lines=[asked])
    rma = rma.authorise(at=at).receive(parcel, order=order, at=at)
    settled = settle_return(
        rma,
        order=order.with_events(order_facts(rma.events)),
        rules=RefundRules(),
        key=CommandKey(name),
        at=at,
    )
    plan = plan_refund(settled.order, amount=settled.settlement.overpaid)
    assert plan.unplaced.is_zero
    refunds = [
        Payment(kind=PaymentKind.REFUNDED, amount=part.amount, at=at, tender=part.tender)
        for part in plan.parts
    ]
    return settled.order.with_events(refunds), settled.settlement.overpaid
