"""The store port: how what must last is loaded, saved and locked. It decides nothing."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Generic, Protocol, TypeVar, final

import attrs

from ecomkit.identifiers import MerchantId
from ecomkit.ports._ledger import Claim, KeptOutcome, LedgerEntry, LedgerTransaction
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


class Transaction(LedgerTransaction, Protocol):
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
        """Lock and return whole levels, in the order of *keys*; unknown ones are empty."""
        ...

    def available(self, keys: Iterable[LevelKey], *, now: datetime) -> tuple[int | None, ...]:
        """
        Return the units that may be promised at *now*, level by level, None if never counted.

        Costs the same for a level with ten thousand promises as for one with none.
        """
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

    def movements(self, *, after: int = 0, limit: int) -> tuple[tuple[int, Movement], ...]:
        """
        Return movements with their running numbers above *after*, oldest first.

        Numbers grow, for each level in the order in which its balances changed; they may have
        gaps.
        """
        ...

    def entries(self, *, after: int = 0, limit: int) -> Sequence[LedgerEntry]:
        """Return what :meth:`movements` does, of each no more than the balances need."""
        ...

    def kept(self, keys: Iterable[str]) -> Mapping[str, KeptOutcome]:
        """Return what was kept under *keys*."""
        ...

    def keep(self, outcomes: Iterable[KeptOutcome]) -> None:
        """
        Keep *outcomes* under their keys.

        Raises:
            KeyTakenError: If an outcome is kept under one of the keys already.
        """
        ...

    def forget(self, *, before: datetime) -> int:
        """
        Forget the outcomes that were kept before an instant; return how many.

        A command that comes again afterwards is no longer answered: where it had moved units the
        ledger refuses its movements, and what moved none takes effect again. Channels resend for
        days.
        """
        ...

    def post(self, topic: str, keys: Iterable[str]) -> None:
        """
        Post *keys* to the outbox of *topic*; one that stands there gets a newer version.

        So a reader finds each key once, and the newest only.
        """
        ...

    def posted(self, topic: str) -> tuple[Claim, ...]:
        """Return what stands in the outbox of *topic*, sorted by key, claimed or not."""
        ...

    def claim(
        self, topic: str, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Claim, ...]:
        """
        Claim at most *limit* entries that nobody has at *now*, and keep them until *until*.

        A claim that has run out is anybody's again, under a higher fence.
        """
        ...

    def settle(self, topic: str, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """
        Take what was done off the outbox, and return the claims that were lost meanwhile.

        An entry that was posted anew since it was claimed stays, and anybody may claim it.
        """
        ...


class Store(Protocol):
    """
    Where one merchant's books are kept.

    The rule of the ledger is not in here: operations fold it over what
    :meth:`LedgerTransaction.open` returns and book the result. Stores differ in how they lock,
    load and save.
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

    def posting(self) -> AbstractContextManager[LedgerTransaction]:
        """
        Hold only the levels that stock commands touch, so that others may post to other levels.

        A store that locks as a whole does the same here as in :meth:`transaction`.
        """
        ...

    def snapshot(self) -> AbstractContextManager[Transaction]:
        """Read one consistent state, without keeping writers out for long; writing is an error."""
        ...

    def close(self) -> None:
        """Let go of files and connections; closing twice is no error."""
        ...
