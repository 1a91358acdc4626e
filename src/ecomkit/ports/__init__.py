"""The interfaces to the world besides channels: stores and clocks."""

from ecomkit.ports._clock import Clock, ManualClock
from ecomkit.ports._errors import (
    NestedTransactionError,
    SchemaVersionError,
    SnapshotWriteError,
    StoreBusyError,
    StoreClosedError,
    StoredValueError,
)
from ecomkit.ports._store import Collection, Retention, Store, Transaction

__all__ = [
    "Clock",
    "Collection",
    "ManualClock",
    "NestedTransactionError",
    "Retention",
    "SchemaVersionError",
    "SnapshotWriteError",
    "Store",
    "StoreBusyError",
    "StoreClosedError",
    "StoredValueError",
    "Transaction",
]
