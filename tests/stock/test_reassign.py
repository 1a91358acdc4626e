"""A promise goes on to another owner, another location, or both."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, LineId, LocationId, OrderId, Sku
from ecomkit.stock import (
    MAIN,
    Cause,
    Count,
    Coverage,
    Done,
    Outcome,
    Owner,
    Pick,
    Reassign,
    Receive,
    Record,
    Refused,
    Stock,
    StockCommand,
    StockLevel,
    Want,
)
from ecomkit.testing.strategies import stock_commands, stock_levels

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A = Sku("A")
SPARE = LocationId("spare")


def line(order: str, number: str = "1") -> Owner:
    """Return the owner of a line."""
    return Owner.line(OrderId(order), LineId(number))


def sale(order: str, quantity: int, *, hours: int = 0, location: LocationId = MAIN) -> Record:
    """Return a sale of A, *hours* before now."""
    return Record(
        key=CommandKey(order),
        wants=[Want(owner=line(order), sku=A, quantity=quantity, location=location)],
        placed_at=NOW - timedelta(hours=hours),
    )


def reassign(
    order: str,
    quantity: int,
    *,
    to: str | None = None,
    number: str = "1",
    to_location: LocationId = MAIN,
) -> Reassign:
    """Return a promise that goes on, from the main location."""
    return Reassign(
        key=CommandKey("reassign"),
        owner=line(order),
        sku=A,
        quantity=quantity,
        to_owner=line(order if to is None else to, number),
        to_location=to_location,
    )


def run(
    stock: Stock, *commands: StockCommand, coverage: Coverage = Coverage.ARRIVAL
) -> tuple[Stock, Outcome]:
    """Return the stock after *commands*, and the last answer."""
    changed, decision = stock.decide(*commands, now=NOW, coverage=coverage)
    return changed, decision.outcomes[-1]


def has(level: StockLevel, owner: Owner) -> tuple[int, int]:
    """Return what *owner* has allocated, and what it waits for."""
    return (
        sum(a.quantity for a in level.allocations if a.owner == owner),
        sum(u.quantity for u in level.uncovered if u.owner == owner),
    )


def totals(stock: Stock) -> tuple[int, int]:
    """Return what is usable and what was promised or sold, over all locations."""
    return (
        sum(level.usable for level in stock.levels),
        sum(level.allocated + level.picked + level.uncovered_units for level in stock.levels),
    )


# -- laws -------------------------------------------------------------------------------------


@given(
    st.tuples(
        stock_levels(skus=st.just(A), locations=st.just(MAIN)),
        stock_levels(skus=st.just(A), locations=st.just(SPARE)),
    ),
    stock_commands(kinds=[Reassign], skus=st.just(A), max_value=15),
    st.sampled_from(Coverage),
)
def test_no_unit_and_no_claim_is_lost(
    levels: tuple[StockLevel, StockLevel], command: Reassign, coverage: Coverage
) -> None:
    """All units lie where they lay, and all that was sold is still owed: only to whom, or where."""
    stock = Stock(levels)
    changed, outcome = run(stock, command, coverage=coverage)
    movable = sum(has(stock.level(A, location=command.location), command.owner))

    assert totals(stock) == totals(changed)
    for level in stock.levels:
        assert level.usable == changed.level(A, location=level.location).usable
    assert isinstance(outcome, Done) == (command.quantity <= movable)
    if isinstance(outcome, Done):
        for key in (command.source_key, command.target_key):
            level = changed.level(A, location=key.location)
            assert 0 in (level.sellable, level.uncovered_units)
        left = sum(has(changed.level(A, location=command.location), command.owner))
        if (command.owner, command.to_location) != (command.to_owner, command.location):
            assert movable - command.quantity == left


@given(
    stock_levels(skus=st.just(A), locations=st.just(MAIN)),
    stock_commands(kinds=[Reassign], skus=st.just(A), locations=st.just(MAIN), max_value=15),
)
def test_another_owner_at_one_location_changes_no_total(
    level: StockLevel, command: Reassign
) -> None:
    """When an order is split where it is, as many units are covered as before, and wait."""
    nothing = Receive(key=CommandKey("r"), sku=A, quantity=1)
    settled, _ = run(Stock([level]), nothing)
    changed, outcome = run(settled, command)

    if command.to_location == MAIN:
        before, after = settled.level(A), changed.level(A)
        assert (before.allocated, before.uncovered_units, before.sellable) == (
            after.allocated,
            after.uncovered_units,
            after.sellable,
        )
        pairs = [has(each, owner) for each in (before, after) for owner in both(command)]
        assert isinstance(outcome, Refused) or added(pairs[:2]) == added(pairs[2:])


def both(command: Reassign) -> tuple[Owner, Owner]:
    """Return the two owners."""
    return command.owner, command.to_owner


def added(pairs: list[tuple[int, int]]) -> tuple[int, ...]:
    """Return the sums of pairs."""
    return tuple(sum(column) for column in zip(*pairs, strict=True))


# -- acceptance ---------------------------------------------------------------------------------


def test_an_order_moves_to_a_location_that_has_nothing() -> None:
    """Row 36: fifteen ordered, ten there, moved to a place with none: ten free, fifteen waiting."""
    stock, _ = run(Stock.counted({A: 10}), sale("a", 15))
    assert has(stock.level(A), line("a")) == (10, 5)
    changed, decision = stock.decide(reassign("a", 15, to_location=SPARE), now=NOW)
    here, there = changed.level(A), changed.level(A, location=SPARE)

    assert (here.on_hand, here.sellable, here.uncovered_units) == (10, 10, 0)
    assert (there.on_hand, has(there, line("a"))) == (0, (0, 15))
    assert totals(stock) == totals(changed) == (10, 15)
    assert [(m.quantity, m.cause, m.owner) for m in decision.movements] == [
        (10, Cause.REASSIGN, line("a"))
    ]


def test_an_order_is_split_where_it_is() -> None:
    """Row 37: two there and three waiting, two go to another line: two and three overall."""
    stock, _ = run(Stock.counted({A: 2}), sale("a", 5))
    changed, decision = stock.decide(reassign("a", 2, number="2"), now=NOW)
    level = changed.level(A)

    assert has(level, line("a")) == (0, 3)
    assert has(level, line("a", "2")) == (2, 0)
    assert (level.allocated, level.uncovered_units) == (2, 3)
    assert decision.movements == ()


def test_a_larger_part_takes_what_waits_too() -> None:
    """Four of two and three: what is covered goes first, then two of those that wait."""
    stock, _ = run(Stock.counted({A: 2}), sale("a", 5), reassign("a", 4, to="b"))

    assert has(stock.level(A), line("a")) == (0, 1)
    assert has(stock.level(A), line("b")) == (2, 2)


# -- places in the queue ------------------------------------------------------------------------


@pytest.mark.parametrize("coverage", Coverage)
def test_a_promise_keeps_its_place(coverage: Coverage) -> None:
    """Whoever takes over a place in the queue is served at that place, not at the end of it."""
    stock, _ = run(Stock(), sale("a", 2, hours=3), sale("b", 2, hours=2), reassign("a", 2, to="c"))
    stock, _ = run(stock, Receive(key=CommandKey("r"), sku=A, quantity=3), coverage=coverage)

    assert has(stock.level(A), line("c")) == (2, 0)
    assert has(stock.level(A), line("b")) == (1, 1)


def test_an_owner_keeps_the_better_of_two_places() -> None:
    """Units that join a later place move it forward; units that join an earlier one go there."""
    for order, to in (("a", "c"), ("c", "a")):
        stock, _ = run(
            Stock(), sale("a", 1), sale("b", 1), sale("c", 1), reassign(order, 1, to=to)
        )
        assert [(u.owner, u.quantity, u.rank) for u in stock.level(A).uncovered] == [
            (line(to), 2, 0),
            (line("b"), 1, 1),
        ]


def test_a_covered_promise_that_went_on_breaks_last_if_it_came_first() -> None:
    """A count that finds too few takes from the later promise, whoever has the earlier one now."""
    stock, _ = run(Stock.counted({A: 4}), sale("a", 2), sale("b", 2), reassign("a", 2, to="c"))
    stock, _ = run(stock, Count(key=CommandKey("c"), sku=A, counted=2))

    assert has(stock.level(A), line("c")) == (2, 0)
    assert has(stock.level(A), line("b")) == (0, 2)


def test_at_another_location_who_bought_first_is_first_by_placement() -> None:
    """The instant of the sale goes along; the order of arrival starts anew where it arrives."""
    for coverage, first in ((Coverage.PLACEMENT, "a"), (Coverage.ARRIVAL, "b")):
        stock, _ = run(
            Stock(),
            sale("a", 2, hours=3),
            sale("b", 2, hours=1, location=SPARE),
            reassign("a", 2, to_location=SPARE),
        )
        receive = Receive(key=CommandKey("r"), sku=A, quantity=2, location=SPARE)
        level = run(stock, receive, coverage=coverage)[0].level(A, location=SPARE)
        assert has(level, line(first)) == (2, 0)


# -- another location ---------------------------------------------------------------------------


def test_what_waits_goes_first_since_it_may_be_covered_there() -> None:
    """Three of two covered and three waiting go where four lie: five are covered in the end."""
    stock = Stock(
        StockLevel.counted(A, on_hand=units, location=location)
        for location, units in ((MAIN, 2), (SPARE, 4))
    )
    stock, _ = run(stock, sale("a", 5), reassign("a", 3, to_location=SPARE))

    assert has(stock.level(A), line("a")) == (2, 0)
    assert has(stock.level(A, location=SPARE), line("a")) == (3, 0)
    assert stock.level(A, location=SPARE).sellable == 1


def test_what_it_leaves_covers_who_waits_there() -> None:
    """An order that goes elsewhere frees its units for the next in the queue."""
    stock, _ = run(
        Stock.counted({A: 3}), sale("a", 3), sale("b", 2), reassign("a", 3, to_location=SPARE)
    )
    level = stock.level(A)

    assert has(level, line("b")) == (2, 0)
    assert level.sellable == 1


def test_it_waits_behind_nobody_it_could_have_been_covered_before() -> None:
    """Part of what goes on is covered by what is there; the rest waits."""
    stock = Stock([StockLevel.counted(A, on_hand=2, location=SPARE)])
    stock, _ = run(stock, sale("a", 5), reassign("a", 3, to="b", to_location=SPARE))

    assert has(stock.level(A), line("a")) == (0, 2)
    assert has(stock.level(A, location=SPARE), line("b")) == (2, 1)


# -- refusals -----------------------------------------------------------------------------------


def test_picked_units_stay() -> None:
    """Units that lie in a parcel go nowhere: they are not among those that can be reassigned."""
    pick = Pick(key=CommandKey("p"), wants=[Want(owner=line("a"), sku=A, quantity=2)])
    stock, _ = run(Stock.counted({A: 3}), sale("a", 5), pick)

    for to in ({"to_location": SPARE}, {"to": "b"}):
        changed, refused = run(stock, reassign("a", 4, **to))
        assert refused.explain() == "refused: A at main: wanted 4, available 3, short of 1"
        assert stock.level(A) == changed.level(A)
        assert isinstance(run(stock, reassign("a", 3, **to))[1], Done)


def test_nobody_gives_away_what_is_anothers() -> None:
    """An owner without a promise has nothing that could go on."""
    stock, _ = run(Stock.counted({A: 3}), sale("a", 3))
    changed, refused = run(stock, reassign("b", 1, to="c"))

    assert isinstance(refused, Refused)
    assert stock == changed
