"""
Ecomkit in front of the real Vendure, the whole loop.

Adopt, sell, pull, cover, publish, fulfil, refund, return, reconcile: each test has products and
orders of its own in one shop, and ends with all of the server's orders held against the books.
"""

from collections.abc import Callable, Iterator

import httpx
import pytest
from harness import VendureServer, VendureShop, vendure_server
from loops import STOCK, hold_to_the_laws, sold_under_our_eyes
from vendure_world import CHANNEL, World
from wires import Killed

from ecomkit import CommandKey, Currency, LineId, Money, OrderId, Sku
from ecomkit.channels import RefundState
from ecomkit.orders import FulfilmentState, OrderState
from ecomkit.returns import Disposition, ReceivedLine, Reception

pytestmark = pytest.mark.slow

CANCEL = """
mutation ($input: CancelOrderInput!) {
  cancelOrder(input: $input) { __typename ... on ErrorResult { errorCode message } }
}"""
MOVE = """
mutation ($id: ID!, $state: String!) {
  transitionOrderToState(id: $id, state: $state) {
    __typename
    ... on OrderStateTransitionError { errorCode message transitionError }
  }
}"""
MODIFY = """
mutation ($input: ModifyOrderInput!) {
  modifyOrder(input: $input) { __typename ... on ErrorResult { errorCode message } }
}"""
PAID = """
mutation ($input: ManualPaymentInput!) {
  addManualPaymentToOrder(input: $input) {
    __typename
    ... on ErrorResult { errorCode message }
  }
}"""
REFUND = """
mutation ($input: RefundOrderInput!) {
  refundOrder(input: $input) { __typename ... on ErrorResult { errorCode message } }
}"""
FULFIL = """
mutation ($input: FulfillOrderInput!) {
  addFulfillmentToOrder(input: $input) {
    __typename
    ... on Fulfillment { id }
    ... on ErrorResult { errorCode message }
  }
}"""
MOVE_PARCEL = """
mutation ($id: ID!, $state: String!) {
  transitionFulfillmentToState(id: $id, state: $state) {
    __typename
    ... on ErrorResult { errorCode message }
  }
}"""


def gbp(amount: int) -> Money:
    """Return pence."""
    return Money(amount, Currency.GBP)


def number(order: OrderId) -> str:
    """Return the server's id of an order."""
    return order.removeprefix(f"{CHANNEL}/")


