"""What the merchant does in Vendure itself: it is followed, or said to differ, never lost."""

import pytest
from vendure_world import World, gbp, number

from ecomkit import CommandKey, LineId, Sku
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


def rows(line: LineId, quantity: int) -> list[dict[str, object]]:
    """Return units of a line as the server takes them."""
    return [{"orderLineId": line, "quantity": quantity}]
