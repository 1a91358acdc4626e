"""The refund: what units that come back entitle to, exact to the cent."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, assert_never, final

import attrs

from ecomkit._checks import as_tuple, each, is_a, not_negative, optional
from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import LineId, OrderId
from ecomkit.money import Money, sum_money
from ecomkit.orders import LineEventKind, TransitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecomkit.orders import Order

__all__ = [
    "RefundCeilingError",
    "RefundDecision",
    "RefundStep",
    "RefundStepKind",
    "ShippingRefund",
    "refund_due",
]


class ShippingRefund(Enum):
    """Whether the buyer gets back what an order costs besides its lines, such as shipping."""

    NEVER = "never"

    WHEN_EVERYTHING_RETURNS = "when_everything_returns"
    """With the last unit that was not cancelled (EU 2011/83, article 13, for withdrawals)."""


class RefundStepKind(Enum):
    """What a step of a refund is about."""

    LINE = "line"
    """Units of a line came back."""

    CHARGES = "charges"
    """Shipping, and fees and tax of the order as a whole."""

    OWED = "owed"
    """What the buyer has not paid yet is settled first; 0 or negative."""


@final
@attrs.frozen(kw_only=True)
class RefundStep:
    """One step of a refund; the steps add up to what the buyer is entitled to."""

    kind: RefundStepKind = attrs.field(validator=is_a(RefundStepKind))
    amount: Money = attrs.field(validator=is_a(Money))
    line: LineId | None = attrs.field(default=None, validator=optional(is_a(LineId)))
    units: int = attrs.field(default=0, validator=not_negative)

    def explain(self) -> str:
        """Say what the step is about, and its amount."""
        match self.kind:
            case RefundStepKind.LINE:
                return f"line {self.line}, {self.units} back: {self.amount}"
            case RefundStepKind.CHARGES:
                return f"shipping and charges of the order: {self.amount}"
            case RefundStepKind.OWED:
                return f"not paid yet: {self.amount}"
            case _:
                assert_never(self.kind)


@attrs.frozen(kw_only=True)
class RefundCeilingError(InputError):
    """
    Raised when more is asked for than the units that came back entitle to.

    >>> from ecomkit.money import Currency
    >>> print(
    ...     RefundCeilingError(
    ...         order=OrderId("A"),
    ...         asked=Money(26997, Currency.EUR),
    ...         ceiling=Money(17998, Currency.EUR),
    ...     )
    ... )
    order A: a refund of 269.97 EUR is asked for, 179.98 EUR is the most
    """

    order: OrderId
    asked: Money
    ceiling: Money

    @property
    def message(self) -> str:
        """What was asked, and the most there is."""
        return (
            f"order {self.order}: a refund of {self.asked} is asked for, "
            f"{self.ceiling} is the most"
        )


@final
@attrs.frozen(kw_only=True)
class RefundDecision:
    """
    What to pay back, and why.

    *kept* is what was captured and not paid back yet: no refund is larger.
    """

    order: OrderId = attrs.field(validator=is_a(OrderId))
    steps: tuple[RefundStep, ...] = attrs.field(converter=as_tuple, validator=each(RefundStep))
    kept: Money = attrs.field(validator=is_a(Money))

    @property
    def entitled(self) -> Money:
        """The sum of the steps."""
        return sum_money((step.amount for step in self.steps), currency=self.kept.currency)

    @property
    def amount(self) -> Money:
        """What to pay back: what the steps sum to, and never more than was kept."""
        return min(self.entitled, self.kept)

    def grant(self, asked: Money) -> Money:
        """
        Return *asked*, if it is no more than :attr:`amount`.

        Raises:
            RefundCeilingError: If it is more.
            FieldError: If it is below 0.
            CurrencyMismatchError: If it is in another currency.
        """
        if asked > self.amount:
            raise RefundCeilingError(order=self.order, asked=asked, ceiling=self.amount)
        if asked.amount < 0:
            raise FieldError(owner="grant", field="asked", got=asked, wanted="money, 0 or more")
        return asked

    def explain(self) -> str:
        """Say each step, the ceiling if it binds, and the sum."""
        sentences = [step.explain() for step in self.steps]
        if self.kept < self.entitled:
            sentences.append(f"no more was captured and kept than {self.kept}")
        return "\n".join([*sentences, f"refund: {self.amount}"])


def refund_due(
    order: Order,
    *,
    received: Mapping[LineId, int],
    shipping: ShippingRefund = ShippingRefund.NEVER,
) -> RefundDecision:
    """
    Return what to pay back for the units that come back now.

    Units are worth the next part of what their line cost (:meth:`Order.entitlement`), so any
    split of a return into parts, in any order, pays the same sum to the cent. What the buyer
    has not paid yet is settled first. The order does not know of these units yet: append their
    events, and the refund, after it.

    Args:
        order: The order, before the units are back.
        received: How many units of which line come back now, 0 or more.
        shipping: Whether what the order costs besides its lines is paid back too.

    Raises:
        UnknownLineError: If the order lacks a line.
        FieldError: If a number of units is no whole number, 0 or more.
        TransitionError: If more units come back than are out.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, Sku
    >>> from ecomkit.money import Currency
    >>> from ecomkit.orders import Order, OrderLine, Payment, PaymentKind
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> line = OrderLine(
    ...     id=LineId("1"), sku=Sku("ELEPHANT"), quantity=3, unit_price=Money(8999, Currency.EUR)
    ... )
    >>> paid = Payment(
    ...     kind=PaymentKind.CAPTURED, amount=Money(26997, Currency.EUR), at=noon
    ... )
    >>> order = Order(
    ...     id=OrderId("etsy/1001"),
    ...     channel=ChannelId("etsy"),
    ...     currency=Currency.EUR,
    ...     placed_at=noon,
    ...     lines=[line],
    ...     payments=[paid],
    ... ).ship(line.id, quantity=3, at=noon)
    >>> print(refund_due(order, received={line.id: 2}).explain())
    line 1, 2 back: 179.98 EUR
    refund: 179.98 EUR
    """
    steps = []
    for line, units in received.items():
        counts = order.counts(line)
        if type(units) is not int or units < 0:
            raise FieldError(
                owner="refund_due", field="received", got=units, wanted="whole numbers, 0 or more"
            )
        if units > counts.out:
            raise TransitionError(
                order=order.id,
                line=line,
                kind=LineEventKind.RETURNED,
                wanted=units,
                possible=counts.out,
            )
        before = order.entitlement(line, units=counts.off)
        after = order.entitlement(line, units=counts.off + units)
        steps.append(
            RefundStep(kind=RefundStepKind.LINE, line=line, units=units, amount=after - before)
        )
    match shipping:
        case ShippingRefund.NEVER:
            pass
        case ShippingRefund.WHEN_EVERYTHING_RETURNS:
            back = sum(received.values())
            # The last units bring it, so that it is paid once; nothing received brings nothing.
            if back > 0 and order.units.returned + back == order.units.due:
                steps.append(RefundStep(kind=RefundStepKind.CHARGES, amount=order.charges_due))
        case _:
            assert_never(shipping)
    entitled = sum_money((step.amount for step in steps), currency=order.currency)
    if settled := min(order.owed.amount, entitled.amount):
        steps.append(RefundStep(kind=RefundStepKind.OWED, amount=Money(-settled, order.currency)))
    return RefundDecision(order=order.id, steps=steps, kept=order.paid.kept)
