"""What was deleted is found in no file of a store, nor is it kept by a database beside its tables."""

import importlib.util
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from postgres_world import NOTES, RAW_NOTES, Cluster, Note

from ecomkit.identifiers import MerchantId
from ecomkit.operations._erasure import erase_and_wipe
from ecomkit.operations._wiping import WipeState
from ecomkit.ports import Store, StoreBusyError, StoreFailedError
from ecomkit.stores import Durability, PostgresStore, SqliteStore
from ecomkit.testing.conformance._store_erasure import ErasureLaws


def shared(name: str) -> ModuleType:
    """Return a module that the tests of the operations share."""
    path = Path(__file__).parents[1] / "operations" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"operations_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def contents(folder: Path) -> bytes:
    """Return all that stands in the files of *folder*."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


class TestSqliteFiles(ErasureLaws):
    """The file, its log and whatever stands beside it."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make_store(self, merchant: MerchantId) -> Store:
        """Another merchant in the same file."""
        path = self.folder / "shop.db"
        return SqliteStore(path, merchant=merchant, durability=Durability.PROCESS_CRASH)

    def at_rest(self, store: Store) -> Iterable[bytes]:
        """Each file of the folder."""
        return [contents(self.folder)]


class TestPostgresFiles(ErasureLaws):
    """The tables, their indexes and what does not fit into them, as they lie on the disk."""

    examples = 5

    @pytest.fixture(autouse=True)
    def _database(self, postgres: Cluster, dsn: str, schema: str) -> None:
        self.cluster, self.dsn, self.schema = postgres, dsn, schema

    def make_store(self, merchant: MerchantId) -> Store:
        """Another merchant in the same schema."""
        return PostgresStore(self.dsn, merchant=merchant, schema=self.schema)

    def at_rest(self, store: Store) -> Iterable[bytes]:
        """The files of the whole database, once what is in memory was written; and all its texts."""
        return [
            *schema_files(self.cluster, self.schema),
            database_texts(self.cluster, self.schema),
        ]


FILES = """
    WITH ours AS (
        SELECT oid, reltoastrelid AS toast FROM pg_class
        WHERE relnamespace = '"{schema}"'::regnamespace OR relname = 'pg_statistic'
    )
    SELECT pg_relation_filepath(c.oid) FROM pg_class AS c
    WHERE pg_relation_filepath(c.oid) IS NOT NULL AND (
        c.oid IN (SELECT oid FROM ours UNION SELECT toast FROM ours)
        OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT toast FROM ours))
    )
"""


def database_files(cluster: Cluster) -> Iterator[bytes]:
    """Yield all files of the database, the write-ahead log not: left-over ones are among them."""
    cluster.psql("CHECKPOINT", database="books")
    number = cluster.psql("SELECT oid FROM pg_database WHERE datname = 'books'")
    for path in (cluster.folder / "data" / "base" / number).iterdir():
        if path.is_file():
            yield path.read_bytes()


def schema_files(cluster: Cluster, schema: str) -> Iterator[bytes]:
    """Yield the files of *schema*, and what the planner knows of it, as they lie on the disk."""
    cluster.psql("CHECKPOINT", database="books")
    for path in cluster.psql(FILES.format(schema=schema), database="books").splitlines():
        yield (cluster.folder / "data" / path).read_bytes()


def database_texts(cluster: Cluster, schema: str) -> bytes:
    """Return every row of every table of *schema* as text: in a file it may be compressed."""
    query = f"SELECT schema_to_xml('{schema}', true, false, '')"
    return cluster.psql(query, database="books").encode()


# -- SQLite ---------------------------------------------------------------------------------------


def crowded(store: SqliteStore, seed: int) -> list[str]:
    """Move many persons about in the pages of a file, delete some, and return these."""
    dice = random.Random(seed)  # noqa: S311 (no secret)
    for _ in range(80):
        with store.transaction() as tx:
            for _ in range(dice.randrange(1, 25)):
                person = dice.randrange(50)
                text = f"canary-{person}-" * dice.choice([1, 5, 20, 60, 300])
                tx.put(
                    dice.choice([NOTES, RAW_NOTES]),
                    [Note(name=str(dice.randrange(3000)), text=text)],
                )
    gone = [f"canary-{person}-" for person in range(0, 50, 3)]
    with store.transaction() as tx:
        for shelf in (NOTES, RAW_NOTES):
            names = [one.name for one in tx.scan(shelf) if one.text.startswith(tuple(gone))]
            tx.delete(shelf, names)
    return gone


def test_overwriting_what_is_deleted_is_not_enough(tmp_path: Path) -> None:
    """SQLite leaves copies of what it moved between pages; only writing the file anew drops them."""
    left, wiped = 0, 0
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        path = folder / "shop.db"
        with SqliteStore(path, durability=Durability.PROCESS_CRASH) as store:
            gone = crowded(store, seed)
            [secure] = store._connection.execute("PRAGMA secure_delete").fetchone()
            store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            left += sum(name.encode() in contents(folder) for name in gone)
            store.wipe()
            wiped += sum(name.encode() in contents(folder) for name in gone)

        assert secure == 1

    assert left > 0, "if nothing is left before, the wipe proves nothing"
    assert wiped == 0


