"""The tests of this folder share a crowd of callers, which stands in modules beside them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent / "servers"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from harness import Cluster, UnavailableError, durable_cluster  # noqa: E402 (the path comes first)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A durable PostgreSQL cluster that comes back after a crash; where there is none, skip."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    started = durable_cluster()
    try:
        running = started.__enter__()
    except UnavailableError as reason:
        pytest.skip(str(reason))
    try:
        yield running
    finally:
        started.__exit__(None, None, None)
