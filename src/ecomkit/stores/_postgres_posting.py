"""How PostgreSQL books a batch of stock commands while other batches work on other levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ecomkit.errors import EcomkitError
from ecomkit.identifiers import LocationId, MerchantId, Sku
from ecomkit.ports import KeptOutcome, OpenedBooks
from ecomkit.stock import Coverage, DraftLevel, LevelKey, LevelNeed, MovementRow
from ecomkit.stores._postgres_ledger import DuplicateError, PostgresLedger
from ecomkit.stores._postgres_rows import kept_of
from ecomkit.stores._postgres_statements import ADD_LEVELS, DROP_LEVELS, KEPT, LOCKED_LEVELS
from ecomkit.stores._postgres_text import texts

if TYPE_CHECKING:
    # Not at run time, since the driver is an extra.
    from ecomkit.stores._postgres_wire import Wire

__all__ = ["PostgresPosting"]


class PostgresPosting(PostgresLedger):
    """
    The part that stock commands need, while other batches work on other levels.

    What :meth:`book` writes goes out together with the COMMIT: what the database refuses of it is
    raised by the next call or at the end of the block.
    """

    def __init__(self, wire: Wire, merchant: MerchantId) -> None:
        super().__init__(wire, merchant)
        self._added: set[LevelKey] = set()
        self._movements: list[MovementRow] = []
        self._outcomes: list[KeptOutcome] = []

    def open(
        self,
        needs: Mapping[LevelKey, LevelNeed],
        *,
        keys: Sequence[str],
        now: datetime,
        coverage: Coverage,
    ) -> OpenedBooks:
        places = self._places(needs)
        try:
            added, rows, promises, kept = self._wire.run(
                (ADD_LEVELS, places),
                (LOCKED_LEVELS, places),
                self._needed(needs, now=now, coverage=coverage),
                (KEPT, (self._merchant, texts(keys))),
            )
        except DuplicateError as error:
            raise self._refused(error) from error
        self._added.update(LevelKey(Sku(sku), LocationId(place)) for sku, place in added)
        return OpenedBooks(self._drafts(needs, rows, promises), kept_of(kept))

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
        self._movements.extend(movements)
        self._outcomes.extend(outcomes)
        try:
            self._wire.send(statements)
        except DuplicateError as error:
            raise self._refused(error) from error
        self._remember(booked)
        if self._added:
            self._added.difference_update(d.key for d in booked if d.row() != d.before)

    def commit(self) -> None:
        if self._added:
            # Rows that stood for the locks of levels which nothing came of.
            self._wire.queue((DROP_LEVELS, self._places(self._added)))
        try:
            self._wire.commit()
        except DuplicateError as error:
            raise self._refused(error) from error

    def _refused(self, error: DuplicateError) -> EcomkitError:
        self._wire.rollback()
        return self._taken(error, movements=self._movements, outcomes=self._outcomes)
