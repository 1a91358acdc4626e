"""Tokens in a SQLite file: they outlive the process, and one worker at a time renews them."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import final

from ecomkit.ports import Secret, Tokens
from ecomkit.stores._sqlite_errors import named, named_file
from ecomkit.timeline import format_instant, instant

__all__ = ["SqliteTokenStore"]

BUSY_SECONDS = 120
"""Longer than a renewal takes with all its attempts."""

OWNER_ONLY = 0o600


@final
class SqliteTokenStore:
    """
    Keeps tokens in a SQLite file that only its owner may read; whoever may, may call the channels.

    A lock is held over threads and processes, and ends with the process that holds it, however
    that ends: it is a transaction on a file of its own beside the tokens.

    Args:
        path: The file; made if it is missing.

    Raises:
        StoreBusyError: If a lock is not to be had for 2 minutes.
        StoreFailedError: If the file cannot be read or written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = SqliteTokenStore(f"{folder}/tokens.db")
    ...     with store.lock("etsy"):
    ...         store.save("etsy", Tokens(access=Secret("a"), refresh=Secret("r")))
    ...     again = SqliteTokenStore(f"{folder}/tokens.db").load("etsy")
    >>> again.access.reveal(), again.refresh.reveal()
    ('a', 'r')
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._threads: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        with self._tokens() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS token (account TEXT PRIMARY KEY,"
                " access TEXT NOT NULL, refresh TEXT, expires_at TEXT) WITHOUT ROWID"
            )

    def __repr__(self) -> str:
        return f"SqliteTokenStore({str(self._path)!r})"

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        # Made by us, since SQLite would make it readable for all.
        with named_file():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
        with named(waited_seconds=BUSY_SECONDS):
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def _tokens(self) -> Iterator[sqlite3.Connection]:
        with closing(self._opened(self._path)) as connection, named(waited_seconds=BUSY_SECONDS):
            yield connection

    @contextmanager
    def lock(self, account: str) -> Iterator[None]:
        """Hold *account* alone, over all threads and processes, until the block ends."""
        name = hashlib.sha256(account.encode()).hexdigest()[:16]
        with self._guard:
            thread = self._threads.setdefault(account, threading.Lock())
        beside = self._path.with_name(f"{self._path.name}-lock-{name}")
        with thread, closing(self._opened(beside)) as connection:
            with named(waited_seconds=BUSY_SECONDS):
                connection.execute("BEGIN EXCLUSIVE")
            yield

    def load(self, account: str) -> Tokens | None:
        """Return the tokens kept for *account*, None if there are none."""
        with self._tokens() as connection:
            row = connection.execute(
                "SELECT access, refresh, expires_at FROM token WHERE account = ?", (account,)
            ).fetchone()
        if row is None:
            return None
        access, refresh, expires_at = row
        return Tokens(
            access=Secret(access),
            refresh=None if refresh is None else Secret(refresh),
            expires_at=None if expires_at is None else instant(expires_at),
        )

    def save(self, account: str, tokens: Tokens) -> None:
        """Keep *tokens* in the place of what was kept for *account*; lasts before it returns."""
        refresh = None if tokens.refresh is None else tokens.refresh.reveal()
        until = None if tokens.expires_at is None else format_instant(tokens.expires_at)
        with self._tokens() as connection:
            connection.execute(
                "INSERT INTO token VALUES (?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET"
                " access = excluded.access, refresh = excluded.refresh,"
                " expires_at = excluded.expires_at",
                (account, tokens.access.reveal(), refresh, until),
            )
