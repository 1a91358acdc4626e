"""Returns: asked for, judged, received, paid back."""

from typing import Any

import pytest

from ecomkit.identifiers import LineId, OrderId, Sku
from ecomkit.money import Money
from ecomkit.operations import KeyReusedError, UnknownOrderError
from ecomkit.operations._effects import EFFECTS
from ecomkit.operations._returns import RETURNS
from ecomkit.orders import Charge, ChargeKind, RefundExceedsCapturedError, TransitionError
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
    assert (kept,) == world.kept(RETURNS, index=order)
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


def test_a_return_that_the_channel_told_of_is_settled_when_it_arrives(
    world: Any, order: Any
) -> None:
    """The disagreement ends with the reception."""
    world.etsy.send_back("1", {ONE: 2})

    assert world.shop.sync().disagreements == 1

    world.shop.receive_return(order, reception(came(2)), key=world.key())

    assert world.shop.sync().disagreements == 0


def test_what_is_paid_back_is_booked_and_told(world: Any, order: Any) -> None:
    """The order knows it at once, the channel with the next run; the same key counts once."""
    amount = Money(2500, world.price.currency)
    for _ in range(2):
        after = world.shop.pay_back(order, amount, key=world.key("r1"), reason="returned")

    assert amount == after.paid.refunded
    assert [amount] == [pending.effect.amount for pending in world.kept(EFFECTS)]

    world.shop.sync()
    world.shop.pay_back(order, amount, key=world.key("r1"), reason="returned")

    assert world.kept(EFFECTS) == ()
    assert [name for name, _ in world.etsy.calls].count("push_refund") == 1


def test_another_amount_under_a_known_key_is_refused(world: Any, order: Any) -> None:
    """A refund's key takes one amount."""
    amount = Money(2500, world.price.currency)
    world.shop.pay_back(order, amount, key=world.key("r1"))
    text = world.text()

    with pytest.raises(KeyReusedError):
        world.shop.pay_back(order, amount * 2, key=world.key("r1"))

    assert text == world.text()


def test_never_more_is_paid_back_than_was_captured(world: Any, order: Any) -> None:
    """The last cent is the last one; a refused refund leaves its key free."""
    world.shop.pay_back(order, Money(10_000, world.price.currency), key=world.key())
    text = world.text()

    with pytest.raises(RefundExceedsCapturedError):
        world.shop.pay_back(order, Money(501, world.price.currency), key=world.key("last"))

    assert text == world.text()

    world.shop.pay_back(order, Money(500, world.price.currency), key=world.key("last"))

    assert world.shop.order(order).paid.kept.amount == 0
