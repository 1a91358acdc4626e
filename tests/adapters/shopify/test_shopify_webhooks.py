"""Calls from Shopify are verified, and hint at what to read again; subscriptions are kept once."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from shopify_helpers import NOON, client_of, make_client

from ecomkit.adapters.http import (
    HmacSignature,
    SignatureError,
    UnreadableJsonError,
    VirtualTime,
    dump_json,
    parse_json,
)
from ecomkit.adapters.shopify import AsyncShopify, TestOrders
from ecomkit.adapters.shopify._topics import TOPICS, kind_of_topic
from ecomkit.channels import HintKind, ReadOrder, UnreadableOrder, WebhookHint
from ecomkit.errors import FieldError
from ecomkit.ports import Secret
from ecomkit.testing.fakes.shopify import ShopifyFake

SECRETS = (Secret("new"), Secret("old"))


def call(
    topic: str, body: Any, *, key: str = "new", shop: str = "corner.myshopify.com"
) -> tuple[bytes, list[tuple[str, str]]]:
    """Return the body and the headers of a call, signed."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    rule = HmacSignature(header="X-Shopify-Hmac-SHA256", secrets=[Secret(key)])
    return raw, [
        ("X-Shopify-Hmac-Sha256", rule.sign(raw)),
        ("X-Shopify-Topic", topic),
        ("X-Shopify-Shop-Domain", shop),
        ("X-Shopify-Event-Id", "event-1"),
        ("X-Shopify-Webhook-Id", "delivery-1"),
        ("X-Shopify-Triggered-At", "2026-03-01T12:00:00.5Z"),
    ]


def hint(topic: str, body: Any, **rest: Any) -> WebhookHint:
    """Return what a call hints at."""
    raw, headers = call(topic, body, **rest)
    return make_client(webhook_secrets=SECRETS).read_webhook(raw, headers=headers)


@pytest.mark.parametrize(
    ("topic", "body", "kind", "object_id"),
    [
        ("orders/updated", {"id": 1001}, HintKind.ORDER, "1001"),
        ("orders/create", {"id": 1001}, HintKind.ORDER, "1001"),
        ("fulfillments/create", {"id": 5, "order_id": 1001}, HintKind.ORDER, "1001"),
        ("order_transactions/create", {"id": 5, "order_id": 1001}, HintKind.ORDER, "1001"),
        ("refunds/create", {"id": 5, "order_id": 1001}, HintKind.REFUND, "1001"),
        ("returns/request", {"id": 5, "order": {"id": 1001}}, HintKind.RETURN, "1001"),
        ("inventory_levels/update", {"inventory_item_id": 8}, HintKind.STOCK, "8"),
        ("products/update", {"id": 3}, HintKind.LISTING, "3"),
        ("customers/redact", {"customer": {"id": 77}}, HintKind.ERASURE, "77"),
        ("customers/data_request", {"customer": {"id": 77}}, HintKind.ACCESS, "77"),
        ("shop/redact", {"shop_id": 1}, HintKind.ERASURE, "corner.myshopify.com"),
        ("app/uninstalled", {"id": 1}, HintKind.ACCOUNT, "1"),
        ("themes/publish", {"id": 4}, HintKind.OTHER, "4"),
        ("orders/updated", [], HintKind.ORDER, "corner.myshopify.com"),
    ],
)
def test_what_a_call_hints_at(topic: str, body: Any, kind: HintKind, object_id: str) -> None:
    """The topic says the kind, the body the object."""
    found = hint(topic, body)
    assert (kind, object_id, topic) == (found.kind, found.object_id, found.topic)
    assert found.event_id == "event-1"
    assert found.sent_at == NOON.replace(microsecond=500_000)


def test_all_secrets_that_are_active_count() -> None:
    """While a secret is replaced, calls with the old one are good."""
    assert hint("orders/updated", {"id": 1}, key="old").object_id == "1"
    with pytest.raises(SignatureError):
        hint("orders/updated", {"id": 1}, key="older")


