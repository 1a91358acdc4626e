"""The examples receive webhooks for real: each event once, forged ones never."""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from webhooks.inbox import BODY_BYTES_MAX, Inbox, drain

from ecomkit.adapters.memory import ChannelFaults, MemoryChannel, SoldLine
from ecomkit.adapters.shopify import Shopify
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.channels import HintKind, PageEntry, ReadOrder, WebhookHint, WebhookSource
from ecomkit.identifiers import ChannelId, LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.ports import ManualClock, Secret

Headers: TypeAlias = Sequence[tuple[str, str]]
Post: TypeAlias = Callable[[str, bytes, Headers], tuple[int, bytes]]
"""POST to a path: the status and the body of the answer."""

Delivery: TypeAlias = tuple[str, bytes, Headers]

SECRET = Secret("hush")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def clients() -> dict[str, WebhookSource]:
    """Return the clients of two shops."""
    return {
        "corner": Shopify(
            ChannelId("corner"),
            shop="corner.myshopify.com",
            token=Secret("t"),
            location="1",
            webhook_secrets=[SECRET],
        ),
        "mill": WooCommerce(
            ChannelId("mill"),
            url="https://mill.example",
            key=Secret("ck_1"),
            secret=Secret("cs_1"),
            currency=Currency.EUR,
            webhook_secrets=[SECRET],
        ),
    }


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    """Return an empty inbox."""
    return Inbox(tmp_path / "inbox.db")


# -- the three frameworks, each with its own test client ------------------------------------------


def in_fastapi(inbox: Inbox) -> Post:
    """Return a caller of the FastAPI application."""
    pytest.importorskip("fastapi", reason="FastAPI is not installed")
    httpx = pytest.importorskip("httpx")
    import asyncio  # noqa: PLC0415 (only here)

    from webhooks.fastapi_app import application  # noqa: PLC0415 (only where it is installed)

    app = application(clients(), inbox=inbox)

    def post(path: str, body: bytes, headers: Headers) -> tuple[int, bytes]:
        async def call() -> tuple[int, bytes]:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                reply = await client.post(path, content=body, headers=list(headers))
                return reply.status_code, reply.content

        return asyncio.run(call())

    return post


def in_flask(inbox: Inbox) -> Post:
    """Return a caller of the Flask application."""
    pytest.importorskip("flask", reason="Flask is not installed")
    from webhooks.flask_app import application  # noqa: PLC0415 (only where it is installed)

    client = application(clients(), inbox=inbox).test_client()

    def post(path: str, body: bytes, headers: Headers) -> tuple[int, bytes]:
        reply = client.post(path, data=body, headers=list(headers))
        return reply.status_code, reply.get_data()

    return post


def in_django(inbox: Inbox) -> Post:
    """Return a caller of the Django view, without a project around it."""
    django = pytest.importorskip("django", reason="Django is not installed")
    from django.conf import settings  # noqa: PLC0415 (only where it is installed)

    if not settings.configured:
        settings.configure(
            ROOT_URLCONF="webhooks.django_app",
            ALLOWED_HOSTS=["testserver"],
            MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
            DATA_UPLOAD_MAX_MEMORY_SIZE=BODY_BYTES_MAX,
        )
        django.setup()
    from django.test import Client, override_settings  # noqa: PLC0415 (after the settings)

    client = Client(enforce_csrf_checks=True)

    def post(path: str, body: bytes, headers: Headers) -> tuple[int, bytes]:
        # As WSGI servers do with two headers of one name.
        joined: dict[str, str] = {}
        for name, text in headers:
            joined[name] = f"{joined[name]},{text}" if name in joined else text
        with override_settings(ECOMKIT_CLIENTS=clients(), ECOMKIT_INBOX=inbox):
            reply = client.post(path, body, content_type="application/json", headers=joined)
        return reply.status_code, reply.content

    return post


