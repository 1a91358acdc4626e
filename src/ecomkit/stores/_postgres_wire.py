"""The wire to PostgreSQL: connections, round trips, and what goes wrong on them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, ClassVar

import psycopg
from psycopg import pq
from psycopg.rows import tuple_row

from ecomkit.errors import FieldError
from ecomkit.ports import CommitUnknownError, StoreBusyError, StoreFailedError, StoreLostError
from ecomkit.stores._postgres_ledger import DuplicateError
from ecomkit.stores._postgres_line import Line, UtcLoader, said, settings
from ecomkit.stores._postgres_schema import SCHEMA, quoted
from ecomkit.stores._postgres_statements import Row, Statement

__all__ = ["HostWire", "Line", "Wire", "refuse_unfit", "settings"]

NAMES = re.compile(rf"\b{SCHEMA}\.|\bSCHEMA {SCHEMA}\b")
"""Where the schema is named in a statement."""

BUSY_STATES = frozenset({"55P03", "40P01", "40001"})
"""A lock that did not come in time, a deadlock, a serialization failure."""

IDLE = pq.TransactionStatus.IDLE
IN_ERROR = pq.TransactionStatus.INERROR

FATAL = frozenset({"FATAL", "PANIC"})
"""After these the server hangs up."""


class Wire:
    """
    One transaction on a connection: many statements go out at once, and one answer is waited for.

    *waited_seconds* is what an error says of how long a lock was waited for.
    """

    def __init__(
        self, connection: psycopg.Connection[Any], *, schema: str, waited_seconds: int
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._waited_seconds = waited_seconds
        self._queue: list[Statement] = []
        self._pipeline: AbstractContextManager[object] | None = None
        self._has_begun = False
        self._is_undone = False

    def queue(self, *statements: Statement) -> None:
        """Put *statements* before what is sent next."""
        self._queue.extend(statements)

    def run(self, *statements: Statement) -> list[list[Row]]:
        """
        Send *statements*, wait for all, and return the rows of each.

        Raises:
            DuplicateError: If a row was there already.
            StoreBusyError: If a lock was not to be had.
            StoreLostError: If the connection was lost.
            StoreFailedError: If the database refused.
        """
        self._refuse_undone()
        return self.ask(*statements)

    def ask(self, *statements: Statement) -> list[list[Row]]:
        """Do what :meth:`run` does, after the transaction was undone too."""
        with self._named():
            cursors = self._send(statements)
            self._wait()
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]

    def send(self, statements: Iterable[Statement]) -> None:
        """Send *statements* and do not wait: what goes wrong is raised by the next that waits."""
        self._refuse_undone()
        with self._named():
            self._send(statements)

    @contextmanager
    def warned(self) -> Iterator[list[str]]:
        """Collect what the server warns of: some statements do less than they were asked to."""
        warnings: list[str] = []

        def note(notice: psycopg.errors.Diagnostic) -> None:
            warnings.append(str(notice.message_primary))

        self._connection.add_notice_handler(note)
        try:
            yield warnings
        finally:
            self._connection.remove_notice_handler(note)

    def commit(self) -> None:
        """
        End the transaction; nothing is sent if nothing was.

        Raises:
            CommitUnknownError: If the connection was lost before the answer came.
            StoreLostError: If it was lost before, whoever let that error pass.
            StoreFailedError: If the database refused, now or before.
        """
        self._refuse_undone()
        if not self._has_begun:
            return
        if self._connection.closed:
            raise StoreLostError(why="an earlier call in this transaction had found it lost")
        if self._connection.info.transaction_status == IN_ERROR:
            # What an earlier call failed with was not let out of the block.
            self.rollback()
            self._refuse_undone()
        with self._named(lost=CommitUnknownError):
            self._send([self._commit])
            self._wait()

    def rollback(self) -> None:
        """Undo the transaction, and give up a connection on which that does not work."""
        was_undone, self._is_undone = self._is_undone, True
        if self._has_begun and not was_undone and not self._try(*self._rollback):
            self._give_up()

    def _give_up(self) -> None:
        self._connection.close()

    def undo(self, savepoint: str) -> None:
        """Undo what was done since *savepoint*, if the connection is still there."""
        self._try((f"ROLLBACK TO {savepoint}", ()))

    _commit: ClassVar[Statement] = ("COMMIT", ())
    _rollback: ClassVar[Sequence[Statement]] = (("ROLLBACK", ()),)

    def _try(self, *statements: Statement) -> bool:
        """Send *statements* once nothing is under way any more; return whether that worked."""
        self._queue.clear()
        try:
            with suppress(psycopg.Error):
                self._wait()
            # One by one: the driver forgets its prepared statements now, and must not do that
            # among others that are under way.
            for statement in statements:
                self._execute(statement)
        except psycopg.Error:
            return False
        return True

    def _refuse_undone(self) -> None:
        if self._is_undone:
            raise StoreFailedError(why="an earlier call in this transaction had failed")

    def _send(self, statements: Iterable[Statement]) -> list[psycopg.RawCursor[Row]]:
        if self._pipeline is None:
            pipeline = self._connection.pipeline()
            pipeline.__enter__()
            self._pipeline = pipeline
        self._has_begun = True
        queue, self._queue = self._queue, []
        for statement in queue:
            self._execute(statement)
        return [self._execute(statement) for statement in statements]

    def _execute(self, statement: Statement) -> psycopg.RawCursor[Row]:
        text, parameters = statement
        # Without parameters it does not come often enough to be prepared, or needs no plan.
        return self._cursor().execute(
            _worded(text, self._schema),
            parameters,
            prepare=None if parameters else False,
            binary=True,
        )

    def _cursor(self) -> psycopg.RawCursor[Row]:
        return psycopg.RawCursor(self._connection)

    def _wait(self) -> None:
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is not None:
            pipeline.__exit__(None, None, None)

    @contextmanager
    def _named(
        self, lost: type[StoreLostError | CommitUnknownError] = StoreLostError
    ) -> Iterator[None]:
        try:
            yield
        except UnicodeEncodeError as error:
            raise FieldError(
                owner="Transaction", field="text", got=error.object, wanted="whole characters"
            ) from error
        except psycopg.Error as error:
            # The rest of what was sent is answered too: it was passed over.
            with suppress(psycopg.Error):
                self._wait()
            # What the server did not say the driver found out: nobody knows where the talk stands.
            is_unsaid = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
            if self._connection.closed or is_unsaid or error.diag.severity_nonlocalized in FATAL:
                self._connection.close()
                raise lost(why=said(error)) from error
            raise self._meant(error) from error

    def _meant(self, error: psycopg.Error) -> Exception:
        if isinstance(error, psycopg.errors.UniqueViolation):
            return DuplicateError(error.diag.table_name or "")
        if error.sqlstate in BUSY_STATES:
            return StoreBusyError(waited_seconds=self._waited_seconds)
        return StoreFailedError(why=said(error))


class HostWire(Wire):
    """A part of a transaction of the host's, on the host's connection: undone or kept by itself."""

    _commit: ClassVar[Statement] = ("RELEASE ecomkit", ())
    _rollback: ClassVar[Sequence[Statement]] = (
        ("ROLLBACK TO ecomkit", ()),
        ("RELEASE ecomkit", ()),
    )

    def _give_up(self) -> None:
        """Leave it to the host, whose transaction failed before: it can only be rolled back."""

    def _cursor(self) -> psycopg.RawCursor[Row]:
        cursor = psycopg.RawCursor(self._connection, row_factory=tuple_row)
        cursor.adapters.register_loader("timestamptz", UtcLoader)
        return cursor


def refuse_unfit(connection: object) -> None:
    """
    Refuse what is no connection of the host's inside of a transaction.

    Raises:
        FieldError: With what is wrong.
    """
    if not isinstance(connection, psycopg.Connection):
        raise FieldError(
            owner="join", field="connection", got=connection, wanted="a psycopg.Connection"
        )
    if connection.autocommit and connection.info.transaction_status == IDLE:
        raise FieldError(
            owner="join",
            field="connection",
            got="one in autocommit mode",
            wanted="a connection inside of a transaction",
        )


@functools.cache
def _worded(text: str, schema: str) -> bytes:
    """Return *text* with the name that the schema really has."""
    name = quoted(schema)
    return NAMES.sub(lambda found: found[0].replace(SCHEMA, name), text).encode()
