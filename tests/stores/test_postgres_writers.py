"""Many writers in one PostgreSQL database, and what it refuses them."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time

import attrs
import pytest
from postgres_world import (
    ELEPHANT,
    ELEPHANTS,
    NOON,
    NOTES,
    RAW_NOTES,
    ZEBRA,
    ZEBRAS,
    Cluster,
    Note,
    another,
    booked,
    hold,
    in_threads,
    post,
    receipt,
    sellable,
)

from ecomkit.errors import EcomkitError, FieldError
from ecomkit.identifiers import (
    CartId,
    CommandKey,
    MerchantId,
    Sku,
)
from ecomkit.operations import Settings, execute
from ecomkit.ports import (
    Claim,
    KeptOutcome,
    KeyTakenError,
    LevelNotLoadedError,
    MovementTakenError,
    Store,
    StoreBusyError,
    StoreFailedError,
)
from ecomkit.stock import (
    Bucket,
    Coverage,
    Done,
    DraftLevel,
    LevelKey,
    LevelNeed,
    Owner,
    Short,
    decide_drafts,
)
from ecomkit.stores._postgres import PostgresStore

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")


# -- many writers ---------------------------------------------------------------------------------

PROGRAM = """
import sys
from datetime import UTC, datetime, timedelta
from ecomkit.identifiers import CartId, CommandKey, Sku
from ecomkit.operations import Settings, execute
from ecomkit.stock import Owner, PutOnHold, Reserved, Want
from ecomkit.stores._postgres import PostgresStore

noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
dsn, schema, name, skus, batches, size = sys.argv[1:]
store = PostgresStore(dsn, schema=schema)
print("ready", flush=True)
sys.stdin.readline()
granted = 0
for batch in range(int(batches)):
    # Every writer names the skus in another order.
    names = sorted(skus.split(","), reverse=hash((name, batch)) % 2 == 0)
    commands = [
        PutOnHold(
            key=CommandKey(f"{name}-{batch}-{n}"),
            wants=[
                Want(owner=Owner.cart(CartId(f"{name}-{batch}-{n}")), sku=Sku(sku), quantity=1)
                for sku in (names[n % len(names)], names[(n + 1) % len(names)])
            ],
            expires_at=noon + timedelta(hours=1),
        )
        for n in range(int(size))
    ]
    with store.posting() as tx:
        outcomes = execute(tx, commands, now=noon, settings=Settings())
    granted += sum(isinstance(outcome, Reserved) for outcome in outcomes)
