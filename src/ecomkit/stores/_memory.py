"""The store that forgets: for tests, notebooks and simulations."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self, TypeAlias, TypeVar, cast

from ecomkit.identifiers import MerchantId
from ecomkit.ports import (
    Collection,
    LevelNotLoadedError,
    MovementTakenError,
    Retention,
    SnapshotWriteError,
    Transaction,
)
from ecomkit.stock import LevelKey, Movement, StockLevel, empty_level
from ecomkit.stores._arguments import at_least_0, key_text
from ecomkit.stores._gate import Ended, Gate
from ecomkit.timeline import utc

__all__ = ["MemoryStore"]

T = TypeVar("T")

DEFAULT_MERCHANT = MerchantId("default")


class MemoryStore:
    """
    Keeps one merchant's books in memory, with the same behaviour as the stores that last.

    One writer at a time; threads wait for each other.

    >>> store = MemoryStore()
    >>> with store.transaction() as tx:
    ...     tx.all_levels()
    ()
    """

    def __init__(self, *, merchant: MerchantId = DEFAULT_MERCHANT) -> None:
        self._merchant = merchant
        self._gate = Gate()
        self._books = _Books()

    @property
    def merchant(self) -> MerchantId:
        """Whose books these are."""
        return self._merchant

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the store for writing: kept when the block ends, undone when it raises."""
        with self._gate.held():
            transaction = _MemoryTransaction(self._books)
            try:
                yield transaction
            except BaseException:
                transaction.undo()
                raise
            finally:
                transaction.end()

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Read one consistent state; writing raises ``SnapshotWriteError``."""
        with self._gate.held():
            snapshot = _MemorySnapshot(self._books)
            try:
                yield snapshot
            finally:
                snapshot.end()

    def close(self) -> None:
        """Refuse all further use; closing twice is no error."""
        with self._gate.closing():
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_Shelf: TypeAlias = tuple[Retention, str]


def _shelf(collection: Collection[T]) -> _Shelf:
    return (collection.retention, collection.name)


class _Books:
    def __init__(self) -> None:
        self.values: dict[_Shelf, dict[str, Any]] = {}
        self.indexes: dict[tuple[_Shelf, str], set[str]] = {}
        self.levels: dict[LevelKey, StockLevel] = {}
        self.movements: list[Movement] = []
        self.movement_ids: set[str] = set()


class _MemoryTransaction:
    """Writes at once and remembers how to undo it: the lock keeps everyone else away."""

    def __init__(self, books: _Books) -> None:
        self._books = books
        self._loaded: set[LevelKey] = set()
        self._undo: list[Callable[[], object]] = []

    def end(self) -> None:
        self._books = cast("_Books", Ended())

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()

    def get(self, collection: Collection[T], key: str) -> T | None:
        values = self._books.values.get(_shelf(collection), {})
        value: T | None = values.get(key_text(collection, key))
        return value

    def put(self, collection: Collection[T], values: Iterable[T]) -> None:
        # All keys first: a value that has none leaves nothing behind.
        keyed = []
        for value in values:
            index = collection.index(value)
            if index is not None:
                key_text(collection, index, field="index")
            keyed.append((key_text(collection, collection.key(value)), value))
        for key, value in keyed:
            self._set(collection, key, value)

    def delete(self, collection: Collection[T], keys: Iterable[str]) -> None:
        for key in [key_text(collection, key) for key in keys]:
            self._set(collection, key, None)

    def _set(self, collection: Collection[T], key: str, value: T | None) -> None:
        before = self.get(collection, key)
        self._undo.append(lambda: self._write(collection, key, value, before))
        self._write(collection, key, before, value)

    def _write(
        self, collection: Collection[T], key: str, before: T | None, after: T | None
    ) -> None:
        shelf = _shelf(collection)
        values = self._books.values.setdefault(shelf, {})
        old = None if before is None else collection.index(before)
        if old is not None:
            self._books.indexes[shelf, old].discard(key)
        if after is None:
            values.pop(key, None)
            return
        values[key] = after
        new = collection.index(after)
        if new is not None:
            self._books.indexes.setdefault((shelf, new), set()).add(key)

    def scan(
        self,
        collection: Collection[T],
        *,
        index: str | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> tuple[T, ...]:
        shelf = _shelf(collection)
        values = self._books.values.get(shelf, {})
        keys: Iterable[str] = values
        if index is not None:
            name = key_text(collection, index, field="index")
            keys = self._books.indexes.get((shelf, name), ())
        if after:
            key_text(collection, after, field="after")
        found = sorted(key for key in keys if key > after)
        return tuple(
            values[key] for key in found[: None if limit is None else at_least_0("limit", limit)]
        )

    def levels(self, keys: Iterable[LevelKey]) -> tuple[StockLevel, ...]:
        wanted = tuple(keys)
        found = tuple(self._level(key) for key in wanted)
        self._loaded.update(wanted)
        return found

    def _level(self, key: LevelKey) -> StockLevel:
        return self._books.levels.get(key) or empty_level(key)

    def all_levels(self) -> tuple[StockLevel, ...]:
        return tuple(self._books.levels[key] for key in sorted(self._books.levels))

    def waiting(self) -> tuple[LevelKey, ...]:
        levels = self._books.levels
        return tuple(sorted(key for key, level in levels.items() if level.uncovered))

    def expired(self, now: datetime) -> tuple[LevelKey, ...]:
        levels = self._books.levels.items()
        # In UTC: two instants on one wall clock compare by what it shows, not by when they are.
        instant = utc(now)
        return tuple(
            sorted(
                key for key, level in levels if any(h.has_expired(instant) for h in level.holds)
            )
        )

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        after = {level.key: level for level in levels}
        moved = tuple(movements)
        for key in after:
            if key not in self._loaded:
                raise LevelNotLoadedError(level=key)
        fresh: set[str] = set()
        for movement in moved:
            if movement.id in self._books.movement_ids or movement.id in fresh:
                raise MovementTakenError(movement=movement.id)
            fresh.add(movement.id)
        for key, level in after.items():
            if level != self._level(key):
                self._undo.append(
                    functools.partial(self._set_level, key, self._books.levels.get(key))
                )
                self._set_level(key, level)
        for movement in moved:
            self._undo.append(self._forget_movement)
            self._books.movements.append(movement)
            self._books.movement_ids.add(movement.id)

    def _set_level(self, key: LevelKey, level: StockLevel | None) -> None:
        if level is None:
            self._books.levels.pop(key, None)
        else:
            self._books.levels[key] = level

    def _forget_movement(self) -> None:
        self._books.movement_ids.discard(self._books.movements.pop().id)

    def movements(self, *, after: int = 0, limit: int) -> tuple[tuple[int, Movement], ...]:
        start = at_least_0("after", after)
        found = self._books.movements[start : start + at_least_0("limit", limit)]
        return tuple(enumerate(found, start=start + 1))


class _MemorySnapshot(_MemoryTransaction):
    def put(self, collection: Collection[T], values: Iterable[T]) -> None:
        raise SnapshotWriteError

    def delete(self, collection: Collection[T], keys: Iterable[str]) -> None:
        raise SnapshotWriteError

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        raise SnapshotWriteError
