"""
Ecomkit in front of the real Vendure, the whole loop.

Adopt, sell, pull, cover, publish, fulfil, refund, return, reconcile: each test has products and
orders of its own in one shop, and ends with all of the server's orders held against the books.
"""

from collections.abc import Callable

import pytest
from loops import STOCK, hold_to_the_laws, sold_under_our_eyes
from vendure_world import CHANNEL, World, gbp, number

from ecomkit import CommandKey, Sku
from ecomkit.channels import RefundState
from ecomkit.returns import Disposition, ReceivedLine, Reception

pytestmark = pytest.mark.slow


def test_the_whole_loop(world: World) -> None:
    """Adopt, sell, pull, cover, publish, fulfil, return, refund: server and books say the same."""
    assert world.client.check().is_ready
    tea = Sku("TEA")
    variant = world.stock("TEA", quantity=5)

    order = world.buy(variant, quantity=3)
    world.sync()
    [line] = world.shop.order(order).lines
    assert (line.sku, line.quantity, line.unit_price) == (tea, 3, gbp(1000))
    assert world.shop.order(order).paid.captured == gbp(3500)
    assert (world.shop.level(tea).allocated, world.shop.level(tea).sellable) == (3, 2)
    assert (world.vendure.levels(variant), world.shown(variant)) == ((5, 3), 2)
    assert world.vendure.buy(variant, quantity=3).order is None

    world.shop.receive({tea: 4}, key=CommandKey("tea-delivery"))
    world.sync()
    assert world.for_sale(variant) == world.shown(variant) == 6

    world.shop.fulfil([order])
    assert world.sync().untold == ()
    there = world.order(order)
    assert there["state"] == "Shipped"
    [parcel] = there["fulfillments"]
    assert (parcel["state"], parcel["lines"]) == (
        "Shipped",
        [{"orderLineId": line.id, "quantity": 3}],
    )
    assert world.vendure.levels(variant) == (6, 0)

    back = world.shop.receive_return(
        order,
        Reception(
            lines=[
                ReceivedLine(line=line.id, quantity=1, disposition=Disposition.RESTOCK),
                ReceivedLine(line=line.id, quantity=1, disposition=Disposition.DAMAGED),
            ]
        ),
        key=CommandKey("tea-parcel"),
    )
    assert back.refund.amount == gbp(2000)
    world.shop.pay_back(order, back.refund.amount, key=CommandKey("tea-refund"), reason="torn")
    assert world.sync().untold == ()
    [payment] = world.order(order)["payments"]
    [refund] = payment["refunds"]
    assert (refund["total"], refund["state"]) == (2000, "Settled")
    [known] = world.client.refunds(number(order))
    assert (known.amount, known.state) == (gbp(2000), RefundState.PAID)
    assert world.shop.order(order).paid.refunded == gbp(2000)
    assert world.for_sale(variant) == world.shown(variant) == world.shop.level(tea).sellable == 7


def test_a_run_that_finds_nothing_new_only_reads(world: World) -> None:
    """What was told is not told again: a second run writes nothing, here and there."""
    variant = world.stock("STILL", quantity=5)
    order = world.buy(variant, quantity=2)
    world.sync()
    world.shop.fulfil([order])
    for _ in range(2):  # the second one pulls what the first one told
        world.sync()
    world.wire.forget()

    report = world.sync()

    assert world.wire.writes == []
    assert {*world.wire.reads} <= {"Changes", "Orders"}
    assert [(pull.placed, pull.changed) for pull in report.pulls] == [(0, 0)]


def test_an_order_leaves_in_parts_and_the_rest_is_cancelled(world: World) -> None:
    """What is there is shipped, of the rest some when it comes and the last unit never."""
    sku = Sku("PARTS")
    variant = world.stock("PARTS", quantity=9)
    order = world.buy(variant, quantity=4)
    world.sync()
    world.shop.count({sku: 2}, key=CommandKey("parts-count"))  # most of it was never there
    [line] = world.shop.order(order).lines

    world.shop.fulfil([order])
    assert world.sync().untold == ()
    assert world.order(order)["state"] == "PartiallyShipped"
    assert world.for_sale(variant) == 0

    world.shop.receive({sku: 1}, key=CommandKey("parts-delivery"))
    world.shop.fulfil([order])
    world.shop.cancel(order, {line.id: 1}, key=CommandKey("parts-cancel"))
    report = world.sync()

    assert report.untold == ()
    there = world.order(order)
    assert there["state"] == "Shipped"
    assert [parcel["lines"][0]["quantity"] for parcel in there["fulfillments"]] == [2, 1]
    assert there["lines"][0]["quantity"] == 3
    world.sync()  # the server counts what is cancelled back in, and is told better
    world.sync()
    assert world.for_sale(variant) == world.shown(variant) == 0


def test_no_unit_is_promised_twice_whatever_the_shop_sells(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    """
    Of a burst on 50 units exactly 50 are covered; the surplus is uncovered, no order is lost.

    What comes in later covers who bought first and leaves, though the server counted fewer units
    than it sold; the others are cancelled, and the server is told.
    """
    sku = Sku("LOOP-50")
    variant = world.stock("LOOP-50", quantity=STOCK)

    books = sold_under_our_eyes(
        world.shop, world.client, sku, buy=lambda: world.vendure.buy(variant)
    )

    record_property("figure", f"ecomkit and Vendure {world.vendure.server.version}, {books}")
    hold_to_the_laws(books)
    assert world.paid_orders(variant) == len(books.sale.orders)
    assert world.for_sale(variant) <= 0

    waiting = [units for units in world.shop.uncovered() if units.sku == sku]
    late = [units.order for units in waiting[:3]]
    world.shop.receive({sku: len(late)}, key=CommandKey("burst-delivery"))
    world.shop.cancel_uncovered(units for units in world.shop.uncovered() if units.sku == sku)
    world.shop.fulfil([*books.taken[:2], *late])
    assert world.sync().untold == ()

    there = {f"{CHANNEL}/{row['id']}": row["state"] for row in world.orders()}
    assert [there[order] for order in late] == ["Shipped"] * len(late)
    assert {there[units.order] for units in waiting[3:]} <= {"Cancelled"}
    for _ in range(2):
        world.sync()
    assert world.for_sale(variant) == world.shown(variant) == world.shop.level(sku).sellable == 0
