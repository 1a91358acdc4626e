"""Units are picked, shipped, and come back both ways."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, LineId, OrderId, Sku
from ecomkit.stock import (
    Bucket,
    Cause,
    Coverage,
    Done,
    Owner,
    Pick,
    PutOnHold,
    Receive,
    Record,
    Refused,
    Release,
    Reserve,
    Ship,
    Stock,
    StockCommand,
    StockLevel,
    Unpick,
    Unship,
    Want,
    fold,
)
from ecomkit.testing.strategies import stock_commands, stock_levels

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
A, B = Sku("A"), Sku("B")
LINE, OTHER = (Owner.line(OrderId("shop/1"), LineId(number)) for number in "12")


def want(quantity: int, owner: Owner = LINE, *, sku: Sku = A) -> Want:
    """Return a want at the main location."""
    return Want(owner=owner, sku=sku, quantity=quantity)


def reserve(*wants: Want) -> Reserve:
    """Return a reservation."""
    return Reserve(key=CommandKey("reserve"), wants=wants, placed_at=NOW)


def pick(*wants: Want) -> Pick:
    """Return units that are taken from the shelf."""
    return Pick(key=CommandKey("pick"), wants=wants)


def unpick(*wants: Want) -> Unpick:
    """Return units that go back to the shelf."""
    return Unpick(key=CommandKey("unpick"), wants=wants)


def ship(*wants: Want) -> Ship:
    """Return units that leave."""
    return Ship(key=CommandKey("ship"), wants=wants)


def unship(*wants: Want) -> Unship:
    """Return units that did not leave after all."""
    return Unship(key=CommandKey("unship"), wants=wants, placed_at=NOW)


def after(stock: Stock, *commands: StockCommand, now: datetime = LATER) -> Stock:
    """Return the stock after *commands*."""
    return stock.decide(*commands, now=now)[0]


def units(level: StockLevel) -> tuple[int, int, int]:
    """Return what is sellable, allocated and picked."""
    return level.sellable, level.allocated, level.picked


RESERVED = after(Stock.counted({A: 10, B: 2}), reserve(want(5), want(3, OTHER)))


# -- laws -------------------------------------------------------------------------------------


@given(stock_levels(), st.data(), st.sampled_from(Coverage))
def test_picking_and_putting_back_change_no_promise(
    level: StockLevel, data: st.DataObject, coverage: Coverage
) -> None:
    """Picked units that go back leave the buckets, and what each owner has, as they were."""
    command = data.draw(
        stock_commands(kinds=[Pick], skus=st.just(level.sku), locations=st.just(level.location))
    )
    nothing = Receive(key=CommandKey("r"), sku=level.sku, quantity=1, location=level.location)
    start = after_one(Stock([level]), nothing, coverage)
    back = Unpick(key=CommandKey("unpick"), wants=command.wants)
    picked, outcome = decided(start, command, coverage)
    there, undone = decided(picked, back, coverage)

    if isinstance(outcome, Done):
        assert outcome == undone
        [before], [changed] = start.levels, there.levels
        assert units(before) == units(changed)
        assert promised(before) == promised(changed)


def promised(level: StockLevel) -> dict[Owner, int]:
    """Return the units that are there for each owner, allocated or picked."""
    totals: dict[Owner, int] = {}
    for promise in (*level.allocations, *level.picks):
        totals[promise.owner] = totals.get(promise.owner, 0) + promise.quantity
    return totals


def decided(stock: Stock, command: StockCommand, coverage: Coverage) -> tuple[Stock, object]:
    """Return the stock after *command*, and the answer."""
    changed, decision = stock.decide(command, now=LATER, coverage=coverage)
    return changed, decision.outcomes[0]


def after_one(stock: Stock, command: StockCommand, coverage: Coverage) -> Stock:
    """Return the stock after *command*."""
    return decided(stock, command, coverage)[0]


@given(stock_levels(), st.data())
def test_fulfilment_moves_no_unit_of_another(level: StockLevel, data: st.DataObject) -> None:
    """What is picked, put back or shipped is the owner's own, and so is every movement."""
    command = data.draw(
        stock_commands(
            kinds=[Pick, Unpick, Ship, Unship],
            skus=st.just(level.sku),
            locations=st.just(level.location),
        )
    )
    _, decision = Stock([level]).decide(command, now=LATER)
    own = {line.owner for line in command.wants}
    cause = Cause(type(command).__name__.lower())

    for movement in decision.movements:
        assert movement.cause in {cause, Cause.EXPIRY, Cause.COVER}
        assert movement.cause is not cause or movement.owner in own
    if isinstance(decision.outcomes[0], Done):
        assert decision.outcomes[0].units == sum(
            movement.quantity for movement in decision.movements if movement.cause is cause
        )


