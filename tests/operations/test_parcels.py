"""Parcels in the books: split, cancelled, delivered and lost, with their units."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ecomkit.identifiers import LineId, ParcelId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import KeyReusedError, Settings, StockRefusedError
from ecomkit.orders import (
    AddLine,
    CancelUnits,
    Clearance,
    EditRefused,
    Fulfiller,
    FulfillerKind,
    FulfilmentState,
    Guards,
    HoldKind,
    NothingShipped,
    OrderEdit,
    OrderLine,
    OrderStep,
    ParcelState,
    UnknownParcelError,
    parcels,
)

ONE, TWO = ParcelId("p-1"), ParcelId("p-2")


@pytest.fixture
def placed(world: Any) -> Any:
    """Return an order of four of ten elephants, of our own shop."""
    order = world.own_order(quantity=4)
    world.shop.place(order)
    return order


def test_an_order_leaves_in_two_parcels(world: Any, placed: Any) -> None:
    """Three and one: each parcel has its units, and the ledger has none of them left."""
    world.shop.ship(placed.id, {world.line: 3}, parcel=ONE, key=world.key())
    world.shop.ship(placed.id, {world.line: 1}, parcel=TWO, key=world.key())
    order = world.shop.order(placed.id)

    assert [(parcel.id, parcel.units) for parcel in parcels(order)] == [(ONE, 3), (TWO, 1)]
    assert order.fulfilment_state is FulfilmentState.FULFILLED
    assert world.level.on_hand == 6
    world.assert_clean()


def test_cancelling_a_fulfilment_restores_what_was_on_hand_and_promised(
    world: Any, placed: Any
) -> None:
    """On hand and allocated are as before; ledger and order hold both entries."""
    before = world.level
    world.shop.ship(placed.id, {world.line: 3}, parcel=ONE, key=world.key())
    key = world.key()
    order = world.shop.unship(placed.id, ONE, key=key)

    assert (before.on_hand, before.allocated) == (world.level.on_hand, world.level.allocated)
    assert order.fulfilment_state is FulfilmentState.UNFULFILLED
    assert len(order.events) == 2
    [parcel] = parcels(order)
    assert parcel.state is ParcelState.CANCELLED
    assert world.shop.unship(placed.id, ONE, key=key) == order
    assert world.shop.unship(placed.id, ONE, key=world.key()) == order
    world.assert_clean()


def test_a_parcel_is_shipped_once(world: Any, placed: Any) -> None:
    """The same key again changes nothing; with other units it is refused."""
    key = world.key()
    first = world.shop.ship(placed.id, {world.line: 3}, parcel=ONE, key=key)

    assert world.shop.ship(placed.id, {world.line: 3}, parcel=ONE, key=key) == first
    with pytest.raises(KeyReusedError):
        world.shop.ship(placed.id, {world.line: 1}, parcel=ONE, key=key)


def test_what_is_not_covered_does_not_leave(world: Any) -> None:
    """Twelve were sold and ten are there: eleven in a parcel are refused, and nothing is booked."""
    order = world.sell(world.etsy, "1", 12)
    world.shop.sync()
    before = world.text()

    with pytest.raises(StockRefusedError):
        world.shop.ship(order, {world.line: 11}, parcel=ONE, key=world.key())
    assert before == world.text()


def test_a_hold_keeps_an_order_from_leaving(world: Any, placed: Any) -> None:
    """On hold nothing ships, by name or with all others; released, it does."""
    world.shop.hold_order(placed.id, HoldKind.ADDRESS, key=world.key(), reason="no house number")

    answer = world.shop.ship(placed.id, {world.line: 1}, parcel=ONE, key=world.key())
    assert isinstance(answer, Clearance)
    assert "address" in answer.explain()
    assert world.shop.fulfil() == ()
    assert not world.shop.clearance(placed.id, OrderStep.SHIP).is_clear

    world.pass_time(minutes=1)
    world.shop.release_order(placed.id, HoldKind.ADDRESS, key=world.key(), reason="called")
    assert world.shop.fulfil() == (placed.id,)


def test_a_parcel_that_left_answers_its_key_though_a_hold_came_since(
    world: Any, placed: Any
) -> None:
    """What has taken effect has taken effect, whatever stands in the way of more."""
    key = world.key()
    world.shop.ship(placed.id, {world.line: 1}, parcel=ONE, key=key)
    world.shop.hold_order(placed.id, HoldKind.FRAUD, key=world.key(), reason="stolen card")
    again = world.shop.ship(placed.id, {world.line: 1}, parcel=ONE, key=key)

    assert not isinstance(again, Clearance)
    assert again.units.shipped == 1


def test_guards_of_the_settings_are_asked_before_cancelling_and_editing(
    make_world: Any,
) -> None:
    """A shop that cancels nothing once something has left says so, and changes nothing."""
    strict = Guards(cancel=[NothingShipped()], edit=[NothingShipped()])
    world = make_world(settings=Settings(guards=strict.without(type(Guards().ship[1])))).adopted()
    order = world.own_order(quantity=4)
    world.shop.place(order)
    world.shop.ship(order.id, {world.line: 1}, parcel=ONE, key=world.key())
    shipped = world.shop.order(order.id)
    edit = OrderEdit(
        key=world.key(),
        order=order.id,
        version=shipped.version,
        changes=[CancelUnits(line=world.line, quantity=1)],
        requested_at=world.clock.now(),
    )
    world.shop.request_edit(edit)

    assert isinstance(world.shop.cancel(order.id, {world.line: 1}, key=world.key()), Clearance)
    assert isinstance(world.shop.confirm_edit(edit.key), EditRefused)
    assert world.shop.order(order.id) == shipped


def test_a_parcel_is_delivered_or_lost_and_may_turn_up(world: Any, placed: Any) -> None:
    """What becomes of a parcel shows on the order, each time once."""
    world.shop.ship(placed.id, {world.line: 3}, parcel=ONE, key=world.key())
    world.shop.ship(placed.id, {world.line: 1}, parcel=TWO, key=world.key())
    now = world.clock.now()
    key = world.key()
    order = world.shop.note_lost(placed.id, ONE, at=now, key=key)
    assert order.units.lost == 3
    assert world.shop.note_lost(placed.id, ONE, at=now, key=key) == order

    world.shop.note_delivered(placed.id, TWO, at=now, key=world.key())
    world.shop.note_found(placed.id, ONE, at=now, key=world.key())
    order = world.shop.note_delivered(placed.id, ONE, at=now, key=world.key())

    assert (order.units.lost, order.units.delivered) == (0, 4)
    assert order.fulfilment_state is FulfilmentState.DELIVERED
    with pytest.raises(UnknownParcelError):
        world.shop.note_lost(placed.id, ParcelId("p-9"), at=now, key=world.key())
    world.assert_clean()


def test_what_a_supplier_ships_leaves_no_shelf_of_ours(world: Any, placed: Any) -> None:
    """A dropshipped line is shipped and its fulfilment cancelled without a movement."""
    drop = OrderLine(
        id=LineId("drop"),
        sku=Sku("NEVER-HERE"),
        quantity=2,
        unit_price=Money(100, Currency.EUR),
        fulfilled_by=Fulfiller(kind=FulfillerKind.SUPPLIER, name="maker"),
    )
    mixed = attrs.evolve(world.own_order("shop/2", quantity=1), lines=(*placed.lines, drop))
    world.shop.place(mixed)
    level = world.level
    shipped = world.shop.ship(mixed.id, {drop.id: 2}, parcel=ONE, key=world.key())
    assert shipped.counts(drop.id).shipped == 2

    undone = world.shop.unship(mixed.id, ONE, key=world.key())

    assert undone.counts(drop.id).shipped == 0
    assert world.level == level
    world.assert_clean()


MAKER = Fulfiller(kind=FulfillerKind.SUPPLIER, name="maker")


def test_a_sku_that_its_supplier_ships_is_a_setting(make_world: Any) -> None:
    """Orders of channels and of our own shop get who ships as they are placed."""
    plain = make_world()
    world = make_world(settings=Settings(fulfillers={plain.sku: MAKER})).adopted()
    own = world.own_order(quantity=4)
    world.shop.place(own)
    sold = world.sell(world.etsy, "1", 20)
    world.shop.sync()

    for order in (own.id, sold):
        assert [line.fulfilled_by for line in world.shop.order(order).lines] == [MAKER]
    assert world.available == 10
    assert world.shop.uncovered() == ()
    assert world.shop.fulfil() == ()
    world.assert_clean()


def test_placing_again_what_others_ship_changes_nothing(make_world: Any) -> None:
    """The order's id is the key, also where the ledger has no part in it."""
    plain = make_world()
    world = make_world(settings=Settings(fulfillers={plain.sku: MAKER})).adopted()
    order = world.own_order(quantity=4)
    world.shop.place(order)
    before = world.text()
    world.shop.place(order)

    assert before == world.text()
    with pytest.raises(KeyReusedError):
        world.shop.place(world.own_order(quantity=5))


def test_placing_again_knows_an_order_that_was_held_and_edited_since(
    world: Any, placed: Any
) -> None:
    """Whatever was appended since, it is the order that was placed."""
    world.shop.hold_order(placed.id, HoldKind.FRAUD, key=world.key(), reason="new card")
    before = world.text()
    world.shop.place(placed)

    assert before == world.text()


def test_a_line_added_by_an_edit_gets_who_ships_it_too(make_world: Any) -> None:
    """What its supplier ships is not reserved on our shelves, however it came into the order."""
    world = make_world(settings=Settings(fulfillers={Sku("LAMP"): MAKER})).adopted()
    order = world.own_order(quantity=4)
    world.shop.place(order)
    lamp = attrs.evolve(order.lines[0], id=LineId("lamp"), sku=Sku("LAMP"), quantity=2)
    edit = OrderEdit(
        key=world.key(),
        order=order.id,
        version=0,
        changes=[AddLine(line=lamp)],
        requested_at=world.clock.now(),
    )
    world.shop.request_edit(edit)
    world.shop.confirm_edit(edit.key)

    assert world.shop.order(order.id).line(lamp.id).fulfilled_by == MAKER
    assert world.available == 6
    world.assert_clean()
