"""Refunds are exact to the cent, whatever the path."""

import pickle
from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecomkit.errors import FieldError, InputError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money, Rounding, sum_money
from ecomkit.orders import (
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
    TaxMode,
    TransitionError,
    UnknownLineError,
    tax_charges,
)
from ecomkit.returns import (
    RefundCeilingError,
    RefundDecision,
    RefundStepKind,
    ShippingRefund,
    refund_due,
)
from ecomkit.testing.strategies._orders import orders

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
    order: Order, *, received: dict[LineId, int], shipping: ShippingRefund = ShippingRefund.NEVER
) -> tuple[Order, Money]:
    """Return the order after units came back and were refunded, and the refund."""
    amount = refund_due(order, received=received, shipping=shipping).amount
    facts: list[LineEvent | Payment] = [
        LineEvent(kind=LineEventKind.RETURNED, line=line, quantity=units, at=AT)
        for line, units in received.items()
    ]
    if not amount.is_zero:
        facts.append(Payment(kind=PaymentKind.REFUNDED, amount=amount, at=AT))
    return order.with_events(facts), amount


def test_units_of_a_line_sum_to_the_line() -> None:
    """A line of 10.00 for 3 units, one by one: 3.34, 3.33, 3.33."""
    order = shipped_order(("A", 1, 1000))
    line = attrs.evolve(order.lines[0], quantity=3, unit_price=eur(334))
    off = Charge(kind=ChargeKind.DISCOUNT, amount=eur(-2), line=A)
    order = attrs.evolve(order, lines=[line], charges=[off]).ship(A, quantity=2, at=AT)
    refunds = []
    for _ in range(3):
        order, amount = settle(order, received={A: 1})
        refunds.append(amount.amount)

    assert refunds == [334, 333, 333]
    assert order.payment_state is PaymentState.REFUNDED


@pytest.mark.parametrize("first", [A, B])
def test_an_item_brings_back_what_was_paid_for_it(first: LineId) -> None:
    """Items of 6.00 and 4.00 with 1.00 off: 5.40 and 3.60, whichever comes first."""
    order = shipped_order(("A", 1, 600), ("B", 1, 400), off=100)
    expected = {A: eur(540), B: eur(360)}
    second = B if first == A else A
    order, one = settle(order, received={first: 1})
    order, two = settle(order, received={second: 1})

    assert (expected[first], expected[second]) == (one, two)
    assert eur(0) == order.paid.kept


def test_a_partial_refund_takes_its_share_of_the_discount_only() -> None:
    """150.00 and 60.00 with 20 % off: the first comes back for 120.00."""
    order = shipped_order(("A", 1, 15000), ("B", 1, 6000), off=4200)

    assert eur(12000) == refund_due(order, received={A: 1}).amount


def test_unit_by_unit_is_the_whole() -> None:
    """10 x 23.90 less 25 % with 20 % tax inside, unit by unit: exactly 179.25."""
    order = shipped_order(("A", 10, 2390), off=5975)
    tax = tax_charges(
        order,
        rate=Money(20, Currency.EUR).to_decimal(),
        taxation=Taxation.INCLUDED,
        mode=TaxMode.PER_LINE,
        rounding=Rounding.HALF_UP,
    )
    order = attrs.evolve(order, charges=order.charges + tax)
    refunds = []
    for _ in range(10):
        order, amount = settle(order, received={A: 1})
        refunds.append(amount)

    assert eur(17925) == sum_money(refunds)
    assert {eur(1792), eur(1793)} == set(refunds)


def test_no_more_is_granted_than_what_was_received() -> None:
    """Announced 3 at 89.99, received 2: at most 179.98; 269.97 are refused, the ceiling named."""
    decision = refund_due(shipped_order(("A", 3, 8999)), received={A: 2})

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
    decision = refund_due(shipped_order(("A", 3, 8999)), received={A: 2})

    with pytest.raises(FieldError):
        decision.grant(eur(-1))
    with pytest.raises(CurrencyMismatchError):
        decision.grant(Money(1, Currency.JPY))


def test_shipping_comes_back_with_the_last_unit_if_the_shop_says_so() -> None:
    """With everything back the shipping follows, once; without the option it never does."""
    order = shipped_order(("A", 2, 1000), shipping=500)
    option = ShippingRefund.WHEN_EVERYTHING_RETURNS
    after, first = settle(order, received={A: 1}, shipping=option)
    last, second = settle(after, received={A: 1}, shipping=option)

    assert (eur(1000), eur(1500)) == (first, second)
    assert last.payment_state is PaymentState.REFUNDED
    assert eur(1000) == refund_due(after, received={A: 1}).amount
    assert eur(0) == refund_due(last, received={}, shipping=option).amount
    assert eur(0) == refund_due(last, received={A: 0}, shipping=option).amount


def test_shipping_waits_for_units_that_are_not_cancelled() -> None:
    """Units that are still to be shipped keep the shipping; cancelled ones do not."""
    order = shipped_order(("A", 1, 1000), shipping=500)
    wide = attrs.evolve(order, lines=[attrs.evolve(order.lines[0], quantity=2)])
    option = ShippingRefund.WHEN_EVERYTHING_RETURNS
    paid = wide.pay(Payment(kind=PaymentKind.CAPTURED, amount=eur(1000), at=AT))

    assert eur(1000) == refund_due(paid, received={A: 1}, shipping=option).amount
    cancelled = paid.cancel(A, quantity=1, at=AT)

    assert eur(1500) == refund_due(cancelled, received={A: 1}, shipping=option).amount


