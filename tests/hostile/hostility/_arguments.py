"""Addresses, cursors, numbers and payloads that a program may hand to a client unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from ecomkit.adapters.http import Reply
from ecomkit.channels import Cursor, Payload, ReadOrder
from ecomkit.identifiers import ListingId
from hostility._benches import Bench
from hostility._cassettes import opened
from hostility._corpus import Case
from hostility._mutations import Mutation

__all__ = ["SITES", "argument_cases", "payload_cases", "site_cases"]

SITES = [
    "http://shop.example",
    "HTTP://shop.example",
    "ftp://shop.example",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,x",
    "//shop.example",
    "https:/shop.example",
    "https:shop.example",
    "https://",
    "https:///shop.example",
    "shop.example",
    "",
    " https://shop.example",
    "https://shop.example ",
    "https://shop.example\n",
    "https://shop.example\r\nHost: evil.example",
    "https://shop.example\t/",
    "https://shop.example\x00.evil.example",
    "https://shop.example\\@evil.example",
    "https://evil.example\\.shop.example",
    "https://user@shop.example",
    "https://user:pass@shop.example",
    "https://shop.example@evil.example:443@x",
    "https://localhost",
    "https://localhost.",
    "https://metadata",
    "https://127.0.0.1",
    "https://127.1",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.1",
    "https://0177.0.0.1",
    "https://0",
    "https://0.0.0.0",
    "https://10.0.0.1",
    "https://172.16.0.1",
    "https://192.168.0.1",
    "https://169.254.169.254",
    "https://100.64.0.1",
    "https://224.0.0.1",
    "https://8.8.8.8",
    "https://[::1]",
    "https://[::]",
    "https://[fd00::1]",
    "https://[fe80::1%25eth0]",
    "https://[::ffff:127.0.0.1]",
    "https://[64:ff9b::7f00:1]",
    "https://①②⑦.⓪.⓪.①",
    "https://127。0。0。1",
    "https://shop.example:0",
    "https://shop.example:99999",
    "https://shop.example:x",
    "https://shop.example:-1",
    "https://shop.example/?a=b",
    "https://shop.example/#a",
    "https://shop.example/../admin",
    "https://shop.example/%2e%2e/admin",
    "https://shop.example/a\\b",
    "https://-shop.example",
    "https://shop..example",
    "https://.shop.example",
    f"https://{'x' * 64}.example",
    f"https://{'x.' * 130}example",
    "https://sh op.example",
    "https://shop%2eexample",
    "https://shop.example/admin-api?a=b",
    "https://shop.example/admin-api#a",
    "https://sh\nop.example/admin-api",
    "https://shop.example/a\\b/admin-api",
]
"""Addresses that no client may be made for."""

SHOPS = [text.removeprefix("https://") for text in SITES if text.startswith("https://")] + [
    "evil.example",
    "corner.myshopify.com.evil.example",
    "evil.example/corner.myshopify.com",
    "evil.example#.myshopify.com",
    "evil.example?.myshopify.com",
    "corner.myshopify.com@evil.example",
    "corner.myshopify.com:8443",
    "-.myshopify.com",
    ".myshopify.com",
    "a.b.myshopify.com",
    "corner.myshopify.com/../x",
    "corner.evilmyshopify.com",
    "https://evil.example",
]
"""Names that are of no shop."""

TEXTS = [
    "",
    " ",
    "..",
    "../1",
    "1/2",
    "1?a=b",
    "1#x",
    "%2e%2e",
    "1\r\nX: y",
    "\x00",
    "-1",
    "0",
    "1.5",
    "1e9",
    "9" * 5_000,
    "x" * 5_000,
    "é",
    "٣",
    "\u202e1",
    "\ud800",
    "1:2",
    "1:",
    ":1",
    "1:2:3",
    "gid://shopify/Order/1",
    'x") { id } shop { name',
    "' OR 1=1 --",
    "${jndi:ldap://evil.example}",
    "null",
    "{}",
    "[]",
    '{"a":' * 50,
    "eyJhIjoxfQ==",
    "eyJhIjoxfQ",
]
"""What may stand where a number, an id or a cursor is wanted."""


def site_cases(bench: Bench) -> Iterator[Case]:
    """Yield addresses that the client of *bench* must not be made for."""
    addresses = SHOPS if bench.name == "shopify" else SITES
    if bench.name == "vendure":  # its addresses have a path
        addresses = [
            *SITES,
            *(f"{text}/admin-api" for text in SITES if "shop.example/" not in text),
        ]
    for text in addresses:

        def make(text: str = text) -> Any:
            client = bench.made_for(text)
            raise AssertionError(f"a client was made for {text!r}: {client!r}")

        yield Case(group=f"{bench.name} sites", name=repr(text)[:60], run=make)


def argument_cases(bench: Bench) -> Iterator[Case]:
    """Yield hostile numbers, ids and cursors."""
    _, client, _, _ = opened(bench)
    for text in TEXTS:

        def listing(text: str = text) -> Any:
            return client.read_stock([ListingId(text)])

        works = {
            "cursor": lambda text=text: client.orders_after(Cursor(text), page_size=5),
            "listing cursor": lambda text=text: client.listings_after(Cursor(text), page_size=5),
            "number": lambda text=text: client.order(text),
            "refunds": lambda text=text: client.refunds(text),
            "unsubscribe": lambda text=text: (
                client.unsubscribe(text) if hasattr(client, "unsubscribe") else None
            ),
            "listing": listing,
        }
        for what, run in works.items():
            yield Case(group=f"{bench.name} arguments", name=f"{what} {text!r:.40}", run=run)


def payload_cases(bench: Bench) -> Iterator[Case]:
    """Yield payloads that were kept and have gone bad since; each is read again."""
    _, client, _, _ = opened(bench)
    page = client.orders_after(None, page_size=5)
    kept = next(entry.payload for entry in page.entries if isinstance(entry, ReadOrder))
    ways = {"truncated": 30, "value": 132, "everywhere": 7, "doubled": 33, "dropped": 40}
    for way, count in (ways | {"whole": 20, "flipped": 20}).items():
        for place in range(count):
            mutation = Mutation(way=way, place=place)
            body = mutation.of(Reply(status=200, body=kept.text.encode())).body

            def read(body: bytes = body) -> Any:
                payload = attrs.evolve(kept, text=body.decode(errors="replace"))
                entry = client.read_payload(payload)
                assert entry.payload == payload, "the payload was not kept as it is"
                return entry

            yield Case(group=f"{bench.name} payloads", name=str(mutation), run=read, is_reply=True)
    yield Case(
        group=f"{bench.name} payloads",
        name="a lone surrogate",
        run=lambda: client.read_payload(
            Payload(channel=kept.channel, object_id="x", text="\ud800")
        ),
    )
