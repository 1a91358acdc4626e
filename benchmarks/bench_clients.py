"""What a call through the client kit costs beside bare httpx, and what an order costs to read."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial

import httpx
import shopify
import stripe
from _harness import Clocked, Result, compare, timed
from _orders import shopify_order, vendure_order, woocommerce_order

from ecomkit.adapters.http import (
    AsyncChannelClient,
    ChannelClient,
    HeaderCredential,
    Limit,
    Request,
    Site,
    StaticCredentials,
    dump_json,
)
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.vendure import Vendure
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.channels import Payload, PayloadReader, ReadOrder
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.money import Currency
from ecomkit.operations import ListingColumns, plan_push
from ecomkit.ports import Secret
from ecomkit.stock import Publication

CALLS = 300
READS = 100
TASKS = 64
SKUS = 100_000
CHANNELS = 8

# A server in a process of its own, so that its CPU time is not ours: 4 kB of JSON, kept alive.
SERVER = """
import json, sys
from ecomkit.adapters.http import Reply
from ecomkit.testing.fakes import serve
body = {"orders": [{"id": n, "title": "x" * 60, "price": "19.90"} for n in range(40)]}
reply = Reply.of_json(body, headers=[("X-Request-Id", "r-1")])
with serve(lambda received: reply) as base:
    print(base, flush=True)
    sys.stdin.read()
"""


class Corner(ChannelClient):
    """A client with all that real ones have: a limit, a credential, request ids."""

    limits = (Limit(per_second=1e6, burst=1_000_000),)


@contextmanager
def serving() -> Iterator[str]:
    """Give the address of a server in another process."""
    with subprocess.Popen(  # noqa: S603 - our own text
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def corner(base: str) -> Corner:
    """Return a client of the server."""
    return Corner(
        ChannelId("corner"),
        site=Site.insecure_for_tests(base),
        credentials=StaticCredentials(items=[HeaderCredential("x-api-key", Secret("k3y"))]),
    )


def bare_calls(base: str) -> Clocked:
    """Return calls with httpx alone, its JSON read."""
    http = httpx.Client(headers={"x-api-key": "k3y"}, trust_env=False)

    def work() -> None:
        for _ in range(CALLS):
            http.get(f"{base}/orders").json()

    return timed(work)


def session_calls(base: str) -> Clocked:
    """Return the same calls through a session."""
    client = corner(base)
    request = Request.get("/orders")

    def work() -> None:
        for _ in range(CALLS):
            client.send(request).json()

    return timed(work)


def tasks_calling(base: str, *, tasks: int) -> Clocked:
    """Return calls of an async client from so many tasks at once."""

    async def run() -> None:
        async with AsyncChannelClient(corner(base)) as client:

            def call() -> Awaitable[object]:
                return client.send(Request.get("/orders"))

            async def several() -> None:
                for _ in range(TASKS * 4 // tasks):
                    await call()

            await asyncio.gather(*(several() for _ in range(tasks)))

    return timed(lambda: asyncio.run(run()))


def readers() -> Iterator[tuple[PayloadReader, str]]:
    """Yield each client with the payload of an order of 4 kB."""
    channel = ChannelId("corner")
    yield (
        Shopify(channel, shop="corner.myshopify.com", token=Secret("t"), location="1"),
        dump_json(shopify_order()),
    )
    yield (
        WooCommerce(
            channel,
            url="https://corner.example",
            key=Secret("k"),
            secret=Secret("s"),
            currency=Currency.EUR,
        ),
        dump_json(woocommerce_order()),
    )
    yield (
        Vendure(
            channel,
            url="https://corner.example/admin-api",
            username="ada",
            password=Secret("p"),
            location="1",
        ),
        dump_json(vendure_order()),
    )


def often(work: Callable[[], object], *, times: int = READS) -> Clocked:
    """Return *work*, done so many times."""

    def repeated() -> None:
        for _ in range(times):
            work()

    return timed(repeated)


def reading(client: PayloadReader, text: str) -> Callable[[], object]:
    """Return the reading of an order: its text in, a claim with all of its values out."""
    payload = Payload(channel=ChannelId("corner"), object_id="14", text=text)
    assert isinstance(client.read_payload(payload), ReadOrder)
    return lambda: client.read_payload(payload)


def peers(text: str) -> Iterator[tuple[str, Callable[[], object], float]]:
    """Yield how others build an order of the same text, and the part of it that reading may take."""
    shopify.ShopifyResource.set_site("https://corner.myshopify.com/admin/api/2025-10")
    yield "ShopifyAPI", lambda: shopify.Order(json.loads(text)), 1 / 30
    yield (
        "stripe",
        lambda: stripe.checkout.Session.construct_from(json.loads(text), "k"),
        1 / 10,
    )


def planning() -> Callable[[], object]:
    """Return the planning of a push of all skus to all channels."""
    draw = random.Random(7)  # noqa: S311 - not a secret
    skus = [Sku(f"SKU-{number}") for number in range(SKUS)]
    available = {sku: draw.randrange(100) for sku in skus}
    columns = [
        ListingColumns(
            channel=ChannelId(f"channel-{number}"),
            listings=[ListingId(str(place)) for place in range(SKUS)],
            skus=skus,
            shown=[200] * SKUS,
        )
        for number in range(CHANNELS)
    ]

    def work() -> int:
        plans = [
            plan_push(one, available=available, publication=Publication(buffer=2), rows_max=250)
            for one in columns
        ]
        return sum(len(plan.rows) for plan in plans)

    return work


def one_second() -> float:
    """Return the second of CPU time that the planning is held against."""
    return 1.0


def reading_benches() -> Iterator[Result]:
    """Yield what an order costs to read, beside its JSON and beside other clients."""
    for client, text in readers():
        name = type(client).__name__
        read = often(reading(client, text))
        yield compare(
            f"read a 4 kB order: {name} over json",
            value=read,
            floor=often(partial(json.loads, text)),
            goal=2.5,
        )
        for peer, build, goal in peers(text):
            yield compare(
                f"read a 4 kB order: {name} over {peer}",
                value=read,
                floor=often(build),
                goal=goal,
                rounds=5,
            )


def benches() -> Iterator[Result]:
    """Yield the costs of clients."""
    yield from reading_benches()
    with serving() as base:
        yield compare(
            "300 calls: session over bare httpx",
            value=session_calls(base),
            floor=bare_calls(base),
            goal=1.25,
        )
        yield compare(
            "256 async calls: 64 tasks over one",
            value=tasks_calling(base, tasks=TASKS),
            floor=tasks_calling(base, tasks=1),
            goal=1.5,
        )
    yield compare(
        "plan 100,000 skus x 8 channels, s CPU",
        value=timed(planning()),
        floor=one_second,
        goal=1.0,
        rounds=3,
    )
