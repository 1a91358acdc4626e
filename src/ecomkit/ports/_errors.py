"""What can go wrong at a store."""

from __future__ import annotations

import attrs

from ecomkit.errors import AttentionError, InputError, TransientError

__all__ = [
    "NestedTransactionError",
    "SchemaVersionError",
    "SnapshotWriteError",
    "StoreBusyError",
    "StoreClosedError",
    "StoredValueError",
]


@attrs.frozen(kw_only=True)
class SchemaVersionError(AttentionError):
    """
    Raised when a store was written by another version of ecomkit than this one can read.

    >>> print(SchemaVersionError(found=7, known=1))
    the store has schema version 7, this ecomkit knows up to 1; upgrade ecomkit
    """

    found: int
    known: int

    @property
    def message(self) -> str:
        """Both versions, and what to do."""
        return (
            f"the store has schema version {self.found}, this ecomkit knows up to "
            f"{self.known}; upgrade ecomkit"
        )


@attrs.frozen(kw_only=True)
class StoreBusyError(TransientError):
    """
    Raised when another writer held the store for longer than we wait; nothing was written.

    >>> print(StoreBusyError(waited_seconds=30))
    another writer held the store for more than 30 s; nothing was written, try again
    """

    waited_seconds: int

    @property
    def message(self) -> str:
        """How long we waited."""
        return (
            f"another writer held the store for more than {self.waited_seconds} s; "
            "nothing was written, try again"
        )


@attrs.frozen(kw_only=True)
class StoreClosedError(InputError):
    """Raised when a closed store is used."""

    @property
    def message(self) -> str:
        """What to do."""
        return "the store is closed; open it again"


@attrs.frozen(kw_only=True)
class StoredValueError(AttentionError):
    """
    Raised when a stored value cannot be read as what it was saved as.

    >>> print(StoredValueError(collection="order", key="etsy/1", why="no field 'lines'"))
    stored order 'etsy/1' cannot be read: no field 'lines'
    """

    collection: str
    key: str
    why: str

    @property
    def message(self) -> str:
        """Which value, and why."""
        return f"stored {self.collection} {self.key!r} cannot be read: {self.why}"


@attrs.frozen(kw_only=True)
class NestedTransactionError(InputError):
    """Raised when a transaction is opened inside another one of the same store and thread."""

    @property
    def message(self) -> str:
        """What to do."""
        return "this thread holds a transaction of this store already; end it first"


@attrs.frozen(kw_only=True)
class SnapshotWriteError(InputError):
    """Raised when a snapshot is written to."""

    @property
    def message(self) -> str:
        """What to do."""
        return "a snapshot only reads; open a transaction to write"
