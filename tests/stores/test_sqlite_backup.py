"""Copies of the books while others write, and books put back from them."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import CommandKey, MerchantId, Sku
from ecomkit.operations import Settings, execute, verify_ledger
from ecomkit.ports import (
    Collection,
    NestedTransactionError,
    StoreClosedError,
    StoreFailedError,
)
from ecomkit.stock import Done, Receive
from ecomkit.stores import SqliteStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


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


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return where the copy is to be."""
    return tmp_path / "copies" / "monday.db"


@pytest.fixture(autouse=True)
def folder(copy: Path) -> Path:
    """Make the folder of the copies."""
    copy.parent.mkdir()
    return copy.parent


def receive(store: SqliteStore, name: str, *, sku: str = "ELEPHANT") -> Done:
    """Take one unit in under the key *name*."""
    command = Receive(key=CommandKey(name), sku=Sku(sku), quantity=1)
    with store.posting() as tx:
        [outcome] = execute(tx, [command], now=NOON, settings=Settings())
    assert isinstance(outcome, Done)
    return outcome


def filled(path: Path, *, rows: int = 3, notes: int = 0) -> SqliteStore:
    """Return a store with some receipts in it, and notes so that the file gets long."""
    store = SqliteStore(path)
    for number in range(rows):
        receive(store, f"r-{number}")
    with store.transaction() as tx:
        tx.put(NOTES, [Note(name=f"n-{number}", text="x" * 900) for number in range(notes)])
    return store


def commands(path: Path, *, merchant: str = "default") -> list[str]:
    """Return the commands that the books of a file know, which must verify."""
    with (
        SqliteStore(path, merchant=MerchantId(merchant)) as store,
        store.snapshot() as tx,
    ):
        verification = verify_ledger(tx)
        assert verification.is_clean, verification.explain()
        return [str(movement.command) for _, movement in tx.movements(limit=100_000)]


# -- backups --------------------------------------------------------------------------------------


def test_a_copy_holds_what_was_written_before(path: Path, copy: Path) -> None:
    """The copy has all that was acknowledged, of every merchant, in one file that is sound."""
    with filled(path) as store, SqliteStore(path, merchant=MerchantId("m")) as other:
        receive(other, "theirs")
        store.backup(copy)
        receive(store, "later")

    assert [one.name for one in copy.parent.iterdir()] == ["monday.db"]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert commands(copy) == ["r-0", "r-1", "r-2"]
    assert commands(copy, merchant="m") == ["theirs"]


def test_a_copy_takes_the_place_of_the_one_before(path: Path, copy: Path) -> None:
    """The same name may be used again and again; what a killed copy left is no hindrance."""
    copy.with_name("monday.db.part").write_bytes(b"half of a copy")
    with filled(path) as store:
        store.backup(copy)
        receive(store, "later")
        store.backup(str(copy))

    assert commands(copy) == ["r-0", "r-1", "r-2", "later"]


def test_books_in_memory_can_be_copied(copy: Path) -> None:
    """What was tried in memory can be kept after all."""
    with filled(Path(":memory:")) as store:
        store.backup(copy)

    assert commands(copy) == ["r-0", "r-1", "r-2"]


WRITER = """
import sys
from datetime import UTC, datetime
from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import Settings, execute
from ecomkit.stock import Receive
from ecomkit.stores import Durability, SqliteStore

noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
store = SqliteStore(sys.argv[1], durability=Durability.PROCESS_CRASH)
number = 0
while True:
    command = Receive(key=CommandKey(f"process-{number}"), sku=Sku("CAT"), quantity=1)
    with store.posting() as tx:
        execute(tx, [command], now=noon, settings=Settings())
    print(number, flush=True)
    number += 1
"""

BACKUP = """
import sys
from ecomkit.stores import SqliteStore, _sqlite

path, copy, stop = sys.argv[1:]

def stopped(name, function):
    def call(*arguments):
        print("at", name, flush=True)
        if name == stop:
            sys.stdin.read()
        return function(*arguments)
    return call

_sqlite.check_sound = stopped("check", _sqlite.check_sound)
_sqlite._flush = stopped("flush", _sqlite._flush)
SqliteStore(path).backup(copy)
print("done", flush=True)
"""


