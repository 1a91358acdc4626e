"""Reading documents of orders: no cent is lost, no unit is counted twice, every fault is named."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.adapters.http import FakeTransport, Kit, Reply, dump_json
from ecomkit.adapters.woocommerce import WooCommerce
from ecomkit.adapters.woocommerce._orders import entry_of_order, read_again
from ecomkit.channels import ChannelClaim, Payload, ReadOrder, UnreadableOrder
from ecomkit.identifiers import ChannelId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import ChargeKind, FulfilmentState, OrderState, PaymentState
from ecomkit.ports import Secret


def eur(minor: int) -> str:
    """Spell an amount as the shop does."""
    return f"{Money(minor, Currency.EUR).to_decimal():f}"


def line(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Return a line of one unit."""
    row = {"id": number, "product_id": 5, "variation_id": 0, "quantity": 1, "name": "Mug"}
    return row | {"subtotal": "10.00", "total": "10.00", "total_tax": "0.00"} | fields


def order(**fields: Any) -> dict[str, Any]:
    """Return an order of one mug."""
    row: dict[str, Any] = {
        "id": 77,
        "number": "A-77",
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-01-05T09:00:00",
        "date_modified_gmt": "2026-01-05T10:00:00",
        "date_completed_gmt": None,
        "date_paid_gmt": "2026-01-05T09:00:01",
        "total": "10.00",
        "customer_id": 0,
        "billing": {"email": "Ada@Example.com"},
        "line_items": [line()],
        "refunds": [],
    }
    return row | fields


def read(document: Any, refunds: Any = ()) -> Any:
    """Return what the client makes of an order."""

    def answer(received: Any) -> Reply:
        body = list(refunds) if received.path.endswith("refunds") else document
        return Reply.of_json(body, headers=[("X-WP-Total", str(len(refunds)))])

    client = WooCommerce(
        ChannelId("woo"),
        url="https://shop.example",
        key=Secret("ck"),
        secret=Secret("cs"),
        currency=Currency.EUR,
        kit=Kit(transport=FakeTransport(answer)),
    )
    entry = client.order("77")
    assert entry is not None
    assert entry == client.read_payload(entry.payload)
    return entry


def claim_of(document: Any, refunds: Any = ()) -> ChannelClaim:
    """Return the claim of an order that can be read."""
    entry = read(document, refunds)
    assert isinstance(entry, ReadOrder), entry
    return entry.claim


def total_of(claim: ChannelClaim) -> int:
    """Return what a claim's parts add up to."""
    goods = sum(row.unit_price.amount * row.quantity for row in claim.lines)
    return goods + sum(charge.amount.amount for charge in claim.charges)


AMOUNTS = st.integers(0, 100_000)


