"""Connections to PostgreSQL that are lost, and those that the host brings."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from postgres_world import (
    ELEPHANT,
    ELEPHANTS,
    NOON,
    NOTES,
    Cluster,
    Note,
    another,
    booked,
    hold,
    in_threads,
    post,
    receipt,
    sellable,
)

from ecomkit.errors import FieldError
from ecomkit.operations import Settings, execute
from ecomkit.ports import (
    CommitUnknownError,
    KeyTakenError,
    NestedTransactionError,
    StoreBusyError,
    StoreFailedError,
    StoreLostError,
)
from ecomkit.stock import (
    Done,
    Outcome,
    Reserved,
)
from ecomkit.stores._postgres import PostgresStore

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")


# -- connections that are lost ------------------------------------------------------------------------


class Relay:
    """
    A socket between a store and its server, which counts what the store says and can hang up.

    Each message of the protocol is one step: the store is cut off before a step reaches the server,
    or after it did and before the answer comes back.
    """

    def __init__(self, server: Path, folder: Path) -> None:
        self.server = str(server / ".s.PGSQL.5432")
        self.folder = folder
        self.kinds: list[bytes] = []
        self.cut_at: int | None = None
        self.is_deaf = False
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, step: int | None, *, deaf: bool = False) -> None:
        """Count from here, and hang up at *step*; *deaf*: say it, and do not hear the answer."""
        self.kinds, self.cut_at, self.is_deaf = [], step, deaf

    def close(self) -> None:
        """Take no more calls."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.server)
                deaf = threading.Event()
                threading.Thread(
                    target=self._ask, args=(client, server, deaf), daemon=True
                ).start()
                threading.Thread(
                    target=self._answer, args=(client, server, deaf), daemon=True
                ).start()

    def _ask(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        buffer, is_first = b"", True
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                buffer += data
                while True:
                    head = 0 if is_first else 1
                    if len(buffer) < head + 4:
                        break
                    end = head + int.from_bytes(buffer[head : head + 4], "big")
                    if len(buffer) < end:
                        break
                    message, buffer = buffer[:end], buffer[end:]
                    if not is_first:
                        self.kinds.append(message[:1])
                        if self.cut_at is not None and len(self.kinds) > self.cut_at:
                            if self.is_deaf:
                                deaf.set()
                                server.sendall(message + buffer)
                                time.sleep(0.05)
                            raise OSError
                    is_first = False
                    server.sendall(message)
        for end_ in (client, server):
            with contextlib.suppress(OSError):
                end_.shutdown(socket.SHUT_RDWR)
            end_.close()

    def _answer(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if not deaf.is_set():
                    client.sendall(data)
        if not deaf.is_set():
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def relay(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """A relay to the cluster."""
    opened = Relay(postgres.folder, tmp_path_factory.mktemp("r"))
    yield opened
    opened.close()


@pytest.fixture
def relayed(postgres: Cluster, relay: Relay, schema: str) -> Iterator[PostgresStore]:
    """A store that speaks through the relay."""
    address = f"host={relay.folder} user={postgres.user} dbname=books"
    with PostgresStore(address, schema=schema, busy_seconds=1) as store:
        yield store


def test_a_batch_is_two_round_trips(relay: Relay, relayed: PostgresStore) -> None:
    """Opening the books is one exchange, booking and committing another one, and no more."""
    post(relayed, receipt("r-1"), hold("h-1"))
    relay.arm(None)

    post(relayed, receipt("r-2"), hold("h-2"))

    assert relay.kinds.count(b"S") == 2
    assert b"Q" not in relay.kinds


def test_a_batch_that_was_answered_before_is_two_round_trips(
    relay: Relay, relayed: PostgresStore
) -> None:
    """What is known is read in one exchange and let go in another."""
    post(relayed, receipt("r-1"))
    relay.arm(None)

    assert post(relayed, receipt("r-1")) == (Done(units=1),)
    assert relay.kinds.count(b"S") == 2


@pytest.mark.parametrize("way", ["posting", "transaction"])
def test_a_lost_connection_loses_a_batch_or_not(
    relay: Relay, relayed: PostgresStore, way: str
) -> None:
    """
    Cut off at any message, a batch has happened or not, and the store says which it can tell.

    Asked again with the same keys it has happened once, on a connection that is made anew.
    """
    open_ = {"posting": relayed.posting, "transaction": relayed.transaction}[way]

    def batch(name: str) -> tuple[Outcome, ...]:
        with open_() as tx:
            return execute(
                tx, [receipt(f"{name}-r", 2), hold(f"{name}-h")], now=NOON, settings=Settings()
            )

    batch("first")
    relay.arm(None)
    batch("second")
    first = relay.kinds.index(b"S")
    # How many messages there are may differ by one or two: the driver asks for answers when none
    # have come yet.
    steps = len(relay.kinds)
    for is_deaf in (False, True):
        told = []
        for step in range(steps):
            relay.arm(step, deaf=is_deaf)
            try:
                batch(f"{is_deaf}-{step}")
            except (StoreLostError, CommitUnknownError) as error:
                told.append(type(error))
            else:
                assert len(relay.kinds) <= step
            relay.arm(None)
            assert batch(f"{is_deaf}-{step}") == (Done(units=2), Reserved(units=1))
        # Before the last exchange nothing can have lasted; once all was said nobody can tell.
        assert {*told[: first + 1]} == {StoreLostError}
        assert told[-1] is CommitUnknownError
    with relayed.snapshot() as tx:
        [level] = tx.all_levels()

    assert (level.sellable, level.held) == (2 + 2 * steps, 2 + 2 * steps)


def test_a_snapshot_that_was_lost_is_taken_anew(relay: Relay, relayed: PostgresStore) -> None:
    """A reader whose connection is lost is told, and reads again."""
    post(relayed, receipt("r-1"))
    assert sellable(relayed) == {ELEPHANT: 1}
    relay.arm(2)

    with pytest.raises(StoreLostError):
        sellable(relayed)
    relay.arm(None)

    assert sellable(relayed) == {ELEPHANT: 1}


def hang_up(postgres: Cluster) -> None:
    """End every session of the stores."""
    postgres.psql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = 'books' AND pid <> pg_backend_pid()"
    )


def test_a_session_that_was_ended_is_made_anew(postgres: Cluster, store: PostgresStore) -> None:
    """A session that the server ended, between two calls or inside a block, costs one call."""
    post(store, receipt("r-1"))
    sellable(store)

    hang_up(postgres)
    with pytest.raises(StoreLostError):
        post(store, receipt("r-2"))
    with pytest.raises(StoreLostError):
        sellable(store)
    post(store, receipt("r-2"))
    with pytest.raises(StoreLostError), store.transaction() as tx:  # noqa: PT012 (the block is what raises)
        tx.put(NOTES, [Note(name="n")])
        hang_up(postgres)
        tx.put(NOTES, [Note(name="m")])
    with pytest.raises(CommitUnknownError), store.transaction() as tx:  # noqa: PT012 (the block is what raises)
        tx.put(NOTES, [Note(name="n")])
        hang_up(postgres)

    with store.snapshot() as tx:
        tx.all_levels()
        hang_up(postgres)
        with pytest.raises(StoreLostError):
            tx.all_levels()
    assert sellable(store) == {ELEPHANT: 2}
    with store.snapshot() as tx:
        assert tx.scan(NOTES) == ()


def test_a_session_that_waits_may_be_ended(
    postgres: Cluster, dsn: str, schema: str, store: PostgresStore
) -> None:
    """A batch that waits for a level when its session ends says that nothing was written."""
    post(store, receipt("r-1"))
    with another(dsn, schema) as other, store.posting() as tx:
        execute(tx, [receipt("r-2")], now=NOON, settings=Settings())
        raised: list[BaseException] = []
        waiting = threading.Thread(
            target=lambda: raised.extend(in_threads(lambda: post(other, receipt("r-3"))))
        )
        waiting.start()
        time.sleep(0.1)
        postgres.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'books' AND wait_event_type = 'Lock'"
        )
        waiting.join()

    assert [type(error) for error in raised] == [StoreLostError]
    assert sellable(store) == {ELEPHANT: 2}


FORKED = """
import os, sys
from ecomkit.identifiers import CommandKey, Sku
from ecomkit.operations import Settings, execute
from ecomkit.stock import Receive
from ecomkit.stores._postgres import PostgresStore
from datetime import UTC, datetime

def post(name):
    with store.posting() as tx:
        command = Receive(key=CommandKey(name), sku=Sku("ELEPHANT"), quantity=1)
        execute(tx, [command], now=datetime(2026, 3, 1, 12, tzinfo=UTC), settings=Settings())

store = PostgresStore(sys.argv[1], schema=sys.argv[2])
post("before")
child = os.fork()
if not child:
    post("child")
    store.close()
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
post("parent")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_has_connections_of_its_own(
    dsn: str, schema: str, store: PostgresStore
) -> None:
    """A store that was opened before a fork, as by a web server, works on both sides of it."""
    subprocess.run(  # noqa: S603 - our own interpreter on our own text
        [sys.executable, "-c", FORKED, dsn, schema], check=True, timeout=60
    )

    assert sellable(store) == {ELEPHANT: 3}


# -- a transaction of the host's ------------------------------------------------------------------------


@pytest.fixture
def host(dsn: str, store: PostgresStore, schema: str) -> Iterator[Any]:
    """A connection of the host's, with a table of the host's."""
    with psycopg.connect(dsn, options="-c timezone=Asia/Tokyo") as connection:
        connection.execute(f'CREATE TABLE "{schema}".host (name text)'.encode())
        connection.commit()
        yield connection
        if not connection.closed:
            connection.rollback()


def names(host: Any, schema: str) -> list[str]:
    """Return what the host wrote."""
    return [name for (name,) in host.execute(f'SELECT name FROM "{schema}".host ORDER BY name')]  # noqa: S608 (our own schema)


def write(host: Any, schema: str, name: str) -> None:
    """Write something of the host's."""
    host.execute(f'INSERT INTO "{schema}".host VALUES (%s)', (name,))  # noqa: S608 (our own schema)


def test_joined_writes_last_with_the_host(host: Any, schema: str, store: PostgresStore) -> None:
    """What is written on the host's connection lasts when the host commits, and not before."""
    write(host, schema, "before")
    with store.join(host) as tx:
        answers = execute(tx, [receipt("r-1"), hold("h-1")], now=NOON, settings=Settings())
        tx.put(NOTES, [Note(name="n")])
        [level] = tx.levels([ELEPHANTS])
    assert sellable(store) == {}
    write(host, schema, "after")
    host.commit()

    assert answers == (Done(units=1), Reserved(units=1))
    assert level.holds[0].expires_at.utcoffset() == timedelta(0)
    with store.snapshot() as tx:
        assert (level,) == tx.all_levels()
        assert tx.scan(NOTES) == (Note(name="n"),)
    assert names(host, schema) == ["after", "before"]


def test_joined_writes_are_undone_with_the_host(
    host: Any, schema: str, store: PostgresStore
) -> None:
    """When the host rolls back, what was written on its connection is gone too."""
    with store.join(host) as tx:
        execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
    host.rollback()

    assert sellable(store) == {}
    assert post(store, receipt("r-1")) == (Done(units=1),)


def test_an_exception_undoes_what_was_joined_alone(
    host: Any, schema: str, store: PostgresStore
) -> None:
    """A block that raises undoes its own writes; the host's transaction goes on, and may join again."""
    write(host, schema, "before")
    with pytest.raises(ZeroDivisionError), store.join(host) as tx:  # noqa: PT012 (the block is what raises)
        execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
        raise ZeroDivisionError
    with pytest.raises(KeyTakenError), store.join(host) as tx:  # noqa: PT012 (the block is what raises)
        booked(tx, "r-2")
        booked(tx, "r-2", name="n")
    write(host, schema, "after")
    with store.join(host) as tx:
        execute(tx, [receipt("r-3")], now=NOON, settings=Settings())
    host.commit()

    assert sellable(store) == {ELEPHANT: 1}
    assert names(host, schema) == ["after", "before"]


def test_joined_writes_keep_other_writers_out(
    dsn: str, host: Any, schema: str, store: PostgresStore
) -> None:
    """Until the host's transaction ends others wait; two hosts wait for each other."""
    with store.join(host) as tx:
        execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
    with pytest.raises(StoreBusyError):
        post(store, receipt("r-2"))
    with (
        psycopg.connect(dsn, options="-c lock_timeout=100") as other,
        pytest.raises(StoreBusyError),
        store.join(other),
    ):
        pass
    host.commit()

    assert post(store, receipt("r-2")) == (Done(units=1),)


def test_a_host_that_does_not_fit_is_refused(
    dsn: str, host: Any, schema: str, store: PostgresStore
) -> None:
    """No connection, none inside of a transaction, another isolation level: refused by name."""
    with pytest.raises(FieldError, match="psycopg"), store.join("host=/tmp"):  # type: ignore[arg-type]
        pass
    with psycopg.connect(dsn, autocommit=True) as outside:
        with pytest.raises(FieldError, match="autocommit"), store.join(outside):
            pass
        with outside.transaction(), store.join(outside) as tx:
            execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
    host.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    write(host, schema, "before")
    with pytest.raises(FieldError, match="repeatable read"), store.join(host):
        pass
    host.commit()

    assert names(host, schema) == ["before"]
    assert sellable(store) == {ELEPHANT: 1}


def test_a_host_whose_transaction_failed_keeps_its_connection(
    host: Any, schema: str, store: PostgresStore
) -> None:
    """A transaction of the host's that has failed cannot be joined; the host rolls it back itself."""
    with pytest.raises(psycopg.errors.UndefinedTable):
        host.execute("SELECT 1 FROM nothing")

    with pytest.raises(StoreFailedError, match="aborted"), store.join(host):
        pass
    host.rollback()
    with store.join(host) as tx:
        execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
    host.commit()

    assert sellable(store) == {ELEPHANT: 1}


def test_a_host_that_lost_its_connection_is_told(
    postgres: Cluster, host: Any, store: PostgresStore
) -> None:
    """A joined block whose connection is lost says so; nothing was written."""
    with pytest.raises(StoreLostError), store.join(host) as tx:  # noqa: PT012 (the block is what raises)
        execute(tx, [receipt("r-1")], now=NOON, settings=Settings())
        hang_up(postgres)
        execute(tx, [receipt("r-2")], now=NOON, settings=Settings())

    with pytest.raises(StoreLostError):
        post(store, receipt("r-3"))
    assert sellable(store) == {}


def test_a_thread_that_is_inside_is_refused(host: Any, store: PostgresStore) -> None:
    """Whoever holds a transaction, a batch, a snapshot or a joined block would wait for itself."""
    ways: list[Callable[[], Any]] = [
        store.transaction,
        store.posting,
        store.snapshot,
        lambda: store.join(host),
    ]
    for outer, inner in itertools.product(ways, ways):
        with outer(), pytest.raises(NestedTransactionError), inner():
            pass
        host.rollback()
    for outer in ways:
        with outer(), pytest.raises(NestedTransactionError):
            store.close()
        host.rollback()
    with store.transaction() as tx:
        assert tx.all_levels() == ()
