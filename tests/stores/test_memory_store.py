"""What the memory store promises beyond the port."""

import pytest

from ecomkit.ports import StoreClosedError
from ecomkit.stores import MemoryStore


def test_a_block_closes_the_store() -> None:
    """A store used as a context manager is closed at its end, as the one in a file is."""
    with MemoryStore() as store, store.transaction() as tx:
        assert tx.all_levels() == ()

    with pytest.raises(StoreClosedError), store.transaction():
        pass


def test_stores_share_nothing() -> None:
    """Two stores of one merchant are two sets of books."""
    assert MemoryStore().merchant == "default"
