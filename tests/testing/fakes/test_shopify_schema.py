"""The Shopify fake against the vendor's own schema: every field that it models, and its answers."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shopify_desk import Desk, eur

from ecomkit.money import Currency
from ecomkit.testing.fakes import Asked, execute
from ecomkit.testing.fakes._graphql_document import Field, parse_document

graphql = pytest.importorskip("graphql", reason="graphql-core is the oracle")
SHARED = Path(os.environ.get("ECOMKIT_SHARED", Path(__file__).parents[4] / "shared"))
SCHEMA = SHARED / "specs" / "shopify" / "admin-2026-10.graphql"
pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason="the vendor's schema is not here")

ARGUMENTS = {
    "first": "first: 3",
    "names": 'names: ["available", "on_hand", "committed"]',
}
DEPTH = 4


@functools.cache
def vendor() -> Any:
    """Return the vendor's schema."""
    return graphql.build_schema(SCHEMA.read_text(), assume_valid=True)


@functools.cache
def busy_shop() -> Desk:
    """Return a shop in which something of everything has happened."""
    desk = Desk(burst=1e9, per_second=1e9)
    shop = desk.shop
    shop.open_location("Attic")
    number = desk.sold(
        4,
        2,
        shipping=eur("4.90"),
        discount=eur("3.00"),
        tax=eur("5.00"),
        presentment=Currency.USD,
        rate=Decimal("1.25"),
    )
    first, second = desk.lines(number)
    shop.ship(number, {first: 3}, tracking="LP-1")
    shop.refund(number, {first: 1, second: 1}, amount=eur("12.00"))
    shop.send_back(number, {first: 1})
    desk.pay_back(
        number,
        currency="USD",
        shipping={"amount": "1.00"},
        transactions=[
            {
                "orderId": f"gid://shopify/Order/{number}",
                "gateway": "bogus",
                "kind": "REFUND",
                "amount": "1.00",
                "parentId": f"gid://shopify/OrderTransaction/{shop.order(number).transactions[0].id}",
            }
        ],
    )
    shop.cancel(desk.sold(1))
    desk.data(
        "mutation { webhookSubscriptionCreate(topic: ORDERS_UPDATED, webhookSubscription: "
        '{uri: "https://app.example/hooks"}) { userErrors { message } } }'
    )
    desk.data(
        'mutation { bulkOperationRunQuery(query: "{ orders { nodes { id } } }") '
        "{ userErrors { message } } }"
    )
    return desk


def roots(desk: Desk) -> dict[str, str]:
    """Return a root field for each kind of thing, with its arguments."""
    order = next(iter(desk.shop.store.orders.values()))
    variant = order.lines[0].variant
    assert variant is not None
    level = next(iter(variant.levels.values()))
    held = {
        "order": ("Order", order.id),
        "product": ("Product", variant.product.id),
        "productVariant": ("ProductVariant", variant.id),
        "inventoryItem": ("InventoryItem", variant.item),
        "inventoryLevel": (
            "InventoryLevel",
            f"{level.location.id}?inventory_item_id={variant.item}",
        ),
        "location": ("Location", level.location.id),
        "fulfillment": ("Fulfillment", order.fulfillments[0].id),
        "fulfillmentOrder": ("FulfillmentOrder", order.fulfillment_orders[0].id),
        "refund": ("Refund", order.refunds[0].id),
        "return": ("Return", order.returns[0].id),
        "customer": ("Customer", order.customer.id),
    }
    by_id = {field: f'(id: "gid://shopify/{kind}/{key}")' for field, (kind, key) in held.items()}
    listed = (
        "orders",
        "products",
        "productVariants",
        "inventoryItems",
        "locations",
        "customers",
        "webhookSubscriptions",
        "bulkOperations",
    )
    alone = ("shop", "currentAppInstallation", "publicApiVersions", "ordersCount")
    return by_id | dict.fromkeys(listed, "(first: 3)") | dict.fromkeys(alone, "")


