"""Uncovered units: sold, not there, listed until somebody resolves them."""

from datetime import timedelta
from typing import Any

from ecomkit.catalog import Component, Kit, Kits
from ecomkit.identifiers import CartId, LineId, PurchaseOrderId, Sku, SupplierId
from ecomkit.operations import Settings, UncoveredUnits
from ecomkit.stock import MAIN, Coverage


def test_what_is_sold_and_not_there_is_listed(world: Any) -> None:
    """Order, line, sku, units and the moment of the sale, oldest arrival first."""
    first = world.sell(world.etsy, "1", 12)
    world.pass_time(hours=1)
    second = world.sell(world.corner, "7", 1)
    world.shop.sync()
    one, other = world.shop.uncovered()

    assert (
        UncoveredUnits(
            order=first,
            line=LineId("1"),
            sku=world.sku,
            location=MAIN,
            quantity=2,
            placed_at=one.placed_at,
        )
        == one
    )
    assert (second, 1) == (other.order, other.quantity)
    assert one.explain() == "etsy/1 line 1: 2 of ELEPHANT at main uncovered, sold 2026-01-05 09:00"


def test_nothing_uncovered_is_an_empty_list(world: Any) -> None:
    """A covered sale is not listed."""
    world.sell(world.etsy, "1", 10)
    world.shop.sync()

    assert world.shop.uncovered() == ()


def test_goods_resolve_it(world: Any) -> None:
    """A receipt covers the oldest arrival first."""
    world.sell(world.etsy, "1", 12)
    world.sell(world.corner, "7", 3)
    world.shop.sync()
    world.shop.receive({world.sku: 4}, key=world.key())

    assert [(u.order, u.quantity) for u in world.shop.uncovered()] == [("corner/7", 1)]


def test_a_cancellation_resolves_it(world: Any) -> None:
    """Uncovered units go first, so what is covered stays covered."""
    name = world.sell(world.etsy, "1", 12)
    world.shop.sync()
    order = world.shop.cancel(name, {LineId("1"): 2}, key=world.key("c"))
    again = world.shop.cancel(name, {LineId("1"): 2}, key=world.key("c"))

    assert (order.units.cancelled, order.units.open) == (2, 10)
    assert order == again
    assert (world.shop.uncovered(), world.level.allocated) == ((), 10)
    world.assert_clean()


def test_a_cancelled_order_covers_who_waits(world: Any) -> None:
    """What one gives up goes to the next."""
    name = world.sell(world.etsy, "1", 10)
    world.sell(world.corner, "7", 4)
    world.shop.sync()
    world.shop.cancel(name, {LineId("1"): 3}, key=world.key())

    assert [(u.order, u.quantity) for u in world.shop.uncovered()] == [("corner/7", 1)]


def test_on_request_the_earlier_sale_is_covered_first(make_world: Any) -> None:
    """With coverage by placement, units that become free go to who bought first."""
    world = make_world(settings=Settings(coverage=Coverage.PLACEMENT)).adopted(units=0)
    world.sell(world.etsy, "1", 1)
    world.pass_time(hours=-1)
    early = world.sell(world.corner, "7", 1)
    world.pass_time(hours=1)
    world.shop.sync()
    world.shop.receive({world.sku: 1}, key=world.key())

    assert [early] == list(world.shop.fulfil())
    assert [waiting.order for waiting in world.shop.uncovered()] == ["etsy/1"]


def test_the_missing_parts_of_a_kit_are_listed(make_world: Any) -> None:
    """It is the part that is missing, not the kit."""
    leg, trunk = Sku("LEG"), Sku("TRUNK")
    kit = Kit(
        sku=Sku("ELEPHANT"),
        components=[Component(sku=leg, quantity=4), Component(sku=trunk, quantity=1)],
    )
    world = make_world(settings=Settings(kits=Kits(kits=[kit])))
    world.shop.adopt(world.etsy_id, opening={leg: 6, trunk: 5})
    world.sell(world.etsy, "1", 2)
    world.shop.sync()

    assert [(leg, 2)] == [(u.sku, u.quantity) for u in world.shop.uncovered()]

    world.shop.cancel("etsy/1", {LineId("1"): 1}, key=world.key())

    assert world.shop.uncovered() == ()
    assert (world.shop.level(leg).sellable, world.shop.level(leg).allocated) == (2, 4)
    world.assert_clean()


