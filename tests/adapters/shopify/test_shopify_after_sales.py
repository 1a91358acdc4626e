"""What happens to an order after it was bought: shipped, cancelled, paid back, sent back, exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shopify_helpers import NOON, answer, client_of, listed, make_client

from ecomkit.adapters.http import Reply, Signing, VirtualTime, flow_of, play
from ecomkit.adapters.shopify import Shopify
from ecomkit.channels import (
    Applied,
    Cancellation,
    ChannelAnswerError,
    Effect,
    Fulfilment,
    Health,
    LineUnits,
    Payload,
    ReadOrder,
    Refund,
    RefundState,
    Rejected,
    Unknown,
    order_of_claim,
)
from ecomkit.identifiers import CommandKey, LineId, ListingId, Sku
from ecomkit.money import Currency, Money
from ecomkit.ports import Secret
from ecomkit.testing.fakes.shopify import ShopifyFake

PRICE = Money(2000, Currency.EUR)


@pytest.fixture
def remote() -> ShopifyFake:
    """Return a shop whose exports lie where Shopify's do."""
    return ShopifyFake(time=VirtualTime(NOON), storage="https://storage.googleapis.com")


@pytest.fixture
def client(remote: ShopifyFake) -> Shopify:
    """Return a client of the shop."""
    return client_of(remote)


@pytest.fixture
def elephant(remote: ShopifyFake) -> ListingId:
    """Return something on sale."""
    return remote.put_up("ELEPHANT", quantity=50)


def bought(remote: ShopifyFake, listing: ListingId, *quantities: int) -> tuple[str, list[LineId]]:
    """Sell; return the order's number and its lines."""
    number = remote.sell([(listing, quantity, PRICE) for quantity in quantities])
    return number, [LineId(str(line.id)) for line in remote.order(number).lines]


def fulfilment(number: str, *units: LineUnits, key: str = "k", **rest: Any) -> Fulfilment:
    """Return a fulfilment without tracking unless given."""
    return Fulfilment(key=CommandKey(key), number=number, lines=units, shipped_at=NOON, **rest)


def claimed(client: Shopify, number: str) -> list[tuple[int, int, int]]:
    """Return what the claim says of each line: cancelled, shipped, returned."""
    entry = client.order(number)
    assert isinstance(entry, ReadOrder), entry
    return [(line.cancelled, line.shipped, line.returned) for line in entry.claim.lines]


def test_the_life_of_an_order(remote: ShopifyFake, client: Shopify, elephant: ListingId) -> None:
    """Claims follow what the merchant does in Shopify: cancel, ship, take back."""
    number, [line] = bought(remote, elephant, 6)
    assert claimed(client, number) == [(0, 0, 0)]
    remote.cancel(number, {line: 1})
    assert claimed(client, number) == [(1, 0, 0)]
    for _ in range(3):
        remote.ship(number, {line: 1})
    assert claimed(client, number) == [(1, 3, 0)]
    remote.refund(number, {line: 1}, amount=PRICE)
    assert claimed(client, number) == [(2, 3, 0)]
    remote.ship(number, {line: 1})
    remote.send_back(number, {line: 2})
    remote.refund(number, {line: 2}, amount=PRICE)
    assert claimed(client, number) == [(2, 4, 2)]
    [found] = client.returns(number)
    assert found.lines == (LineUnits(line=line, quantity=2),)
    assert len(client.refunds(number)) == 3


@given(
    prices=st.lists(st.tuples(st.integers(1, 9), st.integers(100, 9_999)), min_size=1, max_size=7),
    shipping=st.integers(0, 2_000),
    discount=st.integers(0, 100),
    tax=st.integers(0, 500),
    taxation=st.sampled_from(["tax", "tax_on_top"]),
)
def test_cents_are_conserved(
    prices: list[tuple[int, int]], shipping: int, discount: int, tax: int, taxation: str
) -> None:
    """The order that follows from a claim costs what Shopify says, and so much was paid."""
    remote = ShopifyFake(time=VirtualTime(NOON))
    elephant = remote.put_up("ELEPHANT", quantity=99)
    taxes: dict[str, Any] = {taxation: Money(tax, Currency.EUR)}
    number = remote.sell(
        [(elephant, units, Money(price, Currency.EUR)) for units, price in prices],
        shipping=Money(shipping, Currency.EUR),
        discount=Money(discount, Currency.EUR),
        **taxes,
    )
    entry = client_of(remote).order(number)
    assert isinstance(entry, ReadOrder), entry
    order = order_of_claim(entry.claim, skus={elephant: Sku("ELEPHANT")})
    total = remote.order(number).total
    assert (order.totals.total, entry.claim.paid) == (total, total)


