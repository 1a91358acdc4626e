"""What one SQLite transaction reads and writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar, cast

from ecomkit.identifiers import CommandKey, LocationId, MerchantId, Sku
from ecomkit.ports import (
    Collection,
    LevelNotLoadedError,
    MovementTakenError,
    Retention,
    SnapshotWriteError,
    StoredValueError,
)
from ecomkit.stock import (
    Account,
    Allocation,
    Bucket,
    Cause,
    Hold,
    LevelKey,
    Movement,
    Owner,
    StockLevel,
    Uncovered,
    empty_level,
)
from ecomkit.stores._arguments import at_least_0, key_text
from ecomkit.stores._codec import dumps, instant_text, loads
from ecomkit.stores._gate import Ended

__all__ = ["SqliteSnapshot", "SqliteTransaction"]

T = TypeVar("T")

TABLES = {Retention.RECORD: "document", Retention.RAW: "raw"}

PromiseKey = tuple[str, str, str, str]

# Bound parameters everywhere; what is formatted into a statement is a constant of this module.
LEVEL = """
    SELECT sellable, held, allocated, picked, quarantined, damaged, in_transit,
           counted_at, next_rank
    FROM level WHERE merchant = ? AND sku = ? AND location = ?
"""
PROMISES = """
    SELECT kind, owner, quantity, at, rank FROM promise
    WHERE merchant = ? AND sku = ? AND location = ? ORDER BY rank
"""
SAVE_LEVEL = "INSERT OR REPLACE INTO level VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SAVE_PROMISE = "INSERT OR REPLACE INTO promise VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
END_PROMISE = """
    DELETE FROM promise
    WHERE merchant = ? AND sku = ? AND location = ? AND kind = ? AND owner = ?
"""
APPEND_MOVEMENT = """
    INSERT INTO movement (merchant, id, sku, quantity, source_location, source_bucket,
                          target_location, target_bucket, cause, command, at, owner)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# By its running number; left to itself SQLite sorts the whole ledger for each page.
MOVEMENTS = """
    SELECT seq, id, sku, quantity, source_location, source_bucket, target_location,
           target_bucket, cause, command, at, owner
    FROM movement NOT INDEXED WHERE merchant = ? AND seq > ? ORDER BY seq LIMIT ?
"""


class SqliteTransaction:
    """Reads and writes between BEGIN and COMMIT."""

    def __init__(self, connection: sqlite3.Connection, merchant: MerchantId) -> None:
        self._connection = connection
        self._merchant = str(merchant)
        self._loaded: dict[LevelKey, StockLevel] = {}

    def end(self) -> None:
        # Outside of BEGIN and COMMIT each statement would be a transaction of its own.
        self._connection = cast("sqlite3.Connection", Ended())

    # -- values -----------------------------------------------------------------------------

    def get(self, collection: Collection[T], key: str) -> T | None:
        row = self._connection.execute(
            f"SELECT body FROM {TABLES[collection.retention]}"  # noqa: S608 (a constant)
            " WHERE merchant = ? AND collection = ? AND key = ?",
            (self._merchant, collection.name, key_text(collection, key)),
        ).fetchone()
        return None if row is None else _read(collection, key, row[0])

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
        return tuple(_read(collection, key, body) for key, body in rows)

    # -- the ledger -------------------------------------------------------------------------

    def levels(self, keys: Iterable[LevelKey]) -> tuple[StockLevel, ...]:
        levels = []
        for key in keys:
            # Nobody else writes until this transaction ends: what was loaded is still so.
            level = self._loaded.get(key) or self._level(key)
            self._loaded[key] = level
            levels.append(level)
        return tuple(levels)

    def _level(self, key: LevelKey) -> StockLevel:
        where = (self._merchant, str(key.sku), str(key.location))
        row = self._connection.execute(LEVEL, where).fetchone()
        if row is None:
            return empty_level(key)
        rows = self._connection.execute(PROMISES, where).fetchall()
        try:
            return _level_of(key, row, rows)
        except (ValueError, TypeError) as error:
            raise _unreadable("level", f"{key.sku} at {key.location}", error) from error

    def all_levels(self) -> tuple[StockLevel, ...]:
        keys = self._connection.execute(
            "SELECT sku, location FROM level WHERE merchant = ? ORDER BY sku, location",
            (self._merchant,),
        ).fetchall()
        return tuple(self._level(LevelKey(Sku(sku), LocationId(place))) for sku, place in keys)

    def waiting(self) -> tuple[LevelKey, ...]:
        return self._level_keys("promise_waiting", "kind = 'uncovered'")

    def expired(self, now: datetime) -> tuple[LevelKey, ...]:
        return self._level_keys("promise_ending", "kind = 'hold' AND at <= ?", instant_text(now))

    def _level_keys(self, index: str, condition: str, *values: str) -> tuple[LevelKey, ...]:
        rows = self._connection.execute(
            f"SELECT DISTINCT sku, location FROM promise INDEXED BY {index}"  # noqa: S608 (constants)
            f" WHERE merchant = ? AND {condition} ORDER BY sku, location",
            (self._merchant, *values),
        ).fetchall()
        return tuple(LevelKey(Sku(sku), LocationId(place)) for sku, place in rows)

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        after = {level.key: level for level in levels}
        moved = [_movement_row(self._merchant, movement) for movement in movements]
        changed: list[tuple[object, ...]] = []
        saved: list[tuple[object, ...]] = []
        ended: list[tuple[object, ...]] = []
        for key, level in after.items():
            before = self._loaded.get(key)
            if before is None:
                raise LevelNotLoadedError(level=key)
            if level == before:
                continue
            place = (self._merchant, str(level.sku), str(level.location))
            changed.append((*place, *_level_columns(level)))
            old, new = _promise_rows(before), _promise_rows(level)
            ended.extend((*place, *key) for key in old.keys() - new.keys())
            saved.extend((*place, *key, *row) for key, row in new.items() if old.get(key) != row)
        with self._all_or_nothing():
            self._append_movements(moved)
            self._connection.executemany(SAVE_LEVEL, changed)
            self._connection.executemany(END_PROMISE, ended)
            self._connection.executemany(SAVE_PROMISE, saved)
        self._loaded.update(after)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        self._connection.execute("SAVEPOINT append")
        try:
            yield
        except BaseException:
            # SQLite may have ended the whole transaction already, such as on a full disk.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO append")
            raise
        self._connection.execute("RELEASE append")

    def _append_movements(self, rows: Sequence[tuple[object, ...]]) -> None:
        count = self._connection.total_changes
        try:
            self._connection.executemany(APPEND_MOVEMENT, rows)
        except sqlite3.IntegrityError as error:
            # The rows before the one that was refused have been written, and are undone next.
            refused = rows[self._connection.total_changes - count]
            raise MovementTakenError(movement=str(refused[1])) from error

    def movements(self, *, after: int = 0, limit: int) -> tuple[tuple[int, Movement], ...]:
        bounds = (at_least_0("after", after), at_least_0("limit", limit))
        rows = self._connection.execute(MOVEMENTS, (self._merchant, *bounds)).fetchall()
        return tuple((row[0], _movement(row)) for row in rows)


