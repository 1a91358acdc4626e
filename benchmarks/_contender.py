"""
One process of a contended store: ``python _contender.py kind address callers number``.

Says that it is ready, reads from when until when its callers are to ask, and prints how long each
had to wait.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import Ledger
from ecomkit.ports import ManualClock
from ecomkit.stock import Owner, PutOnHold, Want
from ecomkit.stores import SqliteStore

if TYPE_CHECKING:
    from ecomkit.ports import Store

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=15)
HOT = Sku("HOT")
UNITS = 10**9


def hold(name: str) -> PutOnHold:
    """Return the command that holds one unit of the hot sku for the cart *name*."""
    want = Want(owner=Owner(f"cart:{name}"), sku=HOT, quantity=1)
    return PutOnHold(key=CommandKey(name), wants=[want], expires_at=UNTIL)


async def ask(ledger: Ledger, *, name: str, until: float) -> list[float]:
    """Ask one thing after another; return how long each took."""
    waits = []
    number = 0
    while (start := time.time()) < until:
        number += 1
        await ledger.submit(hold(f"{name}/{number}"))
        waits.append(time.time() - start)
    return waits


def window() -> tuple[float, float]:
    """Say that we are ready; return when to begin and when to end."""
    print("ready", flush=True)
    begin, end = json.loads(sys.stdin.readline())
    return begin, end


def through_ledger(store: Store, *, worker: str, callers: int) -> list[float]:
    """Have many tasks ask one ledger."""

    async def all_callers(ledger: Ledger) -> list[float]:
        # Whatever is made at the first command is made before the others come.
        await ledger.submit(hold(f"{worker}/first"))
        begin, end = window()
        await asyncio.sleep(begin - time.time())
        calls = [ask(ledger, name=f"{worker}/{n}", until=end) for n in range(callers)]
        return [wait for waits in await asyncio.gather(*calls) for wait in waits]

    with Ledger(store, clock=ManualClock(NOW)) as ledger:
        return asyncio.run(all_callers(ledger))


def bare(address: str) -> list[float]:
    """Write one row after another, each in a transaction of its own, as SQLite lets us."""
    connection = sqlite3.connect(address, timeout=30, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    begin, end = window()
    time.sleep(max(0, begin - time.time()))
    waits = []
    while (start := time.time()) < end:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE level SET sellable = sellable - 1 WHERE sku = 'HOT'")
        connection.execute("INSERT INTO movement (sku, units) VALUES ('HOT', 1)")
        connection.execute("COMMIT")
        waits.append(time.time() - start)
    return waits


KNOWN = "SELECT outcome FROM ecomkit.command WHERE merchant = 'bare' AND key = %s"
LOCK = """
    SELECT sellable, held, next_rank FROM ecomkit.level
    WHERE merchant = 'bare' AND sku = 'HOT' AND location = 'main' FOR UPDATE
"""
KEEP = """
    INSERT INTO ecomkit.command (merchant, key, fingerprint, outcome, at)
    VALUES ('bare', %s, %s, '{"$type":"Reserved","units":1}', %s)
"""
MOVE = """
    INSERT INTO ecomkit.movement (
        merchant, id, sku, quantity, source_location, source_bucket, target_location,
        target_bucket, cause, command, at, owner, source_after, target_after
    ) VALUES (
        'bare', %s, 'HOT', 1, 'main', 'sellable', 'main', 'held', 'hold', %s, %s, %s, %s, %s
    )
"""
PROMISE = """
    INSERT INTO ecomkit.promise (merchant, sku, location, owner, kind, quantity, at, rank)
    VALUES ('bare', 'HOT', 'main', %s, 'hold', 1, %s, %s)
"""
SAVE = """
    UPDATE ecomkit.level SET sellable = %s, held = %s, next_rank = %s
    WHERE merchant = 'bare' AND sku = 'HOT' AND location = 'main'
"""
POST = """
    INSERT INTO ecomkit.outbox AS o (merchant, topic, key, version, fence, settled)
    VALUES ('bare', 'stock', 'HOT', 1, 0, 0)
    ON CONFLICT (merchant, topic, key) DO UPDATE SET version = o.version + 1
"""


def for_update(address: str, *, worker: str) -> list[float]:
    """Read and write what a hold does, one hold after another, with the level locked meanwhile."""
    import psycopg  # noqa: PLC0415 - it is an extra

    connection = psycopg.connect(address, autocommit=True, prepare_threshold=0)
    run = connection.execute
    waits = []
    begin, end = window()
    time.sleep(max(0, begin - time.time()))
    number = 0
    while (start := time.time()) < end:
        number += 1
        key = f"{worker}/{number}"
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        run("BEGIN")
        assert run(KNOWN, [key]).fetchone() is None
        row = run(LOCK).fetchone()
        assert row is not None
        sellable, held, rank = row[0] - 1, row[1] + 1, row[2] + 1
        assert sellable >= 0
        run(KEEP, [key, digest, NOW])
        run(MOVE, [f"{key}/0", key, NOW, f"cart:{key}", sellable, held])
        run(PROMISE, [f"cart:{key}", UNTIL, rank])
        run(SAVE, [sellable, held, rank])
        run(POST)
        run("COMMIT")
        waits.append(time.time() - start)
    return waits


def main(kind: str, address: str, callers: str, worker: str) -> None:
    """Print the waits of one process as JSON."""
    if kind == "bare":
        waits = bare(address)
    elif kind == "for update":
        waits = for_update(address, worker=worker)
    elif kind == "sqlite":
        waits = through_ledger(SqliteStore(address), worker=worker, callers=int(callers))
    else:
        from ecomkit.stores._postgres import PostgresStore  # noqa: PLC0415 - psycopg is an extra

        waits = through_ledger(PostgresStore(address), worker=worker, callers=int(callers))
    print(json.dumps(waits))


if __name__ == "__main__":
    main(*sys.argv[1:])
