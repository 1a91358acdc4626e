"""No socket is opened while one of our transactions is open, whatever a shop is doing."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from ecomkit.adapters.http import Kit, Options, Site, VirtualTime
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.identifiers import ChannelId, CommandKey, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Ledger, Shop
from ecomkit.ports import Secret
from ecomkit.stock import Receive
from ecomkit.stores import MemoryStore, SqliteStore
from ecomkit.testing.fakes import WireFaults, serve
from ecomkit.testing.fakes.shopify import ShopifyFake
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRICE = Money(2000, Currency.EUR)
BEAR = Sku("BEAR")
EVENTS = {"socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo"}


@attrs.define
class Watch:
    """What was seen of sockets, and how many transactions of ours each thread has open."""

    is_on: bool = False
    open: threading.local = attrs.field(factory=threading.local)
    seen: list[str] = attrs.field(factory=list)
    inside: list[str] = attrs.field(factory=list)

    def hear(self, event: str, _: object) -> None:
        """Note an event of a socket; an audit hook stays for good, so it asks whether it is meant."""
        if self.is_on and event in EVENTS:
            self.seen.append(event)
            if getattr(self.open, "count", 0):
                self.inside.append(event)


WATCH = Watch()
sys.addaudithook(WATCH.hear)


def watched(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Return a store's method that counts what it has open in this thread."""

    @contextmanager
    def begin(store: Any) -> Iterator[Any]:
        with plain(store) as tx:
            WATCH.open.count = getattr(WATCH.open, "count", 0) + 1
            try:
                yield tx
            finally:
                WATCH.open.count -= 1

    return begin


@pytest.fixture(params=["memory", "sqlite"])
def store(request: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a store whose transactions are counted, while sockets are listened to."""
    for kind in (MemoryStore, SqliteStore):
        for name in ("transaction", "snapshot"):
            monkeypatch.setattr(kind, name, watched(getattr(kind, name)))
    made = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "shop.db")
    WATCH.seen, WATCH.inside, WATCH.is_on = [], [], True
    try:
        yield made
    finally:
        WATCH.is_on = False
        made.close()


@pytest.fixture
def sides() -> Iterator[dict[str, tuple[Any, Any, Any]]]:
    """Return a Shopify and a WooCommerce shop behind real sockets: fake, client, listing."""
    time = VirtualTime(NOON)
    options = Options(deadline_seconds=60, attempts_max=1)
    shopify = ShopifyFake(time=time)
    woo = WooCommerceFake(time=time, currency=Currency.EUR)
    with ExitStack() as stack:
        base = stack.enter_context(serve(shopify.answer))
        one = Shopify(
            ChannelId("shopify"),
            shop=shopify.shop,
            token=Secret(shopify.token),
            location=shopify.location,
            site=Site.insecure_for_tests(f"{base}/admin/api/2026-10"),
            options=options,
            kit=Kit(time=time),
        )
        base = stack.enter_context(serve(woo.answer))
        two = WooCommerce(
            ChannelId("woo"),
            url="https://shop.example",
            key=woo.key,
            secret=woo.secret,
            currency=Currency.EUR,
            site=Site.insecure_for_tests(f"{base}/wp-json/wc/v3"),
            options=options,
            kit=Kit(time=time),
        )
        stack.callback(one.close)
        stack.callback(two.close)
        yield {
            "shopify": (shopify, one, shopify.put_up("BEAR", quantity=0, price=PRICE)),
            "woo": (woo, two, woo.put_up("BEAR", quantity=0, price=PRICE)),
        }


def test_a_story_opens_no_socket_inside_a_transaction(
    store: Any, sides: dict[str, tuple[Any, Any, Any]]
) -> None:
    """
    Adoption, runs with several workers, parcels, cancellations, refunds, lost answers that are
    read back, hinted orders and group commit: many sockets, and none with a transaction open.
    """
    clients = [client for _, client, _ in sides.values()]
    time = sides["woo"][0].time
    shop = Shop(store=store, channels=clients, clock=time, workers=2)
    for client in clients:
        shop.adopt(client.channel, opening={BEAR: 40})
    shop.sync()
    for name, (fake, _, listing) in sides.items():
        time.advance(60)
        number = str(fake.sell([(listing, 3, PRICE)]))
        shop.pull_order(ChannelId(name), number)
        shop.sync()
        order = OrderId(f"{name}/{number}")
        [line] = shop.order(order).lines
        shop.cancel(order, {line.id: 1}, key=CommandKey(f"cancel-{name}"))
        favour = Money(500, Currency.EUR)
        shop.pay_back(order, favour, key=CommandKey(f"pay-{name}"), goodwill=favour)
        shop.fulfil([order])
        time.advance(60)
        shop.sync()
    with Ledger(store, clock=time) as ledger:
        ledger.execute(Receive(key=CommandKey("goods"), sku=BEAR, quantity=7))
    for fake, _, _ in sides.values():
        fake.faults = WireFaults(seed=3, lost_answers=0.9)
    time.advance(60)
    shop.sync()
    for fake, _, _ in sides.values():
        fake.faults = WireFaults()
    time.advance(600)
    shop.sync()

    assert len(WATCH.seen) > 4
    assert WATCH.inside == []
    assert shop.audit().is_clean


def test_a_call_inside_a_transaction_is_noticed(
    store: Any, sides: dict[str, tuple[Any, Any, Any]]
) -> None:
    """The check can fail: a channel that is called with a transaction or a snapshot open is seen."""
    _, client, _ = sides["woo"]

    with store.transaction():
        client.listings_after(None, page_size=1)
    counted = len(WATCH.inside)
    assert counted > 0

    _, client, _ = sides["shopify"]
    with store.snapshot():
        client.listings_after(None, page_size=1)
    assert len(WATCH.inside) > counted
