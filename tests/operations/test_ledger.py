"""Commands into the ledger count once."""

from datetime import timedelta
from typing import Any

import pytest

from ecomkit.identifiers import CartId, LineId, PurchaseOrderId, Sku
from ecomkit.operations import KeyReusedError, execute
from ecomkit.orders import OrderLine
from ecomkit.ports import STOCK
from ecomkit.stock import Bucket, Done, Receive, Refused, Relocate, Reserved, Short

TIGER = Sku("TIGER")


def receive(world: Any, quantity: int, *, key: Any = "r1", sku: Any = None) -> Any:
    """Return a receipt."""
    return Receive(key=world.key(key), sku=sku or world.sku, quantity=quantity)


def test_a_command_said_twice_has_one_effect_and_one_answer(world: Any) -> None:
    """The same key with the same content gets the same answer and does nothing again."""
    first = world.shop.execute(receive(world, 5))
    text = world.text()
    again = world.shop.execute(receive(world, 5))

    assert Done(units=5) == first == again
    assert text == world.text()


def test_a_key_with_another_content_is_refused(world: Any) -> None:
    """The same key with another content raises, and nothing changes."""
    world.shop.execute(receive(world, 5))
    text = world.text()

    with pytest.raises(KeyReusedError) as caught:
        world.shop.execute(receive(world, 6))

    assert caught.value.key == "r1"
    assert text == world.text()


def test_a_command_twice_in_one_batch_counts_once(world: Any) -> None:
    """Inside one batch, too, the second of two equal commands is only answered."""
    with world.store.transaction() as tx:
        outcomes = execute(
            tx,
            [receive(world, 5), receive(world, 5)],
            now=world.clock.now(),
            settings=world.settings,
        )

    assert (Done(units=5), Done(units=5)) == outcomes
    assert world.level.sellable == 15


def test_a_key_with_two_contents_in_one_batch_is_refused(world: Any) -> None:
    """A batch in which one key has two contents raises."""
    text = world.text()

    with pytest.raises(KeyReusedError), world.store.transaction() as tx:
        execute(
            tx,
            [receive(world, 5), receive(world, 6)],
            now=world.clock.now(),
            settings=world.settings,
        )

    assert text == world.text()


def test_a_refusal_is_not_remembered(world: Any) -> None:
    """What was short is granted under the same key once the units are there."""
    until = world.clock.now() + timedelta(hours=1)

    def hold() -> Any:
        return world.shop.hold(CartId("c1"), {world.sku: 12}, until=until, key=world.key("h1"))

    assert isinstance(hold(), Short)

    world.shop.receive({world.sku: 2}, key=world.key())

    assert Reserved(units=12) == hold()


def test_a_refusal_asked_again_meets_holds_that_have_ended_since(world: Any) -> None:
    """A refused command writes nothing, so each of its repetitions may meet ended holds."""
    for number in range(3):
        world.shop.hold(
            CartId(f"c{number}"),
            {world.sku: 1},
            until=world.clock.now() + timedelta(minutes=1),
            key=world.key(),
        )
        world.pass_time(minutes=2)
        until = world.clock.now() + timedelta(hours=1)
        moved = world.text().count("Movement(")
        outcome = world.shop.hold(CartId("x"), {world.sku: 11}, until=until, key=world.key("x"))

        assert isinstance(outcome, Short)
        assert moved == world.text().count("Movement(")
    world.assert_clean()


def test_a_refusal_in_a_batch_leaves_the_others_standing(world: Any) -> None:
    """In one batch the granted commands take effect, the refused one changes nothing."""
    relocate = Relocate(
        key=world.key("scrap"),
        sku=world.sku,
        quantity=99,
        source=Bucket.SELLABLE,
        target=Bucket.SCRAP,
    )
    with world.store.transaction() as tx:
        refused, done = execute(
            tx, [relocate, receive(world, 5)], now=world.clock.now(), settings=world.settings
        )

    assert isinstance(refused, Refused)
    assert Done(units=5) == done
    assert world.level.sellable == 15


def test_what_a_command_touched_is_noted_for_publication(world: Any) -> None:
    """The sku of every touched level waits for the next publication."""
    world.shop.sync()
    world.shop.execute(receive(world, 1, sku=TIGER))

    with world.store.inner.snapshot() as tx:
        assert [entry.key for entry in tx.posted(STOCK)] == ["TIGER"]


@pytest.mark.parametrize("reverse", [False, True], ids=["same order", "other order"])
def test_the_order_in_which_skus_are_named_is_no_other_content(world: Any, reverse: Any) -> None:
    """A command over several skus is the same command however its mapping is ordered."""
    units = {world.sku: 1, TIGER: 2}
    again = dict(reversed(units.items())) if reverse else units
    until = world.clock.now() + timedelta(hours=1)
    world.shop.receive(units, key=world.key("receipt"))
    world.shop.receive(again, key=world.key("receipt"))
    world.shop.count({world.sku: 11, TIGER: 2}, key=world.key("count"))
    world.shop.count(
        dict(reversed({world.sku: 11, TIGER: 2}.items()))
        if reverse
        else {world.sku: 11, TIGER: 2},
        key=world.key("count"),
    )
    world.shop.hold(CartId("c1"), units, until=until, key=world.key("hold"))
    world.shop.hold(CartId("c1"), again, until=until, key=world.key("hold"))
    world.shop.purchase(PurchaseOrderId("PO"), units=units, expected_on=world.clock.now().date())
    world.shop.purchase(PurchaseOrderId("PO"), units=again, expected_on=world.clock.now().date())

    assert (world.level.usable, world.shop.level(TIGER).usable) == (11, 2)
    assert world.level.held == 1


