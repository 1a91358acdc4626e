"""What a folder of files holds, read with nothing of ours in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

__all__ = ["difference", "dump", "dump_connection", "soundness"]

# Tells who holds the lease of a run, and grows with each run: not part of the books.
NOT_BOOKS = ("lease",)
# An entry may be posted again when the same is done again: what counts is whether it is open.
COLUMNS = {"ecomkit_outbox": "merchant, topic, key, version > settled"}


def dump_connection(connection: sqlite3.Connection) -> list[str]:
    """Return every row of every table, numbers of the ledger included, and the schema."""

    # By the class, since a test may have the connection itself fail.
    def read(statement: str) -> list[tuple[object, ...]]:
        return sqlite3.Connection.execute(connection, statement).fetchall()

    lines = []
    for name, sql in read("SELECT name, sql FROM sqlite_schema ORDER BY type, name"):
        lines.append(f"{name}: {sql}")
    for [table] in read("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"):
        columns = COLUMNS.get(str(table), "*")
        rows = read(f"SELECT {columns} FROM {table}")  # noqa: S608 (names of the schema)
        kept = [row for row in rows if len(row) < 2 or row[1] not in NOT_BOOKS]
        lines += sorted(f"{table} {row!r}" for row in kept)
    return lines


def dump(paths: Iterable[Path]) -> list[str]:
    """Return what the files hold; one that is missing or was never written holds nothing."""
    lines = []
    for path in paths:
        if path.exists():
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                lines += [f"{path.name} {line}" for line in dump_connection(connection)]
    return lines


def soundness(paths: Iterable[Path]) -> list[str]:
    """Return what SQLite finds wrong with the files."""
    faults = []
    for path in paths:
        if path.exists():
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                found = connection.execute("PRAGMA integrity_check").fetchall()
                faults += [f"{path.name}: {fault}" for [fault] in found if fault != "ok"]
    return faults


def difference(got: list[str], wanted: list[str]) -> str:
    """Say in what two dumps differ, in one line."""
    missing = [line for line in wanted if line not in got]
    surplus = [line for line in got if line not in wanted]
    return f"{len(missing)} lines missing {missing[:1]}, {len(surplus)} too many {surplus[:1]}"
