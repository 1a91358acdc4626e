"""The client against what real shops said: recorded answers, and the routes of their document."""

import json
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecomkit.adapters.http import FakeTransport, Kit, Received, Reply, VirtualTime
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.channels import (
    Cancellation,
    ChannelClaim,
    Fulfilment,
    HintKind,
    LineUnits,
    ListingChange,
    ListingState,
    ReadOrder,
    Refund,
    Rejected,
    StockUpdate,
)
from ecomkit.identifiers import ChannelId, CommandKey, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.orders import ChargeKind
from ecomkit.ports import Secret

from .conftest import START, Bench

SHARED = Path(os.environ.get("ECOMKIT_SHARED", Path(__file__).parents[4] / "shared"))
PAYLOADS = SHARED / "payloads" / "woocommerce"
DOCUMENT = SHARED / "specs" / "woocommerce" / "wc-v3.json"
API = "/wp-json/wc/v3"

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the shared payloads are not there: 0 recordings read"
)


def recorded(name: str) -> Any:
    """Return what a recording holds: the body of a recorded answer, or the document itself."""
    found = json.loads((PAYLOADS / f"{name}.json").read_text(), parse_float=Decimal)
    return found["body"] if isinstance(found, dict) and "body" in found else found


def order_rows() -> Iterator[tuple[str, Any]]:
    """Yield every order in the recordings, wherever it stands."""
    if not PAYLOADS.is_dir():
        return
    for path in sorted(PAYLOADS.glob("order*.json")):
        body = recorded(path.stem)
        rows = body if isinstance(body, list) else [body]
        if isinstance(body, dict) and "create" in body:
            rows = [row for part in ("create", "update") for row in body.get(part, ())]
        for place, row in enumerate(rows):
            if isinstance(row, dict) and "line_items" in row and "status" in row:
                yield f"{path.stem}[{place}]", row


def playing(answers: Any) -> WooCommerce:
    """Return a client of a shop that answers by path."""

    def answer(received: Received) -> Reply:
        body = answers(received.path.removeprefix(API), received)
        return Reply.of_json(body, headers=[("X-WP-Total", "1")])

    return WooCommerce(
        ChannelId("woo"),
        url="https://shop.example",
        key=Secret("ck"),
        secret=Secret("cs"),
        currency=Currency.USD,
        webhook_secrets=[Secret("wc_secret")],
        kit=Kit(transport=FakeTransport(answer), time=VirtualTime(START)),
    )


def claim_of(row: Any, refunds: Any = ()) -> ChannelClaim:
    """Return an order as the client reads it."""
    client = playing(lambda path, _: list(refunds) if path.endswith("refunds") else row)
    entry = client.order(str(row["id"]))
    assert isinstance(entry, ReadOrder), entry
    assert entry == client.read_payload(entry.payload)
    return entry.claim


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in order_rows()])
def test_recorded_orders_are_read_to_the_cent(row: Any) -> None:
    """Every recorded order is read, and its parts add up to the total that it names."""
    claim = claim_of(row)
    goods = sum(line.unit_price.amount * line.quantity for line in claim.lines)
    charges = sum(charge.amount.amount for charge in claim.charges)
    assert Money.parse(row["total"], claim.currency) == Money(goods + charges, claim.currency)
    assert str(row["id"]) == claim.number
    assert [line["quantity"] for line in row["line_items"]] == [
        line.quantity for line in claim.lines
    ]


def test_the_recorded_order_is_read_as_it_is() -> None:
    """Units, listings, shipping, payment and version of an order of a real shop."""
    claim = claim_of(recorded("order_get"))
    assert [
        (ListingId("10"), 2, Money(999, Currency.USD), "Widget"),
        (ListingId("11:12"), 1, Money(1900, Currency.USD), "Shirt - S"),
    ] == [(line.listing, line.quantity, line.unit_price, line.title) for line in claim.lines]
    assert [(charge.kind, charge.amount.amount) for charge in claim.charges] == [
        (ChargeKind.SHIPPING, 500)
    ]
    assert (claim.number, claim.name, claim.status) == ("13", "13", ("processing",))
    assert Money(4398, Currency.USD) == claim.paid
    assert claim.version == 1_795_293_629_000_000


