"""Group commit: many callers, few transactions, and nobody is answered before the commit."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import (
    InFlightError,
    KeyReusedError,
    Ledger,
    LedgerClosedError,
    verify_ledger,
)
from ecomkit.ports import CommitUnknownError, ManualClock, StoreBusyError, StoreLostError
from ecomkit.stock import Count, Done, Owner, PutOnHold, Receive, Reserved, Short, Want
from ecomkit.stores import MemoryStore, SqliteStore

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
SKU = Sku("ELEPHANT")


def hold(name: str, *, quantity: int = 1) -> PutOnHold:
    """Return a cart's wish for some elephants."""
    return PutOnHold(
        key=CommandKey(f"hold/{name}"),
        expires_at=NOW + timedelta(minutes=15),
        wants=[Want(owner=Owner(f"cart:{name}"), sku=SKU, quantity=quantity)],
    )


def counted(units: int) -> Count:
    """Return the opening count."""
    return Count(key=CommandKey("count"), sku=SKU, counted=units)


class SpyStore:
    """A store that counts its transactions and may be made to wait or to fail."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.commits = 0
        self.faults: list[tuple[str, Exception]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    @contextmanager
    def posting(self) -> Iterator[Any]:
        """Hold the store, unless a fault is due before; a later one comes after the commit."""
        self.entered.set()
        self.gate.wait()
        moment, fault = self.faults.pop(0) if self.faults else ("", None)
        if moment == "before":
            raise fault  # type: ignore[misc]
        with self.store.posting() as tx:
            yield tx
        self.commits += 1
        if moment == "after":
            raise fault  # type: ignore[misc]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@pytest.fixture(params=["memory", "sqlite"])
def spy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SpyStore]:
    """A spied store of each kind."""
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "books.db")
    with store:
        yield SpyStore(store)


@pytest.fixture
def ledger(spy: SpyStore) -> Iterator[Ledger]:
    """A ledger on the spied store, at noon."""
    with Ledger(spy, clock=ManualClock(NOW), retry=timedelta(seconds=1)) as ledger:  # type: ignore[arg-type]
        yield ledger


def in_threads(count: int, work: Any) -> None:
    """Run ``work(number)`` in as many threads at once, and wait for all."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive(), "a caller was never answered"


def available(spy: SpyStore) -> int:
    """Return how many elephants may still be promised."""
    with spy.snapshot() as tx:
        [level] = tx.all_levels()
        assert verify_ledger(tx).is_clean
    return int(level.available(NOW))


def test_threads_are_granted_what_there_is_and_no_more(spy: SpyStore, ledger: Ledger) -> None:
    """Forty threads that want 3 units each share 100: 33 are granted, 7 are short."""
    ledger.execute(counted(100))
    answers: list[Any] = []

    in_threads(40, lambda n: answers.append(ledger.execute(hold(str(n), quantity=3))))

    assert Counter({Reserved: 33, Short: 7}) == Counter(type(answer) for answer in answers)
    assert available(spy) == 1


def test_tasks_are_granted_what_there_is_and_no_more(spy: SpyStore, ledger: Ledger) -> None:
    """Two hundred tasks share 150 units in a few transactions."""

    async def all_tasks() -> list[Any]:
        await ledger.submit(counted(150))
        return await asyncio.gather(*(ledger.submit(hold(str(n))) for n in range(200)))

    answers = asyncio.run(all_tasks())

    assert Counter({Reserved: 150, Short: 50}) == Counter(type(answer) for answer in answers)
    assert available(spy) == 0
    assert spy.commits <= 10


def test_who_comes_during_a_commit_is_in_the_next_one(spy: SpyStore, ledger: Ledger) -> None:
    """While one transaction is held up, all others gather, and are written as one."""
    ledger.execute(counted(100))
    spy.gate.clear()
    spy.entered.clear()
    first = threading.Thread(target=ledger.execute, args=(hold("first"),))
    first.start()
    assert spy.entered.wait(10)
    others = [threading.Thread(target=ledger.execute, args=(hold(str(n)),)) for n in range(20)]
    for thread in others:
        thread.start()
    while len(ledger._queue) < 20:
        time.sleep(0.001)
    spy.gate.set()
    for thread in [first, *others]:
        thread.join(timeout=30)

    assert spy.commits == 3
    assert available(spy) == 79


def test_a_caller_who_is_alone_runs_in_its_own_thread(spy: SpyStore, ledger: Ledger) -> None:
    """No thread is started for callers that are threads themselves."""
    before = threading.active_count()
    ledger.execute(counted(1))
    ledger.execute(hold("a"))

    assert spy.commits == 2
    assert before == threading.active_count()


def test_nobody_is_answered_before_the_commit(spy: SpyStore, ledger: Ledger) -> None:
    """What a caller was told stands in the books at that very moment."""
    ledger.execute(counted(1_000))
    seen: list[bool] = []

    def ask(number: int) -> None:
        for turn in range(5):
            command = hold(f"{number}/{turn}")
            ledger.execute(command)
            with spy.snapshot() as tx:
                seen.append(command.key in tx.kept([command.key]))

    in_threads(8, ask)

    assert seen == [True] * 40


