"""What a durable reservation costs, beside bare statements that do the same reads and writes."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from _harness import Result, compare, timed

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import Ledger, Settings, execute, verify_ledger
from ecomkit.operations._verification import replay
from ecomkit.ports import ManualClock
from ecomkit.stock import Count, Owner, PutOnHold, Receive, Want
from ecomkit.stores import SqliteStore
from ecomkit.stores import _sqlite_ledger as sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BATCH = 1_000
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
INSTANT = NOW.isoformat(timespec="microseconds")
UNTIL = NOW + timedelta(minutes=15)
ENDS = UNTIL.isoformat(timespec="microseconds")
SETTINGS = Settings()
REPLAYED = 10_000_000
REPLAY_SAMPLE = 300_000


class Desk:
    """Carts that ask for one unit each, over some skus."""

    def __init__(self, skus: int) -> None:
        self.skus = [Sku(f"SKU-{number:05d}") for number in range(skus)]
        self.asked = 0

    def next_cart(self) -> tuple[str, Sku]:
        """Return the next cart and the sku that it wants."""
        self.asked += 1
        return f"cart:{self.asked}", self.skus[self.asked * 7 % len(self.skus)]

    def next_hold(self) -> PutOnHold:
        """Return the next cart's command."""
        cart, sku = self.next_cart()
        return PutOnHold(
            key=CommandKey(f"hold/{cart}"),
            expires_at=UNTIL,
            wants=[Want(owner=Owner(cart), sku=sku, quantity=1)],
        )


class Ours:
    """A store of ours, counted and ready."""

    def __init__(self, folder: Path, *, skus: int) -> None:
        self.desk = Desk(skus)
        self.store = SqliteStore(folder / f"ours-{skus}.db")
        counts = [
            Count(key=CommandKey(f"count/{sku}"), sku=sku, counted=10**9) for sku in self.desk.skus
        ]
        with self.store.transaction() as tx:
            execute(tx, counts, now=NOW, settings=SETTINGS)

    def batch(self, size: int = BATCH) -> list[PutOnHold]:
        """Return the next commands."""
        return [self.desk.next_hold() for _ in range(size)]

    def hold(self, commands: Sequence[PutOnHold]) -> None:
        """Run *commands* in one transaction."""
        with self.store.posting() as tx:
            execute(tx, commands, now=NOW, settings=SETTINGS)


class Bare:
    """The same tables and the same statements with nothing around them."""

    def __init__(self, folder: Path, *, skus: int) -> None:
        path = folder / f"bare-{skus}.db"
        SqliteStore(path).close()
        self.desk = Desk(skus)
        self.connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("PRAGMA secure_delete = ON")
        rows = [
            ("m", sku, "main", 10**9, 0, 0, 0, 0, 0, 0, 0, INSTANT, 0) for sku in self.desk.skus
        ]
        self.connection.execute("BEGIN")
        self.connection.executemany(sql.SAVE_LEVEL, rows)
        self.connection.execute("COMMIT")

    def batch(self) -> list[tuple[str, str, str]]:
        """Return the next keys, carts and skus."""
        carts = [self.desk.next_cart() for _ in range(BATCH)]
        return [(f"hold/{cart}", cart, str(sku)) for cart, sku in carts]

    def hold(self, batch: Sequence[tuple[str, str, str]]) -> None:
        """Lock, load, decide by counting down, and write all that a hold writes."""
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        owners: dict[str, list[str]] = {}
        for _, cart, sku in batch:
            owners.setdefault(sku, []).append(cart)
        levels = {}
        for sku, names in sorted(owners.items()):
            place = ("m", sku, "main")
            levels[sku] = list(run(sql.LEVEL, place).fetchone())
            if len(names) == 1:
                run(sql.OF_OWNER, (*place, names[0])).fetchall()
            else:
                run(sql.OF_OWNERS, (*place, json.dumps(names))).fetchall()
            if levels[sku][1]:
                run(sql.EXPIRED, (*place, INSTANT)).fetchall()
        run(sql.KEPT, ("m", json.dumps([key for key, _, _ in batch]))).fetchall()
        moved, promised, kept = [], [], []
        for key, cart, sku in batch:
            level = levels[sku]
            if level[0] < 1:
                continue
            level[0] -= 1
            level[1] += 1
            level[9] += 1
            moved.append(
                (
                    "m",
                    INSTANT,
                    f"{key}/0",
                    sku,
                    1,
                    "main",
                    "sellable",
                    "main",
                    "held",
                    "hold",
                    key,
                    cart,
                    None,
                    level[0],
                    level[1],
                    None,
                )
            )
            promised.append(("m", sku, "main", cart, "hold", 1, ENDS, level[9]))
            digest = hashlib.sha256(f"{key}{cart}{sku}{ENDS}".encode()).hexdigest()[:32]
            kept.append(("m", key, digest, '{"$type":"Reserved","units":1}', INSTANT))
        many = self.connection.executemany
        many(sql.APPEND_MOVEMENT, moved)
        many(sql.SAVE_LEVEL, [("m", sku, "main", *level) for sku, level in levels.items()])
        many(sql.SAVE_PROMISE, promised)
        many(sql.KEEP, kept)
        many(sql.POST, [("m", "stock", sku) for sku in levels])
        run("COMMIT")


