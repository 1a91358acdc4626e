"""
How long the unluckiest caller waits, where 8 processes of 64 callers want the same sku.

The ratio is that of the longest wait to the median: 20 is a queue, 1,000 a lottery. Beside it
stand 8 bare SQLite writers, one in each process, which wait as SQLite has them wait.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from _contended import SECONDS, contend, count, durable_postgres
from _contender import HOT, UNITS
from _harness import Result

from ecomkit.stores import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = 8
CALLERS = 64


def judged(name: str, waits: list[float]) -> Result:
    """Print what the waits were like, and return the longest beside the median."""
    shown = [1_000 * wait for wait in (median(waits), waits[len(waits) * 99 // 100], waits[-1])]
    print(
        f"# {name}: {len(waits) / SECONDS:,.0f}/s; waits in ms: median {shown[0]:.1f}, "
        f"p99 {shown[1]:.1f}, longest {shown[2]:.1f}",
        flush=True,
    )
    return Result(name=f"{name}, longest wait", value=waits[-1], floor=median(waits), goal=20)


def benches() -> Iterator[Result]:
    """Yield the longest waits; the bare writers are printed beside them and have no goal."""
    with tempfile.TemporaryDirectory() as folder:
        bare = str(Path(folder, "bare.db"))
        with closing(sqlite3.connect(bare)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE level (sku TEXT PRIMARY KEY, sellable INTEGER)")
            connection.execute("CREATE TABLE movement (seq INTEGER PRIMARY KEY, sku, units)")
            connection.execute("INSERT INTO level VALUES (?, ?)", (HOT, UNITS))
            connection.commit()
        floor = judged(
            "bare SQLite, 8 writers", contend("bare", bare, processes=PROCESSES, callers=1)
        )
        print(f"# bare SQLite, 8 writers: longest wait / median {floor.ratio:,.0f}", flush=True)
        ours = str(Path(folder, "ours.db"))
        with SqliteStore(ours) as store:
            count(store)
        yield judged(
            "SQLite, 8 x 64 callers", contend("sqlite", ours, processes=PROCESSES, callers=CALLERS)
        )
    with durable_postgres("contention") as address:
        if address is not None:
            from ecomkit.stores._postgres import PostgresStore  # noqa: PLC0415 - it is an extra

            with PostgresStore(address) as books:
                count(books)
            waits = contend("postgres", address, processes=PROCESSES, callers=CALLERS)
            yield judged("PostgreSQL, 8 x 64 callers", waits)
