"""Counts that took a while, and goods that turn out to be broken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CartId, CommandKey, LineId, OrderId, Sku
from ecomkit.stock import (
    Bucket,
    Cause,
    Count,
    Damage,
    Done,
    Outcome,
    Owner,
    Pick,
    PutOnHold,
    Receive,
    Record,
    Refused,
    Release,
    Ship,
    Stock,
    StockCommand,
    StockLevel,
    Want,
)
from ecomkit.testing.strategies import stock_commands, stock_levels

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A = Sku("A")
CART = Owner.cart(CartId("1"))


def line(order: str) -> Owner:
    """Return the owner of a line."""
    return Owner.line(OrderId(order), LineId("1"))


def want(owner: Owner, quantity: int) -> Want:
    """Return a want of A."""
    return Want(owner=owner, sku=A, quantity=quantity)


def sale(order: str, quantity: int) -> Record:
    """Return a sale of A."""
    return Record(key=CommandKey(order), wants=[want(line(order), quantity)], placed_at=NOW)


def ship(order: str, quantity: int) -> Ship:
    """Return units of A that leave."""
    return Ship(key=CommandKey(f"ship-{order}"), wants=[want(line(order), quantity)])


def count(counted: int, *, expected: int | None = None) -> Count:
    """Return a count of A."""
    return Count(key=CommandKey("count"), sku=A, counted=counted, expected=expected)


def damage(quantity: int, bucket: Bucket = Bucket.DAMAGED) -> Damage:
    """Return broken units of A."""
    return Damage(
        key=CommandKey("damage"), sku=A, quantity=quantity, reason="broken glass", bucket=bucket
    )


def run(stock: Stock, *commands: StockCommand) -> tuple[Stock, Outcome]:
    """Return the stock after *commands*, and the last answer."""
    changed, decision = stock.decide(*commands, now=NOW)
    return changed, decision.outcomes[-1]


def promises(level: StockLevel) -> list[tuple[str, int]]:
    """Return who holds, has or has picked units, in the order of arrival."""
    everybody = [*level.holds, *level.allocations, *level.picks]
    return [(p.owner.name, p.quantity) for p in sorted(everybody, key=lambda p: p.rank)]


# -- counts against what the books showed -------------------------------------------------------


@given(
    stock_levels(skus=st.just(A)),
    st.integers(0, 80),
    st.integers(0, 80),
)
def test_a_count_books_the_difference_on_what_lies_there_now(
    level: StockLevel, counted: int, expected: int
) -> None:
    """Usable units change by counted less expected; more than lie there cannot be missing."""
    command = Count(
        key=CommandKey("c"),
        sku=A,
        location=level.location,
        counted=counted,
        expected=expected,
    )
    stock, outcome = run(Stock([level]), command)
    after = stock.level(A, location=level.location)
    difference = counted - expected

    if level.usable + difference < 0:
        assert isinstance(outcome, Refused)
        assert (after.usable, after.counted_at) == (level.usable, level.counted_at)
    else:
        assert outcome == Done(units=abs(difference))
        assert (after.usable, after.counted_at) == (level.usable + difference, NOW)


@given(
    stock_levels(skus=st.just(A), max_value=6),
    st.integers(0, 30),
    st.data(),
)
def test_a_count_commutes_with_what_moved_meanwhile(
    level: StockLevel, counted: int, data: st.DataObject
) -> None:
    """Booked after a receipt or a return, a count leads to the total that it leads to before."""
    here = {"skus": st.just(A), "locations": st.just(level.location)}
    meanwhile = data.draw(stock_commands(kinds=[Receive], **here))
    own = {"key": CommandKey("c"), "sku": A, "location": level.location, "counted": counted}
    at_once, _ = run(Stock([level]), Count(**own), meanwhile)
    later, _ = run(Stock([level]), meanwhile, Count(expected=level.usable, **own))
    one, other = (stock.level(A, location=level.location) for stock in (at_once, later))

    assert one.usable == other.usable
    assert sold(one) == sold(other)


def test_a_count_is_merged_with_what_was_sold_meanwhile() -> None:
    """Begun at ten, two sold and shipped meanwhile, nine counted: one is missing, seven are left."""
    stock, _ = run(Stock.counted({A: 10}), sale("a", 2), ship("a", 2))
    merged, outcome = run(stock, count(9, expected=10))
    blind, _ = run(stock, count(9))

    assert (merged.level(A).usable, outcome) == (7, Done(units=1))
    assert blind.level(A).usable == 9


def test_promised_units_are_part_of_a_count() -> None:
    """Two that were sold but not shipped still lie there: nine do, and seven are free."""
    stock, _ = run(Stock.counted({A: 10}), sale("a", 2), count(9, expected=10))
    level = stock.level(A)

    assert (level.usable, level.sellable, level.allocated) == (9, 7, 2)


def test_a_surplus_is_merged_too() -> None:
    """One more than expected was found while five came in: both are there, and cover who waits."""
    receive = Receive(key=CommandKey("r"), sku=A, quantity=5)
    stock, _ = run(Stock.counted({A: 3}), sale("a", 10), receive, count(4, expected=3))
    level = stock.level(A)

    assert (level.usable, level.allocated, level.uncovered_units) == (9, 9, 1)


def test_a_count_that_misses_more_than_is_left_is_refused() -> None:
    """Eight missing of ten where seven left meanwhile: only three lie there, so count again."""
    stock, _ = run(Stock.counted({A: 10}), sale("a", 7), ship("a", 7))
    changed, refused = run(stock, count(2, expected=10))

    assert refused.explain() == "refused: A at main: wanted 8, available 3, short of 5"
    assert stock == changed
    assert run(stock, count(7, expected=10))[1] == Done(units=3)


@pytest.mark.parametrize("expected", [None, 0])
def test_a_first_count_may_expect_nothing(expected: int | None) -> None:
    """The opening count of an empty shelf is the same, said either way."""
    stock, decision = Stock().decide(count(4, expected=expected), now=NOW)

    assert (stock.level(A).sellable, stock.level(A).counted_at) == (4, NOW)
    assert [(m.source.bucket, m.cause) for m in decision.movements] == [
        (Bucket.OPENING, Cause.OPENING)
    ]


def test_a_later_rank_breaks_first_in_a_merged_count() -> None:
    """Where a merged count finds too few, it breaks promises as any count does."""
    stock, _ = run(Stock.counted({A: 4}), sale("a", 2), sale("b", 2), count(1, expected=4))

    assert promises(stock.level(A)) == [("line:a#1", 1)]
    assert [(u.owner, u.quantity) for u in stock.level(A).uncovered] == [
        (line("a"), 1),
        (line("b"), 2),
    ]


# -- damage ---------------------------------------------------------------------------------------


@given(stock_levels(skus=st.just(A)), st.data())
def test_damage_moves_usable_units_and_drops_no_order(
    level: StockLevel, data: st.DataObject
) -> None:
    """Broken units leave the usable ones; what orders lose they wait for; all may break, no more."""
    quantity = data.draw(st.integers(1, level.usable + 2))
    bucket = data.draw(st.sampled_from((Bucket.DAMAGED, Bucket.QUARANTINED, Bucket.SCRAP)))
    command = Damage(
        key=CommandKey("d"),
        sku=A,
        location=level.location,
        quantity=quantity,
        reason="flood",
        bucket=bucket,
    )
    stock, outcome = run(Stock([level]), command)
    after = stock.level(A, location=level.location)

    assert sold(level) == sold(after)
    if quantity > level.usable:
        assert isinstance(outcome, Refused)
        assert after.usable == level.usable
    else:
        assert outcome == Done(units=quantity)
        assert after.usable == level.usable - quantity
        gone = 0 if bucket is Bucket.SCRAP else quantity
        assert after.on_hand == level.on_hand - quantity + gone


def sold(level: StockLevel) -> int:
    """Return what orders were promised or wait for."""
    return level.allocated + level.picked + level.uncovered_units


def test_the_latest_promises_break_first() -> None:
    """Free units break first, then holds, then allocations, then picked units; the latest first."""
    hold = PutOnHold(
        key=CommandKey("h"), wants=[want(CART, 2)], expires_at=NOW + timedelta(days=1)
    )
    pick = Pick(key=CommandKey("p"), wants=[want(line("b"), 2)])
    stock, _ = run(Stock.counted({A: 8}), hold, sale("a", 2), sale("b", 3), pick)
    expected = {
        1: ["1 2", "a 2", "b 3"],
        2: ["1 1", "a 2", "b 3"],
        3: ["a 2", "b 3"],
        4: ["a 2", "b 2"],
        6: ["b 2"],
        7: ["b 1"],
        8: [],
    }
    for quantity, kept in expected.items():
        level = run(stock, damage(quantity))[0].level(A)
        assert kept == merged(promises(level))
        assert level.damaged == quantity
        assert max(0, quantity - 3) == level.uncovered_units


def merged(found: list[tuple[str, int]]) -> list[str]:
    """Return promises in few words, those of one owner together."""
    totals: dict[str, int] = {}
    for owner, units in found:
        name = owner.partition(":")[2].removesuffix("#1")
        totals[name] = totals.get(name, 0) + units
    return [f"{name} {units}" for name, units in totals.items()]


def test_damage_says_why_and_whose() -> None:
    """The ledger keeps the reason, and who lost the units."""
    _, decision = run(Stock.counted({A: 2}), sale("a", 2))[0].decide(
        damage(1, Bucket.SCRAP), now=NOW
    )
    [movement] = decision.movements

    assert (movement.cause, movement.target.bucket) == (Cause.DAMAGE, Bucket.SCRAP)
    assert (movement.note, movement.owner) == ("broken glass", line("a"))


def test_what_was_broken_is_covered_again_by_the_next_receipt() -> None:
    """An order that lost its units has its old place in the queue."""
    stock, _ = run(Stock.counted({A: 4}), sale("a", 2), sale("b", 2), damage(4))
    stock, _ = run(stock, Release(key=CommandKey("r"), wants=[want(line("b"), 1)]))
    level = run(stock, Receive(key=CommandKey("in"), sku=A, quantity=3))[0].level(A)

    assert promises(level) == [("line:a#1", 2), ("line:b#1", 1)]
