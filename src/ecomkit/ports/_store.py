"""The store port: how what must last is loaded, saved and locked. It decides nothing."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Generic, Protocol, TypeVar, final

import attrs

from ecomkit.identifiers import MerchantId
from ecomkit.stock import LevelKey, Movement, StockLevel

__all__ = ["Collection", "Retention", "Store", "Transaction"]

T = TypeVar("T")


class Retention(enum.Enum):
    """
    How long values of a collection are meant to last.

    ``RECORD``: part of the books. ``RAW``: raw payloads, kept apart and wiped when deleted.
    """

    RECORD = "record"
    RAW = "raw"


@final
@attrs.frozen(kw_only=True)
class Collection(Generic[T]):
    """
    A named set of values of one type, each under its key.

    A store needs to know nothing else of a value: it saves frozen attrs values by their
    annotations. So a new kind of value is a new collection and no change to any store.

    Args:
        name: The name under which values are saved; never changes.
        type: The frozen attrs class of the values.
        key: Says under which key a value is saved.
        index: Says under which text a value can be looked up besides, None for not at all.
    """

    name: str
    type: type[T]
    key: Callable[[T], str]
    index: Callable[[T], str | None] = attrs.field(default=lambda _: None)
    retention: Retention = Retention.RECORD


class Transaction(Protocol):
    """
    What can be read and written while the store is held. All of it lasts, or none.

    Values read after a write in the same transaction show the write. A call that raises has
    written nothing. Instants come back as the same instants, in whatever offset the store keeps.

    Raises:
        TransactionEndedError: By every method, once the block has ended.
        FieldError: If a key or an index is empty or no text that UTF-8 can carry, or a limit is
            below 0.
    """

    def get(self, collection: Collection[T], key: str) -> T | None:
        """Return the value under *key*, None if there is none."""
        ...

    def put(self, collection: Collection[T], values: Iterable[T]) -> None:
        """Save *values* under their keys, in the place of what was there."""
        ...

    def delete(self, collection: Collection[T], keys: Iterable[str]) -> None:
        """Remove what is under *keys*; a key without a value is passed over."""
        ...

    def scan(
        self,
        collection: Collection[T],
        *,
        index: str | None = None,
        after: str = "",
        limit: int | None = None,
    ) -> tuple[T, ...]:
        """
        Return values sorted by key, as text: those under *index*, or all.

        Args:
            collection: The set to read.
            index: Only values that were saved with this index.
            after: Only keys above this one.
            limit: At most so many.
        """
        ...

    def levels(self, keys: Iterable[LevelKey]) -> tuple[StockLevel, ...]:
        """Lock and return the levels, in the order of *keys*; unknown ones are empty."""
        ...

    def all_levels(self) -> tuple[StockLevel, ...]:
        """Return every level that was ever saved, sorted by key."""
        ...

    def waiting(self) -> tuple[LevelKey, ...]:
        """Return the levels at which units are uncovered, sorted by key."""
        ...

    def expired(self, now: datetime) -> tuple[LevelKey, ...]:
        """Return the levels with a hold that has ended at *now* and was not swept, sorted."""
        ...

    def append(self, levels: Iterable[StockLevel], movements: Iterable[Movement]) -> None:
        """
        Save *levels* as they stand now and append *movements* to the ledger.

        Only levels that :meth:`levels` returned in this transaction may be saved; one that has
        not changed since is passed over. Their promises stand in the order of their ranks.

        Raises:
            LevelNotLoadedError: If a level was not loaded in this transaction.
            MovementTakenError: If the ledger has a movement of one of the ids.
        """
        ...

    def movements(self, *, after: int = 0, limit: int) -> tuple[tuple[int, Movement], ...]:
        """
        Return movements with their running numbers above *after*, oldest first.

        Numbers grow; they may have gaps.
        """
        ...


class Store(Protocol):
    """
    Where one merchant's books are kept.

    The rule of the ledger is not in here: operations fold it over what :meth:`Transaction.levels`
    returns and save the result. Stores differ in how they lock, load and save.
    """

    @property
    def merchant(self) -> MerchantId:
        """Whose books these are."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """
        Hold the store for writing: saved when the block ends, undone when it raises.

        One writer at a time; a transaction must not be opened inside another.
        """
        ...

    def snapshot(self) -> AbstractContextManager[Transaction]:
        """Read one consistent state, without keeping writers out for long; writing is an error."""
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is no error."""
        ...
