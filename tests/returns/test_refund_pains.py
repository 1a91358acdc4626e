"""What goes wrong elsewhere when money is paid back, each as the behaviour that is wanted."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import permutations

import pytest

from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    Adjustment,
    AdjustmentKind,
    Charge,
    ChargeKind,
    LineEventKind,
    Order,
    OrderLine,
    Payment,
    PaymentKind,
    PaymentState,
    TransitionError,
)
from ecomkit.returns import RefundCeilingError, refund_due

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, B = LineId("A"), LineId("B")


def order_of(
    *lines: tuple[str, int, int],
    off: int = 0,
    currency: Currency = Currency.EUR,
    paid: int | None = None,
) -> Order:
    """Return an order of lines (id, units, unit price), paid in full unless told otherwise."""
    order = Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=currency,
        placed_at=AT,
        lines=[
            OrderLine(
                id=LineId(name), sku=Sku(name), quantity=units, unit_price=Money(price, currency)
            )
            for name, units, price in lines
        ],
        charges=[Charge(kind=ChargeKind.DISCOUNT, amount=Money(-off, currency))],
    )
    captured = order.totals.total if paid is None else Money(paid, currency)
    return order.pay(Payment(kind=PaymentKind.CAPTURED, amount=captured, at=AT))


def shipped(order: Order) -> Order:
    """Return *order* with all of its units shipped."""
    for line in order.lines:
        if units := order.counts(line.id).open:
            order = order.ship(line.id, quantity=units, at=AT)
    return order


def paid_back(order: Order, steps: Iterable[dict[LineId, int]]) -> tuple[Order, list[int]]:
    """Return the order after each of *steps* was credited and paid back, and the refunds."""
    refunds = []
    for credited in steps:
        decision = refund_due(order, credited=credited)
        order = order.with_events(decision.facts(at=AT))
        refunds.append(decision.amount.amount)
        if decision.amount.amount:
            order = order.pay(Payment(kind=PaymentKind.REFUNDED, amount=decision.amount, at=AT))
    return order, refunds


def test_adding_and_removing_an_item_of_a_paid_order_pays_nothing_back() -> None:
    """Paid 100.00, edited by +20.00 and then -20.00: nothing is owed on either side."""
    order = order_of(("A", 1, 10_000))
    extra = OrderLine(id=B, sku=Sku("B"), quantity=1, unit_price=Money(2000, Currency.EUR))
    edited = order.add(extra, at=AT).cancel(B, quantity=1, at=AT)

    assert (edited.owed.amount, edited.overpaid.amount) == (0, 0)
    assert refund_due(edited, credited={}).amount.amount == 0


def test_cancelling_a_line_does_not_move_its_discount_to_the_others() -> None:
    """60.00 and 40.00 with 10.00 off: the first is cancelled, the second comes back for 36.00."""
    order = order_of(("A", 1, 6000), ("B", 1, 4000), off=1000).cancel(A, quantity=1, at=AT)

    assert order.overpaid.amount == 5400
    assert refund_due(shipped(order), credited={B: 1}).amount.amount == 3600


def test_a_granted_refund_is_overpaid_until_it_is_paid() -> None:
    """Captured 100.00, 30.00 granted: overpaid by 30.00, and settled once they are paid back."""
    order = order_of(("A", 1, 10_000)).with_events(
        [Adjustment(kind=AdjustmentKind.GOODWILL, amount=Money(-3000, Currency.EUR), at=AT)]
    )

    assert (order.payment_state, order.overpaid.amount) == (PaymentState.OVERPAID, 3000)

    order = order.pay(Payment(kind=PaymentKind.REFUNDED, amount=Money(3000, Currency.EUR), at=AT))

    assert (order.owed.amount, order.overpaid.amount) == (0, 0)
    assert order.payment_state is PaymentState.PARTIALLY_REFUNDED


def test_a_refund_knows_the_promotions() -> None:
    """3 for 2 on 9.99, one sent back: a third of what was paid, and not the price on the tag."""
    order = shipped(order_of(("A", 3, 999), off=999))
    _, refunds = paid_back(order, [{A: 1}, {A: 1}, {A: 1}])

    assert refunds == [666, 666, 666]


def test_what_is_shown_is_what_is_sent() -> None:
    """The text of a decision ends in its amount, and the order is overpaid by that amount."""
    order = shipped(order_of(("A", 3, 1000), ("B", 1, 777), off=123))
    decision = refund_due(order, credited={A: 2, B: 1})
    after = order.with_events(decision.facts(at=AT))

    assert decision.explain().splitlines()[-1] == f"refund: {decision.amount}"
    assert after.overpaid == decision.amount


def test_what_is_pending_is_right_after_several_returns_and_an_edit() -> None:
    """Two returns, a line added and one cancelled: the difference is that of the facts."""
    order = shipped(order_of(("A", 2, 3000), ("B", 1, 4000)))
    order, refunds = paid_back(order, [{A: 1}, {B: 1}])
    extra = OrderLine(
        id=LineId("C"), sku=Sku("C"), quantity=2, unit_price=order.lines[0].unit_price
    )
    order = order.add(extra, at=AT)

    assert refunds == [3000, 4000]
    # 30.00 are kept and 90.00 due; what was paid back was granted and is not asked for again.
    assert (order.paid.kept.amount, order.effective_total.amount) == (3000, 9000)
    order = order.cancel(extra.id, quantity=2, at=AT)
    assert (order.owed.amount, order.overpaid.amount) == (0, 0)
    assert refund_due(order, credited={A: 1}).amount.amount == 3000


@pytest.mark.parametrize("currency", [Currency.EUR, Currency.JPY, Currency.KWD])
def test_no_refund_has_more_digits_than_its_currency(currency: Currency) -> None:
    """A third of 10 minor units, in cents, yen and fils: 4, 3, 3, and nothing in between."""
    order = shipped(order_of(("A", 3, 4), off=2, currency=currency))
    after, refunds = paid_back(order, [{A: 1}, {A: 1}, {A: 1}])

    assert refunds == [4, 3, 3]
    assert after.paid.kept.amount == 0


def test_a_yen_is_a_yen() -> None:
    """1,999 yen come back as 1,999 yen: neither 19.99 nor 199,900."""
    order = shipped(order_of(("A", 1, 1999), currency=Currency.JPY))

    assert str(refund_due(order, credited={A: 1}).amount) == "1999 JPY"


def test_the_last_cent_of_an_uneven_price_is_paid_back() -> None:
    """19.99999 of 20.00 is no refund: three thirds of 20.00 are 20.00."""
    order = shipped(order_of(("A", 3, 667), off=1))
    after, refunds = paid_back(order, [{A: 1}, {A: 1}, {A: 1}])

    assert (sum(refunds), after.paid.kept.amount) == (2000, 0)


def test_a_second_partial_refund_knows_the_first() -> None:
    """One of two lines was paid back: the second refund is the rest, and no cent of the first."""
    order, refunds = paid_back(
        shipped(order_of(("A", 1, 1000), ("B", 1, 501), off=100)), [{A: 1}, {B: 1}]
    )

    assert refunds == [933, 468]
    with pytest.raises(TransitionError):
        refund_due(order, credited={A: 1})


def test_parts_of_a_kit_sum_to_the_kit() -> None:
    """A kit of 10.00 sold as three lines of one unit each keeps its cents line by line."""
    order = shipped(order_of(("A", 1, 334), ("B", 1, 333), ("C", 1, 333)))

    for way in permutations((A, B, LineId("C"))):
        _, refunds = paid_back(order, [{line: 1} for line in way])

        assert sum(refunds) == 1000


def test_what_did_not_arrive_is_not_paid_back() -> None:
    """Announced 3 at 89.99, received 2: 179.98, and asking for 269.97 names the ceiling."""
    order = shipped(order_of(("A", 3, 8999)))
    decision = refund_due(order, credited={A: 2})

    with pytest.raises(RefundCeilingError) as caught:
        decision.grant(Money(26_997, Currency.EUR))

    assert caught.value.ceiling.amount == 17_998


def test_not_a_cent_above_the_order_is_paid_back() -> None:
    """10 x 23.90 less 25 %, unit by unit: 179.25, where rounding each unit gives 179.30."""
    order = shipped(order_of(("A", 10, 2390), off=5975))
    after, refunds = paid_back(order, [{A: 1}] * 10)

    assert (sum(refunds), after.paid.kept.amount) == (17_925, 0)
    with pytest.raises(RefundCeilingError):
        refund_due(order, credited={A: 10}).grant(Money(17_926, Currency.EUR))


def test_a_partial_refund_takes_its_share_of_a_discount_and_not_the_whole() -> None:
    """150.00 and 60.00 at 20 % off: the first comes back for 120.00, and not for 108.00."""
    order = shipped(order_of(("A", 1, 15_000), ("B", 1, 6000), off=4200))

    assert refund_due(order, credited={A: 1}).amount.amount == 12_000


def test_a_unit_that_was_received_is_not_received_again() -> None:
    """Two shipped, and both of them back: no third one comes, over however many requests."""
    order = shipped(order_of(("A", 2, 1000)))
    order = order.take_back(A, quantity=1, at=AT).take_back(A, quantity=1, at=AT)

    for kind in (LineEventKind.RETURNED, LineEventKind.CREDITED):
        assert order.counts(A).possible(kind) == 0
    with pytest.raises(TransitionError):
        order.take_back(A, quantity=1, at=AT)
    with pytest.raises(TransitionError):
        refund_due(order, credited={A: 1})


@pytest.mark.parametrize(
    ("lines", "off"),
    [
        ([("A", 3, 334)], 2),
        ([("A", 2, 334), ("B", 1, 334)], 2),
        ([("A", 7, 143)], 1),
    ],
)
def test_a_line_of_ten_pays_back_ten_over_separate_refunds(
    lines: list[tuple[str, int, int]], off: int
) -> None:
    """10.00 for several units: separate refunds, in any order, sum to 10.00 and not to 9.99."""
    order = shipped(order_of(*lines, off=off))
    units = [line.id for line in order.lines for _ in range(line.quantity)]

    for way in {tuple(units), tuple(reversed(units)), *list(permutations(units))[:24]}:
        after, refunds = paid_back(order, [{line: 1} for line in way])

        assert (sum(refunds), after.paid.kept.amount) == (1000, 0)


def test_units_that_come_back_after_a_cancellation_are_worth_the_next_part() -> None:
    """One of three was cancelled for 3.34: the other two are worth 3.33 each."""
    order = order_of(("A", 3, 334), ("B", 1, 1), off=2).cancel(A, quantity=1, at=AT)
    first = order.overpaid.amount
    _, refunds = paid_back(shipped(order), [{A: 1}, {A: 1}])

    assert (first, refunds) == (334, [333, 333])


def test_cancelling_what_is_left_after_a_partial_refund_pays_back_the_rest() -> None:
    """Two of three units shipped, one back and paid: the open one is cancelled for its own part."""
    order = order_of(("A", 3, 334), off=2).ship(A, quantity=2, at=AT)
    order, refunds = paid_back(order, [{A: 1}])
    order = order.cancel(A, quantity=1, at=AT)

    assert (refunds, order.overpaid.amount) == ([334], 333)