print(granted, flush=True)
"""


def test_processes_promise_no_unit_twice(dsn: str, schema: str, store: PostgresStore) -> None:
    """Four processes that want more than there is, level by level in any order, get what there is."""
    skus = [Sku(f"SKU-{n}") for n in range(3)]
    post(store, *(receipt(f"r-{sku}", 200, sku=sku) for sku in skus))
    processes = [
        subprocess.Popen(  # noqa: S603 - our own interpreter on our own text
            [sys.executable, "-c", PROGRAM, dsn, schema, f"p{n}", ",".join(skus), "12", "10"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        said = [process.communicate("\n", timeout=60)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()

    granted = sum(map(int, said))
    with store.snapshot() as tx:
        levels = tx.all_levels()
        moved = [movement for _, movement in tx.movements(limit=9999)]
    assert sum(level.held for level in levels) == 2 * granted
    assert [level.sellable + level.held for level in levels] == [200, 200, 200]
    # Every one takes two units: at most one sku has one left that nobody could take.
    assert sum(level.sellable for level in levels) <= 200
    assert sorted(level.sellable for level in levels)[:2] == [0, 0] or granted == 300
    for level in levels:
        left = [m.source_after for m in moved if m.sku == level.sku and m.command != f"r-{m.sku}"]
        assert left == list(range(199, level.sellable - 1, -1))


def test_batches_on_other_levels_do_not_wait(dsn: str, schema: str, store: PostgresStore) -> None:
    """While a batch has one level, another one posts to another level, and waits for the first."""
    post(store, receipt("r-1"), receipt("r-2", sku=ZEBRA))
    with another(dsn, schema) as other:
        with store.posting() as tx:
            execute(tx, [receipt("r-3")], now=NOON, settings=Settings())

            assert post(other, receipt("r-4", sku=ZEBRA)) == (Done(units=1),)
            with pytest.raises(StoreBusyError) as caught:
                post(other, receipt("r-5"))
        assert post(other, receipt("r-5")) == (Done(units=1),)

    assert caught.value.waited_seconds == 1
    assert sellable(store) == {ELEPHANT: 3, ZEBRA: 2}


def test_a_new_level_is_locked_too(dsn: str, schema: str, store: PostgresStore) -> None:
    """Two batches that both take down a level for the first time wait for each other."""
    with another(dsn, schema) as other:
        with store.posting() as tx:
            execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
            with pytest.raises(StoreBusyError):
                post(other, receipt("r-2"))
        post(other, receipt("r-2"))

    assert sellable(store) == {ELEPHANT: 2}


def test_a_level_that_nothing_came_of_is_not_taken_down(store: PostgresStore) -> None:
    """A batch that is refused leaves no row of a level that was never there."""
    [answer] = post(store, hold("h-1"))

    assert isinstance(answer, Short)
    assert sellable(store) == {}
    assert post(store, receipt("r-1"), hold("h-2", ZEBRA))[0] == Done(units=1)
    assert sellable(store) == {ELEPHANT: 1}


def test_a_transaction_has_the_books_to_itself(
    dsn: str, schema: str, store: PostgresStore
) -> None:
    """A transaction keeps out batches and transactions of others, and is kept out by them."""
    with another(dsn, schema) as other:
        with store.transaction():
            with pytest.raises(StoreBusyError):
                post(other, receipt("r-1"))
            with pytest.raises(StoreBusyError), other.transaction():
                pass
        with store.posting() as tx:
            execute(tx, [receipt("r-2")], now=NOON, settings=Settings())
            with pytest.raises(StoreBusyError), other.transaction():
                pass
        with other.transaction() as held:
            assert [level.sellable for level in held.all_levels()] == [1]


def test_merchants_do_not_wait_for_each_other(dsn: str, schema: str, store: PostgresStore) -> None:
    """The books of another merchant in the same tables are not held."""
    with another(dsn, schema, merchant=MerchantId("other")) as other, store.transaction() as tx:
        execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
        post(other, receipt("r-1", 5))

    assert sellable(store) == {ELEPHANT: 1}


def test_readers_wait_for_nobody(dsn: str, schema: str, store: PostgresStore) -> None:
    """A snapshot of the same store is taken while a writer writes, and keeps what it saw first."""
    post(store, receipt("r-1"))
    seen: list[dict[str, int]] = []
    with store.transaction() as tx:
        execute(tx, [receipt("r-2")], now=NOON, settings=Settings())
        assert in_threads(lambda: seen.append(sellable(store))) == []
    with store.snapshot() as snapshot, another(dsn, schema) as other:
        first = snapshot.levels([ELEPHANTS])
        post(other, receipt("r-3"))
        assert snapshot.levels([ELEPHANTS]) == first

    assert seen == [{ELEPHANT: 1}]
    assert [level.sellable for level in first] == [2]
    assert sellable(store) == {ELEPHANT: 3}


def test_two_transactions_that_open_more_do_not_hang(dsn: str, schema: str) -> None:
    """Batches that open one level after the other, each in another order, end: one may be told."""
    with another(dsn, schema) as one, another(dsn, schema) as two:
        post(one, receipt("r-1"), receipt("r-2", sku=ZEBRA))
        barrier = threading.Barrier(2)

        def work(store: Store, *keys: LevelKey) -> None:
            with store.posting() as tx:
                for key in keys:
                    tx.open({key: LevelNeed()}, keys=(), now=NOON, coverage=Coverage.ARRIVAL)
                    if key == keys[0]:
                        barrier.wait(5)

        raised = in_threads(
            lambda: work(one, ELEPHANTS, ZEBRAS), lambda: work(two, ZEBRAS, ELEPHANTS)
        )

        assert {type(error) for error in raised} == {StoreBusyError}
        assert len(sellable(one)) == 2


# -- what the database refuses ----------------------------------------------------------------------


CLASHES = [
    ("r-1", "other", KeyTakenError(key="r-1")),
    ("r-2", "m", MovementTakenError(movement="m")),
]


@pytest.mark.parametrize(("key", "name", "error"), CLASHES)
def test_what_is_there_already_is_named(
    store: PostgresStore, key: str, name: str, error: EcomkitError
) -> None:
    """A taken key and a taken movement are named at the end of a batch; nothing was written."""
    with store.posting() as tx:
        booked(tx, "r-1")

    with pytest.raises(type(error)) as caught, store.posting() as tx:
        booked(tx, key, name=name, quantity=5)

    assert str(caught.value) == str(error)
    assert sellable(store) == {ELEPHANT: 1}
    assert post(store, receipt("r-3")) == (Done(units=1),)


@pytest.mark.parametrize(("key", "name", "error"), CLASHES)
def test_a_transaction_goes_on_after_what_is_there_already(
    store: PostgresStore, key: str, name: str, error: EcomkitError
) -> None:
    """In a transaction the booking alone is undone, and what was done before and after lasts."""
    with store.transaction() as tx:
        booked(tx, "r-1")
        tx.put(NOTES, [Note(name="before")])
        with pytest.raises(type(error)) as caught:
            booked(tx, key, name=name, quantity=5)
        tx.put(NOTES, [Note(name="after")])

    assert str(caught.value) == str(error)
    assert sellable(store) == {ELEPHANT: 1}
    with store.snapshot() as tx:
        assert [note.name for note in tx.scan(NOTES)] == ["after", "before"]


@pytest.mark.parametrize(("key", "name", "error"), CLASHES)
def test_after_a_booking_that_failed_nothing_goes(
    store: PostgresStore, key: str, name: str, error: EcomkitError
) -> None:
    """Who goes on after a booking learns that it failed; then the batch can only end, unwritten."""
    with store.posting() as tx:
        booked(tx, "r-1")

    with pytest.raises(StoreFailedError, match="an earlier call"), store.posting() as tx:  # noqa: PT012 (the block is what raises)
        # What the server has not answered yet comes out of the next call.
        with pytest.raises(type(error)) as caught:  # noqa: PT012 - either of the two
            booked(tx, key, name=name)
            booked(tx, "r-9", name="n")
        with pytest.raises(StoreFailedError, match="an earlier call"):
            booked(tx, "r-9", name="n")

    assert str(caught.value) == str(error)
    assert sellable(store) == {ELEPHANT: 1}


def test_what_stands_twice_in_one_booking_is_named(store: PostgresStore) -> None:
    """Two movements of one id and two outcomes of one key are refused before anything is sent."""
    kept = KeptOutcome(key=CommandKey("k"), fingerprint="f", at=NOON)
    with store.transaction() as tx:
        tx.levels([ELEPHANTS])
        _, rows = decide_drafts(
            {ELEPHANTS: DraftLevel(ELEPHANTS)}, [receipt("r")], now=NOON, coverage=Coverage.ARRIVAL
        )
        with pytest.raises(MovementTakenError, match="'r/0'"):
            tx.book([], movements=[*rows, *rows], outcomes=[], changed=[])
        with pytest.raises(KeyTakenError, match="'k'"):
            tx.book([], movements=[], outcomes=[kept, kept], changed=[])
        with pytest.raises(KeyTakenError, match="'k'"):
            tx.keep([kept, kept])
        with pytest.raises(LevelNotLoadedError):
            tx.book([DraftLevel(ZEBRAS)], movements=[], outcomes=[], changed=[])
        tx.keep([kept])
        with pytest.raises(KeyTakenError, match="'k'"):
            tx.keep([attrs.evolve(kept, key=CommandKey("j")), kept])
        assert {"k": kept} == tx.kept(["j", "k"])


def test_twins_on_other_levels_are_booked_once(
    dsn: str, schema: str, store: PostgresStore
) -> None:
    """Two batches under one key on different levels meet at the key: the second one is told."""
    with another(dsn, schema) as other:
        errors: list[BaseException] = []

        def twin(key: str, sku: Sku) -> None:
            errors.extend(in_threads(lambda: post(other, receipt(key, sku=sku))))

        for first, second in itertools.permutations((ELEPHANT, ZEBRA)):
            with store.posting() as tx:
                execute(tx, [receipt(f"r-{first}", sku=first)], now=NOON, settings=Settings())
                tx._wire.run()  # type: ignore[attr-defined]  # the server has done all of it
                thread = threading.Thread(target=twin, args=(f"r-{first}", second))
                thread.start()
                time.sleep(0.1)
            thread.join()

    assert [str(error.key) for error in errors if isinstance(error, KeyTakenError)] == [
        "r-ELEPHANT",
        "r-ZEBRA",
    ]
    assert sellable(store) == {ELEPHANT: 1, ZEBRA: 1}


def test_a_promise_that_nobody_loaded_is_not_written_over(store: PostgresStore) -> None:
    """A draft that forgot what its owner has is refused: that is a fault of ours."""
    post(store, receipt("r-1", 5), hold("h-1", quantity=2))

    with pytest.raises(StoreFailedError, match="promise"), store.posting() as tx:  # noqa: PT012 (the block is what raises)
        opened = tx.open({ELEPHANTS: LevelNeed()}, keys=(), now=NOON, coverage=Coverage.ARRIVAL)
        draft = opened.drafts[ELEPHANTS]
        draft.grow("hold", Owner.cart(CartId("h-1")).name, 1, at=NOON)
        tx.book([draft], movements=[], outcomes=[], changed=[])

    with store.snapshot() as tx:
        [level] = tx.all_levels()
    assert [promise.quantity for promise in level.holds] == [2]


def test_a_draft_may_be_booked_again(store: PostgresStore) -> None:
    """Drafts that were booked may be changed and booked again in the same transaction."""
    name = Owner.cart(CartId("h-1")).name
    for way in (store.transaction, store.posting):
        with way() as tx:
            needs = {ELEPHANTS: LevelNeed()}
            needs[ELEPHANTS].owners.add(name)
            draft = tx.open(needs, keys=(), now=NOON, coverage=Coverage.ARRIVAL).drafts[ELEPHANTS]
            for quantity in (1, 2, -3, 1):
                if quantity > 0:
                    draft.grow("allocation", name, quantity, at=NOON)
                else:
                    draft.shrink("allocation", name, -quantity)
                draft.units[Bucket.ALLOCATED] += quantity
                tx.book([draft], movements=[], outcomes=[], changed=[])

    with store.snapshot() as tx:
        [level] = tx.all_levels()
    assert [promise.quantity for promise in level.allocations] == [2]


def test_what_cannot_be_written_is_refused(store: PostgresStore) -> None:
    """Half a character in the outbox is refused by name, and the transaction goes on."""
    with store.transaction() as tx:
        with pytest.raises(FieldError):
            tx.post("topic", ["\ud800"])
        tx.post("topic", ["a"])
    with store.snapshot() as tx:
        assert tx.posted("topic") == (Claim("a", 1, 0),)


BROKEN = """
    CREATE FUNCTION {schema}.fail() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER broken BEFORE INSERT ON {schema}.movement
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.fail()
"""


def test_a_full_disk_is_named(postgres: Cluster, schema: str, store: PostgresStore) -> None:
    """When the database cannot write, nothing was written, and it goes on once it can again."""
    postgres.psql(BROKEN.format(schema=f'"{schema}"'), database="books")

    with pytest.raises(StoreFailedError, match="no space left on device"):
        post(store, receipt("r-1"))
    with pytest.raises(StoreFailedError, match="no space left"), store.transaction() as tx:  # noqa: PT012 (the block is what raises)
        tx.put(NOTES, [Note(name="n")])
        execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
    postgres.psql(f'DROP TRIGGER broken ON "{schema}".movement', database="books")

    assert post(store, receipt("r-1")) == (Done(units=1),)
    with store.snapshot() as tx:
        assert tx.scan(NOTES) == ()


def test_a_failure_that_was_swallowed_is_not_committed(
    postgres: Cluster, schema: str, store: PostgresStore
) -> None:
    """A block that goes on after the database failed ends by an error: nothing was saved."""
    postgres.psql(f'ALTER TABLE "{schema}".raw RENAME TO gone', database="books")

    with pytest.raises(StoreFailedError, match="an earlier call"), store.transaction() as tx:  # noqa: PT012 (the block is what raises)
        tx.put(NOTES, [Note(name="n")])
        with pytest.raises(StoreFailedError, match="does not exist"):
            tx.put(RAW_NOTES, [Note(name="n")])

    with store.snapshot() as tx:
        assert tx.scan(NOTES) == ()


@pytest.mark.parametrize("partitions", [0, 3])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET quantity = 9",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        """
        INSERT INTO {table} SELECT * FROM {table}
        ON CONFLICT (merchant, seq, sku) DO UPDATE SET quantity = 9
        """,
    ],
)
def test_movements_stay_as_they_were_written(
    dsn: str, schema: str, statement: str, partitions: int
) -> None:
    """History cannot be edited or deleted, by no program and in no partition."""
    with another(dsn, schema, partitions=partitions) as store:
        post(store, *(receipt(f"r-{n}", sku=Sku(f"SKU-{n}")) for n in range(9)))
        tables = ["movement", *(f"movement_{n}" for n in range(partitions))]

        with psycopg.connect(dsn, autocommit=True) as connection:
            for table in tables:
                name = f'"{schema}".{table}'
                with pytest.raises(psycopg.errors.RaiseException, match="movements are never"):
                    connection.execute(statement.format(table=name))

        with store.snapshot() as tx:
            assert [movement.quantity for _, movement in tx.movements(limit=99)] == [1] * 9


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {schema}.level SET sellable = -1",
        "UPDATE {schema}.level SET uncovered = -1",
        "UPDATE {schema}.promise SET quantity = 0",
        "UPDATE {schema}.promise SET kind = 'wish'",
    ],
)
def test_the_tables_guard_what_must_hold(
    dsn: str, schema: str, store: PostgresStore, statement: str
) -> None:
    """A balance below zero and a promise of nothing cannot even be written by hand."""
    post(store, receipt("r-1"), hold("h-1"))

    with (
        psycopg.connect(dsn, autocommit=True) as connection,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        connection.execute(statement.format(schema=f'"{schema}"'))
