"""Subscriptions, and the deliveries that they owe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ecomkit.adapters.http import HmacSignature, dump_json
from ecomkit.ports import Secret
from ecomkit.testing.fakes.woocommerce._calls import Answer, Call, batch
from ecomkit.testing.fakes.woocommerce._errors import (
    WooRefusalError,
    invalid_param,
    missing_params,
)
from ecomkit.testing.fakes.woocommerce._lists import listed
from ecomkit.testing.fakes.woocommerce._shapes import API, webhook_document
from ecomkit.testing.fakes.woocommerce._shop import Shop
from ecomkit.testing.fakes.woocommerce._values import Webhook

__all__ = ["FAILURES_MAX", "Webhooks"]

FAILURES_MAX = 5
STATUSES = ("active", "paused", "disabled")
RESOURCES = ("coupon", "customer", "order", "product")
EVENTS = ("created", "updated", "deleted", "restored")
USER_AGENT = "WooCommerce/11.0.1 Hookshot (WordPress/7.1)"

Delivery = tuple[tuple[tuple[str, str], ...], bytes]


class Webhooks:
    """
    The subscriptions of a shop.

    Args:
        show: The document of what a topic is about, as it is when it is delivered.
    """

    def __init__(self, shop: Shop, *, show: Callable[[str, int], dict[str, Any]]) -> None:
        self.shop = shop
        self._show = show
        self._due: list[tuple[Webhook, str, int]] = []

    def list(self, call: Call) -> Answer:
        """List subscriptions."""
        status = call.params.choice("status", ("all", *STATUSES))
        rows = [
            webhook for webhook in self.shop.webhooks.values() if status in ("all", webhook.status)
        ]
        page = listed(
            rows,
            call.params,
            address=f"{self.shop.base}{API}/webhooks",
            zone=self.shop.zone,
            keys={"title": lambda row: row.name},
        )
        return Answer(
            document=[webhook_document(self.shop, row) for row in page.rows],
            headers=page.headers,
        )

    def read(self, call: Call) -> Answer:
        """Show one subscription."""
        return Answer(document=webhook_document(self.shop, self._found(call.ids[0], status=404)))

    def create(self, call: Call) -> Answer:
        """Subscribe; the address gets a ping."""
        return Answer(document=self._create(call.body), status=201)

    def update(self, call: Call) -> Answer:
        """Change a subscription: its address, its secret, or whether it is active."""
        return Answer(document=self._update(call.ids[0], call.body))

    def delete(self, call: Call) -> Answer:
        """End a subscription; there is no bin for it."""
        webhook = self._found(call.ids[0], status=404)
        if not call.params.flag("force"):
            raise WooRefusalError(
                "woocommerce_rest_trash_not_supported",
                "Webhooks do not support trashing.",
                status=501,
            )
        return Answer(document=self._destroy(webhook.id))

    def batch(self, call: Call) -> Answer:
        """Do many changes to subscriptions."""
        return batch(call.body, create=self._create, update=self._update, delete=self._destroy)

    def happened(self, topic: str, number: int) -> None:
        """Owe a delivery to all who subscribed to *topic*."""
        for webhook in self.shop.webhooks.values():
            if webhook.status == "active" and webhook.topic == topic:
                self._due.append((webhook, topic, number))

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return what is owed, with the documents as they are now, and owe it no more."""
        due, self._due = self._due, []
        return tuple(self._delivery(*each) for each in due)

    def answered(self, number: int, *, status: int) -> None:
        """Take down how a receiver answered; too many failures in a row disable it."""
        webhook = self._found(number, status=404)
        if 200 <= status < 300 or status in (301, 302):  # noqa: PLR2004 (HTTP)
            self.shop.webhooks[number] = attrs.evolve(webhook, failures=0)
        elif webhook.failures >= FAILURES_MAX:
            self.shop.webhooks[number] = attrs.evolve(webhook, status="disabled")
        else:
            self.shop.webhooks[number] = attrs.evolve(webhook, failures=webhook.failures + 1)

    def _delivery(self, webhook: Webhook, topic: str, number: int) -> Delivery:
        if topic == "ping":
            form = ("Content-Type", "application/x-www-form-urlencoded")
            return (("User-Agent", USER_AGENT), form), f"webhook_id={number}".encode()
        body = dump_json(self._payload(topic, number)).encode()
        resource, _, event = topic.partition(".")
        rule = HmacSignature(header="X-WC-Webhook-Signature", secrets=[Secret(webhook.secret)])
        return (
            ("User-Agent", USER_AGENT),
            ("Content-Type", "application/json"),
            ("X-WC-Webhook-Source", f"{self.shop.base}/"),
            ("X-WC-Webhook-Topic", topic),
            ("X-WC-Webhook-Resource", resource),
            ("X-WC-Webhook-Event", event),
            (rule.header, rule.sign(body)),
            ("X-WC-Webhook-ID", str(webhook.id)),
            ("X-WC-Webhook-Delivery-ID", f"{self.shop.number('delivery'):032x}"),
        ), body

    def _payload(self, topic: str, number: int) -> dict[str, Any]:
        if topic.endswith(".deleted"):
            return {"id": number}
        try:
            return self._show(topic, number)
        except WooRefusalError as refusal:  # gone since
            return refusal.document()

    def _found(self, number: int, *, status: int) -> Webhook:
        webhook = self.shop.webhooks.get(number)
        if webhook is None:
            raise WooRefusalError(
                "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.", status=status
            )
        return webhook

    def _create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        missing = [name for name in ("topic", "delivery_url") if not body.get(name)]
        if missing:
            raise missing_params(*missing)
        number = self.shop.number("webhook")
        webhook = Webhook(
            id=number,
            name=str(body.get("name") or f"Webhook created on {self.shop.now():%b %d, %Y}"),
            topic="",
            delivery_url="",
            secret=f"made-up-{number}",
            created=self.shop.now(),
        )
        webhook = self._written(webhook, body)
        self.shop.webhooks[number] = webhook
        if webhook.status == "active":
            self._due.append((webhook, "ping", number))
        return webhook_document(self.shop, webhook)

    def _update(self, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
        webhook = self._written(self._found(number, status=400), body)
        webhook = attrs.evolve(webhook, changed=self.shop.now())
        self.shop.webhooks[number] = webhook
        return webhook_document(self.shop, webhook)

    def _destroy(self, number: int) -> dict[str, Any]:
        document = webhook_document(self.shop, self._found(number, status=404))
        del self.shop.webhooks[number]
        return document

    def _written(self, webhook: Webhook, body: Mapping[str, Any]) -> Webhook:
        changes: dict[str, Any] = {
            name: str(body[name])
            for name in ("name", "topic", "delivery_url", "secret", "status")
            if body.get(name)
        }
        resource, _, event = changes.get("topic", "order.created").partition(".")
        if resource not in (*RESOURCES, "action") or (
            resource != "action" and event not in EVENTS
        ):
            raise WooRefusalError(
                "woocommerce_rest_shop_webhook_invalid_topic",
                "Webhook topic is required and must be valid.",
                status=400,
            )
        if not changes.get("delivery_url", "http://").startswith(("http://", "https://")):
            raise WooRefusalError(
                "woocommerce_rest_shop_webhook_invalid_delivery_url",
                "Webhook delivery URL must be a valid URL starting with http:// or https://.",
                status=400,
            )
        if changes.get("status", "active") not in STATUSES:
            why = f"status is not one of {', '.join(STATUSES)}."
            raise invalid_param("status", why, code="rest_not_in_enum")
        if changes.get("status") == "active":
            return attrs.evolve(webhook, failures=0, **changes)
        return attrs.evolve(webhook, **changes)
