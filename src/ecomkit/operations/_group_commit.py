"""Group commit: what many callers ask at once is one transaction, and each knows when it lasts."""

from __future__ import annotations

import copy
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias, final

import attrs

from ecomkit.errors import InputError, TransientError
from ecomkit.identifiers import CommandKey
from ecomkit.operations._clock import SystemClock
from ecomkit.operations._ledger import execute_each
from ecomkit.operations._settings import Settings
from ecomkit.ports import Clock, CommitUnknownError, KeyTakenError, Store, StoreLostError
from ecomkit.stock import Outcome, StockCommand

if TYPE_CHECKING:
    # Not at run time: it costs more than the whole shop, and threads have no use for it.
    import asyncio

__all__ = ["InFlightError", "Ledger", "LedgerClosedError"]

BATCH_MAX = 1_000
"""Commands of one transaction; more bring nothing, and those before them wait."""

RETRY_SECONDS: Final = timedelta(seconds=30)

PAUSE_SECONDS = 0.05
"""How long to wait before a lost connection is tried again."""

MANY = 16
"""From so many tasks on it pays to wait for those who were just answered: they come again."""

GATHER_SECONDS = 0.0005
"""How long the queue of tasks may stand still before it is written."""

AGAIN = (CommitUnknownError, KeyTakenError, StoreLostError)
"""After these the same batch is safe to run again: what was written is known by its key."""


@attrs.frozen(kw_only=True)
class InFlightError(TransientError):
    """
    Raised when a caller would wait no longer; its command may take effect or not.

    >>> print(InFlightError(key=CommandKey("r-7")))
    the command 'r-7' is still in flight; ask again with the same key
    """

    key: CommandKey

    @property
    def message(self) -> str:
        """Which command, and what to do."""
        return f"the command {str(self.key)!r} is still in flight; ask again with the same key"


@attrs.frozen(kw_only=True)
class LedgerClosedError(InputError):
    """Raised when a closed ledger is asked."""

    @property
    def message(self) -> str:
        """What to do."""
        return "the ledger is closed; open another one on its store"


Answer: TypeAlias = Outcome | Exception


class _Ticket:
    """One command on its way, and where its answer goes."""

    __slots__ = ("_gate", "answer", "command", "future", "leads", "loop", "waits")

    def __init__(
        self,
        command: StockCommand,
        *,
        loop: asyncio.AbstractEventLoop | None = None,
        future: asyncio.Future[Outcome] | None = None,
    ) -> None:
        self.command = command
        self.loop = loop
        self.future = future
        self.answer: Answer | None = None
        self.leads = False
        self.waits = False
        self._gate: threading.Lock | None = None

    def stop(self) -> None:
        """Make the thread of this ticket wait; to be called before another one can know it."""
        self._gate = threading.Lock()
        self._gate.acquire()
        self.waits = True

    def go(self) -> None:
        """Let the thread of this ticket go on."""
        if self._gate is not None:
            self._gate.release()

    def wait(self, seconds: float) -> bool:
        """Wait until the thread may go on; return whether it may."""
        assert self._gate is not None
        return self._gate.acquire(timeout=seconds)

    def outcome(self) -> Outcome:
        """Return the answer, or raise it."""
        answer = self.answer
        assert answer is not None
        if isinstance(answer, Exception):
            # One error may answer many callers, and each traceback is its own.
            raise copy.copy(answer)
        return answer