@pytest.fixture(scope="module")
def running(vendure: VendureShop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A merchant with a shop of its own, beside that of the other tests, in the same cluster."""
    with (
        vendure_server(vendure.server.cluster, database="loop") as server,
        VendureShop(server) as shop,
    ):
        world = World(shop, file=tmp_path_factory.mktemp("loop") / "books.db")
        yield world
        world.end()


@pytest.fixture
def world(running: World) -> Iterator[World]:
    """The merchant, with a wire that is whole, and afterwards with books that hold."""
    running.wire.mend()
    yield running
    running.wire.mend()
    running.sync()
    running.hold_the_books_against_the_server()


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


def test_what_the_merchant_does_at_the_server_is_followed(world: World) -> None:
    """Units cancelled there are free here; units shipped there have left here; refunds are seen."""
    sku = Sku("THERE")
    variant = world.stock("THERE", quantity=10)
    order = world.buy(variant, quantity=4)
    world.sync()
    [line] = world.shop.order(order).lines
    do = world.vendure.admin.do

    do(CANCEL, input={"orderId": number(order), "lines": rows(line.id, 1), "reason": "fewer"})
    world.sync()
    assert world.shop.order(order).units.cancelled == 1
    assert world.shop.level(sku).allocated == 3

    handler = {
        "code": "manual-fulfillment",
        "arguments": [
            {"name": "method", "value": "Post"},
            {"name": "trackingCode", "value": "6A1"},
        ],
    }
    parcel = do(FULFIL, input={"lines": rows(line.id, 2), "handler": handler})["id"]
    world.sync()
    assert world.shop.order(order).units.shipped == 0  # it is packed, and has not left
    do(MOVE_PARCEL, id=parcel, state="Shipped")
    world.sync()
    assert world.shop.order(order).fulfilment_state is FulfilmentState.PARTIAL
    assert (world.shop.level(sku).allocated, world.shop.level(sku).sellable) == (1, 7)

    [payment] = world.order(order)["payments"]
    amounts = {"amount": 750, "shipping": 0, "adjustment": 0, "lines": []}
    do(REFUND, input={"paymentId": payment["id"], "reason": "late", **amounts})
    [seen] = world.client.refunds(number(order))
    assert (seen.amount, seen.state, seen.reason) == (gbp(750), RefundState.PENDING, "late")

    world.sync()
    assert world.for_sale(variant) == world.shown(variant) == 7


def test_an_order_that_is_cancelled_whole_at_the_server_is_cancelled(world: World) -> None:
    """All of its units are free again, here and there."""
    variant = world.stock("WHOLE", quantity=3)
    order = world.buy(variant, quantity=2)
    world.sync()

    world.vendure.admin.do(CANCEL, input={"orderId": number(order), "reason": "changed mind"})
    world.sync()

    assert world.shop.order(order).state is OrderState.CANCELLED
    assert world.shop.level(Sku("WHOLE")).sellable == 3
    assert world.for_sale(variant) == world.shown(variant) == 3


def test_what_comes_back_at_the_server_is_awaited_here(world: World) -> None:
    """The server says that a unit came back: the books differ until it is received."""
    variant = world.stock("BACK", quantity=3)
    order = world.buy(variant, quantity=2)
    world.sync()
    world.shop.fulfil([order])
    world.sync()
    [line] = world.shop.order(order).lines
    before = world.sync().disagreements

    world.vendure.admin.do(
        CANCEL, input={"orderId": number(order), "lines": rows(line.id, 1), "reason": "too large"}
    )
    assert world.sync().disagreements == before + 1

    world.shop.receive_return(
        order,
        Reception(lines=[ReceivedLine(line=line.id, quantity=1, disposition=Disposition.RESTOCK)]),
        key=CommandKey("back-parcel"),
    )
    assert world.sync().disagreements == before
    assert world.for_sale(variant) == world.shown(variant) == 2


def test_an_edit_at_the_server_is_a_disagreement_until_it_is_undone(world: World) -> None:
    """A unit that is added to a placed order is said and not booked."""
    variant = world.stock("EDIT", quantity=9)
    order = world.buy(variant, quantity=2)
    before = world.sync().disagreements
    [line] = world.shop.order(order).lines
    do = world.vendure.admin.do

    do(MOVE, id=number(order), state="Modifying")
    changes = {"dryRun": False, "orderId": number(order)}
    do(MODIFY, input={**changes, "adjustOrderLines": rows(line.id, 3)})
    assert world.sync().disagreements == before + 1
    do(MOVE, id=number(order), state="ArrangingAdditionalPayment")
    do(PAID, input={"orderId": number(order), "method": "cash", "metadata": {}})
    do(MOVE, id=number(order), state="PaymentSettled")
    assert world.sync().disagreements == before + 1
    assert world.shop.order(order).units.ordered == 2

    do(CANCEL, input={"orderId": number(order), "lines": rows(line.id, 1), "reason": "mistake"})
    assert world.sync().disagreements == before
    assert world.shop.order(order).units.cancelled == 0


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
    assert paid_orders(world, variant) == len(books.sale.orders)
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


def paid_orders(world: World, variant: str) -> int:
    """Return what the server's own database says."""
    server: VendureServer = world.vendure.server
    return int(
        server.cluster.psql(
            'SELECT count(*) FROM "order" JOIN order_line ON order_line."orderId" = "order".id'
            f""" WHERE "order".state = 'PaymentSettled' AND "productVariantId" = {variant}""",
            database=server.database,
        )
    )


def rows(line: LineId, quantity: int) -> list[dict[str, object]]:
    """Return units of a line as the server takes them."""
    return [{"orderLineId": line, "quantity": quantity}]
