"""Our writes in a host's own transaction: they last when the host commits, and only then."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, MerchantId, Sku
from ecomkit.operations import KeyReusedError, Settings, execute, verify_ledger
from ecomkit.ports import (
    Collection,
    SchemaVersionError,
    StoreBusyError,
    Transaction,
    TransactionEndedError,
)
from ecomkit.stock import Done, Outcome, Receive
from ecomkit.stores import SqliteStore

sys.path.insert(0, str(Path(__file__).parent))

import schema_1

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ELEPHANT = Sku("ELEPHANT")
ISOLATION: dict[str, Any] = {"legacy": "", "immediate": "IMMEDIATE", "autocommit": None}


@attrs.frozen(kw_only=True)
class Note:
    """A value."""

    name: str
    text: str = ""


NOTES = Collection(name="note", type=Note, key=lambda note: note.name)


class BrokenError(Exception):
    """Something of the host's went wrong."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the host's file, with a table of its own in it."""
    path = tmp_path / "host.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE sale (name TEXT PRIMARY KEY, units INTEGER)")
        connection.commit()
    return path


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    """Return the store whose merchant's books the host keeps."""
    with SqliteStore(":memory:") as store:
        yield store


@pytest.fixture(params=ISOLATION)
def host(request: pytest.FixtureRequest, path: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection of the host, in each way in which Python's module begins transactions."""
    isolation = ISOLATION[request.param]
    with closing(sqlite3.connect(path, isolation_level=isolation, timeout=0)) as connection:
        yield connection


def receive(tx: Transaction, name: str, *, quantity: int = 1) -> Outcome:
    """Take units in under the key *name*."""
    command = Receive(key=CommandKey(name), sku=ELEPHANT, quantity=quantity)
    [outcome] = execute(tx, [command], now=NOON, settings=Settings())
    return outcome


def begin(host: sqlite3.Connection) -> None:
    """Begin a transaction of the host, unless it begins them by itself."""
    if host.isolation_level is None:
        host.execute("BEGIN")


def sell(host: sqlite3.Connection, name: str) -> None:
    """Write a row of the host's own."""
    host.execute("INSERT INTO sale VALUES (?, 1)", (name,))


def kept(path: Path) -> tuple[list[str], list[str]]:
    """Return the sales of the host and the commands of our books, as another process sees them."""
    with closing(sqlite3.connect(path)) as connection:
        sales = [row[0] for row in connection.execute("SELECT name FROM sale ORDER BY rowid")]
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    if "ecomkit_schema" not in tables:
        return sales, []
    with SqliteStore(path) as books, books.snapshot() as tx:
        verification = verify_ledger(tx)
        assert verification.is_clean, verification.explain()
        return sales, [str(movement.command) for _, movement in tx.movements(limit=999)]


# -- together -------------------------------------------------------------------------------------


def test_a_commit_of_the_host_keeps_both(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """Sale and stock last together, once the host commits and not before."""
    begin(host)
    sell(host, "one")
    with store.join(host) as tx:
        outcome = receive(tx, "r-1")
    sell(host, "two")

    assert outcome == Done(units=1)
    assert host.in_transaction
    assert kept(path) == ([], [])
    host.commit()
    assert kept(path) == (["one", "two"], ["r-1"])
    with store.snapshot() as own:
        assert own.all_levels() == ()


def test_a_rollback_of_the_host_loses_both(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """What the host takes back takes ours with it, the tables that were made for it included."""
    begin(host)
    sell(host, "one")
    with store.join(host) as tx:
        receive(tx, "r-1")

    host.rollback()

    assert kept(path) == ([], [])
    with closing(sqlite3.connect(path)) as other:
        names = {row[0] for row in other.execute("SELECT name FROM sqlite_schema")}
    assert not any(name.startswith("ecomkit") for name in names)


def test_a_block_that_raises_undoes_its_own_writes(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """The host's rows before and after it stay, and what another block wrote."""
    begin(host)
    sell(host, "before")
    with store.join(host) as tx:
        receive(tx, "kept")
    with suppress(BrokenError), store.join(host) as tx:
        receive(tx, "undone")
        tx.put(NOTES, [Note(name="n")])
        sell(host, "inside")
        raise BrokenError
    sell(host, "after")
    host.commit()

    assert kept(path) == (["before", "after"], ["kept"])


def test_a_transaction_is_begun_where_none_is_open(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """The block begins it, and leaves it to the host to end it."""
    assert not host.in_transaction
    with store.join(host) as tx:
        receive(tx, "r-1")

    assert host.in_transaction
    host.rollback()
    assert kept(path) == ([], [])
    with store.join(host) as tx:
        receive(tx, "r-1")
    host.commit()
    assert kept(path) == ([], ["r-1"])


def test_a_refused_command_leaves_the_block_as_it_was(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """A host that catches our error inside the block keeps what it wrote there before."""
    with store.join(host) as tx:
        receive(tx, "r-1")
        with pytest.raises(KeyReusedError):
            receive(tx, "r-1", quantity=2)
        receive(tx, "r-2")
    host.commit()

    assert kept(path) == ([], ["r-1", "r-2"])


def test_an_end_of_the_whole_transaction_is_the_blocks_own_error(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """
    Where SQLite, as on a full disk, has ended all: the host gets the error that did it, not one
    of ours about a savepoint that is gone, and nothing lasts.
    """
    with store.join(host) as tx:
        receive(tx, "first")
    sell(host, "one")
    host.commit()
    begin(host)
    sell(host, "two")
    with pytest.raises(sqlite3.IntegrityError, match="sale"), store.join(host) as tx:  # noqa: PT012 (the block is what raises)
        receive(tx, "undone")
        host.execute("INSERT OR ROLLBACK INTO sale VALUES ('one', 1)")

    assert not host.in_transaction
    assert kept(path) == (["one"], ["first"])


def test_a_full_disk_ends_the_block_and_the_host_can_go_on(store: SqliteStore, path: Path) -> None:
    """A file that may not grow refuses our write; later, with room, the same key takes effect."""
    with closing(sqlite3.connect(path, isolation_level=None)) as host:
        with store.join(host) as tx:
            receive(tx, "first")
        host.commit()
        [pages] = host.execute("PRAGMA page_count").fetchone()
        host.execute(f"PRAGMA max_page_count = {pages}")
        long = [Note(name=f"n-{number}", text="x" * 9000) for number in range(9)]
        with pytest.raises(Exception, match="full"), store.join(host) as tx:  # noqa: PT012 (the block is what raises)
            receive(tx, "second")
            tx.put(NOTES, long)
        if host.in_transaction:
            host.rollback()
        host.execute(f"PRAGMA max_page_count = {pages + 99}")
        with store.join(host) as tx:
            receive(tx, "second")
            tx.put(NOTES, long)
        host.commit()

    assert kept(path) == ([], ["first", "second"])


def test_a_host_that_commits_inside_the_block_is_told(
    store: SqliteStore, host: sqlite3.Connection
) -> None:
    """The block is part of a transaction: whoever ends that in the middle of it gets an error."""
    with pytest.raises(sqlite3.OperationalError, match="savepoint"), store.join(host) as tx:  # noqa: PT012 (the block is what raises)
        receive(tx, "r-1")
        host.commit()


def test_several_blocks_share_one_transaction(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """Each sees what those before it wrote, also those of another merchant's store."""
    begin(host)
    with SqliteStore(":memory:", merchant=MerchantId("m")) as other:
        with store.join(host) as tx:
            receive(tx, "r-1")
        with other.join(host) as tx:
            receive(tx, "theirs")
            assert [level.sellable for level in tx.all_levels()] == [1]
        with store.join(host) as tx:
            receive(tx, "r-2")
            assert [level.sellable for level in tx.all_levels()] == [2]
    host.commit()

    assert kept(path) == ([], ["r-1", "r-2"])


def test_blocks_lie_within_each_other(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """An inner block that raises undoes itself alone."""
    with store.join(host) as outer:
        receive(outer, "outer")
        with suppress(BrokenError), store.join(host) as inner:
            receive(inner, "inner")
            raise BrokenError
        receive(outer, "last")
    host.commit()

    assert kept(path) == ([], ["outer", "last"])


def test_a_savepoint_of_the_host_takes_ours_back(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """A host that goes back to its own savepoint, even one of our name, loses what came after it."""
    begin(host)
    sell(host, "one")
    with store.join(host) as tx:
        receive(tx, "kept")
    host.execute("SAVEPOINT ecomkit")
    with store.join(host) as tx:
        receive(tx, "undone")
    host.execute("ROLLBACK TO ecomkit")
    host.execute("RELEASE ecomkit")
    host.commit()

    assert kept(path) == (["one"], ["kept"])


def test_the_transaction_is_dead_after_the_block(
    store: SqliteStore, host: sqlite3.Connection
) -> None:
    """What is kept of it cannot write into the host's later transactions."""
    with store.join(host) as tx:
        receive(tx, "r-1")
    with pytest.raises(TransactionEndedError):
        tx.all_levels()
    with pytest.raises(TransactionEndedError):
        receive(tx, "r-2")
    host.commit()
    with suppress(BrokenError), store.join(host) as tx:
        raise BrokenError
    with pytest.raises(TransactionEndedError):
        tx.put(NOTES, [Note(name="n")])


# -- keys -----------------------------------------------------------------------------------------


def test_a_key_counts_once_over_the_hosts_commits(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """After a rollback the key is new again; after a commit it is known, through either door."""
    for end in (host.rollback, host.commit, host.commit, host.rollback):
        with store.join(host) as tx:
            assert receive(tx, "r-1") == Done(units=1)
            assert [level.sellable for level in tx.all_levels()] == [1]
        end()

    assert kept(path) == ([], ["r-1"])
    with SqliteStore(path) as books, books.posting() as posting:
        command = Receive(key=CommandKey("r-1"), sku=ELEPHANT, quantity=1)
        assert execute(posting, [command], now=NOON, settings=Settings()) == (Done(units=1),)
    assert kept(path) == ([], ["r-1"])


ENDS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(("commit", "rollback", "raise"))), max_size=12
)


@given(ends=ENDS)
def test_only_what_was_committed_counts(ends: list[tuple[int, str]]) -> None:
    """However blocks and the host's transactions end: each key that lasts counts exactly once."""
    lasting: set[int] = set()
    pending: set[int] = set()
    with SqliteStore(":memory:") as store, closing(sqlite3.connect(":memory:")) as host:
        for number, end in ends:
            with suppress(BrokenError), store.join(host) as tx:
                receive(tx, f"r-{number}")
                if end == "raise":
                    raise BrokenError
                pending.add(number)
            if end == "commit":
                host.commit()
                lasting |= pending
            if end == "rollback":
                host.rollback()
            if end != "raise":
                pending = set()
        host.rollback()
        with store.join(host) as tx:
            moved = [movement.command for _, movement in tx.movements(limit=99)]
            assert verify_ledger(tx).is_clean
        host.rollback()

    assert sorted(f"r-{number}" for number in lasting) == sorted(moved)


# -- hosts of all kinds ---------------------------------------------------------------------------


def as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row by the names of its columns."""
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


@pytest.mark.parametrize(
    ("text", "one"), [(str, "one"), (bytes, b"one"), (lambda data: data.decode().upper(), "ONE")]
)
@pytest.mark.parametrize("row", [None, sqlite3.Row, as_dict])
def test_the_hosts_own_rows_and_texts_do_not_meet_ours(
    store: SqliteStore,
    host: sqlite3.Connection,
    row: Any,
    text: Callable[[bytes], Any],
    one: object,
) -> None:
    """Whatever a host makes of rows and texts: we read ours as they are, and it gets its way back."""
    host.row_factory, host.text_factory = row, text
    with store.join(host) as tx:
        receive(tx, "r-1")
        tx.put(NOTES, [Note(name="n", text="é")])
    with store.join(host) as tx:
        assert receive(tx, "r-1") == Done(units=1)
        assert tx.get(NOTES, "n") == Note(name="n", text="é")
        assert [level.sku for level in tx.all_levels()] == [ELEPHANT]
    assert (host.row_factory, host.text_factory) == (row, text)
    with suppress(BrokenError), store.join(host):
        raise BrokenError

    assert (host.row_factory, host.text_factory) == (row, text)
    sell(host, "one")
    found = host.execute("SELECT name FROM sale").fetchone()
    assert one == (found[0] if row is None else found["name"])
    host.rollback()


def test_a_host_with_types_of_its_own_is_served(store: SqliteStore, path: Path) -> None:
    """Converters for declared types are the host's: they see no table of ours."""
    sqlite3.register_converter("money", lambda data: int(data) / 100)
    with closing(sqlite3.connect(path, detect_types=sqlite3.PARSE_DECLTYPES)) as host:
        host.execute("CREATE TABLE price (amount money)")
        host.execute("INSERT INTO price VALUES (250)")
        with store.join(host) as tx:
            receive(tx, "r-1")
            assert [level.sellable for level in tx.all_levels()] == [1]
        host.commit()
        assert host.execute("SELECT amount FROM price").fetchall() == [(2.5,)]


def test_the_file_of_a_host_may_be_our_own(store: SqliteStore, tmp_path: Path) -> None:
    """Books that a store keeps may be written in a host's transaction too, side by side."""
    path = tmp_path / "shop.db"
    with SqliteStore(path) as books:
        with books.transaction() as tx:
            receive(tx, "ours")
        with closing(sqlite3.connect(path)) as host:
            host.execute("CREATE TABLE sale (name TEXT PRIMARY KEY, units INTEGER)")
            sell(host, "one")
            with books.join(host) as tx:
                assert [level.sellable for level in tx.all_levels()] == [1]
                receive(tx, "theirs")
            with books.snapshot() as snapshot:
                assert [level.sellable for level in snapshot.all_levels()] == [1]
            host.commit()
        with books.transaction() as tx:
            assert receive(tx, "theirs") == Done(units=1)

    assert kept(path) == (["one"], ["ours", "theirs"])


def test_a_host_that_another_writer_keeps_out_is_told(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """Where the file is taken, the block does not begin, and nothing of the host's is lost."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError), store.join(host):
            raise AssertionError
        writer.execute("ROLLBACK")

    assert not host.in_transaction
    with store.join(host) as tx:
        receive(tx, "r-1")
    host.commit()
    assert kept(path) == ([], ["r-1"])


# -- schemas --------------------------------------------------------------------------------------


@pytest.mark.parametrize("isolation", ISOLATION.values())
def test_books_of_the_first_schema_are_brought_along(
    store: SqliteStore, tmp_path: Path, isolation: Any
) -> None:
    """An old file is migrated in the host's transaction: a rollback takes that back as well."""
    path = tmp_path / "old.db"
    schema_1.write(path)
    before = schema_1.dump(path)
    with closing(sqlite3.connect(path, isolation_level=isolation)) as host:
        with store.join(host) as tx:
            assert receive(tx, "é") == Done(units=2)
            assert verify_ledger(tx).is_clean
        host.rollback()
        assert before == schema_1.dump(path)
        with store.join(host) as tx:
            receive(tx, "new")
        host.commit()

    with SqliteStore(path) as books, books.snapshot() as snapshot:
        assert verify_ledger(snapshot).is_clean


def test_a_newer_schema_is_left_alone(
    store: SqliteStore, host: sqlite3.Connection, path: Path
) -> None:
    """Books of a newer ecomkit in the host's file are refused; the host's own rows stay."""
    SqliteStore(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE ecomkit_schema SET version = 9")
    begin(host)
    sell(host, "one")
    with pytest.raises(SchemaVersionError) as caught, store.join(host):
        raise AssertionError
    host.commit()

    assert (caught.value.found, caught.value.known) == (9, 2)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT version FROM ecomkit_schema").fetchall() == [(9,)]
        assert other.execute("SELECT name FROM sale").fetchall() == [("one",)]


def test_a_hosts_version_of_its_own_is_not_ours(store: SqliteStore, path: Path) -> None:
    """The number that SQLite keeps for programs is the host's: it is neither read nor written."""
    with closing(sqlite3.connect(path, isolation_level=None)) as host:
        for version in (1, 77):
            host.execute(f"PRAGMA user_version = {version}")
            with store.join(host) as tx:
                receive(tx, "r-1")
            host.commit()
            assert host.execute("PRAGMA user_version").fetchone() == (version,)

    assert kept(path) == ([], ["r-1"])
