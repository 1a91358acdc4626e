"""What the Shopify fake tells by itself, and what it has done some time later: webhooks and exports."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shopify_desk import Desk, eur

from ecomkit.adapters.http import HmacSignature, Received, Reply, parse_json
from ecomkit.money import Currency
from ecomkit.ports import Secret
from ecomkit.testing.fakes.shopify import ShopifyFake

SHARED = Path(os.environ.get("ECOMKIT_SHARED", Path(__file__).parents[4] / "shared"))
RECORDED = SHARED / "payloads" / "shopify" / "rest_order.json"
SUBSCRIBE = """
mutation ($topic: WebhookSubscriptionTopic!, $uri: String) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) {
    webhookSubscription { id } userErrors { message }
  }
}
"""
EXPORT = """
mutation ($query: String!) {
  bulkOperationRunQuery(query: $query) { bulkOperation { id status } userErrors { code } }
}
"""
LINES = "{ orders { edges { node { id name lineItems { edges { node { id quantity } } } } } } }"
STATUS = """
query ($id: ID!) {
  bulkOperation(id: $id) { status errorCode objectCount rootObjectCount url partialDataUrl }
}
"""


def topics(desk: Desk) -> list[str]:
    """Return the topics of what is due."""
    return [dict(headers)["X-Shopify-Topic"] for headers, _ in desk.shop.webhooks()]


def test_a_sale_is_told_and_every_delivery_is_signed() -> None:
    """Each delivery verifies with the app's secret and no other, and has an id of its own."""
    desk = Desk()
    desk.sold(1)
    due = desk.shop.webhooks()
    rule = HmacSignature(
        header="X-Shopify-Hmac-SHA256", secrets=[Secret(ShopifyFake.WEBHOOK_SECRET)]
    )
    for headers, body in due:
        rule.verify(body, headers=headers)
    told = [dict(headers) for headers, _ in due]
    assert [one["X-Shopify-Topic"] for one in told] == [
        "inventory_levels/update",
        "orders/create",
        "orders/updated",
        "orders/paid",
    ]
    assert {one["X-Shopify-Shop-Domain"] for one in told} == {"corner.myshopify.com"}
    assert len({one["X-Shopify-Webhook-Id"] for one in told}) == len(told)
    assert desk.shop.webhooks() == []


def test_every_change_of_an_order_is_told() -> None:
    """Parcels, refunds and cancellations have topics of their own beside the update."""
    desk = Desk()
    number = desk.sold(2)
    [line] = desk.lines(number)
    desk.shop.webhooks()
    told: list[set[str]] = []
    acts: list[Callable[[], None]] = [
        lambda: desk.shop.touch(number),
        lambda: desk.shop.ship(number, {line: 1}),
        lambda: desk.shop.refund(number, {line: 1}, amount=eur("10")),
        lambda: desk.shop.cancel(desk.sold(1)),
    ]
    for act in acts:
        act()
        told.append(set(topics(desk)) - {"inventory_levels/update", "orders/updated"})
    assert told == [
        set(),
        {"fulfillments/create", "orders/partially_fulfilled"},
        {"refunds/create"},
        {"orders/create", "orders/paid", "orders/cancelled", "refunds/create"},
    ]


def test_a_subscription_narrows_what_is_told() -> None:
    """With a subscription only its topic comes; each address gets a delivery of its own."""
    desk = Desk()
    made = [
        desk.data(SUBSCRIBE, topic="ORDERS_CREATE", uri=uri)["webhookSubscriptionCreate"]
        for uri in ("https://a.example", "https://b.example", "https://a.example", "http://c")
    ]
    assert [bool(one["userErrors"]) for one in made] == [False, False, True, True]
    desk.sold(1)
    assert topics(desk) == ["orders/create", "orders/create"]
    listed = desk.data("{ webhookSubscriptions(first: 9) { nodes { topic uri } } }")
    assert [one["uri"] for one in listed["webhookSubscriptions"]["nodes"]] == [
        "https://a.example",
        "https://b.example",
    ]
    drop = (
        "mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId "
        "userErrors { message } } }"
    )
    key = made[0]["webhookSubscription"]["id"]
    told = [desk.data(drop, id=key)["webhookSubscriptionDelete"] for _ in range(2)]
    assert [one["deletedWebhookSubscriptionId"] for one in told] == [key, None]
    desk.sold(1)
    assert topics(desk) == ["orders/create"]


