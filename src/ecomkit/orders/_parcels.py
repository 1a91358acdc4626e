"""Parcels: which units left together, and what became of them; derived from the events."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from operator import sub
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, as_utc, aware, each, is_a, not_negative
from ecomkit.errors import InputError
from ecomkit.identifiers import LineId, OrderId, ParcelId
from ecomkit.orders._events import LineEventKind
from ecomkit.timeline import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecomkit.orders._order import Order

__all__ = ["Parcel", "ParcelLine", "ParcelState", "UnknownParcelError", "parcel_of", "parcels"]


@attrs.frozen(kw_only=True)
class UnknownParcelError(InputError):
    """
    Raised when nothing of an order left in a parcel of that id.

    >>> print(UnknownParcelError(order=OrderId("A"), parcel=ParcelId("P-9")))
    nothing of order A left in a parcel P-9
    """

    order: OrderId
    parcel: ParcelId

    @property
    def message(self) -> str:
        """The order, and the parcel that it lacks."""
        return f"nothing of order {self.order} left in a parcel {self.parcel}"


class ParcelState(Enum):
    """What became of a parcel."""

    SHIPPED = "shipped"
    """On its way: something in it is neither delivered nor lost."""

    DELIVERED = "delivered"
    """All of it is delivered."""

    LOST = "lost"
    """Something in it is lost, and nothing of it is on its way."""

    CANCELLED = "cancelled"
    """It never left: the fulfilment was cancelled."""


@final
@attrs.frozen(kw_only=True)
class ParcelLine:
    """
    How many units of a line a parcel holds, and what became of them.

    ``units`` are those shipped, less those that never left after all; ``lost`` are those that
    did not turn up again.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    units: int = attrs.field(validator=not_negative)
    delivered: int = attrs.field(default=0, validator=not_negative)
    lost: int = attrs.field(default=0, validator=not_negative)

    @property
    def on_the_way(self) -> int:
        """Units that are neither delivered nor lost."""
        return self.units - self.delivered - self.lost


@final
@attrs.frozen(kw_only=True)
class Parcel:
    """
    The units of an order that left together.

    A parcel is what shipments name: units that were shipped without a parcel's name are in
    none.
    """

    id: ParcelId = attrs.field(validator=is_a(ParcelId))
    shipped_at: datetime = attrs.field(converter=as_utc, validator=aware)
    lines: tuple[ParcelLine, ...] = attrs.field(converter=as_tuple, validator=each(ParcelLine))

    @property
    def units(self) -> int:
        """Units in the parcel; none if its fulfilment was cancelled."""
        return sum(line.units for line in self.lines)

    @property
    def state(self) -> ParcelState:
        """What became of the parcel as a whole."""
        if self.units == 0:
            return ParcelState.CANCELLED
        if any(line.on_the_way for line in self.lines):
            return ParcelState.SHIPPED
        if any(line.lost for line in self.lines):
            return ParcelState.LOST
        return ParcelState.DELIVERED

    def units_of(self, line: LineId) -> int:
        """Return how many units of *line* are in the parcel; 0 if none are."""
        return sum(entry.units for entry in self.lines if entry.line == line)


def parcels(order: Order) -> tuple[Parcel, ...]:
    """
    Return the parcels of *order*, by the instant of their first shipment, then as reported.

    Together with the units that were shipped under no parcel's name they agree with the counts
    of the lines, whatever the events leave unsaid: what was delivered or lost under no name, or
    under one that nothing was shipped under, is first of the units without a parcel, then of
    the earliest ones; what never left, or turned up, of the latest.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import LineEvent, Order, OrderLine
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> order = Order(
    ...     id=OrderId("etsy/1001"),
    ...     channel=ChannelId("etsy"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[
    ...         OrderLine(
    ...             id=LineId("1"),
    ...             sku=Sku("ELEPHANT"),
    ...             quantity=10,
    ...             unit_price=Money(2390, Currency.EUR),
    ...         )
    ...     ],
    ...     events=[
    ...         LineEvent(
    ...             kind=LineEventKind.SHIPPED,
    ...             line=LineId("1"),
    ...             quantity=3,
    ...             at=noon,
    ...             parcel=ParcelId("P-1"),
    ...         )
    ...     ],
    ... )
    >>> [(parcel.id, parcel.units, parcel.state.value) for parcel in parcels(order)]
    [(ParcelId('P-1'), 3, 'shipped')]
    """
    first: dict[ParcelId, datetime] = {}
    for event in order.events:
        if event.parcel is not None and event.kind is LineEventKind.SHIPPED:
            at = utc(event.at)
            first[event.parcel] = min(at, first.get(event.parcel, at))
    names = sorted(first, key=first.__getitem__)
    held: dict[ParcelId, list[ParcelLine]] = {name: [] for name in names}
    for line in order.lines:
        for name, share in _shares(order, line.id, names=names):
            held[name].append(share)
    return tuple(Parcel(id=name, shipped_at=first[name], lines=held[name]) for name in names)


def parcel_of(order: Order, *, parcel: ParcelId) -> Parcel:
    """
    Return the parcel of *order* with that id.

    Raises:
        UnknownParcelError: If nothing of the order left in it.
    """
    for found in parcels(order):
        if found.id == parcel:
            return found
    raise UnknownParcelError(order=order.id, parcel=parcel)


def _shares(
    order: Order, line: LineId, *, names: Sequence[ParcelId]
) -> Iterable[tuple[ParcelId, ParcelLine]]:
    """Yield what each parcel has of *line*; with the units without a parcel it sums to its counts."""
    places: list[ParcelId | None] = [None, *names]
    told = [dict.fromkeys(LineEventKind, 0) for _ in places]
    for event in order.events:
        if event.line == line:
            place = places.index(event.parcel) if event.parcel in places else 0
            told[place][event.kind] += event.quantity
    counts = order.counts(line)
    forwards = range(len(places))
    backwards = (0, *reversed(forwards[1:]))

    units = [max(0, of[LineEventKind.SHIPPED] - of[LineEventKind.UNSHIPPED]) for of in told]
    units = _less(units, sum(units) - counts.shipped, places=backwards)
    delivered = [
        min(of[LineEventKind.DELIVERED], most) for of, most in zip(told, units, strict=True)
    ]
    lost = [
        min(max(0, of[LineEventKind.LOST] - of[LineEventKind.FOUND]), most - arrived)
        for of, most, arrived in zip(told, units, delivered, strict=True)
    ]
    lost = _less(lost, sum(lost) - counts.lost, places=backwards)
    under_way = list(map(sub, map(sub, units, delivered), lost))
    left = _less(under_way, counts.delivered - sum(delivered), places=forwards)
    delivered = list(map(sub, map(sub, units, lost), left))
    left = _less(left, counts.lost - sum(lost), places=forwards)
    lost = list(map(sub, map(sub, units, delivered), left))

    for name, of, *share in zip(places, told, units, delivered, lost, strict=True):
        if name is not None and of[LineEventKind.SHIPPED]:
            yield (
                name,
                ParcelLine(line=line, units=share[0], delivered=share[1], lost=share[2]),
            )


def _less(numbers: Sequence[int], amount: int, *, places: Iterable[int]) -> list[int]:
    """Return *numbers*, *amount* less in all: taken off at *places*, each to 0, if amount is above 0."""
    rest = list(numbers)
    for place in places:
        taken = max(0, min(amount, rest[place]))
        rest[place] -= taken
        amount -= taken
    return rest
