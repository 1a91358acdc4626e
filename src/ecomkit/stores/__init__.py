"""Where the books are kept: in memory, or in a SQLite file."""

from ecomkit.stores._memory import MemoryStore
from ecomkit.stores._sqlite import Durability, SqliteStore
from ecomkit.stores._sqlite_tokens import SqliteTokenStore

__all__ = ["Durability", "MemoryStore", "SqliteStore", "SqliteTokenStore"]
