"""What a webhook costs from its signature to the outbox, taken in 200 at a time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import attrs
from _harness import Result, compare, timed

from ecomkit.adapters.http import HmacSignature, Kit, dump_json, parse_json
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.channels import Channel, HintKind
from ecomkit.identifiers import ChannelId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import Settings, Shop, take_entries
from ecomkit.ports import ManualClock, Secret
from ecomkit.stores import SqliteStore
from ecomkit.testing.fakes.shopify import ShopifyFake
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

CALLS = 200
LISTINGS = 100
LINES = 2
GOAL_SECONDS = CALLS * 400e-6
NOW = datetime(2026, 12, 1, tzinfo=UTC)
CORNER = ChannelId("corner")
PRICE = Money(1990, Currency.EUR)
SHIPPING = Money(490, Currency.EUR)
KEY = b"hush"
ADDRESS = "https://app.example/hooks"

Headers: TypeAlias = list[tuple[str, str]]
Call: TypeAlias = tuple[bytes, Headers]

# What WooCommerce itself notes of where a buyer came from.
ATTRIBUTION = {
    "device_type": "Desktop",
    "referrer": "https://www.example.com/",
    "session_entry": "https://shop.example/product/elephant/",
    "session_pages": "7",
    "session_start_time": "2026-11-25 15:55:15",
    "source_type": "organic",
    "utm_source": "search",
}


@attrs.frozen(kw_only=True)
class System:
    """One of the systems that call: a client, and calls of it as its fake shop sends them."""

    client: Any
    headers: Headers
    order: dict[str, Any]
    listings: tuple[ListingId, ...]
    signature: str
    listing_field: str

    def call(self, number: int) -> Call:
        """Return a call about an order of its own, which sells two listings."""
        rows = [
            row
            | {"id": number * LINES + place, self.listing_field: int(self._listing(number, place))}
            for place, row in enumerate(self.order["line_items"])
        ]
        order = self.order | {"id": number, "name": f"#{number}", "line_items": rows}
        if isinstance(order.get("customer"), dict):
            order["customer"] = order["customer"] | {"id": number}
        else:
            order["customer_id"] = number
        body = dump_json(order).encode()
        rule = HmacSignature(header=self.signature, secrets=[Secret(KEY.decode())])
        return body, [*self.headers, (self.signature, rule.sign(body))]

    def _listing(self, number: int, place: int) -> ListingId:
        return self.listings[(number * LINES + place) % LISTINGS]

    def read_bare(self, body: bytes) -> tuple[str, str, list[tuple[str, int, str]]]:
        """Read with json alone what a row of an order needs: its name, its buyer and its lines."""
        order = json.loads(body)
        customer = order.get("customer")
        return (
            f"{CORNER}/{order['id']}",
            str(order["customer_id"] if customer is None else customer["id"]),
            [
                (str(row[self.listing_field]), row["quantity"], str(row["price"]))
                for row in order["line_items"]
            ],
        )


def shopify() -> System:
    """Return Shopify, with an order of 4 kB."""
    fake = ShopifyFake(webhook_secret=KEY.decode())
    client = Shopify(
        CORNER,
        shop=fake.shop,
        token=Secret(fake.token),
        location=fake.location,
        webhook_secrets=[Secret(KEY.decode())],
        kit=Kit(transport=fake.transport, time=fake.time),
    )
    listings = tuple(fake.put_up(f"SKU-{n:03d}", quantity=10**6) for n in range(LISTINGS))
    client.subscribe(HintKind.ORDER, address=ADDRESS)
    sold = [(listing, 2, PRICE) for listing in listings[:LINES]]
    fake.sell(sold, shipping=SHIPPING, tax=Money(800, Currency.EUR))
    headers, body = fake.webhooks()[0]
    name = "X-Shopify-Hmac-SHA256"
    return System(
        client=client,
        headers=_without(headers, name),
        order=parse_json(body),
        listings=listings,
        signature=name,
        listing_field="variant_id",
    )


def woocommerce() -> System:
    """Return WooCommerce, with an order of 4 kB."""
    fake = WooCommerceFake(currency=Currency.EUR, tax_percent=20)
    client = WooCommerce(
        CORNER,
        url="https://shop.example",
        key=fake.key,
        secret=fake.secret,
        currency=Currency.EUR,
        webhook_secrets=[Secret(KEY.decode())],
        kit=Kit(transport=fake.transport, time=fake.time),
    )
    listings = tuple(fake.put_up(f"SKU-{n:03d}", quantity=10**6) for n in range(LISTINGS))
    client.subscribe(HintKind.ORDER, address=ADDRESS)
    fake.webhooks()
    fake.sell([(listing, 2, PRICE) for listing in listings[:LINES]], shipping=SHIPPING)
    headers, body = fake.webhooks()[0]
    order = parse_json(body)
    order["meta_data"] = [
        {"id": place, "key": f"_wc_order_attribution_{name}", "value": value}
        for place, (name, value) in enumerate(ATTRIBUTION.items(), 1)
    ]
    name = "X-WC-Webhook-Signature"
    return System(
        client=client,
        headers=_without(headers, name),
        order=order,
        listings=listings,
        signature=name,
        listing_field="product_id",
    )


def _without(headers: Any, name: str) -> Headers:
    return [row for row in headers if row[0].lower() != name.lower()]


def ours(system: System, folder: Path) -> Callable[[list[Call]], None]:
    """Return the way through ecomkit: verified, read, kept, covered, and noted for channels."""
    store = SqliteStore(folder / "ours.db")
    channel: Channel = system.client
    skus = [Sku(f"SKU-{n:03d}") for n in range(LISTINGS)]
    shop = Shop(store=store, channels=[channel], clock=ManualClock(NOW))
    shop.adopt(CORNER, opening=dict.fromkeys(skus, 10**6))

    def take(calls: list[Call]) -> None:
        found = [system.client.read_delivery(body, headers=headers) for body, headers in calls]
        entries = [delivery.entry for delivery in found]
        report = take_entries(store, CORNER, entries, now=NOW, settings=Settings())
        assert report.placed == len(calls), report.explain()

    return take


TABLES = """
    CREATE TABLE listing (id TEXT PRIMARY KEY, sku TEXT);
    CREATE TABLE level (sku TEXT PRIMARY KEY, sellable INTEGER);
    CREATE TABLE customer (id TEXT PRIMARY KEY, name TEXT);
    CREATE TABLE raw (id TEXT PRIMARY KEY, body TEXT);
    CREATE TABLE claim (id TEXT PRIMARY KEY, digest TEXT, lines TEXT);
    CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT, lines TEXT);
    CREATE TABLE outcome (id TEXT PRIMARY KEY, answer TEXT);
    CREATE TABLE movement (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, sku TEXT, units INTEGER);
    CREATE TABLE promise (id TEXT PRIMARY KEY, sku TEXT, units INTEGER);
    CREATE TABLE changed (sku TEXT PRIMARY KEY);
