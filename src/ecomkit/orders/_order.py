"""Order: what was promised at placement, and all that has happened to it since."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, final

import attrs

from ecomkit._checks import refuse
from ecomkit.identifiers import LineId, ParcelId
from ecomkit.orders._adjustment import Adjustment
from ecomkit.orders._errors import TransitionError
from ecomkit.orders._events import LineEvent, LineEventKind
from ecomkit.orders._fulfilment_state import FulfilmentState, fulfilment_state
from ecomkit.orders._hold import HoldEvent
from ecomkit.orders._order_facts import OrderFacts
from ecomkit.orders._order_state import OrderState, order_state
from ecomkit.orders._payment import Payment
from ecomkit.orders._payment_state import PaymentState, payment_state
from ecomkit.orders._return_state import ReturnState, return_state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecomkit.orders._charge import Charge
    from ecomkit.orders._line import OrderLine

__all__ = ["Fact", "Order"]

Fact: TypeAlias = LineEvent | Payment | Adjustment | HoldEvent
"""What can happen to an order after its placement."""


@final
@attrs.frozen(kw_only=True)
class Order(OrderFacts):
    """
    What was promised at placement, and the facts since, which are appended and never edited.

    Everything else is derived from them: counters, amounts and the four axes (order, payment,
    fulfilment, return). A step returns a new order; the old one stays as it is.

    Raises:
        FieldError: If a field has no legal value.
        CurrencyMismatchError: If an amount is in another currency than the order.
        DuplicateLineError: If two lines have one id.
        UnknownLineError: If a charge or an event is about a line that is not there.
        DiscountExceedsLineError: If a line's discounts are larger than the line.
        NegativeTotalError: If the discounts are larger than the order.
        TransitionError: If the events break a law of :class:`LineCounts`.
        RefundExceedsCapturedError: If more was paid back than was captured.
        PaymentUndoneError: If more was charged back, or came back to us, than had moved.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, OrderId, Sku
    >>> from ecomkit.money import Currency, Money
    >>> from ecomkit.orders import OrderLine
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
    ... )
    >>> order = order.ship(LineId("1"), quantity=3, at=noon)
    >>> order = order.take_back(LineId("1"), quantity=1, at=noon)
    >>> order.fulfilment_state, order.return_state
    (<FulfilmentState.PARTIAL: 'partial'>, <ReturnState.PARTIAL: 'partial'>)
    >>> print(order.owed)
    215.10 EUR
    """

    # Steps: each returns a new order.

    def with_events(self, events: Iterable[Fact]) -> Order:
        """
        Return the order with all *events* appended, checked once.

        Raises:
            FieldError: If one of *events* is no fact.
            UnknownLineError: If an event is about a line that is not there.
            TransitionError: If the events break a law of :class:`LineCounts`.
            RefundExceedsCapturedError: If more was paid back than was captured.
            PaymentUndoneError: If more was charged back, or came back to us, than had moved.
            CurrencyMismatchError: If an amount is in another currency than the order.
        """
        units: list[LineEvent] = []
        payments: list[Payment] = []
        adjustments: list[Adjustment] = []
        holds: list[HoldEvent] = []
        for event in events:
            match event:
                case LineEvent():
                    units.append(event)
                case Payment():
                    payments.append(event)
                case Adjustment():
                    adjustments.append(event)
                case HoldEvent():
                    holds.append(event)
                case _:
                    raise refuse(self, "with_events(events)", event, "facts of an order")
        if not (units or payments or adjustments or holds):
            return self
        return attrs.evolve(
            self,
            events=(*self.events, *units),
            payments=(*self.payments, *payments),
            adjustments=(*self.adjustments, *adjustments),
            holds=(*self.holds, *holds),
        )

    def cancel(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more units of *line* cancelled; none of them shipped.

        Raises:
            TransitionError: If fewer units are open.
            UnknownLineError: If the line is not there.
        """
        return self.record(LineEventKind.CANCELLED, line=line, quantity=quantity, at=at)

    def ship(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more units of *line* shipped.

        Raises:
            TransitionError: If fewer units are open.
            UnknownLineError: If the line is not there.
        """
        return self.record(LineEventKind.SHIPPED, line=line, quantity=quantity, at=at)

    def deliver(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more units of *line* delivered.

        Raises:
            TransitionError: If fewer units are shipped and not delivered.
            UnknownLineError: If the line is not there.
        """
        return self.record(LineEventKind.DELIVERED, line=line, quantity=quantity, at=at)

    def take_back(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more units of *line* returned, accepted and credited.

        Raises:
            TransitionError: If fewer units are out, or not credited.
            UnknownLineError: If the line is not there.
        """
        returned = self.record(LineEventKind.RETURNED, line=line, quantity=quantity, at=at)
        return returned.credit(line, quantity=quantity, at=at)

    def credit(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more shipped units of *line* that need not be paid for.

        Raises:
            TransitionError: If fewer units are shipped and not credited.
            UnknownLineError: If the line is not there.
        """
        return self.record(LineEventKind.CREDITED, line=line, quantity=quantity, at=at)

    def pay(self, payment: Payment) -> Order:
        """
        Return the order with one more payment.

        Raises:
            RefundExceedsCapturedError: If more would be paid back than was captured.
            CurrencyMismatchError: If it is in another currency than the order.
        """
        return self.with_events((payment,))

    def add(self, line: OrderLine, *, at: datetime, charges: Iterable[Charge] = ()) -> Order:
        """
        Return the order with one more line, and *charges* of that line alone.

        The shares of the other lines in the discounts of the order stay what they are.

        Raises:
            FieldError: If a charge is not attached to the line.
            DuplicateLineError: If the order has a line of that id.
        """
        charges = tuple(charges)
        for charge in charges:
            if charge.line != line.id:
                raise refuse(charge, "line", charge.line, f"the added line {line.id}")
        return attrs.evolve(
            self,
            lines=(*self.lines, attrs.evolve(line, added_at=at)),
            charges=self.charges + charges,
        )

    def record(
        self,
        kind: LineEventKind,
        *,
        line: LineId,
        quantity: int,
        at: datetime,
        parcel: ParcelId | None = None,
        reason: str = "",
    ) -> Order:
        """
        Return the order with one more event of *kind*; the events without a verb of their own too.

        Raises:
            TransitionError: If it cannot happen to so many units.
            UnknownLineError: If the line is not there.
        """
        event = LineEvent(
            kind=kind, line=line, quantity=quantity, at=at, parcel=parcel, reason=reason
        )
        possible = self.counts(line).possible(kind)
        if quantity > possible:
            raise TransitionError(
                order=self.id, line=line, kind=kind, wanted=quantity, possible=possible
            )
        return self.with_events((event,))

    # Axes.

    @property
    def state(self) -> OrderState:
        """Whether something is left to do."""
        return order_state(self.units, owed=self.owed)

    @property
    def payment_state(self) -> PaymentState:
        """What was paid, against what is due."""
        return payment_state(self.paid, total=self.totals.total, due=self.effective_total)

    @property
    def fulfilment_state(self) -> FulfilmentState:
        """How far the units are on their way to the buyer."""
        return fulfilment_state(self.units)

    @property
    def return_state(self) -> ReturnState:
        """How much came back."""
        return return_state(self.units)
