"""Who is covered when stock is short, and that the order of arrival does not change how many."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, LineId, OrderId, Sku
from ecomkit.stock import (
    Bucket,
    Cause,
    Count,
    Coverage,
    Covered,
    Owner,
    Receive,
    Record,
    Recorded,
    Release,
    Relocate,
    Reserve,
    Short,
    Stock,
    StockLevel,
    TakeBack,
    Want,
    decide,
)
from ecomkit.testing.strategies import stock_commands, stock_levels

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, B = Sku("A"), Sku("B")


def line(order: str, number: str = "1") -> Owner:
    """Return the owner of a line."""
    return Owner.line(OrderId(order), LineId(number))


def sale(order: str, quantity: int, *, hours: int = 0, number: str = "1") -> Record:
    """Return a sale of A, *hours* before now."""
    return Record(
        key=CommandKey(f"{order}#{number}"),
        wants=[Want(owner=line(order, number), sku=A, quantity=quantity)],
        placed_at=NOW - timedelta(hours=hours),
    )


def receive(quantity: int, key: str = "receive") -> Receive:
    """Return a receipt of A."""
    return Receive(key=CommandKey(key), sku=A, quantity=quantity)


def waiting(level: StockLevel) -> dict[str, int]:
    """Return who waits, and for how many units."""
    return {debt.owner.name: debt.quantity for debt in level.uncovered}


def covered(level: StockLevel) -> dict[str, int]:
    """Return who has units allocated, and how many."""
    return {allocation.owner.name: allocation.quantity for allocation in level.allocations}


@given(
    st.lists(stock_commands(kinds=[Record]), min_size=1, max_size=6),
    st.dictionaries(st.sampled_from((A, B)), st.integers(0, 12)),
    st.data(),
    st.sampled_from(Coverage),
)
def test_order_of_arrival_does_not_change_the_totals(
    sales: list[Record], on_hand: dict[Sku, int], data: st.DataObject, coverage: Coverage
) -> None:
    """However sales are shuffled, each level has the same covered and uncovered totals."""
    shuffled = data.draw(st.permutations(sales))
    stock = Stock.counted(on_hand)
    told, other = (
        stock.decide(*commands, now=NOW, coverage=coverage)[0] for commands in (sales, shuffled)
    )

    assert {level.key: (level.allocated, level.uncovered_units) for level in told.levels} == {
        level.key: (level.allocated, level.uncovered_units) for level in other.levels
    }


@given(
    st.lists(stock_commands(kinds=[Record, Receive]), min_size=1, max_size=6),
    st.data(),
    st.sampled_from(Coverage),
)
def test_receipts_and_sales_commute(
    commands: list[Record | Receive], data: st.DataObject, coverage: Coverage
) -> None:
    """Whether the units or the sales come first, the totals are the same."""
    shuffled = data.draw(st.permutations(commands))
    told, other = (
        Stock().decide(*each, now=NOW, coverage=coverage)[0] for each in (commands, shuffled)
    )

    assert {
        level.key: (level.sellable, level.allocated, level.uncovered_units)
        for level in told.levels
    } == {
        level.key: (level.sellable, level.allocated, level.uncovered_units)
        for level in other.levels
    }


@given(stock_levels(), st.integers(1, 60), st.sampled_from(Coverage))
def test_nobody_is_covered_before_who_comes_first(
    level: StockLevel, quantity: int, coverage: Coverage
) -> None:
    """Where one order still waits, nobody who stands behind it in the rule's order got a unit."""
    command = Receive(
        key=CommandKey("r"), sku=level.sku, quantity=quantity, location=level.location
    )
    decision = decide([level], [command], now=NOW, coverage=coverage)
    (after,) = decision.levels
    queue = sorted(
        level.uncovered,
        key=lambda debt: (
            # Two owners share a place where an order was split: their names decide.
            *(() if coverage is Coverage.ARRIVAL else (debt.placed_at,)),
            debt.rank,
            debt.owner.name,
        ),
    )
    left = {debt.owner: debt.quantity for debt in after.uncovered}
    gets = [debt.quantity - left.get(debt.owner, 0) for debt in queue]
    wanted = [debt.quantity for debt in queue]
    full = sum(1 for got, want in zip(gets, wanted, strict=True) if got == want)

    assert gets[:full] == wanted[:full]
    assert not any(gets[full + 1 :])
    assert sum(gets) == sum(
        movement.quantity for movement in decision.movements if movement.cause is Cause.COVER
    )


def test_by_arrival_who_was_heard_of_first_is_covered_first() -> None:
    """Rows 39: five arrive for four and three that wait: four and one, and two stay open."""
    stock, _ = Stock.counted({A: 0}).decide(sale("a", 4), sale("b", 3, hours=9), now=NOW)
    level = stock.decide(receive(5), now=NOW)[0].level(A)

    assert covered(level) == {"line:a#1": 4, "line:b#1": 1}
    assert waiting(level) == {"line:b#1": 2}


def test_by_placement_who_bought_first_is_covered_first() -> None:
    """The order that was bought earlier gets its units, though we heard of it later."""
    stock, _ = Stock.counted({A: 0}).decide(sale("a", 4), sale("b", 3, hours=9), now=NOW)
    level = stock.decide(receive(5), now=NOW, coverage=Coverage.PLACEMENT)[0].level(A)

    assert covered(level) == {"line:a#1": 2, "line:b#1": 3}
    assert waiting(level) == {"line:a#1": 2}


