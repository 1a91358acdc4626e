"""Being called by Shopify: who called, what about; and asking to be called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ecomkit.adapters.http import DuplicateKeys, Flow, Repeat, SignatureError, flow, parse_json
from ecomkit.adapters.shopify._base import ShopifyBase
from ecomkit.adapters.shopify._documents import SUBSCRIBE, SUBSCRIPTIONS, UNSUBSCRIBE
from ecomkit.adapters.shopify._names import Node, gid, is_number, name_of, number_of_gid
from ecomkit.adapters.shopify._rest_order import rest_claim
from ecomkit.adapters.shopify._topics import TOPICS, kind_of_topic
from ecomkit.channels import (
    HintKind,
    Payload,
    Subscription,
    WebhookDelivery,
    WebhookHint,
    entry_of,
    identity,
)
from ecomkit.errors import FieldError, InputError
from ecomkit.timeline import instant

__all__ = ["WebhookFlows"]

HEADER_LENGTH_MAX = 512
ORDER_LISTS = frozenset({"line_items", "fulfillments", "refunds"})


class WebhookFlows(ShopifyBase):
    """The flows of a webhook source and subscriber."""

    def read_webhook(self, body: bytes, *, headers: Sequence[tuple[str, str]]) -> WebhookHint:
        """
        Verify the call and return what it hints at.

        An application's secret is the same for all of its shops, so the shop is compared too.
        For orders, their refunds and their returns the object is the number of the order; for
        stock the inventory item, for listings the product.

        Raises:
            SignatureError: If it is not from Shopify, or for another shop.
            UnreadableJsonError: If the body is no JSON, or one that can be read in two ways.
        """
        return self._verified(body, headers)[0]

    def read_delivery(self, body: bytes, *, headers: Sequence[tuple[str, str]]) -> WebhookDelivery:
        """
        Verify the call, and return what it hints at with the order that it carries.

        A test order is only hinted at where test orders are left out.

        Raises:
            SignatureError: If it is not from Shopify, or for another shop.
            UnreadableJsonError: If the body is no JSON, or one that can be read in two ways.
        """
        hint, document = self._verified(body, headers)
        if (
            hint.kind is not HintKind.ORDER
            or not _is_whole_order(document)
            or not self._is_wanted(document)
        ):
            return WebhookDelivery(hint=hint)
        customer = document.get("customer")
        payload = Payload(
            channel=self.channel,
            object_id=hint.object_id,
            # Its JSON was read, so it is UTF-8.
            text=body.decode("utf-8-sig"),
            subject=name_of(customer.get("id")) if isinstance(customer, dict) else None,
        )
        entry = entry_of(payload, document, rest_claim(self.channel))
        return WebhookDelivery(hint=hint, entry=entry)

    @flow
    def subscriptions(self) -> Flow[tuple[Subscription, ...]]:
        """Return this application's subscriptions in this shop."""
        nodes = yield from self._ask_all(SUBSCRIPTIONS, "webhookSubscriptions")
        return tuple(map(_subscription, nodes))

    @flow
    def subscribe(self, kind: HintKind, *, address: str) -> Flow[tuple[Subscription, ...]]:
        """
        Have Shopify call *address* when something of *kind* changes; twice counts once.

        Raises:
            FieldError: If Shopify has no such topics for one shop.
            RequestRefusedError: If Shopify does not take the address.
        """
        topics = TOPICS.get(kind)
        if topics is None:
            wanted = f"one of {', '.join(sorted(one.name for one in TOPICS))}"
            raise FieldError(owner="subscribe", field="kind", got=kind.name, wanted=wanted)
        known = yield from self._subscribed(topics, address)
        errors: list[Node] = []
        for topic in topics:
            if topic not in {one.topic for one in known}:
                # Sent twice, the second one is refused: address and topic are there already.
                data = yield from self._ask(
                    SUBSCRIBE, repeat=Repeat.AT_WILL, topic=topic, webhook={"uri": address}
                )
                errors += data["webhookSubscriptionCreate"]["userErrors"]
        made = yield from self._subscribed(topics, address)
        if {one.topic for one in made} != set(topics):
            raise self._refused("subscribe", errors)
        return made

    @flow
    def unsubscribe(self, subscription: str) -> Flow[None]:
        """End a subscription, by its id; one that is not there is no error."""
        if not is_number(subscription):
            return
        data = yield from self._ask(
            UNSUBSCRIBE, repeat=Repeat.AT_WILL, id=gid("WebhookSubscription", subscription)
        )
        errors = data["webhookSubscriptionDelete"]["userErrors"]
        if errors:
            left = yield from self._ask_all(SUBSCRIPTIONS, "webhookSubscriptions")
            if subscription in {number_of_gid(node["id"]) for node in left}:
                raise self._refused("unsubscribe", errors)

    def _verified(
        self, body: bytes, headers: Sequence[tuple[str, str]]
    ) -> tuple[WebhookHint, Any]:
        """Return what a call hints at, and its document."""
        if self._signature is None:
            raise SignatureError(why="the client was given no webhook secret")
        self._signature.verify(body, headers=headers)
        names = [(name.lower(), value) for name, value in headers]
        topic = _header(names, "X-Shopify-Topic")
        shop = _header(names, "X-Shopify-Shop-Domain")
        if shop.lower() != self._shop:
            raise SignatureError(why="it is about another shop")
        kind = kind_of_topic(topic)
        document = parse_json(body, duplicates=DuplicateKeys.REFUSED)
        delivery = _header(names, "X-Shopify-Webhook-Id")
        # Two deliveries of one event share the event's id; old versions name the delivery only.
        event = _header_if(names, "X-Shopify-Event-Id")
        sent_at = _header_if(names, "X-Shopify-Triggered-At")
        hint = WebhookHint(
            kind=kind,
            object_id=_object_of(kind, document) or shop,
            event_id=event or delivery,
            topic=topic,
            sent_at=None if sent_at is None else _instant_if(sent_at),
        )
        return hint, document

    def _subscribed(self, topics: Sequence[str], address: str) -> Flow[tuple[Subscription, ...]]:
        nodes = yield from self._ask_all(SUBSCRIPTIONS, "webhookSubscriptions")
        return tuple(
            _subscription(node)
            for node in nodes
            if node["topic"] in topics and node["uri"] == address
        )


