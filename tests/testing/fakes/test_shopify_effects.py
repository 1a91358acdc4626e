"""The Shopify fake when it is told to do something: stock, parcels, refunds, cancellations, listings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shopify_desk import SET, Desk, eur

from ecomkit.identifiers import ListingId

FULFILL = """
mutation ($input: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $input) {
    fulfillment { status trackingInfo(first: 5) { company number url } }
    userErrors { field message }
  }
}
"""
CANCEL = """
mutation ($id: ID!, $method: OrderCancelRefundMethodInput, $restock: Boolean!) {
  orderCancel(orderId: $id, reason: CUSTOMER, refundMethod: $method, restock: $restock) {
    job { id done } orderCancelUserErrors { code }
  }
}
"""


def codes(errors: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return what is wrong, and where."""
    return [(one["code"], one["field"]) for one in errors]


def levels(desk: Desk, listing: ListingId) -> tuple[int, int, int]:
    """Return what is available, committed and on hand at the first location."""
    level = desk.shop.variant(listing).levels[desk.shop.store.main.id]
    return level.available, level.committed, level.on_hand


def listing_of(desk: Desk, number: str, place: int = 0) -> ListingId:
    """Return the listing of a line."""
    variant = desk.shop.order(number).lines[place].variant
    assert variant is not None
    return ListingId(str(variant.id))


def test_quantities_are_set_absolutely_by_either_name() -> None:
    """Setting what is on hand leaves what is committed out of what is available."""
    desk = Desk()
    listing = desk.shop.put_up("A", quantity=9)
    desk.shop.sell([(listing, 2, eur("5"))])
    assert desk.set(desk.row(listing, 4)) == []
    assert levels(desk, listing) == (4, 2, 6)
    assert desk.set(desk.row(listing, 4), key="k2", name="on_hand") == []
    assert levels(desk, listing) == (2, 2, 4)


def test_a_stale_row_stops_all_rows() -> None:
    """CHANGE_FROM_QUANTITY_STALE names its row, and nothing of the mutation is done."""
    desk = Desk()
    one, two = (desk.shop.put_up(sku, quantity=7) for sku in "AB")
    rows = [desk.row(one, 1, changeFromQuantity=7), desk.row(two, 1, changeFromQuantity=6)]
    path = ["input", "quantities", "1", "changeFromQuantity"]
    assert codes(desk.set(*rows)) == [("CHANGE_FROM_QUANTITY_STALE", path)]
    assert (desk.shop.shown(one), desk.shop.shown(two)) == (7, 7)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"inventoryItemId": "gid://shopify/InventoryItem/1"}, "INVALID_INVENTORY_ITEM"),
        ({"locationId": "gid://shopify/Location/1"}, "INVALID_LOCATION"),
        ({"quantity": 2_000_000_000}, "INVALID_QUANTITY_TOO_HIGH"),
        ({"quantity": -2_000_000_000}, "INVALID_QUANTITY_TOO_LOW"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(changes: dict[str, Any], code: str) -> None:
    """Unknown items and places, and numbers beyond all sense."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    assert [found for found, _ in codes(desk.set(desk.row(listing, 1) | changes))] == [code]
    assert desk.shop.shown(listing) == 7


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": "committed"}, "INVALID_NAME"),
        ({"reason": "whim"}, "INVALID_REASON"),
        ({"referenceDocumentUri": "no address"}, "INVALID_REFERENCE_DOCUMENT"),
    ],
)
def test_an_update_that_makes_no_sense_is_refused(more: dict[str, Any], code: str) -> None:
    """Names, reasons and documents must be the vendor's."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    assert [found for found, _ in codes(desk.set(desk.row(listing, 1), **more))] == [code]


def test_what_a_row_was_before_must_be_said_or_waived() -> None:
    """Without ``changeFromQuantity`` a row is refused; null waives the comparison."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    bare = {
        name: held for name, held in desk.row(listing, 1).items() if name != "changeFromQuantity"
    }
    assert [found for found, _ in codes(desk.set(bare))] == ["COMPARE_QUANTITY_REQUIRED"]
    assert desk.set(desk.row(listing, 1), key="k2") == []


def test_a_row_may_be_there_once_and_250_of_them() -> None:
    """A pair that comes twice is refused, and so are more rows than 250."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    twice = codes(desk.set(desk.row(listing, 1), desk.row(listing, 2)))
    assert [code for code, _ in twice] == ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"]
    many = {
        "name": "available",
        "reason": "correction",
        "quantities": [desk.row(listing, 1)] * 251,
    }
    assert desk.code(SET, input=many, key="m") == "MAX_INPUT_SIZE_EXCEEDED"


def test_an_item_is_stocked_at_a_location_once_it_is_activated() -> None:
    """Before that there is no level to set, and none to read."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    attic = desk.shop.open_location("Attic")
    row = desk.row(listing, 3) | {"locationId": desk.place(attic)}
    assert desk.shop.shown(listing, location=attic) is None
    assert len(desk.set(row)) == 1
    desk.data(
        "mutation ($item: ID!, $place: ID!) { inventoryActivate(inventoryItemId: $item, locationId:"
        " $place) { userErrors { message } } }",
        item=desk.item(listing),
        place=desk.place(attic),
    )
    assert desk.set(row, key="k2") == []
    assert desk.shop.shown(listing, location=attic) == 3


def test_a_key_counts_once() -> None:
    """Same key and content: the same answer and no second effect; other content is a mismatch."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    given = {
        "name": "available",
        "reason": "correction",
        "quantities": [desk.row(listing, 3, changeFromQuantity=7)],
    }
    first = desk.data(SET, input=given, key="same")
    desk.shop.show(listing, 5)
    assert desk.data(SET, input=given, key="same") == first
    assert desk.shop.shown(listing) == 5
    errors = desk.set(desk.row(listing, 4), key="same")
    assert [code for code, _ in codes(errors)] == ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]
    assert desk.shop.shown(listing) == 5


