"""What one PostgreSQL transaction reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from ecomkit.identifiers import LocationId, Sku
from ecomkit.ports import (
    Claim,
    Collection,
    CommitUnknownError,
    KeptOutcome,
    LedgerEntry,
    Retention,
    StoreFailedError,
    StoreLostError,
)
from ecomkit.stock import (
    DraftLevel,
    LevelKey,
    Movement,
    StockLevel,
    level_of,
    movement_of,
)
from ecomkit.stores._arguments import at_least_0, key_text
from ecomkit.stores._codec import dumps, instant_text
from ecomkit.stores._postgres_ledger import PostgresLedger
from ecomkit.stores._postgres_queries import (
    ALL_LEVELS,
    ALL_PROMISES,
    AVAILABLE,
    CLAIM,
    DELETE_VALUES,
    ENTRIES,
    EXPIRED,
    FORGET,
    GET_VALUE,
    MOVEMENTS,
    POSTED,
    PUT_VALUES,
    SCAN_INDEX,
    SCAN_VALUES,
    SETTLE,
    WAITING,
    WHOLE,
)
from ecomkit.stores._postgres_rows import drafts_of, keeping, posting
from ecomkit.stores._postgres_statements import LEVELS, Row
from ecomkit.stores._postgres_text import (
    escaped,
    numbers,
    optional_texts,
    texts,
    unescaped,
)
from ecomkit.stores._read_only import ReadOnly
from ecomkit.stores._saved import read_value, unreadable

__all__ = ["PostgresSnapshot", "PostgresTransaction"]

T = TypeVar("T")

TABLES = {Retention.RECORD: "document", Retention.RAW: "raw"}


class PostgresTransaction(PostgresLedger):
    """Reads and writes between BEGIN and COMMIT."""

    # -- values -----------------------------------------------------------------------------

    def get(self, collection: Collection[T], key: str) -> T | None:
        name = escaped(key_text(collection, key))
        [rows] = self._wire.run(
            (_table(GET_VALUE, collection), (self._merchant, collection.name, name))
        )
        return read_value(collection, key, rows[0][1]) if rows else None

    def put(self, collection: Collection[T], values: Iterable[T]) -> None:
        # All rows first: a value that cannot be saved leaves nothing behind. Of two values under
        # one key the last one stays.
        rows = {}
        for value in values:
            key = key_text(collection, collection.key(value))
            index = collection.index(value)
            if index is not None:
                key_text(collection, index, field="index")
            rows[key] = (index, dumps(value, collection.type))
        self._wire.run(
            (
                _table(PUT_VALUES, collection),
                (
                    self._merchant,
                    collection.name,
                    texts(list(rows)),
                    optional_texts([index for index, _ in rows.values()]),
                    texts([body for _, body in rows.values()]),
                ),
            )
        )

    def delete(self, collection: Collection[T], keys: Iterable[str]) -> None:
        names = texts([key_text(collection, key) for key in keys])
        self._wire.run(
            (_table(DELETE_VALUES, collection), (self._merchant, collection.name, names))
        )

    def scan(
        self,
        collection: Collection[T],
        *,
        index: str | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> tuple[T, ...]:
        bounds = (
            escaped(key_text(collection, after, field="after")) if after else "",
            None if limit is None else str(at_least_0("limit", limit)),
        )
        if index is None:
            statement = _table(SCAN_VALUES, collection)
            where: tuple[str, ...] = ()
        else:
            statement = _table(SCAN_INDEX, collection)
            where = (escaped(key_text(collection, index, field="index")),)
        [rows] = self._wire.run((statement, (self._merchant, collection.name, *bounds, *where)))
        return tuple(read_value(collection, unescaped(key), body) for key, body in rows)

    # -- the ledger -------------------------------------------------------------------------

    def levels(self, keys: Iterable[LevelKey]) -> tuple[StockLevel, ...]:
        wanted = tuple(keys)
        places = self._places(sorted(set(wanted)))
        rows, promises = self._wire.run((LEVELS, places), (WHOLE, places))
        drafts = self._drafts(wanted, rows, promises)
        return tuple(_level(drafts[key]) for key in wanted)

    def available(self, keys: Iterable[LevelKey], *, now: datetime) -> tuple[int | None, ...]:
        [rows] = self._wire.run((AVAILABLE, (*self._places(keys), instant_text(now))))
        return tuple(None if row[0] is None else int(row[0]) for row in rows)

    def all_levels(self) -> tuple[StockLevel, ...]:
        rows, promises = self._wire.run(
            (ALL_LEVELS, (self._merchant,)), (ALL_PROMISES, (self._merchant,))
        )
        drafts = drafts_of([_key(row) for row in rows], rows, promises)
        return tuple(map(_level, drafts.values()))

    def waiting(self) -> tuple[LevelKey, ...]:
        [rows] = self._wire.run((WAITING, (self._merchant,)))
        return tuple(map(_key, rows))

    def expired(self, now: datetime) -> tuple[LevelKey, ...]:
        [rows] = self._wire.run((EXPIRED, (self._merchant, instant_text(now))))
        return tuple(map(_key, rows))

    def movements(self, *, after: int = 0, limit: int) -> tuple[tuple[int, Movement], ...]:
        [rows] = self._wire.run((MOVEMENTS, self._page(after, limit)))
        return tuple((row[0], _movement(row)) for row in rows)

    def entries(self, *, after: int = 0, limit: int) -> Sequence[LedgerEntry]:
        [rows] = self._wire.run((ENTRIES, self._page(after, limit)))
        return [LedgerEntry(*row) for row in rows]

    def _page(self, after: int, limit: int) -> tuple[str, str, str]:
        return (
            self._merchant,
            str(at_least_0("after", after)),
            str(at_least_0("limit", limit)),
        )

    def keep(self, outcomes: Iterable[KeptOutcome]) -> None:
        fresh = list(outcomes)
        self._refuse_repeated(fresh)
        self._all_or_nothing([keeping(self._merchant, fresh)], outcomes=fresh)

    def forget(self, *, before: datetime) -> int:
        [[(count,)]] = self._wire.run((FORGET, (self._merchant, instant_text(before))))
        return int(count)

    # -- the outbox -------------------------------------------------------------------------

    def post(self, topic: str, keys: Iterable[str]) -> None:
        self._wire.run(posting(self._merchant, topic, keys))

    def posted(self, topic: str) -> tuple[Claim, ...]:
        [rows] = self._wire.run((POSTED, (self._merchant, escaped(topic))))
        return _claims(rows)

    def claim(
        self, topic: str, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Claim, ...]:
        most = str(at_least_0("limit", limit))
        place = (self._merchant, escaped(topic))
        [rows] = self._wire.run((CLAIM, (*place, instant_text(now), instant_text(until), most)))
        return _claims(rows)

    def settle(self, topic: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        done = list(claims)
        [rows] = self._wire.run(
            (
                SETTLE,
                (
                    self._merchant,
                    escaped(topic),
                    texts([claim.key for claim in done]),
                    numbers([claim.version for claim in done]),
                    numbers([claim.fence for claim in done]),
                ),
            )
        )
        settled = set(_claims(rows))
        return tuple(claim for claim in done if claim not in settled)


class PostgresSnapshot(ReadOnly, PostgresTransaction):
    """Reads only."""

    def commit(self) -> None:
        # All was read; whatever happens to the connection now takes nothing away.
        with suppress(CommitUnknownError, StoreFailedError, StoreLostError):
            super().commit()


def _table(statement: str, collection: Collection[T]) -> str:
    return statement.replace("$values", TABLES[collection.retention])


def _key(row: Row) -> LevelKey:
    try:
        return LevelKey(Sku(row[0]), LocationId(row[1]))
    except ValueError as error:
        raise unreadable("level", f"{row[0]} at {row[1]}", error) from error


def _level(draft: DraftLevel) -> StockLevel:
    try:
        return level_of(draft)
    except ValueError as error:
        raise unreadable("level", f"{draft.key.sku} at {draft.key.location}", error) from error


def _movement(row: Row) -> Movement:
    plain = [unescaped(value) if isinstance(value, str) else value for value in row[1:]]
    try:
        return movement_of(plain)
    except (ValueError, TypeError) as error:
        raise unreadable("movement", plain[0], error) from error


def _claims(rows: Iterable[Row]) -> tuple[Claim, ...]:
    return tuple(Claim(unescaped(key), version, fence) for key, version, fence in rows)
