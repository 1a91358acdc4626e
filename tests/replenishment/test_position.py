"""Laws of the inventory position and of what is on order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomkit.errors import FieldError
from ecomkit.identifiers import LocationId, PurchaseOrderId, Sku, SupplierId
from ecomkit.replenishment import (
    ExpectedReceipt,
    InventoryPosition,
    NotOrderedError,
    PurchaseOrder,
    on_order,
)
from ecomkit.stock.promising import Firmness
from ecomkit.testing.strategies._replenishment import (
    expected_receipts,
    inventory_positions,
    purchase_orders,
)

ELEPHANT, TIGER = Sku("ELEPHANT"), Sku("TIGER")
LYON, LILLE = LocationId("LYON"), LocationId("LILLE")
FEW = st.sampled_from([ELEPHANT, TIGER]), st.sampled_from([LYON, LILLE])


def line(
    *,
    quantity: int = 48,
    expected_on: date = date(2026, 10, 8),
    location: LocationId = LYON,
    received: int = 0,
) -> ExpectedReceipt:
    """A line of purchase order PO-1 for elephants."""
    return ExpectedReceipt(
        purchase_order=PurchaseOrderId("PO-1"),
        sku=ELEPHANT,
        location=location,
        quantity=quantity,
        expected_on=expected_on,
        received=received,
    )


@given(inventory_positions(), st.integers(0, 10**18))
def test_ordering_raises_the_position_by_the_order(
    position: InventoryPosition, order: int
) -> None:
    """What is ordered is in the position at once."""
    assert position.total + order == position.after_ordering(order).total


@given(inventory_positions(max_value=10**15 - 1000), st.integers(1, 1000))
def test_each_part_moves_the_position_by_its_units(
    position: InventoryPosition, units: int
) -> None:
    """A receipt leaves the position as it is; a promise or an oversale lowers it."""
    ordered = position.after_ordering(units)
    parts = {"promised": position.promised, "uncovered": position.uncovered}
    received = InventoryPosition(
        usable=ordered.usable + units, on_order=ordered.on_order - units, **parts
    )
    promised = InventoryPosition(
        usable=position.usable,
        promised=position.promised + units,
        uncovered=position.uncovered,
        on_order=position.on_order,
    )
    oversold = InventoryPosition(
        usable=position.usable,
        promised=position.promised,
        uncovered=position.uncovered + units,
        on_order=position.on_order,
    )

    assert ordered.total == received.total
    assert position.total - units == promised.total
    assert position.total - units == oversold.total


@pytest.mark.parametrize("units", [-1, 1.0, True, None, 2**62])
@pytest.mark.parametrize("part", ["usable", "promised", "uncovered", "on_order"])
def test_parts_are_counts(units: Any, part: str) -> None:
    """No part of a position is negative, a float or a bool."""
    with pytest.raises(FieldError) as caught:
        InventoryPosition(**{"usable": 1, part: units})

    assert part == caught.value.field


@given(expected_receipts(max_value=10**12))
def test_what_is_open_is_incoming(receipt: ExpectedReceipt) -> None:
    """The open units of a line, on its day at its location; a line that has come is not incoming."""
    coming = receipt.incoming

    if receipt.open == 0:
        assert coming is None
    else:
        assert coming is not None
        assert (coming.sku, coming.location, coming.source) == (
            receipt.sku,
            receipt.location,
            receipt.purchase_order,
        )
        assert (coming.quantity, coming.expected_on) == (receipt.open, receipt.expected_on)
        assert coming.firmness is Firmness.FIRM
    assert receipt.receive(max(1, receipt.open)).incoming is None


def test_more_than_a_command_may_name_is_not_incoming() -> None:
    """A line of more than 10**12 units is refused where it would be promised from."""
    with pytest.raises(FieldError) as caught:
        _ = line(quantity=10**12 + 1).incoming

    assert (caught.value.owner, caught.value.field) == ("Incoming", "quantity")


@given(expected_receipts())
def test_open_and_over_are_what_is_between_ordered_and_received(receipt: ExpectedReceipt) -> None:
    """Ordered plus over is received plus open, and one of open and over is 0."""
    assert receipt.quantity + receipt.over == receipt.received + receipt.open
    assert min(receipt.open, receipt.over) == 0


@given(
    st.lists(expected_receipts(skus=FEW[0], locations=FEW[1], max_value=100)),
    st.dates(),
)
def test_on_order_is_conserved_over_skus_and_locations(
    receipts: list[ExpectedReceipt], before: date
) -> None:
    """What is on order anywhere is the sum over locations; over all skus it is all that is open."""
    for sku in (ELEPHANT, TIGER):
        everywhere = on_order(receipts, sku=sku, before=before)
        by_location = [
            on_order(receipts, sku=sku, before=before, location=location)
            for location in (LYON, LILLE)
        ]
        assert everywhere == sum(by_location)
    assert sum(receipt.open for receipt in receipts if receipt.expected_on < before) == sum(
        on_order(receipts, sku=sku, before=before) for sku in (ELEPHANT, TIGER)
    )


def test_the_end_of_the_window_does_not_count() -> None:
    """Units expected on the day itself land too late; the day before they count."""
    receipts = [line(received=8)]

    assert on_order(receipts, sku=ELEPHANT, before=date(2026, 10, 8)) == 0
    assert on_order(receipts, sku=ELEPHANT, before=date(2026, 10, 9)) == 40
    with pytest.raises(FieldError):
        on_order(receipts, sku=ELEPHANT, before=datetime(2026, 10, 9, tzinfo=UTC))


@given(purchase_orders(skus=FEW[0], locations=FEW[1], max_value=100), st.data())
def test_receiving_counts_every_unit_once(order: PurchaseOrder, data: st.DataObject) -> None:
    """What was received grows by the units that came, and no other sku or location changes."""
    arrived = data.draw(st.sampled_from(order.lines))
    quantity = data.draw(st.integers(1, 300))
    after = order.receive(arrived.sku, location=arrived.location, quantity=quantity)
    others = [
        (before, now)
        for before, now in zip(order.lines, after.lines, strict=True)
        if (before.sku, before.location) != (arrived.sku, arrived.location)
    ]

    assert order.received + quantity == after.received
    assert all(before == now for before, now in others)
    assert sum(row.quantity for row in after.lines) + after.over == after.received + after.open


@given(purchase_orders(skus=FEW[0], locations=FEW[1], max_value=100), st.data())
def test_partial_receipts_add_up_to_one(order: PurchaseOrder, data: st.DataObject) -> None:
    """Units that come in two parts leave the same order as units that come at once."""
    arrived = data.draw(st.sampled_from(order.lines))
    first, second = data.draw(st.tuples(st.integers(1, 150), st.integers(1, 150)))
    where = {"location": arrived.location}
    parts = order.receive(arrived.sku, quantity=first, **where)

    assert order.receive(arrived.sku, quantity=first + second, **where) == parts.receive(
        arrived.sku, quantity=second, **where
    )


def test_receipts_fill_the_earliest_line_first() -> None:
    """Units fill lines by expected day, and what is over shows on the last of them."""
    order = PurchaseOrder(
        id=PurchaseOrderId("PO-1"),
        supplier=SupplierId("ZOO"),
        placed_on=date(2026, 10, 1),
        lines=[line(quantity=10, expected_on=date(2026, 10, 9)), line(quantity=5)],
    )

    partly = order.receive(ELEPHANT, location=LYON, quantity=7)
    fully = partly.receive(ELEPHANT, location=LYON, quantity=10)

    assert [row.received for row in partly.lines] == [2, 5]
    assert [row.received for row in fully.lines] == [12, 5]
    assert (partly.open, partly.received, partly.over) == (8, 7, 0)
    assert (fully.open, fully.received, fully.over) == (0, 17, 2)


def test_goods_that_nobody_ordered_need_a_person() -> None:
    """A sku or a location that the purchase order does not name is refused with all three names."""
    order = PurchaseOrder(id=PurchaseOrderId("PO-1"), placed_on=date(2026, 10, 1), lines=[line()])

    for sku, location in ((TIGER, LYON), (ELEPHANT, LILLE)):
        with pytest.raises(NotOrderedError) as caught:
            order.receive(sku, location=location, quantity=1)
        assert f"PO-1 has no line for {sku} at {location}" in str(caught.value)
        assert (order.id, sku, location) == (
            caught.value.purchase_order,
            caught.value.sku,
            caught.value.location,
        )


@pytest.mark.parametrize("quantity", [0, -1, 1.0, True, None])
def test_nothing_is_not_received(quantity: Any) -> None:
    """A receipt is a whole number above 0."""
    order = PurchaseOrder(id=PurchaseOrderId("PO-1"), placed_on=date(2026, 10, 1), lines=[line()])

    with pytest.raises(FieldError):
        line().receive(quantity)
    with pytest.raises(FieldError):
        order.receive(ELEPHANT, location=LYON, quantity=quantity)


def test_a_purchase_order_has_lines_of_its_own() -> None:
    """A purchase order without lines, or with a line of another one, is refused."""
    for name, lines in (("PO-1", []), ("PO-2", [line()])):
        with pytest.raises(FieldError) as caught:
            PurchaseOrder(id=PurchaseOrderId(name), placed_on=date(2026, 10, 1), lines=lines)
        assert caught.value.field == "lines"


@pytest.mark.parametrize(
    "wrong",
    [{"quantity": 0}, {"quantity": True}, {"received": -1}, {"expected_on": "2026-10-08"}],
)
def test_a_line_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    """Each field of an expected receipt is checked and named."""
    with pytest.raises(FieldError) as caught:
        line(**wrong)

    assert caught.value.field in wrong


def test_late_units_still_count_once_they_are_overdue() -> None:
    """Units that were expected yesterday are still to come."""
    today = date(2026, 10, 20)

    assert on_order([line()], sku=ELEPHANT, before=today + timedelta(days=7)) == 48
