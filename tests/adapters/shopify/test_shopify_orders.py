"""An order of Shopify is read into a claim, with its units, its money and its words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shopify_helpers import answer, bag, listed, make_client, order_line, order_node, shipment
from shopify_helpers import taken_back as refund

from ecomkit.adapters.http import flow_of, play
from ecomkit.adapters.shopify import TestOrders
from ecomkit.adapters.shopify._units import LineFacts
from ecomkit.channels import ChannelClaim, ClaimedStates, ReadOrder, UnreadableOrder
from ecomkit.identifiers import LineId, ListingId
from ecomkit.money import Currency, Money
from ecomkit.orders import (
    Charge,
    ChargeKind,
    FulfilmentState,
    OrderState,
    PaymentState,
    ReturnState,
    Taxation,
)


def euros(text: str) -> Money:
    """Return so many euros."""
    return Money.parse(text, Currency.EUR)


def read(node: dict[str, Any], *more: Any) -> ReadOrder | UnreadableOrder | None:
    """Return what ``order`` makes of *node*, and of the answers after it."""
    client = make_client()
    answers = [answer({"order": node}), *map(answer, more)]
    return play(client, flow_of(client.order)("1001"), answers=answers).result


def claim_of(node: dict[str, Any], *more: Any) -> ChannelClaim:
    """Return the claim of *node*, which is readable."""
    entry = read(node, *more)
    assert isinstance(entry, ReadOrder), entry
    return entry.claim


def faults_of(node: dict[str, Any]) -> tuple[str, ...]:
    """Return what is wrong with *node*, which is not readable."""
    entry = read(node)
    assert isinstance(entry, UnreadableOrder), entry
    return entry.faults


def units_of(node: dict[str, Any]) -> list[tuple[int, int, int]]:
    """Return cancelled, shipped and returned units of each line."""
    return [(line.cancelled, line.shipped, line.returned) for line in claim_of(node).lines]


def test_a_plain_order() -> None:
    """Number, name, moments, buyer, money and units are where they belong."""
    claim = claim_of(order_node())
    assert (claim.number, claim.name, claim.buyer) == ("1001", "#1001", "77")
    assert claim.placed_at == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert claim.version == int(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()) * 1_000_000
    assert (claim.currency, claim.paid, claim.charges) == (Currency.EUR, euros("39.80"), ())
    [line] = claim.lines
    assert (line.id, line.listing, line.quantity) == (LineId("1"), ListingId("501"), 2)
    assert (line.unit_price, line.title) == (euros("19.90"), "Elephant, knit")


def test_what_it_costs_besides_its_goods() -> None:
    """Discounts and taxes are of their lines; shipping, its tax, tips and duties of the order."""
    tax = {"title": "VAT", "priceSet": bag("3.18")}
    line = order_line(1, discountAllocations=[{"allocatedAmountSet": bag("2.5")}], taxLines=[tax])
    shipping = {
        "title": "Post",
        "discountedPriceSet": bag("4.9"),
        "taxLines": [{"title": "VAT", "priceSet": bag("0.78")}],
    }
    claim = claim_of(
        order_node(
            lineItems=listed(line),
            shippingLines=listed(shipping),
            totalTipReceivedSet=bag("1.0"),
            originalTotalDutiesSet=bag("2.0"),
            originalTotalAdditionalFeesSet=bag("0.0"),
        )
    )
    included: dict[str, Any] = {
        "kind": ChargeKind.TAX,
        "title": "VAT",
        "taxation": Taxation.INCLUDED,
    }
    assert claim.charges == (
        Charge(kind=ChargeKind.DISCOUNT, amount=euros("-2.50"), line=LineId("1")),
        Charge(amount=euros("3.18"), line=LineId("1"), **included),
        Charge(amount=euros("0.78"), **included),
        Charge(kind=ChargeKind.SHIPPING, amount=euros("4.90"), title="Post"),
        Charge(kind=ChargeKind.FEE, amount=euros("1.00"), title="tip"),
        Charge(kind=ChargeKind.FEE, amount=euros("2.00"), title="duties"),
    )


def test_taxes_on_top() -> None:
    """Where prices are without tax, a tax adds to the total."""
    tax = {"title": "State Tax", "priceSet": bag("1.00")}
    node = order_node(taxesIncluded=False, lineItems=listed(order_line(1, taxLines=[tax])))
    assert [charge.taxation for charge in claim_of(node).charges] == [Taxation.ADDED]


@pytest.mark.parametrize(
    ("line", "changes", "wanted"),
    [
        ({"unfulfilledQuantity": 1}, {"fulfillments": [shipment((1, 1))]}, (0, 1, 0)),
        (
            {"unfulfilledQuantity": 2},
            {"fulfillments": [shipment((1, 1), status="CANCELLED")]},
            (0, 0, 0),
        ),
        (
            {"unfulfilledQuantity": 1},
            {"fulfillments": [shipment((1, 1), status="PENDING")]},
            (0, 0, 0),
        ),
        (
            {"currentQuantity": 1, "unfulfilledQuantity": 1},
            {"refunds": [refund((1, 1), kind="CANCEL")]},
            (1, 0, 0),
        ),
        (
            {"currentQuantity": 1, "unfulfilledQuantity": 1},
            {"refunds": [refund((1, 1), kind="NO_RESTOCK")]},
            (1, 0, 0),
        ),
        (
            {"currentQuantity": 1, "unfulfilledQuantity": 0},
            {"fulfillments": [shipment((1, 2))], "refunds": [refund((1, 1), kind="RETURN")]},
            (0, 2, 1),
        ),
        (
            {"currentQuantity": 1, "unfulfilledQuantity": 0},
            {"fulfillments": [shipment((1, 2))], "refunds": [refund((1, 1), kind="NO_RESTOCK")]},
            (0, 2, 0),
        ),
        ({"currentQuantity": 0, "unfulfilledQuantity": 0}, {}, (2, 0, 0)),
        ({}, {"cancelledAt": "2026-03-01T12:00:00Z"}, (2, 0, 0)),
        (
            {"unfulfilledQuantity": 1},
            {"cancelledAt": "2026-03-01T12:00:00Z", "fulfillments": [shipment((1, 1))]},
            (1, 1, 0),
        ),
    ],
    ids=[
        "shipped in part",
        "a fulfilment that was called off",
        "a fulfilment that waits for its service",
        "cancelled in part",
        "refunded before it was shipped",
        "came back",
        "refunded and kept",
        "edited away",
        "cancelled as a whole",
        "cancelled after a part was shipped",
    ],
)
def test_units(
    line: dict[str, Any], changes: dict[str, Any], wanted: tuple[int, int, int]
) -> None:
    """Cancelled, shipped and returned units follow from fulfilments, refunds and counts."""
    node = order_node(lineItems=listed(order_line(1, **line)), **changes)
    assert [wanted] == units_of(node)


KINDS = ("CANCEL", "LEGACY_RESTOCK", "NO_RESTOCK", "RETURN", "NEW_KIND")
UNITS = st.integers(0, 20)


@given(
    quantity=st.integers(1, 20),
    fulfilled=UNITS,
    under_way=UNITS,
    current=st.none() | UNITS,
    unfulfilled=st.none() | UNITS,
    refunded=st.dictionaries(st.sampled_from(KINDS), UNITS),
    is_order_cancelled=st.booleans(),
)
def test_units_never_exceed_what_was_bought(
    quantity: int, refunded: Mapping[str, int], **rest: Any
) -> None:
    """Whatever Shopify counts, a claim's line can be built of it."""
    units = LineFacts(quantity=quantity, refunded=refunded, **rest).units()
    assert min(units.cancelled, units.shipped, units.returned) >= 0
    assert units.cancelled + units.shipped <= quantity
    assert units.returned <= units.shipped


