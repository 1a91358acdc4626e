"""The store for many writers: a PostgreSQL database."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ecomkit.errors import FieldError, MissingExtraError
from ecomkit.identifiers import MerchantId
from ecomkit.ports import LedgerTransaction, NestedTransactionError, Transaction
from ecomkit.stores._gate import Gate
from ecomkit.stores._memory import DEFAULT_MERCHANT
from ecomkit.stores._sqlite import Durability

if TYPE_CHECKING:
    import psycopg

    from ecomkit.stores._postgres_ledger import PostgresLedger
    from ecomkit.stores._postgres_statements import Statement
    from ecomkit.stores._postgres_wire import Wire

__all__ = ["PostgresStore"]

BUSY_SECONDS = 30
"""How long a writer waits for another one before it gives up."""

PARTITIONS_MAX = 1024

NAME_MAX = 63
"""PostgreSQL cuts longer names off."""

BEGIN: Statement = ("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", ())
BEGIN_SNAPSHOT: Statement = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())
JOIN: Statement = ("SAVEPOINT ecomkit", ())
ISOLATION: Statement = ("SELECT current_setting('transaction_isolation')", ())
ALONE = "SELECT pg_advisory_xact_lock($1::bigint)"
AMONG_OTHERS = "SELECT pg_advisory_xact_lock_shared($1::bigint)"

L = TypeVar("L", bound="PostgresLedger")


class PostgresStore:
    """
    Keeps one merchant's books in a PostgreSQL database (version 13 or newer, encoding UTF8).

    Any number of processes may write: :meth:`transaction` keeps all other writers of the merchant
    out, :meth:`posting` only those that post to the same levels. Readers wait for nobody. Threads
    share two connections, one to write and one to read, and wait for each other at each. A lost
    connection is made anew by the next call. Several merchants may share a schema, each with a
    store of its own.

    Backups are those of the database: ``pg_dump`` and ``pg_restore`` carry the schema like any
    other. What is deleted is removed by :meth:`wipe`; the write-ahead log and backups have it for
    longer.

    Args:
        dsn: The address of the database as libpq reads it, a URI or ``name=value`` words.
        merchant: Whose books to keep: the namespace inside the schema.
        durability: What an acknowledged write survives: ``FULL`` is ``synchronous_commit=on``,
            ``PROCESS_CRASH`` is ``off``.
        partitions: Where the tables are made here for the first time: in how many parts, by hash
            of merchant and sku, to split those of the ledger; 0 for not at all.
        schema: The schema that holds the tables; made if it is missing.
        busy_seconds: How long to wait for another writer.

    Raises:
        MissingExtraError: If psycopg is not installed: the extra ``postgres``.
        FieldError: If an argument is wrong, or the database has another encoding.
        StoreFailedError: If the database cannot be reached or refuses us.
        SchemaVersionError: If a newer ecomkit made the tables.
        StoreBusyError: If another process makes the tables for longer than we wait.

    .. code-block:: python

        with PostgresStore("postgresql:///shop") as store, store.transaction() as tx:
            tx.all_levels()
    """

    def __init__(
        self,
        dsn: str,
        *,
        merchant: MerchantId = DEFAULT_MERCHANT,
        durability: Durability = Durability.FULL,
        partitions: int = 0,
        schema: str = "ecomkit",
        busy_seconds: int = BUSY_SECONDS,
    ) -> None:
        _check(partitions, schema, busy_seconds)
        try:
            from ecomkit.stores import _postgres_parts as parts  # noqa: PLC0415 - psycopg is an extra
        except ImportError as error:
            raise MissingExtraError(extra="postgres", feature="PostgresStore") from error
        self._parts = parts
        self._merchant = merchant
        self._schema = schema
        self._busy_seconds = busy_seconds
        self._lock = (str(lock_number(schema, merchant)),)
        self._writing, self._reading = Gate(), Gate()
        self._inside = threading.local()
        settings = parts.settings(durability, busy_seconds=busy_seconds)
        self._writer, self._reader = parts.Line(dsn, settings), parts.Line(dsn, settings)
        try:
            self._writer.check()
            parts.migrate(
                lambda: self._wire(self._writer.connection(), BEGIN),
                schema=schema,
                lock=lock_number(schema),
                partitions=partitions,
            )
        except BaseException:
            self._writer.close()
            raise

    @property
    def merchant(self) -> MerchantId:
        """Whose books these are."""
        return self._merchant

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the store for writing: committed when the block ends, undone when it raises."""
        with self._alone(), self._writing.held():
            wire = self._wire(self._writer.connection(), BEGIN, (ALONE, self._lock))
            with _ended(
                wire, self._parts.PostgresTransaction(wire, self._merchant)
            ) as transaction:
                # The lock before anything else: what is read is what the last writer left.
                wire.run()
                yield transaction

    @contextmanager
    def posting(self) -> Iterator[LedgerTransaction]:
        """
        Hold only the levels that stock commands touch, in a fixed order: nobody waits in a circle.

        Opening the books is one round trip, booking and committing a second one. So what the
        database refuses of a booking (``KeyTakenError``, ``MovementTakenError``) is raised at the
        end of the block. Open the books once: of two that open more when they hold some, one may
        get ``StoreBusyError``.
        """
        with self._alone(), self._writing.held():
            wire = self._wire(self._writer.connection(), BEGIN, (AMONG_OTHERS, self._lock))
            with _ended(wire, self._parts.PostgresPosting(wire, self._merchant)) as posting:
                yield posting

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """
        Read one consistent state, that of the first read; writers go on meanwhile.

        A movement of a batch that is under way may come to light later with a lower number than
        those that are seen: who reads on from where they stopped does it in :meth:`transaction`.
        """
        with self._alone(), self._reading.held():
            wire = self._wire(self._reader.connection(), BEGIN_SNAPSHOT)
            with _ended(wire, self._parts.PostgresSnapshot(wire, self._merchant)) as snapshot:
                yield snapshot

    @contextmanager
    def join(self, connection: psycopg.Connection[Any]) -> Iterator[Transaction]:
        """
        Write inside of the host's own transaction, on its own psycopg *connection*.

        What is written lasts when the host commits, together with what the host wrote. An exception
        that leaves the block undoes what was written in it and nothing else: the host's transaction
        goes on.

        The host has to know: the isolation level is READ COMMITTED. The lock that keeps the other
        writers of this merchant out lasts until the host's transaction ends: end it soon, and open
        no transaction of this store before. Do not answer anybody before the commit: until then
        nothing has been promised.

        Raises:
            FieldError: If *connection* is none of psycopg's, is in autocommit mode outside of a
                transaction, or has another isolation level.
            NestedTransactionError: If this thread holds a transaction of this store.
        """
        with self._alone():
            self._parts.refuse_unfit(connection)
            wire = self._parts.HostWire(
                connection, schema=self._schema, waited_seconds=self._busy_seconds
            )
            wire.queue(JOIN, (ALONE, self._lock))
            with _ended(
                wire, self._parts.PostgresTransaction(wire, self._merchant)
            ) as transaction:
                [[(isolation,)]] = wire.run(ISOLATION)
                if isolation != "read committed":
                    raise FieldError(
                        owner="join", field="connection", got=isolation, wanted="read committed"
                    )
                yield transaction

    def _wire(self, connection: psycopg.Connection[Any], *begin: Statement) -> Wire:
        wire = self._parts.Wire(connection, schema=self._schema, waited_seconds=self._busy_seconds)
        wire.queue(*begin)
        return wire

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Refuse a thread that is inside already: it would wait for itself."""
        if getattr(self._inside, "is_held", False):
            raise NestedTransactionError
        self._inside.is_held = True
        try:
            yield
        finally:
            self._inside.is_held = False

    def wipe(self) -> None:
        """
        Write the tables of the values anew, so that nothing deleted can be found in their files.

        Everybody else waits meanwhile, the other merchants of the schema too: it takes as long as
        copying those tables. Call it after erasing personal data. What the database keeps beside
        its tables is beyond it: the write-ahead log and its archive, replicas, backups, logs.

        Raises:
            StoreBusyError: If others are shown an older state for longer than we wait: something
                deleted may still be found, so call it again.
            StoreFailedError: If the tables belong to another role.
        """
        with self._alone(), self._writing.held():
            wire = self._wire(self._writer.connection())
            self._parts.wipe(wire, waited_seconds=self._busy_seconds)

    def close(self) -> None:
        """Let go of the connections; closing twice is no error."""
        with self._alone(), self._writing.closing(), self._reading.closing():
            self._writer.close()
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _ended(wire: Wire, books: L) -> Iterator[L]:
    """Commit when the block ends, undo when it raises; after that *books* are closed."""
    try:
        yield books
        books.commit()
    except BaseException:
        wire.rollback()
        raise
    finally:
        books.end()


def lock_number(*words: str) -> int:
    """Return the number of the advisory lock for *words*: the same in every process."""
    digest = hashlib.sha256("\0".join(("ecomkit", *words)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _check(partitions: int, schema: str, busy_seconds: int) -> None:
    wanted = {
        "partitions": (partitions, 0 <= partitions <= PARTITIONS_MAX, f"0 to {PARTITIONS_MAX}"),
        "schema": (
            schema,
            0 < len(schema.encode()) <= NAME_MAX and "\0" not in schema,
            f"1 to {NAME_MAX} bytes of UTF-8 without a NUL",
        ),
        "busy_seconds": (busy_seconds, busy_seconds > 0, "1 or more"),
    }
    for field, (got, is_right, what) in wanted.items():
        if not is_right:
            raise FieldError(owner="PostgresStore", field=field, got=got, wanted=what)
