"""Claims without units: one word for the whole order is read as far as it says something."""

from typing import Any

import pytest
from claims_kit import NOON, ONE, claim, line, placed
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.channels import (
    ClaimedStates,
    DisagreementKind,
    Reconciliation,
    UnitsTold,
    reconcile,
    units_told,
)
from ecomkit.orders import FulfilmentState, LineCounts, OrderState

SHIPPED = ClaimedStates(fulfilment=FulfilmentState.FULFILLED)
CANCELLED = ClaimedStates(order=OrderState.CANCELLED)
PARTIAL = ClaimedStates(fulfilment=FulfilmentState.PARTIAL)
Kind = DisagreementKind


def untold(**changes: Any) -> Any:
    """Return a line of which the channel does not count units."""
    return line(**{"cancelled": None, "shipped": None} | changes)


def counts(**units: int) -> LineCounts:
    """Return the counters of a line of five."""
    return LineCounts(ordered=5, **units)


@st.composite
def known_counts(draw: st.DrawFn) -> LineCounts:
    """Return what may have happened to a line of five."""
    cancelled = draw(st.integers(0, 5))
    return counts(cancelled=cancelled, shipped=draw(st.integers(0, 5 - cancelled)))


@given(known_counts())
def test_a_channel_that_says_nothing_says_what_we_know(known: LineCounts) -> None:
    """Nothing follows, and nothing differs."""
    assert units_told(untold(), states=ClaimedStates(), counts=known) == UnitsTold(
        known.cancelled, known.shipped, 0
    )


@given(known_counts(), st.integers(0, 5), st.integers(0, 5))
def test_units_that_are_told_are_what_they_are(known: LineCounts, off: int, left: int) -> None:
    """Words do not count where units are told."""
    told = line(cancelled=off, shipped=left)
    for states in (ClaimedStates(), SHIPPED, CANCELLED, PARTIAL):
        assert units_told(told, states=states, counts=known) == UnitsTold(off, left, 0)


@pytest.mark.parametrize(
    ("told", "states", "known", "expected"),
    [
        # wholly shipped: every unit that is not cancelled
        (untold(), SHIPPED, counts(), (0, 5)),
        (untold(), SHIPPED, counts(cancelled=2, shipped=1), (2, 3)),
        (untold(cancelled=1), SHIPPED, counts(), (1, 4)),
        (untold(), ClaimedStates(fulfilment=FulfilmentState.DELIVERED), counts(), (0, 5)),
        # wholly cancelled: every unit that has not left
        (untold(), CANCELLED, counts(), (5, 0)),
        (untold(), CANCELLED, counts(cancelled=1, shipped=2), (3, 2)),
        (untold(shipped=1), CANCELLED, counts(), (4, 1)),
        (untold(), ClaimedStates(fulfilment=FulfilmentState.CANCELLED), counts(), (5, 0)),
        (
            untold(),
            ClaimedStates(order=OrderState.CANCELLED, fulfilment=FulfilmentState.FULFILLED),
            counts(shipped=3),
            (2, 3),
        ),
        (
            untold(cancelled=1),
            ClaimedStates(order=OrderState.CANCELLED, fulfilment=FulfilmentState.FULFILLED),
            counts(),
            (1, 0),
        ),
        # nothing, or a part: nobody knows which
        (untold(), PARTIAL, counts(shipped=2), (0, 2)),
        (untold(), ClaimedStates(fulfilment=FulfilmentState.UNFULFILLED), counts(), (0, 0)),
        # fewer units than were ordered
        (untold(quantity=3), ClaimedStates(), counts(), (2, 0)),
        (untold(quantity=3), ClaimedStates(), counts(cancelled=3), (3, 0)),
        (untold(quantity=3), SHIPPED, counts(), (2, 3)),
        (untold(quantity=3), CANCELLED, counts(shipped=1), (4, 1)),
        # more units than were ordered
        (line(quantity=7, cancelled=2), ClaimedStates(), counts(cancelled=2), (2, 0)),
        (line(quantity=7, cancelled=2), ClaimedStates(), counts(cancelled=1), (1, 0)),
        (line(quantity=7, cancelled=4), ClaimedStates(), counts(cancelled=1), (2, 0)),
        (untold(quantity=7), SHIPPED, counts(), (0, 5)),
        (untold(quantity=7), CANCELLED, counts(), (5, 0)),
    ],
)
def test_one_word_is_read_for_what_is_open(
    told: Any, states: ClaimedStates, known: LineCounts, expected: tuple[int, int]
) -> None:
    """What is wholly shipped or cancelled is known of every line; a part is known of none."""
    read = units_told(told, states=states, counts=known)

    assert (read.cancelled, read.shipped) == expected


def test_an_order_that_is_called_shipped_is_shipped() -> None:
    """Each line as far as it is covered; then the two agree."""
    told = claim(
        line("1", cancelled=None, shipped=None),
        line("2", cancelled=None, shipped=None),
        states=SHIPPED,
    )
    order = placed(told).cancel(ONE, quantity=1, at=NOON)
    covered = {one.id: 5 for one in order.lines}
    asked = reconcile(order, told, covered=covered)

    assert [(u.line, u.quantity) for u in asked.ship] == [("1", 4), ("2", 5)]
    for unit in asked.ship:
        order = order.ship(unit.line, quantity=unit.quantity, at=NOON)
    assert reconcile(order, told, covered={}) == Reconciliation()


def test_an_order_that_is_called_cancelled_is_cancelled() -> None:
    """What had left stays shipped, and is no difference: the word says nothing of it."""
    told = claim(untold(), states=CANCELLED)
    order = placed(told).ship(ONE, quantity=2, at=NOON)
    asked = reconcile(order, told, covered={})

    assert [(u.line, u.quantity) for u in asked.cancel] == [("1", 3)]
    assert asked.disagreements == ()


@pytest.mark.parametrize(("shipped", "expected"), [(0, [(0, 5)]), (2, []), (5, [(5, 5)])])
def test_an_order_that_is_called_partly_shipped_asks_a_person(
    shipped: int, expected: list[tuple[int, int]]
) -> None:
    """Unless a part of it has left here too: then that may be what the channel means."""
    told = claim(untold(), states=PARTIAL)
    order = placed(told)
    if shipped:
        order = order.ship(ONE, quantity=shipped, at=NOON)
    asked = reconcile(order, told, covered={ONE: 5})

    assert (asked.ship, asked.cancel) == ((), ())
    assert [(d.line, d.kind, d.ours, d.theirs) for d in asked.disagreements] == [
        (None, Kind.UNITS_UNTOLD, *pair) for pair in expected
    ]
