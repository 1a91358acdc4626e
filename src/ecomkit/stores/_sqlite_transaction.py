"""What one SQLite transaction reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from ecomkit.identifiers import LocationId, Sku
from ecomkit.ports import (
    Claim,
    Collection,
    KeptOutcome,
    LedgerEntry,
    Retention,
)
from ecomkit.stock import (
    Coverage,
    LevelKey,
    LevelNeed,
    Movement,
    StockLevel,
    level_of,
    movement_of,
)
from ecomkit.stores._arguments import at_least_0, key_text
from ecomkit.stores._codec import dumps, instant_text
from ecomkit.stores._read_only import ReadOnly
from ecomkit.stores._saved import read_value, unreadable
from ecomkit.stores._sqlite_ledger import LEVEL, POST, SqliteLedger, level_row

__all__ = ["SqliteSnapshot", "SqliteTransaction"]

T = TypeVar("T")

EVERYTHING = LevelNeed()
EVERYTHING.is_whole = True

TABLES = {Retention.RECORD: "ecomkit_document", Retention.RAW: "ecomkit_raw"}

# By its running number; left to itself SQLite sorts the whole ledger for each page.
PAGE = "FROM ecomkit_movement NOT INDEXED WHERE merchant = ? AND seq > ? ORDER BY seq LIMIT ?"
MOVEMENTS = f"""
    SELECT seq, id, sku, quantity, source_location, source_bucket, target_location,
           target_bucket, cause, command, at, owner, lot, source_after, target_after, note
    {PAGE}
"""
ENTRIES = f"""
    SELECT seq, sku, quantity, source_location, source_bucket, target_location, target_bucket,
           source_after, target_after
    {PAGE}
"""
EXPIRED_UNITS = """
    SELECT coalesce(sum(quantity), 0) FROM ecomkit_promise
    WHERE merchant = ? AND sku = ? AND location = ? AND kind = 'hold' AND at <= ?
"""
POSTED = """
    SELECT key, version, fence FROM ecomkit_outbox
    WHERE merchant = ? AND topic = ? AND version > settled ORDER BY key
"""
CLAIM = """
    UPDATE ecomkit_outbox SET fence = fence + 1, leased_until = ?
    WHERE merchant = ? AND topic = ? AND key IN (
        SELECT key FROM ecomkit_outbox
        WHERE merchant = ? AND topic = ? AND version > settled
            AND (leased_until IS NULL OR leased_until <= ?)
        ORDER BY key LIMIT ?
    )
    RETURNING key, version, fence
"""
# What was posted anew meanwhile is newer than what was done, and stays open.
SETTLE = """
    UPDATE ecomkit_outbox SET settled = ?4, leased_until = NULL
    WHERE merchant = ?1 AND topic = ?2 AND key = ?3 AND version >= ?4 AND settled < ?4
        AND fence = ?5