def test_a_twin_gets_the_same_answer(spy: SpyStore, ledger: Ledger) -> None:
    """Sixty-four callers with one key have one effect, and one answer."""
    ledger.execute(counted(100))
    answers: list[Any] = []

    in_threads(64, lambda _: answers.append(ledger.execute(hold("twin", quantity=7))))

    assert [Reserved(units=7)] * 64 == answers
    assert available(spy) == 93


def test_a_misused_key_is_its_own_answer(spy: SpyStore, ledger: Ledger) -> None:
    """A key with another content is refused; the callers beside it in the batch are served."""
    ledger.execute(counted(10))
    ledger.execute(hold("a"))

    async def together() -> list[Any]:
        return await asyncio.gather(
            ledger.submit(hold("a", quantity=2)),
            ledger.submit(hold("b")),
            ledger.submit(hold("c")),
            ledger.submit(hold("c", quantity=3)),
            return_exceptions=True,
        )

    first, second, third, fourth = asyncio.run(together())

    assert isinstance(first, KeyReusedError)
    assert isinstance(fourth, KeyReusedError)
    assert [Reserved(units=1)] * 2 == [second, third]
    assert available(spy) == 7


@pytest.mark.parametrize("fault", [CommitUnknownError(why="cut"), StoreLostError(why="cut")])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_connection_is_settled_by_the_key(
    spy: SpyStore, ledger: Ledger, moment: str, fault: Exception
) -> None:
    """The same commands run again under the same keys: one effect, the right answers."""
    ledger.execute(counted(10))
    spy.faults = [(moment, fault)]

    assert ledger.execute(hold("a", quantity=4)) == Reserved(units=4)
    assert available(spy) == 6


def test_what_stays_lost_is_told(spy: SpyStore, ledger: Ledger) -> None:
    """After the time for retries the caller gets the error."""
    ledger.execute(counted(10))
    spy.faults = [("before", StoreLostError(why="cut"))] * 1_000

    with pytest.raises(StoreLostError):
        ledger.execute(hold("a"))
    spy.faults = []
    assert ledger.execute(hold("a")) == Reserved(units=1)


def test_a_store_that_cannot_be_written_fails_all_of_the_batch(
    spy: SpyStore, ledger: Ledger
) -> None:
    """Each caller gets an error of its own, and the next batch is written."""
    ledger.execute(counted(10))
    spy.faults = [("before", StoreBusyError(waited_seconds=1))]
    errors: list[Exception] = []

    async def together() -> None:
        found = await asyncio.gather(
            *(ledger.submit(hold(str(n))) for n in range(5)), return_exceptions=True
        )
        errors.extend(one for one in found if isinstance(one, Exception))

    asyncio.run(together())

    assert errors
    assert {StoreBusyError} == {type(error) for error in errors}
    assert len(errors) == len({id(error) for error in errors})
    assert ledger.execute(hold("later")) == Reserved(units=1)


def test_whatever_breaks_each_caller_is_told(spy: SpyStore, ledger: Ledger) -> None:
    """An error that nobody foresaw reaches the callers, and nobody waits forever."""
    ledger.execute(counted(10))
    spy.faults = [("before", ZeroDivisionError("planted"))]

    with pytest.raises(ZeroDivisionError):
        ledger.execute(hold("a"))
    assert ledger.execute(hold("a")) == Reserved(units=1)


def test_an_interrupt_of_the_leader_leaves_the_others_served(
    spy: SpyStore, ledger: Ledger
) -> None:
    """Control-C in the thread that leads raises there; those behind it are written all the same."""
    ledger.execute(counted(100))
    spy.gate.clear()
    spy.entered.clear()
    interrupted: list[BaseException] = []

    def lead() -> None:
        try:
            ledger.execute(hold("first"))
        except KeyboardInterrupt as error:
            interrupted.append(error)

    spy.faults = [("before", KeyboardInterrupt())]  # type: ignore[list-item]
    first = threading.Thread(target=lead)
    first.start()
    assert spy.entered.wait(10)
    answers: list[Any] = []
    others = [
        threading.Thread(target=lambda n=n: answers.append(ledger.execute(hold(str(n)))))
        for n in range(5)
    ]
    for thread in others:
        thread.start()
    while len(ledger._queue) < 5:
        time.sleep(0.001)
    spy.gate.set()
    for thread in [first, *others]:
        thread.join(timeout=30)
        assert not thread.is_alive()

    assert len(interrupted) == 1
    assert [Reserved(units=1)] * 5 == answers


