"""
Drive all stores and the pure model through random steps, for as long as you like.

``python tests/stores/compare.py --steps 1000000 --seed 7`` compares the store in memory and
SQLite. PostgreSQL takes part where ``--postgres`` names a database, or where the programs to start
one are installed.
"""

import argparse
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "servers"))

from harness import UnavailableError, postgres_cluster

from ecomkit.errors import MissingExtraError
from ecomkit.ports import Store
from ecomkit.stores import Durability, MemoryStore, SqliteStore
from ecomkit.stores._postgres import PostgresStore
from ecomkit.testing.conformance import compare_stores


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def database(dsn: str | None) -> Iterator[str | None]:
    """Yield the address of a database: *dsn*, or that of a cluster of its own, or None."""
    if dsn is not None:
        yield dsn
        return
    try:
        started = postgres_cluster()
        cluster = started.__enter__()
    except UnavailableError as reason:
        say(f"without PostgreSQL: {reason}")
        yield None
        return
    try:
        cluster.create("books")
        yield cluster.dsn("books")
    finally:
        started.__exit__(None, None, None)


def stores(dsn: str | None) -> list[Store]:
    """Return an empty store of each kind."""
    made: list[Store] = [MemoryStore(), SqliteStore(":memory:")]
    if dsn is None:
        return made
    try:
        # A schema of its own: it is empty, and what is there is left alone.
        schema = f"compare_{uuid.uuid4().hex}"
        made.append(PostgresStore(dsn, schema=schema, durability=Durability.PROCESS_CRASH))
    except MissingExtraError as reason:
        say(f"without PostgreSQL: {reason}")
    return made


def main() -> int:
    """Compare, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", metavar="DSN", help="a database in which we may write")
    arguments = parser.parse_args()
    with database(arguments.postgres) as dsn:
        compared = stores(dsn)
        say(", ".join(type(store).__name__ for store in compared))
        found = compare_stores(compared, steps=arguments.steps, seed=arguments.seed)
    say(found.explain())
    return 0


if __name__ == "__main__":
    sys.exit(main())
