"""On time and in full: all lines, all units, delivered by the instant promised; from the facts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import ChannelId, LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    LineEvent,
    LineEventKind,
    LineOnTimeInFull,
    NoPromiseError,
    OnTimeInFull,
    Order,
    OrderLine,
    Promise,
    on_time_in_full,
)
from ecomkit.testing.strategies import orders

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DUE = NOON + timedelta(days=2)
IN_TIME, LATE = DUE, DUE + timedelta(microseconds=1)
ONE, TWO = LineId("1"), LineId("2")
SHIPPED, DELIVERED = LineEventKind.SHIPPED, LineEventKind.DELIVERED
CANCELLED, LOST = LineEventKind.CANCELLED, LineEventKind.LOST


def promised(by: datetime = DUE) -> Promise:
    """Return a promise to deliver by then."""
    start = min(NOON, by)
    return Promise(ship_by=start, deliver_from=start, deliver_by=by)


def event(
    kind: LineEventKind,
    quantity: int,
    *,
    at: datetime = NOON,
    line: LineId = ONE,
    reason: str = "",
) -> LineEvent:
    """Return an event of the first line at noon, unless told otherwise."""
    return LineEvent(kind=kind, line=line, quantity=quantity, at=at, reason=reason)


def order(*events: LineEvent, promise: Promise | None = None, tigers: int = 0) -> Order:
    """Return ten elephants, and perhaps tigers, and what happened to them."""
    price = Money(2390, Currency.EUR)
    lines = [OrderLine(id=ONE, sku=Sku("ELEPHANT"), quantity=10, unit_price=price)]
    if tigers:
        lines.append(OrderLine(id=TWO, sku=Sku("TIGER"), quantity=tigers, unit_price=price))
    return Order(
        id=OrderId("etsy/1001"),
        channel=ChannelId("etsy"),
        currency=Currency.EUR,
        placed_at=NOON,
        lines=lines,
        events=events,
        promised=promise,
    )


def asked(
    *events: LineEvent, now: datetime = LATE, excused: tuple[str, ...] = (), tigers: int = 0
) -> OnTimeInFull:
    """Return how an order with those events did."""
    some = order(*events, promise=promised(), tigers=tigers)
    return on_time_in_full(some, now=now, excused=excused)


def verdict(some: OnTimeInFull) -> tuple[bool, bool, bool]:
    """Return whether it was on time, in full, and both."""
    return some.is_on_time, some.is_in_full, some.is_on_time_in_full


@given(orders(max_steps=10), st.integers(0, 70), st.integers(0, 70))
def test_every_unit_of_the_placement_counts_once(some: Order, by: int, now: int) -> None:
    """However the facts lie, the kinds of units sum to what was ordered."""
    promise = promised(some.placed_at + timedelta(days=by))
    answer = on_time_in_full(some, now=some.placed_at + timedelta(days=now), promise=promise)
    placed = {line.id: line.quantity for line in some.lines if line.added_at is None}
    assert placed == {line.line: line.units + line.excused_units for line in answer.lines}
    assert answer.is_on_time_in_full <= (answer.is_on_time and answer.is_in_full)


@given(orders(max_steps=10), st.integers(0, 70), st.integers(0, 30))
def test_a_later_promise_is_kept_where_an_earlier_one_was(some: Order, by: int, more: int) -> None:
    """More time never makes an order late."""
    now = some.placed_at + timedelta(days=200)
    first = some.placed_at + timedelta(days=by)
    early = on_time_in_full(some, now=now, promise=promised(first))
    late = on_time_in_full(some, now=now, promise=promised(first + timedelta(days=more)))
    assert early.is_on_time_in_full <= late.is_on_time_in_full
    assert early.is_in_full == late.is_in_full


@given(orders(max_steps=10), st.integers(0, 70), st.integers(0, 70), st.integers(0, 70))
def test_a_verdict_that_is_decided_stays(some: Order, by: int, now: int, later: int) -> None:
    """Once no unit is awaited, time alone changes nothing."""
    promise = promised(some.placed_at + timedelta(days=by))
    first = on_time_in_full(some, now=some.placed_at + timedelta(days=now), promise=promise)
    second = on_time_in_full(
        some, now=some.placed_at + timedelta(days=now + later), promise=promise
    )
    assert first == second or not first.is_decided


@pytest.mark.parametrize(
    ("events", "wanted", "why"),
    [
        (
            (event(SHIPPED, 10), event(DELIVERED, 10, at=IN_TIME)),
            (True, True, True),
            "line 1: 10 on time",
        ),
        (
            (event(SHIPPED, 10), event(DELIVERED, 9, at=IN_TIME), event(DELIVERED, 1, at=LATE)),
            (False, True, False),
            "line 1: 9 on time, 1 late",
        ),
        (
            (event(SHIPPED, 8), event(DELIVERED, 8), event(CANCELLED, 2, reason="short shipped")),
            (True, False, False),
            "line 1: 8 on time, 2 short",
        ),
        (
            (event(SHIPPED, 10), event(DELIVERED, 8), event(LOST, 2)),
            (True, False, False),
            "line 1: 8 on time, 2 lost",
        ),
        (
            (event(SHIPPED, 10), event(DELIVERED, 8, at=LATE), event(LOST, 2)),
            (False, False, False),
            "line 1: 8 late, 2 lost",
        ),
        (
            (event(SHIPPED, 10), event(DELIVERED, 8)),
            (False, False, False),
            "line 1: 8 on time, 2 overdue",
        ),
        ((event(CANCELLED, 10),), (True, False, False), "line 1: 10 short"),
        ((), (False, False, False), "line 1: 10 overdue"),
        (
            (event(SHIPPED, 10), event(DELIVERED, 10), event(LineEventKind.RETURNED, 10)),
            (True, True, True),
            "line 1: 10 on time",
        ),
    ],
)
def test_an_order_is_on_time_in_full_or_says_why_not(
    events: tuple[LineEvent, ...], wanted: tuple[bool, bool, bool], why: str
) -> None:
    """The instant promised is on time, a microsecond later is late; what is short is not in full."""
    answer = asked(*events)
    assert wanted == verdict(answer)
    assert answer.is_decided
    assert why == answer.lines[0].explain()


def test_one_line_that_is_late_makes_the_order_late() -> None:
    """Lines are judged each, the order by all of them."""
    delivered = event(DELIVERED, 10), event(DELIVERED, 2, at=LATE, line=TWO)
    answer = asked(event(SHIPPED, 10), event(SHIPPED, 2, line=TWO), *delivered, tigers=2)
    assert [line.is_on_time_in_full for line in answer.lines] == [True, False]
    assert verdict(answer) == (False, True, False)
    wanted = """\