class SqliteSnapshot(SqliteTransaction):
    """Reads only."""

    def put(self, collection: Collection[T], values: Iterable[T]) -> None:
        raise SnapshotWriteError

    def delete(self, collection: Collection[T], keys: Iterable[str]) -> None:
        raise SnapshotWriteError

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        raise SnapshotWriteError


def _read(collection: Collection[T], key: str, body: str) -> T:
    try:
        value: T = loads(body, collection.type)
    except ValueError as error:
        raise StoredValueError(collection=collection.name, key=key, why=str(error)) from error
    return value


def _unreadable(kind: str, name: str, error: Exception) -> StoredValueError:
    return StoredValueError(collection=kind, key=name, why=f"{type(error).__name__}: {error}")


def _level_columns(level: StockLevel) -> tuple[object, ...]:
    return (
        level.sellable,
        level.held,
        level.allocated,
        level.picked,
        level.quarantined,
        level.damaged,
        level.in_transit,
        None if level.counted_at is None else instant_text(level.counted_at),
        level.next_rank,
    )


def _promise_rows(level: StockLevel) -> dict[tuple[str, str], tuple[object, ...]]:
    rows: dict[tuple[str, str], tuple[object, ...]] = {}
    for hold in level.holds:
        rows["hold", hold.owner.name] = (
            hold.quantity,
            instant_text(hold.expires_at),
            hold.rank,
        )
    for kind, promises in (("allocation", level.allocations), ("uncovered", level.uncovered)):
        for promise in promises:
            rows[kind, promise.owner.name] = (
                promise.quantity,
                instant_text(promise.placed_at),
                promise.rank,
            )
    return rows


def _level_of(key: LevelKey, row: Sequence[Any], promises: Sequence[Sequence[Any]]) -> StockLevel:
    holds, allocations, uncovered = [], [], []
    for kind, owner, quantity, at, rank in promises:
        instant = datetime.fromisoformat(at)
        if kind == "hold":
            holds.append(
                Hold(owner=Owner(owner), quantity=quantity, expires_at=instant, rank=rank)
            )
        elif kind == "allocation":
            allocations.append(
                Allocation(owner=Owner(owner), quantity=quantity, placed_at=instant, rank=rank)
            )
        else:
            uncovered.append(
                Uncovered(owner=Owner(owner), quantity=quantity, placed_at=instant, rank=rank)
            )
    sellable, held, allocated, picked, quarantined, damaged, in_transit, counted_at, rank = row
    return StockLevel(
        sku=key.sku,
        location=key.location,
        sellable=sellable,
        held=held,
        allocated=allocated,
        picked=picked,
        quarantined=quarantined,
        damaged=damaged,
        in_transit=in_transit,
        holds=holds,
        allocations=allocations,
        uncovered=uncovered,
        counted_at=None if counted_at is None else datetime.fromisoformat(counted_at),
        next_rank=rank,
    )


def _movement_row(merchant: str, movement: Movement) -> tuple[object, ...]:
    return (
        merchant,
        movement.id,
        str(movement.sku),
        movement.quantity,
        str(movement.source.location),
        movement.source.bucket.value,
        str(movement.target.location),
        movement.target.bucket.value,
        movement.cause.value,
        str(movement.command),
        instant_text(movement.at),
        None if movement.owner is None else movement.owner.name,
    )


def _movement(row: Sequence[Any]) -> Movement:
    try:
        return _movement_of(row[1:])
    except (ValueError, TypeError) as error:
        raise _unreadable("movement", row[1], error) from error


def _movement_of(row: Sequence[Any]) -> Movement:
    id_, sku, quantity, from_, source, to, target, cause, command, at, owner = row
    return Movement(
        id=id_,
        quantity=quantity,
        source=Account(Sku(sku), LocationId(from_), Bucket(source)),
        target=Account(Sku(sku), LocationId(to), Bucket(target)),
        cause=Cause(cause),
        command=CommandKey(command),
        at=datetime.fromisoformat(at),
        owner=None if owner is None else Owner(owner),
    )
