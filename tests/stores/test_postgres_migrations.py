"""How the tables of the PostgreSQL store come to be, and how they change."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from ecomkit.ports import (
    CommitUnknownError,
    SchemaVersionError,
    StoreBusyError,
    StoreFailedError,
    StoreLostError,
)
from ecomkit.stores._postgres import PostgresStore
from ecomkit.stores._postgres_schema import MIGRATIONS, Migration, migrate

psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

from ecomkit.stores._postgres_wire import Line, Wire  # noqa: E402 - where psycopg is there

HANG_UP = "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())"
SECOND = (
    "ALTER TABLE ecomkit.outbox ADD COLUMN posted_at timestamptz",
    "CREATE INDEX outbox_posted ON ecomkit.outbox (posted_at)",
    "UPDATE ecomkit.outbox SET posted_at = pg_catalog.now()",
)
LOCK = 7


@pytest.fixture
def line(dsn: str) -> Iterator[Line]:
    """A connection that is made anew."""
    opened = Line(dsn, [("lock_timeout", "300ms"), ("search_path", "pg_catalog")])
    yield opened
    opened.close()


def lead(
    line: Line, schema: str, *, steps: Sequence[Migration] = MIGRATIONS, partitions: int = 0
) -> None:
    """Migrate."""

    def begin() -> Wire:
        wire = Wire(line.connection(), schema=schema, waited_seconds=1)
        wire.queue(("BEGIN", ()))
        return wire

    migrate(begin, schema=schema, lock=LOCK, partitions=partitions, steps=steps)


def picture(dsn: str, schema: str) -> list[Any]:
    """Return all that stands in a schema, and the version."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            """
            SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod)
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE n.nspname = %s ORDER BY 1, 2, 3
            """,
            (schema,),
        ).fetchall()
        functions = connection.execute(
            "SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace"
            " WHERE n.nspname = %s",
            (schema,),
        ).fetchall()
        versions = (
            connection.execute(f'SELECT number FROM "{schema}".version').fetchall()  # noqa: S608 (our own schema)
            if any(row[0] == "version" for row in found)
            else []
        )
        return [found, functions, versions]


def cut(statements: Sequence[str], place: int) -> Migration:
    """Return a step whose session ends before its statement at *place*."""
    return lambda _: [*statements[:place], HANG_UP, *statements[place:]]


@pytest.mark.parametrize("partitions", [0, 2])
def test_a_first_step_that_is_cut_off_leaves_nothing(
    dsn: str, schema: str, line: Line, partitions: int
) -> None:
    """Cut off before any of its statements, or after the last, making the tables leaves nothing."""
    [first, *_] = MIGRATIONS
    statements = first(partitions)
    for place in range(len(statements) + 1):
        with pytest.raises(StoreLostError):
            lead(line, schema, steps=[cut(statements, place)], partitions=partitions)
        assert picture(dsn, schema) == [[], [], []]

    lead(line, schema, partitions=partitions)

    assert picture(dsn, schema)[2] == [(len(MIGRATIONS),)]


def test_a_later_step_that_is_cut_off_leaves_the_version_before(
    dsn: str, schema: str, line: Line
) -> None:
    """Cut off anywhere, a step has not happened; the next process takes it and the one after it."""
    lead(line, schema)
    before = picture(dsn, schema)
    for place in range(len(SECOND) + 1):
        with pytest.raises(StoreLostError):
            lead(line, schema, steps=[*MIGRATIONS, cut(SECOND, place)])
        assert picture(dsn, schema) == before

    lead(line, schema, steps=[*MIGRATIONS, lambda _: SECOND, lambda _: ["SELECT 1"]])

    after = picture(dsn, schema)
    assert after[2] == [(len(MIGRATIONS) + 2,)]
    assert ("outbox", "r", "posted_at", "timestamp with time zone") in after[0]


def test_a_step_that_fails_leaves_the_version_before(dsn: str, schema: str, line: Line) -> None:
    """A statement that the database refuses undoes its step, and says what was wrong."""
    lead(line, schema)
    before = picture(dsn, schema)

    with pytest.raises(StoreFailedError, match="does not exist"):
        lead(line, schema, steps=[*MIGRATIONS, lambda _: [*SECOND, "SELECT nothing()"]])

    assert picture(dsn, schema) == before


class Deaf(Wire):
    """Loses the connection just when the answer to its COMMIT would come."""

    def commit(self) -> None:
        """Say it, and never hear."""
        super().commit()
        raise CommitUnknownError(why="cut off")


def test_a_step_whose_commit_was_not_acknowledged_is_not_taken_again(
    dsn: str, schema: str, line: Line
) -> None:
    """A process that did not hear that its step lasted finds it taken."""

    def begin() -> Wire:
        wire = Deaf(line.connection(), schema=schema, waited_seconds=1)
        wire.queue(("BEGIN", ()))
        return wire

    with pytest.raises(CommitUnknownError):
        migrate(begin, schema=schema, lock=LOCK, partitions=0)
    found = picture(dsn, schema)
    lead(line, schema)

    assert found[2] == [(len(MIGRATIONS),)]
    assert picture(dsn, schema) == found


PROGRAM = """
import sys
from ecomkit.stores._postgres import PostgresStore
print("ready", flush=True)
sys.stdin.readline()
with PostgresStore(sys.argv[1], schema=sys.argv[2], partitions=3) as store:
    with store.transaction() as tx:
        tx.post("started", [sys.argv[3]])
