"""Counts, adjustments, receipts, returns and relocations: what happens on the shelves."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CartId, CommandKey, LineId, OrderId, Sku
from ecomkit.stock import (
    MAIN,
    Adjust,
    Allocation,
    Bucket,
    Cause,
    Count,
    Decision,
    Done,
    Hold,
    Owner,
    Pick,
    PutOnHold,
    Receive,
    Record,
    Refused,
    Relocate,
    Reserve,
    Stock,
    StockCommand,
    StockLevel,
    TakeBack,
    Want,
    decide,
)
from ecomkit.testing.strategies import stock_levels

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
A = Sku("A")
CART, OTHER_CART = Owner.cart(CartId("1")), Owner.cart(CartId("2"))
KEY = CommandKey("key")


def line(order: str) -> Owner:
    """Return the owner of the first line of an order."""
    return Owner.line(OrderId(order), LineId("1"))


def sale(order: str, quantity: int, *, placed_at: datetime = NOW) -> Record:
    """Return a sale of A."""
    return Record(
        key=CommandKey(order),
        wants=[Want(owner=line(order), sku=A, quantity=quantity)],
        placed_at=placed_at,
    )


def hold(owner: Owner, quantity: int) -> PutOnHold:
    """Return a hold of A until the next day."""
    return PutOnHold(
        key=CommandKey(f"hold-{owner}"),
        wants=[Want(owner=owner, sku=A, quantity=quantity)],
        expires_at=LATER,
    )


def count(counted: int, sku: Sku = A) -> Count:
    """Return a count."""
    return Count(key=KEY, sku=sku, counted=counted)


def adjust(difference: int) -> Adjust:
    """Return an adjustment of A."""
    return Adjust(key=KEY, sku=A, difference=difference, reason="broken glass")


def at(level: StockLevel, command: StockCommand) -> tuple[StockLevel, Decision]:
    """Return the level after *command*, and the decision."""
    decision = decide([level], [command], now=NOW)
    (changed,) = decision.levels
    return changed, decision


def promises(level: StockLevel) -> list[tuple[str, int]]:
    """Return who holds or has allocated units, and how many, in the order of arrival."""
    both: list[Hold | Allocation] = [*level.holds, *level.allocations]
    return [(p.owner.name, p.quantity) for p in sorted(both, key=lambda p: p.rank)]


# -- counts -----------------------------------------------------------------------------------


@given(stock_levels(), st.integers(0, 90))
def test_usable_is_what_was_counted(level: StockLevel, counted: int) -> None:
    """After a count exactly the counted units are usable, and the count is dated."""
    command = Count(key=KEY, sku=level.sku, counted=counted, location=level.location)
    changed, decision = at(level, command)

    assert counted == changed.usable
    assert changed.counted_at == NOW
    assert decision.outcomes == (Done(units=abs(counted - level.usable)),)
    assert (level.quarantined, level.damaged, level.in_transit) == (
        changed.quarantined,
        changed.damaged,
        changed.in_transit,
    )


@given(stock_levels(), st.integers(0, 90))
def test_a_count_forgets_no_order(level: StockLevel, counted: int) -> None:
    """What orders were promised and wait for is the same before and after: none is dropped."""
    command = Count(key=KEY, sku=level.sku, counted=counted, location=level.location)
    changed, _ = at(level, command)

    assert owned(level) == owned(changed)


def owned(level: StockLevel) -> dict[Owner, int]:
    """Return what each order has allocated, has picked or waits for."""
    units: dict[Owner, int] = {}
    for promise in (*level.allocations, *level.picks, *level.uncovered):
        units[promise.owner] = units.get(promise.owner, 0) + promise.quantity
    return units


@given(stock_levels(), st.integers(0, 90))
def test_who_came_first_keeps_what_there_is(level: StockLevel, counted: int) -> None:
    """Where a count breaks promises, holds break first, and of each kind the latest first."""
    command = Count(key=KEY, sku=level.sku, counted=counted, location=level.location)
    # A count of what is there only sweeps and covers, so that promises can be compared.
    settled, _ = at(level, attrs.evolve(command, counted=level.usable))
    changed, _ = at(settled, command)
    missing = max(0, settled.usable - counted)
    missing -= min(missing, settled.sellable)
    for name in ("holds", "allocations", "picks"):
        kept = {promise.owner: promise.quantity for promise in getattr(changed, name)}
        for promise in reversed(getattr(settled, name)):
            lost = min(missing, promise.quantity)
            missing -= lost
            assert promise.quantity - lost <= kept.get(promise.owner, 0)
            assert counted > settled.usable or promise.quantity - lost == kept.get(
                promise.owner, 0
            )


def test_free_units_are_missing_first() -> None:
    """A count that finds enough for all promises breaks none."""
    stock, _ = Stock.counted({A: 10}).decide(hold(CART, 2), sale("a", 3), now=NOW)
    stock, decision = stock.decide(count(5), now=NOW)

    assert promises(stock.level(A)) == [("cart:1", 2), ("line:a#1", 3)]
    assert [(m.source.bucket, m.target.bucket, m.quantity) for m in decision.movements] == [
        (Bucket.SELLABLE, Bucket.SHRINKAGE, 5)
    ]


def test_holds_are_missing_before_allocations_the_latest_first() -> None:
    """Holds end from the latest on, then orders wait, the latest first."""
    stock, _ = Stock.counted({A: 10}).decide(
        sale("a", 3), hold(CART, 2), sale("b", 3), hold(OTHER_CART, 2), now=NOW
    )
    expected = {
        9: ["a 3", "1 2", "b 3", "2 1"],
        8: ["a 3", "1 2", "b 3"],
        7: ["a 3", "1 1", "b 3"],
        6: ["a 3", "b 3"],
        4: ["a 3", "b 1"],
        2: ["a 2"],
        0: [],
    }
    for counted, kept in expected.items():
        level = stock.decide(count(counted), now=NOW)[0].level(A)
        names = [
            f"{name.partition(':')[2].removesuffix('#1')} {units}"
            for name, units in promises(level)
        ]
        assert kept == names
        assert max(0, 6 - counted) == level.uncovered_units


def test_what_an_order_loses_it_waits_for_at_its_old_rank() -> None:
    """The orders that lost their units are covered again in the order in which they came."""
    stock, _ = Stock.counted({A: 4}).decide(sale("a", 2), sale("b", 2), sale("c", 1), now=NOW)
    stock, _ = stock.decide(count(0), now=NOW)
    assert [(debt.owner.name, debt.rank) for debt in stock.level(A).uncovered] == [
        ("line:a#1", 0),
        ("line:b#1", 1),
        ("line:c#1", 2),
    ]

    level = stock.decide(Receive(key=KEY, sku=A, quantity=3), now=NOW)[0].level(A)
    assert promises(level) == [("line:a#1", 2), ("line:b#1", 1)]


def test_an_order_that_waited_keeps_its_rank_when_it_is_covered() -> None:
    """Who waited first and was covered last came first all the same, and loses last."""
    stock, _ = Stock.counted({A: 1}).decide(hold(CART, 1), sale("a", 1), now=NOW)
    want = Want(owner=line("b"), sku=A, quantity=1)
    reserve = Reserve(key=CommandKey("b"), wants=[want], placed_at=NOW, cart=CART)
    stock, _ = stock.decide(reserve, Receive(key=KEY, sku=A, quantity=1), now=NOW)
    assert promises(stock.level(A)) == [("line:a#1", 1), ("line:b#1", 1)]

    stock, _ = stock.decide(count(1), now=NOW)
    assert promises(stock.level(A)) == [("line:a#1", 1)]


def test_a_line_that_grew_later_loses_at_its_first_place() -> None:
    """What a line was promised first is its own first, though the line waits for more since."""
    stock, _ = Stock.counted({A: 3}).decide(
        sale("a", 3, placed_at=NOW - timedelta(hours=2)), sale("b", 1), sale("a", 1), now=NOW
    )
    stock, _ = stock.decide(count(0), now=NOW)
    first = stock.level(A).uncovered[0]
    level = stock.decide(Receive(key=KEY, sku=A, quantity=3), now=NOW)[0].level(A)

    assert (first.owner, first.quantity, first.rank) == (line("a"), 4, 0)
    assert first.placed_at == NOW - timedelta(hours=2)
    assert promises(level) == [("line:a#1", 3)]


def test_picked_units_are_missing_last() -> None:
    """A count breaks what is on the shelf before what lies in a parcel already."""
    stock, _ = Stock.counted({A: 5}).decide(sale("a", 5), now=NOW)
    pick = Pick(key=KEY, wants=[Want(owner=line("a"), sku=A, quantity=2)])
    level, _ = at(stock.decide(pick, now=NOW)[0].level(A), count(1))

    assert (level.allocated, level.picked, level.uncovered_units) == (0, 1, 4)


def test_the_first_count_is_an_opening_and_later_ones_are_not() -> None:
    """What a first count finds opens the books; a later surplus comes out of shrinkage."""
    for counted_at, source in ((None, Bucket.OPENING), (NOW, Bucket.SHRINKAGE)):
        _, decision = at(StockLevel(sku=A, sellable=2, counted_at=counted_at), count(5))
        assert [(source, 3)] == [(m.source.bucket, m.quantity) for m in decision.movements]


def test_a_first_count_below_what_was_received_is_shrinkage() -> None:
    """Units that were received and are not found are missing, whenever they are counted first."""
    _, decision = at(StockLevel(sku=A, sellable=5), count(3))

    assert [(m.target.bucket, m.cause, m.quantity) for m in decision.movements] == [
        (Bucket.SHRINKAGE, Cause.COUNT, 2)
    ]


def test_a_count_that_finds_what_is_there_writes_nothing() -> None:
    """A count without a difference dates the level and moves no unit."""
    level, decision = at(StockLevel(sku=A, sellable=2), count(2))

    assert decision.movements == ()
    assert decision.outcomes == (Done(units=0),)
    assert level.counted_at == NOW


# -- adjustments ------------------------------------------------------------------------------


@given(stock_levels(skus=st.just(A), locations=st.just(MAIN)), st.data())
def test_an_adjustment_moves_its_difference_or_nothing(
    level: StockLevel, data: st.DataObject
) -> None:
    """Usable units change by the difference; more than lies there cannot go missing."""
    difference = data.draw(st.integers(-level.usable - 3, 20).filter(bool))
    changed, decision = at(level, adjust(difference))

    if level.usable + difference < 0:
        assert isinstance(decision.outcomes[0], Refused)
        assert level.usable == changed.usable
    else:
        assert decision.outcomes == (Done(units=abs(difference)),)
        assert level.usable + difference == changed.usable
        assert owned(level) == owned(changed)
        assert level.counted_at == changed.counted_at


def test_all_units_may_go_missing_and_not_one_more() -> None:
    """An adjustment takes the last unit; one more is refused, with what there is."""
    level = StockLevel.counted(A, on_hand=3)
    gone, _ = at(level, adjust(-3))
    _, refused = at(level, adjust(-4))

    assert gone.usable == 0
    assert refused.outcomes[0].explain() == (
        "refused: A at main: wanted 4, available 3, short of 1"
    )


def test_missing_units_break_promises_and_found_ones_mend_them() -> None:
    """An adjustment down makes the order wait; one up covers it again."""
    stock, _ = Stock.counted({A: 3}).decide(sale("a", 3), now=NOW)
    broken, down = at(stock.level(A), adjust(-1))
    mended, up = at(broken, adjust(1))

    assert (broken.allocated, broken.uncovered_units) == (2, 1)
    assert (mended.allocated, mended.uncovered_units) == (3, 0)
    assert {Cause.ADJUSTMENT} == {m.cause for m in down.movements}
    assert [m.cause for m in up.movements] == [Cause.ADJUSTMENT, Cause.COVER]
    assert line("a") == down.movements[0].owner


# -- receipts, returns, relocations -----------------------------------------------------------


def test_a_receipt_comes_from_the_supplier() -> None:
    """Received units are sellable, and the supplier's account is lower by as many."""
    level, decision = at(StockLevel(sku=A), Receive(key=KEY, sku=A, quantity=4))

    assert level.sellable == 4
    assert [
        (m.source.bucket, m.target.bucket, m.cause, m.quantity) for m in decision.movements
    ] == [(Bucket.SUPPLIER, Bucket.SELLABLE, Cause.RECEIPT, 4)]