def test_the_recorded_refund_is_read_and_counted() -> None:
    """A refund before the order was completed cancels its unit; the rest was shipped."""
    refund = recorded("refund_create")
    claim = claim_of(recorded("order_complete"), [refund])
    assert [(line.cancelled, line.shipped, line.returned) for line in claim.lines] == [
        (1, 1, 0),
        (0, 1, 0),
    ]
    client = playing(
        lambda path, _: [refund] if path.endswith("refunds") else recorded("order_complete")
    )
    [found] = client.refunds("13")
    assert (found.id, found.amount.amount, found.reason) == ("14", 999, "damaged")
    assert (LineUnits(line=LineId("1"), quantity=1),) == found.lines


def test_recorded_batches_are_judged_row_by_row() -> None:
    """An error inside an answer of status 200 refuses its row and no other."""
    client = playing(lambda _, __: recorded("products_batch_update"))
    good, bad = client.push_stock(
        [StockUpdate(listing=ListingId(name), quantity=50) for name in ("10", "99999")]
    )
    assert repr(good.effect) == "Applied()"
    assert isinstance(bad.effect, Rejected)
    assert "woocommerce_rest_product_invalid_id" in bad.effect.reason


def test_recorded_products_are_listings() -> None:
    """Products of real shops become listings with sku, price, stock and state."""
    row = recorded("products_batch_update")["update"][0]
    client = playing(lambda _, __: [row])
    [listing] = client.listings_after(None, page_size=10).listings
    assert (
        listing.id,
        listing.sku_text,
        listing.quantity,
        listing.price and listing.price.amount,
        listing.state,
    ) == ("10", "W-1", 50, 999, ListingState.ON_SALE)


def test_recorded_webhooks_are_verified() -> None:
    """The signature of the vector fits its body, the one of the ping fits the ping."""
    vector = json.loads((PAYLOADS / "webhook_signature_vector.json").read_text())
    body = (PAYLOADS / vector["raw_body_file"]).read_bytes()
    client = playing(None)
    headers = [
        (vector["header"], vector["expected"]),
        ("X-WC-Webhook-Topic", "order.updated"),
        ("X-WC-Webhook-Delivery-ID", "d-1"),
    ]
    hint = client.read_webhook(body, headers=headers)
    assert (HintKind.ORDER, str(json.loads(body)["id"]), "d-1") == (
        hint.kind,
        hint.object_id,
        hint.event_id,
    )
    ping = vector["ping"]
    hint = client.read_webhook(
        ping["raw_body"].encode(), headers=[(vector["header"], ping["expected"])]
    )
    assert (hint.kind, hint.object_id) == (HintKind.OTHER, "1")


# -- requests ---------------------------------------------------------------------------------

OPERATIONS = {
    ("GET", "/orders"),
    ("GET", "/orders/{}"),
    ("PUT", "/orders/{}"),
    ("POST", "/orders/{}/notes"),
    ("GET", "/orders/{}/refunds"),
    ("POST", "/orders/{}/refunds"),
    ("GET", "/products"),
    ("DELETE", "/products/{}"),
    ("POST", "/products/batch"),
    ("GET", "/products/{}/variations"),
    ("POST", "/products/{}/variations/batch"),
    ("GET", "/webhooks"),
    ("POST", "/webhooks"),
    ("PUT", "/webhooks/{}"),
    ("DELETE", "/webhooks/{}"),
    ("GET", "/settings/general/woocommerce_currency"),
    ("GET", "/settings/products/woocommerce_manage_stock"),
    ("GET", "/system_status"),
}
"""All that the client asks for."""

UNDOCUMENTED = {
    ("GET", "/settings/general/woocommerce_currency"),
    ("GET", "/settings/products/woocommerce_manage_stock"),
}
"""Asked for and in neither source: settings are in the vendor's manual, each named by its id."""


UNDOCUMENTED_FIELDS = {"/orders/{}: query dp", "/orders/{}/refunds: body line_items"}
"""The document names ``dp`` for lists only and ``line_items`` as read-only; shops take both."""


