"""Answers that are lost, workers that are killed, a server that forgets: all is done, once."""

import httpx
import pytest
from vendure_world import World, gbp
from wires import Killed

from ecomkit import CommandKey, OrderId, Sku

pytestmark = pytest.mark.slow


def lose_answers(name: str) -> None:
    """Break the connection."""
    raise httpx.ReadError(f"the answer to {name} is lost")


def test_a_lost_answer_is_read_back_and_nothing_is_done_twice(world: World) -> None:
    """The server did all that it was asked, and no answer came back: it is found to be done."""
    sku = Sku("LOST")
    variant = world.stock("LOST", quantity=9)
    order = world.buy(variant, quantity=4)
    world.sync()
    all_of_it_is_due(world, sku, order)
    world.wire.after = lose_answers

    reports = [world.sync() for _ in range(6)]

    assert reports[-1].untold == ()
    all_of_it_is_done_once(world, order)
    world.wire.mend()
    world.sync()
    assert world.for_sale(variant) == world.shown(variant) == world.shop.level(sku).sellable


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_is_killed_leaves_nothing_undone_and_nothing_doubled(
    world: World, moment: str
) -> None:
    """Whichever write it is killed at, before the server has it or after: the next one goes on."""
    sku = Sku(f"KILLED-{moment.upper()}")
    variant = world.stock(str(sku), quantity=9)
    order = world.buy(variant, quantity=4)
    world.sync()
    all_of_it_is_due(world, sku, order)
    killed_at: list[str] = []

    def kill(name: str) -> None:
        if name not in killed_at:
            killed_at.append(name)
            raise Killed

    for _ in range(20):
        setattr(world.wire, moment, kill)
        try:
            report = world.sync()
            break
        except Killed:
            world.end()
            world.start()
    world.wire.mend()

    assert {*killed_at} == {
        "UpdateStock",
        "AddFulfillment",
        "TransitionFulfillment",
        "CancelOrder",
        "RefundOrder",
        "SettleRefund",
    }
    assert report.untold == ()
    all_of_it_is_done_once(world, order)
    for _ in range(2):  # the server counts what is cancelled back in, and is told better
        world.sync()
    assert world.for_sale(variant) == world.shown(variant) == world.shop.level(sku).sellable


def all_of_it_is_due(world: World, sku: Sku, order: OrderId) -> None:
    """Of four units one is cancelled, three leave, something is paid back, and goods come in."""
    [line] = world.shop.order(order).lines
    world.shop.cancel(order, {line.id: 1}, key=CommandKey(f"{sku}-cancel"))
    world.shop.fulfil([order])
    world.shop.pay_back(order, gbp(1000), key=CommandKey(f"{sku}-refund"), reason="fewer")
    world.shop.receive({sku: 5}, key=CommandKey(f"{sku}-delivery"))


def all_of_it_is_done_once(world: World, order: OrderId) -> None:
    """The server has one cancellation, one parcel and one refund."""
    there = world.order(order)
    assert (there["state"], there["lines"][0]["quantity"]) == ("Shipped", 3)
    assert [
        (parcel["state"], parcel["lines"][0]["quantity"]) for parcel in there["fulfillments"]
    ] == [("Shipped", 3)]
    assert [
        (refund["total"], refund["state"])
        for payment in there["payments"]
        for refund in payment["refunds"]
    ] == [(1000, "Settled")]


def test_units_leave_though_the_server_forgot_that_it_promised_them(world: World) -> None:
    """Its counter loses promises when many buy at once; what has left is fulfilled all the same."""
    sku = Sku("FORGOT")
    variant = world.stock("FORGOT", quantity=3)
    order = world.buy(variant, quantity=2)
    world.sync()
    world.vendure.server.cluster.psql(
        f"""UPDATE stock_level SET "stockAllocated" = 0 WHERE "productVariantId" = {variant}""",
        database=world.vendure.server.database,
    )
    world.shop.count({sku: 2}, key=CommandKey("forgot-count"))
    world.sync()
    assert world.vendure.levels(variant) == (0, 0)

    world.shop.fulfil([order])
    assert world.sync().untold == ()

    assert world.order(order)["state"] == "Shipped"
    assert world.for_sale(variant) == 0
    world.shop.receive({sku: 4}, key=CommandKey("forgot-delivery"))
    world.sync()
    assert world.for_sale(variant) == world.shown(variant) == 4
