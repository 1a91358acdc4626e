"""Files of the first schema come to the one of today: whole, or as they were."""

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from ecomkit.adapters.memory import MemoryChannel
from ecomkit.channels import Cursor
from ecomkit.identifiers import ChannelId, CommandKey, LocationId, MerchantId, PurchaseOrderId, Sku
from ecomkit.operations import (
    KeyReusedError,
    Settings,
    Shop,
    execute,
    verify_ledger,
)
from ecomkit.operations._adoption import CHANNELS, LISTINGS
from ecomkit.operations._quarantine import PAYLOADS
from ecomkit.ports import (
    STOCK,
    Collection,
    KeptOutcome,
    ManualClock,
    SchemaVersionError,
    StoreBusyError,
)
from ecomkit.stock import (
    MAIN,
    Allocation,
    Cause,
    Count,
    Done,
    Hold,
    LevelKey,
    Owner,
    Receive,
    Recorded,
    Reserved,
    Ship,
    StockCommand,
    StockLevel,
    Uncovered,
    Want,
)
from ecomkit.stores import SqliteStore
from ecomkit.stores._sqlite_migrations import FROM_1, SCHEMA_VERSION
from ecomkit.stores._sqlite_schema import STATEMENTS

sys.path.insert(0, str(Path(__file__).parent))

import schema_1

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
THEN = datetime.fromisoformat(schema_1.AT)
MERCHANTS = [MerchantId(name) for name in ("default", "other", "quiet")]
LINE = Owner(schema_1.LINE)
STEPS = [
    *STATEMENTS,
    *FROM_1,
    "INSERT INTO ecomkit_schema VALUES (?)",
]
"""Each statement of a migration, in order."""


@attrs.frozen(kw_only=True)
class Note:
    """A value."""

    name: str


