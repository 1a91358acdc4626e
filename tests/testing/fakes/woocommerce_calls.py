"""Calls to the fake shop, put together by hand: what a client would send."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from ecomkit.adapters.http import Received, Reply, VirtualTime, dump_json
from ecomkit.money import Currency, Money
from ecomkit.testing.fakes.woocommerce import WooCommerceFake

API = "/wp-json/wc/v3"
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


TEN = Money(1000, Currency.USD)


def shop(**options: Any) -> WooCommerceFake:
    """Return a shop whose clock stands at START."""
    return WooCommerceFake(time=VirtualTime(START), **options)


def basic(key: str, secret: str) -> str:
    """Return the header of Basic authentication."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def ask(
    fake: WooCommerceFake,
    method: str,
    path: str,
    *,
    body: Any = None,
    query: Mapping[str, object] | list[tuple[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Send one call with the right key, unless *headers* say otherwise."""
    if headers is None:
        headers = {"authorization": basic(fake.key.reveal(), fake.secret.reveal())}
    pairs = query if isinstance(query, list) else list((query or {}).items())
    reply = fake.answer(
        Received(
            method=method,
            host="shop.example",
            path=path if path.startswith("/wp-json") else API + path,
            query=tuple((name, str(value)) for name, value in pairs),
            headers=tuple(headers.items()),
            body=b"" if body is None else dump_json(body).encode(),
        )
    )
    assert isinstance(reply, Reply)
    return reply


def got(fake: WooCommerceFake, path: str, **query: object) -> Any:
    """Return the document at *path*."""
    reply = ask(fake, "GET", path, query=query)
    assert reply.status == 200, reply.json()
    return reply.json()


def put(fake: WooCommerceFake, path: str, body: Any) -> Any:
    """Change what is at *path*."""
    reply = ask(fake, "PUT", path, body=body)
    assert reply.status == 200, reply.json()
    return reply.json()


def post(fake: WooCommerceFake, path: str, body: Any) -> Any:
    """Make something at *path*."""
    reply = ask(fake, "POST", path, body=body)
    assert reply.status in (200, 201), reply.json()
    return reply.json()


def refused(reply: Reply) -> tuple[int, str]:
    """Return the status of a refusal and its code."""
    return reply.status, reply.json()["code"]


def signed(
    fake: WooCommerceFake,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    at: datetime = START,
    nonce: str = "n1",
    algorithm: str = "HMAC-SHA256",
    secret: str | None = None,
) -> dict[str, str]:
    """Return the query of a call signed as RFC 5849 says, with no token."""
    fields = {
        **(query or {}),
        "oauth_consumer_key": fake.key.reveal(),
        "oauth_nonce": nonce,
        "oauth_signature_method": algorithm,
        "oauth_timestamp": str(int(at.timestamp())),
    }
    pairs = sorted((quote(k, safe="-._~"), quote(v, safe="-._~")) for k, v in fields.items())
    base = "&".join(
        quote(part, safe="-._~")
        for part in (
            method,
            f"http://shop.example{API}{path}",
            "&".join(f"{k}={v}" for k, v in pairs),
        )
    )
    hashed = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}[algorithm]
    key = f"{secret or fake.secret.reveal()}&".encode()
    signature = base64.b64encode(hmac.new(key, base.encode(), hashed).digest()).decode()
    return {**fields, "oauth_signature": signature}


def sold(fake: WooCommerceFake, *quantities: int, **options: Any) -> tuple[str, Any]:
    """Sell so many of one new product each; return the order's number and its document."""
    lines = [
        (fake.put_up(f"S{len(fake.shop.products)}", quantity=7), quantity, TEN)
        for quantity in quantities
    ]
    number = fake.sell(lines, **options)
    return number, got(fake, f"/orders/{number}")
