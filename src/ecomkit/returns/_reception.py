"""The reception of a return: what came back, and where it goes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit._checks import above_zero, as_tuple, each, is_a, optional, refuse
from ecomkit.identifiers import LineId, Sku
from ecomkit.orders import LineEvent, LineEventKind
from ecomkit.stock import Bucket

if TYPE_CHECKING:
    from datetime import datetime

    from ecomkit.orders import Order

__all__ = ["Arrival", "Disposition", "ReceivedLine", "Reception"]


class Disposition(Enum):
    """What becomes of a unit that came back."""

    RESTOCK = "restock"
    """It can be sold again."""

    QUARANTINE = "quarantine"
    """It waits for somebody to look at it."""

    DAMAGED = "damaged"
    """It is kept, and not sold as it is."""

    SCRAP = "scrap"
    """It is thrown away."""

    REFURBISH = "refurbish"
    """It is mended before it can be sold again."""

    DONATE = "donate"
    """It is given away."""

    RETURN_TO_VENDOR = "return_to_vendor"
    """It goes back to whom it was bought from."""

    SEND_BACK = "send_back"
    """It was refused, and goes back to the buyer."""

    # Members are singletons: identity hashing is right and skips Enum's slower one in Python.
    __hash__ = object.__hash__

    @property
    def bucket(self) -> Bucket:
        """The bucket of the stock that it goes into."""
        match self:
            case Disposition.RESTOCK:
                return Bucket.SELLABLE
            case Disposition.QUARANTINE:
                return Bucket.QUARANTINED
            case Disposition.DAMAGED | Disposition.REFURBISH:
                return Bucket.DAMAGED
            case Disposition.SCRAP | Disposition.DONATE:
                return Bucket.SCRAP
            case Disposition.RETURN_TO_VENDOR:
                return Bucket.SUPPLIER
            case Disposition.SEND_BACK:
                return Bucket.CUSTOMER
            case _:
                assert_never(self)


@final
@attrs.frozen(kw_only=True)
class ReceivedLine:
    """
    *quantity* units that came back for one line of the order.

    *sku* is what came, if that is not what was sent.

    Raises:
        FieldError: If the quantity is below 1.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    quantity: int = attrs.field(validator=above_zero)
    disposition: Disposition = attrs.field(validator=is_a(Disposition))
    sku: Sku | None = attrs.field(default=None, validator=optional(is_a(Sku)))


@final
@attrs.frozen(kw_only=True)
class Arrival:
    """*quantity* units of a sku that go into a bucket of the stock."""

    line: LineId = attrs.field(validator=is_a(LineId))
    sku: Sku = attrs.field(validator=is_a(Sku))
    quantity: int = attrs.field(validator=above_zero)
    bucket: Bucket = attrs.field(validator=is_a(Bucket))


@final
@attrs.frozen(kw_only=True)
class Reception:
    """
    What was in the parcel.

    All that came goes into a bucket of the stock. All that is what was sent counts as returned
    and is refunded, whatever becomes of it. Another sku than was sent goes into quarantine,
    and counts as nothing until somebody has decided.

    Raises:
        FieldError: If nothing came.
    """

    lines: tuple[ReceivedLine, ...] = attrs.field(converter=as_tuple, validator=each(ReceivedLine))

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise refuse(self, "lines", self.lines, "one entry or more")

    def mismatches(self, order: Order) -> tuple[ReceivedLine, ...]:
        """
        Return the entries whose units are not what *order* sent.

        Raises:
            UnknownLineError: If the order lacks a line.
        """
        return tuple(line for line in self.lines if _is_swapped(line, order=order))

    def refundable(self, order: Order) -> dict[LineId, int]:
        """
        Return how many units of each line came back that are what *order* sent.

        Raises:
            UnknownLineError: If the order lacks a line.
        """
        units: dict[LineId, int] = {}
        for line in self.lines:
            if not _is_swapped(line, order=order):
                units[line.line] = units.get(line.line, 0) + line.quantity
        return units

    def arrivals(self, order: Order) -> tuple[Arrival, ...]:
        """
        Return what goes into which bucket of the stock: every unit that came.

        Raises:
            UnknownLineError: If the order lacks a line.
        """
        return tuple(
            Arrival(
                line=line.line,
                sku=order.line(line.line).sku if line.sku is None else line.sku,
                quantity=line.quantity,
                bucket=Bucket.QUARANTINED
                if _is_swapped(line, order=order)
                else line.disposition.bucket,
            )
            for line in self.lines
        )

    def events(self, order: Order, *, at: datetime) -> tuple[LineEvent, ...]:
        """
        Return the facts to append to *order*: the units that are back.

        Raises:
            UnknownLineError: If the order lacks a line.
        """
        return tuple(
            LineEvent(kind=LineEventKind.RETURNED, line=line, quantity=units, at=at)
            for line, units in self.refundable(order).items()
        )


def _is_swapped(received: ReceivedLine, *, order: Order) -> bool:
    sent = order.line(received.line).sku
    return received.sku is not None and received.sku != sent