@given(stock_levels(), st.data())
def test_a_shipment_that_is_taken_back_leaves_as_many_units_promised(
    level: StockLevel, data: st.DataObject
) -> None:
    """After Ship and Unship of the same, all lie there again, and no customer has a unit more."""
    command = data.draw(
        stock_commands(kinds=[Ship], skus=st.just(level.sku), locations=st.just(level.location))
    )
    start = Stock([level])
    shipped, decision = start.decide(command, now=LATER)
    back = Unship(key=CommandKey("unship"), wants=command.wants, placed_at=NOW)
    if isinstance(decision.outcomes[0], Done):
        stock, undone = shipped.decide(back, now=LATER)
        [again] = stock.levels
        moved = fold([*decision.movements, *undone.movements])

        assert level.usable == again.usable
        assert all(
            units == 0 for account, units in moved.items() if account.bucket is Bucket.CUSTOMER
        )


# -- picking ------------------------------------------------------------------------------------


def test_picked_units_are_promised_and_still_there() -> None:
    """Two of five picked: they are on hand and promised, and available to nobody."""
    stock, decision = RESERVED.decide(pick(want(2)), now=LATER)
    level = stock.level(A)
    [movement] = decision.movements

    assert decision.outcomes == (Done(units=2),)
    assert units(level) == (2, 6, 2)
    assert (level.on_hand, level.usable, level.available(LATER), level.promised(LATER)) == (
        10,
        10,
        2,
        8,
    )
    assert [(p.owner, p.quantity, p.placed_at, p.rank) for p in level.picks] == [(LINE, 2, NOW, 0)]
    assert (movement.source.bucket, movement.target.bucket, movement.owner) == (
        Bucket.ALLOCATED,
        Bucket.PICKED,
        LINE,
    )


def test_nobody_picks_more_than_is_allocated() -> None:
    """What waits, what is picked already and what others have is not there to be picked."""
    stock = after(RESERVED, pick(want(2)))
    for wants, available in (((want(4),), 3), ((want(2), want(2)), 3), ((want(4, OTHER),), 3)):
        changed, decision = stock.decide(pick(*wants), now=LATER)
        [shortage] = decision.outcomes[0].shortages
        assert isinstance(decision.outcomes[0], Refused)
        assert (shortage.wanted, shortage.available) == (4, available)
        assert stock == changed


def test_all_lines_are_picked_or_none() -> None:
    """One line that lacks units keeps the others on the shelf, and all that lack are named."""
    wants = (want(1), want(4, OTHER), want(1, sku=B))
    changed, decision = RESERVED.decide(pick(*wants), now=LATER)

    assert [s.sku for s in decision.outcomes[0].shortages] == [A, B]
    assert RESERVED.level(A) == changed.level(A)


def test_who_waits_is_covered_before_it_is_picked() -> None:
    """Units of a hold that has ended are the order's at once, and can be picked at once."""
    hold = PutOnHold(key=CommandKey("hold"), wants=[want(2, Owner("cart:1"))], expires_at=LATER)
    record = Record(key=CommandKey("record"), wants=[want(2)], placed_at=NOW)
    stock = after(Stock.counted({A: 2}), hold, record, now=NOW)

    assert isinstance(stock.decide(pick(want(1)), now=NOW)[1].outcomes[0], Refused)
    assert units(after(stock, pick(want(2))).level(A)) == (0, 0, 2)


