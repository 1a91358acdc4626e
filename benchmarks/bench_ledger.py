"""What a promise costs: decided in memory, and kept on disk."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from _harness import Result, compare, timed

from ecomkit.identifiers import CommandKey, LineId, OrderId, Sku
from ecomkit.operations import Settings, execute
from ecomkit.stock import Owner, Record, StockCommand, StockLevel, Want, decide
from ecomkit.stores import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = 1_000
SKUS = [Sku(f"SKU-{number:03d}") for number in range(100)]
NOW = datetime(2026, 10, 1, tzinfo=UTC)


def sales(run: int) -> list[StockCommand]:
    """Return 1,000 sales of one unit each, over 100 skus, under keys of their own."""
    return [
        Record(
            key=CommandKey(f"{run}/{number}"),
            placed_at=NOW,
            wants=[
                Want(
                    owner=Owner.line(OrderId(f"{run}/{number}"), LineId("1")),
                    sku=SKUS[number % len(SKUS)],
                    quantity=1,
                )
            ],
        )
        for number in range(COMMANDS)
    ]


LEVELS = [StockLevel.counted(sku, on_hand=COMMANDS) for sku in SKUS]
BATCH = sales(0)


def decide_all() -> None:
    """Decide 1,000 sales in one batch: promises, ranks, movements, all checks."""
    decide(LEVELS, BATCH, now=NOW)


def count_down() -> None:
    """Do what a counter in a dict does: no owner, no movement, no answer."""
    left = dict.fromkeys(SKUS, COMMANDS)
    rows = []
    for number in range(COMMANDS):
        sku = SKUS[number % len(SKUS)]
        if left[sku] >= 1:
            left[sku] -= 1
            rows.append((number, sku, 1, NOW))


class Disk:
    """Two files side by side: one kept by us, one by bare statements."""

    def __init__(self, folder: Path) -> None:
        self.runs = 0
        self.store = SqliteStore(folder / "ours.db")
        self.bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self.bare.execute("PRAGMA journal_mode = WAL")
        self.bare.execute("PRAGMA synchronous = FULL")
        self.bare.execute("CREATE TABLE level (sku TEXT PRIMARY KEY, sellable INTEGER)")
        self.bare.execute(
            "CREATE TABLE movement (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, sku TEXT, units INTEGER)"
        )
        self.bare.executemany("INSERT INTO level VALUES (?, ?)", [(s, 10**6) for s in SKUS])

    def ours(self) -> None:
        """Record 1,000 sales in one transaction."""
        self.runs += 1
        commands = sales(self.runs)
        with self.store.transaction() as tx:
            execute(tx, commands, now=NOW, settings=Settings())

    def raw(self) -> None:
        """Update a counter and insert a row 1,000 times in one transaction."""
        self.runs += 1
        rows = [(SKUS[n % len(SKUS)], f"{self.runs}/{n}") for n in range(COMMANDS)]
        self.bare.execute("BEGIN IMMEDIATE")
        self.bare.executemany(
            "UPDATE level SET sellable = sellable - 1 WHERE sku = ? AND sellable >= 1",
            ((sku,) for sku, _ in rows),
        )
        self.bare.executemany(
            "INSERT INTO movement (id, sku, units) VALUES (?, ?, 1)",
            ((key, sku) for sku, key in rows),
        )
        self.bare.execute("COMMIT")


def benches() -> Iterator[Result]:
    """Yield the cost of 1,000 sales; microseconds a sale are 1,000 times the value."""
    yield compare("decide 1,000 sales", value=timed(decide_all), floor=timed(count_down), goal=150)
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        yield compare(
            "record 1,000 sales durably", value=timed(disk.ours), floor=timed(disk.raw), goal=20
        )
        disk.store.close()
        disk.bare.close()
