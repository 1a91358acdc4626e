"""Claims that cannot be true: every point at once, and what is not touched by it is used."""

from typing import Any

import pytest
from claims_kit import NOON, ONE, TWO, claim, eur, line, placed, refund

from ecomkit.channels import (
    ClaimedStates,
    ContradictionKind,
    LineUnits,
    RefundState,
    contradictions,
    reconcile,
)
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, FulfilmentState, OrderState, PaymentState, Taxation

Kind = ContradictionKind


def points(told: Any) -> list[tuple[Any, ContradictionKind, int, int]]:
    """Return where a claim contradicts itself."""
    found = contradictions(told)
    for point in found:
        assert point.kind.value in point.explain()
    return [(p.line, p.kind, p.said, p.against) for p in found]


def states(**words: Any) -> ClaimedStates:
    """Return words for the whole order."""
    return ClaimedStates(**words)


FIVE = {"total": eur(12_500)}
CASES = [
    (claim(line(cancelled=3, shipped=3)), [(ONE, Kind.MORE_THAN_ORDERED, 6, 5)]),
    (claim(line(cancelled=2, shipped=3)), []),
    (claim(line(cancelled=None, shipped=6)), [(ONE, Kind.MORE_THAN_ORDERED, 6, 5)]),
    (claim(line(shipped=2, returned=3)), [(ONE, Kind.MORE_RETURNED, 3, 2)]),
    (claim(line(shipped=None, returned=3)), []),
    (
        claim(refunds=[refund(lines=[LineUnits(line=ONE, quantity=6)])], paid=eur(12_500)),
        [(ONE, Kind.MORE_UNITS_PAID_BACK, 6, 5)],
    ),
    (
        claim(refunds=[refund(lines=[LineUnits(line=ONE, quantity=6)], state=RefundState.FAILED)]),
        [],
    ),
    (
        claim(paid=eur(100), refunds=[refund(amount=60), refund("r2", amount=41)]),
        [(None, Kind.MORE_PAID_BACK, 101, 100)],
    ),
    (
        claim(
            paid=eur(100), refunds=[refund(amount=60), refund("r2", 99, state=RefundState.PENDING)]
        ),
        [],
    ),
    (
        claim(line(cancelled=4), states=states(order=OrderState.CANCELLED)),
        [(None, Kind.CANCELLED_YET_OPEN, 5, 1)],
    ),
    (claim(line(cancelled=5), states=states(order=OrderState.CANCELLED)), []),
    (claim(line(cancelled=None), states=states(order=OrderState.CANCELLED)), []),
    (
        claim(line(shipped=4), states=states(fulfilment=FulfilmentState.FULFILLED)),
        [(None, Kind.SHIPPED_YET_OPEN, 5, 1)],
    ),
    (
        claim(line(), states=states(fulfilment=FulfilmentState.DELIVERED)),
        [(None, Kind.SHIPPED_YET_OPEN, 5, 5)],
    ),
    (claim(line(shipped=4), states=states(fulfilment=FulfilmentState.PARTIAL)), []),
    (
        claim(line(shipped=1), states=states(fulfilment=FulfilmentState.UNFULFILLED)),
        [(None, Kind.OPEN_YET_SHIPPED, 5, 1)],
    ),
    (
        claim(paid=eur(0), states=states(payment=PaymentState.PAID)),
        [(None, Kind.PAID_YET_NOTHING, 12_500, 0)],
    ),
    (
        claim(paid=eur(0), total=eur(0), states=states(payment=PaymentState.PAID)),
        [(None, Kind.TOTAL, 12_500, 0)],
    ),
    (claim(paid=None, states=states(payment=PaymentState.PAID)), []),
    (claim(paid=eur(5), states=states(payment=PaymentState.PAID)), []),
    (claim(**FIVE), []),
    (claim(total=eur(12_499)), [(None, Kind.TOTAL, 12_500, 12_499)]),
    (
        claim(total=Money(1, Currency.USD), paid=Money(2, Currency.USD)),
        [(None, Kind.OTHER_CURRENCY, 1, 0), (None, Kind.OTHER_CURRENCY, 2, 0)],
    ),
    (
        claim(refunds=[refund(amount=7), refund("r2", 0)], paid=eur(7), **FIVE),
        [],
    ),
]


