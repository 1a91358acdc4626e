"""A merchant with two channels, on every store: what the tests of the operations share."""

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import ecomkit.operations
from ecomkit.adapters.memory import MemoryChannel, SoldLine
from ecomkit.catalog import Catalog
from ecomkit.channels import Listing
from ecomkit.identifiers import ChannelId, CommandKey, LineId, ListingId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Settings, Shop
from ecomkit.orders import Order, OrderLine
from ecomkit.ports import STOCK, Collection, ManualClock
from ecomkit.stores import Durability, MemoryStore, SqliteStore
from ecomkit.stores._codec import dumps

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
CALLS = (
    "orders_after",
    "order",
    "listings_after",
    "push_stock",
    "read_stock",
    "push_cancellation",
    "read_cancellation",
    "push_fulfilment",
    "read_fulfilment",
    "push_refund",
    "read_refund",
)


def _collections() -> tuple[Collection, ...]:
    """Return every collection that the operations keep, those of tomorrow included."""
    found = {}
    for info in pkgutil.iter_modules(ecomkit.operations.__path__, "ecomkit.operations."):
        for value in vars(importlib.import_module(info.name)).values():
            if isinstance(value, Collection):
                found[value.name] = value
    # Which run came last is not part of the books.
    del found["lease"]
    return tuple(found[name] for name in sorted(found))


COLLECTIONS = _collections()


def books_text(store: Any) -> str:
    """Return all that *store* keeps as text, line by line."""
    lines = []
    with store.snapshot() as tx:
        for collection in COLLECTIONS:
            lines += [
                f"{collection.name} {collection.key(value)} {collection.index(value)} "
                f"{dumps(value, collection.type)}"
                for value in tx.scan(collection)
            ]
        lines += [repr(level) for level in tx.all_levels()]
        lines += [repr(row) for row in tx.movements(limit=1_000_000)]
    return "\n".join(lines)


class SpyChannel(MemoryChannel):
    """A memory channel that reports each call before it takes effect, and after it."""

    def __init__(self, channel: Any, **options: Any) -> None:
        super().__init__(channel, **options)
        self.calls = []
        self.before = lambda name: None
        self.after = lambda name: None


def _spied(name: Any) -> Any:
    plain = getattr(MemoryChannel, name)

    def call(self: SpyChannel, *arguments: Any, **options: Any) -> Any:
        self.before(name)
        self.calls.append((name, arguments))
        answer = plain(self, *arguments, **options)
        self.after(name)
        return answer

    return call


for _name in CALLS:
    setattr(SpyChannel, _name, _spied(_name))


class WatchedStore:
    """Hands everything on to another store, and tells when a transaction begins and ends."""

    def __init__(self, store: Any) -> None:
        self.inner = store
        self.open = 0
        self.written = 0
        self.before_commit = lambda number: None
        self.after_commit = lambda number: None

    @property
    def merchant(self) -> Any:
        """Return whose books these are."""
        return self.inner.merchant

    def transaction(self) -> Any:
        """Hold the store, and tell of it."""
        return self._watched(self.inner.transaction)

    def posting(self) -> Any:
        """Hold levels of the store, and tell of it."""
        return self._watched(self.inner.posting)

    @contextmanager
    def _watched(self, begin: Any) -> Iterator:
        self.written += 1
        number = self.written
        with begin() as tx:
            self.open += 1
            try:
                yield tx
                self.before_commit(number)
            finally:
                self.open -= 1
        self.after_commit(number)

    @contextmanager
    def snapshot(self) -> Iterator:
        """Read the store, and tell of it."""
        with self.inner.snapshot() as tx:
            self.open += 1
            try:
                yield tx
            finally:
                self.open -= 1

    def close(self) -> None:
        """Close the store behind it."""
        self.inner.close()