@contextmanager
def started(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a program of ours; kill it in the end, whatever it is doing."""
    process = subprocess.Popen(  # noqa: S603 (our own interpreter on our own text)
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    """Return what a process says next."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_copies_are_consistent_while_others_write(path: Path, copy: Path) -> None:
    """
    A thread and a process write all the time: each copy verifies, and of either writer it has
    the first so many writes: all that were acknowledged when it began, none out of order.
    """
    written: list[int] = []
    is_over = threading.Event()
    with filled(path, rows=0, notes=200) as store:

        def write() -> None:
            while not is_over.is_set():
                receive(store, f"thread-{len(written)}")
                written.append(0)

        thread = threading.Thread(target=write)
        with started(WRITER, path) as process:
            assert said(process) == "0"
            thread.start()
            try:
                for number in range(6):
                    there = int(said(process))
                    ours = len(written)
                    store.backup(copy.with_name(f"{number}.db"))
                    most = len(written) + 1
                    seen = commands(copy.with_name(f"{number}.db"))
                    of_thread = [name for name in seen if name.startswith("thread")]
                    of_process = [name for name in seen if name.startswith("process")]
                    assert [f"thread-{n}" for n in range(len(of_thread))] == of_thread
                    assert [f"process-{n}" for n in range(len(of_process))] == of_process
                    assert ours <= len(of_thread) <= most
                    assert len(of_process) > there
            finally:
                is_over.set()
                thread.join()


@pytest.mark.parametrize("stop", ["check", "flush"])
def test_a_copy_that_was_killed_is_missing(path: Path, copy: Path, stop: str) -> None:
    """After kill -9 half-way there is no half file under the name, and the next copy is whole."""
    filled(path).close()
    with started(BACKUP, path, copy, stop) as process:
        while said(process) != f"at {stop}":
            pass
        process.kill()
        process.wait()

    assert not copy.exists()
    with SqliteStore(path) as store:
        store.backup(copy)
    assert [one.name for one in copy.parent.iterdir()] == ["monday.db"]
    assert commands(copy) == ["r-0", "r-1", "r-2"]


def test_a_copy_that_was_killed_leaves_the_one_before(path: Path, copy: Path) -> None:
    """The copy of yesterday stands until the one of today is whole."""
    with filled(path) as store:
        store.backup(copy)
        receive(store, "later")
    with started(BACKUP, path, copy, "flush") as process:
        while said(process) != "at flush":
            pass

    assert commands(copy) == ["r-0", "r-1", "r-2"]


def test_a_copy_that_cannot_be_written_says_so(path: Path, copy: Path) -> None:
    """A folder that is not there, and a folder in the file's place, are named; the books go on."""
    with filled(path) as store:
        with pytest.raises(StoreFailedError):
            store.backup(copy.parent / "missing" / "monday.db")
        receive(store, "later")

    assert commands(path)[-1] == "later"


def test_a_store_is_copied_outside_its_transactions(path: Path, copy: Path) -> None:
    """Inside of a transaction, and once closed, there is nothing to copy from."""
    with filled(path) as store, store.transaction(), pytest.raises(NestedTransactionError):
        store.backup(copy)
    with pytest.raises(StoreClosedError):
        store.backup(copy)

    assert not copy.exists()


# -- restored -------------------------------------------------------------------------------------


def test_restored_books_answer_the_old_keys(path: Path, copy: Path, tmp_path: Path) -> None:
    """What was asked before the copy is known by its key; what came later counts anew."""
    with filled(path) as store:
        store.backup(copy)
        receive(store, "later")
    again = tmp_path / "again.db"

    SqliteStore.restore(copy, again)

    with SqliteStore(again) as store:
        receive(store, "r-1")
        receive(store, "later")
        with store.snapshot() as tx:
            [level] = tx.all_levels()
    assert level.sellable == 4
    assert commands(again) == ["r-0", "r-1", "r-2", "later"]
    assert commands(copy) == ["r-0", "r-1", "r-2"]


def test_a_backup_may_be_put_back_anywhere_and_any_number_of_times(
    path: Path, copy: Path, tmp_path: Path
) -> None:
    """Also under names with signs that mean something in an address, and from a file of only ours."""
    odd = copy.with_name("100% ?#é.db")
    with filled(path) as store:
        store.backup(odd)
    odd.chmod(0o400)

    for name in ("one.db", "two ?.db"):
        SqliteStore.restore(str(odd), tmp_path / name)
        assert commands(tmp_path / name) == ["r-0", "r-1", "r-2"]


def test_nothing_is_overwritten(path: Path, copy: Path) -> None:
    """Where a file stands nothing is put back: it has to be moved away by somebody."""
    with filled(path) as store:
        store.backup(copy)
        receive(store, "later")

    with pytest.raises(StoreFailedError, match="move it away first"):
        SqliteStore.restore(copy, path)

    assert commands(path)[-1] == "later"


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_the_log_of_other_books_is_not_taken_for_ours(path: Path, copy: Path, suffix: str) -> None:
    """A log left beside the place would be read into the restored books: it is refused."""
    with filled(path) as store:
        store.backup(copy)
        receive(store, "later")
        log = path.with_name(f"{path.name}-wal").read_bytes()
    assert log
    path.unlink()
    path.with_name(f"{path.name}{suffix}").write_bytes(log)

    with pytest.raises(StoreFailedError, match="move it away first"):
        SqliteStore.restore(copy, path)

    assert not path.exists()
    path.with_name(f"{path.name}{suffix}").unlink()
    SqliteStore.restore(copy, path)
    assert commands(path) == ["r-0", "r-1", "r-2"]


def test_other_files_are_no_backups(path: Path, copy: Path) -> None:
    """A missing file, a text, an empty file and a database of others are refused, with the reason."""
    with pytest.raises(StoreFailedError):
        SqliteStore.restore(copy, path)
    copy.write_text("these are no books " * 200)
    with pytest.raises(StoreFailedError, match="not a database"):
        SqliteStore.restore(copy, path)
    copy.write_bytes(b"")
    with pytest.raises(StoreFailedError, match="holds no books"):
        SqliteStore.restore(copy, path)
    copy.unlink()
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    with pytest.raises(StoreFailedError, match="holds no books"):
        SqliteStore.restore(copy, path)

    assert not path.exists()


def test_a_torn_file_is_refused(path: Path, copy: Path) -> None:
    """A copy whose end is missing, or a whole page of which is garbage, is not put back."""
    with filled(path, rows=30, notes=60) as store:
        store.backup(copy)
    whole = copy.read_bytes()
    target = path.with_name("target.db")
    size = 4096
    middle = len(whole) // 2 // size * size

    copy.write_bytes(whole[:middle])
    with pytest.raises(StoreFailedError):
        SqliteStore.restore(copy, target)
    copy.write_bytes(whole[:middle] + bytes([0xA5]) * size + whole[middle + size :])
    with pytest.raises(StoreFailedError):
        SqliteStore.restore(copy, target)

    assert not target.exists()
    copy.write_bytes(whole)
    SqliteStore.restore(copy, target)
    assert len(commands(target)) == 30


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_flipped_bytes_are_refused_or_read_as_they_are(
    data: st.DataObject, path: Path, copy: Path
) -> None:
    """
    Whatever bytes were flipped: either the file is refused, or what is put back is sound and holds
    the very bytes of the backup. Bytes within a value are found by the ledger's own balances, not
    here.
    """
    whole = copy.with_name("whole.db")
    if not whole.exists():
        with filled(path, rows=20, notes=20) as store:
            store.backup(whole)
    content = bytearray(whole.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=30)):
        content[place] ^= data.draw(st.integers(1, 255))
    copy.write_bytes(content)
    target = copy.with_name("target.db")
    target.unlink(missing_ok=True)

    try:
        SqliteStore.restore(copy, target)
    except StoreFailedError:
        assert not target.exists()
    else:
        with closing(sqlite3.connect(target)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.read_bytes() == content
