"""
One process of callers: ``python crowd_worker.py plan number address notes``.

Started again after a kill, its callers ask again what they were not answered, under the same keys,
and go on from there.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crowd_notes import Heard, Notes
from crowd_plan import NOW, Ask, Plan

from ecomkit.operations import Ledger
from ecomkit.operations._group_commit import AGAIN
from ecomkit.ports import LedgerTransaction, ManualClock, Store, StoreFailedError
from ecomkit.stock import Outcome
from ecomkit.stores import SqliteStore

PATIENCE = 60.0


def open_store(address: str) -> Any:
    """Open the store at *address*: a file, or a database, which may be coming back just now."""
    if not address.startswith("postgresql:"):
        return SqliteStore(address)
    from ecomkit.stores._postgres import PostgresStore  # noqa: PLC0415 - psycopg is an extra

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return PostgresStore(address)
        except (StoreFailedError, *AGAIN):
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.1)


class WatchedStore:
    """A store that takes down which commands were run again, and which of them it knew by then."""

    def __init__(self, store: Store, notes: Notes) -> None:
        self._store = store
        self._notes = notes
        self._is_again = False

    @contextmanager
    def posting(self) -> Iterator[LedgerTransaction]:
        """Do what the store does."""
        watched = WatchedTransaction()
        try:
            with self._store.posting() as tx:
                watched.tx = tx
                yield watched
        except AGAIN as error:
            self._notes.event(type(error).__name__, 1)
            self._is_again = True
            raise
        if self._is_again:
            self._notes.event("retried", watched.commands)
            self._notes.event("unacknowledged", watched.known)
            self._is_again = False


class WatchedTransaction:
    """Counts the commands of a batch, and those that have been booked before."""

    tx: Any

    def open(self, needs: Any, *, keys: Any, now: Any, coverage: Any) -> Any:
        """Open the books as the store does."""
        opened = self.tx.open(needs, keys=keys, now=now, coverage=coverage)
        self.commands, self.known = len(set(keys)), len(opened.kept)
        return opened

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)


async def converse(ledger: Ledger, plan: Plan, *, worker: int, notes: Notes) -> None:
    """Have all callers of *worker* ask what they have not been answered yet."""
    path = notes.path
    answered = Heard([path]).answered

    async def heard(caller: int, ask: Ask) -> Outcome:
        while True:
            notes.asked(caller, ask.key)
            try:
                return await ledger.submit(ask.command())
            except AGAIN:
                # The ledger has tried for a while; what it says is: ask again.
                notes.event("given-up", 1)

    async def call(caller: int) -> None:
        for ask in plan.asks(worker, caller):
            if (path, str(caller), ask.key) not in answered:
                notes.answered(caller, ask.key, await heard(caller, ask))

    await asyncio.gather(*(call(caller) for caller in range(plan.callers)))


def main(plan_file: str, worker: str, address: str, notes_file: str) -> None:
    """Run until all callers of the worker are answered."""
    plan: Plan = pickle.loads(Path(plan_file).read_bytes())  # noqa: S301 (the test's own file)
    notes = Notes(Path(notes_file))
    store: Any = WatchedStore(open_store(address), notes)
    with Ledger(store, clock=ManualClock(NOW)) as ledger:
        asyncio.run(converse(ledger, plan, worker=int(worker), notes=notes))


if __name__ == "__main__":
    main(*sys.argv[1:])
