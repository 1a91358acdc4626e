"""How PostgreSQL opens the books for a batch of stock commands, and books what they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from ecomkit.errors import EcomkitError
from ecomkit.identifiers import MerchantId
from ecomkit.ports import (
    STOCK,
    KeptOutcome,
    KeyTakenError,
    LevelNotLoadedError,
    MovementTakenError,
    OpenedBooks,
    StoreFailedError,
)
from ecomkit.stock import (
    LOTS_END,
    LOTS_START,
    Coverage,
    DraftLevel,
    LevelKey,
    LevelNeed,
    MovementRow,
)
from ecomkit.stores._arguments import first_taken
from ecomkit.stores._codec import instant_text
from ecomkit.stores._gate import Ended
from ecomkit.stores._postgres_rows import (
    PromiseName,
    appending,
    columns,
    drafts_of,
    keeping,
    kept_of,
    posting,
    promise_names,
    saving,
)
from ecomkit.stores._postgres_statements import (
    KEPT,
    LEVELS,
    OPEN_PROMISES,
    TAKEN_MOVEMENTS,
    Row,
    Statement,
)
from ecomkit.stores._postgres_text import numbers, texts, unescaped

if TYPE_CHECKING:
    # Not at run time, since the driver is an extra.
    from ecomkit.stores._postgres_wire import Wire

__all__ = ["DuplicateError", "PostgresLedger"]


class DuplicateError(Exception):
    """A row that is there already was inserted into *table*; whose, the caller knows."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class PostgresLedger:
    """Reads and writes between BEGIN and COMMIT: the part that stock commands need."""

    def __init__(self, wire: Wire, merchant: MerchantId) -> None:
        self._wire = wire
        self._merchant = str(merchant)
        self._opened: dict[LevelKey, set[PromiseName]] = {}

    def end(self) -> None:
        # Outside of BEGIN and COMMIT each statement would be a transaction of its own.
        self._wire = cast("Wire", Ended())

    def commit(self) -> None:
        """Make what was written last."""
        self._wire.commit()

    # -- opening ----------------------------------------------------------------------------

    def open(
        self,
        needs: Mapping[LevelKey, LevelNeed],
        *,
        keys: Sequence[str],
        now: datetime,
        coverage: Coverage,
    ) -> OpenedBooks:
        rows, promises, kept = self._wire.run(
            (LEVELS, self._places(needs)),
            self._needed(needs, now=now, coverage=coverage),
            (KEPT, (self._merchant, texts(keys))),
        )
        return OpenedBooks(self._drafts(needs, rows, promises), kept_of(kept))

    def _places(self, keys: Iterable[LevelKey]) -> tuple[str, str, str]:
        skus, locations = columns(keys, 2)
        return self._merchant, texts(skus), texts(locations)

    def _needed(
        self, needs: Mapping[LevelKey, LevelNeed], *, now: datetime, coverage: Coverage
    ) -> Statement:
        parts = {key: need for key, need in needs.items() if not need.is_whole}
        owned = [(*key, owner) for key, need in parts.items() for owner in need.owners]
        frees = [need.frees for need in parts.values()]
        frees_holds = [str(need.frees_holds) for need in parts.values()]
        return OPEN_PROMISES[coverage], (
            self._merchant,
            *map(texts, columns(owned, 3)),
            *map(texts, columns(parts, 2)),
            numbers(frees),
            texts(frees_holds),
            instant_text(now),
            *map(texts, columns([key for key, need in parts.items() if need.lots], 2)),
            LOTS_START,
            LOTS_END,
            *map(texts, columns([key for key, need in needs.items() if need.is_whole], 2)),
        )

    def _drafts(
        self, keys: Iterable[LevelKey], rows: Iterable[Row], promises: Iterable[Row]
    ) -> dict[LevelKey, DraftLevel]:
        """Return drafts, and remember what was loaded of each."""
        drafts = drafts_of(keys, rows, promises)
        for key, draft in drafts.items():
            self._opened.setdefault(key, set()).update(promise_names(draft))
        return drafts

    def kept(self, keys: Iterable[str]) -> Mapping[str, KeptOutcome]:
        [rows] = self._wire.run((KEPT, (self._merchant, texts([str(key) for key in keys]))))
        return kept_of(rows)

    # -- booking ----------------------------------------------------------------------------

    def book(
        self,
        drafts: Iterable[DraftLevel],
        *,
        movements: Sequence[MovementRow],
        outcomes: Sequence[KeptOutcome],
        changed: Iterable[str],
    ) -> None:
        booked = list(drafts)
        statements = self._booking(booked, movements, outcomes, set(changed))
        self._all_or_nothing(statements, movements=movements, outcomes=outcomes)
        self._remember(booked)

    def _booking(
        self,
        drafts: Sequence[DraftLevel],
        movements: Sequence[MovementRow],
        outcomes: Sequence[KeptOutcome],
        changed: set[str],
    ) -> Iterator[Statement]:
        """
        Return the statements that book a batch, each made when the one before it was sent.

        Raises:
            LevelNotLoadedError: If a draft was not opened in this transaction.
            MovementTakenError: If an id stands there twice.
            KeyTakenError: If a key stands there twice.
        """
        for draft in drafts:
            if draft.key not in self._opened:
                raise LevelNotLoadedError(level=draft.key)
        if (taken := first_taken((row.id, row.sku) for row in movements)) is not None:
            raise MovementTakenError(movement=taken[0])
        self._refuse_repeated(outcomes)
        return self._statements(drafts, movements, outcomes, changed)

    def _statements(
        self,
        drafts: Sequence[DraftLevel],
        movements: Sequence[MovementRow],
        outcomes: Sequence[KeptOutcome],
        changed: set[str],
    ) -> Iterator[Statement]:
        # Keys first: another batch that waits for one of them holds as little as can be.
        if outcomes:
            yield keeping(self._merchant, outcomes)
        if movements:
            yield appending(self._merchant, movements)
        yield from saving(self._merchant, drafts, known=self._opened)
        if changed:
            yield posting(self._merchant, STOCK, changed)

    def _remember(self, drafts: Iterable[DraftLevel]) -> None:
        for draft in drafts:
            self._opened[draft.key] = self._opened[draft.key] - draft.changed | promise_names(
                draft
            )

    def _refuse_repeated(self, outcomes: Sequence[KeptOutcome]) -> None:
        if (key := first_taken(kept.key for kept in outcomes)) is not None:
            raise KeyTakenError(key=str(key))

    def _all_or_nothing(
        self,
        statements: Iterable[Statement],
        *,
        movements: Sequence[MovementRow] = (),
        outcomes: Sequence[KeptOutcome] = (),
    ) -> None:
        """Run *statements*; what fails leaves the transaction as it was before them."""
        wire = self._wire
        wire.queue(("SAVEPOINT booking", ()))
        try:
            wire.send(statements)
            wire.run(("RELEASE booking", ()))
        except DuplicateError as error:
            wire.undo("booking")
            raise self._taken(error, movements=movements, outcomes=outcomes) from error
        except BaseException:
            wire.undo("booking")
            raise

    def _taken(
        self,
        error: DuplicateError,
        *,
        movements: Sequence[MovementRow],
        outcomes: Sequence[KeptOutcome],
    ) -> EcomkitError:
        """Return the error that says what was there already."""
        if error.table.startswith("movement"):
            ids, skus = texts([row.id for row in movements]), texts([row.sku for row in movements])
            [rows] = self._wire.ask((TAKEN_MOVEMENTS, (self._merchant, skus, ids)))
            taken = {unescaped(row[0]) for row in rows}
            return MovementTakenError(movement=_first(taken, [row.id for row in movements]))
        if not error.table.startswith("command"):
            return StoreFailedError(why=f"a row of {error.table} was there that nobody had loaded")
        keys = [str(kept.key) for kept in outcomes]
        [rows] = self._wire.ask((KEPT, (self._merchant, texts(keys))))
        return KeyTakenError(key=_first({row[0] for row in rows}, keys))


def _first(taken: Iterable[str], names: Sequence[str]) -> str:
    """Return the first of *names* that is taken, or the first: its twin may be gone again."""
    known = set(taken)
    return next((name for name in names if name in known), names[0])
