"""What the SQLite store promises beyond the port: files, processes, crashes, wiping."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from ecomkit.channels import Payload
from ecomkit.identifiers import ChannelId, CommandKey, MerchantId, Sku
from ecomkit.operations import Settings, execute
from ecomkit.operations._customers import CUSTOMERS
from ecomkit.operations._quarantine import PAYLOADS, KeptPayload
from ecomkit.ports import (
    Collection,
    NestedTransactionError,
    SchemaVersionError,
    StoreBusyError,
    StoreClosedError,
    StoredValueError,
    StoreFailedError,
    Transaction,
)
from ecomkit.stock import Receive
from ecomkit.stores import Durability, SqliteStore, _sqlite
from ecomkit.stores._sqlite_migrations import SCHEMA_VERSION

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ELEPHANT = Sku("ELEPHANT")


@attrs.frozen(kw_only=True)
class Note:
    """A value."""

    name: str
    text: str = ""


NOTES = Collection(name="note", type=Note, key=lambda note: note.name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the file is to be."""
    return tmp_path / "shop.db"


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file with nothing of ours in between."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        yield connection


def receive(tx: Transaction, name: str) -> None:
    """Take one unit in under the key *name*."""
    command = Receive(key=CommandKey(name), sku=ELEPHANT, quantity=1)
    execute(tx, [command], now=NOON, settings=Settings())


# -- crashes ------------------------------------------------------------------------------------

PROGRAM = """
import sys
from datetime import UTC, datetime
from ecomkit.channels import Payload
from ecomkit.identifiers import ChannelId, CommandKey, Sku
from ecomkit.operations import Settings, execute
from ecomkit.operations._quarantine import PAYLOADS, KeptPayload
from ecomkit.stock import Receive
from ecomkit.stores import SqliteStore

noon = datetime(2026, 3, 1, 12, tzinfo=UTC)

def say(text):
    print(text, flush=True)

def pause(point):
    say(point)
    if point in stops:
        sys.stdin.read()

path, prefix, count, *stops = sys.argv[1:]
store = SqliteStore(path)
say("ready")
sys.stdin.readline()
for n in range(int(count)):
    pause(f"before-{n}")
    with store.transaction() as tx:
        key = CommandKey(f"{prefix}-{n}")
        pause(f"begun-{n}")
        command = Receive(key=key, sku=Sku("ELEPHANT"), quantity=1)
        execute(tx, [command], now=noon, settings=Settings())
        pause(f"ledger-{n}")
        payload = Payload(channel=ChannelId("etsy"), object_id=str(key), text="{}")
        tx.put(PAYLOADS, [KeptPayload(payload=payload, at=noon)])
        pause(f"written-{n}")
    pause(f"acknowledged-{n}")
say("done")
"""