@pytest.mark.parametrize(
    "call",
    [
        'inventorySetQuantities(input: {name: "available", reason: "other", quantities: []})',
        'inventoryAdjustQuantities(input: {name: "available", reason: "other", changes: []})',
        'refundCreate(input: {orderId: "gid://shopify/Order/1"})',
    ],
)
def test_a_mutation_that_needs_a_key_is_refused_without(call: str) -> None:
    """It is an error of the document, not of the input."""
    desk = Desk()
    assert desk.code(f"mutation {{ {call} {{ userErrors {{ message }} }} }}") == "BAD_REQUEST"


def test_adjusting_adds_to_what_there_is() -> None:
    """A difference is added; a stale comparison refuses it."""
    desk = Desk()
    listing = desk.shop.put_up("A")
    document = (
        "mutation ($input: InventoryAdjustQuantitiesInput!, $key: String!) { "
        "inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }"
    )
    change = {
        "inventoryItemId": desk.item(listing),
        "locationId": desk.place(),
        "delta": -2,
        "changeFromQuantity": 7,
    }
    given = {"name": "available", "reason": "damaged", "changes": [change]}
    told = [
        desk.data(document, input=given, key=key)["inventoryAdjustQuantities"]["userErrors"]
        for key in "abb"
    ]
    assert told == [[], *[[{"code": "CHANGE_FROM_QUANTITY_STALE"}]] * 2]
    assert desk.shop.shown(listing) == 5


def fulfil(desk: Desk, number: str, *units: int, **more: Any) -> dict[str, Any]:
    """Fulfil so many units of an order's first lines; all that is left without any."""
    ordered = desk.shop.order(number).fulfillment_orders[0]
    group: dict[str, Any] = {"fulfillmentOrderId": f"gid://shopify/FulfillmentOrder/{ordered.id}"}
    if units:
        group["fulfillmentOrderLineItems"] = [
            {"id": f"gid://shopify/FulfillmentOrderLineItem/{line.id}", "quantity": count}
            for line, count in zip(ordered.lines, units, strict=False)
        ]
    given = {"lineItemsByFulfillmentOrder": [group], **more}
    return dict(desk.data(FULFILL, input=given)["fulfillmentCreate"])