NOTES = Collection(name="note", type=Note, key=lambda note: note.name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file of the first schema, with rows of each kind."""
    path = tmp_path / "shop.db"
    schema_1.write(path)
    return path


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what a migration that nobody disturbed makes of the file."""
    path = tmp_path_factory.mktemp("calm") / "shop.db"
    schema_1.write(path)
    SqliteStore(path).close()
    return schema_1.dump(path)


def names(path: Path) -> set[str]:
    """Return the tables, indexes and triggers of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}


# -- what comes out -------------------------------------------------------------------------------


def test_levels_come_with_their_promises_and_what_is_uncovered(path: Path) -> None:
    """Every level says what it said, and one total more: how many units wait."""
    with SqliteStore(path) as store, store.snapshot() as tx:
        bear, elephant, owl = tx.all_levels()
        waiting = tx.waiting()
        available = tx.available([bear.key, elephant.key, owl.key], now=NOON)
        [uncovered] = store._connection.execute(
            "SELECT uncovered FROM ecomkit_level WHERE merchant = 'default' AND sku = 'ELEPHANT'"
        ).fetchone()

    hold = Hold(
        owner=Owner("cart:c"),
        quantity=2,
        expires_at=datetime.fromisoformat(schema_1.NIGHT),
        rank=0,
    )
    assert bear == StockLevel(
        sku=Sku("BEAR"), location=MAIN, sellable=7, held=2, holds=[hold], next_rank=1
    )
    assert elephant == StockLevel(
        sku=Sku("ELEPHANT"),
        location=MAIN,
        allocated=4,
        quarantined=1,
        allocations=[Allocation(owner=LINE, quantity=4, placed_at=THEN, rank=0)],
        uncovered=[
            Uncovered(owner=LINE, quantity=1, placed_at=THEN, rank=1),
            Uncovered(owner=Owner("line:etsy/2#1"), quantity=3, placed_at=THEN, rank=2),
        ],
        counted_at=THEN,
        next_rank=3,
    )
    assert owl == StockLevel(sku=Sku("OWL"), location=MAIN, sellable=2)
    assert uncovered == 4
    assert waiting == (elephant.key,)
    assert available == (None, 0, None)


@pytest.mark.parametrize("merchant", MERCHANTS)
def test_the_ledger_of_every_merchant_verifies(path: Path, merchant: MerchantId) -> None:
    """Each movement gets the balances that it left, from those of its own merchant alone."""
    with SqliteStore(path, merchant=merchant) as store, store.snapshot() as tx:
        verification = verify_ledger(tx)

    assert verification.is_clean, verification.explain()
    rows = [row for row in schema_1.MOVED if row[1] == merchant]
    assert len(rows) == verification.rows


def test_movements_keep_their_numbers_and_go_on_above_them(path: Path) -> None:
    """What the ledger said it still says, under the same numbers; new ones are higher."""
    with SqliteStore(path) as store, store.transaction() as tx:
        before = tx.movements(limit=99)
        command = Receive(key=CommandKey("new"), sku=Sku("CAT"), quantity=1)
        execute(tx, [command], now=NOON, settings=Settings())
        [(number, _)] = tx.movements(after=before[-1][0], limit=99)

    ours = [row for row in schema_1.MOVED if row[1] == "default"]
    assert [row[0] for row in ours] == [number for number, _ in before]
    assert [row[2] for row in ours] == [movement.id for _, movement in before]
    assert {THEN} == {movement.at for _, movement in before}
    [back] = [movement for number, movement in before if number == 12]
    assert (back.cause, back.owner, back.lot) == (Cause.RETURN, LINE, None)
    assert number == 14


def test_kept_answers_are_given_to_the_same_keys(path: Path) -> None:
    """A key of old gets its old answer, whatever the content: of that nothing is known any more."""
    asked: list[StockCommand] = [
        Count(key=CommandKey("o"), sku=Sku("X"), counted=4),
        Receive(key=CommandKey("é"), sku=Sku("Y"), quantity=77),
        Receive(key=CommandKey("h"), sku=Sku("Y"), quantity=77),
        Receive(key=CommandKey("r"), sku=Sku("Y"), quantity=77),
    ]
    with SqliteStore(path) as store, store.transaction() as tx:
        before = tx.all_levels()
        done, two, reserved, recorded = execute(tx, asked, now=NOON, settings=Settings())
        kept = tx.kept(["o", "é", "receipt", "none"])
        after = tx.all_levels()

    assert (done, two, reserved) == (Done(units=4), Done(units=2), Reserved(units=2))
    assert isinstance(recorded, Recorded)
    [line] = recorded.lines
    assert (line.owner, line.covered, line.uncovered) == (LINE, 4, 2)
    assert before == after
    assert kept == {
        "o": KeptOutcome(key=CommandKey("o"), fingerprint="", outcome=Done(units=4), at=THEN),
        "é": KeptOutcome(key=CommandKey("é"), fingerprint="", outcome=Done(units=2), at=THEN),
        "receipt": KeptOutcome(key=CommandKey("receipt"), fingerprint="", at=THEN),
    }


def test_a_key_of_a_merchant_without_movements_is_old(path: Path) -> None:
    """Where nothing says when a command came it counts as the oldest, and is forgotten first."""
    with SqliteStore(path, merchant=MerchantId("quiet")) as store, store.transaction() as tx:
        kept = tx.kept(["o"])["o"]
        forgotten = tx.forget(before=datetime(1970, 1, 2, tzinfo=UTC))

    assert (kept.outcome, kept.at) == (Done(units=0), datetime(1970, 1, 1, tzinfo=UTC))
    assert forgotten == 1


def test_a_receipt_of_old_that_is_repeated_counts_once(path: Path) -> None:
    """A key without an outcome, that of goods which came in, is known too."""
    with Shop(store=SqliteStore(path), channels=[], clock=ManualClock(NOON)) as shop:
        before = shop.level(Sku("ELEPHANT"))

        shop.receive(
            {Sku("ELEPHANT"): 1},
            key=CommandKey("receipt"),
            purchase_order=PurchaseOrderId("PO-1"),
        )

        assert before == shop.level(Sku("ELEPHANT"))
        assert shop.purchases()[0].lines[0].received == 1


def test_a_receipts_key_of_old_is_none_of_a_stock_command(path: Path) -> None:
    """A key that was kept without an outcome belongs to no stock command: that is refused."""
    command = Receive(key=CommandKey("receipt"), sku=Sku("ELEPHANT"), quantity=1)

    with (
        SqliteStore(path) as store,
        store.transaction() as tx,
        pytest.raises(KeyReusedError) as caught,
    ):
        execute(tx, [command], now=NOON, settings=Settings())

    assert caught.value.key == "receipt"


def test_what_is_to_be_told_and_all_documents_come_along(path: Path) -> None:
    """Changed skus stand in the outbox; channels, listings and raw payloads where they were."""
    with SqliteStore(path) as store, store.snapshot() as tx:
        posted = tx.posted(STOCK)
        [channel] = tx.scan(CHANNELS)
        [listing] = tx.scan(LISTINGS, index="ELEPHANT")
        [payload] = tx.scan(PAYLOADS)
    with SqliteStore(path, merchant=MerchantId("other")) as store, store.snapshot() as tx:
        others = tx.posted(STOCK)

    assert [tuple(claim) for claim in posted] == [("BEAR", 1, 0), ("ELEPHANT", 1, 0)]
    assert [claim.key for claim in others] == ["OWL"]
    assert (channel.channel, channel.cursor) == (ChannelId("etsy"), Cursor(token="2"))  # noqa: S106 (a cursor)
    assert (listing.shown, listing.committed) == (0, 6)
    assert (payload.payload.object_id, payload.payload.text) == ("4", "{")


def test_the_old_tables_are_gone(path: Path, tmp_path: Path) -> None:
    """Nothing of the first schema is left: the file is made like a new one."""
    SqliteStore(path).close()
    SqliteStore(tmp_path / "new.db").close()

    assert names(tmp_path / "new.db") == names(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version FROM ecomkit_schema").fetchall() == [(2,)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_shop_of_old_goes_on(path: Path) -> None:
    """Who waited is covered by the next receipt, and what was promised can be shipped."""
    ship = Ship(
        key=CommandKey("s2"),
        wants=[Want(owner=LINE, sku=Sku("ELEPHANT"), quantity=5)],
    )
    more = Receive(key=CommandKey("r2"), sku=Sku("ELEPHANT"), quantity=5)
    with SqliteStore(path) as store:
        with store.posting() as tx:
            outcomes = execute(tx, [more, ship], now=NOON, settings=Settings())
        with store.snapshot() as tx:
            [level] = tx.levels([LevelKey(Sku("ELEPHANT"), LocationId("main"))])
            verification = verify_ledger(tx)

    assert outcomes == (Done(units=5), Done(units=5))
    assert (level.sellable, level.allocated, level.uncovered) == (1, 3, ())
    assert verification.is_clean, verification.explain()


def test_a_sync_goes_on_where_the_last_one_ended(path: Path) -> None:
    """The cursor of a channel is where it was: nothing is pulled twice, and the audit is clean."""
    clock = ManualClock(NOON)
    etsy = MemoryChannel(ChannelId("etsy"), clock=clock)
    with Shop(store=SqliteStore(path), channels=[etsy], clock=clock) as shop:
        report = shop.sync()

        assert report.unadopted == ()
        assert report.pulls[0].placed == 0


# -- cut ------------------------------------------------------------------------------------------


class CutError(Exception):
    """The migration ends here."""


class CutConnection(sqlite3.Connection):
    """A connection that fails at one statement of a migration."""

    left: int
    begun: bool

    def execute(self, statement: str, *arguments: Any) -> sqlite3.Cursor:
        """Run a statement, unless it is the one."""
        if statement in STEPS:
            if not self.left:
                raise CutError
            self.left -= 1
        return super().execute(statement, *arguments)


def cut_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the migration of the next file fail at the statement of that number."""
    plain = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> CutConnection:
        connection = plain(*arguments, **options, factory=CutConnection)
        connection.left = number
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_a_migration_that_is_cut_leaves_the_file_as_it_was(
    path: Path, migrated: list[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """At each statement: all of the old file is there; the next to open it does all of it."""
    before = schema_1.dump(path)
    with monkeypatch.context() as patch:
        cut_at(patch, number)
        with pytest.raises(CutError):
            SqliteStore(path)

    assert before == schema_1.dump(path)

    SqliteStore(path).close()
    assert migrated == schema_1.dump(path)


@pytest.mark.parametrize("number", [*range(len(STATEMENTS)), len(STEPS) - len(FROM_1) - 1])
def test_a_new_file_that_is_cut_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A file of which not all was made has nothing in it, and is made by the next."""
    path = tmp_path / "new.db"
    with monkeypatch.context() as patch:
        cut_at(patch, number)
        with pytest.raises(CutError):
            SqliteStore(path)

    assert names(path) == set()
    with SqliteStore(path) as store, store.snapshot() as tx:
        assert tx.all_levels() == ()


def test_a_migration_runs_no_more_statements_than_are_cut(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list that the cuts go through is whole: behind its last statement nothing is cut."""
    cut_at(monkeypatch, len(STEPS))

    with SqliteStore(path) as store:
        connection: Any = store._connection
        assert connection.left == 0


# -- killed ---------------------------------------------------------------------------------------

OPENING = """
import sys
from ecomkit.stores import SqliteStore

print("ready", flush=True)
sys.stdin.readline()
SqliteStore(sys.argv[1]).close()
print("done", flush=True)
"""

# Between two statements of the migration, long enough to be killed there.
SLOWLY = """
import sqlite3, sys
plain = sqlite3.connect

class Slow(sqlite3.Connection):
    def execute(self, statement, *arguments):
        if "ecomkit" in statement or "DROP" in statement:
            print(statement, flush=True)
            sys.stdin.readline()
        return super().execute(statement, *arguments)

sqlite3.connect = lambda *a, **o: plain(*a, **o, factory=Slow)
"""


def opener(path: Path, program: str = OPENING) -> subprocess.Popen[str]:
    """Start a process that is about to open the file."""
    process = subprocess.Popen(  # noqa: S603 (our own interpreter on our own text)
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(processes: Iterable[subprocess.Popen[str]]) -> None:
    """Let the processes begin."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def fill(path: Path, count: int) -> None:
    """Put so many movements more into the file that a migration takes a while."""
    row = "'m', 'r' || value, 'A', 1, 'main', 'supplier', 'main', 'sellable', 'receipt', 'r'"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            f"WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT {count})"  # noqa: S608 (constants)
            f" INSERT INTO movement SELECT NULL, {row}, '{schema_1.AT}', NULL FROM n"
        )
        connection.execute(
            f"INSERT INTO level VALUES ('m', 'A', 'main', {count}, 0, 0, 0, 0, 0, 0, NULL, 0)"  # noqa: S608 (constants)
        )
        connection.commit()


def assert_old_or_new(path: Path) -> bool:
    """Fail unless the file is of one schema and no other; return whether it is of the new one."""
    with closing(sqlite3.connect(path)) as connection:
        tables = {
            name
            for [name] in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        }
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    is_new = "ecomkit_schema" in tables
    if is_new:
        assert all(name.startswith("ecomkit_") for name in tables)
    else:
        assert set(schema_1.ROWS) == tables
    return is_new


def test_a_migration_that_is_killed_at_any_moment_is_old_or_new(path: Path) -> None:
    """After kill -9 at random moments the file is as it was or all new; the next run ends it."""
    fill(path, 20_000)
    dice = random.Random(7)  # noqa: S311 (no secret)
    begun = time.monotonic()
    killed = 0
    while not assert_old_or_new(path) and killed < 8:
        process = opener(path)
        go([process])
        time.sleep(dice.uniform(0, 0.25))
        process.kill()
        process.communicate()
        killed += 1
        if time.monotonic() - begun > 6:
            break

    assert killed
    for merchant in (*MERCHANTS, MerchantId("m")):
        with SqliteStore(path, merchant=merchant) as store, store.snapshot() as tx:
            assert verify_ledger(tx).is_clean
    assert assert_old_or_new(path)


@pytest.mark.parametrize("statement", ["INSERT INTO ecomkit_movement", "DROP TABLE movement"])
def test_a_migration_that_is_killed_between_two_statements_is_old(
    path: Path, migrated: list[str], statement: str
) -> None:
    """After kill -9 in the middle, with rows moved and tables dropped, the file is as it was."""
    before = schema_1.dump(path)
    process = opener(path, SLOWLY + OPENING)
    assert process.stdout is not None
    go([process])
    for line in process.stdout:
        if statement in line:
            break
        if any(word in line for word in ("ecomkit", "DROP")):
            go([process])
    process.kill()
    process.communicate()

    assert before == schema_1.dump(path)
    SqliteStore(path).close()
    assert migrated == schema_1.dump(path)


def test_many_processes_migrate_a_file_once(path: Path, migrated: list[str]) -> None:
    """Those that open the file at once wait for each other; one migrates, and none fails."""
    processes = [opener(path) for _ in range(3)]
    go(processes)
    ends = [process.communicate(timeout=60)[0] for process in processes]

    assert ends == ["done\n"] * 3
    assert [process.returncode for process in processes] == [0] * 3
    assert migrated == schema_1.dump(path)


def test_a_new_file_whose_maker_was_killed_is_made_by_the_next(tmp_path: Path) -> None:
    """A process killed while it makes a new file leaves nothing that hinders the next."""
    path = tmp_path / "new.db"
    process = opener(path, SLOWLY + OPENING)
    assert process.stdout is not None
    go([process])
    for line in process.stdout:
        if "CREATE TABLE ecomkit_movement" in line:
            break
        if "ecomkit" in line:
            go([process])
    process.kill()
    process.communicate()

    with SqliteStore(path) as store, store.transaction() as tx:
        tx.put(NOTES, [Note(name="n")])
        assert verify_ledger(tx).is_clean
    assert "ecomkit_movement" in names(path)


# -- versions -------------------------------------------------------------------------------------


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A file that a newer ecomkit wrote is named with both versions, and nothing is written."""
    path = tmp_path / "shop.db"
    SqliteStore(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE ecomkit_schema SET version = 7")
    before = schema_1.dump(path)

    with pytest.raises(SchemaVersionError) as caught:
        SqliteStore(path)

    assert (caught.value.found, caught.value.known) == (7, SCHEMA_VERSION)
    assert before == schema_1.dump(path)


def test_a_file_of_today_is_migrated_no_more(path: Path, migrated: list[str]) -> None:
    """Opening a migrated file again changes nothing in it."""
    SqliteStore(path).close()
    SqliteStore(path).close()

    assert migrated == schema_1.dump(path)


@pytest.mark.parametrize("user_version", [0, 1, 3])
def test_tables_of_others_are_no_first_schema(tmp_path: Path, user_version: int) -> None:
    """A file whose tables have our old names but not all of them is a host's: it stays."""
    path = tmp_path / "host.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE level (height INTEGER)")
        connection.execute("INSERT INTO level VALUES (7)")
        connection.execute(f"PRAGMA user_version = {user_version}")

    SqliteStore(path).close()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM level").fetchall() == [(7,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (user_version,)


def test_a_reader_of_the_old_file_keeps_the_migration_waiting_no_longer_than_it_reads(
    path: Path,
) -> None:
    """Somebody reads the old file meanwhile: the migration goes on beside, and the reader too."""
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM movement").fetchone()

        SqliteStore(path).close()

        assert before == reader.execute("SELECT count(*) FROM movement").fetchone()
        reader.execute("COMMIT")
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            reader.execute("SELECT count(*) FROM movement")


def test_a_writer_of_the_old_file_keeps_the_migration_out(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old program in the middle of a write: the new one waits, gives up, and changes nothing."""
    monkeypatch.setattr("ecomkit.stores._sqlite.BUSY_SECONDS", 0)
    before = schema_1.dump(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            SqliteStore(path)
        writer.execute("ROLLBACK")

    assert before == schema_1.dump(path)