@contextmanager
def program(
    path: Path, prefix: str, *, count: int, stop: str = ""
) -> Iterator[subprocess.Popen[str]]:
    """Run a writer that stops at *stop*; kill it at the end, whatever it is doing."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter on our own text
        [sys.executable, "-c", PROGRAM, str(path), prefix, str(count), stop],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def told(process: subprocess.Popen[str], until: str) -> list[str]:
    """Return what the writer says up to and including *until*."""
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.strip())
        if lines[-1] == until:
            return lines
    raise AssertionError(f"the writer ended before {until}: {lines}")


def start(process: subprocess.Popen[str]) -> None:
    """Let the writer begin."""
    told(process, "ready")
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize(
    "stop", ["before-2", "begun-2", "ledger-2", "written-2", "acknowledged-2"]
)
def test_a_kill_loses_nothing_that_was_acknowledged(path: Path, stop: str) -> None:
    """
    After kill -9 at any point, acknowledged writes are there and others left nothing; the books
    add up and the next writer goes on.
    """
    with program(path, "killed", count=9, stop=stop) as process:
        start(process)
        acknowledged = sum(line.startswith("acknowledged") for line in told(process, stop))
        process.kill()
        process.wait()

    with SqliteStore(path) as store:
        with store.snapshot() as tx:
            [level] = tx.all_levels()
            moved = [movement.command for _, movement in tx.movements(limit=99)]
            payloads = [kept.payload.object_id for kept in tx.scan(PAYLOADS)]
        with store.transaction() as tx:
            receive(tx, "killed-2")
            [after] = tx.all_levels()

    expected = [f"killed-{n}" for n in range(acknowledged)]
    assert expected == moved
    assert expected == payloads
    assert len(expected) == level.sellable
    assert after.sellable == 3


def test_two_processes_lose_nothing(path: Path) -> None:
    """Two processes that write at the same time wait for each other: every write counts."""
    with program(path, "one", count=20) as one, program(path, "two", count=20) as two:
        start(one)
        start(two)
        told(one, "done")
        told(two, "done")

    with SqliteStore(path) as store, store.snapshot() as tx:
        [level] = tx.all_levels()
        commands = {movement.command for _, movement in tx.movements(limit=99)}

    assert level.sellable == 40
    assert {f"{name}-{n}" for name in ("one", "two") for n in range(20)} == commands


def test_a_new_file_may_be_opened_by_many_at_once(path: Path) -> None:
    """Opening a file that is not there yet from many sides at once makes it once, and none fails."""
    failed: list[BaseException] = []

    for n in range(10):
        gate = threading.Barrier(6)

        def work(file: Path, gate: threading.Barrier) -> None:
            gate.wait()
            try:
                with SqliteStore(file) as store, store.transaction() as tx:
                    receive(tx, f"r-{threading.get_ident()}")
            except BaseException as error:  # noqa: BLE001 (a thread would swallow it)
                failed.append(error)

        threads = [
            threading.Thread(target=work, args=(path.with_name(f"{n}.db"), gate)) for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert failed == []


# -- the file -------------------------------------------------------------------------------------


def test_a_newer_schema_is_not_touched(path: Path) -> None:
    """A file that a newer ecomkit wrote is refused, with both versions, and can be opened there."""
    SqliteStore(path).close()
    with raw(path) as connection:
        connection.execute("UPDATE ecomkit_schema SET version = 7")

    with pytest.raises(SchemaVersionError) as caught:
        SqliteStore(path)

    assert (caught.value.found, caught.value.known) == (7, SCHEMA_VERSION)
    with raw(path) as connection:
        assert connection.execute("SELECT version FROM ecomkit_schema").fetchall() == [(7,)]


def test_a_file_is_made_once(path: Path) -> None:
    """Opening a file again keeps what is in it."""
    with SqliteStore(path) as store, store.transaction() as tx:
        tx.put(NOTES, [Note(name="n")])

    with SqliteStore(path) as store, store.snapshot() as tx:
        assert (Note(name="n"),) == tx.scan(NOTES)


@pytest.mark.parametrize(
    ("durability", "level"), [(Durability.FULL, 2), (Durability.PROCESS_CRASH, 1)]
)
def test_durability_is_what_was_asked_for(path: Path, durability: Durability, level: int) -> None:
    """FULL syncs at every commit, PROCESS_CRASH at checkpoints; both write ahead, and erase."""
    with SqliteStore(path, durability=durability) as store:
        read = store._connection.execute

        assert (level,) == read("PRAGMA synchronous").fetchone()
        assert read("PRAGMA journal_mode").fetchone() == ("wal",)
        assert read("PRAGMA secure_delete").fetchone() == (1,)


def test_full_durability_is_the_default(path: Path) -> None:
    """A store that nobody configured survives a power cut."""
    with SqliteStore(path) as store:
        assert store._connection.execute("PRAGMA synchronous").fetchone() == (2,)


REPLACED = """
    INSERT OR REPLACE INTO ecomkit_movement
    SELECT 9, merchant, id, sku, 5, source_location, source_bucket, target_location,
           target_bucket, cause, command, at, owner, lot, source_after, target_after, note
    FROM ecomkit_movement
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ecomkit_movement SET quantity = 9",
        "DELETE FROM ecomkit_movement",
        "INSERT OR REPLACE INTO ecomkit_movement SELECT * FROM ecomkit_movement WHERE seq = 1",
        REPLACED,
    ],
)
def test_movements_stay_as_they_were_written(path: Path, statement: str) -> None:
    """History cannot be edited, deleted or replaced, whoever has the file open."""
    with SqliteStore(path) as store, store.transaction() as tx:
        receive(tx, "r-1")

    with (
        raw(path) as connection,
        pytest.raises(sqlite3.IntegrityError, match="movements are never"),
    ):
        connection.execute(statement)

    with SqliteStore(path) as store, store.snapshot() as tx:
        assert [movement.quantity for _, movement in tx.movements(limit=9)] == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ecomkit_level SET sellable = -1",
        "UPDATE ecomkit_promise SET quantity = 0",
        "UPDATE ecomkit_promise SET kind = 'wish'",
    ],
)
def test_the_file_guards_what_must_hold(path: Path, statement: str) -> None:
    """A balance below zero and a promise of nothing cannot even be written by hand."""
    with SqliteStore(path):
        pass
    with raw(path) as connection:
        connection.execute(
            "INSERT INTO ecomkit_level VALUES ('m', 'A', 'main', 1, 0, 0, 0, 0, 0, 0, 0, NULL, 0)"
        )
        connection.execute(
            "INSERT INTO ecomkit_promise VALUES ('m', 'A', 'main', 'o', 'hold', 1, 't', 0)"
        )

        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)