@given(
    rows=st.lists(st.tuples(st.integers(1, 7), AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=4),
    shipping=AMOUNTS,
    fee=st.integers(-5_000, 5_000),
    off=st.integers(-3, 3),
)
def test_no_cent_is_lost(
    rows: list[tuple[int, int, int, int]], shipping: int, fee: int, off: int
) -> None:
    """Whatever lines, discounts, taxes and fees there are, the parts add up to the order's total."""
    whole = sum(total + tax for _, _, total, tax in rows) + shipping + fee + off
    document = order(
        total=eur(whole),
        line_items=[
            line(
                place + 1,
                quantity=quantity,
                subtotal=eur(subtotal),
                total=eur(total),
                total_tax=eur(tax),
            )
            for place, (quantity, subtotal, total, tax) in enumerate(rows)
        ],
        shipping_lines=[{"method_title": "Flat", "total": eur(shipping), "total_tax": "0.00"}],
        fee_lines=[{"name": "Gift", "total": eur(fee), "total_tax": "0.00"}],
    )
    claim = claim_of(document)
    assert whole == total_of(claim)
    for found, (quantity, subtotal, _, _) in zip(claim.lines, rows, strict=True):
        assert found.unit_price.amount == subtotal // quantity


def test_a_price_that_does_not_divide_leaves_a_fee() -> None:
    """Three for 10.00 cost 3.33 each, and a cent is a fee of the line."""
    claim = claim_of(order(line_items=[line(quantity=3)]))
    [fee] = claim.charges
    assert (
        claim.lines[0].unit_price.amount,
        fee.kind,
        fee.amount.amount,
        fee.title,
        fee.line,
    ) == (333, ChargeKind.FEE, 1, "rounding", "1")


def refund(units: int, at: str, number: int = 90) -> dict[str, Any]:
    """Return a refund of units of line 1."""
    meta = [{"id": 1, "key": "_refunded_item_id", "value": "1"}]
    row = {"id": 5, "quantity": -units, "meta_data": meta}
    return {"id": number, "amount": "1.00", "date_created_gmt": at, "line_items": [row]}


LATER = {"date_completed_gmt": "2026-01-06T00:00:00"}
BEFORE, AFTER = "2026-01-05T12:00:00", "2026-01-07T12:00:00"


@pytest.mark.parametrize(
    ("fields", "refunds", "counts"),
    [
        ({"status": "processing"}, [], (0, 0, 0)),
        ({"status": "processing"}, [(1, AFTER)], (1, 0, 0)),
        ({"status": "completed"} | LATER, [], (0, 4, 0)),
        ({"status": "completed"} | LATER, [(1, BEFORE), (2, AFTER)], (1, 3, 2)),
        ({"status": "completed"} | LATER, [(9, AFTER)], (0, 4, 4)),
        ({"status": "completed"}, [(1, AFTER)], (0, 4, 1)),
        ({"status": "refunded"} | LATER, [(4, AFTER)], (0, 4, 4)),
        ({"status": "refunded"}, [], (4, 0, 0)),
        ({"status": "cancelled"} | LATER, [(1, AFTER)], (4, 0, 0)),
        ({"status": "failed"}, [], (4, 0, 0)),
        ({"status": "trash"}, [], (4, 0, 0)),
        ({"status": "on-hold"}, [], (0, 0, 0)),
        ({"status": "wc-on-its-way"}, [], (0, 0, 0)),
    ],
)
def test_units_follow_from_status_and_refunds(
    fields: dict[str, Any], refunds: list[tuple[int, str]], counts: tuple[int, int, int]
) -> None:
    """What was refunded before an order was completed is cancelled, after it returned."""
    rows = [refund(units, at, place) for place, (units, at) in enumerate(refunds, 1)]
    document = order(line_items=[line(quantity=4)], refunds=[{"id": 1}] if rows else [], **fields)
    [found] = claim_of(document, rows).lines
    assert counts == (found.cancelled, found.shipped, found.returned)


@pytest.mark.parametrize(
    ("fields", "state", "payment", "fulfilment", "paid"),
    [
        ({"status": "processing"}, OrderState.OPEN, PaymentState.PAID, "unfulfilled", 1000),
        ({"status": "processing", "date_paid_gmt": None}, OrderState.OPEN, None, "unfulfilled", None),
        ({"status": "on-hold", "date_paid_gmt": None}, OrderState.OPEN, PaymentState.NONE, "unfulfilled", 0),
        ({"status": "cancelled", "date_paid_gmt": None}, OrderState.CANCELLED, PaymentState.VOIDED, "cancelled", 0),
        ({"status": "completed"}, OrderState.COMPLETE, PaymentState.PAID, "fulfilled", 1000),
        ({"status": "lost-in-space", "date_paid_gmt": None}, None, None, None, None),
    ],
)  # fmt: skip
def test_words_are_read_onto_our_axes(
    fields: dict[str, Any], state: Any, payment: Any, fulfilment: str | None, paid: int | None
) -> None:
    """Known statuses are mapped; a plugin's own stays raw; payment on delivery is not taken for paid."""
    claim = claim_of(order(**fields))
    assert (state, payment) == (claim.states.order, claim.states.payment)
    assert (fulfilment and FulfilmentState(fulfilment)) == claim.states.fulfilment
    assert paid == (claim.paid and claim.paid.amount)
    assert (fields["status"],) == claim.status


def test_who_bought_what() -> None:
    """A customer's number goes before the address; deleted products have names of their own."""
    claim = claim_of(order(line_items=[line(1, product_id=0, sku=None), line(2, variation_id=6)]))
    assert [ListingId("deleted:1"), ListingId("5:6")] == [row.listing for row in claim.lines]
    assert (claim.buyer, claim.name) == ("ada@example.com", "A-77")
    assert claim_of(order(customer_id=12)).buyer == "12"
    assert claim_of(order(customer_id=0, billing={"email": ""})).buyer is None
    assert read(order()).payload.subject == "ada@example.com"


def test_versions_grow_with_time_and_refunds() -> None:
    """A second is a million; of one second the order with more refunds is newer."""
    plain = claim_of(order()).version
    assert plain + 1 == claim_of(order(refunds=[{"id": 1}]), [refund(1, BEFORE)]).version
    later = claim_of(order(date_modified_gmt="2026-01-05T10:00:01")).version
    assert plain + 1_000_000 == later


def test_every_fault_is_named() -> None:
    """What cannot be read is kept with all its faults and their places."""
    entry = read(
        order(
            currency="EURO",
            total="ten",
            date_created_gmt="yesterday",
            line_items=[line(quantity=-1), line(2, subtotal=None), "line"],
        )
    )
    assert isinstance(entry, UnreadableOrder)
    text = "\n".join(entry.faults)
    for place in (
        "currency",
        "total",
        "date_created_gmt",
        "line_items[0].quantity",
        "line_items[2]",
    ):
        assert f"order.{place}: " in text


@given(junk=st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "status", "billing", "line_items", "refunds", "meta_data", "email"]), inner, max_size=4), max_leaves=8))  # fmt: skip
def test_nothing_makes_the_reader_trip(junk: Any) -> None:
    """Any document becomes an entry: read, or unreadable with its faults."""
    client = WooCommerce(
        ChannelId("woo"),
        url="https://shop.example",
        key=Secret("ck"),
        secret=Secret("cs"),
        currency=Currency.EUR,
    )

    entry = entry_of_order(client.channel, junk, ())
    assert isinstance(entry, UnreadableOrder)
    assert entry.faults
    assert entry == client.read_payload(entry.payload)


