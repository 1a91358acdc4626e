"""Where the books are kept: in memory, in a SQLite file, or in PostgreSQL."""

from ecomkit.stores._memory import MemoryStore
from ecomkit.stores._postgres import PostgresStore
from ecomkit.stores._sqlite import Durability, SqliteStore
from ecomkit.stores._sqlite_tokens import SqliteTokenStore

__all__ = ["Durability", "MemoryStore", "PostgresStore", "SqliteStore", "SqliteTokenStore"]
