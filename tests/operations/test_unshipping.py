"""A fulfilment that is cancelled gives back what it took, in the order and in the ledger."""

from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecomkit.identifiers import LineId, ParcelId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations._orders import load_order, ship_units
from ecomkit.operations._unshipping import unship_units
from ecomkit.orders import (
    Fulfiller,
    FulfillerKind,
    LineEventKind,
    Order,
    OrderLine,
    TransitionError,
)
from ecomkit.stores import MemoryStore

P1 = ParcelId("p-1")


def ship(world: Any, order: Order, **units: int) -> Order:
    """Ship so many units of each line."""
    with world.store.transaction() as tx:
        known = load_order(tx, order.id)
        quantities = {LineId(line): quantity for line, quantity in units.items()}
        [after] = ship_units(
            tx, [(known, quantities)], now=world.clock.now(), settings=world.settings
        )
    return after


def unship(world: Any, order: Order, parcel: ParcelId | None = None, **units: int) -> Order:
    """Cancel the fulfilment of so many units of each line."""
    with world.store.transaction() as tx:
        return unship_units(
            tx,
            load_order(tx, order.id),
            {LineId(line): quantity for line, quantity in units.items()},
            parcel=parcel,
            now=world.clock.now(),
            settings=world.settings,
        )


@pytest.fixture
def placed(world: Any) -> Order:
    """Return an order of all ten elephants, of one line called a."""
    order = world.own_order(quantity=10)
    order = attrs.evolve(order, lines=[attrs.evolve(order.lines[0], id=LineId("a"))])
    world.shop.place(order)
    return order


def test_shipping_four_of_ten_and_cancelling_leaves_all_as_before(
    world: Any, placed: Order
) -> None:
    """
    On hand and allocated are what they were, and the ledger has both entries.

    vendurehq/vendure #1250, #1198: the one came back and not the other.
    """
    before = world.level
    ship(world, placed, a=4)
    assert (world.level.on_hand, world.level.allocated) == (6, 6)

    after = unship(world, placed, a=4, parcel=P1)

    assert (world.level.on_hand, world.level.allocated) == (before.on_hand, before.allocated)
    assert (world.level.on_hand, world.level.allocated) == (10, 10)
    assert after.counts(LineId("a")).open == 10
    assert [event.kind for event in after.events] == [
        LineEventKind.SHIPPED,
        LineEventKind.UNSHIPPED,
    ]
    assert after.events[-1].parcel == P1
    with world.store.snapshot() as tx:
        commands = {str(movement.command) for _, movement in tx.movements(limit=100)}
    assert commands >= {"ship:shop/1:0", "unship:shop/1:1"}
    world.assert_clean()
    ship(world, placed, a=10)
    assert world.level.on_hand == 0
    world.assert_clean()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 10), min_size=1, max_size=6))
def test_again_and_again_nothing_drifts(world_class: Any, sizes: list[int]) -> None:
    """
    However often units are shipped and taken back, order and ledger stay as they were.

    medusajs/medusa #11703, #11266, #12796: reservations drifted apart from fulfilments.
    """
    with MemoryStore() as store:
        world = world_class(store).adopted()
        order = world.own_order(quantity=10)
        world.shop.place(order)
        before = world.level
        for units in sizes:
            ship(world, order, **{"1": units})
            unship(world, order, **{"1": units})
        assert (world.level.on_hand, world.level.allocated) == (before.on_hand, before.allocated)
        assert world.shop.order(order.id).counts(LineId("1")).open == 10
        world.assert_clean()


def test_more_than_is_under_way_cannot_be_taken_back(world: Any, placed: Order) -> None:
    """What was never shipped, or is delivered, stays; nothing is booked."""
    ship(world, placed, a=4)
    text = world.text()
    with pytest.raises(TransitionError, match="5 unshipped wanted, 4 possible"):
        unship(world, placed, a=5)
    assert world.text() == text


def test_what_a_supplier_ships_comes_back_to_no_shelf_of_ours(world: Any) -> None:
    """A dropshipped line is open again, and the ledger has not moved."""
    order = world.own_order(quantity=1)
    lamp = OrderLine(
        id=LineId("drop"),
        sku=Sku("LAMP"),
        quantity=2,
        unit_price=Money(100, Currency.EUR),
        fulfilled_by=Fulfiller(kind=FulfillerKind.SUPPLIER, name="Lumen"),
    )
    order = attrs.evolve(order, lines=(*order.lines, lamp))
    world.shop.place(order)
    before = world.level
    ship(world, order, drop=2)
    assert world.level == before

    after = unship(world, order, drop=2)

    assert after.counts(LineId("drop")).open == 2
    assert world.level == before
    world.assert_clean()