@final
class Ledger:
    """
    Runs stock commands of many callers, threads and tasks, as few transactions.

    While one transaction is being written the commands of all others gather, and are the next.
    Each caller is answered only after the commit that holds its command. A caller who is alone
    runs its own transaction in its own thread.

    A lost connection or a lost acknowledgement is settled here: the same commands run again under
    the same keys, and what was written is answered from what was kept.

    Args:
        store: Where the books are kept.
        settings: What the merchant has chosen.
        clock: What stamps the movements and ends the holds.
        batch_max: The most commands of one transaction.
        retry: How long to try again before a caller is told.

    >>> from ecomkit.identifiers import Sku
    >>> from ecomkit.stock import Count
    >>> from ecomkit.stores import MemoryStore
    >>> with Ledger(MemoryStore()) as ledger:
    ...     ledger.execute(Count(key=CommandKey("c-1"), sku=Sku("ELEPHANT-KNIT"), counted=10))
    Done(units=10)
    """

    def __init__(
        self,
        store: Store,
        *,
        settings: Settings | None = None,
        clock: Clock | None = None,
        batch_max: int = BATCH_MAX,
        retry: timedelta = RETRY_SECONDS,
    ) -> None:
        self._store = store
        self._settings = Settings() if settings is None else settings
        self._clock: Clock = SystemClock() if clock is None else clock
        self._batch_max = batch_max
        self._retry_seconds = retry.total_seconds()
        # Guards all below. The leader is whoever runs the next transaction.
        self._guard = threading.Lock()
        self._queue: deque[_Ticket] = deque()
        self._is_led = False
        self._is_closed = False
        self._writer: threading.Thread | None = None
        self._writer_may_lead = threading.Semaphore(0)

    # -- callers ----------------------------------------------------------------------------

    def execute(self, command: StockCommand, *, timeout: timedelta | None = None) -> Outcome:
        """
        Run *command*, and return its outcome once it lasts.

        Raises:
            KeyReusedError: If its key was used for another command.
            InFlightError: If it took longer than *timeout*, None for as long as it takes.
            StoreBusyError, StoreFailedError: If the store could not be written.
            LedgerClosedError: If the ledger was closed.
        """
        [ticket] = self._run([command], timeout=timeout)
        return ticket.outcome()

    def execute_all(self, commands: Sequence[StockCommand]) -> tuple[Outcome, ...]:
        """
        Run *commands*, and return their outcomes once all of them last.

        They need not be of one transaction: each counts for itself.

        Raises:
            EcomkitError: The first error among the answers, as :meth:`execute` raises it.
        """
        return tuple(ticket.outcome() for ticket in self._run(commands, timeout=None))

    async def submit(self, command: StockCommand) -> Outcome:
        """
        Run *command* without blocking the event loop, and return its outcome once it lasts.

        A task that is cancelled while it waits does not know whether its command took effect.

        Raises:
            EcomkitError: As :meth:`execute` does.
        """
        import asyncio  # noqa: PLC0415 - whoever awaits this has loaded it

        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        ticket = _Ticket(command, loop=loop, future=future)
        with self._guard:
            self._enqueue([ticket])
            starts = not self._is_led
            if starts:
                self._is_led = True
        if starts:
            self._wake_writer()
        return await future

    # -- the leader -------------------------------------------------------------------------

    def _run(
        self, commands: Sequence[StockCommand], *, timeout: timedelta | None
    ) -> Sequence[_Ticket]:
        tickets = [_Ticket(command) for command in commands]
        if not tickets:
            return tickets
        last = tickets[-1]
        with self._guard:
            self._enqueue(tickets)
            last.leads = not self._is_led
            if last.leads:
                self._is_led = True
            else:
                last.stop()
        if not last.leads:
            seconds = -1.0 if timeout is None else timeout.total_seconds()
            if not last.wait(seconds) and not self._give_up(last):
                raise InFlightError(key=last.command.key)
        if last.leads:
            self._lead(until=last)
        return tickets

    def _give_up(self, ticket: _Ticket) -> bool:
        """Stop waiting for *ticket*; return whether it was let go at the very last moment."""
        with self._guard:
            if ticket.wait(0):
                return True
            # Nobody may be made the leader who has gone away.
            ticket.waits = False
            return False

    def _enqueue(self, tickets: Iterable[_Ticket]) -> None:
        if self._is_closed:
            raise LedgerClosedError
        self._queue.extend(tickets)

    def _lead(self, *, until: _Ticket | None = None) -> None:
        """Run transactions until *until* is answered, or nobody waits; then let another lead."""
        batch: Sequence[_Ticket] = ()
        try:
            while batch := self._next_batch(until):
                self._write(batch)
                if until is None and len(batch) >= MANY:
                    self._gather(len(batch))
        except BaseException:
            # Such as an interrupt of this thread: the others are still to be served and led. What
            # was written after all is answered from what was kept.
            with self._guard:
                self._queue.extendleft(one for one in reversed(batch) if one.answer is None)
                self._hand_over()
            raise

    def _gather(self, size: int) -> None:
        """
        Wait until as many tasks have come again as were answered, or no more come.

        The event loop resumes its tasks one by one: a writer that starts with the first of them
        would write a small batch, and all others would wait for it.
        """
        before = -1
        while before < (waiting := len(self._queue)) < size:
            before = waiting
            time.sleep(GATHER_SECONDS)

    def _next_batch(self, until: _Ticket | None) -> Sequence[_Ticket]:
        """Return who is next; nobody, and the lead is somebody else's, when *until* is answered."""
        with self._guard:
            if not self._queue or (until is not None and until.answer is not None):
                self._hand_over()
                return ()
            size = min(len(self._queue), self._batch_max)
            return [self._queue.popleft() for _ in range(size)]

    def _hand_over(self) -> None:
        """Let the first thread that waits lead, or the writer, or nobody."""
        for ticket in self._queue:
            if ticket.waits:
                # Once only: a thread that was interrupted while it led waits for nothing.
                ticket.waits = False
                ticket.leads = True
                ticket.go()
                return
        self._is_led = bool(self._queue)
        if self._queue:
            self._wake_writer()

    def _wake_writer(self) -> None:
        """Let the thread of this ledger lead: tasks have none of their own."""
        if self._writer is None:
            self._writer = threading.Thread(
                target=self._write_for_tasks, name="ecomkit-ledger", daemon=True
            )
            self._writer.start()
        self._writer_may_lead.release()

    def _write_for_tasks(self) -> None:
        while True:
            self._writer_may_lead.acquire()
            self._lead()
            with self._guard:
                if self._is_closed and not self._queue:
                    return

    def _write(self, batch: Sequence[_Ticket]) -> None:
        try:
            answers = self._transact([ticket.command for ticket in batch])
        except Exception as error:  # noqa: BLE001 (whatever it is, each caller is to know)
            answers = [error] * len(batch)
        tasks: dict[asyncio.AbstractEventLoop, list[_Ticket]] = {}
        for ticket, answer in zip(batch, answers, strict=True):
            ticket.answer = answer
            if ticket.loop is None:
                ticket.go()
            else:
                tasks.setdefault(ticket.loop, []).append(ticket)
        for loop, tickets in tasks.items():
            _call_soon(loop, _resolve, tickets)

    def _transact(self, commands: Sequence[StockCommand]) -> Sequence[Answer]:
        deadline: float | None = None
        while True:
            try:
                with self._store.posting() as tx:
                    # The clock is read when nobody else can write: time goes on from book to book.
                    return execute_each(
                        tx, commands, now=self._clock.now(), settings=self._settings
                    )
            except AGAIN:
                if deadline is None:
                    deadline = time.monotonic() + self._retry_seconds
                elif time.monotonic() >= deadline:
                    raise
                time.sleep(PAUSE_SECONDS)

    # -- the end ----------------------------------------------------------------------------

    def close(self) -> None:
        """Answer whoever waits, and refuse all further commands; the store stays open."""
        with self._guard:
            was_open, self._is_closed = not self._is_closed, True
            writer = self._writer
        if was_open and writer is not None:
            self._writer_may_lead.release()
            writer.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _resolve(tickets: Sequence[_Ticket]) -> None:
    for ticket in tickets:
        future = ticket.future
        if future is None or future.done():
            continue
        try:
            future.set_result(ticket.outcome())
        except Exception as error:  # noqa: BLE001 (it is the caller's)
            future.set_exception(error)


def _call_soon(
    loop: asyncio.AbstractEventLoop, call: Callable[..., Any], *arguments: object
) -> None:
    try:
        loop.call_soon_threadsafe(call, *arguments)
    except RuntimeError:
        # The loop was closed, and with it everybody who could be told.
        return
