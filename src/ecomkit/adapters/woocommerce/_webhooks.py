"""Webhooks: verified by the shop's secret, read as hints, subscribed to once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ecomkit.adapters.http import (
    Flow,
    NotFoundError,
    Request,
    SignatureError,
    UnreadableJsonError,
    flow,
    parse_json,
    path_of,
)
from ecomkit.adapters.woocommerce._base import WEBHOOK_SIGNATURE, WooCommerceBase, id_of
from ecomkit.adapters.woocommerce._orders import entry_of_delivery, is_whole
from ecomkit.adapters.woocommerce._words import kind_of_topic
from ecomkit.channels import (
    ChannelAnswerError,
    ChannelUnavailableError,
    HintKind,
    Subscription,
    WebhookDelivery,
    WebhookHint,
)
from ecomkit.errors import FieldError

__all__ = ["Webhooks"]

TOPICS: Mapping[HintKind, tuple[str, ...]] = MappingProxyType(
    {
        HintKind.ORDER: ("order.created", "order.updated", "order.deleted", "order.restored"),
        HintKind.REFUND: ("order.updated",),
        HintKind.LISTING: (
            "product.created",
            "product.updated",
            "product.deleted",
            "product.restored",
        ),
        HintKind.STOCK: ("product.updated",),
    }
)
_PING = re.compile(rb"webhook_id=(\d{1,18})")


class Webhooks(WooCommerceBase):
    """The part of the client that is called by the shop."""

    def read_webhook(self, body: bytes, *, headers: Sequence[tuple[str, str]]) -> WebhookHint:
        """
        Verify a delivery and return what it hints at.

        A new webhook is tried with a form that names its id, which shops send without a
        signature: it is a hint at nothing.

        Raises:
            SignatureError: If the delivery is not signed with one of our secrets.
        """
        return self._verified(body, headers)[0]

    def read_delivery(self, body: bytes, *, headers: Sequence[tuple[str, str]]) -> WebhookDelivery:
        """
        Verify a delivery, and return what it hints at with the order that it carries.

        An order with refunds is only hinted at, as is one that was deleted: which units a refund
        is for does not stand in the order. So is a draft, which is no order yet.

        Raises:
            SignatureError: If the delivery is not signed with one of our secrets.
        """
        hint, document = self._verified(body, headers)
        if hint.kind is not HintKind.ORDER or not is_whole(document):
            return WebhookDelivery(hint=hint)
        return WebhookDelivery(hint=hint, entry=entry_of_delivery(self.channel, document, body))

    @flow
    def subscriptions(self) -> Flow[tuple[Subscription, ...]]:
        """Return all webhooks of the shop; a paused or disabled one is not active."""
        rows = yield from self._webhooks()
        return tuple(map(_subscription, rows))

    @flow
    def subscribe(self, kind: HintKind, *, address: str) -> Flow[tuple[Subscription, ...]]:
        """
        Have the shop call *address*; what it gave up calling is woken up.

        Raises:
            FieldError: If the shop has no topic for *kind*, or the client no secret to sign with.
        """
        topics = TOPICS.get(kind)
        if topics is None:
            wanted = f"one of {', '.join(known.name for known in TOPICS)}"
            raise FieldError(owner="subscribe", field="kind", got=kind.name, wanted=wanted)
        if not self.webhook_secrets:
            raise FieldError(
                owner=type(self).__name__,
                field="webhook_secrets",
                got=(),
                wanted="one or more, to tell the shop's calls from others",
            )
        found = []
        for topic in topics:
            row = yield from self._subscribed(topic, address)
            found.append(_subscription(row))
        return tuple(found)

    @flow
    def unsubscribe(self, subscription: str) -> Flow[None]:
        """Delete a webhook; one that is not there is no error."""
        try:
            yield Request.delete(path_of("webhooks", subscription), query={"force": "true"})
        except NotFoundError:
            return

    # -- steps ------------------------------------------------------------------------------

    def _verified(
        self, body: bytes, headers: Sequence[tuple[str, str]]
    ) -> tuple[WebhookHint, Any]:
        """Return what a delivery hints at, and its document; that of a ping is None."""
        names = {name.lower(): value for name, value in headers}
        ping = _PING.fullmatch(body)
        if ping is None or WEBHOOK_SIGNATURE in names:
            if self._signature is None:
                raise SignatureError(why="the client knows no secret of webhooks")
            self._signature.verify(body, headers=headers)
        if ping is not None:
            number = ping[1].decode()
            hint = WebhookHint(
                kind=HintKind.OTHER, object_id=number, event_id=f"ping:{number}", topic="ping"
            )
            return hint, None
        topic = names.get("x-wc-webhook-topic", "")
        document = _document_of(body)
        hint = WebhookHint(
            kind=kind_of_topic(topic),
            object_id=str(document["id"]),
            event_id=names.get("x-wc-webhook-delivery-id") or hashlib.sha256(body).hexdigest(),
            topic=topic,
        )
        return hint, document

    def _webhooks(self) -> Flow[tuple[Any, ...]]:
        return (yield from self._all_rows("/webhooks", query={"status": "all"}))

    def _found(self, topic: str, address: str) -> Flow[Any]:
        rows = yield from self._webhooks()
        ours = [row for row in rows if _is_at(row, topic, address)]
        ours.sort(key=lambda row: row.get("status") != "active")
        return ours[0] if ours else None

    def _subscribed(self, topic: str, address: str) -> Flow[Any]:
        row = yield from self._found(topic, address)
        if row is not None and row.get("status") == "active":
            return row
        secret = self.webhook_secrets[0].reveal()
        if row is not None:
            reply = yield Request.put(
                path_of("webhooks", row["id"]), json={"status": "active", "secret": secret}
            )
            return reply.json()
        try:
            reply = yield Request.post(
                "/webhooks",
                json={
                    "name": f"ecomkit {topic}",
                    "topic": topic,
                    "delivery_url": address,
                    "secret": secret,
                    "status": "active",
                },
            )
        except (ChannelUnavailableError, ChannelAnswerError):
            row = yield from self._found(topic, address)
            if row is None:
                raise
            return row
        return reply.json()


def _is_at(row: Any, topic: str, address: str) -> bool:
    return (
        id_of(row) is not None and row.get("topic") == topic and row.get("delivery_url") == address
    )


def _subscription(row: Mapping[str, Any]) -> Subscription:
    topic = str(row["topic"])
    return Subscription(
        id=str(row["id"]),
        kind=kind_of_topic(topic),
        topic=topic,
        address=str(row["delivery_url"]),
        is_active=row.get("status") == "active",
    )


def _document_of(body: bytes) -> dict[str, Any]:
    try:
        document = parse_json(body)
    except UnreadableJsonError:
        document = None
    if document is None or id_of(document) is None:
        raise FieldError(
            owner="webhook", field="body", got=body[:40], wanted="a document with an id"
        )
    found: dict[str, Any] = document
    return found
