"""The store that forgets: for tests, notebooks and simulations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Self

from ecomkit.identifiers import MerchantId
from ecomkit.ports import LedgerTransaction, Transaction
from ecomkit.stores._gate import Gate
from ecomkit.stores._memory_transaction import MemoryBooks, MemorySnapshot, MemoryTransaction

__all__ = ["MemoryStore"]

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
        self._books = MemoryBooks()

    @property
    def merchant(self) -> MerchantId:
        """Whose books these are."""
        return self._merchant

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the store for writing: kept when the block ends, undone when it raises."""
        with self._gate.held():
            transaction = MemoryTransaction(self._books)
            try:
                yield transaction
            except BaseException:
                transaction.undo()
                raise
            finally:
                transaction.end()

    def posting(self) -> AbstractContextManager[LedgerTransaction]:
        """Hold the store for stock commands: one lock for all levels."""
        return self.transaction()

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Read one consistent state; writing raises ``SnapshotWriteError``."""
        with self._gate.held():
            snapshot = MemorySnapshot(self._books)
            try:
                yield snapshot
            finally:
                snapshot.end()

    def wipe(self) -> None:
        """Do nothing: what was deleted stands nowhere."""
        with self._gate.held():
            pass

    def close(self) -> None:
        """Refuse all further use; closing twice is no error."""
        with self._gate.closing():
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