# -- PostgreSQL -----------------------------------------------------------------------------------


def canary_of(store: PostgresStore) -> str:
    """Return a text that stands for a person in the books of *store* and for nothing else."""
    return f"canary-Zoë-in-{store._schema}-"


def kept_and_deleted(store: PostgresStore) -> None:
    """Keep a canary everywhere where values stand, and delete it."""
    canary = canary_of(store)
    notes = [Note(name=f"{canary}{n}", text=canary * n, topic=canary) for n in range(1, 200)]
    with store.transaction() as tx:
        for shelf in (NOTES, RAW_NOTES):
            tx.put(shelf, notes)
    with store.transaction() as tx:
        for shelf in (NOTES, RAW_NOTES):
            tx.delete(shelf, [one.name for one in notes])


def traces(store: PostgresStore, cluster: Cluster) -> int:
    """Return how often the canary of *store* stands in the files of the database."""
    canary = canary_of(store).encode()
    return sum(file.count(canary) for file in database_files(cluster))


def test_a_vacuum_alone_leaves_what_stood_in_the_indexes(store: Any, postgres: Cluster) -> None:
    """It frees the places of what was deleted; the wipe writes the tables anew."""
    kept_and_deleted(store)
    schema = store._schema
    postgres.psql(f'VACUUM "{schema}".document, "{schema}".raw', database="books")
    before = traces(store, postgres)
    store.wipe()

    assert before > 0, "if nothing is left before, the wipe proves nothing"
    assert traces(store, postgres) == 0


def test_the_planner_keeps_no_sample_of_a_person(store: Any, postgres: Cluster) -> None:
    """ANALYZE, which the server runs by itself, takes nothing of values, keys and indexes."""
    canary = canary_of(store)
    with store.transaction() as tx:
        tx.put(NOTES, [Note(name=f"{canary}{n}", text=canary, topic=canary) for n in range(300)])
    postgres.psql("ANALYZE", database="books")
    sampled = postgres.psql(
        "SELECT string_agg(s::text, ' ') FROM pg_stats AS s"  # noqa: S608 (a name of ours)
        f" WHERE schemaname = '{store._schema}' AND tablename IN ('document', 'raw')",
        database="books",
    )

    assert "merchant" in sampled
    assert canary not in sampled


def test_wiping_waits_for_whoever_sees_an_older_state(store: Any, postgres: Cluster) -> None:
    """While another session is shown what was deleted, the wipe says that it is not done."""
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres.dsn("books")) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT 1")
        kept_and_deleted(store)
        with pytest.raises(StoreBusyError):
            store.wipe()

        assert traces(store, postgres) > 0

        other.rollback()
    store.wipe()

    assert traces(store, postgres) == 0


def test_wiping_waits_for_whoever_reads_the_tables(store: Any, postgres: Cluster) -> None:
    """The tables cannot be written anew under a reader; the next wipe does it."""
    psycopg = pytest.importorskip("psycopg")
    kept_and_deleted(store)
    with psycopg.connect(postgres.dsn("books")) as other:
        other.execute(f'LOCK TABLE "{store._schema}".raw IN ACCESS SHARE MODE')
        with pytest.raises(StoreBusyError):
            store.wipe()
        other.rollback()
    store.wipe()

    assert traces(store, postgres) == 0


def test_tables_of_another_role_are_not_wiped_and_it_is_said(
    store: Any, postgres: Cluster, schema: str
) -> None:
    """The server passes them over with a warning, which must not pass for a wipe."""
    kept_and_deleted(store)
    postgres.psql(
        f'DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; GRANT USAGE ON SCHEMA "{schema}" TO guest;'
        f' GRANT ALL ON ALL TABLES IN SCHEMA "{schema}" TO guest',
        database="books",
    )
    guest = postgres.dsn("books").replace(f"user={postgres.user}", "user=guest")
    with (
        PostgresStore(guest, schema=schema) as other,
        pytest.raises(StoreFailedError, match="document"),
    ):
        other.wipe()
    postgres.psql("DROP OWNED BY guest; DROP ROLE guest", database="books")

    assert traces(store, postgres) > 0


def test_an_erased_person_is_found_in_no_table_and_no_file(store: Any, postgres: Cluster) -> None:
    """Of all that intake, quarantine, merges and refunds had brought into the books."""
    people, operations = shared("people"), shared("conftest")
    gone, stays = people.person(101), people.person(201)
    world = operations.World(store).adopted(units=100)
    for one, number in ((gone, "1"), (stays, "2")):
        list(people.live(world, one, number))
    postgres.psql("ANALYZE", database="books")
    before = people.figures(world)
    texts = database_texts(postgres, store._schema)

    assert people.found([gone, stays], texts) == {*gone.texts, *stays.texts}

    name = people.buyer_id(world.etsy_id, gone.handle)
    report = erase_and_wipe(store, name, now=world.clock.now())

    assert report.wiped.state is WipeState.DONE
    assert people.figures(world) == before
    assert people.found([gone, stays], database_texts(postgres, store._schema)) == set(stays.texts)
    assert people.found([gone], b"".join(schema_files(postgres, store._schema))) == set()
