"""A naive model of the shelves plays against the ledger, step by step."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.stock import (
    MAIN,
    Adjust,
    Bucket,
    Count,
    Coverage,
    Done,
    LevelKey,
    Movement,
    Outcome,
    Owner,
    PutOnHold,
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
    Want,
    audit_levels,
    fold,
)
from ecomkit.testing.strategies import stock_commands

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE_SHELF: dict[str, Any] = {"skus": st.just(Sku("A")), "locations": st.just(MAIN)}


@attrs.define
class Shelf:
    """
    One level as a child would keep it: numbers, and lists of who came when.

    Lists hold ``[owner, units, instant]`` and stand in the order of arrival.
    """

    there: dict[str, int] = attrs.field(
        factory=lambda: {"sellable": 0, "quarantined": 0, "damaged": 0}
    )
    holds: list[tuple[Owner, int, datetime]] = attrs.field(factory=list)
    given: dict[Owner, int] = attrs.field(factory=dict)
    waits: dict[Owner, int] = attrs.field(factory=dict)
    # When each owner came to the shelf, for allocations and for waiting.
    came: dict[tuple[str, Owner], tuple[int, datetime]] = attrs.field(factory=dict)
    ticket: int = 0

    def usable(self) -> int:
        """Return the units fit for sale, promised or not."""
        held = sum(units for _, units, _ in self.holds)
        return self.there["sellable"] + held + sum(self.given.values())

    def live(self, owner: Owner | None) -> int:
        """Return what *owner* holds."""
        return sum(units for holder, units, _ in self.holds if holder == owner)

    def drop(self, owner: Owner | None) -> int:
        """Give back what *owner* holds."""
        units = self.live(owner)
        self.holds = [hold for hold in self.holds if hold[0] != owner]
        self.there["sellable"] += units
        return units

    def join(self, book: str, owner: Owner, placed_at: datetime) -> None:
        """Note that *owner* came, unless it stands in that book already."""
        units = self.given if book == "given" else self.waits
        earlier = self.came.get((book, owner)) if units.get(owner) else None
        if earlier is None:
            self.came[book, owner] = (self.ticket, placed_at)
            self.ticket += 1
        elif book == "waits":
            self.came[book, owner] = (earlier[0], min(earlier[1], placed_at))

    def give(self, owner: Owner, units: int, placed_at: datetime) -> None:
        """Promise sellable units."""
        if units:
            self.join("given", owner, placed_at)
            self.there["sellable"] -= units
            self.given[owner] = self.given.get(owner, 0) + units

    def wait(self, owner: Owner, units: int, placed_at: datetime) -> None:
        """Let *owner* wait for units."""
        if units:
            self.join("waits", owner, placed_at)
            self.waits[owner] = self.waits.get(owner, 0) + units

    def sweep(self, now: datetime, coverage: Coverage) -> None:
        """End what has ended and hand units out, one by one."""
        for owner, _, until in list(self.holds):
            if not now < until:
                self.drop(owner)
        while self.there["sellable"] and any(self.waits.values()):
            queue = [owner for owner, units in self.waits.items() if units]
            if coverage is Coverage.PLACEMENT:
                queue.sort(key=lambda owner: self.came["waits", owner][::-1])
            else:
                queue.sort(key=lambda owner: self.came["waits", owner])
            first = queue[0]
            place = self.came["waits", first]
            if not self.given.get(first):
                self.came["given", first] = place
            self.there["sellable"] -= 1
            self.waits[first] -= 1
            self.given[first] = self.given.get(first, 0) + 1

    def let_go(self, command: Release | Ship, owner: Owner, units: int) -> bool:
        """Take units from *owner*, and say whether there were so many."""
        waits = self.waits.get(owner, 0) if isinstance(command, Release) else 0
        less = min(units, waits)
        if units - less > self.given.get(owner, 0):
            return False
        if less:
            self.waits[owner] -= less
        if units > less:
            self.given[owner] -= units - less
            if isinstance(command, Release):
                self.there["sellable"] += units - less
        return True

    def lose(self, missing: int) -> None:
        """Lose usable units, one by one: free, then held, then promised, the latest first."""
        for _ in range(missing):
            if self.there["sellable"]:
                self.there["sellable"] -= 1
            elif self.holds:
                owner, units, until = self.holds.pop()
                if units > 1:
                    self.holds.append((owner, units - 1, until))
            else:
                latest = max(
                    (owner for owner, units in self.given.items() if units),
                    key=lambda owner: self.came["given", owner][0],
                )
                place = self.came["given", latest]
                waiting = self.came.get(("waits", latest)) if self.waits.get(latest) else None
                self.came["waits", latest] = (
                    place
                    if waiting is None
                    else (min(place[0], waiting[0]), min(place[1], waiting[1]))
                )
                self.given[latest] -= 1
                self.waits[latest] = self.waits.get(latest, 0) + 1


def sums(wants: tuple[Want, ...]) -> dict[tuple[LevelKey, Owner], int]:
    """Return the units wanted at each level by each owner, in the order of the lines."""
    totals: dict[tuple[LevelKey, Owner], int] = {}
    for want in wants:
        totals[want.key, want.owner] = totals.get((want.key, want.owner), 0) + want.quantity
    return totals


class Oracle:
    """What ought to happen, in the plainest words."""

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.shelves: dict[LevelKey, Shelf] = {}
        self.counted: set[LevelKey] = set()

    def shelf(self, key: LevelKey) -> Shelf:
        """Return a shelf, empty if it is new."""
        return self.shelves.setdefault(key, Shelf())

    def tell(self, command: StockCommand, now: datetime) -> tuple[type[Outcome], int]:
        """
        Change the shelves; return the kind of the answer and the units in it.

        A command that is refused is tried on copies, which are thrown away.
        """
        kept = self.shelves
        self.shelves = {
            key: attrs.evolve(
                shelf,
                there=dict(shelf.there),
                holds=list(shelf.holds),
                given=dict(shelf.given),
                waits=dict(shelf.waits),
                came=dict(shelf.came),
            )
            for key, shelf in kept.items()
        }
        for key in keys_of(command):
            # What comes in is there before anybody is covered, which changes nobody's turn.
            self.shelf(key).sweep(now, self.coverage)
        answer = self.try_(command)
        if answer[0] in (Short, Refused):
            self.shelves = kept
        else:
            for key in keys_of(command):
                self.shelf(key).sweep(now, self.coverage)
        return answer

    def try_(self, command: StockCommand) -> tuple[type[Outcome], int]:
        """Do what *command* asks, on swept shelves."""
        if isinstance(command, (Count, Adjust, Receive, Relocate)):
            return self.on_one(command)
        if isinstance(command, ReleaseHolds):
            return Done, sum(self.shelf(key).drop(command.owner) for key in set(command.levels))
        if isinstance(command, (PutOnHold, Reserve)):
            return self.promise(command)
        for (key, owner), units in sums(command.wants).items():
            shelf = self.shelf(key)
            if isinstance(command, Record):
                covered = min(units, shelf.there["sellable"])
                shelf.give(owner, covered, command.placed_at)
                shelf.wait(owner, units - covered, command.placed_at)
            elif isinstance(command, TakeBack):
                if command.bucket is not Bucket.SCRAP:
                    shelf.there[command.bucket.value] += units
            elif not shelf.let_go(command, owner, units):
                return Refused, 0
        units = sum(want.quantity for want in command.wants)
        return (Recorded, units) if isinstance(command, Record) else (Done, units)

    def on_one(self, command: Count | Adjust | Receive | Relocate) -> tuple[type[Outcome], int]:
        """Do what is asked of one shelf."""
        shelf = self.shelf(LevelKey(command.sku, command.location))
        if isinstance(command, Relocate):
            if shelf.there[command.source.value] < command.quantity:
                return Refused, 0
            shelf.there[command.source.value] -= command.quantity
            if command.target is not Bucket.SCRAP:
                shelf.there[command.target.value] += command.quantity
            return Done, command.quantity
        if isinstance(command, Receive):
            change = command.quantity
        elif isinstance(command, Count):
            change = command.counted - shelf.usable()
        else:
            change = command.difference
        if shelf.usable() + change < 0:
            return Refused, 0
        if change > 0:
            shelf.there["sellable"] += change
        else:
            shelf.lose(-change)
        return Done, abs(change)

    def promise(self, command: PutOnHold | Reserve) -> tuple[type[Outcome], int]:
        """Let go of what is held, then hand out, then see whether there was enough."""
        wanted = sums(command.wants)
        for key, owner in wanted:
            self.shelf(key).drop(command.cart if isinstance(command, Reserve) else owner)
        for (key, owner), units in wanted.items():
            shelf = self.shelf(key)
            if isinstance(command, Reserve):
                shelf.give(owner, units, command.placed_at)
            else:
                shelf.there["sellable"] -= units
                shelf.holds.append((owner, units, command.expires_at))
                shelf.ticket += 1
            if shelf.there["sellable"] < 0:
                return Short, 0
        return Reserved, sum(wanted.values())


def keys_of(command: StockCommand) -> Iterator[LevelKey]:
    """Yield the levels that a command names."""
    if isinstance(command, (Count, Adjust, Receive, Relocate)):
        yield LevelKey(command.sku, command.location)
    elif isinstance(command, ReleaseHolds):
        yield from command.levels
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

    @rule(command=stock_commands(locations=st.just(MAIN), max_wants=2))
    def any_command(self, command: StockCommand) -> None:
        """Ask for anything, sense or nonsense."""
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

    @rule(data=st.data())
    def ship_all(self, data: st.DataObject) -> None:
        """Ship or release all that one owner has: what random quantities seldom hit."""
        found = [
            Want(owner=p.owner, sku=level.sku, quantity=p.quantity, location=level.location)
            for level in self.stock.levels
            for p in level.allocations
        ]
        if found:
            want = data.draw(st.sampled_from(found))
            kind = data.draw(st.sampled_from((Ship, Release)))
            self.tell(kind(key=CommandKey("any"), wants=[want]))

    @invariant()
    def shelves_agree(self) -> None:
        """Every level is what the child's shelf says, owner by owner."""
        for level in self.stock.levels:
            shelf = self.oracle.shelf(level.key)
            assert shelf.there == {
                "sellable": level.sellable,
                "quarantined": level.quarantined,
                "damaged": level.damaged,
            }
            assert [hold[:2] for hold in shelf.holds] == [
                (hold.owner, hold.quantity) for hold in level.holds
            ]
            assert {owner: units for owner, units in shelf.given.items() if units} == {
                a.owner: a.quantity for a in level.allocations
            }
            assert {owner: units for owner, units in shelf.waits.items() if units} == {
                u.owner: u.quantity for u in level.uncovered
            }
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


TestStock = StockMachine.TestCase
TestStock.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
