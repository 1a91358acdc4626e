"""The embedded store: one SQLite file, durable by default, nothing to install."""

from __future__ import annotations

import enum
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from ecomkit.identifiers import MerchantId
from ecomkit.ports import SchemaVersionError, StoreBusyError, Transaction
from ecomkit.stores._gate import Gate
from ecomkit.stores._memory import DEFAULT_MERCHANT
from ecomkit.stores._schema import SCHEMA_VERSION, STATEMENTS
from ecomkit.stores._sqlite_transaction import SqliteSnapshot, SqliteTransaction

__all__ = ["Durability", "SqliteStore"]

BUSY_SECONDS = 30
"""How long a writer waits for another process before it gives up."""

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
        self._gate = Gate()
        self._connection = sqlite3.connect(
            path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            self._prepare(durability)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, durability: Durability) -> None:
        with _busy_named():
            self._use_log()
            self._connection.execute(f"PRAGMA synchronous = {durability.value}")
            # Deleted personal data is overwritten in the file, not merely unlinked.
            self._connection.execute("PRAGMA secure_delete = ON")
        with self._begun("BEGIN IMMEDIATE"):
            [version] = self._connection.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise SchemaVersionError(found=version, known=SCHEMA_VERSION)
            if version == 0:
                for statement in STATEMENTS:
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _use_log(self) -> None:
        # Where several processes open a new file at once, SQLite refuses all but one of them
        # right away, whatever the timeout is.
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() >= deadline:
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
        with self._gate.held(), self._begun("BEGIN IMMEDIATE"):
            transaction = SqliteTransaction(self._connection, self._merchant)
            try:
                yield transaction
            finally:
                transaction.end()

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
        with _busy_named():
            self._connection.execute(begin)
        try:
            yield
            with _busy_named():
                self._connection.execute("COMMIT")
        except BaseException:
            # A failed COMMIT may have ended the transaction already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def wipe(self) -> None:
        """
        Rewrite the file so that nothing deleted can be found in it, the log included.

        Takes as long as copying the file; call it after erasing personal data.

        Raises:
            StoreBusyError: If another process reads or writes for longer than we wait: something
                deleted may still be found, so call it again.
        """
        with self._gate.held(), _busy_named():
            self._connection.execute("VACUUM")
            row = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            # The one statement that says that it was kept out in its answer and does not raise.
            if row[0]:
                raise StoreBusyError(waited_seconds=BUSY_SECONDS)

    def close(self) -> None:
        """Let go of the file; closing twice is no error."""
        with self._gate.closing() as was_open:
            if was_open:
                self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _busy_named() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if _is_busy(error):
            raise StoreBusyError(waited_seconds=BUSY_SECONDS) from error
        raise


def _is_busy(error: sqlite3.OperationalError) -> bool:
    # The low byte is the family: busy for recovery, for a snapshot, ...
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
