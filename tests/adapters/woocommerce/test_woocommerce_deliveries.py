"""Deliveries carry whole orders, which are read as what they are: one more observation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from ecomkit.adapters.http import HmacSignature, SignatureError, dump_json, parse_json
from ecomkit.adapters.woocommerce import AsyncWooCommerce
from ecomkit.channels import HintKind, ReadOrder, UnreadableOrder
from ecomkit.errors import FieldError
from ecomkit.identifiers import LineId
from ecomkit.money import Currency, Money
from ecomkit.ports import Secret

Bench = Callable[..., tuple[Any, Any]]
ADDRESS = "https://app.example/hooks"
PRICE = Money(1990, Currency.EUR)
SIGNATURE = "X-WC-Webhook-Signature"


@pytest.fixture
def sold(bench: Bench) -> tuple[Any, Any, str]:
    """Return a shop, its client, and the number of an order whose delivery is due."""
    shop, client = bench(tax_percent=20)
    mug = shop.put_up("MUG", quantity=9)
    client.subscribe(HintKind.ORDER, address=ADDRESS)
    shop.webhooks()
    return shop, client, shop.sell([(mug, 2, PRICE)], shipping=Money(490, Currency.EUR))


def deliveries(shop: Any, client: Any) -> list[Any]:
    """Return what the client makes of the deliveries that are due."""
    return [client.read_delivery(body, headers=headers) for headers, body in shop.webhooks()]


def signed(topic: str, document: Any) -> tuple[bytes, list[tuple[str, str]]]:
    """Return a delivery of *document*, signed."""
    body = dump_json(document).encode()
    rule = HmacSignature(header=SIGNATURE, secrets=[Secret("whs-old")])
    return body, [(SIGNATURE, rule.sign(body)), ("X-WC-Webhook-Topic", topic)]


def test_a_delivery_tells_the_order(sold: tuple[Any, Any, str]) -> None:
    """It reads as the pulled order does, one version older; its bytes are the payload."""
    shop, client, number = sold
    body = shop.webhooks()
    asked = client.order(number)
    for headers, raw in body:
        found = client.read_delivery(raw, headers=headers)
        assert found.hint == client.read_webhook(raw, headers=headers)
        assert isinstance(found.entry, ReadOrder), found.entry
        assert found.entry.claim == attrs.evolve(asked.claim, version=asked.claim.version - 1)
        assert found.entry.payload.text.encode() == raw
        assert (found.entry.payload.object_id, found.entry.payload.subject) == (
            number,
            asked.payload.subject,
        )
        assert client.read_payload(found.entry.payload) == found.entry


@pytest.mark.parametrize(
    "change",
    [
        lambda order: order | {"refunds": [{"id": 5, "reason": "", "total": "-10.00"}]},
        lambda order: order | {"status": "checkout-draft"},
        lambda order: {"id": order["id"]},
        lambda order: {name: value for name, value in order.items() if name != "refunds"},
    ],
    ids=["refunded", "draft", "deleted", "a part"],
)
def test_less_than_an_order_is_only_hinted_at(
    sold: tuple[Any, Any, str], change: Callable[[Any], Any]
) -> None:
    """What does not say all of an order is read again."""
    shop, client, number = sold
    order = parse_json(shop.webhooks()[0][1])
    raw, headers = signed("order.updated", change(order))

    found = client.read_delivery(raw, headers=headers)

    assert found.entry is None
    assert (found.hint.kind, found.hint.object_id) == (HintKind.ORDER, number)


def test_an_order_that_cannot_be_read_is_told_with_every_fault(
    sold: tuple[Any, Any, str],
) -> None:
    """It is kept with its bytes and its buyer, as one that was pulled."""
    shop, client, number = sold
    order = parse_json(shop.webhooks()[0][1]) | {"currency": "euro", "total": "much"}
    raw, headers = signed("order.created", order)

    entry = client.read_delivery(raw, headers=headers).entry

    assert isinstance(entry, UnreadableOrder)
    assert [fault.split(":")[0] for fault in entry.faults] == ["order.currency", "order.total"]
    assert (entry.payload.object_id, entry.payload.subject) == (number, "ada@example.com")


def test_other_things_are_hinted_at(bench: Bench) -> None:
    """Products and pings carry no order."""
    shop, client = bench()
    client.subscribe(HintKind.LISTING, address=ADDRESS)
    shop.put_up("MUG", quantity=9)

    found = deliveries(shop, client)

    assert {one.hint.kind for one in found} == {HintKind.OTHER, HintKind.LISTING}
    assert {one.entry for one in found} == {None}


def test_what_is_not_signed_is_not_read(sold: tuple[Any, Any, str]) -> None:
    """A body that was changed is refused, and so is one that names no object."""
    shop, client, _ = sold
    headers, body = shop.webhooks()[0]
    with pytest.raises(SignatureError):
        client.read_delivery(body.replace(b"39.80", b"00.10"), headers=headers)
    raw, signed_headers = signed("order.created", {"line_items": []})
    with pytest.raises(FieldError, match="a document with an id"):
        client.read_delivery(raw, headers=signed_headers)


def test_of_one_second_the_pulled_state_counts(sold: tuple[Any, Any, str]) -> None:
    """A delivery of an earlier state is older than the pull of a later one in the same second."""
    shop, client, number = sold
    early = deliveries(shop, client)[0].entry.claim
    shop.cancel(number)

    assert early.version < client.order(number).claim.version


def test_the_lines_keep_their_names(sold: tuple[Any, Any, str]) -> None:
    """Lines are named as a pull names them, so that both are one order."""
    shop, client, number = sold
    told = deliveries(shop, client)[0].entry.claim

    assert [LineId(line.id) for line in told.lines] == [
        line.id for line in client.order(number).claim.lines
    ]


def test_the_async_client_reads_the_same(sold: tuple[Any, Any, str]) -> None:
    """No call goes out, so the twin says what the client says."""
    shop, client, _ = sold
    headers, raw = shop.webhooks()[0]

    found = asyncio.run(AsyncWooCommerce(client).read_delivery(raw, headers=headers))

    assert found == client.read_delivery(raw, headers=headers)
