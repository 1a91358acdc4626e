"""All stores keep the laws of the port, and behave the same step by step."""

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ecomkit.identifiers import MerchantId
from ecomkit.ports import Store
from ecomkit.stores import Durability, MemoryStore, PostgresStore, SqliteStore
from ecomkit.testing.conformance import StoreConformance, run_store_machine


class TestMemoryStore(StoreConformance):
    """The store that forgets."""

    def make_store(self, merchant: MerchantId) -> Store:
        """Books of their own for each merchant."""
        return MemoryStore(merchant=merchant)


class TestSqliteStore(StoreConformance):
    """The store in a file: all merchants of a test share one."""

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "shop.db"

    def make_store(self, merchant: MerchantId) -> Store:
        """Another merchant in the same file."""
        return SqliteStore(self.path, merchant=merchant, durability=Durability.PROCESS_CRASH)

    def reopen(self, store: Store) -> Store:
        """Close the file and open it again."""
        store.close()
        return self.make_store(store.merchant)


class TestPostgresStore(StoreConformance):
    """The store on a server: all merchants of a test share a schema."""

    @pytest.fixture(autouse=True)
    def _database(self, dsn: str, schema: str) -> None:
        self.dsn, self.schema = dsn, schema

    def make_store(self, merchant: MerchantId) -> Store:
        """Another merchant in the same schema."""
        return PostgresStore(self.dsn, merchant=merchant, schema=self.schema)

    def reopen(self, store: Store) -> Store:
        """Let go of the connections and make new ones."""
        store.close()
        return self.make_store(store.merchant)


class TestSqliteInMemory(StoreConformance):
    """SQLite without a file."""

    def make_store(self, merchant: MerchantId) -> Store:
        """A database of its own for each merchant."""
        return SqliteStore(":memory:", merchant=merchant)


def test_memory_sqlite_and_the_pure_model_never_differ(tmp_path: Path) -> None:
    """The same random steps through both stores and the pure model: no difference after any."""
    files = itertools.count()
    paths: dict[int, Path] = {}

    def opened(path: Path) -> SqliteStore:
        store = SqliteStore(path, durability=Durability.PROCESS_CRASH)
        paths[id(store)] = path
        return store

    def make() -> list[Store]:
        return [MemoryStore(), opened(tmp_path / f"{next(files)}.db")]

    def reopen(store: Store) -> Store | None:
        if isinstance(store, MemoryStore):
            return None
        store.close()
        return opened(paths[id(store)])

    run_store_machine(
        make,
        reopen=reopen,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