def _subscription(node: Node) -> Subscription:
    return Subscription(
        id=number_of_gid(node["id"]),
        kind=kind_of_topic(node["topic"]),
        topic=node["topic"],
        address=node["uri"],
    )


def _is_whole_order(document: Any) -> bool:
    """Whether a call carries all of an order: a subscription may leave fields out."""
    return isinstance(document, dict) and document.keys() >= ORDER_LISTS


def _object_of(kind: HintKind, document: Any) -> str | None:
    """Return what the call is about; None for the shop as a whole, or if it does not say."""
    if not isinstance(document, dict):
        return None
    owner: Any = document
    name = "id"
    if kind is HintKind.STOCK:
        name = "inventory_item_id"
    elif kind in {HintKind.ERASURE, HintKind.ACCESS}:
        owner = document.get("customer")
    elif kind in {HintKind.ORDER, HintKind.REFUND, HintKind.RETURN}:
        if document.get("order_id") is not None:
            name = "order_id"
        elif isinstance(document.get("order"), dict):
            owner = document["order"]
        elif kind is not HintKind.ORDER:
            return None
    try:
        return identity(owner[name]) or None
    except (TypeError, ValueError, LookupError):
        return None


def _header_if(headers: Sequence[tuple[str, str]], name: str) -> str | None:
    """Return the header called *name*, of *headers* whose names are in small letters."""
    key = name.lower()
    found = [value for header, value in headers if header == key]
    if not found:
        return None
    # Two of one kind could be read differently by a proxy and by us.
    if len(found) > 1 or not 0 < len(found[0]) <= HEADER_LENGTH_MAX:
        raise SignatureError(why=f"one header {name} is wanted, there are {len(found)}")
    return found[0]


def _header(headers: Sequence[tuple[str, str]], name: str) -> str:
    found = _header_if(headers, name)
    if found is None:
        raise SignatureError(why=f"one header {name} is wanted, there is none")
    return found


def _instant_if(text: str) -> datetime | None:
    try:
        return instant(text)
    except InputError:
        return None
