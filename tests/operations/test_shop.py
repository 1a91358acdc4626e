"""Shop: the operations of one merchant, composed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecomkit.errors import InputError
from ecomkit.identifiers import ChannelId, OrderId, PurchaseOrderId
from ecomkit.operations import (
    Settings,
    Shop,
    StockRefusedError,
    SystemClock,
    UnknownChannelError,
    UnknownOrderError,
)
from ecomkit.ports import StoreClosedError
from ecomkit.returns import Disposition, ReceivedLine, Reception
from ecomkit.stock import Adjust, Done, Owner, Release, Want
from ecomkit.stores import MemoryStore


def test_two_channels_of_one_name_are_refused(world: Any) -> None:
    """Orders could not be told apart."""
    with pytest.raises(UnknownChannelError) as caught:
        world.open_shop([world.etsy, world.corner, world.etsy])

    assert (world.etsy_id, InputError) == (caught.value.channel, UnknownChannelError.__mro__[1])


def test_a_shop_without_channels_works(new_store: Any) -> None:
    """Own sales, counts and receipts need no channel."""
    with Shop(store=new_store()) as shop:
        assert str(shop.sync()) == ""
        assert str(shop.preview()) == "0 of 0 listings would be told a number"


def test_leaving_the_shop_closes_its_store(new_store: Any) -> None:
    """Closing again is no error; using it after is one."""
    store = new_store()
    with Shop(store=store) as shop:
        assert store is shop.store
    shop.close()

    with pytest.raises(StoreClosedError):
        shop.sync()


def test_the_machine_s_clock_is_the_default() -> None:
    """Without a clock the shop goes by the machine's, in UTC."""
    before = datetime.now(UTC)
    shop = Shop(store=MemoryStore())

    assert before <= shop._now() <= datetime.now(UTC)
    assert timedelta(0) == SystemClock().now().utcoffset()
    assert Settings() == shop.settings


def test_an_order_is_found_by_its_name(world: Any) -> None:
    """A name that is in no book is refused."""
    name = world.sell(world.etsy, "1", 1)
    world.shop.sync()

    assert name == world.shop.order(name).id

    with pytest.raises(UnknownOrderError):
        world.shop.order(OrderId("etsy/2"))


def test_one_unknown_order_stops_the_whole_fulfilment(world: Any) -> None:
    """All named orders are shipped, or none."""
    name = world.sell(world.etsy, "1", 1)
    world.shop.sync()
    text = world.text()

    with pytest.raises(UnknownOrderError):
        world.shop.fulfil([name, OrderId("etsy/2")])

    assert text == world.text()


def test_an_order_named_twice_is_shipped_once(world: Any) -> None:
    """Naming an order again is no second shipment."""
    name = world.sell(world.etsy, "1", 4)
    world.shop.sync()
    world.shop.fulfil([name, name])

    assert world.shop.order(name).units.shipped == 4
    assert world.level.on_hand == 6
    world.assert_clean()


def test_only_what_is_covered_is_fulfilled(world: Any) -> None:
    """The rest of the order stays open."""
    name = world.sell(world.etsy, "1", 12)
    world.shop.sync()

    assert (name,) == world.shop.fulfil()
    assert (world.shop.order(name).units.shipped, world.shop.order(name).units.open) == (10, 2)
    assert world.shop.fulfil() == ()
    world.assert_clean()


def test_any_stock_command_can_be_run(world: Any) -> None:
    """The ledger itself stands open for what has no verb of its own."""
    command = Adjust(key=world.key(), sku=world.sku, difference=-3, reason="moths")

    assert Done(units=3) == world.shop.execute(command)
    assert world.available == 7


def test_a_channel_that_was_taken_out_keeps_its_books(world: Any) -> None:
    """Without the client nothing is pulled or told; with it, it goes on."""
    shop = world.open_shop([world.corner])
    world.sell(world.etsy, "1", 4)
    report = shop.sync()

    assert [ChannelId("corner")] == [pull.channel for pull in report.pulls]
    assert world.etsy.shown(world.listing) == 3 - 3

    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.corner.shown(world.listing)) == (6, 6)


def test_the_ten_elephants(world: Any) -> None:
    """Five sold on each of two channels: nothing is left, anywhere, and nobody is short."""
    world.shop.sync()
    world.sell(world.etsy, "1", 5)
    world.sell(world.corner, "1", 5)
    world.shop.sync()

    assert (world.etsy.shown(world.listing), world.corner.shown(world.listing)) == (0, 0)
    assert (world.level.allocated, world.level.uncovered_units) == (10, 0)
    assert world.shop.uncovered() == ()
    world.assert_clean()


def test_all_orders_can_be_read_page_by_page(world: Any, monkeypatch: Any) -> None:
    """Sorted by id, all of them, however small the pages."""
    monkeypatch.setattr("ecomkit.operations._shop_orders.ORDERS_AT_A_TIME", 2)
    for number in range(5):
        world.sell(world.etsy, str(number), 1)
    world.shop.sync()

    assert [order.id for order in world.shop.orders()] == [f"etsy/{n}" for n in range(5)]


def test_purchases_and_returns_can_be_read(world: Any) -> None:
    """What was ordered and what came back, those that are done among them."""
    name = world.sell(world.etsy, "1", 2)
    world.shop.sync()
    world.shop.fulfil()
    po = PurchaseOrderId("PO")
    world.shop.purchase(po, units={world.sku: 1}, expected_on=world.clock.now().date())
    world.shop.receive({world.sku: 1}, key=world.key(), purchase_order=po)
    line = ReceivedLine(line=world.line, quantity=1, disposition=Disposition.RESTOCK)
    kept = world.shop.receive_return(name, Reception(lines=[line]), key=world.key())

    assert [purchase.received for purchase in world.shop.purchases()] == [1]
    assert [one.settlements for one in world.shop.returns()] == [(kept,)]


def test_what_the_ledger_refuses_is_not_half_written(world: Any) -> None:
    """Units that an order has no more in the ledger cannot be cancelled: everything stays."""
    name = world.sell(world.etsy, "1", 4)
    world.shop.sync()
    want = Want(owner=Owner.line(name, world.line), sku=world.sku, quantity=4)
    world.shop.execute(Release(key=world.key(), wants=[want]))
    text = world.text()

    with pytest.raises(StockRefusedError) as caught:
        world.shop.cancel(name, {world.line: 4}, key=world.key())

    assert "wanted 4, available 0" in str(caught.value)
    assert text == world.text()
