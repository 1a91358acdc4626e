"""The tables of states are what orders really do: explored, not believed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any

import pytest

from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    FULFILMENT_TRANSITIONS,
    ORDER_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    RETURN_TRANSITIONS,
    Charge,
    ChargeKind,
    FulfilmentState,
    LineEvent,
    LineEventKind,
    Order,
    OrderLine,
    OrderState,
    Payment,
    PaymentKind,
    diagram,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
LINE = LineId("1")
TABLES: dict[str, Mapping[Any, frozenset[Any]]] = {
    "state": ORDER_TRANSITIONS,
    "payment_state": PAYMENT_TRANSITIONS,
    "fulfilment_state": FULFILMENT_TRANSITIONS,
    "return_state": RETURN_TRANSITIONS,
}


def small_order(units: int, *, price: int, shipping: int = 0) -> Order:
    """Return an order of one line, in yen, small enough to be explored."""
    return Order(
        id=OrderId("A"),
        channel=ChannelId("shop"),
        currency=Currency.JPY,
        placed_at=AT,
        lines=[
            OrderLine(id=LINE, sku=Sku("S"), quantity=units, unit_price=Money(price, Currency.JPY))
        ],
        charges=[Charge(kind=ChargeKind.SHIPPING, amount=Money(shipping, Currency.JPY))],
    )


def next_orders(order: Order) -> Iterator[Order]:
    """Yield what one event makes of *order*, with each number of units or yen that it takes."""
    for kind in LineEventKind:
        for units in range(1, order.counts(LINE).possible(kind) + 1):
            yield order.with_events([LineEvent(kind=kind, line=LINE, quantity=units, at=AT)])
    if order.units.ordered > 1:
        # The units of one line are enough beside money, and two of them enough by themselves.
        return
    paid = order.paid
    # What comes before a capture does not depend on the price, so the cheap orders show it.
    cheap = int(order.totals.total.amount <= 2)  # all but the dearest
    room = {
        PaymentKind.AUTHORISED: 2 * cheap - paid.authorised.amount,
        PaymentKind.DECLINED: cheap - paid.declined.amount,
        PaymentKind.CAPTURED: 3 - paid.captured.amount,
        PaymentKind.VOIDED: cheap - paid.voided.amount,
        PaymentKind.REFUNDED: paid.captured.amount - paid.refunded.amount,
        PaymentKind.REFUND_FAILED: paid.refunded.amount,
        PaymentKind.CHARGED_BACK: paid.captured.amount - paid.charged_back.amount,
        PaymentKind.CHARGEBACK_REVERSED: paid.charged_back.amount,
    }
    for paying, most in room.items():
        for amount in range(1, most + 1):
            yield order.pay(Payment(kind=paying, amount=Money(amount, Currency.JPY), at=AT))


@cache
def explored() -> dict[str, dict[Enum, set[Enum]]]:
    """Return all steps between the states of each axis that small orders can take."""
    seen = set()
    found: dict[str, dict[Enum, set[Enum]]] = {axis: defaultdict(set) for axis in TABLES}
    todo = [
        small_order(2, price=1),
        small_order(1, price=0),
        small_order(1, price=1, shipping=1),
        small_order(1, price=3),
    ]
    while todo:
        order = todo.pop()
        for after in next_orders(order):
            for axis in TABLES:
                source, target = getattr(order, axis), getattr(after, axis)
                if source is not target:
                    found[axis][source].add(target)
            key = (after.totals, after.units, after.paid)
            if key not in seen:
                seen.add(key)
                todo.append(after)
    return found


@pytest.mark.parametrize("axis", TABLES)
def test_tables_say_exactly_what_one_event_can_do(axis: str) -> None:
    """Each table holds the steps that small orders take, and no other."""
    found = explored()[axis]

    assert {state: frozenset(found.get(state, ())) for state in TABLES[axis]} == TABLES[axis]


@pytest.mark.parametrize("axis", TABLES)
def test_every_state_is_in_its_table_and_reachable(axis: str) -> None:
    """A state is the start of an order, or follows another one."""
    table = TABLES[axis]
    starts = {getattr(small_order(1, price=price), axis) for price in (0, 1)}
    reached = starts.union(*table.values())

    assert set(type(next(iter(table)))) == set(table)
    assert set(table) == reached


@pytest.mark.parametrize("axis", TABLES)
def test_no_state_is_dead_but_the_ends(axis: str) -> None:
    """Every state leads on, but those of an order of which every unit is cancelled."""
    table = TABLES[axis]
    ends = {OrderState.CANCELLED, FulfilmentState.CANCELLED}

    assert {state for state, following in table.items() if not following} == ends & set(table)


@pytest.mark.parametrize("axis", TABLES)
def test_every_state_is_reached_from_where_an_order_starts(axis: str) -> None:
    """A walk through the table from the states of a new order meets every state."""
    table = TABLES[axis]
    met: set[Enum] = set()
    todo = [getattr(small_order(1, price=price), axis) for price in (0, 1)]
    while todo:
        state = todo.pop()
        if state not in met:
            met.add(state)
            todo.extend(table[state])

    assert met == set(type(next(iter(table))))


@pytest.mark.parametrize("axis", TABLES)
def test_diagrams_show_each_step_once(axis: str) -> None:
    """A drawn table has one arrow for each step."""
    table = TABLES[axis]
    arrows = {
        f"    {source.value} --> {target.value}" for source in table for target in table[source]
    }
    head, *drawn = diagram(table).splitlines()

    assert head == "stateDiagram-v2"
    assert arrows == set(drawn)
    assert len(arrows) == len(drawn)


def test_a_fulfilled_order_is_opened_by_a_line_added_later() -> None:
    """What is added has to be shipped and paid, so an order that was complete is open again."""
    order = small_order(1, price=0).ship(LINE, quantity=1, at=AT)
    more = OrderLine(id=LineId("2"), sku=Sku("S"), quantity=1, unit_price=Money(5, Currency.JPY))
    after = order.add(more, at=AT)

    assert order.state is OrderState.COMPLETE
    assert order.fulfilment_state is FulfilmentState.FULFILLED
    assert after.state is OrderState.OPEN
    assert after.fulfilment_state is FulfilmentState.PARTIAL
    assert Money(5, Currency.JPY) == after.owed