@pytest.fixture(params=[in_fastapi, in_flask, in_django], ids=["fastapi", "flask", "django"])
def post(request: pytest.FixtureRequest, inbox: Inbox) -> Post:
    """Return a caller of one of the applications."""
    made: Post = request.param(inbox)
    return made


# -- what the two vendors send --------------------------------------------------------------------


def signature(body: bytes) -> str:
    """Return what both vendors sign a body with."""
    return base64.b64encode(hmac.digest(b"hush", body, hashlib.sha256)).decode()


def from_shopify(topic: str, document: object, *, event: str) -> Delivery:
    """Return a call of Shopify's."""
    body = json.dumps(document).encode()
    headers = [
        ("X-Shopify-Topic", topic),
        ("X-Shopify-Shop-Domain", "corner.myshopify.com"),
        ("X-Shopify-Webhook-Id", f"delivery-{event}"),
        ("X-Shopify-Event-Id", event),
        ("X-Shopify-Hmac-Sha256", signature(body)),
    ]
    return "/webhooks/corner", body, headers


def from_woocommerce(topic: str, document: object, *, event: str) -> Delivery:
    """Return a call of WooCommerce's."""
    body = json.dumps(document).encode()
    headers = [
        ("X-WC-Webhook-Topic", topic),
        ("X-WC-Webhook-Delivery-ID", event),
        ("X-WC-Webhook-Signature", signature(body)),
    ]
    return "/webhooks/mill", body, headers


CALLS = [
    from_shopify("orders/create", {"id": 1001}, event="e1"),
    from_shopify("orders/updated", {"id": 1001}, event="e2"),
    from_shopify("orders/updated", {"id": 1002}, event="e3"),
    from_woocommerce("order.created", {"id": 1001}, event="e1"),
    from_woocommerce("order.updated", {"id": 7}, event="w2"),
]
WAITING = {
    ("corner", HintKind.ORDER, "1001"),
    ("corner", HintKind.ORDER, "1002"),
    ("mill", HintKind.ORDER, "1001"),
    ("mill", HintKind.ORDER, "7"),
}


def kept(inbox: Inbox) -> set[tuple[str, HintKind, str]]:
    """Return what waits in the inbox."""
    return {(shop, kind, name) for shop, kind, name, _ in inbox.waiting()}


@pytest.mark.parametrize("seed", range(3))
def test_each_event_is_kept_once(post: Post, inbox: Inbox, seed: int) -> None:
    """Calls that are repeated and shuffled lead to one entry an event."""
    calls = CALLS * 3
    random.Random(seed).shuffle(calls)  # noqa: S311 (no secret)

    assert {post(*call) for call in calls} == {(200, b"")}
    assert kept(inbox) == WAITING
    # Five events, two of them about one order: no row beyond them.
    assert max(place for *_, place in inbox.waiting()) == len(CALLS)


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda body, headers: (body + b" ", headers), id="another body"),
        pytest.param(lambda body, headers: (body, headers[:-1]), id="no signature"),
        pytest.param(
            lambda body, headers: (body, [*headers[:-1], (headers[-1][0], "bm8=")]),
            id="another signature",
        ),
        pytest.param(
            lambda body, headers: (body, [*headers, (headers[-1][0], "bm8=")]),
            id="two signatures",
        ),
    ],
)
@pytest.mark.parametrize("call", [CALLS[0], CALLS[3]], ids=["shopify", "woocommerce"])
def test_forged_calls_leave_nothing(
    post: Post,
    inbox: Inbox,
    call: Delivery,
    forge: Callable[[bytes, Headers], tuple[bytes, Headers]],
) -> None:
    """A call that is not signed by the shop is answered 401, with nothing else, and not kept."""
    path, body, headers = call

    assert post(path, *forge(body, headers)) == (401, b"")
    assert kept(inbox) == set()


def test_a_call_for_another_shop_leaves_nothing(post: Post, inbox: Inbox) -> None:
    """One signed by the same application for another shop is none of ours; no name, no shop."""
    path, body, headers = CALLS[0]
    others = [
        (name, "other.myshopify.com" if name == "X-Shopify-Shop-Domain" else text)
        for name, text in headers
    ]

    assert post(path, body, others) == (401, b"")
    assert post("/webhooks/nobody", body, headers)[0] == 404
    assert kept(inbox) == set()