def test_what_is_put_back_is_allocated_as_before() -> None:
    """Picked units go back to the shelf and stay with their owner, at its place."""
    stock = after(RESERVED, pick(want(2)), unpick(want(2)))
    changed, decision = stock.decide(unpick(want(1)), now=LATER)

    assert RESERVED.level(A) == stock.level(A)
    assert decision.outcomes[0].explain() == (
        "refused: A at main: wanted 1, available 0, short of 1"
    )
    assert stock == changed


# -- shipping -----------------------------------------------------------------------------------


def test_picked_units_ship_first_and_return_to_the_shelf_last() -> None:
    """Picked units are promised like allocated ones: they can be shipped and released."""
    stock = after(Stock.counted({A: 5}), reserve(want(5)), pick(want(3)))
    release = Release(key=CommandKey("release"), wants=[want(4)])

    assert units(after(stock, ship(want(4))).level(A)) == (0, 1, 0)
    assert units(after(stock, release).level(A)) == (4, 0, 1)


def test_a_shipment_names_what_lay_where() -> None:
    """Units leave for the customer out of the parcel and off the shelf, in two movements."""
    stock = after(RESERVED, pick(want(2)))
    _, decision = stock.decide(ship(want(3)), now=LATER)

    assert [(m.source.bucket, m.quantity, m.source_after) for m in decision.movements] == [
        (Bucket.PICKED, 2, 0),
        (Bucket.ALLOCATED, 1, 5),
    ]
    assert {m.target.bucket for m in decision.movements} == {Bucket.CUSTOMER}


@pytest.mark.parametrize("picked", [0, 4])
def test_a_cancelled_fulfilment_leaves_all_as_before(picked: int) -> None:
    """Row 40: four of ten shipped and taken back: as before, and the ledger has both entries."""
    before = after(Stock.counted({A: 10}), reserve(want(10)), now=NOW)
    start = after(before, pick(want(picked))) if picked else before
    stock, shipped = start.decide(ship(want(4)), now=LATER)
    assert (stock.level(A).on_hand, stock.level(A).allocated) == (6, 6)
    stock, undone = stock.decide(unship(want(4)), now=LATER)

    assert before.level(A) == stock.level(A)
    assert [
        (m.source.bucket, m.target.bucket, m.quantity, m.cause)
        for m in (*shipped.movements, *undone.movements)
    ] == [
        (Bucket.PICKED if picked else Bucket.ALLOCATED, Bucket.CUSTOMER, 4, Cause.SHIP),
        (Bucket.CUSTOMER, Bucket.ALLOCATED, 4, Cause.UNSHIP),
    ]


def test_units_that_come_back_are_their_orders_and_nobody_elses() -> None:
    """While others wait, a cancelled fulfilment gives its units to the order that had them."""
    stock = after(Stock.counted({A: 4}), reserve(want(4)), ship(want(4)))
    record = Record(key=CommandKey("record"), wants=[want(2, OTHER)], placed_at=NOW)
    level = after(stock, record, unship(want(4))).level(A)

    assert [(a.owner, a.quantity, a.placed_at) for a in level.allocations] == [(LINE, 4, NOW)]
    assert level.uncovered_units == 2


def test_one_line_has_one_promise_of_a_kind() -> None:
    """Units that come back join what the line has left, at the earlier of both instants."""
    stock = after(Stock.counted({A: 5}), reserve(want(5)), ship(want(2)))
    earlier = attrs.evolve(unship(want(2)), placed_at=NOW - timedelta(days=1))
    [allocation] = after(stock, earlier).level(A).allocations

    assert (allocation.quantity, allocation.placed_at) == (5, NOW - timedelta(days=1))
