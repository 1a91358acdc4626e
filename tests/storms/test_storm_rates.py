"""Busy runs of many threads and tasks keep to what a system allows, and adapt when it changes."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest
from storm_shops import NOON, PRICE
from storm_time import SharedTime

from ecomkit.adapters.http import (
    FakeAnswer,
    FakeTransport,
    Kit,
    Limit,
    Limiter,
    Options,
    Received,
    Reply,
)
from ecomkit.adapters.shopify import AsyncShopify, Shopify
from ecomkit.adapters.vendure import AsyncVendure, Vendure
from ecomkit.adapters.woocommerce import AsyncWooCommerce, WooCommerce
from ecomkit.channels import Applied, ReadOrder, StockUpdate
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.money import Currency
from ecomkit.ports import Secret
from ecomkit.testing.fakes import Allowance
from ecomkit.testing.fakes.shopify import ShopifyFake
from ecomkit.testing.fakes.vendure import VendureFake
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

ORDERS = 240
ROWS = 3_000
PATIENT = Options(deadline_seconds=36_000, attempts_max=12)
EXCESS_MAX = 0.05
"""Of the burst; 1.05 times what is allowed, over any stretch of time."""


def slow(client: Any) -> Any:
    """Tell *client* of a host that lets few calls through."""
    client.limits = (Limit(per_second=2, burst=20),)
    return client


@attrs.define(kw_only=True)
class Busy:
    """A large shop, and clients of the same account that share one limiter."""

    time: SharedTime
    fake: Any
    allowance: Allowance
    make: Callable[[], Any]
    twin: Callable[[Any], Any]
    listings: list[ListingId] = attrs.field(factory=list)
    refusals: int = 0

    def fill(self) -> None:
        """Put hundreds of orders and thousands of listings up."""
        self.listings = [self.fake.put_up(f"SKU-{place}", price=PRICE) for place in range(ROWS)]
        for place in range(ORDERS):
            self.fake.sell([(self.listings[place], 1, PRICE)])
        self.time.advance(3_600)

    @property
    def share(self) -> float:
        """What was asked for above what is allowed, as a share of the burst."""
        return self.allowance.excess / self.allowance.burst


def shopify(workers: int) -> Busy:
    """Return a Shopify shop of the standard plan."""
    time = SharedTime(NOON, workers=workers)
    fake = ShopifyFake(time=time)
    limiter = Limiter()

    def make() -> Shopify:
        return Shopify(
            ChannelId("shopify"),
            shop=fake.shop,
            token=Secret(fake.token),
            location=fake.location,
            options=PATIENT,
            kit=Kit(transport=_wire(busy), time=time, limiter=limiter, draw=lambda: 0.5),
        )

    busy = Busy(time=time, fake=fake, allowance=fake.allowance, make=make, twin=AsyncShopify)
    return busy


def woocommerce(workers: int) -> Busy:
    """Return a WooCommerce shop on a host that lets two calls a second through."""
    time = SharedTime(NOON, workers=workers)
    allowance = Allowance(per_second=2, burst=20)
    fake = WooCommerceFake(time=time, currency=Currency.EUR, allowance=allowance)
    limiter = Limiter()

    def make() -> Any:
        client = WooCommerce(
            ChannelId("woo"),
            url="https://shop.example",
            key=fake.key,
            secret=fake.secret,
            currency=Currency.EUR,
            options=PATIENT,
            kit=Kit(transport=_wire(busy), time=time, limiter=limiter, draw=lambda: 0.5),
        )
        return slow(client)

    busy = Busy(time=time, fake=fake, allowance=allowance, make=make, twin=AsyncWooCommerce)
    return busy


def vendure(workers: int) -> Busy:
    """Return a Vendure shop behind a gate that lets two calls a second through."""
    time = SharedTime(NOON, workers=workers)
    allowance = Allowance(per_second=2, burst=20)
    fake = VendureFake(time=time, currency=Currency.EUR)
    limiter = Limiter()
    gate: Any = fake
    respond = fake.respond

    def gated(received: Received) -> Reply:
        # The door has a rule of its own: clients log in once.
        is_login = received.header("authorization") is None
        if not is_login and not allowance.take(1, now=time.monotonic()):
            return Reply(status=429, body=b"Too Many Requests")
        return respond(received)

    gate.respond = gated

    def make() -> Any:
        client = Vendure(
            ChannelId("vendure"),
            url="https://tea.example.com/admin-api",
            username=fake.username,
            password=Secret(fake.password),
            location=fake.location,
            options=PATIENT,
            kit=Kit(transport=_wire(busy), time=time, limiter=limiter, draw=lambda: 0.5),
        )
        return slow(client)

    busy = Busy(time=time, fake=fake, allowance=allowance, make=make, twin=AsyncVendure)
    return busy


def _wire(busy: Busy) -> FakeTransport:
    def answer(received: Received) -> FakeAnswer:
        found: FakeAnswer = busy.fake.answer(received)
        if isinstance(found, Reply) and (found.status == 429 or b'"THROTTLED"' in found.body):
            busy.refusals += 1
        return found

    return FakeTransport(answer)


SYSTEMS = [shopify, woocommerce, vendure]


def pull(client: Any) -> set[str]:
    """Pull all orders in small pages."""
    found: set[str] = set()
    cursor = None
    while True:
        page = client.orders_after(cursor, page_size=20)
        found |= {one.claim.number for one in page.entries if isinstance(one, ReadOrder)}
        cursor = page.next
        if not page.more:
            return found


def push(client: Any, rows: Iterable[ListingId], *, quantity: int) -> int:
    """Push a quantity to many listings; return how many rows were applied."""
    applied = 0
    batch = list(rows)
    for start in range(0, len(batch), 50):
        updates = [
            StockUpdate(listing=listing, quantity=quantity)
            for listing in batch[start : start + 50]
        ]
        applied += sum(one.effect == Applied() for one in client.push_stock(updates))
    return applied


def work(busy: Busy, *, workers: int) -> None:
    """Let threads pull and push at once, each with a client of its own."""

    def worker(place: int) -> tuple[int, int]:
        client = busy.make()
        try:
            rows = busy.listings[place::workers]
            return len(pull(client)), push(client, rows, quantity=place + 1)
        finally:
            busy.time.leave()

    with ThreadPoolExecutor(workers) as pool:
        done = list(pool.map(worker, range(workers)))

    assert [ORDERS] * workers == [orders for orders, _ in done]
    assert sum(rows for _, rows in done) == ROWS
    assert [place % workers + 1 for place in range(ROWS)] == [
        busy.fake.shown(one)
        - (busy.fake.allocated(one) if isinstance(busy.fake, VendureFake) else 0)
        for one in busy.listings
    ]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 6])
@pytest.mark.parametrize("system", SYSTEMS)
def test_threads_keep_to_the_rate(
    system: Callable[[int], Busy], workers: int, record_property: Any
) -> None:
    """However many threads call, no more is asked for than 1.05 times what is allowed."""
    busy = system(workers)
    busy.fill()
    began = busy.time.monotonic()

    work(busy, workers=workers)

    took = busy.time.monotonic() - began
    least = (busy.allowance.asked - busy.allowance.burst) / busy.allowance.per_second
    record_property(
        "figure",
        f"{busy.fake.__class__.__name__}, {workers} threads: {busy.allowance.asked:,.0f} asked "
        f"in {took:,.0f} s (at least {least:,.0f}), {busy.share:.2%} above, {busy.refusals} refused",
    )
    assert busy.time.waits > 0
    assert busy.share <= EXCESS_MAX
    assert busy.refusals == 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_tasks_keep_to_the_rate(system: Callable[[int], Busy], record_property: Any) -> None:
    """Many tasks of one event loop that share a limiter keep to the rate too."""
    busy = system(1)
    busy.fill()
    batches = [busy.listings[start : start + 25] for start in range(0, ROWS // 2, 25)]

    async def told(client: Any, batch: list[ListingId]) -> int:
        updates = [StockUpdate(listing=listing, quantity=3) for listing in batch]
        return sum(one.effect == Applied() for one in await client.push_stock(updates))

    async def main() -> int:
        clients = [busy.twin(busy.make()) for _ in range(3)]
        for client in clients:
            await client.order("1")
        pulls = [client.orders_after(None, page_size=20) for client in clients * 8]
        pushes = [told(clients[place % 3], batch) for place, batch in enumerate(batches)]
        await asyncio.gather(*pulls)
        return sum(await asyncio.gather(*pushes))

    assert asyncio.run(main()) == ROWS // 2
    record_property(
        "figure",
        f"{busy.fake.__class__.__name__}, tasks: {busy.allowance.asked:,.0f} asked, "
        f"{busy.share:.2%} above, {busy.refusals} refused",
    )
    assert busy.share <= EXCESS_MAX
    assert busy.refusals == 0


def test_a_rate_that_falls_in_mid_flight_is_followed(record_property: Any) -> None:
    """After the answer that says so, the lower rate is kept to: what was under way may be refused."""
    busy = shopify(1)
    busy.fill()
    client = busy.make()
    assert len(pull(client)) == ORDERS
    busy.allowance.per_second, busy.allowance.burst = 25, 1_000
    busy.allowance.available = min(busy.allowance.available, 1_000)

    for quantity in range(1, 6):
        assert push(client, busy.listings, quantity=quantity) == ROWS
        assert len(pull(client)) == ORDERS

    record_property("figure", f"lowered: {busy.refusals} refusals of {busy.fake.calls} calls")
    assert busy.time.waits > 0
    assert busy.refusals <= 2


def test_another_application_in_the_same_bucket_is_made_room_for(record_property: Any) -> None:
    """What others take is seen in the next answer: few calls are refused, and all is done."""
    busy = shopify(1)
    busy.fill()
    client = busy.make()
    greedy = 0

    def answer(received: Received) -> FakeAnswer:
        nonlocal greedy
        greedy += 1
        if greedy % 5 == 0:
            busy.allowance.take(400, now=busy.time.monotonic())
        return plain(received)

    plain: Callable[[Received], FakeAnswer] = busy.fake.answer
    busy.fake.answer = answer

    for quantity in range(1, 4):
        assert push(client, busy.listings, quantity=quantity) == ROWS
        assert len(pull(client)) == ORDERS

    record_property("figure", f"shared: {busy.refusals} refusals of {busy.fake.calls} calls")
    assert busy.time.waits > 0
    assert busy.refusals <= 0.2 * busy.fake.calls