def test_a_ping_that_nobody_signed_is_answered_and_not_kept(post: Post, inbox: Inbox) -> None:
    """WooCommerce tries a new address out without a signature."""
    assert post("/webhooks/mill", b"webhook_id=12", []) == (200, b"")
    assert kept(inbox) == set()


def test_a_huge_body_is_not_read(post: Post, inbox: Inbox) -> None:
    """Beyond the limit the answer is 413, signed or not."""
    path, body, headers = from_shopify(
        "orders/create", {"id": 1, "x": "y" * BODY_BYTES_MAX}, event="e"
    )

    assert post(path, body, headers)[0] == 413
    assert kept(inbox) == set()


def test_what_is_signed_and_no_document_is_a_bad_request(post: Post, inbox: Inbox) -> None:
    """A body that is no JSON is refused, though the shop signed it."""
    _, _, headers = CALLS[0]
    signed = [*headers[:-1], (headers[-1][0], signature(b"{"))]

    assert post("/webhooks/corner", b"{", signed) == (400, b"")
    assert kept(inbox) == set()


def test_requests_about_people_are_kept_for_somebody(post: Post, inbox: Inbox) -> None:
    """The topics of the data protection law are answered, and come to whoever attends to them."""
    person = {"customer": {"id": 5}, "orders_to_redact": []}
    for event, topic in enumerate(("customers/data_request", "customers/redact", "shop/redact")):
        document = {"shop_id": 1} if topic == "shop/redact" else person
        assert post(*from_shopify(topic, document, event=str(event))) == (200, b"")

    attended: list[tuple[str, HintKind, str]] = []
    drain(inbox, {}, take=lambda *_: None, attend=lambda *row: attended.append(row))
    assert ("corner", HintKind.ACCESS, "5") in attended
    assert ("corner", HintKind.ERASURE, "5") in attended
    assert len(attended) == 3
    assert kept(inbox) == set()


# -- the worker -----------------------------------------------------------------------------------


def hint(event: str, number: str = "1001") -> WebhookHint:
    """Return a hint at an order."""
    return WebhookHint(kind=HintKind.ORDER, object_id=number, event_id=event)


def test_the_worker_reads_each_order_once(inbox: Inbox) -> None:
    """Many hints at one order are one call; it is read as it is now, and no second time."""
    etsy = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON))
    price = Money(500, Currency.EUR)
    line = SoldLine(id=LineId("1"), listing=ListingId("L"), quantity=1, unit_price=price)
    etsy.sell("1001", [line], placed_at=NOON)
    taken: list[PageEntry] = []

    def take(shop: str, entry: PageEntry) -> None:
        taken.append(entry)
        # It changes while it is being taken in.
        if len(taken) == 1:
            inbox.put(shop, hint("e3"))

    def work() -> int:
        return drain(inbox, {"etsy": etsy}, take=take, attend=lambda *_: None)

    inbox.put("etsy", hint("e1"))
    inbox.put("etsy", hint("e2"))
    inbox.put("etsy", hint("e4", "gone"))
    assert [work(), work(), work()] == [2, 1, 0]
    assert [entry.claim.number for entry in taken if isinstance(entry, ReadOrder)] == ["1001"] * 2


def test_what_a_shop_cannot_answer_waits(inbox: Inbox) -> None:
    """While a shop is away its hints stay, and the next run tries again."""
    away = ChannelFaults(seed=1, unavailable=0.999_999)
    etsy = MemoryChannel(ChannelId("etsy"), clock=ManualClock(NOON), faults=away)
    inbox.put("etsy", hint("e1"))

    assert drain(inbox, {"etsy": etsy}, take=lambda *_: None, attend=lambda *_: None) == 0
    assert kept(inbox) == {("etsy", HintKind.ORDER, "1001")}
