"""What can go wrong at a store."""

from __future__ import annotations

import attrs

from ecomkit.errors import AttentionError, InputError, TransientError
from ecomkit.stock import LevelKey

__all__ = [
    "CommitUnknownError",
    "KeyTakenError",
    "LevelNotLoadedError",
    "MovementTakenError",
    "NestedTransactionError",
    "SchemaVersionError",
    "SnapshotWriteError",
    "StoreBusyError",
    "StoreClosedError",
    "StoreFailedError",
    "StoreLostError",
    "StoredValueError",
    "TransactionEndedError",
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
class StoreFailedError(AttentionError):
    """
    Raised when the disk or the database failed under us; nothing was written.

    >>> print(StoreFailedError(why="database or disk is full"))
    the store failed: database or disk is full; nothing was written
    """

    why: str

    @property
    def message(self) -> str:
        """What the store said."""
        return f"the store failed: {self.why}; nothing was written"


@attrs.frozen(kw_only=True)
class StoreLostError(TransientError):
    """
    Raised when the connection to the database was lost before the commit; nothing was written.

    >>> print(StoreLostError(why="server closed the connection"))
    the connection to the store was lost: server closed the connection; nothing was written
    """

    why: str

    @property
    def message(self) -> str:
        """What was lost."""
        return f"the connection to the store was lost: {self.why}; nothing was written"


@attrs.frozen(kw_only=True)
class CommitUnknownError(TransientError):
    """
    Raised when the acknowledgement of a commit was lost: all was written, or nothing.

    Ask again with the same keys: what was written is answered from what was kept, and what was
    not takes effect now.

    >>> print(CommitUnknownError(why="server closed the connection"))
    the commit was not acknowledged: server closed the connection; ask again with the same keys
    """

    why: str

    @property
    def message(self) -> str:
        """What was lost, and what to do."""
        return f"the commit was not acknowledged: {self.why}; ask again with the same keys"


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
class LevelNotLoadedError(InputError):
    """
    Raised when a level is saved that was not loaded in the same transaction; nothing was written.

    >>> from ecomkit.identifiers import LocationId, Sku
    >>> print(LevelNotLoadedError(level=LevelKey(Sku("A"), LocationId("main"))))
    the level of A at main was not loaded in this transaction; load it before you save it
    """

    level: LevelKey

    @property
    def message(self) -> str:
        """Which level, and what to do."""
        return (
            f"the level of {self.level.sku} at {self.level.location} was not loaded in this "
            "transaction; load it before you save it"
        )


@attrs.frozen(kw_only=True)
class MovementTakenError(InputError):
    """
    Raised when a movement is appended under an id that the ledger has; nothing was written.

    >>> print(MovementTakenError(movement="receipt-7/0"))
    the ledger has a movement 'receipt-7/0' already; a movement is written once
    """

    movement: str

    @property
    def message(self) -> str:
        """Which movement."""
        return f"the ledger has a movement {self.movement!r} already; a movement is written once"


@attrs.frozen(kw_only=True)
class KeyTakenError(TransientError):
    """
    Raised when an outcome is kept under a key that a twin took meanwhile; nothing was written.

    Ask again: the answer will be what was kept, or that the key was used for another command.

    >>> print(KeyTakenError(key="receipt-7"))
    a command under the key 'receipt-7' was booked meanwhile; nothing was written, ask again
    """

    key: str

    @property
    def message(self) -> str:
        """The key, and what to do."""
        return (
            f"a command under the key {self.key!r} was booked meanwhile; nothing was written, "
            "ask again"
        )


@attrs.frozen(kw_only=True)
class TransactionEndedError(InputError):
    """Raised when a transaction or a snapshot is used after its block has ended."""

    @property
    def message(self) -> str:
        """What to do."""
        return "this transaction has ended; open another one"


@attrs.frozen(kw_only=True)
class NestedTransactionError(InputError):
    """
    Raised when a thread that holds a store opens another transaction of it, or closes it.

    It would wait for itself.
    """

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
