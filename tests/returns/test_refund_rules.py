"""What is given back besides the units, and what is kept: shipping, fees, favours, by rule."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import attrs
import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeKind,
    ChargeTarget,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    PaymentState,
    Taxation,
)
from ecomkit.returns import FeesRefund, RefundRules, ShippingRefund, refund_due

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, B = LineId("A"), LineId("B")
ALL_SHIPPING = RefundRules(shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS)
ALL_FEES = RefundRules(fees=FeesRefund.WHEN_EVERYTHING_RETURNS)


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


def charge(kind: ChargeKind, amount: int, **options: Any) -> Charge:
    """Return a charge, in cents."""
    return Charge(kind=kind, amount=eur(amount), **options)


SHIPPING = charge(ChargeKind.SHIPPING, 500)


def shipped_order(
    *lines: tuple[str, int, int], charges: Iterable[Charge] = (SHIPPING,), shipped: bool = True
) -> Order:
    """Return an order of lines (id, units, unit price), paid in full and shipped."""
    order = Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=AT,
        lines=[
            OrderLine(id=LineId(name), sku=Sku(name), quantity=units, unit_price=eur(price))
            for name, units, price in lines
        ],
        charges=charges,
    )
    order = order.pay(Payment(kind=PaymentKind.CAPTURED, amount=order.totals.total, at=AT))
    if not shipped:
        return order
    return order.with_events(
        LineEvent(kind=LineEventKind.SHIPPED, line=line.id, quantity=line.quantity, at=AT)
        for line in order.lines
    )


def settle(
    order: Order,
    credited: dict[LineId, int],
    *,
    rules: RefundRules | None = None,
    adjustments: Iterable[Adjustment] = (),
) -> tuple[Order, int]:
    """Return the order after units were credited and all that is due was paid back, and how much."""
    decision = refund_due(order, credited=credited, rules=rules, adjustments=adjustments)
    order = order.with_events(decision.facts(at=AT))
    amount = order.overpaid
    if not amount.is_zero:
        order = order.pay(Payment(kind=PaymentKind.REFUNDED, amount=amount, at=AT))
    return order, amount.amount


def adjusted(kind: AdjustmentKind, amount: int, title: str = "") -> Adjustment:
    """Return an adjustment, in cents."""
    return Adjustment(kind=kind, amount=eur(amount), at=AT, title=title)


# Shipping.


def test_shipping_comes_back_with_the_last_unit_if_the_shop_says_so() -> None:
    """With everything back the shipping follows, once; without the rule it never does."""
    order = shipped_order(("A", 2, 1000))
    after, first = settle(order, {A: 1}, rules=ALL_SHIPPING)
    last, second = settle(after, {A: 1}, rules=ALL_SHIPPING)

    assert (first, second) == (1000, 1500)
    assert last.payment_state is PaymentState.REFUNDED
    assert settle(after, {A: 1})[1] == 1000
    for nothing in ({}, {A: 0}):
        assert settle(last, nothing, rules=ALL_SHIPPING) == (last, 0)


@pytest.mark.parametrize("steps", list(permutations(("cancel", "first", "second"))))
def test_a_unit_that_is_cancelled_does_not_keep_the_shipping(steps: Any) -> None:
    """Of three units one is cancelled and two come back, in any order: all is paid back."""
    order = shipped_order(("A", 3, 1000), shipped=False).ship(A, quantity=2, at=AT)
    paid_back = 0
    for step in steps:
        if step == "cancel":
            order = order.cancel(A, quantity=1, at=AT)
        order, amount = settle(order, {} if step == "cancel" else {A: 1}, rules=ALL_SHIPPING)
        paid_back += amount

    assert paid_back == 3500


def test_an_order_of_which_nothing_was_shipped_gives_its_shipping_back_by_itself() -> None:
    """All of it cancelled costs nothing, whatever the rule: it is not given back twice."""
    order = shipped_order(("A", 1, 1000), shipped=False).cancel(A, quantity=1, at=AT)

    assert settle(order, {}, rules=ALL_SHIPPING)[1] == settle(order, {})[1] == 1500
    assert refund_due(order, credited={}, rules=ALL_SHIPPING).steps == ()


@pytest.mark.parametrize(("standard", "back"), [(300, 1300), (500, 1500), (900, 1500), (0, 1000)])
def test_a_dearer_delivery_than_the_standard_one_is_borne_by_who_chose_it(
    standard: int, back: int
) -> None:
    """Express for 5.00 comes back up to the price of the standard delivery that was offered."""
    rules = RefundRules(shipping=ShippingRefund.STANDARD_ONLY, standard_shipping=eur(standard))

    order = shipped_order(("A", 1, 1000))

    assert refund_due(order, credited={A: 1}, rules=rules).entitled == eur(back)
    assert settle(order, {A: 1}, rules=rules)[1] == back


def test_shipping_comes_back_as_it_was_paid() -> None:
    """5.00 less 1.00 and 20 % on top: 4.80, and not the tax of the goods."""
    order = shipped_order(
        ("A", 1, 1000),
        charges=[
            SHIPPING,
            charge(ChargeKind.DISCOUNT, -100, on=ChargeTarget.SHIPPING),
            charge(ChargeKind.TAX, 80, on=ChargeTarget.SHIPPING, taxation=Taxation.ADDED),
            charge(ChargeKind.TAX, 200, line=A, taxation=Taxation.ADDED),
        ],
    )

    assert settle(order, {A: 1})[1] == 1200
    assert settle(order, {A: 1}, rules=ALL_SHIPPING)[1] == 1680


def test_a_discount_that_reaches_the_shipping_is_not_paid_back() -> None:
    """12.00 off goods of 10.00 and 5.00 of shipping: 3.00 were paid for the shipping."""
    order = shipped_order(("A", 1, 1000), charges=[SHIPPING, charge(ChargeKind.DISCOUNT, -1200)])

    assert order.totals.total == eur(300)
    assert settle(order, {A: 1})[1] == 0
    assert settle(order, {A: 1}, rules=ALL_SHIPPING)[1] == 300
    steps = refund_due(order, credited={A: 1}, rules=ALL_SHIPPING).steps
    assert [step.amount.amount for step in steps] == [0, 300]


@pytest.mark.parametrize(
    ("shipping", "standard"),
    [
        (ShippingRefund.STANDARD_ONLY, None),
        (ShippingRefund.STANDARD_ONLY, eur(-1)),
        (ShippingRefund.NEVER, eur(100)),
        (ShippingRefund.WHEN_EVERYTHING_RETURNS, eur(100)),
    ],
)
def test_the_standard_delivery_has_a_price_where_it_counts(shipping: Any, standard: Any) -> None:
    """It is named for the rule that compares with it, and for no other."""
    with pytest.raises(FieldError):
        RefundRules(shipping=shipping, standard_shipping=standard)


# Fees of the order.


def test_fees_of_the_order_come_back_with_the_last_unit_if_the_shop_says_so() -> None:
    """Gift wrapping of 3.00 stays unless the rule gives it back; the shipping is another rule."""
    order = shipped_order(("A", 2, 1000), charges=[SHIPPING, charge(ChargeKind.FEE, 300)])
    after, first = settle(order, {A: 1}, rules=ALL_FEES)
    last, second = settle(after, {A: 1}, rules=ALL_FEES)

    assert (first, second) == (1000, 1300)
    assert settle(last, {}, rules=ALL_FEES)[1] == 0
    assert settle(last, {}, rules=ALL_SHIPPING)[1] == 500
    both = attrs.evolve(ALL_SHIPPING, fees=FeesRefund.WHEN_EVERYTHING_RETURNS)
    assert settle(order, {A: 2}, rules=both)[1] == 2800


def test_fees_and_taxes_of_a_line_come_back_with_its_units() -> None:
    """They are part of what the units cost."""
    order = shipped_order(
        ("A", 2, 1000),
        ("B", 1, 1000),
        charges=[
            charge(ChargeKind.FEE, 101, line=A),
            charge(ChargeKind.TAX, 200, line=B, taxation=Taxation.ADDED),
            charge(ChargeKind.TAX, 300, line=B, taxation=Taxation.INCLUDED),
        ],
    )

    assert settle(order, {A: 1})[1] == 1051
    assert settle(order, {A: 2})[1] == 2101
    assert settle(order, {B: 1})[1] == 1200


# Fees that are kept, and favours.


def test_fees_are_kept_of_a_refund_and_favours_come_on_top() -> None:
    """30.00 back, 4.50 for restocking, 5.00 for the parcel, 2.00 as a favour: 22.50."""
    order = shipped_order(("A", 3, 1000), ("B", 1, 1000))
    terms = [
        adjusted(AdjustmentKind.RESTOCKING_FEE, 450),
        adjusted(AdjustmentKind.RETURN_SHIPPING, 500, "your label"),
        adjusted(AdjustmentKind.GOODWILL, -200),
    ]
    decision = refund_due(order, credited={A: 3}, adjustments=terms)

    assert decision.explain().splitlines() == [
        "line A, 3 credited: 30.00 EUR",
        "restocking fee: -4.50 EUR",
        "your label: -5.00 EUR",
        "goodwill: 2.00 EUR",
        "refund: 22.50 EUR",
    ]
    assert settle(order, {A: 3}, adjustments=terms)[1] == 2250
    assert decision.adjustments == tuple(terms)


def test_sending_something_back_never_costs_the_buyer_more_than_it_is_worth() -> None:
    """Fees of 8.00 and 5.00 on 10.00 and a favour of 1.00: 8.00 and 3.00 are kept."""
    order = shipped_order(("A", 1, 1000), ("B", 1, 1000))
    terms = [
        adjusted(AdjustmentKind.RESTOCKING_FEE, 800),
        adjusted(AdjustmentKind.RETURN_SHIPPING, 500),
        adjusted(AdjustmentKind.RESTOCKING_FEE, 1),
        adjusted(AdjustmentKind.GOODWILL, -100),
    ]
    decision = refund_due(order, credited={A: 1}, adjustments=terms)
    after, amount = settle(order, {A: 1}, adjustments=terms)

    assert [each.amount.amount for each in decision.adjustments] == [800, 300, -100]
    assert amount == 0
    assert after.owed == eur(0)
    assert settle(after, {B: 1})[1] == 1000


def test_a_correction_is_taken_as_it_is() -> None:
    """It may make the order cost more than was paid."""
    order = shipped_order(("A", 2, 1000))
    decision = refund_due(
        order, credited={A: 1}, adjustments=[adjusted(AdjustmentKind.CORRECTION, 1200)]
    )
    after = order.with_events(decision.facts(at=AT))

    assert (eur(-200), eur(0)) == (decision.entitled, decision.amount)
    assert (eur(200), eur(0)) == (after.owed, after.overpaid)


def test_a_favour_larger_than_the_order_gives_back_what_was_kept() -> None:
    """50.00 as a favour on 25.00: nothing is left to pay, and a later return pays nothing more."""
    order = shipped_order(("A", 2, 1000))
    after, amount = settle(order, {}, adjustments=[adjusted(AdjustmentKind.GOODWILL, -5000)])
    decision = refund_due(after, credited={A: 1})

    assert (amount, decision.amount, decision.kept) == (2500, eur(0), eur(0))
    assert decision.explain().splitlines() == [
        "line A, 1 credited: 10.00 EUR",
        "no more was captured and kept than 0.00 EUR",
        "refund: 0.00 EUR",
    ]
    fee = refund_due(
        after, credited={A: 1}, adjustments=[adjusted(AdjustmentKind.RESTOCKING_FEE, 900)]
    )
    assert after.with_events(fee.facts(at=AT)).owed == eur(0)


def test_what_a_favour_went_beyond_is_settled_before_a_correction_is_owed() -> None:
    """A favour of 30.00 on 25.00, of which 10.00 are taken back: 5.00 are to be paid."""
    order = shipped_order(("A", 2, 1000))
    free = order.with_events([adjusted(AdjustmentKind.GOODWILL, -3000)])
    decision = refund_due(
        free, credited={}, adjustments=[adjusted(AdjustmentKind.CORRECTION, 1000)]
    )
    after = free.with_events(decision.facts(at=AT))

    assert (eur(2500), eur(2000), eur(0)) == (free.overpaid, after.overpaid, decision.amount)


def test_an_adjustment_is_money_of_the_order() -> None:
    """Another currency is refused."""
    yen = Adjustment(kind=AdjustmentKind.RESTOCKING_FEE, amount=Money(100, Currency.JPY), at=AT)

    with pytest.raises(CurrencyMismatchError):
        refund_due(shipped_order(("A", 1, 1000)), credited={A: 1}, adjustments=[yen])


def test_facts_are_what_changes_the_order_and_nothing_more() -> None:
    """Units that need not be paid for, what is kept, and what is given back, at one instant."""
    order = shipped_order(("A", 2, 1000), ("B", 1, 0), charges=[SHIPPING])
    fee = adjusted(AdjustmentKind.RESTOCKING_FEE, 100)
    decision = refund_due(order, credited={A: 2, B: 1}, rules=ALL_SHIPPING, adjustments=[fee])

    assert decision.facts(at=AT) == (
        LineEvent(kind=LineEventKind.CREDITED, line=A, quantity=2, at=AT),
        LineEvent(kind=LineEventKind.CREDITED, line=B, quantity=1, at=AT),
        fee,
        adjusted(AdjustmentKind.SHIPPING_REFUND, -500),
    )
    assert "shipping: 5.00 EUR" in decision.explain().splitlines()
    fees = refund_due(
        shipped_order(("A", 1, 1000), charges=[charge(ChargeKind.FEE, 300)]),
        credited={A: 1},
        rules=ALL_FEES,
    )
    assert "fees of the order: 3.00 EUR" in fees.explain().splitlines()
