"""The store that forgets: for tests, notebooks and simulations."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from ecomkit.errors import FieldError
from ecomkit.identifiers import MerchantId
from ecomkit.ports import Collection, SnapshotWriteError, Transaction
from ecomkit.stock import LevelKey, Movement, StockLevel, empty_level
from ecomkit.stores._gate import Gate

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

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Read one consistent state; writing raises ``SnapshotWriteError``."""
        with self._gate.held():
            yield _MemorySnapshot(self._books)

    def close(self) -> None:
        """Refuse all further use; closing twice is no error."""
        with self._gate.closing():
            pass


class _Books:
    def __init__(self) -> None:
        self.values: dict[str, dict[str, Any]] = {}
        self.indexes: dict[tuple[str, str], set[str]] = {}
        self.levels: dict[LevelKey, StockLevel] = {}
        self.movements: list[Movement] = []
        self.movement_ids: set[str] = set()


class _MemoryTransaction:
    """Writes at once and remembers how to undo it: the lock keeps everyone else away."""

    def __init__(self, books: _Books) -> None:
        self._books = books
        self._undo: list[Callable[[], object]] = []

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()

    def get(self, collection: Collection[T], key: str) -> T | None:
        value: T | None = self._books.values.get(collection.name, {}).get(key)
        return value

    def put(self, collection: Collection[T], values: Iterable[T]) -> None:
        for value in values:
            self._set(collection, collection.key(value), value)

    def delete(self, collection: Collection[T], keys: Iterable[str]) -> None:
        for key in keys:
            self._set(collection, key, None)

    def _set(self, collection: Collection[T], key: str, value: T | None) -> None:
        before = self.get(collection, key)
        self._undo.append(lambda: self._write(collection, key, value, before))
        self._write(collection, key, before, value)

    def _write(
        self, collection: Collection[T], key: str, before: T | None, after: T | None
    ) -> None:
        values = self._books.values.setdefault(collection.name, {})
        old = None if before is None else collection.index(before)
        if old is not None:
            self._books.indexes[collection.name, old].discard(key)
        if after is None:
            values.pop(key, None)
            return
        values[key] = after
        new = collection.index(after)
        if new is not None:
            self._books.indexes.setdefault((collection.name, new), set()).add(key)

    def scan(
        self,
        collection: Collection[T],
        *,
        index: str | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> tuple[T, ...]:
        values = self._books.values.get(collection.name, {})
        keys: Iterable[str] = (
            values if index is None else self._books.indexes.get((collection.name, index), ())
        )
        found = sorted(key for key in keys if key > after)
        return tuple(values[key] for key in found[:limit])

    def levels(self, keys: Iterable[LevelKey]) -> tuple[StockLevel, ...]:
        return tuple(self._books.levels.get(key) or empty_level(key) for key in keys)

    def all_levels(self) -> tuple[StockLevel, ...]:
        return tuple(self._books.levels[key] for key in sorted(self._books.levels))

    def waiting(self) -> tuple[LevelKey, ...]:
        levels = self._books.levels
        return tuple(sorted(key for key, level in levels.items() if level.uncovered))

    def expired(self, now: datetime) -> tuple[LevelKey, ...]:
        levels = self._books.levels.items()
        return tuple(
            sorted(key for key, level in levels if any(h.has_expired(now) for h in level.holds))
        )

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        for level in levels:
            before = self._books.levels.get(level.key)
            self._undo.append(functools.partial(self._set_level, level.key, before))
            self._set_level(level.key, level)
        for movement in movements:
            if movement.id in self._books.movement_ids:
                raise FieldError(
                    owner="Movement", field="id", got=movement.id, wanted="one that is not taken"
                )
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
        found = self._books.movements[after : after + limit]
        return tuple(enumerate(found, start=after + 1))


class _MemorySnapshot(_MemoryTransaction):
    def _set(self, collection: Collection[T], key: str, value: T | None) -> None:
        raise SnapshotWriteError

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        raise SnapshotWriteError
