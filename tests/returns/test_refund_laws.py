"""The laws of refunds, over orders in any state that valid steps lead to."""

from datetime import UTC, datetime
from typing import Any

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from ecomkit.identifiers import LineId
from ecomkit.money import Money, sum_money
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    LineEvent,
    LineEventKind,
    Order,
    Payment,
    PaymentKind,
)
from ecomkit.returns import FeesRefund, RefundRules, ShippingRefund, plan_refund, refund_due
from ecomkit.testing.strategies._orders import orders

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def captured_in_full(order: Order) -> Order:
    """Return *order* with all that it owes captured."""
    if order.owed.is_zero:
        return order
    return order.pay(Payment(kind=PaymentKind.CAPTURED, amount=order.owed, at=AT))


def all_shipped(order: Order) -> Order:
    """Return *order* with every open unit shipped."""
    return order.with_events(
        LineEvent(kind=LineEventKind.SHIPPED, line=line.id, quantity=units, at=AT)
        for line in order.lines
        if (units := order.counts(line.id).open)
    )


def creditable(order: Order) -> list[LineId]:
    """Return the line of each unit that was shipped and is to be paid for."""
    return [
        line.id
        for line in order.lines
        for _ in range(order.counts(line.id).possible(LineEventKind.CREDITED))
    ]


SHIPPED = orders(max_steps=5).map(all_shipped)


@st.composite
def rules(draw: st.DrawFn, order: Order) -> RefundRules:
    """Return rules for *order*."""
    shipping = draw(st.sampled_from(ShippingRefund))
    standard = None
    if shipping is ShippingRefund.STANDARD_ONLY:
        standard = Money(draw(st.integers(0, 3_000)), order.currency)
    return RefundRules(
        shipping=shipping, standard_shipping=standard, fees=draw(st.sampled_from(FeesRefund))
    )


@st.composite
def credits_of(draw: st.DrawFn, order: Order) -> dict[LineId, int]:
    """Return units of *order* that can be credited, all of them at times."""
    return {
        line.id: draw(st.one_of(st.just(possible), st.integers(0, possible)))
        for line in order.lines
        if (possible := order.counts(line.id).possible(LineEventKind.CREDITED))
    }


@st.composite
def terms_of(draw: st.DrawFn, order: Order) -> list[Adjustment]:
    """Return fees, favours and corrections."""
    signs = {AdjustmentKind.RESTOCKING_FEE: 1, AdjustmentKind.RETURN_SHIPPING: 1}
    return [
        Adjustment(kind=kind, amount=Money(sign * amount, order.currency), at=AT)
        for kind, sign, amount in draw(
            st.lists(
                st.sampled_from(AdjustmentKind).flatmap(
                    lambda kind: st.tuples(
                        st.just(kind),
                        st.sampled_from((1, -1))
                        if kind is AdjustmentKind.CORRECTION
                        else st.just(signs.get(kind, -1)),
                        st.integers(1, 50_000),
                    )
                ),
                max_size=3,
            )
        )
    ]


@given(orders(), st.data())
def test_a_decision_says_by_how_much_more_the_order_is_overpaid(
    order: Order, data: st.DataObject
) -> None:
    """Append its facts, and what is to be paid back has grown by the amount, to the cent."""
    decision = refund_due(
        order,
        credited=data.draw(credits_of(order)),
        rules=data.draw(rules(order)),
        adjustments=data.draw(terms_of(order)),
    )
    after = order.with_events(decision.facts(at=AT))
    more = after.overpaid - order.overpaid

    assert decision.amount == max(more, Money.zero(order.currency))
    assert after.overpaid <= max(order.paid.kept, Money.zero(order.currency))


@given(SHIPPED, st.data())
def test_refunds_do_not_depend_on_the_path(order: Order, data: st.DataObject) -> None:
    """
    Any split of a return into parts, in any order, pays the same total.

    It is never more than was captured, and the order accepts every step as a fact; whether each
    part is paid back at once or all of it in the end makes no difference.
    """
    if data.draw(st.booleans()):
        order = captured_in_full(order)
    loose = creditable(order)
    assume(loose)
    units = data.draw(st.permutations(loose))[: data.draw(st.integers(1, len(loose)))]
    cuts = data.draw(st.sets(st.integers(1, len(units)), max_size=4))
    how = data.draw(rules(order))
    is_paid_at_once = data.draw(st.booleans())
    total, start, step = 0, 0, order
    for cut in sorted({*cuts, len(units)}):
        part = units[start:cut]
        decision = refund_due(step, credited={line: part.count(line) for line in part}, rules=how)
        step = step.with_events(decision.facts(at=AT))
        total += decision.amount.amount
        if is_paid_at_once and not step.overpaid.is_zero:
            step = step.pay(Payment(kind=PaymentKind.REFUNDED, amount=step.overpaid, at=AT))
        start = cut
    whole = refund_due(order, credited={line: units.count(line) for line in units}, rules=how)

    assert whole.amount.amount == total
    assert step.paid.refunded <= step.paid.captured


@given(SHIPPED, st.data())
def test_a_paid_order_is_settled_by_its_refunds(order: Order, data: st.DataObject) -> None:
    """Fully paid, an order owes nothing on either side once its refund is paid."""
    order = captured_in_full(order)
    decision = refund_due(
        order, credited=data.draw(credits_of(order)), rules=data.draw(rules(order))
    )
    after = order.with_events(decision.facts(at=AT))
    if not after.overpaid.is_zero:
        after = after.pay(Payment(kind=PaymentKind.REFUNDED, amount=after.overpaid, at=AT))

    assert after.owed.is_zero
    assert after.overpaid.is_zero


@given(SHIPPED, st.data())
def test_all_that_was_paid_comes_back_with_everything(order: Order, data: st.DataObject) -> None:
    """Shipping and fees given back and every unit credited, nothing of what was due is kept."""
    order = captured_in_full(attrs.evolve(order, adjustments=()))
    assume(creditable(order))
    decision = refund_due(
        order,
        credited={
            line.id: order.counts(line.id).possible(LineEventKind.CREDITED) for line in order.lines
        },
        rules=RefundRules(
            shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS,
            fees=FeesRefund.WHEN_EVERYTHING_RETURNS,
        ),
    )
    after = order.with_events(decision.facts(at=AT))

    assert after.overpaid == max(order.paid.kept, Money.zero(order.currency))


@given(orders(), st.data())
def test_decisions_add_up(order: Order, data: st.DataObject) -> None:
    """The steps sum to what is entitled, and the amount is that or what was kept, if less."""
    decision = refund_due(
        order, credited=data.draw(credits_of(order)), adjustments=data.draw(terms_of(order))
    )
    steps = sum_money((step.amount for step in decision.steps), currency=order.currency)

    assert steps == decision.entitled
    assert decision.amount == max(Money.zero(order.currency), min(steps, decision.kept))
    assert f"refund: {decision.amount}" == decision.explain().splitlines()[-1]
    assert len(decision.explain().splitlines()) >= len(decision.steps) + 1


@given(orders(), st.integers(0, 400_000))
def test_a_plan_never_exceeds_what_was_captured(order: Order, amount: int) -> None:
    """In all and on each tender, in any state."""
    plan = plan_refund(order, amount=Money(amount, order.currency))
    kept = max(0, order.paid.kept.amount)
    by_tender: dict[Any, int] = {part.tender: part.amount.amount for part in plan.parts}

    assert sum(by_tender.values()) == min(amount, kept)
    for tender, back in by_tender.items():
        assert back <= order.paid_by(tender).kept.amount
