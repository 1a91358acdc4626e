"""The ledger of units, read for what the units are worth."""

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import CommandKey, LineId, LocationId, LotId, OrderId, Sku
from ecomkit.money import Currency, Money, sum_money
from ecomkit.stock import MAIN, Account, Bucket, Cause, LevelKey, Movement, Owner, fold
from ecomkit.stock.valuation import (
    IssueEntry,
    IssueExceedsStockError,
    MissingCostError,
    ReceiptEntry,
    ReturnEntry,
    Valuation,
    ValuationEntry,
    ValuationMethod,
    entries_of,
    value_by_location,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOP = LocationId("shop")
HONEY = Sku("HONEY")
LINE, OTHER = (Owner.line(OrderId("etsy/1"), LineId(line)) for line in "12")
FIFO = Valuation(method=ValuationMethod.FIFO, currency=Currency.EUR)
AVERAGE = Valuation(method=ValuationMethod.AVERAGE, currency=Currency.EUR)
SPECIFIC = Valuation(method=ValuationMethod.SPECIFIC, currency=Currency.EUR)
OUTSIDE = [bucket for bucket in Bucket if not bucket.is_inside]
INSIDE = [bucket for bucket in Bucket if bucket.is_inside]


def eur(cents: int) -> Money:
    """Return euros."""
    return Money(cents, Currency.EUR)


def costs(**cents: int) -> dict[CommandKey, Money]:
    """Return the costs of commands."""
    return {CommandKey(command): eur(amount) for command, amount in cents.items()}


def move(
    command: str,
    quantity: int,
    source: Bucket,
    target: Bucket,
    *,
    at: LocationId = MAIN,
    to: LocationId | None = None,
    owner: Owner | None = None,
    number: int = 0,
) -> Movement:
    """Return a movement; the causes make no difference."""
    return Movement(
        id=f"{command}/{number}",
        quantity=quantity,
        source=Account(HONEY, at, source),
        target=Account(HONEY, to or at, target),
        cause=Cause.ADJUSTMENT,
        command=CommandKey(command),
        at=NOON,
        owner=owner,
    )


def receive(command: str, quantity: int, **where: Any) -> Movement:
    """Return a receipt."""
    return move(command, quantity, Bucket.SUPPLIER, Bucket.SELLABLE, **where)


def ship(command: str, quantity: int, owner: Owner = LINE, **where: Any) -> Movement:
    """Return a shipment."""
    return move(command, quantity, Bucket.ALLOCATED, Bucket.CUSTOMER, owner=owner, **where)


def take_back(command: str, quantity: int, owner: Owner = LINE, **where: Any) -> Movement:
    """Return a return."""
    return move(command, quantity, Bucket.CUSTOMER, Bucket.SELLABLE, owner=owner, **where)


@st.composite
def ledgers_of_movements(
    draw: st.DrawFn, *, places: tuple[LocationId, ...] = (MAIN, SHOP)
) -> list[Movement]:
    """Return a ledger in which no inside account goes below zero."""
    balances: dict[tuple[LocationId, Bucket], int] = {}
    movements = []
    for number in range(draw(st.integers(0, 14))):
        where = draw(st.sampled_from(places))
        source = draw(st.sampled_from([Bucket.SUPPLIER, *INSIDE[:3], *OUTSIDE]))
        there = balances.get((where, source), 0) if source.is_inside else 9
        to = draw(st.sampled_from(places)) if source.is_inside else where
        target = draw(st.sampled_from([*INSIDE[:3], *(OUTSIDE if to == where else [])]))
        if not there or (target, to) == (source, where):
            continue
        quantity = draw(st.integers(1, there))
        owner = draw(st.sampled_from([LINE, OTHER]))
        command = f"c{draw(st.integers(0, 9))}"
        movements.append(
            move(command, quantity, source, target, at=where, to=to, owner=owner, number=number)
        )
        balances[where, source] = there - quantity
        balances[to, target] = balances.get((to, target), 0) + quantity
    return movements


def with_costs(movements: list[Movement]) -> dict[CommandKey, Money]:
    """Return a cost for each command that needs one, and for no other."""
    try:
        entries_of(movements, costs={})
    except MissingCostError as error:
        return {command: eur(100 + 7 * n) for n, command in enumerate(error.commands)}
    return {}


# -- laws -----------------------------------------------------------------------------------------


@given(ledgers_of_movements())
def test_valued_units_are_the_units_of_the_ledger(movements: list[Movement]) -> None:
    """Whatever moved, the units that are valued are those that lie inside, place by place."""
    given_costs = with_costs(movements)

    books = value_by_location(movements, valuation=FIFO, costs=given_costs)
    history = FIFO(entries_of(movements, costs=given_costs))

    inside: dict[LocationId, int] = {}
    for account, units in fold(movements).items():
        if account.bucket.is_inside:
            inside[account.location] = inside.get(account.location, 0) + units
    assert {place: each.value.units for place, each in books.items() if each.value.units} == {
        place: units for place, units in inside.items() if units
    }
    assert history.value.units == sum(inside.values())


@given(ledgers_of_movements(), st.sampled_from([FIFO, AVERAGE]))
def test_cents_are_conserved_over_locations(
    movements: list[Movement], valuation: Valuation
) -> None:
    """Each location's books are exact, and together they hold what the commands cost."""
    given_costs = with_costs(movements)

    books = value_by_location(movements, valuation=valuation, costs=given_costs)

    for each in books.values():
        assert each.brought_in == each.net_cost + each.value.total
    brought_in = sum_money((each.brought_in for each in books.values()), currency=Currency.EUR)
    assert brought_in == sum_money(given_costs.values(), currency=Currency.EUR)


@given(ledgers_of_movements())
def test_a_cost_that_is_missing_is_named_and_once_named_enough(
    movements: list[Movement],
) -> None:
    """All commands without a cost are told at once; with theirs, nothing is missing."""
    given_costs = with_costs(movements)

    entries = entries_of(movements, costs=given_costs)

    brought = [entry.cost for entry in entries if isinstance(entry, ReceiptEntry)]
    total = sum_money(brought, currency=Currency.EUR)
    assert total == sum_money(given_costs.values(), currency=Currency.EUR)


@given(ledgers_of_movements(places=(MAIN,)))
def test_one_place_has_one_book(movements: list[Movement]) -> None:
    """At a single location, its books are those of the merchant."""
    given_costs = with_costs(movements)

    books = value_by_location(movements, valuation=FIFO, costs=given_costs)

    entries = entries_of(movements, costs=given_costs)
    assert books == ({MAIN: FIFO(entries)} if movements else {})


# -- examples -------------------------------------------------------------------------------------


def test_what_each_move_means() -> None:
    """Receipts in, issues out, returns back, and nothing for moves inside."""
    movements = [
        move("open", 2, Bucket.OPENING, Bucket.SELLABLE),
        receive("r1", 4),
        move("pick", 3, Bucket.SELLABLE, Bucket.ALLOCATED),
        ship("s1", 3),
        take_back("b1", 1),
        move("lost", 1, Bucket.SELLABLE, Bucket.SHRINKAGE),
        move("scrap", 1, Bucket.SELLABLE, Bucket.SCRAP),
    ]

    entries = entries_of(movements, costs=costs(open=200, r1=1000))

    assert entries == (
        ReceiptEntry(id="open/0", quantity=2, cost=eur(200)),
        ReceiptEntry(id="r1/0", quantity=4, cost=eur(1000)),
        IssueEntry(id="s1/0", quantity=3),
        ReturnEntry(id="b1/0", issue="s1/0", quantity=1),
        IssueEntry(id="lost/0", quantity=1),
        IssueEntry(id="scrap/0", quantity=1),
    )


def test_movements_of_one_command_share_its_cost() -> None:
    """By their units, to the last cent."""
    movements = [receive("r1", 1, number=0), receive("r1", 2, number=1)]

    entries = entries_of(movements, costs=costs(r1=100))

    assert [entry.cost for entry in entries if isinstance(entry, ReceiptEntry)] == [
        eur(33),
        eur(67),
    ]


def test_units_come_back_from_the_latest_shipment_of_their_line() -> None:
    """A return over two shipments is one entry for each; another line has nothing to do with it."""
    movements = [
        receive("r1", 9),
        ship("s1", 2),
        ship("s2", 2),
        ship("s3", 5, OTHER),
        take_back("b1", 1),
        take_back("b2", 2),
    ]

    assert entries_of(movements, costs=costs(r1=900))[-3:] == (
        ReturnEntry(id="b1/0", issue="s2/0", quantity=1),
        ReturnEntry(id="b2/0", issue="s2/0", quantity=1),
        ReturnEntry(id="b2/0#1", issue="s1/0", quantity=1),
    )


def test_units_found_again_are_worth_what_they_were() -> None:
    """Shrinkage that turns up brings its cost back; a find beyond it has no known cost."""
    lost = [
        receive("r1", 3),
        move("lost", 2, Bucket.SELLABLE, Bucket.SHRINKAGE),
        move("found", 2, Bucket.SHRINKAGE, Bucket.SELLABLE),
    ]

    history = FIFO(entries_of(lost, costs=costs(r1=100)))

    assert (history.value.total, history.net_cost) == (eur(100), eur(0))
    more = [*lost, move("more", 1, Bucket.SHRINKAGE, Bucket.SELLABLE)]
    with pytest.raises(MissingCostError) as caught:
        entries_of(more, costs=costs(r1=100))
    assert (caught.value.sku, caught.value.commands) == (HONEY, (CommandKey("more"),))


def test_a_return_may_be_given_a_cost() -> None:
    """A command that is named in the costs is a receipt, and what it brought is out no more."""
    movements = [receive("r1", 2), ship("s1", 2), take_back("b1", 1), take_back("b2", 1)]

    entries = entries_of(movements, costs=costs(r1=200, b1=30))

    assert entries[2:] == (
        ReceiptEntry(id="b1/0", quantity=1, cost=eur(30)),
        ReturnEntry(id="b2/0", issue="s1/0", quantity=1),
    )


def test_units_that_come_back_as_scrap_change_no_value() -> None:
    """They left once; the rest of the shipment may still come back."""
    movements = [
        receive("r1", 2),
        ship("s1", 2),
        move("b1", 1, Bucket.CUSTOMER, Bucket.SCRAP, owner=LINE),
        take_back("b2", 1),
    ]

    assert entries_of(movements, costs=costs(r1=200))[2:] == (
        ReturnEntry(id="b2/0", issue="s1/0", quantity=1),
    )
    with pytest.raises(MissingCostError):
        entries_of([*movements, take_back("b3", 1)], costs=costs(r1=200))


def test_scrap_that_is_mended_brings_its_cost_back() -> None:
    """Wherever a unit went meanwhile, it is worth what it was when it left us; the latest first."""
    movements = [
        receive("r1", 3),
        ship("s1", 1),
        ship("s2", 1),
        move("b1", 2, Bucket.CUSTOMER, Bucket.SCRAP, owner=LINE),
        move("m1", 1, Bucket.SCRAP, Bucket.SELLABLE),
        move("m2", 1, Bucket.SCRAP, Bucket.SELLABLE),
    ]

    assert entries_of(movements, costs=costs(r1=300))[3:] == (
        ReturnEntry(id="m1/0", issue="s2/0", quantity=1),
        ReturnEntry(id="m2/0", issue="s1/0", quantity=1),
    )


def test_what_went_back_to_the_supplier_is_bought_again() -> None:
    """A later receipt needs a cost of its own."""
    movements = [
        receive("r1", 2),
        move("away", 2, Bucket.SELLABLE, Bucket.SUPPLIER),
        receive("r2", 2),
    ]

    with pytest.raises(MissingCostError) as caught:
        entries_of(movements, costs=costs(r1=200))

    assert caught.value.commands == (CommandKey("r2"),)


def test_many_missing_costs_are_one_short_sentence() -> None:
    """The sentence names the first few, the field names all."""
    movements = [receive(f"r{number}", 1) for number in range(7)]

    with pytest.raises(MissingCostError, match=r"r3, r4, \.\.\.; add them") as caught:
        entries_of([*movements, receive("r6", 1, number=1)], costs={})

    assert len(caught.value.commands) == 7


def test_units_carry_their_cost_to_another_location() -> None:
    """Four at 1.00 and four at 2.00; five go to the shop with 6.00, which is no issue."""
    movements = [
        receive("r1", 4),
        receive("r2", 4),
        move("t1", 5, Bucket.SELLABLE, Bucket.IN_TRANSIT, to=SHOP),
        move("t2", 5, Bucket.IN_TRANSIT, Bucket.SELLABLE, at=SHOP),
        ship("s1", 5, at=SHOP),
    ]

    books = value_by_location(movements, valuation=FIFO, costs=costs(r1=400, r2=800))

    assert (books[MAIN].brought_in, books[MAIN].value.total) == (eur(600), eur(600))
    assert (books[MAIN].issues, books[SHOP].issue("s1/0").cost) == ((), eur(600))
    assert (books[SHOP].brought_in, books[SHOP].value.total) == (eur(600), eur(0))


def test_units_that_come_back_elsewhere_bring_their_cost_there() -> None:
    """Shipped by the main location, returned in the shop."""
    movements = [receive("r1", 3), ship("s1", 3), take_back("b1", 1, at=SHOP)]

    books = value_by_location(movements, valuation=FIFO, costs=costs(r1=300))

    assert books[MAIN].issue("s1/0").net_cost == books[MAIN].brought_in == eur(200)
    assert (books[SHOP].brought_in, books[SHOP].value.total) == (eur(100), eur(100))


def test_lots_are_told_by_the_ids_of_movements() -> None:
    """Where cost is kept by lots, each lot keeps its own, over locations and returns too."""
    movements = [
        receive("r1", 2),
        receive("r2", 2),
        move("t1", 1, Bucket.SELLABLE, Bucket.SELLABLE, to=SHOP),
        ship("s1", 1, at=SHOP),
        take_back("b1", 1),
    ]
    movements = [
        attrs.evolve(each, lot=LotId("dear" if each.command == "r2" else "cheap"))
        for each in movements
    ]

    books = value_by_location(movements, valuation=SPECIFIC, costs=costs(r1=200, r2=2000))

    assert [(layer.id, layer.value) for layer in books[MAIN].value.layers] == [
        ("cheap", eur(200)),
        ("dear", eur(2000)),
    ]
    assert books[SHOP].brought_in == eur(0)
    entry: ValuationEntry = entries_of(movements[:1], costs=costs(r1=1))[0]
    assert entry == ReceiptEntry(id="r1/0", quantity=2, cost=eur(1), lot=LotId("cheap"))


# -- what cannot be read --------------------------------------------------------------------------


def test_movements_of_two_skus_are_refused() -> None:
    """Each sku has a value of its own."""
    other = LevelKey(Sku("TEA"), MAIN)
    tea = attrs.evolve(
        receive("r2", 1),
        source=Account(other.sku, other.location, Bucket.SUPPLIER),
        target=Account(other.sku, other.location, Bucket.SELLABLE),
    )

    with pytest.raises(FieldError, match="must be of one sku, HONEY, got"):
        entries_of([receive("r1", 1), tea], costs=costs(r1=1, r2=1))


def test_a_ledger_without_its_beginning_is_refused() -> None:
    """What left must have come before."""
    with pytest.raises(IssueExceedsStockError):
        value_by_location([ship("s1", 1)], valuation=FIFO, costs={})


def test_a_movement_told_twice_is_refused() -> None:
    """No unit is valued twice."""
    movements = [
        receive("r1", 4),
        move("t1", 1, Bucket.SELLABLE, Bucket.SELLABLE, to=SHOP),
        move("t1", 1, Bucket.SELLABLE, Bucket.SELLABLE, to=SHOP),
    ]

    with pytest.raises(FieldError, match="an id used once"):
        value_by_location(movements, valuation=FIFO, costs=costs(r1=1))