@given(shipped=UNITS, open_units=UNITS, cancelled=UNITS, data=st.data())
def test_consistent_counts_are_read_back(
    shipped: int, open_units: int, cancelled: int, data: st.DataObject
) -> None:
    """Where Shopify's counts agree, the units are those that happened."""
    returned = data.draw(st.integers(0, shipped))
    kept = data.draw(st.integers(0, shipped - returned))
    quantity = shipped + open_units + cancelled
    facts = LineFacts(
        quantity=quantity,
        fulfilled=shipped,
        current=quantity - cancelled - returned - kept,
        unfulfilled=open_units,
        refunded={"CANCEL": cancelled, "RETURN": returned, "NO_RESTOCK": kept},
    )
    units = facts.units()
    assert (cancelled, shipped, returned) == (units.cancelled, units.shipped, units.returned)


def test_when_it_left() -> None:
    """The moment of shipping is that of the latest fulfilment that succeeded."""
    shipments = [
        shipment((1, 1)),
        shipment((1, 1), number=10, createdAt="2026-03-01T11:45:00Z", status="CANCELLED"),
    ]
    node = order_node(fulfillments=shipments)
    listing = {"order": {"fulfillments": shipments}}
    wanted = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)
    assert wanted == claim_of(node, listing).shipped_at


