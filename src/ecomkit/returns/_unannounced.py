"""Parcels that nobody announced: a return that is received and accepted as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecomkit.identifiers import ReturnId
from ecomkit.returns._exchange import short_id
from ecomkit.returns._inspection import InspectedLine, Inspection
from ecomkit.returns._reception import Disposition, ReceivedLine, Reception
from ecomkit.returns._return import Return
from ecomkit.returns._unit_state import AcceptanceState, ReceptionState

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.identifiers import OrderId
    from ecomkit.orders import Order

__all__ = ["unannounced_id", "unannounced_return"]


def unannounced_id(order: OrderId, *, number: int) -> ReturnId:
    """
    Return the number of the *number*th return of *order*, where nobody gave it one.

    >>> from ecomkit.identifiers import OrderId
    >>> unannounced_id(OrderId("etsy/1001"), number=2)
    ReturnId('etsy/1001/2')
    """
    return ReturnId(short_id(f"{order}/{number}"))


def unannounced_return(
    order: Order, *, returned: ReturnId, reception: Reception, at: datetime
) -> Return:
    """
    Return the return of a parcel that nobody announced, its units accepted as they came.

    What is another item than was sent waits for a person, and what is sent back is rejected.

    Raises:
        UnknownLineError: If the order lacks a line.
    """
    asked = Return(id=returned, order=order.id, requested_at=at)
    asked = asked.authorise(at=at, reason="taken back without a request")
    came = asked.receive(reception, order=order, at=at)
    sent = [line for line in reception.lines if line.sku in {None, order.line(line.line).sku}]
    if not sent:
        return came
    return came.inspect(Inspection(lines=map(_taken, sent)), at=at)


def _taken(line: ReceivedLine) -> InspectedLine:
    """Return the judgement on units that are taken back as they come."""
    goes_back = line.disposition is Disposition.SEND_BACK
    return InspectedLine(
        line=line.line,
        quantity=line.quantity,
        acceptance=AcceptanceState.REJECTED if goes_back else AcceptanceState.ACCEPTED,
        disposition=line.disposition,
        reception=ReceptionState.OVER,
    )
