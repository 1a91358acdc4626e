"""Refunds are exact to the cent, whatever the path."""

import pickle
from collections.abc import Iterable
from datetime import UTC, datetime

import attrs
import pytest

from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money, sum_money
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeKind,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    PaymentState,
    Taxation,
    TransitionError,
    UnknownLineError,
)
from ecomkit.returns import (
    RefundCeilingError,
    RefundDecision,
    RefundRules,
    RefundStepKind,
    refund_due,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, B = LineId("A"), LineId("B")


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


def shipped_order(
    *lines: tuple[str, int, int], off: int = 0, shipping: int = 0, paid: int | None = None
) -> Order:
    """Return an order of lines (id, units, unit price), shipped, and paid in full by default."""
    order = Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=AT,
        lines=[
            OrderLine(
                id=LineId(name), sku=Sku(f"SKU-{name}"), quantity=units, unit_price=eur(price)
            )
            for name, units, price in lines
        ],
        charges=[
            Charge(kind=ChargeKind.DISCOUNT, amount=eur(-off)),
            Charge(kind=ChargeKind.SHIPPING, amount=eur(shipping)),
        ],
    )
    captured = order.totals.total if paid is None else eur(paid)
    return order.with_events(
        [
            Payment(kind=PaymentKind.CAPTURED, amount=captured, at=AT),
            *(
                LineEvent(kind=LineEventKind.SHIPPED, line=line.id, quantity=line.quantity, at=AT)
                for line in order.lines
            ),
        ]
    )


def settle(
    order: Order,
    *,
    credited: dict[LineId, int],
    rules: RefundRules | None = None,
    adjustments: Iterable[Adjustment] = (),
) -> tuple[Order, Money]:
    """Return the order after units were credited and paid back, and the refund."""
    decision = refund_due(order, credited=credited, rules=rules, adjustments=adjustments)
    order = order.with_events(decision.facts(at=AT))
    assert decision.amount == order.overpaid
    if not decision.amount.is_zero:
        order = order.pay(Payment(kind=PaymentKind.REFUNDED, amount=decision.amount, at=AT))
    return order, decision.amount


def adjusted(kind: AdjustmentKind, amount: int, title: str = "") -> Adjustment:
    """Return an adjustment, in cents."""
    return Adjustment(kind=kind, amount=eur(amount), at=AT, title=title)


def test_units_of_a_line_sum_to_the_line() -> None:
    """A line of 10.00 for 3 units, one by one: 3.34, 3.33, 3.33."""
    order = shipped_order(("A", 1, 1000))
    line = attrs.evolve(order.lines[0], quantity=3, unit_price=eur(334))
    off = Charge(kind=ChargeKind.DISCOUNT, amount=eur(-2), line=A)
    order = attrs.evolve(order, lines=[line], charges=[off]).ship(A, quantity=2, at=AT)
    refunds = []
    for _ in range(3):
        order, amount = settle(order, credited={A: 1})
        refunds.append(amount.amount)

    assert refunds == [334, 333, 333]
    assert order.payment_state is PaymentState.REFUNDED


@pytest.mark.parametrize("first", [A, B])
def test_an_item_brings_back_what_was_paid_for_it(first: LineId) -> None:
    """Items of 6.00 and 4.00 with 1.00 off: 5.40 and 3.60, whichever comes first."""
    order = shipped_order(("A", 1, 600), ("B", 1, 400), off=100)
    expected = {A: eur(540), B: eur(360)}
    second = B if first == A else A
    order, one = settle(order, credited={first: 1})
    order, two = settle(order, credited={second: 1})

    assert (expected[first], expected[second]) == (one, two)
    assert eur(0) == order.paid.kept


def test_a_partial_refund_takes_its_share_of_the_discount_only() -> None:
    """150.00 and 60.00 with 20 % off: the first comes back for 120.00."""
    order = shipped_order(("A", 1, 15000), ("B", 1, 6000), off=4200)

    assert eur(12000) == refund_due(order, credited={A: 1}).amount


def test_unit_by_unit_is_the_whole() -> None:
    """10 x 23.90 less 25 % with 20 % tax inside, unit by unit: exactly 179.25."""
    order = shipped_order(("A", 10, 2390), off=5975)
    tax = Charge(
        kind=ChargeKind.TAX, amount=eur(2988), line=A, taxation=Taxation.INCLUDED, title="20 %"
    )
    order = attrs.evolve(order, charges=(*order.charges, tax))
    refunds = []
    for _ in range(10):
        order, amount = settle(order, credited={A: 1})
        refunds.append(amount)

    assert eur(17925) == sum_money(refunds)
    assert {eur(1792), eur(1793)} == set(refunds)


