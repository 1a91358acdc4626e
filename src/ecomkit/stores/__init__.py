"""Where the books are kept: in memory, or in a SQLite file."""

from ecomkit.stores._memory import MemoryStore
from ecomkit.stores._sqlite import Durability, SqliteStore

__all__ = ["Durability", "MemoryStore", "SqliteStore"]
