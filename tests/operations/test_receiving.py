"""Goods come in, shelves are counted, purchases are placed."""

from datetime import date, timedelta
from typing import Any

import pytest

from ecomkit.errors import FieldError
from ecomkit.identifiers import CartId, PurchaseOrderId, Sku, SupplierId
from ecomkit.operations import KeyReusedError, UnknownPurchaseOrderError
from ecomkit.operations._receiving import PURCHASES
from ecomkit.replenishment import NotOrderedError
from ecomkit.stock import Bucket

PO = PurchaseOrderId("PO-1")
TIGER = Sku("TIGER")
SOON = date(2026, 1, 12)


def test_goods_that_come_in_are_available_and_count_once(world: Any) -> None:
    """The same receipt again changes nothing."""
    for _ in range(2):
        world.shop.receive({world.sku: 5}, key=world.key("r1"))

    assert world.available == 15
    assert dict(world.shop.audit().units)[Bucket.SUPPLIER] == -5


def test_goods_cover_who_waits_first(world: Any) -> None:
    """Only what is left over is available."""
    world.sell(world.etsy, "1", 13)
    world.shop.sync()
    world.shop.receive({world.sku: 5}, key=world.key())

    assert (world.level.allocated, world.level.uncovered_units, world.available) == (13, 0, 2)


@pytest.mark.parametrize("units", [{TIGER: 5}, {TIGER: 5, "LION": 1}, {}], ids=str)
def test_a_receipt_with_another_content_is_refused(world: Any, units: Any) -> None:
    """A receipt's key takes one content."""
    world.shop.receive({world.sku: 5}, key=world.key("r1"))
    text = world.text()

    with pytest.raises(KeyReusedError):
        world.shop.receive(units, key=world.key("r1"))

    assert text == world.text()


def test_a_receipt_with_one_wrong_quantity_leaves_nothing(world: Any) -> None:
    """All of a receipt is taken in, or nothing."""
    text = world.text()

    with pytest.raises(FieldError):
        world.shop.receive({world.sku: 5, TIGER: 0}, key=world.key("r1"))

    assert text == world.text()


def test_a_count_corrects_the_level_once(world: Any) -> None:
    """What is missing is shrinkage; the same count again changes nothing."""
    world.shop.count({world.sku: 7}, key=world.key("c1"))
    world.shop.receive({world.sku: 1}, key=world.key())
    world.shop.count({world.sku: 7}, key=world.key("c1"))

    assert world.available == 8
    assert dict(world.shop.audit().units)[Bucket.SHRINKAGE] == 3


def test_a_count_below_zero_leaves_nothing(world: Any) -> None:
    """A shelf holds nothing or more."""
    text = world.text()

    with pytest.raises(FieldError):
        world.shop.count({world.sku: 7, TIGER: -1}, key=world.key("c1"))

    assert text == world.text()


def test_a_count_that_breaks_promises_shows_who_waits(world: Any) -> None:
    """Holds end first, then the latest order waits."""
    world.sell(world.etsy, "1", 6)
    world.shop.sync()
    world.shop.hold(
        CartId("c1"),
        {world.sku: 2},
        until=world.clock.now() + timedelta(hours=1),
        key=world.key(),
    )
    world.shop.count({world.sku: 5}, key=world.key())

    assert (world.level.held, world.level.allocated, world.level.uncovered_units) == (0, 5, 1)
    assert [waiting.order for waiting in world.shop.uncovered()] == ["etsy/1"]
    world.assert_clean()


def place(world: Any, units: Any = None, **options: Any) -> Any:
    """Place the purchase."""
    return world.shop.purchase(
        PO, units=units or {world.sku: 20}, expected_on=options.pop("expected_on", SOON), **options
    )


def test_a_purchase_is_never_stock(world: Any) -> None:
    """Units on order are available to nobody."""
    order = place(world, supplier=SupplierId("mill"))

    assert (20, 0, SupplierId("mill"), world.clock.now().date()) == (
        order.open,
        order.received,
        order.supplier,
        order.placed_on,
    )
    assert world.available == 10
    assert (order,) == world.kept(PURCHASES)


def test_a_purchase_placed_again_is_the_same(world: Any) -> None:
    """Running the script again, on another day and after a receipt, changes nothing."""
    place(world)
    world.shop.receive({world.sku: 5}, key=world.key(), purchase_order=PO)
    world.pass_time(days=1)
    text = world.text()
    again = place(world)

    assert (again.open, again.received) == (15, 5)
    assert text == world.text()


@pytest.mark.parametrize(
    "change",
    [
        {"units": {TIGER: 20}},
        {"expected_on": SOON + timedelta(days=1)},
        {"supplier": SupplierId("other")},
    ],
    ids=str,
)
def test_another_purchase_under_a_known_id_is_refused(world: Any, change: Any) -> None:
    """Units, days and supplier are its content."""
    place(world)
    text = world.text()

    with pytest.raises(KeyReusedError) as caught:
        place(world, **change)

    assert caught.value.key == "purchase:PO-1"
    assert text == world.text()


def test_each_sku_of_a_purchase_may_have_its_own_day(world: Any) -> None:
    """Days are given for all skus, or sku by sku."""
    later = SOON + timedelta(days=7)
    order = place(
        world, units={world.sku: 1, TIGER: 2}, expected_on={world.sku: SOON, TIGER: later}
    )

    assert [SOON, later] == [line.expected_on for line in order.lines]


def test_goods_fill_their_purchase(world: Any) -> None:
    """Received in parts, and more than was ordered: all is stock, and the surplus is seen."""
    place(world)
    world.shop.receive({world.sku: 12}, key=world.key(), purchase_order=PO)
    [order] = world.kept(PURCHASES, index="open")

    assert (order.open, order.received, order.over) == (8, 12, 0)

    world.shop.receive({world.sku: 10}, key=world.key(), purchase_order=PO)
    [order] = world.kept(PURCHASES)

    assert (order.open, order.received, order.over) == (0, 22, 2)
    assert world.kept(PURCHASES, index="open") == ()
    assert world.available == 32


def test_goods_for_an_unknown_purchase_are_refused(world: Any) -> None:
    """Nothing is taken in, and the receipt's key stays free."""
    text = world.text()

    with pytest.raises(UnknownPurchaseOrderError) as caught:
        world.shop.receive({world.sku: 1}, key=world.key("r1"), purchase_order=PO)

    assert caught.value.purchase_order == PO
    assert text == world.text()


def test_a_sku_that_was_not_ordered_leaves_nothing_half_written(world: Any) -> None:
    """One wrong sku refuses the whole receipt; without it, it goes through."""
    place(world)
    text = world.text()

    with pytest.raises(NotOrderedError) as caught:
        world.shop.receive({world.sku: 5, TIGER: 1}, key=world.key("r1"), purchase_order=PO)

    assert caught.value.sku == TIGER
    assert text == world.text()

    world.shop.receive({world.sku: 5}, key=world.key("r1"), purchase_order=PO)

    assert world.available == 15