class World:
    """Two channels that sell the same elephants, and a shop that runs them."""

    sku = Sku("ELEPHANT")
    listing = ListingId("L1")
    line = LineId("1")
    etsy_id = ChannelId("etsy")
    corner_id = ChannelId("corner")
    price = Money(2500, Currency.EUR)

    def __init__(self, store: Any, *, settings: Any = None, catalog: Any = None) -> None:
        self.clock = ManualClock(START)
        self.store = WatchedStore(store)
        self.etsy = SpyChannel(self.etsy_id, clock=self.clock)
        self.corner = SpyChannel(self.corner_id, clock=self.clock)
        self.channels = (self.etsy, self.corner)
        self.settings = settings or Settings()
        self.catalog = catalog or Catalog()
        self.keys = 0
        for channel in self.channels:
            channel.put_up([self.offer("L1", "ELEPHANT", 3)])
            channel.before = self.no_transaction
        self.shop = self.open_shop(self.channels)

    def open_shop(self, channels: Any, *, settings: Any = None) -> Any:
        """Return a shop over the same books."""
        return Shop(
            store=self.store,
            channels=channels,
            catalog=self.catalog,
            settings=settings or self.settings,
            clock=self.clock,
        )

    def no_transaction(self, name: Any) -> None:
        """Fail if the store is held while a channel is called."""
        assert self.store.open == 0, f"{name} was called inside a transaction"

    @staticmethod
    def offer(listing: Any, sku: Any, quantity: int | None = None, gtin: Any = None) -> Any:
        """Return a listing."""
        return Listing(
            id=ListingId(listing), sku_text=sku, gtin_text=gtin, quantity=quantity, title=listing
        )

    def adopted(self, units: Any = 10) -> Any:
        """Adopt both channels, with an opening count, and return the world."""
        self.shop.adopt(self.etsy_id, opening={self.sku: units})
        self.shop.adopt(self.corner_id)
        return self

    def pass_time(self, **by: Any) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    def sold(
        self, quantity: int, *, line: Any = "1", listing: Any = "L1", price: Any = None
    ) -> Any:
        """Return one line of a sale."""
        return SoldLine(
            id=LineId(line),
            listing=ListingId(listing),
            quantity=quantity,
            unit_price=price or self.price,
        )

    def sell(self, channel: Any, number: Any, quantity: int, **options: Any) -> Any:
        """Sell on a channel, now; return the order's name."""
        channel.sell(number, [self.sold(quantity)], placed_at=self.clock.now(), **options)
        return OrderId(f"{channel.channel}/{number}")

    def own_order(
        self, number: Any = "shop/1", *, quantity: int = 1, sku: Any = None, price: Any = None
    ) -> Any:
        """Return an order of our own shop."""
        line = OrderLine(
            id=self.line, sku=sku or self.sku, quantity=quantity, unit_price=price or self.price
        )
        return Order(
            id=OrderId(number),
            channel=ChannelId("shop"),
            currency=Currency.EUR,
            placed_at=self.clock.now(),
            lines=[line],
        )

    def key(self, name: Any = None) -> Any:
        """Return a command key: a new one unless it is named."""
        self.keys += 1
        return CommandKey(name or f"key-{self.keys}")

    @property
    def level(self) -> Any:
        """Return the level of the elephant."""
        return self.shop.level(self.sku)

    @property
    def available(self) -> Any:
        """Return how many elephants anyone may still be promised."""
        return self.level.available(self.clock.now())

    def changed(self) -> tuple[str, ...]:
        """Return the skus that are to be published anew."""
        with self.store.snapshot() as tx:
            return tuple(entry.key for entry in tx.posted(STOCK))

    def kept(self, collection: Any, **options: Any) -> Any:
        """Return what a collection holds."""
        with self.store.inner.snapshot() as tx:
            return tx.scan(collection, **options)

    def text(self) -> Any:
        """Return all that the books hold, as text."""
        return books_text(self.store.inner)

    def digest(self) -> Any:
        """Return the content of the books in a few letters."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    def assert_clean(self) -> None:
        """Fail unless the audit finds nothing."""
        report = self.shop.audit()

        assert report.is_clean, report.explain()


@pytest.fixture(params=["memory", "sqlite"])
def new_store(request: Any, tmp_path: Any) -> Iterator[Callable]:
    """Make empty stores of each kind; they are closed in the end."""
    made = []

    def make() -> Any:
        if request.param == "memory":
            store = MemoryStore()
        else:
            path = tmp_path / f"shop-{len(made)}.db"
            store = SqliteStore(path, durability=Durability.PROCESS_CRASH)
        made.append(store)
        return store

    yield make
    for store in made:
        store.close()


@pytest.fixture
def make_world(new_store: Any) -> Callable[..., World]:
    """Make worlds over an empty store; keywords go to the world."""
    return lambda **options: World(new_store(), **options)


@pytest.fixture
def bare(make_world: Any) -> World:
    """Return a world on its first day: nothing adopted."""
    return make_world()


@pytest.fixture
def world(bare: Any) -> World:
    """Return a world with both channels adopted and ten elephants counted."""
    return bare.adopted()


@pytest.fixture
def world_class() -> type[World]:
    """Return the class of worlds, for tests that choose the store."""
    return World


@pytest.fixture
def file_world(tmp_path: Any) -> Iterator[World]:
    """Return a world on its first day whose books are in a file."""
    with SqliteStore(tmp_path / "shop.db", durability=Durability.PROCESS_CRASH) as store:
        yield World(store)