"""


class SqliteTransaction(SqliteLedger):
    """Reads and writes between BEGIN and COMMIT."""

    # -- values -----------------------------------------------------------------------------

    def get(self, collection: Collection[T], key: str) -> T | None:
        row = self._connection.execute(
            f"SELECT body FROM {TABLES[collection.retention]}"  # noqa: S608 (a constant)
            " WHERE merchant = ? AND collection = ? AND key = ?",
            (self._merchant, collection.name, key_text(collection, key)),
        ).fetchone()
        return None if row is None else read_value(collection, key, row[0])

    def put(self, collection: Collection[T], values: Iterable[T]) -> None:
        # All rows first: a value that cannot be saved leaves nothing behind.
        rows = [self._row(collection, value) for value in values]
        self._connection.executemany(
            f"INSERT OR REPLACE INTO {TABLES[collection.retention]}"  # noqa: S608 (a constant)
            " VALUES (?, ?, ?, ?, ?)",
            rows,
        )

    def _row(self, collection: Collection[T], value: T) -> tuple[object, ...]:
        index = collection.index(value)
        return (
            self._merchant,
            collection.name,
            key_text(collection, collection.key(value)),
            None if index is None else key_text(collection, index, field="index"),
            dumps(value, collection.type),
        )

    def delete(self, collection: Collection[T], keys: Iterable[str]) -> None:
        self._connection.executemany(
            f"DELETE FROM {TABLES[collection.retention]}"  # noqa: S608 (a constant)
            " WHERE merchant = ? AND collection = ? AND key = ?",
            [(self._merchant, collection.name, key_text(collection, key)) for key in keys],
        )

    def scan(
        self,
        collection: Collection[T],
        *,
        index: str | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> tuple[T, ...]:
        table = TABLES[collection.retention]
        # Left to itself SQLite walks the whole collection by key, and not the index.
        source = table if index is None else f"{table} INDEXED BY {table}_idx"
        by_index = "" if index is None else " AND idx = ?"
        rows = self._connection.execute(
            f"SELECT key, body FROM {source}"  # noqa: S608 (constants)
            f" WHERE merchant = ? AND collection = ?{by_index} AND key > ?"
            " ORDER BY key LIMIT ?",
            (
                self._merchant,
                collection.name,
                *(() if index is None else (key_text(collection, index, field="index"),)),
                key_text(collection, after, field="after") if after else after,
                -1 if limit is None else at_least_0("limit", limit),
            ),
        ).fetchall()
        return tuple(read_value(collection, key, body) for key, body in rows)

    # -- the ledger -------------------------------------------------------------------------

    def levels(self, keys: Iterable[LevelKey]) -> tuple[StockLevel, ...]:
        return tuple(self._level(key) for key in keys)

    def _level(self, key: LevelKey) -> StockLevel:
        # Nothing of a whole level depends on when it is read, nor on who waits first.
        draft = self._draft(key, EVERYTHING, instant="", coverage=Coverage.ARRIVAL)
        try:
            return level_of(draft)
        except (ValueError, TypeError) as error:
            raise unreadable("level", f"{key.sku} at {key.location}", error) from error

    def available(self, keys: Iterable[LevelKey], *, now: datetime) -> tuple[int | None, ...]:
        instant = instant_text(now)
        return tuple(self._available(key, instant) for key in keys)

    def _available(self, key: LevelKey, instant: str) -> int | None:
        place = (self._merchant, *map(str, key))
        found = self._connection.execute(LEVEL, place).fetchone()
        if found is None:
            return None
        row = level_row(found)
        if row.counted_at is None:
            return None
        expired = 0
        if row.held:
            [expired] = self._connection.execute(EXPIRED_UNITS, (*place, instant)).fetchone()
        return max(0, row.sellable + expired - row.uncovered)

    def all_levels(self) -> tuple[StockLevel, ...]:
        keys = self._connection.execute(
            "SELECT sku, location FROM ecomkit_level WHERE merchant = ? ORDER BY sku, location",
            (self._merchant,),
        ).fetchall()
        return tuple(self._level(LevelKey(Sku(sku), LocationId(place))) for sku, place in keys)

    def waiting(self) -> tuple[LevelKey, ...]:
        return self._level_keys("ecomkit_promise_waiting", "kind = 'uncovered'")

    def expired(self, now: datetime) -> tuple[LevelKey, ...]:
        return self._level_keys(
            "ecomkit_promise_ending", "kind = 'hold' AND at <= ?", instant_text(now)
        )

    def _level_keys(self, index: str, condition: str, *values: str) -> tuple[LevelKey, ...]:
        rows = self._connection.execute(
            f"SELECT DISTINCT sku, location FROM ecomkit_promise INDEXED BY {index}"  # noqa: S608 (constants)
            f" WHERE merchant = ? AND {condition} ORDER BY sku, location",
            (self._merchant, *values),
        ).fetchall()
        return tuple(LevelKey(Sku(sku), LocationId(place)) for sku, place in rows)

    def movements(self, *, after: int = 0, limit: int) -> tuple[tuple[int, Movement], ...]:
        return tuple((row[0], _movement(row[1:])) for row in self._page(MOVEMENTS, after, limit))

    def entries(self, *, after: int = 0, limit: int) -> Sequence[LedgerEntry]:
        return list(map(LedgerEntry._make, self._page(ENTRIES, after, limit)))

    def _page(self, statement: str, after: int, limit: int) -> Sequence[Sequence[Any]]:
        bounds = (at_least_0("after", after), at_least_0("limit", limit))
        return self._connection.execute(statement, (self._merchant, *bounds)).fetchall()

    def keep(self, outcomes: Iterable[KeptOutcome]) -> None:
        rows = list(outcomes)
        with self._all_or_nothing():
            self._keep(rows)

    def forget(self, *, before: datetime) -> int:
        return self._connection.execute(
            "DELETE FROM ecomkit_command WHERE merchant = ? AND at < ?",
            (self._merchant, instant_text(before)),
        ).rowcount

    # -- the outbox -------------------------------------------------------------------------

    def post(self, topic: str, keys: Iterable[str]) -> None:
        self._connection.executemany(
            POST, [(self._merchant, topic, str(key)) for key in sorted(set(keys))]
        )

    def posted(self, topic: str) -> tuple[Claim, ...]:
        rows = self._connection.execute(POSTED, (self._merchant, topic)).fetchall()
        return tuple(Claim(*row) for row in rows)

    def claim(
        self, topic: str, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Claim, ...]:
        outbox = (self._merchant, topic)
        rows = self._connection.execute(
            CLAIM,
            (
                instant_text(until),
                *outbox,
                *outbox,
                instant_text(now),
                at_least_0("limit", limit),
            ),
        ).fetchall()
        return tuple(sorted(Claim(*row) for row in rows))

    def settle(self, topic: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        lost = []
        for claim in claims:
            done = (self._merchant, topic, *claim)
            execute = self._connection.execute
            if not execute(SETTLE, done).rowcount:
                lost.append(claim)
        return tuple(lost)


class SqliteSnapshot(ReadOnly, SqliteTransaction):
    """Reads only."""


def _movement(row: Sequence[Any]) -> Movement:
    try:
        return movement_of((*row[:9], datetime.fromisoformat(row[9]), *row[10:]))
    except (ValueError, TypeError) as error:
        raise unreadable("movement", row[0], error) from error