"""


def bare(system: System, folder: Path) -> Callable[[list[Call]], None]:
    """Return the same reads and writes by hand: one statement each, many rows at a time."""
    file = sqlite3.connect(folder / "bare.db", isolation_level=None)
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = FULL")
    file.executescript(TABLES)
    rows = [(listing, f"SKU-{n:03d}") for n, listing in enumerate(system.listings)]
    file.executemany("INSERT INTO listing VALUES (?, ?)", rows)
    file.executemany("INSERT INTO level VALUES (?, 1000000)", [(sku,) for _, sku in rows])

    def take(calls: list[Call]) -> None:
        read = [_verified(system, *call) for call in calls]
        file.execute("BEGIN IMMEDIATE")
        skus: dict[str, str] = {}
        found = []
        for body, (name, buyer, lines) in read:
            for table in ("claim", "orders"):
                file.execute(f"SELECT 1 FROM {table} WHERE id = ?", (name,)).fetchone()  # noqa: S608 (ours)
            file.execute("SELECT name FROM customer WHERE id = ?", (buyer,)).fetchone()
            for listing, _, _ in lines:
                if listing not in skus:
                    [skus[listing]] = file.execute(
                        "SELECT sku FROM listing WHERE id = ?", (listing,)
                    ).fetchone()
            digest = hashlib.sha256(body).hexdigest()
            found.append((name, buyer, lines, digest, body.decode()))
        wanted = [
            (f"{name}/{place}", skus[listing], units)
            for name, _, lines, _, _ in found
            for place, (listing, units, _) in enumerate(lines)
        ]
        put = file.executemany
        put("INSERT INTO customer VALUES (?, ?)", [(one[1], one[1]) for one in found])
        put("INSERT INTO raw VALUES (?, ?)", [(one[0], one[4]) for one in found])
        put(
            "INSERT INTO claim VALUES (?, ?, ?)",
            [(one[0], one[3], json.dumps(one[2])) for one in found],
        )
        put(
            "INSERT INTO orders VALUES (?, ?, ?)",
            [(one[0], one[1], json.dumps(one[2])) for one in found],
        )
        put(
            "UPDATE level SET sellable = sellable - ? WHERE sku = ? AND sellable >= 1",
            [(units, sku) for _, sku, units in wanted],
        )
        put("INSERT INTO outcome VALUES (?, 'covered')", [(one[0],) for one in found])
        put("INSERT INTO movement (id, sku, units) VALUES (?, ?, ?)", wanted)
        put("INSERT INTO promise VALUES (?, ?, ?)", wanted)
        put("INSERT OR REPLACE INTO changed VALUES (?)", [(sku,) for sku in set(skus.values())])
        file.execute("COMMIT")

    return take


def _verified(
    system: System, body: bytes, headers: Headers
) -> tuple[bytes, tuple[str, str, list[tuple[str, int, str]]]]:
    given = base64.b64decode(dict(headers)[system.signature])
    assert hmac.compare_digest(hmac.digest(KEY, body, "sha256"), given)
    return body, system.read_bare(body)


def fresh(system: System, take: Callable[[list[Call]], None]) -> Callable[[], float]:
    """Return *take* on 200 orders that nobody has seen; making them does not count."""
    numbers = count(10**6)

    def clocked() -> float:
        calls = [system.call(next(numbers)) for _ in range(CALLS)]
        return timed(lambda: take(calls))()

    return clocked


def goal() -> float:
    """Return 400 microseconds for each call."""
    return GOAL_SECONDS


def benches() -> Iterator[Result]:
    """Yield the cost of 200 webhooks: over the goal in seconds, and over the floor."""
    for system in (shopify(), woocommerce()):
        name = type(system.client).__name__
        with tempfile.TemporaryDirectory() as folder:
            yield compare(
                f"200 webhooks: {name} over 400 us each",
                value=fresh(system, ours(system, Path(folder))),
                floor=goal,
                goal=1,
            )
        with tempfile.TemporaryDirectory() as folder:
            yield compare(
                f"200 webhooks: {name} over by hand",
                value=fresh(system, ours(system, Path(folder))),
                floor=fresh(system, bare(system, Path(folder))),
                goal=6,
            )
