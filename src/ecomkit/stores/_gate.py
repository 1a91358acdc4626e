"""The gate of a store: one thread at a time, never twice the same, and none after closing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ecomkit.ports import NestedTransactionError, StoreClosedError, TransactionEndedError

__all__ = ["Ended", "Gate"]


class Gate:
    """Lets one thread at a time hold a store."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None
        self._is_closed = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """
        Hold the store until the block ends.

        Raises:
            NestedTransactionError: If this thread holds it already: it would wait for itself.
            StoreClosedError: If the store was closed.
        """
        with self._entered():
            if self._is_closed:
                raise StoreClosedError
            yield

    @contextmanager
    def closing(self) -> Iterator[bool]:
        """
        Close for good; yields whether the store was open until now.

        Raises:
            NestedTransactionError: If this thread holds the store.
        """
        with self._entered():
            was_open, self._is_closed = not self._is_closed, True
            yield was_open

    @contextmanager
    def _entered(self) -> Iterator[None]:
        if self._holder == threading.get_ident():
            raise NestedTransactionError
        with self._lock:
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = None


class Ended:
    """Stands in the place of what a transaction worked on, once its block has ended."""

    def __getattr__(self, name: str) -> Any:
        raise TransactionEndedError