@pytest.mark.parametrize(
    "bucket", [Bucket.SELLABLE, Bucket.QUARANTINED, Bucket.DAMAGED, Bucket.SCRAP]
)
def test_returned_units_lie_where_they_were_put(bucket: Bucket) -> None:
    """What comes back goes into the stated bucket only, in the name of who sent it."""
    want = Want(owner=line("a"), sku=A, quantity=2)
    level, decision = at(StockLevel(sku=A), TakeBack(key=KEY, wants=[want, want], bucket=bucket))
    inside = {each: level.units(each) for each in Bucket if each.is_inside and level.units(each)}

    assert inside == ({bucket: 4} if bucket.is_inside else {})
    assert decision.outcomes == (Done(units=4),)
    assert [(Bucket.CUSTOMER, bucket, Cause.RETURN, line("a"), 4)] == [
        (m.source.bucket, m.target.bucket, m.cause, m.owner, m.quantity)
        for m in decision.movements
    ]


PLACES = (Bucket.SELLABLE, Bucket.QUARANTINED, Bucket.DAMAGED)


GONE = (Bucket.SCRAP, Bucket.SUPPLIER, Bucket.CUSTOMER)
WAYS = [(a, b) for a in PLACES for b in (*PLACES, *GONE) if a is not b]


@given(stock_levels(), st.sampled_from(WAYS))
def test_relocation_moves_unpromised_units_only(
    level: StockLevel, way: tuple[Bucket, Bucket]
) -> None:
    """All unpromised units of a bucket can be relocated, and not one more."""
    source, target = way
    there = level.available(NOW) if source is Bucket.SELLABLE else level.units(source)
    command = Relocate(
        key=KEY,
        sku=level.sku,
        location=level.location,
        quantity=there + 1,
        source=source,
        target=target,
    )
    _, refused = at(level, command)
    [shortage] = getattr(refused.outcomes[0], "shortages", [None])

    assert (shortage.wanted, shortage.available) == (there + 1, there)
    assert refused.movements == ()
    if there:
        changed, done = at(level, attrs.evolve(command, quantity=there))
        assert done.outcomes == (Done(units=there),)
        assert owned(level) == owned(changed)
        assert changed.units(source) == 0