def test_parcels_take_what_is_left_and_no_more() -> None:
    """Parts, then the rest, then nothing: the order's state and the stock follow."""
    desk = Desk()
    number = desk.sold(3, 1)
    order, listing = desk.shop.order(number), listing_of(desk, number)
    tracking = {"company": "La Poste", "numbers": ["1", "2"], "urls": ["https://t.example/1"]}
    parcel = fulfil(desk, number, 2, trackingInfo=tracking)
    assert parcel["fulfillment"]["trackingInfo"] == [
        {"company": "La Poste", "number": "1", "url": "https://t.example/1"},
        {"company": "La Poste", "number": "2", "url": None},
    ]
    assert (order.fulfillment_status, levels(desk, listing)) == (
        "PARTIALLY_FULFILLED",
        (17, 1, 18),
    )
    [too_many] = fulfil(desk, number, 2)["userErrors"]
    assert "quantity" in too_many["message"]
    assert fulfil(desk, number)["userErrors"] == []
    assert (order.fulfillment_status, levels(desk, listing)) == ("FULFILLED", (17, 0, 17))
    [done] = fulfil(desk, number)["userErrors"]
    assert "unfulfillable status= closed" in done["message"]
    assert [sum(one.quantity for one in it.lines) for it in desk.shop.fulfilments(number)] == [
        2,
        2,
    ]


def test_what_is_on_hold_cannot_be_sent() -> None:
    """A hold takes the action away and the mutation is refused."""
    desk = Desk()
    number = desk.sold(1)
    desk.shop.hold(number)
    assert desk.shop.order(number).fulfillment_status == "ON_HOLD"
    assert len(fulfil(desk, number)["userErrors"]) == 1


@pytest.mark.parametrize(
    ("restock", "stock", "left"),
    [("CANCEL", (18, 2, 20), 2), ("RETURN", (18, 3, 21), 3), ("NO_RESTOCK", (17, 3, 20), 3)],
)
def test_a_refund_does_with_units_what_its_restock_type_says(
    restock: str, stock: tuple[int, int, int], left: int
) -> None:
    """Cancelled units go back to available and are not sent; returned ones come on top."""
    desk = Desk()
    number = desk.sold(3)
    line = desk.shop.order(number).lines[0]
    row = {
        "lineItemId": f"gid://shopify/LineItem/{line.id}",
        "quantity": 1,
        "restockType": restock,
    }
    assert desk.pay_back(number, refundLineItems=[row]) == []
    assert levels(desk, listing_of(desk, number)) == stock
    assert (line.unfulfilled, line.refunded) == (left, 1)


def payment(desk: Desk, number: str, amount: str) -> dict[str, Any]:
    """Return the row that pays *amount* back over an order's first payment."""
    sale = desk.shop.order(number).transactions[0]
    return {
        "orderId": f"gid://shopify/Order/{number}",
        "gateway": sale.gateway,
        "kind": "REFUND",
        "amount": amount,
        "parentId": f"gid://shopify/OrderTransaction/{sale.id}",
    }


@given(parts=st.lists(st.integers(1, 1_500), max_size=5))
def test_no_more_goes_back_than_was_paid(parts: list[int]) -> None:
    """Each refund is done as a whole or refused; their sum never exceeds the payment."""
    desk = Desk(burst=1e9)
    number = desk.sold(2)
    back = 0
    for place, cents in enumerate(parts):
        text = f"{cents // 100}.{cents % 100:02}"
        errors = desk.pay_back(number, key=str(place), transactions=[payment(desk, number, text)])
        assert (errors == []) is (back + cents <= 2_000)
        back += 0 if errors else cents
    assert desk.shop.refunded(number).amount == back


def test_refunds_that_make_no_sense_are_refused_with_their_place() -> None:
    """Unknown lines, more units than there are, cancelling what was sent, nothing at all."""
    desk = Desk()
    number = desk.sold(2)
    [line] = desk.shop.order(number).lines
    desk.shop.ship(number, {desk.lines(number)[0]: 2})
    row = {"lineItemId": f"gid://shopify/LineItem/{line.id}", "quantity": 1}

    def places(key: str, **more: Any) -> list[list[str] | None]:
        return [error["field"] for error in desk.pay_back(number, key=key, **more)]

    start = ["refundLineItems", "0"]
    assert places("a", refundLineItems=[row | {"lineItemId": "gid://shopify/LineItem/1"}]) == [
        [*start, "lineItemId"]
    ]
    assert places("b", refundLineItems=[row | {"quantity": 3}]) == [[*start, "quantity"]]
    assert places("c", refundLineItems=[row | {"restockType": "CANCEL"}]) == [
        [*start, "restockType"]
    ]
    assert places("d", currency="USD") == [["currency"]]
    assert places("e", shipping={"amount": "1.00"}) == [["shipping", "amount"]]
    assert places("f") == [None]
    assert desk.shop.refunds(number) == ()


