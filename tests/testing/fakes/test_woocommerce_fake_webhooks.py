"""The fake shop tells its subscribers as WooCommerce does."""

import json
from collections import Counter
from typing import Any

import pytest
from woocommerce_calls import (
    ask,
    got,
    post,
    put,
    refused,
    shop,
    sold,
)

from ecomkit.adapters.http import (
    HmacSignature,
)
from ecomkit.ports import Secret
from ecomkit.testing.fakes.woocommerce import WooCommerceFake


class TestWebhooks:
    """Subscriptions and deliveries."""

    def subscribe(self, fake: WooCommerceFake, topic: str, **body: Any) -> Any:
        """Subscribe and take the ping away."""
        body = {"topic": topic, "delivery_url": "https://hub.example/x", "secret": "s3", **body}
        document = post(fake, "/webhooks", body)
        fake.webhooks()
        return document

    def test_a_new_subscription_is_pinged_by_a_form(self) -> None:
        """The ping is no JSON and has no signature; the secret is never shown."""
        fake = shop()
        body = {"topic": "order.created", "delivery_url": "https://hub.example", "secret": "s3"}
        document = post(fake, "/webhooks", body)
        assert "secret" not in document
        ((headers, ping),) = fake.webhooks()
        assert ping == f"webhook_id={document['id']}".encode()
        assert dict(headers)["Content-Type"] == "application/x-www-form-urlencoded"
        assert fake.webhooks() == ()

    def test_an_update_is_told_several_times_also_of_a_new_order(self) -> None:
        """Each delivery is signed, has its own id, and holds the order as it is by then."""
        fake = shop()
        self.subscribe(fake, "order.updated")
        self.subscribe(fake, "order.created")
        number, _ = sold(fake, 1)
        fake.cancel(number)
        rule = HmacSignature(header="X-WC-Webhook-Signature", secrets=[Secret("s3")])
        topics, ids = [], set()
        for headers, body in fake.webhooks():
            rule.verify(body, headers=headers)
            topics.append(dict(headers)["X-WC-Webhook-Topic"])
            ids.add(dict(headers)["X-WC-Webhook-Delivery-ID"])
            assert json.loads(body)["status"] == "cancelled"
        assert Counter(topics) == {"order.updated": 4, "order.created": 1}
        assert len(ids) == 5

    def test_a_deleted_order_is_told_by_its_id(self) -> None:
        """And what is gone by the delivery of its update is an error in the body."""
        fake = shop()
        self.subscribe(fake, "order.deleted")
        self.subscribe(fake, "order.updated")
        number, _ = sold(fake, 1)
        fake.webhooks()
        fake.touch(number)
        ask(fake, "DELETE", f"/orders/{number}", query={"force": "true"})
        bodies = [json.loads(body) for _, body in fake.webhooks()]
        assert bodies[-1] == {"id": int(number)}
        assert bodies[0]["code"] == "woocommerce_rest_shop_order_invalid_id"

    def test_a_paused_subscription_is_not_told(self) -> None:
        """It is told again when it is active again, of what happens then."""
        fake = shop()
        path = f"/webhooks/{self.subscribe(fake, 'product.updated')['id']}"
        mug = fake.put_up("MUG")
        put(fake, path, {"status": "paused"})
        fake.show(mug, 1)
        assert fake.webhooks() == ()
        put(fake, path, {"status": "active"})
        fake.show(mug, 2)
        ((_, body),) = fake.webhooks()
        assert json.loads(body)["stock_quantity"] == 2

    def test_failures_in_a_row_disable_it(self) -> None:
        """A success in between starts the count again."""
        fake = shop()
        number = self.subscribe(fake, "order.updated")["id"]
        for statuses, word in (
            ([500] * 5, "active"),
            ([200, *[404] * 5], "active"),
            ([404], "disabled"),
        ):
            for status in statuses:
                fake.webhook_answered(number, status=status)
            assert got(fake, f"/webhooks/{number}")["status"] == word

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"topic": "order.created"}, "rest_missing_callback_param"),
            (
                {"topic": "order.eaten", "delivery_url": "https://x.example"},
                "woocommerce_rest_shop_webhook_invalid_topic",
            ),
            (
                {"topic": "order.created", "delivery_url": "ftp://x.example"},
                "woocommerce_rest_shop_webhook_invalid_delivery_url",
            ),
        ],
    )
    def test_a_subscription_that_makes_no_sense_is_refused(
        self, body: dict[str, str], code: str
    ) -> None:
        """Each fault has its code."""
        fake = shop()
        assert refused(ask(fake, "POST", "/webhooks", body=body)) == (400, code)
        assert got(fake, "/webhooks") == []

    def test_subscriptions_end_by_force(self) -> None:
        """There is no bin for them."""
        fake = shop()
        path = f"/webhooks/{self.subscribe(fake, 'order.updated')['id']}"
        assert ask(fake, "DELETE", path).status == 501
        assert ask(fake, "DELETE", path, query={"force": "true"}).status == 200
        assert got(fake, "/webhooks") == []