# -- corruption -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        '"text"',
        "[[[[[[",
        "{}",
        '{"id": 5}',
        '{"unknown": 1}',
        '{"id": "c", "contact": []}',
        '{"id": "c", "identities": 3}',
        '{"id": "c", "erased_at": "yesterday"}',
    ],
)
def test_a_corrupted_value_is_named(path: Path, body: str) -> None:
    """A value that cannot be read is named by collection and key, alone and in a scan."""
    with SqliteStore(path):
        pass
    with raw(path) as connection:
        connection.execute(
            "INSERT INTO ecomkit_document VALUES ('default', 'customer', 'c-1', NULL, ?)", [body]
        )

    with SqliteStore(path) as store, store.snapshot() as tx:
        for read in (lambda: tx.get(CUSTOMERS, "c-1"), lambda: tx.scan(CUSTOMERS)):
            with pytest.raises(StoredValueError) as caught:
                read()

            assert (caught.value.collection, caught.value.key) == ("customer", "c-1")
            assert caught.value.why


@pytest.mark.parametrize(
    ("statement", "collection", "key"),
    [
        ("UPDATE ecomkit_level SET counted_at = 'soon'", "level", "ELEPHANT at main"),
        ("UPDATE ecomkit_level SET held = 1", "level", "ELEPHANT at main"),
        (
            "DROP TRIGGER ecomkit_movement_is_final; UPDATE ecomkit_movement SET cause = 'luck'",
            "movement",
            "r-1/0",
        ),
        (
            "DROP TRIGGER ecomkit_movement_is_final; UPDATE ecomkit_movement SET at = 'x'",
            "movement",
            "r-1/0",
        ),
    ],
)
def test_a_corrupted_row_is_named(path: Path, statement: str, collection: str, key: str) -> None:
    """A level or a movement that cannot be read is named too."""
    with SqliteStore(path) as store, store.transaction() as tx:
        receive(tx, "r-1")
    with raw(path) as connection:
        connection.executescript(statement)

    def read(tx: Transaction) -> object:
        return tx.movements(limit=9) if collection == "movement" else tx.all_levels()

    with (
        SqliteStore(path) as store,
        store.snapshot() as tx,
        pytest.raises(StoredValueError) as caught,
    ):
        read(tx)

    assert (collection, key) == (caught.value.collection, caught.value.key)


