"""Money that a channel took and paid back: booked once, under whose name it goes, or shown."""

from collections.abc import Iterable
from typing import Any

import attrs
import pytest
from claims_kit import LATER, NOON, ONE, claim, eur, line, placed, refund
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.channels import (
    ChannelRefund,
    ClaimedStates,
    DisagreementKind,
    LineUnits,
    Reconciliation,
    RefundState,
    key_mark,
    reconcile,
)
from ecomkit.money import Currency, Money
from ecomkit.orders import Order, Payment, PaymentKind, PaymentState, Tender, TenderKind

Kind = DisagreementKind
PAID = eur(12_500)
CARD = Tender(kind=TenderKind.CARD, name="Visa")


def sold(*refunds: ChannelRefund, **changes: Any) -> Any:
    """Return a claim on an order that was paid, with refunds."""
    return claim(paid=PAID, refunds=refunds, **changes)


def asked_of(order: Order, *refunds: ChannelRefund, **changes: Any) -> Reconciliation:
    """Compare an order with refunds that are told."""
    return reconcile(order, sold(*refunds, **changes), covered={})


def booked(asked: Reconciliation) -> list[tuple[PaymentKind, int, str]]:
    """Return what is to be booked."""
    return [(p.kind, p.amount.amount, p.reference) for p in asked.payments]


def differences(asked: Reconciliation) -> list[tuple[DisagreementKind, int, int, str]]:
    """Return where the two differ."""
    return [(d.kind, d.ours, d.theirs, d.note) for d in asked.disagreements]


def ours(amount: int, key: str = "refund:etsy/1001:2", *, kind: str = "REFUNDED") -> Payment:
    """Return a refund that we have booked and asked for."""
    return Payment(
        kind=PaymentKind[kind], amount=eur(amount), at=LATER, reference=key, tender=CARD
    )


BACK, FAILED = PaymentKind.REFUNDED, PaymentKind.REFUND_FAILED
MARK = key_mark("refund:etsy/1001:2")


# -- laws --------------------------------------------------------------------------------------