def test_no_more_is_granted_than_what_was_received() -> None:
    """Announced 3 at 89.99, received 2: at most 179.98; 269.97 are refused, the ceiling named."""
    decision = refund_due(shipped_order(("A", 3, 8999)), credited={A: 2})

    assert eur(17998) == decision.grant(eur(17998)) == decision.amount
    assert eur(5000) == decision.grant(eur(5000))
    with pytest.raises(RefundCeilingError) as caught:
        decision.grant(eur(26997))

    assert (eur(26997), eur(17998)) == (caught.value.asked, caught.value.ceiling)
    assert (
        caught.value.message
        == "order shop/1: a refund of 269.97 EUR is asked for, 179.98 EUR is the most"
    )
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), InputError)  # noqa: S301  # ours


def test_a_grant_is_money_of_the_order() -> None:
    """A negative refund and one in another currency are refused."""
    decision = refund_due(shipped_order(("A", 3, 8999)), credited={A: 2})

    with pytest.raises(FieldError):
        decision.grant(eur(-1))
    with pytest.raises(CurrencyMismatchError):
        decision.grant(Money(1, Currency.JPY))


def test_what_is_not_paid_yet_is_settled_first() -> None:
    """Half paid, half back: nothing to pay back; all back: what was paid, and no more."""
    order = shipped_order(("A", 2, 5000), paid=6000)
    decision = refund_due(order, credited={A: 1})

    assert [step.kind for step in decision.steps] == [RefundStepKind.LINE, RefundStepKind.OWED]
    assert eur(1000) == decision.amount
    assert eur(6000) == refund_due(order, credited={A: 2}).amount
    for units in (1, 2):
        unpaid = refund_due(attrs.evolve(order, payments=()), credited={A: units})
        assert eur(0) == unpaid.amount == unpaid.entitled


def test_what_was_paid_back_without_a_reason_lowers_what_is_left() -> None:
    """A refund that no return, fee or favour explains is settled first, and it is said."""
    order = shipped_order(("A", 1, 5000), ("B", 1, 5000)).pay(
        Payment(kind=PaymentKind.REFUNDED, amount=eur(2000), at=AT)
    )
    decision = refund_due(order, credited={A: 1})

    assert eur(3000) == decision.amount
    assert decision.explain().splitlines() == [
        "line A, 1 credited: 50.00 EUR",
        "not paid yet, or paid back before: -20.00 EUR",
        "refund: 30.00 EUR",
    ]


def test_a_chargeback_lowers_what_is_left_to_pay_back() -> None:
    """Of 100.00 the bank took back 70.00: what comes back for 50.00 each pays 0, then 30.00."""
    order = shipped_order(("A", 2, 5000)).pay(
        Payment(kind=PaymentKind.CHARGED_BACK, amount=eur(7000), at=AT)
    )
    order, first = settle(order, credited={A: 1})
    order, second = settle(order, credited={A: 1})

    assert (eur(0), eur(30_00)) == (first, second)
    assert eur(0) == order.paid.kept


def test_nothing_is_paid_back_of_what_the_bank_took_twice() -> None:
    """Paid back, and then charged back as well: less than nothing is left, so nothing is due."""
    order, _ = settle(shipped_order(("A", 2, 5000)), credited={A: 1})
    order = order.pay(Payment(kind=PaymentKind.CHARGED_BACK, amount=eur(10_000), at=AT))
    decision = refund_due(order, credited={A: 1})

    assert (eur(-5000), eur(0), eur(0)) == (order.paid.kept, decision.kept, decision.amount)


def test_two_returns_that_nobody_paid_back_yet_are_worth_what_each_is_worth() -> None:
    """A decision is about what comes back now; what is to be paid in all stands on the order."""
    order = shipped_order(("A", 1, 6000), ("B", 1, 4000))
    first = refund_due(order, credited={A: 1})
    order = order.with_events(first.facts(at=AT))
    second = refund_due(order, credited={B: 1})
    order = order.with_events(second.facts(at=AT))

    assert (eur(6000), eur(4000), eur(10_000)) == (first.amount, second.amount, order.overpaid)
    assert (eur(10_000), eur(4000)) == (first.kept, second.kept)


@pytest.mark.parametrize("units", [-1, True, 1.0])
def test_received_units_are_whole_numbers(units: int) -> None:
    """Fewer than none, half a unit and a truth value are refused."""
    with pytest.raises(FieldError):
        refund_due(shipped_order(("A", 2, 1000)), credited={A: units})


def test_no_unit_is_refunded_twice() -> None:
    """What is back already cannot come back again."""
    order, _ = settle(shipped_order(("A", 2, 1000)), credited={A: 2})

    with pytest.raises(TransitionError) as caught:
        refund_due(order, credited={A: 1})

    assert (caught.value.line, caught.value.kind) == (A, LineEventKind.CREDITED)
    assert (caught.value.wanted, caught.value.possible) == (1, 0)
    with pytest.raises(UnknownLineError):
        refund_due(order, credited={LineId("9"): 1})


def test_a_decision_without_steps_pays_nothing() -> None:
    """Nothing back, nothing paid."""
    decision = RefundDecision(order=OrderId("A"), steps=(), kept=eur(100))

    assert (eur(0), ()) == (decision.amount, decision.facts(at=AT))