def test_a_cancellation_takes_its_time_and_then_undoes_the_order() -> None:
    """The job is done a second later: units are back, money too if it was asked for."""
    desk = Desk()
    number = desk.sold(3, shipping=eur("5"))
    key = f"gid://shopify/Order/{number}"
    method = {"originalPaymentMethodsRefund": True}
    job = desk.data(CANCEL, id=key, method=method, restock=True)["orderCancel"]["job"]
    order = desk.shop.order(number)
    assert (job["done"], order.cancelled_at) == (False, None)
    desk.time.advance(1)
    done = "query ($id: ID!) { job(id: $id) { done } }"
    assert desk.data(done, id=job["id"]) == {"job": {"done": True}}
    assert order.cancelled_at is not None
    assert (order.financial_status, order.fulfillment_status) == ("REFUNDED", "RESTOCKED")
    assert desk.shop.refunded(number) == eur("35")
    assert levels(desk, listing_of(desk, number)) == (20, 0, 20)
    again = desk.data(CANCEL, id=key, method=method, restock=True)["orderCancel"]
    assert again == {"job": None, "orderCancelUserErrors": [{"code": "INVALID"}]}


def test_a_cancellation_without_restock_loses_the_units() -> None:
    """They leave what is committed and do not come back to what is available."""
    desk = Desk()
    number = desk.sold(3)
    desk.data(CANCEL, id=f"gid://shopify/Order/{number}", method=None, restock=False)
    desk.time.advance(1)
    assert desk.shop.order(number).cancelled_at is not None
    assert levels(desk, listing_of(desk, number)) == (17, 0, 17)
    assert desk.shop.refunded(number) == eur("0")


@pytest.mark.parametrize(("sent", "code"), [(1, "INVALID"), (0, "NOT_FOUND")])
def test_only_an_order_of_which_nothing_was_sent_can_be_cancelled(sent: int, code: str) -> None:
    """A parcel stands in the way, and an order that there is not cannot be cancelled."""
    desk = Desk()
    number = desk.sold(2)
    if sent:
        desk.shop.ship(number, {desk.lines(number)[0]: sent})
    key = f"gid://shopify/Order/{number if sent else 1}"
    errors = desk.data(CANCEL, id=key, method=None, restock=True)["orderCancel"]
    assert errors["orderCancelUserErrors"] == [{"code": code}]


def test_returns_are_of_what_was_sent() -> None:
    """Units in a parcel can come back once; the order says that a return is under way."""
    desk = Desk()
    number = desk.sold(3)
    desk.shop.ship(number, {desk.lines(number)[0]: 2})
    [parcel] = desk.shop.fulfilments(number)
    document = (
        "mutation ($input: ReturnInput!) { returnCreate(returnInput: $input) { return { status "
        "totalQuantity } userErrors { code } } }"
    )
    row = {
        "fulfillmentLineItemId": f"gid://shopify/FulfillmentLineItem/{parcel.lines[0].id}",
        "quantity": 2,
        "returnReason": "DEFECTIVE",
    }
    given = {"orderId": f"gid://shopify/Order/{number}", "returnLineItems": [row]}
    assert desk.data(document, input=given)["returnCreate"] == {
        "return": {"status": "OPEN", "totalQuantity": 2},
        "userErrors": [],
    }
    assert desk.data(document, input=given)["returnCreate"]["userErrors"] == [{"code": "INVALID"}]
    order = desk.shop.order(number)
    assert order.return_status == "IN_PROGRESS"
    close = "mutation ($id: ID!) { returnClose(id: $id) { userErrors { code } } }"
    desk.data(close, id=f"gid://shopify/Return/{order.returns[0].id}")
    assert order.return_status == "RETURNED"


