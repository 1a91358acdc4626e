"""What one transaction of the memory store reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from ecomkit.ports import (
    STOCK,
    Claim,
    Collection,
    KeptOutcome,
    KeyTakenError,
    LedgerEntry,
    LevelNotLoadedError,
    MovementTakenError,
    OpenedBooks,
    Retention,
)
from ecomkit.stock import (
    Coverage,
    DraftLevel,
    LevelKey,
    LevelNeed,
    LevelRow,
    Movement,
    MovementRow,
    PromiseKind,
    SavedPromise,
    StockLevel,
    level_of,
    movement_of,
)
from ecomkit.stores._arguments import at_least_0, first_taken, key_text
from ecomkit.stores._gate import Ended
from ecomkit.stores._read_only import ReadOnly
from ecomkit.timeline import utc

__all__ = ["MemoryBooks", "MemorySnapshot", "MemoryTransaction"]

T = TypeVar("T")
V = TypeVar("V")

Shelf: TypeAlias = tuple[Retention, str]

PromiseName: TypeAlias = tuple[PromiseKind, str]

NEVER = object()


def _shelf(collection: Collection[T]) -> Shelf:
    return (collection.retention, collection.name)


class Posted(NamedTuple):
    """An entry of an outbox; it is open while its version is newer than what was settled."""

    version: int = 0
    fence: int = 0
    leased_until: datetime | None = None
    settled: int = 0

    @property
    def is_open(self) -> bool:
        """Whether anything is to be done."""
        return self.version > self.settled


class MemoryBooks:
    """What the memory store keeps."""

    def __init__(self) -> None:
        self.values: dict[Shelf, dict[str, Any]] = {}
        self.indexes: dict[tuple[Shelf, str], set[str]] = {}
        self.totals: dict[LevelKey, LevelRow] = {}
        self.promises: dict[LevelKey, dict[PromiseName, SavedPromise]] = {}
        self.movements: list[MovementRow] = []
        # With the sku, since a partition of a ledger knows no more than its own.
        self.movement_ids: set[tuple[str, str]] = set()
        self.kept: dict[str, KeptOutcome] = {}
        self.outbox: dict[tuple[str, str], Posted] = {}


class MemoryTransaction:
    """Writes at once and remembers how to undo it: the lock keeps everyone else away."""

    def __init__(self, books: MemoryBooks) -> None:
        self._books = books
        self._opened: set[LevelKey] = set()
        self._undo: list[Callable[[], object]] = []

    def end(self) -> None:
        self._books = cast("MemoryBooks", Ended())

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()

    def _assign(self, target: dict[Any, V], key: Any, value: V | None) -> None:
        """Put *value* into one of the books' tables, or take it out, and remember how it was."""
        before = target.get(key, NEVER)
        if before is NEVER:
            self._undo.append(lambda: target.pop(key, None))
        else:
            self._undo.append(lambda: target.__setitem__(key, cast("V", before)))
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value

    # -- values -----------------------------------------------------------------------------

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

    # -- the ledger -------------------------------------------------------------------------

    def open(
        self,
        needs: Mapping[LevelKey, LevelNeed],
        *,
        keys: Sequence[str],
        now: datetime,
        coverage: Coverage,
    ) -> OpenedBooks:
        utc(now)
        drafts = {key: self._draft(key) for key in needs}
        return OpenedBooks(drafts, self.kept(keys))

    def _draft(self, key: LevelKey) -> DraftLevel:
        self._opened.add(key)
        books = self._books
        promises = books.promises.get(key, {})
        return DraftLevel(key, books.totals.get(key, LevelRow()), promises.values())

    def kept(self, keys: Iterable[str]) -> Mapping[str, KeptOutcome]:
        kept = self._books.kept
        return {str(key): kept[key] for key in keys if key in kept}

    def book(
        self,
        drafts: Iterable[DraftLevel],
        *,
        movements: Sequence[MovementRow],
        outcomes: Sequence[KeptOutcome],
        changed: Iterable[str],
    ) -> None:
        opened, skus = list(drafts), list(changed)
        for draft in opened:
            if draft.key not in self._opened:
                raise LevelNotLoadedError(level=draft.key)
        taken = first_taken(((row.id, row.sku) for row in movements), self._books.movement_ids)
        if taken is not None:
            raise MovementTakenError(movement=taken[0])
        self.keep(outcomes)
        for draft in opened:
            self._save(draft)
        for row in movements:
            self._undo.append(self._forget_movement)
            self._books.movements.append(row)
            self._books.movement_ids.add((row.id, row.sku))
        self.post(STOCK, skus)

    def _save(self, draft: DraftLevel) -> None:
        row = draft.row()
        if row != draft.before:
            self._assign(self._books.totals, draft.key, row)
        if not draft.changed:
            return
        promises = self._books.promises.setdefault(draft.key, {})
        for kind, owner in draft.changed:
            promise = draft.promises[kind].get(owner)
            saved = None if promise is None else SavedPromise(kind, owner, *promise)
            self._assign(promises, (kind, owner), saved)

    def _forget_movement(self) -> None:
        row = self._books.movements.pop()
        self._books.movement_ids.discard((row.id, row.sku))

    def levels(self, keys: Iterable[LevelKey]) -> tuple[StockLevel, ...]:
        return tuple(level_of(self._draft(key)) for key in keys)

    def available(self, keys: Iterable[LevelKey], *, now: datetime) -> tuple[int | None, ...]:
        instant = utc(now)
        return tuple(
            None if draft.counted_at is None else draft.available(instant)
            for draft in map(self._draft, keys)
        )

    def all_levels(self) -> tuple[StockLevel, ...]:
        return self.levels(sorted(self._books.totals))

    def waiting(self) -> tuple[LevelKey, ...]:
        return tuple(sorted(key for key, row in self._books.totals.items() if row.uncovered))

    def expired(self, now: datetime) -> tuple[LevelKey, ...]:
        # In UTC: two instants on one wall clock compare by what it shows, not by when they are.
        instant = utc(now)
        return tuple(
            sorted(
                key
                for key, promises in self._books.promises.items()
                if any(p.kind == "hold" and p.at <= instant for p in promises.values())
            )
        )

    def movements(self, *, after: int = 0, limit: int) -> tuple[tuple[int, Movement], ...]:
        rows = self._page(after, limit)
        return tuple((number, movement_of(row)) for number, row in rows)

    def entries(self, *, after: int = 0, limit: int) -> Sequence[LedgerEntry]:
        return [
            LedgerEntry(number, *row[1:7], row.source_after, row.target_after)
            for number, row in self._page(after, limit)
        ]

    def _page(self, after: int, limit: int) -> Iterable[tuple[int, MovementRow]]:
        start = at_least_0("after", after)
        found = self._books.movements[start : start + at_least_0("limit", limit)]
        return enumerate(found, start=start + 1)

    def keep(self, outcomes: Iterable[KeptOutcome]) -> None:
        fresh = list(outcomes)
        taken = first_taken((kept.key for kept in fresh), self._books.kept)
        if taken is not None:
            raise KeyTakenError(key=str(taken))
        for kept in fresh:
            self._assign(self._books.kept, str(kept.key), kept)

    def forget(self, *, before: datetime) -> int:
        instant = utc(before)
        old = [key for key, kept in self._books.kept.items() if kept.at < instant]
        for key in old:
            self._assign(self._books.kept, key, None)
        return len(old)

    # -- the outbox -------------------------------------------------------------------------

    def post(self, topic: str, keys: Iterable[str]) -> None:
        for key in sorted(set(keys)):
            place = (topic, str(key))
            entry = self._books.outbox.get(place, Posted())
            self._assign(self._books.outbox, place, entry._replace(version=entry.version + 1))

    def posted(self, topic: str) -> tuple[Claim, ...]:
        return tuple(Claim(key, one.version, one.fence) for key, one in self._open(topic))

    def _open(self, topic: str) -> list[tuple[str, Posted]]:
        outbox = self._books.outbox.items()
        return sorted((key, one) for (of, key), one in outbox if of == topic and one.is_open)

    def claim(
        self, topic: str, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Claim, ...]:
        instant, end = utc(now), utc(until)
        free = [
            (key, one)
            for key, one in self._open(topic)
            if one.leased_until is None or one.leased_until <= instant
        ]
        claims = []
        for key, one in free[: at_least_0("limit", limit)]:
            claimed = one._replace(fence=one.fence + 1, leased_until=end)
            self._assign(self._books.outbox, (topic, key), claimed)
            claims.append(Claim(key, claimed.version, claimed.fence))
        return tuple(claims)

    def settle(self, topic: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        lost = []
        for claim in claims:
            place = (topic, claim.key)
            one = self._books.outbox.get(place, Posted())
            if one.fence == claim.fence and one.settled < claim.version <= one.version:
                done = one._replace(settled=claim.version, leased_until=None)
                self._assign(self._books.outbox, place, done)
            else:
                lost.append(claim)
        return tuple(lost)


class MemorySnapshot(ReadOnly, MemoryTransaction):
    """Reads only."""