def test_words() -> None:
    """Words are kept raw, and read onto the axes."""
    claim = claim_of(
        order_node(
            displayFinancialStatus="PARTIALLY_REFUNDED",
            displayFulfillmentStatus="ON_HOLD",
            closedAt="2026-03-01T12:00:00Z",
        )
    )
    assert claim.status == ("PARTIALLY_REFUNDED", "ON_HOLD", "NO_RETURN")
    assert claim.states == ClaimedStates(
        order=OrderState.COMPLETE,
        payment=PaymentState.PARTIALLY_REFUNDED,
        fulfilment=FulfilmentState.UNFULFILLED,
        returning=ReturnState.NONE,
    )


def test_words_of_tomorrow() -> None:
    """A word that nobody knows today stays raw; the axis is left open."""
    claim = claim_of(
        order_node(displayFinancialStatus="BARTERED", displayFulfillmentStatus="BEAMED")
    )
    assert claim.status[:2] == ("BARTERED", "BEAMED")
    assert (claim.states.payment, claim.states.fulfilment) == (None, None)


def test_a_deleted_variant() -> None:
    """A line whose variant is deleted is named by itself, the same each time."""
    [line] = claim_of(order_node(lineItems=listed(order_line(7, variant=None)))).lines
    assert ListingId("deleted:7") == line.listing


def test_an_order_without_a_customer() -> None:
    """A guest, or an application that may not know, leaves the buyer open."""
    entry = read(order_node(customer=None))
    assert isinstance(entry, ReadOrder)
    assert (entry.claim.buyer, entry.payload.subject) == (None, None)


def test_what_happened_tells_states_of_one_second_apart() -> None:
    """A state in which more units are shipped is newer, also within one second."""
    before = claim_of(order_node()).version
    after = claim_of(order_node(fulfillments=[shipment((1, 1))])).version
    assert before < after < before + 1_000_000


def test_every_fault_is_told() -> None:
    """An order that cannot be read says all that is wrong with it."""
    node = order_node(
        createdAt="yesterday",
        currencyCode="EURO",
        lineItems=listed(order_line(1, quantity="2", originalUnitPriceSet=None)),
    )
    assert [fault.partition(":")[0] for fault in faults_of(node)] == [
        "currencyCode",
        "createdAt",
        "lineItems[0].quantity",
        "lineItems[0].originalUnitPriceSet",
    ]


@pytest.mark.parametrize("name", sorted(order_node()))
def test_no_field_of_another_shape_breaks_the_page(name: str) -> None:
    """Whatever stands in a field, the order is read or kept with its faults."""
    shapes: list[Any] = [None, "junk", 7, [], [None], {}, {"nodes": None}, [{}]]
    for junk in shapes:
        entry = read(order_node() | {name: junk})
        assert entry is not None
        assert make_client().read_payload(entry.payload) == entry


def test_orders_to_try_the_shop_out_are_left_out() -> None:
    """A test order is no sale, unless it is asked for."""
    node = order_node(test=True)
    assert read(node) is None
    client = make_client(test_orders=TestOrders.TAKEN)
    played = play(client, flow_of(client.order)("1001"), answers=[answer({"order": node})])
    assert isinstance(played.result, ReadOrder)


def test_a_number_that_is_none() -> None:
    """What cannot be a number is not asked for."""
    client = make_client()
    played = play(client, flow_of(client.order)("#1001"), answers=[])
    assert (played.result, played.requests) == (None, ())


def test_long_lists_are_followed() -> None:
    """Lines, fulfilments and refunds beyond a page are read, each once."""
    lines = [order_line(number) for number in (1, 2, 3)]
    shipments = [shipment((1, 2), number=1), shipment((2, 1), number=2)]
    third = {"id": "gid://shopify/Fulfillment/3", "createdAt": "2026-03-01T11:50:00Z"}
    third["status"] = "SUCCESS"
    node = order_node(lineItems=listed(lines[0], after="a"), fulfillments=shipments)
    claim = claim_of(
        node,
        {"order": {"lineItems": listed(lines[1], after="b")}},
        {"order": {"lineItems": listed(lines[2])}},
        {"order": {"fulfillments": [*shipments, {**third, "trackingInfo": []}]}},
        {"fulfillment": {"fulfillmentLineItems": shipment((3, 1))["fulfillmentLineItems"]}},
    )
    assert [line.id for line in claim.lines] == ["1", "2", "3"]
    assert [line.shipped for line in claim.lines] == [2, 1, 1]


def test_a_list_that_cannot_be_paged_is_not_cut_off() -> None:
    """An order with more refunds than can be listed is kept as unreadable, not read in part."""
    rows = [refund((1, 1), kind="RETURN", number=number) for number in range(50)]
    entry = read(order_node(refunds=rows[:2]), {"order": {"refunds": rows}})
    assert isinstance(entry, UnreadableOrder)
    assert [fault.partition(":")[0] for fault in entry.faults] == ["refunds"]
