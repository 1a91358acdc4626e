"""Webhook calls that nobody signed, or that are signed and make no sense."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from ecomkit.adapters.http import HmacSignature, Reply
from ecomkit.channels import HintKind
from ecomkit.money import Currency, Money
from ecomkit.ports import Secret
from hostility._benches import Bench
from hostility._cassettes import SECRET, opened
from hostility._corpus import Case
from hostility._mutations import Mutation

__all__ = ["webhook_cases"]

Headers = Sequence[tuple[str, str]]
BODY_WAYS = {"truncated": 8, "value": 33, "everywhere": 7, "doubled": 6, "dropped": 8, "whole": 20}


def _deliveries(bench: Bench) -> tuple[Any, list[tuple[Headers, bytes]]]:
    fake, client, listings, _ = opened(bench)
    for kind in (HintKind.ORDER, HintKind.LISTING):
        client.subscribe(kind, address="https://hub.example/hooks")
    fake.webhooks()
    fake.sell([(listings[0], 1, Money(1000, Currency.EUR))])
    return client, [
        (tuple(headers), body)
        for headers, body in fake.webhooks()
        if any("hmac" in name.lower() or "signature" in name.lower() for name, _ in headers)
    ]


def _is_signature(name: str) -> bool:
    return name.lower().endswith(("hmac-sha256", "signature"))


def _wrong(signature: str) -> Iterator[tuple[str, str]]:
    """Yield signatures that are not the right one, by names."""
    raw = base64.b64decode(signature)
    for bit in range(0, 256, 23):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit}", base64.b64encode(bytes(flipped)).decode()
    yield "empty", ""
    yield "blank", " "
    yield "hexadecimal of another", raw[::-1].hex()
    yield "short", signature[:-8]
    yield "long", signature * 2
    yield "no base64", "é" * 44
    yield "NUL", "\x00" * 44
    yield "huge", "A" * 100_000
    yield "scheme of another", f"t=1,v1={signature}"
    yield "reversed", signature[::-1]


def _must_refuse(client: Any, body: bytes, headers: Headers) -> Any:
    hint = client.read_webhook(body, headers=headers)
    raise AssertionError(f"a call that nobody signed was taken: {hint!r:.100}")


def webhook_cases(bench: Bench) -> Iterator[Case]:
    """Yield calls with wrong signatures, which must be refused, and signed ones without sense."""
    if not bench.is_called:
        return
    client, deliveries = _deliveries(bench)
    headers, body = deliveries[0]
    name, signature = next((name, value) for name, value in headers if _is_signature(name))
    others = [(key, value) for key, value in headers if key != name]
    group = f"{bench.name} webhooks"

    def refused(what: str, given: Headers, content: bytes = body) -> Case:
        return Case(group=group, name=what, run=lambda: _must_refuse(client, content, given))

    yield refused("no signature", others)
    yield refused("no headers", ())
    for what, text in _wrong(signature):
        yield refused(what, [*others, (name, text)])
    yield refused("a wrong one first", [*others, (name, "AAAA"), (name, signature)])
    yield refused("a wrong one after", [*others, (name, signature), (name, "AAAA")])
    rule = HmacSignature(header=name, secrets=[Secret(f"hook-{SECRET}")])
    for way, count in BODY_WAYS.items():
        for place in range(count):
            mutation = Mutation(way=way, place=place)
            changed = mutation.of(Reply(status=200, body=body)).body
            if changed != body:
                yield refused(f"unsigned {mutation}", headers, changed)
            signed = [*others, (name, rule.sign(changed))]
            yield Case(
                group=group,
                name=f"signed {mutation}",
                run=lambda changed=changed, signed=signed: client.read_webhook(
                    changed, headers=signed
                ),
            )
    for key, _ in others:
        for text in ("", "\x00", "é", "x" * 50_000, "-1", "orders/\r\nX: y"):
            changed_headers = [(one, text if one == key else value) for one, value in headers]
            yield Case(
                group=group,
                name=f"{key} {text:.5}",
                run=lambda given=changed_headers: client.read_webhook(body, headers=given),
            )
