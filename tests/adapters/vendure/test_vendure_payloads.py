"""Every answer of Vendure's that was recorded is read rightly, or refused for what it is."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from vendure_remote import CHANNEL, client_of, fake_of

from ecomkit.adapters.http import Reply, RequestRefusedError, Verdict, graphql_request, play
from ecomkit.adapters.vendure._documents import CANCEL_ORDER
from ecomkit.channels import PageEntry, Payload, ReadOrder
from ecomkit.money import Currency, Money
from ecomkit.orders import ChargeKind, FulfilmentState, OrderState, Taxation

SHARED = Path(os.environ.get("ECOMKIT_SHARED", Path(__file__).parents[4] / "shared"))
FOLDER = SHARED / "payloads" / "vendure"
FILES = sorted(FOLDER.glob("*.json"))
CALL = graphql_request("/admin-api", document="query A { me { id } }")
VERDICTS: Mapping[str, Verdict] = {
    "error_not_found": Verdict.MISSING,
    "error_take_limit": Verdict.REFUSED,
    "error_unauthorized": Verdict.UNAUTHORISED,
}

pytestmark = pytest.mark.skipif(not FILES, reason="the recorded payloads are not here")


def held(name: str) -> Any:
    """Return the body of a recorded answer."""
    return json.loads((FOLDER / f"{name}.json").read_text())["body"]


def read(order: Any) -> PageEntry:
    """Read an order as the client does."""
    payload = Payload(channel=CHANNEL, object_id="1", text=json.dumps(order))
    return client_of(fake_of()).read_payload(payload)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_answer_has_its_verdict(path: Path) -> None:
    """All answers are of status 200; those that hold errors are told apart by their codes."""
    recorded = json.loads(path.read_text())
    reply = Reply.of_json(recorded["body"], status=recorded["status"])
    expected = VERDICTS.get(path.stem, Verdict.ACCEPTED)
    assert expected is client_of(fake_of()).verdict(CALL, reply)


def test_an_order_that_was_just_paid() -> None:
    """Its lines, charges and money are those of the answer; tax stands inside the prices."""
    entry = read(held("order_get")["data"]["order"] | {"surcharges": None})
    assert isinstance(entry, ReadOrder)
    claim = entry.claim
    assert (claim.number, claim.name, claim.currency) == ("1", "EYGG8GMLDMGHMTQD", Currency.USD)
    [line] = claim.lines
    assert (line.quantity, line.cancelled, line.shipped, line.returned) == (2, 0, 0, 0)
    assert Money(1100, Currency.USD) == line.unit_price
    assert Money(2700, Currency.USD) == claim.paid
    assert [
        (one.kind, one.amount.amount, one.taxation)
        for one in claim.charges
        if one.kind is ChargeKind.TAX
    ] == [(ChargeKind.TAX, 200, Taxation.INCLUDED)]
    total = sum((one.amount for one in claim.charges if one.adds), line.unit_price * 2)
    assert Money(2700, Currency.USD) == total
    # The order's own updatedAt is older than its payment.
    assert claim.version == 1795295937375000


def test_an_order_of_which_a_delivered_unit_was_cancelled() -> None:
    """A unit that had arrived is told as returned, and not as cancelled."""
    [order] = held("orders_list_updated_after")["data"]["orders"]["items"]
    entry = read(order)
    assert isinstance(entry, ReadOrder)
    [line] = entry.claim.lines
    assert (line.quantity, line.cancelled, line.shipped, line.returned) == (2, 0, 2, 1)
    assert entry.claim.status == ("Delivered", "Settled")
    assert OrderState.COMPLETE is entry.claim.states.order
    assert FulfilmentState.DELIVERED is entry.claim.states.fulfilment


def test_a_refusal_inside_data_is_an_error() -> None:
    """What a union says instead of what was asked is raised, with its code."""
    refused = held("shop_insufficient_stock")["data"]["addItemToOrder"]
    client = client_of(fake_of())
    with pytest.raises(RequestRefusedError) as caught:
        play(
            client,
            client._do(CANCEL_ORDER, input={}),
            answers=[Reply.of_json({"data": {"cancelOrder": refused}})],
        )
    assert caught.value.facts.code == "INSUFFICIENT_STOCK_ERROR"
