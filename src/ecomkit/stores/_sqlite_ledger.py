"""How SQLite opens the books for a batch of stock commands, and books what they lead to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from ecomkit.identifiers import MerchantId
from ecomkit.ports import (
    STOCK,
    KeptOutcome,
    KeyTakenError,
    LevelNotLoadedError,
    MovementTakenError,
    OpenedBooks,
)
from ecomkit.stock import (
    LOTS_END,
    LOTS_START,
    Coverage,
    DraftLevel,
    LevelKey,
    LevelNeed,
    LevelRow,
    MovementRow,
    SavedPromise,
)
from ecomkit.stores._codec import instant_text
from ecomkit.stores._gate import Ended
from ecomkit.stores._saved import kept_outcome, outcome_text, unreadable

__all__ = ["SqliteLedger"]

# Bound parameters everywhere; what is formatted into a statement is a constant of this module.
LEVEL = """
    SELECT sellable, held, allocated, picked, quarantined, damaged, in_transit, uncovered,
           counted_at, next_rank
    FROM ecomkit_level WHERE merchant = ? AND sku = ? AND location = ?
"""
AT_LEVEL = """
    SELECT kind, owner, quantity, at, rank FROM ecomkit_promise
    WHERE merchant = ? AND sku = ? AND location = ?
"""
OWNER_WAITING = """
    SELECT owner FROM ecomkit_promise
    WHERE merchant = ? AND sku = ? AND location = ? AND kind = 'uncovered'
"""
OF_OWNER = f"{AT_LEVEL} AND owner = ?"
OF_OWNERS = f"{AT_LEVEL} AND owner IN (SELECT value FROM json_each(?))"  # noqa: S608 (constants)
OF_LOTS = f"{AT_LEVEL} AND kind = 'lot' AND owner >= ? AND owner < ?"
EXPIRED = f"{AT_LEVEL} AND kind = 'hold' AND at <= ?"
WAITING = {
    Coverage.ARRIVAL: f"{OWNER_WAITING} ORDER BY rank, owner LIMIT ?",
    Coverage.PLACEMENT: f"{OWNER_WAITING} ORDER BY at, rank, owner LIMIT ?",
}
SAVE_LEVEL = "INSERT OR REPLACE INTO ecomkit_level VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SAVE_PROMISE = "INSERT OR REPLACE INTO ecomkit_promise VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
END_PROMISE = """
    DELETE FROM ecomkit_promise
    WHERE merchant = ? AND sku = ? AND location = ? AND owner = ? AND kind = ?
"""
APPEND_MOVEMENT = """
    INSERT INTO ecomkit_movement (merchant, at, id, sku, quantity, source_location, source_bucket,
                          target_location, target_bucket, cause, command, owner, lot,
                          source_after, target_after, note)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
KEEP = "INSERT INTO ecomkit_command VALUES (?, ?, ?, ?, ?)"
KEPT = """
    SELECT key, fingerprint, outcome, at FROM ecomkit_command
    WHERE merchant = ? AND key IN (SELECT value FROM json_each(?))
"""
POST = """
    INSERT INTO ecomkit_outbox VALUES (?, ?, ?, 1, 0, NULL, 0)
    ON CONFLICT (merchant, topic, key) DO UPDATE SET version = version + 1
"""