def test_a_delivery_holds_the_order_of_its_moment() -> None:
    """What came later is not in it: an old delivery is old."""
    desk = Desk()
    number = desk.sold(2, presentment=Currency.USD, rate=Decimal(2))
    [line] = desk.lines(number)
    desk.time.advance(5)
    desk.shop.ship(number, {line: 2}, tracking="LP-1")
    orders = [
        parse_json(body)
        for headers, body in desk.shop.webhooks()
        if dict(headers)["X-Shopify-Topic"] == "orders/updated"
    ]
    assert [one["fulfillment_status"] for one in orders] == [None, "fulfilled"]
    assert [one["updated_at"] for one in orders] == [
        "2026-03-01T12:00:00+00:00",
        "2026-03-01T12:00:05+00:00",
    ]
    assert orders[0]["line_items"][0]["price_set"]["presentment_money"] == {
        "amount": "20.00",
        "currency_code": "USD",
    }


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded payloads are not here")
def test_a_delivery_has_the_shape_of_a_recorded_order() -> None:
    """What the recorded resource and the fake's both have is of the same kind."""
    desk = Desk()
    desk.sold(1)
    made = next(
        parse_json(body)
        for headers, body in desk.shop.webhooks()
        if dict(headers)["X-Shopify-Topic"] == "orders/create"
    )
    recorded = parse_json(RECORDED.read_bytes())["order"]

    def kinds(one: dict[str, Any], other: dict[str, Any]) -> list[tuple[str, type, type]]:
        both = [name for name in one if name in other]
        assert len(both) > 10
        return [
            (name, type(one[name]), type(other[name]))
            for name in both
            if one[name] is not None
            and other[name] is not None
            and type(one[name]) is not type(other[name])
        ]

    assert kinds(made, recorded) == []
    assert kinds(made["line_items"][0], recorded["line_items"][0]) == []


def download(desk: Desk, address: str, *headers: tuple[str, str]) -> Reply:
    """Fetch a file from the storage."""
    assert address.startswith("https://storage.shopifyfake.example/")
    reply = desk.shop.answer(
        Received(
            method="GET",
            host="storage.shopifyfake.example",
            path=address.removeprefix("https://storage.shopifyfake.example"),
            query=(),
            headers=headers,
            body=b"",
        )
    )
    assert isinstance(reply, Reply)
    return reply


def exported(desk: Desk) -> str:
    """Start an export of the orders' lines and return its id."""
    made = desk.data(EXPORT, query=LINES)["bulkOperationRunQuery"]
    assert made["userErrors"] == []
    assert made["bulkOperation"]["status"] == "RUNNING"
    return str(made["bulkOperation"]["id"])


def test_an_export_is_a_file_some_time_later() -> None:
    """Rows are the objects without their lists; those of a list name their parent."""
    desk = Desk()
    sold = [desk.sold(2, 1), desk.sold(3)]
    key = exported(desk)
    assert desk.data(STATUS, id=key)["bulkOperation"]["url"] is None
    desk.time.advance(5)
    told = desk.data(STATUS, id=key)["bulkOperation"]
    assert (told["status"], told["objectCount"], told["rootObjectCount"]) == (
        "COMPLETED",
        "5",
        "2",
    )
    rows = [json.loads(row) for row in download(desk, told["url"]).body.splitlines()]
    parents = [f"gid://shopify/Order/{number}" for number in sold]
    assert [row.get("__parentId") or row["id"] for row in rows] == [
        *[parents[0]] * 3,
        *[parents[1]] * 2,
    ]
    assert [row["quantity"] for row in rows if "__parentId" in row] == [2, 1, 3]
    assert desk.shop.leaks == 0
    download(desk, told["url"], ("x-shopify-access-token", desk.shop.token))
    assert desk.shop.leaks == 1


def test_an_export_may_break_off() -> None:
    """It has failed, and the rows that it had lie elsewhere."""
    desk = Desk()
    desk.sold(2, 1)
    desk.shop.break_bulk(rows=2)
    key = exported(desk)
    desk.time.advance(5)
    told = desk.data(STATUS, id=key)["bulkOperation"]
    assert (told["status"], told["errorCode"], told["url"]) == (
        "FAILED",
        "INTERNAL_SERVER_ERROR",
        None,
    )
    assert len(download(desk, told["partialDataUrl"]).body.splitlines()) == 2
    later = exported(desk)
    desk.time.advance(5)
    assert desk.data(STATUS, id=later)["bulkOperation"]["status"] == "COMPLETED"


def test_an_export_of_nothing_has_no_file() -> None:
    """It is complete and has no address."""
    desk = Desk()
    key = exported(desk)
    desk.time.advance(5)
    told = desk.data(STATUS, id=key)["bulkOperation"]
    assert (told["status"], told["url"], told["objectCount"]) == ("COMPLETED", None, "0")


@pytest.mark.parametrize("query", ["{ shop { id } }", "{ orders { nodes { mood } } }", "{"])
def test_an_export_that_makes_no_sense_is_refused(query: str) -> None:
    """It needs a list, fields that there are, and syntax."""
    desk = Desk()
    desk.sold(1)
    made = desk.data(EXPORT, query=query)["bulkOperationRunQuery"]
    assert (made["bulkOperation"], made["userErrors"]) == (None, [{"code": "INVALID"}])


def test_exports_run_beside_each_other_up_to_a_limit_and_can_be_stopped() -> None:
    """Five at a time; one that is stopped makes room."""
    desk = Desk()
    keys = [exported(desk) for _ in range(5)]
    refused = desk.data(EXPORT, query=LINES)["bulkOperationRunQuery"]["userErrors"]
    assert refused == [{"code": "LIMIT_REACHED"}]
    stop = (
        "mutation ($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors "
        "{ message } } }"
    )
    assert desk.data(stop, id=keys[0])["bulkOperationCancel"] == {
        "bulkOperation": {"status": "CANCELED"},
        "userErrors": [],
    }
    exported(desk)
