"""What SQLite says, in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from ecomkit.ports import StoreBusyError, StoreFailedError

__all__ = ["BUSY_SECONDS", "is_busy", "named", "named_file"]

BUSY_SECONDS = 30
"""How long a writer waits for another process before it gives up."""

FAILURES = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
}


@contextmanager
def named(*, waited_seconds: int = BUSY_SECONDS) -> Iterator[None]:
    """Raise a store's error where SQLite or its file failed; let all others pass."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise StoreBusyError(waited_seconds=waited_seconds) from error
        if _family(error) in FAILURES:
            raise StoreFailedError(why=str(error)) from error
        raise


@contextmanager
def named_file() -> Iterator[None]:
    """Raise a store's error where the system failed at a file; not around a caller's own code."""
    try:
        yield
    except OSError as error:
        raise StoreFailedError(why=str(error)) from error


def is_busy(error: sqlite3.DatabaseError) -> bool:
    """Whether another connection was in the way."""
    return _family(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _family(error: sqlite3.DatabaseError) -> int:
    # The low byte is the family: busy for recovery, for a snapshot, ...
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