@pytest.mark.parametrize(("told", "expected"), CASES)
def test_each_contradiction_is_listed_with_both_sides(told: Any, expected: Any) -> None:
    """What cannot be is named with what is said and what is said against it; all else is fine."""
    assert points(told) == expected


def test_all_points_are_listed_at_once() -> None:
    """A claim that contradicts itself five times has five points, in the order of lines and order."""
    told = claim(
        line("1", cancelled=5, shipped=1, returned=2),
        line("2"),
        paid=eur(10),
        total=eur(1),
        refunds=[refund(amount=11)],
        states=states(order=OrderState.CANCELLED),
    )

    assert [kind for _, kind, _, _ in points(told)] == [
        Kind.MORE_THAN_ORDERED,
        Kind.MORE_RETURNED,
        Kind.CANCELLED_YET_OPEN,
        Kind.TOTAL,
        Kind.MORE_PAID_BACK,
    ]


def test_a_total_counts_what_adds_to_it() -> None:
    """Charges count as they add: tax inside the prices does not, tax on top does."""
    charges = [
        Charge(kind=ChargeKind.SHIPPING, amount=eur(490)),
        Charge(kind=ChargeKind.DISCOUNT, amount=eur(-1_000)),
        Charge(kind=ChargeKind.TAX, amount=eur(2_000), taxation=Taxation.INCLUDED),
        Charge(kind=ChargeKind.TAX, amount=eur(10), taxation=Taxation.ADDED),
        Charge(kind=ChargeKind.FEE, amount=Money(99, Currency.USD)),
    ]

    assert claim(charges=charges).computed_total == 12_500 + 490 - 1_000 + 10


def test_what_contradicts_itself_is_left_alone_and_the_rest_is_followed() -> None:
    """
    A line with more units than were ordered is not touched; its neighbour is cancelled and
    shipped, and what was paid back is booked.
    """
    told = claim(
        line("1", cancelled=3, shipped=3),
        line("2", cancelled=1, shipped=2),
        paid=eur(5_000),
        refunds=[refund(amount=2_500)],
    )
    asked = reconcile(placed(told), told, covered={ONE: 5, TWO: 5})

    assert [(units.line, units.quantity) for units in asked.cancel] == [("2", 1)]
    assert [(units.line, units.quantity) for units in asked.ship] == [("2", 2)]
    assert [(p.amount, p.at > NOON) for p in asked.payments] == [(eur(2_500), True)]
    assert [point.line for point in asked.contradictions] == [ONE]
    assert asked.disagreements == ()


def test_what_came_back_is_no_more_than_what_left() -> None:
    """Three of two that were shipped came back: the two are awaited."""
    told = claim(line(shipped=2, returned=3))
    order = placed(told).ship(ONE, quantity=2, at=NOON)

    [awaited] = reconcile(order, told, covered={}).disagreements
    assert (awaited.ours, awaited.theirs) == (0, 2)


def test_lines_do_not_go_where_the_total_says_otherwise() -> None:
    """
    A claim that lost a line is followed where its total agrees; where it does not, lines may be
    missing from it, and nothing is cancelled.
    """
    order = placed(claim(line("1"), line("2")))
    truncated = claim(line("1"), total=eur(25_000))
    edited = claim(line("1"), total=eur(12_500))

    assert reconcile(order, truncated, covered={}).cancel == ()
    assert [d.explain() for d in reconcile(order, truncated, covered={}).disagreements] == [
        "line 2: the channel changed the line after we took it down: gone (ours 5, theirs 0)"
    ]
    cancelled = order.cancel(TWO, quantity=5, at=NOON)
    assert reconcile(cancelled, truncated, covered={}).disagreements == ()
    assert [(u.line, u.quantity) for u in reconcile(order, edited, covered={}).cancel] == [
        ("2", 5)
    ]


def test_a_total_that_differs_is_kept_beside_ours() -> None:
    """Nothing is spread over the lines: the order has both, and what they differ by."""
    order = placed(claim(total=eur(12_600)))

    assert (order.told_total, order.totals.total) == (eur(12_600), eur(12_500))
    assert order.discrepancy == eur(100)
    assert order.charges == ()
    assert placed(claim(total=Money(5, Currency.USD))).told_total is None
    assert placed(claim(paid=Money(5, Currency.USD))).payments == ()
    assert placed(claim(total=eur(12_500))).discrepancy is None