def selections(kind: Any, value: Mapping[str, Any], *, depth: int) -> Iterator[str]:
    """Yield a selection of every field that the fake has of *value*, as the schema spells it."""
    for name in value:
        if name.startswith("__"):
            continue
        assert name in kind.fields, f"{kind.name} has no {name}"
        field = kind.fields[name]
        given = {key: text for key, text in ARGUMENTS.items() if key in field.args}
        if any(
            graphql.is_required_argument(one) and key not in given
            for key, one in field.args.items()
        ):
            continue
        arguments = f"({', '.join(given.values())})" if given else ""
        inner = graphql.get_named_type(field.type)
        if graphql.is_leaf_type(inner):
            yield f"{name}{arguments}"
            continue
        found: Any = value[name]
        if callable(found):
            found = found(asked(f"{name}{arguments}"))
        while isinstance(found, (list, tuple)):
            found = found[0] if found else None
        if found is None or depth == 0:
            continue
        yield f"{name}{arguments} {{ {inside(inner, found, depth=depth - 1)} }}"


def inside(kind: Any, value: Mapping[str, Any], *, depth: int) -> str:
    """Return the selections of a thing, which may be one of several kinds."""
    if not graphql.is_object_type(kind):
        own = vendor().type_map[value["__typename"]]
        assert own in vendor().get_possible_types(kind)
        return f"__typename ... on {own.name} {{ {inside(own, value, depth=depth)} }}"
    assert value["__typename"] == kind.name
    return "__typename " + " ".join(selections(kind, value, depth=depth))


def asked(text: str) -> Asked:
    """Return what a resolver is given for one field."""
    [field] = parse_document(f"{{ {text} {{ id }} }}").operations[0].selections
    assert isinstance(field, Field)
    return Asked(arguments=field.arguments, directives={}, field=field)


def read(source: Any, info: Any, **_: Any) -> Any:
    """Resolve a field from an answer that is there already."""
    return source[info.path.key]


def agreed(document: str, data: Any, *, variables: Mapping[str, Any] | None = None) -> Any:
    """Return what the vendor's schema makes of *data* as the answer to *document*."""
    parsed = graphql.parse(document)
    assert graphql.validate(vendor(), parsed, max_errors=5) == []
    result = graphql.execute(
        vendor(),
        parsed,
        root_value=data,
        variable_values=dict(variables or {}),
        field_resolver=read,
        type_resolver=lambda value, *_: value["__typename"],
    )
    assert result.errors is None
    return result.data


@pytest.mark.parametrize("field", sorted(roots(busy_shop())) if SCHEMA.exists() else [])
def test_every_field_the_fake_has_is_as_the_vendors_schema_says(field: str) -> None:
    """Each field exists in the schema, its values fit its type, and what must be there is there."""
    desk = busy_shop()
    arguments = roots(desk)[field]
    queries = desk.shop.queries
    found = queries[field](asked(f"{field}{arguments}"))
    while isinstance(found, list):
        found = found[0]
    kind = graphql.get_named_type(vendor().query_type.fields[field].type)
    document = f"{{ {field}{arguments} {{ {inside(kind, found, depth=DEPTH)} }} }}"
    answer = execute(document, {}, queries=queries, mutations={})
    assert "errors" not in answer
    assert agreed(document, answer["data"]) == answer["data"]


