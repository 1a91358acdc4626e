"""The interfaces to the world besides channels: stores, token stores, clocks and alert sinks."""

from ecomkit.ports._alert_sink import AlertSink
from ecomkit.ports._clock import Clock, ManualClock
from ecomkit.ports._errors import (
    CommitUnknownError,
    KeyTakenError,
    LevelNotLoadedError,
    MovementTakenError,
    NestedTransactionError,
    SchemaVersionError,
    SnapshotWriteError,
    StoreBusyError,
    StoreClosedError,
    StoredValueError,
    StoreFailedError,
    StoreLostError,
    TransactionEndedError,
)
from ecomkit.ports._ledger import (
    STOCK,
    Claim,
    KeptOutcome,
    LedgerEntry,
    LedgerTransaction,
    OpenedBooks,
)
from ecomkit.ports._secret import Secret, SecretLeakError
from ecomkit.ports._store import Collection, Retention, Store, Transaction
from ecomkit.ports._tokens import Tokens, TokenStore

__all__ = [
    "STOCK",
    "AlertSink",
    "Claim",
    "Clock",
    "Collection",
    "CommitUnknownError",
    "KeptOutcome",
    "KeyTakenError",
    "LedgerEntry",
    "LedgerTransaction",
    "LevelNotLoadedError",
    "ManualClock",
    "MovementTakenError",
    "NestedTransactionError",
    "OpenedBooks",
    "Retention",
    "SchemaVersionError",
    "Secret",
    "SecretLeakError",
    "SnapshotWriteError",
    "Store",
    "StoreBusyError",
    "StoreClosedError",
    "StoreFailedError",
    "StoreLostError",
    "StoredValueError",
    "TokenStore",
    "Tokens",
    "Transaction",
    "TransactionEndedError",
]