def test_what_is_not_paid_yet_is_settled_first() -> None:
    """Half paid, half back: nothing to pay back; all back: what was paid, and no more."""
    order = shipped_order(("A", 2, 5000), paid=6000)
    decision = refund_due(order, received={A: 1})

    assert [step.kind for step in decision.steps] == [RefundStepKind.LINE, RefundStepKind.OWED]
    assert eur(1000) == decision.amount
    assert eur(6000) == refund_due(order, received={A: 2}).amount
    assert eur(0) == refund_due(attrs.evolve(order, payments=()), received={A: 2}).amount


def test_a_favour_lowers_what_is_left_to_pay_back() -> None:
    """After a refund without a return, no more than the rest comes back, and it is said."""
    order = shipped_order(("A", 1, 5000)).pay(
        Payment(kind=PaymentKind.REFUNDED, amount=eur(2000), at=AT)
    )
    decision = refund_due(order, received={A: 1})

    assert (eur(5000), eur(3000)) == (decision.entitled, decision.amount)
    assert (
        decision.explain()
        == "line A, 1 back: 50.00 EUR\nno more was captured and kept than 30.00 EUR\n"
        "refund: 30.00 EUR"
    )


def test_a_decision_explains_each_step() -> None:
    """Lines, charges and what is owed stand in the explanation, and their sum."""
    order = shipped_order(("A", 2, 1000), shipping=500, paid=2000)
    decision = refund_due(order, received={A: 2}, shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS)

    assert decision.explain().splitlines() == [
        "line A, 2 back: 20.00 EUR",
        "shipping and charges of the order: 5.00 EUR",
        "not paid yet: -5.00 EUR",
        "refund: 20.00 EUR",
    ]


@pytest.mark.parametrize("units", [-1, True, 1.0])
def test_received_units_are_whole_numbers(units: int) -> None:
    """Fewer than none, half a unit and a truth value are refused."""
    with pytest.raises(FieldError):
        refund_due(shipped_order(("A", 2, 1000)), received={A: units})


def test_no_unit_is_refunded_twice() -> None:
    """What is back already cannot come back again."""
    order, _ = settle(shipped_order(("A", 2, 1000)), received={A: 2})

    with pytest.raises(TransitionError) as caught:
        refund_due(order, received={A: 1})

    assert (caught.value.line, caught.value.kind) == (A, LineEventKind.RETURNED)
    assert (caught.value.wanted, caught.value.possible) == (1, 0)
    with pytest.raises(UnknownLineError):
        refund_due(order, received={LineId("9"): 1})


def captured_in_full(order: Order) -> Order:
    """Return *order* with all that it owes captured."""
    if order.owed.is_zero:
        return order
    return order.pay(Payment(kind=PaymentKind.CAPTURED, amount=order.owed, at=AT))


def all_shipped(order: Order) -> Order:
    """Return *order* with every open unit shipped."""
    for line in order.lines:
        if units := order.counts(line.id).open:
            order = order.ship(line.id, quantity=units, at=AT)
    return order


@given(
    orders(max_steps=4).map(all_shipped),
    st.sampled_from(ShippingRefund),
    st.data(),
)
def test_refunds_do_not_depend_on_the_path(
    order: Order, shipping: ShippingRefund, data: st.DataObject
) -> None:
    """
    Any split of a return into parts, in any order, pays the same total.

    It is never more than was captured, and the order accepts every step as a fact.
    """
    if data.draw(st.booleans()):
        order = captured_in_full(order)
    out = [line.id for line in order.lines for _ in range(order.counts(line.id).out)]
    assume(out)
    units = data.draw(st.permutations(out))[: data.draw(st.integers(1, len(out)))]
    whole = {line: units.count(line) for line in units}
    cuts = data.draw(st.sets(st.integers(1, len(units)), max_size=4))
    total, start, step = Money.zero(order.currency), 0, order
    for cut in sorted({*cuts, len(units)}):
        part = units[start:cut]
        received = {line: part.count(line) for line in part}
        step, amount = settle(step, received=received, shipping=shipping)
        total += amount
        start = cut

    assert refund_due(order, received=whole, shipping=shipping).amount == total
    assert step.paid.refunded <= step.paid.captured


@given(orders(max_steps=4).map(all_shipped), st.data())
def test_a_paid_order_is_settled_by_its_refunds(order: Order, data: st.DataObject) -> None:
    """Fully paid and without favours, an order owes nothing on either side after a return."""
    order = captured_in_full(attrs.evolve(order, payments=()))
    received = {
        line.id: data.draw(st.integers(0, order.counts(line.id).out)) for line in order.lines
    }
    after, _ = settle(order, received={line: units for line, units in received.items() if units})

    assert after.owed.is_zero
    assert after.overpaid.is_zero


@given(orders(), st.data())
def test_decisions_add_up(order: Order, data: st.DataObject) -> None:
    """The steps sum to what is entitled, and the amount is that or what was kept, if less."""
    received = {
        line.id: data.draw(st.integers(0, order.counts(line.id).out)) for line in order.lines
    }
    decision = refund_due(order, received=received)
    steps = sum_money((step.amount for step in decision.steps), currency=order.currency)

    assert steps == decision.entitled
    assert min(steps, order.paid.kept) == decision.amount
    assert decision.amount.amount >= 0
    assert f"refund: {decision.amount}" == decision.explain().splitlines()[-1]


def test_a_decision_without_steps_pays_nothing() -> None:
    """Nothing back, nothing paid."""
    decision = RefundDecision(order=OrderId("A"), steps=(), kept=eur(100))

    assert eur(0) == decision.amount
