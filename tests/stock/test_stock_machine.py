"""A naive model of the shelves plays against the ledger, step by step."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ecomkit.identifiers import CommandKey, LocationId, Sku
from ecomkit.stock import (
    MAIN,
    Adjust,
    Arrive,
    Bucket,
    Count,
    Coverage,
    Damage,
    Dispatch,
    Done,
    LevelKey,
    LoseTransfer,
    Movement,
    Outcome,
    Owner,
    Pick,
    PutOnHold,
    Reassign,
    Receive,
    Record,
    Recorded,
    Refused,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    Reserved,
    Ship,
    Short,
    Stock,
    StockCommand,
    TakeBack,
    Unpick,
    Unship,
    Want,
    audit_levels,
    fold,
)
from ecomkit.testing.strategies import stock_commands

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE_SHELF: dict[str, Any] = {"skus": st.just(Sku("A")), "locations": st.just(MAIN)}
SPARE = LocationId("spare")
# What leaves a book, and which book is emptied first.
LEAVES = {Release: ("waits", "given", "picked"), Ship: ("picked", "given")}
CHANGES = {Pick: ("given", "picked"), Unpick: ("picked", "given")}


@attrs.define
class Line:
    """One line of a book: whose, how many units, the ticket drawn on arrival, and an instant."""

    owner: Owner
    units: int
    ticket: int
    at: datetime


@attrs.define
class Shelf:
    """One level as a child would keep it: numbers, and books of who came when."""

    there: dict[str, int] = attrs.field(
        factory=lambda: {"sellable": 0, "quarantined": 0, "damaged": 0}
    )
    books: dict[str, list[Line]] = attrs.field(
        factory=lambda: {"held": [], "given": [], "picked": [], "waits": [], "transit": []}
    )
    ticket: int = 0

    def units(self, *books: str) -> int:
        """Return the units in some books."""
        return sum(line.units for book in books for line in self.books[book])

    def usable(self) -> int:
        """Return the units fit for sale, promised or not."""
        return self.there["sellable"] + self.units("held", "given", "picked")

    def has(self, owner: Owner | None, *books: str) -> int:
        """Return what *owner* has in some books."""
        return sum(
            line.units for book in books for line in self.books[book] if line.owner == owner
        )

    def add(self, book: str, owner: Owner, at: datetime, *, ticket: int | None = None) -> None:
        """Write one unit down; who stands in the book already keeps the better place."""
        for line in self.books[book]:
            if line.owner == owner:
                line.units += 1
                line.at = min(line.at, at)
                line.ticket = min(line.ticket, line.ticket if ticket is None else ticket)
                return
        if ticket is None:
            ticket, self.ticket = self.ticket, self.ticket + 1
        self.books[book].append(Line(owner, 1, ticket, at))

    def take(self, book: str, owner: Owner) -> Line:
        """Cross one unit out; return the line as it was."""
        [line] = [line for line in self.books[book] if line.owner == owner]
        line.units -= 1
        if not line.units:
            self.books[book].remove(line)
        return line

    def in_order(self, book: str) -> list[Line]:
        """Return a book in the order of arrival."""
        return sorted(self.books[book], key=lambda line: (line.ticket, line.owner))

    def move(self, source: str, target: str, owner: Owner) -> None:
        """Carry one unit from book to book; its place goes with it."""
        line = self.take(source, owner)
        self.add(target, owner, line.at, ticket=line.ticket)

    def drop(self, owner: Owner | None) -> int:
        """Give back what *owner* holds."""
        units = self.has(owner, "held")
        self.books["held"] = [line for line in self.books["held"] if line.owner != owner]
        self.there["sellable"] += units
        return units

    def give(self, owner: Owner, units: int, at: datetime) -> None:
        """Promise units one by one: what is there, and a place in the queue for the rest."""
        for _ in range(units):
            book = "given" if self.there["sellable"] else "waits"
            self.add(book, owner, at)
            self.there["sellable"] -= book == "given"

    def sweep(self, now: datetime, coverage: Coverage) -> None:
        """End what has ended and hand units out, one by one."""
        for line in list(self.books["held"]):
            if not now < line.at:
                self.drop(line.owner)
        while self.there["sellable"] and self.books["waits"]:
            queue = self.in_order("waits")
            if coverage is Coverage.PLACEMENT:
                queue.sort(key=lambda line: line.at)
            self.there["sellable"] -= 1
            self.move("waits", "given", queue[0].owner)

    def lose(self, missing: int) -> None:
        """Lose usable units, one by one: free, held, promised, picked; the latest first."""
        for _ in range(missing):
            if self.there["sellable"]:
                self.there["sellable"] -= 1
                continue
            book = next(book for book in ("held", "given", "picked") if self.books[book])
            last = self.in_order(book)[-1].owner
            if book == "held":
                self.take(book, last)
            else:
                self.move(book, "waits", last)


def sums(wants: Iterable[Want]) -> dict[tuple[LevelKey, Owner], int]:
    """Return the units wanted at each level by each owner, in the order of the lines."""
    totals: dict[tuple[LevelKey, Owner], int] = {}
    for want in wants:
        totals[want.key, want.owner] = totals.get((want.key, want.owner), 0) + want.quantity
    return totals


Answer = tuple[type[Outcome], int]


class Oracle:
    """What ought to happen, in the plainest words."""

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.now = START
        self.shelves: dict[LevelKey, Shelf] = {}

    def shelf(self, key: LevelKey) -> Shelf:
        """Return a shelf, empty if it is new."""
        return self.shelves.setdefault(key, Shelf())

    def tell(self, command: StockCommand, now: datetime) -> Answer:
        """
        Change the shelves; return the kind of the answer and the units in it.

        A command that is refused is tried on copies, which are thrown away.
        """
        self.now = now
        kept = self.shelves
        self.shelves = deepcopy(kept)
        keys = list(keys_of(command))
        for key in keys:
            # What comes in is there before anybody is covered, which changes nobody's turn.
            self.shelf(key).sweep(now, self.coverage)
        answer = self.try_(command)
        if answer[0] in (Short, Refused):
            self.shelves = kept
        else:
            for key in keys:
                self.shelf(key).sweep(now, self.coverage)
        return answer

    def try_(self, command: StockCommand) -> Answer:
        """Do what *command* asks, on swept shelves."""
        if isinstance(command, ReleaseHolds):
            return Done, sum(self.shelf(key).drop(command.owner) for key in set(command.levels))
        if isinstance(command, PutOnHold):
            return self.hold(command)
        if isinstance(command, Reserve):
            return self.reserve(command)
        if isinstance(command, Reassign):
            return self.reassign(command)
        if isinstance(command, (Dispatch, Arrive, LoseTransfer)):
            return self.transfer(command)
        if isinstance(command, Relocate):
            return self.relocate(command)
        if isinstance(command, (Count, Adjust, Receive, Damage)):
            return self.on_one(command)
        for (key, owner), units in sums(command.wants).items():
            if not self.on_lines(command, self.shelf(key), owner, units):
                return Refused, 0
        units = sum(want.quantity for want in command.wants)
        return (Recorded, units) if isinstance(command, Record) else (Done, units)

    def on_lines(
        self,
        command: Record | TakeBack | Unship | Release | Ship | Pick | Unpick,
        shelf: Shelf,
        owner: Owner,
        units: int,
    ) -> bool:
        """Do what is asked for one owner, and say whether it had so many units."""
        if isinstance(command, Record):
            shelf.give(owner, units, command.placed_at)
        elif isinstance(command, TakeBack):
            shelf.there[command.bucket.value] = shelf.there.get(command.bucket.value, 0) + units
        elif isinstance(command, Unship):
            for _ in range(units):
                shelf.add("given", owner, command.placed_at)
        elif isinstance(command, (Pick, Unpick)):
            source, target = CHANGES[type(command)]
            if shelf.has(owner, source) < units:
                return False
            for _ in range(units):
                shelf.move(source, target, owner)
        else:
            return self.let_go(command, shelf, owner, units)
        return True

    def let_go(self, command: Release | Ship, shelf: Shelf, owner: Owner, units: int) -> bool:
        """Take units from *owner*, book by book, and say whether there were so many."""
        books = LEAVES[type(command)]
        if shelf.has(owner, *books) < units:
            return False
        for _ in range(units):
            book = next(book for book in books if shelf.has(owner, book))
            shelf.take(book, owner)
            if isinstance(command, Release) and book != "waits":
                shelf.there["sellable"] += 1
        return True

    def on_one(self, command: Count | Adjust | Receive | Damage) -> Answer:
        """Change what lies on one shelf."""
        shelf = self.shelf(LevelKey(command.sku, command.location))
        if isinstance(command, Count):
            books = shelf.usable() if command.expected is None else command.expected
            change = command.counted - books
        elif isinstance(command, Adjust):
            change = command.difference
        else:
            change = command.quantity if isinstance(command, Receive) else -command.quantity
        if shelf.usable() + change < 0:
            return Refused, 0
        if change > 0:
            shelf.there["sellable"] += change
        else:
            shelf.lose(-change)
        if isinstance(command, Damage) and command.bucket is not Bucket.SCRAP:
            shelf.there[command.bucket.value] += command.quantity
        return Done, abs(change)

    def relocate(self, command: Relocate) -> Answer:
        """Carry unpromised units to another corner."""
        shelf = self.shelf(LevelKey(command.sku, command.location))
        if shelf.there[command.source.value] < command.quantity:
            return Refused, 0
        shelf.there[command.source.value] -= command.quantity
        if command.target.value in shelf.there:
            shelf.there[command.target.value] += command.quantity
        return Done, command.quantity

    def transfer(self, command: Dispatch | Arrive | LoseTransfer) -> Answer:
        """Send units away from one shelf, or take them off the way to another."""
        source = self.shelf(command.transfer.source_key)
        target = self.shelf(command.transfer.target_key)
        owner, units = command.transfer.owner, command.quantity
        there = (
            source.there["sellable"]
            if isinstance(command, Dispatch)
            else target.has(owner, "transit")
        )
        if there < units:
            return Refused, 0
        for _ in range(units):
            if isinstance(command, Dispatch):
                source.there["sellable"] -= 1
                target.add("transit", owner, self.now)
            else:
                target.take("transit", owner)
                target.there["sellable"] += isinstance(command, Arrive)
        return Done, units

    def reassign(self, command: Reassign) -> Answer:
        """Let units go on to another owner or another shelf, one by one."""
        source, target = self.shelf(command.source_key), self.shelf(command.target_key)
        owner = command.owner
        if source.has(owner, "waits", "given") < command.quantity:
            return Refused, 0
        books = ("given", "waits") if source is target else ("waits", "given")
        gone = []
        for _ in range(command.quantity):
            book = next(book for book in books if source.has(owner, book))
            line = source.take(book, owner)
            gone.append(line.at)
            if source is target:
                source.add(book, command.to_owner, line.at, ticket=line.ticket)
            else:
                source.there["sellable"] += book == "given"
        if source is not target:
            target.give(command.to_owner, command.quantity, min(gone))
        return Done, command.quantity

    def hold(self, command: PutOnHold) -> Answer:
        """Let go of what is held, then hand out, then see whether there was enough."""
        wanted = sums(command.wants)
        for key, owner in wanted:
            self.shelf(key).drop(owner)
        for (key, owner), units in wanted.items():
            shelf = self.shelf(key)
            shelf.there["sellable"] -= units
            for _ in range(units):
                shelf.add("held", owner, command.expires_at)
            if shelf.there["sellable"] < 0:
                return Short, 0
        return Reserved, sum(wanted.values())

    def reserve(self, command: Reserve) -> Answer:
        """Let go of what the cart holds, hand out, then see whether too many wait."""
        wanted = sums(command.wants)
        waited = {key: self.shelf(key).units("waits") for key, _ in wanted}
        for key in waited:
            self.shelf(key).drop(command.cart)
        for (key, owner), units in wanted.items():
            self.shelf(key).give(owner, units, command.placed_at)
        for key, before in waited.items():
            if self.shelf(key).units("waits") > max(before, command.backorders):
                return Short, 0
        return Reserved, sum(wanted.values())


def keys_of(command: StockCommand) -> Iterator[LevelKey]:
    """Yield the levels that a command names."""
    if isinstance(command, (Dispatch, Arrive, LoseTransfer)):
        if isinstance(command, Dispatch):
            yield command.transfer.source_key
        yield command.transfer.target_key
    elif isinstance(command, Reassign):
        yield from (command.source_key, command.target_key)
    elif isinstance(command, ReleaseHolds):
        yield from command.levels
    elif isinstance(command, (Count, Adjust, Receive, Relocate, Damage)):
        yield LevelKey(command.sku, command.location)
    else:
        yield from (want.key for want in command.wants)


class StockMachine(RuleBasedStateMachine):
    """Any commands in any order, on few shelves, as time goes by."""

    @initialize(coverage=st.sampled_from(Coverage))
    def open(self, coverage: Coverage) -> None:
        """Start with nothing."""
        self.coverage = coverage
        self.oracle = Oracle(coverage)
        self.stock = Stock()
        self.movements: list[Movement] = []
        self.now = START
        self.steps = 0

    @rule(hours=st.integers(1, 3))
    def wait(self, hours: int) -> None:
        """Let time go by; nothing else happens, and holds end by themselves."""
        self.now += timedelta(hours=hours)

    @rule(command=stock_commands(kinds=[Receive, Count], **ONE_SHELF))
    def supply(self, command: StockCommand) -> None:
        """Bring units to the shelf on which most happens."""
        self.tell(command)

    @rule(
        # Sales are never refused, so that too many of them would leave nothing to promise.
        command=stock_commands(
            kinds=[PutOnHold, Reserve, PutOnHold, Reserve, Record],
            max_value=2,
            max_wants=1,
            **ONE_SHELF,
        ),
        hours=st.integers(0, 3),
    )
    def promise(self, command: PutOnHold | Reserve | Record, hours: int) -> None:
        """Promise few units at a time; holds end soon, on the hour."""
        if isinstance(command, PutOnHold):
            command = attrs.evolve(command, expires_at=self.now + timedelta(hours=hours))
        self.tell(command)

    @rule(command=stock_commands(max_wants=2))
    def any_command(self, command: StockCommand) -> None:
        """Ask for anything, sense or nonsense."""
        self.tell(command)

    @rule(data=st.data())
    def change_what_one_owner_has(self, data: st.DataObject) -> None:
        """Ship, pick, release or reassign what there is: what random owners seldom hit."""
        found = [
            (level, promise)
            for level in self.stock.levels
            for promise in (*level.allocations, *level.picks, *level.uncovered)
        ]
        if found:
            level, promise = data.draw(st.sampled_from(found))
            want = Want(
                owner=promise.owner,
                sku=level.sku,
                quantity=data.draw(st.integers(1, promise.quantity)),
                location=level.location,
            )
            self.tell(data.draw(st.sampled_from(FOLLOWS))(want))

    @rule(command=stock_commands(kinds=[Dispatch, Arrive, LoseTransfer], max_value=3, **ONE_SHELF))
    def move_units(self, command: Dispatch | Arrive | LoseTransfer) -> None:
        """Let units go to and fro between two locations."""
        self.tell(command)

    def tell(self, command: StockCommand) -> None:
        """Tell both, and compare the answers."""
        self.steps += 1
        own = attrs.evolve(command, key=CommandKey(f"step/{self.steps}"))
        kind, units = self.oracle.tell(own, self.now)
        self.stock, decision = self.stock.decide(own, now=self.now, coverage=self.coverage)
        (outcome,) = decision.outcomes
        self.movements.extend(decision.movements)

        assert isinstance(outcome, kind), outcome.explain()
        if isinstance(outcome, Recorded):
            assert units == sum(line.covered + line.uncovered for line in outcome.lines)
        elif isinstance(outcome, (Done, Reserved)):
            assert units == outcome.units

    @invariant()
    def shelves_agree(self) -> None:
        """Every level is what the child's shelf says, owner by owner, in the order of arrival."""
        for level in self.stock.levels:
            shelf = self.oracle.shelf(level.key)
            for corner in ("sellable", "quarantined", "damaged"):
                assert getattr(level, corner) == shelf.there[corner]
            for book, (promises, instant) in BOOKS.items():
                assert [(line.owner, line.units, line.at) for line in shelf.in_order(book)] == [
                    (promise.owner, promise.quantity, getattr(promise, instant))
                    for promise in getattr(level, promises)
                ]
            assert shelf.usable() == level.usable

    @invariant()
    def books_balance(self) -> None:
        """All accounts sum to nothing, replay to the levels, and no movement is named twice."""
        balances = fold(self.movements)

        assert sum(balances.values()) == 0
        assert audit_levels(self.stock.levels, balances) == ()
        assert len(self.movements) == len({movement.id for movement in self.movements})

    @invariant()
    def nothing_is_promised_twice(self) -> None:
        """What is promised and what is available together lie on the shelf."""
        for level in self.stock.levels:
            assert level.promised(self.now) + level.available(self.now) <= level.usable
            # A hold that ended since the last command may leave some available beside who waits:
            # the next command covers them first. What is free on the shelf never stands beside.
            assert 0 in (level.sellable, level.uncovered_units)