print("done", flush=True)
"""


def test_processes_that_start_at_once_make_the_tables_once(dsn: str, schema: str) -> None:
    """Of several processes that find no tables one makes them, and all go on."""
    processes = [
        subprocess.Popen(  # noqa: S603 - our own interpreter on our own text
            [sys.executable, "-c", PROGRAM, dsn, schema, f"p{n}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            assert process.stdin is not None
        for process in processes:
            process.stdin.write("\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
        said = [process.communicate(timeout=60)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()

    assert said == ["done\n"] * 4
    with PostgresStore(dsn, schema=schema) as store, store.snapshot() as tx:
        assert [claim.key for claim in tx.posted("started")] == ["p0", "p1", "p2", "p3"]
    assert picture(dsn, schema)[2] == [(len(MIGRATIONS),)]


def test_who_waits_for_too_long_is_told(dsn: str, schema: str, line: Line) -> None:
    """A process that finds another one at work waits, gives up in time, and may try again."""
    with psycopg.connect(dsn) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        with pytest.raises(StoreBusyError):
            lead(line, schema)
        waiting = threading.Timer(0.1, other.rollback)
        waiting.start()
        lead(line, schema)
        waiting.join()

    assert picture(dsn, schema)[2] == [(len(MIGRATIONS),)]


def test_who_waited_finds_it_done(dsn: str, schema: str, line: Line) -> None:
    """A process that waited for another one takes only the steps that are left."""
    with psycopg.connect(dsn) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        waiting = threading.Thread(target=lead, args=(line, schema))
        waiting.start()
        made = Line(dsn, [("search_path", "pg_catalog")])

        def begin() -> Wire:
            wire = Wire(made.connection(), schema=schema, waited_seconds=1)
            wire.queue(("BEGIN", ()))
            return wire

        migrate(begin, schema=schema, lock=LOCK + 1, partitions=0)
        made.close()
        other.rollback()
        waiting.join()

    assert picture(dsn, schema)[2] == [(len(MIGRATIONS),)]


def test_newer_tables_are_not_touched(dsn: str, schema: str, line: Line) -> None:
    """Tables that a newer ecomkit made are refused with both versions, and stay as they are."""
    lead(line, schema, steps=[*MIGRATIONS, lambda _: SECOND])
    before = picture(dsn, schema)

    with pytest.raises(SchemaVersionError) as caught:
        PostgresStore(dsn, schema=schema)

    assert (caught.value.found, caught.value.known) == (len(MIGRATIONS) + 1, len(MIGRATIONS))
    assert picture(dsn, schema) == before


def test_a_schema_that_is_there_is_used(dsn: str, schema: str) -> None:
    """A role that may make tables, but no schema, works in one that was made for it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute(f'CREATE SCHEMA "{schema}" AUTHORIZATION clerk')
    theirs = psycopg.conninfo.make_conninfo(dsn, user="clerk")

    with PostgresStore(theirs, schema=schema) as store, store.transaction() as tx:
        tx.post("t", ["a"])
    with pytest.raises(StoreFailedError, match="permission denied"):
        PostgresStore(theirs, schema=f"{schema} of nobody")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA "{schema}" CASCADE')
        connection.execute("DROP ROLE clerk")


@pytest.mark.parametrize("name", ['a "quoted" one', "ecomkit.", "ÜBER", "x" * 63])
def test_a_schema_may_have_any_name(dsn: str, name: str) -> None:
    """The name of the schema is quoted wherever it stands."""
    for _ in range(2):
        with PostgresStore(dsn, schema=name) as store, store.transaction() as tx:
            tx.post("t", ["a"])
            [claim] = tx.posted("t")

    assert claim.version == 2
