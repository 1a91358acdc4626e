"""Laws of orders: units, cents and steps."""

import pickle
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.money import Money, sum_money
from ecomkit.orders import (
    ChargeKind,
    Fact,
    FulfilmentState,
    LineEvent,
    LineEventKind,
    Order,
    OrderState,
    Payment,
    PaymentKind,
    PaymentState,
    RefundExceedsCapturedError,
    ReturnState,
    TransitionError,
)
from ecomkit.testing.strategies._orders import orders, placed_orders

AT = datetime(2026, 4, 1, tzinfo=UTC)


@given(orders())
def test_counts_are_the_sums_of_the_events(order: Order) -> None:
    """Each counter of a line is the sum of the quantities of its events."""
    for line in order.lines:
        sums = {
            kind: sum(
                event.quantity
                for event in order.events
                if event.line == line.id and event.kind is kind
            )
            for kind in LineEventKind
        }
        counts = order.counts(line.id)

        assert line.quantity == counts.ordered
        assert sums[LineEventKind.CANCELLED] == counts.cancelled
        assert sums[LineEventKind.SHIPPED] - sums[LineEventKind.UNSHIPPED] == counts.shipped
        assert sums[LineEventKind.DELIVERED] == counts.delivered
        assert sums[LineEventKind.LOST] - sums[LineEventKind.FOUND] == counts.lost
        assert sums[LineEventKind.RETURNED] - sums[LineEventKind.SENT_BACK] == counts.returned
        assert sums[LineEventKind.CREDITED] == counts.credited


@given(orders())
def test_counters_keep_their_laws(order: Order) -> None:
    """Ordered units are open, cancelled or shipped; no more come back or arrive than went out."""
    for line in order.lines:
        counts = order.counts(line.id)

        assert counts.ordered == counts.cancelled + counts.shipped + counts.open
        assert counts.open >= 0
        assert counts.delivered + counts.lost <= counts.shipped
        assert counts.returned + counts.lost <= counts.shipped
        assert counts.credited <= counts.shipped
        assert counts.out == counts.shipped - counts.lost - counts.returned
        assert counts.off == counts.cancelled + counts.credited


@given(orders())
def test_an_order_with_open_units_says_so(order: Order) -> None:
    """Units are open at the order if they are at one of its lines."""
    assert order.has_open_units is any(order.counts(line.id).open for line in order.lines)


@given(orders(), st.data())
def test_a_step_is_possible_up_to_its_bound(order: Order, data: st.DataObject) -> None:
    """A step with as many units as are possible succeeds, one more is refused with the facts."""
    line = data.draw(st.sampled_from(order.lines)).id
    kind = data.draw(st.sampled_from(LineEventKind))
    possible = order.counts(line).possible(kind)

    with pytest.raises(TransitionError) as caught:
        order.record(kind, line=line, quantity=possible + 1, at=AT)

    assert (order.id, line, kind) == (caught.value.order, caught.value.line, caught.value.kind)
    assert (possible + 1, possible) == (caught.value.wanted, caught.value.possible)
    if possible:
        after = order.record(kind, line=line, quantity=possible, at=AT)

        assert after.counts(line).possible(kind) == 0
        event = LineEvent(kind=kind, line=line, quantity=possible, at=AT)
        assert (*order.events, event) == after.events