def test_goods_in_quarantine_can_be_freed_or_scrapped() -> None:
    """Out of quarantine units are sold again or leave for good; the ledger says where to."""
    level = StockLevel(sku=A, quarantined=3)
    freed = Relocate(key=KEY, sku=A, quantity=1, source=Bucket.QUARANTINED, target=Bucket.SELLABLE)
    scrapped = Relocate(key=KEY, sku=A, quantity=2, source=Bucket.QUARANTINED, target=Bucket.SCRAP)
    once, _ = at(level, freed)
    twice, decision = at(once, scrapped)

    assert (twice.sellable, twice.quarantined, twice.on_hand) == (1, 0, 1)
    assert [(m.target.bucket, m.cause) for m in decision.movements] == [
        (Bucket.SCRAP, Cause.RELOCATION)
    ]


def test_units_of_an_order_are_not_relocated() -> None:
    """Allocated units are promised: with nothing free, relocating is refused."""
    want = Want(owner=line("a"), sku=A, quantity=3)
    stock, _ = Stock.counted({A: 3}).decide(
        Reserve(key=CommandKey("r"), wants=[want], placed_at=NOW), now=NOW
    )
    command = Relocate(key=KEY, sku=A, quantity=1, source=Bucket.SELLABLE, target=Bucket.DAMAGED)

    assert isinstance(stock.decide(command, now=NOW)[1].outcomes[0], Refused)
