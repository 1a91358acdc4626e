"""Returns: asked for, judged, received, paid back."""

from typing import Any

import pytest

from ecomkit.identifiers import LineId, OrderId, Sku
from ecomkit.money import Money
from ecomkit.operations import KeyReusedError, UnknownOrderError
from ecomkit.operations._return_books import OPEN_RETURNS, RETURNS
from ecomkit.orders import Charge, ChargeKind, TransitionError
from ecomkit.returns import (
    Accepted,
    Condition,
    ConditionIs,
    Disposition,
    ReceivedLine,
    Reception,
    Refused,
    ReturnLine,
    ReturnPolicy,
    ReturnReason,
    ShippingRefund,
    WasShipped,
)
from ecomkit.stock import Bucket

ONE = LineId("1")
POLICY = ReturnPolicy(rules=(WasShipped(), ConditionIs(allowed=(Condition.NEW,))))


def asked(quantity: int, condition: Any = Condition.NEW) -> Any:
    """Return what a shopper asks to send back."""
    return ReturnLine(
        line=ONE, quantity=quantity, condition=condition, reason=ReturnReason.CHANGED_MIND
    )


def came(
    quantity: int, disposition: Any = Disposition.RESTOCK, sku: Any = None, line: Any = ONE
) -> Any:
    """Return what came back."""
    return ReceivedLine(line=line, quantity=quantity, disposition=disposition, sku=sku)


def reception(*lines: Any) -> Any:
    """Return what was in a parcel."""
    return Reception(lines=lines)


@pytest.fixture
def order(world: Any) -> Any:
    """Return the name of an order of four at 25 euros and 5 of shipping, shipped."""
    shipping = Charge(kind=ChargeKind.SHIPPING, amount=Money(500, world.price.currency))
    name = world.sell(world.etsy, "1", 4, charges=[shipping])
    world.shop.sync()
    world.shop.fulfil()
    world.shop.sync()
    return name


def test_a_verdict_writes_nothing(world: Any, order: Any) -> None:
    """Accepted or refused with all reasons, the books stay as they are."""
    text = world.text()
    accepted = world.shop.judge_return(order, [asked(4)], policy=POLICY)
    refused = world.shop.judge_return(order, [asked(5, Condition.USED)], policy=POLICY)

    assert isinstance(accepted, Accepted)
    assert isinstance(refused, Refused)
    assert len(refused.findings) == 2
    assert text == world.text()


def test_a_verdict_needs_an_order(world: Any) -> None:
    """A name that is in no book is refused."""
    with pytest.raises(UnknownOrderError) as caught:
        world.shop.judge_return(OrderId("etsy/9"), [asked(1)], policy=POLICY)

    assert caught.value.order == "etsy/9"


def test_what_came_back_goes_where_it_is_fit_for(world: Any, order: Any) -> None:
    """Each unit goes into one bucket; all that was sent counts as returned."""
    kept = world.shop.receive_return(
        order,
        reception(
            came(1),
            came(1, Disposition.QUARANTINE),
            came(1, Disposition.DAMAGED),
            came(1, Disposition.SCRAP),
        ),
        key=world.key(),
    )

    assert (world.level.sellable, world.level.quarantined, world.level.damaged) == (7, 1, 1)
    assert dict(world.shop.audit().units)[Bucket.SCRAP] == 1
    assert world.shop.order(order).units.returned == 4
    assert world.price * 4 == kept.refund.amount
    [returned] = world.kept(RETURNS, index=order)
    assert (kept,) == returned.settlements
    assert world.kept(OPEN_RETURNS) == ()
    world.assert_clean()


def test_what_can_be_sold_again_covers_who_waits(world: Any, order: Any) -> None:
    """A returned unit goes to the order that waits for it."""
    world.sell(world.etsy, "2", 7)
    world.shop.sync()
    world.shop.receive_return(order, reception(came(2)), key=world.key())

    assert (world.level.allocated, world.level.uncovered_units, world.available) == (7, 0, 1)
    world.assert_clean()