def test_what_nobody_can_save_leaves_nothing() -> None:
    """A value with no codec is refused, and the values before it in the same put are not saved."""

    @attrs.frozen(kw_only=True)
    class Odd:
        text: object

    odd = Collection(name="odd", type=Odd, key=lambda one: "k")
    with SqliteStore(":memory:") as store, store.transaction() as tx:
        with pytest.raises((TypeError, NameError)):
            tx.put(odd, [Odd(text="x")])

        assert (
            store._connection.execute("SELECT count(*) FROM ecomkit_document").fetchone()[0] == 0
        )


# -- waiting for others -----------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for others for a moment only."""
    monkeypatch.setattr(_sqlite, "BUSY_SECONDS", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_held_file_is_busy(path: Path) -> None:
    """When another process holds the file for too long, that is a wait, and nothing was written."""
    with SqliteStore(path) as store, raw(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError) as caught, store.transaction():
            pass
        with store.snapshot() as tx:
            assert tx.scan(NOTES) == ()
        other.execute("COMMIT")
        with store.transaction() as tx:
            tx.put(NOTES, [Note(name="n")])

    assert caught.value.retryable
    assert caught.value.waited_seconds == 30


@pytest.mark.usefixtures("impatient")
def test_a_held_file_is_busy_when_it_is_opened(path: Path) -> None:
    """A file that is held cannot be opened either, and the connection is let go."""
    SqliteStore(path).close()
    with raw(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            SqliteStore(path)
    SqliteStore(path).close()


@pytest.mark.usefixtures("impatient")
def test_a_new_file_that_is_held_is_busy(path: Path) -> None:
    """A file without its log yet, held by another, is a wait too."""
    with raw(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusyError):
            SqliteStore(path)


def test_other_faults_of_the_file_are_not_called_busy(tmp_path: Path) -> None:
    """A path that cannot be opened, and a file that is no database, say so."""
    with pytest.raises(StoreFailedError, match="unable to open"):
        SqliteStore(tmp_path / "nowhere" / "shop.db")

    (tmp_path / "letter.txt").write_text("Dear Ada, " * 100)
    with pytest.raises(StoreFailedError, match="not a database"):
        SqliteStore(tmp_path / "letter.txt")


def test_other_faults_of_a_statement_are_not_called_busy() -> None:
    """A transaction that SQLite cannot begin for another reason says which."""
    with SqliteStore(":memory:") as store:
        store._connection.execute("BEGIN")
        with pytest.raises(sqlite3.OperationalError, match="within"), store.transaction():
            pass


def test_a_transaction_that_sqlite_ended_is_not_ended_twice() -> None:
    """Where SQLite has rolled back by itself, the first error comes out and the store works on."""
    with SqliteStore(":memory:") as store:
        with suppress(ZeroDivisionError), store.transaction() as tx:
            tx.put(NOTES, [Note(name="n")])
            store._connection.execute("ROLLBACK")
            raise ZeroDivisionError
        with store.transaction() as tx:
            assert tx.scan(NOTES) == ()


def test_a_booking_that_sqlite_ended_is_not_ended_twice() -> None:
    """Where SQLite has rolled back during a booking, the first error comes out."""
    with SqliteStore(":memory:") as store:
        connection = store._connection
        connection.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON ecomkit_level "
            "BEGIN SELECT RAISE (ROLLBACK, 'disk full'); END"
        )
        with pytest.raises(sqlite3.IntegrityError, match="disk full"), store.transaction() as tx:
            receive(tx, "r-1")
        with store.snapshot() as tx:
            assert tx.movements(limit=9) == ()


# -- erasing ----------------------------------------------------------------------------------------

CANARIES = [f"canary-{n}-{'wing' * 40}" for n in range(10)]


def found(path: Path) -> list[str]:
    """Return the canaries that can be found in the file, or beside it."""
    data = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    return [canary for canary in CANARIES if canary.encode() in data]


def keep_and_delete(store: SqliteStore) -> None:
    """Keep the canaries as raw payloads, for long enough to spread, and delete them."""
    kept = [
        KeptPayload(
            payload=Payload(
                channel=ChannelId("etsy"), object_id=str(n), text=canary, subject=canary
            ),
            at=NOON,
        )
        for n, canary in enumerate(CANARIES)
    ]
    for one in kept:
        with store.transaction() as tx:
            tx.put(PAYLOADS, [one])
    with store.transaction() as tx:
        tx.put(NOTES, [Note(name=str(n), text="kept" * 500) for n in range(50)])
        tx.delete(PAYLOADS, [PAYLOADS.key(one) for one in kept])


def test_wiping_leaves_nothing_of_what_was_deleted(path: Path) -> None:
    """After wipe, nothing deleted is found in the file or its log; what was kept is there."""
    with SqliteStore(path) as store:
        keep_and_delete(store)
        before = found(path)
        store.wipe()
        after = found(path)
        with store.snapshot() as tx:
            notes = len(tx.scan(NOTES))

    assert before == CANARIES, "the canaries must have been in the log, or this proves nothing"
    assert after == []
    assert found(path) == []
    assert notes == 50


@pytest.mark.usefixtures("impatient")
def test_wiping_says_when_a_reader_keeps_the_log(path: Path) -> None:
    """While another process reads an older state, the log stays, and wipe says so."""
    with SqliteStore(path) as store, raw(path) as other:
        keep_and_delete(store)
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM ecomkit_document").fetchone()
        with pytest.raises(StoreBusyError):
            store.wipe()
        assert found(path) == CANARIES
        other.execute("COMMIT")
        store.wipe()

        assert found(path) == []


def test_wiping_clears_what_others_left(path: Path) -> None:
    """What another program deleted without overwriting it is gone after wipe too."""
    with raw(path) as other:
        with SqliteStore(path):
            pass
        other.execute("PRAGMA secure_delete = OFF")
        other.executemany(
            "INSERT INTO ecomkit_raw VALUES ('m', 'payload', ?, NULL, ?)",
            list(enumerate(CANARIES)),
        )
        other.execute("DELETE FROM ecomkit_raw")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with SqliteStore(path) as store:
        assert found(path) == CANARIES
        store.wipe()

        assert found(path) == []


def test_wiping_inside_a_transaction_is_refused(path: Path) -> None:
    """A wipe waits for no transaction of its own thread, and needs an open store."""
    with (
        SqliteStore(path) as store,
        store.transaction(),
        pytest.raises(NestedTransactionError),
    ):
        store.wipe()
    with pytest.raises(StoreClosedError):
        store.wipe()


# -- the block --------------------------------------------------------------------------------------


def test_a_block_closes_the_store(path: Path) -> None:
    """A store used as a context manager is closed at its end, by an exception too."""
    with suppress(ZeroDivisionError), SqliteStore(path) as store:
        raise ZeroDivisionError

    with pytest.raises(StoreClosedError), store.transaction():
        pass


def test_merchants_share_a_file_and_its_numbers(path: Path) -> None:
    """Numbers of movements grow for each merchant, with gaps where another one wrote."""
    with (
        SqliteStore(path, merchant=MerchantId("a")) as a,
        SqliteStore(path, merchant=MerchantId("b")) as b,
    ):
        for n, store in enumerate((a, b, a)):
            with store.transaction() as tx:
                receive(tx, f"r-{n}")
        with a.snapshot() as tx:
            numbers = [number for number, _ in tx.movements(limit=9)]

    assert numbers == [1, 3]