def test_it_can_be_bought_in(world: Any) -> None:
    """A purchase of just what is missing covers who waits when it comes."""
    world.sell(world.etsy, "1", 12)
    world.sell(world.corner, "7", 3)
    world.shop.sync()
    po = PurchaseOrderId("PO-1")
    order = world.shop.buy_in(
        world.shop.uncovered(),
        po,
        expected_on=world.clock.now().date(),
        supplier=SupplierId("mill"),
    )

    assert {world.sku: 5} == {line.sku: line.quantity for line in order.lines}

    world.shop.receive({world.sku: order.open}, key=world.key(), purchase_order=po)

    assert world.shop.uncovered() == ()
    assert world.available == 0


def test_it_can_be_cancelled_order_by_order(world: Any) -> None:
    """What is covered is kept; the same list again cancels nothing more."""
    world.sell(world.etsy, "1", 12)
    world.sell(world.corner, "7", 3)
    world.shop.sync()
    waiting = world.shop.uncovered()
    cancelled = world.shop.cancel_uncovered(waiting)

    assert [(order.id, order.units.cancelled) for order in cancelled] == [
        ("corner/7", 3),
        ("etsy/1", 2),
    ]
    assert () == world.shop.uncovered() == world.shop.cancel_uncovered(waiting)
    assert world.level.allocated == 10
    world.assert_clean()


def test_an_old_list_cancels_only_what_still_waits(world: Any) -> None:
    """Goods came in after the list was made: what they covered is left alone."""
    world.sell(world.etsy, "1", 12)
    world.sell(world.corner, "7", 3)
    world.shop.sync()
    waiting = world.shop.uncovered()
    world.shop.receive({world.sku: 3}, key=world.key())
    [cancelled] = world.shop.cancel_uncovered(waiting)

    assert (cancelled.id, cancelled.units.cancelled) == ("corner/7", 2)
    assert world.level.allocated == 13
    world.assert_clean()


def test_a_kit_is_cancelled_as_often_as_a_part_is_missing(make_world: Any) -> None:
    """Two kits want eight legs, six are there: one kit is cancelled whole."""
    leg, trunk = Sku("LEG"), Sku("TRUNK")
    kit = Kit(
        sku=Sku("ELEPHANT"),
        components=[Component(sku=leg, quantity=4), Component(sku=trunk, quantity=1)],
    )
    world = make_world(settings=Settings(kits=Kits(kits=[kit])))
    world.shop.adopt(world.etsy_id, opening={leg: 6, trunk: 0})
    world.sell(world.etsy, "1", 2)
    world.shop.sync()
    world.shop.receive({trunk: 2}, key=world.key())
    [cancelled] = world.shop.cancel_uncovered(world.shop.uncovered())

    assert cancelled.units.cancelled == 1
    assert (world.shop.level(leg).sellable, world.shop.level(trunk).sellable) == (2, 1)
    world.assert_clean()


def test_what_carts_hold_no_longer_is_not_missing(world: Any) -> None:
    """An expired hold covers who waits before anything is shipped or cancelled."""
    until = world.clock.now() + timedelta(minutes=15)
    world.shop.hold(CartId("c1"), {world.sku: 4}, until=until, key=world.key())
    first, second = world.sell(world.etsy, "1", 8), world.sell(world.corner, "7", 3)
    world.shop.sync()
    waiting = world.shop.uncovered()

    assert sum(one.quantity for one in waiting) == 5

    world.clock.set(until)

    assert [order.units.cancelled for order in world.shop.cancel_uncovered(waiting)] == [1]
    assert set(world.shop.fulfil()) == {first, second}
    assert world.shop.fulfil() == ()
    world.assert_clean()


def test_what_carts_hold_no_longer_is_shipped(world: Any) -> None:
    """An expired hold covers who waits in the very fulfilment that ships it."""
    until = world.clock.now() + timedelta(minutes=15)
    world.shop.hold(CartId("c1"), {world.sku: 4}, until=until, key=world.key())
    name = world.sell(world.etsy, "1", 8)
    world.shop.sync()
    world.clock.set(until)
    world.shop.fulfil()

    assert world.shop.order(name).units.shipped == 8
