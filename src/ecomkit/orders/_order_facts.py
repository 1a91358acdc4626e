"""The facts of an order, checked, and what follows from them: counters and amounts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import cached_property

import attrs

from ecomkit._checks import as_tuple, aware, each, is_a, optional, refuse
from ecomkit.identifiers import ChannelId, CustomerId, LineId, OrderId
from ecomkit.money import Currency, CurrencyMismatchError, Money, sum_money
from ecomkit.orders._adjustment import Adjustment
from ecomkit.orders._charge import Charge, ChargeKind
from ecomkit.orders._counts import LineCounts, fold_counts, sum_counts
from ecomkit.orders._errors import (
    DuplicateLineError,
    NegativeTotalError,
    PaymentUndoneError,
    RefundExceedsCapturedError,
    UnknownLineError,
)
from ecomkit.orders._events import LineEvent
from ecomkit.orders._hold import HoldEvent, HoldKind, open_holds
from ecomkit.orders._line import OrderLine
from ecomkit.orders._payment import Payment, PaymentKind, PaymentSums, sum_payments
from ecomkit.orders._price import LinePrice, price_lines
from ecomkit.orders._promise import Promise
from ecomkit.orders._shipping import ShippingPrice, price_shipping
from ecomkit.orders._tax import TaxTerms
from ecomkit.orders._tender import Tender
from ecomkit.orders._totals import Totals, sum_totals
from ecomkit.orders._trade import TradeTerms

__all__ = ["OrderFacts"]

_UNDOING = frozenset(
    {PaymentKind.REFUND_FAILED, PaymentKind.CHARGED_BACK, PaymentKind.CHARGEBACK_REVERSED}
)


@attrs.frozen(kw_only=True)
class OrderFacts:
    """What :class:`~ecomkit.orders.Order` holds, and what is derived from it."""

    id: OrderId = attrs.field(validator=is_a(OrderId))
    channel: ChannelId = attrs.field(validator=is_a(ChannelId))
    currency: Currency = attrs.field(validator=is_a(Currency))
    """The currency in which the buyer pays: that of all amounts of the order."""
    placed_at: datetime = attrs.field(validator=aware)
    lines: tuple[OrderLine, ...] = attrs.field(converter=as_tuple, validator=each(OrderLine))
    charges: tuple[Charge, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Charge)
    )
    tax: TaxTerms | None = attrs.field(default=None, validator=optional(is_a(TaxTerms)))
    """How its tax was found, where that is known."""
    trade: TradeTerms | None = attrs.field(default=None, validator=optional(is_a(TradeTerms)))
    """What a business that buys agreed on."""
    promised: Promise | None = attrs.field(default=None, validator=optional(is_a(Promise)))
    """When it leaves, and when it arrives."""
    told_total: Money | None = attrs.field(default=None, validator=optional(is_a(Money)))
    """What its channel says it costs, as it was placed."""
    customer: CustomerId | None = attrs.field(default=None, validator=optional(is_a(CustomerId)))
    events: tuple[LineEvent, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(LineEvent)
    )
    payments: tuple[Payment, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Payment)
    )
    adjustments: tuple[Adjustment, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(Adjustment)
    )
    holds: tuple[HoldEvent, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(HoldEvent)
    )

    def __attrs_post_init__(self) -> None:
        if all(line.added_at is not None for line in self.lines):
            raise refuse(self, "lines", self.lines, "one line or more from the placement")
        for line in self.lines:
            self._same_currency(line.unit_price)
            if line.replaces is not None:
                self.line(line.replaces)
        if len(self._lines) < len(self.lines):
            often = Counter(line.id for line in self.lines)
            raise DuplicateLineError(order=self.id, line=often.most_common(1)[0][0])
        for charge in self.charges:
            self._same_currency(charge.amount)
            if charge.line is not None:
                self.line(charge.line)
        for payment in self.payments:
            self._same_currency(payment.amount)
        for adjustment in self.adjustments:
            self._same_currency(adjustment.amount)
        self._check_derived()

    def _check_derived(self) -> None:
        # What is derived is checked as it is derived, and kept for later; and only where something
        # can be wrong: sums of amounts that are 0 or more need no check, nor do units and
        # payments to which nothing has happened.
        if self._has_discounts:
            for amount in (self._beside_lines, self.shipping.amount):
                if amount.amount < 0:
                    raise NegativeTotalError(order=self.id, total=amount)
        if self.events:
            _ = self._counts
        if len(self.payments) > 1 or any(
            payment.kind is PaymentKind.REFUNDED or payment.kind in _UNDOING
            for payment in self.payments
        ):
            self._check_payments()

    def _check_payments(self) -> None:
        paid = self.paid
        if paid.refunded > paid.captured:
            raise RefundExceedsCapturedError(
                order=self.id, refunded=paid.refunded, captured=paid.captured
            )
        nothing = Money.zero(self.currency)
        for kind, wanted, possible in (
            (PaymentKind.REFUND_FAILED, -paid.refunded, nothing),
            (PaymentKind.CHARGED_BACK, paid.charged_back, paid.captured),
            (PaymentKind.CHARGEBACK_REVERSED, -paid.charged_back, nothing),
        ):
            if wanted > possible:
                told = sum_money(
                    (payment.amount for payment in self.payments if payment.kind is kind),
                    currency=self.currency,
                )
                raise PaymentUndoneError(
                    order=self.id, kind=kind, wanted=told, possible=told - wanted + possible
                )

    def _same_currency(self, amount: Money) -> None:
        if amount.currency is not self.currency:
            raise CurrencyMismatchError(left=self.currency, right=amount.currency)

    # Units.

    @property
    def version(self) -> int:
        """How many facts were appended: events, payments, adjustments, holds and added lines."""
        added = sum(line.added_at is not None for line in self.lines)
        return (
            len(self.events) + len(self.payments) + len(self.adjustments) + len(self.holds) + added
        )

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

    @cached_property
    def open_holds(self) -> tuple[HoldKind, ...]:
        """What the order waits for: the holds that are placed and not released."""
        return open_holds(self.holds)

    # Amounts.

    @cached_property
    def totals(self) -> Totals:
        """What the order costs, by kind; cancellations and returns do not change it."""
        return sum_totals(self.lines, charges=self.charges, currency=self.currency)

    @cached_property
    def shipping(self) -> ShippingPrice:
        """What the shipping costs, with its own discounts and its own tax."""
        return price_shipping(self.charges, currency=self.currency)

    @property
    def discrepancy(self) -> Money | None:
        """
        What the channel's own total is above ours, below 0 where it is less.

        None where the two are equal, or the channel tells none. Nothing is made to fit: the
        difference is shown.
        """
        if self.told_total is None or self.told_total == self._placed_total:
            return None
        return self.told_total - self._placed_total

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
        """
        What is due: the total without the units that are off, and with the adjustments.

        It is never below 0: an adjustment takes off what there is, at most.
        """
        due = self.charges_due
        for line, price in self._prices.items():
            due += price.amount - price.entitlement(self._counts[line].off)
        for adjustment in self.adjustments:
            due += adjustment.amount
        return max(due, Money.zero(self.currency))

    @cached_property
    def paid(self) -> PaymentSums:
        """The sums of the payments."""
        return sum_payments(self.payments, currency=self.currency)

    def paid_by(self, tender: Tender) -> PaymentSums:
        """Return the sums of the payments with *tender* alone."""
        return sum_payments(
            (payment for payment in self.payments if payment.tender == tender),
            currency=self.currency,
        )

    @property
    def tenders(self) -> tuple[Tender, ...]:
        """What was paid with: the tenders of which something was captured, first ones first."""
        captured = (p.tender for p in self.payments if p.kind is PaymentKind.CAPTURED)
        return tuple(dict.fromkeys(captured))

    @property
    def owed(self) -> Money:
        """
        What the buyer still has to pay: what is due less what was captured.

        A refund is never owed again: what was paid back was granted. What a bank took back is.
        """
        taken = self.paid.captured - self.paid.charged_back
        return max(self.effective_total - taken, Money.zero(self.currency))

    @property
    def overpaid(self) -> Money:
        """What the buyer has to get back: what was captured and not paid back, less what is due."""
        return max(self.paid.kept - self.effective_total, Money.zero(self.currency))

    @property
    def _has_discounts(self) -> bool:
        return any(charge.kind is ChargeKind.DISCOUNT for charge in self.charges)

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
    def _placed_total(self) -> Money:
        later = {line.id for line in self.lines if line.added_at is not None}
        added = (self._prices[line].amount for line in later)
        return self.totals.total - sum_money(added, currency=self.currency)

    @cached_property
    def _beside_lines(self) -> Money:
        # Below 0 only if the discounts of the placement are larger than what was placed.
        amounts = (price.amount for price in self._prices.values())
        return self.totals.total - sum_money(amounts, currency=self.currency)
