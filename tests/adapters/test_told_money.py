"""What channels tell of money besides their lines: totals, what the buyer saw, what went back."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from ecomkit.adapters.csv import ENGLISH, CsvFiles, OrderColumns
from ecomkit.adapters.http import parse_json
from ecomkit.adapters.shopify._graphql_order import graphql_claim
from ecomkit.adapters.shopify._names import marked as shopify_marked
from ecomkit.adapters.shopify._rest_order import rest_claim
from ecomkit.adapters.vendure._names import marked as vendure_marked
from ecomkit.adapters.vendure._order import claim_of
from ecomkit.adapters.woocommerce._marks import SHIPPED, mark
from ecomkit.adapters.woocommerce._orders import entry_of_order, read_again
from ecomkit.channels import (
    Built,
    ChannelClaim,
    Fields,
    LineUnits,
    Payload,
    ReadOrder,
    RefundState,
    contradictions,
    key_mark,
    read_fields,
)
from ecomkit.identifiers import ChannelId, CommandKey, LineId
from ecomkit.money import Currency, Money
from ecomkit.orders import Fulfiller, FulfillerKind, FulfilmentState

SHARED = Path(os.environ.get("ECOMKIT_SHARED", Path(__file__).parents[3] / "shared"))
PAYLOADS = SHARED / "payloads"
CHANNEL = ChannelId("corner")
KEY = CommandKey("refund:corner/1001:3")
MARK = key_mark(KEY)

needs_payloads = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the recorded payloads are not here"
)


def built(document: Any, reader: Callable[[Fields], ChannelClaim]) -> ChannelClaim:
    """Return the claim of a document that can be read."""
    found = read_fields(document, reader)
    assert isinstance(found, Built), found
    return found.value


def bag(amount: str, presented: str | None = None, currency: str = "USD") -> dict[str, Any]:
    """Return an amount in the shop's money, and in the buyer's."""
    money: dict[str, Any] = {"shopMoney": {"amount": amount}}
    if presented is not None:
        money["presentmentMoney"] = {"amount": presented, "currencyCode": currency}
    return money


# -- Shopify -----------------------------------------------------------------------------------


def graphql(**changes: Any) -> ChannelClaim:
    """Return the claim of an order of two elephants at 19.90, as GraphQL spells it."""
    line = {
        "id": "gid://shopify/LineItem/1",
        "title": "Elephant",
        "quantity": 2,
        "variant": {"legacyResourceId": "501"},
        "originalUnitPriceSet": bag("19.9"),
        "discountAllocations": [],
        "taxLines": [],
    }
    order = {
        "legacyResourceId": "1001",
        "createdAt": "2026-03-01T11:00:00Z",
        "updatedAt": "2026-03-01T12:00:00Z",
        "currencyCode": "EUR",
        "taxesIncluded": True,
        "lineItems": [line],
    }
    return built(order | changes, graphql_claim(CHANNEL))


def returned(**changes: Any) -> dict[str, Any]:
    """Return a refund as GraphQL spells it."""
    row = {
        "quantity": 1,
        "restockType": "NO_RESTOCK",
        "lineItem": {"id": "gid://shopify/LineItem/1"},
    }
    refund = {
        "id": "gid://shopify/Refund/8",
        "legacyResourceId": "8",
        "createdAt": "2026-03-02T11:00:00Z",
        "note": "",
        "totalRefundedSet": bag("19.9"),
        "refundLineItems": [row],
    }
    return refund | changes


def test_shopify_tells_the_total_in_both_currencies() -> None:
    """The shop's is compared, the buyer's is kept beside it and never converted."""
    claim = graphql(totalPriceSet=bag("39.8", "43.21"))

    assert (claim.total, claim.presentment_total) == (
        Money(3_980, Currency.EUR),
        Money(4_321, Currency.USD),
    )
    assert contradictions(claim) == ()
    assert graphql(totalPriceSet=bag("39.8", "39.8", "EUR")).presentment_total is None
    assert graphql(totalPriceSet=bag("39.8")).presentment_total is None
    assert (graphql().total, graphql().presentment_total) == (None, None)


def test_shopify_tells_what_went_back() -> None:
    """Whose it is says the note; one that is on its way has moved nothing yet."""
    ours = returned(note=shopify_marked("Too large", KEY), legacyResourceId="9")
    claim = graphql(refunds=[returned(), ours])

    assert claim.refunds is not None
    assert [(one.id, one.amount.amount, one.state, one.mark) for one in claim.refunds] == [
        ("8", 1_990, RefundState.PAID, None),
        ("9", 1_990, RefundState.PAID, MARK),
    ]
    assert [[(u.line, u.quantity) for u in one.lines] for one in claim.refunds] == [[("1", 1)]] * 2


def test_shopify_may_not_tell_how_much_went_back() -> None:
    """A payload from before that was asked for tells units, and no refund."""
    old = {"id": "gid://shopify/Refund/8", "refundLineItems": []}

    assert graphql(refunds=[old]).refunds is None
    assert graphql(refunds=[returned(), old]).refunds is None
    assert graphql(refunds=[]).refunds == ()


def rest(**changes: Any) -> ChannelClaim:
    """Return the claim of an order of two elephants at 19.90, as a webhook spells it."""
    order = {
        "id": 1001,
        "created_at": "2026-03-01T13:00:00+01:00",
        "updated_at": "2026-03-01T13:05:00+01:00",
        "currency": "EUR",
        "taxes_included": True,
        "line_items": [{"id": 1, "variant_id": 501, "quantity": 2, "price": "19.90"}],
    }
    return built(order | changes, rest_claim(CHANNEL))


def moved(status: str = "success", amount: str = "19.90", **more: Any) -> dict[str, Any]:
    """Return a transaction of a refund."""
    return {"kind": "refund", "status": status, "amount": amount, "currency": "EUR"} | more


@pytest.mark.parametrize(
    ("transactions", "amount", "state"),
    [
        ([moved()], 1_990, RefundState.PAID),
        ([moved(), moved("failure", "5.00")], 1_990, RefundState.PAID),
        ([moved("pending")], 1_990, RefundState.PENDING),
        ([moved(), moved("pending", "5.00")], 2_490, RefundState.PENDING),
        ([moved("error")], 1_990, RefundState.FAILED),
        ([moved("strange")], 1_990, None),
        ([moved(kind="void")], 0, RefundState.PAID),
        ([], 0, RefundState.PAID),
    ],
)
def test_a_webhook_tells_what_went_back(
    transactions: list[Any], amount: int, state: RefundState | None
) -> None:
    """Its transactions say how much, and whether it has moved."""
    refund = {"id": 8, "note": None, "transactions": transactions, "refund_line_items": []}
    claim = rest(refunds=[refund])

    assert claim.refunds is not None
    assert [(one.amount.amount, one.state) for one in claim.refunds] == [(amount, state)]


def test_a_webhook_may_not_tell_how_much_went_back() -> None:
    """Without transactions, or in the buyer's currency, nobody knows what it was in the shop's."""
    assert rest(refunds=[{"id": 8}]).refunds is None
    dollars = {"id": 8, "transactions": [moved(currency="USD")]}
    assert rest(refunds=[dollars]).refunds is None


def test_a_webhook_tells_the_total_in_both_currencies() -> None:
    """As GraphQL does."""
    shown = {"presentment_money": {"amount": "43.21", "currency_code": "USD"}}
    claim = rest(total_price="39.80", total_price_set=shown)

    assert (claim.total, claim.presentment_total) == (
        Money(3_980, Currency.EUR),
        Money(4_321, Currency.USD),
    )
    same = {"presentment_money": {"amount": "39.80", "currency_code": "EUR"}}
    assert rest(total_price_set=same).presentment_total is None
    assert rest(total_price_set={}).presentment_total is None


@needs_payloads
def test_the_order_in_shopifys_documents_does_not_add_up() -> None:
    """Three lines of 199.00 and 11.94 of tax are said to cost 409.94: both are kept."""
    text = (PAYLOADS / "shopify" / "rest_order.json").read_text()
    claim = built(parse_json(text)["order"], rest_claim(CHANNEL))
    [point] = contradictions(claim)

    assert point.explain() == (
        "order: lines and charges come to another amount than the total "
        "(608.94 USD against 409.94 USD)"
    )


# -- Vendure -----------------------------------------------------------------------------------


def vendure_orders() -> list[Any]:
    """Return all orders that were recorded of Vendure."""
    found: list[Any] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if {"lines", "orderPlacedAt", "payments"} <= value.keys():
                found.append(value | {"surcharges": value.get("surcharges")})
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for path in sorted((PAYLOADS / "vendure").glob("*.json")):
        walk(json.loads(path.read_text()))
    return found


@needs_payloads
def test_vendures_orders_add_up() -> None:
    """Lines and charges come to the total that the server tells, while no unit is off."""
    claims = [built(order, claim_of(CHANNEL, precision=2)) for order in vendure_orders()]

    assert claims
    assert all(contradictions(claim) == () for claim in claims)
    assert any(claim.total is not None for claim in claims)


@needs_payloads
def test_vendure_tells_no_total_once_units_are_off() -> None:
    """The server takes what was cancelled off its total: that is not what the order cost."""
    order = vendure_orders()[0]
    [line] = order["lines"]
    fewer = order | {"lines": [line | {"quantity": line["quantity"] - 1}]}

    assert built(order, claim_of(CHANNEL, precision=2)).total is not None
    assert built(fewer, claim_of(CHANNEL, precision=2)).total is None


@needs_payloads
def test_vendure_tells_what_went_back() -> None:
    """Each refund of each payment, with the mark of ours, without lines of no units."""
    order = vendure_orders()[0]
    [payment] = order["payments"]
    made = {"total": 500, "createdAt": "2026-03-02T11:00:00Z", "lines": []}
    of_line = {"orderLineId": order["lines"][0]["id"]}
    refunds = [
        made | {"id": "7", "state": "Failed", "reason": vendure_marked("", KEY)},
        made | {"id": "8", "state": "Settled", "reason": vendure_marked("damaged", KEY)},
        made
        | {
            "id": "9",
            "state": "Pending",
            "reason": None,
            "lines": [of_line | {"quantity": 1}, of_line | {"quantity": 0}],
        },
    ]
    claim = built(
        order | {"payments": [payment | {"refunds": refunds}]}, claim_of(CHANNEL, precision=2)
    )

    assert claim.refunds is not None
    assert [(one.id, one.state, one.mark, len(one.lines)) for one in claim.refunds] == [
        ("7", RefundState.FAILED, MARK, 0),
        ("8", RefundState.PAID, MARK, 0),
        ("9", RefundState.PENDING, None, 1),
    ]


# -- WooCommerce -------------------------------------------------------------------------------


def woo(refunds: tuple[Any, ...] = (), **changes: Any) -> ChannelClaim:
    """Return the claim of an order of three mugs."""
    line = {"id": 1, "product_id": 5, "quantity": 3, "subtotal": "10.00", "total": "10.00"}
    order = {
        "id": 1001,
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-03-01T12:00:00",
        "date_paid_gmt": "2026-03-01T12:00:00",
        "total": "10.00",
        "line_items": [line],
        "refunds": [{"id": one["id"]} for one in refunds],
    }
    entry = entry_of_order(CHANNEL, order | changes, refunds)
    assert isinstance(entry, ReadOrder), entry
    return entry.claim


@pytest.mark.parametrize(
    ("total", "rounding"), [("10.00", 0), ("10.01", 1), ("9.99", -1), ("10.02", 2)]
)
def test_what_rounding_can_leave_is_a_charge(total: str, rounding: int) -> None:
    """A cent an amount; the total is told besides, and agrees."""
    claim = woo(total=total)

    assert sum(c.amount.amount for c in claim.charges if c.line is None) == rounding
    assert contradictions(claim) == ()


@pytest.mark.parametrize("total", ["10.03", "9.97", "25.00", "1.00"])
def test_what_rounding_cannot_leave_is_kept_and_shown(total: str) -> None:
    """Nothing is made up to make the order add up."""
    claim = woo(total=total)

    assert [c for c in claim.charges if c.line is None] == []
    [point] = contradictions(claim)
    assert (point.said, point.against) == (1_000, Money.parse(total, Currency.EUR).amount)


def test_woocommerce_tells_what_went_back() -> None:
    """Whose a refund is says its meta field."""
    meta = [{"key": "_ecomkit_key", "value": KEY}]
    made = {"amount": "2.00", "date_created_gmt": "2026-03-02T12:00:00", "line_items": []}
    claim = woo((made | {"id": 7}, made | {"id": 8, "meta_data": meta}))

    assert claim.refunds is not None
    assert [(one.id, one.amount.amount, one.mark) for one in claim.refunds] == [
        ("7", 200, None),
        ("8", 200, MARK),
    ]


def test_a_part_that_left_is_no_contradiction_at_woocommerce() -> None:
    """The shop has no word for a part, which stands in a mark of ours: the two are read together."""
    left = mark(SHIPPED, KEY, lines=[LineUnits(line=LineId("1"), quantity=2)])
    claim = woo(meta_data=[left])

    assert [line.shipped for line in claim.lines] == [2]
    assert claim.states.fulfilment is FulfilmentState.PARTIAL
    assert contradictions(claim) == ()


@needs_payloads
def test_woocommerces_orders_add_up() -> None:
    """Lines and charges of every recorded order come to its total."""
    read = 0
    for name in ("order_get", "order_get_200", "order_create_201", "webhook_body.raw"):
        document = json.loads((PAYLOADS / "woocommerce" / f"{name}.json").read_text())
        document = document.get("body", document)
        payload = Payload(channel=CHANNEL, object_id="1", text=json.dumps(document))
        entry = read_again(payload)
        assert isinstance(entry, ReadOrder), (name, entry)
        assert contradictions(entry.claim) == ()
        read += 1

    assert read == 4


# -- sheets ------------------------------------------------------------------------------------

COLUMNS = OrderColumns(
    number="No",
    placed_at="Date",
    title="Item",
    unit_price="Price",
    quantity="Units",
    total="Total",
    fulfiller="Channel",
    fulfillers={"AFN": Fulfiller(kind=FulfillerKind.CHANNEL, name="AFN")},
    constant_currency=Currency.EUR,
)


DIALECT = attrs.evolve(ENGLISH, delimiter=";")


def sheet(tmp_path: Path, *rows: str, columns: OrderColumns = COLUMNS) -> list[ChannelClaim]:
    """Return the claims of a sheet."""
    (tmp_path / "orders").mkdir(exist_ok=True)
    text = "\n".join(["No;Date;Item;Units;Price;Total;Channel", *rows])
    (tmp_path / "orders" / "v.csv").write_text(f"{text}\n")
    files = CsvFiles(CHANNEL, folder=tmp_path, orders=columns, dialect=DIALECT)
    entries = files.orders_after(None, page_size=9).entries
    assert all(isinstance(entry, ReadOrder) for entry in entries), entries
    return [entry.claim for entry in entries if isinstance(entry, ReadOrder)]


def test_a_sheet_tells_its_total(tmp_path: Path) -> None:
    """It is kept beside what the rows come to."""
    [good, wrong] = sheet(
        tmp_path,
        "A;2026-03-01 12:00;Mug;2;10.00;25.00;",
        "A;2026-03-01 12:00;Cup;1;5.00;25.00;",
        "B;2026-03-01 12:00;Cup;1;5.00;6.00;",
    )

    assert (good.total, contradictions(good)) == (Money(2_500, Currency.EUR), ())
    assert [(p.said, p.against) for p in contradictions(wrong)] == [(500, 600)]


def test_a_sheet_tells_who_ships(tmp_path: Path) -> None:
    """A word that is mapped is somebody else; any other one, and none, is us."""
    [claim] = sheet(
        tmp_path,
        "A;2026-03-01 12:00;Mug;2;10.00;;afn",
        "A;2026-03-01 12:00;Cup;1;5.00;;MFN",
        "A;2026-03-01 12:00;Jug;1;5.00;;",
    )

    assert [line.fulfilled_by and line.fulfilled_by.name for line in claim.lines] == [
        "AFN",
        None,
        None,
    ]