def test_another_shop_of_the_same_application() -> None:
    """The secret is the application's; a call about another shop is not for this client."""
    with pytest.raises(SignatureError):
        hint("orders/updated", {"id": 1}, shop="other.myshopify.com")


def test_a_client_without_a_secret_trusts_nobody() -> None:
    """Without a secret no call can be verified."""
    raw, headers = call("orders/updated", {"id": 1})
    with pytest.raises(SignatureError):
        make_client().read_webhook(raw, headers=headers)


def test_what_can_be_read_in_two_ways_is_refused() -> None:
    """A body or headers that name one thing twice are refused."""
    with pytest.raises(UnreadableJsonError):
        hint("orders/updated", b'{"id": 1, "id": 2}')
    raw, headers = call("orders/updated", {"id": 1})
    client = make_client(webhook_secrets=SECRETS)
    for name, value in headers:
        with pytest.raises(SignatureError):
            client.read_webhook(raw, headers=[*headers, (name.upper(), value)])


@pytest.mark.parametrize("place", range(60))
def test_one_changed_byte(place: int) -> None:
    """A body that was changed in any byte is refused."""
    raw, headers = call("orders/updated", {"id": 1001, "name": "x" * 40})
    changed = bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]])
    with pytest.raises(SignatureError):
        make_client(webhook_secrets=SECRETS).read_webhook(changed, headers=headers)


def test_what_is_subscribed_to_is_understood() -> None:
    """Each topic that is asked for comes back as the kind that it was asked for."""
    for kind, topics in TOPICS.items():
        assert [kind] * len(topics) == [*map(kind_of_topic, topics)]


# -- on a fake shop ---------------------------------------------------------------------------

ADDRESS = "https://app.example/hooks"


def shop() -> tuple[ShopifyFake, Any]:
    """Return a fake shop and a client of it."""
    remote = ShopifyFake(time=VirtualTime(NOON))
    return remote, client_of(remote)


def test_subscribing_twice_counts_once() -> None:
    """The same subscription is there once, however often it is asked for."""
    _, client = shop()
    first = client.subscribe(HintKind.ORDER, address=ADDRESS)
    assert {one.topic for one in first} == set(TOPICS[HintKind.ORDER])
    assert client.subscribe(HintKind.ORDER, address=ADDRESS) == first
    assert client.subscriptions() == first


def test_calls_come_until_the_subscription_ends() -> None:
    """What the shop sends is understood; after the end it sends no more, and to end twice is no error."""
    remote, client = shop()
    made = client.subscribe(HintKind.ORDER, address=ADDRESS)
    kept = client.subscribe(HintKind.REFUND, address=ADDRESS)
    listing = remote.put_up("ELEPHANT")
    price = remote.store.variants[int(listing)].price
    number = remote.sell([(listing, 1, price)])
    hints = [client.read_webhook(body, headers=headers) for headers, body in remote.webhooks()]
    assert {(HintKind.ORDER, number)} == {(one.kind, one.object_id) for one in hints}
    for one in made:
        client.unsubscribe(one.id)
        client.unsubscribe(one.id)
    assert client.subscriptions() == kept
    remote.touch(number)
    assert remote.webhooks() == []


@pytest.mark.parametrize("kind", [HintKind.ERASURE, HintKind.ACCESS, HintKind.OTHER])
def test_what_no_shop_can_be_asked_for(kind: HintKind) -> None:
    """The topics of privacy are set in the application; asking a shop for them is refused."""
    _, client = shop()
    with pytest.raises(FieldError):
        client.subscribe(kind, address=ADDRESS)


# -- whole orders ------------------------------------------------------------------------------


def sold(**client: Any) -> tuple[ShopifyFake, Any, str]:
    """Return a fake shop that owes the delivery of an order, a client of it, and the number."""
    remote = ShopifyFake(time=VirtualTime(NOON))
    caller = client_of(remote, **client)
    caller.subscribe(HintKind.ORDER, address=ADDRESS)
    listing = remote.put_up("ELEPHANT")
    return remote, caller, remote.sell([(listing, 2, remote.store.variants[int(listing)].price)])