order etsy/1001, promised by 2026-03-04T12:00:00+00:00: not on time, in full
line 1: 10 on time
line 2: 2 late"""
    assert wanted == answer.explain()
    assert answer.units == 12


def test_while_there_is_time_units_are_awaited() -> None:
    """At the instant promised the order may still be kept; a microsecond later it is not."""
    events = event(SHIPPED, 10), event(DELIVERED, 4)
    before, after = asked(*events, now=IN_TIME), asked(*events, now=LATE)
    assert (before.is_decided, after.is_decided) == (False, True)
    assert (before.is_on_time, after.is_on_time) == (True, False)
    assert before.lines[0].explain() == "line 1: 4 on time, 6 awaited"
    assert before.explain().splitlines()[0].endswith(": not decided yet")
    assert (
        asked(event(SHIPPED, 10), event(DELIVERED, 10))
        .explain()
        .splitlines()[0]
        .endswith(": on time and in full")
    )


def test_what_the_buyer_cancelled_is_not_measured() -> None:
    """A reason that is excused takes the units out, and any other leaves them short."""
    events = (
        event(SHIPPED, 7),
        event(DELIVERED, 7),
        event(CANCELLED, 2, reason="changed mind"),
        event(CANCELLED, 1, reason="short shipped"),
    )
    answer = asked(*events, excused=("changed mind",))
    assert answer.lines[0].explain() == "line 1: 7 on time, 1 short, 2 not measured"
    assert verdict(answer) == (True, False, False)
    gone = asked(event(CANCELLED, 10, reason="changed mind"), excused=("changed mind",))
    assert (gone.units, gone.is_on_time_in_full) == (0, True)


def test_lines_that_came_later_are_not_measured() -> None:
    """The promise was given without them."""
    some = order(event(SHIPPED, 10), event(DELIVERED, 10), promise=promised())
    line = OrderLine(id=TWO, sku=Sku("TIGER"), quantity=1, unit_price=Money(2390, Currency.EUR))
    answer = on_time_in_full(some.add(line, at=NOON), now=LATE)
    assert [line.line for line in answer.lines] == [ONE]
    assert answer.is_on_time_in_full


def test_another_promise_can_be_measured_against() -> None:
    """What is given goes before the order's own; without any, nothing can be said."""
    some = order(event(SHIPPED, 10), event(DELIVERED, 10, at=LATE))
    with pytest.raises(NoPromiseError, match="order etsy/1001 has no promise"):
        on_time_in_full(some, now=LATE)
    assert on_time_in_full(some, now=LATE, promise=promised(LATE)).is_on_time_in_full
    kept = order(event(SHIPPED, 10), event(DELIVERED, 10), promise=promised())
    earlier = promised(NOON - timedelta(days=1))
    assert not on_time_in_full(kept, now=LATE, promise=earlier).is_on_time


def test_units_below_nought_are_refused() -> None:
    """Counts are whole numbers, nothing or more."""
    with pytest.raises(FieldError, match="late_units"):
        LineOnTimeInFull(line=ONE, late_units=-1)
