"""What the tests of the Shopify client share: a client, answers, and an order as GraphQL spells it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ecomkit.adapters.http import Kit, Options, Reply, VirtualTime
from ecomkit.adapters.shopify import Shopify
from ecomkit.identifiers import ChannelId
from ecomkit.ports import Secret
from ecomkit.testing.fakes import WireFaults
from ecomkit.testing.fakes.shopify import ShopifyFake

SHARED = Path(os.environ.get("ECOMKIT_SHARED", Path(__file__).parents[4] / "shared"))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LAST_PAGE = {"hasNextPage": False, "endCursor": None}


def make_client(**changes: Any) -> Shopify:
    """Return a client that calls nobody."""
    settings: dict[str, Any] = {
        "shop": "corner.myshopify.com",
        "token": Secret("shpat_0"),
        "location": "11",
        "kit": Kit(time=VirtualTime(NOON), draw=lambda: 0.5),
    }
    return Shopify(ChannelId("corner"), **(settings | changes))


FAULTS = WireFaults(
    seed=7, unsent=0.05, lost=0.05, lost_answers=0.1, torn=0.05, throttled=0.1, broken=0.05
)
"""A wire that is not well."""


def client_of(remote: ShopifyFake, **changes: Any) -> Shopify:
    """Return a client of *remote*, as patient as a worker."""
    settings: dict[str, Any] = {
        "shop": remote.shop,
        "token": Secret(remote.token),
        "location": remote.location,
        "webhook_secrets": [Secret(remote.webhook_secret)],
        "kit": Kit(transport=remote.transport, time=remote.time, draw=lambda: 0.5),
        "options": Options(attempts_max=8, deadline_seconds=3_600),
    }
    return make_client(**(settings | changes))


def answer(data: Any, **cost: int) -> Reply:
    """Return the reply that holds *data*, as GraphQL answers."""
    body: dict[str, Any] = {"data": data}
    if cost:
        body["extensions"] = {"cost": cost}
    return Reply.of_json(body)


def fault(code: str | None, *, data: Any = None, path: tuple[Any, ...] = ()) -> Reply:
    """Return the reply of status 200 that holds an error."""
    extensions = {} if code is None else {"extensions": {"code": code}}
    return Reply.of_json(
        {"data": data, "errors": [{"message": "no", "path": list(path), **extensions}]}
    )


def listed(*nodes: Any, after: str | None = None) -> dict[str, Any]:
    """Return a page of *nodes*; with *after*, one that has more behind it."""
    page = LAST_PAGE if after is None else {"hasNextPage": True, "endCursor": after}
    return {"nodes": [*nodes], "pageInfo": page}


def bag(amount: str) -> dict[str, Any]:
    """Return an amount in the shop's money."""
    return {"shopMoney": {"amount": amount}}


def order_line(number: int, **changes: Any) -> dict[str, Any]:
    """Return a line of two elephants at 19.90."""
    return {
        "id": f"gid://shopify/LineItem/{number}",
        "title": "Elephant, knit",
        "sku": "ELEPHANT-KNIT",
        "quantity": 2,
        "currentQuantity": 2,
        "unfulfilledQuantity": 2,
        "variant": {"legacyResourceId": "501"},
        "originalUnitPriceSet": bag("19.9"),
        "discountAllocations": [],
        "taxLines": [],
    } | changes


def order_node(number: int = 1001, **changes: Any) -> dict[str, Any]:
    """Return an order as a page holds it."""
    return {
        "id": f"gid://shopify/Order/{number}",
        "legacyResourceId": str(number),
        "name": f"#{number}",
        "test": False,
        "createdAt": "2026-03-01T11:00:00Z",
        "updatedAt": "2026-03-01T12:00:00Z",
        "cancelledAt": None,
        "closedAt": None,
        "currencyCode": "EUR",
        "taxesIncluded": True,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "returnStatus": "NO_RETURN",
        "customer": {"legacyResourceId": "77"},
        "totalReceivedSet": bag("39.8"),
        "totalTipReceivedSet": bag("0.0"),
        "originalTotalDutiesSet": None,
        "originalTotalAdditionalFeesSet": None,
        "shippingLines": listed(),
        "lineItems": listed(order_line(1)),
        "fulfillments": [],
        "refunds": [],
    } | changes


def shipment(*units: tuple[int, int], number: int = 9, **changes: Any) -> dict[str, Any]:
    """Return a fulfilment of so many units of lines."""
    rows = [
        {"quantity": quantity, "lineItem": {"id": f"gid://shopify/LineItem/{line}"}}
        for line, quantity in units
    ]
    return {
        "id": f"gid://shopify/Fulfillment/{number}",
        "createdAt": "2026-03-01T11:30:00Z",
        "status": "SUCCESS",
        "fulfillmentLineItems": listed(*rows),
    } | changes


def taken_back(*units: tuple[int, int], kind: str, number: int = 8) -> dict[str, Any]:
    """Return a refund of so many units of lines."""
    rows = [
        {
            "quantity": quantity,
            "restockType": kind,
            "lineItem": {"id": f"gid://shopify/LineItem/{line}"},
        }
        for line, quantity in units
    ]
    return {"id": f"gid://shopify/Refund/{number}", "refundLineItems": listed(*rows)}
