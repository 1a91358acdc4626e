"""What a batch needs of each level, and that loading no more than that changes nothing."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import (
    CartId,
    CommandKey,
    LineId,
    LocationId,
    LotId,
    OrderId,
    Sku,
    TransferId,
)
from ecomkit.stock import (
    MAIN,
    Adjust,
    Arrive,
    Bucket,
    Count,
    Coverage,
    Damage,
    Dispatch,
    DraftLevel,
    LevelKey,
    LevelNeed,
    LevelRow,
    LoseTransfer,
    MovementRow,
    Outcome,
    Owner,
    Pick,
    PutOnHold,
    Reassign,
    Receive,
    Record,
    Release,
    ReleaseHolds,
    Relocate,
    Reserve,
    SavedPromise,
    Ship,
    Stock,
    StockCommand,
    StockLevel,
    TakeBack,
    Transfer,
    Unpick,
    Unship,
    Want,
    decide_drafts,
    draft_of,
    empty_level,
    levels_touched,
    needs_of,
)
from ecomkit.testing.strategies import ledgers, stock_commands, stock_levels
from ecomkit.testing.strategies._stock import Ledger
from ecomkit.testing.strategies._stock_commands import few_lots

NOW = datetime(2026, 3, 1, 15, tzinfo=UTC)
A, B = Sku("A"), Sku("B")
SPARE = LocationId("spare")
KEY = CommandKey("key")
CART = Owner.cart(CartId("1"))
LINE, OTHER = (Owner.line(OrderId("etsy/1"), LineId(number)) for number in "12")
HERE, THERE = LevelKey(A, MAIN), LevelKey(A, SPARE)


# -- partial loading equals whole loading ------------------------------------------------------


def saved(level: StockLevel) -> list[SavedPromise]:
    """Return all promises of *level* as a store keeps them, in an order that says nothing."""
    whole = draft_of(level)
    return sorted(
        SavedPromise(kind, owner, row.quantity, row.at, row.rank)
        for kind, rows in whole.promises.items()
        for owner, row in rows.items()
    )


def loaded(
    level: StockLevel, need: LevelNeed, *, now: datetime, coverage: Coverage
) -> list[SavedPromise]:
    """Return what a store has to load of *level*, written down once more without any store."""
    promises = saved(level)
    if need.is_whole:
        return promises
    expired = [p for p in promises if p.kind == "hold" and p.at <= now]
    free = need.frees + level.sellable + sum(p.quantity for p in expired)
    if need.frees_holds:
        free += level.held
    owners = set(need.owners)
    queue = sorted(
        (p for p in promises if p.kind == "uncovered"),
        key=lambda p: (
            (p.rank, p.owner) if coverage is Coverage.ARRIVAL else (p.at, p.rank, p.owner)
        ),
    )
    for debt in queue:
        if free <= 0:
            break
        owners.add(debt.owner)
        free -= debt.quantity
    return [
        p
        for p in promises
        if (need.lots if p.kind == "lot" else p.owner in owners or p in expired)
    ]


Changes = dict[LevelKey, tuple[bool, LevelRow, dict[tuple[str, str], object]]]


def decided(
    drafts: Mapping[LevelKey, DraftLevel],
    commands: Iterable[StockCommand],
    *,
    now: datetime,
    coverage: Coverage,
) -> tuple[list[Outcome], list[MovementRow], Changes]:
    """Return what is answered, what is written, and what a store would save of every level."""
    outcomes, rows = decide_drafts(drafts, commands, now=now, coverage=coverage)
    return (
        outcomes,
        rows,
        {
            key: (
                draft.is_changed,
                draft.row(),
                {(kind, owner): draft.promises[kind].get(owner) for kind, owner in draft.changed},
            )
            for key, draft in drafts.items()
        },
    )


def assert_loading_is_enough(
    levels: Iterable[StockLevel],
    commands: list[StockCommand],
    *,
    now: datetime,
    coverage: Coverage,
) -> None:
    """Decide *commands* on whole and on partial drafts, and compare all that comes of it."""
    known = {level.key: level for level in levels}
    needs = needs_of(commands)
    touched = {key: known.get(key, empty_level(key)) for key in needs}
    whole = {
        key: DraftLevel(key, draft_of(level).before, saved(level))
        for key, level in touched.items()
    }
    partial = {
        key: DraftLevel(
            key,
            draft_of(level).before,
            reversed(loaded(level, needs[key], now=now, coverage=coverage)),
        )
        for key, level in touched.items()
    }

    assert decided(whole, commands, now=now, coverage=coverage) == decided(
        partial, commands, now=now, coverage=coverage
    )


def many_owners() -> st.SearchStrategy[Owner]:
    """Return owners enough for a queue of which only a part is loaded."""
    return st.integers(1, 9).map(lambda n: Owner.line(OrderId(f"etsy/{n}"), LineId("1")))


@given(
    st.lists(
        stock_levels(skus=st.just(A), owners=many_owners(), max_value=6, max_promises=7),
        unique_by=lambda level: level.key,
        max_size=2,
    ),
    st.lists(stock_commands(skus=st.just(A), owners=many_owners(), max_value=9), max_size=5),
    st.sampled_from(Coverage),
)
@settings(max_examples=150)
def test_partial_loading_equals_whole_loading(
    levels: list[StockLevel], commands: list[StockCommand], coverage: Coverage
) -> None:
    """A batch on what it needs answers, writes and saves what it does where all is loaded."""
    assert_loading_is_enough(levels, commands, now=NOW, coverage=coverage)


@given(
    stock_levels(
        skus=st.just(A),
        locations=st.just(MAIN),
        owners=many_owners(),
        max_value=6,
        max_promises=7,
    ).filter(lambda level: len(level.uncovered) > 2),
    st.lists(
        stock_commands(
            kinds=[
                PutOnHold,
                ReleaseHolds,
                Reserve,
                Record,
                Release,
                Reassign,
                Pick,
                Ship,
                Receive,
                Relocate,
                TakeBack,
                Dispatch,
                Arrive,
                LoseTransfer,
            ],
            skus=st.just(A),
            locations=st.just(MAIN),
            owners=many_owners(),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(Coverage),
)
@settings(max_examples=150)
def test_a_long_queue_is_loaded_as_far_as_units_can_come_free(
    level: StockLevel, commands: list[StockCommand], coverage: Coverage
) -> None:
    """Where many wait and no command breaks promises, the first of the queue are enough."""
    assert_loading_is_enough([level], commands, now=NOW, coverage=coverage)


@given(ledgers(max_size=20), st.lists(stock_commands(), min_size=1, max_size=5))
def test_partial_loading_equals_whole_loading_after_any_history(
    ledger: Ledger, commands: list[StockCommand]
) -> None:
    """The same holds of levels that commands have led to."""
    assert_loading_is_enough(
        ledger.stock.levels, commands, now=ledger.now, coverage=ledger.coverage
    )


@given(
    ledgers(commands=stock_commands(skus=st.just(A), lots=few_lots()), max_size=20),
    st.lists(stock_commands(skus=st.just(A), lots=few_lots()), min_size=1, max_size=5),
)
@settings(max_examples=150)
def test_partial_loading_equals_whole_loading_where_lots_are_kept(
    ledger: Ledger, commands: list[StockCommand]
) -> None:
    """Lots are loaded where goods move, and left alone where only promises do."""
    assert_loading_is_enough(
        ledger.stock.levels, commands, now=ledger.now, coverage=ledger.coverage
    )


# -- the need of each command --------------------------------------------------------------------

WANT = Want(owner=LINE, sku=A, quantity=2)
TRANSFER = Transfer(id=TransferId("t-1"), sku=A, source=MAIN, target=SPARE)
NOTHING: dict[str, Any] = {
    "owners": set[str](),
    "frees": 0,
    "frees_holds": False,
    "is_whole": False,
    "lots": False,
}
Need = dict[str, Any]


def need(*owners: Owner, **fields: Any) -> Need:
    """Return a need of the promises of *owners*, and of nothing else unless it is said."""
    return {**NOTHING, "owners": {owner.name for owner in owners}, **fields}


def of(needs: Mapping[LevelKey, LevelNeed]) -> dict[LevelKey, Need]:
    """Return *needs* as values."""
    return {key: {name: getattr(each, name) for name in NOTHING} for key, each in needs.items()}


def relocate(source: Bucket, target: Bucket) -> Relocate:
    """Return a relocation of two units."""
    return Relocate(key=KEY, sku=A, quantity=2, source=source, target=target)


def reassign(to_owner: Owner, to_location: LocationId) -> Reassign:
    """Return a promise of two units that goes on from the first line at the main location."""
    return Reassign(
        key=KEY, owner=LINE, sku=A, quantity=2, to_owner=to_owner, to_location=to_location
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Count(key=KEY, sku=A, counted=1), {HERE: need(is_whole=True)}),
        (Adjust(key=KEY, sku=A, difference=1, reason="found"), {HERE: need(is_whole=True)}),
        (Damage(key=KEY, sku=A, quantity=1, reason="broken"), {HERE: need(is_whole=True)}),
        (Receive(key=KEY, sku=A, quantity=2), {HERE: need(frees=2)}),
        (
            Receive(key=KEY, sku=A, quantity=2, lot=LotId("1")),
            {HERE: need(frees=2, lots=True)},
        ),
        (
            TakeBack(key=KEY, wants=[WANT, WANT], bucket=Bucket.SELLABLE),
            {HERE: need(frees=4, lots=True)},
        ),
        (TakeBack(key=KEY, wants=[WANT], bucket=Bucket.DAMAGED), {HERE: need(lots=True)}),
        (relocate(Bucket.DAMAGED, Bucket.SELLABLE), {HERE: need(frees=2, lots=True)}),
        (relocate(Bucket.SELLABLE, Bucket.SCRAP), {HERE: need(lots=True)}),
        (
            Dispatch(key=KEY, transfer=TRANSFER, quantity=2),
            {HERE: need(lots=True), THERE: need(TRANSFER.owner, lots=True)},
        ),
        (
            Arrive(key=KEY, transfer=TRANSFER, quantity=2),
            {THERE: need(TRANSFER.owner, frees=2, lots=True)},
        ),
        (
            LoseTransfer(key=KEY, transfer=TRANSFER, quantity=2, reason="stolen"),
            {THERE: need(TRANSFER.owner, lots=True)},
        ),
        (
            PutOnHold(key=KEY, wants=[WANT], expires_at=NOW),
            {HERE: need(LINE, frees_holds=True)},
        ),
        (
            ReleaseHolds(key=KEY, owner=CART, levels=[THERE, HERE, HERE]),
            {HERE: need(CART, frees_holds=True), THERE: need(CART, frees_holds=True)},
        ),
        (Reserve(key=KEY, wants=[WANT], placed_at=NOW, backorders=9), {HERE: need(LINE)}),
        (
            Reserve(key=KEY, wants=[WANT], placed_at=NOW, cart=CART),
            {HERE: need(LINE, CART, frees_holds=True)},
        ),
        (Record(key=KEY, wants=[WANT], placed_at=NOW), {HERE: need(LINE)}),
        (Release(key=KEY, wants=[WANT, WANT]), {HERE: need(LINE, frees=4, lots=True)}),
        (Pick(key=KEY, wants=[WANT]), {HERE: need(LINE, lots=True)}),
        (Unpick(key=KEY, wants=[WANT]), {HERE: need(LINE, lots=True)}),
        (Ship(key=KEY, wants=[WANT]), {HERE: need(LINE, lots=True)}),
        (Unship(key=KEY, wants=[WANT], placed_at=NOW), {HERE: need(LINE, lots=True)}),
        (reassign(OTHER, MAIN), {HERE: need(LINE, OTHER, frees=2)}),
        (reassign(LINE, SPARE), {HERE: need(LINE, frees=2), THERE: need(LINE)}),
    ],
    ids=lambda each: type(each).__name__ if not isinstance(each, dict) else "",
)
def test_each_command_needs_no_more_than_it_may_touch(
    command: StockCommand, expected: dict[LevelKey, Need]
) -> None:
    """Owners, units that may come free, held ones that may, lots, or all: nothing beyond."""
    needs = needs_of([command])

    assert of(needs) == expected
    assert list(needs) == list(expected) == list(levels_touched(command))


@given(st.lists(stock_commands(), max_size=6))
def test_a_batch_needs_what_its_commands_need(commands: list[StockCommand]) -> None:
    """The needs of a batch are those of its commands together, level by level, sorted."""
    together: dict[LevelKey, Need] = {}
    for command in commands:
        for key, needed in of(needs_of([command])).items():
            known = together.get(key, NOTHING)
            together[key] = {
                "owners": known["owners"] | needed["owners"],
                "frees": known["frees"] + needed["frees"],
                **{
                    name: known[name] or needed[name]
                    for name in ("frees_holds", "is_whole", "lots")
                },
            }

    assert of(needs_of(commands)) == together
    assert list(needs_of(commands)) == sorted(together)


def test_a_need_names_wants_level_by_level() -> None:
    """Several levels are needed in one order, whatever the order of the lines."""
    wants = [
        Want(owner=LINE, sku=sku, quantity=1, location=location)
        for sku, location in ((B, MAIN), (A, SPARE), (A, MAIN), (B, MAIN))
    ]

    assert list(needs_of([Ship(key=KEY, wants=wants)])) == [HERE, THERE, LevelKey(B, MAIN)]


def test_loading_less_than_needed_is_a_mistake_that_is_noticed() -> None:
    """A store that left out who waits is stopped before it covers the wrong ones."""
    level, _ = Stock().decide(Record(key=KEY, wants=[WANT], placed_at=NOW), now=NOW)
    draft = DraftLevel(HERE, draft_of(level.level(A)).before)
    with pytest.raises(AssertionError, match="2 more units are waited for than were loaded"):
        decide_drafts(
            {HERE: draft},
            [Receive(key=KEY, sku=A, quantity=3)],
            now=NOW,
            coverage=Coverage.ARRIVAL,
        )


@pytest.mark.parametrize("coverage", Coverage)
def test_one_place_in_the_queue_goes_by_the_owners_name(coverage: Coverage) -> None:
    """An order that was split waits twice at one place: the order of loading decides nothing."""
    sale = Record(key=KEY, wants=[Want(owner=OTHER, sku=A, quantity=2)], placed_at=NOW)
    split = Reassign(key=KEY, owner=OTHER, sku=A, quantity=1, to_owner=LINE)
    level = Stock().decide(sale, split, now=NOW)[0].level(A)
    receive = Receive(key=KEY, sku=A, quantity=1)
    covered = set()
    for promises in (saved(level), saved(level)[::-1]):
        draft = DraftLevel(HERE, draft_of(level).before, promises)
        decide_drafts({HERE: draft}, [receive], now=NOW, coverage=coverage)
        covered.update(draft.promises["allocation"])

    assert [debt.rank for debt in level.uncovered] == [0, 0]
    assert covered == {LINE.name}
