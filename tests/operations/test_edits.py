"""Edits and holds in the books: units and order change together, or not at all."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ecomkit.identifiers import LineId, OrderId, Sku
from ecomkit.money import Currency, Money
from ecomkit.operations import (
    EditEndedError,
    KeyReusedError,
    UnknownEditError,
    UnknownOrderError,
)
from ecomkit.orders import (
    AddLine,
    Adjustment,
    AdjustmentKind,
    CancelUnits,
    EditPreview,
    EditRefused,
    EditState,
    Fulfiller,
    FulfillerKind,
    HoldKind,
    OrderEdit,
    OrderLine,
)
from ecomkit.stock import Short


@pytest.fixture
def placed(world: Any) -> Any:
    """Return an order of four of ten elephants, of our own shop."""
    order = world.own_order(quantity=4)
    world.shop.place(order)
    return world.shop.order(order.id)


def edit_of(world: Any, order: Any, *changes: Any) -> Any:
    """Return an edit of *order* as it is."""
    return OrderEdit(
        key=world.key(),
        order=order.id,
        version=order.version,
        changes=changes,
        requested_at=world.clock.now(),
        by="Mia",
    )


def more(order: Any, quantity: int, *, name: str = "more") -> Any:
    """Return a line of the same sku."""
    first = order.lines[0]
    return AddLine(line=attrs.evolve(first, id=LineId(name), quantity=quantity))


def test_nothing_changes_until_an_edit_is_confirmed(world: Any, placed: Any) -> None:
    """A request shows what would be, and leaves order and shelf alone."""
    before = world.text()
    edit = edit_of(world, placed, more(placed, 2))
    preview = world.shop.request_edit(edit)

    assert isinstance(preview, EditPreview)
    assert world.shop.order(placed.id) == placed
    assert world.available == 6
    assert [line for line in world.text().splitlines() if line not in before.splitlines()] == [
        line for line in world.text().splitlines() if line.startswith("edit ")
    ]


def test_a_confirmed_edit_moves_units_and_order_together(world: Any, placed: Any) -> None:
    """Two more and one less: five are promised, and the order says so."""
    line = placed.lines[0].id
    edit = edit_of(world, placed, more(placed, 2), CancelUnits(line=line, quantity=1))
    world.shop.request_edit(edit)
    world.shop.confirm_edit(edit.key)
    order = world.shop.order(placed.id)

    assert world.available == 5
    assert (order.units.ordered, order.units.cancelled, order.units.open) == (6, 1, 5)
    [kept] = world.shop.edits(placed.id)
    assert kept.state is EditState.CONFIRMED
    world.assert_clean()


def test_what_is_not_there_is_not_added(world: Any, placed: Any) -> None:
    """Seven more of six: the answer says what is short, and nothing has changed."""
    edit = edit_of(
        world, placed, CancelUnits(line=placed.lines[0].id, quantity=1), more(placed, 7)
    )
    world.shop.request_edit(edit)
    before = world.text()
    answer = world.shop.confirm_edit(edit.key)

    assert isinstance(answer, Short)
    assert before == world.text()


def test_an_edit_of_an_order_that_has_changed_is_refused(world: Any, placed: Any) -> None:
    """What was previewed is what is confirmed, or nothing."""
    edit = edit_of(world, placed, CancelUnits(line=placed.lines[0].id, quantity=1))
    world.shop.request_edit(edit)
    world.shop.fulfil()
    answer = world.shop.confirm_edit(edit.key)

    assert isinstance(answer, EditRefused)
    assert "has changed since" in answer.explain()
    assert world.shop.order(placed.id).units.cancelled == 0


def test_confirming_twice_changes_nothing_more(world: Any, placed: Any) -> None:
    """The second answer says that it is confirmed already."""
    edit = edit_of(world, placed, more(placed, 2))
    world.shop.request_edit(edit)
    world.shop.confirm_edit(edit.key)
    before = world.text()

    assert isinstance(world.shop.confirm_edit(edit.key), EditRefused)
    assert before == world.text()


def test_what_is_added_and_taken_off_again_is_never_reserved(world: Any, placed: Any) -> None:
    """Of three added and two cancelled in one edit, one is promised."""
    edit = edit_of(world, placed, more(placed, 3), CancelUnits(line=LineId("more"), quantity=2))
    world.shop.request_edit(edit)
    world.shop.confirm_edit(edit.key)

    assert world.available == 5
    world.assert_clean()


def test_a_declined_edit_leaves_the_order(world: Any, placed: Any) -> None:
    """Declined, it is kept as declined, and cannot be confirmed."""
    edit = edit_of(world, placed, more(placed, 2))
    world.shop.request_edit(edit)
    world.shop.decline_edit(edit.key)

    assert isinstance(world.shop.confirm_edit(edit.key), EditRefused)
    assert world.shop.decline_edit(edit.key).state is EditState.DECLINED
    assert world.available == 6


def test_an_edit_ends_once_and_was_asked_for(world: Any, placed: Any) -> None:
    """A confirmed edit is not declined, an unknown one is neither."""
    goodwill = Adjustment(
        kind=AdjustmentKind.GOODWILL,
        amount=Money(-100, placed.currency),
        at=world.clock.now(),
    )
    edit = edit_of(world, placed, goodwill)
    world.shop.request_edit(edit)
    world.shop.confirm_edit(edit.key)
    assert world.shop.order(placed.id).adjustments == (goodwill,)

    with pytest.raises(EditEndedError):
        world.shop.decline_edit(edit.key)
    with pytest.raises(UnknownEditError):
        world.shop.confirm_edit(world.key())
    with pytest.raises(UnknownOrderError):
        world.shop.request_edit(attrs.evolve(edit, order=OrderId("shop/none")))


def test_a_refused_request_is_not_kept(world: Any, placed: Any) -> None:
    """An edit that cannot be made is answered with its reasons, and forgotten."""
    edit = edit_of(world, placed, CancelUnits(line=placed.lines[0].id, quantity=9))

    assert isinstance(world.shop.request_edit(edit), EditRefused)
    assert world.shop.edits(placed.id) == ()


def test_an_order_on_hold_says_why_and_is_released_by_name(world: Any, placed: Any) -> None:
    """A hold and its release are facts of the order; the same key counts once."""
    key = world.key()
    held = world.shop.hold_order(placed.id, HoldKind.FRAUD, key=key, reason="new card", by="Mia")
    again = world.shop.hold_order(placed.id, HoldKind.FRAUD, key=key, reason="new card", by="Mia")
    assert held == again
    assert world.shop.order(placed.id).open_holds == (HoldKind.FRAUD,)
    with pytest.raises(KeyReusedError):
        world.shop.hold_order(placed.id, HoldKind.STOCK, key=key, reason="new card", by="Mia")

    world.pass_time(minutes=1)
    released = world.shop.release_order(
        placed.id, HoldKind.FRAUD, key=world.key(), reason="called the buyer", by="Mia"
    )

    assert released.open_holds == ()
    assert [event.reason for event in released.holds] == ["new card", "called the buyer"]


def test_lines_that_somebody_else_ships_never_touch_our_shelves(world: Any) -> None:
    """A dropshipped line of an order is placed, and takes nothing from the ledger."""
    order = world.own_order(quantity=4)
    supplier = Fulfiller(kind=FulfillerKind.SUPPLIER, name="maker")
    drop = OrderLine(
        id=LineId("drop"),
        sku=Sku("NEVER-HERE"),
        quantity=2,
        unit_price=Money(100, Currency.EUR),
        fulfilled_by=supplier,
    )
    world.shop.place(attrs.evolve(order, lines=(*order.lines, drop)))

    assert world.available == 6
    world.shop.fulfil()
    assert world.shop.order(order.id).counts(drop.id).shipped == 0
    world.assert_clean()
