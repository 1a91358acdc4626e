"""All that the PostgreSQL store is made of, loaded when one is opened: most programs open none."""

from ecomkit.stores._postgres_line import Line, settings
from ecomkit.stores._postgres_posting import PostgresPosting
from ecomkit.stores._postgres_schema import migrate
from ecomkit.stores._postgres_transaction import PostgresSnapshot, PostgresTransaction
from ecomkit.stores._postgres_wipe import wipe
from ecomkit.stores._postgres_wire import HostWire, Wire, refuse_unfit

__all__ = [
    "HostWire",
    "Line",
    "PostgresPosting",
    "PostgresSnapshot",
    "PostgresTransaction",
    "Wire",
    "migrate",
    "refuse_unfit",
    "settings",
    "wipe",
]
