"""Faults at every statement, a disk that is full, a file that is held: typed errors, books as before."""

from __future__ import annotations

import errno
import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from crash_books import difference, dump
from crash_stories import COMMANDS, HOLDS, NOTES, START, STORIES, Note, Story, new_channel

from ecomkit.operations import Ledger, verify_ledger
from ecomkit.ports import ManualClock, StoreBusyError, StoreFailedError
from ecomkit.stock import Done
from ecomkit.stores import Durability, SqliteStore, _sqlite

FAULTS: dict[str, type[StoreFailedError | StoreBusyError]] = {
    "SQLITE_FULL": StoreFailedError,
    "SQLITE_IOERR_WRITE": StoreFailedError,
    "SQLITE_IOERR_FSYNC": StoreFailedError,
    "SQLITE_READONLY": StoreFailedError,
    "SQLITE_CANTOPEN": StoreFailedError,
    "SQLITE_CORRUPT": StoreFailedError,
    "SQLITE_INTERRUPT": StoreFailedError,
    "SQLITE_BUSY": StoreBusyError,
    "SQLITE_BUSY_SNAPSHOT": StoreBusyError,
    "SQLITE_LOCKED": StoreBusyError,
}
CODES = list(FAULTS)
# Each turn gives each statement another fault, so that all turns give it all of them.
TURNS = [0, *(pytest.param(turn, marks=pytest.mark.slow) for turn in range(1, len(CODES)))]
CALM = "calm"


class Faults:
    """Which statement of all connections fails next, and how."""

    def __init__(self) -> None:
        self.left = 0
        self.code = ""
        self.is_late = False

    def arm(self, number: int, code: str) -> None:
        """Let the statement *number* fail instead of being run."""
        self.left, self.code, self.is_late = number, code, False

    def arm_late(self, number: int, code: str) -> None:
        """Let the COMMIT *number* fail once it has been done, as if its answer was lost."""
        self.left, self.code, self.is_late = number, code, True

    def fired(self) -> bool:
        """Whether it has failed; no more do after this."""
        fired, self.left = self.left <= 0, 0
        return fired

    def run(self, call: Any, arguments: Any) -> Any:
        """Run a statement, unless it is the one."""
        # What undoes is not disturbed: it follows a fault, and one fault is enough.
        word = arguments[0].split()[0]
        if word == "ROLLBACK" or (self.is_late and word != "COMMIT"):
            return call(*arguments)
        self.left -= 1
        if self.left != 0:
            return call(*arguments)
        if self.is_late:
            call(*arguments)
        error = sqlite3.OperationalError(self.code)
        error.sqlite_errorcode = getattr(sqlite3, self.code)
        raise error


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Let each connection that is opened from now on fail on demand."""
    faults = Faults()

    class Connection(sqlite3.Connection):
        def execute(self, *arguments: Any) -> Any:
            return faults.run(super().execute, arguments)

        def executemany(self, *arguments: Any) -> Any:
            return faults.run(super().executemany, arguments)

    plain = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **kw: plain(*args, **{"factory": Connection, **kw})
    )
    return faults


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no disk: what a power cut leaves is not looked at here."""
    init = SqliteStore.__init__

    def opened(self: SqliteStore, path: Any, **options: Any) -> None:
        init(self, path, **{"durability": Durability.PROCESS_CRASH, **options})

    monkeypatch.setattr(SqliteStore, "__init__", opened)


def told(story: type[Story], folder: Path) -> Story:
    """Return a story that can be told in *folder*."""
    folder.mkdir()
    story.prepare(folder)
    return story(folder, channel=new_channel())


def assert_writable(story: Story) -> None:
    """Fail unless the next call works; it leaves nothing."""
    if story.store is not None and not story.store._gate._is_closed:
        with story.store.transaction() as tx:
            tx.put(NOTES, [Note(name="probe")])
        with story.store.transaction() as tx:
            tx.delete(NOTES, ["probe"])


def state(story: Story) -> list[str]:
    """Return what the files of a story hold."""
    return dump(story.files())


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("name", STORIES)
def test_a_fault_at_any_statement_changes_nothing(
    name: str, turn: int, tmp_path: Path, faults: Faults, record_property: Any
) -> None:
    """
    For every n: the n-th statement of an operation fails. Who asked gets a store's error, the
    books are as before, the next call works, and asked again the operation answers as it would
    have.
    """
    calm, answers = undisturbed(name, tmp_path)
    story = told(STORIES[name], tmp_path / "books")
    made = 0
    for number, step in enumerate(story.steps):
        for statement in itertools.count(1):
            before = state(story)
            code = CODES[(statement + turn) % len(CODES)]
            faults.arm(statement, code)
            try:
                answer = story.run(number)
            except FAULTS[code]:
                assert faults.fired()
                found = state(story)
                assert not step.is_one or found == before, difference(found, before)
                assert_writable(story)
                made += 1
            else:
                if not faults.fired():
                    break
                # A run reports what it could not do, and opening asks again for the log.
                is_waiting = FAULTS[code] is StoreBusyError
                assert not step.is_one or is_waiting, f"{step.name} passed over {code}"
        assert answer == answers[number]
    assert state(story) == state(calm)
    record_property(
        "figure", f"statements, {name}, turn {turn}: {len(answers)} operations, {made} faults"
    )


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", STORIES)
def test_a_commit_whose_answer_was_lost_counts_once(
    name: str, tmp_path: Path, faults: Faults
) -> None:
    """The n-th COMMIT is done and raises: asked again, the answer is the same, nothing doubles."""
    calm, answers = undisturbed(name, tmp_path)
    story = told(STORIES[name], tmp_path / "books")
    for number in range(len(story.steps)):
        for commit in itertools.count(1):
            faults.arm_late(commit, "SQLITE_IOERR_FSYNC")
            try:
                answer = story.run(number)
            except StoreFailedError:
                assert faults.fired()
            else:
                if not faults.fired():
                    break
        assert answer == answers[number]
    assert state(story) == state(calm)