BOOKS = {
    "held": ("holds", "expires_at"),
    "given": ("allocations", "placed_at"),
    "picked": ("picks", "placed_at"),
    "waits": ("uncovered", "placed_at"),
    "transit": ("transits", "sent_at"),
}
ANY = CommandKey("any")
OTHERS = (Owner("line:another#1"), Owner("line:another#2"))


def reassign(want: Want, *, owner: Owner, location: LocationId) -> Reassign:
    """Return a command that lets what is wanted go on to *owner* at *location*."""
    return Reassign(
        key=ANY,
        owner=want.owner,
        sku=want.sku,
        quantity=want.quantity,
        location=want.location,
        to_owner=owner,
        to_location=location,
    )


FOLLOWS: tuple[Callable[[Want], StockCommand], ...] = (
    lambda want: Ship(key=ANY, wants=[want]),
    lambda want: Release(key=ANY, wants=[want]),
    lambda want: Pick(key=ANY, wants=[want]),
    lambda want: Unpick(key=ANY, wants=[want]),
    lambda want: reassign(
        want,
        owner=next(owner for owner in OTHERS if owner != want.owner),
        location=want.location,
    ),
    lambda want: reassign(
        want, owner=want.owner, location=SPARE if want.location == MAIN else MAIN
    ),
)

TestStock = StockMachine.TestCase
TestStock.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