def test_a_cancellation_names_its_lines_in_any_order(world: Any) -> None:
    """Cancelling two lines again, named the other way round, is the same command."""
    order = world.own_order()
    order = order.add(
        OrderLine(id=LineId("2"), sku=world.sku, quantity=1, unit_price=world.price),
        at=world.clock.now(),
    )
    world.shop.place(order)
    world.shop.cancel(order.id, {LineId("1"): 1, LineId("2"): 1}, key=world.key("c"))
    world.shop.cancel(order.id, {LineId("2"): 1, LineId("1"): 1}, key=world.key("c"))

    assert world.available == 10


def test_a_count_with_another_content_is_refused(world: Any) -> None:
    """A count is one command: its key does not take another set of skus."""
    world.shop.count({world.sku: 9}, key=world.key("monday"))
    text = world.text()

    with pytest.raises(KeyReusedError):
        world.shop.count({TIGER: 4}, key=world.key("monday"))

    assert text == world.text()


def test_expired_holds_are_swept_at_the_same_instant_as_others_before(world: Any) -> None:
    """Two sweeps at one instant are two commands when other holds have ended."""
    soon = world.clock.now() + timedelta(minutes=1)
    world.shop.receive({TIGER: 1}, key=world.key())
    world.shop.hold(CartId("c1"), {world.sku: 1}, until=soon, key=world.key())
    world.clock.set(soon)
    world.shop.sync()
    for cart in ("c2", "c3"):
        world.shop.hold(CartId(cart), {TIGER: 1}, until=soon, key=world.key())
        world.shop.hold(CartId(cart), {world.sku: 1}, until=soon, key=world.key())
        world.shop.sync()

        assert (world.level.held, world.shop.level(TIGER).held) == (0, 0)
    world.assert_clean()


def test_placing_an_order_again_has_no_second_effect(world: Any) -> None:
    """The order's id is the key: placed again it is granted again, and counts once."""
    order = world.own_order(quantity=4)
    first = world.shop.place(order)
    world.shop.fulfil()
    text = world.text()

    assert Reserved(units=4) == first == world.shop.place(order)
    assert text == world.text()


def test_another_order_under_a_known_id_is_refused(world: Any) -> None:
    """An order that differs in anything is not the one that was placed."""
    world.shop.place(world.own_order(price=world.price))
    text = world.text()

    with pytest.raises(KeyReusedError):
        world.shop.place(world.own_order(price=world.price * 2))

    assert text == world.text()


def test_an_order_of_a_channel_cannot_be_placed_again_here(world: Any) -> None:
    """An order that was pulled holds its units already; placing it is refused."""
    name = world.sell(world.etsy, "1", 2)
    world.shop.sync()
    text = world.text()

    with pytest.raises(KeyReusedError):
        world.shop.place(world.shop.order(name))

    assert text == world.text()
    world.assert_clean()


def test_an_order_with_a_cancelled_line_reserves_what_is_open(world: Any) -> None:
    """Only open units are reserved."""
    order = world.own_order(quantity=2).add(
        OrderLine(id=LineId("2"), sku=world.sku, quantity=3, unit_price=world.price),
        at=world.clock.now(),
    )
    order = order.cancel(LineId("2"), quantity=3, at=world.clock.now())

    assert Reserved(units=2) == world.shop.place(order)
    world.assert_clean()


def test_an_order_that_is_short_leaves_nothing_behind(world: Any) -> None:
    """A refused order is in no book, and can be placed later."""
    text = world.text()
    order = world.own_order(quantity=11)
    outcome = world.shop.place(order)

    assert isinstance(outcome, Short)
    assert [shortage.wanted for shortage in outcome.shortages] == [11]
    # The sku is noted for publication; the books are as they were.
    assert text.split("\n")[1:] == world.text().split("\n")[1:]

    world.shop.receive({world.sku: 1}, key=world.key())

    assert Reserved(units=11) == world.shop.place(order)


def test_a_cart_becomes_an_order_without_letting_its_units_go(world: Any) -> None:
    """The hold of the cart is used first, and ends."""
    cart = CartId("c1")
    world.shop.hold(
        cart, {world.sku: 10}, until=world.clock.now() + timedelta(hours=1), key=world.key()
    )

    assert isinstance(world.shop.place(world.own_order("shop/2")), Short)
    assert Reserved(units=10) == world.shop.place(world.own_order(quantity=10), cart=cart)
    assert (world.level.held, world.level.allocated) == (0, 10)


def test_a_cart_gives_back_what_it_holds(world: Any) -> None:
    """Released units are available at once; releasing again changes nothing."""
    cart = CartId("c1")
    world.shop.hold(
        cart, {world.sku: 4}, until=world.clock.now() + timedelta(hours=1), key=world.key()
    )

    assert world.available == 6

    world.shop.release(cart, [world.sku], key=world.key("x"))
    world.shop.release(cart, [world.sku], key=world.key("x"))

    assert world.available == 10
