"""A PostgreSQL cluster for the tests of its store; where there is none they are skipped and say so."""

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
for folder in (str(HERE), str(HERE.parent / "servers")):
    if folder not in sys.path:
        sys.path.insert(0, folder)

from harness import (  # noqa: E402 - the folder has to be known first
    Cluster,
    UnavailableError,
    postgres_cluster,
)

SCHEMAS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A cluster of its own, started once for all tests of a run."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    try:
        started = postgres_cluster()
        cluster = started.__enter__()
    except UnavailableError as reason:
        pytest.skip(str(reason))
    try:
        cluster.create("books")
        yield cluster
    finally:
        started.__exit__(None, None, None)


@pytest.fixture
def dsn(postgres: Cluster) -> str:
    """The address of a database that the tests share."""
    return postgres.dsn("books")


@pytest.fixture
def schema() -> str:
    """The name of a schema that no other test has."""
    return f"test {next(SCHEMAS)}"


@pytest.fixture
def store(dsn: str, schema: str) -> Iterator[Any]:
    """A new store on PostgreSQL."""
    # Not before: where psycopg is missing its tests are skipped.
    from postgres_world import another  # noqa: PLC0415 (see above)

    with another(dsn, schema) as opened:
        yield opened
