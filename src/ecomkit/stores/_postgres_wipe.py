"""How PostgreSQL is made to drop for good what was deleted: its tables are written anew."""

from __future__ import annotations

import time

from ecomkit.ports import StoreBusyError, StoreFailedError
from ecomkit.stores._postgres_statements import Statement
from ecomkit.stores._postgres_wire import Wire

__all__ = ["wipe"]

RETRY_SECONDS = 0.05
"""How long to wait before asking again whether others still see what was deleted."""

NEXT: Statement = ("SELECT pg_snapshot_xmax(pg_current_snapshot())::xid::text", ())
# Whoever began before is shown what was deleted, and so it is kept for them. Of sessions of
# other roles the server tells no more than we may see.
BEFORE = """
    SELECT count(*) FROM (
        SELECT unnest(ARRAY[a.backend_xid, a.backend_xmin]) FROM pg_stat_activity AS a
        WHERE a.pid <> pg_backend_pid() AND a.backend_type <> 'autovacuum worker'
            AND coalesce(a.datname = current_database(), true)
        UNION ALL
        SELECT p.transaction FROM pg_prepared_xacts AS p WHERE p.database = current_database()
        UNION ALL
        SELECT r.xmin FROM pg_replication_slots AS r
    ) AS seen (xid)
    WHERE age(seen.xid) > age($1::xid)
"""
# A plain VACUUM frees the places of dead rows and leaves what stood there. The ledger's tables
# hold nothing personal, and are the large ones.
REWRITE: Statement = ("VACUUM (FULL) ecomkit.document, ecomkit.raw", ())


def wipe(wire: Wire, *, waited_seconds: int) -> None:
    """
    Write the tables of the values anew, without what was deleted.

    Nothing is begun on *wire*: each statement is a transaction of its own, as VACUUM wants it.

    Raises:
        StoreBusyError: If others are shown for longer than *waited_seconds* what was deleted.
        StoreFailedError: If the tables are not ours to write anew.
    """
    [[(horizon,)]] = wire.ask(NEXT)
    deadline = time.monotonic() + waited_seconds
    while wire.ask((BEFORE, (horizon,))) != [[(0,)]]:
        if time.monotonic() >= deadline:
            raise StoreBusyError(waited_seconds=waited_seconds)
        time.sleep(RETRY_SECONDS)
    with wire.warned() as warnings:
        wire.ask(REWRITE)
    if warnings:
        raise StoreFailedError(why="; ".join(warnings))