told_refunds = st.lists(
    st.builds(
        refund,
        name=st.sampled_from("abcd"),
        amount=st.integers(0, 4_000),
        state=st.none() | st.sampled_from(RefundState),
        mark=st.none() | st.sampled_from((MARK, "of somebody")),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
our_refunds = st.lists(
    st.builds(ours, st.integers(1, 4_000), st.sampled_from(("refund:etsy/1001:2", "key-2"))),
    max_size=2,
)


def paid_in(refunds: Iterable[ChannelRefund]) -> int:
    """Return what was paid back, as told."""
    return sum(one.amount.amount for one in refunds if one.state is RefundState.PAID)


@given(told_refunds, our_refunds)
def test_what_is_told_as_paid_back_is_booked_or_shown(
    told: list[ChannelRefund], known: list[Payment]
) -> None:
    """The books have at least what was paid back, unless that exceeds what was taken: then it is said."""
    order = placed(sold()).with_events(known)
    asked = asked_of(order, *told)
    after = order.with_events(asked.payments)

    assert after.paid.refunded <= after.paid.captured
    assert after.paid.refunded.amount >= paid_in(told) or Kind.REFUND_BEYOND_PAID in {
        d.kind for d in asked.disagreements
    }
    assert booked(asked_of(after, *told)) == []


@given(st.lists(told_refunds, min_size=1, max_size=4), st.data())
def test_refunds_that_only_come_to_be_are_booked_once_in_any_order(
    parts: list[list[ChannelRefund]], data: st.DataObject
) -> None:
    """However often and in whatever order claims tell of the same refunds, each is booked once."""
    whole = {one.id: one for part in parts for one in part if one.state is RefundState.PAID}
    if sum(one.amount.amount for one in whole.values()) > PAID.amount:
        whole = {}
    told = [[one for one in whole.values() if one.id <= last] for last in "abcd"]
    order = placed(sold())
    drawn = data.draw(st.lists(st.sampled_from(told), max_size=6))
    for refunds in [*drawn, list(whole.values())]:
        order = order.with_events(asked_of(order, *refunds).payments)

    assert order.paid.refunded.amount == paid_in(whole.values())


# -- refunds that somebody made at the channel -------------------------------------------------


def test_a_refund_of_the_channels_staff_is_booked_under_its_name() -> None:
    """Once, with the day it was made; the channel's own money is what goes back."""
    order = placed(sold())
    asked = asked_of(order, refund("r1", 2_500))

    assert booked(asked) == [(BACK, 2_500, "etsy/r1")]
    [payment] = asked.payments
    assert (payment.at, payment.tender) == (LATER, Tender())
    assert "book 25.00 EUR as refunded" in asked.explain()
    assert asked_of(order.with_events(asked.payments), refund("r1", 2_500)) == Reconciliation()


def test_a_refund_of_no_day_was_made_when_the_order_was() -> None:
    """No other day is known."""
    [payment] = asked_of(placed(sold()), refund(at=None)).payments

    assert payment.at == NOON


@pytest.mark.parametrize("state", [RefundState.PENDING, None])
def test_a_refund_that_is_on_its_way_is_shown(state: RefundState | None) -> None:
    """So is one with a word that nobody knows; it is booked once it was paid."""
    order = placed(sold())
    waiting = refund("r1", 2_500, state=state)

    assert booked(asked_of(order, waiting)) == []
    assert differences(asked_of(order, waiting)) == [(Kind.REFUND_PENDING, 0, 2_500, "etsy/r1")]
    assert booked(asked_of(order, refund("r1", 2_500))) == [(BACK, 2_500, "etsy/r1")]


def test_a_refund_that_failed_before_anybody_booked_it_is_nothing() -> None:
    """No money moved."""
    assert asked_of(placed(sold()), refund(state=RefundState.FAILED)) == Reconciliation()


def test_a_refund_of_nothing_is_nothing() -> None:
    """Shopify calls a cancellation so."""
    assert asked_of(placed(sold()), refund(amount=0)) == Reconciliation()


def test_more_than_was_taken_is_booked_as_far_as_it_goes() -> None:
    """The rest is shown, and booked when the channel says that it took more."""
    order = placed(claim(paid=eur(2_000)))
    told = claim(paid=eur(2_000), refunds=[refund("r1", 2_500)])
    asked = reconcile(order, told, covered={})

    assert booked(asked) == [(BACK, 2_000, "etsy/r1")]
    assert differences(asked) == [(Kind.REFUND_BEYOND_PAID, 2_000, 2_500, "etsy/r1")]
    after = order.with_events(asked.payments)
    assert [(p.kind, p.amount) for p in asked_of(after, refund("r1", 2_500)).payments] == [
        (PaymentKind.CAPTURED, eur(10_500)),
        (BACK, eur(500)),
    ]


def test_money_in_another_currency_is_not_booked() -> None:
    """It is one of the points at which the claim contradicts itself."""
    dollars = attrs.evolve(refund(), amount=Money(5, Currency.USD))
    asked = asked_of(placed(sold()), dollars)

    assert (asked.payments, len(asked.contradictions)) == ((), 1)


# -- refunds that we asked for -----------------------------------------------------------------


def test_a_refund_of_ours_is_known_by_its_mark() -> None:
    """It is booked already, under its own key; another one beside it of the same amount is not ours."""
    order = placed(sold()).pay(ours(2_500))
    told = [refund("r1", 2_500), refund("r2", 2_500, mark=MARK)]

    assert booked(asked_of(order, *told)) == [(BACK, 2_500, "etsy/r1")]


def test_a_refund_of_ours_may_be_split_over_what_was_paid_with() -> None:
    """Two refunds with one mark are one of ours."""
    order = placed(sold()).pay(ours(2_500))
    parts = [refund("r1", 2_000, mark=MARK), refund("r2", 500, mark=MARK)]

    assert asked_of(order, *parts) == Reconciliation()
    assert booked(asked_of(order, *parts, refund("r3", 100, mark=MARK))) == [
        (BACK, 100, "refund:etsy/1001:2")
    ]


def test_a_channel_without_marks_is_known_by_the_amount() -> None:
    """One refund of the amount that we asked for is ours; the next one is not."""
    order = placed(sold()).pay(ours(2_500))

    assert asked_of(order, refund("r1", 2_500)) == Reconciliation()
    assert booked(asked_of(order, refund("r1", 2_500), refund("r2", 2_500))) == [
        (BACK, 2_500, "etsy/r2")
    ]
    assert booked(asked_of(order, refund("r1", 2_400))) == [(BACK, 2_400, "etsy/r1")]


def test_a_refund_of_ours_that_is_on_its_way_is_no_difference() -> None:
    """We have booked it: it counts from the moment that it is asked for."""
    order = placed(sold()).pay(ours(2_500))

    assert asked_of(order, refund(amount=2_500, mark=MARK, state=RefundState.PENDING)) == (
        Reconciliation()
    )


def test_a_refund_of_ours_that_failed_is_booked_as_failed_once() -> None:
    """What was booked as paid back is with us again, with the tender it was to go to."""
    order = placed(sold()).pay(ours(2_500))
    failed = refund("r1", 2_500, mark=MARK, state=RefundState.FAILED)
    asked = asked_of(order, failed)

    assert booked(asked) == [(FAILED, 2_500, "refund:etsy/1001:2")]
    assert [p.tender for p in asked.payments] == [CARD]
    after = order.with_events(asked.payments)
    assert after.paid.refunded == eur(0)
    assert asked_of(after, failed) == Reconciliation()


def test_what_failed_and_was_tried_again_is_booked_again() -> None:
    """The second try went through under the same mark."""
    order = placed(sold()).with_events([ours(2_500), ours(2_500, kind="REFUND_FAILED")])
    told = [
        refund("r1", 2_500, mark=MARK, state=RefundState.FAILED),
        refund("r2", 2_500, mark=MARK),
    ]

    assert booked(asked_of(order, *told)) == [(BACK, 2_500, "refund:etsy/1001:2")]


def test_what_failed_makes_room_for_what_was_paid() -> None:
    """All that was taken was asked back; that failed, and the channel's staff paid it back."""
    order = placed(sold()).pay(ours(12_500))
    told = [
        refund("r1", 12_500, at=NOON),
        refund("r2", 12_500, mark=MARK, state=RefundState.FAILED),
    ]

    assert booked(asked_of(order, *told)) == [
        (FAILED, 12_500, "refund:etsy/1001:2"),
        (BACK, 12_500, "etsy/r1"),
    ]


def test_a_failed_refund_of_somebody_else_is_not_taken_for_ours() -> None:
    """The same amount is not enough to call ours failed."""
    order = placed(sold()).pay(ours(2_500))

    assert asked_of(order, refund(amount=2_500, state=RefundState.FAILED)) == Reconciliation()


# -- one word for the whole --------------------------------------------------------------------


def word(state: PaymentState) -> dict[str, Any]:
    """Return a claim's word for its payment."""
    return {"states": ClaimedStates(payment=state)}


def test_an_order_called_refunded_is_paid_back_as_a_whole() -> None:
    """All that is left of what was taken, once."""
    order = placed(claim(paid=PAID)).pay(ours(2_500))
    told = claim(paid=PAID, **word(PaymentState.REFUNDED))
    asked = reconcile(order, told, covered={})

    assert booked(asked) == [(BACK, 10_000, "1001/refunded")]
    assert reconcile(order.with_events(asked.payments), told, covered={}) == Reconciliation()


def test_an_order_called_partly_refunded_asks_a_person() -> None:
    """How much nobody says; once we have paid something back there is no difference."""
    order = placed(claim(paid=PAID))
    told = claim(paid=PAID, **word(PaymentState.PARTIALLY_REFUNDED))

    assert differences(reconcile(order, told, covered={})) == [(Kind.REFUND_UNTOLD, 0, 12_500, "")]
    assert reconcile(order.pay(ours(1)), told, covered={}) == Reconciliation()


def test_the_word_says_nothing_where_refunds_are_told() -> None:
    """The refunds themselves count."""
    told = sold(refund("r1", 100), **word(PaymentState.REFUNDED))

    assert booked(reconcile(placed(sold()), told, covered={})) == [(BACK, 100, "etsy/r1")]


# -- units that were paid back -----------------------------------------------------------------


def of_units(quantity: int, name: str = "r1") -> ChannelRefund:
    """Return a refund for units of the line."""
    return refund(name, 100, lines=[LineUnits(line=ONE, quantity=quantity)])


@pytest.mark.parametrize(
    ("told_line", "quantity", "expected"),
    [
        ({"shipped": 3}, 2, [(Kind.REFUNDED_UNRETURNED, 0, 2)]),
        ({"shipped": 3, "returned": 2}, 2, [(Kind.RETURN_AWAITED, 0, 2)]),
        ({"shipped": 3, "cancelled": 2}, 2, []),
        ({"shipped": 3, "cancelled": 1}, 3, [(Kind.REFUNDED_UNRETURNED, 1, 3)]),
        (
            {"shipped": 3, "returned": 1},
            2,
            [(Kind.RETURN_AWAITED, 0, 1), (Kind.REFUNDED_UNRETURNED, 0, 2)],
        ),
    ],
)
def test_units_paid_back_that_do_not_come_back_are_shown(
    told_line: dict[str, int], quantity: int, expected: Any
) -> None:
    """The buyer keeps them, or they are lost: whether they are credited a person says."""
    order = placed(sold()).ship(ONE, quantity=3, at=NOON)
    told = sold(of_units(quantity), lines=[line(**told_line)])
    asked = reconcile(order, told, covered={})

    assert [(d.kind, d.ours, d.theirs) for d in asked.disagreements] == expected


def test_units_paid_back_that_never_left_are_shown() -> None:
    """They are open, and to be cancelled or shipped: nothing else has happened to the line."""
    told = sold(of_units(2))
    [difference] = reconcile(placed(told), told, covered={}).disagreements

    assert (difference.kind, difference.ours, difference.theirs) == (
        Kind.REFUNDED_UNRETURNED,
        0,
        2,
    )


def test_units_that_were_credited_are_no_difference() -> None:
    """What the buyer may keep was credited: the two agree."""
    order = placed(sold()).ship(ONE, quantity=3, at=NOON).credit(ONE, quantity=2, at=LATER)
    told = sold(of_units(2), lines=[line(shipped=3)])

    assert reconcile(order, told, covered={}).disagreements == ()
