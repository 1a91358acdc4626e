"""One hot sku, and processes of callers who all want it at once."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from _contender import HOT, NOW, UNITS

from ecomkit.identifiers import CommandKey
from ecomkit.operations import Settings, execute
from ecomkit.stock import Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecomkit.ports import Store

__all__ = ["SECONDS", "contend", "count", "durable_postgres"]

CONTENDER = Path(__file__).with_name("_contender.py")
SERVERS = Path(__file__).parents[1] / "tests" / "servers"
SECONDS = 5.0
STARTING = 0.5


def count(store: Store) -> None:
    """Count more units of the hot sku than anybody can ask for."""
    with store.transaction() as tx:
        counted = Count(key=CommandKey("count"), sku=HOT, counted=UNITS)
        execute(tx, [counted], now=NOW, settings=Settings())


def contend(kind: str, address: str, *, processes: int, callers: int) -> list[float]:
    """Run *processes* of *callers* at once, and return all waits in seconds, sorted."""
    command = [sys.executable, str(CONTENDER), kind, address, str(callers)]
    running = [
        subprocess.Popen(  # noqa: S603 - our own program
            [*command, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for number in range(processes)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    begin = time.time() + STARTING
    window = json.dumps([begin, begin + SECONDS]).encode() + b"\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write(window)
        process.stdin.flush()
    waits: list[float] = []
    for process in running:
        said, _ = process.communicate()
        assert process.returncode == 0
        waits.extend(json.loads(said))
    return sorted(waits)


@contextmanager
def durable_postgres(database: str) -> Iterator[str | None]:
    """Yield the address of a database that keeps what it commits; None where none can be had."""
    sys.path.insert(0, str(SERVERS))
    # By its name, since it is no package of ours: type checkers do not find it.
    harness = importlib.import_module("harness")
    try:
        import psycopg  # noqa: F401, PLC0415 - it is an extra

        started = harness.durable_cluster()
        cluster = started.__enter__()
    except (harness.UnavailableError, ImportError) as reason:
        print(f"# PostgreSQL is left out: {reason}", flush=True)
        yield None
        return
    try:
        yield cluster.dsn(cluster.create(database))
    finally:
        started.__exit__(None, None, None)
