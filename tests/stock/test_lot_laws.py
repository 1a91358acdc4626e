"""The laws of lots inside the ledger, over any run of commands."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import LotId, Sku
from ecomkit.stock import (
    Account,
    Adjust,
    Arrive,
    Bucket,
    Count,
    Damage,
    Dispatch,
    Done,
    LevelKey,
    LoseTransfer,
    Movement,
    Outcome,
    Pick,
    PutOnHold,
    Reassign,
    Receive,
    Record,
    Refused,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    Ship,
    Stock,
    StockCommand,
    StockLevel,
    TakeBack,
    Unpick,
    Unship,
    Want,
)
from ecomkit.testing.strategies import stock_commands
from ecomkit.testing.strategies._stock_commands import few_instants, few_lots

PROMISING = (PutOnHold, ReleaseHolds, Reserve, Record, Reassign)
GOODS = (
    Count,
    Adjust,
    Receive,
    Pick,
    Unpick,
    Unship,
    TakeBack,
    Relocate,
    Damage,
    Dispatch,
    Arrive,
    LoseTransfer,
)
INSIDE = {
    Bucket.SELLABLE: "shelf",
    Bucket.HELD: "shelf",
    Bucket.ALLOCATED: "shelf",
    Bucket.PICKED: "picked",
    Bucket.QUARANTINED: "quarantined",
    Bucket.DAMAGED: "damaged",
    Bucket.IN_TRANSIT: "in_transit",
}
OWNED = ("picked", "in_transit")

Place = tuple[LevelKey, str, str, str | None]
Run = list[tuple[StockCommand, datetime]]


def runs(commands: st.SearchStrategy[StockCommand] | None = None) -> st.SearchStrategy[Run]:
    """Return commands with the instants at which they are decided, never backwards."""
    what = (
        stock_commands(skus=st.just(Sku("A")), lots=few_lots()) if commands is None else commands
    )
    return st.lists(st.tuples(what, few_instants()), min_size=3, max_size=25).map(in_time)


def in_time(run: Run) -> Run:
    """Return the commands of *run* as they are, its instants sorted."""
    instants = sorted(now for _, now in run)
    return [(command, now) for (command, _), now in zip(run, instants, strict=True)]


Step = tuple[StockCommand, datetime, Stock, Stock, Outcome, tuple[Movement, ...]]


def played(run: Run) -> Iterator[Step]:
    """Yield each command with the stock before and after it, its outcome and its movements."""
    stock = Stock()
    for command, now in run:
        after, decision = stock.decide(command, now=now)
        yield command, now, stock, after, decision.outcomes[0], decision.movements
        stock = after


def lots_in(levels: Iterable[StockLevel]) -> Counter[Place]:
    """Return the units of every lot, by place and owner."""
    return Counter(
        {
            (
                level.key,
                part.place,
                str(part.lot),
                None if part.owner is None else part.owner.name,
            ): part.quantity
            for level in levels
            for part in level.lots
        }
    )


def names_lot(command: Any) -> bool:
    """Whether *command* names a lot anywhere."""
    return getattr(command, "lot", None) is not None or any(
        want.lot is not None for want in getattr(command, "wants", ())
    )


def place_of(account: Account, movement: Movement) -> Place | None:
    """Return where *account* keeps the units of a lot that *movement* moves, None outside."""
    place = INSIDE.get(account.bucket)
    if place is None or movement.lot is None:
        return None
    owner = movement.owner.name if movement.owner is not None and place in OWNED else None
    return LevelKey(account.sku, account.location), place, str(movement.lot), owner


@given(runs())
def test_lots_are_what_their_movements_add_up_to(run: Run) -> None:
    """What went into a place under the name of a lot, minus what left it, is there."""
    total: Counter[Place] = Counter()
    for _, _, _, after, _, movements in played(run):
        for movement in movements:
            if target := place_of(movement.target, movement):
                total[target] += movement.quantity
            if source := place_of(movement.source, movement):
                total[source] -= movement.quantity
        assert +total == lots_in(after.levels)
        assert min(total.values(), default=0) >= 0


@given(runs())
def test_who_names_no_lot_takes_none(run: Run) -> None:
    """
    A command that names no lot leaves all lots where they lie.

    Only what was picked or was on its way moves with the lots that it has, and may come to lie
    on the shelf.
    """
    for command, _, before, after, _, movements in played(run):
        if names_lot(command):
            continue
        for movement in movements:
            if movement.lot is not None:
                assert INSIDE[movement.source.bucket] in OWNED
        old, new = lots_in(before.levels), lots_in(after.levels)
        changed = {place[1] for place in old | new if old[place] != new[place]}
        assert changed <= {"picked", "in_transit", "shelf"}
        if "shelf" in changed:
            assert isinstance(command, (Unpick, Release, Arrive))


@given(runs())
def test_a_promise_writes_no_lot(run: Run) -> None:
    """Who holds, reserves, records, reassigns or lets expire leaves each lot as it is."""
    for command, _, before, after, _, movements in played(run):
        if isinstance(command, PROMISING):
            assert all(movement.lot is None for movement in movements)
            assert lots_in(before.levels) == lots_in(after.levels)


@given(runs())
def test_what_is_refused_changes_nothing(run: Run) -> None:
    """A refusal writes no movement, and each level stands as it stood."""
    for command, _, before, after, outcome, movements in played(run):
        if isinstance(outcome, Refused):
            assert movements == ()
            for level in after.levels:
                assert level == before.level(level.sku, location=level.location), command


# -- promises do not see lots ---------------------------------------------------------------------


def promises(stock: Stock, now: datetime) -> object:
    """Return all that is promised, lots and the numbers of ranks left out."""

    def of(rows: Iterable[Any], when: str) -> list[object]:
        ranked = sorted(rows, key=lambda row: (row.rank, row.owner.name))
        return [(row.owner, row.quantity, getattr(row, when)) for row in ranked]

    return {
        level.key: (
            [level.units(bucket) for bucket in INSIDE],
            of(level.holds, "expires_at"),
            of(level.allocations, "placed_at"),
            of(level.picks, "placed_at"),
            of(level.uncovered, "placed_at"),
            of(level.transits, "sent_at"),
            level.available(now),
            level.counted_at,
        )
        for level in stock.levels
        if level != StockLevel(sku=level.sku, location=level.location)
    }


def stripped(command: Any, before: Stock) -> Any:
    """Return *command* as it is where no lots are kept."""
    if isinstance(command, Count) and command.lot is not None:
        level = before.level(command.sku, location=command.location)
        on_shelf = lots_in([level])[level.key, "shelf", str(command.lot), None]
        expected = on_shelf if command.expected is None else command.expected
        counted = level.usable + command.counted - expected
        return attrs.evolve(command, lot=None, counted=counted, expected=level.usable)
    if hasattr(command, "lot"):
        return attrs.evolve(command, lot=None)
    if names_lot(command):
        return attrs.evolve(
            command, wants=[attrs.evolve(want, lot=None) for want in command.wants]
        )
    return command


A_KIND: dict[str, Any] = {"skus": st.just(Sku("A"))}


@given(
    runs(
        st.one_of(
            stock_commands(kinds=[*GOODS, *PROMISING, Release], lots=few_lots(), **A_KIND),
            # Where a lot is named, the picked units stay; else they leave first.
            stock_commands(kinds=[Ship], **A_KIND),
        )
    )
)
def test_promises_do_not_depend_on_lots(run: Run) -> None:
    """The same run without lots, refusals left out, promises the same units to the same owners."""
    plain = Stock()
    for command, now, before, after, outcome, _ in played(run):
        if isinstance(outcome, Refused):
            continue
        plain, decision = plain.decide(stripped(command, before), now=now)
        assert decision.outcomes[0] == outcome
        assert promises(plain, now) == promises(after, now)


# -- a model of single units ------------------------------------------------------------------------


@attrs.define
class Unit:
    """One unit of goods: where it is, of which lot, and whose."""

    key: LevelKey
    place: str
    lot: LotId | None
    owner: str | None = None


class Shelves:
    """Goods unit by unit: what the ledger keeps as numbers, kept as things."""

    def __init__(self) -> None:
        self.units: list[Unit] = []

    def put(self, key: LevelKey, place: str, count: int, lot: LotId | None) -> None:
        """Lay *count* new units down."""
        self.units += [Unit(key, place, lot) for _ in range(count)]

    def find(self, key: LevelKey, place: str, owner: str | None = None) -> list[Unit]:
        """Return the units in a place: in the order in which they were laid there."""
        return [u for u in self.units if (u.key, u.place, u.owner) == (key, place, owner)]

    def of_lot(self, key: LevelKey, place: str, count: int, lot: LotId | None) -> list[Unit]:
        """Return *count* units of exactly *lot*."""
        found = [u for u in self.find(key, place) if u.lot == lot][:count]
        assert len(found) == count
        return found

    def of_owner(
        self, key: LevelKey, place: str, count: int, lot: LotId | None, owner: str
    ) -> list[Unit]:
        """Return *count* units of *owner*: of *lot*, or the first lot first and units without last."""
        there = self.find(key, place, owner)
        first = list(dict.fromkeys(u.lot for u in there if u.lot is not None))
        order = [lot] if lot is not None else [*first, None]
        found = [u for name in order for u in there if u.lot == name][:count]
        assert len(found) == count
        return found

    def move(
        self, units: list[Unit], place: str, owner: str | None = None, key: LevelKey | None = None
    ) -> None:
        """Lay *units* somewhere else, behind all that lies there; outside they are gone."""
        for unit in units:
            self.units = [u for u in self.units if u is not unit]
            if place:
                unit.place, unit.owner, unit.key = place, owner, unit.key if key is None else key
                self.units.append(unit)

    def lots(self) -> Counter[Place]:
        """Return the units of every lot, by place and owner."""
        return Counter((u.key, u.place, str(u.lot), u.owner) for u in self.units if u.lot)


def follow(shelves: Shelves, command: Any, before: Stock, outcome: Outcome) -> None:
    """Do to single units what *command*, which took effect, says."""
    match command:
        case Receive():
            key = LevelKey(command.sku, command.location)
            shelves.put(key, "shelf", command.quantity, command.lot)
        case Relocate():
            key = LevelKey(command.sku, command.location)
            source = INSIDE[command.source]
            units = shelves.of_lot(key, source, command.quantity, command.lot)
            shelves.move(units, INSIDE.get(command.target, ""))
        case Count() | Adjust() | Damage():
            correct(shelves, command, before, outcome)
        case Dispatch() | Arrive() | LoseTransfer():
            transfer(shelves, command)
        case _:
            # Where a lot is named, that lot goes first.
            for want in sorted(command.wants, key=lambda want: want.lot is None):
                fulfil(shelves, command, want)


def transfer(shelves: Shelves, command: Dispatch | Arrive | LoseTransfer) -> None:
    """Send units on their way, or end their way."""
    way, quantity, owner = command.transfer, command.quantity, command.transfer.owner.name
    if isinstance(command, Dispatch):
        units = shelves.of_lot(way.source_key, "shelf", quantity, command.lot)
        shelves.move(units, "in_transit", owner, way.target_key)
        return
    units = shelves.of_owner(way.target_key, "in_transit", quantity, command.lot, owner)
    shelves.move(units, "shelf" if isinstance(command, Arrive) else "")


def fulfil(shelves: Shelves, command: object, want: Want) -> None:
    """Do what *command* says to the units of one want."""
    key, quantity, owner = want.key, want.quantity, want.owner.name
    match command:
        case TakeBack(bucket=bucket) if bucket in INSIDE:
            shelves.put(key, INSIDE[bucket], quantity, want.lot)
        case Unship():
            shelves.put(key, "shelf", quantity, want.lot)
        case Pick():
            shelves.move(shelves.of_lot(key, "shelf", quantity, want.lot), "picked", owner)
        case Unpick():
            shelves.move(shelves.of_owner(key, "picked", quantity, want.lot, owner), "shelf")
        case Ship():
            picked = 0
            if want.lot is None:
                picked = min(quantity, len(shelves.find(key, "picked", owner)))
                shelves.move(shelves.of_owner(key, "picked", picked, None, owner), "")
            shelves.move(shelves.of_lot(key, "shelf", quantity - picked, want.lot), "")


def correct(shelves: Shelves, command: Any, before: Stock, outcome: Outcome) -> None:
    """Put units down that were found, or take away those that are missing or broken."""
    assert isinstance(outcome, Done)
    level = before.level(command.sku, location=command.location)
    key = level.key
    if isinstance(command, Damage):
        difference = -command.quantity
    elif isinstance(command, Adjust):
        difference = command.difference
    else:
        lot = lots_in([level])[key, "shelf", str(command.lot), None]
        books = level.usable if command.lot is None else lot
        difference = command.counted - (books if command.expected is None else command.expected)
    assert abs(difference) == outcome.units
    if difference > 0:
        shelves.put(key, "shelf", difference, command.lot)
        return
    goal = INSIDE.get(command.bucket, "") if isinstance(command, Damage) else ""
    there = [u for u in shelves.find(key, "shelf") if u.lot == command.lot]
    for pick in sorted(level.picks, key=lambda p: -p.rank):
        # Only where the level keeps no lots can picked units be among the missing.
        there += shelves.find(key, "picked", pick.owner.name) if not level.lots else []
    assert len(there) >= -difference
    shelves.move(there[:-difference], goal)


@given(
    runs(
        stock_commands(
            kinds=[Receive, Record, Reserve, Ship, *GOODS], lots=few_lots(), max_value=5, **A_KIND
        )
    )
)
@settings(max_examples=150)
def test_the_ledger_keeps_lots_as_single_units_would(run: Run) -> None:
    """Each unit has one lot or none, one place and one owner at most: the numbers agree."""
    shelves = Shelves()
    for command, _, before, after, outcome, _ in played(run):
        if isinstance(outcome, Done):
            follow(shelves, command, before, outcome)
        assert shelves.lots() == lots_in(after.levels)
        for level in after.levels:
            for pick in level.picks:
                there = shelves.find(level.key, "picked", pick.owner.name)
                assert len(there) == pick.quantity
            on_shelf = level.sellable + level.held + level.allocated
            assert len(shelves.find(level.key, "shelf")) == on_shelf
