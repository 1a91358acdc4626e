"""What the tests of the PostgreSQL store share."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import attrs

from ecomkit.identifiers import (
    CartId,
    CommandKey,
    Sku,
)
from ecomkit.operations import Settings, execute
from ecomkit.ports import (
    Collection,
    KeptOutcome,
    Retention,
    Store,
)
from ecomkit.stock import (
    MAIN,
    Coverage,
    LevelKey,
    Outcome,
    Owner,
    PutOnHold,
    Receive,
    StockCommand,
    Want,
    decide_drafts,
    needs_of,
)
from ecomkit.stores._postgres import PostgresStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ELEPHANT, ZEBRA = Sku("ELEPHANT"), Sku("ZEBRA")
ELEPHANTS, ZEBRAS = LevelKey(ELEPHANT, MAIN), LevelKey(ZEBRA, MAIN)


class Cluster(Protocol):
    """What the tests ask of the cluster."""

    folder: Path
    user: str

    def psql(self, statement: str, *, database: str = "postgres") -> str:
        """Run a statement."""
        ...

    def dsn(self, database: str) -> str:
        """Return the address of a database."""
        ...


@attrs.frozen(kw_only=True)
class Note:
    """The simplest value."""

    name: str
    text: str = ""
    topic: str | None = None


NOTES = Collection(
    name="note", type=Note, key=lambda note: note.name, index=lambda note: note.topic
)
RAW_NOTES = attrs.evolve(NOTES, retention=Retention.RAW)


@contextmanager
def another(dsn: str, schema: str, **more: Any) -> Iterator[PostgresStore]:
    """Open the same books from another side, with little patience."""
    with PostgresStore(dsn, schema=schema, busy_seconds=1, **more) as opened:
        opened._writer.connection().execute("SET lock_timeout = '200ms'")
        yield opened


def receipt(key: str, quantity: int = 1, *, sku: Sku = ELEPHANT) -> Receive:
    """Return a receipt under *key*."""
    return Receive(key=CommandKey(key), sku=sku, quantity=quantity)


def hold(key: str, *skus: Sku, quantity: int = 1) -> PutOnHold:
    """Return a hold for a cart of its own."""
    owner = Owner.cart(CartId(key))
    return PutOnHold(
        key=CommandKey(key),
        wants=[Want(owner=owner, sku=sku, quantity=quantity) for sku in skus or (ELEPHANT,)],
        expires_at=NOON + timedelta(hours=1),
    )


def post(store: Store, *commands: StockCommand, now: datetime = NOON) -> tuple[Outcome, ...]:
    """Post a batch."""
    with store.posting() as tx:
        return execute(tx, commands, now=now, settings=Settings())


def sellable(store: Store) -> dict[str, int]:
    """Return the sellable units of each sku."""
    with store.snapshot() as tx:
        return {level.sku: level.sellable for level in tx.all_levels()}


def luck(seed: str) -> random.Random:
    """Return the same random numbers at every run."""
    return random.Random(seed)  # noqa: S311 (no secret)


def in_threads(*works: Callable[[], object]) -> list[BaseException]:
    """Run *works* side by side and return what they raised."""
    raised: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (a thread would swallow it)
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def booked(tx: Any, key: str, *, name: str = "m", quantity: int = 1) -> None:
    """Book a receipt whose movement and key are called as the test wants."""
    command = receipt(key, quantity)
    opened = tx.open(needs_of([command]), keys=(), now=NOON, coverage=Coverage.ARRIVAL)
    outcomes, rows = decide_drafts(opened.drafts, [command], now=NOON, coverage=Coverage.ARRIVAL)
    tx.book(
        opened.drafts.values(),
        movements=[row._replace(id=name) for row in rows],
        outcomes=[
            KeptOutcome(key=CommandKey(key), fingerprint="f", outcome=outcome, at=NOON)
            for outcome in outcomes
        ],
        changed=["ELEPHANT"],
    )
