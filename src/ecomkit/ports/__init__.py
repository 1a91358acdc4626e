"""The interfaces to the world besides channels: stores and clocks."""

from ecomkit.ports._clock import Clock, ManualClock
from ecomkit.ports._errors import (
    LevelNotLoadedError,
    MovementTakenError,
    NestedTransactionError,
    SchemaVersionError,
    SnapshotWriteError,
    StoreBusyError,
    StoreClosedError,
    StoredValueError,
    TransactionEndedError,
)
from ecomkit.ports._store import Collection, Retention, Store, Transaction

__all__ = [
    "Clock",
    "Collection",
    "LevelNotLoadedError",
    "ManualClock",
    "MovementTakenError",
    "NestedTransactionError",
    "Retention",
    "SchemaVersionError",
    "SnapshotWriteError",
    "Store",
    "StoreBusyError",
    "StoreClosedError",
    "StoredValueError",
    "Transaction",
    "TransactionEndedError",
]
