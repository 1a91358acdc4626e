"""
Many callers ask one store at the same time, and their processes are killed in the middle of it.

The default run is short. The whole of it is marked slow. For longer ones, here ten times as
long: ``ECOMKIT_WAVES=10 python3 dev.py test --all tests/contention``.
"""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from crowd import Crowd, fill
from crowd_notes import Heard, Notes
from crowd_plan import NOW, HotSku, ManySkus, Plan, Twins
from crowd_verdict import assert_sound
from crowd_worker import converse, open_store

from ecomkit.operations import Ledger
from ecomkit.ports import ManualClock
from ecomkit.stores import MemoryStore

LONGER = int(os.environ.get("ECOMKIT_WAVES", "1"))
SHORT = [
    HotSku(workers=4),
    ManySkus(workers=4, skus=1_000),
    Twins(workers=4, keys=100),
]
WHOLE = [HotSku(waves=8 * LONGER), ManySkus(waves=LONGER), Twins(waves=LONGER)]
KILLS_SHORT = 2
KILLS_WHOLE = 8 * LONGER


def named(plan: Plan) -> str:
    """Return the name of a plan in the report of the tests."""
    return type(plan).__name__


def ask_in_memory(plan: Plan, folder: Path) -> None:
    """Ask a store in memory: a thread for each process, with an event loop of its own."""
    with MemoryStore() as store, Ledger(store, clock=ManualClock(NOW)) as ledger:
        fill(store, plan)
        notes = [Notes(folder / f"notes-{worker}") for worker in range(plan.workers)]
        threads = [
            threading.Thread(
                target=lambda worker=worker: asyncio.run(
                    converse(ledger, plan, worker=worker, notes=notes[worker])
                )
            )
            for worker in range(plan.workers)
        ]
        for thread in threads:
            thread.start()
        for thread, note in zip(threads, notes, strict=True):
            thread.join()
            note.close()
        assert_sound(store, plan, Heard(note.path for note in notes))


def ask_under_kills(plan: Plan, *, address: str, folder: Path, kills: int) -> str:
    """Ask the store at *address* while workers are killed; return the figures."""
    with open_store(address) as store:
        fill(store, plan)
        crowd = Crowd(plan, address=address, folder=folder)
        heard = crowd.run(disturb=Crowd.kill_one, times=kills)
        assert_sound(store, plan, heard)
    assert crowd.kills == kills
    questions = sum(heard.asked.values())
    return (
        f"{named(plan)}, {plan.waves} waves: {questions} questions of {plan.workers} x "
        f"{plan.callers} callers in {crowd.seconds:.1f} s, {kills} kills, "
        f"{heard.asked_again} asked again, 0 promised twice, 0 stuck, 0 answers lost"
    )


@pytest.mark.parametrize("plan", SHORT, ids=named)
def test_in_memory_nothing_is_promised_twice_and_nothing_is_stuck(
    plan: Plan, tmp_path: Path
) -> None:
    """Threads with many tasks each are granted as much as there is, and then all can be sold."""
    ask_in_memory(plan, tmp_path)


@pytest.mark.parametrize("plan", SHORT, ids=named)
def test_killed_processes_neither_promise_twice_nor_leave_anything_stuck(
    plan: Plan, tmp_path: Path
) -> None:
    """Processes that are killed and ask again are granted as much as there is, no more, no less."""
    ask_under_kills(plan, address=str(tmp_path / "books.db"), folder=tmp_path, kills=KILLS_SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("plan", WHOLE, ids=named)
def test_in_memory_at_length(plan: Plan, tmp_path: Path) -> None:
    """The same for longer."""
    ask_in_memory(plan, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("plan", WHOLE, ids=named)
def test_kills_at_length_on_sqlite(plan: Plan, tmp_path: Path, record_property: Any) -> None:
    """The same for longer, with a kill about every second."""
    address = str(tmp_path / "books.db")
    figures = ask_under_kills(plan, address=address, folder=tmp_path, kills=KILLS_WHOLE)
    record_property("figure", f"SQLite: {figures}")


@pytest.mark.slow
@pytest.mark.parametrize("plan", WHOLE, ids=named)
def test_kills_at_length_on_postgres(
    plan: Plan, tmp_path: Path, cluster: Any, record_property: Any
) -> None:
    """The same for longer, on PostgreSQL."""
    address = cluster.dsn(cluster.create(f"kills-{named(plan)}"))
    figures = ask_under_kills(plan, address=address, folder=tmp_path, kills=KILLS_WHOLE)
    record_property("figure", f"PostgreSQL {cluster.version}: {figures}")