def signed(remote: ShopifyFake, document: Any) -> tuple[bytes, list[tuple[str, str]]]:
    """Return a call about *document* from the fake shop."""
    raw = dump_json(document).encode()
    return call("orders/updated", raw, key=remote.webhook_secret, shop=remote.shop)


def test_a_call_tells_the_order() -> None:
    """It reads as the pulled order does, one version older; its bytes are the payload."""
    remote, client, number = sold()
    asked = client.order(number)
    for headers, raw in remote.webhooks():
        found = client.read_delivery(raw, headers=headers)
        assert found.hint == client.read_webhook(raw, headers=headers)
        assert isinstance(found.entry, ReadOrder), found.entry
        assert found.entry.claim.version == asked.claim.version - 1
        assert found.entry.claim.lines == asked.claim.lines
        assert found.entry.payload.text.encode() == raw
        assert (found.entry.payload.object_id, found.entry.payload.subject) == (
            number,
            asked.payload.subject,
        )
        assert client.read_payload(found.entry.payload) == found.entry


@pytest.mark.parametrize("name", ["line_items", "fulfillments", "refunds"])
def test_a_part_of_an_order_is_only_hinted_at(name: str) -> None:
    """A subscription may leave fields out; what is missing is not taken for none."""
    remote, client, number = sold()
    order = parse_json(remote.webhooks()[0][1])
    del order[name]
    raw, headers = signed(remote, order)

    found = client.read_delivery(raw, headers=headers)

    assert (found.hint.object_id, found.entry) == (number, None)


def test_an_order_that_cannot_be_read_is_told_with_every_fault() -> None:
    """It is kept with its bytes and its buyer, as one that was pulled."""
    remote, client, number = sold()
    order = parse_json(remote.webhooks()[0][1]) | {"currency": "euro", "taxes_included": None}
    raw, headers = signed(remote, order)

    entry = client.read_delivery(raw, headers=headers).entry

    assert isinstance(entry, UnreadableOrder)
    assert [fault.split(":")[0] for fault in entry.faults] == ["currency", "taxes_included"]
    assert (entry.payload.object_id, entry.payload.subject) == (
        number,
        str(order["customer"]["id"]),
    )


def test_an_order_without_a_buyer_is_kept_without_a_subject() -> None:
    """A sale at the till names nobody."""
    remote, client, _ = sold()
    raw, headers = signed(remote, parse_json(remote.webhooks()[0][1]) | {"customer": None})

    entry = client.read_delivery(raw, headers=headers).entry

    assert isinstance(entry, ReadOrder)
    assert (entry.claim.buyer, entry.payload.subject) == (None, None)


@pytest.mark.parametrize("choice", TestOrders)
def test_a_test_order_is_read_where_they_are_taken(choice: TestOrders) -> None:
    """Where test orders are left out, it is only hinted at."""
    remote, client, _ = sold(test_orders=choice)
    raw, headers = signed(remote, parse_json(remote.webhooks()[0][1]) | {"test": True})

    found = client.read_delivery(raw, headers=headers)

    assert (found.entry is None) is (choice is TestOrders.LEFT_OUT)


@pytest.mark.parametrize(
    ("topic", "body"),
    [("fulfillments/create", {"id": 5, "order_id": 1, "line_items": []}), ("orders/updated", [])],
)
def test_what_carries_no_order_is_hinted_at(topic: str, body: Any) -> None:
    """A parcel has lines, too, and is no order."""
    raw, headers = call(topic, body)

    assert make_client(webhook_secrets=SECRETS).read_delivery(raw, headers=headers).entry is None


def test_the_async_client_reads_the_same() -> None:
    """No call goes out, so the twin says what the client says."""
    remote, client, _ = sold()
    headers, raw = remote.webhooks()[0]

    found = asyncio.run(AsyncShopify(client).read_delivery(raw, headers=headers))

    assert found == client.read_delivery(raw, headers=headers)