ERRORS = "userErrors { field message }"
CODED = "userErrors { code field message }"
ROWS = "[{inventoryItemId: ITEM, locationId: PLACE, quantity: 1, changeFromQuantity: null}]"
BAD_REFUND = "{orderId: ORDER, refundLineItems: [{lineItemId: ORDER, quantity: 9}]}"
MUTATIONS = {
    'inventorySetQuantities(input: {name: "available", reason: "correction", quantities: ROWS}) '
    '@idempotent(key: "1")': (
        "inventoryAdjustmentGroup { id createdAt reason changes { name delta item { id } } } CODED"
    ),
    'inventoryAdjustQuantities(input: {name: "on_hand", reason: "whim", changes: []}) '
    '@idempotent(key: "2")': "inventoryAdjustmentGroup { id } CODED",
    "inventoryActivate(inventoryItemId: NOBODY, locationId: PLACE)": "inventoryLevel { id } ERRORS",
    'refundCreate(input: {orderId: ORDER, shipping: {amount: "0.5"}}) @idempotent(key: "3")': (
        "order { id } refund { id } ERRORS"
    ),
    'refundCreate(input: BAD_REFUND) @idempotent(key: "4")': "order { id } refund { id } ERRORS",
    "orderCancel(orderId: ORDER, reason: OTHER, restock: true)": (
        "job { id done } jobResult { id } orderCancelUserErrors { code field message }"
    ),
    "orderCancel(orderId: NOBODY, reason: OTHER, restock: true)": (
        "job { id done } orderCancelUserErrors { code field message }"
    ),
    "orderClose(input: {id: ORDER})": "order { id closed } ERRORS",
    "returnCreate(returnInput: {orderId: ORDER, returnLineItems: [{fulfillmentLineItemId: NOBODY, "
    "quantity: 1}]})": "return { id } CODED",
    "returnClose(id: NOBODY)": "return { id } CODED",
    "fulfillmentCreate(fulfillment: {lineItemsByFulfillmentOrder: [{fulfillmentOrderId: NOBODY}]})": (
        "fulfillment { id } ERRORS"
    ),
    "fulfillmentCancel(id: NOBODY)": "fulfillment { id } ERRORS",
    "productUpdate(product: {id: NOBODY, status: DRAFT})": "product { id status } ERRORS",
    "productVariantsBulkUpdate(productId: PRODUCT, variants: [{}])": (
        "product { id } productVariants { id } CODED"
    ),
    'webhookSubscriptionCreate(topic: ORDERS_PAID, webhookSubscription: {uri: "http://a.example"})': (
        "webhookSubscription { id } ERRORS"
    ),
    'webhookSubscriptionCreate(topic: ORDERS_PAID, webhookSubscription: {uri: "https://a.example"})': (
        "webhookSubscription { id topic uri format apiVersion { handle } } ERRORS"
    ),
    "webhookSubscriptionDelete(id: NOBODY)": "deletedWebhookSubscriptionId ERRORS",
    'bulkOperationRunQuery(query: "{ shop { id } }")': "bulkOperation { id status } CODED",
    'bulkOperationRunQuery(query: "{ orders { nodes { id } } }")': (
        "bulkOperation { id status url objectCount createdAt } CODED"
    ),
    "bulkOperationCancel(id: NOBODY)": "bulkOperation { id } ERRORS",
}


@pytest.mark.parametrize("call", MUTATIONS)
def test_what_mutations_answer_is_as_the_vendors_schema_says(call: str) -> None:
    """Payloads and complaints have the vendor's fields, codes and types."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    number = desk.shop.sell([(listing, 1, eur("5"))], shipping=eur("2"))
    document = f"mutation {{ {call} {{ {MUTATIONS[call]} }} }}"
    for word, text in {
        "BAD_REFUND": BAD_REFUND,
        "ROWS": ROWS,
        "ERRORS": ERRORS,
        "CODED": CODED,
        "NOBODY": '"gid://shopify/Nobody/1"',
        "ORDER,": f'"gid://shopify/Order/{number}",',
        "ORDER}": f'"gid://shopify/Order/{number}"}}',
        "PRODUCT": f'"gid://shopify/Product/{desk.shop.variant(listing).product.id}"',
        "ITEM": f'"{desk.item(listing)}"',
        "PLACE": f'"{desk.place()}"',
    }.items():
        document = document.replace(word, text)
    data = desk.data(document)
    assert agreed(document, data) == data