class SpecTransport:
    """A shop whose every request is held against the document of its routes."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop
        self.seen: set[tuple[str, str]] = set()
        self.faults: list[str] = []
        self.paths = {
            re.sub(r"\{\w+\}", "{}", path): routes
            for path, routes in json.loads(DOCUMENT.read_text())["paths"].items()
        }
        self.recorded = set(recorded_operations())
        self.transport = FakeTransport(self.answer)

    def answer(self, received: Received) -> Any:
        """Check the request, and let the shop answer."""
        path = template(received.path.removeprefix(API))
        self.seen.add((received.method, path))
        self._check(path, received)
        return self.shop.answer(received)

    def _check(self, path: str, received: Received) -> None:
        route = self.paths.get(path, {}).get(received.method.lower())
        if route is None:
            if (received.method, path) not in self.recorded | UNDOCUMENTED:
                self.faults.append(f"nobody knows {received.method} {path}")
            return
        known = {field["name"] for field in route.get("parameters", ())}
        self.faults += [f"{path}: query {name}" for name, _ in received.query if name not in known]
        if received.method in {"POST", "PUT"}:
            schema = route["requestBody"]["content"]["application/json"]["schema"]
            self.faults += [
                f"{path}: body {name}"
                for name in received.json()
                if name not in schema["properties"]
            ]


def template(path: str) -> str:
    """Return a path with its ids left out."""
    return re.sub(r"/\d+", "/{}", path)


def recorded_operations() -> Iterator[tuple[str, str]]:
    """Yield what was asked of a real shop in the recordings."""
    for path in PAYLOADS.glob("*.json"):
        found = json.loads(path.read_text())
        if isinstance(found, dict) and "request" in found:
            target = found["request"]["path"].partition("?")[0]
            yield found["request"]["method"], template(target.removeprefix(API))


@pytest.mark.skipif(not DOCUMENT.is_file(), reason="the shared document is not there")
def test_all_that_is_asked_for_is_known(bench: Bench) -> None:
    """Each route is in the document or was recorded, and so is each field of query and body."""
    shop, _ = bench()
    spec = SpecTransport(shop)
    _, client = bench(
        {"key": shop.key, "secret": shop.secret, "kit": Kit(transport=spec.transport)}
    )
    mug = shop.put_up("MUG")
    small, _ = shop.put_up_variations(["S", "L"])
    number, other = (shop.sell([(mug, 2, Money(100, Currency.EUR))]) for _ in range(2))
    line = client.order(number).claim.lines[0].id
    one = [LineUnits(line=line, quantity=1)]

    client.push_refund(
        Refund(key=CommandKey("r"), number=number, amount=Money(1, Currency.EUR), lines=one)
    )
    client.push_fulfilment(
        Fulfilment(key=CommandKey("s"), number=number, lines=one, shipped_at=START, tracking="1Z")
    )
    client.push_cancellation(Cancellation(key=CommandKey("c"), number=other))
    client.orders_after(client.orders_after(None, page_size=9).next, page_size=9)
    client.refunds(number)
    client.push_stock([StockUpdate(listing=each, quantity=4) for each in (mug, small)])
    client.read_stock([mug, small])
    client.listings_after(None, page_size=9)
    client.push_listings([ListingChange(listing=mug, sku=Sku("M"), state=ListingState.ENDED)])
    [hook] = client.subscribe(HintKind.STOCK, address="https://hub.example/in")
    client.unsubscribe(hook.id)
    client.check()

    assert set(spec.faults) == UNDOCUMENTED_FIELDS
    assert set() == spec.seen - OPERATIONS


def test_the_refund_is_asked_for_as_it_was_recorded(bench: Bench) -> None:
    """The body has the fields and kinds of the recorded one, and our meta field besides."""
    shop, _ = bench()
    bodies: list[Any] = []

    def answer(received: Received) -> Any:
        if received.method == "POST":
            bodies.append(json.loads(received.body))
        return shop.answer(received)

    _, client = bench(
        {"key": shop.key, "secret": shop.secret, "kit": Kit(transport=FakeTransport(answer))}
    )
    mug = shop.put_up("MUG")
    number = shop.sell([(mug, 2, Money(999, Currency.EUR))])
    lines = [LineUnits(line=client.order(number).claim.lines[0].id, quantity=1)]
    client.push_refund(
        Refund(key=CommandKey("r"), number=number, amount=Money(999, Currency.EUR), lines=lines)
    )
    [body] = bodies
    known = json.loads((PAYLOADS / "refund_create.json").read_text())["request"]["body"]
    assert {"meta_data"} == set(body) - set(known)
    assert {name: type(known[name]) for name in known} == {
        name: type(body[name]) for name in known
    }
    assert {name: type(value) for name, value in known["line_items"][0].items()} == {
        name: type(value) for name, value in body["line_items"][0].items()
    }
