"""Webhook subscriptions, and the deliveries that follow from what the shop announces."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ecomkit.adapters.http import HmacSignature, dump_json
from ecomkit.ports import Secret
from ecomkit.testing.fakes._graphql import Asked, Resolver
from ecomkit.testing.fakes.shopify._state import Subscription
from ecomkit.testing.fakes.shopify._store import Announcement, Store
from ecomkit.testing.fakes.shopify._wire import (
    FieldTable,
    Shown,
    connect,
    gid,
    instant,
    number_of,
    user_error,
)

__all__ = ["deliver", "find", "mutations", "queries"]

Delivery = tuple[tuple[tuple[str, str], ...], bytes]

SUBSCRIPTION: FieldTable = {
    "id": lambda it, _: gid("WebhookSubscription", it.id),
    "legacyResourceId": lambda it, _: str(it.id),
    "topic": lambda it, _: it.topic,
    "uri": lambda it, _: it.uri,
    "callbackUrl": lambda it, _: it.uri,
    "endpoint": lambda it, _: {"__typename": "WebhookHttpEndpoint", "callbackUrl": it.uri},
    "format": lambda it, _: it.format,
    "filter": lambda it, _: it.filter,
    "includeFields": lambda it, _: it.include_fields,
    "metafieldNamespaces": lambda *_: [],
    "name": lambda *_: None,
    "createdAt": lambda it, _: instant(it.created_at),
    "updatedAt": lambda it, _: instant(it.updated_at),
    "apiVersion": lambda *_: {
        "__typename": "ApiVersion",
        "handle": "2026-10",
        "displayName": "2026-10",
        "supported": True,
    },
}


def _show(one: Subscription) -> Shown:
    return Shown("WebhookSubscription", SUBSCRIPTION, one)


def find(store: Store, number: int) -> Shown | None:
    """Return the subscription of that number as an object."""
    known = store.subscriptions.get(number)
    return None if known is None else _show(known)


def queries(store: Store) -> dict[str, Resolver]:
    """Return the root fields that list subscriptions."""

    def listed(asked: Asked) -> Mapping[str, Any]:
        topics, uri = asked["topics"], asked["uri"] or asked["callbackUrl"]
        found = [
            one
            for one in store.subscriptions.values()
            if (not topics or one.topic in topics) and (uri is None or one.uri == uri)
        ]
        return connect("WebhookSubscription", found, asked, show=_show)

    def counted(_: Asked) -> dict[str, Any]:
        return {"__typename": "Count", "count": len(store.subscriptions), "precision": "EXACT"}

    return {"webhookSubscriptions": listed, "webhookSubscriptionsCount": counted}


def mutations(store: Store) -> dict[str, Resolver]:
    """Return the root fields that change subscriptions."""
    return {
        "webhookSubscriptionCreate": lambda asked: _create(asked, store=store),
        "webhookSubscriptionUpdate": lambda asked: _update(asked, store=store),
        "webhookSubscriptionDelete": lambda asked: _delete(asked, store=store),
    }


def _payload(kind: str, one: Subscription | None, *errors: dict[str, Any]) -> dict[str, Any]:
    return {
        "__typename": f"WebhookSubscription{kind}Payload",
        "webhookSubscription": one and _show(one),
        "userErrors": list(errors),
    }


def _address(given: Mapping[str, Any]) -> tuple[str | None, dict[str, Any] | None]:
    name = "uri" if given.get("uri") is not None else "callbackUrl"
    uri = given.get(name)
    if uri is None:
        return None, None
    if not str(uri).startswith(("https://", "arn:aws:events:", "pubsub://")):
        protocol = str(uri).partition("://")[0]
        message = f"Address protocol {protocol}:// is not supported"
        return None, user_error("webhookSubscription", name, message=message)
    return str(uri), None


def _create(asked: Asked, *, store: Store) -> dict[str, Any]:
    given, topic = asked["webhookSubscription"], str(asked["topic"])
    uri, error = _address(given)
    if error is None and uri is None:
        error = user_error("webhookSubscription", "uri", message="Address can't be blank")
    elif any(one.topic == topic and one.uri == uri for one in store.subscriptions.values()):
        message = "Address for this topic has already been taken"
        error = user_error("webhookSubscription", "uri", message=message)
    if error is not None or uri is None:
        return _payload("Create", None, *([] if error is None else [error]))
    now = store.now()
    one = Subscription(
        id=store.next_id(),
        topic=topic,
        uri=uri,
        created_at=now,
        updated_at=now,
        filter=given.get("filter"),
        format=str(given.get("format") or "JSON"),
        include_fields=list(given.get("includeFields") or ()),
    )
    store.subscriptions[one.id] = one
    return _payload("Create", one)


def _update(asked: Asked, *, store: Store) -> dict[str, Any]:
    one = store.subscriptions.get(number_of(asked["id"], "WebhookSubscription") or 0)
    if one is None:
        return _payload("Update", None, user_error("id", message="Webhook subscription not found"))
    uri, error = _address(asked["webhookSubscription"])
    if error is not None:
        return _payload("Update", None, error)
    one.uri = uri or one.uri
    one.updated_at = store.now()
    return _payload("Update", one)


def _delete(asked: Asked, *, store: Store) -> dict[str, Any]:
    number = number_of(asked["id"], "WebhookSubscription")
    known = store.subscriptions.pop(number or 0, None)
    missing = user_error("id", message="Webhook subscription does not exist")
    return {
        "__typename": "WebhookSubscriptionDeletePayload",
        "deletedWebhookSubscriptionId": asked["id"] if known else None,
        "userErrors": [] if known else [missing],
    }


def deliver(store: Store, *, secret: str, version: str) -> list[Delivery]:
    """Return what is due since the last call; all topics while there is no subscription."""
    topics = [one.topic.lower() for one in store.subscriptions.values()]
    due: list[Delivery] = []
    while store.announcements:
        told = store.announcements.popleft()
        wanted = topics.count(told.topic.replace("/", "_")) if topics else 1
        due.extend(
            _delivery(told, store=store, secret=secret, version=version) for _ in range(wanted)
        )
    return due


def _delivery(told: Announcement, *, store: Store, secret: str, version: str) -> Delivery:
    body = dump_json(told.body).encode()
    rule = HmacSignature(header="X-Shopify-Hmac-SHA256", secrets=[Secret(secret)])
    name = f"{store.domain}/{told.event}/{store.next_id()}"
    headers = (
        ("Content-Type", "application/json"),
        ("X-Shopify-Topic", told.topic),
        ("X-Shopify-Hmac-SHA256", rule.sign(body)),
        ("X-Shopify-Shop-Domain", store.domain),
        ("X-Shopify-API-Version", version),
        ("X-Shopify-Webhook-Id", str(uuid.uuid5(uuid.NAMESPACE_URL, name))),
        (
            "X-Shopify-Event-Id",
            str(uuid.uuid5(uuid.NAMESPACE_URL, f"{store.domain}/{told.event}")),
        ),
        ("X-Shopify-Triggered-At", _precise(told.at)),
    )
    return headers, body


def _precise(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