@pytest.mark.parametrize(("partial", "price"), [("true", "9.00"), ("false", "20.00")])
def test_variants_change_together_or_as_far_as_they_can(partial: str, price: str) -> None:
    """One variant that is refused stops the others, unless partial updates are allowed."""
    desk = Desk()
    good, bad = desk.shop.put_up_variants({"A": 1, "B": 1})
    document = (
        "mutation ($product: ID!, $variants: [ProductVariantsBulkInput!]!) { "
        "productVariantsBulkUpdate(productId: $product, variants: $variants, allowPartialUpdates: "
        f"{partial}) {{ userErrors {{ code field }} }} }}"
    )
    errors = desk.data(
        document,
        product=f"gid://shopify/Product/{desk.shop.variant(good).product.id}",
        variants=[
            {"id": f"gid://shopify/ProductVariant/{good}", "price": "9.00"},
            {"id": f"gid://shopify/ProductVariant/{bad}", "price": "-1"},
        ],
    )["productVariantsBulkUpdate"]["userErrors"]
    assert codes(errors) == [("GREATER_THAN_OR_EQUAL_TO", ["variants", "1", "price"])]
    read = "query ($id: ID!) { productVariant(id: $id) { price } }"
    shown = desk.data(read, id=f"gid://shopify/ProductVariant/{good}")
    assert shown == {"productVariant": {"price": price}}


def test_a_product_is_drafted_and_a_deleted_one_leaves_its_lines() -> None:
    """A status is set; an order keeps the line whose variant is gone, without the variant."""
    desk = Desk()
    number = desk.sold(1)
    listing = listing_of(desk, number)
    product = f"gid://shopify/Product/{desk.shop.variant(listing).product.id}"
    desk.data(
        "mutation ($id: ID!) { productUpdate(product: {id: $id, status: DRAFT}) { product { id } } "
        "}",
        id=product,
    )
    read = "query ($id: ID!) { product(id: $id) { status } }"
    assert desk.data(read, id=product) == {"product": {"status": "DRAFT"}}
    desk.shop.take_down(listing)
    assert desk.data(read, id=product) == {"product": None}
    assert desk.shop.shown(listing) is None
    lines = desk.data(
        "query ($id: ID!) { order(id: $id) { lineItems(first: 1) { nodes { sku variant { id } } } "
        "} }",
        id=f"gid://shopify/Order/{number}",
    )["order"]["lineItems"]
    assert lines == {"nodes": [{"sku": "SKU-0", "variant": None}]}


def test_the_merchant_may_refund_over_the_parts_that_are_left() -> None:
    """Units not sent are cancelled, units sent come back to the shelf, as one refund."""
    desk = Desk()
    number = desk.sold(3)
    [line] = desk.lines(number)
    desk.shop.ship(number, {line: 1})
    desk.shop.refund(number, {line: 3}, amount=eur("30"))
    [refund] = desk.shop.refunds(number)
    assert [(one.restock, one.quantity) for one in refund.lines] == [("CANCEL", 2), ("RETURN", 1)]
    assert levels(desk, listing_of(desk, number)) == (20, 0, 20)
    assert desk.shop.order(number).financial_status == "REFUNDED"


def test_an_order_may_be_fulfilled_from_several_locations() -> None:
    """Each location has its own fulfilment order; one parcel cannot come from two of them."""
    desk = Desk()
    number = desk.sold(3)
    [line] = desk.lines(number)
    attic = desk.shop.open_location("Attic")
    desk.shop.move(number, {line: 2}, location=attic)
    orders = desk.shop.order(number).fulfillment_orders
    assert [(one.location.name, one.lines[0].remaining) for one in orders] == [
        ("Main warehouse", 1),
        ("Attic", 2),
    ]
    assert levels(desk, listing_of(desk, number)) == (19, 1, 20)
    groups = [{"fulfillmentOrderId": f"gid://shopify/FulfillmentOrder/{one.id}"} for one in orders]
    both = desk.data(FULFILL, input={"lineItemsByFulfillmentOrder": groups})["fulfillmentCreate"]
    assert "same location" in both["userErrors"][0]["message"]
    for group in groups:
        told = desk.data(FULFILL, input={"lineItemsByFulfillmentOrder": [group]})
        assert told["fulfillmentCreate"]["userErrors"] == []
    assert desk.shop.order(number).fulfillment_status == "FULFILLED"