def undisturbed(name: str, folder: Path) -> tuple[Story, list[str]]:
    """Tell a story as it goes, and return it with its answers."""
    story = told(STORIES[name], folder / CALM)
    return story, [story.run(number) for number in range(len(story.steps))]


def test_a_file_that_cannot_be_made_beside_the_books_is_a_failure(tmp_path: Path) -> None:
    """Where the lock of the file cannot be opened, nothing is, and the store says why."""
    (tmp_path / "books.db-inside").mkdir()

    with pytest.raises(StoreFailedError, match=r"books\.db-inside"):
        SqliteStore(tmp_path / "books.db")

    (tmp_path / "books.db-inside").rmdir()
    SqliteStore(tmp_path / "books.db").close()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_lock_that_fails_is_a_failure_of_the_store(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of the two files cannot be locked or let go, asking again is safe."""
    fcntl = pytest.importorskip("fcntl")
    path = tmp_path / "books.db"
    with SqliteStore(path) as store, commands(store) as ledger:
        made = itertools.count(1)
        flock = fcntl.flock

        def fail_once(file: int, operation: int) -> None:
            flock(file, operation)
            if next(made) == number:
                raise OSError(errno.ENOLCK, "no locks are left")

        monkeypatch.setattr(fcntl, "flock", fail_once)
        with pytest.raises(StoreFailedError, match="no locks are left"):
            ledger.execute(COMMANDS[0])

        assert ledger.execute(COMMANDS[0]) == Done(units=20)
        with store.snapshot() as tx:
            assert len(tx.movements(limit=9)) == 1


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_copy_that_cannot_be_put_in_place_is_a_failure(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a backup nor restored books stand where they should until they are whole."""
    copy, back = tmp_path / "copy.db", tmp_path / "back.db"

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    with SqliteStore(tmp_path / "books.db") as store:
        store.backup(tmp_path / "good.db")
        with monkeypatch.context() as patch:
            patch.setattr(os, name, fail)
            with pytest.raises(StoreFailedError, match="the disk is broken"):
                store.backup(copy)
            with pytest.raises(StoreFailedError, match="the disk is broken"):
                SqliteStore.restore(tmp_path / "good.db", back)
        assert not copy.exists()
        assert not back.exists()
        store.backup(copy)
    SqliteStore.restore(copy, back)

    assert len(dump([back])) == len(dump([copy]))


# -- a real disk that is full, and a file that is really held --------------------------------------


def commands(store: SqliteStore) -> Ledger:
    """Return a ledger at the hour of the stories."""
    return Ledger(store, clock=ManualClock(START))


def test_a_disk_that_is_full_after_n_pages_changes_nothing(tmp_path: Path) -> None:
    """For every n: there are n pages left, too few. A store's error, the books as before."""
    path = tmp_path / "books.db"
    with SqliteStore(path) as store, commands(store) as ledger:
        ledger.execute(COMMANDS[0])
        [size] = store._connection.execute("PRAGMA page_count").fetchone()
        before = dump([path])
        for pages in itertools.count():
            store._connection.execute(f"PRAGMA max_page_count = {size + pages}")
            try:
                ledger.execute_all(HOLDS)
            except StoreFailedError as error:
                assert "full" in str(error)
                assert dump([path]) == before
            else:
                break
            assert ledger.execute(COMMANDS[0]) == Done(units=20)

    assert pages > 3
    with SqliteStore(path) as store, store.snapshot() as tx:
        assert verify_ledger(tx).is_clean
        assert len(tx.kept([hold.key for hold in HOLDS])) == len(HOLDS)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for others for a moment only."""
    monkeypatch.setattr(_sqlite, "BUSY_SECONDS", 0.01)


@contextmanager
def held_by_a_stranger(path: Path) -> Iterator[None]:
    """Hold the file as another program may."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def held_by_one_of_us(path: Path) -> Iterator[None]:
    """Hold the file as another process with a store does."""
    with SqliteStore(path) as other, other.transaction():
        yield


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("held", [held_by_a_stranger, held_by_one_of_us])
def test_a_file_that_others_hold_is_busy_for_every_command(held: Any, tmp_path: Path) -> None:
    """Each stock command is told that it waited in vain, changes nothing, and works afterwards."""
    path = tmp_path / "books.db"
    with SqliteStore(path) as store, commands(store) as ledger:
        for command in COMMANDS:
            before = dump([path])
            with held(path), pytest.raises(StoreBusyError):
                ledger.execute(command)
            assert dump([path]) == before
            ledger.execute(command)
        kept = [command.key for command in COMMANDS]
        with store.snapshot() as tx:
            # All but the one that is short: such an answer is not kept.
            assert len(tx.kept(kept)) == len(kept) - 1
            assert verify_ledger(tx).is_clean


@pytest.mark.usefixtures("impatient")
def test_a_file_that_others_hold_is_busy_for_whoever_opens_or_wipes_it(tmp_path: Path) -> None:
    """Opening and wiping wait in vain; a copy needs nobody's leave."""
    path = tmp_path / "books.db"
    with SqliteStore(path) as store:
        with held_by_a_stranger(path):
            with pytest.raises(StoreBusyError):
                SqliteStore(path)
            with pytest.raises(StoreBusyError):
                store.wipe()
            store.backup(tmp_path / "copy.db")
        store.wipe()

    assert dump([path]) == [
        line.replace("copy.db", "books.db", 1) for line in dump([tmp_path / "copy.db"])
    ]
