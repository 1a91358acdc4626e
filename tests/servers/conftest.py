"""
Shops that really run, each in its own PostgreSQL cluster on this machine.

They are started once for all tests of a run, by the worker that gets the tests of this folder. Where
one cannot be had, its tests are skipped and say why.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from harness import (  # noqa: E402 - the folder has to be known first
    Cluster,
    OscarShop,
    UnavailableError,
    VendureShop,
    oscar_server,
    postgres_cluster,
    vendure_server,
)
from vendure_world import World  # noqa: E402 (the path is set first)

Running = AbstractContextManager[Any]


def opened(start: Callable[[Cluster], Running], shop: Callable[[Any], Running]) -> Iterator[Any]:
    """Yield a shop on a server of its own, or skip what needs it."""
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(postgres_cluster())
            server = stack.enter_context(start(cluster))
        except UnavailableError as reason:
            pytest.skip(str(reason))
        yield stack.enter_context(shop(server))


@pytest.fixture(scope="session")
def vendure() -> Iterator[VendureShop]:
    """A Vendure shop."""
    yield from opened(vendure_server, VendureShop)


@pytest.fixture(scope="session")
def oscar() -> Iterator[OscarShop]:
    """A django-oscar shop."""
    yield from opened(oscar_server, OscarShop)


@pytest.fixture(scope="session")
def merchant(vendure: VendureShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A merchant with a Vendure shop of its own, beside that of other tests in the same cluster."""
    with (
        vendure_server(vendure.server.cluster, database="loop") as server,
        VendureShop(server) as shop,
    ):
        world = World(shop, file=tmp_path_factory.mktemp("loop") / "books.db")
        yield world
        world.end()


@pytest.fixture
def world(merchant: World) -> Iterator[World]:
    """The merchant, with a wire that is whole; at the end the books hold against the server."""
    yield merchant
    merchant.wire.mend()
    merchant.sync()
    merchant.hold_the_books_against_the_server()