def test_a_payload_that_is_no_document_is_kept() -> None:
    """A payload of another hand is an unreadable order, not an error."""
    entry = read(order())
    torn = attrs.evolve(entry.payload, text=entry.payload.text[:-5])
    assert isinstance(torn, Payload)
    client = WooCommerce(
        ChannelId("woo"),
        url="https://shop.example",
        key=Secret("ck"),
        secret=Secret("cs"),
        currency=Currency.EUR,
    )
    assert isinstance(client.read_payload(torn), UnreadableOrder)


def test_a_discount_and_a_tax_belong_to_their_line() -> None:
    """What a coupon takes off a line, and the tax on it, go with the line when it comes back."""
    row = line(3, subtotal="10.00", total="8.00", total_tax="1.60")
    claim = claim_of(order(total="9.60", line_items=[row]))
    assert [(charge.kind, charge.amount.amount, charge.line) for charge in claim.charges] == [
        (ChargeKind.DISCOUNT, -200, "3"),
        (ChargeKind.TAX, 160, "3"),
    ]


def alone(document: Any) -> Any:
    """Return what the client makes of an order by itself, as webhooks bring it."""
    text = dump_json(document)
    return read_again(Payload(channel=ChannelId("woo"), object_id="77", text=text))


def test_an_order_alone_is_read_as_with_its_refunds() -> None:
    """Without refunds nothing is missing; of one second, what was asked for is the newer one."""
    asked = read(order()).claim
    assert alone(order()).claim == attrs.evolve(asked, version=asked.version - 1)


def test_an_order_alone_that_tells_of_refunds_is_incomplete() -> None:
    """Which units were paid back does not stand in it, so it is not taken for the whole."""
    entry = alone(order(refunds=[{"id": 5, "reason": "", "total": "-10.00"}]))

    assert isinstance(entry, UnreadableOrder)
    assert entry.faults == ("refunds: they are told without their lines; read the order again",)