def test_an_interrupt_of_who_was_made_the_leader_leaves_the_others_served(
    spy: SpyStore, ledger: Ledger
) -> None:
    """The lead is handed on to somebody who waits, never back to a thread that has gone."""
    ledger.execute(counted(100))
    spy.gate.clear()
    spy.entered.clear()
    first = threading.Thread(target=ledger.execute, args=(hold("first"),))
    first.start()
    assert spy.entered.wait(10)
    answers: list[Any] = []

    def ask(number: int) -> None:
        try:
            answers.append(ledger.execute(hold(str(number))))
        except KeyboardInterrupt:
            answers.append(None)

    others = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in others:
        thread.start()
    while len(ledger._queue) < 5:
        time.sleep(0.001)
    # The first transaction is written; the one after it, of the next leader, is interrupted.
    spy.faults = [("never", ValueError()), ("before", KeyboardInterrupt())]  # type: ignore[list-item]
    spy.gate.set()
    for thread in [first, *others]:
        thread.join(timeout=30)
        assert not thread.is_alive(), "a caller was never answered"

    assert sorted(answers, key=str) == [None, *[Reserved(units=1)] * 4]
    assert available(spy) == 94


def test_a_caller_may_wait_no_longer(spy: SpyStore, ledger: Ledger) -> None:
    """It is told that its command is in flight, and learns the outcome by asking again."""
    ledger.execute(counted(10))
    spy.gate.clear()
    spy.entered.clear()
    first = threading.Thread(target=ledger.execute, args=(hold("first"),))
    first.start()
    assert spy.entered.wait(10)

    with pytest.raises(InFlightError, match="hold/a"):
        ledger.execute(hold("a"), timeout=timedelta(milliseconds=20))
    spy.gate.set()
    first.join(timeout=30)

    assert ledger.execute(hold("a")) == Reserved(units=1)
    assert available(spy) == 8


def test_a_task_that_is_cancelled_harms_nobody(spy: SpyStore, ledger: Ledger) -> None:
    """Its command may take effect; the others are answered."""

    async def story() -> list[Any]:
        await ledger.submit(counted(10))
        spy.gate.clear()
        tasks = [asyncio.ensure_future(ledger.submit(hold(str(n)))) for n in range(4)]
        await asyncio.sleep(0.02)
        tasks[1].cancel()
        spy.gate.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    answers = asyncio.run(story())

    assert isinstance(answers[1], asyncio.CancelledError)
    assert [Reserved(units=1)] * 3 == [answers[n] for n in (0, 2, 3)]


def test_tasks_and_threads_share_a_ledger(spy: SpyStore, ledger: Ledger) -> None:
    """Both kinds of callers are served, whoever leads."""
    ledger.execute(counted(10_000))

    def tasks() -> None:
        async def many() -> None:
            for turn in range(10):
                await asyncio.gather(*(ledger.submit(hold(f"t{turn}/{n}")) for n in range(20)))

        asyncio.run(many())

    def ask(number: int) -> None:
        if number == 0:
            tasks()
        else:
            for turn in range(10):
                ledger.execute(hold(f"{number}/{turn}"))

    in_threads(6, ask)

    assert available(spy) == 10_000 - 200 - 50


def test_several_commands_of_one_caller_are_answered_in_order(ledger: Ledger) -> None:
    """``execute_all`` answers one by one, and nothing for nothing."""
    commands = [counted(5), hold("a", quantity=4), hold("b", quantity=4)]

    done, reserved, short = ledger.execute_all(commands)

    assert (done, reserved) == (Done(units=5), Reserved(units=4))
    assert isinstance(short, Short)
    assert ledger.execute_all([]) == ()


def test_a_closed_ledger_refuses(spy: SpyStore) -> None:
    """Closing answers whoever waits, twice is no error, and the store stays open."""
    ledger = Ledger(spy, clock=ManualClock(NOW))  # type: ignore[arg-type]
    ledger.execute(counted(5))
    asyncio.run(ledger.submit(hold("a")))
    ledger.close()
    ledger.close()

    with pytest.raises(LedgerClosedError):
        ledger.execute(hold("b"))
    with pytest.raises(LedgerClosedError):
        asyncio.run(ledger.submit(hold("b")))
    assert available(spy) == 4


def test_a_loop_that_was_closed_holds_nobody_up(spy: SpyStore, ledger: Ledger) -> None:
    """Tasks whose event loop has ended cannot be told; their commands are written all the same."""
    ledger.execute(counted(5))
    spy.gate.clear()

    async def leave() -> None:
        task = asyncio.ensure_future(ledger.submit(hold("left")))
        await asyncio.sleep(0.02)
        task.cancel()

    asyncio.run(leave())
    spy.gate.set()

    assert ledger.execute(hold("b")) == Reserved(units=1)
    assert available(spy) == 3


def test_the_largest_batch_is_kept(spy: SpyStore) -> None:
    """No transaction has more commands than ``batch_max``."""
    with Ledger(spy, clock=ManualClock(NOW), batch_max=3) as ledger:  # type: ignore[arg-type]
        ledger.execute_all(
            [Receive(key=CommandKey(f"r/{n}"), sku=SKU, quantity=1) for n in range(10)]
        )

    assert spy.commits == 4