def test_by_placement_ties_go_by_arrival() -> None:
    """Of two orders bought at one instant, the one heard of first is covered first."""
    stock, _ = Stock.counted({A: 0}).decide(sale("z", 2), sale("a", 2), now=NOW)
    level = stock.decide(receive(2), now=NOW, coverage=Coverage.PLACEMENT)[0].level(A)

    assert covered(level) == {"line:z#1": 2}


def test_two_lines_of_one_sku_share_what_is_there() -> None:
    """A sale of three and three out of five: three covered, then two, and one uncovered."""
    wants = [Want(owner=line("a", n), sku=A, quantity=3) for n in "12"]
    _, decision = Stock.counted({A: 5}).decide(
        Record(key=CommandKey("a"), wants=wants, placed_at=NOW), now=NOW
    )
    (outcome,) = decision.outcomes
    location = wants[0].location

    assert outcome == Recorded(
        lines=(
            Covered(owner=line("a", "1"), sku=A, location=location, covered=3, uncovered=0),
            Covered(owner=line("a", "2"), sku=A, location=location, covered=2, uncovered=1),
        )
    )
    assert outcome.explain() == "recorded, uncovered: 1 of 3 A"


def test_nothing_is_reserved_past_who_waits() -> None:
    """While orders wait, new units are theirs: nobody can reserve them, and none are available."""
    stock, _ = Stock.counted({A: 1}).decide(sale("a", 4), now=NOW)
    stock, _ = stock.decide(receive(2), now=NOW)
    reserve = Reserve(
        key=CommandKey("r"), wants=[Want(owner=line("b"), sku=A, quantity=1)], placed_at=NOW
    )

    assert stock.level(A).available(NOW) == 0
    assert isinstance(stock.decide(reserve, now=NOW)[1].outcomes[0], Short)
    assert waiting(stock.level(A)) == {"line:a#1": 1}


def test_a_second_sale_of_one_line_keeps_its_place() -> None:
    """A line that grows waits where it waited, before who came in between."""
    stock, _ = Stock.counted({A: 0}).decide(
        sale("a", 1, hours=1), sale("b", 2), sale("a", 1, hours=3), now=NOW
    )
    [first, second] = stock.level(A).uncovered

    assert (first.owner, first.quantity, first.rank) == (line("a"), 2, 0)
    assert first.placed_at == NOW - timedelta(hours=3)
    assert (second.owner, second.quantity, second.rank) == (line("b"), 2, 1)


# -- release ----------------------------------------------------------------------------------


def test_a_released_order_waits_less_before_it_gives_back() -> None:
    """Uncovered units go first: an order of five, two of them there, less three keeps its two."""
    stock, _ = Stock.counted({A: 2}).decide(sale("a", 5), now=NOW)
    release = Release(key=CommandKey("r"), wants=[Want(owner=line("a"), sku=A, quantity=3)])
    stock, decision = stock.decide(release, now=NOW)

    assert covered(stock.level(A)) == {"line:a#1": 2}
    assert waiting(stock.level(A)) == {}
    assert decision.movements == ()


def test_what_one_order_gives_back_covers_the_next() -> None:
    """Released units go to who waits, not back on sale."""
    stock, _ = Stock.counted({A: 3}).decide(sale("a", 3), sale("b", 2), now=NOW)
    release = Release(key=CommandKey("r"), wants=[Want(owner=line("a"), sku=A, quantity=3)])
    level = stock.decide(release, now=NOW)[0].level(A)

    assert covered(level) == {"line:b#1": 2}
    assert (level.sellable, waiting(level)) == (1, {})


@pytest.mark.parametrize("coverage", Coverage)
@pytest.mark.parametrize("numbers", ["12", "21"])
def test_a_cancelled_order_never_covers_its_own_other_line(
    coverage: Coverage, numbers: str
) -> None:
    """Row 38: two units there and three waited for, all cancelled: none goes back to the order."""
    stock, _ = Stock.counted({A: 2}).decide(
        sale("a", 2, number="1"), sale("a", 3, number="2"), sale("b", 1), now=NOW
    )
    units = {"1": 2, "2": 3}
    release = Release(
        key=CommandKey("cancel"),
        wants=[Want(owner=line("a", n), sku=A, quantity=units[n]) for n in numbers],
    )
    stock, decision = stock.decide(release, now=NOW, coverage=coverage)
    level = stock.level(A)

    assert covered(level) == {"line:b#1": 1}
    assert (level.sellable, waiting(level)) == (1, {})
    assert [line("b")] == [m.owner for m in decision.movements if m.cause is Cause.COVER]


# -- everything that brings units covers who waits ----------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        receive(2),
        Count(key=CommandKey("c"), sku=A, counted=2),
        TakeBack(
            key=CommandKey("t"),
            wants=[Want(owner=line("z"), sku=A, quantity=2)],
            bucket=Bucket.SELLABLE,
        ),
        Relocate(
            key=CommandKey("l"),
            sku=A,
            quantity=2,
            source=Bucket.DAMAGED,
            target=Bucket.SELLABLE,
        ),
    ],
    ids=lambda command: type(command).__name__,
)
def test_units_that_become_sellable_cover_who_waits(command: Receive) -> None:
    """Received, counted, returned or repaired: two units cover the two that were uncovered."""
    stock = Stock([StockLevel(sku=A, damaged=2)])
    stock, _ = stock.decide(sale("a", 3), now=NOW)
    level = stock.decide(command, now=NOW)[0].level(A)

    assert covered(level) == {"line:a#1": 2}
    assert waiting(level) == {"line:a#1": 1}
    assert level.sellable == 0
