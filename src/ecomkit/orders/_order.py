"""Order: what was promised at placement, and all that has happened to it since."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, final

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, optional, refuse
from ecomkit.identifiers import ChannelId, CustomerId, LineId, OrderId
from ecomkit.money import Currency, CurrencyMismatchError, Money, sum_money
from ecomkit.orders._charge import Charge, ChargeKind
from ecomkit.orders._counts import LineCounts, fold_counts, sum_counts
from ecomkit.orders._errors import (
    DuplicateLineError,
    NegativeTotalError,
    RefundExceedsCapturedError,
    TransitionError,
    UnknownLineError,
)
from ecomkit.orders._events import LineEvent, LineEventKind
from ecomkit.orders._fulfilment_state import FulfilmentState, fulfilment_state
from ecomkit.orders._line import OrderLine
from ecomkit.orders._order_state import OrderState, order_state
from ecomkit.orders._payment import Payment, PaymentKind, PaymentSums, sum_payments
from ecomkit.orders._payment_state import PaymentState, payment_state
from ecomkit.orders._price import LinePrice, price_lines
from ecomkit.orders._return_state import ReturnState, return_state
from ecomkit.orders._totals import Totals, sum_totals

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Order"]


@final
@attrs.frozen(kw_only=True)
class Order:
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

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import Sku
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

    id: OrderId = attrs.field(validator=is_a(OrderId))
    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    currency: Currency = attrs.field(validator=is_a(Currency))
    placed_at: datetime = attrs.field(validator=aware)
    lines: tuple[OrderLine, ...] = attrs.field(converter=as_tuple, validator=each(OrderLine))
    charges: tuple[Charge, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Charge)
    )
    customer: CustomerId | None = attrs.field(default=None, validator=optional(is_a(CustomerId)))
    events: tuple[LineEvent, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(LineEvent)
    )
    payments: tuple[Payment, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Payment)
    )

    def __attrs_post_init__(self) -> None:
        if all(line.added_at is not None for line in self.lines):
            raise refuse(self, "lines", self.lines, "one line or more from the placement")
        for line in self.lines:
            self._same_currency(line.unit_price)
        if len(self._lines) < len(self.lines):
            often = Counter(line.id for line in self.lines)
            raise DuplicateLineError(order=self.id, line=often.most_common(1)[0][0])
        for charge in self.charges:
            self._same_currency(charge.amount)
            if charge.line is not None:
                self.line(charge.line)
        for payment in self.payments:
            self._same_currency(payment.amount)
        self._check_derived()

    def _check_derived(self) -> None:
        # What is derived is checked as it is derived, and kept for later; and only where something
        # can be wrong: sums of amounts that are 0 or more need no check, nor do units and
        # payments to which nothing has happened.
        if self._has_discounts and self._beside_lines.amount < 0:
            raise NegativeTotalError(order=self.id, total=self._beside_lines)
        if self.events:
            _ = self._counts
        if len(self.payments) > 1 or self._has_refunds:
            paid = self.paid
            if paid.refunded > paid.captured:
                raise RefundExceedsCapturedError(
                    order=self.id, refunded=paid.refunded, captured=paid.captured
                )

    def _same_currency(self, amount: Money) -> None:
        if amount.currency is not self.currency:
            raise CurrencyMismatchError(left=self.currency, right=amount.currency)

    # Steps: each returns a new order.

    def with_events(self, events: Iterable[LineEvent | Payment]) -> Order:
        """
        Return the order with all *events* appended, checked once.

        Raises:
            UnknownLineError: If an event is about a line that is not there.
            TransitionError: If the events break a law of :class:`LineCounts`.
            RefundExceedsCapturedError: If more was paid back than was captured.
            CurrencyMismatchError: If a payment is in another currency than the order.
        """
        moved: list[LineEvent] = []
        paid: list[Payment] = []
        for event in events:
            if isinstance(event, Payment):
                paid.append(event)
            else:
                moved.append(event)
        if not moved and not paid:
            return self
        return attrs.evolve(
            self, events=self.events + tuple(moved), payments=self.payments + tuple(paid)
        )

    def cancel(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more units of *line* cancelled; none of them shipped.

        Raises:
            TransitionError: If fewer units are open.
            UnknownLineError: If the line is not there.
        """
        return self._step(LineEventKind.CANCELLED, line=line, quantity=quantity, at=at)

    def ship(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more units of *line* shipped.

        Raises:
            TransitionError: If fewer units are open.
            UnknownLineError: If the line is not there.
        """
        return self._step(LineEventKind.SHIPPED, line=line, quantity=quantity, at=at)

    def deliver(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more units of *line* delivered.

        Raises:
            TransitionError: If fewer units are shipped and not delivered.
            UnknownLineError: If the line is not there.
        """
        return self._step(LineEventKind.DELIVERED, line=line, quantity=quantity, at=at)

    def take_back(self, line: LineId, *, quantity: int, at: datetime) -> Order:
        """
        Return the order with *quantity* more units of *line* returned.

        Raises:
            TransitionError: If fewer units are shipped and not returned.
            UnknownLineError: If the line is not there.
        """
        return self._step(LineEventKind.RETURNED, line=line, quantity=quantity, at=at)

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

    def _step(self, kind: LineEventKind, *, line: LineId, quantity: int, at: datetime) -> Order:
        event = LineEvent(kind=kind, line=line, quantity=quantity, at=at)
        possible = self.counts(line).possible(kind)
        if quantity > possible:
            raise TransitionError(
                order=self.id, line=line, kind=kind, wanted=quantity, possible=possible
            )
        return self.with_events((event,))

    # Units.

    @property
    def version(self) -> int:
        """How many facts were appended: events, payments and added lines."""
        added = sum(line.added_at is not None for line in self.lines)
        return len(self.events) + len(self.payments) + added

    def line(self, line: LineId) -> OrderLine:
        """
        Return the line of that id.

        Raises:
            UnknownLineError: If there is none.
        """
        try:
            return self._lines[line]
        except KeyError:
            raise UnknownLineError(order=self.id, line=line) from None

    def counts(self, line: LineId) -> LineCounts:
        """
        Return the counters of the line of that id.

        Raises:
            UnknownLineError: If there is none.
        """
        return self._counts[self.line(line).id]

    @cached_property
    def units(self) -> LineCounts:
        """The counters of all lines together."""
        return sum_counts(tuple(self._counts.values()))

    @property
    def has_open_units(self) -> bool:
        """Whether units are still to be shipped; as many as were ordered, if nothing happened."""
        return not self.events or self.units.open > 0

    # Amounts.

    @cached_property
    def totals(self) -> Totals:
        """What the order costs, by kind; cancellations and returns do not change it."""
        return sum_totals(self.lines, charges=self.charges, currency=self.currency)

    def price(self, line: LineId) -> LinePrice:
        """
        Return what the line costs, step by step.

        Raises:
            UnknownLineError: If there is no such line.
        """
        return self._prices[self.line(line).id]

    def line_amount(self, line: LineId) -> Money:
        """
        Return what the line costs for all of its units, as it was ordered.

        That is its goods, its discounts, its share in those of the order, and the fees and
        the tax on top that are attached to it; no shipping.

        Raises:
            UnknownLineError: If there is no such line.
        """
        return self.price(line).amount

    def entitlement(self, line: LineId, *, units: int) -> Money:
        """
        Return what the first *units* units of the line are worth, rounded up.

        What units are worth that are cancelled or come back is a difference of two of these
        running amounts, so parts sum to the line exactly, in whatever order they come.

        Raises:
            FieldError: If the line does not have that many units.
            UnknownLineError: If there is no such line.
        """
        ordered = self.line(line).quantity
        if not 0 <= units <= ordered:
            raise refuse(self, "entitlement(units)", units, f"0 to {ordered}")
        return self.price(line).entitlement(units)

    @cached_property
    def charges_due(self) -> Money:
        """What is due besides the lines: shipping, and fees and tax of the order as a whole."""
        return Money.zero(self.currency) if self.units.due == 0 else self._beside_lines

    @cached_property
    def effective_total(self) -> Money:
        """What is due: the total without the units that were cancelled or came back."""
        due = self.charges_due
        for line, price in self._prices.items():
            due += price.amount - price.entitlement(self._counts[line].off)
        return due

    @cached_property
    def paid(self) -> PaymentSums:
        """The sums of what was authorised, captured, voided and paid back."""
        return sum_payments(self.payments, currency=self.currency)

    @property
    def owed(self) -> Money:
        """
        What the buyer still has to pay: what is due less what was captured.

        A refund is never owed again: what was paid back was granted.
        """
        return max(self.effective_total - self.paid.captured, Money.zero(self.currency))

    @property
    def overpaid(self) -> Money:
        """What the buyer has to get back: what was captured and not paid back, less what is due."""
        return max(self.paid.kept - self.effective_total, Money.zero(self.currency))

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

    @property
    def _has_discounts(self) -> bool:
        return any(charge.kind is ChargeKind.DISCOUNT for charge in self.charges)

    @property
    def _has_refunds(self) -> bool:
        return any(payment.kind is PaymentKind.REFUNDED for payment in self.payments)

    @cached_property
    def _lines(self) -> dict[LineId, OrderLine]:
        return {line.id: line for line in self.lines}

    @cached_property
    def _counts(self) -> dict[LineId, LineCounts]:
        return fold_counts(self.lines, order=self.id, events=self.events)

    @cached_property
    def _prices(self) -> dict[LineId, LinePrice]:
        return price_lines(self.lines, order=self.id, charges=self.charges, currency=self.currency)

    @cached_property
    def _beside_lines(self) -> Money:
        # Below 0 only if the discounts of the placement are larger than what was placed.
        amounts = (price.amount for price in self._prices.values())
        return self.totals.total - sum_money(amounts, currency=self.currency)