def test_webhooks_tell_the_same_order(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """The body of a webhook reads as the same claim as the order, at each step of its life."""
    number = remote.sell(
        [(elephant, 6, PRICE), (elephant, 2, PRICE)],
        shipping=Money(490, Currency.EUR),
        discount=Money(300, Currency.EUR),
        tax=Money(1000, Currency.EUR),
    )
    line, other = [LineId(str(row.id)) for row in remote.order(number).lines]
    steps: list[Callable[[], None]] = [
        lambda: remote.touch(number),
        lambda: remote.cancel(number, {line: 1}),
        lambda: remote.ship(number, {line: 3, other: 1}),
        lambda: remote.refund(number, {line: 1}, amount=PRICE),
        lambda: remote.refund(number, {other: 2}, amount=PRICE),
        lambda: remote.cancel(number),
    ]
    for step in steps:
        remote.time.sleep(1)
        step()
        body = [
            body
            for headers, body in remote.webhooks()
            if ("X-Shopify-Topic", "orders/updated") in headers
        ][-1]
        kept = Payload(channel=client.channel, object_id=number, text=body.decode())
        told, read = client.read_payload(kept), client.order(number)
        assert isinstance(told, ReadOrder), told
        assert isinstance(read, ReadOrder), read
        # A webhook does not say what was received, nor what comes back. Of the states of one
        # second, what was asked for is the newer one.
        same = attrs.evolve(
            read.claim,
            paid=None,
            status=told.claim.status,
            states=told.claim.states,
            version=read.claim.version - 1,
        )
        assert told.claim == same


def test_more_lines_than_a_page_holds(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """An order of many lines, parcels and refunds is read to its end."""
    number, lines = bought(remote, elephant, *[2] * 23)
    remote.ship(number, dict.fromkeys(lines, 1))
    for line in lines[:4]:
        remote.ship(number, {line: 1})
        remote.refund(number, {line: 1}, amount=PRICE)
    assert claimed(client, number) == [(0, 2, 1)] * 4 + [(0, 1, 0)] * 19
    [entry] = client.orders_after(None, page_size=9).entries
    assert client.order(number) == entry


def test_without_tracking_the_units_tell(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """A fulfilment without a tracking number is found by its units, and told once."""
    number, [line] = bought(remote, elephant, 3)
    units = LineUnits(line=line, quantity=2)
    for _ in range(2):
        assert client.push_fulfilment(fulfilment(number, units)) == Applied()
    assert claimed(client, number) == [(0, 2, 0)]
    other = fulfilment(number, LineUnits(line=line, quantity=1))
    assert isinstance(client.read_fulfilment(other), Rejected)


def test_a_parcel_with_another_number_is_another(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """The same units under a tracking number are not those without one, nor of another number."""
    number, [line] = bought(remote, elephant, 3)
    remote.ship(number, {line: 1}, tracking="6A123")
    units = LineUnits(line=line, quantity=1)
    assert isinstance(client.read_fulfilment(fulfilment(number, units)), Rejected)
    other = fulfilment(number, units, tracking="6A124")
    assert isinstance(client.read_fulfilment(other), Rejected)
    assert client.read_fulfilment(fulfilment(number, units, tracking="6A123")) == Applied()


def place(
    number: int, location: str, remaining: int, *, action: str = "CREATE_FULFILLMENT"
) -> Any:
    """Return a fulfilment order, and the answer with its line."""
    at = {"location": {"id": f"gid://shopify/Location/{location}"}}
    line = {
        "id": f"gid://shopify/FulfillmentOrderLineItem/{number}",
        "remainingQuantity": remaining,
        "lineItem": {"id": "gid://shopify/LineItem/1"},
    }
    order = {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "supportedActions": [{"action": action}],
        "assignedLocation": at,
    }
    return order, answer({"fulfillmentOrder": {"lineItems": listed(line)}})


DONE = (answer({"fulfillmentCreate": {"userErrors": []}}),)


def shipped_from(*places: Any, end: tuple[Reply, ...] = DONE) -> Any:
    """Return the refusal of shipping 2 units, or the fulfilment orders that were named."""
    client = make_client()
    answers = [
        answer({"order": {"fulfillments": []}}),
        answer({"order": {"fulfillmentOrders": listed(*(order for order, _ in places))}}),
        *(lines for order, lines in places if order["supportedActions"][0]["action"] != "MOVE"),
    ]
    units = LineUnits(line=LineId("1"), quantity=2)
    flow = flow_of(client.push_fulfilment)(fulfilment("1001", units))
    played = play(client, flow, answers=[*answers, *end])
    if isinstance(played.result, Rejected):
        return played.result
    told = json.loads(played.requests[-1].body)["variables"]["fulfillment"]
    return [
        (one["fulfillmentOrderId"][-1], one["fulfillmentOrderLineItems"][0]["quantity"])
        for one in told["lineItemsByFulfillmentOrder"]
    ]


def test_units_leave_from_one_location() -> None:
    """Our own location goes first; one call never joins locations; what is closed is passed over."""
    assert shipped_from(place(1, "22", 2), place(2, "11", 2)) == [("2", 2)]
    assert shipped_from(place(1, "22", 2), place(2, "11", 1)) == [("1", 2)]
    assert shipped_from(place(1, "11", 1), place(2, "11", 1)) == [("1", 1), ("2", 1)]
    assert shipped_from(place(1, "11", 2, action="MOVE"), place(2, "22", 3)) == [("2", 2)]
    assert isinstance(shipped_from(place(1, "22", 1), place(2, "11", 1), end=()), Rejected)


def test_carrier_and_number_reach_the_shop(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """Shoppers see who carries the parcel, and its number."""
    number, [line] = bought(remote, elephant, 1)
    units = LineUnits(line=line, quantity=1)
    told = fulfilment(number, units, carrier="La Poste", tracking="6A123")
    assert client.push_fulfilment(told) == Applied()
    [parcel] = remote.fulfilments(number)
    assert "6A123" in str(parcel.tracking)


def test_what_is_on_hold_is_not_shipped(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """An order that the merchant holds refuses fulfilments, with a reason."""
    number, [line] = bought(remote, elephant, 1)
    remote.hold(number)
    outcome = client.push_fulfilment(fulfilment(number, LineUnits(line=line, quantity=1)))
    assert isinstance(outcome, Rejected)
    assert "hold" in outcome.reason


def test_a_cancellation_takes_its_time(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """While Shopify is at it nobody knows; then it is found, the stock is back, no money is."""
    number, _ = bought(remote, elephant, 3)
    assert remote.shown(elephant) == 47
    asked = Cancellation(key=CommandKey("k"), number=number)
    assert isinstance(client.push_cancellation(asked), Unknown)
    remote.time.sleep(2)
    assert client.read_cancellation(asked) == Applied()
    assert client.push_cancellation(asked) == Applied()
    assert claimed(client, number) == [(3, 0, 0)]
    assert (remote.shown(elephant), remote.refunded(number)) == (50, Money(0, Currency.EUR))


def test_units_that_left_are_not_cancelled(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """A cancellation of shipped units is refused as a whole."""
    number, [line] = bought(remote, elephant, 3)
    remote.ship(number, {line: 2})
    asked = Cancellation(
        key=CommandKey("k"), number=number, lines=[LineUnits(line=line, quantity=2)]
    )
    assert isinstance(client.push_cancellation(asked), Rejected)
    assert claimed(client, number) == [(0, 2, 0)]


def refund_of(number: str, amount: Money, *units: LineUnits, key: str = "k") -> Refund:
    """Return a refund."""
    return Refund(key=CommandKey(key), number=number, amount=amount, lines=units, reason="torn")


def test_cancelled_then_paid_back(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """Units that were cancelled before are paid back by their amount; the stock does not move."""
    number, [line] = bought(remote, elephant, 3)
    units = LineUnits(line=line, quantity=1)
    cancel = Cancellation(key=CommandKey("c"), number=number, lines=[units])
    assert client.push_cancellation(cancel) == Applied()
    shown = remote.shown(elephant)
    assert client.push_refund(refund_of(number, PRICE, units)) == Applied()
    assert (remote.refunded(number), remote.shown(elephant)) == (PRICE, shown)
    paid = client.refunds(number)
    assert {RefundState.PAID} == {one.state for one in paid}
    assert [Money(0, Currency.EUR), PRICE] == [one.amount for one in paid]
    assert paid[1].reason.startswith("torn")


def test_the_buyers_currency_counts(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """An order paid in another currency is paid back in that one, and in no other."""
    number = remote.sell([(elephant, 1, PRICE)], presentment=Currency.USD, rate=Decimal("1.1"))
    outcome = client.push_refund(refund_of(number, PRICE))
    assert isinstance(outcome, Rejected)
    assert "USD" in outcome.reason
    dollars = Money(2200, Currency.USD)
    assert client.push_refund(refund_of(number, dollars, key="k-2")) == Applied()
    assert [one.amount for one in client.refunds(number)] == [PRICE]


def payment(number: int, amount: str, kind: str = "SALE", **changes: Any) -> dict[str, Any]:
    """Return a transaction."""
    return {
        "id": f"gid://shopify/OrderTransaction/{number}",
        "kind": kind,
        "status": "SUCCESS",
        "gateway": "bogus",
        "amountSet": {"presentmentMoney": {"amount": amount}},
        "parentTransaction": None,
    } | changes


def test_a_refund_goes_back_where_the_money_came_from() -> None:
    """The amount is shared over what each payment has left; failed and void ones have nothing."""
    money = {
        "presentmentCurrencyCode": "EUR",
        "refunds": [{"note": None}],
        "transactions": [
            payment(1, "50.0", "AUTHORIZATION"),
            payment(2, "9.0", status="FAILURE"),
            payment(3, "10.0"),
            payment(4, "30.0", "CAPTURE"),
            payment(5, "4.0", "REFUND", parentTransaction={"id": payment(3, "0")["id"]}),
            payment(
                6,
                "5.0",
                "REFUND",
                status="FAILURE",
                parentTransaction={"id": payment(4, "0")["id"]},
            ),
        ],
    }
    client = make_client()
    done = answer({"refundCreate": {"userErrors": []}})
    flow = flow_of(client.push_refund)(refund_of("1001", Money(1500, Currency.EUR)))
    played = play(client, flow, answers=[answer({"order": money}), done])
    assert played.result == Applied()
    shared = json.loads(played.requests[1].body)["variables"]["input"]
    assert [(one["amount"], one["parentId"][-1]) for one in shared["transactions"]] == [
        ("6.00", "3"),
        ("9.00", "4"),
    ]
    more = flow_of(client.push_refund)(refund_of("1001", Money(3601, Currency.EUR)))
    refused: Effect = play(client, more, answers=[answer({"order": money})]).result
    assert isinstance(refused, Rejected)


@pytest.mark.parametrize(
    ("words", "state", "amount"),
    [
        (["SUCCESS"], RefundState.PAID, "12.00"),
        (["SUCCESS", "PENDING"], RefundState.PENDING, "18.00"),
        (["AWAITING_RESPONSE"], RefundState.PENDING, "12.00"),
        (["FAILURE"], RefundState.FAILED, "12.00"),
        (["UNKNOWN"], None, "12.00"),
        ([], RefundState.PAID, "12.00"),
    ],
)
def test_whether_money_has_moved(words: list[str], state: RefundState | None, amount: str) -> None:
    """A refund is paid once its transactions are; it shows what is meant to move until then."""
    moves = [
        {"kind": "REFUND", "status": word, "amountSet": {"shopMoney": {"amount": "9.0"}}}
        for word in words
    ]
    row = {
        "id": "gid://shopify/Refund/5",
        "legacyResourceId": "5",
        "createdAt": "2026-03-01T12:00:00Z",
        "note": None,
        "totalRefundedSet": {"shopMoney": {"amount": "12.0"}},
        "transactions": {"nodes": moves},
    }
    client = make_client()
    answers = [
        answer({"order": {"currencyCode": "EUR", "refunds": [row]}}),
        answer({"refund": {"refundLineItems": listed()}}),
    ]
    [found] = play(client, flow_of(client.refunds)("1001"), answers=answers).result
    assert (found.state, str(found.amount.to_decimal())) == (state, amount)
    assert found.status == tuple(words)


def test_no_order_no_refunds_no_returns(client: Shopify) -> None:
    """Of an order that is not there nothing comes."""
    for number in ("999999", "#1001", ""):
        assert client.refunds(number) == ()
        assert client.returns(number) == ()
        assert client.order(number) is None


# -- the account ------------------------------------------------------------------------------


def test_an_account_that_is_ready(remote: ShopifyFake, client: Shopify) -> None:
    """With all scopes and an active location the account is ready."""
    report = client.check()
    assert report.is_ready, report.explain()
    assert any(one.subject == "currency" and one.text == "EUR" for one in report.findings)


def test_a_version_that_is_too_old() -> None:
    """Where another version answers than the one that was named, the check says so."""
    account = {
        "shop": {
            "currencyCode": "EUR",
            "plan": {"publicDisplayName": "Basic", "partnerDevelopment": True},
        },
        "currentAppInstallation": {"accessScopes": []},
        "location": {"name": "Attic", "isActive": False},
    }
    body = {"data": account}
    reply = Reply.of_json(body, headers=[("X-Shopify-API-Version", "2026-01")])
    client = make_client(version="2024-10")
    report = play(client, flow_of(client.check)(), answers=[reply]).result
    health = {one.subject: one.health for one in report.findings}
    assert health["version"] is Health.DOUBTFUL
    assert (health["location"], health["plan"]) == (Health.BAD, Health.DOUBTFUL)


def test_an_account_that_is_not() -> None:
    """Wrong credentials, missing scopes and a wrong location are told, and nothing is raised."""
    remote = ShopifyFake(time=VirtualTime(NOON), scopes=["read_orders", "write_products"])
    assert not client_of(remote, token=Secret("wrong")).check().is_ready
    report = client_of(remote, location="999").check()
    bad = {one.subject for one in report.findings if one.health is Health.BAD}
    if "access to the account" not in bad:
        assert {"scope read_inventory", "scope write_inventory", "location"} <= bad
        assert "scope read_products" not in bad


# -- bulk exports -----------------------------------------------------------------------------


def test_an_export_holds_what_pages_hold(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """Orders of the file read as those of pages; what it cannot hold is named, to be read alone."""
    plain = [bought(remote, elephant, 2, 1)[0] for _ in range(3)]
    number, [line] = bought(remote, elephant, 2)
    remote.ship(number, {line: 1})
    operation = client.start_bulk_orders()
    assert client.bulk_orders(operation) is None
    remote.time.sleep(10)
    found = client.bulk_orders(operation)
    assert found is not None
    assert found.partial == (number,)
    assert list(found.entries) == [client.order(one) for one in plain]
    assert remote.leaks == 0


def test_an_export_since(remote: ShopifyFake, client: Shopify, elephant: ListingId) -> None:
    """Only what changed at or after the moment is in the file; an export of nothing is whole."""
    bought(remote, elephant, 1)
    remote.time.sleep(60)
    since = remote.time.now()
    for wanted in (0, 1):
        operation = client.start_bulk_orders(since=since)
        remote.time.sleep(10)
        found = client.bulk_orders(operation)
        assert found is not None
        assert len(found.entries) == wanted
        bought(remote, elephant, 1)


def test_a_part_of_an_export_is_none(
    remote: ShopifyFake, client: Shopify, elephant: ListingId
) -> None:
    """An export that broke off is an error, whatever part of it there is."""
    for _ in range(5):
        bought(remote, elephant, 1)
    remote.break_bulk(rows=3)
    operation = client.start_bulk_orders()
    remote.time.sleep(60)
    with pytest.raises(ChannelAnswerError):
        client.bulk_orders(operation)


def test_the_file_is_fetched_without_credentials() -> None:
    """The address of the file is signed; the shop's token stays at home."""
    state = {
        "status": "COMPLETED",
        "errorCode": None,
        "objectCount": "0",
        "url": "https://storage.googleapis.com/f.jsonl",
    }
    client = make_client()
    flow = flow_of(client.bulk_orders)("gid://shopify/BulkOperation/1")
    answers = [answer({"bulkOperation": state}), Reply(status=200)]
    played = play(client, flow, answers=answers)
    assert played.requests[1].signing is Signing.NONE


@pytest.mark.parametrize(
    ("count", "rows"),
    [("2", '{"id":"gid://shopify/Order/1"}'), ("1", '{"id":"x","__parentId":"y"}'), ("1", None)],
    ids=["fewer than counted", "a child of nobody", "no file"],
)
def test_an_export_that_is_not_whole(count: str, rows: str | None) -> None:
    """A file that holds less than was counted, or rows of no order, is not taken."""
    url = None if rows is None else "https://storage.googleapis.com/f.jsonl"
    state = {"status": "COMPLETED", "errorCode": None, "objectCount": count, "url": url}
    answers = [answer({"bulkOperation": state})]
    if rows is not None:
        answers.append(Reply(status=200, body=rows.encode()))
    client = make_client()
    with pytest.raises(ChannelAnswerError):
        play(client, flow_of(client.bulk_orders)("gid://shopify/BulkOperation/1"), answers=answers)
