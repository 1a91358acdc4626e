"""The refund: what is paid back for units that need not be paid for, exact to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ecomkit.errors import FieldError
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    LineEventKind,
    TransitionError,
)
from ecomkit.returns._refund_decision import GIVEN_BACK, RefundDecision
from ecomkit.returns._refund_rules import FeesRefund, RefundRules, ShippingRefund
from ecomkit.returns._refund_step import RefundStep, RefundStepKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ecomkit.identifiers import LineId
    from ecomkit.orders import Order

__all__ = ["refund_due"]

_KEPT_FEES: Final = frozenset({AdjustmentKind.RESTOCKING_FEE, AdjustmentKind.RETURN_SHIPPING})
"""What the shop keeps of a refund; it never makes the buyer pay for sending something back."""


def refund_due(
    order: Order,
    *,
    credited: Mapping[LineId, int],
    rules: RefundRules | None = None,
    adjustments: Iterable[Adjustment] = (),
) -> RefundDecision:
    """
    Return what is to be paid back for units that need not be paid for any more.

    Units are worth the next part of what their line cost (:meth:`Order.entitlement`), and all else
    follows from what the order then costs, so any split into parts, in any order, pays the same
    sum to the cent. What the buyer has not paid yet is settled first. A fee that is kept is as
    large as the rest of the refund, at most.

    The order does not know of it yet: append :meth:`RefundDecision.facts`, and then the payment.

    Args:
        order: The order, before.
        credited: How many units of which line came back and were accepted, were lost, or are left
            with the buyer, 0 or more; those that are credited already do not count again.
        rules: What is given back besides the units; None means nothing.
        adjustments: Fees that are kept, and favours.

    Raises:
        UnknownLineError: If the order lacks a line.
        FieldError: If a number of units is no whole number, 0 or more.
        TransitionError: If more units are credited than were shipped and not credited yet.
        CurrencyMismatchError: If an amount is in another currency than the order.

    >>> from datetime import UTC, datetime
    >>> from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
    >>> from ecomkit.money import Currency
    >>> from ecomkit.orders import Adjustment, AdjustmentKind, Order, OrderLine
    >>> from ecomkit.orders import Payment, PaymentKind
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
    >>> fee = Adjustment(
    ...     kind=AdjustmentKind.RESTOCKING_FEE, amount=Money(500, Currency.EUR), at=noon
    ... )
    >>> decision = refund_due(order, credited={line.id: 2}, adjustments=[fee])
    >>> print(decision.explain())
    line 1, 2 credited: 179.98 EUR
    restocking fee: -5.00 EUR
    refund: 174.98 EUR
    >>> print(order.with_events(decision.facts(at=noon)).overpaid)
    174.98 EUR
    """
    rules = RefundRules() if rules is None else rules
    steps = [_line_step(order, line=line, units=units) for line, units in credited.items()]
    if order.units.credited + sum(credited.values()) == order.units.due > 0:
        steps += _steps_beside_lines(order, rules=rules)
    worth = _total(steps)
    counting = _as_they_count(adjustments, worth=worth, currency=order.currency)
    steps += [_adjustment_step(adjustment) for adjustment in counting]
    worth -= sum(adjustment.amount.amount for adjustment in counting)
    # What the buyer has paid too much before any of this; below 0 if it is too little.
    balance = order.paid.kept.amount - order.effective_total.amount
    if balance < 0 < worth:
        settled = Money(-min(-balance, worth), order.currency)
        steps.append(RefundStep(kind=RefundStepKind.OWED, amount=settled))
    return RefundDecision(
        order=order.id,
        steps=steps,
        kept=max(order.paid.kept, Money.zero(order.currency)) - order.overpaid,
        adjustments=counting,
    )


def _line_step(order: Order, *, line: LineId, units: int) -> RefundStep:
    counts = order.counts(line)
    if type(units) is not int or units < 0:
        raise FieldError(
            owner="refund_due", field="credited", got=units, wanted="whole numbers, 0 or more"
        )
    possible = counts.possible(LineEventKind.CREDITED)
    if units > possible:
        raise TransitionError(
            order=order.id,
            line=line,
            kind=LineEventKind.CREDITED,
            wanted=units,
            possible=possible,
        )
    before = order.entitlement(line, units=counts.off)
    after = order.entitlement(line, units=counts.off + units)
    return RefundStep(kind=RefundStepKind.LINE, line=line, units=units, amount=after - before)


def _steps_beside_lines(order: Order, *, rules: RefundRules) -> Iterator[RefundStep]:
    """Yield what is given back with the last unit, less what was given back before."""
    beside = order.charges_due
    # The discounts of an order may be larger than its lines: then they take off this as well.
    shipping = min(order.shipping.amount, beside)
    fees = beside - shipping
    if rules.shipping is ShippingRefund.NEVER:
        shipping -= shipping
    elif rules.standard_shipping is not None:
        shipping = min(shipping, rules.standard_shipping)
    if rules.fees is FeesRefund.NEVER:
        fees -= fees
    for kind, amount in ((RefundStepKind.SHIPPING, shipping), (RefundStepKind.FEES, fees)):
        before = (a.amount.amount for a in order.adjustments if a.kind is GIVEN_BACK[kind])
        rest = amount.amount + sum(before)
        if rest > 0:
            yield RefundStep(kind=kind, amount=Money(rest, order.currency))


def _as_they_count(
    adjustments: Iterable[Adjustment], *, worth: int, currency: Currency
) -> tuple[Adjustment, ...]:
    """Return *adjustments*, the fees among them cut to what there is to keep of *worth*."""
    given = tuple(adjustments)
    for adjustment in given:
        if adjustment.amount.currency is not currency:
            raise CurrencyMismatchError(left=currency, right=adjustment.amount.currency)
    room = worth - sum(a.amount.amount for a in given if a.kind not in _KEPT_FEES)
    counting = []
    for adjustment in given:
        if adjustment.kind not in _KEPT_FEES:
            counting.append(adjustment)
        elif room > 0:
            fee = min(adjustment.amount.amount, room)
            room -= fee
            counting.append(attrs.evolve(adjustment, amount=Money(fee, currency)))
    return tuple(counting)


def _adjustment_step(adjustment: Adjustment) -> RefundStep:
    return RefundStep(
        kind=RefundStepKind.ADJUSTMENT,
        amount=-adjustment.amount,
        title=adjustment.title or adjustment.kind.value.replace("_", " "),
    )


def _total(steps: Iterable[RefundStep]) -> int:
    return sum(step.amount.amount for step in steps)