def test_a_parcel_counts_once(world: Any, order: Any) -> None:
    """The same key again answers the same, and moves nothing."""
    first = world.shop.receive_return(order, reception(came(2)), key=world.key("p1"))
    text = world.text()
    world.pass_time(days=1)
    again = world.shop.receive_return(order, reception(came(2)), key=world.key("p1"))

    assert first == again
    assert text == world.text()


@pytest.mark.parametrize(
    ("content", "shipping"),
    [
        (reception(came(1)), ShippingRefund.NEVER),
        (reception(came(2, Disposition.SCRAP)), ShippingRefund.NEVER),
        (reception(came(2)), ShippingRefund.WHEN_EVERYTHING_RETURNS),
    ],
)
def test_another_parcel_under_a_known_key_is_refused(
    world: Any, order: Any, content: Any, shipping: Any
) -> None:
    """What was in it, and what is paid back with it, is its content."""
    world.shop.receive_return(order, reception(came(2)), key=world.key("p1"))
    text = world.text()

    with pytest.raises(KeyReusedError):
        world.shop.receive_return(order, content, key=world.key("p1"), shipping=shipping)

    assert text == world.text()


def test_parts_are_worth_what_the_whole_is_worth(world: Any, order: Any) -> None:
    """Parcel by parcel the refunds sum to the cent, shipping with the last one."""
    refunds = [
        world.shop.receive_return(
            order,
            reception(came(quantity)),
            key=world.key(),
            shipping=ShippingRefund.WHEN_EVERYTHING_RETURNS,
        ).refund.amount
        for quantity in (1, 2, 1)
    ]

    assert [refund.amount for refund in refunds] == [2500, 5000, 3000]


def test_more_than_is_out_is_refused_and_nothing_half_written(world: Any, order: Any) -> None:
    """Four were sent, five cannot come back."""
    text = world.text()

    with pytest.raises(TransitionError):
        world.shop.receive_return(order, reception(came(4), came(1)), key=world.key("p1"))

    assert text == world.text()

    world.shop.receive_return(order, reception(came(4)), key=world.key("p1"))

    assert world.available == 10


def test_a_wrong_sku_goes_to_quarantine_and_counts_for_nothing(world: Any, order: Any) -> None:
    """What was not sent is kept apart, and not paid for."""
    tiger = Sku("TIGER")
    kept = world.shop.receive_return(
        order, reception(came(1), came(2, sku=tiger)), key=world.key()
    )

    assert (world.shop.level(tiger).sellable, world.shop.level(tiger).quarantined) == (0, 2)
    assert world.shop.order(order).units.returned == 1
    assert world.price == kept.refund.amount
    world.assert_clean()


def test_what_is_sent_back_at_once_is_not_credited(world: Any, order: Any) -> None:
    """It came unannounced and was refused: nothing of the order is back, and no shelf has it."""
    kept = world.shop.receive_return(
        order, reception(came(1, Disposition.SEND_BACK), came(1)), key=world.key()
    )

    assert kept.refund.amount == world.price
    assert world.shop.order(order).units.returned == 1
    assert (world.level.sellable, world.level.quarantined) == (7, 0)
    assert world.kept(OPEN_RETURNS) == ()
    world.assert_clean()


def test_a_parcel_of_wrong_items_alone_stays_open(world: Any, order: Any) -> None:
    """Nothing of the order is back, and somebody has to decide."""
    kept = world.shop.receive_return(order, reception(came(1, sku=Sku("TIGER"))), key=world.key())

    assert kept.refund.amount.is_zero
    assert world.shop.order(order).units.returned == 0
    assert [order] == [one.order for one in world.kept(OPEN_RETURNS)]


def test_a_return_that_the_channel_told_of_is_settled_when_it_arrives(
    world: Any, order: Any
) -> None:
    """The disagreement ends with the reception."""
    world.etsy.send_back("1", {ONE: 2})

    assert world.shop.sync().disagreements == 1

    world.shop.receive_return(order, reception(came(2)), key=world.key())

    assert world.shop.sync().disagreements == 0