@given(orders(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(order: Order, random: Random) -> None:
    """The facts in any order lead to the same counters, amounts and axes."""
    shuffled = attrs.evolve(
        order,
        events=random.sample(order.events, len(order.events)),
        payments=random.sample(order.payments, len(order.payments)),
        adjustments=random.sample(order.adjustments, len(order.adjustments)),
        holds=random.sample(order.holds, len(order.holds)),
    )

    assert order.units == shuffled.units
    assert order.effective_total == shuffled.effective_total
    assert order.paid == shuffled.paid
    assert order.payment_state is shuffled.payment_state
    assert order.state is shuffled.state
    assert order.open_holds == shuffled.open_holds


@given(orders())
def test_events_in_one_go_equal_events_one_by_one(order: Order) -> None:
    """Appending all facts at once is appending them one by one."""
    start = attrs.evolve(order, events=(), payments=(), adjustments=(), holds=())
    facts: list[Fact] = [*order.payments, *order.events, *order.holds, *order.adjustments]
    together = start.with_events(facts)
    single = start
    for fact in facts:
        single = single.with_events([fact])

    assert order == together
    assert order == single


@given(orders())
def test_version_counts_what_was_appended(order: Order) -> None:
    """The version is the number of facts and lines after the placement."""
    added = [line for line in order.lines if line.added_at is not None]
    facts = (*order.events, *order.payments, *order.adjustments, *order.holds)

    assert len(facts) + len(added) == order.version


@given(orders())
def test_orders_survive_pickling(order: Order) -> None:
    """A pickled order comes back equal, with the same hash and the same derived facts."""
    back = pickle.loads(pickle.dumps(order))  # noqa: S301  # our own bytes

    assert order == back
    assert hash(order) == hash(back)
    assert order.units == back.units


@given(orders())
def test_the_total_is_the_lines_and_what_stands_beside_them(order: Order) -> None:
    """No cent is lost: the amounts of the lines, and shipping and charges, are the total."""
    lines = sum_money(
        (order.line_amount(line.id) for line in order.lines), currency=order.currency
    )
    beside = order.totals.total - lines

    assert beside.amount >= 0
    assert order.charges_due in {beside, Money.zero(order.currency)}
    assert (order.charges_due == beside) or order.units.due == 0


@given(orders())
def test_totals_are_the_sums_of_lines_and_charges(order: Order) -> None:
    """Each total is a sum over its kind, and included tax adds nothing."""
    totals = order.totals
    goods = sum(line.unit_price.amount * line.quantity for line in order.lines)
    adding = sum(
        charge.amount.amount
        for charge in order.charges
        if charge.taxation is None or charge.taxation.value == "added"
    )
    taxes = sum(c.amount.amount for c in order.charges if c.kind is ChargeKind.TAX)

    assert goods == totals.items.amount
    assert goods + adding == totals.total.amount
    assert taxes == (totals.tax_added + totals.tax_included).amount
    assert totals.discounts.amount <= 0


@given(orders())
def test_no_line_is_below_zero(order: Order) -> None:
    """Discounts never take a line below nothing."""
    for line in order.lines:
        price = order.price(line.id)

        assert price.net.amount <= price.goods.amount
        assert price.amount.amount >= 0
        assert price.net + price.fees + price.tax_added == price.amount


@given(orders(), st.data())
def test_entitlement_sums_to_the_line_by_any_parts(order: Order, data: st.DataObject) -> None:
    """What single units are worth differs by a cent at most, and sums to the line."""
    line = data.draw(st.sampled_from(order.lines))
    running = [order.entitlement(line.id, units=k).amount for k in range(line.quantity + 1)]
    parts = [after - before for before, after in pairwise(running)]
    exact = order.line_amount(line.id).amount

    assert running[0] == 0
    assert exact == running[-1]
    assert max(parts) - min(parts) <= 1
    for units, amount in enumerate(running):
        assert exact * units <= amount * line.quantity < exact * units + line.quantity


@given(orders(placed=placed_orders(max_quantity=3), max_steps=6))
def test_a_cancelled_line_leaves_the_amounts_of_the_others(order: Order) -> None:
    """Cancelling units changes no line amount and lowers what is due by their worth."""
    for line in order.lines:
        units = order.counts(line.id).open
        if not units:
            continue
        after = order.cancel(line.id, quantity=units, at=AT)
        off = order.counts(line.id).off
        worth = order.entitlement(line.id, units=off + units) - order.entitlement(
            line.id, units=off
        )
        gone = order.charges_due - after.charges_due
        adjusted = sum_money((a.amount for a in order.adjustments), currency=order.currency)

        assert order.totals == after.totals
        assert all(order.price(each.id) == after.price(each.id) for each in order.lines)
        assert after.effective_total <= order.effective_total
        if after.effective_total.amount > 0 or adjusted.amount >= 0:
            assert order.effective_total - worth - gone == after.effective_total


@given(orders())
def test_what_is_due_lies_between_nothing_and_the_total(order: Order) -> None:
    """Cancellations and credits only lower what is due, and never below nothing; fees raise it."""
    fees = sum(max(each.amount.amount, 0) for each in order.adjustments)

    assert 0 <= order.effective_total.amount <= order.totals.total.amount + fees


@given(orders())
def test_owed_and_overpaid_exclude_each_other(order: Order) -> None:
    """Never do both sides owe; neither is negative."""
    assert 0 in {order.owed.amount, order.overpaid.amount}
    assert order.owed.amount >= 0
    assert order.overpaid.amount >= 0
    paid = order.paid
    assert paid.captured - paid.refunded - paid.charged_back == paid.kept


@given(orders())
def test_fulfilment_agrees_with_the_counters(order: Order) -> None:
    """The fulfilment axis says no more and no less than the counters of the lines."""
    counts = [order.counts(line.id) for line in order.lines]
    nothing_due = all(each.due == 0 for each in counts)
    nothing_open = all(each.open == 0 for each in counts)
    nothing_shipped = all(each.shipped == 0 for each in counts)
    all_delivered = all(each.delivered == each.shipped for each in counts)
    expected = {
        FulfilmentState.CANCELLED: nothing_due,
        FulfilmentState.UNFULFILLED: nothing_shipped and not nothing_due,
        FulfilmentState.PARTIAL: not nothing_shipped and not nothing_open,
        FulfilmentState.FULFILLED: nothing_open and not nothing_shipped and not all_delivered,
        FulfilmentState.DELIVERED: nothing_open and not nothing_shipped and all_delivered,
    }

    assert [order.fulfilment_state] == [state for state, true in expected.items() if true]


@given(orders())
def test_returns_agree_with_the_counters(order: Order) -> None:
    """The return axis says no more and no less than the counters of the lines."""
    counts = [order.counts(line.id) for line in order.lines]
    nothing = all(each.returned == 0 for each in counts)
    everything = all(each.returned == each.due for each in counts)
    expected = {
        ReturnState.NONE: nothing,
        ReturnState.PARTIAL: not nothing and not everything,
        ReturnState.RETURNED: not nothing and everything,
    }

    assert [order.return_state] == [state for state, true in expected.items() if true]


@given(orders())
def test_the_order_axis_agrees_with_the_others(order: Order) -> None:
    """An order is complete when nothing is open or owed, and cancelled when all units are."""
    cancelled = order.fulfilment_state is FulfilmentState.CANCELLED
    done = order.units.open == 0 and order.owed.is_zero

    assert cancelled == (order.state is OrderState.CANCELLED)
    assert (done and not cancelled) == (order.state is OrderState.COMPLETE)


@given(orders())
def test_payments_agree_with_the_amounts(order: Order) -> None:
    """The payment axis says no more and no less than the sums of the payments."""
    paid, due = order.paid, order.effective_total
    none = paid.captured.is_zero
    free = order.totals.total.is_zero
    disputed = not none and paid.charged_back.amount > 0 and paid.kept < due
    refunded = not none and not disputed and paid.kept.amount <= 0
    over = not none and not disputed and not refunded and order.overpaid.amount > 0
    settled = none or disputed or refunded or over
    some_back = not settled and paid.refunded.amount > 0
    plain = not settled and not some_back
    promised = paid.authorised > paid.voided
    nothing = none and not free and not promised
    declined = nothing and not paid.declined.is_zero
    expected = {
        PaymentState.NONE: nothing and not declined and paid.voided.is_zero,
        PaymentState.DECLINED: declined,
        PaymentState.AUTHORISED: none and not free and promised,
        PaymentState.VOIDED: nothing and not declined and not paid.voided.is_zero,
        PaymentState.PARTIALLY_PAID: plain and paid.kept < due,
        PaymentState.PAID: (plain and paid.kept == due) or (none and free),
        PaymentState.OVERPAID: over,
        PaymentState.PARTIALLY_REFUNDED: some_back,
        PaymentState.REFUNDED: refunded,
        PaymentState.CHARGED_BACK: disputed,
    }

    assert [order.payment_state] == [state for state, true in expected.items() if true]


@given(orders())
def test_refunds_never_exceed_what_was_captured(order: Order) -> None:
    """One minor unit more than was captured is refused, with the facts."""
    too_much = order.paid.captured - order.paid.refunded + Money(1, order.currency)
    refund = Payment(kind=PaymentKind.REFUNDED, amount=too_much, at=AT)

    with pytest.raises(RefundExceedsCapturedError) as caught:
        order.pay(refund)

    assert order.paid.captured == caught.value.captured
    assert order.paid.captured + Money(1, order.currency) == caught.value.refunded