def prepared(
    make: Callable[[], Sequence[object]], work: Callable[..., None]
) -> Callable[[], float]:
    """Return the CPU time of *work* on what *make* prepared outside of the clock."""

    def clocked() -> float:
        ready = make()
        return timed(lambda: work(ready))()

    return clocked


def wall(work: Callable[[], object]) -> Callable[[], float]:
    """Return *work* as a function that says how many seconds passed: waiting for the disk counts."""

    def clocked() -> float:
        gc.collect()
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return clocked


def gathered(ours: Ours, *, callers: int, each: int) -> None:
    """Have many tasks ask one after another, each for itself, of one ledger."""

    async def caller(ledger: Ledger) -> None:
        for _ in range(each):
            await ledger.submit(ours.desk.next_hold())

    async def all_callers() -> None:
        with Ledger(ours.store, clock=ManualClock(NOW)) as ledger:
            await asyncio.gather(*(caller(ledger) for _ in range(callers)))

    asyncio.run(all_callers())


def in_batches(ours: Ours, *, size: int, batches: int) -> None:
    """Run as many commands in batches that somebody put together by hand."""
    for _ in range(batches):
        ours.hold(ours.batch(size))


def alone(ours: Ours, *, commands: int) -> None:
    """Ask a ledger one command after another."""
    with Ledger(ours.store, clock=ManualClock(NOW)) as ledger:
        for _ in range(commands):
            ledger.execute(ours.desk.next_hold())


def benches() -> Iterator[Result]:
    """Yield the costs of reservations, of group commit, and of a replay of the ledger."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for skus, what in ((1, "one hot sku"), (10_000, "10,000 skus")):
            ours, bare = Ours(folder, skus=skus), Bare(folder, skus=skus)
            yield compare(
                f"reserve in batches, {what}",
                value=prepared(ours.batch, ours.hold),
                floor=prepared(bare.batch, bare.hold),
                goal=2.5,
            )
        yield compare(
            "group commit, 1,000 callers",
            value=wall(lambda: gathered(ours, callers=1_000, each=5)),
            floor=wall(lambda: in_batches(ours, size=1_000, batches=5)),
            goal=1 / 0.75,
        )
        yield compare(
            "group commit, 64 callers",
            value=wall(lambda: gathered(ours, callers=64, each=20)),
            floor=wall(lambda: in_batches(ours, size=64, batches=20)),
            goal=1 / 0.60,
        )
        yield compare(
            "group commit, one caller",
            value=wall(lambda: alone(ours, commands=50)),
            floor=wall(lambda: in_batches(ours, size=1, batches=50)),
            goal=1.15,
        )
        yield replayed(Ours(folder, skus=10_001))


def replayed(ours: Ours) -> Result:
    """
    Return what a replay of ten million rows costs, in CPU seconds; the goal is 60.

    The rows are scaled from a part of them; what it costs to compare the levels is not, since
    it grows with the skus.
    """
    skus = ours.desk.skus
    for batch in range(REPLAY_SAMPLE // len(skus)):
        goods = [Receive(key=CommandKey(f"in/{batch}/{sku}"), sku=sku, quantity=1) for sku in skus]
        with ours.store.posting() as tx:
            execute(tx, goods, now=NOW, settings=SETTINGS)
    with ours.store.snapshot() as tx:
        rows = replay(tx).rows
        of_rows = median(timed(lambda: replay(tx))() for _ in range(3))
        of_all = median(timed(lambda: verify_ledger(tx))() for _ in range(3))
    seconds = of_rows * REPLAYED / rows + max(0.0, of_all - of_rows)
    return Result(name="replay 10,000,000 rows, in seconds", value=seconds, floor=1.0, goal=60)
