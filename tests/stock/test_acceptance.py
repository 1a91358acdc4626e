"""Behaviours that other shops got wrong, over several locations and several commands."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, LineId, LocationId, OrderId, Sku
from ecomkit.stock import (
    Cause,
    Coverage,
    Outcome,
    Owner,
    PutOnHold,
    Receive,
    Record,
    Recorded,
    Refused,
    Release,
    Reserve,
    Reserved,
    Ship,
    Short,
    Stock,
    StockCommand,
    StockLevel,
    Want,
)
from ecomkit.testing.strategies import stock_commands, stock_levels

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A = Sku("A")
HERE, THERE = LocationId("here"), LocationId("there")
LINE, OTHER = (Owner.line(OrderId("shop/1"), LineId(number)) for number in "12")


def want(quantity: int, location: LocationId, owner: Owner = LINE) -> Want:
    """Return a want of A."""
    return Want(owner=owner, sku=A, quantity=quantity, location=location)


def reserve(*wants: Want) -> Reserve:
    """Return a reservation."""
    return Reserve(key=CommandKey("reserve"), wants=wants, placed_at=NOW)


def release(*wants: Want) -> Release:
    """Return units that are cancelled."""
    return Release(key=CommandKey("release"), wants=wants)


def two(here: int, there: int) -> Stock:
    """Return a stock at two locations."""
    return Stock(
        StockLevel.counted(A, on_hand=units, location=location)
        for location, units in ((HERE, here), (THERE, there))
    )


def run(stock: Stock, *commands: StockCommand) -> tuple[Stock, Outcome]:
    """Return the stock after *commands*, and the last answer."""
    changed, decision = stock.decide(*commands, now=NOW)
    return changed, decision.outcomes[-1]


def allocated(stock: Stock) -> tuple[int, int]:
    """Return what is allocated here and there."""
    return tuple(stock.level(A, location=place).allocated for place in (HERE, THERE))


def test_an_order_is_allocated_at_two_locations() -> None:
    """Row 32: locations with ten and fifteen, thirteen wanted: ten here and three there, or none."""
    stock, outcome = run(two(10, 15), reserve(want(10, HERE), want(3, THERE)))
    assert outcome == Reserved(units=13)
    assert allocated(stock) == (10, 3)

    changed, short = run(two(10, 2), reserve(want(10, HERE), want(3, THERE)))
    assert isinstance(short, Short)
    assert allocated(changed) == (0, 0)


def test_an_order_at_two_locations_is_cancelled_in_two_steps() -> None:
    """Row 34: six here and four there, cancelled six and then four: nothing is left or negative."""
    stock, _ = run(two(6, 8), reserve(want(6, HERE), want(4, THERE)))
    stock, _ = run(stock, release(want(6, HERE)))
    assert allocated(stock) == (0, 4)
    assert isinstance(run(stock, release(want(1, HERE)))[1], Refused)
    stock, _ = run(stock, release(want(4, THERE)))

    assert allocated(stock) == (0, 0)
    assert {level.location: level.sellable for level in stock.levels} == {HERE: 6, THERE: 8}


@pytest.mark.parametrize("coverage", Coverage)
def test_a_cancelled_order_is_never_covered_by_what_it_gave_back(coverage: Coverage) -> None:
    """Row 38: two there and three waiting, all cancelled: the two are free, and nobody waits."""
    record = Record(key=CommandKey("r"), wants=[want(5, HERE)], placed_at=NOW)
    stock, outcome = run(two(2, 0), record)
    assert isinstance(outcome, Recorded)
    assert outcome.uncovered == 3
    stock, decision = stock.decide(release(want(5, HERE)), now=NOW, coverage=coverage)
    level = stock.level(A, location=HERE)

    assert (level.sellable, level.allocated, level.uncovered_units) == (2, 0, 0)
    assert Cause.COVER not in {movement.cause for movement in decision.movements}


def test_five_that_arrive_cover_four_and_one() -> None:
    """Row 39: orders wait for four and three, five arrive: four, then one; two stay open."""
    sales = [
        Record(key=CommandKey(f"r{n}"), wants=[want(n, HERE, owner)], placed_at=NOW)
        for n, owner in ((4, LINE), (3, OTHER))
    ]
    receive = Receive(key=CommandKey("in"), sku=A, quantity=5, location=HERE)
    level = run(Stock(), *sales, receive)[0].level(A, location=HERE)

    assert [(p.owner, p.quantity) for p in level.allocations] == [(LINE, 4), (OTHER, 1)]
    assert [(p.owner, p.quantity) for p in level.uncovered] == [(OTHER, 2)]


@given(
    st.lists(stock_levels(skus=st.just(A)), unique_by=lambda level: level.key, max_size=2),
    stock_commands(
        kinds=[PutOnHold, Reserve, Record, Release, Ship], skus=st.just(A), max_wants=5
    ),
    st.data(),
    st.sampled_from(Coverage),
)
def test_the_order_of_lines_does_not_matter(
    levels: list[StockLevel],
    command: PutOnHold | Reserve | Record | Release | Ship,
    data: st.DataObject,
    coverage: Coverage,
) -> None:
    """However the lines stand, the answer is of one kind and the totals are the same."""
    shuffled = type(command)(
        **{
            **{name: getattr(command, name) for name in ("key", *FIELDS[type(command)])},
            "wants": data.draw(st.permutations(command.wants)),
        }
    )
    (told, first), (other, second) = (
        Stock(levels).decide(each, now=NOW, coverage=coverage) for each in (command, shuffled)
    )
    [one], [two] = first.outcomes, second.outcomes

    assert type(one) is type(two)
    assert set(getattr(one, "shortages", ())) == set(getattr(two, "shortages", ()))
    assert {level.key: totals(level) for level in told.levels} == {
        level.key: totals(level) for level in other.levels
    }


FIELDS: dict[type[StockCommand], tuple[str, ...]] = {
    PutOnHold: ("expires_at",),
    Reserve: ("placed_at", "cart", "backorders"),
    Record: ("placed_at",),
    Release: (),
    Ship: (),
}


def totals(level: StockLevel) -> tuple[int, ...]:
    """Return the units of a level, whoever has them."""
    return (
        level.sellable,
        level.held,
        level.allocated,
        level.picked,
        level.uncovered_units,
    )
