"""Where the money of a refund goes: tenders in a stated order, none of them asked for too much."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, CurrencyMismatchError, Money
from ecomkit.orders import Order, OrderLine, Payment, PaymentKind, Tender, TenderKind
from ecomkit.returns import (
    STORE_CREDIT,
    InStoreCredit,
    RefundPlan,
    TenderOrder,
    TenderRule,
    plan_refund,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CARD, CASH, GIFT, CREDIT = (
    Tender(kind=kind)
    for kind in (TenderKind.CARD, TenderKind.CASH, TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT)
)
VISA = Tender(kind=TenderKind.CARD, name="visa")
PROPORTIONAL = TenderOrder(first=(), rule=TenderRule.PROPORTIONAL)


def eur(amount: int) -> Money:
    """Return an amount in cents."""
    return Money(amount, Currency.EUR)


def paid(*payments: tuple[Tender, int] | tuple[Tender, int, PaymentKind]) -> Order:
    """Return an order of 100.00 with payments: tender, amount, and a kind, captured by default."""
    return Order(
        id=OrderId("shop/1"),
        channel=ChannelId("shop"),
        currency=Currency.EUR,
        placed_at=AT,
        lines=[OrderLine(id=LineId("1"), sku=Sku("A"), quantity=1, unit_price=eur(10_000))],
        payments=[
            Payment(
                kind=kind[0] if kind else PaymentKind.CAPTURED,
                amount=eur(amount),
                at=AT,
                tender=tender,
            )
            for tender, amount, *kind in payments
        ],
    )


def shares(plan: RefundPlan) -> list[tuple[Tender, int]]:
    """Return what goes where."""
    return [(part.tender, part.amount.amount) for part in plan.parts]


def test_gift_cards_and_store_credit_come_first_then_the_newest_capture() -> None:
    """So it goes unless another order is stated."""
    order = paid((CARD, 4000), (GIFT, 1000), (CASH, 3000), (CREDIT, 2000))

    assert shares(plan_refund(order, amount=eur(8000))) == [
        (CARD, 2000),
        (GIFT, 1000),
        (CASH, 3000),
        (CREDIT, 2000),
    ]
    assert shares(plan_refund(order, amount=eur(1500))) == [(GIFT, 1000), (CREDIT, 500)]


def test_the_order_can_be_turned_around() -> None:
    """The oldest capture first, or one kind before all others."""
    order = paid((CARD, 4000), (GIFT, 1000), (CASH, 5000))
    oldest = TenderOrder(first=(), rule=TenderRule.FIRST_CAPTURED_FIRST)
    cash = TenderOrder(first=(TenderKind.CASH,))

    assert shares(plan_refund(order, amount=eur(4500), tenders=oldest)) == [
        (CARD, 4000),
        (GIFT, 500),
    ]
    assert shares(plan_refund(order, amount=eur(6500), tenders=cash)) == [
        (CARD, 500),
        (GIFT, 1000),
        (CASH, 5000),
    ]


def test_in_proportion_every_cent_has_a_place() -> None:
    """100.00 over two cards and cash in thirds: the cent that is left goes to the first of equals."""
    order = paid((CARD, 3333), (VISA, 3333), (CASH, 3334))

    assert shares(plan_refund(order, amount=eur(100), tenders=PROPORTIONAL)) == [
        (CARD, 33),
        (VISA, 33),
        (CASH, 34),
    ]
    assert shares(plan_refund(order, amount=eur(10_000), tenders=PROPORTIONAL)) == [
        (CARD, 3333),
        (VISA, 3333),
        (CASH, 3334),
    ]


def test_no_tender_gets_more_than_is_left_on_it() -> None:
    """What was paid back and charged back before is gone; what did not go through is not."""
    order = paid(
        (CARD, 6000),
        (CASH, 4000),
        (CARD, 1000, PaymentKind.REFUNDED),
        (CARD, 2000, PaymentKind.CHARGED_BACK),
        (CASH, 500, PaymentKind.REFUNDED),
        (CASH, 500, PaymentKind.REFUND_FAILED),
    )
    plan = plan_refund(order, amount=eur(9000))

    assert shares(plan) == [(CARD, 3000), (CASH, 4000)]
    assert eur(2000) == plan.unplaced
    assert [part.left.amount for part in plan.parts] == [3000, 4000]


def test_a_chargeback_that_was_won_can_be_paid_back_again() -> None:
    """The money is back on the tender."""
    lost = paid((CARD, 10_000), (CARD, 10_000, PaymentKind.CHARGED_BACK))
    won = lost.pay(
        Payment(kind=PaymentKind.CHARGEBACK_REVERSED, amount=eur(10_000), at=AT, tender=CARD)
    )

    assert shares(plan_refund(lost, amount=eur(100))) == []
    assert shares(plan_refund(won, amount=eur(100))) == [(CARD, 100)]


def test_a_chargeback_beyond_what_was_left_lowers_the_other_tenders() -> None:
    """Refunded 30.00 of 60.00 and all 60.00 charged back: of 40.00 in cash 10.00 are left to give."""
    order = paid(
        (CARD, 6000),
        (CASH, 4000),
        (CARD, 3000, PaymentKind.REFUNDED),
        (CARD, 6000, PaymentKind.CHARGED_BACK),
    )

    assert shares(plan_refund(order, amount=eur(4000))) == [(CASH, 1000)]


def test_two_cards_are_two_tenders() -> None:
    """Names tell tenders of one kind apart."""
    order = paid((CARD, 2000), (VISA, 2000))

    assert shares(plan_refund(order, amount=eur(3000))) == [(CARD, 1000), (VISA, 2000)]


def test_a_plan_explains_itself() -> None:
    """Each part, the bonus, and what has no place."""
    order = paid((VISA, 2000), (GIFT, 1000))

    assert plan_refund(order, amount=eur(4000)).explain().splitlines() == [
        "card visa: 20.00 EUR of 20.00 EUR left",
        "gift card: 10.00 EUR of 10.00 EUR left",
        "left on no tender: 10.00 EUR",
        "refund: 40.00 EUR",
    ]
    plan = plan_refund(order, amount=eur(1000), tenders=InStoreCredit(percent=Decimal(10)))

    assert plan.explain().splitlines() == [
        "store credit refund: 10.00 EUR of 30.00 EUR left",
        "bonus on the store credit: 1.00 EUR",
        "refund: 10.00 EUR",
    ]


def test_store_credit_in_the_place_of_money_brings_its_bonus_on_top() -> None:
    """The order pays back the value; the bonus is no money of the order."""
    order = paid((CARD, 10_000))
    plan = plan_refund(order, amount=eur(5000), tenders=InStoreCredit(percent=Decimal(15)))

    assert shares(plan) == [(STORE_CREDIT, 5000)]
    assert plan.credit is not None
    assert (eur(5000), eur(750), eur(5750)) == (
        plan.credit.value,
        plan.credit.bonus,
        plan.credit.total,
    )
    assert plan_refund(order, amount=eur(0), tenders=InStoreCredit()).parts == ()
    uneven = plan_refund(order, amount=eur(5999), tenders=InStoreCredit(percent=Decimal(10)))
    assert uneven.credit is not None
    assert eur(599) == uneven.credit.bonus


def test_money_and_store_credit_together_stop_at_what_was_kept() -> None:
    """60.00 in store credit leave 40.00 for the card that had paid 100.00."""
    order = paid((CARD, 10_000), (STORE_CREDIT, 6000, PaymentKind.REFUNDED))

    assert shares(plan_refund(order, amount=eur(10_000))) == [(CARD, 4000)]
    again = plan_refund(order, amount=eur(5000), tenders=InStoreCredit())
    assert (shares(again), eur(1000)) == ([(STORE_CREDIT, 4000)], again.unplaced)


@given(parts=st.lists(st.integers(1, 500), min_size=1, max_size=8), percent=st.integers(0, 100))
def test_a_bonus_does_not_depend_on_the_parts(parts: list[int], percent: int) -> None:
    """Parts of a refund in store credit bring as much bonus as the whole."""
    bonus = InStoreCredit(percent=Decimal(percent))
    order = whole = paid((CARD, 10_000))
    given_so_far = 0
    for part in parts:
        credit = plan_refund(order, amount=eur(part), tenders=bonus).credit
        assert credit is not None
        given_so_far += credit.bonus.amount
        order = order.pay(
            Payment(kind=PaymentKind.REFUNDED, amount=eur(part), at=AT, tender=STORE_CREDIT)
        )
    at_once = plan_refund(whole, amount=eur(sum(parts)), tenders=bonus).credit

    assert at_once is not None
    assert given_so_far == at_once.bonus.amount


@pytest.mark.parametrize("percent", [Decimal(-1), Decimal("NaN"), Decimal("Infinity"), 0.1, None])
def test_a_bonus_is_an_exact_percentage(percent: Any) -> None:
    """A negative one, one without end and a binary fraction are refused."""
    with pytest.raises(FieldError):
        InStoreCredit(percent=percent)


def test_a_bonus_is_granted_as_it_was_offered() -> None:
    """5.00 were offered; a percentage beside it, another currency and less than nothing are not."""
    order = paid((CARD, 10_000))
    credit = plan_refund(order, amount=eur(3000), tenders=InStoreCredit(bonus=eur(500))).credit

    assert credit is not None
    assert eur(3500) == credit.total
    with pytest.raises(FieldError):
        InStoreCredit(bonus=eur(500), percent=Decimal(10))
    with pytest.raises(FieldError):
        plan_refund(order, amount=eur(3000), tenders=InStoreCredit(bonus=eur(-1)))
    with pytest.raises(CurrencyMismatchError):
        plan_refund(order, amount=eur(3000), tenders=InStoreCredit(bonus=Money(5, Currency.JPY)))


def test_a_kind_comes_first_once() -> None:
    """An order in which one kind comes twice is none."""
    with pytest.raises(FieldError):
        TenderOrder(first=(TenderKind.CARD, TenderKind.CARD))


def test_only_money_of_the_order_is_planned() -> None:
    """Another currency and less than nothing are refused."""
    order = paid((CARD, 1000))

    with pytest.raises(CurrencyMismatchError):
        plan_refund(order, amount=Money(1, Currency.JPY))
    with pytest.raises(FieldError):
        plan_refund(order, amount=eur(-1))


@pytest.mark.parametrize("answer", [(), (5,), (-1, 1), (1, 2001), (1000, 500), (0.5, 0.5)])
def test_a_policy_of_ones_own_cannot_give_what_is_not_there(answer: Any) -> None:
    """Shares that are missing, negative, broken, above what is left or above the amount."""
    order = paid((CARD, 3000), (CASH, 2000))

    with pytest.raises(FieldError):
        plan_refund(order, amount=eur(1000), tenders=lambda _, left: answer)


def test_a_policy_of_ones_own_may_leave_a_part_without_a_place() -> None:
    """What it does not give shows as unplaced."""
    order = paid((CARD, 3000), (CASH, 2000))
    plan = plan_refund(order, amount=eur(4000), tenders=lambda amount, left: (0, 2000))

    assert (shares(plan), eur(2000)) == ([(CASH, 2000)], plan.unplaced)


TENDER_ORDERS = st.builds(
    TenderOrder,
    first=st.lists(st.sampled_from(TenderKind), unique=True, max_size=3),
    rule=st.sampled_from(TenderRule),
)


@given(
    captured=st.lists(
        st.tuples(st.sampled_from((CARD, VISA, CASH, GIFT)), st.integers(1, 5000)), max_size=6
    ),
    taken=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5000)), max_size=3),
    amount=st.integers(0, 40_000),
    tenders=TENDER_ORDERS,
)
def test_a_plan_places_all_that_is_left_and_no_more(
    captured: Any, taken: Any, amount: int, tenders: TenderOrder
) -> None:
    """Whatever the order: no tender above what is left on it, and the sum is what there is."""
    back = []
    left = dict.fromkeys((tender for tender, _ in captured), 0)
    for tender, cents in captured:
        left[tender] += cents
    for place, cents in taken:
        tender = (CARD, VISA, CASH, GIFT)[place]
        if cents <= left.get(tender, 0):
            left[tender] -= cents
            back.append((tender, cents, PaymentKind.REFUNDED))
    plan = plan_refund(paid(*captured, *back), amount=eur(amount), tenders=tenders)

    assert all(0 < cents <= left[tender] for tender, cents in shares(plan))
    assert sum(cents for _, cents in shares(plan)) == min(amount, sum(left.values()))
    assert eur(max(0, amount - sum(left.values()))) == plan.unplaced
