"""On time and in full (OTIF): whether an order arrived as promised, and if not, why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, as_utc, aware, each, is_a, not_negative
from ecomkit.errors import InputError
from ecomkit.identifiers import LineId, OrderId
from ecomkit.orders._events import LineEventKind

if TYPE_CHECKING:
    from ecomkit.orders._order import Order
    from ecomkit.orders._promise import Promise

__all__ = ["LineOnTimeInFull", "NoPromiseError", "OnTimeInFull", "on_time_in_full"]


@attrs.frozen(kw_only=True)
class NoPromiseError(InputError):
    """
    Raised when an order that nothing was promised for is asked whether it kept its promise.

    >>> print(NoPromiseError(order=OrderId("A")))
    order A has no promise; give the one that it is measured against
    """

    order: OrderId

    @property
    def message(self) -> str:
        """The order, and what to do."""
        return f"order {self.order} has no promise; give the one that it is measured against"


@final
@attrs.frozen(kw_only=True)
class LineOnTimeInFull:
    """
    What became of the units of one line; each of them counts once.

    Args:
        line: The line of the order.
        on_time_units: Delivered by the instant promised.
        late_units: Delivered after it.
        lost_units: Lost on the way, and not delivered.
        short_units: Cancelled: short-shipped, out of stock. Not those that are excused.
        overdue_units: Neither delivered nor lost, though the instant has passed.
        awaited_units: Neither delivered nor lost, while there is time.
        excused_units: Cancelled for a reason that is not ours; they are not measured.
    """

    line: LineId = attrs.field(validator=is_a(LineId))
    on_time_units: int = attrs.field(default=0, validator=not_negative)
    late_units: int = attrs.field(default=0, validator=not_negative)
    lost_units: int = attrs.field(default=0, validator=not_negative)
    short_units: int = attrs.field(default=0, validator=not_negative)
    overdue_units: int = attrs.field(default=0, validator=not_negative)
    awaited_units: int = attrs.field(default=0, validator=not_negative)
    excused_units: int = attrs.field(default=0, validator=not_negative)

    @property
    def units(self) -> int:
        """Units that are measured: ordered, without those excused."""
        return (
            self.on_time_units
            + self.late_units
            + self.lost_units
            + self.short_units
            + self.overdue_units
            + self.awaited_units
        )

    @property
    def is_on_time(self) -> bool:
        """Whether no unit is late or overdue; units that never come are not late but short."""
        return self.late_units == 0 and self.overdue_units == 0

    @property
    def is_in_full(self) -> bool:
        """Whether every unit that is measured was delivered, on whatever day."""
        return self.on_time_units + self.late_units == self.units

    @property
    def is_on_time_in_full(self) -> bool:
        """Whether every unit that is measured was delivered by the instant promised."""
        return self.on_time_units == self.units

    def explain(self) -> str:
        """Say what became of the units, the kinds that there are."""
        told = (
            (self.on_time_units, "on time"),
            (self.late_units, "late"),
            (self.lost_units, "lost"),
            (self.short_units, "short"),
            (self.overdue_units, "overdue"),
            (self.awaited_units, "awaited"),
            (self.excused_units, "not measured"),
        )
        parts = ", ".join(f"{units} {what}" for units, what in told if units)
        return f"line {self.line}: {parts}"


@final
@attrs.frozen(kw_only=True)
class OnTimeInFull:
    """
    Whether an order arrived as promised: all of its lines, and all units of each.

    An order with nothing left to measure (every unit excused) is on time and in full with
    ``units`` 0: leave it out of a rate.
    """

    order: OrderId = attrs.field(validator=is_a(OrderId))
    deliver_by: datetime = attrs.field(converter=as_utc, validator=aware)
    lines: tuple[LineOnTimeInFull, ...] = attrs.field(
        converter=as_tuple, validator=each(LineOnTimeInFull)
    )

    @property
    def units(self) -> int:
        """Units that are measured."""
        return sum(line.units for line in self.lines)

    @property
    def is_decided(self) -> bool:
        """Whether no unit is awaited, so that time alone changes nothing more."""
        return all(line.awaited_units == 0 for line in self.lines)

    @property
    def is_on_time(self) -> bool:
        """Whether no unit of any line is late or overdue."""
        return all(line.is_on_time for line in self.lines)

    @property
    def is_in_full(self) -> bool:
        """Whether every unit of every line was delivered."""
        return all(line.is_in_full for line in self.lines)

    @property
    def is_on_time_in_full(self) -> bool:
        """Whether every unit of every line was delivered by the instant promised."""
        return all(line.is_on_time_in_full for line in self.lines)

    def explain(self) -> str:
        """Say how the order did, and why, line by line."""
        if not self.is_decided:
            verdict = "not decided yet"
        elif self.is_on_time_in_full:
            verdict = "on time and in full"
        else:
            time = "on time" if self.is_on_time else "not on time"
            full = "in full" if self.is_in_full else "not in full"
            verdict = f"{time}, {full}"
        promised = f"order {self.order}, promised by {self.deliver_by.isoformat()}: {verdict}"
        return "\n".join([promised, *(line.explain() for line in self.lines)])


def on_time_in_full(
    order: Order,
    *,
    now: datetime,
    promise: Promise | None = None,
    excused: Collection[str] = (),
) -> OnTimeInFull:
    """
    Return whether *order* arrived on time and in full, from the facts that are known.

    A unit is on time if it was delivered by ``deliver_by``, that instant included; too early is
    on time. Lines that were added after the placement are not measured, since the promise was
    given without them. What came back later had arrived.

    Args:
        order: The order.
        now: When it is asked: what was not delivered by then is awaited or overdue.
        promise: What was promised; that of the order, unless given.
        excused: The reasons of cancellations that are not ours, such as the buyer's own.

    Raises:
        NoPromiseError: If there is no promise.

    >>> from datetime import UTC, timedelta
    >>> from ecomkit.identifiers import ChannelId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import Order, OrderLine
    >>> from ecomkit.orders import Promise
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> elephants = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=10, unit_price=Money(2390, Currency.EUR)
    ... )
    >>> order = Order(
    ...     id=OrderId("etsy/1001"),
    ...     channel=ChannelId("etsy"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[elephants],
    ...     promised=Promise(
    ...         ship_by=noon, deliver_from=noon, deliver_by=noon + timedelta(days=2)
    ...     ),
    ... )
    >>> order = order.ship(LineId("1"), quantity=8, at=noon)
    >>> order = order.deliver(LineId("1"), quantity=8, at=noon + timedelta(days=1))
    >>> order = order.cancel(LineId("1"), quantity=2, at=noon)
    >>> print(on_time_in_full(order, now=noon + timedelta(days=3)).explain())
    order etsy/1001, promised by 2026-03-04T12:00:00+00:00: on time, not in full
    line 1: 8 on time, 2 short
    """
    against = order.promised if promise is None else promise
    if against is None:
        raise NoPromiseError(order=order.id)
    on_time = dict.fromkeys((line.id for line in order.lines), 0)
    forgiven = on_time.copy()
    for event in order.events:
        if event.kind is LineEventKind.DELIVERED and against.is_kept_at(event.at):
            on_time[event.line] += event.quantity
        elif event.kind is LineEventKind.CANCELLED and event.reason in excused:
            forgiven[event.line] += event.quantity
    in_time = against.is_kept_at(now)
    lines = []
    for line in order.lines:
        if line.added_at is not None:
            continue
        counts = order.counts(line.id)
        missing = counts.due - counts.delivered - counts.lost
        lines.append(
            LineOnTimeInFull(
                line=line.id,
                on_time_units=on_time[line.id],
                late_units=counts.delivered - on_time[line.id],
                lost_units=counts.lost,
                short_units=counts.cancelled - forgiven[line.id],
                overdue_units=0 if in_time else missing,
                awaited_units=missing if in_time else 0,
                excused_units=forgiven[line.id],
            )
        )
    return OnTimeInFull(order=order.id, deliver_by=against.deliver_by, lines=lines)
