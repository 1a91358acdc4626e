"""The embedded store: one SQLite file, durable by default, nothing to install."""

from __future__ import annotations

import enum
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Self

from ecomkit.identifiers import MerchantId
from ecomkit.ports import LedgerTransaction, StoreBusyError, StoreFailedError, Transaction
from ecomkit.stores._gate import Gate
from ecomkit.stores._memory import DEFAULT_MERCHANT
from ecomkit.stores._sqlite_errors import BUSY_SECONDS, is_busy, named, named_file
from ecomkit.stores._sqlite_migrations import migrate
from ecomkit.stores._sqlite_transaction import SqliteSnapshot, SqliteTransaction
from ecomkit.stores._turnstile import turnstile_for

__all__ = ["Durability", "SqliteStore"]

WAL_RETRY_SECONDS = 0.02
"""How long to wait before asking again for the write-ahead log of a new file."""


class Durability(enum.Enum):
    """
    What an acknowledged write survives.

    ``FULL``: the machine losing power. ``PROCESS_CRASH``: the process being killed, but the
    last writes before a power cut may be missing; the books stay consistent.
    """

    FULL = "FULL"
    PROCESS_CRASH = "NORMAL"


class SqliteStore:
    """
    Keeps one merchant's books in a SQLite file (WAL mode, ``synchronous=FULL`` by default).

    Threads of a process share one connection and wait for each other; processes wait for each
    other at the file. Several merchants may share a file, each with a store of its own.

    Args:
        path: The file; made if it is missing. ``":memory:"`` for one that is not kept.
        merchant: Whose books to keep: the namespace inside the file.
        durability: What an acknowledged write survives.

    Raises:
        SchemaVersionError: If a newer ecomkit wrote the file.
        StoreBusyError: If another process holds the file for longer than 30 s.
        StoreFailedError: If the file, or one beside it, cannot be read or written.

    >>> with SqliteStore(":memory:") as store, store.transaction() as tx:
    ...     tx.all_levels()
    ()
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        merchant: MerchantId = DEFAULT_MERCHANT,
        durability: Durability = Durability.FULL,
    ) -> None:
        self._merchant = merchant
        self._path = Path(path)
        self._gate = Gate()
        with named():
            self._connection = sqlite3.connect(
                path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
        try:
            self._turnstile = turnstile_for(os.fspath(path))
        except BaseException:
            self._connection.close()
            raise
        try:
            self._prepare(durability)
        except BaseException:
            self._let_go()
            raise

    def _prepare(self, durability: Durability) -> None:
        with named():
            self._use_log()
            self._connection.execute(f"PRAGMA synchronous = {durability.value}")
            # Deleted personal data is overwritten in the file, not merely unlinked.
            self._connection.execute("PRAGMA secure_delete = ON")
        with self._begun("BEGIN IMMEDIATE"):
            migrate(self._connection)

    def _use_log(self) -> None:
        # Where several processes open a new file at once, SQLite refuses all but one of them
        # right away, whatever the timeout is.
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() >= deadline:
                    raise
                time.sleep(WAL_RETRY_SECONDS)
            else:
                return

    @property
    def merchant(self) -> MerchantId:
        """Whose books these are."""
        return self._merchant

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the store for writing: committed when the block ends, undone when it raises."""
        with (
            self._gate.held(),
            self._turnstile.passed(seconds=BUSY_SECONDS),
            self._begun("BEGIN IMMEDIATE"),
        ):
            transaction = SqliteTransaction(self._connection, self._merchant)
            try:
                yield transaction
            finally:
                transaction.end()

    def posting(self) -> AbstractContextManager[LedgerTransaction]:
        """Hold the store for stock commands: SQLite locks a file as a whole."""
        return self.transaction()

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Read one consistent state; other processes go on writing meanwhile."""
        with self._gate.held(), self._begun("BEGIN DEFERRED"):
            snapshot = SqliteSnapshot(self._connection, self._merchant)
            try:
                yield snapshot
            finally:
                snapshot.end()

    @contextmanager
    def _begun(self, begin: str) -> Iterator[None]:
        with named():
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # A failed COMMIT, or a full disk, may have ended the transaction already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def join(self, connection: sqlite3.Connection) -> Iterator[Transaction]:
        """
        Write in the transaction of a host, on the host's own *connection* and in its own file.

        What is written here lasts when the host commits, and is gone when it rolls back; a block
        that raises undoes its own writes and leaves the host's. Our tables, named ``ecomkit_...``,
        are made in the host's file at the first time. Where no transaction is open one is begun,
        and the host ends it. This store's own file has no part in it. Inside the block the
        connection gives plain tuples and texts, whatever factories the host has set.

        >>> host = sqlite3.connect(":memory:")
        >>> with SqliteStore(":memory:") as store, store.join(host) as tx:
        ...     tx.all_levels()
        ()
        >>> host.rollback()
        """
        factories = connection.row_factory, connection.text_factory
        connection.row_factory, connection.text_factory = None, str
        try:
            with named():
                if not connection.in_transaction:
                    connection.execute("BEGIN IMMEDIATE")
                connection.execute("SAVEPOINT ecomkit")
                transaction = SqliteTransaction(connection, self._merchant)
                try:
                    migrate(connection)
                    yield transaction
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK TO ecomkit")
                        connection.execute("RELEASE ecomkit")
                    raise
                finally:
                    transaction.end()
                connection.execute("RELEASE ecomkit")
        finally:
            connection.row_factory, connection.text_factory = factories

    def backup(self, path: str | os.PathLike[str]) -> None:
        """
        Copy the books to a new file while others go on writing; the copy is whole or missing.

        Raises:
            StoreFailedError: If the copy cannot be written or is not sound, or *path* is the file
                of this store.
        """
        target = Path(path)
        if target.absolute() == self._path.absolute():
            raise StoreFailedError(why=f"{target} is the file that is to be copied")
        part = target.with_name(f"{target.name}.part")
        _make_way(part)
        with self._gate.held(), named(), closing(sqlite3.connect(part)) as copy:
            self._connection.backup(copy)
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            check_sound(copy)
        _put_in_place(part, target)

    @staticmethod
    def restore(backup: str | os.PathLike[str], path: str | os.PathLike[str]) -> None:
        """
        Put a *backup* into the place *path*, where no store may be: nothing is overwritten.

        Raises:
            StoreFailedError: If the backup is not sound, or something stands at *path*, be it
                the log of books that were there.
        """
        target = Path(path)
        # A log of the books that were there would be read into those that are put back.
        for suffix in ("", "-wal", "-journal"):
            standing = target.with_name(f"{target.name}{suffix}")
            if standing.exists():
                raise StoreFailedError(why=f"{standing} exists; move it away first")
        part = target.with_name(f"{target.name}.part")
        _make_way(part)
        source = f"{Path(backup).absolute().as_uri()}?mode=ro"
        with (
            named(),
            closing(sqlite3.connect(source, uri=True)) as saved,
            closing(sqlite3.connect(part)) as copy,
        ):
            check_sound(saved)
            saved.backup(copy)
        _put_in_place(part, target)

    def wipe(self) -> None:
        """
        Rewrite the file so that nothing deleted can be found in it, the log included.

        Takes as long as copying the file; call it after erasing personal data.

        Raises:
            StoreBusyError: If another process reads or writes for longer than we wait: something
                deleted may still be found, so call it again.
        """
        with self._gate.held(), named():
            self._connection.execute("VACUUM")
            row = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            # The one statement that says that it was kept out in its answer and does not raise.
            if row[0]:
                raise StoreBusyError(waited_seconds=BUSY_SECONDS)

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        with self._gate.closing() as was_open:
            if was_open:
                self._let_go()

    def _let_go(self) -> None:
        self._connection.close()
        self._turnstile.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check_sound(connection: sqlite3.Connection) -> None:
    """
    Read the whole file, and look whether every page and index is in order.

    Raises:
        StoreFailedError: If something is not; says what.
    """
    try:
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        [tables] = connection.execute(
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('ecomkit_schema', 'movement')"
        ).fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if isinstance(error, sqlite3.DatabaseError) and is_busy(error):
            raise
        # Such as a schema that makes no sense: SQLite calls it no damage, but a plain error.
        raise StoreFailedError(why=str(error)) from error
    if faults != ["ok"]:
        raise StoreFailedError(why="; ".join(faults[:3]))
    if not tables:
        raise StoreFailedError(why="the file holds no books")


def _make_way(part: Path) -> None:
    """Remove what a copy that was cut short left behind."""
    with named_file():
        part.unlink(missing_ok=True)


def _put_in_place(part: Path, target: Path) -> None:
    """Have *part* last, under the name that it is to have."""
    with named_file():
        _flush(part)
        part.replace(target)
        _flush(target.parent)


def _flush(path: Path) -> None:
    """Have the system write *path*, a file or a folder, to the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
