"""Units go from one location to another in two steps, and count once on their way."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CartId, CommandKey, LineId, LocationId, OrderId, Sku, TransferId
from ecomkit.stock import (
    MAIN,
    Arrive,
    Bucket,
    Cause,
    Dispatch,
    Done,
    LoseTransfer,
    Outcome,
    Owner,
    PutOnHold,
    Record,
    Refused,
    Reserve,
    Short,
    Stock,
    StockCommand,
    StockLevel,
    Transfer,
    Want,
    fold,
)
from ecomkit.testing.strategies import stock_commands, stock_levels

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
A = Sku("A")
SPARE = LocationId("spare")
LINE = Owner.line(OrderId("etsy/1"), LineId("1"))
TRANSFER = Transfer(id=TransferId("t-1"), sku=A, source=MAIN, target=SPARE)


def dispatch(quantity: int, *, transfer: Transfer = TRANSFER) -> Dispatch:
    """Return the first step."""
    return Dispatch(key=CommandKey("dispatch"), transfer=transfer, quantity=quantity)


def arrive(quantity: int, *, transfer: Transfer = TRANSFER) -> Arrive:
    """Return the second step."""
    return Arrive(key=CommandKey("arrive"), transfer=transfer, quantity=quantity)


def lose(quantity: int) -> LoseTransfer:
    """Return units that do not arrive."""
    return LoseTransfer(
        key=CommandKey("lose"), transfer=TRANSFER, quantity=quantity, reason="stolen"
    )


def want(quantity: int, *, location: LocationId = MAIN, owner: Owner = LINE) -> Want:
    """Return a want of A."""
    return Want(owner=owner, sku=A, quantity=quantity, location=location)


def run(stock: Stock, *commands: StockCommand, now: datetime = NOW) -> tuple[Stock, Outcome]:
    """Return the stock after *commands*, and the last answer."""
    changed, decision = stock.decide(*commands, now=now)
    return changed, decision.outcomes[-1]


def there(stock: Stock) -> tuple[int, int, int]:
    """Return what is sellable here, on its way, and sellable there."""
    target = stock.level(A, location=SPARE)
    return stock.level(A).sellable, target.in_transit, target.sellable


TEN = Stock.counted({A: 10})


# -- laws -------------------------------------------------------------------------------------


@given(
    st.tuples(
        stock_levels(skus=st.just(A), locations=st.just(MAIN)),
        stock_levels(skus=st.just(A), locations=st.just(SPARE)),
    ),
    st.lists(stock_commands(kinds=[Dispatch, Arrive, LoseTransfer], skus=st.just(A)), max_size=8),
)
def test_no_unit_is_made_on_the_way(
    levels: tuple[StockLevel, StockLevel], commands: list[StockCommand]
) -> None:
    """Over both locations, only what is written off is gone; what is on its way counts once."""
    stock, decision = Stock(levels).decide(*commands, now=NOW)
    lost = sum(m.quantity for m in decision.movements if m.cause is Cause.LOSS)

    assert units(Stock(levels)) - lost == units(stock)
    for level in stock.levels:
        assert sum(transit.quantity for transit in level.transits) == level.in_transit


def units(stock: Stock) -> int:
    """Return all units within the walls, on the way or not."""
    return sum(level.on_hand + level.in_transit for level in stock.levels)


@given(stock_levels(skus=st.just(A), locations=st.just(MAIN)))
def test_all_that_is_available_can_be_sent_and_not_one_more(level: StockLevel) -> None:
    """A transfer takes what nobody was promised, at the source, and nothing else."""
    free = level.available(NOW)
    stock = Stock([level])
    _, refused = run(stock, dispatch(free + 1))
    [shortage] = getattr(refused, "shortages", [None])

    assert isinstance(refused, Refused)
    assert (shortage.location, shortage.wanted, shortage.available) == (MAIN, free + 1, free)
    if free:
        changed, outcome = run(stock, dispatch(free))
        assert outcome == Done(units=free)
        assert changed.level(A).available(NOW) == 0
        assert changed.level(A).promised(NOW) >= level.promised(NOW)


@given(st.integers(1, 9), st.data())
def test_what_was_sent_arrives_or_is_lost(sent: int, data: st.DataObject) -> None:
    """However it is split into arrivals and losses, all of it is accounted for, and no more."""
    stock, _ = run(TEN, dispatch(sent))
    left, arrived = sent, 0
    while left:
        part = data.draw(st.integers(1, left))
        step = data.draw(st.sampled_from((arrive, lose)))
        assert isinstance(run(stock, step(left + 1))[1], Refused)
        stock, outcome = run(stock, step(part))
        assert outcome == Done(units=part)
        left -= part
        arrived += part if step is arrive else 0
        assert there(stock) == (10 - sent, left, arrived)


# -- examples -----------------------------------------------------------------------------------


def test_a_transfer_arrives_in_parts_and_loses_the_rest() -> None:
    """Six sent, four arrive, one is lost, one is on its way; nothing is counted twice."""
    sent, first = TEN.decide(dispatch(6), now=NOW)
    assert there(sent) == (4, 6, 0)
    part, second = sent.decide(arrive(4), now=LATER)
    assert there(part) == (4, 2, 4)
    rest, third = part.decide(lose(1), now=LATER)
    assert there(rest) == (4, 1, 4)

    assert [(t.owner, t.quantity, t.sent_at) for t in rest.level(A, location=SPARE).transits] == [
        (TRANSFER.owner, 1, NOW)
    ]
    assert [
        (m.source.location, m.source.bucket, m.target.bucket, m.cause, m.quantity, m.note)
        for m in (*first.movements, *second.movements, *third.movements)
    ] == [
        (MAIN, Bucket.SELLABLE, Bucket.IN_TRANSIT, Cause.DISPATCH, 6, None),
        (SPARE, Bucket.IN_TRANSIT, Bucket.SELLABLE, Cause.ARRIVAL, 4, None),
        (SPARE, Bucket.IN_TRANSIT, Bucket.SHRINKAGE, Cause.LOSS, 1, "stolen"),
    ]


def test_units_on_their_way_are_nobodys_to_promise() -> None:
    """What was sent is not available at the source, and not yet at the target."""
    stock, _ = run(TEN, dispatch(6))
    source, target = stock.level(A), stock.level(A, location=SPARE)

    assert (source.on_hand, source.in_transit, source.available(NOW)) == (4, 0, 4)
    assert (target.on_hand, target.in_transit, target.available(NOW)) == (0, 6, 0)
    reserve = Reserve(key=CommandKey("r"), wants=[want(1, location=SPARE)], placed_at=NOW)
    assert isinstance(run(stock, reserve)[1], Short)


def test_units_that_arrive_cover_who_waits() -> None:
    """An order that waits at the target gets the units as they come in, before anybody else."""
    record = Record(key=CommandKey("r"), wants=[want(5, location=SPARE)], placed_at=NOW)
    stock, _ = run(TEN, record, dispatch(6))
    assert stock.level(A, location=SPARE).uncovered_units == 5
    stock, _ = run(stock, arrive(4))
    level = stock.level(A, location=SPARE)
    assert (level.allocated, level.uncovered_units, level.sellable) == (4, 1, 0)
    stock, _ = run(stock, arrive(2))
    level = stock.level(A, location=SPARE)

    assert (level.allocated, level.uncovered_units, level.sellable) == (5, 0, 1)


def test_promised_units_are_not_sent() -> None:
    """Held and allocated units stay; a hold that has ended no longer keeps its units here."""
    hold = PutOnHold(
        key=CommandKey("h"), wants=[want(3, owner=Owner.cart(CartId("1")))], expires_at=LATER
    )
    reserve = Reserve(key=CommandKey("r"), wants=[want(5)], placed_at=NOW)
    stock, _ = run(TEN, hold, reserve)

    assert run(stock, dispatch(3))[1].explain() == (
        "refused: A at main: wanted 3, available 2, short of 1"
    )
    assert run(stock, dispatch(5), now=LATER)[1] == Done(units=5)


def test_two_transfers_to_one_location_are_kept_apart() -> None:
    """What one transfer brings is not taken off another, though both are of one sku."""
    other = attrs.evolve(TRANSFER, id=TransferId("t-2"))
    stock, _ = run(TEN, dispatch(2), dispatch(3, transfer=other))
    changed, refused = run(stock, arrive(3))

    assert isinstance(refused, Refused)
    assert stock == changed
    stock, _ = run(stock, arrive(3, transfer=other))
    assert there(stock) == (5, 2, 3)


def test_a_transfer_can_grow_until_it_arrives() -> None:
    """Units sent later under one transfer join those that are on their way."""
    stock, _ = run(TEN, dispatch(2))
    stock, _ = run(stock, dispatch(3), now=LATER)
    [transit] = stock.level(A, location=SPARE).transits

    assert (transit.quantity, transit.sent_at) == (5, NOW)


@pytest.mark.parametrize("step", [arrive, lose])
def test_nothing_arrives_that_was_not_sent(step: type[StockCommand]) -> None:
    """A transfer that nobody dispatched brings and loses nothing, and changes nothing."""
    changed, outcome = run(TEN, step(1))

    assert outcome.explain() == "refused: A at spare: wanted 1, available 0, short of 1"
    assert changed.level(A) == TEN.level(A)


def test_a_way_back_is_a_transfer_of_its_own() -> None:
    """There and back again, every account but the two shelves is as it was."""
    back = attrs.evolve(TRANSFER, id=TransferId("t-2"), source=SPARE, target=MAIN)
    stock, decision = TEN.decide(
        dispatch(4), arrive(4), dispatch(4, transfer=back), arrive(4, transfer=back), now=NOW
    )

    assert there(stock) == (10, 0, 0)
    assert set(fold(decision.movements).values()) == {0}
