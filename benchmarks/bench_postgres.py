"""
A hot sku on PostgreSQL: a thousand callers of one ledger, beside ``SELECT ... FOR UPDATE``.

The latter is 8 processes which do the same reads and writes on the same tables, one hold at a time.
Value and floor are seconds for each hold, at equal durability and in the same run. How far they are
apart depends on the disk: one by one each hold waits for a flush of its own, so what a flush takes
is printed beside them.
"""

from __future__ import annotations

import os
import tempfile
import time
from statistics import median
from typing import TYPE_CHECKING

from _contended import SECONDS, contend, count, durable_postgres
from _contender import NOW, UNITS
from _harness import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLERS = 1_000
CLIENTS = 8
LEVEL = """
    INSERT INTO ecomkit.level (merchant, sku, location, sellable, counted_at)
    VALUES ('bare', 'HOT', 'main', %s, %s)
"""


def flush_seconds() -> float:
    """Return what it takes to append a page to a file and have it on the disk."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(100):
            start = time.perf_counter()
            os.write(file.fileno(), bytes(8192))
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - start)
    return median(took)


def benches() -> Iterator[Result]:
    """Yield what a hold costs; a sixtieth is wanted."""
    with durable_postgres("hot") as address:
        if address is not None:
            yield hot_sku(address)


def hot_sku(address: str) -> Result:
    """Return the seconds for each hold through a ledger, and for each one by one."""
    import psycopg  # noqa: PLC0415 - it is an extra

    from ecomkit.stores._postgres import PostgresStore  # noqa: PLC0415 - psycopg is an extra

    with PostgresStore(address) as store:
        count(store)
    with psycopg.connect(address) as connection:
        connection.execute(LEVEL, [UNITS, NOW])
    one_by_one = len(contend("for update", address, processes=CLIENTS, callers=1)) / SECONDS
    ours = len(contend("postgres", address, processes=1, callers=CALLERS)) / SECONDS
    print(
        f"# PostgreSQL, hot sku: {ours:,.0f}/s for {CALLERS} callers of one ledger, "
        f"{one_by_one:,.0f}/s for {CLIENTS} clients with FOR UPDATE, {ours / one_by_one:.0f} times; "
        f"a flush takes {1_000 * flush_seconds():.2f} ms",
        flush=True,
    )
    return Result(
        name="PostgreSQL, hot sku, 1,000 callers",
        value=1 / ours,
        floor=1 / one_by_one,
        goal=1 / 60,
    )
