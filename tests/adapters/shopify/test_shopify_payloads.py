"""Every payload of Shopify's that was ever recorded is read rightly, or refused for what it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from shopify_helpers import SHARED, make_client

from ecomkit.adapters.http import HmacSignature, Reply, SignatureError, Verdict, graphql_request
from ecomkit.channels import Payload, ReadOrder, UnreadableOrder
from ecomkit.identifiers import ChannelId
from ecomkit.money import Currency, Money
from ecomkit.orders import Charge, ChargeKind, PaymentState, Taxation
from ecomkit.ports import Secret

FOLDER = SHARED / "payloads" / "shopify"
FILES = sorted(FOLDER.glob("*.json"))
CALL = graphql_request("/graphql.json", document="query A { shop { id } }")

needs_payloads = pytest.mark.skipif(not FILES, reason="the recorded payloads are not here")


def load(name: str) -> Any:
    """Return a recorded payload."""
    return json.loads((FOLDER / name).read_text())


def replies(path: Path) -> list[Reply]:
    """Return the GraphQL answers that a file holds."""
    held = json.loads(path.read_text())
    if isinstance(held, dict):
        return [Reply(status=200, body=path.read_bytes())]
    return [Reply.of_json(one["response"], status=one["status"]) for one in held]


VERDICTS: Mapping[str, Verdict] = {
    "graphql_access_denied_200.json": Verdict.FORBIDDEN,
    "graphql_inventoryLevels_200.json": Verdict.ACCEPTED,
    "graphql_inventorySetQuantities_200.json": Verdict.ACCEPTED,
    "graphql_order_null_200.json": Verdict.ACCEPTED,
    "graphql_throttled_200.json": Verdict.THROTTLED,
    "graphql_webhookSubscriptions_200.json": Verdict.ACCEPTED,
}


@needs_payloads
@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_answers_are_judged(name: str) -> None:
    """An answer of status 200 means what it says inside, and says what is left of the allowance."""
    client = make_client()
    for reply in replies(FOLDER / name):
        assert VERDICTS[name] is client.verdict_on(CALL, reply)
        told = client.told_by(CALL, reply)
        if "extensions" not in reply.json():
            assert told == ()
        else:
            assert [(one.per_second, one.burst) for one in told] == [(200.0, 4_000)]


@needs_payloads
def test_the_order_of_the_rest_interface() -> None:
    """Its number, money, units and words are read; a fulfilment that failed has shipped nothing."""
    text = (FOLDER / "rest_order.json").read_text()
    payload = Payload(channel=ChannelId("corner"), object_id="450789469", text=text)
    entry = make_client().read_payload(payload)
    assert isinstance(entry, ReadOrder), entry
    claim = entry.claim
    assert (claim.number, claim.name, claim.buyer) == ("450789469", "#1001", "207119551")
    price = Money.parse("199.00", Currency.USD)
    assert [
        ("466157049", "39072856", 1, price, 0),
        ("518995019", "49148385", 1, price, 0),
        ("703073504", "457924702", 1, price, 0),
    ] == [
        (line.id, line.listing, line.quantity, line.unit_price, line.shipped)
        for line in claim.lines
    ]
    assert claim.charges == (
        Charge(
            kind=ChargeKind.TAX,
            amount=Money.parse("11.94", Currency.USD),
            title="State Tax",
            taxation=Taxation.ADDED,
        ),
    )
    assert (claim.paid, claim.shipped_at) == (None, None)
    assert (claim.status, claim.states.payment) == (("AUTHORIZED",), PaymentState.AUTHORISED)


@needs_payloads
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_no_order_is_kept_with_its_faults(path: Path) -> None:
    """Any other payload in an order's place is unreadable, and says why; nothing is raised."""
    payload = Payload(channel=ChannelId("corner"), object_id="1", text=path.read_text())
    entry = make_client().read_payload(payload)
    if path.name == "rest_order.json":
        assert isinstance(entry, ReadOrder)
        return
    assert isinstance(entry, UnreadableOrder)
    assert entry.faults


@needs_payloads
def test_the_recorded_signature() -> None:
    """The signature of the recorded call fits its bytes, and no other bytes."""
    vector = load("webhook_signature_vector.json")
    rule = HmacSignature(header=vector["header"], secrets=[Secret(vector["secret"])])
    headers = [(vector["header"], vector["expected"])]
    rule.verify(vector["raw_body"].encode(), headers=headers)
    with pytest.raises(SignatureError):
        rule.verify(vector["tampered_body"].encode(), headers=headers)


WEBHOOK_ORDER: dict[str, Any] = {
    "id": 1001,
    "name": "#1001",
    "created_at": "2026-03-01T13:00:00+01:00",
    "updated_at": "2026-03-01T13:05:00+01:00",
    "cancelled_at": None,
    "closed_at": None,
    "currency": "EUR",
    "taxes_included": True,
    "financial_status": "partially_refunded",
    "fulfillment_status": "partial",
    "total_tip_received": "1.00",
    "customer": {"id": 77},
    "tax_lines": [{"title": "VAT", "price": "3.18"}],
    "line_items": [
        {
            "id": 1,
            "title": "Elephant, knit",
            "variant_id": 501,
            "quantity": 5,
            "current_quantity": 3,
            "price": "19.90",
            "discount_allocations": [{"amount": "2.50"}],
            "tax_lines": [{"title": "VAT", "price": "3.18"}],
        }
    ],
    "shipping_lines": [
        {"title": "Post", "price": "5.90", "discounted_price": "4.90", "tax_lines": []}
    ],
    "fulfillments": [
        {
            "created_at": "2026-03-01T13:02:00+01:00",
            "status": "success",
            "line_items": [{"id": 1, "quantity": 2}],
        }
    ],
    "refunds": [
        {
            "refund_line_items": [
                {"line_item_id": 1, "quantity": 1, "restock_type": "cancel"},
                {"line_item_id": 1, "quantity": 1, "restock_type": "return"},
            ]
        }
    ],
}


def test_the_order_of_a_webhook() -> None:
    """The body of a webhook reads as the order does: units, charges, words."""
    payload = Payload(
        channel=ChannelId("corner"), object_id="1001", text=json.dumps(WEBHOOK_ORDER)
    )
    entry = make_client().read_payload(payload)
    assert isinstance(entry, ReadOrder), entry
    [line] = entry.claim.lines
    assert (line.cancelled, line.shipped, line.returned) == (1, 2, 1)
    euros = [(charge.kind, str(charge.amount.to_decimal())) for charge in entry.claim.charges]
    assert euros == [
        (ChargeKind.DISCOUNT, "-2.50"),
        (ChargeKind.TAX, "3.18"),
        (ChargeKind.SHIPPING, "4.90"),
        (ChargeKind.FEE, "1.00"),
    ]
    assert entry.claim.status == ("PARTIALLY_REFUNDED", "PARTIAL")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"order"', "{}", '{"order": null}'])
def test_what_is_no_document_is_unreadable(text: str) -> None:
    """Half a document, or one of nothing, is kept with a fault."""
    payload = Payload(channel=ChannelId("corner"), object_id="1", text=text)
    entry = make_client().read_payload(payload)
    assert isinstance(entry, UnreadableOrder)
    assert entry.faults