class SqliteLedger:
    """Reads and writes between BEGIN and COMMIT: the part that stock commands need."""

    def __init__(self, connection: sqlite3.Connection, merchant: MerchantId) -> None:
        self._connection = connection
        self._merchant = str(merchant)
        self._opened: set[LevelKey] = set()

    def end(self) -> None:
        # Outside of BEGIN and COMMIT each statement would be a transaction of its own.
        self._connection = cast("sqlite3.Connection", Ended())

    # -- opening ----------------------------------------------------------------------------

    def open(
        self,
        needs: Mapping[LevelKey, LevelNeed],
        *,
        keys: Sequence[str],
        now: datetime,
        coverage: Coverage,
    ) -> OpenedBooks:
        instant = instant_text(now)
        drafts = {
            key: self._draft(key, need, instant=instant, coverage=coverage)
            for key, need in needs.items()
        }
        return OpenedBooks(drafts, self.kept(keys))

    def _draft(
        self, key: LevelKey, need: LevelNeed, *, instant: str, coverage: Coverage
    ) -> DraftLevel:
        self._opened.add(key)
        place = (self._merchant, *map(str, key))
        execute = self._connection.execute
        row = execute(LEVEL, place).fetchone()
        if row is None:
            return DraftLevel(key)
        try:
            totals = level_row(row)
            draft = DraftLevel(key, totals)
            if need.is_whole:
                draft.add(_promises(execute(AT_LEVEL, place)))
                return draft
            if need.lots:
                draft.add(_promises(execute(OF_LOTS, (*place, LOTS_START, LOTS_END))))
            if need.owners:
                draft.add(_promises(self._of_owners(place, need.owners)))
            frees = need.frees + totals.sellable + (totals.held if need.frees_holds else 0)
            if totals.held:
                expired = list(_promises(execute(EXPIRED, (*place, instant))))
                draft.add(expired)
                frees += sum(hold.quantity for hold in expired)
            if totals.uncovered and frees:
                # As many as units may become free: each of them waits for one at least. With
                # what they have, since what covers them is added to it.
                waiting = execute(WAITING[coverage], (*place, frees)).fetchall()
                draft.add(_promises(self._of_owners(place, [owner for [owner] in waiting])))
        except (ValueError, TypeError) as error:
            raise unreadable("level", f"{key.sku} at {key.location}", error) from error
        return draft

    def _of_owners(self, place: tuple[str, ...], owners: Iterable[str]) -> sqlite3.Cursor:
        names = list(owners)
        if len(names) == 1:
            return self._connection.execute(OF_OWNER, (*place, names[0]))
        return self._connection.execute(OF_OWNERS, (*place, json.dumps(names)))

    def kept(self, keys: Iterable[str]) -> Mapping[str, KeptOutcome]:
        names = [str(key) for key in keys]
        rows = self._connection.execute(KEPT, (self._merchant, json.dumps(names))).fetchall()
        return {
            key: kept_outcome(key, digest, outcome, datetime.fromisoformat(at))
            for key, digest, outcome, at in rows
        }

    # -- booking ----------------------------------------------------------------------------

    def book(
        self,
        drafts: Iterable[DraftLevel],
        *,
        movements: Sequence[MovementRow],
        outcomes: Sequence[KeptOutcome],
        changed: Iterable[str],
    ) -> None:
        merchant = self._merchant
        totals: list[tuple[object, ...]] = []
        saved: list[tuple[object, ...]] = []
        ended: list[tuple[object, ...]] = []
        for draft in drafts:
            if draft.key not in self._opened:
                raise LevelNotLoadedError(level=draft.key)
            place = (merchant, *draft.place)
            row = draft.row()
            if row != draft.before:
                counted_at = None if row.counted_at is None else instant_text(row.counted_at)
                totals.append((*place, *row[:8], counted_at, row.next_rank))
            for kind, owner in draft.changed:
                promise = draft.promises[kind].get(owner)
                if promise is None:
                    ended.append((*place, owner, kind))
                else:
                    quantity, at, rank = promise
                    saved.append((*place, owner, kind, quantity, instant_text(at), rank))
        with self._all_or_nothing():
            many = self._connection.executemany
            self._append(movements)
            many(SAVE_LEVEL, totals)
            many(END_PROMISE, ended)
            many(SAVE_PROMISE, saved)
            self._keep(outcomes)
            many(POST, [(merchant, STOCK, str(sku)) for sku in changed])

    def _append(self, rows: Sequence[MovementRow]) -> None:
        merchant = self._merchant
        count = self._connection.total_changes
        try:
            self._connection.executemany(
                APPEND_MOVEMENT,
                # The instant stands in the middle of a row, and is one for a whole batch.
                [(merchant, instant_text(row[9]), *row[:9], *row[10:]) for row in rows],
            )
        except sqlite3.IntegrityError as error:
            # The rows before the one that was refused have been written, and are undone next.
            refused = rows[self._connection.total_changes - count]
            raise MovementTakenError(movement=refused.id) from error

    def _keep(self, outcomes: Sequence[KeptOutcome]) -> None:
        merchant = self._merchant
        count = self._connection.total_changes
        rows = [
            (
                merchant,
                str(kept.key),
                kept.fingerprint,
                outcome_text(kept.outcome),
                instant_text(kept.at),
            )
            for kept in outcomes
        ]
        try:
            self._connection.executemany(KEEP, rows)
        except sqlite3.IntegrityError as error:
            refused = outcomes[self._connection.total_changes - count]
            raise KeyTakenError(key=str(refused.key)) from error

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        self._connection.execute("SAVEPOINT booking")
        try:
            yield
        except BaseException:
            # SQLite may have ended the whole transaction already, such as on a full disk.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO booking")
            raise
        self._connection.execute("RELEASE booking")


def level_row(row: Sequence[Any]) -> LevelRow:
    """Return the totals that a row of the table ``level`` holds."""
    *units, counted_at, next_rank = row
    instant = None if counted_at is None else datetime.fromisoformat(counted_at)
    return LevelRow._make((*units, instant, next_rank))


def _promises(rows: Iterable[Sequence[Any]]) -> Iterator[SavedPromise]:
    for kind, owner, quantity, at, rank in rows:
        yield SavedPromise(kind, owner, quantity, datetime.fromisoformat(at), rank)
