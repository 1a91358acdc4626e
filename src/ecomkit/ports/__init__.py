"""The interfaces to the world besides channels: stores, token stores and clocks."""

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
from ecomkit.ports._secret import Secret, SecretLeakError
from ecomkit.ports._store import Collection, Retention, Store, Transaction
from ecomkit.ports._tokens import Tokens, TokenStore

__all__ = [
    "Clock",
    "Collection",
    "LevelNotLoadedError",
    "ManualClock",
    "MovementTakenError",
    "NestedTransactionError",
    "Retention",
    "SchemaVersionError",
    "Secret",
    "SecretLeakError",
    "SnapshotWriteError",
    "Store",
    "StoreBusyError",
    "StoreClosedError",
    "StoredValueError",
    "TokenStore",
    "Tokens",
    "Transaction",
    "TransactionEndedError",
]
